// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/TestMain.h"
#include "sync/Commands.h"
#include "sync/SyncLock.h"

#include <QCoreApplication>
#include <cstdio>

namespace {

/// The other process of TstSyncLock: holds the lock until its standard input ends.
int holdSyncLock(const QString& dir)
{
    const auto lock = ch::sync::SyncLock::take(dir);
    std::puts(lock ? "held" : "refused");
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3 && arguments.at(1) == QLatin1String("--hold-sync-lock")) {
        return holdSyncLock(arguments.at(2));
    }
    if (arguments.size() == 4 && arguments.at(1) == QLatin1String("--sync")) {
        return backfilltest::syncOnce(arguments.at(2), arguments.at(3));
    }
    if (arguments.size() == 4 && arguments.at(1) == QLatin1String("--compare")) {
        return backfilltest::compareWithDump(arguments.at(2), arguments.at(3));
    }
    if (qEnvironmentVariableIsSet("CH_EVENT_SEEDS")) {
        qputenv("QTEST_FUNCTION_TIMEOUT", "86400000"); // of a command that takes as long as it takes
    }
    return ch::test::runAll(argc, argv);
}
