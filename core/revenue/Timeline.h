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

#include "revenue/ItemEvidence.h"
#include "revenue/Mrr.h"

#include <vector>

namespace ch::revenue {

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
