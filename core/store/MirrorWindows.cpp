// SPDX-License-Identifier: GPL-3.0-or-later
// How far the windows of a backfill came, and what changed while they were being read, in Mirror.
#include "store/MirrorPrivate.h"

#include <QMap>

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

Result<std::vector<ObjectRef>> Mirror::changedDuring(qint64 run) const
{
    return d->safely([&]() -> Result<std::vector<ObjectRef>> {
        // Stripe's own times alone are compared: the second of the newest event at the start, and the events that were known of it.
        Query query(*d->db, "WITH mark(ids) AS (SELECT ' ' || newest_events || ' ' FROM runs WHERE run = ?1 AND newest_events IS NOT NULL), "
                            "known(second) AS (SELECT coalesce(max(created), 0) FROM events, mark WHERE instr(ids, ' ' || id || ' ') > 0) "
                            "SELECT object_type, object_id, max(e.created), max(owner_id) FROM events e, mark, known WHERE e.run = ?1 AND e.created >= second "
                            "AND instr(ids, ' ' || e.id || ' ') = 0 GROUP BY object_type, object_id ORDER BY object_type, object_id");
        query.bind(run);
        QMap<std::pair<int, QString>, qint64> latest;
        while (query.next()) {
            // A discount is no object of its own: it stands in the customer that has it.
            const bool isDiscount = query.text(0) == QLatin1String("discount");
            const std::optional<ObjectList> list = isDiscount ? ObjectList::Customers : objectListOf(query.text(0));
            const QString id = query.text(isDiscount ? 3 : 1);
            if (list && !id.isEmpty()) {
                qint64& second = latest[{static_cast<int>(*list), id}];
                second = std::max(second, query.integer(2));
            }
        }
        std::vector<ObjectRef> changed;
        for (auto entry = latest.constBegin(); entry != latest.constEnd(); ++entry) {
            const ObjectRef object{static_cast<ObjectList>(entry.key().first), entry.key().second};
            if (!windowIsReadSince(*d->db, object, *entry)) {
                changed.push_back(object);
            }
        }
        return changed;
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
