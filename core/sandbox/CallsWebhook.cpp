// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"
#include "sandbox/Deliveries.h"
#include "serve/LoopbackUrl.h"

#include <QUrl>

namespace ch::sandbox {

namespace webhook_calls {

std::optional<Fault> urlFault(const QByteArray& url)
{
    const QUrl parsed = QUrl::fromEncoded(url, QUrl::StrictMode);
    if (!url.contains("://"))
        return invalid("Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid");
    if (!parsed.isValid() || parsed.host().isEmpty())
        return invalid("Invalid URL: " + url.left(200), "url", "url_invalid");
    if (!serve::loopbackUrl(url))
        return invalid("The simulated account never leaves this computer: a webhook's URL must be http to 127.0.0.1, localhost or [::1]. Stripe takes public "
                       "URLs only.", "url", "sandbox_unsupported");
    return std::nullopt;
}

} // namespace webhook_calls

std::optional<Fault> Calls::writeWebhook(const Node& params, WebhookEndpoint* row) const
{
    if (params.has("url")) {
        row->url = params.text("url");
        if (auto fault = webhook_calls::urlFault(row->url))
            return fault;
    }
    if (params.has("enabled_events")) {
        row->enabledEvents = params.texts("enabled_events");
        if (row->enabledEvents.isEmpty())
            return invalid("You must enable at least one event.", "enabled_events");
    }
    writeText(params, "description", &row->description);
    writeMetadata(params, &row->metadata);
    if (params.has("disabled"))
        row->disabled = params.boolean("disabled");
    return std::nullopt;
}

Answer Calls::listWebhooks(const Call& call)
{
    return list(call, Kind::WebhookEndpoint, s.webhooks, s.webhooks.order(), [](const WebhookEndpoint& row) { return !row.deleted; });
}

Answer Calls::createWebhook(const Call& call)
{
    const Node& params = call.params;
    WebhookEndpoint made;
    made.created = s.now;
    if (auto fault = writeWebhook(params, &made))
        return tl::unexpected(*fault);
    made.apiVersion = params.text("api_version");
    if (!made.apiVersion.isEmpty() && made.apiVersion != kApiVersion)
        return tl::unexpected(invalid("The simulated account sends events of version " + QByteArray(kApiVersion) + " only.", "api_version", "sandbox_unsupported"));
    if (params.boolean("connect"))
        return tl::unexpected(invalid("The simulated account has no connected accounts. Stripe does.", "connect", "sandbox_unsupported"));
    size_t standing = 0;
    for (Index row = 0; row < s.webhooks.size(); ++row)
        standing += !s.webhooks[row].deleted;
    if (standing >= kMostWebhooks)
        return tl::unexpected(invalid("You have reached the maximum of " + QByteArray::number(static_cast<int>(kMostWebhooks)) + (s.live ? " live" : " test") + " webhook endpoints."));
    made.secret = s.newWebhookSecret();
    const Index row = s.webhooks.add(std::move(made)).self;
    Json json;
    m_render.webhookEndpoint(json, nullptr, s.webhooks[row], true);
    return json.take();
}

tl::expected<Index, Fault> Calls::standingWebhook(const Call& call) const
{
    const auto index = target(call, Kind::WebhookEndpoint);
    if (index && s.webhooks[*index].deleted)
        return tl::unexpected(missingObject(objectName(Kind::WebhookEndpoint), call.id, "webhook_endpoint", 404));
    return index;
}

Answer Calls::getWebhook(const Call& call)
{
    const auto index = standingWebhook(call);
    return index ? show(call, Kind::WebhookEndpoint, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::updateWebhook(const Call& call)
{
    const auto index = standingWebhook(call);
    if (!index)
        return tl::unexpected(index.error());
    WebhookEndpoint changed = s.webhooks[*index];
    if (auto fault = writeWebhook(call.params, &changed))
        return tl::unexpected(*fault);
    s.webhooks.edit(*index) = changed;
    return show(call, Kind::WebhookEndpoint, *index);
}

Answer Calls::deleteWebhook(const Call& call)
{
    const auto index = standingWebhook(call);
    if (!index)
        return tl::unexpected(index.error());
    s.webhooks.edit(*index).deleted = true;
    return Renderer::stub(call.id, objectName(Kind::WebhookEndpoint));
}

} // namespace ch::sandbox
