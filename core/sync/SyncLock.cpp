// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/SyncLock.h"

#include <QDir>

namespace ch::sync {

Result<std::unique_ptr<SyncLock>> SyncLock::take(const QString& dir)
{
    std::unique_ptr<SyncLock> lock(new SyncLock(QDir(dir).filePath(QStringLiteral("sync.lock"))));
    lock->m_file.setStaleLockTime(0); // a long sync is no dead one; a dead process is noticed by its id
    if (lock->m_file.tryLock(0)) {
        return lock;
    }
    if (lock->m_file.error() == QLockFile::LockFailedError) {
        qint64 pid = 0;
        QString host;
        QString program;
        (void)lock->m_file.getLockInfo(&pid, &host, &program);
        return fail(ErrorKind::Busy,
                    QStringLiteral("Another process (%1 %2) is syncing this data folder. Wait for it to end, or end it.").arg(program).arg(pid),
                    QStringLiteral("pid %1 on %2").arg(pid).arg(host));
    }
    return fail(ErrorKind::Storage, QStringLiteral("The data folder %1 may not be written. Check its permissions and free space.").arg(dir));
}

} // namespace ch::sync
