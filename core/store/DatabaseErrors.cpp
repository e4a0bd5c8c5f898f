// SPDX-License-Identifier: GPL-3.0-or-later
// What SQLite refused in words, and where a damaged file goes, of Database.h.
#include "store/Database.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <sqlite3.h>

namespace ch::store {

QString databaseStamp()
{
    return QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
}

QString setDatabaseAside(const QString& path)
{
    const QFileInfo info(path);
    const QString aside = info.dir().filePath(info.completeBaseName() + QStringLiteral(".damaged-") + databaseStamp() + QStringLiteral(".sqlite"));
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
    case SQLITE_INTERRUPT:
        error.kind = ErrorKind::Cancelled;
        error.message = QStringLiteral("Stopped before it ended.");
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

} // namespace ch::store
