// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/Message.h"
#include "serve/ReplyBytes.h"
#include "serve/RequestReader.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using serve::RequestReader;
using Progress = serve::RequestReader::Progress;

class TstRequestReader : public QObject {
    Q_OBJECT
private:
    serve::Limits m_limits;

    // The status of the refusal, or 0 when the bytes were a request or the start of one.
    int refusalOf(const QByteArray& bytes)
    {
        RequestReader reader(m_limits);
        reader.add(bytes);
        return reader.read() == Progress::Refused ? reader.refusal().status : 0;
    }

private Q_SLOTS:
    void init()
    {
        m_limits = {};
        m_limits.headerBytes = 1000;
        m_limits.bodyBytes = 100;
    }

    void readsARequestThatComesByteByByte()
    {
        const QByteArray bytes = "POST /v1/customers?a=1 HTTP/1.1\r\nHost: localhost:12111\r\nContent-Length: 5\r\nX-A:  b c \r\n\r\nhello";
        RequestReader reader(m_limits);
        QVERIFY(!reader.isInsideRequest());
        for (qsizetype i = 0; i < bytes.size() - 1; ++i) {
            reader.add(bytes.mid(i, 1));
            QCOMPARE(reader.read(), Progress::NeedMore);
            QVERIFY(reader.isInsideRequest());
        }
        reader.add("o");
        QCOMPARE(reader.read(), Progress::Whole);
        QVERIFY(reader.keepAlive());
        QVERIFY(reader.isHttp11());
        const serve::Request request = reader.take();
        QCOMPARE(request.method, QByteArray("POST"));
        QCOMPARE(request.path(), QByteArray("/v1/customers"));
        QCOMPARE(request.query(), QByteArray("a=1"));
        QCOMPARE(request.header("x-a"), QByteArray("b c"));
        QVERIFY(request.header("X").isNull());
        QCOMPARE(request.body, QByteArray("hello"));
        QVERIFY(!reader.isInsideRequest());
        QCOMPARE(reader.read(), Progress::NeedMore);
    }

    // Every way to cut a chunked request in two and in single bytes gives the same request. (Beast 1.74 asserts when the last
    // chunk drips in.)
    void readsChunksHoweverTheyAreCut()
    {
        const QByteArray bytes = "PUT / HTTP/1.1\r\nHost: [::1]\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n0A\r\n0123456789\r\n"
                                 "0\r\nHost: elsewhere\r\nX-Late: 1\r\n\r\n";
        for (qsizetype cut = 1; cut < bytes.size(); ++cut) {
            RequestReader reader(m_limits);
            reader.add(bytes.first(cut));
            QCOMPARE(reader.read(), Progress::NeedMore);
            reader.add(bytes.sliced(cut));
            QCOMPARE(reader.read(), Progress::Whole);
            const serve::Request request = reader.take();
            QCOMPARE(request.body, QByteArray("abc0123456789"));
            // Trailers neither add nor change headers.
            QCOMPARE(request.header("Host"), QByteArray("[::1]"));
            QCOMPARE(request.headers.size(), 2);
        }
        RequestReader dripped(m_limits);
        Progress last = Progress::NeedMore;
        for (const char byte : bytes) {
            QCOMPARE(last, Progress::NeedMore);
            dripped.add(QByteArray(1, byte));
            last = dripped.read();
        }
        QCOMPARE(last, Progress::Whole);
    }

