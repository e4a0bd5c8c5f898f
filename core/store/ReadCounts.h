// SPDX-License-Identifier: GPL-3.0-or-later
// How many GETs were sent to Stripe, by UTC day and by whose work they were: Stripe asks that an account's reads stay within an allocation for a
// month. Sums that only grow, in the records file, shared by every program on it. Part of a RecordsFile, in its thread.
#pragma once

#include "base/Error.h"

#include <QMap>
#include <QString>

namespace ch::store {

class Database;

class ReadCounts {
public:
    ReadCounts(const ReadCounts&) = delete;
    ReadCounts& operator=(const ReadCounts&) = delete;

    /// day: "2026-11-30", UTC. By purpose; one transaction.
    [[nodiscard]] Status add(const QString& day, const QMap<QString, qint64>& amounts);
    /// Both days included.
    [[nodiscard]] Result<QMap<QString, qint64>> between(const QString& firstDay, const QString& lastDay) const;

private:
    friend class RecordsFile;
    explicit ReadCounts(Database& db) : m_db(db) {}
    Database& m_db;
};

} // namespace ch::store
