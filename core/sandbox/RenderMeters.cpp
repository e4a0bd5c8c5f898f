// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Render.h"

namespace ch::sandbox {

void Renderer::meter(Json& json, const char* key, const Meter& row) const
{
    static const char* const kFormulas[] = {"count", "last", "sum"};
    json.object(key).text("id", s.id(Kind::Meter, row.self)).text("object", "billing.meter").number("created", row.created);
    json.object("customer_mapping").text("event_payload_key", row.customerKey).text("type", "by_id").endObject();
    json.object("default_aggregation").text("formula", kFormulas[static_cast<int>(row.formula)]).endObject();
    json.text("display_name", row.displayName).text("event_name", row.eventName).textOrNull("event_time_window", row.window);
    json.boolean("livemode", s.live).text("status", row.deactivatedAt ? "inactive" : "active");
    json.object("status_transitions").instant("deactivated_at", row.deactivatedAt).endObject();
    json.number("updated", row.updated).object("value_settings").text("event_payload_key", row.valueKey).endObject().endObject();
}

} // namespace ch::sandbox
