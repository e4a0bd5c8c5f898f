// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/operations/MarksPanel.h"

#include "ui/text/Isolate.h"
#include "ui/text/MoneyText.h"
#include "ui/text/TimeText.h"
#include "ui/theme/ElidedLabel.h"
#include "ui/theme/Labels.h"
#include "ui/theme/SignLabel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ch::ui {

MarksPanel::MarksPanel(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme), m_column(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("marksPanel"));
    setAccessibleName(tr("Marked for take-down"));
    m_column->setContentsMargins(24, 0, 24, 12);
    m_column->setSpacing(4);
    hide();
}

void MarksPanel::setMarks(const std::vector<store::Mark>& marks, const QTimeZone& zone)
{
    std::vector<store::Mark> wanted;
    std::copy_if(marks.begin(), marks.end(), std::back_inserter(wanted), [](const store::Mark& mark) { return mark.kind == store::MarkKind::TakeDown; });
    if (wanted == m_marks && zone == m_zone) {
        return; // a button that is being pressed stays where it is
    }
    m_marks = std::move(wanted);
    m_zone = zone;
    showRows();
}

void MarksPanel::setWritesOff(const QString& reason)
{
    if (reason != m_writesOff) {
        m_writesOff = reason;
        showRows();
    }
}

void MarksPanel::showRows()
{
    clearLayout(m_column);
    const auto many = static_cast<int>(m_marks.size());
    for (int i = 0; i < qMin(many, kShownAtMost); ++i) {
        m_column->addWidget(makeRow(m_marks[static_cast<size_t>(i)]));
    }
    if (many > kShownAtMost) {
        m_column->addWidget(lineLabel(tr("And %1 more.").arg(countText(many - kShownAtMost)), "secondary", {}, this));
    }
}

QWidget* MarksPanel::makeRow(const store::Mark& mark)
{
    auto* row = new QWidget(this);
    row->setObjectName(QStringLiteral("markRow"));
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(8);
    auto* sign = new SignLabel(m_theme, Sign::Warning, row);
    sign->setFixedSize(14, 14);
    line->addWidget(sign);
    auto* words = new ElidedLabel(row);
    words->setWhole(tr("%1: its last subscription ended on %2. Take it down?").arg(isolated(mark.businessId), dateText(mark.sinceMs / 1000, m_zone)));
    line->addWidget(words, 1);
    const QString id = mark.businessId;
    const auto add = [&](const QString& text, const char* name, const QString& told, void (MarksPanel::*signal)(const QString&)) {
        auto* button = new QPushButton(text, row);
        button->setObjectName(QLatin1String(name));
        button->setAccessibleName(told);
        line->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, id, signal] { Q_EMIT (this->*signal)(id); });
        return button;
    };
    auto* takedown = add(tr("Take down…"), "markTakedown", tr("Take down %1").arg(id), &MarksPanel::takedownAsked);
    takedown->setEnabled(m_writesOff.isEmpty());
    takedown->setToolTip(m_writesOff);
    add(tr("Leave it"), "markLeave", tr("Leave %1 as it is").arg(id), &MarksPanel::left)->setToolTip(tr("The mark goes away; nothing is done in Stripe."));
    add(tr("Open"), "markOpen", tr("Open %1").arg(id), &MarksPanel::businessOpened);
    return row;
}

} // namespace ch::ui
