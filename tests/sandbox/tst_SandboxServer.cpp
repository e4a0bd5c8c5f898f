// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/SandboxServer.h"
#include "serve/RawClient.h"
#include "support/FakeClock.h"
#include "support/TestMain.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>
#include <memory>

using namespace ch;
using sandbox::FaultRule;
using test::RawClient;

class TstSandboxServer : public QObject {
    Q_OBJECT
private:
    test::FakeClock m_clock;
    std::unique_ptr<sandbox::SandboxServer> m_server;
    quint16 m_port = 0;

    // Put together at run time, so that no key-shaped text stands in the source.
    static QByteArray authorization() { return "Authorization: Bearer sk_" + QByteArray("test_") + QByteArray(20, 'x') + "\r\nConnection: close\r\n"; }

    static QByteArray ask(const QByteArray& target) { return test::get(target, authorization()); }
    static QByteArray makeCustomer() { return test::post("/v1/customers", "name=New", authorization()); }

    test::Ended talk(const QByteArray& request) { return test::talkToTheEnd(m_port, request); }

    static QByteArray bodyOf(const test::Ended& ended) { return ended.received.mid(ended.received.indexOf("\r\n\r\n") + 4); }
    static int statusOf(const test::Ended& ended) { return ended.received.mid(9, 3).toInt(); }

    QJsonObject object(const QByteArray& target) { return QJsonDocument::fromJson(bodyOf(talk(ask(target)))).object(); }
    qint64 customers() { return m_server->engine().counts().customers; }

    void fault(const char* rule)
    {
        const Result<FaultRule> parsed = FaultRule::parse(QString::fromLatin1(rule));
        QVERIFY(parsed);
        m_server->faults().add(*parsed, QString::fromLatin1(rule));
    }

private Q_SLOTS:
    void init()
    {
        sandbox::Options options;
        options.businesses = 12;
        options.months = 3;
        m_server = std::make_unique<sandbox::SandboxServer>(options, m_clock);
        m_port = m_server->start().value_or(0);
        QVERIFY(m_port != 0);
    }

    void cleanup()
    {
        m_server.reset();
        test::deliverQueued();
    }

    void answersAsTheEngineDoes()
    {
        const test::Ended ended = talk(ask("/v1/customers?limit=2"));
        QCOMPARE(statusOf(ended), 200);
        QVERIFY(ended.received.contains("\r\nRequest-Id: req_"));
        const QJsonObject list = QJsonDocument::fromJson(bodyOf(ended)).object();
        QCOMPARE(list.value(QStringLiteral("data")).toArray().size(), 2);
        QCOMPARE(statusOf(talk(test::get("/v1/customers", "Connection: close\r\n"))), 401);
        QCOMPARE(statusOf(talk(ask("/v1/nowhere"))), 404);
    }

    void countsCallsByMethodAndTemplate()
    {
        (void)talk(ask("/v1/customers?limit=1"));
        (void)talk(ask("/v1/customers/cus_unknown"));
        (void)talk(ask("/v1/customers/cus_other?expand[]=x"));
        (void)talk(makeCustomer());
        fault("close");
        (void)talk(makeCustomer());
        QCOMPARE(m_server->requestCount("GET /v1/customers"), 1);
        QCOMPARE(m_server->requestCount("GET /v1/customers/{id}"), 2);
        QCOMPARE(m_server->requestCount("POST /v1/customers"), 2);
        QCOMPARE(m_server->requestCount(), 5);
        QCOMPARE(object("/_sandbox/requests").value(QStringLiteral("GET /v1/customers/{id}")).toInt(), 2);
        QCOMPARE(m_server->requestCount(), 5); // the sandbox's own paths are not Stripe's
        m_server->forgetRequests();
        QCOMPARE(m_server->requestCount(), 0);
    }

