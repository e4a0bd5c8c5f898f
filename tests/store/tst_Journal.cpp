// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Database.h"
#include "store/Faults.h"
#include "store/Holder.h"
#include "store/StoreObjects.h"
#include "support/Files.h"
#include "support/TestMain.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

using namespace ch;
using namespace ch::store;

namespace journals {

const auto kInputs = QByteArray("{\"name\":\"Jane Roe\",\"email\":\"jane@example.com\"}");

OperationSubject subjectOf(const QString& business, OperationKind kind = OperationKind::Provision)
{
    return {kind, QStringLiteral("acct_1"), QStringLiteral("test"), business, {}};
}

JournalStep customerStep()
{
    JournalStep step;
    step.name = QStringLiteral("customer");
    step.method = QStringLiteral("POST");
    step.path = QStringLiteral("/v1/customers");
    step.body = "name=Jane%20Roe&email=jane%40example.com";
    step.idempotencyKey = "key-1";
    return step;
}

/// Rewrites who holds the lease, as another process would have written it.
void leaveTo(const QString& dir, const Holder& holder)
{
    SQLite::Database db(dir.toStdString() + "/records.sqlite", SQLite::OPEN_READWRITE);
    SQLite::Statement update(db, "UPDATE operations SET lease_pid = ?, lease_host = ?, lease_start = ?, lease_claim = 'theirs'");
    update.bind(1, static_cast<int64_t>(holder.pid));
    update.bind(2, holder.host.toStdString());
    update.bind(3, holder.start.toStdString());
    update.exec();
}

} // namespace journals

using namespace journals;

