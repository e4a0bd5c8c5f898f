// SPDX-License-Identifier: GPL-3.0-or-later
// One SQLite connection with our rules: 0600 file in a 0700 folder, WAL, secure_delete, a busy timeout, an application id and a version
// that are checked, numbered steps. For the .cpp files of this room only. Functions other than open throw SQLite::Exception; guarded()
// turns that into an Error at the room's door. One thread a connection.
#pragma once

#include "base/Error.h"

#include <QByteArray>
#include <QString>
#include <SQLiteCpp/SQLiteCpp.h>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3_stmt;

namespace ch::store {

class Database;

/// What a file must be, and how it becomes so.
struct FileKind {
    QString name;                        ///< in sentences: "mirror", "records file"
    qint32 applicationId = 0;
    std::span<const char* const> steps;  ///< step i leads from version i to i + 1
    bool precious = false;               ///< synchronous FULL, a backup before steps
    /// What SQL cannot do: called within the transaction of the step that leads to this version, after its statements. Null: nothing.
    void (*afterStep)(Database& db, int version) = nullptr;
};

class Query;

// SQLiteCpp opens files, runs scripts and makes exceptions of codes; statements are SQLite's own: a column read through SQLiteCpp counts
// references, which is half of the time that reading a million rows takes.
class Database {
public:
    /// Creates the folder and the file where they are missing and runs the steps that it lacks, each in one transaction. Damaged: not
    /// a database of ours, or malformed. NewerVersion, Storage. Damaged files are left as they are.
    [[nodiscard]] static Result<std::unique_ptr<Database>> openForWriting(const QString& path, const FileKind& kind);
    /// Read-only. NotFound where there is no file; Storage when its steps have not run yet.
    [[nodiscard]] static Result<std::unique_ptr<Database>> openForReading(const QString& path, const FileKind& kind);

    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    [[nodiscard]] const QString& path() const { return m_path; }
    [[nodiscard]] const FileKind& kind() const { return m_kind; }
    [[nodiscard]] SQLite::Database& handle() { return m_db; }
    /// One or more statements without parameters or rows.
    void run(const std::string& sql);
    [[nodiscard]] bool isInTransaction() const;
    /// Takes the write-ahead log into the file and empties it, so that nothing erased is left in it. False: a reader is at work on it; nobody waits for
    /// it.
    bool emptyLog() noexcept;
    [[nodiscard]] qint64 lastRowId() const { return m_db.getLastInsertRowid(); }
    [[nodiscard]] qint64 integer(const std::string& sql);

private:
    friend class Query;
    Database(const QString& path, const FileKind& kind, int flags);
    Status prepareForWriting();
    void checkIdentity();
    void runStep(int version);

    QString m_path;
    FileKind m_kind;
    SQLite::Database m_db;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    /// A statement, and what is bound to it: SQLite reads it in place.
    struct Prepared {
        std::vector<QByteArray> held;
        std::unique_ptr<sqlite3_stmt, Finalize> statement;
    };
    struct Hash {
        using is_transparent = void;
        size_t operator()(std::string_view sql) const { return std::hash<std::string_view>()(sql); }
    };
    std::unordered_map<std::string, std::vector<Prepared>, Hash, std::equal_to<>> m_idle; ///< by their text, not in use
};

/// A prepared statement on loan from the connection. Parameters are bound in order. The same text may be in use more than once.
class Query {
public:
    Query(Database& db, std::string_view sql);
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    ~Query();

    Query& bind(const QString& text);
    /// Not copied: the text has to be there until the statement has run.
    Query& bindText(std::string_view text);
    Query& bind(qint64 number);
    Query& bind(int number) { return bind(static_cast<qint64>(number)); }
    Query& bind(bool flag) { return bind(static_cast<qint64>(flag ? 1 : 0)); }
    Query& bind(const QByteArray& blob);
    Query& bindNull();
    /// Null for an absent value.
    Query& bind(const std::optional<qint64>& number) { return number ? bind(*number) : bindNull(); }

    /// Steps to the next row; false at the end.
    [[nodiscard]] bool next();
    /// Runs a statement that has no rows, and makes it ready to be bound and run again. Returns how many rows it changed.
    int run();
    void reset();

    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] bool isInteger(int column) const;
    [[nodiscard]] qint64 integer(int column) const;
    [[nodiscard]] std::optional<qint64> optionalInteger(int column) const;
    [[nodiscard]] QString text(int column) const;
    /// The same bytes in place, until the next row.
    [[nodiscard]] std::string_view view(int column) const;
    [[nodiscard]] QByteArray blob(int column) const;

private:
    Query& bound(int code);
    /// Keeps the bytes until the next ones are bound in their place.
    const QByteArray& held(QByteArray bytes);
    [[nodiscard]] sqlite3_stmt* statement() const { return m_prepared.statement.get(); }

    Database& m_db;
    std::vector<Database::Prepared>* m_home = nullptr; ///< where it goes back to
    Database::Prepared m_prepared;
    int m_next = 1;
};

/// BEGIN IMMEDIATE to commit(); rolled back when it is not reached. Within another one it does nothing of its own.
class WriteScope {
public:
    explicit WriteScope(Database& db);
    WriteScope(const WriteScope&) = delete;
    WriteScope& operator=(const WriteScope&) = delete;
    ~WriteScope();
    void commit();

private:
    Database& m_db;
    bool m_open = false;
};

/// One consistent view over several statements; nothing of its own within a transaction.
class ReadScope {
public:
    explicit ReadScope(Database& db);
    ReadScope(const ReadScope&) = delete;
    ReadScope& operator=(const ReadScope&) = delete;
    ~ReadScope();

private:
    Database& m_db;
    bool m_open = false;
};

/// What SQLite refused, as an Error: Damaged, or Storage with a sentence that says what to do.
[[nodiscard]] Error storageError(const FileKind& kind, const QString& path, const SQLite::Exception& exception);

/// Runs fn, which returns Result<T>, with exceptions turned into errors.
template <typename Fn>
auto guarded(const Database& db, Fn&& fn) -> decltype(fn())
{
    try {
        return fn();
    } catch (const SQLite::Exception& exception) {
        return fail(storageError(db.kind(), db.path(), exception));
    }
}

/// path and its -wal and -shm, renamed to a free name with TIME in it. Returns the new name, empty when the rename failed.
[[nodiscard]] QString setDatabaseAside(const QString& path);
/// Now, for the name of a copy.
[[nodiscard]] QString databaseStamp();

} // namespace ch::store
