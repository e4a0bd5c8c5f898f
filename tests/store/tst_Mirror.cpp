// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Faults.h"
#include "store/StoreObjects.h"
#include "support/TestMain.h"

#include <QDir>
#include <SQLiteCpp/SQLiteCpp.h>

using namespace ch;
using namespace ch::test;
using namespace ch::store;

namespace {

void endAllLists(Mirror& mirror, qint64 run, qint64 ms)
{
    for (const ObjectList list : allLists()) {
        Batch batch = batchAt(ms, run);
        batch.progress = ListProgress{list, run, 0, true, false};
        QVERIFY(mirror.apply(batch));
    }
}

QByteArray wholeFile(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TstMirror : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void filesAreOurOwnersAlone()
    {
        QTemporaryDir dir;
        const QString inner = dir.filePath("new/profile");
        const auto mirror = openMirror(inner);
        QVERIFY(mirror->apply(smallAccount(1000)));
        const auto owner = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadUser | QFileDevice::WriteUser;
        for (const QString& name : {QStringLiteral("mirror.sqlite"), QStringLiteral("mirror.sqlite-wal")}) {
            QCOMPARE(QFile::permissions(inner + "/" + name), owner);
        }
        QCOMPARE(QFile::permissions(inner) & (QFileDevice::ReadOther | QFileDevice::ReadGroup | QFileDevice::ExeOther), QFileDevice::Permissions());
    }

    void newestWins()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        QVERIFY(mirror->apply(smallAccount(2000)));
        Batch older = batchAt(1000);
        older.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_1", "cus_1", "trialing", "price_1")));
        QVERIFY(mirror->apply(older));
        QCOMPARE(mirror->reader().subscription("sub_1").value()->status, QString("active"));
        Batch newer = batchAt(3000);
        newer.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_1", "cus_1", "canceled", "price_1")));
        QVERIFY(mirror->apply(newer));
        QCOMPARE(mirror->reader().subscription("sub_1").value()->status, QString("canceled"));
    }

    void aClockThatWasSetBackHidesNothing()
    {
        constexpr qint64 kAheadMs = 11LL * 60 * 1000;
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        QVERIFY(mirror->apply(smallAccount(kNowMs + kAheadMs)));
        Batch now = batchAt(kNowMs);
        now.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_1", "cus_1", "canceled", "price_1", 1700000000)));
        QVERIFY(mirror->apply(now));
        QCOMPARE((*mirror->reader().subscription("sub_1"))->status, QString("canceled"));
        // Minutes are the way of an answer, not of a clock.
        Batch late = batchAt(kNowMs - 5LL * 60 * 1000);
        late.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_1", "cus_1", "active", "price_1", 1700000000)));
        QVERIFY(mirror->apply(late));
        QCOMPARE((*mirror->reader().subscription("sub_1"))->status, QString("canceled"));
    }