class TstJournal : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { failWrite(0); }

    void countsOperationsByKindAndState()
    {
        QTemporaryDir dir;
        const auto file = test::openRecords(dir.path());
        Journal& journal = file->journal();
        QVERIFY(journal.countByState()->empty());
        QVERIFY(journal.begin(subjectOf("b1"), kInputs, 1));
        for (const char* business : {"b2", "b3"}) {
            QVERIFY(journal.settle(journal.begin(subjectOf(business), kInputs, 1)->id, {OperationState::Failed, "card_declined", {}, false, {}, {}}, 2));
        }
        QVERIFY(journal.release(journal.begin(subjectOf("b4"), kInputs, 1)->id, OperationState::Unknown, "no_answer", 2));
        const std::map<std::pair<QString, QString>, qint64> expected{{{"provision", "running"}, 1}, {{"provision", "failed"}, 2}, {{"provision", "unknown"}, 1}};
        QVERIFY(*journal.countByState() == expected);
    }

    void keepsAnOperationThroughAKillAndBlanksItWhenItEnds()
    {
        QTemporaryDir dir;
        QString id;
        {
            const auto file = test::openRecords(dir.path());
            const Operation made = *file->journal().begin(subjectOf("b1"), kInputs, 1000);
            QVERIFY(!made.resumed && made.id.startsWith("op_"));
            id = made.id;
            const JournalStep step = *file->journal().intend(id, customerStep(), std::nullopt, 1001);
            QCOMPARE(step.n, 1);
            QVERIFY(file->journal().sent(id, 1, 1002));
            QVERIFY(file->journal().sent(id, 1, 5000)); // again: the first time stays
        }
        const auto file = test::openRecords(dir.path());
        Journal& journal = file->journal();
        QCOMPARE(journal.abandoned(6000)->size(), size_t(1));
        const Operation again = *journal.begin(subjectOf("b1"), "{\"name\":\"other\"}", 6000);
        QVERIFY(again.resumed);
        QCOMPARE(again.id, id);
        QCOMPARE(again.inputs, kInputs);
        QCOMPARE(again.step, QString("customer"));
        QCOMPARE(again.createdMs, 1000);
        std::vector<JournalStep> steps = *journal.steps(id);
        QCOMPARE(steps.size(), size_t(1));
        QCOMPARE(steps[0].state, StepState::Sent);
        QCOMPARE(steps[0].firstSentMs, 1002);
        QCOMPARE(steps[0].body, customerStep().body);
        QCOMPARE(steps[0].idempotencyKey, QByteArray("key-1"));
        QVERIFY(journal.answered(id, 1, {StepState::Done, {"req_1", "req_2"}, "cus_1", {}}, 6001));
        QVERIFY(journal.note(id, "subscription", {StepState::Done, {}, "sub_1", {}}, 6002));
        QVERIFY(!test::filesWith(dir.path(), "jane").isEmpty());

        Record record;
        record.businessId = "b1";
        record.customerId = "cus_1";
        QVERIFY(journal.settle(id, {OperationState::Done, {}, record, false, AuditEntry{6003, "me", "provision", "b1", "done", "cus_1", {"req_1"}}}, 6003));
        const Operation ended = **journal.operation(id);
        QCOMPARE(ended.state, OperationState::Done);
        QVERIFY(ended.inputs.isEmpty() && ended.isSettled());
        QCOMPARE(ended.updatedMs, 6003);
        steps = *journal.steps(id);
        QCOMPARE(steps.size(), size_t(2));
        QVERIFY(steps[0].body.isEmpty());
        QCOMPARE(steps[0].requestIds, QStringList({"req_1", "req_2"}));
        QCOMPARE(steps[0].objectId, QString("cus_1"));
        QCOMPARE(steps[1].objectId, QString("sub_1"));
        QCOMPARE(test::filesWith(dir.path(), "jane"), QStringList());
        QCOMPARE((*file->record("b1"))->customerId, QString("cus_1"));
        QCOMPARE(file->audit(5)->at(0).action, QString("provision"));
        QVERIFY(journal.abandoned(9000)->empty());
        QVERIFY(!journal.claim(id, 9000));
        // The next one of this business is a new one.
        const Operation next = *journal.begin(subjectOf("b1"), kInputs, 9000);
        QVERIFY(!next.resumed && next.id != id);
        QCOMPARE(journal.operations(10)->size(), size_t(2));
        QCOMPARE(journal.operations(10)->front().id, next.id);
        QCOMPARE((*journal.earlierStep("key-1", next.id))->objectId, QString("cus_1"));
        QVERIFY(!*journal.earlierStep("key-1", id));
        QVERIFY(!*journal.earlierStep("key-2", next.id));
    }

    void oneOperationASubjectAndOneHolder()
    {
        QTemporaryDir dir;
        const auto one = test::openRecords(dir.path());
        const auto two = test::openRecords(dir.path());
        const Operation made = *one->journal().begin(subjectOf("b1"), kInputs, 1);
        const auto refused = two->journal().begin(subjectOf("b1"), kInputs, 2);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Busy);
        QCOMPARE(refused.error().code, QString("operation_running"));
        QCOMPARE(one->journal().begin(subjectOf("b1"), kInputs, 2).error().code, QString("operation_running")); // a second job of this program
        QVERIFY(two->journal().begin(subjectOf("b2"), kInputs, 2));
        QVERIFY(two->journal().begin(subjectOf("b1", OperationKind::TakeDown), kInputs, 2));
        OperationSubject live = subjectOf("b1");
        live.mode = "live";
        QVERIFY(two->journal().begin(live, kInputs, 2));
        // Not the holder: nothing is written.
        QCOMPARE(two->journal().intend(made.id, customerStep(), std::nullopt, 3).error().code, QString("lease_lost"));
        QCOMPARE(two->journal().note(made.id, "x", {}, 3).error().code, QString("lease_lost"));
        QCOMPARE(two->journal().sent(made.id, 1, 3).error().code, QString("lease_lost"));
        QCOMPARE(two->journal().answered(made.id, 1, {}, 3).error().code, QString("lease_lost"));
        QCOMPARE(two->journal().settle(made.id, {OperationState::Failed, "x", {}, false, {}}, 3).error().code, QString("lease_lost"));
        QCOMPARE(two->journal().release(made.id, OperationState::Waiting, "", 3).error().code, QString("lease_lost"));
        QVERIFY(one->journal().steps(made.id)->empty());
        // Given back: the other may.
        QVERIFY(one->journal().release(made.id, OperationState::Unknown, "network", 4));
        QCOMPARE((*two->journal().operation(made.id))->state, OperationState::Unknown);
        QCOMPARE((*two->journal().operation(made.id))->error, QString("network"));
        QCOMPARE(two->journal().claim(made.id, 5)->state, OperationState::Running);
        QCOMPARE(one->journal().sent(made.id, 1, 6).error().code, QString("lease_lost"));
        QCOMPARE(two->journal().claim("op_none", 5).error().kind, ErrorKind::NotFound);
    }

    void aDeadHoldersLeaseIsTakenOverALivingOnesIsNot()
    {
        QTemporaryDir dir;
        const auto file = test::openRecords(dir.path());
        const QString id = file->journal().begin(subjectOf("b1"), kInputs, 1000)->id;
        const Holder self = thisProcess();
        QVERIFY(self.pid > 0 && !self.host.isEmpty());

        QProcess other;
        other.start("sleep", {"600"});
        QVERIFY(other.waitForStarted());
        leaveTo(dir.path(), {other.processId(), self.host, {}});
        QCOMPARE(file->journal().claim(id, 1001).error().kind, ErrorKind::Busy);
        QVERIFY(file->journal().abandoned(1001)->empty());
        QCOMPARE(file->journal().sent(id, 1, 1001).error().code, QString("lease_lost")); // ours was taken
        const qint64 pid = other.processId();
        other.kill();
        other.waitForFinished();
        QVERIFY(file->journal().claim(id, 1002));
        QVERIFY(file->journal().sent(id, 1, 1003));

#ifdef Q_OS_LINUX
        // The same number, but another process by now.
        leaveTo(dir.path(), {self.pid, self.host, "1@another-boot"});
        QVERIFY(file->journal().claim(id, 1004));
#endif
        leaveTo(dir.path(), {pid, "another-host", {}});
        QCOMPARE(file->journal().claim(id, 1004 + kForeignLeaseMs - 1).error().kind, ErrorKind::Busy);
        QVERIFY(file->journal().claim(id, 1004 + kForeignLeaseMs));
    }

    void aKeyThatIsUsedUpGivesWayInOneTransaction()
    {
        QTemporaryDir dir;
        const auto file = test::openRecords(dir.path());
        Journal& journal = file->journal();
        const QString id = journal.begin(subjectOf("b1"), kInputs, 1)->id;
        JournalStep first = *journal.intend(id, customerStep(), std::nullopt, 1);
        first.error = "idempotency";
        first.requestIds = QStringList{"req_1"};
        JournalStep second = customerStep();
        second.generation = 2;
        second.idempotencyKey = "key-2";
        for (qint64 n = 1; n <= 4; ++n) {
            failWrite(n);
            QVERIFY(!journal.intend(id, second, first, 2));
            QCOMPARE(journal.steps(id)->size(), size_t(1));
            QCOMPARE(journal.steps(id)->at(0).state, StepState::Intended);
        }
        failWrite(0);
        QCOMPARE(journal.intend(id, second, first, 2)->n, 2);
        const auto steps = *journal.steps(id);
        QCOMPARE(steps[0].state, StepState::Skipped);
        QCOMPARE(steps[0].error, QString("idempotency"));
        QCOMPARE(steps[1].generation, 2);
        QCOMPARE((*journal.operation(id))->generation, 2);
    }

    void aFullDiskLeavesWhatWas()
    {
        QTemporaryDir dir;
        const auto file = test::openRecords(dir.path());
        Journal& journal = file->journal();
        failWrite(1);
        QCOMPARE(journal.begin(subjectOf("b1"), kInputs, 1).error().kind, ErrorKind::Storage);
        failWrite(0);
        QVERIFY(journal.operations(9)->empty());
        const QString id = journal.begin(subjectOf("b1"), kInputs, 1)->id;
        QVERIFY(journal.intend(id, customerStep(), std::nullopt, 1));
        failWrite(1);
        QVERIFY(!journal.sent(id, 1, 2));
        failWrite(0);
        QCOMPARE(journal.steps(id)->at(0).state, StepState::Intended);
        Record record;
        record.businessId = "b1";
        // Whatever write of the end fails: nothing of it is there, and the operation can be taken up.
        for (qint64 n = 1; n <= 5; ++n) {
            failWrite(n);
            QVERIFY(!journal.settle(id, {OperationState::Done, {}, record, false, AuditEntry{1, "me", "provision", "b1", "done", {}, {}}}, 3));
            failWrite(0);
            QVERIFY(!*file->record("b1"));
            QVERIFY(file->audit(9)->empty());
            QCOMPARE(journal.abandoned(4)->size(), size_t(1));
            QCOMPARE(journal.claim(id, 4)->inputs, kInputs);
        }
        QVERIFY(journal.settle(id, {OperationState::Done, {}, record, false, {}}, 5));
    }

    void aProvisionOpensAClosedRecordAgainWithoutLosingWhatItHad()
    {
        QTemporaryDir dir;
        const auto file = test::openRecords(dir.path());
        Record old;
        old.businessId = "b1";
        old.businessName = "Name";
        old.paymentIntentId = "pi_1";
        QVERIFY(file->importRecords({old}));
        QVERIFY(file->markTakenDown("b1", "canceled", 77));
        const QString id = file->journal().begin(subjectOf("b1"), kInputs, 1)->id;
        Record fresh;
        fresh.businessId = "b1";
        fresh.subscriptionStatus = "incomplete";
        QVERIFY(file->journal().settle(id, {OperationState::Done, {}, fresh, true, {}}, 2));
        const Record now = **file->record("b1");
        QCOMPARE(now.takenDownAtMs, 0);
        QCOMPARE(now.subscriptionStatus, QString("incomplete"));
        QCOMPARE(now.paymentIntentId, QString("pi_1"));
        QCOMPARE(now.businessName, QString("Name"));
    }

    void anOldFileIsMigratedWithABackup()
    {
        QTemporaryDir dir;
        QVERIFY(QFile::copy(CH_SOURCE_DIR "/tests/store/data/records-v1.sqlite", dir.filePath("records.sqlite")));
        const auto file = test::openRecords(dir.path());
        QCOMPARE(file->records()->size(), size_t(3));
        QCOMPARE((*file->record("old-1"))->businessName, QString::fromUtf8("Old Caf\xc3\xa9"));
        QCOMPARE((*file->record("biz_000001"))->takenDownAtMs, 1795252061423);
        const auto trail = *file->audit(10);
        QCOMPARE(trail.size(), size_t(3));
        QCOMPARE(trail[0].outcome, QString("failed"));
        QCOMPARE(trail[2].action, QString("import"));
        QVERIFY(file->journal().begin(subjectOf("old-1"), kInputs, 1));
        const QStringList backups = QDir(dir.path()).entryList({"records.backup-v1-*.sqlite"});
        QCOMPARE(backups.size(), 1);
        SQLite::Database saved(dir.filePath(backups.first()).toStdString());
        QCOMPARE(saved.execAndGet("PRAGMA user_version").getInt(), 1);
        QCOMPARE(saved.execAndGet("SELECT count(*) FROM audit").getInt(), 3);
    }
};

CH_TEST(TstJournal)
#include "tst_Journal.moc"
