// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Faults.h"
#include "store/RecordsFile.h"
#include "store/Schema.h"
#include "support/CountOf.h"
#include "support/TestMain.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>
#include <sys/wait.h>
#include <unistd.h>

using namespace ch;
using namespace ch::store;

namespace countings {

const auto kName = QStringLiteral("things_total");

Count of(const QString& status, qint64 amount)
{
    return {kName, {{QStringLiteral("status"), status}}, amount};
}

qint64 valueOf(const RecordsFile& file, const QString& status)
{
    return test::countOf(file, kName, {{QStringLiteral("status"), status}});
}

OperationSubject countedSubject(const QString& business)
{
    return {OperationKind::Provision, QStringLiteral("acct_1"), QStringLiteral("test"), business, {}};
}

} // namespace countings

using namespace countings;

class TstCounters : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { failWrite(0); }

    void addsUpByNameAndLabelsAndOutlivesTheProgram()
    {
        QTemporaryDir dir;
        {
            const auto file = *RecordsFile::open(dir.path());
            QVERIFY(file->counters().all()->empty());
            QVERIFY(file->counters().add(std::vector<Count>{of("a", 2), of("b", 1), of("a", 3)}));
            QVERIFY(file->counters().add(std::vector<Count>{{kName, {{"x", "1"}, {"a \"b\"\n", "\xc3\xa9"}}, 7}}));
            QVERIFY(file->counters().add(std::vector<Count>{{kName, {{"a \"b\"\n", "\xc3\xa9"}, {"x", "1"}}, 1}}));
            QCOMPARE(file->counters().add(std::vector<Count>{of("a", 1), of("a", -1)}).error().kind, ErrorKind::InvalidInput);
        }
        const auto file = *RecordsFile::open(dir.path());
        const auto all = *file->counters().all();
        QCOMPARE(all.size(), size_t(3));
        QCOMPARE(valueOf(*file, "a"), 5);
        QCOMPARE(valueOf(*file, "b"), 1);
        QCOMPARE(all[0].labels, (CounterLabels{{"a \"b\"\n", "\xc3\xa9"}, {"x", "1"}}));
        QCOMPARE(all[0].amount, 8);
    }

    void bucketsAddUp()
    {
        QTemporaryDir dir;
        const auto file = *RecordsFile::open(dir.path());
        const CounterLabels get{{"method", "GET"}};
        QVERIFY(file->counters().add(std::vector<HistogramPart>{{"h", get, 100, 2, 150}, {"h", get, kEndlessMs, 1, 99'000}}));
        QVERIFY(file->counters().add(std::vector<HistogramPart>{{"h", get, 100, 1, 50}, {"h", {}, 100, 1, 1}}));
        const auto all = *file->counters().histograms();
        QCOMPARE(all.size(), size_t(3));
        QCOMPARE(all[0], (HistogramPart{"h", get, 100, 3, 200}));
        QCOMPARE(all[1], (HistogramPart{"h", get, kEndlessMs, 1, 99'000}));
        failWrite(2);
        QVERIFY(!file->counters().add(std::vector<HistogramPart>{{"h", get, 100, 9, 9}, {"h", {}, 100, 9, 9}}));
        QCOMPARE(file->counters().histograms()->at(0).count, 3); // all or nothing
    }

    /// Whichever write of the end fails, operation and counter say the same.
    void theEndOfAnOperationAndItsCountsAreOne()
    {
        QTemporaryDir dir;
        const auto file = *RecordsFile::open(dir.path());
        Journal& journal = file->journal();
        int failed = 0;
        for (qint64 n = 1;; ++n) {
            const QString business = QStringLiteral("b%1").arg(n);
            const QString id = journal.begin(countedSubject(business), "{}", 1)->id;
            Journal::Ending ending;
            ending.record = Record{business, {}, {}, {}, {}, {}, {}, {}, 0};
            ending.audit = AuditEntry{1, "me", "provision", business, "done", {}, {}};
            ending.counts = {of("done", 1), {kName, {{"status", "cents"}}, 500}};
            const qint64 before = valueOf(*file, "done");
            failWrite(n);
            const bool settled = journal.settle(id, ending, 2).has_value();
            failWrite(0);
            const bool isDone = (*journal.operation(id))->state == OperationState::Done;
            QCOMPARE(isDone, settled);
            QCOMPARE(valueOf(*file, "done"), before + (isDone ? 1 : 0));
            QCOMPARE(valueOf(*file, "cents"), 500 * valueOf(*file, "done"));
            failed += settled ? 0 : 1;
            if (settled) {
                break;
            }
            QVERIFY(n < 50);
        }
        QVERIFY(failed >= 6); // operation, bodies, record, trail, two counters, commit
        // What is settled already is not settled, nor counted, again.
        const QString id = journal.operations(1)->front().id;
        QVERIFY(!journal.settle(id, {OperationState::Done, {}, {}, false, {}, {of("done", 1)}}, 3));
        QCOMPARE(valueOf(*file, "done"), 1);
    }

    void programsThatAddAtOnceLoseNothing()
    {
        QTemporaryDir dir;
        QVERIFY(RecordsFile::open(dir.path()));
        constexpr int kPrograms = 3;
        constexpr int kRounds = 60;
        QList<pid_t> children;
        for (int child = 0; child < kPrograms; ++child) {
            const pid_t pid = fork();
            if (pid == 0) {
                skipSyncs(true);
                const auto file = RecordsFile::open(dir.path());
                bool ok = file.has_value();
                for (int round = 0; ok && round < kRounds; ++round) {
                    ok = (*file)->counters().add(std::vector<Count>{of("a", 1), of("b", 2)}) && (*file)->counters().add(std::vector<HistogramPart>{{"h", {}, 100, 1, 10}});
                }
                _exit(ok ? 0 : 1);
            }
            QVERIFY(pid > 0);
            children << pid;
        }
        for (const pid_t pid : children) {
            int status = 0;
            QCOMPARE(waitpid(pid, &status, 0), pid);
            QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        }
        const auto file = *RecordsFile::open(dir.path());
        QCOMPARE(valueOf(*file, "a"), kPrograms * kRounds);
        QCOMPARE(valueOf(*file, "b"), 2 * kPrograms * kRounds);
        QCOMPARE(file->counters().histograms()->at(0).sumMs, 10 * kPrograms * kRounds);
    }

    void aFileWithoutCountersIsMigratedWithABackup()
    {
        QTemporaryDir dir;
        FileKind third = recordsFile();
        third.steps = third.steps.first(3);
        {
            const auto db = Database::openForWriting(recordsPath(dir.path()), third);
            QVERIFY(db);
            (*db)->run("INSERT INTO records(business_id) VALUES('b1')");
        }
        QVERIFY(QDir(dir.path()).entryList({"records.backup-*"}).isEmpty());
        // A step that fails leaves the file as it was, and its backup beside it.
        failWrite(1);
        QVERIFY(!RecordsFile::open(dir.path()));
        failWrite(0);
        const auto file = *RecordsFile::open(dir.path());
        QVERIFY(*file->record("b1"));
        QVERIFY(file->verifyAudit({})->ok);
        QVERIFY(file->counters().add(std::vector<Count>{of("a", 1)}));
        const QStringList backups = QDir(dir.path()).entryList({"records.backup-v3-*.sqlite"});
        QVERIFY(!backups.isEmpty());
        SQLite::Database saved(dir.filePath(backups.first()).toStdString());
        QCOMPARE(saved.execAndGet("PRAGMA user_version").getInt(), 3);
        QCOMPARE(saved.execAndGet("SELECT count(*) FROM records").getInt(), 1);
    }
};

CH_TEST(TstCounters)
#include "tst_Counters.moc"
