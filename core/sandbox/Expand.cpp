// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Expand.h"

#include <QHash>

namespace ch::sandbox {

namespace expand_detail {

// object -> field -> what stands there. "list:x" is a nested list, "x.y" a plain hash on the way to a reference,
// "" an optional field or reference that has nothing expandable below it here.
using Fields = QHash<QByteArray, QByteArray>;
const QHash<QByteArray, Fields>& table()
{
    static const QHash<QByteArray, Fields> kTable{
        {"customer",
         {{"default_source", ""}, {"discount", "discount"}, {"invoice_settings", "customer.invoice_settings"}, {"sources", "list:source"},
          {"subscriptions", "list:subscription"}, {"tax", ""}, {"tax_ids", "list:tax_id"}, {"test_clock", "test_clock"}}},
        {"customer.invoice_settings", {{"default_payment_method", "payment_method"}}},
        {"subscription",
         {{"application", ""}, {"customer", "customer"}, {"default_payment_method", "payment_method"}, {"default_source", ""},
          {"discounts", "discount"}, {"items", "list:subscription_item"}, {"latest_invoice", "invoice"}, {"on_behalf_of", ""},
          {"pending_setup_intent", ""}, {"schedule", "subscription_schedule"}, {"test_clock", "test_clock"}}},
        {"subscription_schedule",
         {{"application", ""}, {"customer", "customer"}, {"default_settings", "schedule.settings"}, {"phases", "schedule.phase"}, {"released_subscription", ""},
          {"subscription", "subscription"}, {"test_clock", "test_clock"}}},
        {"schedule.settings", {{"default_payment_method", "payment_method"}}},
        {"schedule.phase", {{"discounts", "schedule.discount"}, {"items", "schedule.item"}}},
        {"schedule.item", {{"discounts", "schedule.discount"}, {"plan", ""}, {"price", "price"}}},
        {"schedule.discount", {{"coupon", "coupon"}}},
        {"subscription_item", {{"discounts", "discount"}, {"price", "price"}, {"plan", "plan"}}},
        {"plan", {{"product", "product"}, {"tiers", ""}}},
        {"price", {{"currency_options", ""}, {"product", "product"}, {"tiers", ""}}},
        {"product", {{"default_price", "price"}, {"tax_code", ""}}},
        {"discount", {{"customer", "customer"}, {"promotion_code", "promotion_code"}, {"source", "discount.source"}}},
        {"discount.source", {{"coupon", "coupon"}}},
        {"coupon", {{"applies_to", ""}, {"currency_options", ""}}},
        {"invoice",
         {{"account_tax_ids", ""}, {"application", ""}, {"confirmation_secret", ""}, {"customer", "customer"}, {"default_payment_method", "payment_method"},
          {"default_source", ""}, {"discounts", "discount"}, {"latest_revision", ""}, {"lines", "list:line_item"},
          {"on_behalf_of", ""}, {"parent", "invoice.parent"}, {"payments", "list:invoice_payment"}, {"test_clock", "test_clock"},
          {"total_discount_amounts", "discount_amount"}}},
        {"invoice.parent", {{"subscription_details", "invoice.subscription_details"}}},
        {"invoice.subscription_details", {{"subscription", "subscription"}}},
        {"discount_amount", {{"discount", "discount"}}},
        {"line_item",
         {{"discount_amounts", "discount_amount"}, {"discounts", "discount"}, {"pricing", "line_item.pricing"}, {"subscription", "subscription"}}},
        {"line_item.pricing", {{"price_details", "line_item.price_details"}}},
        {"line_item.price_details", {{"price", "price"}}},
        {"invoiceitem", {{"customer", "customer"}, {"discounts", "discount"}, {"invoice", "invoice"}, {"pricing", "line_item.pricing"},
                         {"test_clock", "test_clock"}}},
        {"invoice_payment", {{"invoice", "invoice"}, {"payment", "invoice_payment.payment"}}},
        {"invoice_payment.payment", {{"payment_intent", "payment_intent"}}},
        {"payment_intent",
         {{"application", ""}, {"customer", "customer"}, {"latest_charge", "charge"}, {"on_behalf_of", ""}, {"payment_method", "payment_method"},
          {"review", ""}, {"source", ""}}},
        {"charge",
         {{"application", ""}, {"balance_transaction", "balance_transaction"}, {"customer", "customer"}, {"failure_balance_transaction", ""},
          {"on_behalf_of", ""}, {"payment_intent", "payment_intent"}, {"refunds", "list:refund"}, {"review", ""}, {"transfer", ""}}},
        {"credit_note",
         {{"customer", "customer"}, {"customer_balance_transaction", "customer_balance_transaction"}, {"invoice", "invoice"}, {"lines", "list:credit_note_line_item"},
          {"refunds", "credit_note.refunds"}}},
        {"credit_note.refunds", {{"refund", "refund"}}},
        {"credit_note_line_item", {}},
        {"customer_balance_transaction", {{"checkout_session", ""}, {"credit_note", "credit_note"}, {"customer", "customer"}, {"invoice", "invoice"}}},
        {"refund",
         {{"balance_transaction", "balance_transaction"}, {"charge", "charge"}, {"customer", "customer"}, {"payment_intent", "payment_intent"},
          {"payment_method", "payment_method"}}},
        {"balance_transaction", {{"source", "balance_transaction.source"}}},
        {"balance_transaction.source", {{"balance_transaction", "balance_transaction"}, {"charge", "charge"}, {"customer", "customer"},
                                        {"payment_intent", "payment_intent"}}},
        {"payment_method", {{"customer", "customer"}}},
        {"setup_intent",
         {{"application", ""}, {"customer", "customer"}, {"latest_attempt", ""}, {"mandate", ""}, {"on_behalf_of", ""}, {"payment_method", "payment_method"},
          {"single_use_mandate", ""}}},
        {"checkout_session",
         {{"customer", "customer"}, {"discounts", "sale.discount"}, {"invoice", "invoice"}, {"line_items", "list:sale_line"}, {"payment_intent", "payment_intent"},
          {"payment_link", "payment_link"}, {"setup_intent", "setup_intent"}, {"subscription", "subscription"}}},
        {"sale.discount", {{"coupon", "coupon"}, {"promotion_code", "promotion_code"}}},
        {"sale_line", {{"price", "price"}}},
        {"payment_link", {{"application", ""}, {"line_items", "list:sale_line"}, {"on_behalf_of", ""}}},
        {"portal_configuration", {{"application", ""}}},
        {"portal_session", {{"configuration", "portal_configuration"}}},
        {"promotion_code", {{"customer", "customer"}, {"promotion", "promotion_code.promotion"}}},
        {"promotion_code.promotion", {{"coupon", "coupon"}}},
        {"event", {}},
        {"balance", {}},
        {"account", {}},
        {"test_clock", {}},
        {"meter", {}},
        {"meter_event", {}},
        {"meter_event_adjustment", {}},
        {"meter_summary", {}},
    };
    return kTable;
}

std::optional<QByteArray> target(const QByteArray& object, const QByteArray& field)
{
    if (object.startsWith("list:"))
        return field == "data" ? std::optional(object.mid(5)) : std::nullopt;
    if (object.startsWith("search:"))
        return field == "data" ? std::optional(object.mid(7)) : field == "total_count" ? std::optional(QByteArray()) : std::nullopt;
    const Fields fields = table().value(object);
    const auto it = fields.constFind(field);
    return it == fields.constEnd() ? std::nullopt : std::optional(*it);
}

Expand& child(Expand& parent, const QByteArray& name)
{
    for (Expand& entry : parent.children) {
        if (entry.name == name)
            return entry;
    }
    parent.children.push_back({name, {}});
    return parent.children.back();
}

} // namespace expand_detail

const Expand* Expand::child(const char* field) const
{
    for (const Expand& entry : children) {
        if (entry.name == field)
            return &entry;
    }
    return nullptr;
}

std::optional<ExpandError> parseExpand(const QList<QByteArray>& paths, const QByteArray& root, Expand* out)
{
    for (const QByteArray& path : paths) {
        const QList<QByteArray> parts = path.split('.');
        if (parts.size() > 4)
            return ExpandError{"You cannot expand more than 4 levels of a property. Property: " + path};
        QByteArray object = root;
        Expand* at = out;
        for (const QByteArray& part : parts) {
            const auto next = expand_detail::target(object, part);
            if (!next)
                return ExpandError{"This property cannot be expanded (" + path + ")."};
            object = *next;
            at = &expand_detail::child(*at, part);
        }
    }
    return std::nullopt;
}

} // namespace ch::sandbox
