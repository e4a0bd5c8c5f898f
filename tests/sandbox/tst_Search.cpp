// SPDX-License-Identifier: GPL-3.0-or-later
// Stripe's search: its language, its fields, its pages, and how late it sees things.
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;

class TstSearch : public QObject {
    Q_OBJECT

    static ch::sandbox::Options prompt()
    {
        auto options = Account::empty();
        options.searchDelay = 0;
        return options;
    }
    static Account::Got find(Account& a, const QByteArray& what, const QByteArray& query, const QByteArray& more = {})
    {
        return a.get("/v1/" + what + "/search?query=" + query.toPercentEncoding() + more);
    }
    static QStringList names(const Account::Got& got)
    {
        QStringList out;
        for (const QJsonValue& row : got.data())
            out.append(row.toObject()["name"].toString());
        return out;
    }
    static QStringList ids(const Account::Got& got)
    {
        QStringList out;
        for (const QJsonValue& row : got.data())
            out.append(row.toObject()["id"].toString());
        return out;
    }

private Q_SLOTS:
    void customersByWhatTheyAre_data();
    void customersByWhatTheyAre();
    void badQueriesAreRefused_data();
    void badQueriesAreRefused();
    void pagesHaveTokens();
    void theIndexLagsBehind();
    void aCatchUpIsDatedWhereItHappened();
    void hashesSeeChanges();
    void everyFieldOfEveryObject_data();
    void everyFieldOfEveryObject();
    void sameAsAWalkThroughTheList();
    void whatIsNotFound();
};

void TstSearch::customersByWhatTheyAre_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QString>("found"); // newest first
    const auto row = [](const char* name, const char* query, const char* found) { QTest::newRow(name) << QByteArray(query) << QString(found); };
    row("whole email", "email:'amy@rocketrides.io'", "Amy");
    row("in double quotes", "email:\"amy@rocketrides.io\"", "Amy");
    row("case does not matter", "email:'AMY@rocketrides.io'", "Amy");
    row("not a part by :", "email:'amy'", "");
    row("a part by ~", "email~'rides'", "Bob Amy");
    row("metadata", "metadata['plan']:'gold'", "Bob Amy");
    row("metadata, whole values only", "metadata['plan']:'gol'", "");
    row("metadata in double quotes", "metadata[\"plan\"]:\"gold\"", "Bob Amy");
    row("and", "metadata['plan']:'gold' AND name:'Bob'", "Bob");
    row("and, in small letters", "metadata['plan']:'gold' and name:'Bob'", "Bob");
    row("and, by a blank", "metadata['plan']:'gold' name:'Bob'", "Bob");
    row("or", "name:'Amy' OR name:'Bob'", "Bob Amy");
    row("or, with an unhashed clause", "email:'amy@rocketrides.io' OR created<1", "Amy");
    row("not", "-name:'Bob'", "Ma'am Amy");
    row("null", "email:null", "Ma'am");
    row("not null", "-email:null", "Bob Amy");
    row("metadata without the key", "metadata['plan']:null", "Ma'am");
    row("metadata with the key", "-metadata['plan']:NULL", "Bob Amy");
    row("negation finds what has none", "-metadata['plan']:'gold'", "Ma'am");
    row("an escaped quote", "name:'Ma\\'am'", "Ma'am");
    row("the other quote", "name:\"Ma'am\"", "Ma'am");
    row("greater", "created>1793491205", "Ma'am");
    row("at least", "created>=1793491205", "Ma'am Bob");
    row("less", "created<1793491205", "Amy");
    row("at most", "created<=1793491205", "Bob Amy");
    row("numbers in quotes", "created:'1793491205'", "Bob");
    row("letters beyond ASCII", "metadata['town']:'ÉVREUX'", "Bob");
}

