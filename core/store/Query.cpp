// SPDX-License-Identifier: GPL-3.0-or-later
// Statements and transactions, of Database.h.
#include "store/Database.h"
#include "store/Faults.h"

#include <algorithm>
#include <sqlite3.h>

namespace ch::store {

void Database::Finalize::operator()(sqlite3_stmt* statement) const noexcept
{
    sqlite3_finalize(statement);
}

Query::Query(Database& db, std::string_view sql) : m_db(db)
{
    auto home = db.m_idle.find(sql);
    if (home == db.m_idle.end()) {
        home = db.m_idle.try_emplace(std::string(sql)).first;
    }
    m_home = &home->second;
    if (!m_home->empty()) {
        m_prepared = std::move(m_home->back());
        m_home->pop_back();
        return;
    }
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(db.m_db.getHandle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    m_prepared.statement.reset(made);
    if (code != SQLITE_OK) {
        throw SQLite::Exception(db.m_db.getHandle(), code);
    }
    m_prepared.held.resize(static_cast<size_t>(sqlite3_bind_parameter_count(made)));
}

Query::~Query()
{
    if (sqlite3_reset(statement()) == SQLITE_OK) {
        sqlite3_clear_bindings(statement());
        std::fill(m_prepared.held.begin(), m_prepared.held.end(), QByteArray());
        m_home->push_back(std::move(m_prepared));
    }
}

const QByteArray& Query::held(QByteArray bytes)
{
    static const QByteArray none;
    const auto place = static_cast<size_t>(m_next - 1);
    if (place >= m_prepared.held.size()) {
        return none; // SQLite says that there is no such parameter
    }
    m_prepared.held[place] = std::move(bytes);
    return m_prepared.held[place];
}

Query& Query::bound(int code)
{
    if (code != SQLITE_OK) {
        throw SQLite::Exception(m_db.m_db.getHandle(), code);
    }
    ++m_next;
    return *this;
}

Query& Query::bind(const QString& text)
{
    const QByteArray& bytes = held(text.toUtf8());
    return bound(sqlite3_bind_text(statement(), m_next, bytes.constData(), static_cast<int>(bytes.size()), SQLITE_STATIC));
}

Query& Query::bindText(std::string_view text)
{
    return bound(sqlite3_bind_text(statement(), m_next, text.data() == nullptr ? "" : text.data(), static_cast<int>(text.size()), SQLITE_STATIC));
}

Query& Query::bind(qint64 number)
{
    return bound(sqlite3_bind_int64(statement(), m_next, number));
}

Query& Query::bind(const QByteArray& blob)
{
    const QByteArray& bytes = held(blob);
    return bound(sqlite3_bind_blob(statement(), m_next, bytes.constData(), static_cast<int>(bytes.size()), SQLITE_STATIC));
}

Query& Query::bindNull()
{
    return bound(sqlite3_bind_null(statement(), m_next));
}

bool Query::next()
{
    const int code = sqlite3_step(statement());
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        throw SQLite::Exception(m_db.m_db.getHandle(), code);
    }
    return code == SQLITE_ROW;
}

int Query::run()
{
    countWrite();
    while (next()) {
    }
    const int changed = sqlite3_changes(m_db.m_db.getHandle());
    reset();
    return changed;
}

void Query::reset()
{
    sqlite3_reset(statement());
    m_next = 1;
}

bool Query::isNull(int column) const
{
    return sqlite3_column_type(statement(), column) == SQLITE_NULL;
}

bool Query::isInteger(int column) const
{
    return sqlite3_column_type(statement(), column) == SQLITE_INTEGER;
}

qint64 Query::integer(int column) const
{
    return sqlite3_column_int64(statement(), column);
}

std::optional<qint64> Query::optionalInteger(int column) const
{
    return isNull(column) ? std::nullopt : std::optional<qint64>(integer(column));
}

QString Query::text(int column) const
{
    const std::string_view bytes = view(column);
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

std::string_view Query::view(int column) const
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement(), column));
    return text == nullptr ? std::string_view() : std::string_view(text, static_cast<size_t>(sqlite3_column_bytes(statement(), column)));
}

QByteArray Query::blob(int column) const
{
    const void* bytes = sqlite3_column_blob(statement(), column);
    return QByteArray(static_cast<const char*>(bytes), sqlite3_column_bytes(statement(), column));
}

WriteScope::WriteScope(Database& db) : m_db(db)
{
    if (!db.isInTransaction()) {
        db.run("BEGIN IMMEDIATE");
        m_open = true;
    }
}

WriteScope::~WriteScope()
{
    if (m_open && m_db.isInTransaction()) {
        (void)m_db.handle().tryExec("ROLLBACK");
    }
}

void WriteScope::commit()
{
    if (m_open) {
        countWrite();
        m_db.run("COMMIT");
        m_open = false;
    }
}

ReadScope::ReadScope(Database& db) : m_db(db)
{
    if (!db.isInTransaction()) {
        db.run("BEGIN");
        m_open = true;
    }
}

ReadScope::~ReadScope()
{
    if (m_open && m_db.isInTransaction()) {
        (void)m_db.handle().tryExec("COMMIT");
    }
}

} // namespace ch::store
