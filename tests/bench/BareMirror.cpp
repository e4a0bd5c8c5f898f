// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/BareMirror.h"

#include "bench/Measure.h"

#include <string>

namespace ch::bench {

namespace {

void bareCheck(int code, sqlite3* db)
{
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
        giveUp(QString::fromUtf8(sqlite3_errmsg(db)));
    }
}

sqlite3* bareOpen(const QString& path)
{
    sqlite3* db = nullptr;
    bareCheck(sqlite3_open_v2(path.toUtf8().constData(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr), db);
    bareCheck(sqlite3_exec(db, "PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-98304; PRAGMA wal_autocheckpoint=16384", nullptr, nullptr, nullptr), db);
    return db;
}

sqlite3_stmt* barePrepared(sqlite3* db, const std::string& sql)
{
    sqlite3_stmt* statement = nullptr;
    bareCheck(sqlite3_prepare_v3(db, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr), db);
    return statement;
}

void bareBind(sqlite3_stmt* statement, int place, sqlite3_value* value)
{
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: sqlite3_bind_int64(statement, place, sqlite3_value_int64(value)); break;
    case SQLITE_TEXT: sqlite3_bind_text(statement, place, reinterpret_cast<const char*>(sqlite3_value_text(value)), sqlite3_value_bytes(value), SQLITE_STATIC); break;
    case SQLITE_BLOB: sqlite3_bind_blob(statement, place, sqlite3_value_blob(value), sqlite3_value_bytes(value), SQLITE_STATIC); break;
    default: sqlite3_bind_null(statement, place); break;
    }
}

} // namespace

BareMirror::BareMirror(const QString& from, const QString& into) : m_from(bareOpen(from)), m_into(bareOpen(into))
{
    for (const auto& [name, key] : {std::pair("subscriptions", "n"), std::pair("subscription_refs", "subscription_n"), std::pair("subscription_items", "subscription_n"),
                                    std::pair("subscription_discounts", "subscription_n")}) {
        Table table;
        table.select = barePrepared(m_from, std::string("SELECT * FROM ") + name + " WHERE " + key + " BETWEEN ? AND ? ORDER BY " + key);
        table.columns = sqlite3_column_count(table.select);
        std::string marks = "?";
        for (int i = 1; i < table.columns; ++i) {
            marks += ", ?";
        }
        table.insert = barePrepared(m_into, std::string("INSERT INTO ") + name + " VALUES(" + marks + ")");
        m_tables.push_back(table);
    }
}

BareMirror::~BareMirror()
{
    forget();
    for (const Table& table : m_tables) {
        sqlite3_finalize(table.select);
        sqlite3_finalize(table.insert);
    }
    sqlite3_close(m_from);
    sqlite3_close(m_into);
}

void BareMirror::forget()
{
    for (Table& table : m_tables) {
        for (sqlite3_value* const value : table.values) {
            sqlite3_value_free(value);
        }
        table.values.clear();
    }
}

qint64 BareMirror::read(qint64 first, qint64 last)
{
    forget();
    qint64 rows = 0;
    for (Table& table : m_tables) {
        sqlite3_bind_int64(table.select, 1, first);
        sqlite3_bind_int64(table.select, 2, last);
        int code = SQLITE_ROW;
        while ((code = sqlite3_step(table.select)) == SQLITE_ROW) {
            for (int i = 0; i < table.columns; ++i) {
                table.values.push_back(sqlite3_value_dup(sqlite3_column_value(table.select, i)));
            }
            ++rows;
        }
        bareCheck(code, m_from);
        sqlite3_reset(table.select);
    }
    return rows;
}

bool BareMirror::insert()
{
    bareCheck(sqlite3_exec(m_into, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), m_into);
    for (const Table& table : m_tables) {
        for (size_t at = 0; at < table.values.size(); at += static_cast<size_t>(table.columns)) {
            for (int i = 0; i < table.columns; ++i) {
                bareBind(table.insert, i + 1, table.values[at + static_cast<size_t>(i)]);
            }
            bareCheck(sqlite3_step(table.insert), m_into);
            sqlite3_reset(table.insert);
        }
    }
    bareCheck(sqlite3_exec(m_into, "COMMIT", nullptr, nullptr, nullptr), m_into);
    return true;
}

qint64 BareMirror::number(const char* sql) const
{
    sqlite3_stmt* const statement = barePrepared(m_from, sql);
    bareCheck(sqlite3_step(statement), m_from);
    const qint64 found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return found;
}

} // namespace ch::bench
