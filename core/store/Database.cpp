// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Database.h"

#include "store/Faults.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>
#include <sqlite3.h>

namespace ch::store {

namespace {

constexpr int kBusyTimeoutMs = 10'000;
constexpr auto kOwnerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
/// A larger file is not read through at each start: what is malformed in it shows when it is read.
constexpr qint64 kCheckedAtOpenBytes = 32LL << 20;

thread_local qint64 t_writesToFailure = 0;
thread_local int t_pages = 0;

void dbCountWrite()
{
    if (t_writesToFailure > 0 && --t_writesToFailure == 0) {
        throw SQLite::Exception("database or disk is full", SQLITE_FULL);
    }
}

std::string dbUtf8(const QString& text)
{
    return text.toStdString();
}

/// A folder of ours and an empty file that nobody else may read, before SQLite writes into it.
Status dbPrepareFile(const QString& path, const FileKind& kind)
{
    const QFileInfo info(path);
    const QDir dir = info.dir();
    if (!dir.exists()) {
        if (!QDir().mkpath(dir.path())) {
            return fail(ErrorKind::Storage, QStringLiteral("The folder %1 cannot be made. Check its permissions or choose another data folder.").arg(dir.path()));
        }
    }
    QFile::setPermissions(dir.path(), kOwnerOnly | QFileDevice::ExeOwner);
    if (info.exists()) {
        QFile::setPermissions(path, kOwnerOnly);
        return {};
    }
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, kOwnerOnly) && !file.exists()) {
        return fail(ErrorKind::Storage,
                    QStringLiteral("The %1 cannot be created in %2: %3. Check the folder's permissions and free space.").arg(kind.name, dir.path(), file.errorString()));
    }
    file.setPermissions(kOwnerOnly);
    return {};
}

QString dbNewestBackup(const QString& path)
{
    const QFileInfo info(path);
    const QStringList backups =
        info.dir().entryList({info.completeBaseName() + QStringLiteral(".backup-*.sqlite")}, QDir::Files, QDir::Time);
    return backups.isEmpty() ? QString() : info.dir().filePath(backups.first());
}

QString dbStamp()
{
    return QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
}

[[noreturn]] void dbThrowNotOurs()
{
    throw SQLite::Exception("file is not a database of ours", SQLITE_NOTADB);
}

/// One at a time opens and migrates a file, so that two that start together do not both set it aside.
struct DbOpenLock {
    explicit DbOpenLock(const QString& path) : lock(path + QStringLiteral(".open.lock"))
    {
        lock.setStaleLockTime(0); // a dead owner is noticed at once; a living one keeps it
        // Where the folder cannot be written, SQLite says so in better words.
        (void)lock.tryLock(kBusyTimeoutMs);
    }
    QLockFile lock;
};

} // namespace

void failWrite(qint64 n)
{
    t_writesToFailure = n;
}

void limitPages(int pages)
{
    t_pages = pages;
}

bool isWriteFailurePending()
{
    return t_writesToFailure > 0;
}

QString setDatabaseAside(const QString& path)
{
    const QFileInfo info(path);
    const QString aside = info.dir().filePath(info.completeBaseName() + QStringLiteral(".damaged-") + dbStamp() + QStringLiteral(".sqlite"));
    if (!QFile::rename(path, aside)) {
        return {};
    }
    for (const QString& suffix : {QStringLiteral("-wal"), QStringLiteral("-shm")}) {
        QFile::rename(path + suffix, aside + suffix);
    }
    return aside;
}

Error storageError(const FileKind& kind, const QString& path, const SQLite::Exception& exception)
{
    Error error;
    error.kind = ErrorKind::Storage;
    error.detail = QStringLiteral("SQLite %1: %2 (%3)").arg(exception.getErrorCode()).arg(QString::fromUtf8(exception.what()), path);
    switch (exception.getErrorCode() & 0xff) {
    case SQLITE_FULL:
        error.message = QStringLiteral("The disk is full. The %1 is unharmed and nothing was lost; free some space and try again.").arg(kind.name);
        break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        error.message = QStringLiteral("The %1 in %2 may not be written. Check the permissions of the file and its folder.").arg(kind.name, QFileInfo(path).path());
        break;
    case SQLITE_CANTOPEN:
        error.message = QStringLiteral("The %1 in %2 cannot be opened. Check that the folder exists and may be written.").arg(kind.name, QFileInfo(path).path());
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        error.message = QStringLiteral("Another program is using the %1. Nothing was lost; try again in a moment.").arg(kind.name);
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        error.kind = ErrorKind::Damaged;
        error.message = QStringLiteral("The %1 %2 is damaged.").arg(kind.name, path);
        break;
    default:
        error.message = QStringLiteral("The %1 could not be read or written: %2.").arg(kind.name, QString::fromUtf8(exception.what()));
        break;
    }
    return error;
}

Database::Database(const QString& path, const FileKind& kind, int flags)
    : m_path(path), m_kind(kind), m_db(dbUtf8(path), flags, kBusyTimeoutMs)
{
}

Database::~Database() = default;

void Database::run(const std::string& sql)
{
    m_db.exec(sql);
}

