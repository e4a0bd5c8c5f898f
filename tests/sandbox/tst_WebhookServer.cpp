// SPDX-License-Identifier: GPL-3.0-or-later
// Webhooks from the sandbox's server over real sockets to a receiver on loopback, on a fake clock.
#include "sandbox/Deliveries.h"
#include "sandbox/SandboxServer.h"
#include "serve/RawClient.h"
#include "support/FakeClock.h"
#include "support/TestMain.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageAuthenticationCode>
#include <QtTest>
#include <memory>

using namespace ch;

class TstWebhookServer : public QObject {
    Q_OBJECT
private:
    test::FakeClock m_clock;
    std::unique_ptr<sandbox::SandboxServer> m_server;
    std::unique_ptr<serve::Server> m_receiver;
    QList<serve::Request> m_got;
    int m_answer = 200; // 0: none
    quint16 m_port = 0;
    QByteArray m_hook, m_secret, m_endpoint;

    test::Ended talk(const QByteArray& request) { return test::talkToTheEnd(m_port, request); }
    QJsonObject json(const QByteArray& request)
    {
        const test::Ended ended = talk(request);
        return QJsonDocument::fromJson(ended.received.mid(ended.received.indexOf("\r\n\r\n") + 4)).object();
    }
    static QByteArray authorization() { return "Authorization: Bearer sk_" + QByteArray("test_") + QByteArray(20, 'x') + "\r\nConnection: close\r\n"; }
    QJsonObject post(const QByteArray& path, const QByteArray& body) { return json(test::post(path, body, authorization())); }
    QJsonObject control(const QByteArray& orders = {})
    {
        return json(orders.isEmpty() ? test::get("/_sandbox/webhooks", "Connection: close\r\n") : test::post("/_sandbox/webhooks", orders, "Connection: close\r\n"));
    }
    bool got(qsizetype count)
    {
        return test::waitUntil([&] {
            m_clock.advance(0);
            return m_got.size() >= count;
        });
    }
    // Until the server has been told how the last one ended.
    bool noted(qsizetype count)
    {
        return test::waitUntil([&] {
            m_clock.advance(0);
            return QJsonDocument::fromJson(m_server->engine().deliveries().report()).object()["deliveries"].toArray().size() == count;
        });
    }
    QString name(qsizetype i) const
    {
        return QJsonDocument::fromJson(m_got[i].body).object()["data"].toObject()["object"].toObject()["name"].toString();
    }
    qint64 stamp(qsizetype i) const
    {
        const QByteArray header = m_got[i].header("Stripe-Signature");
        return header.mid(2, header.indexOf(',') - 2).toLongLong();
    }

private Q_SLOTS:
    void init()
    {
        m_got.clear();
        m_answer = 200;
        m_receiver = std::make_unique<serve::Server>(m_clock, serve::Limits(), [this](const serve::Request& request, const serve::Responder& responder) {
            m_got.append(request);
            if (m_answer == 0) {
                responder.hang();
                return;
            }
            serve::Reply reply = serve::textReply(m_answer, "noted");
            reply.headers.append({"Location", m_hook});
            responder.send(reply);
        });
        m_hook = "http://localhost:" + QByteArray::number(m_receiver->listen().value_or(0)) + "/hook";
        sandbox::Options options;
        options.businesses = 0;
        options.testClockObjects = 0;
        m_server = std::make_unique<sandbox::SandboxServer>(options, m_clock);
        m_port = m_server->start().value_or(0);
        QVERIFY(m_port != 0);
        const QJsonObject made = post("/v1/webhook_endpoints", "url=" + m_hook + "&enabled_events[]=customer.created");
        m_secret = made["secret"].toString().toLatin1();
        m_endpoint = made["id"].toString().toLatin1();
        QVERIFY(!m_secret.isEmpty());
    }
    void cleanup()
    {
        m_server.reset();
        m_receiver.reset();
        test::deliverQueued();
    }

    void arrivesSigned()
    {
        post("/v1/customers", "name=A");
        QVERIFY(got(1));
        QCOMPARE(m_got[0].method, "POST");
        QCOMPARE(m_got[0].target, "/hook");
        QCOMPARE(m_got[0].header("Content-Type"), "application/json; charset=utf-8");
        const QByteArray mac = QMessageAuthenticationCode::hash(QByteArray::number(stamp(0)) + '.' + m_got[0].body, m_secret, QCryptographicHash::Sha256).toHex();
        QVERIFY(m_got[0].header("Stripe-Signature").contains(",v1=" + mac));
        QVERIFY(noted(1));
        const QJsonObject one = control()["deliveries"].toArray()[0].toObject();
        QCOMPARE(one["status"].toInt(), 200);
        QCOMPARE(one["endpoint"].toString().toLatin1(), m_endpoint);
        QCOMPARE(one["type"].toString(), "customer.created");
        QCOMPARE(m_server->requestCount("POST /v1/customers"), 1);
    }

