// SPDX-License-Identifier: GPL-3.0-or-later
// How often Stripe is asked for events. Pure.
//
// Every 19 s while a person looks, so that what changes is seen within 20, and today's share of the read budget is more than half left; then less
// often, step by step, so that the share lasts a working day; seldom while nobody looks; and only to prove that nothing is missed while webhooks bring everything.
#pragma once

#include "sync/ReadBudget.h"

namespace ch::sync {

struct Rhythm {
    enum class Why {
        Looked,       ///< somebody looks
        Idle,         ///< nobody does
        Budget,       ///< stretched: today's share of the reads runs low
        BudgetSpent,  ///< stretched: this month's reads are spent, but for what is kept for people
        Webhooks,     ///< webhooks bring what happens
        Failing       ///< the last try did not get through
    };
    qint64 everyMs = 0;
    Why why = Why::Idle;
    bool operator==(const Rhythm&) const = default;
};

/// "looked", "idle", "budget", "budget_spent", "webhooks", "failing": as in JSON.
[[nodiscard]] QString wordOf(Rhythm::Why why);

inline constexpr qint64 kLookedEveryMs = 19'000;
inline constexpr qint64 kIdleEveryMs = 15LL * 60 * 1000;

struct RhythmInput {
    bool isLooked = false;
    bool areWebhooksProven = false;
    int failures = 0;              ///< tries in a row that failed
    BudgetState budget;
};
[[nodiscard]] Rhythm rhythmOf(const RhythmInput& input);

} // namespace ch::sync