    void readsPipelinedRequestsInOrder()
    {
        RequestReader reader(m_limits);
        reader.add("GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n\r\nPOST /2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi"
                   "GET /3 HTTP/1.0\r\nHost: localhost\r\n\r\n");
        for (const char* target : {"/1", "/2", "/3"}) {
            QCOMPARE(reader.read(), Progress::Whole);
            QCOMPARE(reader.isHttp11(), target != QByteArray("/3"));
            QCOMPARE(reader.keepAlive(), target != QByteArray("/3"));
            QCOMPARE(reader.take().target, QByteArray(target));
        }
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const QByteArray start = "POST / HTTP/1.1\r\nHost: localhost\r\n";
        QTest::newRow("fine") << start + "\r\n" << 0;
        QTest::newRow("upper-case host with port") << QByteArray("GET / HTTP/1.1\r\nhost: LOCALHOST:65535\r\n\r\n") << 0;
        QTest::newRow("garbage") << QByteArray::fromHex("16030102000100fc0303") + " hello of TLS" << 400;
        QTest::newRow("zeros") << QByteArray(64, '\0') << 400;
        QTest::newRow("no version") << QByteArray("GET /\r\n\r\n") << 400;
        QTest::newRow("version 2") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") << 400;
        QTest::newRow("bare line feeds") << QByteArray("GET / HTTP/1.1\nHost: localhost\n\n") << 400;
        QTest::newRow("blank before colon") << QByteArray("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n") << 400;
        QTest::newRow("no host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << 400;
        QTest::newRow("no host in 1.0") << QByteArray("GET / HTTP/1.0\r\n\r\n") << 400;
        QTest::newRow("two hosts") << start + "Host: localhost\r\n\r\n" << 400;
        QTest::newRow("absolute target") << QByteArray("GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n") << 400;
        QTest::newRow("connect") << QByteArray("CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n") << 400;
        QTest::newRow("star of GET") << QByteArray("GET * HTTP/1.1\r\nHost: localhost\r\n\r\n") << 400;
        QTest::newRow("star of OPTIONS") << QByteArray("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n") << 0;
        QTest::newRow("another host") << QByteArray("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n") << 421;
        QTest::newRow("a host that starts well") << QByteArray("GET / HTTP/1.1\r\nHost: localhost.evil.example:80\r\n\r\n") << 421;
        QTest::newRow("a host hidden in the port") << QByteArray("GET / HTTP/1.1\r\nHost: localhost:80@evil.example\r\n\r\n") << 421;
        QTest::newRow("empty host") << QByteArray("GET / HTTP/1.1\r\nHost:\r\n\r\n") << 421;
        QTest::newRow("negative length") << start + "Content-Length: -1\r\n\r\n" << 400;
        QTest::newRow("length of 2^64") << start + "Content-Length: 18446744073709551616\r\n\r\n" << 400;
        QTest::newRow("two lengths") << start + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n" << 400;
        QTest::newRow("length and chunks") << start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" << 400;
        QTest::newRow("chunks and length") << start + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" << 400;
        QTest::newRow("coding before chunked") << start + "Transfer-Encoding: gzip, chunked\r\n\r\n" << 501;
        QTest::newRow("coding after chunked") << start + "Transfer-Encoding: chunked, gzip\r\n\r\n" << 501;
        QTest::newRow("unknown coding") << start + "Transfer-Encoding: xchunked\r\n\r\n" << 501;
        QTest::newRow("chunks in 1.0") << QByteArray("POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n") << 501;
        QTest::newRow("unknown expectation") << start + "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n" << 417;
        QTest::newRow("chunk without size") << start + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n" << 400;
        QTest::newRow("chunk longer than said") << start + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n" << 400;
        QTest::newRow("chunk of 2^64 bytes") << start + "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n" << 400;
        QTest::newRow("body at the limit") << start + "Content-Length: 100\r\n\r\n" << 0;
        QTest::newRow("body above") << start + "Content-Length: 101\r\n\r\n" << 413;
        QTest::newRow("chunks at the limit") << start + "Transfer-Encoding: chunked\r\n\r\n64\r\n" + QByteArray(100, 'x') + "\r\n0\r\n\r\n" << 0;
        QTest::newRow("chunks above")
            << start + "Transfer-Encoding: chunked\r\n\r\n60\r\n" + QByteArray(96, 'x') + "\r\n5\r\nabcde\r\n0\r\n\r\n" << 413;
        QTest::newRow("endless chunk line") << start + "Transfer-Encoding: chunked\r\n\r\n1;" + QByteArray(1100, 'x') << 400;
        QTest::newRow("endless trailer") << start + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + QByteArray(1100, 'x') << 400;
        QTest::newRow("headers at the limit") << start + "X: " + QByteArray(1000 - start.size() - 7, 'x') + "\r\n\r\n" << 0;
        QTest::newRow("headers above") << start + "X: " + QByteArray(1000 - start.size() - 6, 'x') + "\r\n\r\n" << 431;
        QTest::newRow("endless target") << "GET /" + QByteArray(1100, 'x') << 431;
        QTest::newRow("many small headers") << start + QByteArray("a:b\r\n").repeated(300) << 431;
    }

    void refuses()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        QCOMPARE(refusalOf(bytes), status);
        // Byte by byte it ends the same.
        RequestReader reader(m_limits);
        Progress last = Progress::NeedMore;
        for (const char byte : bytes) {
            reader.add(QByteArray(1, byte));
            last = reader.read();
            if (last == Progress::Refused || last == Progress::Whole) {
                break;
            }
        }
        if (last == Progress::NeedMore && status != 0) {
            reader.add("\r\n\r\n"); // nothing is decided before a line ends
            last = reader.read();
        }
        QCOMPARE(last == Progress::Refused ? reader.refusal().status : 0, status);
        if (status != 0) {
            reader.add("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            QCOMPARE(reader.read(), Progress::Refused);
        }
    }

    void tellsOnceOfAClientThatWaitsToBeToldToGoOn()
    {
        RequestReader reader(m_limits);
        reader.add("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n");
        QCOMPARE(reader.read(), Progress::Expecting);
        QCOMPARE(reader.read(), Progress::NeedMore);
        reader.add("ok");
        QCOMPARE(reader.read(), Progress::Whole);
        // Without a body, or with the body there already, there is nothing to wait for.
        QCOMPARE(reader.take().body, QByteArray("ok"));
        reader.add("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nok");
        QCOMPARE(reader.read(), Progress::Whole);
        QCOMPARE(reader.take().body, QByteArray("ok"));
        reader.add("GET / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n");
        QCOMPARE(reader.read(), Progress::Whole);
    }

    void anAnswerCannotBeSplitByItsHeaders()
    {
        serve::Reply reply;
        reply.headers = {{"X-A", QByteArray("1\r\nX-B: 2")}, {"Content-Length", "999"}, {"date", "never"}};
        reply.body = "body";
        const QByteArray head = headBytes(reply, {.nowMs = 1793491200000});
        QCOMPARE(head,
            QByteArray("HTTP/1.1 200 OK\r\nDate: Sun, 01 Nov 2026 00:00:00 GMT\r\nX-A: 1  X-B: 2\r\nContent-Length: 4\r\nConnection: close\r\n\r\n"));
    }

    void answersHaveTheFormThatTheClientReads()
    {
        serve::Reply reply;
        reply.body = QByteArray(20'000, 'x');
        reply.chunked = true;
        const QByteArray chunks = bodyBytes(reply, {});
        QCOMPARE(chunks, "4000\r\n" + QByteArray(16384, 'x') + "\r\ne20\r\n" + QByteArray(3616, 'x') + "\r\n0\r\n\r\n");
        QVERIFY(!headBytes(reply, {}).contains("Content-Length"));
        // A client of HTTP/1.0 does not know chunks.
        QCOMPARE(bodyBytes(reply, {.isHttp11 = false}), reply.body);
        QVERIFY(headBytes(reply, {.isHttp11 = false}).contains("Content-Length: 20000"));
        QCOMPARE(bodyBytes(reply, {.isHead = true}), QByteArray());
        reply.chunked = false;
        QVERIFY(headBytes(reply, {.isHead = true}).contains("Content-Length: 20000"));
        reply.status = 204;
        QCOMPARE(bodyBytes(reply, {}), QByteArray());
        QVERIFY(!headBytes(reply, {}).contains("Content-Length"));
    }
};

CH_TEST(TstRequestReader)
#include "tst_RequestReader.moc"
