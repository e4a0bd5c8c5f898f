// SPDX-License-Identifier: GPL-3.0-or-later
// The businesses, or with the switch all customers of Stripe, those without a business id too. GUI thread.
#pragma once

#include "store/Marks.h"
#include "ui/tables/TablePane.h"

#include <QWidget>
#include <array>

class QPushButton;
class QStackedLayout;

namespace ch::ui {

class MarkedBar;
class ViewSwitch;

class BusinessesPage final : public QWidget {
    Q_OBJECT
public:
    BusinessesPage(const Theme& theme, QWidget* parent);
    [[nodiscard]] TablePane& businesses() { return *m_businesses; }
    [[nodiscard]] TablePane& customers() { return *m_customers; }
    [[nodiscard]] TablePane& current();
    void showCustomers(bool customers);
    /// What events have marked: a sign at each, and a bar above the table that leads to them; above all customers also those that are no business of ours.
    void setMarks(const std::vector<store::Mark>& marks, const QTimeZone& zone);
    /// Empty: allowed. Otherwise why no business can be made.
    void setWritesOff(const QString& reason);

Q_SIGNALS:
    void opened(const QString& objectId);
    void syncAsked();
    void newAsked();

private:
    QWidget* makeSwitch(bool customers, TablePane* pane);
    struct Marked {
        TablePane* pane = nullptr;
        MarkedBar* bar = nullptr;
        QStringList ids;
    };

    TablePane* m_businesses;
    TablePane* m_customers;
    QStackedLayout* m_stack;
    QList<ViewSwitch*> m_switches;  ///< one for each pane: businesses, customers
    QList<QPushButton*> m_news;     ///< one for each pane
    std::array<Marked, 2> m_marked; ///< businesses, customers
};

} // namespace ch::ui
