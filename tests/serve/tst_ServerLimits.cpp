// SPDX-License-Identifier: GPL-3.0-or-later
// What the server allows nobody to exceed: size, time, connections, requests in a second; and that who is refused can read why.
#include "serve/ServerRig.h"
#include "support/TestMain.h"

using namespace ch;
using serve::Reply;
using serve::Request;
using serve::Responder;
using test::get;
using test::post;
using test::RawClient;
using test::waitUntil;

class TstServerLimits : public QObject, private test::ServerRig {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { clear(); }

    void refusesAndStillLetsTheClientReadWhy_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        // Each sends on long after the server has heard enough: the answer must not be lost to a reset.
        QTest::newRow("body") << post("/", QByteArray(3 << 20, 'x')) << 413;
        QTest::newRow("headers") << get("/", "X: " + QByteArray(3 << 20, 'x') + "\r\n") << 431;
        QTest::newRow("garbage") << QByteArray(3 << 20, '\x80') << 400;
        QTest::newRow("host") << "GET / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1000000\r\n\r\n" + QByteArray(3 << 20, 'x') << 421;
    }

    void refusesAndStillLetsTheClientReadWhy()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        serve::Limits limits;
        limits.bodyBytes = 1 << 20;
        RawClient client(start(limits));
        client.send(bytes);
        QVERIFY(client.waitEnd());
        QCOMPARE(client.status(), status);
        QVERIFY(client.received().endsWith(".\n"));
        QVERIFY(client.received().contains("Connection: close"));
        QVERIFY(allGone());
        QVERIFY(m_requests.isEmpty());
    }

    void aRefusedClientThatStaysIsThrownOut()
    {
        serve::Limits limits;
        limits.lingerMs = 500;
        RawClient client(start(limits));
        client.stopReading(true); // so it does not see the end, and does not close
        client.send("nonsense\r\n\r\n");
        QVERIFY(waitUntil([&] { return m_clock.delaysAsked().back() == 500; }));
        QCOMPARE(m_server->connectionCount(), 1);
        m_clock.advance(499);
        QCOMPARE(m_server->connectionCount(), 1);
        m_clock.advance(1);
        QVERIFY(allGone());
    }

    void idleConnectionsAreClosedWithoutAWord()
    {
        serve::Limits limits;
        limits.idleMs = 5'000;
        const quint16 port = start(limits);
        RawClient silent(port);
        RawClient busy(port);
        QVERIFY(waitUntil([&] { return m_server->connectionCount() == 2; }));
        m_clock.advance(4'000);
        busy.send(get("/x"));
        QVERIFY(busy.waitFor("GET /x"));
        // The idle time starts anew once the client has the answer; only the server's side knows when that was.
        // Another round, so that the first answer has certainly left the server and its idle time runs.
        busy.send(get("/y"));
        QVERIFY(busy.waitFor("GET /y"));
        m_clock.advance(1'000);
        QVERIFY(silent.waitEnd());
        QVERIFY(silent.received().isEmpty());
        m_clock.advance(3'999);
        QCOMPARE(m_server->connectionCount(), 1);
        m_clock.advance(1);
        QVERIFY(busy.waitEnd());
        QVERIFY(allGone());
    }

    void anAnswerMayTakeItsTime()
    {
        RawClient client(start());
        client.send("GET /later HTTP/1.1\r\n");
        QVERIFY(client.waitSent());
        client.send("Host: localhost\r\n\r\n");
        QVERIFY(waitUntil([&] { return m_waiting.size() == 1; }));
        m_clock.advance(24LL * 3600 * 1000);
        QVERIFY(m_waiting.first().isOpen());
        m_waiting.first().send(serve::textReply(200, "at last"));
        QVERIFY(client.waitFor("at last"));
    }

    void timersDoNotPileUp()
    {
        serve::Limits limits;
        limits.requestMs = 2'000;
        limits.idleMs = 5'000;
        RawClient client(start(limits));
        for (int i = 0; i < 50; ++i) {
            const QByteArray target = "/n" + QByteArray::number(i);
            client.send("GET " + target);
            QVERIFY(client.waitSent());
            client.send(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
            QVERIFY(client.waitFor("GET " + target));
            m_clock.advance(1'000);
            QVERIFY2(m_clock.pending() <= 3, QByteArray::number(m_clock.pending()).constData());
        }
    }

    void aRequestThatDripsIsCutOff_data()
    {
        QTest::addColumn<QByteArray>("start");
        QTest::newRow("headers") << QByteArray("GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
        QTest::newRow("body") << QByteArray("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n");
        QTest::newRow("chunks") << QByteArray("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\n");
    }

    void aRequestThatDripsIsCutOff()
    {
        QFETCH(QByteArray, start);
        serve::Limits limits;
        limits.requestMs = 10'000;
        limits.idleMs = 60'000;
        RawClient client(this->start(limits));
        QVERIFY(waitUntil([&] { return m_server->connectionCount() == 1; }));
        m_clock.advance(30'000); // thinking before a request is free
        client.send(start);
        QVERIFY(waitUntil([&] { return m_clock.delaysAsked().back() == 10'000; }));
        // A byte a second keeps nobody awake: the whole request has ten seconds.
        for (int second = 0; second < 9; ++second) {
            m_clock.advance(1'000);
            client.send("a");
            QVERIFY(client.waitSent());
        }
        QVERIFY(client.received().isEmpty());
        m_clock.advance(1'000);
        QVERIFY(client.waitEnd());
        QCOMPARE(client.status(), 408);
        QVERIFY(m_requests.isEmpty());
    }

    void aClientThatDoesNotTakeItsAnswerIsThrownOut()
    {
        serve::Limits limits;
        limits.sendMs = 7'000;
        m_other = [](const Request&, const Responder& responder) {
            Reply reply;
            reply.body = QByteArray(32 << 20, 'x'); // more than the system buffers
            responder.send(reply);
        };
        RawClient client(start(limits));
        client.stopReading(true);
        client.send(get("/big"));
        QVERIFY(waitUntil([&] { return m_clock.delaysAsked().back() == 7'000; }));
        m_clock.advance(6'999);
        QCOMPARE(m_server->connectionCount(), 1);
        m_clock.advance(1);
        QVERIFY(allGone());
    }

    void oneConnectionTooManyIsToldSo()
    {
        serve::Limits limits;
        limits.connections = 3;
        const quint16 port = start(limits);
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 3; ++i) {
            clients.push_back(std::make_unique<RawClient>(port));
            clients.back()->send(get("/later"));
        }
        QVERIFY(waitUntil([&] { return m_waiting.size() == 3; }));
        RawClient fourth(port);
        fourth.send(get("/x"));
        QVERIFY(fourth.waitEnd());
        QCOMPARE(fourth.status(), 503);
        clients.pop_back();
        QVERIFY(waitUntil([&] { return m_server->connectionCount() == 2; }));
        RawClient fifth(port);
        fifth.send(get("/x"));
        QVERIFY(fifth.waitFor("GET /x"));
    }

    void manyRequestsAreHeldBackByTheClock()
    {
        serve::Limits limits;
        limits.requestsPerSecond = 3;
        RawClient client(start(limits));
        client.send(get("/x").repeated(8));
        QVERIFY(waitUntil([&client] { return client.received().count("HTTP/1.1 ") == 8; }));
        QCOMPARE(client.received().count("HTTP/1.1 200"), 6); // two seconds' worth at once
        QCOMPARE(client.received().count("HTTP/1.1 429"), 2);
        QVERIFY(client.received().contains("Retry-After: 1\r\n"));
        QCOMPARE(m_requests.size(), 6);
        m_clock.advance(1000);
        client.send(get("/x").repeated(4));
        QVERIFY(waitUntil([&client] { return client.received().count("HTTP/1.1 ") == 12; }));
        QCOMPARE(m_requests.size(), 9);
    }
};

CH_TEST(TstServerLimits)
#include "tst_ServerLimits.moc"
