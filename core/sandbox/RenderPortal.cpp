// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Render.h"

namespace ch::sandbox {

namespace portal_detail {

void words(Json& json, const char* key, const QList<QByteArray>& list)
{
    json.array(key);
    for (const QByteArray& one : list)
        json.text(nullptr, one);
    json.endArray();
}

} // namespace portal_detail

void Renderer::portalConfiguration(Json& json, const char* key, const PortalConfiguration& row) const
{
    json.object(key).text("id", s.id(Kind::PortalConfiguration, row.self)).text("object", "billing_portal.configuration");
    json.boolean("active", row.active).null("application").object("business_profile").textOrNull("headline", row.headline);
    json.textOrNull("privacy_policy_url", row.privacyUrl).textOrNull("terms_of_service_url", row.termsUrl).endObject().number("created", row.created);
    json.textOrNull("default_return_url", row.returnUrl).object("features").object("customer_update");
    portal_detail::words(json, "allowed_updates", row.customerUpdates);
    json.boolean("enabled", row.canUpdateCustomer).endObject().object("invoice_history").boolean("enabled", row.showsInvoices).endObject();
    json.object("payment_method_update").boolean("enabled", row.canUpdateMethod).null("payment_method_configuration").endObject();
    json.object("subscription_cancel").object("cancellation_reason").boolean("enabled", row.asksReason).null("feedback_options");
    portal_detail::words(json, "options", row.cancelReasons);
    json.endObject().boolean("enabled", row.canCancel).text("mode", row.cancelsNow ? "immediately" : "at_period_end");
    json.text("proration_behavior", row.proration).endObject();
    json.object("subscription_pause").object("duration").array("interval_options").endArray().text("type", "indefinite").endObject();
    json.boolean("enabled", false).endObject().object("subscription_update").null("billing_cycle_anchor").array("default_allowed_updates").endArray();
    json.boolean("enabled", false).text("proration_behavior", "none").object("schedule_at_period_end").array("conditions").endArray().endObject();
    json.text("trial_update_behavior", "end_trial").endObject().endObject();
    json.boolean("is_default", row.isDefault).boolean("livemode", s.live).object("login_page").boolean("enabled", false).null("url").endObject();
    metadata(json, "metadata", row.metadata);
    json.textOrNull("name", row.name).number("updated", row.updated).endObject();
}

void Renderer::portalSession(Json& json, const char* key, const PortalSession& row, const Expand* expand) const
{
    json.object(key).text("id", s.id(Kind::PortalSession, row.self)).text("object", "billing_portal.session").null("after_expiration");
    reference(json, "configuration", Kind::PortalConfiguration, row.configuration, below(expand, "configuration"));
    json.number("created", row.created).text("customer", s.id(Kind::Customer, row.customer)).null("customer_account");
    if (row.flow == PortalSession::Flow::None) {
        json.null("flow");
    } else {
        const bool cancel = row.flow == PortalSession::Flow::Cancel;
        json.object("flow").object("after_completion");
        if (row.afterConfirms)
            json.object("hosted_confirmation").textOrNull("custom_message", row.afterMessage).endObject().null("redirect").text("type", "hosted_confirmation");
        else if (!row.afterUrl.isEmpty())
            json.null("hosted_confirmation").object("redirect").text("return_url", row.afterUrl).endObject().text("type", "redirect");
        else
            json.null("hosted_confirmation").null("redirect").text("type", "portal_homepage");
        json.endObject().null("customer_update");
        if (cancel)
            json.object("subscription_cancel").null("retention").text("subscription", s.id(Kind::Subscription, row.subscription)).endObject();
        else
            json.null("subscription_cancel");
        nulls(json, {"subscription_pause", "subscription_update", "subscription_update_confirm"});
        json.text("type", cancel ? "subscription_cancel" : "payment_method_update").endObject();
    }
    json.boolean("livemode", s.live).textOrNull("locale", row.locale).null("on_behalf_of").textOrNull("return_url", row.returnUrl);
    json.text("url", s.pageUrl("portal", Kind::PortalSession, row.self)).endObject();
}

} // namespace ch::sandbox
