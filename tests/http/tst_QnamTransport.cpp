// SPDX-License-Identifier: GPL-3.0-or-later
// The real transport against real sockets on loopback: what Qt does behind our back, and that we live with it.
#include "http/QnamRig.h"
#include "support/TestMain.h"

#include <QNetworkProxy>

using namespace ch;
using namespace ch::http;
using namespace ch::test::qnam;
using test::LoopbackServer;

class TstQnamTransport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // ---- the four traps ----

    void trap1_aConnectionClosedWithoutAnswerIsSentTwiceWithTheSameKey()
    {
        Rig rig;
        rig.server.handler = [](const LoopbackServer::Seen&, QTcpSocket& socket) { socket.disconnectFromHost(); };
        Request post = rig.request("POST");
        post.headers.append(Header{"Idempotency-Key", "one-intent"});
        post.headers.append(Header{"Content-Type", "application/x-www-form-urlencoded"});
        post.body = "a=1";
        const Result<Reply> result = rig.send(post);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Network);
        QVERIFY(result.error().code.isEmpty()); // it may have been carried out
        QVERIFY(!result.error().outcomeKnown);
        // Qt's own doing, and the reason why every POST has a key. Should a later Qt stop it, this line may say 1.
        QVERIFY(rig.server.seen.size() == 2 || rig.server.seen.size() == 1);
        for (const LoopbackServer::Seen& seen : std::as_const(rig.server.seen)) {
            QCOMPARE(seen.header("Idempotency-Key"), QByteArray("one-intent"));
            QCOMPARE(seen.body, QByteArray("a=1"));
        }
        qInfo("one POST was sent %d times", int(rig.server.seen.size()));
    }

    void trap2_aChunkedBodyCutShortIsAFailureOrComesAsItIs()
    {
        // Qt 6.4.2 reports this in some runs and calls it success in others, by the order in which close and data are seen. Either is
        // fine here; what came as success is found out by the parser above (tests/stripe, cut-off JSON).
        int calledSuccess = 0;
        for (int round = 0; round < 8; ++round) {
            Rig rig;
            rig.always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"id\":\"a", true);
            const Result<Reply> result = rig.send(rig.request("POST"));
            calledSuccess += result ? 1 : 0;
            if (result) {
                QCOMPARE(result->body, QByteArray("{\"id\":\"a"));
            } else {
                QCOMPARE(result.error().kind, ErrorKind::Network);
                QVERIFY(!result.error().outcomeKnown);
            }
        }
        qInfo("cut short and called success: %d of 8", calledSuccess);
    }

    void aShortContentLengthIsNoAnswer()
    {
        Rig rig;
        rig.always("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":", true);
        const Result<Reply> result = rig.send(rig.request("DELETE"));
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Network);
        QVERIFY(!result.error().outcomeKnown);
    }

    void trap3_redirectsAreNotFollowed_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<int>("number");
        QTest::newRow("301") << QByteArray("301 Moved") << 301;
        QTest::newRow("302") << QByteArray("302 Found") << 302;
        QTest::newRow("303") << QByteArray("303 See Other") << 303;
        QTest::newRow("307") << QByteArray("307 Temporary") << 307;
        QTest::newRow("308") << QByteArray("308 Permanent") << 308;
    }

    void trap3_redirectsAreNotFollowed()
    {
        QFETCH(QByteArray, status);
        QFETCH(int, number);
        Rig rig;
        LoopbackServer elsewhere;
        rig.always(LoopbackServer::answer(status, "moved", "Location: " + elsewhere.url().toEncoded() + "\r\n"));
        for (const QByteArray& method : {QByteArray("GET"), QByteArray("POST"), QByteArray("DELETE")}) {
            const Result<Reply> result = rig.send(rig.request(method));
            QVERIFY(result);
            QCOMPARE(result->status, number);
            QCOMPARE(result->body, QByteArray("moved"));
        }
        QCOMPARE(rig.server.seen.size(), 3);
        QCOMPARE(elsewhere.seen.size(), 0); // and so Authorization went nowhere else
    }

    void trap4_aDrippingBodyEndsAtTheDeadline()
    {
        Rig rig;
        QPointer<QTcpSocket> wire;
        rig.server.handler = [&wire](const LoopbackServer::Seen&, QTcpSocket& socket) {
            wire = &socket;
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        };
        std::optional<Result<Reply>> result;
        rig.transport.send(rig.request(), &rig.owner)->onFinished(&rig.owner, [&result](const Result<Reply>& outcome) { result = outcome; });
        QTRY_VERIFY(wire);
        for (int second = 0; second < 79; ++second) {
            wire->write("x");
            wire->flush();
            QTest::qWait(1); // lets the byte arrive
            rig.clock.advance(1000);
        }
        QVERIFY(!result);
        rig.clock.advance(1000);
        QVERIFY(result);
        QCOMPARE(result->error().kind, ErrorKind::Timeout);
    }

    // ---- time ----

    void aSilentServerEndsAtTheDeadlineAndMayHaveDoneIt()
    {
        Rig rig;
        rig.server.handler = nullptr;
        Request request = rig.request("POST");
        request.deadlineMs = 5000;
        std::optional<Result<Reply>> result;
        rig.transport.send(request, &rig.owner)->onFinished(&rig.owner, [&result](const Result<Reply>& outcome) { result = outcome; });
        QTRY_COMPARE(rig.server.seen.size(), 1);
        QTest::qWait(20); // requestSent crosses from Qt's own thread
        rig.clock.advance(4999);
        QVERIFY(!result);
        rig.clock.advance(1);
        QVERIFY(result);
        QCOMPARE(result->error().kind, ErrorKind::Timeout);
        QCOMPARE(result->error().code, QString());
        QVERIFY(!result->error().outcomeKnown);
    }

    void anAnswerThatStallsIsGivenUp()
    {
        Rig rig;
        rig.always("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
        std::optional<Result<Reply>> result;
        rig.transport.send(rig.request(), &rig.owner)->onFinished(&rig.owner, [&result](const Result<Reply>& outcome) { result = outcome; });
        QTRY_COMPARE(rig.server.seen.size(), 1);
        QTRY_COMPARE(rig.clock.pending(), 2); // deadline and stall watch
        QTest::qWait(20);
        rig.clock.advance(QnamTransport::kStallMs - 1);
        QVERIFY(!result);
        rig.clock.advance(2);
        QVERIFY(result);
        QCOMPARE(result->error().kind, ErrorKind::Timeout);
    }

    // ---- what comes back as a reply ----

    void everyStatusIsAReply_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {200, 201, 400, 401, 402, 403, 404, 407, 409, 410, 418, 429, 499, 500, 501, 502, 503, 504, 511}) {
            QTest::addRow("%d", status) << status;
        }
    }

    void everyStatusIsAReply()
    {
        QFETCH(int, status);
        Rig rig;
        rig.always(LoopbackServer::answer(QByteArray::number(status) + " Word", "{\"error\":{}}", "Request-Id: req_1\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"));
        for (const QByteArray& method : {QByteArray("GET"), QByteArray("POST"), QByteArray("DELETE")}) {
            const Result<Reply> result = rig.send(rig.request(method));
            QVERIFY2(result, qPrintable(result ? QString() : result.error().message));
            QCOMPARE(result->status, status);
            QCOMPARE(result->body, QByteArray("{\"error\":{}}"));
            QCOMPARE(result->header("request-ID"), QByteArray("req_1"));
        }
        QCOMPARE(rig.server.seen.size(), 3);
    }

    void a401WithoutChallengeIsAReplyToo()
    {
        Rig rig;
        rig.always(LoopbackServer::answer("401 Unauthorized", "{\"error\":{\"code\":\"api_key_expired\"}}"));
        const Result<Reply> result = rig.send(rig.request());
        QVERIFY(result);
        QCOMPARE(result->status, 401);
        QVERIFY(result->body.contains("api_key_expired"));
        QCOMPARE(rig.server.seen.size(), 1);
    }

    // ---- what goes out ----

    void theWireHoldsWhatWasAskedAndNoMore()
    {
        Rig rig;
        Request request = rig.request("DELETE");
        request.url = QUrl::fromEncoded(rig.server.url().toEncoded() + "?cancellation_details%5Bcomment%5D=a%20b%2Bc%26d%3D%25");
        QCoreApplication::setApplicationVersion(QStringLiteral("7.8.9"));
        QVERIFY(rig.send(request));
        const LoopbackServer::Seen seen = rig.server.seen.first();
        QCOMPARE(seen.line(), QByteArray("DELETE /v1/x?cancellation_details%5Bcomment%5D=a%20b%2Bc%26d%3D%25 HTTP/1.1"));
        QCOMPARE(seen.header("User-Agent"), QByteArray("Countinghouse/7.8.9"));
        QCOMPARE(seen.header("Authorization"), QByteArray("Bearer not-a-key"));
        QCOMPARE(seen.header("Accept-Language"), QByteArray("en"));
        QVERIFY(seen.header("Accept-Encoding").contains("gzip"));
        QVERIFY(seen.body.isEmpty());

        QVERIFY(rig.send(rig.request("POST"))); // an empty one
        QCOMPARE(rig.server.seen.last().header("Content-Length"), QByteArray("0"));
    }

    void cookiesAreNotKept()
    {
        Rig rig;
        rig.always(LoopbackServer::answer("200 OK", "{}", "Set-Cookie: track=me; Path=/\r\nCache-Control: max-age=1000\r\n"));
        QVERIFY(rig.send(rig.request()));
        QVERIFY(rig.send(rig.request()));
        QCOMPARE(rig.server.seen.size(), 2); // no cache either
        QCOMPARE(rig.server.seen.at(1).header("Cookie"), QByteArray());
    }

    void noProxyStandsBeforeThisComputer()
    {
        LoopbackServer proxy;
        const QByteArray address = "http://127.0.0.1:" + QByteArray::number(proxy.serverPort());
        const QByteArray before = qgetenv("http_proxy");
        const QByteArray noProxyBefore = qgetenv("no_proxy");
        qputenv("http_proxy", address);
        qunsetenv("no_proxy");
        QNetworkProxy::setApplicationProxy(QNetworkProxy(QNetworkProxy::HttpProxy, QStringLiteral("127.0.0.1"), proxy.serverPort()));
        Rig rig;
        const Result<Reply> result = rig.send(rig.request());
        QNetworkProxy::setApplicationProxy(QNetworkProxy(QNetworkProxy::DefaultProxy));
        before.isEmpty() ? qunsetenv("http_proxy") : qputenv("http_proxy", before);
        noProxyBefore.isEmpty() ? false : qputenv("no_proxy", noProxyBefore);
        QVERIFY(result);
        QCOMPARE(proxy.seen.size(), 0);
        QCOMPARE(rig.server.seen.size(), 1);
    }

    void theSystemsProxyIsUsedForOthers()
    {
        LoopbackServer proxy;
        proxy.handler = [](const LoopbackServer::Seen&, QTcpSocket& socket) { socket.write(LoopbackServer::answer("200 OK", "{\"through\":\"proxy\"}")); };
        const QByteArray before = qgetenv("http_proxy");
        qputenv("http_proxy", "http://127.0.0.1:" + QByteArray::number(proxy.serverPort()));
        Rig rig;
        Request request = rig.request();
        request.url = QUrl(QStringLiteral("http://stripe.invalid/v1/x")); // RFC 6761: no such host anywhere
        const Result<Reply> result = rig.send(request);
        before.isEmpty() ? qunsetenv("http_proxy") : qputenv("http_proxy", before);
        QVERIFY2(result, qPrintable(result ? QString() : result.error().message));
        QCOMPARE(result->body, QByteArray("{\"through\":\"proxy\"}"));
        QCOMPARE(proxy.seen.size(), 1);
    }

    void loopbackIsToldByItsFormAlone()
    {
        for (const char* host : {"127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST"}) {
            QVERIFY2(isLoopbackHost(QString::fromLatin1(host)), host);
        }
        for (const char* host : {"", "128.0.0.1", "127.0.0.1.example.com", "localhost.example.com", "api.stripe.com", "::2", "0.0.0.0"}) {
            QVERIFY2(!isLoopbackHost(QString::fromLatin1(host)), host);
        }
    }
};

CH_TEST(TstQnamTransport)
#include "tst_QnamTransport.moc"
