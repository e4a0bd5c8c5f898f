// SPDX-License-Identifier: GPL-3.0-or-later
// Webhook endpoints as the API has them, their secrets, and the settings of what goes wrong on the way.
#include "sandbox/Hooks.h"
#include "support/TestMain.h"

#include <QRegularExpression>
#include <QtTest>

using ch::sandbox::Delivery;
using ch::sandbox::WebhookPlan;
using ch::test::Account;

class TstWebhookEndpoints : public QObject, private ch::test::Hooks {
    Q_OBJECT

private Q_SLOTS:
    void endpointsAreMadeReadChangedAndDeleted();
    void whatStripeRefuses_data();
    void whatStripeRefuses();
    void thereAreAtMostSixteen();
    void rollingASecretSignsTwice();
    void settingsAreRead_data();
    void settingsAreRead();
};

void TstWebhookEndpoints::endpointsAreMadeReadChangedAndDeleted()
{
    Account a(Account::empty());
    const auto made = a.post("/v1/webhook_endpoints", "url=" + QByteArray(kHook) + "&enabled_events[0]=customer.created&enabled_events[1]=invoice.paid"
                             "&description=Mine&metadata[a]=b&api_version=2026-10-28.endive");
    QCOMPARE(made.status, 200);
    QVERIFY(made.id().startsWith("we_1"));
    const QString secret = made.json["secret"].toString();
    QVERIFY(QRegularExpression("^whsec_[A-Za-z0-9]{32}$").match(secret).hasMatch());
    QCOMPARE(made.json["enabled_events"].toArray(), (QJsonArray{"customer.created", "invoice.paid"}));
    QCOMPARE(made.json["status"].toString(), "enabled");
    QCOMPARE(made.json["livemode"].toBool(true), false);
    QCOMPARE(made.json["api_version"].toString(), "2026-10-28.endive");
    QVERIFY(made.json["application"].isNull() && made.json.contains("application"));
    const QByteArray path = "/v1/webhook_endpoints/" + made.id().toLatin1();
    QJsonObject shown = made.json;
    shown.remove("secret");
    QCOMPARE(a.get(path).json, shown);
    const auto changed = a.post(path, "disabled=true&enabled_events[]=*&description=&metadata[a]=&url=http://localhost:1/x");
    QCOMPARE(changed.json["status"].toString(), "disabled");
    QVERIFY(changed.json["description"].isNull());
    QCOMPARE(changed.json["metadata"].toObject(), QJsonObject());
    QCOMPARE(changed.json["url"].toString(), "http://localhost:1/x");
    QVERIFY(!changed.json.contains("secret"));
    QCOMPARE(a.post(path, "disabled=false").json["status"].toString(), "enabled");
    const QByteArray second = hook(a);
    QVERIFY(a.post("/v1/webhook_endpoints", "url=" + QByteArray(kHook) + "&enabled_events[]=*").json["secret"].toString() != secret);
    QCOMPARE(a.get("/v1/webhook_endpoints").data().size(), 3);
    QCOMPARE(a.get("/v1/webhook_endpoints?limit=1&starting_after=" + second).data()[0].toObject()["id"].toString(), made.id());
    QVERIFY(!a.get("/v1/webhook_endpoints").body.contains("whsec_"));
    QCOMPARE(a.del(path).json, (QJsonObject{{"id", made.id()}, {"object", "webhook_endpoint"}, {"deleted", true}}));
    QCOMPARE(a.get(path).status, 404);
    QCOMPARE(a.get(path).message(), "No such webhook endpoint: '" + made.id() + '\'');
    QCOMPARE(a.del(path).status, 404);
    QCOMPARE(a.get("/v1/webhook_endpoints").data().size(), 2);
}

void TstWebhookEndpoints::whatStripeRefuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("param");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const QByteArray& body, const char* code, const char* param, const char* message) {
        QTest::newRow(name) << body << QString(code) << QString(param) << QString(message);
    };
    const QByteArray url = "url=" + QByteArray(kHook);
    row("no url", "enabled_events[]=*", "parameter_missing", "url", "Missing required param: url.");
    row("no events", url, "parameter_missing", "enabled_events", "Missing required param: enabled_events.");
    row("unknown type", url + "&enabled_events[0]=customer.exploded", "", "enabled_events[0]", "Invalid enabled_events[0]: must be one of account.application.authorized");
    row("no type of theirs", url + "&enabled_events[0]=customer.*", "", "enabled_events[0]", "");
    row("no scheme", "url=127.0.0.1&enabled_events[]=*", "url_invalid", "url", "Invalid URL: An explicit scheme (such as https) must be provided.");
    row("nonsense", "url=http%3A%2F%2F&enabled_events[]=*", "url_invalid", "url", "Invalid URL");
    row("elsewhere", "url=https://example.com/hook&enabled_events[]=*", "sandbox_unsupported", "url", "The simulated account never leaves this computer");
    row("other version", url + "&enabled_events[]=*&api_version=2020-08-27", "sandbox_unsupported", "api_version", "");
    row("connect", url + "&enabled_events[]=*&connect=true", "sandbox_unsupported", "connect", "");
    row("unknown", url + "&enabled_events[]=*&secret=x", "parameter_unknown", "secret", "Received unknown parameter: secret");
    row("disabled at once", url + "&enabled_events[]=*&disabled=true", "parameter_unknown", "disabled", "");
}

