// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Marks.h"

#include "store/Database.h"

namespace ch::store {

QString wordOf(MarkKind kind)
{
    switch (kind) {
    case MarkKind::TakeDown: return QStringLiteral("take_down");
    case MarkKind::AtRisk: return QStringLiteral("at_risk");
    }
    return {};
}

Result<bool> Marks::put(const Mark& mark, EventEffect effect)
{
    return guarded(m_db, [&]() -> Result<bool> {
        WriteScope scope(m_db);
        if (effect != EventEffect::None) {
            Query had(m_db, "SELECT 1 FROM event_log WHERE id = ? AND effect NOT IN ('', 'pending')");
            had.bind(mark.eventId);
            if (had.next()) {
                return false;
            }
            Query(m_db, "UPDATE event_log SET effect = ? WHERE id = ?").bind(wordOf(effect)).bind(mark.eventId).run();
        }
        const bool isNew = Query(m_db, "INSERT INTO marks(business_id, kind, customer_id, object_id, event_id, since_ms) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(business_id, kind) DO NOTHING")
                               .bind(mark.businessId)
                               .bind(wordOf(mark.kind))
                               .bind(mark.customerId)
                               .bind(mark.objectId)
                               .bind(mark.eventId)
                               .bind(mark.sinceMs)
                               .run() > 0;
        scope.commit();
        return isNew;
    });
}

Result<bool> Marks::holds(const QString& businessId, MarkKind kind, const QString& objectId) const
{
    return guarded(m_db, [&]() -> Result<bool> {
        Query query(m_db, "SELECT 1 FROM marks WHERE business_id = ? AND kind = ? AND object_id = ?");
        query.bind(businessId).bind(wordOf(kind)).bind(objectId);
        return query.next();
    });
}

Result<bool> Marks::replace(const QString& businessId, MarkKind kind, const QString& objectId, const std::optional<Mark>& next)
{
    return guarded(m_db, [&]() -> Result<bool> {
        WriteScope scope(m_db);
        const auto removed = remove(businessId, kind, objectId);
        const auto put = removed && *removed && next ? this->put(*next) : removed;
        if (!put) {
            return put;
        }
        scope.commit();
        return removed;
    });
}

Result<bool> Marks::remove(const QString& businessId, MarkKind kind, const QString& objectId)
{
    return guarded(m_db, [&]() -> Result<bool> {
        return Query(m_db, "DELETE FROM marks WHERE business_id = ?1 AND kind = ?2 AND (?3 = '' OR object_id = ?3)").bind(businessId).bind(wordOf(kind)).bind(objectId).run() > 0;
    });
}

Result<bool> Marks::removeOfDeleted(const QString& customerId)
{
    return guarded(m_db, [&]() -> Result<bool> {
        return Query(m_db, "DELETE FROM marks WHERE customer_id = ?1 AND (kind = ?2 OR NOT EXISTS (SELECT 1 FROM records r WHERE r.business_id = marks.business_id))")
                   .bind(customerId)
                   .bind(wordOf(MarkKind::AtRisk))
                   .run() > 0;
    });
}

Result<bool> Marks::isBeingTakenDown(const QStringList& businessIds) const
{
    return guarded(m_db, [&]() -> Result<bool> {
        for (const QString& id : businessIds) {
            Query query(m_db, "SELECT 1 FROM operations WHERE kind = 'take_down' AND business_id = ? AND state IN ('running', 'waiting', 'unknown')");
            query.bind(id);
            if (query.next()) {
                return true;
            }
        }
        return false;
    });
}

Result<std::vector<Mark>> Marks::open() const
{
    return guarded(m_db, [&]() -> Result<std::vector<Mark>> {
        Query query(m_db, "SELECT business_id, kind, customer_id, object_id, event_id, since_ms FROM marks m WHERE "
                          "NOT EXISTS (SELECT 1 FROM records r WHERE r.business_id = m.business_id AND r.taken_down_at_ms <> 0) "
                          "AND NOT EXISTS (SELECT 1 FROM operations o WHERE o.kind = 'take_down' AND o.business_id IN (m.business_id, m.customer_id) "
                          "AND o.state IN ('running', 'waiting', 'unknown')) ORDER BY since_ms, business_id");
        std::vector<Mark> all;
        while (query.next()) {
            const MarkKind kind = query.text(1) == wordOf(MarkKind::AtRisk) ? MarkKind::AtRisk : MarkKind::TakeDown;
            all.push_back({query.text(0), kind, query.text(2), query.text(3), query.text(4), query.integer(5)});
        }
        return all;
    });
}

} // namespace ch::store
