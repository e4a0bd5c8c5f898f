// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Billing.h"

namespace ch::sandbox {

std::vector<std::pair<size_t, qint64>> Billing::shares(Index couponIndex, Index item, const QByteArray& currency, const std::vector<LineDraft>& drafts,
                                                       std::vector<qint64>* left) const
{
    const Coupon& coupon = s.coupons[couponIndex];
    std::vector<std::pair<size_t, qint64>> out;
    qint64 base = 0;
    for (size_t i = 0; i < drafts.size(); ++i) {
        const LineDraft& line = drafts[i];
        const Index product = line.price == kNone ? kNone : s.prices[line.price].product;
        const bool applies = coupon.products.empty() || std::find(coupon.products.begin(), coupon.products.end(), product) != coupon.products.end();
        if (applies && !line.proration && line.discountable && (*left)[i] > 0 && (item == kNone || line.item == item)) {
            out.emplace_back(i, 0);
            base += (*left)[i];
        }
    }
    if (out.empty() || (coupon.amountOff && coupon.currency != currency))
        return {};
    qint64 rest = coupon.amountOff ? std::min(coupon.amountOff, base)
                                   : scaledRound(base, parseDecimal(coupon.percentText).value_or(0), Wide(100) * kScale);
    const qint64 all = rest;
    for (auto& [i, share] : out) { // the last line takes what rounding left
        share = std::min((*left)[i], i == out.back().first ? rest : std::min(rest, scaledRound(all, (*left)[i], base)));
        rest -= share;
    }
    for (const auto& [i, share] : out)
        (*left)[i] -= share;
    return out;
}

qint64 Billing::dueFor(Index customer, const QByteArray& currency, const std::vector<LineDraft>& drafts,
                       const std::vector<std::pair<Index, Index>>& couponsOfItems) const
{
    std::vector<qint64> left;
    for (const LineDraft& line : drafts)
        left.push_back(line.amount);
    for (const auto& [coupon, item] : couponsOfItems)
        static_cast<void>(shares(coupon, item, currency, drafts, &left));
    qint64 sum = s.customers[customer].balance;
    for (const qint64 amount : left)
        sum += amount;
    return std::max<qint64>(0, sum);
}

std::vector<Index> Billing::redeem(const std::vector<Deal>& wishes, const std::vector<Index>& held, Index customer, Index subscription, Index item, qint64 at)
{
    std::vector<Index> out;
    for (const Deal& wish : wishes) {
        const auto same = std::find_if(held.begin(), held.end(), [&](Index d) { return wish.coupon != kNone && s.discounts[d].coupon == wish.coupon; });
        out.push_back(wish.coupon == kNone ? wish.discount : same != held.end() ? *same : addDiscount(wish, customer, subscription, item, at));
    }
    for (const Index old : held) {
        if (std::find(out.begin(), out.end(), old) == out.end()) {
            m_log.record("customer.discount.deleted", at, s.discounts[old]);
            s.discounts.edit(old).deleted = true;
        }
    }
    return out;
}

qint64 Billing::firstAmount(const NewSubscription& wish) const
{
    if (wish.trialEnd > 0 && wish.additions.empty())
        return 0;
    const Subscription row = drafted(wish, s.timeOf(wish.customer));
    std::vector<LineDraft> drafts = firstLines(row);
    drafts.insert(drafts.end(), wish.additions.begin(), wish.additions.end());
    const auto couponOf = [this](const Deal& each) { return each.coupon != kNone ? each.coupon : s.discounts[each.discount].coupon; };
    std::vector<std::pair<Index, Index>> coupons;
    for (Index i = 0; i < wish.items.size(); ++i) {
        for (const Deal& each : wish.items[i].coupons)
            coupons.emplace_back(couponOf(each), i);
    }
    for (const Deal& each : wish.coupons)
        coupons.emplace_back(couponOf(each), kNone);
    const Index own = s.customers[wish.customer].discount;
    if (wish.coupons.empty() && own != kNone && inForce(own, s.timeOf(wish.customer)))
        coupons.emplace_back(s.discounts[own].coupon, kNone);
    return dueFor(wish.customer, row.currency, drafts, coupons);
}

std::vector<LineDraft> Billing::firstLines(const Subscription& row) const
{
    std::vector<LineDraft> drafts;
    for (const Item& item : row.items) {
        const Price& price = s.prices[item.price];
        if (row.trialEnd != 0) {
            LineDraft line;
            line.item = item.self;
            line.price = item.price;
            line.quantity = price.metered ? 0 : item.quantity;
            line.start = row.created;
            line.end = row.trialEnd;
            line.trial = true;
            drafts.push_back(line);
            continue;
        }
        Item past = item; // from where it is backdated to: whole periods, and what is left of one
        for (past.periodStart = row.start; past.periodStart < row.created; past.periodStart = past.periodEnd) {
            past.periodEnd = stepFrom(past.periodStart, price.interval, price.intervalCount);
            std::vector<LineDraft> one;
            prorate(row, past, false, past.periodStart, &one);
            for (LineDraft& line : one) {
                if (past.periodEnd > row.created)
                    line.amount = scaledRound(line.amount, row.created - past.periodStart, past.periodEnd - past.periodStart);
                line.end = std::min(past.periodEnd, row.created);
                drafts.push_back(line);
            }
        }
        if (item.periodEnd != row.anchor || item.periodStart == row.anchor) {
            periodLines(row, item, item.periodStart, item.periodEnd, &drafts);
        } else if (!row.cancelProrates) {
            continue; // the stub before the anchor is free
        } else {
            Item whole = item; // the part of a period before the anchor
            whole.periodStart = stepFrom(row.anchor, price.interval, -price.intervalCount);
            prorate(row, whole, false, item.periodStart, &drafts);
        }
    }
    return drafts;
}

Subscription Billing::drafted(const NewSubscription& wish, qint64 at) const
{
    Subscription made;
    made.created = at;
    made.start = wish.since ? wish.since : at;
    made.customer = wish.customer;
    made.defaultMethod = wish.defaultMethod;
    made.currency = s.prices[wish.items.front().price].currency;
    made.description = wish.description;
    made.metadata = wish.metadata;
    made.extras = wish.extras;
    made.clock = s.customers[wish.customer].clock;
    made.collection = wish.collection;
    made.daysUntilDue = wish.daysUntilDue;
    made.generated = wish.generated;
    made.saveMethod = wish.saveMethod;
    made.trialMissing = wish.trialMissing;
    made.cancelProrates = wish.proration != Proration::None;
    made.anchor = wish.anchor ? wish.anchor : wish.trialEnd > 0 ? wish.trialEnd : at;
    if (wish.trialEnd > 0) {
        made.trialStart = at;
        made.trialEnd = wish.trialEnd;
        made.status = SubStatus::Trialing;
    }
    for (const ItemSpec& spec : wish.items) {
        Item item;
        const Price& price = s.prices[spec.price];
        item.self = static_cast<Index>(made.items.size()); // until it gets a number of its own
        item.created = item.periodStart = at;
        item.periodEnd = wish.trialEnd > 0 ? wish.trialEnd : nextStep(made.anchor, price.interval, price.intervalCount, at);
        item.price = spec.price;
        item.quantity = spec.quantity;
        item.metadata = spec.metadata;
        made.items.push_back(item);
    }
    return made;
}

Subscription& Billing::start(const NewSubscription& wish, qint64 at, Outcome first)
{
    Subscription& row = s.addSubscription(drafted(wish, at));
    for (size_t i = 0; i < row.items.size(); ++i) {
        Item& item = row.items[i];
        item.self = s.makeItem(row.self).self;
        item.discounts = redeem(wish.items[i].coupons, {}, wish.customer, row.self, item.self, at);
    }
    row.discounts = redeem(wish.coupons, {}, wish.customer, row.self, kNone, at);
    if (s.customers[wish.customer].currency.isEmpty()) {
        Customer& customer = s.customers.edit(wish.customer);
        Change<Customer> change(m_log, "customer.updated", at, customer);
        customer.currency = row.currency;
    }
    if (wish.cancelAtPeriodEnd || wish.cancelAt) {
        row.cancelAtPeriodEnd = wish.cancelAtPeriodEnd;
        row.cancelAt = wish.cancelAt ? wish.cancelAt : row.items.front().periodEnd;
        row.canceledAt = at;
        row.cancelReason = CancelReason::Requested;
    }
    std::vector<LineDraft> lines = firstLines(row);
    lines.insert(lines.end(), wish.additions.begin(), wish.additions.end());
    Invoice& invoice = makeInvoice(row, at, Reason::Create, lines);
    if (!wish.draft || invoice.total == 0)
        settleFirst(row, invoice, at, first);
    m_log.record("customer.subscription.created", at, row);
    return row;
}

void Billing::settleFirst(Subscription& row, Invoice& invoice, qint64 at, Outcome outcome)
{
    if (row.collection == Collection::Send && invoice.total > 0) {
        if (at + 3600 <= s.timeOf(row.customer))
            finalize(invoice, at + 3600);
        return; // active at once; the customer pays the invoice by hand
    }
    finalize(invoice, at);
    if (invoice.status == InvoiceStatus::Paid)
        return;
    if (outcome == Outcome::Paid) {
        pay(invoice, at);
        return;
    }
    row.status = SubStatus::Incomplete;
    if (outcome == Outcome::Declined)
        decline(invoice, at, 0);
}

} // namespace ch::sandbox
