// SPDX-License-Identifier: GPL-3.0-or-later
// What the server answers, in which order and to whom, and what it bears: lost clients, random bytes, its own end. Its limits have their
// own file.
#include "serve/ServerRig.h"
#include "support/TestMain.h"

#include <QHostAddress>
#include <QNetworkProxy>
#include <QThread>

using namespace ch;
using serve::Ending;
using serve::Reply;
using serve::Request;
using serve::Responder;
using test::get;
using test::post;
using test::RawClient;
using test::waitUntil;

class TstServer : public QObject, private test::ServerRig {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { clear(); }

    void answersAndKeepsTheConnection()
    {
        RawClient client(start());
        client.send(get("/a?b=c"));
        QVERIFY(client.waitFor("GET /a?b=c "));
        QCOMPARE(client.status(), 200);
        QVERIFY(client.received().contains("Connection: keep-alive"));
        client.send(post("/p", "hello"));
        QVERIFY(client.waitFor("POST /p hello"));
        QVERIFY(!client.isEnded());
        QCOMPARE(m_server->connectionCount(), 1);
        client.send(get("/last", "Connection: close\r\n"));
        QVERIFY(client.waitEnd());
        QVERIFY(client.received().endsWith("Connection: close\r\n\r\nGET /last "));
        QVERIFY(allGone());
    }

    void isThereForThisComputerOnly()
    {
        const quint16 port = start();
        QTcpSocket socket;
        socket.setProxy(QNetworkProxy::NoProxy);
        // Every address of 127/8 is this computer, but only one of them is bound.
        socket.connectToHost(QHostAddress(QStringLiteral("127.0.0.2")), port);
        QVERIFY(waitUntil([&] { return socket.error() == QAbstractSocket::ConnectionRefusedError; }));
    }

