// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Render.h"

namespace ch::sandbox {

void Renderer::declineJson(Json& json, const Decline& decline) const
{
    json.text("code", decline.code);
    if (decline.reason)
        json.text("decline_code", decline.reason);
    json.text("message", decline.message).text("type", decline.reason ? "card_error" : "invalid_request_error");
}

void Renderer::nextAction(Json& json, bool needed, const QByteArray& page, const QByteArray& returnUrl) const
{
    if (!needed) {
        json.null("next_action");
        return;
    }
    json.object("next_action").object("redirect_to_url").textOrNull("return_url", returnUrl).text("url", page).endObject();
    json.text("type", "redirect_to_url").endObject();
}

void Renderer::setupIntent(Json& json, const char* key, const SetupIntent& row, const Expand* expand) const
{
    const QByteArray id = s.id(Kind::SetupIntent, row.self);
    json.object(key).text("id", id).text("object", "setup_intent");
    if (row.cardOnly)
        json.array("allowed_payment_method_types").text(nullptr, "card").endArray();
    else
        json.null("allowed_payment_method_types");
    json.null("application");
    if (row.cardOnly)
        json.null("automatic_payment_methods");
    else
        json.object("automatic_payment_methods").text("allow_redirects", "always").boolean("enabled", true).endObject();
    json.textOrNull("cancellation_reason", row.cancellationReason);
    json.text("client_secret", id + "_secret_" + s.ids.filler(row.self + 13000000, 25)).number("created", row.created);
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.null("customer_account").textOrNull("description", row.description).null("excluded_payment_method_types").null("flow_directions");
    if (row.decline) {
        json.object("last_setup_error");
        declineJson(json, *row.decline);
        json.endObject();
    } else {
        json.null("last_setup_error");
    }
    json.null("latest_attempt").boolean("livemode", s.live).null("managed_payments").null("mandate");
    metadata(json, "metadata", row.metadata);
    nextAction(json, row.status == SetupStatus::NeedsAction, s.pageUrl("authenticate", Kind::SetupIntent, row.self), row.returnUrl);
    json.null("on_behalf_of");
    reference(json, "payment_method", Kind::PaymentMethod, row.method, below(expand, "payment_method"));
    json.null("payment_method_configuration_details").object("payment_method_options").object("card");
    json.null("mandate_options").null("network").text("request_three_d_secure", "automatic").endObject().endObject();
    json.array("payment_method_types").text(nullptr, "card").endArray().null("single_use_mandate");
    json.text("status", word(row.status)).text("usage", row.usage).endObject();
}

QByteArray Renderer::saleLineId(Kind kind, Index owner, size_t number) const
{
    return "li_1" + s.ids.filler(mix64(quint64(kind) << 40 | owner) + number, 23);
}

void Renderer::saleLine(Json& json, const SaleLine& line, const QByteArray& id, const Expand* expand) const
{
    const Price& of = s.prices[line.price];
    const qint64 amount = periodAmount(of, of.metered ? 0 : line.quantity);
    json.object().text("id", id).text("object", "item").null("adjustable_quantity").number("amount_discount", 0);
    json.number("amount_subtotal", amount).number("amount_tax", 0).number("amount_total", amount).text("currency", of.currency);
    json.text("description", s.products[of.product].name);
    metadata(json, "metadata", line.metadata);
    price(json, "price", of, below(expand, "price"));
    if (of.metered)
        json.null("quantity");
    else
        json.number("quantity", line.quantity);
    json.endObject();
}

void Renderer::saleLines(Json& json, const QByteArray& url, Kind kind, Index owner, const std::vector<SaleLine>& lines, const Expand* expand) const
{
    if (const Expand* wanted = below(expand, "line_items")) {
        const Expand* each = below(wanted, "data");
        nested(json, "line_items", url + "/line_items", lines.size(),
               [&](size_t i) { saleLine(json, lines[i], saleLineId(kind, owner, i), each); });
    }
}

void Renderer::sessionCustomer(Json& json, const CheckoutSession& row, const Expand* expand) const
{
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.null("customer_account");
    if (row.mode == SaleMode::Payment || row.alwaysCustomer)
        json.text("customer_creation", row.alwaysCustomer ? "always" : "if_required");
    else
        json.null("customer_creation");
    const bool named = row.customer != kNone && !s.customers[row.customer].deleted;
    const QByteArray email = row.email.isEmpty() && named ? s.customers[row.customer].email : row.email;
    if (email.isEmpty() && row.status != SaleStatus::Complete) {
        json.null("customer_details");
    } else {
        const QByteArray name = row.name.isEmpty() && named ? s.customers[row.customer].name : row.name;
        json.object("customer_details").null("address").null("business_name").textOrNull("email", email).null("individual_name");
        json.textOrNull("name", row.status == SaleStatus::Complete ? name : QByteArray()).null("phone").text("tax_exempt", "none").null("tax_ids").endObject();
    }
    json.textOrNull("customer_email", row.customer == kNone || row.status == SaleStatus::Complete ? row.email : QByteArray());
}

void Renderer::sessionDiscounts(Json& json, const CheckoutSession& row, const Expand* expand) const
{
    const Expand* each = below(expand, "discounts");
    json.array("discounts");
    for (const Index coupon : row.coupons) {
        json.object();
        if (row.promotion == kNone)
            reference(json, "coupon", Kind::Coupon, coupon, below(each, "coupon"));
        else
            json.null("coupon");
        reference(json, "promotion_code", Kind::PromotionCode, row.promotion, below(each, "promotion_code"));
        json.endObject();
    }
    json.endArray();
}

void Renderer::sessionAmounts(Json& json, const CheckoutSession& row, qint64 subtotal, qint64 total) const
{
    if (row.mode == SaleMode::Setup)
        json.null("amount_subtotal").null("amount_total");
    else
        json.number("amount_subtotal", subtotal).number("amount_total", total);
    json.object("automatic_tax").boolean("enabled", false).null("liability").null("provider").null("status").endObject();
}

void Renderer::checkoutSession(Json& json, const char* key, const CheckoutSession& row, const Expand* expand) const
{
    const QByteArray id = s.id(Kind::CheckoutSession, row.self);
    const auto [subtotal, total] = s.saleAmounts(row);
    json.object(key).text("id", id).text("object", "checkout.session");
    json.object("adaptive_pricing").boolean("enabled", false).endObject().null("after_expiration");
    if (row.mode == SaleMode::Setup)
        json.null("allow_promotion_codes");
    else
        json.boolean("allow_promotion_codes", row.promotionCodes);
    if (row.cardOnly)
        json.array("allowed_payment_method_types").text(nullptr, "card").endArray();
    else
        json.null("allowed_payment_method_types");
    sessionAmounts(json, row, subtotal, total);
    json.null("billing_address_collection").textOrNull("cancel_url", row.cancelUrl).textOrNull("client_reference_id", row.clientReference);
    json.null("client_secret").null("collected_information").null("consent").null("consent_collection").number("created", row.created);
    json.textOrNull("currency", row.currency).null("currency_conversion").array("custom_fields").endArray().object("custom_text");
    nulls(json, {"after_submit", "shipping_address", "submit", "terms_of_service_acceptance"});
    json.endObject();
    sessionCustomer(json, row, expand);
    sessionDiscounts(json, row, expand);
    json.number("expires_at", row.expiresAt).null("integration_identifier");
    const Index invoice = row.subscription != kNone && row.status == SaleStatus::Complete ? s.subscriptions[row.subscription].latestInvoice : kNone;
    reference(json, "invoice", Kind::Invoice, invoice, below(expand, "invoice"));
    json.null("invoice_creation");
    saleLines(json, "/v1/checkout/sessions/" + id, Kind::CheckoutSession, row.self, row.lines, expand);
    json.boolean("livemode", s.live).textOrNull("locale", row.locale).null("managed_payments");
    metadata(json, "metadata", row.metadata);
    json.text("mode", word(row.mode)).null("origin_context");
    reference(json, "payment_intent", Kind::PaymentIntent, row.intent, below(expand, "payment_intent"));
    reference(json, "payment_link", Kind::PaymentLink, row.link, below(expand, "payment_link"));
    json.text("payment_method_collection", row.mode == SaleMode::Payment ? "if_required" : "always").null("payment_method_configuration_details");
    json.object("payment_method_options").object("card").text("request_three_d_secure", "automatic").endObject().endObject();
    json.array("payment_method_types").text(nullptr, "card").endArray();
    json.text("payment_status", total == 0 ? "no_payment_required" : row.paid ? "paid" : "unpaid").null("permissions");
    json.object("phone_number_collection").boolean("enabled", false).endObject().null("recovered_from").null("saved_payment_method_options");
    reference(json, "setup_intent", Kind::SetupIntent, row.setup, below(expand, "setup_intent"));
    json.null("shipping_address_collection").null("shipping_cost").array("shipping_options").endArray().text("status", word(row.status));
    json.textOrNull("submit_type", row.submitType);
    reference(json, "subscription", Kind::Subscription, row.status == SaleStatus::Complete ? row.subscription : kNone, below(expand, "subscription"));
    json.textOrNull("success_url", row.successUrl);
    if (row.mode == SaleMode::Setup)
        json.null("total_details");
    else
        json.object("total_details").number("amount_discount", subtotal - total).number("amount_shipping", 0).number("amount_tax", 0).endObject();
    json.text("ui_mode", "hosted_page");
    json.textOrNull("url", row.status == SaleStatus::Open ? s.pageUrl("checkout", Kind::CheckoutSession, row.self) : QByteArray());
    json.null("wallet_options").endObject();
}

void Renderer::paymentLink(Json& json, const char* key, const PaymentLink& row, const Expand* expand) const
{
    const QByteArray id = s.id(Kind::PaymentLink, row.self);
    const bool recurring = std::any_of(row.lines.begin(), row.lines.end(), [this](const SaleLine& line) { return s.prices[line.price].recurring; });
    json.object(key).text("id", id).text("object", "payment_link").boolean("active", row.active).object("after_completion");
    if (row.redirectUrl.isEmpty())
        json.object("hosted_confirmation").textOrNull("custom_message", row.thanks).endObject().text("type", "hosted_confirmation");
    else
        json.object("redirect").text("url", row.redirectUrl).endObject().text("type", "redirect");
    json.endObject().boolean("allow_promotion_codes", row.promotionCodes);
    nulls(json, {"application", "application_fee_amount", "application_fee_percent"});
    json.object("automatic_tax").boolean("enabled", false).null("liability").endObject().text("billing_address_collection", "auto");
    json.null("consent_collection").text("currency", row.currency).array("custom_fields").endArray().object("custom_text");
    nulls(json, {"after_submit", "shipping_address", "submit", "terms_of_service_acceptance"});
    json.endObject().text("customer_creation", row.alwaysCustomer ? "always" : "if_required").textOrNull("inactive_message", row.inactiveMessage);
    json.null("invoice_creation");
    saleLines(json, "/v1/payment_links/" + id, Kind::PaymentLink, row.self, row.lines, expand);
    json.boolean("livemode", s.live).null("managed_payments");
    metadata(json, "metadata", row.metadata);
    json.null("on_behalf_of");
    if (recurring) {
        json.null("payment_intent_data");
    } else {
        json.object("payment_intent_data").null("capture_method").textOrNull("description", row.description);
        metadata(json, "metadata", row.madeMetadata);
        nulls(json, {"setup_future_usage", "statement_descriptor", "statement_descriptor_suffix", "transfer_group"});
        json.endObject();
    }
    json.text("payment_method_collection", "always").null("payment_method_options").null("payment_method_types");
    json.object("phone_number_collection").boolean("enabled", false).endObject();
    if (row.most > 0)
        json.object("restrictions").object("completed_sessions").number("count", row.completed).number("limit", row.most).endObject().endObject();
    else
        json.null("restrictions");
    json.null("shipping_address_collection").array("shipping_options").endArray();
    json.text("submit_type", row.submitType.isEmpty() ? QByteArray("auto") : row.submitType);
    if (recurring) {
        json.object("subscription_data").textOrNull("description", row.description).object("invoice_settings");
        nulls(json, {"account_tax_ids", "custom_fields", "description", "footer"});
        json.object("issuer").text("type", "self").endObject().endObject();
        metadata(json, "metadata", row.madeMetadata);
        json.instant("trial_period_days", row.trialDays).null("trial_settings").endObject();
    } else {
        json.null("subscription_data");
    }
    json.object("tax_id_collection").boolean("enabled", false).text("required", "never").endObject().null("transfer_data");
    json.text("url", s.pageUrl("link", Kind::PaymentLink, row.self)).endObject();
}

void Renderer::promotionCode(Json& json, const char* key, const PromotionCode& row, const Expand* expand) const
{
    json.object(key).text("id", s.id(Kind::PromotionCode, row.self)).text("object", "promotion_code").boolean("active", s.usable(row));
    json.text("code", row.code).number("created", row.created);
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.null("customer_account").instant("expires_at", row.expiresAt).boolean("livemode", s.live).instant("max_redemptions", row.maxRedemptions);
    metadata(json, "metadata", row.metadata);
    json.object("promotion");
    reference(json, "coupon", Kind::Coupon, row.coupon, below(below(expand, "promotion"), "coupon"));
    json.text("type", "coupon").endObject().object("restrictions").boolean("first_time_transaction", row.firstTime);
    json.instant("minimum_amount", row.minimum).textOrNull("minimum_amount_currency", row.minimumCurrency).endObject();
    json.number("times_redeemed", row.timesRedeemed).endObject();
}

} // namespace ch::sandbox
