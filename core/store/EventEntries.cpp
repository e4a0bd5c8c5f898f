// SPDX-License-Identifier: GPL-3.0-or-later
// How events came and what they did, in EventLog.
#include "store/Counters.h"
#include "store/Database.h"
#include "store/EventLog.h"
#include "store/RawPack.h"

#include <array>
#include <map>

namespace ch::store {

namespace {

constexpr std::array kEventSources = {EventSource::Backfill, EventSource::Poll, EventSource::Webhook, EventSource::Replay};
constexpr std::array kEventDeeds = {EventDeed::Listed, EventDeed::Waiting, EventDeed::Applied, EventDeed::ReadAgain, EventDeed::Removed, EventDeed::Older, EventDeed::Nothing, EventDeed::Failed};
constexpr std::array kEventEffects = {EventEffect::None, EventEffect::MarkedForTakedown, EventEffect::TakenDown, EventEffect::Notified, EventEffect::Pending};

template <typename T, size_t N>
T eventValueOf(const QString& word, const std::array<T, N>& all)
{
    for (const T one : all) {
        if (wordOf(one) == word) {
            return one;
        }
    }
    return all.front();
}

/// From which entry on some are pending: without it all of the log would have to be read for them. Beside the switches, and none of a person's.
constexpr char kPendingFromKey[] = "events_pending_from";

/// Within a transaction of the caller's.
void eventIsPending(Database& db, const QString& id)
{
    Query(db, "INSERT INTO settings(key, value) SELECT ?1, CAST(n AS TEXT) FROM event_log WHERE id = ?2 "
              "ON CONFLICT(key) DO UPDATE SET value = excluded.value WHERE CAST(excluded.value AS INTEGER) < CAST(value AS INTEGER)")
        .bind(QLatin1String(kPendingFromKey))
        .bind(id)
        .run();
}

constexpr char kLoggedColumns[] = "id, created, type, object_id, customer_id, raw";

LoggedEvent loggedEvent(const Query& query)
{
    return {query.text(0), query.integer(1), query.text(2), query.text(3), query.text(4), unpackedJson(query.blob(5))};
}

} // namespace

QString wordOf(EventSource source)
{
    switch (source) {
    case EventSource::Poll: return QStringLiteral("poll");
    case EventSource::Webhook: return QStringLiteral("webhook");
    case EventSource::Backfill: return QStringLiteral("backfill");
    case EventSource::Replay: return QStringLiteral("replay");
    }
    return {};
}

QString wordOf(EventDeed deed)
{
    switch (deed) {
    case EventDeed::Waiting: return QStringLiteral("waiting");
    case EventDeed::Listed: return QStringLiteral("listed");
    case EventDeed::Applied: return QStringLiteral("applied");
    case EventDeed::ReadAgain: return QStringLiteral("read_again");
    case EventDeed::Removed: return QStringLiteral("removed");
    case EventDeed::Older: return QStringLiteral("older");
    case EventDeed::Nothing: return QStringLiteral("nothing");
    case EventDeed::Failed: return QStringLiteral("failed");
    }
    return {};
}

QString wordOf(EventEffect effect)
{
    switch (effect) {
    case EventEffect::None: return {};
    case EventEffect::MarkedForTakedown: return QStringLiteral("marked_for_take_down");
    case EventEffect::TakenDown: return QStringLiteral("taken_down");
    case EventEffect::Notified: return QStringLiteral("notified");
    case EventEffect::Pending: return QStringLiteral("pending");
    }
    return {};
}

ThroughBy throughByOf(const QString& word)
{
    return word == wordOf(ThroughBy::Webhook) ? ThroughBy::Webhook : word == wordOf(ThroughBy::Poll) ? ThroughBy::Poll : ThroughBy::Sync;
}

Status EventLog::done(const std::vector<Done>& events)
{
    return guarded(m_db, [&]() -> Status {
        WriteScope scope(m_db);
        const std::string write = "UPDATE event_log SET deed = ?1, effect = CASE WHEN effect IN ('', 'pending') THEN ?2 ELSE effect END, why = ?3 WHERE id = ?4 AND deed ";
        Query waited(m_db, write + "= 'waiting'");
        Query again(m_db, write + "<> 'waiting'");
        std::map<EventDeed, qint64> byDeed;
        for (const Done& event : events) {
            const auto told = [&event](Query& query) { return query.bind(wordOf(event.deed)).bind(wordOf(event.effect)).bind(event.why).bind(event.id).run() > 0; };
            if (told(waited)) {
                ++byDeed[event.deed];
            } else {
                (void)told(again); // no second event
            }
            if (event.effect == EventEffect::Pending) {
                eventIsPending(m_db, event.id);
            }
        }
        for (const auto& [deed, count] : byDeed) {
            if (count > 0) {
                countersAdd(m_db, {{QLatin1String(kEventsDoneCounter), {{QStringLiteral("result"), wordOf(deed)}}, count}});
            }
        }
        scope.commit();
        return {};
    });
}

Status EventLog::setEffect(const QString& id, EventEffect effect)
{
    return guarded(m_db, [&]() -> Status {
        Query(m_db, "UPDATE event_log SET effect = ? WHERE id = ?").bind(wordOf(effect)).bind(id).run();
        return {};
    });
}

Result<std::vector<LoggedEvent>> EventLog::pending() const
{
    return guarded(m_db, [&]() -> Result<std::vector<LoggedEvent>> {
        std::vector<LoggedEvent> all;
        Query query(m_db, std::string("SELECT ") + kLoggedColumns + " FROM event_log WHERE n >= (SELECT CAST(value AS INTEGER) FROM settings WHERE key = ?) "
                          "AND effect = 'pending' ORDER BY created, n");
        query.bind(QLatin1String(kPendingFromKey));
        while (query.next()) {
            all.push_back(loggedEvent(query));
        }
        return all;
    });
}

Status EventLog::settle(const std::vector<std::pair<QString, EventEffect>>& events)
{
    return guarded(m_db, [&]() -> Status {
        WriteScope scope(m_db);
        Query write(m_db, "UPDATE event_log SET effect = ? WHERE id = ? AND effect = 'pending'");
        for (const auto& [id, effect] : events) {
            write.bind(wordOf(effect)).bind(id);
            write.run();
        }
        Query left(m_db, "SELECT CAST(min(e.n) AS TEXT) FROM settings s JOIN event_log e ON e.n >= CAST(s.value AS INTEGER) AND e.effect = 'pending' WHERE s.key = ?");
        left.bind(QLatin1String(kPendingFromKey));
        const QString first = left.next() && !left.isNull(0) ? left.text(0) : QString();
        left.reset();
        Query(m_db, first.isEmpty() ? "DELETE FROM settings WHERE key = ?1 AND ?2 = ''" : "UPDATE settings SET value = ?2 WHERE key = ?1")
            .bind(QLatin1String(kPendingFromKey))
            .bind(first)
            .run();
        scope.commit();
        return {};
    });
}

Status EventLog::waitAgain(const QString& id)
{
    return guarded(m_db, [&]() -> Status {
        if (Query(m_db, "UPDATE event_log SET deed = 'waiting', effect = '' WHERE id = ?").bind(id).run() == 0) {
            return fail(ErrorKind::NotFound, QStringLiteral("There is no event %1 in the log.").arg(id.left(60)));
        }
        return {};
    });
}

Result<std::vector<LoggedEvent>> EventLog::waiting(qint64 receivedBeforeMs) const
{
    return guarded(m_db, [&]() -> Result<std::vector<LoggedEvent>> {
        std::vector<LoggedEvent> all;
        Query query(m_db, std::string("SELECT ") + kLoggedColumns + " FROM event_log WHERE deed = 'waiting' AND received_ms < ? ORDER BY created, n");
        query.bind(receivedBeforeMs);
        while (query.next()) {
            all.push_back(loggedEvent(query));
        }
        return all;
    });
}

Result<qint64> EventLog::waitingCount() const
{
    return guarded(m_db, [&]() -> Result<qint64> { return m_db.integer("SELECT count(*) FROM event_log WHERE deed = 'waiting'"); });
}

Result<QStringList> EventLog::waitingAmong(const QStringList& ids) const
{
    return guarded(m_db, [&]() -> Result<QStringList> {
        QStringList waiting;
        for (const QString& id : ids) {
            Query query(m_db, "SELECT 1 FROM event_log WHERE id = ? AND deed = 'waiting'");
            query.bind(id);
            if (query.next()) {
                waiting << id;
            }
        }
        return waiting;
    });
}

Status EventLog::waitWhereUnread(const QStringList& ids)
{
    if (ids.isEmpty()) {
        return {};
    }
    return guarded(m_db, [&]() -> Status {
        WriteScope scope(m_db);
        Query wait(m_db, "UPDATE event_log SET deed = 'waiting' WHERE id = ? AND deed = 'listed' AND n > (SELECT max(considered_n) FROM event_log_state WHERE through_ms > 0)");
        for (const QString& id : ids) {
            wait.bind(id).run();
        }
        scope.commit();
        return {};
    });
}

Result<std::vector<LoggedEvent>> EventLog::notConsidered(const QStringList& types) const
{
    return guarded(m_db, [&]() -> Result<std::vector<LoggedEvent>> {
        std::vector<LoggedEvent> all;
        Query query(m_db, std::string("SELECT ") + kLoggedColumns + " FROM event_log WHERE n > (SELECT coalesce(max(considered_n), 0) FROM event_log_state) "
                          "AND deed = 'listed' AND instr(?, ' ' || type || ' ') > 0 ORDER BY created, n");
        query.bind(QLatin1Char(' ') + types.join(QLatin1Char(' ')) + QLatin1Char(' '));
        while (query.next()) {
            all.push_back(loggedEvent(query));
        }
        return all;
    });
}

Status EventLog::considered()
{
    return guarded(m_db, [&]() -> Status {
        Query(m_db, "INSERT INTO event_log_state(only, through_ms, considered_n) SELECT 1, 0, coalesce(max(n), 0) FROM event_log WHERE true "
                    "ON CONFLICT(only) DO UPDATE SET considered_n = excluded.considered_n").run();
        return {};
    });
}

Result<FoundEvents> EventLog::find(const EventQuery& wanted) const
{
    return guarded(m_db, [&]() -> Result<FoundEvents> {
        Query query(m_db, "SELECT n, id, created, type, object_id, customer_id, source, received_ms, deed, effect, why FROM event_log WHERE (?1 = 0 OR n < ?1) "
                          "AND (?2 = '' OR source = ?2) AND (?3 = '' OR deed = ?3) "
                          "AND (?4 = '' OR instr(lower(id || ' ' || type || ' ' || object_id || ' ' || customer_id), lower(?4)) > 0) ORDER BY n DESC LIMIT ?5");
        const qint64 most = qMax(0, wanted.most);
        query.bind(wanted.olderThan).bind(wanted.source ? wordOf(*wanted.source) : QString()).bind(wanted.deed ? wordOf(*wanted.deed) : QString()).bind(wanted.text).bind(most + 1);
        FoundEvents found;
        while (query.next()) {
            if (static_cast<qint64>(found.entries.size()) == most) {
                found.more = true;
                break;
            }
            found.entries.push_back({query.integer(0), query.text(1), query.integer(2), query.text(3), query.text(4), query.text(5), eventValueOf(query.text(6), kEventSources),
                query.integer(7), eventValueOf(query.text(8), kEventDeeds), eventValueOf(query.text(9), kEventEffects), query.text(10)});
        }
        return found;
    });
}

} // namespace ch::store
