// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/FilterBar.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>

namespace ch::ui {

namespace {

constexpr int kLeastField = 160;

} // namespace

FilterBar::FilterBar(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_lead(new QHBoxLayout), m_text(new QLineEdit(this)), m_clear(new QToolButton(this)), m_columns(new QToolButton(this))
{
    setObjectName(QStringLiteral("filterBar"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_lead->setSpacing(16);
    row->addLayout(m_lead);
    row->addStretch(1);
    m_clear->setObjectName(QStringLiteral("clearFilters"));
    m_clear->setProperty("look", QStringLiteral("link"));
    m_clear->hide();
    row->addWidget(m_clear);
    m_text->setObjectName(QStringLiteral("filterText"));
    m_text->setAccessibleName(tr("Search"));
    m_text->setPlaceholderText(tr("Name, e-mail, id, metadata"));
    m_text->setToolTip(tr("Search in names, e-mail addresses, ids and metadata (Ctrl+F)"));
    m_text->setClearButtonEnabled(true);
    m_text->addAction(theme.icon(QStringLiteral("find"), Theme::Ink::Secondary), QLineEdit::LeadingPosition);
    m_text->setMinimumWidth(kLeastField);
    m_text->setMaximumWidth(360);
    m_text->installEventFilter(this);
    row->addWidget(m_text, 40);
    m_columns->setObjectName(QStringLiteral("columnsButton"));
    m_columns->setAccessibleName(tr("Choose columns"));
    m_columns->setToolTip(tr("Choose columns, keys of the metadata too"));
    m_columns->setIcon(theme.icon(QStringLiteral("columns")));
    m_columns->setPopupMode(QToolButton::InstantPopup);
    row->addWidget(m_columns);
    connect(m_text, &QLineEdit::textChanged, this, &FilterBar::changed);
    connect(m_clear, &QToolButton::clicked, this, &FilterBar::clearAsked);
}

QString FilterBar::text() const
{
    return m_text->text().trimmed();
}

void FilterBar::setText(const QString& text)
{
    const QSignalBlocker blocked(m_text);
    m_text->setText(text);
}

void FilterBar::focusText()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void FilterBar::showColumnFilters(int count, const QString& which)
{
    m_clear->setVisible(count > 0);
    m_clear->setText(count == 1 ? tr("Clear 1 filter") : tr("Clear %1 filters").arg(count));
    m_clear->setAccessibleName(m_clear->text());
    m_clear->setToolTip(which);
}

bool FilterBar::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) {
            Q_EMIT left();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace ch::ui
