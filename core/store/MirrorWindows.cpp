// SPDX-License-Identifier: GPL-3.0-or-later
// How far the windows of a backfill came, and what changed while they were being read, in Mirror.
#include "store/MirrorPrivate.h"
#include "store/RawPack.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace ch::store {

namespace {

/// Stripe's clock and ours are taken to agree so far.
constexpr qint64 kWindowClocksDifferMs = 10LL * 60 * 1000;

/// Whether the mirror's copy was received so long after the event that it must hold what the event tells.
bool windowIsReadSince(Database& db, const ObjectRef& object, qint64 eventSeconds)
{
    Query query(db, "SELECT received_ms FROM " + objectListName(object.list).toStdString() + " WHERE id = ?");
    query.bind(object.id);
    return query.next() && query.integer(0) > (eventSeconds + 1) * 1000 + kWindowClocksDifferMs;
}

} // namespace

void mirrorWriteWindow(Database& db, const WindowProgress& window)
{
    Query(db, "INSERT INTO windows(run, list, pass, before_s, from_s, starting_after, objects, newest, oldest, ended) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
              "ON CONFLICT(run, list, pass, before_s) DO UPDATE SET from_s = excluded.from_s, starting_after = excluded.starting_after, "
              "objects = excluded.objects, newest = excluded.newest, oldest = excluded.oldest, ended = excluded.ended")
        .bind(window.run)
        .bind(static_cast<int>(window.list))
        .bind(window.pass)
        .bind(window.before)
        .bind(window.from)
        .bind(window.startingAfter)
        .bind(window.objects)
        .bind(window.newest)
        .bind(window.oldest)
        .bind(window.ended)
        .run();
}

void mirrorWriteNewestEvents(Database& db, qint64 run, const QStringList& ids)
{
    Query(db, "UPDATE runs SET newest_events = ? WHERE run = ?").bind(ids.join(QLatin1Char(' '))).bind(run).run();
}

QString mirrorGapIn(Database& db, qint64 run)
{
    Query query(db, "SELECT w.list, w.pass, w.from_s, w.before_s, w.ended FROM windows w JOIN progress p ON p.run = w.run AND p.list = w.list AND p.ended = 1 "
                    "WHERE w.run = ? ORDER BY w.list, w.pass, w.before_s");
    query.bind(run);
    std::optional<std::pair<ObjectList, qint64>> walk; // the list and pass under way, and up to when it is covered
    qint64 pass = 0;
    while (query.next()) {
        const auto list = static_cast<ObjectList>(query.integer(0));
        const bool isNext = walk && walk->first == list && pass == query.integer(1);
        if (!isNext && walk && walk->second != WindowProgress::kEnd) {
            return objectListName(walk->first);
        }
        if (query.integer(2) != (isNext ? walk->second : WindowProgress::kBegin) || query.integer(4) == 0) {
            return objectListName(list);
        }
        walk = std::pair(list, query.integer(3));
        pass = query.integer(1);
    }
    return walk && walk->second != WindowProgress::kEnd ? objectListName(walk->first) : QString();
}

Result<std::vector<WindowProgress>> Mirror::windows(qint64 run) const
{
    return d->safely([&]() -> Result<std::vector<WindowProgress>> {
        std::vector<WindowProgress> windows;
        Query query(*d->db, "SELECT list, pass, before_s, from_s, starting_after, objects, newest, oldest, ended FROM windows WHERE run = ? "
                            "ORDER BY list, pass, before_s DESC");
        query.bind(run);
        while (query.next()) {
            windows.push_back({static_cast<ObjectList>(query.integer(0)), run, static_cast<int>(query.integer(1)), query.integer(2), query.integer(3), query.text(4),
                               query.integer(5), query.integer(6), query.integer(7), query.integer(8) != 0});
        }
        return windows;
    });
}

