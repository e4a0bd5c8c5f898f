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
    // A made-up subscriber uses something; nobody reports usage for one made by a request.
    return row.generated ? static_cast<qint64>(mix64(item.self * 2654435761ULL + static_cast<quint64>(item.periodStart)) % 40000) : 0;
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

qint64 Billing::firstAmount(const NewSubscription& wish) const
{
    if (wish.trialEnd > 0)
        return 0;
    qint64 sum = 0;
    for (const ItemSpec& spec : wish.items) {
        const Price& price = s.prices[spec.price];
        sum += price.metered ? periodAmount(price, 0) : periodAmount(price, spec.quantity);
    }
    std::vector<Deal> coupons = wish.coupons;
    const Index own = s.customers[wish.customer].discount;
    if (coupons.empty() && own != kNone && inForce(own, s.timeOf(wish.customer)))
        coupons.emplace_back(s.discounts[own].coupon);
    for (const Index index : coupons) {
        const Coupon& coupon = s.coupons[index];
        if (!coupon.products.empty())
            continue;
        if (!coupon.percentText.isEmpty())
            sum -= scaledRound(sum, parseDecimal(coupon.percentText).value_or(0), Wide(100) * kScale);
        else
            sum = std::max<qint64>(0, sum - coupon.amountOff);
    }
    return std::max<qint64>(0, sum + std::min<qint64>(0, s.customers[wish.customer].balance));
}

std::vector<LineDraft> Billing::firstLines(const Subscription& row) const
{
    std::vector<LineDraft> drafts;
    for (const Item& item : row.items) {
        if (row.trialEnd == 0) {
            periodLines(row, item, item.periodStart, item.periodEnd, &drafts);
            continue;
        }
        LineDraft line;
        line.item = item.self;
        line.price = item.price;
        line.quantity = s.prices[item.price].metered ? 0 : item.quantity;
        line.start = row.created;
        line.end = row.trialEnd;
        line.trial = true;
        drafts.push_back(line);
    }
    return drafts;
}

Subscription& Billing::start(const NewSubscription& wish, qint64 at, Outcome first)
{
    const Price& firstPrice = s.prices[wish.items.front().price];
    Subscription made;
    made.created = made.start = at;
    made.customer = wish.customer;
    made.defaultMethod = wish.defaultMethod;
    made.currency = firstPrice.currency;
    made.description = wish.description;
    made.metadata = wish.metadata;
    made.clock = s.customers[wish.customer].clock;
    made.collection = wish.collection;
    made.daysUntilDue = wish.daysUntilDue;
    made.generated = wish.generated;
    made.saveMethod = wish.saveMethod;
    made.anchor = wish.trialEnd > 0 ? wish.trialEnd : at;
    if (wish.trialEnd > 0) {
        made.trialStart = at;
        made.trialEnd = wish.trialEnd;
        made.status = SubStatus::Trialing;
    }
    Subscription& row = s.addSubscription(std::move(made));
    for (const ItemSpec& spec : wish.items) {
        Item item = s.makeItem(row.self);
        const Price& price = s.prices[spec.price];
        item.created = item.periodStart = at;
        item.periodEnd = wish.trialEnd > 0 ? wish.trialEnd : stepFrom(at, price.interval, price.intervalCount);
        item.price = spec.price;
        item.quantity = spec.quantity;
        item.metadata = spec.metadata;
        for (const Deal coupon : spec.coupons)
            item.discounts.push_back(addDiscount(coupon, wish.customer, row.self, item.self, at));
        row.items.push_back(item);
    }
    for (const Deal coupon : wish.coupons)
        row.discounts.push_back(addDiscount(coupon, wish.customer, row.self, kNone, at));
    Customer& customer = s.customers.edit(wish.customer);
    if (customer.currency.isEmpty())
        customer.currency = row.currency;
    if (wish.cancelAtPeriodEnd || wish.cancelAt) {
        row.cancelAtPeriodEnd = wish.cancelAtPeriodEnd;
        row.cancelAt = wish.cancelAt ? wish.cancelAt : row.items.front().periodEnd;
        row.canceledAt = at;
        row.cancelReason = CancelReason::Requested;
    }
    settleFirst(row, makeInvoice(row, at, Reason::Create, firstLines(row)), at, first);
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
    const qint64 oldStart = row.items.empty() ? at : row.items.front().periodStart;
    for (Item& item : row.items) {
        if (item.periodEnd > at)
            continue;
        const Price& price = s.prices[item.price];
        const qint64 next = nextStep(row.anchor, price.interval, price.intervalCount, at);
        periodLines(row, item, at, next, &drafts);
        item.periodStart = at;
        item.periodEnd = next;
    }
    if (row.status == SubStatus::Trialing)
        row.status = SubStatus::Active;
    Invoice& invoice = makeInvoice(row, at, Reason::Cycle, drafts);
    invoice.periodStart = oldStart;
    if (row.pause != Pause::None || row.status == SubStatus::Unpaid)
        invoice.autoAdvance = false;
    return invoice;
}

} // namespace ch::sandbox
