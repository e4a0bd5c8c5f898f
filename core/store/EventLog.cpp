// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/EventLog.h"

#include "store/Counters.h"
#include "store/Database.h"
#include "store/RawPack.h"

#include <QSet>
#include <algorithm>
#include <cstring>
#include <future>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <array>
#include <utility>

namespace ch::store {

namespace {

/// Fields that say when, which, how much and in what state; none in which people write. A field that is not named here is not kept.
constexpr std::string_view kKeptFields =
    "id object type api_version created livemode deleted data previous_attributes request idempotency_key "
    "customer subscription subscription_item invoice charge payment_intent schedule latest_invoice test_clock product price plan coupon "
    "promotion_code source discount discounts parent subscription_details subscription_item_details items has_more lines pricing price_details "
    "status active paid refunded amount amount_due amount_paid amount_remaining amount_refunded amount_off percent_off subtotal total currency "
    "quantity unit_amount unit_amount_decimal billing_scheme tiers tiers_mode up_to flat_amount flat_amount_decimal transform_quantity divide_by "
    "round recurring interval interval_count usage_type tax_behavior tax_rates default_tax_rates percentage inclusive lookup_key "
    "duration duration_in_months applies_to products start end start_date end_date phases current_phase iterations period "
    "trial_start trial_end current_period_start current_period_end billing_cycle_anchor cancel_at cancel_at_period_end canceled_at ended_at "
    "cancellation_details reason pause_collection behavior resumes_at collection_method billing_reason billing_mode proration proration_details "
    "proration_behavior attempt_count attempted finalized_at paid_at voided_at marked_uncollectible_at status_transitions pending_update "
    "metadata business_id business_type";

bool isKept(std::string_view name)
{
    // Names of one length and first letter are few.
    constexpr size_t kLongest = 32;
    constexpr size_t kLetters = 32;
    static const auto kept = [] {
        std::array<std::vector<std::string_view>, kLongest * kLetters> all;
        for (size_t from = 0; from < kKeptFields.size();) {
            const size_t end = std::min(kKeptFields.find(' ', from), kKeptFields.size());
            const std::string_view field = kKeptFields.substr(from, end - from);
            all[field.size() * kLetters + static_cast<size_t>(field.front()) % kLetters].push_back(field);
            from = end + 1;
        }
        return all;
    }();
    if (name.empty() || name.size() >= kLongest) {
        return false;
    }
    const auto& alike = kept[name.size() * kLetters + static_cast<unsigned char>(name.front()) % kLetters];
    return std::find(alike.begin(), alike.end(), name) != alike.end();
}

namespace od = simdjson::ondemand;

/// As it stands between the quotes: names that are kept have no escapes, so one that has is none of them.
std::string_view nameIn(od::field& field)
{
    const char* const begin = field.key().raw();
    return {begin, static_cast<size_t>(std::strchr(begin, '"') - begin)};
}

simdjson::error_code strip(od::value value, bool isMetadata, std::string* out);

simdjson::error_code strip(od::object object, bool isMetadata, std::string* out)
{
    *out += '{';
    bool isFirst = true;
    for (auto next : object) {
        od::field field;
        if (const auto error = std::move(next).get(field)) {
            return error;
        }
        const std::string_view name = nameIn(field);
        // What people put into metadata can have any name: of it two fields of ours are kept.
        if (isMetadata ? name != "business_id" && name != "business_type" : !isKept(name)) {
            continue;
        }
        *out += std::exchange(isFirst, false) ? "\"" : ",\"";
        *out += name;
        *out += "\":";
        if (const auto error = strip(field.value(), name == "metadata", out)) {
            return error;
        }
    }
    *out += '}';
    return simdjson::SUCCESS;
}

simdjson::error_code strip(od::array array, std::string* out)
{
    *out += '[';
    bool isFirst = true;
    for (auto next : array) {
        od::value element;
        if (const auto error = std::move(next).get(element)) {
            return error;
        }
        if (!std::exchange(isFirst, false)) {
            *out += ',';
        }
        if (const auto error = strip(element, false, out)) {
            return error;
        }
    }
    *out += ']';
    return simdjson::SUCCESS;
}

simdjson::error_code strip(od::value value, bool isMetadata, std::string* out)
{
    od::json_type type{};
    if (const auto error = value.type().get(type)) {
        return error;
    }
    if (type == od::json_type::object) {
        od::object object;
        const auto error = value.get_object().get(object);
        return error ? error : strip(object, isMetadata, out);
    }
    if (type == od::json_type::array) {
        od::array array;
        const auto error = value.get_array().get(array);
        return error ? error : strip(array, out);
    }
    std::string_view token = value.raw_json_token();
    token.remove_suffix(token.size() - 1 - token.find_last_not_of(" \t\r\n"));
    *out += token;
    return simdjson::SUCCESS;
}

/// Each once.
std::vector<const stripe::Received<stripe::Event>*> notLogged(Database& db, const std::vector<stripe::Received<stripe::Event>>& events)
{
    std::vector<const stripe::Received<stripe::Event>*> fresh;
    QSet<QString> ids;
    Query known(db, "SELECT 1 FROM event_log WHERE id = ?");
    for (const auto& received : events) {
        const QString& id = received.object.id;
        known.bind(id);
        if (!known.next() && !ids.contains(id)) {
            ids.insert(id);
            fresh.push_back(&received);
        }
        known.reset();
    }
    return fresh;
}

/// Of many, a thread beside this one does half.
std::vector<QByteArray> packedForLog(const std::vector<const stripe::Received<stripe::Event>*>& events)
{
    constexpr size_t kMany = 32;
    std::vector<QByteArray> packed(events.size());
    const auto pack = [&events, &packed](size_t from, size_t to) {
        for (size_t i = from; i < to; ++i) {
            packed[i] = packedJson("events", strippedEvent(events[i]->json));
        }
    };
    const size_t own = events.size() < kMany ? events.size() : events.size() / 2;
    std::future<void> others;
    if (own < events.size()) {
        others = std::async(std::launch::async, [&pack, own, all = events.size()] { pack(own, all); });
    }
    pack(0, own);
    if (others.valid()) {
        others.get(); // throws what that threw
    }
    return packed;
}

void eventLogThrough(Database& db, EventLogState* state)
{
    Query told(db, "SELECT through_ms, through_by, webhook_ms, cursor FROM event_log_state");
    if (told.next()) {
        const QString by = told.text(1);
        state->throughMs = told.integer(0);
        state->throughBy = by == wordOf(ThroughBy::Webhook) ? ThroughBy::Webhook : by == wordOf(ThroughBy::Poll) ? ThroughBy::Poll : ThroughBy::Sync;
        state->webhookMs = told.integer(2);
        state->cursor = told.integer(3);
    }
}

} // namespace

QString wordOf(ThroughBy by)
{
    switch (by) {
    case ThroughBy::Sync: return QStringLiteral("sync");
    case ThroughBy::Poll: return QStringLiteral("poll");
    case ThroughBy::Webhook: return QStringLiteral("webhook");
    }
    return {};
}

QByteArray strippedEvent(const QByteArray& json)
{
    thread_local od::parser parser;
    const simdjson::padded_string padded(json.constData(), static_cast<size_t>(json.size()));
    od::document document;
    od::object object;
    std::string kept;
    kept.reserve(static_cast<size_t>(json.size()));
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS || document.get_object().get(object) != simdjson::SUCCESS || strip(object, false, &kept) != simdjson::SUCCESS) {
        return {};
    }
    return QByteArray::fromStdString(kept);
}

