// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Faults.h"
#include "store/RecordsFile.h"
#include "store/Tamper.h"
#include "support/TestMain.h"

#include <QTemporaryDir>
#include <QtTest>
#include <SQLiteCpp/SQLiteCpp.h>

using namespace ch;
using namespace ch::store;

namespace chains {

AuditEntry entryOf(int i)
{
    AuditEntry entry;
    entry.atMs = 1000 + i;
    entry.actor = QStringLiteral("me");
    entry.profile = QStringLiteral("main");
    entry.action = QStringLiteral("provision");
    entry.businessId = QStringLiteral("b%1").arg(i);
    entry.outcome = QStringLiteral("done");
    entry.detail = QStringLiteral("detail");
    entry.requestIds = QStringList{QStringLiteral("req_%1").arg(i), QStringLiteral("req_x")};
    entry.objectIds = QStringList{QStringLiteral("cus_%1").arg(i)};
    entry.inputs = QStringList{auditInput(QStringLiteral("email"), QStringLiteral("jane@example.com"))};
    entry.keys = QStringList{QStringLiteral("key-%1").arg(i)};
    return entry;
}

struct Trail {
    explicit Trail(int entries = 5)
    {
        file = *RecordsFile::open(dir.path());
        for (int i = 1; i <= entries; ++i) {
            if (!file->appendAudit(entryOf(i))) {
                qFatal("not written");
            }
        }
    }

    QTemporaryDir dir;
    std::unique_ptr<RecordsFile> file;
};

} // namespace chains

using namespace chains;

