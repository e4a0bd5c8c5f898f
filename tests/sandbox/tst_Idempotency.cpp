// SPDX-License-Identifier: GPL-3.0-or-later
// Idempotency keys while a request is under way, what is kept of them, and for whom. What is replayed is in tst_Requests.
#include "sandbox/Account.h"
#include "sandbox/SandboxServer.h"
#include "serve/RawClient.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using test::Account;
using test::RawClient;

class TstIdempotency : public QObject {
    Q_OBJECT

    struct Begun {
        Account::Got got;
        quint64 ticket = 0;
    };
    static Begun begin(Account& a, const QByteArray& target, const QByteArray& body, const QByteArray& key)
    {
        Begun out;
        const sandbox::Reply reply = a.engine.begin({"POST", target, {{"Authorization", "Bearer " + Account::key()}, {"Idempotency-Key", key}}, body}, &out.ticket);
        out.got = {reply.status, QJsonDocument::fromJson(reply.body).object(), reply.body, reply.headers};
        return out;
    }

    static QByteArray keyed(const QByteArray& key, const QByteArray& name = "A")
    {
        return test::post("/v1/customers", "name=" + name, "Authorization: Bearer " + Account::key() + "\r\nIdempotency-Key: " + key + "\r\nConnection: close\r\n");
    }

private Q_SLOTS:
    void aKeyUnderWayIsRefused();
    void aRefusalUnderWayHoldsItsKeyToo();
    void neitherConflictsNorLimitsAreKept();
    void theSameParametersInAnyForm();
    void eachModeHasItsOwnKeys();
    void longKeysAreRefused();
    void anErrorAfterTheWorkIsReplayed();
    void cardErrorsAreReplayed();
    void onlyPostsHaveKeys();
    void overTheWireWithLatency();
    void overTheWireWhileAnAnswerHangs();
    void overTheWireWhileAnAnswerDrips();
    void overTheWireAnErrorAfterTheWork();
};

void TstIdempotency::aKeyUnderWayIsRefused()
{
    Account a(Account::empty());
    const Begun first = begin(a, "/v1/customers", "name=A", "k");
    QCOMPARE(first.got.status, 200);
    for (const char* body : {"name=A", "name=B"}) { // whatever it asks
        const auto second = a.post("/v1/customers", body, "k");
        QCOMPARE(second.status, 409);
        QCOMPARE(second.code(), "idempotency_key_in_use");
        QCOMPARE(second.message(), "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other "
                                   "request is still going through): k. Please try again later.");
        QVERIFY(second.header("Request-Id").startsWith("req_"));
    }
    QCOMPARE(a.post("/v1/customers", "name=A", "other").status, 200);
    a.engine.end(first.ticket);
    const auto third = a.post("/v1/customers", "name=A", "k");
    QCOMPARE(third.body, first.got.body);
    QCOMPARE(third.header("Idempotent-Replayed"), "true");
    QCOMPARE(a.engine.counts().customers, 2);
    a.engine.end(first.ticket); // once more does nothing
    a.engine.end(12345);
}

void TstIdempotency::aRefusalUnderWayHoldsItsKeyToo()
{
    Account a(Account::empty());
    const Begun wrong = begin(a, "/v1/customers", "nmae=A", "k");
    QCOMPARE(wrong.got.status, 400);
    QCOMPARE(a.post("/v1/customers", "name=A", "k").status, 409);
    a.engine.end(wrong.ticket);
    QCOMPARE(a.post("/v1/customers", "name=A", "k").status, 200); // refused parameters are not kept
}

void TstIdempotency::neitherConflictsNorLimitsAreKept()
{
    auto options = Account::empty();
    options.rateLimits = true;
    options.concurrent = 1;
    Account a(options);
    const Begun first = begin(a, "/v1/customers", "name=A", "k");
    QCOMPARE(a.post("/v1/customers", "name=B", "limited").status, 429);
    a.engine.end(first.ticket);
    const auto again = a.post("/v1/customers", "name=B", "limited");
    QCOMPARE(again.status, 200);
    QVERIFY(again.header("Idempotent-Replayed").isEmpty());
}