void TstSearch::customersByWhatTheyAre()
{
    QFETCH(QByteArray, query);
    Account a(prompt());
    a.makeCustomer("name=Amy&email=amy@rocketrides.io&metadata[plan]=gold");
    a.clock.advance(5000);
    a.makeCustomer("name=Bob&email=bob@rides.example&metadata[plan]=gold&metadata[town]=%C3%89vreux");
    a.clock.advance(5000);
    a.makeCustomer("name=Ma'am");
    const auto got = find(a, "customers", query);
    QCOMPARE(got.status, 200);
    QTEST(names(got).join(' '), "found");
    QCOMPARE(got.json["object"].toString(), "search_result");
    QCOMPARE(got.json["url"].toString(), "/v1/customers/search");
    QCOMPARE(got.json["has_more"].toBool(), false);
    QVERIFY(got.json["next_page"].isNull());
    QVERIFY(!got.json.contains("total_count"));
}

void TstSearch::badQueriesAreRefused_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* query, const char* says) { QTest::newRow(query) << QByteArray(query) << QString(says); };
    row("email", "unable to parse");
    row("email:", "unable to parse");
    row("email:'open", "unable to parse");
    row("email:'a'x", "unable to parse");
    row("metadata:'x'", "unable to parse");
    row("metadata[plan]:'x'", "unable to parse");
    row("email['x']:'y'", "unable to parse");
    row("name:'a' AND", "unable to parse");
    row("AND name:'a'", "unable to parse");
    row("(name:'a')", "unable to parse");
    row("   ", "unable to parse");
    row("name:'a' AND name:'b' OR name:'c'", "not with both");
    row("name:'a' name:'b' OR name:'c'", "not with both");
    row("foo:'bar'", "Field `foo` is an unsupported search field for resource `customers`.");
    row("name~'ab'", "at least 3 characters");
    row("metadata['a']~'abc'", "does not support");
    row("name>'a'", "does not support");
    row("created~'179'", "does not support");
    row("created:'soon'", "takes numbers");
    row("name:Bob", "quotation marks");
}

void TstSearch::badQueriesAreRefused()
{
    QFETCH(QByteArray, query);
    QFETCH(QString, says);
    Account a(prompt());
    const auto got = find(a, "customers", query);
    QCOMPARE(got.status, 400);
    QCOMPARE(got.param(), "query");
    QVERIFY2(got.message().contains(says), qPrintable(got.message()));
}

void TstSearch::pagesHaveTokens()
{
    Account a(prompt());
    for (int i = 0; i < 7; ++i)
        a.makeCustomer("name=C" + QByteArray::number(i) + "&metadata[k]=v");
    for (const QByteArray query : {"metadata['k']:'v'", "name~'c.no' OR created>0"}) { // by hash, and by walking
        QStringList all;
        QByteArray page;
        do {
            const auto got = find(a, "customers", query, "&limit=3" + page);
            all += names(got);
            QCOMPARE(got.json["has_more"].toBool(), !got.json["next_page"].isNull());
            page = got.json["has_more"].toBool() ? "&page=" + got.json["next_page"].toString().toLatin1() : QByteArray();
        } while (!page.isEmpty() && all.size() < 20);
        QCOMPARE(all.join(' '), "C6 C5 C4 C3 C2 C1 C0");
    }
    const auto first = find(a, "customers", "metadata['k']:'v'", "&limit=3&expand[]=total_count");
    QCOMPARE(first.json["total_count"].toInteger(), 7);
    const QByteArray token = first.json["next_page"].toString().toLatin1();
    QCOMPARE(find(a, "customers", "created>0", "&page=" + token).param(), "page"); // of another query
    QCOMPARE(find(a, "customers", "metadata['k']:'v'", "&page=nonsense").param(), "page");
    QCOMPARE(find(a, "customers", "created>0", "&limit=101").param(), "limit");
    QCOMPARE(find(a, "customers", "created>0", "&starting_after=cus_1").code(), "parameter_unknown");
    QCOMPARE(find(a, "customers", "created>0", "&expand[]=data.discount").status, 200);
    QCOMPARE(find(a, "customers", "created>0", "&expand[]=data.name").param(), "expand");
    QCOMPARE(a.get("/v1/customers/search").param(), "query");
}

