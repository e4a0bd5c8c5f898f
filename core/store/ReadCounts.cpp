// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/ReadCounts.h"

#include "store/Database.h"

namespace ch::store {

Status ReadCounts::add(const QString& day, const QMap<QString, qint64>& amounts)
{
    return guarded(m_db, [&]() -> Status {
        WriteScope scope(m_db);
        Query write(m_db, "INSERT INTO reads(day, purpose, amount) VALUES(?, ?, ?) ON CONFLICT(day, purpose) DO UPDATE SET amount = amount + excluded.amount");
        for (auto amount = amounts.constBegin(); amount != amounts.constEnd(); ++amount) {
            write.bind(day).bind(amount.key()).bind(amount.value());
            write.run();
        }
        scope.commit();
        return {};
    });
}

Result<QMap<QString, qint64>> ReadCounts::between(const QString& firstDay, const QString& lastDay) const
{
    return guarded(m_db, [&]() -> Result<QMap<QString, qint64>> {
        QMap<QString, qint64> amounts;
        Query query(m_db, "SELECT purpose, sum(amount) FROM reads WHERE day >= ? AND day <= ? GROUP BY purpose");
        query.bind(firstDay).bind(lastDay);
        while (query.next()) {
            amounts.insert(query.text(0), query.integer(1));
        }
        return amounts;
    });
}

} // namespace ch::store
