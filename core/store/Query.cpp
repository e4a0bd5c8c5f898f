// SPDX-License-Identifier: GPL-3.0-or-later
// Statements and transactions, of Database.h.
#include "store/Database.h"
#include "store/Faults.h"

#include <sqlite3.h>

namespace ch::store {

Query::Query(Database& db, const std::string& sql) : m_db(db), m_sql(sql)
{
    auto& idle = db.m_idle[sql];
    if (idle.empty()) {
        m_statement = std::make_unique<SQLite::Statement>(db.m_db, sql);
    } else {
        m_statement = std::move(idle.back());
        idle.pop_back();
    }
}

Query::~Query()
{
    if (m_statement->tryReset() == SQLITE_OK) {
        m_statement->clearBindings();
        m_db.m_idle[m_sql].push_back(std::move(m_statement));
    }
}

Query& Query::bind(const QString& text)
{
    m_statement->bind(m_next++, text.toStdString());
    return *this;
}

Query& Query::bind(qint64 number)
{
    m_statement->bind(m_next++, static_cast<int64_t>(number));
    return *this;
}

Query& Query::bind(const QByteArray& blob)
{
    m_statement->bind(m_next++, blob.constData(), static_cast<int>(blob.size()));
    return *this;
}

Query& Query::bindNull()
{
    m_statement->bind(m_next++);
    return *this;
}

bool Query::next()
{
    return m_statement->executeStep();
}

int Query::run()
{
    countWrite();
    while (m_statement->executeStep()) {
    }
    const int changed = m_statement->getChanges();
    reset();
    return changed;
}

void Query::reset()
{
    m_statement->reset();
    m_next = 1;
}

bool Query::isNull(int column) const
{
    return m_statement->getColumn(column).isNull();
}

qint64 Query::integer(int column) const
{
    return m_statement->getColumn(column).getInt64();
}

std::optional<qint64> Query::optionalInteger(int column) const
{
    const SQLite::Column cell = m_statement->getColumn(column);
    return cell.isNull() ? std::nullopt : std::optional<qint64>(cell.getInt64());
}

QString Query::text(int column) const
{
    const SQLite::Column cell = m_statement->getColumn(column);
    const char* text = cell.getText();
    return QString::fromUtf8(text, cell.getBytes());
}

std::string_view Query::view(int column) const
{
    const SQLite::Column cell = m_statement->getColumn(column);
    const char* text = cell.getText();
    return {text, static_cast<size_t>(cell.getBytes())};
}

QByteArray Query::blob(int column) const
{
    const SQLite::Column cell = m_statement->getColumn(column);
    const void* bytes = cell.getBlob();
    return QByteArray(static_cast<const char*>(bytes), cell.getBytes());
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
