// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/PollRhythm.h"

namespace ch::sync {

namespace {

constexpr qint64 kMinute = 60'000;

Rhythm rhythmOfBudget(const RhythmInput& input)
{
    const BudgetState& budget = input.budget;
    const qint64 share = budget.shareOfToday();
    const qint64 left = share - budget.spentToday;
    if (budget.spent >= budget.budget - budget.budget / 7) {
        return {input.isLooked ? 15 * kMinute : 6 * 60 * kMinute, Rhythm::Why::BudgetSpent};
    }
    if (!input.isLooked) {
        return left > 0 ? Rhythm{kIdleEveryMs, Rhythm::Why::Idle} : Rhythm{60 * kMinute, Rhythm::Why::Budget};
    }
    if (left > share / 2) {
        return {kLookedEveryMs, Rhythm::Why::Looked};
    }
    const qint64 every = left > share / 4 ? kMinute : left > share / 10 ? 2 * kMinute : left > 0 ? 5 * kMinute : 10 * kMinute;
    return {every, Rhythm::Why::Budget};
}

} // namespace

QString wordOf(Rhythm::Why why)
{
    switch (why) {
    case Rhythm::Why::Looked: return QStringLiteral("looked");
    case Rhythm::Why::Idle: return QStringLiteral("idle");
    case Rhythm::Why::Budget: return QStringLiteral("budget");
    case Rhythm::Why::BudgetSpent: return QStringLiteral("budget_spent");
    case Rhythm::Why::Webhooks: return QStringLiteral("webhooks");
    case Rhythm::Why::Failing: return QStringLiteral("failing");
    }
    return {};
}

Rhythm rhythmOf(const RhythmInput& input)
{
    Rhythm rhythm = rhythmOfBudget(input);
    const qint64 proofMs = input.isLooked ? 5 * kMinute : 30 * kMinute;
    if (input.areWebhooksProven && rhythm.everyMs < proofMs) {
        rhythm = {proofMs, Rhythm::Why::Webhooks};
    }
    if (input.failures > 0) {
        // A try that does not get through costs no read: somebody who looks is not left waiting long after the network is back.
        const qint64 longest = input.isLooked ? kMinute : kIdleEveryMs;
        rhythm = {qMin(longest, 5'000LL << qMin(input.failures - 1, 12)), Rhythm::Why::Failing};
    }
    return rhythm;
}

} // namespace ch::sync
