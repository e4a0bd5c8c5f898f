// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/EndpointParams.h"

namespace ch::sandbox {

namespace invoice_endpoints {

using namespace endpoint_table;

Params invoiceParams()
{
    return Params{boolean("auto_advance"), instant("automatically_finalizes_at"), choice("collection_method", {"charge_automatically", "send_invoice"}),
                  hashes("custom_fields", {text("name", 40).must(), text("value", 140).must()}).unset(), number("days_until_due").within(0, 730),
                  text("default_payment_method"), text("description", 1500).unset(), hashes("discounts", Params{text("coupon")} + refused({"discount", "promotion_code"})).unset(),
                  instant("due_date"), instant("effective_at").unset(), text("footer").unset(), metadata(), text("number", 26).unset(), text("statement_descriptor", 22)}
        + ignored({"payment_settings", "rendering", "issuer"})
        + refused({"account_tax_ids", "application_fee_amount", "automatic_tax", "default_source", "default_tax_rates", "on_behalf_of", "shipping_cost",
                   "shipping_details", "transfer_data"});
}

Params lineParams()
{
    return Params{number("amount").within(-99999999, 99999999), text("description"), boolean("discountable"),
                  hashes("discounts", Params{text("coupon")} + refused({"discount", "promotion_code"})).unset(), metadata(),
                  hash("period", {instant("end").must(), instant("start").must()}),
                  hash("price_data", Params{currency().must(), text("product").must(), number("unit_amount").within(-99999999, 99999999),
                                            Param{"unit_amount_decimal", ParamType::Decimal}.within(-99999999, 99999999)}
                                         + ignored({"tax_behavior"}) + refused({"product_data"})),
                  hash("pricing", {text("price")}), number("quantity").within(0, 999999999)}
        + refused({"quantity_decimal", "tax_amounts", "tax_rates"});
}

Params previewParams()
{
    const Params discount = Params{text("coupon"), text("promotion_code")} + refused({"discount"});
    const Param priceData = hash("price_data", Params{currency().must(), text("product").must(), hash("recurring", {choice("interval", {"day", "week", "month", "year"}).must(), number("interval_count").within(1, 1095)}).must(),
                                                      number("unit_amount").within(0, 99999999), decimal("unit_amount_decimal")} + ignored({"tax_behavior"}));
    const Param items = hashes("items", Params{text("id"), boolean("deleted"), boolean("clear_usage"), text("price"), priceData, number("quantity").within(0, 999999999),
                                               metadata(), hashes("discounts", discount).unset()}
                                            + refused({"billing_thresholds", "plan", "tax_rates", "trial", "current_trial"}));
    const Param details = hash("subscription_details", Params{items, text("cancel_at").unset(), boolean("cancel_at_period_end"), boolean("cancel_now"),
                                                              choice("proration_behavior", {"always_invoice", "create_prorations", "none"}), instant("proration_date"), text("trial_end")}
                                                           + ignored({"billing_mode", "metadata"})
                                                           + refused({"billing_cycle_anchor", "billing_schedules", "default_tax_rates", "pause", "resume_at", "start_date"}));
    Params once = lineParams();
    once.removeIf([](const Param& param) { return param.name == "pricing"; });
    once += Params{text("price"), text("invoiceitem"), currency(), number("unit_amount").within(-99999999, 99999999),
                   Param{"unit_amount_decimal", ParamType::Decimal}.within(-99999999, 99999999)} + ignored({"tax_behavior", "tax_code"});
    return Params{text("customer"), text("subscription"), currency(), choice("preview_mode", {"next", "recurring"}), details, hashes("invoice_items", once),
                  hashes("discounts", discount).unset()}
        + ignored({"issuer"}) + refused({"automatic_tax", "customer_account", "customer_details", "on_behalf_of", "schedule", "schedule_details"});
}

Param lines(const Params& params)
{
    return hashes("lines", params).must();
}

} // namespace invoice_endpoints

QList<Endpoint> invoiceEndpoints()
{
    using namespace invoice_endpoints;
    const Param invoiceMetadata{"invoice_metadata", ParamType::TextMap};
    return {
        {"GET", "/v1/customers/{id}/balance_transactions", "customer_read", "list:customer_balance_transaction",
         listed(Params{range("created"), text("invoice")}), &Calls::listCustomerEntries},
        {"POST", "/v1/customers/{id}/balance_transactions", "customer_write", "customer_balance_transaction",
         {number("amount").must().within(-99999999999, 99999999999), currency().must(), text("description", 350), metadata()}, &Calls::createCustomerEntry},
        {"GET", "/v1/customers/{id}/balance_transactions/{entry}", "customer_read", "customer_balance_transaction", {}, &Calls::getCustomerEntry},
        {"POST", "/v1/customers/{id}/balance_transactions/{entry}", "customer_write", "customer_balance_transaction",
         {text("description", 350), metadata()}, &Calls::updateCustomerEntry},
        {"POST", "/v1/invoices", "invoice_write", "invoice",
         invoiceParams() + Params{text("customer").must(), currency(), choice("pending_invoice_items_behavior", {"exclude", "include"}), text("subscription")}
             + refused({"customer_account", "from_invoice"}), &Calls::createInvoice},
        {"POST", "/v1/invoices/create_preview", "invoice_read", "invoice", previewParams(), &Calls::createPreview},
        {"POST", "/v1/invoices/{id}", "invoice_write", "invoice", invoiceParams(), &Calls::updateInvoice},
        {"DELETE", "/v1/invoices/{id}", "invoice_write", "", {}, &Calls::deleteInvoice},
        {"POST", "/v1/invoices/{id}/send", "invoice_write", "invoice", {}, &Calls::sendInvoice},
        {"POST", "/v1/invoices/{id}/add_lines", "invoice_write", "invoice", {lines(lineParams() + Params{text("invoice_item")}), invoiceMetadata}, &Calls::addLines},
        {"POST", "/v1/invoices/{id}/update_lines", "invoice_write", "invoice", {lines(lineParams() + Params{text("id").must()}), invoiceMetadata}, &Calls::updateLines},
        {"POST", "/v1/invoices/{id}/remove_lines", "invoice_write", "invoice",
         {lines({choice("behavior", {"delete", "unassign"}).must(), text("id").must()}), invoiceMetadata}, &Calls::removeLines},
        {"POST", "/v1/invoices/{id}/lines/{line}", "invoice_write", "line_item", lineParams(), &Calls::updateLine},
    };
}

} // namespace ch::sandbox