bool Database::isInTransaction() const
{
    return sqlite3_get_autocommit(m_db.getHandle()) == 0;
}

qint64 Database::integer(const std::string& sql)
{
    Query query(*this, sql);
    return query.next() ? query.integer(0) : 0;
}

void Database::checkIdentity()
{
    const qint64 application = integer("PRAGMA application_id");
    const qint64 version = integer("PRAGMA user_version");
    const bool isEmpty = integer("SELECT count(*) FROM sqlite_master") == 0;
    if ((application != m_kind.applicationId && !(isEmpty && application == 0 && version == 0)) || (isEmpty && version > 0)) {
        dbThrowNotOurs();
    }
}

Result<std::unique_ptr<Database>> Database::openForWriting(const QString& path, const FileKind& kind)
{
    if (const Status prepared = dbPrepareFile(path, kind); !prepared) {
        return fail(prepared.error());
    }
    const DbOpenLock lock(path);
    try {
        // A file of text shorter than a header would be taken for an empty database.
        const qint64 size = QFileInfo(path).size();
        if (size > 0 && size < 512) {
            dbThrowNotOurs();
        }
        std::unique_ptr<Database> db(new Database(path, kind, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_URI));
        if (const Status prepared = db->prepareForWriting(); !prepared) {
            return fail(prepared.error());
        }
        return db;
    } catch (const SQLite::Exception& exception) {
        Error error = storageError(kind, path, exception);
        if (error.kind == ErrorKind::Damaged && kind.precious) {
            const QString backup = dbNewestBackup(path);
            error.message = QStringLiteral("The %1 %2 is damaged and was left as it is. %3").arg(
                kind.name, path,
                backup.isEmpty() ? QStringLiteral("There is no backup beside it; restore one of your own, or move the file away to begin anew.")
                                 : QStringLiteral("The newest backup is %1: put it in its place to go on from there.").arg(backup));
        }
        return fail(error);
    }
}

Status Database::prepareForWriting()
{
    checkIdentity();
    const qint64 version = integer("PRAGMA user_version");
    const auto newest = static_cast<qint64>(m_kind.steps.size());
    if (version > newest) {
        return fail(ErrorKind::NewerVersion,
                    QStringLiteral("The %1 %2 was written by a newer Countinghouse. It was left as it is; update Countinghouse to open it.").arg(m_kind.name, m_path),
                    QStringLiteral("version %1, known up to %2").arg(version).arg(newest));
    }
    if (version > 0 && QFileInfo(m_path).size() <= kCheckedAtOpenBytes) {
        Query check(*this, "PRAGMA quick_check(1)");
        if (!check.next() || check.text(0) != QLatin1String("ok")) {
            throw SQLite::Exception("quick_check failed", SQLITE_CORRUPT);
        }
    }
    run("PRAGMA journal_mode=WAL");
    run(m_kind.precious ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
    run("PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768; PRAGMA journal_size_limit=67108864");
    if (version > 0 && version < newest && m_kind.precious) {
        const QFileInfo info(m_path);
        const QString backup = info.dir().filePath(QStringLiteral("%1.backup-v%2-%3.sqlite").arg(info.completeBaseName()).arg(version).arg(dbStamp()));
        Query(*this, "VACUUM INTO ?").bind(backup).run();
        QFile::setPermissions(backup, kOwnerOnly);
    }
    if (t_pages > 0) {
        run("PRAGMA max_page_count=" + std::to_string(t_pages));
    }
    for (qint64 step = version; step < newest; ++step) {
        runStep(static_cast<int>(step));
    }
    return {};
}

void Database::runStep(int version)
{
    WriteScope scope(*this);
    if (integer("PRAGMA user_version") != version) {
        return; // another process was quicker
    }
    dbCountWrite();
    run(m_kind.steps[static_cast<size_t>(version)]);
    run("PRAGMA application_id=" + std::to_string(m_kind.applicationId) + "; PRAGMA user_version=" + std::to_string(version + 1));
    scope.commit();
}

Result<std::unique_ptr<Database>> Database::openForReading(const QString& path, const FileKind& kind)
{
    if (!QFileInfo::exists(path)) {
        return fail(ErrorKind::NotFound, QStringLiteral("There is no %1 in %2 yet.").arg(kind.name, QFileInfo(path).path()));
    }
    try {
        std::unique_ptr<Database> db(new Database(path, kind, SQLite::OPEN_READONLY | SQLite::OPEN_URI));
        db->checkIdentity();
        const qint64 version = db->integer("PRAGMA user_version");
        const auto newest = static_cast<qint64>(kind.steps.size());
        if (version > newest) {
            return fail(ErrorKind::NewerVersion, QStringLiteral("The %1 %2 was written by a newer Countinghouse. Update Countinghouse to open it.").arg(kind.name, path));
        }
        if (version < newest) {
            return fail(ErrorKind::Storage, QStringLiteral("The %1 %2 has not been prepared by this version yet. Try again in a moment.").arg(kind.name, path));
        }
        db->run("PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768");
        return db;
    } catch (const SQLite::Exception& exception) {
        return fail(storageError(kind, path, exception));
    }
}

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
    dbCountWrite();
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
        dbCountWrite();
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
