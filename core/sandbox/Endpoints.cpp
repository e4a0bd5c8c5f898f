// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/EndpointParams.h"

namespace ch::sandbox {

namespace endpoint_table {

Param collection() { return choice("collection_method", {"charge_automatically", "send_invoice"}); }
Param intervalChoice() { return choice("interval", {"day", "week", "month", "year"}); }
Param taxBehavior() { return choice("tax_behavior", {"exclusive", "inclusive", "unspecified"}); }

Param address()
{
    return hash("address", {text("city").unset(), text("country").unset(), text("line1").unset(), text("line2").unset(),
                            text("postal_code").unset(), text("state").unset()}).unset();
}

Params customerParams()
{
    return Params{text("name", 256).unset(), text("email", 512).unset(), text("description").unset(), text("phone", 20).unset(), metadata(),
                  number("balance").within(-99999999999, 99999999999), address(), text("business_name", 150).unset(), text("individual_name", 150).unset(),
                  texts("preferred_locales"), choice("tax_exempt", {"none", "exempt", "reverse"}).unset(),
                  hash("shipping", {address().must(), text("name").must(), text("phone", 20).unset()}).unset(),
                  hash("invoice_settings", Params{text("default_payment_method").unset(), text("footer").unset()}
                                               + refused({"custom_fields", "rendering_options"}))}
        + ignored({"validate"}) + refused({"cash_balance", "invoice_prefix", "next_invoice_sequence", "source", "tax"});
}

Params tierParams()
{
    return {decimal("flat_amount_decimal"), number("flat_amount").within(0, 99999999), decimal("unit_amount_decimal"), number("unit_amount").within(0, 99999999), text("up_to").must()};
}

Params priceParams()
{
    return Params{currency().must(), boolean("active"), choice("billing_scheme", {"per_unit", "tiered"}), text("lookup_key", 200),
                  metadata(), text("nickname"), text("product"),
                  hash("product_data", {text("name").must(), boolean("active"), text("id"), metadata(), text("statement_descriptor", 22),
                                        text("tax_code"), text("unit_label", 12), {"tax_details", ParamType::Refused}}),
                  hash("recurring", {intervalChoice().must(), number("interval_count").within(1, 1095), text("meter"),
                                     number("trial_period_days").within(1, 730), choice("usage_type", {"licensed", "metered"})}),
                  taxBehavior(), hashes("tiers", tierParams()), choice("tiers_mode", {"graduated", "volume"}), boolean("transfer_lookup_key"),
                  hash("transform_quantity", {number("divide_by").must().within(1, 1000000000), choice("round", {"up", "down"}).must()}),
                  number("unit_amount").within(0, 99999999), decimal("unit_amount_decimal")}
        + refused({"currency_options", "custom_unit_amount"});
}

Params productParams()
{
    return Params{boolean("active"), text("description").unset(), texts("images").unset(), metadata(), boolean("shippable"),
                  text("statement_descriptor", 22), text("tax_code").unset(), text("unit_label", 12).unset(), text("url").unset(),
                  hashes("marketing_features", {text("name")}).unset()}
        + refused({"package_dimensions", "tax_details"});
}

// No product_data here: Stripe has it on /v1/prices only, and refuses it in subscriptions.
Param priceData()
{
    return hash("price_data", {currency().must(), text("product").must(),
                               hash("recurring", {intervalChoice().must(), number("interval_count").within(1, 1095)}).must(), taxBehavior(),
                               number("unit_amount").within(0, 99999999), decimal("unit_amount_decimal")});
}

Param discounts()
{
    return hashes("discounts", Params{text("coupon"), text("promotion_code")} + refused({"discount"})).unset();
}

Params intentParams()
{
    return Params{number("amount").within(1, 99999999), currency(), text("customer"), text("description", 1000).unset(), metadata(),
                  text("payment_method"), text("receipt_email").unset(), choice("capture_method", {"automatic", "automatic_async", "manual"})}
        + ignored({"setup_future_usage", "statement_descriptor", "statement_descriptor_suffix", "payment_method_options"})
        + refused({"allowed_payment_method_types", "amount_details", "application_fee_amount", "customer_account", "excluded_payment_method_types",
                   "hooks", "payment_details", "payment_method_configuration", "payment_method_data", "shipping", "transfer_data",
                   "transfer_group"});
}

QList<Endpoint> customers()
{
    return {
        {"GET", "/v1/customers", "customer_read", "list:customer", listed(Params{range("created"), text("email"), text("test_clock")}), &Calls::listCustomers},
        {"POST", "/v1/customers", "customer_write", "customer",
         customerParams() + Params{text("payment_method"), text("test_clock")} + refused({"tax_id_data"}), &Calls::createCustomer},
        {"GET", "/v1/customers/{id}", "customer_read", "customer", {}, &Calls::getCustomer},
        {"POST", "/v1/customers/{id}", "customer_write", "customer", customerParams() + refused({"default_source"}), &Calls::updateCustomer},
        {"DELETE", "/v1/customers/{id}", "customer_write", "", {}, &Calls::deleteCustomer},
        {"DELETE", "/v1/customers/{id}/discount", "customer_write", "", {}, &Calls::deleteCustomerDiscount},
        {"GET", "/v1/customers/{id}/payment_methods", "payment_method_read", "list:payment_method",
         listed(Params{text("type")} + ignored({"allow_redisplay"})), &Calls::listMethodsOfCustomer},
    };
}

QList<Endpoint> catalog()
{
    return {
        {"GET", "/v1/products", "product_read", "list:product",
         listed(Params{boolean("active"), range("created"), texts("ids"), boolean("shippable"), text("url"), choice("type", {"good", "service"})}), &Calls::listProducts},
        {"POST", "/v1/products", "product_write", "product",
         productParams() + Params{text("name").must(), text("id")} + refused({"default_price_data", "type"}), &Calls::createProduct},
        {"GET", "/v1/products/{id}", "product_read", "product", {}, &Calls::getProduct},
        {"POST", "/v1/products/{id}", "product_write", "product", productParams() + Params{text("name"), text("default_price")}, &Calls::updateProduct},
        {"DELETE", "/v1/products/{id}", "product_write", "", {}, &Calls::deleteProduct},
        {"GET", "/v1/prices", "plan_read", "list:price",
         listed(Params{boolean("active"), range("created"), currency(), texts("lookup_keys"), text("product"),
                 hash("recurring", {intervalChoice(), text("meter"), choice("usage_type", {"licensed", "metered"})}),
                 choice("type", {"one_time", "recurring"})}), &Calls::listPrices},
        {"POST", "/v1/prices", "plan_write", "price", priceParams(), &Calls::createPrice},
        {"GET", "/v1/prices/{id}", "plan_read", "price", {}, &Calls::getPrice},
        {"POST", "/v1/prices/{id}", "plan_write", "price",
         Params{boolean("active"), text("lookup_key", 200), boolean("transfer_lookup_key"), metadata(), text("nickname"), taxBehavior()}
             + refused({"currency_options"}), &Calls::updatePrice},
        {"GET", "/v1/coupons", "coupon_read", "list:coupon", listed(Params{range("created")}), &Calls::listCoupons},
        {"POST", "/v1/coupons", "coupon_write", "coupon",
         Params{number("amount_off").within(1, 99999999), currency(), choice("duration", {"forever", "once", "repeating"}),
                number("duration_in_months").within(1, 120), text("id", 200), number("max_redemptions").within(1, 1000000000), metadata(),
                text("name", 40), decimal("percent_off"), instant("redeem_by"), hash("applies_to", {texts("products")})}
             + refused({"currency_options"}), &Calls::createCoupon},
        {"GET", "/v1/coupons/{id}", "coupon_read", "coupon", {}, &Calls::getCoupon},
        {"POST", "/v1/coupons/{id}", "coupon_write", "coupon", Params{metadata(), text("name", 40)} + refused({"currency_options"}), &Calls::updateCoupon},
        {"DELETE", "/v1/coupons/{id}", "coupon_write", "", {}, &Calls::deleteCoupon},
    };
}

QList<Endpoint> invoices()
{
    const Param status = choice("status", {"draft", "open", "paid", "uncollectible", "void"});
    return {
        {"GET", "/v1/invoices", "invoice_read", "list:invoice",
         listed(Params{collection(), range("created"), text("customer"), range("due_date"), status, text("subscription")} + refused({"customer_account"})), &Calls::listInvoices},
        {"GET", "/v1/invoices/{id}", "invoice_read", "invoice", {}, &Calls::getInvoice},
        {"GET", "/v1/invoices/{id}/lines", "invoice_read", "list:line_item", listed({}), &Calls::listLines},
        {"POST", "/v1/invoices/{id}/finalize", "invoice_write", "invoice", {boolean("auto_advance")}, &Calls::finalizeInvoice},
        {"POST", "/v1/invoices/{id}/pay", "invoice_write", "invoice",
         Params{boolean("paid_out_of_band"), text("payment_method")} + ignored({"off_session"}) + refused({"forgive", "mandate", "source"}), &Calls::payInvoice},
        {"POST", "/v1/invoices/{id}/void", "invoice_write", "invoice", {}, &Calls::voidInvoice},
        {"POST", "/v1/invoices/{id}/mark_uncollectible", "invoice_write", "invoice", {}, &Calls::markUncollectible},
        {"GET", "/v1/invoice_payments", "invoice_read", "list:invoice_payment",
         listed(Params{range("created"), text("invoice"), hash("payment", {choice("type", {"payment_intent"}).must(), text("payment_intent"), {"payment_record", ParamType::Refused}}),
                 choice("status", {"canceled", "open", "paid"})}), &Calls::listInvoicePayments},
        {"GET", "/v1/invoice_payments/{id}", "invoice_read", "invoice_payment", {}, &Calls::getInvoicePayment},
    };
}

QList<Endpoint> payments()
{
    const Params confirmParams = Params{text("payment_method"), text("return_url")}
        + ignored({"error_on_requires_action", "off_session", "payment_method_options", "radar_options", "receipt_email", "setup_future_usage", "use_stripe_sdk"})
        + refused({"allowed_payment_method_types", "amount_details", "amount_to_confirm", "capture_method", "confirmation_token",
                   "excluded_payment_method_types", "hooks", "mandate", "mandate_data", "payment_details", "payment_method_data", "shipping"});
    return {
        {"GET", "/v1/payment_intents", "payment_intent_read", "list:payment_intent",
         listed(Params{range("created"), text("customer")} + refused({"customer_account"})), &Calls::listIntents},
        {"POST", "/v1/payment_intents", "payment_intent_write", "payment_intent",
         must(intentParams(), {"amount", "currency"})
             + Params{boolean("confirm"), hash("automatic_payment_methods", {boolean("enabled").must(), choice("allow_redirects", {"always", "never"})})}
             + Params{text("return_url")} + ignored({"confirmation_method", "error_on_requires_action", "off_session", "use_stripe_sdk"})
             + refused({"confirmation_token", "mandate", "mandate_data", "on_behalf_of", "radar_options"}), &Calls::createIntent},
        {"GET", "/v1/payment_intents/{id}", "payment_intent_read", "payment_intent", {text("client_secret")}, &Calls::getIntent},
        {"POST", "/v1/payment_intents/{id}", "payment_intent_write", "payment_intent", intentParams(), &Calls::updateIntent},
        {"POST", "/v1/payment_intents/{id}/confirm", "payment_intent_write", "payment_intent", confirmParams, &Calls::confirmIntent},
        {"POST", "/v1/payment_intents/{id}/cancel", "payment_intent_write", "payment_intent",
         {choice("cancellation_reason", {"abandoned", "duplicate", "fraudulent", "requested_by_customer"})}, &Calls::cancelIntent},
        {"GET", "/v1/payment_methods", "payment_method_read", "list:payment_method",
         listed(Params{text("customer"), text("type")} + ignored({"allow_redisplay"}) + refused({"customer_account"})), &Calls::listMethods},
        {"GET", "/v1/payment_methods/{id}", "payment_method_read", "payment_method", {}, &Calls::getMethod},
        {"POST", "/v1/payment_methods/{id}/attach", "payment_method_write", "payment_method",
         Params{text("customer").must()} + refused({"customer_account"}), &Calls::attachMethod},
        {"POST", "/v1/payment_methods/{id}/detach", "payment_method_write", "payment_method", {}, &Calls::detachMethod},
    };
}

QList<Endpoint> money()
{
    return {
        {"GET", "/v1/charges", "charge_read", "list:charge",
         listed(Params{range("created"), text("customer"), text("payment_intent")} + refused({"transfer_group"})), &Calls::listCharges},
        {"GET", "/v1/charges/{id}", "charge_read", "charge", {}, &Calls::getCharge},
        {"POST", "/v1/charges/{id}", "charge_write", "charge",
         Params{text("description", 40000).unset(), metadata()} + refused({"customer", "fraud_details", "receipt_email", "shipping", "transfer_group"}), &Calls::updateCharge},
        {"GET", "/v1/refunds", "charge_read", "list:refund", listed(Params{text("charge"), range("created"), text("payment_intent")}), &Calls::listRefunds},
        {"POST", "/v1/refunds", "charge_write", "refund",
         Params{number("amount").within(1, 99999999), text("charge"), text("payment_intent"), metadata(),
                choice("reason", {"duplicate", "fraudulent", "requested_by_customer"})}
             + refused({"currency", "customer", "instructions_email", "origin", "refund_application_fee", "reverse_transfer"}), &Calls::createRefund},
        {"GET", "/v1/refunds/{id}", "charge_read", "refund", {}, &Calls::getRefund},
        {"POST", "/v1/refunds/{id}", "charge_write", "refund", {metadata()}, &Calls::updateRefund},
        {"GET", "/v1/credit_notes", "credit_note_read", "list:credit_note",
         listed(Params{range("created"), text("customer"), text("invoice")} + refused({"customer_account"})), &Calls::listCredits},
        {"POST", "/v1/credit_notes", "credit_note_write", "credit_note",
         Params{text("invoice").must(), number("amount").within(1, 99999999), number("credit_amount").within(0, 99999999), text("memo"),
                metadata(), number("out_of_band_amount").within(0, 99999999), number("refund_amount").within(0, 99999999),
                choice("reason", {"duplicate", "fraudulent", "order_change", "product_unsatisfactory"})}
             + ignored({"email_type"}) + refused({"effective_at", "lines", "refunds", "shipping_cost"}), &Calls::createCredit},
        {"GET", "/v1/credit_notes/{id}", "credit_note_read", "credit_note", {}, &Calls::getCredit},
        {"POST", "/v1/credit_notes/{id}", "credit_note_write", "credit_note", {text("memo"), metadata()}, &Calls::updateCredit},
        {"POST", "/v1/credit_notes/{id}/void", "credit_note_write", "credit_note", {}, &Calls::voidCredit},
        {"GET", "/v1/credit_notes/{id}/lines", "credit_note_read", "list:credit_note_line_item", listed({}), &Calls::listCreditLines},
        {"GET", "/v1/balance_transactions", "balance_transaction_source_read", "list:balance_transaction",
         listed(Params{range("created"), currency(), text("source"), text("type")} + refused({"payout"})), &Calls::listBalanceEntries},
        {"GET", "/v1/balance_transactions/{id}", "balance_transaction_source_read", "balance_transaction", {}, &Calls::getBalanceEntry},
    };
}

QList<Endpoint> others()
{
    return {
        {"GET", "/v1/events", "event_read", "list:event", listed(Params{range("created"), boolean("delivery_success"), text("type"), texts("types")}), &Calls::listEvents},
        {"GET", "/v1/events/{id}", "event_read", "event", {}, &Calls::getEvent},
        {"GET", "/v1/balance", "balance_read", "balance", {}, &Calls::getBalance},
        {"GET", "/v1/account", "accounts_kyc_basic_read", "account", {}, &Calls::getAccount},
        {"GET", "/v1/test_helpers/test_clocks", "billing_clock_read", "list:test_clock", listed({}), &Calls::listClocks},
        {"GET", "/v1/test_helpers/test_clocks/{id}", "billing_clock_read", "test_clock", {}, &Calls::getClock},
        {"POST", "/v1/test_helpers/test_clocks", "billing_clock_write", "test_clock",
         Params{text("customer"), instant("frozen_time").must(), text("name", 300)}, &Calls::createClock},
        {"POST", "/v1/test_helpers/test_clocks/{id}/advance", "billing_clock_write", "test_clock", {instant("frozen_time").must()}, &Calls::advanceClock},
        {"DELETE", "/v1/test_helpers/test_clocks/{id}", "billing_clock_write", "", {}, &Calls::deleteClock},
    };
}

} // namespace endpoint_table

const QList<Endpoint>& endpoints()
{
    using namespace endpoint_table;
    static const QList<Endpoint> kAll = [] {
        QList<Endpoint> all = searchEndpoints() + customers() + catalog() + subscriptionEndpoints() + invoices() + payments() + money() + others();
        all += invoiceEndpoints() + invoiceItemEndpoints();
        all += pagesEndpoints();
        all += webhookEndpoints();
        all += scheduleEndpoints();
        all += meterEndpoints();
        for (Endpoint& endpoint : all)
            endpoint.params.append(texts("expand"));
        return all;
    }();
    return kAll;
}

Routed route(const QByteArray& method, const QByteArray& path)
{
    static const QList<QList<QByteArray>> kPatterns = [] {
        QList<QList<QByteArray>> all;
        for (const Endpoint& endpoint : endpoints())
            all.append(endpoint.path.split('/'));
        return all;
    }();
    const QList<QByteArray> have = path.split('/');
    for (qsizetype at = 0; at < kPatterns.size(); ++at) {
        const QList<QByteArray>& want = kPatterns[at];
        if (want.size() != have.size() || endpoints()[at].method != method)
            continue;
        Routed out{&endpoints()[at], {}, {}};
        bool fits = true;
        for (qsizetype i = 0; fits && i < have.size(); ++i) {
            const bool isId = want[i].startsWith('{') && !have[i].isEmpty();
            fits = isId || want[i] == have[i];
            if (isId)
                (out.id.isEmpty() ? out.id : out.second) = QByteArray::fromPercentEncoding(have[i]);
        }
        if (fits)
            return out;
    }
    return {};
}

} // namespace ch::sandbox
