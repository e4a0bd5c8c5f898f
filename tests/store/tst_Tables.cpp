// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/RecordsFile.h"
#include "store/StoreObjects.h"
#include "store/Text.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::test;
using namespace ch::store;

namespace {

QStringList idsOf(const MirrorReader& reader, Table table, const TableFilter& filter = {}, const TableOrder& order = {})
{
    const auto ids = reader.rowIds(table, filter, order);
    QStringList objects;
    const auto rows = reader.rows(table, ids.value()).value();
    for (const Row& row : rows) {
        objects << row.objectId;
    }
    return objects;
}

Cell cellOf(const MirrorReader& reader, Table table, const QString& object, const QString& key)
{
    const auto ids = reader.rowIds(table, {}, {}).value();
    const auto rows = reader.rows(table, ids).value();
    for (const Row& row : rows) {
        for (size_t i = 0; row.objectId == object && i < columnsOf(table).size(); ++i) {
            if (key == QLatin1String(columnsOf(table)[i].key)) {
                return row.cells[i];
            }
        }
    }
    return QStringLiteral("no such cell");
}

} // namespace

class TstTables : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<Mirror> m_mirror;

private Q_SLOTS:
    void initTestCase()
    {
        m_mirror = openMirror(m_dir.path());
        Batch batch = batchAt(1000);
        const auto add = [&batch](const QString& id, const QString& name, const QString& business, const QString& type, const QString& currency, int subs) {
            QMap<QString, QString> metadata;
            if (!business.isEmpty()) {
                metadata = {{"business_id", business}, {"business_type", type}};
            }
            batch.customers.push_back(received<stripe::Customer>(customerJson("cus_" + id, name, id.toUpper() + "@Example.com", metadata, 1700000000 + qint64(batch.customers.size()))));
            for (int i = 0; i < subs; ++i) {
                batch.subscriptions.push_back(received<stripe::Subscription>(
                    subscriptionJson(QStringLiteral("sub_%1%2").arg(id).arg(i), "cus_" + id, "active", "price_1", 1700000100 + i, currency)));
            }
            batch.invoices.push_back(received<stripe::Invoice>(invoiceJson("in_" + id, "cus_" + id, "sub_" + id + "0", 500)));
        };
        add("a", QString::fromUtf8("\xc3\x84pfel GmbH"), "biz-a", "saas", "usd", 1);
        add("b", "Birnen", "biz-b", "api", "jpy", 2);
        add("c", "100% Cherries_", "biz-c", "tool", "eur", 3);
        add("d", "No business", "", "", "usd", 1);
        add("e", "Empty", "biz-e", "saas", "usd", 0);
        QVERIFY(m_mirror->apply(batch));
        QVERIFY(m_mirror->revalue(fiveEach, kNowMs));
    }

    void columnsAreTheContract()
    {
        const auto keys = [](Table table) {
            QStringList all;
            for (const ColumnSpec& spec : columnsOf(table)) {
                all << QLatin1String(spec.key);
            }
            return all.join(' ');
        };
        QCOMPARE(keys(Table::Businesses), QString("business_id name business_type status mrr currency subscriptions email customer_id created conflict currencies"));
        QCOMPARE(keys(Table::Customers), QString("customer_id name email business_id business_type status mrr currency subscriptions created currencies"));
        QCOMPARE(keys(Table::Subscriptions), QString("subscription_id name business_id business_type status mrr currency created current_period_end cancel_at ended_at trial_end customer_id"));
        QCOMPARE(keys(Table::Invoices), QString("invoice_id number name status total amount_paid amount_remaining currency created due_date paid_at subscription_id customer_id"));
    }

    void textIsFoundWhateverItsCase()
    {
        const MirrorReader& reader = m_mirror->reader();
        for (const QString& text : {QString::fromUtf8("\xc3\xa4pfel"), QString::fromUtf8("\xc3\x84PFEL"), QStringLiteral("apfel"), QStringLiteral("a@example"), QStringLiteral("gmbh biz-a")}) {
            QCOMPARE(idsOf(reader, Table::Businesses, {text, {}, {}}), QStringList("biz-a"));
        }
        QCOMPARE(idsOf(reader, Table::Subscriptions, {QString::fromUtf8("\xc3\xa4pfel"), {}, {}}), QStringList("sub_a0"));
        QCOMPARE(idsOf(reader, Table::Invoices, {"birnen", {}, {}}), QStringList("in_b"));
        QCOMPARE(idsOf(reader, Table::Customers, {"business_type=tool", {}, {}}), QStringList("cus_c"));
        // No wildcards: what is typed is meant.
        QCOMPARE(idsOf(reader, Table::Customers, {"100%", {}, {}}), QStringList("cus_c"));
        QVERIFY(idsOf(reader, Table::Customers, {"%", {}, {}}) == QStringList("cus_c"));
        QVERIFY(idsOf(reader, Table::Customers, {"b_rnen", {}, {}}).isEmpty());
        QVERIFY(idsOf(reader, Table::Customers, {"' OR 1=1 --", {}, {}}).isEmpty());
    }

    void everyColumnSortsBothWaysWithStableTies()
    {
        const MirrorReader& reader = m_mirror->reader();
        for (const Table table : {Table::Businesses, Table::Customers, Table::Subscriptions, Table::Invoices}) {
            for (const ColumnSpec& spec : columnsOf(table)) {
                const auto up = reader.rowIds(table, {}, {QLatin1String(spec.key), false});
                const auto down = reader.rowIds(table, {}, {QLatin1String(spec.key), true});
                QVERIFY2(up && down, spec.key);
                QCOMPARE(up->size(), down->size());
                QCOMPARE(*up, *reader.rowIds(table, {}, {QLatin1String(spec.key), false}));
            }
        }
        QCOMPARE(idsOf(reader, Table::Customers, {}, {"name", false}), QStringList({"cus_c", "cus_a", "cus_b", "cus_e", "cus_d"}));
        QCOMPARE(idsOf(reader, Table::Customers), QStringList({"cus_e", "cus_d", "cus_c", "cus_b", "cus_a"}));
        QCOMPARE(reader.rowIds(Table::Businesses, {}, {"nonsense", false}).error().kind, ErrorKind::InvalidInput);
        QCOMPARE(reader.rowIds(Table::Businesses, {{}, {{"nonsense", "x"}}, {}}, {}).error().kind, ErrorKind::InvalidInput);
    }

    void amountsSortWithinTheirCurrency()
    {
        // 2,500 yen are not more than 15.00 dollars: the currency with the most rows comes first, what brings nothing last.
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        Batch batch = batchAt(1000);
        const auto add = [&batch](const QString& id, const QString& currency, int subs) {
            batch.customers.push_back(received<stripe::Customer>(customerJson("cus_" + id, id, id + "@example.com", {{"business_id", id}})));
            for (int i = 0; i < subs; ++i) {
                batch.subscriptions.push_back(
                    received<stripe::Subscription>(subscriptionJson(QStringLiteral("sub_%1%2").arg(id).arg(i), "cus_" + id, "active", "price_1", 1700000100 + i, currency)));
            }
        };
        add("nothing", "usd", 0);
        add("yen", "jpy", 5);
        add("small", "usd", 1);
        add("large", "usd", 3);
        QVERIFY(mirror->apply(batch));
        QVERIFY(mirror->revalue(fiveEach, kNowMs));
        const MirrorReader& reader = mirror->reader();
        QCOMPARE(idsOf(reader, Table::Businesses), QStringList({"large", "small", "yen", "nothing"}));
        QCOMPARE(idsOf(reader, Table::Businesses, {}, {"mrr", true}), QStringList({"large", "small", "yen", "nothing"}));
        QCOMPARE(idsOf(reader, Table::Businesses, {}, {"mrr", false}), QStringList({"small", "large", "yen", "nothing"}));
        QCOMPARE(idsOf(reader, Table::Customers, {}, {"mrr", true}), QStringList({"cus_large", "cus_small", "cus_yen", "cus_nothing"}));
    }

    void aTrialShowsItsEndAndNoTrialADash()
    {
        QTemporaryDir dir;
        const auto mirror = openMirror(dir.path());
        Batch batch = smallAccount(1000);
        QByteArray onTrial = subscriptionJson("sub_trial", "cus_1", "trialing", "price_1");
        onTrial.insert(1, "\"trial_start\":1700000000,\"trial_end\":1701000000,");
        batch.subscriptions.push_back(received<stripe::Subscription>(onTrial));
        QVERIFY(mirror->apply(batch));
        QCOMPARE(cellOf(mirror->reader(), Table::Subscriptions, "sub_trial", "trial_end"), Cell(qint64(1701000000)));
        QCOMPARE(cellOf(mirror->reader(), Table::Subscriptions, "sub_1", "trial_end"), Cell());
    }

    void filtersByColumnAndCustomer()
    {
        const MirrorReader& reader = m_mirror->reader();
        QCOMPARE(idsOf(reader, Table::Businesses, {{}, {{"business_type", "saas"}, {"status", "active"}}, {}}), QStringList("biz-a"));
        QCOMPARE(idsOf(reader, Table::Customers, {{}, {{"business_id", ""}}, {}}), QStringList("cus_d"));
        QCOMPARE(idsOf(reader, Table::Customers, {{}, {{"subscriptions", "3"}}, {}}), QStringList("cus_c"));
        QCOMPARE(idsOf(reader, Table::Subscriptions, {{}, {}, "cus_b"}), QStringList({"sub_b1", "sub_b0"}));
        QCOMPARE(idsOf(reader, Table::Invoices, {{}, {}, "cus_b"}), QStringList("in_b"));
        QCOMPARE(idsOf(reader, Table::Businesses, {{}, {}, "cus_b"}), QStringList("biz-b"));
    }

    void sumsAreByCurrencyOverTheFilter()
    {
        const MirrorReader& reader = m_mirror->reader();
        for (const Table table : {Table::Customers, Table::Subscriptions}) {
            const auto sums = reader.sums(table, {}).value();
            QCOMPARE(sums.size(), size_t(3));
            QCOMPARE(sums[0].currency, QString("eur"));
            QCOMPARE(sums[0].minor, 1500);
            QCOMPARE(sums[1].minor, 1000);
            QCOMPARE(sums[2].minor, 1000);
        }
        const auto businesses = reader.sums(Table::Businesses, {{}, {{"business_type", "saas"}}, {}}).value();
        QCOMPARE(businesses.size(), size_t(1));
        QCOMPARE(businesses[0].minor, 500);
        QCOMPARE(businesses[0].rows, 1);
        QCOMPARE(reader.sums(Table::Invoices, {})->at(0).minor, 2500);
        QCOMPARE(cellOf(reader, Table::Businesses, "biz-e", "mrr"), Cell());
        QCOMPARE(cellOf(reader, Table::Businesses, "biz-e", "status"), Cell(QString("none")));
        QCOMPARE(cellOf(reader, Table::Businesses, "biz-b", "mrr"), Cell(qint64(1000)));
        QCOMPARE(cellOf(reader, Table::Businesses, "biz-b", "currency"), Cell(QString("jpy")));
    }

    void rowsThatAreGoneAreEmpty()
    {
        const auto rows = m_mirror->reader().rows(Table::Businesses, {99999, -5}).value();
        QCOMPARE(rows.size(), size_t(2));
        QVERIFY(rows[0].objectId.isEmpty() && rows[1].objectId.isEmpty());
        QCOMPARE(rows[0].cells.size(), columnsOf(Table::Businesses).size());
    }

    void recordsJoinTheBusinesses()
    {
        const MirrorReader& reader = m_mirror->reader();
        const auto file = RecordsFile::open(m_dir.path()).value().release();
        const std::unique_ptr<RecordsFile> records(file);
        Record legacy;
        legacy.businessId = "old-1";
        legacy.businessName = "Old one";
        legacy.businessType = "content";
        legacy.paymentIntentId = "pi_old";
        Record down = legacy;
        down.businessId = "old-2";
        Record adopted; // its customer does not say whose it is
        adopted.businessId = "rec-d";
        adopted.customerId = "cus_d";
        adopted.subscriptionId = "sub_d0";
        Record known;
        known.businessId = "biz-c";
        known.subscriptionId = "sub_c1";
        QVERIFY(records->importRecords({legacy, down, adopted, known}));
        QVERIFY(records->markTakenDown("old-2", "canceled", 5));
        QVERIFY(records->markTakenDown("biz-e", {}, 5));

        QCOMPARE(idsOf(reader, Table::Businesses, {}, {"business_id", false}), QStringList({"biz-a", "biz-b", "biz-c", "biz-e", "old-1", "old-2", "rec-d"}));
        QCOMPARE(cellOf(reader, Table::Businesses, "old-1", "status"), Cell(QString("legacy")));
        QCOMPARE(cellOf(reader, Table::Businesses, "old-2", "status"), Cell(QString("taken_down")));
        QCOMPARE(cellOf(reader, Table::Businesses, "biz-e", "status"), Cell(QString("taken_down")));
        QCOMPARE(cellOf(reader, Table::Businesses, "rec-d", "mrr"), Cell(qint64(500)));
        QCOMPARE(cellOf(reader, Table::Businesses, "rec-d", "name"), Cell(QString("No business")));
        QCOMPARE(idsOf(reader, Table::Businesses, {"pi_old", {}, {}}, {"business_id", false}), QStringList({"old-1", "old-2"}));
        qint64 usd = 0;
        const auto sums = reader.sums(Table::Businesses, {}).value();
        for (const CurrencySum& sum : sums) {
            usd += sum.currency == "usd" ? sum.minor : 0;
        }
        QCOMPARE(usd, 1000); // biz-a and rec-d

        const Business old = *reader.business("old-1").value();
        QCOMPARE(old.status, QString("legacy"));
        QCOMPARE(old.paymentIntentId, QString("pi_old"));
        QVERIFY(old.hasRecord && old.customerIds.isEmpty());
        QCOMPARE(reader.business("cus_d").value()->businessId, QString("rec-d"));
        QCOMPARE(reader.business("biz-c").value()->subscriptionId, QString("sub_c1")); // the one that the record names
        QCOMPARE(reader.business("biz-b").value()->subscriptionId, QString("sub_b1"));
        QVERIFY(!reader.business("nobody").value());

        QStringList all;
        QVERIFY(reader.forEachBusiness(true, [&](const Business& business) { all << business.businessId; }));
        QCOMPARE(all, QStringList({"biz-a", "biz-b", "biz-c", "biz-e", "old-1", "old-2", "rec-d"}));
        // A reader of its own finds them as well.
        const auto own = MirrorReader::open(m_dir.path()).value().release();
        const std::unique_ptr<MirrorReader> guard(own);
        QCOMPARE(own->rowIds(Table::Businesses, {}, {})->size(), size_t(7));

        // Ours to say once nothing lives; what lives again has Stripe's word.
        for (const char* status : {"canceled", "active"}) {
            Batch batch = batchAt(2000 + qint64(qstrlen(status)));
            batch.customers.push_back(received<stripe::Customer>(customerJson("cus_z", "Zed", "z@example.com", {{"business_id", "biz-z"}})));
            batch.subscriptions.push_back(received<stripe::Subscription>(subscriptionJson("sub_z", "cus_z", status, "price_1")));
            batch.receivedAtMs += qstrcmp(status, "active") == 0 ? 1000 : 0;
            QVERIFY(m_mirror->apply(batch));
            QVERIFY(records->markTakenDown("biz-z", "canceled", 9));
            const QString expected = qstrcmp(status, "active") == 0 ? "active" : "taken_down";
            QCOMPARE(cellOf(reader, Table::Businesses, "biz-z", "status"), Cell(expected));
            QCOMPARE(reader.business("biz-z").value()->status, expected);
        }
    }

    void jsonIsIndentedToken_by_token()
    {
        QCOMPARE(indentedJson("{\"b\":1.50,\"a\":[],\"s\":\"x{,}\\\"y\",\"l\":[1,{\"k\":null}]}"),
                 QByteArray("{\n  \"b\": 1.50,\n  \"a\": [],\n  \"s\": \"x{,}\\\"y\",\n  \"l\": [\n    1,\n    {\n      \"k\": null\n    }\n  ]\n}"));
        QCOMPARE(withJsonField("{\"a\":1 ,\"b\":[1,2]}", "a", "true").value(), QByteArray("{\"a\":true ,\"b\":[1,2]}"));
        QCOMPARE(withJsonField("{\"a\":1,\"b\":[1,2]}", "b", "{}").value(), QByteArray("{\"a\":1,\"b\":{}}"));
        QCOMPARE(withJsonField("{}", "b", "2").value(), QByteArray("{\"b\":2}"));
        QCOMPARE(withJsonField("{\"a\":{\"b\":1}}", "b", "2").value(), QByteArray("{\"b\":2,\"a\":{\"b\":1}}"));
        QCOMPARE(jsonField("{\"a\":{\"b\":1},\"b\":[3]}", "b"), std::optional<QByteArray>("[3]"));
        QVERIFY(!withJsonField("[1]", "b", "2"));
    }
};

CH_TEST(TstTables)
#include "tst_Tables.moc"
