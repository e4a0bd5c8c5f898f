// SPDX-License-Identifier: GPL-3.0-or-later
// What invoice lines say about one subscription item, condensed while the lines pass by. Plain value; any thread.
#pragma once

#include "stripe/Objects.h"

#include <vector>

namespace ch::revenue {

/// What is kept grows with the number of changes, not of invoices.
class ItemEvidence {
public:
    /// keepPeriods: also keeps the start of every period, which coupons of limited duration are judged by.
    explicit ItemEvidence(bool keepPeriods = false) : m_keepPeriods(keepPeriods) {}

    /// Lines in order of their period's start. Lines that are not about a subscription item say nothing here.
    void add(const stripe::InvoiceLine& line, const QString& invoiceStatus);

    /// Renewals in a row with one price and quantity, all voided or none.
    struct Run {
        stripe::Seconds firstStart = 0;
        stripe::Seconds lastStart = 0;
        stripe::Seconds lastEnd = 0;
        QString priceId;
        qint64 quantity = 1;
        bool voided = false;        ///< the invoices were
        bool uncollectible = false;
    };
    /// A proration: from an instant on, another price or quantity (debit), or no longer the old one (credit).
    struct Change {
        stripe::Seconds at = 0;
        QString priceId;
        qint64 quantity = 1;
        qint64 amount = 0;
        [[nodiscard]] bool isDebit() const { return amount >= 0; }
    };

    [[nodiscard]] const QString& itemId() const { return m_itemId; }
    [[nodiscard]] const std::vector<Run>& runs() const { return m_runs; }
    [[nodiscard]] const std::vector<Change>& changes() const { return m_changes; }
    [[nodiscard]] const std::vector<stripe::Seconds>& periodStarts() const { return m_periodStarts; }
    [[nodiscard]] stripe::Seconds lastEnd() const { return m_lastEnd; }

private:
    bool m_keepPeriods;
    QString m_itemId;
    std::vector<Run> m_runs;
    std::vector<Change> m_changes;
    std::vector<stripe::Seconds> m_periodStarts;
    stripe::Seconds m_lastEnd = 0;
};

} // namespace ch::revenue
