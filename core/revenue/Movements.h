// SPDX-License-Identifier: GPL-3.0-or-later
// Steps of subscriptions to movements of customers, and movements to months. Pure values; any thread.
// Rule: the changes of one customer at one instant are summed first, so that an item swap is one movement; then the running balance says
// the class (docs.stripe.com/billing/subscriptions/analytics). opening + movements = closing holds in whole units by construction.
#pragma once

#include "revenue/Figures.h"

#include <map>
#include <vector>

namespace ch::revenue {

/// A step of one subscription, with whom it belongs to.
struct CustomerStep {
    qint64 at = 0;               ///< seconds UTC
    QString customerId;
    QString subscriptionId;
    QString businessType;
    CurrencyCode currency;
    qint64 deltaMinor = 0;
    bool exact = true;
    bool pause = false;
};

/// Movements by time, then customer. Steps in any order. A customer that was seen before in any currency reactivates.
[[nodiscard]] std::vector<Movement> classify(std::vector<CustomerStep> steps);

/// Adds movements up by month, half-open in a zone: the last months up to the one that now lies in.
class MonthBook {
public:
    MonthBook(const QTimeZone& zone, int months, qint64 nowMs);

    void add(const Movement& movement);
    /// By currency, then month; a currency's first month opens with all that came before. Internal when a sum leaves 64 bits.
    [[nodiscard]] Result<std::vector<MonthFigures>> figures() const;

private:
    struct Bucket {
        std::map<MovementClass, qint64> sums;
        std::map<QString, qint64> byType;
    };
    struct Book {
        Bucket before;
        std::vector<Bucket> months;
    };
    bool m_overflow = false;
    std::vector<QDate> m_months;
    std::vector<qint64> m_starts;  ///< seconds UTC of each month's first instant
    std::map<CurrencyCode, Book> m_books;
};

} // namespace ch::revenue
