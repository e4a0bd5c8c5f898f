// SPDX-License-Identifier: GPL-3.0-or-later
// The real transport against real sockets on loopback: what Qt does behind our back, and that we live with it.
#include "base/Clock.h"
#include "http/Client.h"
#include "http/LoopbackServer.h"
#include "http/QnamTransport.h"
#include "support/FakeClock.h"
#include "support/TestMain.h"

#include <QNetworkProxy>
#include <QProcess>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QtTest>

using namespace ch;
using namespace ch::http;
using test::LoopbackServer;

namespace qnam_test {

/// A server that speaks TLS with a certificate that nobody trusts, and HTTP/2 as far as to say so.
class TlsServer final : public LoopbackServer {
public:
    QSslCertificate certificate;
    QSslKey key;

    /// Made afresh: a private key in the source would be found by every scanner.
    bool makeCertificate()
    {
        QTemporaryDir dir;
        QProcess openssl;
        openssl.start(QStringLiteral("openssl"), {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"), QStringLiteral("rsa:2048"),
                                                  QStringLiteral("-nodes"), QStringLiteral("-keyout"), dir.filePath(QStringLiteral("k")), QStringLiteral("-out"),
                                                  dir.filePath(QStringLiteral("c")), QStringLiteral("-days"), QStringLiteral("2"), QStringLiteral("-subj"),
                                                  QStringLiteral("/CN=127.0.0.1"), QStringLiteral("-addext"), QStringLiteral("subjectAltName=IP:127.0.0.1")});
        QFile keyFile(dir.filePath(QStringLiteral("k")));
        if (!openssl.waitForFinished(60'000) || openssl.exitCode() != 0 || !keyFile.open(QFile::ReadOnly)) {
            return false;
        }
        key = QSslKey(&keyFile, QSsl::Rsa);
        certificate = QSslCertificate::fromPath(dir.filePath(QStringLiteral("c"))).value(0);
        return !certificate.isNull();
    }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        auto* const socket = new QSslSocket(this);
        QSslConfiguration offered = socket->sslConfiguration();
        offered.setAllowedNextProtocols({QSslConfiguration::ALPNProtocolHTTP2, QSslConfiguration::NextProtocolHttp1_1});
        socket->setSslConfiguration(offered);
        socket->setLocalCertificate(certificate);
        socket->setPrivateKey(key);
        serve(descriptor, socket);
        socket->startServerEncryption();
    }
};

struct Rig {
    Rig()
    {
        server.handler = [](const LoopbackServer::Seen&, QTcpSocket& socket) { socket.write(LoopbackServer::answer("200 OK", "{}")); };
    }

    Request request(const QByteArray& method = "GET") const
    {
        Request out;
        out.method = method;
        out.url = server.url();
        out.isWrite = method != "GET";
        out.headers = {{"Authorization", "Bearer not-a-key"}};
        return out;
    }

    /// Sends and waits, with time standing still.
    Result<Reply> send(const Request& asked)
    {
        std::optional<Result<Reply>> result;
        transport.send(asked, &owner)->onFinished(&owner, [&result](const Result<Reply>& outcome) { result = outcome; });
        if (!QTest::qWaitFor([&result] { return result.has_value(); }, 20'000)) {
            return fail(ErrorKind::Internal, QStringLiteral("the test got no end at all"));
        }
        return *result;
    }

    void always(const QByteArray& wire, bool close = false)
    {
        server.handler = [wire, close](const LoopbackServer::Seen&, QTcpSocket& socket) {
            socket.write(wire);
            if (close) {
                socket.disconnectFromHost();
            }
        };
    }

    test::FakeClock clock;
    LoopbackServer server;
    QnamTransport transport{clock};
    QObject owner;
};

} // namespace qnam_test

using namespace qnam_test;

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
        bool began = false;
        std::optional<Result<Reply>> result;
        rig.transport.send(rig.request(), &rig.owner)->onFinished(&rig.owner, [&result](const Result<Reply>& outcome) { result = outcome; });
        QTRY_COMPARE(rig.server.seen.size(), 1);
        QTRY_VERIFY((began = rig.clock.pending() == 2)); // deadline and stall watch
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

