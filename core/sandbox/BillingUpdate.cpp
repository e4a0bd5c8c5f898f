// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Billing.h"

namespace ch::sandbox {

void Billing::planNewItem(const Subscription& row, const ItemChange& wish, qint64 at, bool bills, ChangePlan* plan)
{
    Item item = s.makeItem(row.self);
    const Price& price = s.prices[wish.price];
    item.created = item.periodStart = at;
    item.price = wish.price;
    item.quantity = wish.quantity;
    item.metadata = wish.metadata;
    item.periodEnd = row.status == SubStatus::Trialing ? row.trialEnd
        : row.status == SubStatus::Paused              ? at
                                                       : nextStep(row.anchor, price.interval, price.intervalCount, at);
    if (bills) {
        Item whole = item; // charged for what is left of the running period
        for (const Item& other : plan->items) {
            if (other.periodEnd == item.periodEnd)
                whole.periodStart = other.periodStart;
        }
        prorate(row, whole, false, at, &plan->lines);
    }
    plan->made.push_back(item.self);
    plan->items.push_back(item);
}

void Billing::planItem(const Subscription& row, const ItemChange& wish, const SubscriptionChange& all, bool free, ChangePlan* plan)
{
    const qint64 at = all.prorateAt ? all.prorateAt : all.at;
    const bool anew = all.restart || all.endTrial || all.trialEnd != 0; // then the whole is billed afterwards
    auto it = std::find_if(plan->items.begin(), plan->items.end(), [&](const Item& item) { return item.self == wish.item; });
    if (it == plan->items.end()) {
        planNewItem(row, wish, at, !free && !anew, plan);
        return;
    }
    if (!wish.remove && wish.price == it->price && wish.quantity == it->quantity)
        return;
    if (!free)
        prorate(row, *it, true, at, &plan->lines);
    const bool runs = row.status != SubStatus::Trialing && row.status != SubStatus::Paused;
    if (runs && (wish.remove || wish.price != it->price))
        usageLines(row, *it, at, &plan->lines); // what was used of what is no more
    if (wish.remove) {
        plan->items.erase(it);
        return;
    }
    const Price& was = s.prices[it->price];
    const Price& is = s.prices[wish.price];
    it->price = wish.price;
    it->quantity = wish.quantity;
    if (anew)
        return;
    if (was.interval != is.interval || was.intervalCount != is.intervalCount) {
        if (runs) { // another interval starts a period of its own now, and is paid now
            plan->invoices = plan->moves = true;
            plan->anchor = it->periodStart = at;
            it->periodEnd = stepFrom(at, is.interval, is.intervalCount);
            periodLines(row, *it, at, it->periodEnd, &plan->lines);
        }
    } else if (!free) {
        prorate(row, *it, false, at, &plan->lines);
    }
}

bool Billing::becomesPaid(const Subscription& row, const SubscriptionChange& wish) const
{
    if (row.status == SubStatus::Trialing || row.status == SubStatus::Paused || wish.items.empty())
        return false;
    const auto costs = [this](Index price, qint64 quantity) { return s.prices[price].metered || periodAmount(s.prices[price], quantity) > 0; };
    const bool did = std::any_of(row.items.begin(), row.items.end(), [&](const Item& item) { return costs(item.price, item.quantity); });
    const bool does = std::any_of(wish.items.begin(), wish.items.end(), [&](const ItemChange& item) { return !item.remove && costs(item.price, item.quantity); });
    return !did && does;
}

void Billing::planRestart(const Subscription& row, const SubscriptionChange& wish, bool free, ChangePlan* plan)
{
    const qint64 at = wish.at;
    for (Item& item : plan->items) {
        const auto was = std::find_if(row.items.begin(), row.items.end(), [&](const Item& old) { return old.self == item.self; });
        const bool same = was != row.items.end() && was->price == item.price && was->quantity == item.quantity;
        if (same && !free)
            prorate(row, *was, true, wish.prorateAt ? wish.prorateAt : at, &plan->lines);
        if (same && row.status != SubStatus::Trialing && row.status != SubStatus::Paused)
            usageLines(row, *was, at, &plan->lines);
        const Price& price = s.prices[item.price];
        item.periodStart = at;
        if (wish.trialEnd != 0) {
            item.periodEnd = wish.trialEnd;
            LineDraft line;
            line.item = item.self;
            line.price = item.price;
            line.quantity = price.metered ? 0 : item.quantity;
            line.start = at;
            line.end = wish.trialEnd;
            line.trial = true;
            plan->lines.push_back(line);
        } else {
            item.periodEnd = stepFrom(at, price.interval, price.intervalCount);
            periodLines(row, item, at, item.periodEnd, &plan->lines);
        }
    }
    plan->invoices = plan->moves = true;
    plan->anchor = wish.trialEnd != 0 ? wish.trialEnd : at;
    if (wish.trialEnd != 0) {
        plan->status = SubStatus::Trialing;
        plan->trialStart = at;
        plan->trialEnd = wish.trialEnd;
    } else if (wish.endTrial) {
        plan->status = SubStatus::Active;
        plan->trialEnd = at;
    }
}

ChangePlan Billing::plan(const Subscription& row, const SubscriptionChange& asked)
{
    SubscriptionChange wish = asked;
    wish.restart = wish.restart || becomesPaid(row, wish);
    const bool trialing = row.status == SubStatus::Trialing;
    ChangePlan plan{row.items, {}, {}, row.anchor, row.trialStart, row.trialEnd, row.status, false, false};
    const bool free = trialing || row.status == SubStatus::Paused || wish.proration == Proration::None;
    const qint64 movedTrial = trialing ? wish.trialEnd : 0; // a trial that goes on costs nothing and makes no invoice
    if (movedTrial != 0)
        wish.trialEnd = 0;
    for (const ItemChange& item : wish.items)
        planItem(row, item, wish, free, &plan);
    if (movedTrial != 0) {
        plan.moves = true;
        plan.anchor = plan.trialEnd = movedTrial;
        for (Item& item : plan.items)
            item.periodEnd = movedTrial;
    } else if (wish.endTrial || wish.trialEnd != 0 || (wish.restart && !trialing && row.status != SubStatus::Paused)) {
        planRestart(row, wish, free, &plan);
    }
    plan.lines.insert(plan.lines.end(), wish.additions.begin(), wish.additions.end());
    plan.invoices = plan.invoices || (wish.proration == Proration::Invoice && !plan.lines.empty());
    return plan;
}

qint64 Billing::planDue(const Subscription& row, const SubscriptionChange& wish, const ChangePlan& plan) const
{
    if (!plan.invoices)
        return 0;
    std::vector<LineDraft> lines = pendingOf(row);
    lines.insert(lines.end(), plan.lines.begin(), plan.lines.end());
    std::vector<std::pair<Index, Index>> coupons;
    for (const Item& item : plan.items) {
        for (const Index discount : item.discounts) {
            if (inForce(discount, wish.at))
                coupons.emplace_back(s.discounts[discount].coupon, item.self);
        }
    }
    if (wish.discounts) {
        for (const Deal& each : *wish.discounts)
            coupons.emplace_back(each.coupon != kNone ? each.coupon : s.discounts[each.discount].coupon, kNone);
    } else {
        for (const Index discount : discountsFor(row, wish.at))
            coupons.emplace_back(s.discounts[discount].coupon, kNone);
    }
    return dueFor(row.customer, row.currency, lines, coupons);
}

void Billing::adopt(Subscription& row, const ChangePlan& plan) const
{
    row.items = plan.items;
    if (!plan.moves)
        return;
    row.anchor = plan.anchor;
    row.trialStart = plan.trialStart;
    row.trialEnd = plan.trialEnd;
    row.status = plan.status;
}

void Billing::apply(Subscription& row, const SubscriptionChange& wish, const ChangePlan& plan, Outcome outcome, Settle settle)
{
    if (settle == Settle::Park && row.collection == Collection::Charge && outcome != Outcome::Paid && planDue(row, wish, plan) > 0) {
        park(row, plan, wish.at, outcome);
        return;
    }
    adopt(row, plan);
    if (wish.discounts)
        row.discounts = redeem(*wish.discounts, row.discounts, row.customer, row.self, kNone, wish.at);
    size_t fresh = 0;
    for (const ItemChange& change : wish.items) {
        const Index number = change.item != kNone ? change.item : plan.made[fresh++];
        for (Item& item : row.items) {
            if (item.self == number && change.discounts)
                item.discounts = redeem(*change.discounts, item.discounts, row.customer, row.self, number, wish.at);
        }
    }
    if (plan.invoices)
        settleUpdate(row, makeInvoice(row, wish.at, Reason::Update, plan.lines).self, wish.at, outcome, settle);
    else
        addPending(row, plan.lines, wish.at);
}

void Billing::settleUpdate(Subscription& row, Index index, qint64 at, Outcome outcome, Settle settle)
{
    Invoice& invoice = s.invoices.edit(index);
    if (row.pause != Pause::None || (row.collection == Collection::Send && invoice.total > 0)) {
        invoice.autoAdvance = row.pause == Pause::None;
        return; // a draft for an hour
    }
    finalize(invoice, at);
    if (invoice.status != InvoiceStatus::Open)
        return;
    if (settle == Settle::Wait) {
        if (row.status == SubStatus::Active)
            setStatus(row, SubStatus::PastDue, at);
    } else if (outcome == Outcome::Paid) {
        pay(invoice, at);
    } else {
        decline(invoice, at, nextRetry(1, at));
    }
}

void Billing::park(Subscription& row, const ChangePlan& plan, qint64 at, Outcome outcome)
{
    constexpr qint64 kParked = 23 * 3600;
    Awaited waits;
    waits.items = plan.items;
    waits.taken = pendingOf(row);
    waits.anchor = plan.anchor;
    waits.trialStart = plan.trialStart;
    waits.trialEnd = plan.trialEnd;
    waits.status = plan.status;
    waits.moves = plan.moves;
    waits.expiresAt = at + kParked;
    for (const Item& item : row.items)
        waits.expiresAt = std::min(waits.expiresAt, std::max(item.periodEnd, at + 1));
    Invoice& invoice = makeInvoice(row, at, Reason::Update, plan.lines);
    waits.invoice = invoice.self;
    row.awaited.push_back(waits);
    finalize(invoice, at);
    if (outcome == Outcome::Declined && invoice.status == InvoiceStatus::Open)
        decline(invoice, at, 0);
}

void Billing::change(Subscription& row, const std::vector<ItemChange>& changes, qint64 at, Proration proration, Outcome outcome)
{
    SubscriptionChange wish;
    wish.items = changes;
    wish.at = at;
    wish.proration = proration;
    const ChangePlan made = plan(row, wish);
    adopt(row, made);
    if (!made.invoices) {
        addPending(row, made.lines, at);
        return;
    }
    Invoice& invoice = makeInvoice(row, at, Reason::Update, made.lines);
    finalize(invoice, at);
    if (invoice.status == InvoiceStatus::Open && outcome == Outcome::Paid)
        pay(invoice, at);
    else if (invoice.status == InvoiceStatus::Open)
        decline(invoice, at, nextRetry(1, at));
}

} // namespace ch::sandbox
