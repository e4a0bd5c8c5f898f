// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Billing.h"

namespace ch::sandbox {

Index Billing::lastLineOf(const Subscription& row, Index item) const
{
    const auto& all = s.invoicesOf(row.customer);
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
        const Invoice& invoice = s.invoices[*it];
        if (invoice.subscription != row.self)
            continue;
        for (const Index i : s.linesOf(invoice)) {
            if (s.lines[i].what.item == item && !s.lines[i].what.credit)
                return s.lines[i].name != kNone ? s.lines[i].name : i;
        }
    }
    return kNone;
}

void Billing::prorate(Subscription& row, const Item& item, bool credit, qint64 at, std::vector<LineDraft>* out) const
{
    const Price& price = s.prices[item.price];
    if (price.metered || at >= item.periodEnd || item.periodEnd <= item.periodStart)
        return;
    // Flexible billing with proration_discounts=included: percent discounts are in the amount, the line shows none.
    Wide net = Wide(periodAmount(price, item.quantity)) * kScale;
    for (const Index discount : discountsFor(row, at)) {
        const Coupon& coupon = s.coupons[s.discounts[discount].coupon];
        if (!coupon.percentText.isEmpty())
            net -= net * parseDecimal(coupon.percentText).value_or(0) / (Wide(100) * kScale);
    }
    LineDraft line;
    line.item = item.self;
    line.price = item.price;
    line.quantity = item.quantity;
    line.start = at;
    line.end = item.periodEnd;
    line.proration = true;
    line.credit = credit;
    const qint64 length = item.periodEnd - item.periodStart;
    line.amount = scaledRound(credit ? -net : net, item.periodEnd - at, Wide(length) * kScale);
    if (credit)
        line.credited = lastLineOf(row, item.self);
    out->push_back(line);
}

void Billing::change(Subscription& row, const std::vector<ItemChange>& changes, qint64 at, Proration proration, Outcome outcome)
{
    const bool free = row.status == SubStatus::Trialing || proration == Proration::None;
    bool restarts = false; // another interval starts a period of its own now, and is paid now
    std::vector<LineDraft> lines;
    for (const ItemChange& wish : changes) {
        auto it = std::find_if(row.items.begin(), row.items.end(), [&](const Item& item) { return item.self == wish.item; });
        if (it == row.items.end()) {
            Item item = s.makeItem(row.self);
            const Price& price = s.prices[wish.price];
            item.created = item.periodStart = at;
            item.price = wish.price;
            item.quantity = wish.quantity;
            item.periodEnd = row.status == SubStatus::Trialing ? row.trialEnd : nextStep(row.anchor, price.interval, price.intervalCount, at);
            if (!free) {
                Item whole = item; // charged for what is left of the running period
                for (const Item& other : row.items) {
                    if (other.periodEnd == item.periodEnd)
                        whole.periodStart = other.periodStart;
                }
                prorate(row, whole, false, at, &lines);
            }
            row.items.push_back(item);
            continue;
        }
        if (!wish.remove && wish.price == it->price && wish.quantity == it->quantity)
            continue;
        if (!free)
            prorate(row, *it, true, at, &lines);
        if (wish.remove) {
            row.items.erase(it);
            continue;
        }
        const Price& was = s.prices[it->price];
        const Price& is = s.prices[wish.price];
        it->price = wish.price;
        it->quantity = wish.quantity;
        if (was.interval != is.interval || was.intervalCount != is.intervalCount) {
            if (row.status != SubStatus::Trialing) {
                restarts = true;
                row.anchor = it->periodStart = at;
                it->periodEnd = stepFrom(at, is.interval, is.intervalCount);
                periodLines(row, *it, at, it->periodEnd, &lines);
            }
        } else if (!free) {
            prorate(row, *it, false, at, &lines);
        }
    }
    if (restarts || (proration == Proration::Invoice && !lines.empty())) {
        Invoice& invoice = makeInvoice(row, at, Reason::Update, lines);
        finalize(invoice, at);
        if (invoice.status == InvoiceStatus::Open && outcome == Outcome::Paid)
            pay(invoice, at);
        else if (invoice.status == InvoiceStatus::Open)
            decline(invoice, at, nextRetry(1, at));
    } else {
        addPending(row, lines, at);
    }
}

void Billing::setStatus(Subscription& row, SubStatus status, qint64 at)
{
    if (row.status == status)
        return;
    Change<Subscription> change(m_log, "customer.subscription.updated", at, row);
    row.status = status;
    if (status == SubStatus::IncompleteExpired)
        row.endedAt = at;
}

void Billing::cancel(Subscription& row, qint64 at, CancelReason reason, bool prorateNow, bool invoiceNow)
{
    std::vector<LineDraft> credits;
    if (prorateNow && row.status != SubStatus::Trialing) {
        for (const Item& item : row.items)
            prorate(row, item, true, at, &credits);
    }
    if (invoiceNow && (!credits.empty() || !row.pending.empty())) {
        Invoice& invoice = makeInvoice(row, at, Reason::Update, credits);
        finalize(invoice, at);
        if (invoice.status == InvoiceStatus::Open && s.methodFor(row) != kNone)
            pay(invoice, at);
    }
    dropPending(row, at);
    row.status = SubStatus::Canceled;
    row.endedAt = at;
    if (row.canceledAt == 0)
        row.canceledAt = at;
    if (row.cancelReason == CancelReason::None)
        row.cancelReason = reason;
    for (const Index index : s.invoicesOf(row.customer)) { // no further attempts to collect
        Invoice& invoice = s.invoices.edit(index);
        if (invoice.subscription == row.self && (invoice.status == InvoiceStatus::Open || invoice.status == InvoiceStatus::Draft)) {
            invoice.nextAttempt = 0;
            invoice.autoAdvance = false;
        }
    }
    m_log.record("customer.subscription.deleted", at, row);
}

} // namespace ch::sandbox