void TstSearch::theIndexLagsBehind()
{
    Account a(Account::empty());
    const QByteArray id = a.makeCustomer("name=Old&metadata[k]=old");
    QCOMPARE(find(a, "customers", "name:'Old'").data().size(), 0);
    a.clock.advance(59000);
    QCOMPARE(find(a, "customers", "name:'Old'").data().size(), 0);
    a.clock.advance(1000);
    QCOMPARE(find(a, "customers", "name:'Old'").data().size(), 1);
    a.post("/v1/customers/" + id, "name=Mid");
    a.clock.advance(30000);
    a.post("/v1/customers/" + id, "name=New&metadata[k]=new");
    const auto stale = find(a, "customers", "name:'Old'");
    QCOMPARE(names(stale).join(' '), "New"); // found by what it was, shown as it is
    QCOMPARE(find(a, "customers", "metadata['k']:'old'").data().size(), 1);
    QCOMPARE(find(a, "customers", "name:'New'").data().size(), 0);
    a.clock.advance(30000);
    QCOMPARE(find(a, "customers", "name:'Old'").data().size(), 0);
    QCOMPARE(find(a, "customers", "name:'Mid'").data().size(), 1);
    a.clock.advance(30000);
    QCOMPARE(find(a, "customers", "name:'Mid'").data().size(), 0);
    QCOMPARE(find(a, "customers", "metadata['k']:'new'").data().size(), 1);
    QCOMPARE(find(a, "customers", "metadata['k']:'old'").data().size(), 0);
    a.del("/v1/customers/" + id);
    QCOMPARE(find(a, "customers", "metadata['k']:'new'").data().size(), 0); // there is nothing left to show
}

void TstSearch::aCatchUpIsDatedWhereItHappened()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const QByteArray id = a.subscribe(customer, a.makePrice()).id().toLatin1();
    a.clock.advance(32LL * 86400 * 1000); // renewed a day ago, seen only now
    QCOMPARE(find(a, "invoices", "subscription:'" + id + "' status:'paid'").data().size(), 2);
}

void TstSearch::hashesSeeChanges()
{
    Account a(prompt());
    const QByteArray one = a.makeCustomer("email=a@x.example&metadata[k]=1"), two = a.makeCustomer("email=b@x.example&metadata[k]=2");
    QCOMPARE(find(a, "customers", "metadata['k']:'1'").data().size(), 1); // the hash is made here
    QCOMPARE(find(a, "customers", "email:'a@x.example'").data().size(), 1);
    a.post("/v1/customers/" + two, "email=a@x.example&metadata[k]=1");
    const QByteArray three = a.makeCustomer("email=a@x.example&metadata[k]=1");
    QCOMPARE(ids(find(a, "customers", "metadata['k']:'1'")), (QStringList{three, two, one}));
    QCOMPARE(ids(find(a, "customers", "email:'a@x.example'")), (QStringList{three, two, one}));
    QCOMPARE(find(a, "customers", "metadata['k']:'2'").data().size(), 0);
    a.post("/v1/customers/" + one, "metadata[k]=");
    QCOMPARE(ids(find(a, "customers", "metadata['k']:'1'")), (QStringList{three, two}));
}

