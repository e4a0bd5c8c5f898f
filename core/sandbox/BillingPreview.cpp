// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Billing.h"

namespace ch::sandbox {

namespace preview_detail {

bool lives(const Subscription& row)
{
    return row.status == SubStatus::Active || row.status == SubStatus::Trialing || row.status == SubStatus::PastDue || row.status == SubStatus::Unpaid;
}

qint64 nextEnd(const Subscription& row)
{
    qint64 end = 0;
    for (const Item& item : row.items)
        end = end == 0 ? item.periodEnd : std::min(end, item.periodEnd);
    return end;
}

} // namespace preview_detail

Index Billing::nextInvoice(Index subscription, bool recurring)
{
    using namespace preview_detail;
    Subscription& row = s.subscriptions.edit(subscription);
    const qint64 end = nextEnd(row);
    if (!lives(row) || end == 0)
        return kNone;
    if (recurring) {
        row.pending.clear();
        s.customers.edit(row.customer).pending.clear();
    }
    const Index before = row.latestInvoice;
    if (row.cancelAt != 0 && row.cancelAt <= end)
        cancel(row, row.cancelAt, CancelReason::Requested, false, !row.pending.empty());
    else
        renew(row, end);
    return row.latestInvoice == before ? kNone : row.latestInvoice;
}

Index Billing::nextInvoiceOf(Index customer, bool recurring)
{
    using namespace preview_detail;
    Index first = kNone;
    for (const Index index : s.subscriptionsOf(customer)) {
        const Subscription& row = s.subscriptions[index];
        const bool ends = row.cancelAt != 0 && row.cancelAt <= nextEnd(row) && row.pending.empty();
        if (lives(row) && !ends && (first == kNone || nextEnd(row) < nextEnd(s.subscriptions[first])))
            first = index;
    }
    if (first != kNone)
        return nextInvoice(first, recurring);
    std::vector<Index> waiting = s.customers[customer].pending;
    for (const Index index : s.subscriptionsOf(customer))
        waiting.insert(waiting.end(), s.subscriptions[index].pending.begin(), s.subscriptions[index].pending.end());
    if (waiting.empty())
        return kNone;
    Invoice wish;
    wish.customer = customer;
    wish.currency = s.invoiceItems[waiting.front()].currency;
    Invoice& row = makeDraft(wish, s.timeOf(customer));
    if (const Index discount = s.customers[customer].discount; discount != kNone && inForce(discount, row.created))
        row.discounts.push_back(discount);
    takeItems(row, kNone);
    return row.self;
}

void Billing::makePreview(Index invoice, Preview preview)
{
    Invoice& row = s.invoices.edit(invoice);
    row.preview = preview;
    row.reason = Reason::Upcoming;
    row.status = InvoiceStatus::Draft;
    row.finalizedAt = row.paidAt = row.voidedAt = row.amountPaid = 0;
    row.intent = kNone;
    row.attempts = 0;
    row.autoAdvance = true;
    row.nextAttempt = row.collection == Collection::Charge ? row.created + 3600 : 0;
}

} // namespace ch::sandbox
