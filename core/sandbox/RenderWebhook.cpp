// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Render.h"

namespace ch::sandbox {

void Renderer::webhookEndpoint(Json& json, const char* key, const WebhookEndpoint& row, bool withSecret) const
{
    json.object(key).text("id", s.id(Kind::WebhookEndpoint, row.self)).text("object", "webhook_endpoint").textOrNull("api_version", row.apiVersion);
    json.null("application").number("created", row.created).textOrNull("description", row.description).array("enabled_events");
    for (const QByteArray& type : row.enabledEvents)
        json.text(nullptr, type);
    json.endArray().boolean("livemode", s.live);
    metadata(json, "metadata", row.metadata);
    if (withSecret)
        json.text("secret", row.secret);
    json.text("status", row.disabled ? "disabled" : "enabled").text("url", row.url).endObject();
}

} // namespace ch::sandbox