void TstIdempotency::theSameParametersInAnyForm()
{
    Account a(Account::empty());
    const QByteArray id = a.post("/v1/customers", "name=A%20B&metadata[x]=1&metadata[y]=2", "k").id().toLatin1();
    QCOMPARE(a.post("/v1/customers", "metadata%5By%5D=2&metadata[x]=1&name=A+B", "k").id().toLatin1(), id);
    QCOMPARE(a.post("/v1/customers", "name=A%20B&metadata[x]=1&metadata[y]=3", "k").status, 400);
    QCOMPARE(a.post("/v1/customers", "name=A%20B&metadata[x]=1", "k").status, 400);
    QCOMPARE(a.post("/v1/customers", "name=A%20B&metadata[x]=1&metadata[y]=2&email=", "k").status, 400);
    QCOMPARE(a.post("/v1/customers", "name=A%20B&metadata[x1]=&metadata[y]=2", "k").status, 400); // no run-together of name and value
    // A list is not a set.
    QCOMPARE(a.post("/v1/customers", "preferred_locales[]=en&preferred_locales[]=de", "l").status, 200);
    QCOMPARE(a.post("/v1/customers", "preferred_locales[0]=en&preferred_locales[1]=de", "l").header("Idempotent-Replayed"), "true");
    QCOMPARE(a.post("/v1/customers", "preferred_locales[]=de&preferred_locales[]=en", "l").status, 400);
}

void TstIdempotency::eachModeHasItsOwnKeys()
{
    Account a(Account::empty());
    const QByteArray id = a.makeCustomer();
    QCOMPARE(a.post("/v1/customers/" + id, "name=B", "k").status, 200);
    const auto live = a.send("POST", "/v1/customers/" + id, "name=B", {{"Idempotency-Key", "k"}}, "Bearer " + Account::key("sk", "live"));
    QCOMPARE(live.status, 404);
    QVERIFY(live.header("Idempotent-Replayed").isEmpty());
    QCOMPARE(a.send("POST", "/v1/customers/" + id, "name=B", {{"Idempotency-Key", "k"}}, "Bearer " + Account::key("sk", "test", "another999")).status, 200); // of the account, not of a key
}

void TstIdempotency::longKeysAreRefused()
{
    Account a(Account::empty());
    QCOMPARE(a.post("/v1/customers", "name=A", QByteArray(255, 'k')).status, 200);
    const auto refused = a.post("/v1/customers", "name=A", QByteArray(256, 'k'));
    QCOMPARE(refused.status, 400);
    QCOMPARE(refused.error()["type"].toString(), "invalid_request_error");
    QCOMPARE(a.engine.counts().customers, 1);
}

void TstIdempotency::anErrorAfterTheWorkIsReplayed()
{
    Account a(Account::empty());
    const Begun first = begin(a, "/v1/customers", "name=A", "k");
    a.engine.answerInstead(first.ticket, 500, "{\"error\":{}}");
    a.engine.end(first.ticket);
    const auto again = a.post("/v1/customers", "name=A", "k");
    QCOMPARE(again.status, 500);
    QCOMPARE(again.body, "{\"error\":{}}");
    QCOMPARE(again.header("Idempotent-Replayed"), "true");
    QCOMPARE(again.header("Original-Request"), first.got.header("Request-Id"));
    QCOMPARE(a.engine.counts().customers, 1);
    a.clock.advance(86'400'000);
    QCOMPARE(a.post("/v1/customers", "name=A", "k").status, 200); // a day later the key is new
}

void TstIdempotency::cardErrorsAreReplayed()
{
    Account a(Account::empty());
    const QByteArray body = "amount=100&currency=usd&confirm=true&payment_method=pm_card_chargeCustomerFail&customer=" + a.makeCustomer();
    const auto first = a.post("/v1/payment_intents", body, "k"), again = a.post("/v1/payment_intents", body, "k");
    QCOMPARE(first.status, 402);
    QCOMPARE(again.body, first.body);
    QCOMPARE(again.header("Idempotent-Replayed"), "true");
    QCOMPARE(a.engine.counts().paymentIntents, 1);
}

