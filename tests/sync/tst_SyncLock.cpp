// SPDX-License-Identifier: GPL-3.0-or-later
// One process syncs a data folder. The other process here is a real one: this executable, started again (see main.cpp).
#include "support/TestMain.h"
#include "sync/SyncAccount.h"
#include "sync/SyncLock.h"

#include <QProcess>

using namespace backfilltest;

class TstSyncLock : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anotherProcessThatSyncsIsBusyUntilItEnds_data()
    {
        QTest::addColumn<bool>("killed");
        QTest::newRow("it ends") << false;
        QTest::newRow("it is killed") << true;
    }

    void anotherProcessThatSyncsIsBusyUntilItEnds()
    {
        QFETCH(bool, killed);
        Account account(3, 1);
        Program program(account);
        QProcess other;
        other.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--hold-sync-lock"), account.dir.path()});
        QVERIFY(other.waitForReadyRead());
        QCOMPARE(other.readAll().trimmed(), QByteArray("held"));
        const auto busy = program.sync();
        QVERIFY(!busy);
        QCOMPARE(busy.error().kind, ErrorKind::Busy);
        QVERIFY2(busy.error().message.contains(QString::number(other.processId())), qPrintable(busy.error().message));
        QCOMPARE(account.transport.sent, 0);
        QVERIFY(!program.mirror->reader().completeness()->running);
        if (killed) {
            other.kill(); // it leaves its lock file behind
        } else {
            other.closeWriteChannel();
        }
        QVERIFY(other.waitForFinished());
        QCOMPARE(QFile::exists(account.dir.filePath("sync.lock")), killed);
        const auto free = program.sync();
        QVERIFY2(free && free->complete, qPrintable(said(free)));
    }

    void itLetsGoWhenItEnds()
    {
        Account account(3, 1);
        Program program(account);
        QVERIFY(program.sync());
        QProcess other;
        other.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--hold-sync-lock"), account.dir.path()});
        QVERIFY(other.waitForReadyRead());
        QCOMPARE(other.readAll().trimmed(), QByteArray("held"));
        other.closeWriteChannel();
        QVERIFY(other.waitForFinished());
    }

    void aFolderThatMayNotBeWrittenIsSaid()
    {
        QTemporaryDir dir;
        const auto taken = SyncLock::take(dir.filePath("no/such/folder"));
        QVERIFY(!taken);
        QCOMPARE(taken.error().kind, ErrorKind::Storage);
        QVERIFY(taken.error().message.contains("no/such/folder"));
    }

    void theLockOfADeadProcessIsTakenOver()
    {
        QTemporaryDir dir;
        QProcess process;
        process.start(QStringLiteral("true"), {});
        const qint64 pid = process.processId();
        QVERIFY(process.waitForFinished());
        QFile lock(dir.filePath("sync.lock"));
        QVERIFY(lock.open(QIODevice::WriteOnly));
        lock.write(QByteArray::number(pid) + "\ncountinghouse\n" + QSysInfo::machineHostName().toUtf8() + "\n\n\n");
        lock.close();
        QVERIFY(SyncLock::take(dir.path()));
    }
};

CH_TEST(TstSyncLock)
#include "tst_SyncLock.moc"
