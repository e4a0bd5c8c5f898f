// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/detail/FactsPanel.h"

#include "ui/text/Shorten.h"
#include "ui/theme/ElidedLabel.h"
#include "ui/theme/Labels.h"

#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace ch::ui {

FactsPanel::FactsPanel(const Theme& theme, const QString& heading, QWidget* parent)
    : QFrame(parent), m_theme(theme), m_grid(new QGridLayout)
{
    setProperty("look", QStringLiteral("panel"));
    setAccessibleName(heading);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 8, 12);
    column->setSpacing(8);
    column->addWidget(lineLabel(heading, "section", {}, this));
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(2);
    m_grid->setColumnStretch(1, 1);
    column->addLayout(m_grid);
}

void FactsPanel::addFact(int row, const Fact& fact)
{
    QLabel* label = lineLabel(fact.label, "secondary", {}, this);
    if (fact.keyIsMono) {
        label->setFont(monoFont());
    }
    m_grid->addWidget(label, row, 0);
    // A time or a few words wrap where there is little room; ids and long texts are cut, and copied whole.
    constexpr qsizetype kFewWords = 40;
    if (!fact.mono && fact.value.contains(QLatin1Char(' ')) && fact.value.size() <= kFewWords) {
        m_grid->addWidget(plainLabel(fact.value, "plain", {}, this), row, 1);
    } else {
        auto* value = new ElidedLabel(this);
        value->setWhole(fact.value.isEmpty() ? missingText() : fact.mono ? shortenedId(fact.value, 22) : fact.value);
        value->setToolTip(fact.value);
        if (fact.mono) {
            value->setFont(monoFont());
        }
        m_grid->addWidget(value, row, 1);
    }
    if (fact.value.isEmpty()) {
        return;
    }
    auto* copy = new QToolButton(this);
    copy->setObjectName(QStringLiteral("copyFact"));
    copy->setAccessibleName(tr("Copy %1").arg(fact.label));
    copy->setToolTip(tr("Copy %1").arg(fact.label));
    copy->setIcon(m_theme.icon(QStringLiteral("copy"), Theme::Ink::Secondary));
    copy->setIconSize(QSize(16, 16));
    connect(copy, &QToolButton::clicked, this, [text = fact.value] { QGuiApplication::clipboard()->setText(text); });
    m_grid->addWidget(copy, row, 2);
}

void FactsPanel::setFacts(const QList<Fact>& facts, const QString& none)
{
    if (facts == m_facts && none == m_none) {
        return; // a button that is being pressed stays where it is
    }
    m_facts = facts;
    m_none = none;
    clearLayout(m_grid);
    for (int i = 0; i < facts.size(); ++i) {
        addFact(i, facts[i]);
    }
    if (facts.isEmpty()) {
        m_grid->addWidget(plainLabel(none, "secondary", {}, this), 0, 0, 1, 3);
    }
}

} // namespace ch::ui
