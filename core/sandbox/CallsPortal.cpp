// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"

namespace ch::sandbox {

namespace portal_calls {

Fault unsupported(const QByteArray& what)
{
    return invalid("The simulated account's portal cannot do this: " + what + ". Stripe's can.", what, "sandbox_unsupported");
}

} // namespace portal_calls

std::optional<Fault> Calls::writeFeatures(const Node& features, PortalConfiguration* row) const
{
    for (const char* name : {"subscription_update", "subscription_pause"}) {
        const Node* node = features.find(name);
        if (node && node->boolean("enabled"))
            return portal_calls::unsupported("features[" + QByteArray(name) + "][enabled]");
    }
    if (const Node* node = features.find("customer_update")) {
        row->canUpdateCustomer = node->boolean("enabled", row->canUpdateCustomer);
        if (node->has("allowed_updates"))
            row->customerUpdates = node->texts("allowed_updates");
        if (row->canUpdateCustomer && row->customerUpdates.isEmpty())
            return invalid("Missing required param: features[customer_update][allowed_updates].", "features[customer_update][allowed_updates]", "parameter_missing");
    }
    if (const Node* node = features.find("invoice_history"))
        row->showsInvoices = node->boolean("enabled");
    if (const Node* node = features.find("payment_method_update"))
        row->canUpdateMethod = node->boolean("enabled");
    if (const Node* node = features.find("subscription_cancel")) {
        row->canCancel = node->boolean("enabled", row->canCancel);
        if (node->has("mode"))
            row->cancelsNow = node->text("mode") == "immediately";
        writeText(*node, "proration_behavior", &row->proration);
        if (const Node* reason = node->find("cancellation_reason")) {
            row->asksReason = reason->boolean("enabled");
            if (reason->has("options"))
                row->cancelReasons = reason->texts("options");
        }
        if (!row->cancelsNow && row->proration != "none")
            return invalid("`proration_behavior` must be `none` when `mode` is `at_period_end`.", "features[subscription_cancel][proration_behavior]");
    }
    return std::nullopt;
}

std::optional<Fault> Calls::writePortal(const Node& params, PortalConfiguration* row) const
{
    if (const Node* profile = params.find("business_profile")) {
        writeText(*profile, "headline", &row->headline);
        for (const auto& [name, field] : {std::pair{"privacy_policy_url", &row->privacyUrl}, {"terms_of_service_url", &row->termsUrl}}) {
            if (const auto fault = webAddress(*profile, name, field))
                return fault;
        }
    }
    if (const auto fault = webAddress(params, "default_return_url", &row->returnUrl))
        return fault;
    writeText(params, "name", &row->name);
    writeMetadata(params, &row->metadata);
    if (const Node* login = params.find("login_page"); login && login->boolean("enabled"))
        return portal_calls::unsupported("login_page[enabled]");
    if (const Node* features = params.find("features"))
        return writeFeatures(*features, row);
    return std::nullopt;
}

Answer Calls::createPortalConfiguration(const Call& call)
{
    PortalConfiguration made;
    made.created = made.updated = s.now;
    if (const auto fault = writePortal(call.params, &made))
        return tl::unexpected(*fault);
    const PortalConfiguration& row = s.portalConfigurations.add(std::move(made));
    m_log.record("billing_portal.configuration.created", s.now, row);
    return show(call, Kind::PortalConfiguration, row.self);
}

Answer Calls::listPortalConfigurations(const Call& call)
{
    const Node& params = call.params;
    return list(call, Kind::PortalConfiguration, s.portalConfigurations, s.portalConfigurations.order(), [&](const PortalConfiguration& row) {
        return (!params.has("active") || row.active == params.boolean("active")) && (!params.has("is_default") || row.isDefault == params.boolean("is_default"));
    });
}

Answer Calls::getPortalConfiguration(const Call& call)
{
    const auto index = target(call, Kind::PortalConfiguration);
    return index ? show(call, Kind::PortalConfiguration, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updatePortalConfiguration(const Call& call)
{
    const auto index = target(call, Kind::PortalConfiguration);
    if (!index)
        return tl::unexpected(index.error());
    PortalConfiguration wanted = s.portalConfigurations[*index];
    wanted.active = call.params.boolean("active", wanted.active);
    if (wanted.isDefault && !wanted.active)
        return tl::unexpected(invalid("The default configuration cannot be deactivated.", "active"));
    if (const auto fault = writePortal(call.params, &wanted))
        return tl::unexpected(*fault);
    wanted.updated = s.now;
    PortalConfiguration& row = s.portalConfigurations.edit(*index);
    {
        Change<PortalConfiguration> change(m_log, "billing_portal.configuration.updated", s.now, row);
        row = wanted;
    }
    return show(call, Kind::PortalConfiguration, *index);
}

tl::expected<Index, Fault> Calls::portalFor(const Call& call) const
{
    if (const QByteArray id = call.params.text("configuration"); !id.isEmpty()) {
        const auto index = named(id, Kind::PortalConfiguration, "configuration");
        if (index && !s.portalConfigurations[*index].active)
            return tl::unexpected(invalid("The configuration `" + id + "` is not active. You can only create portal sessions with an active configuration.", "configuration"));
        return index;
    }
    for (Index i = 0; i < s.portalConfigurations.size(); ++i) {
        if (s.portalConfigurations[i].isDefault)
            return i;
    }
    const QByteArray mode = s.live ? "live" : "test";
    return tl::unexpected(invalid("No configuration provided and your " + mode + " mode default configuration has not been created. Provide a configuration or create your "
                                  "default by saving your customer portal settings in " + mode + " mode at https://dashboard.stripe.com/"
                                  + (s.live ? "" : "test/") + "settings/billing/portal."));
}

std::optional<Fault> Calls::writeFlow(const Node& flow, PortalSession* row) const
{
    const PortalConfiguration& of = s.portalConfigurations[row->configuration];
    const QByteArray type = flow.text("type");
    if (type == "payment_method_update") {
        if (!of.canUpdateMethod)
            return invalid("The payment method update feature in the portal configuration is disabled.", "flow_data[type]");
        row->flow = PortalSession::Flow::Method;
    } else if (type == "subscription_cancel") {
        const Node* cancel = flow.find("subscription_cancel");
        if (!cancel)
            return invalid("Missing required param: flow_data[subscription_cancel].", "flow_data[subscription_cancel]", "parameter_missing");
        const QByteArray param = "flow_data[subscription_cancel][subscription]";
        const auto subscription = named(cancel->text("subscription"), Kind::Subscription, param);
        if (!subscription || s.subscriptions[*subscription].customer != row->customer)
            return missingObject("subscription", cancel->text("subscription"), param, 400);
        const Subscription& sub = s.subscriptions[*subscription];
        if (!of.canCancel)
            return invalid("This subscription cannot be canceled because the subscription cancel feature in the portal configuration is disabled.", param);
        if (sub.status == SubStatus::Canceled || sub.status == SubStatus::IncompleteExpired || sub.cancelAt != 0)
            return invalid("This subscription cannot be canceled because it is already canceled or set to be canceled.", param);
        row->subscription = *subscription;
        row->flow = PortalSession::Flow::Cancel;
    } else {
        return portal_calls::unsupported("flow_data[type]=" + type);
    }
    const Node* after = flow.find("after_completion");
    if (!after)
        return std::nullopt;
    row->afterConfirms = after->text("type") == "hosted_confirmation";
    if (const Node* to = after->find("redirect")) {
        if (const auto fault = webAddress(*to, "return_url", &row->afterUrl))
            return fault;
    }
    if (const Node* text = after->find("hosted_confirmation"))
        row->afterMessage = text->text("custom_message");
    return std::nullopt;
}

Answer Calls::createPortalSession(const Call& call)
{
    const Node& params = call.params;
    const auto customer = liveCustomer(params.text("customer"), "customer");
    if (!customer || call.otherMode)
        return tl::unexpected(customer ? missingObject("customer", params.text("customer"), "customer", 400) : customer.error());
    const auto configuration = portalFor(call);
    if (!configuration)
        return tl::unexpected(configuration.error());
    PortalSession made;
    made.created = s.now;
    made.customer = *customer;
    made.configuration = *configuration;
    made.returnUrl = s.portalConfigurations[*configuration].returnUrl;
    if (const auto fault = webAddress(params, "return_url", &made.returnUrl))
        return tl::unexpected(*fault);
    writeText(params, "locale", &made.locale);
    if (const Node* flow = params.find("flow_data")) {
        if (const auto fault = writeFlow(*flow, &made))
            return tl::unexpected(*fault);
    }
    const PortalSession& row = s.portalSessions.add(std::move(made));
    m_log.record("billing_portal.session.created", s.now, row);
    return show(call, Kind::PortalSession, row.self);
}

} // namespace ch::sandbox