Result<QStringList> EventLog::append(const std::vector<stripe::Received<stripe::Event>>& events, EventSource source, qint64 receivedMs)
{
    return guarded(m_db, [&]() -> Result<QStringList> {
        QStringList added;
        WriteScope scope(m_db);
        const std::vector<const stripe::Received<stripe::Event>*> fresh = notLogged(m_db, events);
        const std::vector<QByteArray> packed = packedForLog(fresh);
        Query insert(m_db, "INSERT INTO event_log(id, created, type, object_id, customer_id, raw, source, received_ms, deed) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
        const QString deed = wordOf(source == EventSource::Backfill ? EventDeed::Listed : EventDeed::Waiting);
        for (size_t i = 0; i < fresh.size(); ++i) {
            const stripe::Event& event = fresh[i]->object;
            const QString customer = event.objectType == QLatin1String("customer") ? event.objectId : event.customerId;
            insert.bind(event.id).bind(event.created).bind(event.type).bind(event.objectId).bind(customer).bind(packed[i]);
            insert.bind(wordOf(source)).bind(receivedMs).bind(deed);
            insert.run();
            added << event.id;
        }
        if (source == EventSource::Webhook && !events.empty()) {
            Query(m_db, "INSERT INTO event_log_state(only, through_ms, webhook_ms) VALUES(1, 0, ?1) ON CONFLICT(only) DO UPDATE SET webhook_ms = max(webhook_ms, ?1)").bind(receivedMs).run();
        }
        if (!added.isEmpty()) {
            countersAdd(m_db, {{QLatin1String(kEventsCounter), {{QStringLiteral("source"), wordOf(source)}}, added.size()}});
        }
        scope.commit();
        return added;
    });
}

Status EventLog::listedThrough(qint64 askedMs, ThroughBy by, qint64 nowMs)
{
    return guarded(m_db, [&]() -> Status {
        WriteScope scope(m_db);
        EventLogState known;
        eventLogThrough(m_db, &known);
        const qint64 before = known.throughMs;
        if (known.throughAfter(askedMs, nowMs) != before) {
            // What a webhook brought since it was asked says nothing of what the list did not show yet.
            Query newest(m_db, "SELECT created FROM event_log WHERE source IN ('poll', 'backfill') OR received_ms <= ? ORDER BY created DESC LIMIT 1");
            newest.bind(askedMs);
            const qint64 cursor = newest.next() ? newest.integer(0) : 0;
            Query through(m_db, "INSERT INTO event_log_state(only, through_ms, through_by, cursor) VALUES(1, ?, ?, ?) "
                                "ON CONFLICT(only) DO UPDATE SET through_ms = excluded.through_ms, through_by = excluded.through_by, cursor = max(cursor, excluded.cursor)");
            through.bind(askedMs).bind(wordOf(by)).bind(cursor).run();
        }
        if (before > 0 && askedMs - kEventsKeptMs > before) {
            Query gap(m_db, "INSERT INTO event_log_gaps(from_ms, to_ms) VALUES(?, ?)");
            gap.bind(before).bind(askedMs - kEventsKeptMs).run();
        }
        scope.commit();
        return {};
    });
}

Result<EventLogState> EventLog::through() const
{
    return guarded(m_db, [&]() -> Result<EventLogState> {
        EventLogState state;
        eventLogThrough(m_db, &state);
        return state;
    });
}

Result<EventLogState> EventLog::state() const
{
    return guarded(m_db, [&]() -> Result<EventLogState> {
        ReadScope scope(m_db);
        EventLogState state;
        state.entries = m_db.integer("SELECT count(*) FROM event_log");
        eventLogThrough(m_db, &state);
        Query gaps(m_db, "SELECT from_ms, to_ms FROM event_log_gaps ORDER BY from_ms");
        while (gaps.next()) {
            state.gaps.push_back({gaps.integer(0), gaps.integer(1)});
        }
        return state;
    });
}

Status EventLog::forEach(const std::function<void(const LoggedEvent&)>& visit) const
{
    return guarded(m_db, [&]() -> Status {
        Query query(m_db, "SELECT id, created, type, object_id, customer_id, raw FROM event_log ORDER BY created, n");
        while (query.next()) {
            visit({query.text(0), query.integer(1), query.text(2), query.text(3), query.text(4), unpackedJson(query.blob(5))});
        }
        return {};
    });
}

} // namespace ch::store
