// SPDX-License-Identifier: GPL-3.0-or-later
// What a first backfill does without. That a failure or a kill loses none of it: tst_MirrorFaults.
#include "store/StoreObjects.h"
#include "support/TestMain.h"

#include <SQLiteCpp/SQLiteCpp.h>

using namespace ch;
using namespace ch::test;
using namespace ch::store;

namespace {

QMap<QString, QString> indexesOf(const QString& dir)
{
    SQLite::Database db(QDir(dir).filePath("mirror.sqlite").toStdString());
    SQLite::Statement query(db, "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL");
    QMap<QString, QString> indexes;
    while (query.executeStep()) {
        indexes.insert(QString::fromUtf8(query.getColumn(0).getText()), QString::fromUtf8(query.getColumn(1).getText()));
    }
    return indexes;
}

} // namespace

class TstSetAside : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFirstBackfillGoesWithoutWhatOnlyReadersAsk()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        const auto whole = indexesOf(dir.path());
        const qint64 run = mirror->beginRun(1000).value();
        QVERIFY(!indexesOf(dir.path()).contains("invoices_customer"));
        QVERIFY(indexesOf(dir.path()).contains("subscriptions_customer")); // valuing asks for it
        QCOMPARE(mirror->beginRun(1001).value(), run);
        QVERIFY(mirror->apply(smallAccount(2000, run)));
        QCOMPARE(mirror->reader().invoicesOfCustomer("cus_1")->size(), size_t(1));
        QStringList built;
        QVERIFY(mirror->buildIndexes([&built](const char* name) { built << QString::fromLatin1(name); }));
        QCOMPARE(indexesOf(dir.path()), whole);
        QVERIFY(built.contains("invoices_customer"));
        built.clear();
        QVERIFY(mirror->buildIndexes([&built](const char* name) { built << QString::fromLatin1(name); }));
        QVERIFY(built.isEmpty());
    }

    void aMirrorThatHoldsSomethingKeepsThem()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        const auto whole = indexesOf(dir.path());
        QVERIFY(mirror->apply(smallAccount(1000)));
        QVERIFY(mirror->beginRun(2000));
        QCOMPARE(indexesOf(dir.path()), whole);
    }

    void whatIsFilledIsSummedWhenItIsValued()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        const qint64 run = mirror->beginRun(1000).value();
        QVERIFY(mirror->apply(smallAccount(2000, run)));
        QVERIFY(mirror->reader().business("biz-acme").value()->mrr.empty() || mirror->reader().business("biz-acme").value()->mrr.front().minor == 0);
        QVERIFY(mirror->revalue(fiveEach, kNowMs));
        const auto business = mirror->reader().business("biz-acme").value();
        QCOMPARE(business->subscriptionId, QString("sub_1"));
        QCOMPARE(business->mrr.front().minor, 500);
        QCOMPARE(mirror->reader().sums(Table::Customers, {})->front().minor, 1000);
        // What comes outside of the backfill is summed at once, as ever.
        Batch webhook = batchAt(3000);
        webhook.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_new", "cus_new", "trialing", "price_1", 1700000100, "usd", {{"business_id", "biz-new"}})));
        QVERIFY(mirror->apply(webhook));
        QCOMPARE(mirror->reader().rowIds(Table::Businesses, {}, {})->size(), size_t(2));
    }

    /// One customer's rows of the ledger are read by them.
    void renewingTheLedgerPutsThemBack()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        const auto whole = indexesOf(dir.path());
        const qint64 run = mirror->beginRun(1000).value();
        QVERIFY(mirror->replaceLedger({"made", "UTC", 5000, 0}, [](LedgerSink&) -> Status { return {}; }));
        QVERIFY(indexesOf(dir.path()) != whole);
        QVERIFY(mirror->apply(smallAccount(2000, run)));
        QVERIFY(mirror->renewLedger(500, 6000, [](const QString&, LedgerSink&) -> Status { return {}; }).value());
        QCOMPARE(indexesOf(dir.path()), whole);
    }
};

CH_TEST(TstSetAside)
#include "tst_SetAside.moc"