class TstAuditChain : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTrailAsItWasWrittenIsWhole()
    {
        const Trail trail;
        const AuditCheck check = *trail.file->verifyAudit({});
        QVERIFY(check.ok && !check.firstBad && !check.endKnown);
        QCOMPARE(check.entries, 5);
        const AuditEntry newest = trail.file->audit(1)->front();
        QCOMPARE(newest.n, 5);
        QCOMPARE(newest.profile, QString("main"));
        QCOMPARE(newest.objectIds, QStringList{"cus_5"});
        QCOMPARE(newest.keys, QStringList{"key-5"});
        QVERIFY(!newest.inputs.first().contains("jane"));
        QVERIFY(newest.inputs.first().startsWith("email:"));
        QVERIFY(auditInput("email", "a") != auditInput("email", "a"));
        const AuditHead head = *trail.file->auditHead();
        QCOMPARE(head.entries, 5);
        QCOMPARE(head.hash, newest.hash);
        QCOMPARE(*AuditHead::fromText(head.text()), head);
        QVERIFY(!AuditHead::fromText("rubbish"));
        QVERIFY(!AuditHead::fromText(""));
        QVERIFY(trail.file->verifyAudit(head)->ok && trail.file->verifyAudit(head)->endKnown);
        const Trail none(0);
        QVERIFY(none.file->verifyAudit({})->ok);
        QVERIFY(none.file->verifyAudit(*none.file->auditHead())->ok);
    }

    void whatWasTamperedWithIsFound_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<qint64>("firstBad");
        for (const char* column : {"actor", "profile", "action", "business_id", "outcome", "detail", "object_ids", "inputs", "request_ids", "keys", "hash"}) {
            QTest::addRow("%s", column) << QByteArray("UPDATE audit SET ") + column + " = 'else' WHERE n = 3" << qint64(3);
        }
        QTest::newRow("time") << QByteArray("UPDATE audit SET at_ms = at_ms + 1 WHERE n = 5") << qint64(5);
        QTest::newRow("moved between fields") << QByteArray("UPDATE audit SET actor = 'm', profile = 'emain' WHERE n = 2") << qint64(2);
        QTest::newRow("missing") << QByteArray("DELETE FROM audit WHERE n = 2") << qint64(2);
        QTest::newRow("first missing") << QByteArray("DELETE FROM audit WHERE n = 1") << qint64(1);
        QTest::newRow("missing and closed up") << QByteArray("DELETE FROM audit WHERE n = 2; UPDATE audit SET n = n - 1 WHERE n > 2") << qint64(2);
        QTest::newRow("reordered") << QByteArray("UPDATE audit SET n = 99 WHERE n = 2; UPDATE audit SET n = 2 WHERE n = 3; UPDATE audit SET n = 3 WHERE n = 99") << qint64(2);
        QTest::newRow("slipped in") << QByteArray("INSERT INTO audit(n, at_ms, actor, action, business_id, outcome, detail, request_ids, hash) "
                                                  "SELECT 6, 1, 'x', 'x', 'x', 'done', '', '', hash FROM audit WHERE n = 5") << qint64(6);
    }

    void whatWasTamperedWithIsFound()
    {
        QFETCH(QByteArray, sql);
        QFETCH(qint64, firstBad);
        const Trail trail;
        test::tamper(trail.dir.path(), sql.constData());
        const AuditCheck check = *trail.file->verifyAudit({});
        QVERIFY(!check.ok);
        QCOMPARE(*check.firstBad, firstBad);
    }

    void aCutOffEndIsFoundOnlyByTheHeadKeptElsewhere()
    {
        const Trail trail;
        const AuditHead kept = *trail.file->auditHead();
        test::tamper(trail.dir.path(), "DELETE FROM audit WHERE n > 3");
        QVERIFY(trail.file->verifyAudit({})->ok);
        QVERIFY(!trail.file->verifyAudit({})->endKnown);
        const AuditCheck cut = *trail.file->verifyAudit(kept);
        QVERIFY(!cut.ok && cut.endKnown);
        QCOMPARE(cut.entries, 3);
        QCOMPARE(*cut.firstBad, 4);
        // Written on after the cut: as long as before, but not the same.
        QVERIFY(trail.file->appendAudit(entryOf(7)));
        QVERIFY(trail.file->appendAudit(entryOf(8)));
        QVERIFY(trail.file->appendAudit(entryOf(9)));
        QVERIFY(trail.file->verifyAudit({})->ok);
        QCOMPARE(*trail.file->verifyAudit(kept)->firstBad, 5);
        // A head that is older than the end proves what it can.
        const Trail grown;
        const AuditHead earlier = *grown.file->auditHead();
        QVERIFY(grown.file->appendAudit(entryOf(6)));
        QVERIFY(grown.file->verifyAudit(earlier)->ok);
    }

    void nothingOfOursChangesAnEntry()
    {
        const Trail trail;
        SQLite::Database db(trail.dir.path().toStdString() + "/records.sqlite", SQLite::OPEN_READWRITE);
        QCOMPARE(db.tryExec("UPDATE audit SET detail = 'x' WHERE n = 1") == SQLite::OK, false);
        QCOMPARE(db.tryExec("DELETE FROM audit") == SQLite::OK, false);
        QVERIFY(trail.file->verifyAudit({})->ok);
    }

    void theKeeperHearsOfEachEntryThatWasWritten()
    {
        const Trail trail(1);
        std::vector<AuditHead> heads;
        trail.file->setAuditKeeper([&heads](const AuditHead& head) { heads.push_back(head); });
        QVERIFY(trail.file->appendAudit(entryOf(2)));
        failWrite(1);
        QVERIFY(!trail.file->appendAudit(entryOf(3)));
        failWrite(0);
        QCOMPARE(heads.size(), size_t(1));
        const auto made = *trail.file->journal().begin({OperationKind::Cancel, "acct", "test", "b1", "sub_1"}, "{}", 1);
        QVERIFY(trail.file->journal().settle(made.id, {OperationState::Failed, "x", {}, false, entryOf(3)}, 2));
        QCOMPARE(heads.size(), size_t(2));
        QCOMPARE(heads.back(), *trail.file->auditHead());
        QVERIFY(trail.file->verifyAudit(heads.back())->ok);
    }

    void anOldTrailIsTakenIntoTheChain()
    {
        QTemporaryDir dir;
        QVERIFY(QFile::copy(CH_SOURCE_DIR "/tests/store/data/records-v1.sqlite", dir.filePath("records.sqlite")));
        const auto file = *RecordsFile::open(dir.path());
        QVERIFY(file->verifyAudit({})->ok);
        QCOMPARE(file->verifyAudit({})->entries, 3);
        QVERIFY(file->appendAudit(entryOf(4)));
        QVERIFY(file->verifyAudit({})->ok);
        SQLite::Database db(dir.filePath("records.sqlite").toStdString(), SQLite::OPEN_READWRITE);
        db.exec("DROP TRIGGER audit_is_not_changed; UPDATE audit SET actor = 'else' WHERE n = 1");
        QCOMPARE(*file->verifyAudit({})->firstBad, 1);
    }
};

CH_TEST(TstAuditChain)
#include "tst_AuditChain.moc"
