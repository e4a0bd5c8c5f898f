// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/Poster.h"
#include "serve/RawClient.h"
#include "serve/Server.h"
#include "support/FakeClock.h"
#include "support/TestMain.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QtTest>

using namespace ch;
using serve::Poster;

class TstPoster : public QObject {
    Q_OBJECT
private:
    test::FakeClock m_clock;
    QTcpServer m_listener;
    QByteArray m_answer, m_received;
    bool m_closes = true;
    int m_connections = 0;

    QByteArray url(const QByteArray& target = "/hook?a=1") const { return "http://127.0.0.1:" + QByteArray::number(m_listener.serverPort()) + target; }

    // Answers with m_answer as soon as the request's body has come.
    void serveOne()
    {
        QTcpSocket* socket = m_listener.nextPendingConnection();
        ++m_connections;
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
            m_received += socket->readAll();
            if (m_received.endsWith("}") && !m_answer.isNull()) {
                socket->write(m_answer);
                if (m_closes) {
                    socket->disconnectFromHost();
                }
            }
        });
    }

    Result<int> post(const QByteArray& to, qint64 advanceMs = 0)
    {
        std::optional<Result<int>> out;
        auto* job = new Poster(m_clock, {to, {{"X-One", "1"}}, R"({"id":"evt_1"})", 5000}, this);
        job->onFinished(this, [&](const Result<int>& result) { out = result; });
        m_clock.advance(0);
        if (advanceMs > 0) {
            if (!test::waitUntil([this] { return m_received.endsWith("}"); })) {
                return fail(ErrorKind::Internal, QStringLiteral("nothing was sent"));
            }
            m_clock.advance(advanceMs);
        }
        return test::waitUntil([&] { return out.has_value(); }) ? *out : fail(ErrorKind::Internal, QStringLiteral("it never ended"));
    }

private Q_SLOTS:
    void init()
    {
        m_received.clear();
        m_connections = 0;
        m_closes = true;
        QVERIFY(m_listener.listen(QHostAddress::LocalHost));
        connect(&m_listener, &QTcpServer::newConnection, this, [this] { serveOne(); });
    }
    void cleanup()
    {
        m_listener.disconnect(this);
        m_listener.close();
        qDeleteAll(m_listener.findChildren<QTcpSocket*>());
    }

    void sendsTheBytesAndTellsTheStatus()
    {
        m_answer = "HTTP/1.1 204 No Content\r\n\r\n";
        QCOMPARE(post(url()).value_or(0), 204);
        QVERIFY2(m_received.startsWith("POST /hook?a=1 HTTP/1.1\r\nHost: 127.0.0.1:"), m_received.constData());
        QVERIFY(m_received.contains("\r\nContent-Length: 14\r\n"));
        QVERIFY(m_received.contains("\r\nConnection: close\r\n"));
        QVERIFY(m_received.endsWith("\r\nX-One: 1\r\n\r\n{\"id\":\"evt_1\"}"));
    }

    void readsAnswersOfEveryForm_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("closes");
        QTest::addColumn<int>("status");
        const auto row = [](const char* name, const char* answer, bool closes, int status) { QTest::newRow(name) << QByteArray(answer) << closes << status; };
        row("with a length, kept open", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, 200);
        row("chunked, kept open", "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", false, 201);
        row("to the end of the connection", "HTTP/1.0 500 No\r\n\r\nany length", true, 500);
        row("cut off", "HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\nok", true, 200);
        row("after an interim answer", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", false, 410);
        row("a redirect", "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n", false, 302);
    }

    void readsAnswersOfEveryForm()
    {
        QFETCH(QByteArray, answer);
        QFETCH(int, status);
        m_answer = answer;
        QFETCH(bool, closes);
        m_closes = closes;
        QCOMPARE(post(url()).value_or(0), status);
        QCOMPARE(m_connections, 1); // followed nowhere, sent once
    }

    void saysWhatWentWrong_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("kind");
        QTest::newRow("nothing") << QByteArray("") << int(ErrorKind::Network);
        QTest::newRow("not HTTP") << QByteArray("220 mail ready\r\n\r\n") << int(ErrorKind::Protocol);
        QTest::newRow("endless headers") << "HTTP/1.1 200 OK\r\n" + QByteArray(70'000, 'x') << int(ErrorKind::Protocol);
        QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\nContent") << int(ErrorKind::Network);
    }

    void saysWhatWentWrong()
    {
        QFETCH(QByteArray, answer);
        m_answer = answer;
        const Result<int> result = post(url());
        QVERIFY(!result);
        QTEST(int(result.error().kind), "kind");
        QCOMPARE(m_connections, 1);
    }

    void nobodyListens()
    {
        const QByteArray to = url();
        m_listener.close();
        const Result<int> result = post(to);
        QVERIFY(!result && result.error().kind == ErrorKind::Network);
    }

    void waitsOnlySoLong()
    {
        m_answer = QByteArray(); // never
        const Result<int> none = post(url(), 5000);
        QVERIFY(!none && none.error().kind == ErrorKind::Timeout);
        m_received.clear();
        m_answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab"; // and then nothing
        m_closes = false;
        const Result<int> half = post(url(), 5000);
        QVERIFY(!half && half.error().kind == ErrorKind::Timeout);
    }

    void canBeCalledOff()
    {
        std::optional<Result<int>> out;
        auto* job = new Poster(m_clock, {url(), {}, "{}", 5000}, this);
        job->onFinished(this, [&](const Result<int>& result) { out = result; });
        job->cancel();
        m_clock.advance(1);
        test::deliverQueued();
        QVERIFY(out && !*out && out->error().kind == ErrorKind::Cancelled);
        QCOMPARE(m_connections, 0);
        delete new Poster(m_clock, {url(), {}, "{}", 5000}, this);
        m_clock.advance(6000);
        test::deliverQueued();
        QCOMPARE(m_connections, 0);
    }

    void staysOnThisComputer_data()
    {
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<QByteArray>("header");
        const auto row = [](const char* url, const char* host, const char* header = "") { QTest::newRow(url) << QByteArray(host) << QByteArray(header); };
        row("http://127.0.0.1:4242/hook", "127.0.0.1", "127.0.0.1:4242");
        row("http://localhost:4242", "127.0.0.1", "localhost:4242");
        row("http://LOCALHOST/x?y=%20z", "127.0.0.1", "localhost");
        row("http://[::1]:8080/", "::1", "[::1]:8080");
        row("http://127.8.9.10/", "127.8.9.10", "127.8.9.10");
        for (const char* other : {"http://example.com/hook", "https://127.0.0.1/hook", "http://127.0.0.1.example.com/", "http://10.0.0.1/", "http://0.0.0.0/",
                 "http://user:pw@127.0.0.1/", "http://127.0.0.1@example.com/", "ftp://127.0.0.1/", "127.0.0.1:80", "http://", "", "nonsense", "http://localhost.example.com/",
                 "http://127.0.0.1:99999/", "http://[::2]/", "http://127.0.0.1/a b"}) {
            row(other, "");
        }
    }

    void staysOnThisComputer()
    {
        const auto to = serve::loopbackUrl(QTest::currentDataTag());
        QTEST(to ? to->host.toLatin1() : QByteArray(), "host");
        QTEST(to ? to->hostHeader : QByteArray(), "header");
        if (!to) {
            const Result<int> result = post(QTest::currentDataTag());
            QVERIFY(!result && result.error().kind == ErrorKind::InvalidInput);
        } else {
            QVERIFY(to->target.startsWith('/'));
        }
    }
};

CH_TEST(TstPoster)
#include "tst_Poster.moc"
