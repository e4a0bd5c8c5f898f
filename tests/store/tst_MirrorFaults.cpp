// SPDX-License-Identifier: GPL-3.0-or-later
// Every write of the mirror that can fail, fails once: what was done before stands or is undone as a whole, and done again it comes to the same.
#include "store/Faults.h"
#include "store/StoreObjects.h"
#include "support/TestMain.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <functional>

using namespace ch;
using namespace ch::test;
using namespace ch::store;

namespace {

using Act = std::function<Status(Mirror&)>;

/// One object of nearly every list, what they say of each other, and a customer who is deleted.
Batch mixedBatch(qint64 ms, qint64 run)
{
    static const QByteArray kDiscount = "{\"id\":\"di_1\",\"object\":\"discount\",\"start\":5,\"end\":null,\"source\":{\"type\":\"coupon\",\"coupon\":{\"id\":\"half\",\"object\":\"coupon\","
                                        "\"percent_off\":50,\"duration\":\"forever\",\"created\":1,\"livemode\":false,\"valid\":true,\"metadata\":{}}}}";
    Batch batch = smallAccount(ms, run);
    batch.customers.push_back(received<stripe::Customer>(customerJson("cus_gone", "Gone", "gone@example.com", {{"business_id", "biz-gone"}})));
    batch.deletedCustomers << "cus_gone";
    QByteArray discounted = subscriptionJson("sub_3", "cus_1", "trialing", "price_2");
    discounted.replace("\"discounts\":[],\"items\"", "\"discounts\":[" + kDiscount + "],\"default_payment_method\":{\"id\":\"pm_1\",\"object\":\"payment_method\",\"type\":\"card\",\"created\":3,"
                                                     "\"livemode\":false,\"card\":{\"brand\":\"visa\",\"country\":\"US\",\"exp_month\":1,\"exp_year\":2030}},\"items\"");
    batch.subscriptions.push_back(received<stripe::Subscription>(discounted));
    batch.products.push_back(received<stripe::Product>("{\"id\":\"prod_1\",\"object\":\"product\",\"name\":\"P\",\"active\":true,\"livemode\":false,\"metadata\":{}}"));
    batch.prices.push_back(received<stripe::Price>("{\"id\":\"price_1\",\"object\":\"price\",\"active\":true,\"currency\":\"usd\",\"product\":\"prod_1\",\"unit_amount\":500,\"type\":\"recurring\","
                                                   "\"billing_scheme\":\"per_unit\",\"livemode\":false,\"metadata\":{},\"recurring\":{\"interval\":\"month\",\"interval_count\":1}}"));
    batch.coupons.push_back(received<stripe::Coupon>("{\"id\":\"half\",\"object\":\"coupon\",\"percent_off\":50,\"duration\":\"forever\",\"created\":1,\"livemode\":false,\"valid\":true,\"metadata\":{}}"));
    batch.invoices.push_back(received<stripe::Invoice>(invoiceJson("in_gone", "cus_gone", "sub_gone", 500)));
    batch.paymentIntents.push_back(received<stripe::PaymentIntent>("{\"id\":\"pi_1\",\"object\":\"payment_intent\",\"customer\":\"cus_1\",\"status\":\"succeeded\",\"currency\":\"usd\",\"amount\":500,"
                                                                   "\"created\":5,\"livemode\":false,\"metadata\":{}}"));
    batch.events.push_back(received<stripe::Event>("{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"customer.updated\",\"created\":5,\"livemode\":false,"
                                                   "\"data\":{\"object\":{\"id\":\"cus_gone\",\"object\":\"customer\",\"email\":\"gone@example.com\"}}}"));
    batch.schedules.push_back(received<stripe::SubscriptionSchedule>("{\"id\":\"sub_sched_1\",\"object\":\"subscription_schedule\",\"customer\":\"cus_1\",\"subscription\":\"sub_1\",\"status\":\"active\","
        "\"end_behavior\":\"cancel\",\"created\":5,\"livemode\":false,\"phases\":[{\"start_date\":10,\"end_date\":20,\"items\":[{\"price\":\"price_1\",\"quantity\":2}]}]}"));
    batch.charges.push_back(received<stripe::Charge>("{\"id\":\"ch_1\",\"object\":\"charge\",\"customer\":\"cus_gone\",\"payment_intent\":\"pi_1\",\"status\":\"failed\",\"paid\":false,\"currency\":\"usd\","
                                                     "\"amount\":500,\"created\":5,\"livemode\":false,\"payment_method_details\":{\"type\":\"card\"}}"));
    batch.refunds.push_back(received<stripe::Refund>("{\"id\":\"re_1\",\"object\":\"refund\",\"charge\":\"ch_1\",\"status\":\"succeeded\",\"currency\":\"usd\",\"amount\":100,\"created\":6}"));
    batch.invoicePayments.push_back(received<stripe::InvoicePayment>("{\"id\":\"inpay_1\",\"object\":\"invoice_payment\",\"invoice\":\"in_1\",\"status\":\"paid\",\"currency\":\"usd\",\"amount_paid\":500,"
        "\"created\":5,\"livemode\":false,\"payment\":{\"type\":\"payment_intent\",\"payment_intent\":\"pi_1\"}}"));
    batch.balanceTransactions.push_back(received<stripe::BalanceTransaction>("{\"id\":\"txn_1\",\"object\":\"balance_transaction\",\"type\":\"charge\",\"source\":\"ch_1\",\"amount\":540,"
        "\"currency\":\"usd\",\"exchange_rate\":null,\"fee\":30,\"net\":510,\"created\":5,\"available_on\":9}"));
    return batch;
}

/// Every row of every table, and every index and trigger: what the mirror has come to.
QStringList contentOf(const QString& dir)
{
    SQLite::Database db(QDir(dir).filePath("mirror.sqlite").toStdString());
    QStringList all;
    std::vector<std::string> tables;
    SQLite::Statement schema(db, "SELECT type, name, coalesce(sql, '') FROM sqlite_master ORDER BY type, name");
    while (schema.executeStep()) {
        all << QString::fromUtf8(schema.getColumn(1).getText()) + QLatin1Char(' ') + QString::fromUtf8(schema.getColumn(2).getText());
        const std::string name = schema.getColumn(1).getText();
        const bool isIndex = name.find("_trigrams") != std::string::npos; // it depends on what was written in one go
        if (std::string(schema.getColumn(0).getText()) == "table" && !isIndex) {
            tables.push_back(name);
        }
    }
    for (const std::string& table : tables) {
        SQLite::Statement rows(db, "SELECT * FROM " + table);
        while (rows.executeStep()) {
            QByteArrayList cells = {QByteArray::fromStdString(table)};
            for (int i = 0; i < rows.getColumnCount(); ++i) {
                const SQLite::Column cell = rows.getColumn(i);
                cells << (cell.isBlob() ? QByteArray(static_cast<const char*>(cell.getBlob()), cell.getBytes()).toHex() : QByteArray(cell.getText("null")));
            }
            all << QString::fromUtf8(cells.join('|'));
        }
    }
    return all;
}

Status endAllLists(Mirror& mirror, qint64 run)
{
    Status ended;
    for (const ObjectList list : allLists()) {
        Batch batch = batchAt(2000, run);
        batch.progress = ListProgress{list, run, 0, true, false};
        ended = ended ? mirror.apply(batch) : ended;
    }
    return ended;
}

Status beginRun(Mirror& mirror)
{
    const Result<qint64> run = mirror.beginRun(1500);
    return run ? Status() : Status(fail(run.error()));
}

Status fillMirror(Mirror& mirror)
{
    const Status begun = beginRun(mirror);
    const Status applied = begun ? mirror.apply(mixedBatch(2000, 1)) : begun;
    return applied ? endAllLists(mirror, 1) : applied;
}

bool isStopped(const Status& status)
{
    return !status && status.error().kind == ErrorKind::Storage && status.error().message.contains("disk is full");
}

} // namespace

class TstMirrorFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { skipSyncs(true); }
    void cleanupTestCase() { skipSyncs(false); }

    void everyWriteThatFailsIsMadeUpFor_data()
    {
        QTest::addColumn<Act>("before");
        QTest::addColumn<Act>("act");
        QTest::addColumn<bool>("isWhole"); // one transaction: a failure leaves what was before
        QTest::addColumn<int>("least");    // writes that can fail
        const Act nothing = [](Mirror&) -> Status { return {}; };
        const Act apply = [](Mirror& mirror) { return mirror.apply(mixedBatch(2000, 0)); };
        const Act finish = [](Mirror& mirror) { return mirror.finishRun(1, 3000); };
        QTest::newRow("a batch into an empty mirror") << nothing << apply << true << 40;
        QTest::newRow("a batch over older objects") << Act([](Mirror& mirror) {
            Batch older = smallAccount(1000);
            older.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_3", "cus_1", "active", "price_1")));
            older.invoices.push_back(received<stripe::Invoice>(invoiceJson("in_gone", "cus_gone", "sub_gone", 700)));
            return mirror.apply(older);
        }) << apply << true << 40;
        QTest::newRow("a page of a first backfill") << Act(beginRun) << Act([](Mirror& mirror) { return mirror.apply(mixedBatch(2000, 1)); }) << true << 40;
        QTest::newRow("a first backfill begins") << nothing << Act(beginRun) << true << 20;
        QTest::newRow("a later backfill begins") << apply << Act(beginRun) << true << 4;
        QTest::newRow("indexes are built") << Act(fillMirror) << Act([](Mirror& mirror) { return mirror.buildIndexes(); }) << false << 40;
        QTest::newRow("a first backfill ends") << Act(fillMirror) << finish << false << 50;
        QTest::newRow("a later backfill ends, and something is gone") << Act([](Mirror& mirror) {
            Batch older = smallAccount(1000);
            older.customers.push_back(received<stripe::Customer>(customerJson("cus_old", "Old", "old@example.com", {{"business_id", "biz-old"}})));
            older.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_old", "cus_old", "active", "price_1")));
            older.invoices.push_back(received<stripe::Invoice>(invoiceJson("in_old", "cus_old", "sub_old", 500)));
            const Status applied = mirror.apply(older);
            return applied ? fillMirror(mirror) : applied;
        }) << finish << true << 15;
        QTest::newRow("subscriptions are valued") << apply << Act([](Mirror& mirror) { return mirror.revalue(fiveEach, kNowMs); }) << true << 8;
    }

    void everyWriteThatFailsIsMadeUpFor()
    {
        QFETCH(Act, before);
        QFETCH(Act, act);
        QFETCH(bool, isWhole);
        QFETCH(int, least);
        QTemporaryDir whole;
        QStringList expected;
        {
            const auto mirror = openMirror(whole.path());
            QVERIFY(before(*mirror));
            QVERIFY(act(*mirror));
            expected = contentOf(whole.path());
        }
        int failures = 0;
        for (qint64 n = 1;; ++n) {
            QVERIFY(n < 1000);
            QTemporaryDir dir;
            auto mirror = openMirror(dir.path());
            QVERIFY(before(*mirror));
            const QStringList stood = contentOf(dir.path());
            failWrite(n);
            const Status first = act(*mirror);
            const bool wentThrough = isWriteFailurePending();
            failWrite(0);
            if (wentThrough) {
                QVERIFY(first);
                QCOMPARE(contentOf(dir.path()), expected);
                break;
            }
            ++failures;
            QVERIFY(isStopped(first));
            if (isWhole) {
                QCOMPARE(contentOf(dir.path()), stood);
            }
            QVERIFY(act(*mirror));
            QCOMPARE(contentOf(dir.path()), expected);
        }
        QVERIFY2(failures >= least, qPrintable(QString::number(failures)));
    }

    /// Killed at any write of a first backfill, opened again and gone on with: the same mirror, with every index once.
    void aKillAtAnyWriteOfAFirstBackfillLosesNoIndex()
    {
        const Act goOn = [](Mirror& mirror) {
            const Status filled = fillMirror(mirror);
            const Status valued = filled ? mirror.revalue(fiveEach, kNowMs) : filled;
            return valued ? mirror.finishRun(1, 3000) : valued;
        };
        QTemporaryDir whole;
        QStringList schema;
        int rows = 0;
        const auto apart = [](const QStringList& content) { return content.filter(QRegularExpression("^\\S+ CREATE")); };
        {
            const auto mirror = openMirror(whole.path());
            const QStringList made = apart(contentOf(whole.path()));
            QVERIFY(goOn(*mirror));
            QCOMPARE(apart(contentOf(whole.path())), made);
            schema = made;
            rows = int(contentOf(whole.path()).size());
        }
        int failures = 0;
        for (qint64 n = 1;; ++n) {
            QVERIFY(n < 1000);
            QTemporaryDir dir;
            bool wentThrough = false;
            {
                const auto mirror = openMirror(dir.path());
                failWrite(n);
                const Status first = goOn(*mirror);
                wentThrough = isWriteFailurePending();
                failWrite(0);
                QVERIFY(first || isStopped(first));
            }
            if (wentThrough) {
                break;
            }
            ++failures;
            const auto again = openMirror(dir.path());
            QVERIFY(!again->wasRebuilt());
            QCOMPARE(apart(contentOf(dir.path())), schema);
            QVERIFY(goOn(*again));
            QCOMPARE(int(contentOf(dir.path()).size()), rows);
            QCOMPARE(again->reader().business("biz-acme").value()->mrr.front().minor, 500);
        }
        QVERIFY2(failures > 150, qPrintable(QString::number(failures)));
    }

    /// The disk has room for one more index at each start.
    void everyOpeningKeepsWhatItHasBuilt()
    {
        QTemporaryDir dir;
        const auto schema = [&dir] { return contentOf(dir.path()).filter(QRegularExpression("^\\S+ CREATE")); };
        QStringList whole;
        {
            const auto mirror = openMirror(dir.path());
            whole = schema();
            QVERIFY(fillMirror(*mirror));
        }
        int times = 0;
        for (qsizetype missing = whole.size() - schema().size(); missing > 0; ++times) {
            failWrite(6); // the identity is checked in one, an index built in three
            const auto opened = Mirror::open(dir.path(), {QStringLiteral("acct_1"), false});
            QCOMPARE(bool(opened), isWriteFailurePending());
            failWrite(0);
            QVERIFY(opened || opened.error().kind == ErrorKind::Storage);
            const qsizetype left = whole.size() - schema().size();
            QVERIFY(left < missing);
            missing = left;
        }
        QVERIFY2(times > 10, qPrintable(QString::number(times)));
        QCOMPARE(schema(), whole);
    }
};

CH_TEST(TstMirrorFaults)
#include "tst_MirrorFaults.moc"
