// SPDX-License-Identifier: GPL-3.0-or-later
// What every list has in common, asked of every list in the table: a new one is tested from its first day on.
#include "sandbox/Account.h"
#include "sandbox/Endpoints.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::sandbox::Endpoint;
using ch::sandbox::Param;
using ch::test::Account;

class TstLists : public QObject {
    Q_OBJECT

    /// One account for all of it: nothing here changes it but init.
    std::unique_ptr<Account> m_account;

    /// A list with what it needs filled in, to which a further parameter can be added; empty when there is nothing to list from.
    QByteArray target(const Endpoint& endpoint);
    QByteArray someId(const QByteArray& path, const QByteArray& filter = {});
    static QStringList ids(const QJsonArray& rows)
    {
        QStringList out;
        for (const QJsonValue& row : rows)
            out.append(row.toObject()["id"].toString());
        return out;
    }
    static void rows(bool (*wanted)(const Endpoint&));

    /// Invoice items call it their date.
    static qint64 madeAt(const QJsonObject& row) { return (row.contains("created") ? row["created"] : row["date"]).toInteger(); }

private Q_SLOTS:
    void initTestCase();
    void everyListHasLimitsAndCursors_data();
    void everyListHasLimitsAndCursors();
    void forwardAndBackwardAreTheSame_data();
    void forwardAndBackwardAreTheSame();
    void createdFilters_data();
    void createdFilters();
    void sameSecondIsNotLost();
    void expandsFourLevels();
    void clocksShowOnlyWhereAskedFor();
};

void TstLists::initTestCase()
{
    m_account = std::make_unique<Account>();
    Account& a = *m_account;
    // What a made-up account has few of.
    const QByteArray customer = a.makePayer(), price = a.makePrice();
    a.subscribe(customer, price);
    for (int i = 0; i < 4; ++i) {
        const QByteArray n = QByteArray::number(i);
        a.post("/v1/test_helpers/test_clocks", "frozen_time=170406720" + n);
        a.post("/v1/billing/meters", "display_name=M&default_aggregation[formula]=sum&event_name=m" + n);
        a.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + customer);
        a.post("/v1/invoiceitems", "customer=" + customer + "&amount=5&currency=usd");
        a.post("/v1/coupons", "percent_off=5&duration=once&id=LIST" + n);
    }
    for (const QJsonObject& charge : a.walk("/v1/charges").mid(0, 12)) {
        if (charge["paid"].toBool())
            a.post("/v1/refunds", "amount=1&charge=" + charge["id"].toString().toLatin1());
    }
}

QByteArray TstLists::someId(const QByteArray& path, const QByteArray& filter)
{
    const auto page = m_account->get(path + "?limit=1" + filter);
    return page.data().isEmpty() ? QByteArray() : page.data().first().toObject()["id"].toString().toLatin1();
}

QByteArray TstLists::target(const Endpoint& endpoint)
{
    QByteArray path = endpoint.path;
    if (const qsizetype brace = path.indexOf("/{id}"); brace > 0) {
        const QByteArray id = someId(path.left(brace), path.startsWith("/v1/invoices") ? "&status=paid" : "");
        if (id.isEmpty())
            return {};
        path.replace(brace + 1, 4, id);
    }
    path += "?";
    for (const Param& param : endpoint.params) {
        if (!param.required)
            continue;
        if (param.name == "subscription")
            path += "subscription=" + someId("/v1/subscriptions") + '&';
        else if (param.name == "customer")
            path += "customer=" + someId("/v1/customers") + '&';
        else if (param.name == "start_time")
            path += "value_grouping_window=day&start_time=1793404800&";
        else if (param.name == "end_time")
            path += "end_time=1793836800&";
        else
            return "?" + param.name; // the test must learn it
    }
    return path;
}

void TstLists::rows(bool (*wanted)(const Endpoint&))
{
    QTest::addColumn<int>("number");
    int number = 0;
    for (const Endpoint& endpoint : ch::sandbox::endpoints()) {
        if (endpoint.method == "GET" && endpoint.returns.startsWith("list:") && wanted(endpoint))
            QTest::newRow(endpoint.path.constData()) << number;
        ++number;
    }
}

void TstLists::everyListHasLimitsAndCursors_data()
{
    rows([](const Endpoint&) { return true; });
}

