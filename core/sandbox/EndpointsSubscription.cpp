// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/EndpointParams.h"

namespace ch::sandbox {

namespace endpoint_table {

// Shared with other domains: Endpoints.cpp.
Param collection();
Param taxBehavior();
Param priceData();

Param cancellationDetails()
{
    return hash("cancellation_details", Params{text("comment").unset(),
                                               choice("feedback", {"customer_service", "low_quality", "missing_features", "other", "switched_service",
                                                                   "too_complex", "too_expensive", "unused"}).unset()}
                                            + refused({"feedback_option"}));
}

Param ownDiscounts()
{
    return hashes("discounts", {text("coupon"), text("discount"), text("promotion_code")}).unset();
}

Param paymentBehavior()
{
    return choice("payment_behavior", {"allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"});
}

Param prorationBehavior() { return choice("proration_behavior", {"always_invoice", "create_prorations", "none"}); }

Param anchorType()
{
    return hash("billing_cycle_anchor", {choice("type", {"now", "unchanged"}).must()});
}

Params itemParams()
{
    return Params{text("price"), priceData(), number("quantity").within(0, 999999999), metadata(), ownDiscounts()}
        + refused({"billing_thresholds", "plan", "tax_rates", "current_trial"});
}

Param additions()
{
    const Param data = hash("price_data", {currency().must(), text("product").must(), taxBehavior(), number("unit_amount").within(-99999999, 99999999),
                                           decimal("unit_amount_decimal")});
    return hashes("add_invoice_items", Params{text("price"), data, number("quantity").within(0, 999999999)} + ignored({"discountable", "metadata"})
                                           + refused({"discounts", "period", "tax_rates"}));
}

Param trialSettings()
{
    return hash("trial_settings", {hash("end_behavior", Params{choice("missing_payment_method", {"cancel", "create_invoice", "pause"}),
                                                               choice("billing_cycle_anchor", {"now"})}).must()});
}

Params subscriptionParams()
{
    return Params{collection(), number("days_until_due").within(0, 730), text("default_payment_method"), text("description", 500).unset(),
                  metadata(), ownDiscounts(), text("cancel_at").unset(), boolean("cancel_at_period_end"), text("trial_end"), additions(), trialSettings(),
                  paymentBehavior(), prorationBehavior(),
                  hash("payment_settings", Params{choice("save_default_payment_method", {"off", "on_subscription"})}
                                               + ignored({"payment_method_options", "payment_method_types"}))}
        + ignored({"off_session", "trial_from_plan"})
        + refused({"application_fee_percent", "automatic_tax", "billing_schedules", "billing_thresholds", "default_source", "default_tax_rates",
                   "invoice_settings", "on_behalf_of", "pending_invoice_item_interval", "transfer_data"});
}

Params updateSubscriptionParams()
{
    Param item = hashes("items", itemParams() + Params{text("id"), boolean("deleted"), boolean("clear_usage")});
    return subscriptionParams()
        + Params{item, cancellationDetails(), instant("proration_date"), anchorType(),
                 hash("pause_collection", {choice("behavior", {"keep_as_draft", "mark_uncollectible", "void"}).must(), instant("resumes_at")}).unset()};
}

Params createSubscriptionParams()
{
    const Param config = hash("billing_cycle_anchor_config", {number("day_of_month").within(1, 31).must(), number("hour").within(0, 23),
                                                              number("minute").within(0, 59), number("month").within(1, 12), number("second").within(0, 59)});
    return subscriptionParams()
        + Params{text("customer").must(), currency(), hashes("items", itemParams()).must(), number("trial_period_days").within(0, 730),
                 instant("backdate_start_date"), instant("billing_cycle_anchor"), config,
                 hash("billing_mode", Params{choice("type", {"flexible"}).must()} + ignored({"flexible"}))}
        + refused({"customer_account"});
}

Params pauseParams()
{
    const auto type = [](const QList<QByteArray>& values) { return Params{choice("type", values).must()}; };
    return {hash("bill_for", {hash("outstanding_usage_through", type({"none", "now"})),
                              hash("unused_time_from", type({"item_current_period_start", "none", "now"}))}),
            choice("invoicing_behavior", {"invoice", "pending_invoice_item"}), choice("type", {"subscription"})};
}

Params itemChangeParams()
{
    return itemParams() + Params{paymentBehavior(), prorationBehavior(), instant("proration_date")} + ignored({"off_session"});
}

const QByteArray kStatuses = "active,all,canceled,ended,incomplete,incomplete_expired,past_due,paused,trialing,unpaid";

QList<Endpoint> subscriptionEndpoints()
{
    return {
        {"GET", "/v1/subscriptions", "subscription_read", "list:subscription",
         listed(Params{hash("automatic_tax", {boolean("enabled").must()}), collection(), range("created"), range("current_period_end"),
                 range("current_period_start"), text("customer"), text("plan"), text("price"), choice("status", kStatuses.split(',')),
                 text("test_clock")} + refused({"customer_account"})), &Calls::listSubscriptions},
        {"POST", "/v1/subscriptions", "subscription_write", "subscription", createSubscriptionParams(), &Calls::createSubscription},
        {"GET", "/v1/subscriptions/{id}", "subscription_read", "subscription", {}, &Calls::getSubscription},
        {"POST", "/v1/subscriptions/{id}", "subscription_write", "subscription", updateSubscriptionParams(), &Calls::updateSubscription},
        {"DELETE", "/v1/subscriptions/{id}", "subscription_write", "subscription",
         {boolean("invoice_now"), boolean("prorate"), cancellationDetails()}, &Calls::cancelSubscription},
        {"DELETE", "/v1/subscriptions/{id}/discount", "subscription_write", "", {}, &Calls::deleteSubscriptionDiscount},
        {"POST", "/v1/subscriptions/{id}/pause", "subscription_write", "subscription", pauseParams(), &Calls::pauseSubscription},
        {"POST", "/v1/subscriptions/{id}/resume", "subscription_write", "subscription",
         {anchorType(), choice("payment_behavior", {"resume_on_payment_attempt", "resume_on_payment_success"}), prorationBehavior(), instant("proration_date")},
         &Calls::resumeSubscription},
        {"POST", "/v1/subscriptions/{id}/migrate", "subscription_write", "subscription",
         {hash("billing_mode", Params{choice("type", {"flexible"}).must()} + ignored({"flexible"})).must()}, &Calls::migrateSubscription},
        {"GET", "/v1/subscription_items", "subscription_read", "list:subscription_item", listed(Params{text("subscription").must()}), &Calls::listItems},
        {"POST", "/v1/subscription_items", "subscription_write", "subscription_item", itemChangeParams() + Params{text("subscription").must()}, &Calls::createItem},
        {"GET", "/v1/subscription_items/{id}", "subscription_read", "subscription_item", {}, &Calls::getItem},
        {"POST", "/v1/subscription_items/{id}", "subscription_write", "subscription_item", itemChangeParams(), &Calls::updateItem},
        {"DELETE", "/v1/subscription_items/{id}", "subscription_write", "",
         {boolean("clear_usage"), paymentBehavior(), prorationBehavior(), instant("proration_date")}, &Calls::deleteItem},
    };
}

} // namespace endpoint_table

} // namespace ch::sandbox
