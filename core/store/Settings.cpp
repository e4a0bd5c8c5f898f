// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Settings.h"

#include "store/Database.h"
#include "store/RecordsFile.h"

namespace ch::store {

Result<QString> Settings::value(const QString& key) const
{
    Database& db = m_file.database();
    return guarded(db, [&]() -> Result<QString> {
        Query query(db, "SELECT value FROM settings WHERE key = ?");
        query.bind(key);
        return query.next() ? query.text(0) : QString();
    });
}

Result<bool> Settings::change(const QString& key, const QString& value, const AuditEntry& entry)
{
    return m_file.changeWithTrail(entry, [&](Database& db) {
        return Query(db, "INSERT INTO settings(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2 WHERE value <> ?2").bind(key).bind(value).run() > 0;
    });
}

Result<std::vector<Protection>> Settings::protections() const
{
    Database& db = m_file.database();
    return guarded(db, [&]() -> Result<std::vector<Protection>> {
        std::vector<Protection> all;
        Query query(db, "SELECT business_id, since_ms, who FROM protected ORDER BY business_id");
        while (query.next()) {
            all.push_back({query.text(0), query.integer(1), query.text(2)});
        }
        return all;
    });
}

Result<QString> Settings::firstProtected(const QStringList& ids) const
{
    Database& db = m_file.database();
    return guarded(db, [&]() -> Result<QString> {
        for (const QString& id : ids) {
            Query query(db, "SELECT 1 FROM protected WHERE business_id = ?");
            query.bind(id);
            if (query.next()) {
                return id;
            }
        }
        return QString();
    });
}

Result<bool> Settings::protect(const Protection& protection, const AuditEntry& entry)
{
    return m_file.changeWithTrail(entry, [&](Database& db) {
        return Query(db, "INSERT INTO protected(business_id, since_ms, who) VALUES(?, ?, ?) ON CONFLICT(business_id) DO NOTHING")
                   .bind(protection.businessId)
                   .bind(protection.sinceMs)
                   .bind(protection.who)
                   .run() > 0;
    });
}

Result<bool> Settings::unprotect(const QString& businessId, const AuditEntry& entry)
{
    return m_file.changeWithTrail(entry, [&](Database& db) { return Query(db, "DELETE FROM protected WHERE business_id = ?").bind(businessId).run() > 0; });
}

} // namespace ch::store