void TstIdempotency::onlyPostsHaveKeys()
{
    Account a(Account::empty());
    const QByteArray id = a.makeCustomer();
    const sandbox::Headers key = {{"Idempotency-Key", "k"}};
    QCOMPARE(a.send("GET", "/v1/customers/" + id, {}, key).header("Idempotency-Key"), QByteArray());
    QCOMPARE(a.send("DELETE", "/v1/customers/" + id, {}, key).status, 200);
    QCOMPARE(a.send("DELETE", "/v1/customers/" + id, {}, key).status, 404);
}

namespace {

struct Running {
    test::FakeClock clock;
    std::unique_ptr<sandbox::SandboxServer> server;
    quint16 port = 0;
    Running()
    {
        server = std::make_unique<sandbox::SandboxServer>(Account::empty(), clock);
        port = server->start().value_or(0);
    }
    int status(const QByteArray& request, const QByteArray& holds = {})
    {
        const test::Ended ended = test::talkToTheEnd(port, request);
        return ended.received.contains(holds) ? ended.received.mid(9, 3).toInt() : -1;
    }
    void fault(const QString& rule) { server->faults().add(*sandbox::FaultRule::parse(rule), rule); }
    bool came(qint64 count) { return test::waitUntil([&] { return server->requestCount() == count; }); }
};

} // namespace

void TstIdempotency::overTheWireWithLatency()
{
    Running r;
    r.server->setLatencyMs(250);
    RawClient first(r.port), second(r.port);
    first.send(keyed("k"));
    QVERIFY(r.came(1));
    second.send(keyed("k"));
    QVERIFY(r.came(2));
    r.clock.advance(250);
    QVERIFY(first.waitEnd() && second.waitEnd());
    QCOMPARE(first.status(), 200);
    QCOMPARE(second.status(), 409);
    r.server->setLatencyMs(0);
    QCOMPARE(r.status(keyed("k"), "Idempotent-Replayed: true"), 200);
}

void TstIdempotency::overTheWireWhileAnAnswerHangs()
{
    Running r;
    r.fault("hang,work=yes,times=1");
    RawClient hanging(r.port);
    hanging.send(keyed("k"));
    QVERIFY(r.came(1));
    QCOMPARE(r.status(keyed("k")), 409);
    r.clock.advance(60'000);
    QCOMPARE(r.status(keyed("k")), 409); // as long as it hangs
    hanging.abort();
    QVERIFY(test::waitUntil([&] { return r.status(keyed("k"), "Idempotent-Replayed: true") == 200; }));
    QCOMPARE(r.server->engine().counts().customers, 1);
    r.fault("hang,times=1"); // without the work nothing is under way
    RawClient idle(r.port);
    const qint64 before = r.server->requestCount();
    idle.send(keyed("n"));
    QVERIFY(r.came(before + 1));
    QCOMPARE(r.status(keyed("n")), 200);
}

void TstIdempotency::overTheWireWhileAnAnswerDrips()
{
    Running r;
    r.fault("slow,bytes=400,ms=100,times=1,work=yes");
    RawClient dripping(r.port);
    dripping.send(keyed("k"));
    QVERIFY(test::waitUntil([&] { return dripping.received().size() == 400; }));
    QCOMPARE(r.status(keyed("k")), 409);
    r.clock.advance(60'000);
    QVERIFY(dripping.waitEnd());
    QCOMPARE(r.status(keyed("k"), "Idempotent-Replayed: true"), 200);
}

void TstIdempotency::overTheWireAnErrorAfterTheWork()
{
    Running r;
    r.fault("500,work=yes,times=1");
    QCOMPARE(r.status(keyed("k"), "\"api_error\""), 500);
    QCOMPARE(r.status(keyed("k"), "Idempotent-Replayed: true"), 500);
    QCOMPARE(r.server->engine().counts().customers, 1);
    r.server->faults().clear();
    r.fault("500,times=1"); // before anything was done: not kept
    QCOMPARE(r.status(keyed("fresh")), 500);
    QCOMPARE(r.status(keyed("fresh")), 200);
}

CH_TEST(TstIdempotency)
#include "tst_Idempotency.moc"
