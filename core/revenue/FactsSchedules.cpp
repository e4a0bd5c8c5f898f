// SPDX-License-Identifier: GPL-3.0-or-later
// Phases of schedules, in FactsMaker. A phase says price and quantity to the second, but names no item, and an item that was changed by hand
// while its phase ran stands there as it was last. So a phase counts only where one item alone can be meant, where the schedule was there before
// the phase began, and where no invoice line says otherwise; else it says nothing.
#include "revenue/FactsMaker.h"

#include <algorithm>

namespace ch::revenue {

namespace {

/// The item of the phase has a line that contradicts it, or that shows that it was changed while the phase ran.
bool isContradicted(const Facts& facts, const SubscriptionFacts& subscription, Ref item, quint32 price, qint64 quantity, Seconds start, Seconds end)
{
    for (quint32 i = subscription.lines.from; i < subscription.lines.to; ++i) {
        const LineFacts& line = facts.lines[i];
        if (line.item != item || line.is(kLineVoided) || line.start < start || line.start >= end) {
            continue;
        }
        const bool same = (line.price == price || line.price == kNone) && line.quantity == quantity;
        const bool debit = line.is(kLineProration) && !line.isCredit() && (line.amount > 0 || line.start > start);
        if ((debit && line.start > start) || (!line.is(kLineProration) && !same) || (debit && !same)) {
            return true;
        }
    }
    return false;
}

/// The one item that was billed so at that instant; kNone when there is none or several.
Ref billedAt(const Facts& facts, const SubscriptionFacts& subscription, quint32 price, qint64 quantity, Seconds at)
{
    Ref found = kNone;
    for (quint32 i = subscription.lines.from; i < subscription.lines.to; ++i) {
        const LineFacts& line = facts.lines[i];
        const bool fits = line.start == at && line.price == price && line.quantity == quantity && !line.is(kLineVoided) && !(line.is(kLineProration) && line.amount <= 0);
        if (fits && found != kNone && found != line.item) {
            return kNone;
        }
        found = fits ? line.item : found;
    }
    return found;
}

/// The item of a subscription that never had another.
Ref onlyItem(const Facts& facts, const SubscriptionFacts& subscription, Seconds at)
{
    if (subscription.items.to - subscription.items.from != 1 || facts.items[subscription.items.from].created > at) {
        return kNone;
    }
    const Ref only = facts.items[subscription.items.from].id;
    for (quint32 i = subscription.lines.from; i < subscription.lines.to; ++i) {
        if (facts.lines[i].item != only) {
            return kNone;
        }
    }
    return only;
}

} // namespace

void FactsMaker::addPhaseItem(const PhaseItemSeen& item)
{
    SubscriptionFacts* subscription = known(item.subscriptionId);
    if (subscription == nullptr) {
        return;
    }
    m_phases.push_back({subscription->id, m_facts.ids.of(item.scheduleId), item.driving, item.created, item.endedAt, item.phase, item.start, item.end,
        priceIndex(m_facts.ids.of(item.priceId), subscription->currency), item.quantity, kNone});
    if (item.driving && item.cancels) {
        BesideFacts& beside = besideOf(subscription);
        beside.bookedSince = item.end > beside.bookedEnd ? item.created : beside.bookedSince;
        beside.bookedEnd = std::max(beside.bookedEnd, item.end);
    }
}

void FactsMaker::matchPhase(const SubscriptionFacts& subscription, PhaseItem* from, PhaseItem* to) const
{
    if (from->created > from->start || (from->endedAt != 0 && from->start >= from->endedAt)) {
        return; // not this schedule brought it about, or it never came to it
    }
    for (PhaseItem* one = from; one != to; ++one) {
        const bool twice = std::count_if(from, to, [one](const PhaseItem& other) { return other.price == one->price && other.quantity == one->quantity; }) > 1;
        const Ref billed = twice ? kNone : billedAt(m_facts, subscription, one->price, one->quantity, one->start);
        one->item = billed != kNone ? billed : to - from == 1 ? onlyItem(m_facts, subscription, one->start) : kNone;
        const Seconds end = one->endedAt != 0 ? std::min(one->end, one->endedAt) : one->end;
        if (one->item != kNone && isContradicted(m_facts, subscription, one->item, one->price, one->quantity, one->start, end)) {
            one->item = kNone;
        }
    }
}

void FactsMaker::tellPhase(const PhaseItem* before, const PhaseItem* from, const PhaseItem* to)
{
    const auto tell = [&](const PhaseItem& one, Seconds at, bool present, bool change) {
        m_facts.told.push_back({one.subscription, Source::Schedule, at, at, {one.item, one.price, one.quantity}, present, change, one.schedule});
    };
    const bool follows = before != from && before->end == from->start;
    bool whole = true;
    for (const PhaseItem* one = from; one != to; ++one) {
        whole = whole && one->item != kNone;
        if (one->item == kNone) {
            continue;
        }
        const PhaseItem* was = follows ? std::find_if(before, from, [one](const PhaseItem& other) { return other.item == one->item; }) : from;
        const bool changed = was != from && (was->price != one->price || was->quantity != one->quantity);
        if (changed) {
            tell(*was, one->start - 1, true, false);
        }
        tell(*one, one->start, true, changed);
    }
    for (const PhaseItem* was = follows && whole ? before : from; was != from; ++was) {
        if (was->item != kNone && std::none_of(from, to, [was](const PhaseItem& one) { return one.item == was->item; })) {
            tell(*was, from->start - 1, true, false);
            tell(*was, from->start, false, true);
        }
    }
}

/// What the last phase will make of the items of today: those whose price stays, and the one that takes the place of the only one.
void FactsMaker::tellBooked(const SubscriptionFacts& subscription, const PhaseItem* from, const PhaseItem* to)
{
    if (!from->driving) {
        return;
    }
    const auto priceOf = [&](quint32 item) { return m_facts.items[item].price; };
    const Span items = subscription.items;
    const bool single = to - from == 1 && items.to - items.from == 1;
    std::vector<BookedFacts> booked;
    size_t matched = 0;
    for (quint32 i = items.from; i < items.to; ++i) {
        const auto same = [&](const PhaseItem& one) { return one.price == priceOf(i); };
        const PhaseItem* one = single ? from : std::find_if(from, to, same);
        quint32 alike = 0;
        for (quint32 other = items.from; other < items.to; ++other) {
            alike += priceOf(other) == priceOf(i) ? 1 : 0;
        }
        if (!single && (alike > 1 || std::count_if(from, to, same) > 1)) {
            return; // it is not certain which is which
        }
        booked.push_back({subscription.id, from->start, from->created, {m_facts.items[i].id, one == to ? priceOf(i) : one->price, one == to ? 0 : one->quantity}, one != to});
        matched += one == to ? 0 : 1;
    }
    if (matched == size_t(to - from)) { // else an item is to come that is not there yet
        m_facts.booked.insert(m_facts.booked.end(), booked.begin(), booked.end());
    }
}

void FactsMaker::tellSchedules()
{
    for (size_t i = 0; i < m_phases.size();) {
        PhaseItem* const schedule = &m_phases[i];
        PhaseItem* const end = std::find_if(schedule, m_phases.data() + m_phases.size(), [schedule](const PhaseItem& one) { return one.schedule != schedule->schedule; });
        const SubscriptionFacts& subscription = m_facts.subscriptions[m_places[schedule->subscription]];
        PhaseItem* before = schedule;
        for (PhaseItem* from = schedule; from != end;) {
            PhaseItem* const to = std::find_if(from, end, [from](const PhaseItem& one) { return one.phase != from->phase; });
            matchPhase(subscription, from, to);
            tellPhase(before, from, to);
            if (to == end) {
                tellBooked(subscription, from, to);
            }
            before = from;
            from = to;
        }
        i += size_t(end - schedule);
    }
    m_phases.clear();
}

} // namespace ch::revenue
