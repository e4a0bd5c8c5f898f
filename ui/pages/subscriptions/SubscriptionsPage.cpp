// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/subscriptions/SubscriptionsPage.h"

#include <QLabel>
#include <QVBoxLayout>

namespace ch::ui {

SubscriptionsPage::SubscriptionsPage(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_pane(new TablePane(theme, store::Table::Subscriptions, this))
{
    setObjectName(QStringLiteral("subscriptionsPage"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    auto* title = new QLabel(tr("Subscriptions"), this);
    title->setProperty("kind", QStringLiteral("page"));
    m_pane->setObjectName(QStringLiteral("subscriptionsPane"));
    m_pane->setLead(title);
    column->addWidget(m_pane);
    connect(m_pane, &TablePane::opened, this, &SubscriptionsPage::opened);
    connect(m_pane, &TablePane::syncAsked, this, &SubscriptionsPage::syncAsked);
}

} // namespace ch::ui
