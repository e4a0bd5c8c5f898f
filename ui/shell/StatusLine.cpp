// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/StatusLine.h"

#include "ui/text/MoneyText.h"
#include "ui/text/MovementText.h"
#include "ui/text/TimeText.h"
#include "ui/theme/ElidedLabel.h"
#include "ui/theme/SignLabel.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace ch::ui {

QString progressText(const sync::SyncProgress& progress)
{
    const QString objects = progress.objects == 1 ? QCoreApplication::translate("ch::ui::StatusLine", "1 object")
                                                  : QCoreApplication::translate("ch::ui::StatusLine", "%1 objects").arg(countText(progress.objects));
    QString text = QCoreApplication::translate("ch::ui::StatusLine", "Reading %1: %2, %3 of %4 lists")
                       .arg(listText(progress.list), objects, countText(progress.listsEnded), countText(progress.listsInAll));
    if (progress.objectsPerSecond > 0) {
        text += QCoreApplication::translate("ch::ui::StatusLine", " · %1 a second").arg(countText(progress.objectsPerSecond));
    }
    if (progress.secondsLeft) {
        text += QCoreApplication::translate("ch::ui::StatusLine", " · about %1 left").arg(spanText(*progress.secondsLeft));
    }
    return text;
}

StatusLine::StatusLine(const Theme& theme, QWidget* parent)
    : QFrame(parent), m_sign(new SignLabel(theme, Sign::Info, this)), m_freshness(new QLabel(this)), m_feed(new ElidedLabel(this)), m_budget(new QLabel(this)), m_progressText(new QLabel(this)),
      m_progress(new QProgressBar(this)), m_button(new QPushButton(this))
{
    setObjectName(QStringLiteral("statusLine"));
    setProperty("look", QStringLiteral("foot"));
    setFixedHeight(32);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 0, 8, 0);
    row->setSpacing(8);
    m_sign->setFixedSize(14, 14);
    m_freshness->setObjectName(QStringLiteral("freshness"));
    m_freshness->setAccessibleName(tr("Freshness of the data"));
    m_freshness->setProperty("kind", QStringLiteral("secondary"));
    m_feed->setObjectName(QStringLiteral("feed"));
    m_feed->setProperty("kind", QStringLiteral("secondary"));
    m_budget->setObjectName(QStringLiteral("readBudget"));
    m_budget->setProperty("kind", QStringLiteral("secondary"));
    m_progressText->setObjectName(QStringLiteral("syncProgressText"));
    m_progressText->setProperty("kind", QStringLiteral("secondary"));
    m_progress->setObjectName(QStringLiteral("syncProgress"));
    m_progress->setAccessibleName(tr("Progress of the synchronisation"));
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(160);
    m_button->setObjectName(QStringLiteral("syncButton"));
    m_button->setProperty("look", QStringLiteral("link"));
    row->addWidget(m_sign);
    row->addWidget(m_freshness);
    row->addWidget(m_feed, 1);
    row->addWidget(m_budget);
    row->addWidget(m_progressText);
    row->addWidget(m_progress);
    row->addWidget(m_button);
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_syncing) {
            Q_EMIT stopAsked();
        } else {
            Q_EMIT syncAsked();
        }
    });
    setSyncing(false);
    setOpen(false);
}

void StatusLine::setOpen(bool open)
{
    m_sign->setVisible(open);
    m_freshness->setVisible(open);
    m_button->setVisible(open);
}

void StatusLine::setFreshness(const store::Completeness& completeness, const QTimeZone& zone)
{
    m_sign->setSign(completeness.complete ? Sign::Ok : Sign::Warning);
    m_freshness->setText(freshnessText(completeness, zone));
    m_freshness->setToolTip(partialText(completeness));
}

void StatusLine::setFeed(const sync::FeedState& state, const QTimeZone& zone)
{
    const QString words = feedText(state);
    m_feed->setWhole(words.isEmpty() ? QString() : QStringLiteral("\u00b7 ") + words);
    m_feed->setToolTip(feedToolTip(state, zone));
    m_feed->setAccessibleName(words);
    m_isCounted = !state.budget.month.isEmpty();
    m_budget->setText(m_isCounted ? budgetText(state.budget) : QString());
    m_budget->setToolTip(m_isCounted ? budgetToolTip(state.budget) : QString());
    m_budget->setVisible(m_isCounted && !m_syncing);
}

void StatusLine::setSyncing(bool syncing)
{
    m_syncing = syncing;
    m_budget->setVisible(m_isCounted && !syncing); // the progress needs the room
    m_progress->setVisible(syncing);
    m_progressText->setVisible(syncing);
    m_progress->setRange(0, 0);
    m_progressText->setText(tr("Synchronising…"));
    m_button->setText(syncing ? tr("Stop") : tr("Synchronise"));
    m_button->setAccessibleName(syncing ? tr("Stop the synchronisation") : tr("Synchronise with Stripe"));
}

void StatusLine::setProgress(const sync::SyncProgress& progress)
{
    m_progress->setRange(0, qMax(1, progress.listsInAll));
    m_progress->setValue(progress.listsEnded);
    m_progressText->setText(progressText(progress));
    m_progressText->setToolTip(progress.secondsLeft ? QString() : tr("How long it takes cannot be told yet: the length of some list is not known."));
}

} // namespace ch::ui
