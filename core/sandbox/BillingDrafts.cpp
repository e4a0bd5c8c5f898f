// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Billing.h"

namespace ch::sandbox {

Invoice& Billing::makeDraft(Invoice wish, qint64 at)
{
    wish.created = wish.periodStart = wish.periodEnd = at;
    wish.reason = Reason::Manual;
    wish.customerName = s.customers[wish.customer].name;
    wish.customerEmail = s.customers[wish.customer].email;
    if (wish.subscription != kNone)
        wish.subscriptionMetadata = s.subscriptions[wish.subscription].metadata;
    wish.relaid = true;
    Invoice& row = s.addInvoice(std::move(wish));
    previewDue(row);
    return row;
}

void Billing::takeItems(Invoice& row, Index subscription)
{
    std::vector<Index> items;
    if (subscription == kNone)
        items = takePending(s.customers.edit(row.customer), row.currency);
    for (const Index index : s.subscriptionsOf(row.customer)) {
        const Subscription& of = s.subscriptions[index];
        if ((subscription != kNone && index != subscription) || of.pending.empty() || of.currency != row.currency)
            continue;
        items.insert(items.end(), of.pending.begin(), of.pending.end());
        s.subscriptions.edit(index).pending.clear();
    }
    std::sort(items.begin(), items.end(), std::greater<>()); // newest first
    for (const Index item : items)
        s.invoiceItems.edit(item).invoice = row.self;
    relay(row, s.linesOf(row), items);
}

void Billing::addToDraft(Invoice& row, const std::vector<InvoiceItem>& wishes, qint64 at)
{
    std::vector<Index> items;
    for (InvoiceItem wish : wishes) {
        if (wish.self != kNone) {
            stopWaiting(wish.self);
            s.invoiceItems.edit(wish.self).invoice = row.self;
            items.push_back(wish.self);
            continue;
        }
        wish.created = at;
        items.push_back(makeItem(std::move(wish)).self);
    }
    relay(row, s.linesOf(row), items);
}

void Billing::takeOffDraft(Invoice& row, const std::vector<std::pair<Index, bool>>& lines, qint64 at)
{
    std::vector<Index> kept = s.linesOf(row);
    for (const auto& [line, waitsAgain] : lines) {
        kept.erase(std::remove(kept.begin(), kept.end(), line), kept.end());
        InvoiceItem& item = s.invoiceItems.edit(s.lines[line].what.invoiceItem);
        if (waitsAgain) {
            item.invoice = kNone;
            (item.subscription != kNone ? s.subscriptions.edit(item.subscription).pending : s.customers.edit(item.customer).pending).push_back(item.self);
        } else {
            item.deleted = true;
            m_log.record("invoiceitem.deleted", at, item);
        }
    }
    relay(row, kept);
}

void Billing::stopWaiting(Index item)
{
    const InvoiceItem& row = s.invoiceItems[item];
    const auto drop = [item](std::vector<Index>& from) { from.erase(std::remove(from.begin(), from.end(), item), from.end()); };
    if (row.subscription != kNone)
        drop(s.subscriptions.edit(row.subscription).pending);
    drop(s.customers.edit(row.customer).pending); // the customer's own, or left by a subscription that has ended
}

void Billing::deleteDraft(Invoice& row, qint64 at)
{
    for (const Index line : s.linesOf(row)) {
        const Index item = s.lines[line].what.invoiceItem;
        if (item == kNone)
            continue;
        InvoiceItem& gone = s.invoiceItems.edit(item);
        gone.deleted = true;
        m_log.record("invoiceitem.deleted", at, gone);
    }
    row.deleted = true;
    m_log.record("invoice.deleted", at, row);
}

} // namespace ch::sandbox