    void saysWhenAPortIsTaken()
    {
        const quint16 port = start();
        serve::Server second(m_clock, {}, [](const Request&, const Responder&) {});
        const Result<quint16> result = second.listen(port);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Busy);
        QVERIFY(result.error().message.contains(QString::number(port)));
        QCOMPARE(second.port(), quint16(0));
        m_server->close();
        QCOMPARE(second.listen(port).value_or(0), port);
    }

    void aMebibyteBothWays()
    {
        m_other = [](const Request& request, const Responder& responder) {
            Reply reply;
            reply.body = request.body;
            responder.send(reply);
        };
        const QByteArray body = QByteArray("0123456789abcdef").repeated(65'536);
        RawClient client(start());
        client.send(post("/echo", body)).send(get("/end", "Connection: close\r\n"));
        QVERIFY(client.waitEnd());
        QVERIFY(client.received().contains("Content-Length: 1048576\r\n"));
        QVERIFY(client.body().startsWith(body));
        QCOMPARE(m_requests.first().body, body);
    }

    void chunkedRequestsAndReplies()
    {
        m_other = [](const Request& request, const Responder& responder) {
            Reply reply;
            reply.body = request.body;
            reply.chunked = true;
            responder.send(reply);
        };
        RawClient client(start());
        client.send("POST /c HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        QVERIFY(client.waitFor("Transfer-Encoding: chunked"));
        QVERIFY(client.waitFor("5\r\nabcde\r\n0\r\n\r\n"));
    }

    void tellsWaitingClientsToGoOn()
    {
        RawClient client(start());
        client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        QVERIFY(client.waitFor("HTTP/1.1 100 Continue\r\n\r\n"));
        QVERIFY(m_requests.isEmpty());
        client.send("ok");
        QVERIFY(client.waitFor("POST / ok"));
        QCOMPARE(client.received().count("100 Continue"), 1);
    }

    void headHasTheHeadersOfGetAndNoBody()
    {
        RawClient client(start());
        client.send("HEAD /x HTTP/1.1\r\nHost: localhost\r\n\r\n").send(get("/y", "Connection: close\r\n"));
        QVERIFY(client.waitEnd());
        QVERIFY(client.received().contains("Content-Length: 8\r\n"));
        QVERIFY(!client.received().contains("HEAD /x"));
        QVERIFY(client.body().startsWith("HTTP/1.1 200 OK"));
    }

    void pipelinedRequestsAreAnsweredInOrderOneAtATime()
    {
        RawClient client(start());
        QByteArray all = get("/later");
        for (int i = 0; i < 500; ++i) {
            all += post("/n" + QByteArray::number(i), QByteArray(i, 'b'));
        }
        client.send(all + get("/end", "Connection: close\r\n"));
        QVERIFY(waitUntil([&] { return m_waiting.size() == 1; }));
        QVERIFY(client.waitSent());
        // The first is not answered: its connection's other requests wait, while another connection does not.
        RawClient other(m_server->port());
        other.send(get("/other"));
        QVERIFY(other.waitFor("GET /other"));
        QCOMPARE(m_requests.size(), 2);
        QVERIFY(client.received().isEmpty());
        m_waiting.first().send(serve::textReply(200, "first"));
        QVERIFY(client.waitEnd());
        QCOMPARE(m_requests.size(), 503);
        qsizetype at = client.received().indexOf("first");
        QVERIFY(at > 0);
        for (int i = 0; i < 500; ++i) {
            const qsizetype next = client.received().indexOf("POST /n" + QByteArray::number(i) + ' ', at);
            QVERIFY(next > at);
            at = next;
        }
    }

    // Qt's own HttpServer 6.4.2 crashes on this.
    void manyClientsLeaveBeforeTheirAnswer()
    {
        const quint16 port = start();
        constexpr int kClients = 60;
        for (int round = 0; round < 4; ++round) {
            std::vector<std::unique_ptr<RawClient>> clients;
            m_waiting.clear();
            for (int i = 0; i < kClients; ++i) {
                clients.push_back(std::make_unique<RawClient>(port));
                clients.back()->send(get("/later"));
            }
            QVERIFY(waitUntil([&] { return m_waiting.size() == kClients; }));
            QVERIFY(m_waiting.first().isOpen());
            // Half leave and are noticed; half leave in the same turn of the loop as their answers.
            for (int i = 0; i < kClients; i += 2) {
                clients[static_cast<std::size_t>(i)]->abort();
            }
            QVERIFY(waitUntil([&] { return m_server->connectionCount() == kClients / 2; }));
            for (int i = 1; i < kClients; i += 2) {
                clients[static_cast<std::size_t>(i)]->abort();
            }
            for (int i = 0; i < kClients; ++i) {
                const Responder& responder = m_waiting.at(i);
                switch (i % 6) {
                case 0:
                case 1: responder.send(serve::textReply(200, QByteArray(100'000, 'x'))); break;
                case 2: responder.sendSlowly(serve::textReply(200, "slow"), 1, 10); break;
                case 3: responder.sendCut(serve::textReply(200, "cut"), 1, Ending::Reset); break;
                case 4: responder.leave(Ending::Close); break;
                case 5: responder.leave(Ending::Reset); break;
                }
                responder.send(serve::textReply(200, "again"));
            }
            m_clock.advance(10'000);
            QVERIFY(allGone());
        }
        RawClient after(port);
        after.send(get("/still-here"));
        QVERIFY(after.waitFor("GET /still-here"));
    }

    void answersThatComeAfterTheServerDiedOrTwiceDoNothing()
    {
        Responder().send({});
        RawClient client(start());
        client.send(get("/later"));
        QVERIFY(waitUntil([&] { return m_waiting.size() == 1; }));
        const Responder kept = m_waiting.first();
        kept.send(serve::textReply(200, "once"));
        QVERIFY(!kept.isOpen());
        m_waiting.first().send(serve::textReply(200, "twice"));
        client.send(get("/later"));
        QVERIFY(waitUntil([&] { return m_waiting.size() == 2; }));
        kept.send(serve::textReply(200, "for another request"));
        QVERIFY(client.waitFor("once"));
        QVERIFY(!client.received().contains("twice"));
        m_server.reset();
        QVERIFY(client.waitEnd());
        QVERIFY(!m_waiting.last().isOpen());
        m_waiting.last().send(serve::textReply(200, "late"));
        m_waiting.last().hang();
        QCOMPARE(client.received().count("HTTP/1.1"), 1);
    }

    void aHandlerMayCloseTheServerItIsCalledBy()
    {
        m_other = [this](const Request& request, const Responder& responder) {
            if (request.path() == "/delete") {
                m_server.reset();
            } else {
                m_server->close();
            }
            responder.send(serve::textReply(200, "too late"));
        };
        for (const char* path : {"/close", "/delete"}) {
            RawClient client(start());
            client.send(get(path) + get("/never"));
            QVERIFY(client.waitEnd());
            QVERIFY(client.received().isEmpty());
        }
        QCOMPARE(m_requests.size(), 2);
    }

    void aForgottenRequestIsAnsweredWith500()
    {
        m_other = [](const Request&, const Responder&) {};
        RawClient client(start());
        client.send(get("/forgotten"));
        QVERIFY(client.waitFor("gave no answer"));
        QCOMPARE(client.status(), 500);
    }

    void truncatedRequestsReachNobody()
    {
        const quint16 port = start();
        const QByteArray whole = post("/p", "0123456789");
        for (qsizetype length = 0; length < whole.size(); length += 7) {
            RawClient client(port);
            client.send(whole.first(length));
            QVERIFY(client.waitSent());
            client.abort();
        }
        QVERIFY(allGone());
        QVERIFY(m_requests.isEmpty());
    }

    void randomBytesDoNoHarm()
    {
        const quint16 port = start();
        QRandomGenerator random(7);
        const QByteArray valid = post("/p", "x=1", "Transfer-Encoding: chunked\r\n") + get("/q");
        for (int round = 0; round < 200; ++round) {
            QByteArray bytes = valid;
            for (int change = 0; change < 1 + round % 8; ++change) {
                bytes[random.bounded(static_cast<int>(bytes.size()))] = static_cast<char>(random.bounded(256));
            }
            RawClient client(port);
            client.send(round % 3 == 0 ? bytes.first(random.bounded(static_cast<int>(bytes.size()))) : bytes);
            QVERIFY(client.waitSent());
            client.abort();
        }
        QVERIFY(allGone());
        RawClient after(port);
        after.send(get("/alive"));
        QVERIFY(after.waitFor("GET /alive"));
    }

    void slowAnswersComePieceByPiece()
    {
        m_other = [](const Request&, const Responder& responder) {
            Reply reply;
            reply.body = "0123456789";
            responder.sendSlowly(reply, 20, 250);
        };
        RawClient client(start());
        client.send(get("/slow"));
        QVERIFY(waitUntil([&] { return client.received().size() == 20; }));
        for (qsizetype expected = 40; expected <= 100; expected += 20) {
            m_clock.advance(249);
            QCOMPARE(client.received().size(), expected - 20);
            m_clock.advance(1);
            QVERIFY(waitUntil([&] { return client.received().size() == expected; }));
        }
        m_clock.advance(10'000);
        QVERIFY(client.waitFor("0123456789"));
        client.send(get("/later"));
        QVERIFY(waitUntil([&] { return m_waiting.size() == 1; }));
    }

    void cutAnswersEndInTheMiddle_data()
    {
        QTest::addColumn<bool>("chunked");
        QTest::addColumn<bool>("reset");
        QTest::newRow("length, end") << false << false;
        QTest::newRow("length, reset") << false << true;
        QTest::newRow("chunks, end") << true << false;
    }

    void cutAnswersEndInTheMiddle()
    {
        QFETCH(bool, chunked);
        QFETCH(bool, reset);
        m_other = [chunked, reset](const Request&, const Responder& responder) {
            Reply reply;
            reply.body = "0123456789";
            reply.chunked = chunked;
            responder.sendCut(reply, 4, reset ? Ending::Reset : Ending::Close);
        };
        const test::Ended ended = test::talkToTheEnd(start(), get("/cut"));
        QVERIFY(ended.received.endsWith(chunked ? QByteArray("\r\n\r\n4\r\n0123\r\n") : QByteArray("\r\n\r\n0123")));
        QCOMPARE(ended.received.contains("Content-Length: 10\r\n"), !chunked);
        QCOMPARE(ended.reset, reset);
        QCOMPARE(ended.orderly, !reset);
    }

    void leavesWithoutAByte()
    {
        m_other = [](const Request& request, const Responder& responder) {
            responder.leave(request.path() == "/reset" ? Ending::Reset : Ending::Close);
        };
        const quint16 port = start();
        for (const char* path : {"/reset", "/close"}) {
            const test::Ended ended = test::talkToTheEnd(port, get(path));
            QVERIFY(ended.received.isEmpty());
            QCOMPARE(ended.reset, path == QByteArray("/reset"));
            QCOMPARE(ended.orderly, path == QByteArray("/close"));
        }
        QVERIFY(allGone());
    }

    void hangsUntilTheClientGoes()
    {
        m_other = [](const Request&, const Responder& responder) { responder.hang(); };
        RawClient client(start());
        client.send(get("/hang"));
        QVERIFY(waitUntil([&] { return m_requests.size() == 1; }));
        m_clock.advance(24LL * 3600 * 1000);
        QVERIFY(!client.isEnded());
        QCOMPARE(m_server->connectionCount(), 1);
        client.abort();
        QVERIFY(allGone());
    }

    void livesInAnotherThread()
    {
        SystemClock clock;
        QThread thread;
        Qt::HANDLE handledIn = nullptr;
        auto* server = new serve::Server(clock, {}, [&handledIn](const Request&, const Responder& responder) {
            handledIn = QThread::currentThreadId();
            responder.send(serve::textReply(200, "from there"));
        });
        server->moveToThread(&thread);
        connect(&thread, &QThread::finished, server, &QObject::deleteLater);
        thread.start();
        quint16 port = 0;
        QMetaObject::invokeMethod(server, [server, &port] { port = server->listen().value_or(0); }, Qt::BlockingQueuedConnection);
        QVERIFY(port != 0);
        RawClient client(port);
        client.send(get("/"));
        QVERIFY(client.waitFor("from there"));
        thread.quit();
        QVERIFY(thread.wait(10'000));
        QVERIFY(client.waitEnd());
        QVERIFY(handledIn != nullptr && handledIn != QThread::currentThreadId());
    }
};

CH_TEST(TstServer)
#include "tst_Server.moc"
