// SPDX-License-Identifier: GPL-3.0-or-later
// The GETs of a month (UTC): what was spent, by whose work, and what is left. Stripe asks that an account's reads average no more than 500 for
// each transaction over 30 days, with a floor of 10,000 a month (docs.stripe.com/rate-limits). The budget is that floor, or the larger number that an
// account with many transactions sets. Nothing is refused here: background work asks, and stretches by itself.
// Engine thread. Counts are kept at most 10 s after they were sent, and by flush(); a killed program loses those since.
#pragma once

#include "base/Clock.h"
#include "http/Message.h"
#include "store/ReadCounts.h"

#include <QMetaType>

namespace ch::sync {

/// A plain value that crosses threads.
struct BudgetState {
    static constexpr qint64 kFloor = 10'000;
    QString month;                 ///< "2026-11"
    qint64 budget = kFloor;
    qint64 spent = 0;              ///< this month
    qint64 spentToday = 0;
    QMap<QString, qint64> by = {}; ///< this month: "person", "sync", "feed", "check"
    int daysLeft = 1;              ///< of the month, today included

    [[nodiscard]] qint64 left() const { return qMax<qint64>(0, budget - spent); }
    /// What background work may spend today: a seventh is kept for people, and the rest of the month keeps its share.
    [[nodiscard]] qint64 shareOfToday() const { return qMax<qint64>(0, budget - budget / 7 - (spent - spentToday)) / qMax(1, daysLeft); }
    bool operator==(const BudgetState&) const = default;
};

class ReadBudget : public QObject {
public:
    ReadBudget(store::ReadCounts& counts, Clock& clock, QObject* parent = nullptr) : QObject(parent), m_counts(counts), m_clock(clock) {}
    ~ReadBudget() override { flush(); }

    /// One GET has left.
    void sent(http::Purpose purpose);
    /// As set for the account; below the floor the floor counts.
    void setBudget(qint64 readsOfAMonth) { m_budget = qMax(BudgetState::kFloor, readsOfAMonth); }
    /// Of all programs on this records file.
    [[nodiscard]] Result<BudgetState> state();
    void flush();

private:
    store::ReadCounts& m_counts;
    Clock& m_clock;
    qint64 m_budget = BudgetState::kFloor;
    QMap<QString, qint64> m_unsaved;
    QString m_day;                 ///< of what is not saved
    bool m_isWaiting = false;
};

} // namespace ch::sync

Q_DECLARE_METATYPE(ch::sync::BudgetState)