    void takesIdsOutOfPaths_data()
    {
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("/v1/subscriptions/sub_1Abc") << QByteArray("/v1/subscriptions/{id}");
        QTest::newRow("/v1/invoices/in_1/lines") << QByteArray("/v1/invoices/{id}/lines");
        QTest::newRow("/v1/payment_intents/pi_1/cancel") << QByteArray("/v1/payment_intents/{id}/cancel");
        QTest::newRow("/v1/payment_intents") << QByteArray("/v1/payment_intents");
        QTest::newRow("/v1/coupons/SUMMER") << QByteArray("/v1/coupons/{id}");
        QTest::newRow("/v1/products/search") << QByteArray("/v1/products/search");
        QTest::newRow("/v1/products/gold") << QByteArray("/v1/products/{id}");
        QTest::newRow("/v1/test_helpers/test_clocks/clock_1") << QByteArray("/v1/test_helpers/test_clocks/{id}");
        QTest::newRow("/v1/account") << QByteArray("/v1/account");
    }

    void takesIdsOutOfPaths()
    {
        QFETCH(QByteArray, expected);
        QCOMPARE(sandbox::pathTemplate(QTest::currentDataTag()), expected);
    }

    void tellsTheEnginesCounts()
    {
        const QJsonObject counts = object("/_sandbox/counts");
        QCOMPARE(counts.value(QStringLiteral("customers")).toInteger(), customers());
        QCOMPARE(counts.value(QStringLiteral("subscriptions")).toInteger(), m_server->engine().counts().subscriptions);
        QCOMPARE(counts.value(QStringLiteral("events")).toInteger(), m_server->engine().counts().events);
    }

    void breaksConnections_data()
    {
        QTest::addColumn<bool>("reset");
        QTest::addColumn<bool>("works"); // the customer is there all the same
        QTest::addColumn<bool>("begins"); // some bytes of the answer come
        QTest::newRow("reset") << true << false << false;
        QTest::newRow("reset,work=yes") << true << true << false;
        QTest::newRow("close") << false << false << false;
        QTest::newRow("lost") << false << true << false;
        QTest::newRow("cut") << false << true << true;
        QTest::newRow("cut-reset") << true << true << true;
        QTest::newRow("cut-chunked") << false << true << true;
        QTest::newRow("cut-head") << false << true << true;
        QTest::newRow("not-http") << false << false << true;
    }

    void breaksConnections()
    {
        QFETCH(bool, reset);
        QFETCH(bool, works);
        QFETCH(bool, begins);
        fault(QTest::currentDataTag());
        const qint64 before = customers();
        const test::Ended ended = talk(makeCustomer());
        QCOMPARE(ended.reset, reset);
        QCOMPARE(ended.orderly, !reset);
        QCOMPARE(!ended.received.isEmpty(), begins);
        QCOMPARE(customers(), before + (works ? 1 : 0));
        QVERIFY(QJsonDocument::fromJson(bodyOf(ended)).isNull());
        QCOMPARE(ended.received.contains("Transfer-Encoding: chunked"), QTest::currentDataTag() == QByteArray("cut-chunked"));
        m_server->faults().clear();
        QCOMPARE(statusOf(talk(makeCustomer())), 200);
    }

