// SPDX-License-Identifier: GPL-3.0-or-later
// Deliveries that are not to be taken, or not twice: each is answered as it should be, nothing is taken by it, and the next good one is.
#include "endpoint/BadDeliveries.h"
#include "endpoint/Rig.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::test;
using namespace ch::test::bad;

class TstBadDeliveries : public QObject {
    Q_OBJECT
private:
    static void each(const std::vector<Bad>& all)
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::addColumn<std::function<QByteArray(const Letters&)>>("bytes");
        for (const Bad& bad : all) {
            QTest::newRow(*bad.name ? bad.name : "(empty)") << bad.status << QString::fromLatin1(bad.code) << bad.bytes;
        }
    }

    static void isRefused()
    {
        QFETCH(int, status);
        QFETCH(QString, code);
        QFETCH(std::function<QByteArray(const Letters&)>, bytes);
        Rig rig;
        const auto answer = rig.ask(bytes(rig.letters()));
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.code(), code);
        QVERIFY(rig.taken.isEmpty());
        QCOMPARE(rig.commits, 0);
        QCOMPARE(rig.refusals.size(), status == 400 && !code.isEmpty() ? 1 : 0);
        // What follows is taken as if nothing had been.
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_good"))).status, 200);
        QCOMPARE(rig.taken.size(), 1);
    }

private Q_SLOTS:
    void signature_data() { each(badSignatures()); }
    void signature() { isRefused(); }
    void body_data() { each(badBodies()); }
    void body() { isRefused(); }
    void thinEvent_data() { each(badThinEvents()); }
    void thinEvent() { isRefused(); }
    void request_data() { each(badRequests()); }
    void request() { isRefused(); }

    void oneRightSignatureOfSeveralIsEnough()
    {
        Rig rig;
        const QByteArray body = eventBody();
        const qint64 now = rig.clock.nowSeconds();
        const QByteArray all = at(now) + ",v1=" + QByteArray(64, '0') + ",v1=" + v1(body, now, whsec("B")) + ",v0=" + QByteArray(64, '1') + ",v1=" + v1(body, now);
        QCOMPARE(rig.ask(rig.request(body, header(all))).status, 200);
        QCOMPARE(rig.taken.size(), 1);
    }

    void theEdgesOfToleranceAreIn()
    {
        Rig rig;
        for (const qint64 ago : {300, 299, 0, -1, -300}) {
            const QByteArray body = eventBody("evt_" + QByteArray::number(ago + 1000));
            QCOMPARE(rig.ask(rig.request(body, rig.signedBy(body, whsec(), ago))).status, 200);
        }
        QCOMPARE(rig.taken.size(), 5);
    }

    void aBodyOfExactly1MiBIsTaken()
    {
        Rig rig;
        QByteArray body = eventBody();
        body += QByteArray((1 << 20) - body.size(), ' ');
        QCOMPARE(rig.ask(rig.delivery(body)).status, 200);
    }

    void whatIsChunkedIsTakenWholeOnly()
    {
        Rig rig;
        const QByteArray body = eventBody();
        const QByteArray head = "POST /stripe/webhook HTTP/1.1\r\nHost: localhost:4242\r\nTransfer-Encoding: chunked\r\n" + rig.signedBy(body) + "\r\n";
        const QByteArray first = QByteArray::number(20, 16) + "\r\n" + body.first(20) + "\r\n";
        const QByteArray rest = QByteArray::number(body.size() - 20, 16) + "\r\n" + body.sliced(20) + "\r\n";
        {
            RawClient cut(rig.port);
            cut.send(head + first);
            QVERIFY(cut.waitSent());
            cut.abort();
        }
        {
            RawClient cut(rig.port); // all of the body, and not the chunk that ends it
            cut.send(head + first + rest);
            QVERIFY(cut.waitSent());
            cut.abort();
        }
        QCOMPARE(rig.ask(head + first + rest + "0\r\n\r\n").status, 200);
        QCOMPARE(rig.taken.size(), 1);
    }

    void whoLeavesInTheMiddleLeavesNothing()
    {
        Rig rig;
        const QByteArray whole = rig.delivery(eventBody());
        for (const qsizetype length : {qsizetype(1), qsizetype(20), whole.size() / 2, whole.size() - 1}) {
            RawClient client(rig.port);
            client.send(whole.first(length));
            QVERIFY(client.waitSent());
            client.abort();
        }
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_good"))).status, 200);
        QCOMPARE(rig.taken.size(), 1);
    }

    void whoLeavesBeforeTheAnswerIsTaken()
    {
        // Stripe sends it again, and it is a duplicate then.
        Rig rig;
        {
            RawClient client(rig.port);
            client.send(rig.delivery(eventBody()));
            QVERIFY(client.waitSent());
            QVERIFY(waitUntil([&] { return rig.clock.pending() > 0; }));
            client.abort();
        }
        QVERIFY(waitUntil([&] {
            rig.clock.advance(0);
            return rig.taken.size() == 1;
        }));
        QVERIFY(rig.ask(rig.delivery(eventBody())).body.contains("\"duplicate\":true"));
    }

    void whoDripsIsAnsweredWith408()
    {
        Rig rig;
        const QByteArray whole = rig.delivery(eventBody());
        RawClient client(rig.port);
        qsizetype sent = 0;
        for (; sent < 40 && !client.isEnded(); ++sent) { // a byte every 300 ms: never idle, never done
            client.send(whole.sliced(sent, 1));
            if (!client.waitSent()) {
                break;
            }
            rig.clock.advance(300);
        }
        QVERIFY(client.waitFor("HTTP/1.1 408"));
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_good"))).status, 200);
        QCOMPARE(rig.taken.size(), 1);
    }

    void manyWhoSayNothingLockNobodyOut()
    {
        Rig rig;
        std::vector<std::unique_ptr<RawClient>> silent;
        for (int i = 0; i < 128; ++i) {
            silent.push_back(std::make_unique<RawClient>(rig.port));
            silent.back()->send("POST /stripe");
            QVERIFY(silent.back()->waitSent());
        }
        QCOMPARE(rig.ask(rig.delivery(eventBody())).status, 503);
        // The first bytes may still be on their way into the server when the time passes.
        QVERIFY(waitUntil([&] {
            rig.clock.advance(10'001);
            return silent.front()->received().contains("HTTP/1.1 408") || silent.front()->isEnded();
        }));
        QVERIFY(waitUntil([&] {
            rig.clock.advance(3000);
            return rig.ask(rig.delivery(eventBody())).status == 200;
        }));
    }

    void outOfOrderIsTakenAsItComes()
    {
        Rig rig;
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_2", {}, "customer.deleted"))).status, 200);
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_1").replace("1793491200", "1793491100"))).status, 200);
        QCOMPARE(rig.taken.size(), 2);
        QCOMPARE(rig.taken.last().event.object.created, 1793491100);
    }

    void unknownTypesAreTaken()
    {
        Rig rig;
        QCOMPARE(rig.ask(rig.delivery(eventBody("evt_1", {}, "climate.order.weathered"))).status, 200);
        QCOMPARE(rig.taken.first().event.object.type, "climate.order.weathered");
    }
};

CH_TEST(TstBadDeliveries)
#include "tst_BadDeliveries.moc"
