// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/JournalReader.h"
#include "store/RecordsFile.h"
#include "support/TestMain.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace ch;
using namespace ch::store;

class TstMarksAndReads : public QObject {
    Q_OBJECT
private Q_SLOTS:
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
