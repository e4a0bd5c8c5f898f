// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Billing.h"

#include "sandbox/Amounts.h"

namespace ch::sandbox {

Index Billing::addDiscount(Deal deal, Index customer, Index subscription, Index item, qint64 at)
{
    const Index coupon = deal.coupon;
    Coupon& of = s.coupons.edit(coupon);
    Discount row;
    row.created = row.start = at;
    row.coupon = coupon;
    row.promotion = deal.promotion;
    if (deal.promotion != kNone)
        ++s.promotions.edit(deal.promotion).timesRedeemed;
    row.customer = customer;
    row.subscription = subscription;
    row.item = item;
    if (of.duration == Duration::Repeating)
        row.end = addMonths(at, of.months);
    ++of.timesRedeemed;
    const Discount& added = s.discounts.add(row);
    m_log.record("customer.discount.created", at, added);
    return added.self;
}

Index Billing::addOwnDiscount(Index coupon, Index customer, Index invoice, Index invoiceItem, qint64 at)
{
    Discount row;
    row.created = row.start = at;
    row.coupon = coupon;
    row.customer = customer;
    row.invoice = invoice;
    row.invoiceItem = invoiceItem;
    ++s.coupons.edit(coupon).timesRedeemed;
    return s.discounts.add(row).self;
}

qint64 Billing::usage(const Subscription& row, const Item& item) const
{
    if (row.status == SubStatus::Trialing)
        return 0;
    // A made-up subscriber uses something that nobody reports. What is taken back on balance is no usage.
    const qint64 madeUp = row.generated ? madeUpUsage(s, item.self, item.periodStart) : 0;
    const Index meter = s.find(Kind::Meter, s.prices[item.price].meter);
    return madeUp + (meter == kNone ? 0 : std::max<qint64>(0, s.meters.reported(meter, row.customer, item.periodStart, item.periodEnd, s.now)));
}

void Billing::periodLines(const Subscription& row, const Item& item, qint64 start, qint64 end, std::vector<LineDraft>* out) const
{
    const Price& price = s.prices[item.price];
    LineDraft line;
    line.item = item.self;
    line.price = item.price;
    line.start = start;
    line.end = end;
    if (price.metered) { // in arrears: the period that has ended, none at the start
        const bool first = start == item.periodStart;
        line.start = first ? start : item.periodStart;
        line.end = first ? end : item.periodEnd;
        const qint64 used = first ? 0 : usage(row, item);
        for (const Portion& portion : portions(price, used)) {
            line.quantity = portion.quantity;
            line.amount = portion.amount;
            line.tier = portion.tier;
            line.flat = portion.flat;
            out->push_back(line);
        }
        return;
    }
    for (const Portion& portion : portions(price, item.quantity)) {
        line.quantity = portion.quantity;
        line.amount = portion.amount;
        line.tier = portion.tier;
        line.flat = portion.flat;
        out->push_back(line);
    }
}

Invoice& Billing::makeInvoice(Subscription& row, qint64 at, Reason reason, const std::vector<LineDraft>& drafts)
{
    Invoice made;
    made.created = at;
    made.customer = row.customer;
    made.subscription = row.self;
    made.currency = row.currency;
    made.customerName = s.customers[row.customer].name;
    made.customerEmail = s.customers[row.customer].email;
    made.subscriptionMetadata = row.metadata;
    made.reason = reason;
    made.collection = row.collection;
    made.pause = row.pause;
    made.periodStart = reason == Reason::Cycle && !row.items.empty() ? row.items.front().periodStart : at;
    made.periodEnd = at;
    if (reason == Reason::Cycle && (row.pause != Pause::None || row.status == SubStatus::Unpaid))
        made.autoAdvance = false;
    Invoice& invoice = s.addInvoice(std::move(made));
    addLines(invoice, row, drafts);
    row.latestInvoice = invoice.self;
    dropSpentDiscounts(row, at);
    previewDue(invoice);
    m_log.record("invoice.created", at, invoice);
    return invoice;
}

bool Billing::inForce(Index discount, qint64 at) const
{
    const Discount& row = s.discounts[discount];
    return !row.deleted && !row.used && row.start <= at && (row.end == 0 || at < row.end);
}

std::vector<Index> Billing::discountsFor(const Subscription& row, qint64 at) const
{
    std::vector<Index> out;
    for (const Index discount : row.discounts) {
        if (inForce(discount, at))
            out.push_back(discount);
    }
    const Index own = s.customers[row.customer].discount; // the customer's counts only where the subscription has none
    if (row.discounts.empty() && own != kNone && inForce(own, at))
        out.push_back(own);
    return out;
}

void Billing::dropSpentDiscounts(Subscription& row, qint64 at)
{
    const Invoice& invoice = s.invoices[row.latestInvoice];
    const auto spent = [&](Index index) {
        Discount& discount = s.discounts.edit(index);
        if (s.coupons[discount.coupon].duration == Duration::Once && invoice.discounted > 0)
            discount.used = true;
        const bool over = discount.used || (discount.end != 0 && at >= discount.end);
        if (over)
            m_log.record("customer.discount.deleted", at, discount);
        return over;
    };
    row.discounts.erase(std::remove_if(row.discounts.begin(), row.discounts.end(), spent), row.discounts.end());
    for (Item& item : row.items)
        item.discounts.erase(std::remove_if(item.discounts.begin(), item.discounts.end(), spent), item.discounts.end());
    Customer& customer = s.customers.edit(row.customer);
    if (customer.discount != kNone && invoice.discounts.size() == 1 && invoice.discounts.front() == customer.discount && spent(customer.discount))
        customer.discount = kNone;
}

Invoice& Billing::renew(Subscription& row, qint64 at)
{
    Change<Subscription> change(m_log, "customer.subscription.updated", at, row);
    std::vector<LineDraft> drafts;
    std::vector<std::pair<size_t, qint64>> renewed; // items, and when their new periods end
    for (size_t i = 0; i < row.items.size(); ++i) {
        const Item& item = row.items[i];
        if (item.periodEnd > at)
            continue;
        const Price& price = s.prices[item.price];
        const qint64 next = nextStep(row.anchor, price.interval, price.intervalCount, at);
        if (row.status == SubStatus::Trialing && next == row.anchor) { // the part of a period from the trial's end to the anchor
            Item whole = item;
            whole.periodStart = stepFrom(next, price.interval, -price.intervalCount);
            whole.periodEnd = next;
            if (row.cancelProrates)
                prorate(row, whole, false, at, &drafts);
        } else {
            periodLines(row, item, at, next, &drafts);
        }
        renewed.emplace_back(i, next);
    }
    if (row.status == SubStatus::Trialing)
        row.status = SubStatus::Active;
    Invoice& invoice = makeInvoice(row, at, Reason::Cycle, drafts); // of the period that is over
    for (const auto& [i, end] : renewed) {
        row.items[i].periodStart = at;
        row.items[i].periodEnd = end;
    }
    return invoice;
}

} // namespace ch::sandbox