    void unchangedObjectsDoNotMoveTheRevision()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        QVERIFY(mirror->apply(smallAccount(1000)));
        QVERIFY(mirror->revalue(fiveEach, kNowMs));
        const qint64 before = mirror->revision();
        QVERIFY(mirror->apply(smallAccount(2000)));
        QVERIFY(mirror->revalue([](const stripe::Subscription&, const MirrorReader&) -> SubscriptionValue { qFatal("nothing is dirty"); return {}; }, kNowMs));
        QCOMPARE(mirror->revision(), before);
    }

    /// A million are valued in many transactions: each is short, and what was valued stays when the next one fails.
    void manyAreValuedInPieces()
    {
        constexpr int kMany = 4500;
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        Batch batch = smallAccount(1000);
        for (int i = 0; i < kMany; ++i) {
            const QString number = QString::number(i);
            batch.customers.push_back(received<stripe::Customer>(customerJson("cus_m" + number, "M" + number, "m@example.com", {{"business_id", "b" + QString::number(i / 3)}})));
            batch.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_m" + number, "cus_m" + number, "active", "price_1", 1700000000 + i)));
        }
        QVERIFY(mirror->apply(batch));
        int pieces = 0;
        for (bool more = true; more; ++pieces) {
            const Result<bool> piece = mirror->revaluePiece(fiveEach, kNowMs);
            QVERIFY(piece);
            more = *piece;
        }
        QCOMPARE(pieces, 3);
        const auto sums = mirror->reader().sums(Table::Businesses, {}).value();
        QCOMPARE(sums.size(), size_t(1));
        QCOMPARE(sums.front().minor, 500 * (kMany + 1)); // also of those whose customers came in two pieces
        QVERIFY(mirror->revalue([](const stripe::Subscription&, const MirrorReader&) -> SubscriptionValue { qFatal("nothing is dirty"); return {}; }, kNowMs));
    }

    void deletingACustomerErasesThePerson()
    {
        QTemporaryDir dir;
        auto mirror = openMirror(dir.path());
        QVERIFY(mirror->apply(smallAccount(1000)));
        Batch event = batchAt(1000);
        event.events.push_back(received<stripe::Event>("{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"customer.updated\",\"created\":5,\"livemode\":false,"
                                                       "\"data\":{\"object\":{\"id\":\"cus_1\",\"object\":\"customer\",\"email\":\"jane@example.com\"}}}"));
        QVERIFY(mirror->apply(event));
        Batch gone = batchAt(2000);
        gone.deletedCustomers << "cus_1";
        QVERIFY(mirror->apply(gone));
        QVERIFY(mirror->apply(smallAccount(1500))); // an answer that was on its way does not bring it back

        const auto customer = mirror->reader().customer("cus_1").value();
        QVERIFY(customer->deleted);
        QVERIFY(customer->email.isEmpty());
        QCOMPARE(mirror->reader().json("cus_1").value(), std::nullopt);
        QCOMPARE(mirror->reader().json("evt_1").value(), std::nullopt);
        QVERIFY(!mirror->reader().json("in_1").value()->contains("jane@example.com"));
        QCOMPARE(mirror->reader().invoicesOfCustomer("cus_1")->size(), size_t(1));
        // A later list of invoices still names them; ours does not.
        Batch again = batchAt(3000);
        again.invoices.push_back(received<stripe::Invoice>(invoiceJson("in_1", "cus_1", "sub_1", 500)));
        QVERIFY(mirror->apply(again));
        QVERIFY(!mirror->reader().json("in_1").value()->contains("jane@example.com"));
        const Business business = *mirror->reader().business("biz-acme").value();
        QVERIFY(business.isDeletedInStripe);
        QCOMPARE(business.name, QString("biz-acme"));
        QCOMPARE(mirror->reader().rowIds(Table::Customers, {}, {})->size(), size_t(1));
        QCOMPARE(mirror->reader().rowIds(Table::Customers, {"jane", {}, {}}, {})->size(), size_t(0));
        mirror.reset(); // checkpoints
        QVERIFY(!wholeFile(dir.filePath("mirror.sqlite")).contains("jane@example.com"));
    }

    void severalCustomersWithOneBusinessAreAConflict()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        QVERIFY(mirror->apply(smallAccount(1000)));
        Batch second = batchAt(1100);
        second.customers.push_back(received<stripe::Customer>(customerJson("cus_3", "Acme again", "b@example.com", kAcme, 1700000999)));
        second.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_3", "cus_3", "active", "price_2", 1700000500, "eur")));
        QVERIFY(mirror->apply(second));
        QVERIFY(mirror->revalue(fiveEach, kNowMs));
        const Business business = *mirror->reader().business("biz-acme").value();
        QVERIFY(business.isConflict());
        QCOMPARE(business.customerIds, QStringList({"cus_3", "cus_1"}));
        QCOMPARE(business.subscriptionIds, QStringList({"sub_3", "sub_1"}));
        QCOMPARE(business.mrr, (std::vector<Money>{{500, "eur"}, {500, "usd"}}));
        QCOMPARE(mirror->reader().rowIds(Table::Businesses, {}, {})->size(), size_t(1));
        const auto sums = mirror->reader().sums(Table::Businesses, {}).value();
        QCOMPARE(sums.size(), size_t(2));
        QCOMPARE(sums[0].minor + sums[1].minor, 1000);
        // By the customer's id one finds the same business.
        QCOMPARE(mirror->reader().business("cus_1").value()->businessId, QString("biz-acme"));
    }

    void aCustomerThatChangesItsBusinessLeavesTheOldOne()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        QVERIFY(mirror->apply(smallAccount(1000)));
        Batch moved = batchAt(2000);
        moved.customers.push_back(received<stripe::Customer>(customerJson("cus_1", "Acme", "j@example.com", {{"business_id", "biz-new"}})));
        QVERIFY(mirror->apply(moved));
        QVERIFY(!mirror->reader().business("biz-acme").value());
        QCOMPARE(mirror->reader().business("biz-new").value()->subscriptionId, QString("sub_1"));
    }

    void aPriceOrCouponThatChangesMakesItsSubscriptionsDirty()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        QVERIFY(mirror->apply(smallAccount(1000)));
        QVERIFY(mirror->revalue(fiveEach, kNowMs));
        Batch price = batchAt(2000);
        price.prices.push_back(received<stripe::Price>("{\"id\":\"price_1\",\"object\":\"price\",\"active\":true,\"currency\":\"usd\",\"billing_scheme\":\"tiered\","
                                                       "\"tiers_mode\":\"volume\",\"tiers\":[{\"up_to\":null,\"unit_amount\":7,\"unit_amount_decimal\":\"7\"}],"
                                                       "\"type\":\"recurring\",\"product\":\"prod_1\",\"created\":1,\"livemode\":false,\"metadata\":{}}"));
        QVERIFY(mirror->apply(price));
        int asked = 0;
        QVERIFY(mirror->revalue([&](const stripe::Subscription& subscription, const MirrorReader& reader) {
            ++asked;
            return fiveEach(subscription, reader);
        }, kNowMs));
        QCOMPARE(asked, 2);
        // The same price without its tiers (they come only when asked for) does not take them away.
        Batch bare = batchAt(3000);
        bare.prices.push_back(received<stripe::Price>("{\"id\":\"price_1\",\"object\":\"price\",\"active\":false,\"currency\":\"usd\",\"billing_scheme\":\"tiered\","
                                                      "\"tiers_mode\":\"volume\",\"type\":\"recurring\",\"product\":\"prod_1\",\"created\":1,\"livemode\":false,\"metadata\":{}}"));
        QVERIFY(mirror->apply(bare));
        const auto kept = mirror->reader().price("price_1").value();
        QVERIFY(!kept->active);
        QVERIFY(kept->tiersKnown);
        QCOMPARE(kept->tiers.size(), size_t(1));
    }

    void aFinishedRunHidesWhatItDidNotSee()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        const qint64 first = mirror->beginRun(1000).value();
        QVERIFY(mirror->apply(smallAccount(1100, first)));
        QVERIFY(!mirror->finishRun(first, 1200)); // lists have not ended
        endAllLists(*mirror, first, 1150);
        QVERIFY(mirror->finishRun(first, 1200));
        QVERIFY(mirror->reader().completeness()->complete);
        QCOMPARE(mirror->reader().completeness()->completeAsOfMs, 1000);
        QCOMPARE(mirror->reader().counts()->customers, 2);

        const qint64 second = mirror->beginRun(5000).value();
        QVERIFY(second > first);
        QCOMPARE(mirror->beginRun(6000).value(), second); // taken up again
        Batch seen = batchAt(5100, second);
        seen.customers.push_back(received<stripe::Customer>(customerJson("cus_2", "Solo", "solo@example.com", {})));
        seen.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_1", "cus_1", "canceled", "price_1")));
        QVERIFY(mirror->apply(seen));
        Batch newer = batchAt(5200); // came by itself while the run went on: no list needs to show it
        newer.customers.push_back(received<stripe::Customer>(customerJson("cus_9", "New", "n@example.com", {})));
        QVERIFY(mirror->apply(newer));
        endAllLists(*mirror, second, 5300);
        QVERIFY(mirror->finishRun(second, 5400));
        QVERIFY(mirror->reader().customer("cus_1").value()->deleted);
        QVERIFY(!mirror->reader().customer("cus_9").value()->deleted);
        const MirrorCounts counts = mirror->reader().counts().value();
        QCOMPARE(counts.customers, 2);
        QCOMPARE(counts.subscriptions, 1);
        QCOMPARE(counts.invoices, 0);
        // A day later an unfinished run begins anew.
        const qint64 third = mirror->beginRun(10'000).value();
        QVERIFY(mirror->beginRun(10'000 + 25LL * 3600 * 1000).value() > third);
    }

    void aListThatIsNotPermittedLeavesItPartial()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        const qint64 run = mirror->beginRun(1000).value();
        QVERIFY(mirror->apply(smallAccount(1100, run)));
        endAllLists(*mirror, run, 1150);
        Batch refused = batchAt(1160, run);
        refused.progress = ListProgress{ObjectList::Events, run, 0, false, true};
        QVERIFY(mirror->apply(refused));
        QVERIFY(mirror->finishRun(run, 1200));
        const Completeness completeness = mirror->reader().completeness().value();
        QVERIFY(!completeness.complete);
        QVERIFY(!completeness.running);
        QCOMPARE(completeness.notPermittedLists, QStringList({"events"}));
        QCOMPARE(completeness.missingLists, QStringList({"events"}));
    }

    void aSupplementaryListThatIsNotPermittedIsNamedAndNoMore()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        const qint64 run = mirror->beginRun(1000).value();
        endAllLists(*mirror, run, 1150);
        for (const ObjectList list : {ObjectList::Charges, ObjectList::PaymentMethods}) {
            Batch refused = batchAt(1160, run);
            refused.progress = ListProgress{list, run, 0, false, true};
            QVERIFY(mirror->apply(refused));
        }
        const Completeness running = mirror->reader().completeness().value();
        QVERIFY(!running.complete);
        QCOMPARE(running.missingLists, QStringList());
        QVERIFY(mirror->finishRun(run, 1200));
        const Completeness completeness = mirror->reader().completeness().value();
        QVERIFY(completeness.complete);
        QCOMPARE(completeness.notPermittedLists, QStringList({"charges", "payment_methods"}));
        QCOMPARE(completeness.missingLists, QStringList());
    }

    void aDeletedCustomerIsKnownByItsSubscriptions()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        const qint64 run = mirror->beginRun(1000).value();
        Batch batch = batchAt(1100, run);
        batch.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_9", "cus_gone", "canceled", "price_1", 1700000100, "usd", kAcme)));
        QVERIFY(mirror->apply(batch));
        endAllLists(*mirror, run, 1150);
        QVERIFY(mirror->finishRun(run, 1200));
        const Business business = *mirror->reader().business("biz-acme").value();
        QCOMPARE(business.status, QString("canceled"));
        QVERIFY(business.isDeletedInStripe);
        QCOMPARE(mirror->reader().counts()->customers, 0);
        QCOMPARE(mirror->reader().rowIds(Table::Customers, {}, {})->size(), size_t(0));
    }

    void testClocksDoNotCount()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        Batch batch = batchAt(1000);
        QByteArray customer = customerJson("cus_t", "Clock", "c@example.com", kAcme);
        batch.customers.push_back(received<stripe::Customer>(customer.insert(1, "\"test_clock\":\"clock_1\",")));
        QByteArray subscription = subscriptionJson("sub_t", "cus_t", "active", "price_1");
        batch.subscriptions.push_back(received<stripe::Subscription>(subscription.insert(1, "\"test_clock\":\"clock_1\",")));
        QVERIFY(mirror->apply(batch));
        QVERIFY(mirror->revalue(fiveEach, kNowMs));
        QCOMPARE(mirror->reader().counts()->subscriptions, 0);
        QVERIFY(mirror->reader().sums(Table::Subscriptions, {})->empty());
        QVERIFY(!mirror->reader().business("biz-acme").value());
        QVERIFY(mirror->reader().forEachValue([](const MirrorReader::ValuedSubscription&) { QFAIL("counted"); }));
    }

    void aDiskThatIsFullIsSaidAndLosesNothing()
    {
        QTemporaryDir dir;
        limitPages(120);
        const auto mirror = openMirror(dir.path());
        limitPages(0);
        QVERIFY(mirror->apply(smallAccount(1000)));
        Status applied;
        int stored = 0;
        for (int i = 0; i < 2000 && applied; ++i) {
            Batch more = batchAt(2000 + i);
            more.customers.push_back(received<stripe::Customer>(customerJson(QStringLiteral("cus_more%1").arg(i), "N", "n@example.com", {})));
            applied = mirror->apply(more);
            stored += applied ? 1 : 0;
        }
        QVERIFY(!applied);
        QCOMPARE(applied.error().kind, ErrorKind::Storage);
        QVERIFY2(applied.error().message.contains("disk is full"), qPrintable(applied.error().message));
        QCOMPARE(mirror->reader().counts()->customers, 2 + stored);
        // With room again it goes on.
        const auto again = openMirror(dir.path());
        QVERIFY(!again->wasRebuilt());
        Batch more = batchAt(9000);
        more.customers.push_back(received<stripe::Customer>(customerJson("cus_last", "N", "n@example.com", {})));
        QVERIFY(again->apply(more));
    }

    void anotherAccountOrModeIsRefused()
    {
        QTemporaryDir dir;
        openMirror(dir.path());
        const auto account = Mirror::open(dir.path(), {"acct_2", false});
        QCOMPARE(account.error().kind, ErrorKind::Safety);
        const auto mode = Mirror::open(dir.path(), {"acct_1", true});
        QCOMPARE(mode.error().kind, ErrorKind::Safety);
        QVERIFY(Mirror::open(dir.path(), {QString(), false}));
    }

    void aDamagedMirrorIsSetAsideAndBegunAnew_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("text") << 0;
        QTest::newRow("a page overwritten") << 1;
        QTest::newRow("cut") << 2;
        QTest::newRow("another program's database") << 3;
        QTest::newRow("long text") << 4;
    }

    void aDamagedMirrorIsSetAsideAndBegunAnew()
    {
        QFETCH(int, how);
        QTemporaryDir dir;
        const QString path = dir.filePath("mirror.sqlite");
        {
            const auto mirror = openMirror(dir.path());
            QVERIFY(mirror->apply(smallAccount(1000)));
        }
        if (how == 3) {
            QFile::remove(path);
            SQLite::Database other(path.toStdString(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            other.exec("CREATE TABLE x(y); PRAGMA application_id=7; PRAGMA user_version=1");
        } else {
            QFile file(path);
            QVERIFY(file.open(how == 0 || how == 4 ? QIODevice::WriteOnly | QIODevice::Truncate : QIODevice::ReadWrite));
            if (how == 0) {
                file.write("this is no database");
            } else if (how == 4) {
                file.write(QByteArray(20000, 'x'));
            } else if (how == 1) {
                QVERIFY(file.seek(4096));
                file.write(QByteArray(8 * 4096, '\xff'));
            } else {
                QVERIFY(file.resize(file.size() / 2 / 4096 * 4096));
            }
        }
        const auto mirror = openMirror(dir.path());
        QVERIFY(mirror->wasRebuilt());
        QCOMPARE(mirror->reader().counts()->customers, 0);
        QCOMPARE(QDir(dir.path()).entryList({"mirror.damaged-*.sqlite"}).size(), 1);
        QVERIFY(mirror->apply(smallAccount(1000)));
    }

    void aMirrorFromANewerVersionIsRefusedAndLeftAlone()
    {
        QTemporaryDir dir;
        openMirror(dir.path());
        {
            SQLite::Database db(dir.filePath("mirror.sqlite").toStdString(), SQLite::OPEN_READWRITE);
            db.exec("PRAGMA user_version=99");
        }
        const auto opened = Mirror::open(dir.path(), {"acct_1", false});
        QCOMPARE(opened.error().kind, ErrorKind::NewerVersion);
        const auto reader = MirrorReader::open(dir.path());
        QCOMPARE(reader.error().kind, ErrorKind::NewerVersion);
        QVERIFY(QFile::exists(dir.filePath("mirror.sqlite")));
    }

    void readersSeeWholeBatchesWhileTheWriterWrites()
    {
        QTemporaryDir dir;
        QCOMPARE(MirrorReader::open(dir.path()).error().kind, ErrorKind::NotFound);
        const auto mirror = openMirror(dir.path());
        QVERIFY(mirror->apply(smallAccount(1000)));
        const auto one = MirrorReader::open(dir.path()).value().release();
        const auto two = MirrorReader::open(dir.path()).value().release();
        const std::unique_ptr<MirrorReader> first(one);
        const std::unique_ptr<MirrorReader> second(two);
        int visited = 0;
        // A reader in the middle of its rows neither stops the writer nor sees what it writes.
        QVERIFY(first->forEachSubscription([&](const stripe::Subscription& subscription) {
            ++visited;
            Batch more = batchAt(2000 + visited);
            more.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_x" + subscription.id, "cus_1", "active", "price_1")));
            QVERIFY(mirror->apply(more));
        }));
        QCOMPARE(visited, 2);
        QCOMPARE(second->counts()->subscriptions, 4);
        QCOMPARE(second->revision().value(), mirror->revision());
        // A second writer, as another process would have.
        const auto other = openMirror(dir.path());
        Batch batch = batchAt(9000);
        batch.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_other", "cus_2", "active", "price_1")));
        QVERIFY(other->apply(batch));
        QCOMPARE(mirror->reader().counts()->subscriptions, 5);
    }

    void metaIsKept()
    {
        QTemporaryDir dir;
        {
            const auto mirror = openMirror(dir.path());
            QVERIFY(mirror->setMeta("note", "hello"));
        }
        const auto reader = MirrorReader::open(dir.path());
        QVERIFY(reader);
        QCOMPARE((*reader)->meta("note").value(), QString("hello"));
        QCOMPARE((*reader)->meta("other").value(), QString());
    }

    void linesComeInOrderWithTheirInvoice()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        Batch batch = smallAccount(1000);
        batch.invoices.push_back(received<stripe::Invoice>(invoiceJson("in_0", "cus_1", "sub_1", 700, 1600000000)));
        QByteArray draft = invoiceJson("in_d", "cus_1", "sub_1", 900);
        batch.invoices.push_back(received<stripe::Invoice>(draft.replace("\"paid\"", "\"draft\"")));
        QVERIFY(mirror->apply(batch));
        QStringList seen;
        QVERIFY(mirror->reader().forEachInvoiceLine([&](const MirrorReader::DatedLine& line) {
            seen << line.invoiceId;
            QCOMPARE(line.line.subscriptionItemId, QString("si_sub_1"));
            QCOMPARE(line.line.priceId, QString("price_1"));
            QCOMPARE(line.line.quantity, std::optional<qint64>(1));
        }));
        QCOMPARE(seen, QStringList({"in_0", "in_1"}));
    }
};

CH_TEST(TstMirror)
#include "tst_Mirror.moc"
