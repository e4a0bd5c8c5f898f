// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Holder.h"

#include <QCoreApplication>
#include <QFile>
#include <QSysInfo>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <csignal>
#elif defined(Q_OS_WIN)
#include <windows.h>
#endif

namespace ch::store {

namespace {

#ifdef Q_OS_LINUX

/// Clock ticks since this boot, with the boot's own id: /proc/PID/stat, field 22 (proc(5)). A zombie has ended. Empty: no such process.
QString holderStart(qint64 pid)
{
    QFile stat(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!stat.open(QIODevice::ReadOnly)) {
        return {};
    }
    const QByteArray line = stat.readAll();
    // The name of the program, in parentheses, may hold blanks and parentheses.
    const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
    constexpr qsizetype kStartAfterName = 19;
    if (fields.size() <= kStartAfterName || fields.first() == "Z" || fields.first() == "X") {
        return {};
    }
    QFile boot(QStringLiteral("/proc/sys/kernel/random/boot_id"));
    const QByteArray id = boot.open(QIODevice::ReadOnly) ? boot.readAll().trimmed() : QByteArray();
    return QString::fromLatin1(fields[kStartAfterName] + '@' + id);
}

bool holderRuns(qint64 pid)
{
    return !holderStart(pid).isEmpty() || (!QFile::exists(QStringLiteral("/proc/self/stat")) && (kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM));
}

#elif defined(Q_OS_WIN)

QString holderStart(qint64 pid)
{
    const HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(pid));
    if (!process) {
        return {};
    }
    FILETIME created{}, exited{}, kernel{}, user{};
    DWORD code = 0;
    const bool told = GetProcessTimes(process, &created, &exited, &kernel, &user) && GetExitCodeProcess(process, &code) && code == STILL_ACTIVE;
    CloseHandle(process);
    return told ? QString::number((static_cast<quint64>(created.dwHighDateTime) << 32) | created.dwLowDateTime) : QString();
}

bool holderRuns(qint64 pid)
{
    return !holderStart(pid).isEmpty();
}

#else

QString holderStart(qint64)
{
    return {};
}

bool holderRuns(qint64 pid)
{
    return kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM;
}

#endif

} // namespace

Holder thisProcess()
{
    return {QCoreApplication::applicationPid(), QSysInfo::machineHostName(), holderStart(QCoreApplication::applicationPid())};
}

HolderLife lifeOf(const Holder& holder)
{
    if (holder.host != QSysInfo::machineHostName()) {
        return HolderLife::OfAnotherHost;
    }
    if (holder.pid <= 0 || !holderRuns(holder.pid)) {
        return HolderLife::Dead;
    }
    const QString start = holderStart(holder.pid);
    return start.isEmpty() || holder.start.isEmpty() || start == holder.start ? HolderLife::Alive : HolderLife::Dead;
}

} // namespace ch::store
