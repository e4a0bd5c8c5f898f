// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Calls.h"

namespace ch::sandbox {

namespace preview_calls_detail {

Node leaf(const QByteArray& name, const QByteArray& value)
{
    Node node;
    node.name = node.path = name;
    node.value = value;
    node.leaf = true;
    return node;
}

/// The parameters of a subscription that the preview names, as its own endpoints take them.
Node subscriptionParams(const Node& params)
{
    Node out;
    if (const Node* details = params.find("subscription_details")) {
        for (const Node& node : details->children) {
            if (node.name != "cancel_now" && node.name != "billing_mode" && node.name != "metadata")
                out.children.append(node);
        }
    }
    for (const char* name : {"discounts"}) {
        if (const Node* node = params.find(name))
            out.children.append(*node);
    }
    return out;
}

/// An item of invoice_items as /v1/invoiceitems takes it: price is pricing[price] there, and unit_amount its decimal.
Node itemParams(const Node& node)
{
    Node out = node;
    out.children.clear();
    for (Node child : node.children) {
        if (child.name == "price") {
            Node pricing;
            pricing.name = "pricing";
            pricing.path = node.path + "[pricing]";
            pricing.children.append(child);
            out.children.append(pricing);
            continue;
        }
        if (child.name == "unit_amount")
            child.name = "unit_amount_decimal";
        out.children.append(child);
    }
    return out;
}

} // namespace preview_calls_detail

std::optional<Fault> Calls::rehearseItems(const Node& params, Index customer, Index subscription)
{
    const Node* items = params.find("invoice_items");
    for (const Node& node : items ? items->children : QList<Node>()) {
        const Node as = preview_calls_detail::itemParams(node);
        const qint64 now = s.timeOf(customer);
        if (const QByteArray id = node.text("invoiceitem"); !id.isEmpty()) {
            const auto held = named(id, Kind::InvoiceItem, node.path + "[invoiceitem]");
            if (!held || s.invoiceItems[*held].customer != customer)
                return missingObject("invoiceitem", id, node.path + "[invoiceitem]", 400);
            InvoiceItem wish = s.invoiceItems[*held];
            if (const auto fault = writeItem(as, now, &wish))
                return fault;
            s.invoiceItems.edit(*held) = wish;
            continue;
        }
        InvoiceItem wish;
        wish.customer = customer;
        wish.subscription = subscription;
        wish.currency = node.text("currency").toLower();
        if (wish.currency.isEmpty() && subscription != kNone)
            wish.currency = s.subscriptions[subscription].currency;
        if (wish.currency.isEmpty() && !s.customers[customer].currency.isEmpty())
            wish.currency = s.customers[customer].currency;
        wish.what.quantity = 1;
        if (const auto fault = writeItem(as, now, &wish))
            return fault;
        if (wish.currency.isEmpty())
            wish.currency = wish.what.price != kNone ? s.prices[wish.what.price].currency : QByteArray(kAccountCurrency);
        m_billing.addItem(wish, now);
    }
    return std::nullopt;
}

tl::expected<Index, Fault> Calls::rehearse(const Call& call, Index customer, Index subscription)
{
    using namespace preview_calls_detail;
    const Node& params = call.params;
    if (const auto fault = rehearseItems(params, customer, subscription))
        return tl::unexpected(*fault);
    const Node* details = params.find("subscription_details");
    const bool recurring = params.text("preview_mode") == "recurring";
    Call as;
    as.params = subscriptionParams(params);
    if (subscription == kNone && details && details->has("items")) { // one that is still to be made
        as.params.children.append(leaf("customer", s.id(Kind::Customer, customer)));
        as.params.children.append(leaf("payment_behavior", "default_incomplete"));
        if (const Answer made = createSubscription(as); !made)
            return tl::unexpected(made.error());
        return s.subscriptions[s.subscriptionsOf(customer).back()].latestInvoice;
    }
    if (subscription == kNone)
        return m_billing.nextInvoiceOf(customer, recurring);
    const Index before = s.subscriptions[subscription].latestInvoice;
    as.id = s.id(Kind::Subscription, subscription);
    if (details && details->boolean("cancel_now")) {
        const bool none = details->text("proration_behavior") == "none";
        m_billing.cancel(s.subscriptions.edit(subscription), details->number("proration_date", s.timeOf(customer)), CancelReason::Requested, !none, true);
    } else if (!as.params.children.isEmpty()) {
        if (const Answer changed = updateSubscription(as); !changed)
            return tl::unexpected(changed.error());
    }
    // What the change is billed for at once, or else what comes next.
    const Index now = s.subscriptions[subscription].latestInvoice;
    return now != before ? now : m_billing.nextInvoice(subscription, recurring);
}

Answer Calls::createPreview(const Call& call)
{
    const Node& params = call.params;
    Index customer = kNone, subscription = kNone;
    if (const QByteArray id = params.text("subscription"); !id.isEmpty()) {
        const auto found = named(id, Kind::Subscription, "subscription");
        if (!found)
            return tl::unexpected(found.error());
        subscription = *found;
        customer = s.subscriptions[subscription].customer;
    }
    if (const QByteArray id = params.text("customer"); !id.isEmpty()) {
        const auto found = liveCustomer(id, "customer");
        if (!found)
            return tl::unexpected(found.error());
        if (customer != kNone && customer != *found)
            return tl::unexpected(missingObject("subscription", params.text("subscription"), "subscription", 400));
        customer = *found;
    }
    if (customer == kNone)
        return tl::unexpected(invalid("You must provide one of `customer`, `subscription` or `customer_details`.", "customer", "parameter_missing"));
    m_log.mute(true);
    s.rehearse();
    const Answer shown = [&]() -> Answer {
        const auto invoice = rehearse(call, customer, subscription);
        if (!invoice)
            return tl::unexpected(invoice.error());
        if (*invoice == kNone) {
            Fault fault = invalid("No upcoming invoices for customer: '" + s.id(Kind::Customer, customer) + '\'', {}, "invoice_upcoming_none");
            fault.status = 404;
            return tl::unexpected(fault);
        }
        m_billing.makePreview(*invoice, Preview::Asked);
        return show(call, Kind::Invoice, *invoice);
    }();
    s.undo();
    m_log.mute(false);
    return shown;
}

} // namespace ch::sandbox
