// SPDX-License-Identifier: GPL-3.0-or-later
// A mirror of an earlier version, with objects packed as it packed them.
#include "store/Schema.h"
#include "store/StoreObjects.h"
#include "support/TestMain.h"

#include <QCryptographicHash>
#include <SQLiteCpp/SQLiteCpp.h>

using namespace ch;
using namespace ch::test;
using namespace ch::store;

namespace {

/// In step 4's form: qCompress, MD5.
void insertOld(SQLite::Database& db, const char* sql, const QByteArray& json)
{
    const QByteArray packed = qCompress(json, 3);
    const QByteArray digest = QCryptographicHash::hash(json, QCryptographicHash::Md5);
    SQLite::Statement insert(db, sql);
    insert.bind(1, digest.constData(), int(digest.size()));
    insert.bind(2, packed.constData(), int(packed.size()));
    insert.exec();
}

void makeOldMirror(const QString& dir)
{
    FileKind fourth = mirrorFile();
    fourth.steps = fourth.steps.first(4);
    QVERIFY(Database::openForWriting(mirrorPath(dir), fourth));
    SQLite::Database db(mirrorPath(dir).toStdString(), SQLite::OPEN_READWRITE);
    db.exec("INSERT INTO meta VALUES('account', 'acct_1'), ('mode', 'test')");
    db.exec("INSERT INTO runs(run, started_ms, finished_ms, complete) VALUES(1, 500, 1000, 1)");
    insertOld(db, "INSERT INTO customers(id, name, name_key, email, business_id, business_type, created, received_ms, run, digest, raw) "
                  "VALUES('cus_1', 'Acme', 'acme', 'jane@example.com', 'biz-acme', 'saas', 1700000000, 1000, 1, ?, ?)",
              customerJson("cus_1", "Acme", "jane@example.com", kAcme));
    insertOld(db, "INSERT INTO subscriptions(id, customer_id, status, currency, created, hidden, search, received_ms, run, digest, raw) "
                  "VALUES('sub_1', 'cus_1', 'active', 'usd', 1700000100, 0, 'sub_1', 1000, 1, ?, ?)",
              subscriptionJson("sub_1", "cus_1", "active", "price_1"));
    insertOld(db, "INSERT INTO invoices(id, number, customer_id, subscription_id, status, currency, total, amount_paid, amount_remaining, billing_reason, created, hidden, search, "
                  "received_ms, run, digest, raw) VALUES('in_1', 'N-in_1', 'cus_1', 'sub_1', 'paid', 'usd', 500, 500, 0, 'subscription_cycle', 1700000200, 0, 'in_1', 1000, 1, ?, ?)",
              invoiceJson("in_1", "cus_1", "sub_1", 500));
}

QByteArray rawOf(const QString& dir, const char* table)
{
    SQLite::Database db(mirrorPath(dir).toStdString());
    SQLite::Statement query(db, std::string("SELECT raw FROM ") + table + " WHERE id IN ('cus_1', 'sub_1', 'in_1')");
    return query.executeStep() ? QByteArray(static_cast<const char*>(query.getColumn(0).getBlob()), query.getColumn(0).getBytes()) : QByteArray();
}

} // namespace

class TstUpgrade : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aMirrorOfStepFourIsGoneOnWith()
    {
        QTemporaryDir dir;
        makeOldMirror(dir.path());
        QVERIFY(!QTest::currentTestFailed());
        const auto mirror = openMirror(dir.path());
        QVERIFY(!mirror->wasRebuilt());
        for (const char* id : {"cus_1", "sub_1", "in_1"}) {
            QVERIFY2(mirror->reader().json(id).value().value_or("").contains(id), id);
        }
        QCOMPARE((*mirror->reader().subscription("sub_1"))->items.front().price.id, QString("price_1"));
        QCOMPARE(mirror->reader().invoicesOfCustomer("cus_1")->front().total, 500);
        QVERIFY(mirror->revalue(fiveEach, kNowMs));
        QCOMPARE(mirror->reader().business("biz-acme").value()->mrr.front().minor, 500);
        QVERIFY(mirror->reader().completeness()->complete);
        QCOMPARE(rawOf(dir.path(), "subscriptions"), qCompress(subscriptionJson("sub_1", "cus_1", "active", "price_1"), 3)); // opening is no rewriting
    }

    void whatComesAgainIsPackedAnew()
    {
        QTemporaryDir dir;
        makeOldMirror(dir.path());
        QVERIFY(!QTest::currentTestFailed());
        const auto mirror = openMirror(dir.path());
        const Result<qint64> run = mirror->beginRun(kNowMs);
        QCOMPARE(run.value(), 2);
        QVERIFY(mirror->apply(smallAccount(kNowMs + 1, *run)));
        for (const char* table : {"customers", "subscriptions", "invoices"}) {
            QVERIFY2(rawOf(dir.path(), table).startsWith('\xC1'), table);
        }
        QCOMPARE(mirror->reader().counts()->subscriptions, 2);
        QCOMPARE(mirror->reader().counts()->invoices, 1);
        // and is the same from then on
        const qint64 before = mirror->revision();
        QVERIFY(mirror->apply(smallAccount(kNowMs + 2, *run)));
        QCOMPARE(mirror->revision(), before);
    }
};

CH_TEST(TstUpgrade)
#include "tst_Upgrade.moc"
