// SPDX-License-Identifier: GPL-3.0-or-later
// The real transport against real sockets on loopback: what it refuses, what it bears, and how its requests end.
#include "http/Client.h"
#include "http/QnamRig.h"
#include "support/TestMain.h"

using namespace ch;
using namespace ch::http;
using namespace ch::test::qnam;
using test::LoopbackServer;

class TstQnamLimits : public QObject {
    Q_OBJECT
private Q_SLOTS:
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

CH_TEST(TstQnamLimits)
#include "tst_QnamLimits.moc"
