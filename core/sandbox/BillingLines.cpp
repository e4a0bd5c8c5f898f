// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Billing.h"

namespace ch::sandbox {

Billing::Laid Billing::laid(const LineDraft& what, const Subscription* row, qint64 at) const
{
    Laid out{what, kNone, {}, {}};
    if (what.invoiceItem != kNone && !what.proration) {
        out.discounts = s.invoiceItems[what.invoiceItem].discounts;
    } else if (row) {
        for (const Item& item : row->items) {
            for (const Index discount : item.discounts) {
                if (item.self == what.item && inForce(discount, at))
                    out.discounts.push_back(discount);
            }
        }
    }
    return out;
}

void Billing::addLines(Invoice& invoice, Subscription& row, const std::vector<LineDraft>& drafts)
{
    std::vector<Index> items;
    if (invoice.reason != Reason::Update && !s.customers[row.customer].pending.empty())
        items = takePending(s.customers.edit(row.customer), row.currency);
    items.insert(items.end(), row.pending.begin(), row.pending.end());
    row.pending.clear();
    std::sort(items.begin(), items.end(), std::greater<>()); // newest first
    std::vector<LineDraft> all;
    for (const Index item : items)
        all.push_back(s.invoiceItems[item].what);
    for (LineDraft draft : drafts) {
        if (draft.proration || draft.item == kNone) { // charged at once, it is an invoice item all the same
            InvoiceItem made;
            made.created = invoice.created;
            made.what = draft;
            made.customer = row.customer;
            made.subscription = row.self;
            draft.invoiceItem = makeItem(std::move(made)).self;
        }
        all.push_back(draft);
    }
    std::vector<Laid> lines;
    for (const LineDraft& what : all) {
        lines.push_back(laid(what, &row, invoice.created));
        if (what.invoiceItem != kNone)
            s.invoiceItems.edit(what.invoiceItem).invoice = invoice.self;
    }
    invoice.discounts = discountsFor(row, invoice.created);
    invoice.firstLine = s.lines.size();
    invoice.lineCount = static_cast<quint32>(lines.size());
    layLines(invoice, lines);
}

void Billing::layLines(Invoice& invoice, std::vector<Laid>& lines)
{
    discountLines(invoice, lines);
    invoice.subtotal = invoice.discounted = 0;
    qint64 own = 0; // what is taken off single lines is not in the subtotal any more
    for (Laid& laid : lines) {
        Line line;
        line.what = laid.what;
        line.invoice = invoice.self;
        line.name = laid.name;
        for (const LineDiscount& part : laid.found) {
            invoice.discounted += part.amount;
            if (std::find(laid.discounts.begin(), laid.discounts.end(), part.discount) != laid.discounts.end())
                own += part.amount;
        }
        line.discounts = std::move(laid.found);
        const Index number = s.lines.size();
        s.lines.append(std::move(line));
        if (invoice.relaid)
            invoice.laid.push_back(number);
        invoice.subtotal += laid.what.amount;
    }
    invoice.total = invoice.subtotal - invoice.discounted;
    invoice.subtotal -= own;
}

void Billing::relay(Invoice& row, const std::vector<Index>& kept, const std::vector<Index>& added)
{
    std::vector<Laid> lines;
    for (const Index number : kept) {
        const Line was = s.lines[number];
        LineDraft what = was.what.invoiceItem != kNone ? s.invoiceItems[was.what.invoiceItem].what : was.what;
        Laid again = laid(what, nullptr, row.created);
        again.name = was.name != kNone ? was.name : number;
        // Those of a subscription item were in force when the invoice was made, and still count on it.
        for (const LineDiscount& part : was.discounts) {
            if (was.what.invoiceItem == kNone && s.discounts[part.discount].item != kNone)
                again.discounts.push_back(part.discount);
        }
        lines.push_back(std::move(again));
    }
    for (const Index item : added)
        lines.push_back(laid(s.invoiceItems[item].what, nullptr, row.created));
    row.relaid = true;
    row.laid.clear();
    layLines(row, lines);
    previewDue(row);
}

void Billing::applyDiscount(Index discount, const Invoice& invoice, const std::vector<size_t>& reach, std::vector<qint64>* left,
                            std::vector<Laid>& lines) const
{
    const Coupon& coupon = s.coupons[s.discounts[discount].coupon];
    std::vector<size_t> reached;
    qint64 base = 0;
    for (const size_t i : reach) {
        const Index price = lines[i].what.price;
        const Index product = price == kNone ? kNone : s.prices[price].product;
        const bool applies = coupon.products.empty() || std::find(coupon.products.begin(), coupon.products.end(), product) != coupon.products.end();
        if (applies && (*left)[i] > 0) {
            reached.push_back(i);
            base += (*left)[i];
        }
    }
    if (reached.empty() || (coupon.amountOff && coupon.currency != invoice.currency))
        return;
    qint64 rest = coupon.amountOff ? std::min(coupon.amountOff, base)
                                   : scaledRound(base, parseDecimal(coupon.percentText).value_or(0), Wide(100) * kScale);
    const qint64 all = rest;
    for (size_t n = 0; n < reached.size(); ++n) { // the last line takes what rounding left
        const size_t i = reached[n];
        const qint64 share = std::min((*left)[i], n + 1 == reached.size() ? rest : std::min(rest, scaledRound(all, (*left)[i], base)));
        rest -= share;
        lines[i].found.push_back({discount, share});
    }
    for (const size_t i : reached)
        (*left)[i] -= lines[i].found.back().amount;
}

void Billing::discountLines(const Invoice& invoice, std::vector<Laid>& lines) const
{
    std::vector<qint64> left;
    std::vector<size_t> open;
    std::vector<Index> own; // in the order in which they come up
    for (size_t i = 0; i < lines.size(); ++i) {
        const LineDraft& what = lines[i].what;
        left.push_back(what.amount);
        if (what.proration || !what.discountable || what.amount <= 0) {
            lines[i].discounts.clear();
            continue;
        }
        open.push_back(i);
        for (const Index discount : lines[i].discounts) {
            if (std::find(own.begin(), own.end(), discount) == own.end())
                own.push_back(discount);
        }
    }
    for (const Index discount : own) {
        std::vector<size_t> reach;
        for (const size_t i : open) {
            if (std::find(lines[i].discounts.begin(), lines[i].discounts.end(), discount) != lines[i].discounts.end())
                reach.push_back(i);
        }
        applyDiscount(discount, invoice, reach, &left, lines);
    }
    for (const Index discount : invoice.discounts)
        applyDiscount(discount, invoice, open, &left, lines);
}

} // namespace ch::sandbox