void TstLists::everyListHasLimitsAndCursors()
{
    QFETCH(int, number);
    Account& a = *m_account;
    const QByteArray base = target(ch::sandbox::endpoints()[number]);
    QVERIFY2(!base.startsWith('?'), qPrintable("this test does not know what to send as " + base.mid(1)));
    if (base.isEmpty())
        return; // nothing of the kind above it exists yet
    const auto first = a.get(base + "limit=1");
    QVERIFY2(first.status == 200, first.body.constData());
    QCOMPARE(first.json["object"].toString(), "list");
    QCOMPARE(first.json["url"].toString(), QString(base.split('?').constFirst()));
    QVERIFY(first.json["has_more"].isBool());
    QVERIFY(first.data().size() <= 1);
    QCOMPARE(a.get(base + "limit=100").status, 200);
    for (const QByteArray bad : {"0", "101", "-1", "ten", "1.5", "99999999999999999999"}) {
        const auto got = a.get(base + "limit=" + bad);
        QCOMPARE(got.status, 400);
        QCOMPARE(got.param(), "limit");
        QCOMPARE(got.code(), "parameter_invalid_integer");
    }
    QCOMPARE(a.get(base + "limit=").code(), "parameter_invalid_empty");
    for (const QByteArray cursor : {"starting_after", "ending_before"}) {
        const auto got = a.get(base + cursor + "=nothing_1");
        QCOMPARE(got.status, 400);
        QCOMPARE(got.code(), "resource_missing");
        QCOMPARE(got.param(), QString(cursor));
    }
    if (!first.data().isEmpty()) {
        const QByteArray id = first.data().first().toObject()["id"].toString().toLatin1();
        const auto both = a.get(base + "starting_after=" + id + "&ending_before=" + id);
        QCOMPARE(both.status, 400);
        QCOMPARE(both.code(), "parameters_exclusive");
        QCOMPARE(a.get(base + "ending_before=" + id).data().size(), 0); // nothing is newer than the newest
    }
    QCOMPARE(a.get(base + "offset=3").code(), "parameter_unknown");
    QCOMPARE(a.get(base + "expand[]=data.nothing_of_the_kind").param(), "expand");
    QCOMPARE(a.get(base + "expand[]=nothing").param(), "expand");
    const auto deep = a.get(base + "expand[]=data.a.b.c.d");
    QCOMPARE(deep.status, 400);
    QVERIFY(deep.message().contains("more than 4 levels"));
}

void TstLists::forwardAndBackwardAreTheSame_data()
{
    rows([](const Endpoint&) { return true; });
}

void TstLists::forwardAndBackwardAreTheSame()
{
    QFETCH(int, number);
    Account& a = *m_account;
    const QByteArray base = target(ch::sandbox::endpoints()[number]);
    if (base.isEmpty())
        return;
    constexpr int kMost = 24;
    const auto whole = a.get(base + "limit=100");
    QVERIFY2(whole.status == 200, whole.body.constData());
    const QStringList all = ids(whole.data()).mid(0, kMost);
    QCOMPARE(QSet<QString>(all.begin(), all.end()).size(), all.size());
    QStringList forward;
    QByteArray cursor;
    while (forward.size() < all.size()) {
        const auto page = a.get(base + "limit=3" + cursor);
        QVERIFY(page.status == 200 && !page.data().isEmpty());
        forward += ids(page.data());
        QCOMPARE(page.json["has_more"].toBool(), forward.size() < whole.data().size() || whole.json["has_more"].toBool());
        cursor = "&starting_after=" + forward.last().toLatin1();
    }
    QCOMPARE(forward.mid(0, all.size()), all);
    if (all.isEmpty())
        return;
    QStringList backward{all.last()};
    for (bool more = true; more;) {
        const auto page = a.get(base + "limit=3&ending_before=" + backward.first().toLatin1());
        QCOMPARE(page.status, 200);
        backward = ids(page.data()) + backward;
        more = page.json["has_more"].toBool();
        QVERIFY(backward.size() <= all.size());
    }
    QCOMPARE(backward, all);
}

void TstLists::createdFilters_data()
{
    rows([](const Endpoint& endpoint) {
        return std::any_of(endpoint.params.begin(), endpoint.params.end(), [](const Param& param) { return param.name == "created"; });
    });
}

