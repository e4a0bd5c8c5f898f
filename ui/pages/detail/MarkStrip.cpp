// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/detail/MarkStrip.h"

#include "ui/text/MarkText.h"
#include "ui/theme/Labels.h"
#include "ui/theme/SignLabel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ch::ui {

MarkStrip::MarkStrip(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme), m_column(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("markStrip"));
    setAccessibleName(tr("What events tell of this business"));
    setProperty("look", QStringLiteral("warning"));
    m_column->setContentsMargins(13, 6, 12, 6);
    m_column->setSpacing(2);
    hide();
}

void MarkStrip::setMarks(const std::vector<store::Mark>& marks, const QTimeZone& zone)
{
    if (marks == m_marks && zone == m_zone) {
        return; // a button that is being pressed stays where it is
    }
    m_marks = marks;
    m_zone = zone;
    clearLayout(m_column);
    for (const store::Mark& mark : m_marks) {
        m_column->addWidget(makeRow(mark));
    }
    setVisible(!m_marks.empty());
}

QWidget* MarkStrip::makeRow(const store::Mark& mark)
{
    auto* row = new QWidget(this);
    row->setObjectName(QStringLiteral("markStripRow"));
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(12);
    line->addWidget(new SignLabel(m_theme, Sign::Warning, row));
    line->addWidget(plainLabel(markSentence(mark, m_zone), "plain", QStringLiteral("markStripWords"), row), 1);
    const auto add = [&](const QString& text, const char* name, const QString& told, std::function<void()> act) {
        auto* button = new QPushButton(text, row);
        button->setObjectName(QLatin1String(name));
        button->setAccessibleName(told);
        button->setProperty("look", QStringLiteral("link"));
        connect(button, &QPushButton::clicked, this, std::move(act));
        line->addWidget(button);
        return button;
    };
    if (mark.kind == store::MarkKind::AtRisk) {
        add(tr("Show the invoice"), "markStripInvoice", tr("Show Stripe's JSON of the invoice"), [this, id = mark.objectId] { Q_EMIT invoiceAsked(id); });
    }
    add(tr("Leave it"), "markStripLeave", tr("Take the mark away"), [this, id = mark.businessId, kind = mark.kind] { Q_EMIT left(id, kind); })
        ->setToolTip(tr("The mark goes away; nothing is done in Stripe. It comes again with the next event of its kind."));
    return row;
}

} // namespace ch::ui