    void failuresComeAgainWithANewStamp_data()
    {
        QTest::addColumn<int>("status");
        QTest::newRow("500") << 500;
        QTest::newRow("302") << 302;
        QTest::newRow("no answer") << 0;
    }

    void failuresComeAgainWithANewStamp()
    {
        QFETCH(int, status);
        m_answer = status;
        post("/v1/customers", "name=A");
        QVERIFY(got(1));
        if (status == 0)
            m_clock.advance(10'000);
        QVERIFY(noted(1));
        QCOMPARE(m_got.size(), 1);
        m_answer = 200;
        m_clock.advance(600'000 - 1);
        QCOMPARE(m_got.size(), 1);
        m_clock.advance(1); // the timer that was set for it
        QVERIFY(got(2));
        QCOMPARE(m_got[1].body, m_got[0].body);
        QCOMPARE(stamp(1) - stamp(0), status == 0 ? 610 : 600);
        QVERIFY(noted(2));
        m_clock.advance(24LL * 3600'000);
        QCOMPARE(m_got.size(), 2);
    }

    void nobodyThereIsAFailure()
    {
        m_receiver.reset();
        post("/v1/customers", "name=A");
        QVERIFY(noted(1));
        QVERIFY(control()["deliveries"].toArray()[0].toObject()["status"].isNull());
        QCOMPARE(control()["endpoints"].toArray()[0].toObject()["waiting"].toInt(), 1);
    }

    void comeInOrderHoweverMany()
    {
        for (int i = 0; i < 20; ++i)
            post("/v1/customers", "name=" + QByteArray::number(i));
        QVERIFY(got(20));
        for (int i = 0; i < 20; ++i)
            QCOMPARE(name(i), QString::number(i));
    }

    void settingsAndOrdersOverTheWire()
    {
        QCOMPARE(control("duplicates=1\nseed=3")["settings"].toObject()["duplicates"].toInt(), 1);
        post("/v1/customers", "name=A");
        QVERIFY(noted(2));
        QCOMPARE(m_got[0].body, m_got[1].body);
        (void)control("duplicates=0\nreorder=1");
        post("/v1/customers", "name=B");
        post("/v1/customers", "name=C");
        QVERIFY(noted(4));
        QCOMPARE(name(2) + name(3), "CB");
        const QByteArray event = QJsonDocument::fromJson(m_got[0].body).object()["id"].toString().toLatin1();
        (void)control("resend=" + event + ',' + m_endpoint);
        QVERIFY(got(5));
        QCOMPARE(name(4), "A");
        const QJsonObject rolled = control("reorder=0\nroll=" + m_endpoint + ",60");
        const QString fresh = rolled["secrets"].toObject()[QString::fromLatin1(m_endpoint)].toString();
        QVERIFY(fresh.startsWith("whsec_") && fresh.toLatin1() != m_secret);
        post("/v1/customers", "name=D");
        QVERIFY(got(6));
        QCOMPARE(m_got[5].header("Stripe-Signature").count("v1="), 2);
        for (const char* wrong : {"resend=evt_none", "roll=we_none", "duplicates=7", "nonsense", "roll=we_1,x"}) {
            const test::Ended ended = talk(test::post("/_sandbox/webhooks", wrong, "Connection: close\r\n"));
            QCOMPARE(ended.received.mid(9, 3), "400");
        }
        QCOMPARE(talk("DELETE /_sandbox/webhooks HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").received.mid(9, 3), "405");
    }

    void whatComesDueByItselfIsSentByItself()
    {
        post("/v1/webhook_endpoints/" + m_endpoint, "enabled_events[]=invoice.created");
        const auto id = [](const QJsonObject& object) { return object["id"].toString().toLatin1(); };
        const QByteArray price = id(post("/v1/prices", "currency=usd&unit_amount=100&recurring[interval]=day&product_data[name]=P"));
        const QByteArray customer = id(post("/v1/customers", "payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa"));
        post("/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + price);
        QVERIFY(got(1));
        QVERIFY(noted(1));
        m_clock.advance(86'400'000 - 2000);
        QCOMPARE(m_got.size(), 1);
        m_clock.advance(2000); // no request comes, and yet
        QVERIFY(got(2));
        QVERIFY(QJsonDocument::fromJson(m_got[1].body).object()["request"].toObject()["id"].isNull());
    }

    void diesWithWebhooksUnderWay()
    {
        m_answer = 0;
        post("/v1/customers", "name=A");
        QVERIFY(got(1));
        m_server.reset();
        m_clock.advance(3600'000);
        QCOMPARE(m_got.size(), 1);
    }
};

CH_TEST(TstWebhookServer)
#include "tst_WebhookServer.moc"
