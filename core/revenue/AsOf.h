// SPDX-License-Identifier: GPL-3.0-or-later
// Figures at an instant, as sums over the ledger's rows up to and with that instant. One line a currency, never added across.
// Pure; any thread.
#pragma once

#include "revenue/Grouping.h"

namespace ch::revenue {

/// How certain a figure is: the rows whose window holds the instant may have happened already, or not yet.
struct Certainty {
    qint64 uncertain = 0;     ///< sum of what those rows change, without sign
    qint64 low = 0;           ///< what they can add to the figure at the least, at most 0
    qint64 high = 0;          ///< and at the most, at least 0
    void add(const Row& row, qint64 delta, Seconds at);
    /// The part of a figure that no open window touches, in millionths.
    [[nodiscard]] qint64 exactMillionths(qint64 figure) const;
};

struct FigureLine {
    CurrencyCode currency;
    QString group;            ///< empty without grouping
    Amounts amounts;
    qint64 subscriptions = 0; ///< with more than 0
    Certainty certainty;
};

/// The largest currency first; with groups by currency, then the largest first. Lines that are 0 in all are left out. Internal when a sum leaves 64 bits.
[[nodiscard]] Result<std::vector<FigureLine>> figuresAt(const Ledger& ledger, Seconds at, const Grouping& grouping);

/// Whether two rows are of one change of an item: a change of price has two. A change of definition is one of its own.
[[nodiscard]] inline bool isSameChange(const Row& a, const Row& b)
{
    return a.subscription == b.subscription && a.item == b.item && a.at == b.at && (a.cause == Cause::Definition) == (b.cause == Cause::Definition);
}

/// Visits (first row, net change of MRR) of each change of an item, as far as its rows are of one key: grouped by price, what leaves the old price and
/// what comes to the new one are two.
template <typename KeyOf, typename Visit>
void forEachChange(const std::vector<Row>& rows, size_t from, size_t to, KeyOf keyOf, Visit visit)
{
    for (size_t i = from; i < to;) {
        qint64 delta = 0;
        size_t next = i;
        while (next < to && isSameChange(rows[next], rows[i]) && keyOf(rows[next]) == keyOf(rows[i])) {
            delta += rows[next++].delta.mrr;
        }
        visit(rows[i], delta);
        i = next;
    }
}

} // namespace ch::revenue
