// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/EndpointParams.h"

namespace ch::sandbox {

QList<Endpoint> meterEndpoints()
{
    using namespace endpoint_table;
    const Param window = choice("value_grouping_window", {"day", "hour"});
    return {
        {"GET", "/v1/billing/meters", "billing_meter_read", "list:meter", listed({choice("status", {"active", "inactive"})}), &Calls::listMeters},
        {"POST", "/v1/billing/meters", "billing_meter_write", "meter",
         {hash("default_aggregation", {choice("formula", {"count", "last", "sum"}).must()}).must(), text("display_name", 250).must(),
          text("event_name", 100).must(), hash("customer_mapping", {text("event_payload_key", 100).must(), choice("type", {"by_id"}).must()}),
          choice("event_time_window", {"day", "hour"}), hash("value_settings", {text("event_payload_key", 100).must()})}, &Calls::createMeter},
        {"GET", "/v1/billing/meters/{id}", "billing_meter_read", "meter", {}, &Calls::getMeter},
        {"POST", "/v1/billing/meters/{id}", "billing_meter_write", "meter", {text("display_name", 250)}, &Calls::updateMeter},
        {"POST", "/v1/billing/meters/{id}/deactivate", "billing_meter_write", "meter", {}, &Calls::deactivateMeter},
        {"POST", "/v1/billing/meters/{id}/reactivate", "billing_meter_write", "meter", {}, &Calls::reactivateMeter},
        {"GET", "/v1/billing/meters/{id}/event_summaries", "billing_meter_event_read", "list:meter_summary",
         listed({text("customer").must(), instant("start_time").must(), instant("end_time").must(), window}), &Calls::listMeterSummaries},
        {"POST", "/v1/billing/meter_events", "billing_meter_event_write", "meter_event",
         {text("event_name", 100).must(), Param{"payload", ParamType::TextMap}.must(), text("identifier", 100), instant("timestamp")}, &Calls::createMeterEvent},
        {"POST", "/v1/billing/meter_event_adjustments", "billing_meter_event_adjustment_write", "meter_event_adjustment",
         {text("event_name", 100).must(), choice("type", {"cancel"}).must(), hash("cancel", {text("identifier", 100)})}, &Calls::adjustMeterEvent},
    };
}

} // namespace ch::sandbox
