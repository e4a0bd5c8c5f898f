// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Render.h"

namespace ch::sandbox {

void Renderer::customer(Json& json, const char* key, const Customer& row, const Expand* expand) const
{
    const QByteArray id = s.id(Kind::Customer, row.self);
    json.object(key).text("id", id).text("object", "customer");
    extra(json, "address", row.extras);
    json.number("balance", row.balance);
    if (row.extras.contains("business_name"))
        extra(json, "business_name", row.extras);
    json.number("created", row.created).textOrNull("currency", row.currency).null("customer_account").null("default_source");
    json.boolean("delinquent", row.delinquent).textOrNull("description", row.description);
    if (row.discount == kNone)
        json.null("discount");
    else
        discount(json, "discount", s.discounts[row.discount], below(expand, "discount"));
    json.textOrNull("email", row.email);
    if (row.extras.contains("individual_name"))
        extra(json, "individual_name", row.extras);
    json.text("invoice_prefix", s.ids.filler(row.self + 1000, 8).toUpper());
    json.object("invoice_settings").null("custom_fields");
    reference(json, "default_payment_method", Kind::PaymentMethod, row.defaultMethod,
              below(below(expand, "invoice_settings"), "default_payment_method"));
    extra(json, "footer", row.extras);
    json.null("rendering_options").endObject().boolean("livemode", s.live);
    metadata(json, "metadata", row.metadata);
    json.textOrNull("name", row.name).number("next_invoice_sequence", row.nextInvoice).textOrNull("phone", row.phone);
    extra(json, "preferred_locales", row.extras, "[]");
    extra(json, "shipping", row.extras);
    if (below(expand, "sources"))
        nested(json, "sources", "/v1/customers/" + id + "/sources", 0, [](size_t) {});
    if (const Expand* wanted = below(expand, "subscriptions")) {
        std::vector<Index> rows; // newest first, without canceled ones
        for (auto it = s.subscriptionsOf(row.self).rbegin(); it != s.subscriptionsOf(row.self).rend(); ++it) {
            if (s.subscriptions[*it].status != SubStatus::Canceled)
                rows.push_back(*it);
        }
        const Expand* each = below(wanted, "data");
        nested(json, "subscriptions", "/v1/customers/" + id + "/subscriptions", rows.size(),
               [&](size_t i) { subscription(json, nullptr, s.subscriptions[rows[i]], each); });
    }
    extra(json, "tax_exempt", row.extras, "\"none\"");
    if (below(expand, "tax_ids"))
        nested(json, "tax_ids", "/v1/customers/" + id + "/tax_ids", 0, [](size_t) {});
    reference(json, "test_clock", Kind::TestClock, row.clock, below(expand, "test_clock"));
    json.endObject();
}

void Renderer::subscriptionDates(Json& json, const Subscription& row) const
{
    json.instant("cancel_at", row.cancelAt).boolean("cancel_at_period_end", row.cancelAtPeriodEnd).instant("canceled_at", row.canceledAt);
    static const char* const kReasons[] = {"", "cancellation_requested", "payment_failed"};
    json.object("cancellation_details").textOrNull("comment", row.cancelComment).textOrNull("feedback", row.cancelFeedback);
    json.null("feedback_option").textOrNull("reason", kReasons[static_cast<int>(row.cancelReason)]).endObject();
}

void Renderer::subscriptionSettings(Json& json, const Subscription& row) const
{
    json.object("payment_settings").null("payment_method_options").null("payment_method_types");
    json.text("save_default_payment_method", row.saveMethod ? "on_subscription" : "off").endObject();
    nulls(json, {"pending_invoice_item_interval", "pending_setup_intent"});
    if (!row.awaited || row.awaited->resumes) {
        json.null("pending_update");
        return;
    }
    const Awaited& update = row.awaited.front();
    json.object("pending_update").instant("billing_cycle_anchor", update.moves ? update.anchor : 0).null("cancel_at_period_end").null("discount");
    json.null("discounts").number("expires_at", update.expiresAt).null("metadata").array("subscription_items");
    for (const Item& each : update.items)
        item(json, nullptr, each, row.self, nullptr);
    json.endArray().instant("trial_end", update.moves && update.status == SubStatus::Trialing ? update.trialEnd : 0).null("trial_from_plan").endObject();
}

void Renderer::subscriptionPaused(Json& json, const Subscription& row) const
{
    if (row.status != SubStatus::Paused)
        return;
    static const char* const kBy[] = {"system", "pause_requested", "trial_end_without_payment_method"};
    json.object("status_details").object("paused").object("subscription").text("type", kBy[static_cast<int>(row.pausedBy)]).endObject();
    json.number("transitioned_at", row.pausedAt).text("type", "subscription").endObject().endObject();
}

void Renderer::subscription(Json& json, const char* key, const Subscription& row, const Expand* expand) const
{
    const QByteArray id = s.id(Kind::Subscription, row.self);
    json.object(key).text("id", id).text("object", "subscription").null("application").null("application_fee_percent");
    json.object("automatic_tax").null("disabled_reason").boolean("enabled", false).null("liability").endObject();
    json.number("billing_cycle_anchor", row.anchor);
    extra(json, "billing_cycle_anchor_config", row.extras);
    json.object("billing_mode").object("flexible").text("proration_discounts", "included").endObject();
    json.text("type", "flexible").number("updated_at", row.created).endObject();
    json.array("billing_schedules").endArray().null("billing_thresholds");
    subscriptionDates(json, row);
    json.text("collection_method", word(row.collection)).number("created", row.created).text("currency", row.currency);
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.null("customer_account").instant("days_until_due", row.daysUntilDue);
    reference(json, "default_payment_method", Kind::PaymentMethod, row.defaultMethod, below(expand, "default_payment_method"));
    json.null("default_source").array("default_tax_rates").endArray().textOrNull("description", row.description);
    discounts(json, "discounts", row.discounts, below(expand, "discounts"));
    json.instant("ended_at", row.endedAt).object("invoice_settings");
    nulls(json, {"account_tax_ids", "custom_fields", "description", "footer"});
    json.object("issuer").text("type", "self").endObject().endObject();
    const Expand* each = below(below(expand, "items"), "data");
    nested(json, "items", "/v1/subscription_items?subscription=" + id, row.items.size(),
           [&](size_t i) { item(json, nullptr, row.items[i], row.self, each); });
    reference(json, "latest_invoice", Kind::Invoice, row.latestInvoice, below(expand, "latest_invoice"));
    json.boolean("livemode", s.live).object("managed_payments").boolean("enabled", false).endObject();
    metadata(json, "metadata", row.metadata);
    json.null("next_pending_invoice_item_invoice").null("on_behalf_of");
    if (row.pause == Pause::None)
        json.null("pause_collection");
    else
        json.object("pause_collection").text("behavior", word(row.pause)).instant("resumes_at", row.pauseResumesAt).endObject();
    subscriptionSettings(json, row);
    reference(json, "schedule", Kind::Schedule, row.schedule, below(expand, "schedule"));
    json.number("start_date", row.start).text("status", word(row.status));
    subscriptionPaused(json, row);
    reference(json, "test_clock", Kind::TestClock, row.clock, below(expand, "test_clock"));
    json.null("transfer_data").instant("trial_end", row.trialEnd);
    json.object("trial_settings").object("end_behavior").null("billing_cycle_anchor");
    json.text("missing_payment_method", word(row.trialMissing)).endObject().endObject();
    json.instant("trial_start", row.trialStart).endObject();
}

const Renderer::Shown& Renderer::shown(Index index) const
{
    if (m_shownAt != s.prices.edits()) {
        m_shown.clear();
        m_shownAt = s.prices.edits();
    }
    const auto found = m_shown.constFind(index);
    if (found != m_shown.constEnd())
        return *found;
    Json plans, prices;
    plan(plans, nullptr, s.prices[index], nullptr);
    price(prices, nullptr, s.prices[index], nullptr);
    return *m_shown.insert(index, {plans.take(), prices.take()});
}

void Renderer::item(Json& json, const char* key, const Item& row, Index subscription, const Expand* expand) const
{
    const Price& of = s.prices[row.price];
    json.object(key).text("id", s.id(Kind::Item, row.self)).text("object", "subscription_item").null("billing_thresholds");
    json.number("created", row.created).number("current_period_end", row.periodEnd).number("current_period_start", row.periodStart);
    json.null("current_trial");
    discounts(json, "discounts", row.discounts, below(expand, "discounts"));
    metadata(json, "metadata", row.metadata);
    if (below(expand, "plan") || below(expand, "price")) {
        plan(json, "plan", of, below(expand, "plan"));
        price(json, "price", of, below(expand, "price"));
    } else {
        const Shown& both = shown(row.price);
        json.raw("plan", both.plan).raw("price", both.price);
    }
    if (!of.metered)
        json.number("quantity", row.quantity);
    json.text("subscription", s.id(Kind::Subscription, subscription)).array("tax_rates").endArray().endObject();
}

QByteArray Renderer::pendingItem(const Item& row, Index subscription) const
{
    Json json;
    item(json, nullptr, row, subscription, nullptr);
    return json.take();
}

} // namespace ch::sandbox
