// SPDX-License-Identifier: GPL-3.0-or-later
// Signatures against vectors that stripe-node 23.1.0 made (webhooks.generateTestHeaderString), and payloads. What an endpoint makes of bad ones:
// tests/endpoint; against the package itself: tests/interop.
#include "stripe/WebhookPayload.h"
#include "stripe/WebhookSignature.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::stripe;

class TstWebhook : public QObject {
    Q_OBJECT
private:
    static Secret secret() { return Secret(QByteArray("whsec") + "_test_secret"); }

private Q_SLOTS:
    void aHeaderOfTheOfficialPackageIsTaken()
    {
        const QByteArray body = "{\"id\": \"evt_test_webhook\", \"object\": \"event\"}";
        const QByteArray header = "t=1793491200,v1=51096cfa16e028aaae2a33ea3af6efd1013702ace5fb667467aaf2f82bca91cf";
        QCOMPARE(signatureHeader(body, 1793491200, secret()), header);
        QVERIFY(verifySignature(body, header, {secret()}, 1793491200));
    }

    void aSecretHasAForm_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("fits");
        const QByteArray prefix = QByteArray("whsec") + '_';
        QTest::newRow("usual") << prefix + "abcDEF0123456789" << true;
        QTest::newRow("of the Stripe CLI") << prefix + QByteArray(64, 'f') << true;
        QTest::newRow("bare prefix") << prefix << false;
        QTest::newRow("an API key") << QByteArray("sk") + "_test_abc" << false;
        QTest::newRow("blank inside") << prefix + "abc def" << false;
        QTest::newRow("line's end") << prefix + "abc\n" << false;
        QTest::newRow("empty") << QByteArray() << false;
    }
    void aSecretHasAForm()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, fits);
        QCOMPARE(isWebhookSecret(text), fits);
    }

    void pathsOfThinEventsArePlain_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("plain");
        for (const char* path : {"/v1/subscriptions/sub_1", "/v2/core/accounts/acct_1", "/v1/billing/meters/mtr_1", "/v1/customers/cus_1/sources/src_1"}) {
            QTest::newRow(path) << QString::fromLatin1(path) << true;
        }
        for (const char* path : {"", "/", "/v1", "/v1/", "v1/a", "//v1/a", "/v1//a", "/v1/../a", "/v1/./a", "/v1/a/", "/v1/a?b", "/v1/a#b", "/v1/a%2fb", "/v1/a\\b", "/v1/a b", "/v1/a\n", "/v1/a:b", "/v1/a@b", "http://x/v1/a", "/v3/a"}) {
            QTest::newRow(*path ? path : "(empty)") << QString::fromLatin1(path) << false;
        }
        QTest::newRow("endless") << QStringLiteral("/v1/") + QString(600, u'a') << false;
    }
    void pathsOfThinEventsArePlain()
    {
        QFETCH(QString, path);
        QFETCH(bool, plain);
        QCOMPARE(isPlainPath(path), plain);
    }

    void aThinEventWithoutAnObjectIsKeptByItsTypeAlone()
    {
        const auto payload = parseWebhook(R"({"id":"evt_1","object":"v2.core.event","type":"v2.core.health.event_generation_failure.resolved","created":"2026-11-01T00:00:00Z","livemode":true,"context":null})");
        QVERIFY(payload);
        QVERIFY(payload->isThin);
        QVERIFY(payload->objectPath.isEmpty());
        QVERIFY(payload->event.object.livemode);
        QCOMPARE(payload->event.object.type, "v2.core.health.event_generation_failure.resolved");
        QVERIFY(parseObject<Event>(payload->event.json)); // and it reads back
    }
};

CH_TEST(TstWebhook)
#include "tst_Webhook.moc"
