// SPDX-License-Identifier: GPL-3.0-or-later
// Every reason for a 429, reached as a client would reach it: by too many requests. Rates of the account and of endpoints are in tst_Requests.
#include "sandbox/Account.h"
#include "sandbox/SandboxServer.h"
#include "sandbox/Traffic.h"
#include "serve/RawClient.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using sandbox::Traffic;
using sandbox::TrafficLimits;
using test::Account;
using test::RawClient;

class TstLimits : public QObject {
    Q_OBJECT

    static sandbox::Options limited()
    {
        auto options = Account::empty();
        options.rateLimits = true;
        return options;
    }
    static QByteArray authorized() { return "Bearer " + Account::key(); }
    static quint64 begin(Account& a, const QByteArray& method, const QByteArray& target, const QByteArray& body = {})
    {
        quint64 ticket = 0;
        const sandbox::Reply reply = a.engine.begin({method, target, {{"Authorization", authorized()}}, body}, &ticket);
        return reply.status == 200 ? ticket : 0;
    }
    /// A request in a second of its own, so that rates do not come into it.
    static Account::Got slowly(Account& a, const QByteArray& method, const QByteArray& target, const QByteArray& body = {})
    {
        a.clock.advance(1000);
        return a.send(method, target, body);
    }
    static void refusedFor(const Account::Got& got, const char* reason)
    {
        QCOMPARE(got.status, 429);
        QCOMPARE(got.code(), "rate_limit");
        QCOMPARE(got.error()["type"].toString(), "invalid_request_error");
        QCOMPARE(got.header("Stripe-Rate-Limited-Reason"), reason);
        QVERIFY(got.header("Request-Id").startsWith("req_"));
    }

private Q_SLOTS:
    void tooManyAtOnce();
    void tooManyAtOnceAtOneEndpoint();
    void twoWritesOfOneObject();
    void writesOfWhatBelongsTogether();
    void withoutLimitsNothingIsRefused();
    void newInvoicesOfASubscription();
    void quantityUpdatesOfASubscription();
    void updatesOfAPaymentIntent();
    void searchesHaveALimitOfTheirOwn();
    void meterEventsAreApart();
    void overTheWire();
};

void TstLimits::tooManyAtOnce()
{
    auto options = limited();
    options.concurrent = 3;
    Account a(options);
    QList<quint64> tickets;
    for (const char* path : {"/v1/customers", "/v1/prices", "/v1/products"})
        tickets << begin(a, "GET", path);
    QVERIFY(!tickets.contains(0));
    refusedFor(a.get("/v1/coupons"), "global-concurrency");
    a.engine.end(tickets.takeFirst());
    QCOMPARE(a.get("/v1/coupons").status, 200);
    QCOMPARE(a.get("/v1/coupons").status, 200); // which were over at once
    QCOMPARE(a.send("GET", "/v1/coupons", {}, {}, "Bearer x").status, 401); // comes before
}

void TstLimits::tooManyAtOnceAtOneEndpoint()
{
    auto options = limited();
    options.concurrentEndpoint = 2;
    Account a(options);
    const quint64 one = begin(a, "GET", "/v1/customers"), two = begin(a, "GET", "/v1/customers?limit=3");
    QVERIFY(one && two);
    refusedFor(a.get("/v1/customers"), "endpoint-concurrency");
    QCOMPARE(a.post("/v1/customers").status, 200); // another method is another endpoint
    a.engine.end(two);
    QCOMPARE(a.get("/v1/customers").status, 200);
}

