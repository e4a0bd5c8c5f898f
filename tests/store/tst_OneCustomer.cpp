// SPDX-License-Identifier: GPL-3.0-or-later
// What is asked of one customer reads what is theirs, however much the account holds: SQLite counts the steps of a statement that goes through a table
// from end to end.
#include "store/StoreObjects.h"
#include "support/TestMain.h"

#include <sqlite3.h>

using namespace ch;
using namespace ch::store;
using namespace ch::test;

namespace onecustomer {

constexpr int kOthers = 400;
int steps = 0;

int ended(unsigned, void*, void* statement, void*)
{
    steps += sqlite3_stmt_status(static_cast<sqlite3_stmt*>(statement), SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
    return 0;
}

int watch(sqlite3* db, const char**, const sqlite3_api_routines*)
{
    return sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, &ended, nullptr);
}

stripe::Received<stripe::Event> discounted(int number, const QByteArray& customer)
{
    const QByteArray n = QByteArray::number(number);
    return received<stripe::Event>("{\"id\":\"evt_" + n + "\",\"object\":\"event\",\"type\":\"customer.discount.created\",\"created\":" + QByteArray::number(kNowMs / 1000 - 1000 + number) +
                                   ",\"livemode\":false,\"data\":{\"object\":{\"id\":\"di_" + n + "\",\"object\":\"discount\",\"customer\":\"" + customer + "\",\"start\":5,\"end\":null}}}");
}

} // namespace onecustomer

class TstOneCustomer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QCOMPARE(sqlite3_auto_extension(reinterpret_cast<void (*)()>(&onecustomer::watch)), SQLITE_OK); }
    void cleanupTestCase() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&onecustomer::watch)); }

    void neitherAnErasureNorTheirHistoryReadsAllEvents()
    {
        const QTemporaryDir dir;
        const auto mirror = Mirror::open(dir.path(), {QStringLiteral("acct_t"), false}).value();
        Batch batch = batchAt(kNowMs);
        for (int i = 0; i < onecustomer::kOthers; ++i) {
            batch.events.push_back(onecustomer::discounted(i, "cus_other" + QByteArray::number(i)));
        }
        batch.events.push_back(onecustomer::discounted(onecustomer::kOthers, "cus_1"));
        batch.customers = {received<stripe::Customer>(R"({"id":"cus_1","object":"customer","created":5,"livemode":false})")};
        batch.invoices = {received<stripe::Invoice>(invoiceJson("in_1", "cus_1", "", 500))};
        QVERIFY(mirror->apply(batch));

        int found = 0;
        onecustomer::steps = 0;
        QVERIFY(mirror->reader().forEachDiscountEvent("cus_1", [&found](const stripe::Event&, const QByteArray&) { ++found; }));
        QCOMPARE(found, 1);
        QVERIFY2(onecustomer::steps < onecustomer::kOthers / 4, qPrintable(QString::number(onecustomer::steps)));

        onecustomer::steps = 0;
        QVERIFY(mirror->gone({{ObjectList::Customers, "cus_1"}}, kNowMs + 1));
        QVERIFY2(onecustomer::steps < onecustomer::kOthers / 4, qPrintable(QString::number(onecustomer::steps)));
        QVERIFY(!mirror->reader().json("evt_" + QString::number(onecustomer::kOthers)).value().has_value());

        // An invoice of the erased that comes late takes its events with it.
        Batch late = batchAt(kNowMs + 2);
        late.invoices = {received<stripe::Invoice>(invoiceJson("in_2", "cus_1", "", 500))};
        onecustomer::steps = 0;
        QVERIFY(mirror->apply(late));
        QVERIFY2(onecustomer::steps < onecustomer::kOthers / 4, qPrintable(QString::number(onecustomer::steps)));
    }
};

CH_TEST(TstOneCustomer)
#include "tst_OneCustomer.moc"
