// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/EndpointParams.h"

namespace ch::sandbox {

namespace endpoint_table {

Params setupParams()
{
    return Params{texts("allowed_payment_method_types").unset(), text("customer"), text("description", 1000), metadata(), text("payment_method")}
        + ignored({"flow_directions", "payment_method_options", "payment_method_configuration"})
        + refused({"attach_to_self", "customer_account", "excluded_payment_method_types", "payment_method_data"});
}

Params setupConfirmParams()
{
    return Params{texts("allowed_payment_method_types"), text("payment_method"), text("return_url")} + ignored({"mandate_data", "payment_method_options", "use_stripe_sdk"})
        + refused({"confirmation_token", "payment_method_data"});
}

Param saleInterval()
{
    return hash("recurring", {choice("interval", {"day", "week", "month", "year"}).must(), number("interval_count").within(1, 1095)});
}

Params saleLineParams()
{
    return Params{text("price"), number("quantity").within(1, 999999),
                  hash("price_data", {currency().must(), text("product"),
                                      hash("product_data", Params{text("name").must(), text("description"), metadata()}
                                                               + ignored({"images", "tax_code", "unit_label", "tax_details"})),
                                      saleInterval(), choice("tax_behavior", {"exclusive", "inclusive", "unspecified"}),
                                      number("unit_amount").within(0, 99999999), decimal("unit_amount_decimal")})}
        + refused({"adjustable_quantity"});
}

Params sessionParams()
{
    const Params line = saleLineParams() + Params{metadata()} + refused({"tax_rates"});
    const Params subscription = Params{metadata(), text("description", 500), number("trial_period_days").within(1, 730), instant("trial_end")}
        + ignored({"billing_mode", "trial_settings"})
        + refused({"application_fee_percent", "billing_cycle_anchor", "billing_cycle_anchor_config", "default_tax_rates", "invoice_settings", "on_behalf_of",
                   "pending_invoice_item_interval", "proration_behavior", "transfer_data"});
    const Params payment = Params{metadata(), text("description", 1000), choice("capture_method", {"automatic", "automatic_async", "manual"})}
        + ignored({"receipt_email", "setup_future_usage", "statement_descriptor", "statement_descriptor_suffix"})
        + refused({"application_fee_amount", "on_behalf_of", "shipping", "transfer_data", "transfer_group"});
    return Params{choice("mode", {"payment", "setup", "subscription"}).must(), text("success_url"), text("cancel_url"), text("client_reference_id", 200), currency(),
                  text("customer"), choice("customer_creation", {"always", "if_required"}), text("customer_email", 800), metadata(), instant("expires_at"),
                  texts("allowed_payment_method_types"), hashes("line_items", line), boolean("allow_promotion_codes"),
                  hashes("discounts", {text("coupon"), text("promotion_code")}), text("locale"), choice("submit_type", {"auto", "book", "donate", "pay", "subscribe"}),
                  text("ui_mode"), hash("subscription_data", subscription), hash("payment_intent_data", payment),
                  hash("setup_intent_data", Params{metadata(), text("description", 1000)} + refused({"on_behalf_of"}))}
        + ignored({"adaptive_pricing", "billing_address_collection", "branding_settings", "customer_update", "integration_identifier", "origin_context",
                   "payment_method_collection", "payment_method_configuration", "payment_method_data", "payment_method_options", "saved_payment_method_options",
                   "wallet_options"})
        + refused({"after_expiration", "automatic_tax", "consent_collection", "custom_fields", "custom_text", "customer_account", "excluded_payment_method_types",
                   "invoice_creation", "managed_payments", "name_collection", "optional_items", "permissions", "phone_number_collection", "redirect_on_completion",
                   "return_url", "shipping_address_collection", "shipping_options", "tax_id_collection"});
}

Params linkParams()
{
    return Params{boolean("allow_promotion_codes"), choice("customer_creation", {"always", "if_required"}), metadata(),
                  hash("after_completion", {choice("type", {"hosted_confirmation", "redirect"}).must(), hash("redirect", {text("url").must()}),
                                            hash("hosted_confirmation", {text("custom_message", 500)})}),
                  choice("submit_type", {"auto", "book", "donate", "pay", "subscribe"}),
                  hash("restrictions", {hash("completed_sessions", {number("limit").must().within(1, 1000000)}).must()}).unset(),
                  hash("subscription_data", Params{metadata(), text("description", 500), number("trial_period_days").within(1, 730)}
                                                + ignored({"trial_settings"}) + refused({"invoice_settings"})),
                  hash("payment_intent_data", Params{metadata(), text("description", 1000)}
                                                  + ignored({"setup_future_usage", "statement_descriptor", "statement_descriptor_suffix"})
                                                  + refused({"capture_method", "transfer_group"}))}
        + ignored({"billing_address_collection", "payment_method_collection", "payment_method_options", "payment_method_types"})
        + refused({"application_fee_amount", "application_fee_percent", "automatic_tax", "consent_collection", "custom_fields", "custom_text", "invoice_creation",
                   "managed_payments", "name_collection", "on_behalf_of", "optional_items", "phone_number_collection", "shipping_address_collection",
                   "shipping_options", "tax_id_collection", "transfer_data"});
}

Params portalParams()
{
    const Param enabled = boolean("enabled");
    const QList<QByteArray> reasons{"customer_service", "low_quality", "missing_features", "other", "switched_service", "too_complex", "too_expensive", "unused"};
    const Params cancel = Params{enabled, choice("mode", {"at_period_end", "immediately"}), choice("proration_behavior", {"always_invoice", "create_prorations", "none"}),
                                 hash("cancellation_reason", Params{enabled.must(), texts("options").unset()} + refused({"feedback_options"}))};
    const Params update = Params{enabled} + ignored({"billing_cycle_anchor", "default_allowed_updates", "products", "proration_behavior", "schedule_at_period_end",
                                                     "trial_update_behavior"});
    return Params{hash("business_profile", {text("headline", 60).unset(), text("privacy_policy_url").unset(), text("terms_of_service_url").unset()}),
                  text("default_return_url").unset(), hash("login_page", {enabled.must()}), metadata(), text("name", 300).unset(),
                  hash("features", {hash("customer_update", {enabled, texts("allowed_updates").unset()}), hash("invoice_history", {enabled.must()}),
                                    hash("payment_method_update", Params{enabled.must()} + refused({"payment_method_configuration"})), hash("subscription_cancel", cancel),
                                    hash("subscription_pause", Params{enabled} + ignored({"duration"})), hash("subscription_update", update)})};
}

Params portalSessionParams()
{
    const Params flow{text("type").must(),
                      hash("after_completion", {choice("type", {"hosted_confirmation", "portal_homepage", "redirect"}).must(), hash("redirect", {text("return_url").must()}),
                                                hash("hosted_confirmation", {text("custom_message", 500)})}),
                      hash("subscription_cancel", Params{text("subscription").must()} + refused({"retention"})),
                      hash("subscription_pause", {text("subscription")}), hash("subscription_update", {text("subscription")}),
                      {"subscription_update_confirm", ParamType::Refused}};
    return Params{text("customer").must(), text("configuration"), text("return_url"), text("locale"), hash("flow_data", flow)}
        + refused({"after_expiration", "customer_account", "on_behalf_of"});
}

QList<Endpoint> setups()
{
    return {
        {"GET", "/v1/setup_intents", "setup_intent_read", "list:setup_intent",
         listed(Params{range("created"), text("customer"), text("payment_method")} + refused({"attach_to_self", "customer_account"})), &Calls::listSetups},
        {"POST", "/v1/setup_intents", "setup_intent_write", "setup_intent",
         setupParams()
             + Params{boolean("confirm"), text("return_url"), choice("usage", {"off_session", "on_session"}),
                      hash("automatic_payment_methods", {boolean("enabled").must(), choice("allow_redirects", {"always", "never"})})}
             + ignored({"mandate_data", "use_stripe_sdk"}) + refused({"confirmation_token", "on_behalf_of", "single_use"}), &Calls::createSetup},
        {"GET", "/v1/setup_intents/{id}", "setup_intent_read", "setup_intent", {text("client_secret")}, &Calls::getSetup},
        {"POST", "/v1/setup_intents/{id}", "setup_intent_write", "setup_intent", setupParams(), &Calls::updateSetup},
        {"POST", "/v1/setup_intents/{id}/confirm", "setup_intent_write", "setup_intent", setupConfirmParams(), &Calls::confirmSetup},
        {"POST", "/v1/setup_intents/{id}/cancel", "setup_intent_write", "setup_intent",
         {choice("cancellation_reason", {"abandoned", "duplicate", "requested_by_customer"})}, &Calls::cancelSetup},
        {"POST", "/v1/payment_intents/{id}/capture", "payment_intent_write", "payment_intent",
         Params{number("amount_to_capture").within(1, 99999999), boolean("final_capture"), metadata()}
             + ignored({"statement_descriptor", "statement_descriptor_suffix"})
             + refused({"amount_details", "application_fee_amount", "hooks", "payment_details", "transfer_data"}), &Calls::captureIntent},
    };
}

QList<Endpoint> sales()
{
    return {
        {"GET", "/v1/checkout/sessions", "checkout_session_read", "list:checkout_session",
         listed(Params{range("created"), text("customer"), hash("customer_details", {text("email").must()}), text("payment_intent"), text("payment_link"),
                       choice("status", {"complete", "expired", "open"}), text("subscription")} + refused({"customer_account"})), &Calls::listSessions},
        {"POST", "/v1/checkout/sessions", "checkout_session_write", "checkout_session", sessionParams(), &Calls::createSession},
        {"GET", "/v1/checkout/sessions/{id}", "checkout_session_read", "checkout_session", {}, &Calls::getSession},
        {"POST", "/v1/checkout/sessions/{id}", "checkout_session_write", "checkout_session",
         Params{metadata()} + refused({"collected_information", "line_items", "payment_intent_data", "shipping_options"}), &Calls::updateSession},
        {"POST", "/v1/checkout/sessions/{id}/expire", "checkout_session_write", "checkout_session", {}, &Calls::expireSession},
        {"GET", "/v1/checkout/sessions/{id}/line_items", "checkout_session_read", "list:sale_line", listed({}), &Calls::listSaleLines},
        {"GET", "/v1/payment_links", "payment_links_read", "list:payment_link", listed(Params{boolean("active")}), &Calls::listLinks},
        {"POST", "/v1/payment_links", "payment_links_write", "payment_link",
         linkParams() + Params{currency(), hashes("line_items", saleLineParams()), text("inactive_message", 500)}, &Calls::createLink},
        {"GET", "/v1/payment_links/{id}", "payment_links_read", "payment_link", {}, &Calls::getLink},
        {"POST", "/v1/payment_links/{id}", "payment_links_write", "payment_link",
         linkParams() + Params{boolean("active"), text("inactive_message", 500).unset()} + refused({"line_items"}), &Calls::updateLink},
        {"GET", "/v1/payment_links/{id}/line_items", "payment_links_read", "list:sale_line", listed({}), &Calls::listSaleLines},
    };
}

QList<Endpoint> portals()
{
    const Params restrictions = Params{boolean("first_time_transaction"), number("minimum_amount").within(1, 99999999), text("minimum_amount_currency", 3)}
        + refused({"currency_options"});
    return {
        {"GET", "/v1/billing_portal/configurations", "customer_portal_read", "list:portal_configuration", listed(Params{boolean("active"), boolean("is_default")}),
         &Calls::listPortalConfigurations},
        {"POST", "/v1/billing_portal/configurations", "customer_portal_write", "portal_configuration", must(portalParams(), {"features"}),
         &Calls::createPortalConfiguration},
        {"GET", "/v1/billing_portal/configurations/{id}", "customer_portal_read", "portal_configuration", {}, &Calls::getPortalConfiguration},
        {"POST", "/v1/billing_portal/configurations/{id}", "customer_portal_write", "portal_configuration", portalParams() + Params{boolean("active")},
         &Calls::updatePortalConfiguration},
        {"POST", "/v1/billing_portal/sessions", "customer_portal_write", "portal_session", portalSessionParams(), &Calls::createPortalSession},
        {"GET", "/v1/promotion_codes", "promotion_code_read", "list:promotion_code",
         listed(Params{boolean("active"), text("code"), text("coupon"), range("created"), text("customer")} + refused({"customer_account"})), &Calls::listPromotions},
        {"POST", "/v1/promotion_codes", "promotion_code_write", "promotion_code",
         Params{hash("promotion", {choice("type", {"coupon"}).must(), text("coupon")}).must(), boolean("active"), text("code", 500), text("customer"), instant("expires_at"),
                number("max_redemptions").within(1, 1000000000), metadata(), hash("restrictions", restrictions)} + refused({"customer_account"}), &Calls::createPromotion},
        {"GET", "/v1/promotion_codes/{id}", "promotion_code_read", "promotion_code", {}, &Calls::getPromotion},
        {"POST", "/v1/promotion_codes/{id}", "promotion_code_write", "promotion_code", Params{boolean("active"), metadata()} + refused({"restrictions"}),
         &Calls::updatePromotion},
    };
}

} // namespace endpoint_table

QList<Endpoint> pagesEndpoints()
{
    using namespace endpoint_table;
    return setups() + sales() + portals();
}

} // namespace ch::sandbox
