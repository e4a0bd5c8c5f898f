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

void Billing::prorate(const Subscription& row, const Item& item, bool credit, qint64 at, std::vector<LineDraft>* out) const
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
    if (row.awaited)
        giveUp(row, at, false);
    if (row.schedule != kNone)
        stopSchedule(s.schedules.edit(row.schedule), at, ScheduleStatus::Canceled,
                     reason == CancelReason::PaymentFailed ? "subscription_schedule.aborted" : "subscription_schedule.canceled");
    std::vector<LineDraft> lines;
    for (const Item& item : row.items) {
        if (row.status == SubStatus::Trialing || row.status == SubStatus::Paused)
            break; // nothing was paid for what is left, and nothing used
        if (prorateNow)
            prorate(row, item, true, at, &lines);
        if (invoiceNow)
            usageLines(row, item, at, &lines);
    }
    if (invoiceNow && (!lines.empty() || !pendingOf(row).empty())) {
        Invoice& invoice = makeInvoice(row, at, Reason::Update, lines);
        finalize(invoice, at);
        const Index method = s.methodFor(row);
        if (invoice.status == InvoiceStatus::Open && row.collection == Collection::Charge && method != kNone) {
            if (s.methods[method].decline)
                decline(invoice, at, 0);
            else
                pay(invoice, at);
        }
    } else if (prorateNow) {
        addPending(row, lines, at);
    } else if (!invoiceNow) {
        dropPending(row, at);
    }
    if (!row.pending.empty()) { // for another invoice of the customer
        auto& left = s.customers.edit(row.customer).pending;
        left.insert(left.end(), row.pending.begin(), row.pending.end());
        row.pending.clear();
    }
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
