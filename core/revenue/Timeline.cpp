// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Timeline.h"

#include <algorithm>
#include <limits>
#include <map>

namespace ch::revenue {

using stripe::Seconds;

namespace {

constexpr Seconds kForever = std::numeric_limits<Seconds>::max();
constexpr Seconds kSameCreation = 60; // an item made with its subscription, which takes Stripe a moment
constexpr Seconds kSameStart = 86400; // a trial that begins within a day of the subscription is its first

/// What an item was sold at from an instant on.
struct ItemState {
    Seconds at = 0;
    QString priceId;
    qint64 quantity = 1;
    bool exact = true;
    bool present = true;
};

/// All states of one item, and the item to value them with.
struct ItemHistory {
    stripe::SubscriptionItem item;
    std::vector<ItemState> states;
    std::vector<Seconds> periodStarts;
};

/// A stretch in which a subscription did not count.
struct Gap {
    Seconds from = 0;
    Seconds to = kForever;
    bool pause = false;
    bool fromExact = true;
    bool toExact = true;
};

/// When a subscription could count.
struct Span {
    Seconds start = 0;
    Seconds end = kForever;
    bool endExact = true;
    std::vector<Gap> gaps;

    [[nodiscard]] bool isOpen(Seconds at) const
    {
        return at >= start && at < end && std::none_of(gaps.begin(), gaps.end(), [at](const Gap& gap) { return at >= gap.from && at < gap.to; });
    }
};

/// Renewals and debits in order; the larger of two debits at one instant is the new state (the other belongs to a free price).
std::vector<ItemState> statesFromLines(const ItemEvidence& evidence)
{
    std::vector<ItemState> states;
    for (const ItemEvidence::Run& run : evidence.runs()) {
        states.push_back({run.firstStart, run.priceId, run.quantity, false, true});
    }
    std::map<Seconds, const ItemEvidence::Change*> debits;
    for (const ItemEvidence::Change& change : evidence.changes()) {
        const ItemEvidence::Change*& best = debits[change.at];
        if (change.isDebit() && (best == nullptr || change.amount > best->amount)) {
            best = &change;
        }
    }
    for (const auto& [at, debit] : debits) {
        if (debit != nullptr) {
            states.push_back({at, debit->priceId, debit->quantity, true, true});
        }
    }
    // At one instant the proration comes last: it is what the item was changed to then.
    std::stable_sort(states.begin(), states.end(), [](const ItemState& a, const ItemState& b) { return a.at < b.at || (a.at == b.at && !a.exact && b.exact); });
    std::vector<ItemState> changes;
    for (const ItemState& state : states) {
        if (changes.empty() || changes.back().priceId != state.priceId || changes.back().quantity != state.quantity) {
            changes.push_back(state);
        }
    }
    return changes;
}

/// When an item that is no longer there went: at its credit if it has one after all else, else by the end of what was last billed.
ItemState removalOf(const ItemEvidence& evidence, Seconds now)
{
    Seconds lastSeen = 0;
    for (const ItemEvidence::Run& run : evidence.runs()) {
        lastSeen = std::max(lastSeen, run.lastStart);
    }
    Seconds credited = 0;
    for (const ItemEvidence::Change& change : evidence.changes()) {
        lastSeen = change.isDebit() ? std::max(lastSeen, change.at) : lastSeen;
        credited = change.isDebit() ? credited : std::max(credited, change.at);
    }
    ItemState gone;
    gone.present = false;
    gone.exact = credited > 0 && credited >= lastSeen;
    gone.at = gone.exact ? credited : std::min(evidence.lastEnd(), now);
    return gone;
}

/// When an item that is there now was added: with the subscription, or at its own creation.
Seconds addedAt(const stripe::SubscriptionItem& item, const stripe::Subscription& subscription, Seconds start)
{
    return item.created > subscription.created + kSameCreation ? std::max(item.created, start) : start;
}

ItemHistory historyOfPresent(const stripe::SubscriptionItem& item, const ItemEvidence* evidence, const stripe::Subscription& subscription, Seconds start, Seconds now)
{
    ItemHistory history;
    history.item = item;
    const qint64 quantity = item.quantity.value_or(1);
    const Seconds added = addedAt(item, subscription, start);
    if (evidence != nullptr) {
        history.states = statesFromLines(*evidence);
        history.periodStarts = evidence->periodStarts();
    }
    if (history.states.empty()) {
        // Nothing was billed for it yet, so its first period still runs, or else its invoices are not known to us.
        const Seconds begun = std::max(added, subscription.trialEnd.value_or(0));
        history.states.push_back({added, item.price.id, quantity, item.currentPeriodStart != 0 && item.currentPeriodStart <= begun + kSameStart, true});
        return history;
    }
    if (history.states.front().at > added || !history.states.front().exact) {
        history.states.front().at = added;
        history.states.front().exact = true;
    }
    const ItemState& last = history.states.back();
    // A line without a price id (an inline item of an older shape) cannot contradict what the item says.
    if ((last.priceId != item.price.id && !last.priceId.isEmpty()) || last.quantity != quantity) {
        history.states.push_back({now, item.price.id, quantity, false, true});
    }
    return history;
}

ItemHistory historyOfRemoved(const ItemEvidence& evidence, Seconds start, Seconds earliest, Seconds now)
{
    ItemHistory history;
    history.item.id = evidence.itemId();
    history.states = statesFromLines(evidence);
    history.periodStarts = evidence.periodStarts();
    if (history.states.empty()) {
        return history;
    }
    if (history.states.front().at <= earliest) {
        history.states.front().at = start; // billed from the first invoice on: it was there from the start
        history.states.front().exact = true;
    }
    history.states.push_back(removalOf(evidence, now));
    return history;
}

std::vector<ItemHistory> itemHistories(const stripe::Subscription& subscription, const std::vector<ItemEvidence>& evidence, Seconds start, Seconds now)
{
    Seconds earliest = kForever;
    for (const ItemEvidence& one : evidence) {
        for (const ItemEvidence::Run& run : one.runs()) {
            earliest = std::min(earliest, run.firstStart);
        }
    }
    std::vector<ItemHistory> histories;
    for (const stripe::SubscriptionItem& item : subscription.items) {
        const auto found = std::find_if(evidence.begin(), evidence.end(), [&](const ItemEvidence& one) { return one.itemId() == item.id; });
        histories.push_back(historyOfPresent(item, found == evidence.end() ? nullptr : &*found, subscription, start, now));
    }
    for (const ItemEvidence& one : evidence) {
        const bool present = std::any_of(subscription.items.begin(), subscription.items.end(), [&](const stripe::SubscriptionItem& item) { return item.id == one.itemId(); });
        if (!present) {
            histories.push_back(historyOfRemoved(one, start, earliest, now));
        }
    }
    return histories;
}

void addTrial(const stripe::Subscription& subscription, const Definition& definition, Span* span)
{
    if (definition.countTrialing || !subscription.trialEnd) {
        return;
    }
    Gap trial;
    trial.from = subscription.trialStart.value_or(span->start);
    trial.to = *subscription.trialEnd;
    trial.pause = trial.from > span->start + kSameStart; // a free month in the middle is a pause, not churn
    if (!trial.pause) {
        trial.from = span->start;
    }
    if (subscription.status == QLatin1String("paused")) {
        trial.to = kForever; // the trial ended without a way to pay
    }
    if (trial.to > trial.from) {
        span->gaps.push_back(trial);
    }
}

/// Renewals that were voided in the middle, with good ones after them, are a pause that is over.
void addPastPauses(const std::vector<ItemEvidence>& evidence, Span* span)
{
    for (const ItemEvidence& one : evidence) {
        const std::vector<ItemEvidence::Run>& runs = one.runs();
        for (size_t i = 0; i < runs.size(); ++i) {
            size_t next = i + 1;
            while (next < runs.size() && runs[next].voided) {
                ++next;
            }
            if (runs[i].voided && next < runs.size()) {
                span->gaps.push_back({runs[i].firstStart, runs[next].firstStart, true, false, false});
            }
        }
    }
}

/// The start of the run of voided (or given up) invoices at the very end; now when the last one was good.
Seconds trailingVoidStart(const std::vector<ItemEvidence>& evidence, Seconds now)
{
    Seconds from = now;
    for (const ItemEvidence& one : evidence) {
        for (auto run = one.runs().rbegin(); run != one.runs().rend() && (run->voided || run->uncollectible); ++run) {
            from = std::min(from, run->firstStart);
        }
    }
    return from;
}

/// What it is now and does not count for, with the window in which that began: placed at the window's end.
void addPresentGap(const stripe::Subscription& subscription, const std::vector<ItemEvidence>& evidence, const Definition& definition, Seconds now, Span* span)
{
    const bool pausedNow = subscription.pauseCollection && subscription.pauseCollection->behavior != QLatin1String("keep_as_draft");
    if (pausedNow) {
        span->gaps.push_back({trailingVoidStart(evidence, now), kForever, true, false, true});
    }
    const bool pastDueOut = subscription.status == QLatin1String("past_due") && !definition.countPastDue;
    if (subscription.status == QLatin1String("unpaid") || pastDueOut) {
        // The newest invoice that was not left a draft is the one that could not be collected; retries end within its period.
        Seconds lastEnd = 0;
        for (const ItemEvidence& one : evidence) {
            for (const ItemEvidence::Run& run : one.runs()) {
                lastEnd = std::max(lastEnd, pastDueOut ? run.lastStart : run.lastEnd);
            }
        }
        span->gaps.push_back({lastEnd == 0 ? now : std::min(lastEnd, now), kForever, false, false, true});
    }
}

Span spanOf(const stripe::Subscription& subscription, const std::vector<ItemEvidence>& evidence, const Definition& definition, Seconds now)
{
    Span span;
    span.start = subscription.startDate != 0 ? subscription.startDate : subscription.created;
    if (subscription.endedAt) {
        span.end = *subscription.endedAt;
    } else if (subscription.isEnded()) {
        span.end = subscription.canceledAt.value_or(now);
        span.endExact = false;
    }
    addTrial(subscription, definition, &span);
    addPastPauses(evidence, &span);
    if (!subscription.isEnded()) {
        addPresentGap(subscription, evidence, definition, now, &span);
    }
    return span;
}

/// An instant at which something may have changed, and what is known about it.
struct Mark {
    bool exact = true;
    bool pause = false;
    bool other = false;   ///< something else than a pause happened then
    qint64 minor = 0;     ///< MRR from then on
    bool valued = true;
};

using Marks = std::map<Seconds, Mark>;

void mark(Marks* marks, Seconds at, bool exact, bool pause)
{
    Mark& one = (*marks)[at];
    one.exact = one.exact && exact;
    one.pause = one.pause || pause;
    one.other = one.other || !pause;
}

void markDiscounts(const QList<stripe::Discount>& discounts, Marks* marks)
{
    for (const stripe::Discount& discount : discounts) {
        mark(marks, discount.start, true, false);
        if (discount.end) {
            mark(marks, *discount.end, true, false);
        }
    }
}

Marks allMarks(const stripe::Subscription& subscription, const std::vector<ItemHistory>& items, const Span& span, const Surroundings& surroundings, Seconds now)
{
    Marks marks;
    mark(&marks, span.start, true, false);
    mark(&marks, span.end, span.endExact, false);
    for (const Gap& gap : span.gaps) {
        mark(&marks, gap.from, gap.fromExact, gap.pause);
        mark(&marks, gap.to, gap.toExact, gap.pause);
    }
    markDiscounts(subscription.discounts, &marks);
    if (surroundings.customerDiscount) {
        markDiscounts({*surroundings.customerDiscount}, &marks);
    }
    for (const ItemHistory& history : items) {
        markDiscounts(history.item.discounts, &marks);
        for (const ItemState& state : history.states) {
            mark(&marks, state.at, state.exact, false);
        }
        for (const Seconds start : history.periodStarts) {
            marks.try_emplace(start); // a coupon may begin or cease to bite then; that alone says nothing of certainty
        }
    }
    // Before the start nothing counts, and what is to come has not happened.
    marks.erase(marks.begin(), marks.lower_bound(span.start));
    marks.erase(marks.upper_bound(now), marks.end());
    return marks;
}

/// The subscription as it stood at an instant.
stripe::Subscription asOf(const stripe::Subscription& subscription, const std::vector<ItemHistory>& histories, Seconds at)
{
    stripe::Subscription then = subscription;
    then.status = QStringLiteral("active");
    then.pauseCollection.reset();
    then.itemsComplete = true;
    then.items.clear();
    for (const ItemHistory& history : histories) {
        const auto after = std::upper_bound(history.states.begin(), history.states.end(), at, [](Seconds instant, const ItemState& state) { return instant < state.at; });
        if (after == history.states.begin() || !std::prev(after)->present) {
            continue;
        }
        const ItemState& state = *std::prev(after);
        stripe::SubscriptionItem item = history.item;
        if (!state.priceId.isEmpty() && state.priceId != item.price.id) {
            item.price = stripe::Price();
            item.price.id = state.priceId; // its terms come from the surroundings; a price's amount never changes
        }
        item.quantity = state.quantity;
        const auto period = std::upper_bound(history.periodStarts.begin(), history.periodStarts.end(), at);
        item.currentPeriodStart = period == history.periodStarts.begin() ? 0 : *std::prev(period);
        then.items.push_back(item);
    }
    return then;
}

void valueMarks(const stripe::Subscription& subscription, const std::vector<ItemHistory>& items, const Span& span, const Surroundings& surroundings, const Definition& definition, Marks* marks)
{
    for (auto& [at, one] : *marks) {
        if (!span.isOpen(at)) {
            continue;
        }
        const stripe::Subscription then = asOf(subscription, items, at);
        if (then.items.empty()) {
            continue;
        }
        const SubscriptionMrr mrr = mrrOf(then, surroundings, definition, at);
        one.valued = mrr.problem == ValueProblem::None;
        one.minor = mrr.mrrMinor;
    }
    // What cannot be valued (a price that is gone) is taken to be as what followed it, and said to be uncertain.
    Mark* following = nullptr;
    for (auto one = marks->rbegin(); one != marks->rend(); ++one) {
        if (!one->second.valued) {
            one->second.exact = false;
            one->second.minor = following != nullptr ? following->minor : 0;
            if (following != nullptr) {
                following->exact = false;
            }
        }
        following = &one->second;
    }
}

bool mayHaveCounted(const stripe::Subscription& subscription)
{
    return subscription.testClock.isEmpty() && !subscription.items.empty() && subscription.status != QLatin1String("incomplete") && subscription.status != QLatin1String("incomplete_expired");
}

} // namespace

std::vector<MrrStep> timelineOf(const stripe::Subscription& subscription, const std::vector<ItemEvidence>& evidence, const Surroundings& surroundings, const Definition& definition,
    qint64 targetMinor, stripe::Seconds now)
{
    std::vector<MrrStep> steps;
    if (!mayHaveCounted(subscription) || mrrOf(subscription, surroundings, definition, now).problem != ValueProblem::None) {
        return steps;
    }
    const Span span = spanOf(subscription, evidence, definition, now);
    const std::vector<ItemHistory> items = itemHistories(subscription, evidence, span.start, now);
    Marks marks = allMarks(subscription, items, span, surroundings, now);
    valueMarks(subscription, items, span, surroundings, definition, &marks);
    qint64 minor = 0;
    for (const auto& [at, one] : marks) {
        if (one.minor != minor) {
            steps.push_back({at, one.minor - minor, one.exact, one.pause && !one.other});
            minor = one.minor;
        }
    }
    if (minor != targetMinor) {
        // History led elsewhere than to what is: the difference arose at some time not visible, and now at the latest.
        steps.push_back({now, targetMinor - minor, false, false});
    }
    return steps;
}

} // namespace ch::revenue
