// SPDX-License-Identifier: GPL-3.0-or-later
// What time alone does to a mirror, and folders that cannot be written.
#include "store/RecordsFile.h"
#include "store/StoreObjects.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::test;
using namespace ch::store;

namespace {

constexpr qint64 kNow = kNowMs / 1000;
constexpr qint64 kDay = 24LL * 3600;

/// How many subscriptions are asked for their value at that instant.
int valuedAt(Mirror& mirror, qint64 seconds)
{
    int asked = 0;
    const Status valued = mirror.revalue(
        [&](const stripe::Subscription& subscription, const MirrorReader& reader) {
            ++asked;
            return fiveEach(subscription, reader);
        },
        seconds * 1000);
    return valued ? asked : -1;
}

QByteArray discountJson(qint64 start, qint64 end)
{
    return "{\"id\":\"di_1\",\"object\":\"discount\",\"start\":" + QByteArray::number(start) + ",\"end\":" + QByteArray::number(end) +
        ",\"source\":{\"type\":\"coupon\",\"coupon\":{\"id\":\"half\",\"object\":\"coupon\",\"percent_off\":50,\"duration\":\"repeating\","
        "\"duration_in_months\":3,\"created\":1,\"livemode\":false,\"valid\":true,\"metadata\":{}}}}";
}

} // namespace

class TstAging : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void timeAloneMakesAValueOld_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        const QByteArray in10Days = QByteArray::number(kNow + 10 * kDay);
        QTest::newRow("a trial ends") << QByteArray("\"discounts\":[],\"items\"") << "\"discounts\":[],\"trial_end\":" + in10Days + ",\"items\"";
        QTest::newRow("a discount ends") << QByteArray("\"discounts\":[],\"items\"") << "\"discounts\":[" + discountJson(1, kNow + 10 * kDay) + "],\"items\"";
        QTest::newRow("a discount begins") << QByteArray("\"discounts\":[],\"items\"") << "\"discounts\":[" + discountJson(kNow + 10 * kDay, 1890000000) + "],\"items\"";
        QTest::newRow("an item's discount ends") << QByteArray("\"discounts\":[],\"metadata\"") << "\"discounts\":[" + discountJson(1, kNow + 10 * kDay) + "],\"metadata\"";
        QTest::newRow("a pause ends") << QByteArray("\"discounts\":[],\"items\"")
                                      << "\"discounts\":[],\"pause_collection\":{\"behavior\":\"void\",\"resumes_at\":" + in10Days + "},\"items\"";
        QTest::newRow("it is cancelled") << QByteArray("\"discounts\":[],\"items\"") << "\"discounts\":[],\"cancel_at\":" + in10Days + ",\"items\"";
        QTest::newRow("a period begins") << QByteArray("1900000000") << in10Days;
        QTest::newRow("the customer's discount ends") << QByteArray() << QByteArray();
    }

    void timeAloneMakesAValueOld()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        Batch batch = batchAt(kNowMs);
        QByteArray customer = customerJson("cus_1", "A", "a@example.com", {});
        QByteArray subscription = subscriptionJson("sub_1", "cus_1", "active", "price_1");
        if (from.isEmpty()) {
            customer.insert(1, "\"discount\":" + discountJson(1, kNow + 10 * kDay) + ",");
        } else {
            const QByteArray before = subscription;
            QVERIFY(subscription.replace(from, to) != before);
        }
        batch.customers.push_back(received<stripe::Customer>(customer));
        batch.subscriptions.push_back(received<stripe::Subscription>(subscription));
        batch.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_2", "cus_2", "active", "price_1")));
        QVERIFY(mirror->apply(batch));
        QCOMPARE(valuedAt(*mirror, kNow), 2);
        QCOMPARE(valuedAt(*mirror, kNow + 10 * kDay - 1), 0);
        QCOMPARE(valuedAt(*mirror, kNow + 10 * kDay), 1);
        QCOMPARE(valuedAt(*mirror, kNow + 11 * kDay), 0);
    }

    void whatIsAbsentIsNotAskedForAtEverySync()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        Batch batch = batchAt(kNowMs);
        batch.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_1", "cus_1", "active", "price_gone")));
        QVERIFY(mirror->apply(batch));
        QCOMPARE(mirror->missingPrices(kNowMs).value(), QStringList("price_gone"));
        QVERIFY(mirror->rememberAbsent("price_gone", kNowMs));
        QCOMPARE(mirror->missingPrices(kNowMs + 6 * kDay * 1000).value(), QStringList());
        QCOMPARE(mirror->missingPrices(kNowMs + 8 * kDay * 1000).value(), QStringList("price_gone"));
    }

    void aFolderThatMayNotBeWrittenIsSaid_data()
    {
        QTest::addColumn<QString>("dir");
        QTest::newRow("below a file") << QStringLiteral("%1/file/profile");
        QTest::newRow("where the file should be is a folder") << QStringLiteral("%1/taken");
#ifdef Q_OS_LINUX
        QTest::newRow("not even for root") << QStringLiteral("/proc/self/task"); // exists, and no file can be made in it
#endif
    }

    void aFolderThatMayNotBeWrittenIsSaid()
    {
        QFETCH(QString, dir);
        QTemporaryDir temporary;
        QFile file(temporary.filePath("file"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(QDir(temporary.path()).mkpath("taken/mirror.sqlite"));
        QVERIFY(QDir(temporary.path()).mkpath("taken/records.sqlite"));
        const QString folder = dir.contains("%1") ? dir.arg(temporary.path()) : dir;
        const auto mirror = Mirror::open(folder, {"acct_1", false});
        QVERIFY(!mirror);
        const auto records = RecordsFile::open(folder);
        QVERIFY(!records);
        for (const Error& error : {mirror.error(), records.error()}) {
            QCOMPARE(error.kind, ErrorKind::Storage);
            QVERIFY2(error.message.contains(folder) && error.message.contains("Check"), qPrintable(error.message));
        }
    }
};

CH_TEST(TstAging)
#include "tst_Aging.moc"
