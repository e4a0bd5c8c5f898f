// SPDX-License-Identifier: GPL-3.0-or-later
// The history of one subscription's MRR, told by its invoice lines and by what it is now. Invoice lines carry price and quantity, and those
// are read; nothing is ever computed back from a prorated amount, which is rounded (off by dollars when an hour of the month was left).
//
// Certain to the second: start, trial end, end, prorated changes, items that were added or swapped, discounts still attached.
// Only placed within a window, and marked so: an item edited without proration (at the renewal that shows it; at now when none does yet),
// one removed without proration (at the end of its last period), unpaid and paused since (from the invoices that were voided).
// Not visible at all: discounts that were taken off again, and pauses that left no voided invoice.
// Pure values; any thread.
#pragma once

#include "revenue/Mrr.h"

#include <vector>

namespace ch::revenue {

/// What invoice lines say about one subscription item, condensed while they pass by: as long as the number of changes, not of invoices.
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

/// One step of a subscription's MRR.
struct MrrStep {
    stripe::Seconds at = 0;
    qint64 deltaMinor = 0;
    bool exact = true;
    bool pause = false;      ///< it stopped or went on being charged, without ending
};

/// The steps of a subscription, oldest first, none of them 0; they sum to targetMinor exactly, which is its MRR now. None when it
/// cannot be valued, when it never counted, or when its time is a test clock's.
[[nodiscard]] std::vector<MrrStep> timelineOf(const stripe::Subscription& subscription, const std::vector<ItemEvidence>& evidence, const Surroundings& surroundings,
    const Definition& definition, qint64 targetMinor, stripe::Seconds now);

} // namespace ch::revenue