    // ---- limits and refusals ----

    void aBodyTooLargeIsNotRead()
    {
        Rig rig;
        Request request = rig.request();
        request.maxBytes = 1000;
        rig.always(LoopbackServer::answer("200 OK", QByteArray(1000, 'x')));
        QVERIFY(rig.send(request));
        rig.always(LoopbackServer::answer("200 OK", QByteArray(1001, 'x')));
        QCOMPARE(rig.send(request).error().kind, ErrorKind::Protocol);
        // Announced is enough: not one byte of it has to come.
        rig.always("HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n");
        QCOMPARE(rig.send(request).error().kind, ErrorKind::Protocol);
        // And one that never ends is stopped on its way.
        rig.server.handler = [](const LoopbackServer::Seen&, QTcpSocket& socket) {
            socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + QByteArray(1024, 'x') + "\r\n400\r\n" + QByteArray(1024, 'y') + "\r\n");
        };
        QCOMPARE(rig.send(request).error().kind, ErrorKind::Protocol);
    }

    void aPackedBombIsNotUnpacked()
    {
        // 32 MiB of zeros, deflated: qCompress puts its own four bytes before a zlib stream.
        const QByteArray packed = qCompress(QByteArray(32 << 20, '\0'), 9).mid(4);
        Rig rig;
        rig.always(LoopbackServer::answer("200 OK", packed, "Content-Encoding: deflate\r\n"));
        Request request = rig.request();
        const Result<Reply> result = rig.send(request);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Protocol);
        // An honest one is unpacked.
        rig.always(LoopbackServer::answer("200 OK", qCompress("{\"a\":1}", 9).mid(4), "Content-Encoding: deflate\r\n"));
        const Result<Reply> honest = rig.send(request);
        QVERIFY(honest);
        QCOMPARE(honest->body, QByteArray("{\"a\":1}"));
    }

    void aCertificateThatNobodyTrustsIsRefused()
    {
        if (!QSslSocket::supportsSsl()) {
            QFAIL("Qt has no TLS here: the program could not reach Stripe at all");
        }
        TlsServer server;
        QVERIFY2(server.makeCertificate(), "openssl (Debian package openssl) makes the certificate of this test");
        Rig rig;
        Request request = rig.request("POST");
        request.url = QUrl(QStringLiteral("https://127.0.0.1:%1/v1/x").arg(server.serverPort()));
        const Result<Reply> result = rig.send(request);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Tls);
        QCOMPARE(result.error().code, QString::fromLatin1(kNotSent));
        QVERIFY(result.error().outcomeKnown);
        QCOMPARE(server.seen.size(), 0);
    }

    void http2IsSpokenWhereTheServerOffersIt()
    {
        TlsServer server;
        QVERIFY2(server.makeCertificate(), "openssl (Debian package openssl) makes the certificate of this test");
        server.handler = [](const LoopbackServer::Seen&, QTcpSocket& socket) { socket.disconnectFromHost(); };
        const QSslConfiguration before = QSslConfiguration::defaultConfiguration();
        QSslConfiguration trusting = before;
        trusting.addCaCertificate(server.certificate);
        QSslConfiguration::setDefaultConfiguration(trusting);
        Rig rig;
        Request request = rig.request("GET");
        request.url = QUrl(QStringLiteral("https://127.0.0.1:%1/v1/x").arg(server.serverPort()));
        (void)rig.send(request);
        QSslConfiguration::setDefaultConfiguration(before);
        QVERIFY(!server.seen.isEmpty());
        QCOMPARE(server.seen.first().line(), QByteArray("PRI * HTTP/2.0")); // RFC 9113, 3.4: how HTTP/2 begins
    }

    void moreThanOneManagersConnectionsAreOpenAtOnce()
    {
        Rig rig;
        constexpr int kAtOnce = QnamTransport::kConnections;
        QList<QPointer<QTcpSocket>> waiting;
        rig.server.handler = [&waiting](const LoopbackServer::Seen&, QTcpSocket& socket) {
            waiting.append(&socket);
            if (waiting.size() == kAtOnce) { // nobody is answered before all have asked
                for (const QPointer<QTcpSocket>& each : std::as_const(waiting)) {
                    each->write(LoopbackServer::answer("200 OK", "{}"));
                }
            }
        };
        int answered = 0;
        for (int i = 0; i < kAtOnce; ++i) {
            rig.transport.send(rig.request(), &rig.owner)->onFinished(&rig.owner, [&answered](const Result<Reply>& outcome) { answered += outcome ? 1 : 0; });
        }
        QVERIFY(QTest::qWaitFor([&] { return answered == kAtOnce; }, 20'000));
    }

    void whatNeverLeftIsTold()
    {
        Rig rig;
        Request request = rig.request("POST");
        request.body = "a=1";
        {
            LoopbackServer closed;
            request.url = closed.url();
        }
        Result<Reply> result = rig.send(request);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Network);
        QCOMPARE(result.error().code, QString::fromLatin1(kNotSent));
        QVERIFY(result.error().outcomeKnown);
        QVERIFY(result.error().message.contains(QStringLiteral("127.0.0.1")));
        // Qt does not say whether it sent a POST without a body before: the careful side.
        request.body.clear();
        result = rig.send(request);
        QCOMPARE(result.error().kind, ErrorKind::Network);
        QVERIFY(!result.error().outcomeKnown);
    }

    void garbageIsNoReply()
    {
        Rig rig;
        rig.always("SSH-2.0-OpenSSH_9.2\r\n", true);
        const Result<Reply> result = rig.send(rig.request());
        QVERIFY(!result);
        QVERIFY(result.error().kind == ErrorKind::Network || result.error().kind == ErrorKind::Protocol);
    }

    // ---- ends ----

    void cancelEndsOnceAndLater()
    {
        Rig rig;
        rig.server.handler = nullptr;
        int ends = 0;
        Error seen;
        ReplyJob* const job = rig.transport.send(rig.request("POST"), &rig.owner);
        job->onFinished(&rig.owner, [&](const Result<Reply>& outcome) {
            ++ends;
            seen = outcome.error();
        });
        QTRY_COMPARE(rig.server.seen.size(), 1);
        job->cancel();
        QCOMPARE(ends, 0);
        QTRY_COMPARE(ends, 1);
        QCOMPARE(seen.kind, ErrorKind::Cancelled);
        QVERIFY(!seen.outcomeKnown);
        QCOMPARE(rig.clock.pending(), 0);
    }

    void aTransportThatGoesEndsItsJobs()
    {
        test::FakeClock clock;
        LoopbackServer server;
        QObject owner;
        int ends = 0;
        auto transport = std::make_unique<QnamTransport>(clock);
        Request request;
        request.method = "GET";
        request.url = server.url();
        transport->send(request, &owner)->onFinished(&owner, [&ends](const Result<Reply>&) { ++ends; });
        ReplyJob* const gone = transport->send(request, &owner);
        delete gone;
        transport.reset();
        QTRY_COMPARE(ends, 1);
    }

    void theWholeWayOverASocket()
    {
        Rig rig;
        int asked = 0;
        rig.server.handler = [&asked](const LoopbackServer::Seen&, QTcpSocket& socket) {
            socket.write(++asked == 1 ? LoopbackServer::answer("503 Busy", "{}") : LoopbackServer::answer("200 OK", "{\"ok\":true}"));
        };
        RetryPolicy policy;
        Client client(rig.transport, policy, {}, rig.clock);
        std::optional<Result<Reply>> result;
        client.send(rig.request("POST"), &rig.owner)->onFinished(&rig.owner, [&result](const Result<Reply>& outcome) { result = outcome; });
        QTRY_COMPARE(asked, 1);
        QTRY_COMPARE(rig.clock.delaysAsked().size(), size_t(3)); // deadline, stall, and the wait
        rig.clock.advance(1000);
        QTRY_VERIFY(result);
        QVERIFY(result->has_value());
        QCOMPARE((*result)->attempts, 2);
        QVERIFY((*result)->outcomeKnown);
    }
};

CH_TEST(TstQnamTransport)
#include "tst_QnamTransport.moc"
