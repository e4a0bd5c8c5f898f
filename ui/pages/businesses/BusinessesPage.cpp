// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/businesses/BusinessesPage.h"

#include "ui/pages/businesses/MarkedBar.h"
#include "ui/text/MarkText.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedLayout>
#include <QToolButton>
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
    for (const bool forCustomers : {false, true}) {
        auto* button = new QToolButton(row);
        button->setObjectName(forCustomers ? QStringLiteral("switchCustomers") : QStringLiteral("switchBusinesses"));
        button->setText(forCustomers ? tr("All Stripe customers") : tr("Businesses"));
        button->setAccessibleName(button->text());
        button->setProperty("look", QStringLiteral("switch"));
        button->setProperty("end", forCustomers ? QStringLiteral("last") : QStringLiteral("first"));
        button->setMinimumWidth(button->sizeHint().width());
        button->setCheckable(true);
        button->setChecked(forCustomers == customers);
        connect(button, &QToolButton::clicked, this, [this, forCustomers] { showCustomers(forCustomers); });
        m_switches << button;
        layout->addWidget(button);
    }
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
    for (int i = 0; i < m_switches.size(); ++i) {
        const bool paneOfCustomers = i >= 2;
        const bool forCustomers = i % 2 == 1;
        m_switches[i]->setChecked(forCustomers == paneOfCustomers);
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
