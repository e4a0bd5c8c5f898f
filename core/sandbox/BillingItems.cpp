// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Billing.h"

namespace ch::sandbox {

InvoiceItem& Billing::makeItem(InvoiceItem wish)
{
    InvoiceItem& row = s.addInvoiceItem(std::move(wish));
    row.what.invoiceItem = row.self;
    if (row.currency.isEmpty())
        row.currency = s.prices[row.what.price].currency;
    m_log.record("invoiceitem.created", row.created, row);
    return row;
}

InvoiceItem& Billing::addItem(const InvoiceItem& wish, qint64 at)
{
    InvoiceItem made = wish;
    made.created = at;
    InvoiceItem& row = makeItem(std::move(made));
    if (row.invoice != kNone) {
        Invoice& invoice = s.invoices.edit(row.invoice);
        Change<Invoice> change(m_log, "invoice.updated", at, invoice);
        relay(invoice, s.linesOf(invoice), {row.self});
    } else if (row.subscription != kNone) {
        s.subscriptions.edit(row.subscription).pending.push_back(row.self);
    } else {
        s.customers.edit(row.customer).pending.push_back(row.self);
    }
    return row;
}

void Billing::addPending(Subscription& row, const std::vector<LineDraft>& lines, qint64 at)
{
    for (const LineDraft& what : lines) {
        InvoiceItem made;
        made.created = at;
        made.what = what;
        made.customer = row.customer;
        made.subscription = row.self;
        row.pending.push_back(makeItem(std::move(made)).self);
    }
}

std::vector<LineDraft> Billing::pendingOf(const Subscription& row) const
{
    std::vector<LineDraft> out;
    for (const Index item : row.pending)
        out.push_back(s.invoiceItems[item].what);
    return out;
}

std::vector<Index> Billing::takePending(Customer& of, const QByteArray& currency) const
{
    std::vector<Index> taken;
    const auto fits = [&](Index item) {
        if (s.invoiceItems[item].currency != currency)
            return false;
        taken.push_back(item);
        return true;
    };
    of.pending.erase(std::remove_if(of.pending.begin(), of.pending.end(), fits), of.pending.end());
    return taken;
}

void Billing::dropPending(Subscription& row, qint64 at)
{
    std::vector<Index> stays;
    for (const Index item : std::exchange(row.pending, {})) {
        if (!s.invoiceItems[item].what.proration) {
            stays.push_back(item);
            continue;
        }
        InvoiceItem& gone = s.invoiceItems.edit(item);
        gone.deleted = true;
        m_log.record("invoiceitem.deleted", at, gone);
    }
    row.pending = std::move(stays);
}

void Billing::deleteItem(Index item, qint64 at)
{
    InvoiceItem& row = s.invoiceItems.edit(item);
    if (row.invoice != kNone) {
        Invoice& invoice = s.invoices.edit(row.invoice);
        Change<Invoice> change(m_log, "invoice.updated", at, invoice);
        std::vector<Index> kept;
        for (const Index line : s.linesOf(invoice)) {
            if (s.lines[line].what.invoiceItem != item)
                kept.push_back(line);
        }
        relay(invoice, kept);
    } else {
        stopWaiting(item);
    }
    row.deleted = true;
    m_log.record("invoiceitem.deleted", at, row);
}

} // namespace ch::sandbox