void TstLimits::twoWritesOfOneObject()
{
    Account a(limited());
    const QByteArray id = a.makeCustomer("name=A"), other = a.makeCustomer();
    const quint64 first = begin(a, "POST", "/v1/customers/" + id, "name=B");
    QVERIFY(first);
    const auto refused = a.post("/v1/customers/" + id, "name=C", QByteArray("key"));
    QCOMPARE(refused.status, 429);
    QCOMPARE(refused.code(), "lock_timeout");
    QVERIFY(refused.message().startsWith("This object cannot be accessed right now because another API request or Stripe process is currently accessing it."));
    QCOMPARE(refused.header("Request-Id"), QByteArray()); // it never was one
    QCOMPARE(refused.header("Stripe-Rate-Limited-Reason"), QByteArray());
    QVERIFY(!refused.body.contains("req_"));
    QCOMPARE(a.get("/v1/customers/" + id).json["name"].toString(), "B"); // reading is free, and nothing was written
    QCOMPARE(a.post("/v1/customers/" + other, "name=D").status, 200);
    QCOMPARE(a.del("/v1/customers/" + id).code(), "lock_timeout");
    a.engine.end(first);
    const auto again = a.post("/v1/customers/" + id, "name=C", QByteArray("key"));
    QCOMPARE(again.json["name"].toString(), "C");
    QVERIFY(again.header("Idempotent-Replayed").isEmpty());
}

void TstLimits::writesOfWhatBelongsTogether()
{
    Account a(limited());
    const QByteArray customer = a.makePayer(), price = a.makePrice();
    const QByteArray body = "customer=" + customer + "&items[0][price]=" + price;
    const quint64 first = begin(a, "POST", "/v1/subscriptions", body);
    QVERIFY(first);
    QCOMPARE(a.post("/v1/subscriptions", body).code(), "lock_timeout"); // of the same customer
    QCOMPARE(a.post("/v1/customers/" + customer, "name=B").code(), "lock_timeout");
    QCOMPARE(a.post("/v1/customers/" + customer, "nmae=B").code(), "parameter_unknown"); // refused before it takes a lock
    a.engine.end(first);
    QCOMPARE(a.post("/v1/subscriptions", body).status, 200);
}

void TstLimits::withoutLimitsNothingIsRefused()
{
    Account a(Account::empty());
    const QByteArray id = a.makeCustomer();
    for (int i = 0; i < 50; ++i)
        QVERIFY(begin(a, "POST", "/v1/customers/" + id, "name=A"));
}

