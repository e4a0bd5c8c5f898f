// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/businesses/BusinessesPage.h"

#include "ui/pages/businesses/MarkedBar.h"
#include "ui/text/MarkText.h"
#include "ui/theme/ViewSwitch.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedLayout>
#include <algorithm>

namespace ch::ui {

BusinessesPage::BusinessesPage(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_businesses(new TablePane(theme, store::Table::Businesses, this)),
      m_customers(new TablePane(theme, store::Table::Customers, this)), m_stack(new QStackedLayout(this))
{
    setObjectName(QStringLiteral("businessesPage"));
    m_stack->setContentsMargins(0, 0, 0, 0);
    for (TablePane* pane : {m_businesses, m_customers}) {
        pane->setLead(makeSwitch(pane == m_customers, pane));
        m_stack->addWidget(pane);
        connect(pane, &TablePane::opened, this, &BusinessesPage::opened);
        connect(pane, &TablePane::syncAsked, this, &BusinessesPage::syncAsked);
    }
    setWritesOff({});
    m_businesses->setEmptyAct(tr("New business…"));
    connect(m_businesses, &TablePane::emptyActAsked, this, &BusinessesPage::newAsked);
    m_businesses->setObjectName(QStringLiteral("businessesPane"));
    m_customers->setObjectName(QStringLiteral("customersPane"));
    m_marked[0].pane = m_businesses;
    m_marked[1].pane = m_customers;
    for (Marked& marked : m_marked) {
        marked.bar = new MarkedBar(theme, marked.pane);
        marked.pane->setNote(marked.bar);
        connect(marked.bar, &MarkedBar::aloneAsked, this, [&marked](bool alone) { marked.pane->setOnly(alone ? marked.ids : QStringList()); });
        connect(marked.pane, &TablePane::onlyChanged, marked.bar, &MarkedBar::setAlone);
    }
}

QWidget* BusinessesPage::makeSwitch(bool customers, TablePane* pane)
{
    auto* row = new QWidget(pane);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* views = new ViewSwitch(tr("View"), row);
    views->add(tr("Businesses"), QStringLiteral("switchBusinesses"));
    views->add(tr("All Stripe customers"), QStringLiteral("switchCustomers"));
    views->setCurrent(customers ? 1 : 0);
    connect(views, &ViewSwitch::chosen, this, [this](int place) { showCustomers(place == 1); });
    m_switches << views;
    layout->addWidget(views);
    auto* make = new QPushButton(tr("New…"), row);
    make->setObjectName(QStringLiteral("newBusiness"));
    make->setAccessibleName(tr("New business"));
    connect(make, &QPushButton::clicked, this, &BusinessesPage::newAsked);
    m_news << make;
    layout->addSpacing(12);
    layout->addWidget(make);
    return row;
}

void BusinessesPage::showCustomers(bool customers)
{
    m_stack->setCurrentWidget(customers ? m_customers : m_businesses);
    // Each pane has a switch of its own; a click must not leave it telling of the other pane.
    for (int pane = 0; pane < m_switches.size(); ++pane) {
        m_switches[pane]->setCurrent(pane);
    }
    current().focusTable();
}

void BusinessesPage::setMarks(const std::vector<store::Mark>& marks, const QTimeZone& zone)
{
    const auto sentences = marksById(marks, zone);
    for (Marked& marked : m_marked) {
        const bool ofCustomers = marked.pane == m_customers;
        std::vector<store::Mark> its;
        std::copy_if(marks.begin(), marks.end(), std::back_inserter(its), [ofCustomers](const store::Mark& mark) { return ofCustomers || mark.businessId != mark.customerId; });
        marked.ids.clear();
        for (const store::Mark& mark : its) {
            marked.ids << (ofCustomers ? mark.customerId : mark.businessId);
        }
        marked.ids.removeDuplicates();
        marked.bar->setWords(marksSentence(its));
        marked.pane->model().setMarks(sentences);
        if (!marked.pane->only().isEmpty()) {
            marked.pane->setOnly(marked.ids);
        }
    }
}

void BusinessesPage::setWritesOff(const QString& reason)
{
    for (QPushButton* make : std::as_const(m_news)) {
        make->setEnabled(reason.isEmpty());
        make->setToolTip(reason.isEmpty() ? tr("Make a business with its customer and subscription (Ctrl+N)") : reason);
    }
}

TablePane& BusinessesPage::current()
{
    return m_stack->currentWidget() == m_customers ? *m_customers : *m_businesses;
}

} // namespace ch::ui
