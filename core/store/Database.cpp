// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Database.h"

#include "store/Faults.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>
#include <QScopeGuard>
#include <sqlite3.h>

namespace ch::store {

namespace {

constexpr int kBusyTimeoutMs = 10'000;
constexpr auto kOwnerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
/// A larger file is not read through at each start: what is malformed in it shows when it is read.
constexpr qint64 kCheckedAtOpenBytes = 32LL << 20;

std::string dbUtf8(const QString& text)
{
    return text.toStdString();
}

/// The path as SQLite takes it. Before its first file of all SQLite is told to keep no account of its memory: nobody reads it, and it costs a lock
/// at every allocation, some five in a hundred of the time of storing.
std::string dbReady(const QString& path)
{
    [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return dbUtf8(path);
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

Database::Database(const QString& path, const FileKind& kind, int flags)
    : m_path(path), m_kind(kind), m_db(dbReady(path), flags, kBusyTimeoutMs)
{
}

Database::~Database() = default;

void Database::run(const std::string& sql)
{
    m_db.exec(sql);
}

/// Without a wait: TRUNCATE asks the busy handler for as long as any reader is at work, and the engine would stand still for it.
bool Database::emptyLog() noexcept
{
    sqlite3* const handle = m_db.getHandle();
    sqlite3_busy_timeout(handle, 0);
    const auto waitAgain = qScopeGuard([handle] { sqlite3_busy_timeout(handle, kBusyTimeoutMs); });
    try {
        SQLite::Statement checkpoint(m_db, "PRAGMA wal_checkpoint(TRUNCATE)");
        return checkpoint.executeStep() && checkpoint.getColumn(0).getInt() == 0;
    } catch (const SQLite::Exception&) {
        return false;
    }
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
        std::unique_ptr<Database> db(new Database(path, kind, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_URI | SQLite::OPEN_NOMUTEX));
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
    run(areSyncsSkipped() ? "PRAGMA synchronous=OFF" : m_kind.precious ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
    run("PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768; PRAGMA journal_size_limit=67108864; PRAGMA wal_autocheckpoint=16384");
    if (version > 0 && version < newest && m_kind.precious) {
        const QFileInfo info(m_path);
        const QString backup = info.dir().filePath(QStringLiteral("%1.backup-v%2-%3.sqlite").arg(info.completeBaseName()).arg(version).arg(databaseStamp()));
        Query(*this, "VACUUM INTO ?").bind(backup).run();
        QFile::setPermissions(backup, kOwnerOnly);
    }
    if (pageLimit() > 0) {
        run("PRAGMA max_page_count=" + std::to_string(pageLimit()));
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
    countWrite();
    run(m_kind.steps[static_cast<size_t>(version)]);
    if (m_kind.afterStep) {
        m_kind.afterStep(*this, version + 1);
    }
    run("PRAGMA application_id=" + std::to_string(m_kind.applicationId) + "; PRAGMA user_version=" + std::to_string(version + 1));
    scope.commit();
}

Result<std::unique_ptr<Database>> Database::openForReading(const QString& path, const FileKind& kind)
{
    if (!QFileInfo::exists(path)) {
        return fail(ErrorKind::NotFound, QStringLiteral("There is no %1 in %2 yet.").arg(kind.name, QFileInfo(path).path()));
    }
    try {
        std::unique_ptr<Database> db(new Database(path, kind, SQLite::OPEN_READONLY | SQLite::OPEN_URI | SQLite::OPEN_NOMUTEX));
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

} // namespace ch::store