    void answersWithErrors_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("contains");
        QTest::addColumn<QByteArray>("lacks");
        QTest::newRow("500") << 500 << QByteArray("\"type\":\"api_error\"") << QByteArray("Stripe-Should-Retry");
        QTest::newRow("500,status=503,should-retry=yes") << 503 << QByteArray("Stripe-Should-Retry: true\r\n") << QByteArray("html");
        QTest::newRow("500,should-retry=no") << 500 << QByteArray("Stripe-Should-Retry: false\r\n") << QByteArray("html");
        QTest::newRow("429") << 429 << QByteArray("Stripe-Rate-Limited-Reason: endpoint-rate\r\n") << QByteArray("Retry-After");
        QTest::newRow("429,reason=global-rate,retry-after=7") << 429 << QByteArray("Retry-After: 7\r\n") << QByteArray("lock_timeout");
        QTest::newRow("429,reason=lock_timeout") << 429 << QByteArray("\"code\":\"lock_timeout\"") << QByteArray("Request-Id");
        QTest::newRow("error") << 400 << QByteArray("\"type\":\"invalid_request_error\"") << QByteArray("code");
        QTest::newRow("error,status=402,type=card_error,code=card_declined,decline-code=lost_card,param=a[b],message=Lost%2C it is")
            << 402 << QByteArray("{\"error\":{\"code\":\"card_declined\",\"decline_code\":\"lost_card\",\"message\":\"Lost, it is\",\"param\":\"a[b]\",\"type\":\"card_error\"}}")
            << QByteArray("Stripe-Should-Retry");
        QTest::newRow("oauth-error,status=401,type=invalid_client") << 401 << QByteArray("{\"error\":\"invalid_client\",\"error_description\":\"")
                                                                    << QByteArray("\"type\"");
        QTest::newRow("redirect,status=307,location=http://127.0.0.1:9/x") << 307 << QByteArray("Location: http://127.0.0.1:9/x\r\n")
                                                                           << QByteArray("application/json");
        QTest::newRow("html") << 502 << QByteArray("text/html") << QByteArray("application/json");
    }

    void answersWithErrors()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, contains);
        QFETCH(QByteArray, lacks);
        fault(QTest::currentDataTag());
        const qint64 before = customers();
        const test::Ended ended = talk(makeCustomer());
        QCOMPARE(statusOf(ended), status);
        QVERIFY2(ended.received.contains(contains), ended.received.constData());
        QVERIFY2(!ended.received.contains(lacks), ended.received.constData());
        QCOMPARE(customers(), before);
    }

    void sendsHalfOfTheJson()
    {
        fault("truncated-json");
        const test::Ended ended = talk(ask("/v1/customers?limit=3"));
        QCOMPARE(statusOf(ended), 200);
        QVERIFY(ended.received.contains("Content-Length: " + QByteArray::number(bodyOf(ended).size()) + "\r\n"));
        QVERIFY(bodyOf(ended).startsWith('{'));
        QVERIFY(QJsonDocument::fromJson(bodyOf(ended)).isNull());
    }

    void sendsTheWorkDoneInOddForms_data()
    {
        QTest::addColumn<QByteArray>("starts");
        QTest::addColumn<QByteArray>("contains");
        QTest::addColumn<bool>("isJson"); // the body, as far as its length says
        QTest::newRow("empty") << QByteArray("HTTP/1.1 204 ") << QByteArray("Request-Id") << false;
        QTest::newRow("empty,status=200") << QByteArray("HTTP/1.1 200 ") << QByteArray("Content-Length: 0\r\n") << false;
        QTest::newRow("not-gzip") << QByteArray("HTTP/1.1 200 ") << QByteArray("Content-Encoding: gzip\r\n") << true;
        QTest::newRow("not-utf8") << QByteArray("HTTP/1.1 200 ") << QByteArray("\"\xff") << false;
        QTest::newRow("duplicate-keys") << QByteArray("HTTP/1.1 200 ") << QByteArray("{\"id\":\"x_doubled\",") << true;
        QTest::newRow("long-header,bytes=9999") << QByteArray("HTTP/1.1 200 ") << "X-Padding: " + QByteArray(9999, 'x') + "\r\n" << true;
        QTest::newRow("http10") << QByteArray("HTTP/1.0 200 ") << QByteArray("Request-Id") << true;
        QTest::newRow("stale") << QByteArray("HTTP/1.1 200 ") << QByteArray("Connection: keep-alive\r\n") << true;
        QTest::newRow("early-hints") << QByteArray("HTTP/1.1 103 Early Hints\r\n") << QByteArray("\r\n\r\nHTTP/1.1 200 ") << false;
    }

    void sendsTheWorkDoneInOddForms()
    {
        QFETCH(QByteArray, starts);
        QFETCH(QByteArray, contains);
        QFETCH(bool, isJson);
        fault(QTest::currentDataTag());
        const qint64 before = customers();
        const test::Ended ended = talk(makeCustomer());
        QVERIFY2(ended.received.startsWith(starts), ended.received.constData());
        QVERIFY2(ended.received.contains(contains), ended.received.constData());
        QCOMPARE(!QJsonDocument::fromJson(bodyOf(ended)).isNull(), isJson);
        QVERIFY(ended.orderly);
        QCOMPARE(customers(), before + 1);
    }

    void promisesHalfOfWhatItSends()
    {
        fault("short-length");
        const QByteArray body = bodyOf(talk(ask("/v1/customers?limit=3")));
        QVERIFY(QJsonDocument::fromJson(body).isObject());
        m_server->faults().clear();
        fault("short-length");
        QVERIFY(talk(ask("/v1/customers?limit=3")).received.contains("Content-Length: " + QByteArray::number(body.size() / 2) + "\r\n"));
    }

    void hangsAndDrips()
    {
        fault("hang,nth=1");
        fault("slow,bytes=100,ms=50");
        RawClient hanging(m_port);
        hanging.send(ask("/v1/balance"));
        QVERIFY(test::waitUntil([this] { return m_server->requestCount() == 1; }));
        RawClient dripping(m_port);
        dripping.send(ask("/v1/balance"));
        QVERIFY(test::waitUntil([&] { return dripping.received().size() == 100; }));
        m_clock.advance(50);
        QVERIFY(test::waitUntil([&] { return dripping.received().size() == 200; }));
        m_clock.advance(60'000);
        QVERIFY(dripping.waitEnd());
        QVERIFY(!QJsonDocument::fromJson(dripping.body()).isNull());
        QVERIFY(hanging.received().isEmpty() && !hanging.isEnded());
    }

    void holdsAnswersBackButDoesTheWorkAtOnce()
    {
        m_server->setLatencyMs(250);
        const qint64 before = customers();
        RawClient client(m_port);
        client.send(makeCustomer());
        QVERIFY(test::waitUntil([&] { return customers() == before + 1; }));
        m_clock.advance(249);
        QVERIFY(client.received().isEmpty());
        m_clock.advance(1);
        QVERIFY(client.waitEnd());
        QCOMPARE(client.status(), 200);
    }

    void diesWhileAnswersAreHeldBack()
    {
        m_server->setLatencyMs(250);
        RawClient client(m_port);
        client.send(ask("/v1/balance"));
        QVERIFY(test::waitUntil([this] { return m_server->requestCount() == 1; }));
        m_server.reset();
        m_clock.advance(1'000);
        QVERIFY(client.waitEnd());
        QVERIFY(client.received().isEmpty());
    }

    void rulesAreSetOverTheWire()
    {
        const QByteArray close = "Connection: close\r\n";
        QCOMPARE(statusOf(talk(test::post("/_sandbox/faults", "500,nth=2\nclose,method=DELETE\n", close))), 200);
        QCOMPARE(statusOf(talk(ask("/v1/balance"))), 200);
        QCOMPARE(statusOf(talk(ask("/v1/balance"))), 500);
        // A wrong line adds none.
        const test::Ended wrong = talk(test::post("/_sandbox/faults", "reset\nflood\n", close));
        QCOMPARE(statusOf(wrong), 400);
        QVERIFY(bodyOf(wrong).contains("flood"));
        const QJsonArray rules = QJsonDocument::fromJson(bodyOf(talk(ask("/_sandbox/faults")))).array();
        QCOMPARE(rules.size(), 2);
        QCOMPARE(rules.at(0).toObject(), (QJsonObject{{QStringLiteral("rule"), QStringLiteral("500,nth=2")}, {QStringLiteral("seen"), 2},
                                            {QStringLiteral("done"), 1}}));
        (void)talk("DELETE /_sandbox/faults HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        QVERIFY(m_server->faults().rules().isEmpty());
        QCOMPARE(statusOf(talk(test::post("/_sandbox/counts", "", close))), 405);
        QCOMPARE(statusOf(talk(ask("/_sandbox/other"))), 404);
    }

    void aTakenPortIsSaidSo()
    {
        sandbox::SandboxServer second({}, m_clock);
        const Result<quint16> result = second.start(m_port);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Busy);
    }
};

CH_TEST(TstSandboxServer)
#include "tst_SandboxServer.moc"