Result<bool> Mirror::hasSeenEvents(qint64 run) const
{
    return d->safely([&]() -> Result<bool> {
        Query query(*d->db, "SELECT 1 FROM runs WHERE run = ? AND newest_events IS NOT NULL");
        query.bind(run);
        return query.next();
    });
}

Status Mirror::forEachEventDuring(qint64 run, const QStringList& shown, const std::function<void(const stripe::Event& event, const QByteArray& json)>& visit) const
{
    return d->safely([&]() -> Status {
        // Stripe's own times alone are compared: the second of the newest event at the start, and the events that were known of it.
        Query query(*d->db, "WITH mark(ids) AS (SELECT ' ' || newest_events || ' ' FROM runs WHERE run = ?1 AND newest_events IS NOT NULL), "
                            "known(second) AS (SELECT coalesce(max(created), 0) FROM events, mark WHERE instr(ids, ' ' || id || ' ') > 0) "
                            "SELECT e.id, e.type, e.object_type, e.object_id, e.created, CASE WHEN instr(?2, ' ' || e.object_type || ' ') > 0 THEN e.raw END "
                            "FROM events e, mark, known WHERE e.run = ?1 AND e.created >= second AND instr(ids, ' ' || e.id || ' ') = 0");
        query.bind(run).bind(QLatin1Char(' ') + shown.join(QLatin1Char(' ')) + QLatin1Char(' '));
        while (query.next()) {
            stripe::Event event;
            event.id = query.text(0);
            event.type = query.text(1);
            event.objectType = query.text(2);
            event.objectId = query.text(3);
            event.created = query.integer(4);
            const QByteArray json = query.isNull(5) ? QByteArray() : unpackedJson(query.blob(5));
            const Result<stripe::Event> whole = json.isEmpty() ? Result<stripe::Event>(std::move(event)) : stripe::parseObject<stripe::Event>(json, stripe::JsonText::Checked);
            if (!whole) {
                return fail(whole.error());
            }
            visit(*whole, json);
        }
        return {};
    });
}

Result<std::vector<ObjectRef>> Mirror::notReadSince(const std::vector<ToldObject>& objects) const
{
    return d->safely([&]() -> Result<std::vector<ObjectRef>> {
        std::vector<ObjectRef> older;
        for (const ToldObject& told : objects) {
            if (!windowIsReadSince(*d->db, told.object, told.created)) {
                older.push_back(told.object);
            }
        }
        return older;
    });
}

Result<std::vector<ObjectRef>> Mirror::unsettledOf(const QStringList& subscriptionIds, const QStringList& invoiceIds) const
{
    return d->safely([&]() -> Result<std::vector<ObjectRef>> {
        std::vector<ObjectRef> found;
        // One statement for all: a first backfill has no index of invoices by their subscription yet.
        const auto add = [&](ObjectList list, const QStringList& ids, const char* sql) {
            if (ids.isEmpty()) {
                return;
            }
            Query query(*d->db, sql);
            query.bind(QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(ids)).toJson(QJsonDocument::Compact)));
            while (query.next()) {
                found.push_back({list, query.text(0)});
            }
        };
        add(ObjectList::Invoices, subscriptionIds, "SELECT id FROM invoices WHERE subscription_id <> '' AND subscription_id IN (SELECT value FROM json_each(?)) "
                                                   "AND status IN ('draft', 'open') AND hidden <> 1");
        add(ObjectList::InvoicePayments, invoiceIds, "SELECT id FROM invoice_payments WHERE invoice_id IN (SELECT value FROM json_each(?)) AND status = 'open'");
        return found;
    });
}

Status Mirror::unsee(const ObjectRef& object, qint64 run)
{
    return d->safely([&]() -> Status {
        Query(*d->db, "UPDATE " + objectListName(object.list).toStdString() + " SET run = ?, received_ms = 0 WHERE id = ? AND run = ?")
            .bind(run - 1)
            .bind(object.id)
            .bind(run)
            .run();
        return {};
    });
}

} // namespace ch::store
