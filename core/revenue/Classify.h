// SPDX-License-Identifier: GPL-3.0-or-later
// Gives rows their class. The changes of one customer at one instant (or within the grouping window) are one movement: its class is that of
// the customer's running balance before and after, and every row of it carries that class, so that an item swap is one expansion and any
// grouping of the rows sums to the whole. Active is who pays in any currency. Rows that explain nothing are Reconciliation.
// Sources: docs.stripe.com/billing/subscriptions/analytics; help.chartmogul.com 4416682609426 for the window. Pure; any thread.
#pragma once

#include "revenue/Ledger.h"

namespace ch::revenue {

/// One change, as the classes see it.
struct ClassInput {
    Seconds at = 0;
    quint32 currency = 0;      ///< small numbers, from 0
    qint64 delta = 0;
    bool pause = false;
    bool unexplained = false;
    bool redefined = false;    ///< no change of the customer, but of what MRR means
};
struct ClassOutput {
    MovementClass movement = MovementClass::New;
    bool lapse = false;
};

/// The changes of one customer by time.
void classifyCustomer(const std::vector<ClassInput>& changes, const Definition& definition, std::vector<ClassOutput>* classes);
/// The same where another definition goes from an instant on; the redefined changes stand at it, before the others of that instant. They move the
/// balance and are Definition; no movement reaches across them, what they end is no churn, and who was counted before is not new after.
void classifyCustomer(const std::vector<ClassInput>& changes, const Definition& before, const Definition& after, Seconds changedAt, std::vector<ClassOutput>* classes);

/// The class of a change of a customer from before to after; seen: it was active at some time before; pause: nothing but pauses changed it; sign: of the change in one currency.
struct Transition {
    bool activeBefore = false;
    bool activeAfter = false;
    bool seen = false;
    bool pause = false;
};
[[nodiscard]] MovementClass classOf(const Transition& transition, int sign);

} // namespace ch::revenue
