// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Render.h"

namespace ch::sandbox {

void Renderer::scheduleDiscounts(Json& json, const std::vector<Index>& coupons, const Expand* expand) const
{
    json.array("discounts");
    for (const Index coupon : coupons) {
        json.object();
        reference(json, "coupon", Kind::Coupon, coupon, below(expand, "coupon"));
        json.null("discount").null("promotion_code").endObject();
    }
    json.endArray();
}

void Renderer::phase(Json& json, const Phase& row, const QByteArray& currency, const Expand* expand) const
{
    json.object().array("add_invoice_items").endArray().null("application_fee_percent");
    json.textOrNull("billing_cycle_anchor", row.anchors ? "phase_start" : "").null("billing_thresholds").null("collection_method");
    json.text("currency", currency).null("default_payment_method").array("default_tax_rates").endArray().null("description");
    scheduleDiscounts(json, row.coupons, below(expand, "discounts"));
    json.number("end_date", row.end).null("invoice_settings").array("items");
    const Expand* each = below(expand, "items");
    for (const PhaseItem& item : row.items) {
        json.object().null("billing_thresholds");
        scheduleDiscounts(json, item.coupons, below(each, "discounts"));
        metadata(json, "metadata", item.metadata);
        reference(json, "plan", Kind::Price, item.price, nullptr);
        reference(json, "price", Kind::Price, item.price, below(each, "price"));
        if (!s.prices[item.price].metered)
            json.number("quantity", item.quantity);
        json.array("tax_rates").endArray().endObject();
    }
    json.endArray();
    metadata(json, "metadata", row.metadata);
    static const char* const kProrations[] = {"create_prorations", "always_invoice", "none"};
    json.null("on_behalf_of").text("proration_behavior", kProrations[static_cast<int>(row.proration)]).number("start_date", row.start);
    json.null("transfer_data").instant("trial_end", row.trialEnd).endObject();
}

void Renderer::schedule(Json& json, const char* key, const Schedule& row, const Expand* expand) const
{
    json.object(key).text("id", s.id(Kind::Schedule, row.self)).text("object", "subscription_schedule").null("application");
    json.object("billing_mode").object("flexible").text("proration_discounts", "included").endObject();
    json.text("type", "flexible").number("updated_at", row.created).endObject();
    json.instant("canceled_at", row.canceledAt).instant("completed_at", row.completedAt).number("created", row.created);
    if (row.current == kNone) {
        json.null("current_phase");
    } else {
        const Phase& now = row.phases[row.current];
        json.object("current_phase").number("end_date", now.end).number("start_date", now.start).endObject();
    }
    reference(json, "customer", Kind::Customer, row.customer, below(expand, "customer"));
    json.null("customer_account").object("default_settings").null("application_fee_percent");
    json.text("billing_cycle_anchor", row.anchors ? "phase_start" : "automatic").null("billing_thresholds").text("collection_method", word(row.collection));
    reference(json, "default_payment_method", Kind::PaymentMethod, row.method, below(below(expand, "default_settings"), "default_payment_method"));
    json.textOrNull("description", row.description).object("invoice_settings").null("account_tax_ids").null("custom_fields");
    json.instant("days_until_due", row.daysUntilDue).null("description").null("footer").object("issuer").text("type", "self").endObject().endObject();
    json.null("on_behalf_of").null("transfer_data").endObject().text("end_behavior", row.cancels ? "cancel" : "release").boolean("livemode", s.live);
    metadata(json, "metadata", row.metadata);
    json.array("pause_schedules").endArray().array("phases");
    for (const Phase& each : row.phases)
        phase(json, each, row.currency, below(expand, "phases"));
    json.endArray().instant("released_at", row.releasedAt);
    reference(json, "released_subscription", Kind::Subscription, row.released, nullptr);
    json.text("status", word(row.status));
    reference(json, "subscription", Kind::Subscription, row.subscription, below(expand, "subscription"));
    reference(json, "test_clock", Kind::TestClock, s.customers[row.customer].clock, below(expand, "test_clock"));
    json.endObject();
}

} // namespace ch::sandbox
