// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Billing.h"

namespace ch::sandbox {

namespace schedule_detail {

std::vector<Deal> deals(const std::vector<Index>& coupons)
{
    return {coupons.begin(), coupons.end()};
}

} // namespace schedule_detail

Outcome Billing::outcomeFor(Index method) const
{
    return method == kNone ? Outcome::Waits : s.methods[method].decline ? Outcome::Declined : Outcome::Paid;
}

Schedule& Billing::addSchedule(const Schedule& wish, qint64 at)
{
    Schedule& row = s.addSchedule(wish);
    if (row.subscription != kNone) {
        Subscription& of = s.subscriptions.edit(row.subscription);
        Change<Subscription> change(m_log, "customer.subscription.updated", at, of);
        of.schedule = row.self;
    }
    m_log.record("subscription_schedule.created", at, row);
    return row;
}

void Billing::startSchedule(Schedule& row, qint64 at)
{
    const Phase& phase = row.phases.front();
    NewSubscription wish;
    wish.customer = row.customer;
    wish.defaultMethod = row.method;
    for (const PhaseItem& item : phase.items)
        wish.items.push_back({item.price, item.quantity, item.metadata, schedule_detail::deals(item.coupons)});
    wish.coupons = schedule_detail::deals(phase.coupons);
    wish.metadata = phase.metadata;
    wish.description = row.description;
    wish.trialEnd = phase.trialEnd > at ? phase.trialEnd : 0;
    wish.since = phase.start < at ? phase.start : 0;
    wish.collection = row.collection;
    wish.daysUntilDue = row.daysUntilDue;
    wish.draft = true; // an hour for changes
    Change<Schedule> change(m_log, "subscription_schedule.updated", at, row);
    Subscription& made = start(wish, at, Outcome::Paid);
    {
        Change<Subscription> managed(m_log, "customer.subscription.updated", at, made);
        made.schedule = row.self;
    }
    row.subscription = made.self;
    row.status = ScheduleStatus::Active;
    row.current = 0;
}

SubscriptionChange Billing::phaseChange(const Subscription& row, const Phase& phase) const
{
    SubscriptionChange wish;
    std::vector<const PhaseItem*> fresh;
    std::vector<Index> left; // items that no price of the phase is
    for (const Item& item : row.items)
        left.push_back(item.self);
    for (const PhaseItem& item : phase.items) {
        const auto same = std::find_if(row.items.begin(), row.items.end(), [&](const Item& held) { return held.price == item.price; });
        if (same == row.items.end()) {
            fresh.push_back(&item);
            continue;
        }
        wish.items.push_back({same->self, item.price, item.quantity, false, {}, schedule_detail::deals(item.coupons)});
        left.erase(std::remove(left.begin(), left.end(), same->self), left.end());
    }
    for (const PhaseItem* item : fresh) { // in the place of one that goes, or new
        const Index in = left.empty() ? kNone : left.front();
        if (in != kNone)
            left.erase(left.begin());
        wish.items.push_back({in, item->price, item->quantity, false, item->metadata, schedule_detail::deals(item->coupons)});
    }
    for (const Index item : left)
        wish.items.push_back({item, kNone, 0, true, {}, {}});
    return wish;
}

void Billing::enterPhase(Schedule& row, Index number, qint64 at, Proration proration)
{
    const Phase phase = row.phases[number];
    Subscription& of = s.subscriptions.edit(row.subscription);
    const Subscription before = of;
    SubscriptionChange wish = phaseChange(of, phase);
    wish.at = at;
    wish.proration = proration;
    wish.discounts = schedule_detail::deals(phase.coupons);
    wish.restart = phase.anchors && row.current != number;
    wish.trialEnd = phase.trialEnd > at ? phase.trialEnd : 0;
    for (const auto& [key, value] : phase.metadata) {
        const auto held = std::find_if(of.metadata.begin(), of.metadata.end(), [&key = key](const auto& pair) { return pair.first == key; });
        if (held != of.metadata.end())
            held->second = value;
        else
            of.metadata.append({key, value});
    }
    apply(of, wish, plan(of, wish), outcomeFor(s.methodFor(of)), Settle::Allow);
    m_log.record("customer.subscription.updated", at, of, &before);
    if (row.current == number)
        return;
    Change<Schedule> change(m_log, "subscription_schedule.updated", at, row);
    row.current = number;
}

void Billing::stopSchedule(Schedule& row, qint64 at, ScheduleStatus status, const char* event)
{
    if (row.subscription != kNone) {
        Subscription& of = s.subscriptions.edit(row.subscription);
        Change<Subscription> change(m_log, "customer.subscription.updated", at, of);
        of.schedule = kNone;
    }
    row.status = status;
    (status == ScheduleStatus::Canceled ? row.canceledAt : status == ScheduleStatus::Released ? row.releasedAt : row.completedAt) = at;
    if (status == ScheduleStatus::Released || (status == ScheduleStatus::Completed && !row.cancels))
        row.released = std::exchange(row.subscription, kNone);
    row.current = kNone;
    m_log.record(event, at, row);
}

void Billing::endPhase(Schedule& row, qint64 at)
{
    const Index next = row.current + 1;
    if (next < row.phases.size()) {
        enterPhase(row, next, at, row.phases[next].proration);
        return;
    }
    const Index subscription = row.subscription;
    stopSchedule(row, at, ScheduleStatus::Completed, "subscription_schedule.completed");
    if (row.cancels)
        cancel(s.subscriptions.edit(subscription), at, CancelReason::Requested, false, true);
}

void Billing::warnOfEnd(Schedule& row, qint64 at)
{
    row.warned = true;
    m_log.record("subscription_schedule.expiring", at, row);
}

} // namespace ch::sandbox