void TstSearch::everyFieldOfEveryObject_data()
{
    QTest::addColumn<QByteArray>("what");
    QTest::addColumn<QByteArray>("query");
    const auto row = [](const char* what, const char* query) { QTest::newRow(qPrintable(QString(what) + ' ' + query)) << QByteArray(what) << QByteArray(query); };
    row("subscriptions", "status:'active'");
    row("subscriptions", "created>0 -status:'canceled'");
    row("subscriptions", "canceled_at:null");
    row("subscriptions", "metadata['tier']:'gold'");
    row("invoices", "total>999");
    row("invoices", "total:1000 status:'paid' currency:'USD'");
    row("invoices", "customer:'CUS' subscription:'SUB'");
    row("invoices", "number~'-0001'");
    row("invoices", "receipt_number:null last_finalization_error_code:null last_finalization_error_type:null");
    row("prices", "active:'true' type:'recurring'");
    row("prices", "lookup_key:'fine' currency:'usd'");
    row("prices", "lookup_key~'fin' product:'PROD'");
    row("products", "name~'thi' active:true");
    row("products", "url:null shippable:null description:null");
    row("charges", "amount>=1000 currency:'usd' status:'succeeded'");
    row("charges", "payment_method_details.card.last4:'4242' payment_method_details.card.brand:'visa'");
    row("charges", "payment_method_details.card.exp_year>2030 payment_method_details.card.exp_month:8");
    row("charges", "refunded:'false' disputed:false customer:'CUS' billing_details.address.postal_code:null");
    row("charges", "-payment_method_details.card.fingerprint:null");
    row("payment_intents", "amount:1000 currency:'usd' customer:'CUS' status:'succeeded' created>0");
}

void TstSearch::everyFieldOfEveryObject()
{
    QFETCH(QByteArray, what);
    QFETCH(QByteArray, query);
    Account a(prompt());
    const QByteArray customer = a.makePayer();
    const QByteArray price = a.makePrice("1000", "&lookup_key=fine");
    const auto subscription = a.subscribe(customer, price, "&metadata[tier]=gold");
    const QByteArray product = a.get("/v1/prices/" + price).json["product"].toString().toLatin1();
    query.replace("CUS", customer).replace("SUB", subscription.id().toLatin1()).replace("PROD", product);
    const auto got = find(a, what, query + " created>1793491199");
    const auto plain = find(a, what, query);
    QCOMPARE(plain.status, 200);
    QVERIFY2(!plain.data().isEmpty(), qPrintable(query));
    for (const QJsonValue& row : plain.data())
        QVERIFY(row.toObject()["created"].toInteger() <= a.clock.nowSeconds());
    const bool dated = what != "prices" && what != "products"; // Stripe has no created in these two
    QCOMPARE(got.status, dated ? 200 : 400);
}

void TstSearch::sameAsAWalkThroughTheList()
{
    Account a;
    QStringList expected;
    for (const QJsonObject& row : a.walk("/v1/customers")) {
        if (row["metadata"].toObject()["business_type"].toString() == "saas")
            expected.append(row["id"].toString());
    }
    QVERIFY(expected.size() > 3);
    QStringList found;
    QByteArray page;
    do {
        const auto got = find(a, "customers", "metadata['business_type']:'saas'", "&limit=7" + page);
        for (const QJsonValue& row : got.data()) {
            if (row.toObject()["test_clock"].isNull())
                found.append(row.toObject()["id"].toString());
        }
        page = got.json["has_more"].toBool() ? "&page=" + got.json["next_page"].toString().toLatin1() : QByteArray();
    } while (!page.isEmpty());
    QCOMPARE(found, expected);
}

void TstSearch::whatIsNotFound()
{
    Account a(prompt());
    const QByteArray gone = a.makeCustomer("name=Gone");
    a.del("/v1/customers/" + gone);
    QCOMPARE(find(a, "customers", "name:'Gone'").data().size(), 0);
    const QByteArray clock = a.post("/v1/test_helpers/test_clocks", "frozen_time=1704067200").id().toLatin1();
    a.makeCustomer("name=Clocked&test_clock=" + clock);
    QCOMPARE(find(a, "customers", "name:'Clocked'").data().size(), 1); // unlike in lists
    const auto other = a.send("GET", "/v1/customers/search?query=created%3E0&expand[]=total_count", {}, {}, "Bearer " + Account::key("sk", "live"));
    QCOMPARE(other.data().size(), 0);
    QCOMPARE(other.json["total_count"].toInteger(-1), 0);
}

CH_TEST(TstSearch)
#include "tst_Search.moc"
