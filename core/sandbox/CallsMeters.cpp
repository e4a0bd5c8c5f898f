// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/CallsList.h"

namespace ch::sandbox {

namespace calls_meters {

constexpr qint64 kOldest = 35 * kDay; // a report may be about so long ago
constexpr qint64 kAhead = 5 * 60;     // and so far from now, for clocks that differ
constexpr qint64 kMinute = 60, kHour = 3600;

Fault refusal(const QByteArray& code, const QByteArray& message, const QByteArray& param)
{
    return invalid(message, param, code);
}

std::optional<Fault> notAligned(const Node& params, const char* name, qint64 to, const char* boundary)
{
    if (params.number(name) % to == 0)
        return std::nullopt;
    return invalid(QByteArray(name) + " must be aligned with " + boundary + " boundaries.", name);
}

} // namespace calls_meters

Answer Calls::listMeters(const Call& call)
{
    const QByteArray status = call.params.text("status");
    return list(call, Kind::Meter, s.meters.rows, s.meters.rows.order(),
                [&](const Meter& row) { return status.isEmpty() || (status == "inactive") == (row.deactivatedAt != 0); });
}

Answer Calls::getMeter(const Call& call)
{
    const auto index = target(call, Kind::Meter);
    return index ? show(call, Kind::Meter, *index) : Answer(tl::unexpected(index.error()));
}

Answer Calls::createMeter(const Call& call)
{
    const Node& params = call.params;
    Meter made;
    made.created = made.updated = s.now;
    made.eventName = params.text("event_name");
    made.displayName = params.text("display_name");
    made.window = params.text("event_time_window");
    const QByteArray formula = params.find("default_aggregation")->text("formula");
    made.formula = formula == "count" ? Formula::Count : formula == "last" ? Formula::Last : Formula::Sum;
    if (const Node* mapping = params.find("customer_mapping"))
        made.customerKey = mapping->text("event_payload_key");
    if (const Node* value = params.find("value_settings"))
        made.valueKey = value->text("event_payload_key");
    if (const Index other = s.meters.byEventName(made.eventName); other != kNone && s.meters.rows[other].deactivatedAt == 0)
        return tl::unexpected(invalid("An active meter already exists for event name \"" + made.eventName + "\".", "event_name"));
    const Meter& row = s.meters.rows.add(std::move(made));
    m_log.record("billing.meter.created", s.now, row);
    return show(call, Kind::Meter, row.self);
}

Answer Calls::updateMeter(const Call& call)
{
    const auto index = target(call, Kind::Meter);
    if (!index)
        return tl::unexpected(index.error());
    if (call.params.has("display_name")) {
        Meter& row = s.meters.rows.edit(*index);
        Change<Meter> change(m_log, "billing.meter.updated", s.now, row);
        if (row.displayName != call.params.text("display_name"))
            row.updated = s.now;
        row.displayName = call.params.text("display_name");
    }
    return show(call, Kind::Meter, *index);
}

Answer Calls::deactivateMeter(const Call& call)
{
    const auto index = target(call, Kind::Meter);
    if (!index)
        return tl::unexpected(index.error());
    if (s.meters.rows[*index].deactivatedAt != 0)
        return tl::unexpected(invalid("This meter is already inactive.", {}, "archived_meter"));
    Meter& row = s.meters.rows.edit(*index);
    row.deactivatedAt = row.updated = s.now;
    m_log.record("billing.meter.deactivated", s.now, row);
    return show(call, Kind::Meter, *index);
}

Answer Calls::reactivateMeter(const Call& call)
{
    const auto index = target(call, Kind::Meter);
    if (!index)
        return tl::unexpected(index.error());
    if (s.meters.rows[*index].deactivatedAt == 0)
        return tl::unexpected(invalid("This meter is already active."));
    const Index other = s.meters.byEventName(s.meters.rows[*index].eventName);
    if (s.meters.rows[other].deactivatedAt == 0)
        return tl::unexpected(invalid("An active meter already exists for event name \"" + s.meters.rows[other].eventName + "\"."));
    Meter& row = s.meters.rows.edit(*index);
    row.deactivatedAt = 0;
    row.updated = s.now;
    m_log.record("billing.meter.reactivated", s.now, row);
    return show(call, Kind::Meter, *index);
}

// Which customer and how much: as the meter says in which keys of the payload they stand.
std::optional<Fault> Calls::readMeterPayload(const Node& params, const Meter& meter, MeterEvent* event) const
{
    using calls_meters::refusal;
    const Node* payload = params.find("payload");
    const QByteArray customer = payload->text(meter.customerKey.constData()), value = payload->text(meter.valueKey.constData());
    const QByteArray customerPath = "payload[" + meter.customerKey + ']', valuePath = "payload[" + meter.valueKey + ']';
    if (customer.isEmpty())
        return refusal("meter_event_no_customer_defined", "Missing customer mapping key in payload: " + meter.customerKey + '.', customerPath);
    event->customer = s.find(Kind::Customer, customer);
    if (event->customer == kNone || s.customers[event->customer].deleted)
        return refusal("meter_event_customer_not_found", "No such customer: '" + customer + "'", customerPath);
    if (value.isEmpty() && meter.formula == Formula::Count)
        return std::nullopt; // what is counted are the events
    const auto number = wholeNumber(value);
    if (!number)
        return refusal("meter_event_invalid_value", value.isEmpty() ? "Missing value key in payload: " + meter.valueKey + '.'
                                                                    : "Invalid value: " + value + ". It must be a whole number.", valuePath);
    if (value.size() > 15)
        return refusal("meter_event_value_too_many_digits", "Invalid value: " + value + ". It has too many digits.", valuePath);
    event->value = *number;
    return std::nullopt;
}

Answer Calls::createMeterEvent(const Call& call)
{
    using namespace calls_meters;
    const Node& params = call.params;
    const QByteArray name = params.text("event_name");
    const Index index = s.meters.byEventName(name);
    if (index == kNone || s.meters.rows[index].deactivatedAt != 0)
        return tl::unexpected(refusal(index == kNone ? "no_meter" : "archived_meter", "No active meter found for event name \"" + name + "\".", "event_name"));
    MeterEvent made;
    made.meter = index;
    made.created = s.now;
    if (const auto fault = readMeterPayload(params, s.meters.rows[index], &made))
        return tl::unexpected(*fault);
    const qint64 present = s.timeOf(made.customer);
    made.timestamp = params.number("timestamp", present);
    if (made.timestamp < present - kOldest)
        return tl::unexpected(refusal("timestamp_too_far_in_past", "The timestamp must be within the past 35 days.", "timestamp"));
    if (made.timestamp > present + kAhead)
        return tl::unexpected(refusal("timestamp_in_future", "The timestamp must be no more than 5 minutes in the future.", "timestamp"));
    made.identifier = params.has("identifier") ? params.text("identifier") : s.ids.make(Kind::MeterEvent, s.meters.events.size());
    const Index same = s.meters.byIdentifier(made.identifier);
    if (same != kNone && s.meters.events[same].created > s.now - kDay)
        return tl::unexpected(invalid("An event already exists with identifier " + made.identifier + '.', "identifier"));
    made.countsFrom = s.now + s.meterDelay;
    Json json;
    json.object().text("object", "billing.meter_event").number("created", made.created).text("event_name", name);
    json.text("identifier", made.identifier).boolean("livemode", s.live).object("payload");
    for (const Node& entry : params.find("payload")->children)
        json.member(entry.name, entry.value);
    json.endObject().number("timestamp", made.timestamp).endObject();
    s.meters.events.add(std::move(made));
    return json.take();
}

Answer Calls::adjustMeterEvent(const Call& call)
{
    const Node* cancel = call.params.find("cancel");
    const QByteArray identifier = cancel ? cancel->text("identifier") : QByteArray();
    if (identifier.isEmpty())
        return tl::unexpected(invalid("Missing required param: cancel[identifier].", "cancel[identifier]", "parameter_missing"));
    const QByteArray name = call.params.text("event_name");
    const Index index = s.meters.byIdentifier(identifier);
    if (index == kNone || s.meters.rows[s.meters.events[index].meter].eventName != name)
        return tl::unexpected(invalid("No event found with identifier " + identifier + " for event name \"" + name + "\".", "cancel[identifier]", "resource_missing"));
    if (s.meters.events[index].created <= s.now - kDay)
        return tl::unexpected(invalid("Events can only be canceled within 24 hours of Stripe receiving them.", "cancel[identifier]"));
    if (s.meters.events[index].canceled)
        return tl::unexpected(invalid("The event with identifier " + identifier + " has already been canceled.", "cancel[identifier]"));
    s.meters.events.edit(index).canceled = true;
    Json json;
    json.object().text("object", "billing.meter_event_adjustment").object("cancel").text("identifier", identifier).endObject();
    json.text("event_name", name).boolean("livemode", s.live).text("status", "pending").text("type", "cancel").endObject();
    return json.take();
}

Answer Calls::listMeterSummaries(const Call& call)
{
    using namespace calls_meters;
    const Node& params = call.params;
    const auto index = target(call, Kind::Meter);
    if (!index)
        return tl::unexpected(index.error());
    const auto customer = liveCustomer(params.text("customer"), "customer");
    if (!customer)
        return tl::unexpected(customer.error());
    const QByteArray window = params.text("value_grouping_window");
    const qint64 step = window == "day" ? kDay : window == "hour" ? kHour : kMinute;
    for (const char* name : {"start_time", "end_time"}) {
        if (const auto fault = notAligned(params, name, step, step == kDay ? "UTC day" : step == kHour ? "hour" : "minute"))
            return tl::unexpected(*fault);
    }
    const qint64 start = params.number("start_time"), end = params.number("end_time");
    if (end <= start)
        return tl::unexpected(invalid("end_time must be after start_time.", "end_time"));
    const qint64 length = window.isEmpty() ? end - start : step, count = (end - start) / length;
    const auto idOf = [&](qint64 from) {
        const quint64 what = mix64(quint64(from)) ^ mix64((quint64(*index) << 32) | *customer) ^ quint64(length);
        return "mtrusg_" + s.ids.filler(what, 58);
    };
    // Newest first, a cursor at either end, as other lists; the windows have no rows of their own.
    const QByteArray after = params.text("starting_after"), before = params.text("ending_before");
    if (!after.isEmpty() && !before.isEmpty())
        return tl::unexpected(invalid("You cannot parameterize both starting_after and ending_before.", "starting_after", "parameters_exclusive"));
    qint64 at = count; // windows before this one, newest first
    if (const QByteArray cursor = after + before; !cursor.isEmpty()) {
        for (at = 0; at < count && idOf(start + at * length) != cursor; ++at) {
        }
        if (at == count)
            return tl::unexpected(missingObject(objectName(Kind::MeterSummary), cursor, after.isEmpty() ? "ending_before" : "starting_after", 400));
    }
    const qint64 limit = params.number("limit", 10);
    const qint64 high = before.isEmpty() ? at : std::min(count, at + 1 + limit), low = before.isEmpty() ? std::max<qint64>(0, at - limit) : at + 1;
    Json json;
    json.object().text("object", "list").array("data");
    for (qint64 i = high - 1; i >= low; --i) {
        const qint64 from = start + i * length;
        json.object().text("id", idOf(from)).text("object", "billing.meter_event_summary");
        json.number("aggregated_value", usageOf(s, *index, *customer, from, from + length)).number("end_time", from + length);
        json.boolean("livemode", s.live).text("meter", call.id).number("start_time", from).endObject();
    }
    json.endArray().boolean("has_more", before.isEmpty() ? low > 0 : high < count).text("url", call.path).endObject();
    return json.take();
}

} // namespace ch::sandbox
