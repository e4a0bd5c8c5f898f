// SPDX-License-Identifier: GPL-3.0-or-later
// The revenue ledger as it is kept in the mirror: its rows, and their sums by local day and month, which Home is told from. Written by
// revenue, which knows what the numbers of classes, causes and sources mean. Like all of the mirror it can be made anew. Plain values.
#pragma once

#include "base/Money.h"

#include <string_view>

namespace ch::store {

/// One change of one item; texts are good during the call only. Amounts: minor units; times: seconds UTC.
struct LedgerRow {
    qint64 at = 0, earliest = 0, latest = 0;
    int day = 0;                        ///< local, yyyymmdd
    std::string_view subscriptionId, itemId, currency, businessType, evidenceId;
    qint64 mrr = 0, list = 0, contracted = 0, net = 0, atRisk = 0, committed = 0;
    int movementClass = 0, kind = 0, cause = 0, source = 0, flags = 0;   ///< kind: of churn
    int started = 0;                    ///< 1: its subscription begins to bring something with this row; -1: it ceases to
};

enum class LedgerGrain { Day = 0, Month = 1 };

/// What moved in a day or month.
struct LedgerSum {
    LedgerGrain grain = LedgerGrain::Day;
    int start = 0;                      ///< first day, local, yyyymmdd
    QString currency, businessType;
    int movementClass = 0, kind = 0;
    qint64 minor = 0;
    qint64 subscriptions = 0;           ///< that began to bring something, less those that ceased to
};

struct LedgerState {
    QString made;                       ///< by which definition, zone and version; empty: it was not made yet
    QString zone;                       ///< of its days
    qint64 atMs = 0;                    ///< up to when
    qint64 dirty = 0;                   ///< customers of whom something new is known since
    [[nodiscard]] bool isCurrent() const { return !made.isEmpty() && dirty == 0; }
};

} // namespace ch::store
