// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/EndpointParams.h"
#include "sandbox/EventTypes.h"

namespace ch::sandbox {

namespace endpoint_table {

Params webhookParams()
{
    Param events = texts("enabled_events");
    events.values = eventTypes() + QList<QByteArray>{"*"};
    return {text("url"), events, text("description").unset(), metadata()};
}

} // namespace endpoint_table

QList<Endpoint> webhookEndpoints()
{
    using namespace endpoint_table;
    return {
        {"GET", "/v1/webhook_endpoints", "webhook_read", "list:webhook_endpoint", listed({}), &Calls::listWebhooks},
        {"POST", "/v1/webhook_endpoints", "webhook_write", "webhook_endpoint",
         must(webhookParams(), {"url", "enabled_events"}) + Params{text("api_version"), boolean("connect")}, &Calls::createWebhook},
        {"GET", "/v1/webhook_endpoints/{id}", "webhook_read", "webhook_endpoint", {}, &Calls::getWebhook},
        {"POST", "/v1/webhook_endpoints/{id}", "webhook_write", "webhook_endpoint", webhookParams() + Params{boolean("disabled")}, &Calls::updateWebhook},
        {"DELETE", "/v1/webhook_endpoints/{id}", "webhook_write", "", {}, &Calls::deleteWebhook},
    };
}

} // namespace ch::sandbox
