// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Faults.h"
#include "store/JournalReader.h"
#include "store/StoreObjects.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::store;
using namespace ch::test;

class TstMarksAndReads : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { failWrite(0); }

    void aBusinessIsMarkedOnceUntilItIsSettled()
    {
        QTemporaryDir dir;
        const auto file = RecordsFile::open(dir.path()).value();
        const Mark ended{"shop-1", MarkKind::TakeDown, "cus_1", "sub_1", "evt_1", 5};
        QVERIFY(*file->marks().put(ended));
        QVERIFY(!*file->marks().put({"shop-1", MarkKind::TakeDown, "cus_1", "sub_2", "evt_2", 6}));
        QVERIFY(*file->marks().put({"shop-1", MarkKind::AtRisk, "cus_1", "in_1", "evt_3", 7}));
        const auto open = file->marks().open();
        QCOMPARE(open->size(), size_t(2));
        QCOMPARE(open->front(), ended);
        QVERIFY(!*file->marks().remove("shop-1", MarkKind::AtRisk, "in_2"));
        QVERIFY(*file->marks().remove("shop-1", MarkKind::AtRisk, "in_1"));
        QVERIFY(*file->marks().remove("shop-1", MarkKind::TakeDown));
        QVERIFY(file->marks().open()->empty());
    }

    void aMarkAndTheEffectOfItsEventAreOne()
    {
        const Mark mark{"shop-1", MarkKind::TakeDown, "cus_1", "sub_1", "evt_1", 5};
        const auto effectOf = [](const RecordsFile& file) { return file.eventLog().find({})->entries.front().effect; };
        int n = 1;
        for (bool hasFailed = true; hasFailed; ++n) {
            QTemporaryDir dir;
            const auto file = openRecords(dir.path());
            QVERIFY(file->eventLog().append({received<stripe::Event>(R"({"id":"evt_1","object":"event","type":"customer.subscription.deleted","created":5,"livemode":false,"data":{"object":{"id":"sub_1","object":"subscription"}}})")}));
            failWrite(n);
            const auto put = file->marks().put(mark, EventEffect::MarkedForTakedown);
            hasFailed = !isWriteFailurePending();
            failWrite(0);
            QCOMPARE(put.has_value(), !hasFailed);
            QCOMPARE(file->marks().open()->size(), size_t(hasFailed ? 0 : 1));
            QCOMPARE(effectOf(*file), hasFailed ? EventEffect::None : EventEffect::MarkedForTakedown);
            if (!hasFailed) {
                QVERIFY(*put);
                QVERIFY(*file->marks().remove("shop-1", MarkKind::TakeDown)); // a person has left it
                QVERIFY(!*file->marks().put(mark, EventEffect::MarkedForTakedown));
                QVERIFY(file->marks().open()->empty());
                QVERIFY(file->eventLog().waitAgain("evt_1"));
                QCOMPARE(effectOf(*file), EventEffect::None);
                QVERIFY(*file->marks().put(mark, EventEffect::MarkedForTakedown));
            }
        }
        QVERIFY(n > 3);
    }

    void aMarkGivesWayToTheNextInOneStep()
    {
        QTemporaryDir dir;
        const auto file = openRecords(dir.path());
        const Mark first{"shop-1", MarkKind::AtRisk, "cus_1", "in_1", "evt_1", 5};
        const Mark next{"shop-1", MarkKind::AtRisk, "cus_1", "in_2", "evt_2", 6};
        QVERIFY(*file->marks().put(first));
        QVERIFY(*file->marks().holds("shop-1", MarkKind::AtRisk, "in_1"));
        QVERIFY(!*file->marks().holds("shop-1", MarkKind::TakeDown, "in_1"));
        QVERIFY(!*file->marks().replace("shop-1", MarkKind::AtRisk, "in_other", next));
        QCOMPARE(file->marks().open()->front(), first);
        failWrite(2); // it is gone, and the next one does not come
        QVERIFY(!file->marks().replace("shop-1", MarkKind::AtRisk, "in_1", next));
        failWrite(0);
        QCOMPARE(file->marks().open()->front(), first);
        QVERIFY(*file->marks().replace("shop-1", MarkKind::AtRisk, "in_1", next));
        QCOMPARE(*file->marks().open(), std::vector{next});
        QVERIFY(*file->marks().replace("shop-1", MarkKind::AtRisk, "in_2", std::nullopt));
        QVERIFY(file->marks().open()->empty());
    }

    void whatIsClosedOrBeingTakenDownNeedsNobody()
    {
        QTemporaryDir dir;
        const auto file = RecordsFile::open(dir.path()).value();
        QVERIFY(*file->marks().put({"closed", MarkKind::TakeDown, "cus_1", "sub_1", "evt_1", 5}));
        QVERIFY(*file->marks().put({"ending", MarkKind::TakeDown, "cus_2", "sub_2", "evt_2", 6}));
        QVERIFY(*file->marks().put({"waiting", MarkKind::TakeDown, "cus_3", "sub_3", "evt_3", 7}));
        QVERIFY(file->markTakenDown("closed", "canceled", 9));
        QVERIFY(!*file->marks().isBeingTakenDown({"ending", "cus_2"}));
        QVERIFY(file->journal().begin({OperationKind::TakeDown, "acct_1", "test", "ending", {}}, "{}", 10));
        QVERIFY(*file->marks().isBeingTakenDown({"ending", "cus_2"}));
        const auto open = file->marks().open();
        QCOMPARE(open->size(), size_t(1));
        QCOMPARE(open->front().businessId, QStringLiteral("waiting"));
        const auto counts = (*JournalReader::open(dir.path()))->counts(11);
        QCOMPARE(counts->needsPerson, 1);
        QCOMPARE(counts->running, 1);
    }

    void readsAddUpByDayAndPurpose()
    {
        QTemporaryDir dir;
        const auto file = RecordsFile::open(dir.path()).value();
        const auto other = RecordsFile::open(dir.path()).value(); // another program on the same file
        QVERIFY(file->readCounts().add("2026-11-29", {{"sync", 100}, {"feed", 2}}));
        QVERIFY(other->readCounts().add("2026-11-29", {{"sync", 1}}));
        QVERIFY(other->readCounts().add("2026-12-01", {{"person", 7}}));
        const auto november = file->readCounts().between("2026-11-01", "2026-11-31");
        QCOMPARE(november->value("sync"), 101);
        QCOMPARE(november->value("feed"), 2);
        QVERIFY(!november->contains("person"));
    }
};

CH_TEST(TstMarksAndReads)
#include "tst_MarksAndReads.moc"