void TstWebhookEndpoints::whatStripeRefuses()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, message);
    Account a(Account::empty());
    const auto got = a.post("/v1/webhook_endpoints", body);
    QCOMPARE(got.status, 400);
    QTEST(got.code(), "code");
    QTEST(got.param(), "param");
    QVERIFY2(got.message().startsWith(message), qPrintable(got.message()));
    QCOMPARE(a.get("/v1/webhook_endpoints").data().size(), 0);
}

void TstWebhookEndpoints::thereAreAtMostSixteen()
{
    Account a(Account::empty());
    QByteArray last;
    for (int i = 0; i < 16; ++i)
        last = hook(a);
    QVERIFY(!last.isEmpty());
    const auto refused = a.post("/v1/webhook_endpoints", "url=" + QByteArray(kHook) + "&enabled_events[]=*");
    QCOMPARE(refused.status, 400);
    QCOMPARE(refused.message(), "You have reached the maximum of 16 test webhook endpoints.");
    a.del("/v1/webhook_endpoints/" + last);
    QVERIFY(!hook(a).isEmpty());
}

void TstWebhookEndpoints::rollingASecretSignsTwice()
{
    Account a(Account::empty());
    const auto made = a.post("/v1/webhook_endpoints", "url=" + QByteArray(kHook) + "&enabled_events[]=*");
    const QByteArray old = made.json["secret"].toString().toLatin1();
    const auto fresh = a.engine.deliveries().roll(made.id().toLatin1(), 3600);
    QVERIFY(fresh && *fresh != old && fresh->startsWith("whsec_") && fresh->size() == 38);
    a.makeCustomer();
    const Delivery both = take(a).value(0);
    const QByteArray t = QByteArray::number(a.clock.nowSeconds()) + '.';
    QVERIFY(header(both, "Stripe-Signature").contains(",v1=" + hmac(*fresh, t + both.body)));
    QVERIFY(header(both, "Stripe-Signature").contains(",v1=" + hmac(old, t + both.body)));
    a.engine.deliveries().end(both.number, 200);
    a.clock.advance(3600'000);
    a.makeCustomer();
    const Delivery later = take(a).value(0);
    QCOMPARE(header(later, "Stripe-Signature").count("v1="), 1);
    QVERIFY(header(later, "Stripe-Signature").contains(hmac(*fresh, QByteArray::number(a.clock.nowSeconds()) + '.' + later.body)));
    QVERIFY(!a.engine.deliveries().roll("we_none", 0));
    QVERIFY(!a.engine.deliveries().report().contains("whsec_"));
}

void TstWebhookEndpoints::settingsAreRead_data()
{
    QTest::addColumn<bool>("good");
    for (const char* good : {"duplicates=0.25", "duplicates=1", "reorder=0", "lost=0.5", "delay=20", "delay=20-300", "seed=18446744073709551615"})
        QTest::newRow(good) << true;
    for (const char* bad : {"duplicates=2", "duplicates=-0.1", "duplicates=nan", "reorder=often", "lost=-1", "delay=-5", "delay=30-20", "delay=1-2-3", "delay=", "delay=9999999", "seed=x", "speed=1"})
        QTest::newRow(bad) << false;
}

void TstWebhookEndpoints::settingsAreRead()
{
    QFETCH(bool, good);
    const QString text = QString::fromLatin1(QTest::currentDataTag());
    WebhookPlan plan;
    QCOMPARE(plan.set(text.section('=', 0, 0), text.section('=', 1)).has_value(), good);
    if (text == "delay=20-300")
        QVERIFY(plan.delayLeastMs == 20 && plan.delayMostMs == 300);
    if (text == "duplicates=0.25")
        QCOMPARE(plan.duplicatesPerMillion, 250'000);
}

CH_TEST(TstWebhookEndpoints)
#include "tst_WebhookEndpoints.moc"