void TstLimits::newInvoicesOfASubscription()
{
    Account a(limited());
    const QByteArray customer = a.makePayer(), price = a.makePrice();
    const auto made = a.subscribe(customer, price);
    const QByteArray path = "/v1/subscriptions/" + made.id().toLatin1();
    const QByteArray item = made.json["items"].toObject()["data"].toArray()[0].toObject()["id"].toString().toLatin1();
    int quantity = 1;
    const auto more = [&] {
        return slowly(a, "POST", path, "proration_behavior=always_invoice&items[0][id]=" + item + "&items[0][quantity]=" + QByteArray::number(++quantity));
    };
    const auto invoices = [&] { return a.get("/v1/invoices?limit=100&subscription=" + made.id().toLatin1()).data().size(); };
    a.clock.advance(60'000);
    for (int i = 0; i < 10; ++i)
        QCOMPARE(more().status, 200);
    QCOMPARE(invoices(), 11);
    refusedFor(more(), "resource-specific");
    QCOMPARE(slowly(a, "POST", path, "metadata[a]=b").status, 200); // makes none
    QCOMPARE(invoices(), 11);
    a.clock.advance(60'000);
    for (int i = 0; i < 9; ++i)
        QCOMPARE(more().status, 200);
    a.clock.advance(60'000);
    refusedFor(more(), "resource-specific"); // twenty a day
    QCOMPARE(invoices(), 20);
    a.clock.advance(86'400'000);
    QCOMPARE(more().status, 200);
}

void TstLimits::quantityUpdatesOfASubscription()
{
    Account a(limited());
    const QByteArray customer = a.makePayer(), price = a.makePrice();
    const auto made = a.subscribe(customer, price);
    const QByteArray path = "/v1/subscriptions/" + made.id().toLatin1();
    const QByteArray item = made.json["items"].toObject()["data"].toArray()[0].toObject()["id"].toString().toLatin1();
    const auto change = [&](int to) {
        return slowly(a, "POST", path, "proration_behavior=none&items[0][id]=" + item + "&items[0][quantity]=" + QByteArray::number(to));
    };
    for (int i = 0; i < 200; ++i)
        QCOMPARE(change(i + 2).status, 200);
    refusedFor(change(1), "resource-specific");
    QCOMPARE(slowly(a, "GET", path).json["items"].toObject()["data"].toArray()[0].toObject()["quantity"].toInt(), 201);
    QCOMPARE(slowly(a, "POST", path, "description=x").status, 200);
    a.clock.advance(3600'000);
    QCOMPARE(change(1).status, 200);
}

void TstLimits::updatesOfAPaymentIntent()
{
    Account a(limited());
    const QByteArray one = a.post("/v1/payment_intents", "amount=100&currency=usd").id().toLatin1(), two = a.post("/v1/payment_intents", "amount=100&currency=usd").id().toLatin1();
    for (int i = 0; i < 1000; ++i)
        QCOMPARE(slowly(a, "POST", "/v1/payment_intents/" + one, "amount=" + QByteArray::number(100 + i)).status, 200);
    refusedFor(slowly(a, "POST", "/v1/payment_intents/" + one, "amount=55"), "resource-specific");
    QCOMPARE(slowly(a, "POST", "/v1/payment_intents/" + two, "amount=55").status, 200);
    QCOMPARE(slowly(a, "GET", "/v1/payment_intents/" + one).json["amount"].toInt(), 1099);
    a.clock.advance(3600'000);
    QCOMPARE(slowly(a, "POST", "/v1/payment_intents/" + one, "amount=55").status, 200);
}

void TstLimits::searchesHaveALimitOfTheirOwn()
{
    TrafficLimits limits;
    limits.account = 100;
    Traffic traffic(limits);
    for (int i = 0; i < 20; ++i)
        QCOMPARE(traffic.refusal(i % 2 ? "GET /v1/customers/search" : "GET /v1/invoices/search", 0), QByteArray());
    QCOMPARE(traffic.refusal("GET /v1/customers/search", 999), "resource-specific");
    QCOMPARE(traffic.refusal("GET /v1/customers", 999), QByteArray());
    QCOMPARE(traffic.refusal("GET /v1/customers/search", 1000), QByteArray());
}

void TstLimits::meterEventsAreApart()
{
    const QByteArray meter = "POST /v1/billing/meter_events";
    TrafficLimits limits;
    Traffic test(limits);
    for (int i = 0; i < 25; ++i)
        QCOMPARE(test.refusal(meter, 0), QByteArray());
    QCOMPARE(test.refusal("GET /v1/customers", 0), "global-rate"); // of a sandbox they count like others
    limits.metersApart = true;
    Traffic live(limits);
    for (int i = 0; i < 1000; ++i)
        QCOMPARE(live.refusal(meter, 0), QByteArray());
    QCOMPARE(live.refusal(meter, 0), "endpoint-rate");
    QCOMPARE(live.refusal("GET /v1/customers", 0), QByteArray());
    QCOMPARE(live.refusal(meter, 1000), QByteArray());
}

void TstLimits::overTheWire()
{
    test::FakeClock clock;
    auto options = limited();
    options.concurrent = 2;
    sandbox::SandboxServer server(options, clock);
    const quint16 port = server.start().value_or(0);
    server.setLatencyMs(100);
    const QByteArray authorization = "Authorization: " + authorized() + "\r\nConnection: close\r\n";
    QList<RawClient*> clients;
    for (int i = 0; i < 3; ++i) {
        clients << new RawClient(port);
        clients.last()->send(test::get("/v1/customers", authorization));
        QVERIFY(test::waitUntil([&] { return server.requestCount() == i + 1; }));
    }
    clock.advance(100);
    QByteArrayList statuses;
    for (RawClient* client : clients) {
        QVERIFY(client->waitEnd());
        statuses << QByteArray::number(client->status());
    }
    QCOMPARE(statuses.join(' '), "200 200 429");
    QVERIFY(clients[2]->received().contains("Stripe-Rate-Limited-Reason: global-concurrency\r\n"));
    qDeleteAll(clients);
    server.setLatencyMs(0);
    QCOMPARE(test::talkToTheEnd(port, test::get("/v1/customers", authorization)).received.mid(9, 3), "200");
}

CH_TEST(TstLimits)
#include "tst_Limits.moc"
