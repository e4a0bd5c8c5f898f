// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/BareRun.h"

#include <QElapsedTimer>
#include <QFile>
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace ch::bench {

namespace {

constexpr int kRowsOfATransaction = 1000; // about what a page of 100 subscriptions makes

/// One connection that is kept open. -1: it could not be used.
class BareSocket {
public:
    explicit BareSocket(quint16 port) : m_socket(::socket(AF_INET, SOCK_STREAM, 0)), m_buffer(1 << 20, Qt::Uninitialized)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int one = 1;
        ::setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        m_connected = ::connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~BareSocket() { ::close(m_socket); }
    BareSocket(const BareSocket&) = delete;
    BareSocket& operator=(const BareSocket&) = delete;

    /// Bytes of the body; -1 when it did not come.
    qint64 fetch(const QByteArray& request)
    {
        if (!m_connected || ::send(m_socket, request.constData(), static_cast<size_t>(request.size()), MSG_NOSIGNAL) != request.size()) {
            return -1;
        }
        QByteArray head;
        qsizetype end = -1;
        while ((end = head.indexOf("\r\n\r\n")) < 0) {
            const qint64 more = receive();
            if (more <= 0) {
                return -1;
            }
            head.append(m_buffer.constData(), more);
        }
        const qsizetype at = head.toLower().indexOf("content-length: ");
        const qint64 length = at < 0 ? -1 : head.mid(at + 16, head.indexOf('\r', at) - at - 16).toLongLong();
        for (qint64 have = head.size() - end - 4; have < length;) {
            const qint64 more = receive();
            if (more <= 0) {
                return -1;
            }
            have += more;
        }
        return length;
    }

private:
    qint64 receive() { return ::recv(m_socket, m_buffer.data(), static_cast<size_t>(m_buffer.size()), 0); }

    int m_socket;
    bool m_connected = false;
    QByteArray m_buffer;
};

struct BareTable {
    QByteArray name;
    std::vector<std::vector<sqlite3_value*>> rows;
};

/// Rows of the schema's tables, in memory.
std::vector<BareTable> bareRead(sqlite3* from, const BareSchema& schema)
{
    std::vector<BareTable> tables;
    for (const QByteArray& name : schema.tables) {
        BareTable table{name, {}};
        sqlite3_stmt* rows = nullptr;
        if (sqlite3_prepare_v2(from, ("SELECT * FROM \"" + name + '"').constData(), -1, &rows, nullptr) != SQLITE_OK) {
            continue;
        }
        while (sqlite3_step(rows) == SQLITE_ROW) {
            std::vector<sqlite3_value*> row;
            for (int column = 0; column < sqlite3_column_count(rows); ++column) {
                row.push_back(sqlite3_value_dup(sqlite3_column_value(rows, column)));
            }
            table.rows.push_back(std::move(row));
        }
        sqlite3_finalize(rows);
        tables.push_back(std::move(table));
    }
    return tables;
}

/// The tables and indexes of the schema, empty, as the mirror opens them.
sqlite3* bareCopy(const BareSchema& schema, const QString& path)
{
    sqlite3* to = nullptr;
    sqlite3_open(QFile::encodeName(path).constData(), &to);
    sqlite3_exec(to, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -98304; PRAGMA wal_autocheckpoint = 16384;", nullptr, nullptr, nullptr);
    for (const QByteArray& sql : schema.sql) {
        sqlite3_exec(to, sql.constData(), nullptr, nullptr, nullptr);
    }
    return to;
}

qint64 bareInsert(sqlite3* to, const BareTable& table)
{
    if (table.rows.empty()) {
        return 0;
    }
    QByteArray marks = "?";
    for (size_t i = 1; i < table.rows.front().size(); ++i) {
        marks += ",?";
    }
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(to, ("INSERT OR REPLACE INTO \"" + table.name + "\" VALUES(" + marks + ')').constData(), -1, &insert, nullptr);
    qint64 rows = 0;
    for (const std::vector<sqlite3_value*>& row : table.rows) {
        if (rows % kRowsOfATransaction == 0) {
            sqlite3_exec(to, rows == 0 ? "BEGIN" : "COMMIT; BEGIN", nullptr, nullptr, nullptr);
        }
        for (size_t column = 0; column < row.size(); ++column) {
            sqlite3_bind_value(insert, static_cast<int>(column) + 1, row[column]);
        }
        rows += sqlite3_step(insert) == SQLITE_DONE ? 1 : 0;
        sqlite3_reset(insert);
    }
    sqlite3_exec(to, "COMMIT", nullptr, nullptr, nullptr);
    sqlite3_finalize(insert);
    return rows;
}

Error bareError(const QString& message)
{
    Error error;
    error.kind = ErrorKind::Internal;
    error.message = message;
    return error;
}

} // namespace

BareSchema bareSchema(const QString& dir)
{
    BareSchema schema;
    sqlite3* mirror = nullptr;
    sqlite3_open_v2(QFile::encodeName(dir + QStringLiteral("/mirror.sqlite")).constData(), &mirror, SQLITE_OPEN_READWRITE, nullptr);
    sqlite3_stmt* rows = nullptr;
    sqlite3_prepare_v2(mirror, "SELECT sql, type = 'table', name FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type = 'index'",
                       -1, &rows, nullptr);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        schema.sql.append(reinterpret_cast<const char*>(sqlite3_column_text(rows, 0)));
        if (sqlite3_column_int(rows, 1) == 1) {
            schema.tables.append(reinterpret_cast<const char*>(sqlite3_column_text(rows, 2)));
        }
    }
    sqlite3_finalize(rows);
    sqlite3_close(mirror);
    return schema;
}

Result<BareTimes> bareRun(const QUrl& base, const Secret& key, const QByteArrayList& targets, const QString& dir, const BareSchema& schema)
{
    BareTimes times;
    QElapsedTimer timer;
    BareSocket socket(static_cast<quint16>(base.port()));
    timer.start();
    for (const QByteArray& target : targets) {
        const qint64 bytes = socket.fetch("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + key.reveal() + "\r\n\r\n");
        if (bytes < 0) {
            return fail(bareError(QStringLiteral("The bare socket got no whole answer.")));
        }
        times.bytes += bytes;
    }
    times.socketMs = timer.elapsed();
    sqlite3* from = nullptr;
    if (sqlite3_open_v2(QFile::encodeName(dir + QStringLiteral("/mirror.sqlite")).constData(), &from, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) {
        return fail(bareError(QStringLiteral("The mirror cannot be read.")));
    }
    const std::vector<BareTable> tables = bareRead(from, schema);
    sqlite3* to = bareCopy(schema, dir + QStringLiteral("/bare.sqlite"));
    timer.restart();
    for (const BareTable& table : tables) {
        times.rows += bareInsert(to, table);
    }
    times.insertsMs = timer.elapsed();
    for (const BareTable& table : tables) {
        for (const std::vector<sqlite3_value*>& row : table.rows) {
            std::for_each(row.begin(), row.end(), &sqlite3_value_free);
        }
    }
    sqlite3_close(from);
    sqlite3_close(to);
    return times;
}

} // namespace ch::bench
