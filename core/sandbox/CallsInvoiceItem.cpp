// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/CallsList.h"

namespace ch::sandbox {

namespace invoice_item_detail {

constexpr size_t kMostItems = 250; // of an invoice

/// The parameters that each say what it costs, and so exclude each other.
QByteArray clash(const Node& params)
{
    QByteArray first;
    for (const char* name : {"amount", "price_data", "pricing", "unit_amount_decimal"}) {
        if (!params.has(name))
            continue;
        if (!first.isEmpty())
            return first + ", " + name;
        first = name;
    }
    return params.has("amount") && params.has("quantity") ? "amount, quantity" : QByteArray();
}

} // namespace invoice_item_detail

Answer Calls::listInvoiceItems(const Call& call)
{
    const auto customer = maybe(call, "customer", Kind::Customer);
    const auto invoice = maybe(call, "invoice", Kind::Invoice);
    if (!customer || !invoice)
        return tl::unexpected(customer ? invoice.error() : customer.error());
    const Index of = *customer != kNone || *invoice == kNone ? *customer : s.invoices[*invoice].customer;
    std::vector<Index> own;
    if (of != kNone) {
        own = s.invoiceItemsOf(of);
        std::sort(own.begin(), own.end(), [this](Index a, Index b) { return s.invoiceItems.before(a, b); });
    }
    const bool either = !call.params.has("pending"), pending = call.params.boolean("pending");
    return list(call, Kind::InvoiceItem, s.invoiceItems, of == kNone ? s.invoiceItems.order() : own, [&](const InvoiceItem& row) {
        return !row.deleted && (of != kNone || !s.onTestClock(row.customer)) && (*customer == kNone || row.customer == *customer)
            && (*invoice == kNone || row.invoice == *invoice) && (either || pending == (row.invoice == kNone))
            && inRange(call.params, "created", row.created);
    });
}

tl::expected<Index, Fault> Calls::draft(const QByteArray& id, const QByteArray& param) const
{
    const auto index = named(id, Kind::Invoice, param);
    if (index && s.invoices[*index].status != InvoiceStatus::Draft)
        return tl::unexpected(invalid("This invoice is no longer editable", {}, "invoice_not_editable"));
    return index;
}

std::optional<Fault> Calls::writeItemPrice(const Node& params, InvoiceItem* row)
{
    if (const QByteArray names = invoice_item_detail::clash(params); !names.isEmpty())
        return invalid("You may only specify one of these parameters: " + names + '.', names.split(',').constFirst(), "parameters_exclusive");
    LineDraft& what = row->what;
    what.quantity = params.number("quantity", what.quantity);
    const Node* pricing = params.find("pricing");
    const Node* data = params.find("price_data");
    if (pricing && pricing->has("price")) {
        const auto price = named(pricing->text("price"), Kind::Price, pricing->path + "[price]");
        if (!price)
            return price.error();
        const Price& of = s.prices[*price];
        if (of.recurring)
            return invalid("The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.", pricing->path + "[price]");
        if (!of.active && !of.inlineMade)
            return invalid("The price specified is inactive. This field only accepts active prices.", pricing->path + "[price]");
        what.price = *price;
    } else if (data) {
        const auto price = inlinePrice(*data);
        if (!price)
            return price.error();
        what.price = *price;
    } else if (params.has("amount") || params.has("unit_amount_decimal")) {
        what.price = kNone;
        row->unit = params.has("amount") ? Wide(params.number("amount")) * kScale : parseDecimal(params.text("unit_amount_decimal")).value_or(0);
        if (params.has("amount"))
            what.quantity = 1;
    }
    if (what.price != kNone && !row->currency.isEmpty() && s.prices[what.price].currency != row->currency)
        return invalid("The price specified only supports `" + s.prices[what.price].currency + "`. This doesn't match the expected currency: `" + row->currency + "`.",
                       "pricing[price]");
    what.amount = what.price != kNone ? periodAmount(s.prices[what.price], what.quantity) : scaledRound(row->unit, what.quantity, kScale);
    if (what.amount > 99999999 || what.amount < -99999999)
        return invalid("Amount must be no more than $999,999.99", "amount", "amount_too_large");
    return std::nullopt;
}

std::optional<Fault> Calls::writeItemDiscounts(const Node& params, InvoiceItem* row)
{
    if (!params.has("discounts"))
        return std::nullopt;
    const auto coupons = couponsOf(params);
    if (!coupons)
        return coupons.error();
    row->discounts.clear();
    const Index of = row->self == kNone ? s.invoiceItems.size() : row->self; // the number that it is about to get
    for (const Index coupon : *coupons)
        row->discounts.push_back(m_billing.addOwnDiscount(coupon, row->customer, kNone, of, s.timeOf(row->customer)));
    return std::nullopt;
}

std::optional<Fault> Calls::writeItem(const Node& params, qint64 at, InvoiceItem* row)
{
    LineDraft& what = row->what;
    if (what.proration) {
        for (const char* name : {"amount", "price_data", "pricing", "quantity", "unit_amount_decimal", "discounts"}) {
            if (params.has(name))
                return invalid(QByteArray("You cannot change the `") + name + "` of a proration.", name);
        }
    } else if (const auto fault = writeItemPrice(params, row)) {
        return fault;
    }
    if (row->self == kNone || params.has("discountable"))
        what.discountable = params.boolean("discountable", what.amount >= 0);
    if (what.proration && params.boolean("discountable"))
        return invalid("Prorations cannot be discountable.", "discountable");
    if (const Node* period = params.find("period")) {
        if (period->number("end") < period->number("start"))
            return invalid("The end of the period must not be before its start.", "period[end]");
        what.start = period->number("start");
        what.end = period->number("end");
    } else if (row->self == kNone) {
        what.start = what.end = at;
    }
    writeText(params, "description", &row->description);
    writeMetadata(params, &row->metadata);
    return writeItemDiscounts(params, row);
}

Answer Calls::createInvoiceItem(const Call& call)
{
    const Node& params = call.params;
    InvoiceItem wish;
    const auto customer = liveCustomer(params.text("customer"), "customer");
    if (!customer)
        return tl::unexpected(customer.error());
    wish.customer = *customer;
    wish.currency = params.text("currency").toLower();
    if (const QByteArray id = params.text("invoice"); !id.isEmpty()) {
        const auto invoice = draft(id, "invoice");
        if (!invoice)
            return tl::unexpected(invoice.error());
        const Invoice& row = s.invoices[*invoice];
        if (row.customer != *customer)
            return tl::unexpected(invalid("The invoice " + id + " belongs to another customer.", "invoice"));
        if (s.linesOf(row).size() >= invoice_item_detail::kMostItems)
            return tl::unexpected(invalid("An invoice can have at most 250 invoice items.", "invoice"));
        if (!wish.currency.isEmpty() && wish.currency != row.currency)
            return tl::unexpected(invalid("The currency of the invoice item (" + wish.currency + ") is not that of the invoice (" + row.currency + ").", "currency"));
        wish.invoice = *invoice;
        wish.currency = row.currency;
        wish.subscription = row.subscription;
    }
    if (const QByteArray id = params.text("subscription"); !id.isEmpty()) {
        const auto subscription = named(id, Kind::Subscription, "subscription");
        if (!subscription || s.subscriptions[*subscription].customer != *customer)
            return tl::unexpected(missingObject("subscription", id, "subscription", 400));
        const Subscription& row = s.subscriptions[*subscription];
        if (row.status == SubStatus::Canceled || row.status == SubStatus::IncompleteExpired)
            return tl::unexpected(invalid("You cannot add an invoice item to a canceled subscription.", "subscription"));
        wish.subscription = *subscription;
        if (wish.currency.isEmpty())
            wish.currency = row.currency;
    }
    wish.what.quantity = 1;
    const qint64 now = s.timeOf(*customer);
    if (wish.currency.isEmpty() && (params.has("amount") || params.has("unit_amount_decimal")))
        wish.currency = s.customers[*customer].currency.isEmpty() ? QByteArray(kAccountCurrency) : s.customers[*customer].currency;
    if (!params.has("amount") && !params.has("unit_amount_decimal") && !params.has("pricing") && !params.has("price_data"))
        return tl::unexpected(invalid("You must provide one of `amount`, `unit_amount_decimal`, `pricing` or `price_data`.", "amount", "parameter_missing"));
    if (const auto fault = writeItem(params, now, &wish))
        return tl::unexpected(*fault);
    if (wish.currency.isEmpty())
        wish.currency = s.prices[wish.what.price].currency;
    if (s.customers[*customer].currency.isEmpty())
        s.customers.edit(*customer).currency = wish.currency;
    return show(call, Kind::InvoiceItem, m_billing.addItem(wish, now).self);
}

Answer Calls::getInvoiceItem(const Call& call)
{
    const auto index = target(call, Kind::InvoiceItem);
    return index ? show(call, Kind::InvoiceItem, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updateInvoiceItem(const Call& call)
{
    const auto index = target(call, Kind::InvoiceItem);
    if (!index)
        return tl::unexpected(index.error());
    InvoiceItem wish = s.invoiceItems[*index];
    if (wish.invoice != kNone && s.invoices[wish.invoice].status != InvoiceStatus::Draft)
        return tl::unexpected(invalid("This invoice item belongs to an invoice that is no longer editable.", {}, "invoice_not_editable"));
    const qint64 now = s.timeOf(wish.customer);
    if (const auto fault = writeItem(call.params, now, &wish))
        return tl::unexpected(*fault);
    if (wish.invoice == kNone) { // Stripe has no invoiceitem.updated
        s.invoiceItems.edit(*index) = wish;
        return show(call, Kind::InvoiceItem, *index);
    }
    Invoice& invoice = s.invoices.edit(wish.invoice);
    Change<Invoice> change(m_log, "invoice.updated", now, invoice);
    s.invoiceItems.edit(*index) = wish;
    m_billing.relay(invoice, s.linesOf(invoice));
    return show(call, Kind::InvoiceItem, *index);
}

Answer Calls::deleteInvoiceItem(const Call& call)
{
    const auto index = target(call, Kind::InvoiceItem);
    if (!index)
        return tl::unexpected(index.error());
    const InvoiceItem& row = s.invoiceItems[*index];
    if (row.invoice != kNone && s.invoices[row.invoice].status != InvoiceStatus::Draft)
        return tl::unexpected(invalid("You can only delete invoice items that are not attached to an invoice, or that are attached to a draft.", {},
                                      "invoice_not_editable"));
    m_billing.deleteItem(*index, s.timeOf(row.customer));
    return m_render.object(Kind::InvoiceItem, *index);
}

} // namespace ch::sandbox