void TstLists::createdFilters()
{
    QFETCH(int, number);
    Account& a = *m_account;
    const QByteArray base = target(ch::sandbox::endpoints()[number]);
    if (base.isEmpty())
        return;
    const QJsonArray all = a.get(base + "limit=100").data();
    if (all.isEmpty())
        return;
    const qint64 middle = madeAt(all[all.size() / 2].toObject());
    const QByteArray at = QByteArray::number(middle);
    const auto count = [&](const QByteArray& filter, const std::function<bool(qint64)>& keeps) {
        const auto got = a.get(base + "limit=100&" + filter);
        QVERIFY2(got.status == 200, got.body.constData());
        for (const QJsonValue& row : got.data())
            QVERIFY2(keeps(madeAt(row.toObject())), qPrintable(filter));
        int expected = 0;
        for (const QJsonValue& row : all)
            expected += keeps(madeAt(row.toObject()));
        QVERIFY2(got.data().size() >= expected, qPrintable(filter));
    };
    count("created=" + at, [&](qint64 t) { return t == middle; });
    count("created[gt]=" + at, [&](qint64 t) { return t > middle; });
    count("created[gte]=" + at, [&](qint64 t) { return t >= middle; });
    count("created[gte]=" + at + "&created[lte]=" + at, [&](qint64 t) { return t == middle; });
    count("created[gt]=" + at + "&created[lt]=" + QByteArray::number(middle + 1), [](qint64) { return false; });
    QCOMPARE(a.get(base + "created[ge]=1").param(), "created[ge]");
    QCOMPARE(a.get(base + "created=yesterday").param(), "created");
    QCOMPARE(a.get(base + "created[gt]=soon").param(), "created[gt]");
}

void TstLists::sameSecondIsNotLost()
{
    Account a(Account::empty());
    QStringList made;
    for (int i = 0; i < 9; ++i)
        made.prepend(a.makeCustomer());
    QCOMPARE(ids(a.get("/v1/customers?limit=100").data()), made);
    const auto page = a.get("/v1/customers?limit=4&starting_after=" + made[3].toLatin1());
    QCOMPARE(ids(page.data()), made.mid(4, 4));
    QCOMPARE(ids(a.get("/v1/customers?limit=2&ending_before=" + made[3].toLatin1()).data()), made.mid(1, 2));
}

void TstLists::expandsFourLevels()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    a.subscribe(customer, a.makePrice());
    const auto got = a.get("/v1/subscriptions?expand[]=data.customer.invoice_settings.default_payment_method");
    QCOMPARE(got.status, 200);
    const QJsonObject owner = got.data().first().toObject()["customer"].toObject();
    QCOMPARE(owner["invoice_settings"].toObject()["default_payment_method"].toObject()["object"].toString(), "payment_method");
    const QByteArray deep = "data.latest_invoice.customer.invoice_settings.default_payment_method";
    const auto five = a.get("/v1/subscriptions?expand[]=" + deep);
    QCOMPARE(five.status, 400);
    QCOMPARE(five.message(), "You cannot expand more than 4 levels of a property. Property: " + QString(deep));
    const auto scalar = a.get("/v1/subscriptions?expand[]=data.status");
    QCOMPARE(scalar.message(), "This property cannot be expanded (data.status).");
    QCOMPARE(a.get("/v1/subscriptions?expand[]=customer").status, 400); // lists begin with data
}

void TstLists::clocksShowOnlyWhereAskedFor()
{
    Account a(Account::empty());
    const QByteArray clock = a.post("/v1/test_helpers/test_clocks", "frozen_time=1704067200").id().toLatin1();
    const QByteArray customer = a.makeCustomer("payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa&test_clock=" + clock);
    const QByteArray id = a.subscribe(customer, a.makePrice()).id().toLatin1();
    for (const QByteArray path : {"customers", "subscriptions", "invoices", "payment_intents", "charges"})
        QCOMPARE(a.get("/v1/" + path).data().size(), 0);
    QCOMPARE(a.get("/v1/customers?test_clock=" + clock).data().size(), 1);
    QCOMPARE(a.get("/v1/subscriptions?test_clock=" + clock).data().size(), 1);
    for (const QByteArray path : {"subscriptions", "invoices", "payment_intents", "charges"})
        QCOMPARE(a.get("/v1/" + path + "?customer=" + customer).data().size(), 1);
    QCOMPARE(a.get("/v1/invoices?subscription=" + id).data().size(), 1);
}

CH_TEST(TstLists)
#include "tst_Lists.moc"
