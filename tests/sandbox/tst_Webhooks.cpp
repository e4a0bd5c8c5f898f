// SPDX-License-Identifier: GPL-3.0-or-later
// Webhook endpoints as the API has them, and deliveries as the engine hands them out, on a fake clock and without a socket.
#include "sandbox/Account.h"
#include "sandbox/Deliveries.h"
#include "support/TestMain.h"

#include <QMessageAuthenticationCode>
#include <QtTest>

using ch::sandbox::Deliveries;
using ch::sandbox::Delivery;
using ch::sandbox::WebhookPlan;
using ch::test::Account;

class TstWebhooks : public QObject {
    Q_OBJECT

    static constexpr const char* kHook = "http://127.0.0.1:4242/hook";

    static QByteArray hook(Account& a, const QByteArray& more = "&enabled_events[]=*", const QByteArray& url = kHook)
    {
        return a.post("/v1/webhook_endpoints", "url=" + url + more).id().toLatin1();
    }
    static QList<Delivery> take(Account& a)
    {
        a.engine.advanceTo(a.clock.nowSeconds());
        const std::vector<Delivery> taken = a.engine.deliveries().take();
        return {taken.begin(), taken.end()};
    }
    static QJsonObject event(const Delivery& delivery) { return QJsonDocument::fromJson(delivery.body).object(); }
    static QByteArray header(const Delivery& delivery, const QByteArray& name)
    {
        for (const auto& [key, value] : delivery.headers) {
            if (key == name)
                return value;
        }
        return {};
    }
    /// Takes and answers until nothing is due; the names of the customers told of, in their order.
    static QStringList drain(Account& a, int status = 200)
    {
        QStringList names;
        for (QList<Delivery> due = take(a); !due.isEmpty(); due = take(a)) {
            for (const Delivery& one : due) {
                names << event(one)["data"].toObject()["object"].toObject()["name"].toString();
                a.engine.deliveries().end(one.number, status);
            }
        }
        return names;
    }
    static int pending(Account& a, const QString& id) { return a.get("/v1/events/" + id.toLatin1()).json["pending_webhooks"].toInt(-1); }
    static QByteArray hmac(const QByteArray& secret, const QByteArray& text)
    {
        return QMessageAuthenticationCode::hash(text, secret, QCryptographicHash::Sha256).toHex();
    }
    static QJsonObject report(Account& a) { return QJsonDocument::fromJson(a.engine.deliveries().report()).object(); }

private Q_SLOTS:
    void endpointsAreMadeReadChangedAndDeleted();
    void whatStripeRefuses_data();
    void whatStripeRefuses();
    void thereAreAtMostSixteen();
    void theSignatureIsStripes();
    void anEventIsSentAsItWas();
    void onlyWhatWasAskedForIsSent();
    void failuresAreTriedAgainOfATestAccount();
    void failuresAreTriedAgainOfALiveAccount();
    void whatIsOffGetsNothing();
    void eachEndpointGetsOneAtATime();
    void rollingASecretSignsTwice();
    void someComeTwice();
    void someAreLost();
    void someAreOvertaken();
    void someAreLate();
    void anEventCanBeSentAgain();
    void whatHappensByItselfIsTold();
    void theEngineSaysWhenToComeBack();
    void sameSeedSameDeliveries();
    void settingsAreRead_data();
    void settingsAreRead();
};

void TstWebhooks::endpointsAreMadeReadChangedAndDeleted()
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

void TstWebhooks::whatStripeRefuses_data()
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

void TstWebhooks::whatStripeRefuses()
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

void TstWebhooks::thereAreAtMostSixteen()
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

void TstWebhooks::theSignatureIsStripes()
{
    // Measured with stripe-node 23.1.0.
    QCOMPARE(Deliveries::signature(R"({"id":"evt_1"})", 1700000000, {QByteArray("whsec") + "_test"}, false),
             "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925");
    const QByteArray three = Deliveries::signature("{}", 5, {"a", "b"}, true);
    QCOMPARE(three, "t=5,v1=" + hmac("a", "5.{}") + ",v1=" + hmac("b", "5.{}") + three.mid(three.indexOf(",v0=")));
    QCOMPARE(three.size() - three.indexOf(",v0="), 4 + 64);
}

void TstWebhooks::anEventIsSentAsItWas()
{
    Account a(Account::empty());
    const auto made = a.post("/v1/webhook_endpoints", "url=" + QByteArray(kHook) + "&enabled_events[]=*");
    const auto customer = a.post("/v1/customers", "name=First", "key-1");
    a.post("/v1/customers/" + customer.id().toLatin1(), "name=Second");
    const QList<Delivery> due = take(a);
    QCOMPARE(due.size(), 1);
    const QJsonObject sent = event(due[0]);
    QCOMPARE(due[0].url, QByteArray(kHook));
    QCOMPARE(sent["type"].toString(), "customer.created");
    QCOMPARE(sent["data"].toObject()["object"].toObject()["name"].toString(), "First");
    QCOMPARE(sent["pending_webhooks"].toInt(), 1);
    QCOMPARE(sent["request"].toObject()["idempotency_key"].toString(), "key-1");
    QCOMPARE(sent["request"].toObject()["id"].toString().toLatin1(), customer.header("Request-Id"));
    QCOMPARE(a.get("/v1/events/" + sent["id"].toString().toLatin1()).json, sent);
    QCOMPARE(header(due[0], "Content-Type"), "application/json; charset=utf-8");
    QCOMPARE(header(due[0], "User-Agent"), "Stripe/1.0 (+https://stripe.com/docs/webhooks)");
    const QByteArray t = QByteArray::number(a.clock.nowSeconds());
    QVERIFY(header(due[0], "Stripe-Signature").startsWith("t=" + t + ",v1=" + hmac(made.json["secret"].toString().toLatin1(), t + '.' + due[0].body)));
    QVERIFY(header(due[0], "Stripe-Signature").contains(",v0=")); // of test accounts
    // Delivered once and well.
    const QString id = sent["id"].toString();
    QCOMPARE(a.get("/v1/events?delivery_success=false").data().size(), 2);
    a.engine.deliveries().end(due[0].number, 204);
    QCOMPARE(pending(a, id), 0);
    QCOMPARE(a.get("/v1/events?delivery_success=false").data().size(), 1);
    QCOMPARE(a.get("/v1/events?delivery_success=true").data()[0].toObject()["id"].toString(), id);
    a.engine.deliveries().end(due[0].number, 500); // told twice: nothing more
    QCOMPARE(pending(a, id), 0);
    QCOMPARE(drain(a), QStringList{"Second"});
    a.clock.advance(86'400'000);
    QCOMPARE(drain(a), QStringList());
}

void TstWebhooks::onlyWhatWasAskedForIsSent()
{
    Account a(Account::empty());
    a.makeCustomer(); // before anyone listened
    hook(a, "&enabled_events[]=product.created");
    const QByteArray both = hook(a, "&enabled_events[]=product.created&enabled_events[]=customer.created", "http://127.0.0.1:1/both");
    a.makeCustomer();
    const QList<Delivery> due = take(a);
    QCOMPARE(due.size(), 1);
    QCOMPARE(due[0].url, "http://127.0.0.1:1/both");
    a.engine.deliveries().end(due[0].number, 200);
    a.post("/v1/products", "name=A");
    const QList<Delivery> two = take(a);
    QCOMPARE(two.size(), 2);
    QCOMPARE(event(two[0])["pending_webhooks"].toInt(), 2);
    a.engine.deliveries().end(two[0].number, 200);
    QCOMPARE(pending(a, event(two[0])["id"].toString()), 1);
    a.engine.deliveries().end(two[1].number, 200);
    QCOMPARE(pending(a, event(two[0])["id"].toString()), 0);
    a.post("/v1/webhook_endpoints/" + both, "enabled_events[]=coupon.created");
    a.makeCustomer();
    QVERIFY(take(a).isEmpty());
}

void TstWebhooks::failuresAreTriedAgainOfATestAccount()
{
    for (const int status : {0, 500, 302, 404, 199, 300}) {
        Account a(Account::empty());
        hook(a);
        a.makeCustomer();
        QList<qint64> at;
        QSet<QByteArray> signatures, bodies;
        const qint64 start = a.clock.nowSeconds();
        for (int minute = 0; minute < 5 * 60; ++minute) {
            for (const Delivery& one : take(a)) {
                at << (a.clock.nowSeconds() - start) / 60;
                signatures << header(one, "Stripe-Signature");
                bodies << one.body;
                QVERIFY(header(one, "Stripe-Signature").startsWith("t=" + QByteArray::number(a.clock.nowSeconds())));
                a.engine.deliveries().end(one.number, status);
            }
            a.clock.advance(60'000);
        }
        QCOMPARE(at, (QList<qint64>{0, 10, 70, 190}));
        QCOMPARE(signatures.size(), 4);
        QCOMPARE(bodies.size(), 1);
        QCOMPARE(a.get("/v1/events?delivery_success=false").data()[0].toObject()["pending_webhooks"].toInt(), 1); // and stays so
        const QJsonArray log = report(a)["deliveries"].toArray();
        QCOMPARE(log.size(), 4);
        QCOMPARE(log[1].toObject()["why"].toString(), "retry");
        QCOMPARE(log[3].toObject()["attempt"].toInt(), 4);
        QVERIFY(log[3].toObject()["next_attempt"].isNull() && !log[2].toObject()["next_attempt"].isNull());
        QCOMPARE(log[0].toObject()["status"].toInt(0), status);
    }
}

void TstWebhooks::failuresAreTriedAgainOfALiveAccount()
{
    auto options = Account::empty();
    options.live = true;
    Account a(options);
    QVERIFY(a.engine.deliveries().add(kHook));
    const auto live = "Bearer " + Account::key("sk", "live");
    a.send("POST", "/v1/customers", "name=A", {}, live);
    QList<qint64> at;
    for (int minute = 0; minute < 5 * 24 * 60; ++minute) {
        for (const Delivery& one : take(a)) {
            at << minute;
            QVERIFY(!header(one, "Stripe-Signature").contains("v0="));
            QCOMPARE(event(one)["livemode"].toBool(), true);
            a.engine.deliveries().end(one.number, 0);
        }
        a.clock.advance(60'000);
    }
    QCOMPARE(at, (QList<qint64>{0, 5, 15, 35, 75, 155, 315, 635, 1275, 2555, 4320})); // three days
}

void TstWebhooks::whatIsOffGetsNothing()
{
    Account a(Account::empty());
    const QByteArray id = hook(a), path = "/v1/webhook_endpoints/" + id;
    a.makeCustomer("name=A");
    QCOMPARE(drain(a, 500), QStringList{"A"});
    // Off while a retry waits, on again before it comes due: it comes.
    a.post(path, "disabled=true");
    a.makeCustomer("name=Unheard");
    a.post(path, "disabled=false");
    a.clock.advance(600'000);
    QCOMPARE(drain(a, 500), QStringList{"A"});
    // Off when it comes due: that was it.
    a.post(path, "disabled=true");
    a.clock.advance(3600'000);
    QCOMPARE(drain(a), QStringList());
    a.post(path, "disabled=false");
    a.clock.advance(8 * 3600'000);
    QCOMPARE(drain(a), QStringList());
    a.makeCustomer("name=B");
    a.del(path);
    QCOMPARE(drain(a), QStringList());
    QCOMPARE(report(a)["endpoints"].toArray().size(), 0);
}

void TstWebhooks::eachEndpointGetsOneAtATime()
{
    Account a(Account::empty());
    hook(a);
    hook(a, "&enabled_events[]=*", "http://127.0.0.1:1/");
    for (int i = 0; i < 3; ++i)
        a.makeCustomer("name=" + QByteArray::number(i));
    const QList<Delivery> first = take(a);
    QCOMPARE(first.size(), 2);
    QVERIFY(take(a).isEmpty());
    a.engine.deliveries().end(first[1].number, 200); // the other one is slow
    const QList<Delivery> second = take(a);
    QCOMPARE(second.size(), 1);
    QCOMPARE(second[0].url, first[1].url);
    QCOMPARE(event(second[0])["data"].toObject()["object"].toObject()["name"].toString(), "1");
}

void TstWebhooks::rollingASecretSignsTwice()
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

void TstWebhooks::someComeTwice()
{
    Account a(Account::empty());
    hook(a);
    WebhookPlan plan;
    plan.duplicatesPerMillion = 500'000;
    a.engine.deliveries().setPlan(plan);
    for (int i = 0; i < 40; ++i)
        a.makeCustomer("name=" + QByteArray::number(i));
    const QStringList names = drain(a);
    QVERIFY2(names.size() > 50 && names.size() < 70, qPrintable(QString::number(names.size())));
    QCOMPARE(QSet<QString>(names.begin(), names.end()).size(), 40);
    QCOMPARE(a.get("/v1/events?delivery_success=false").data().size(), 0);
    int twice = 0;
    QSet<QString> events;
    for (const QJsonValue& one : report(a)["deliveries"].toArray()) {
        twice += one.toObject()["why"].toString() == "duplicate";
        events << one.toObject()["event"].toString();
    }
    QCOMPARE(twice, names.size() - 40);
    QCOMPARE(events.size(), 40); // the same event id
    plan.duplicatesPerMillion = 1'000'000;
    a.engine.deliveries().setPlan(plan);
    a.makeCustomer("name=failing");
    QCOMPARE(drain(a, 500), (QStringList{"failing", "failing"}));
    a.clock.advance(600'000);
    QCOMPARE(drain(a), QStringList{"failing"}); // a duplicate is not tried again
}

void TstWebhooks::someAreLost()
{
    Account a(Account::empty());
    hook(a);
    WebhookPlan plan;
    plan.lostPerMillion = 300'000;
    a.engine.deliveries().setPlan(plan);
    for (int i = 0; i < 40; ++i)
        a.makeCustomer("name=" + QByteArray::number(i));
    const qsizetype came = drain(a).size();
    QVERIFY2(came > 20 && came < 36, qPrintable(QString::number(came)));
    const QJsonObject endpoint = report(a)["endpoints"].toArray()[0].toObject();
    QCOMPARE(endpoint["lost"].toInteger(), 40 - came);
    QCOMPARE(endpoint["waiting"].toInteger(), 0);
    QCOMPARE(a.get("/v1/events?delivery_success=false").data().size(), 0); // nobody knows
    a.clock.advance(24LL * 3600'000);
    QVERIFY(drain(a).isEmpty());
    QCOMPARE(a.get("/v1/events?type=customer.created&limit=100").data().size(), 40);
}

void TstWebhooks::someAreOvertaken()
{
    Account a(Account::empty());
    hook(a);
    WebhookPlan plan;
    plan.reorderPerMillion = 300'000;
    a.engine.deliveries().setPlan(plan);
    QStringList made;
    for (int i = 0; i < 40; ++i) {
        made << QString::number(i);
        a.makeCustomer("name=" + QByteArray::number(i));
    }
    QStringList names = drain(a);
    a.clock.advance(2000); // the last may wait for one that overtakes it, but not for ever
    names += drain(a);
    QVERIFY(names != made);
    names.sort();
    made.sort();
    QCOMPARE(names, made);
    plan.reorderPerMillion = 1'000'000;
    a.engine.deliveries().setPlan(plan);
    a.makeCustomer("name=first");
    QCOMPARE(drain(a), QStringList());
    a.makeCustomer("name=second");
    QCOMPARE(drain(a), (QStringList{"second", "first"}));
}

void TstWebhooks::someAreLate()
{
    Account a(Account::empty());
    hook(a);
    WebhookPlan plan;
    plan.delayLeastMs = 100;
    plan.delayMostMs = 200;
    a.engine.deliveries().setPlan(plan);
    for (int i = 0; i < 20; ++i)
        a.makeCustomer("name=" + QByteArray::number(i));
    a.clock.advance(99);
    QCOMPARE(drain(a), QStringList());
    QVERIFY(a.engine.nextInMs(1).value_or(0) > 0);
    a.clock.advance(50);
    const qsizetype half = drain(a).size();
    QVERIFY(half > 0 && half < 20);
    a.clock.advance(51);
    QCOMPARE(half + drain(a).size(), 20);
}

void TstWebhooks::anEventCanBeSentAgain()
{
    Account a(Account::empty());
    const QByteArray one = hook(a, "&enabled_events[]=customer.created"), two = hook(a, "&enabled_events[]=product.created", "http://127.0.0.1:1/");
    a.makeCustomer("name=A");
    QCOMPARE(drain(a, 500), QStringList{"A"});
    const QByteArray id = a.get("/v1/events?limit=1").data()[0].toObject()["id"].toString().toLatin1();
    QVERIFY(a.engine.deliveries().resend(id, {}));
    QCOMPARE(drain(a), QStringList{"A"}); // to the one that wants it
    QCOMPARE(pending(a, id), 0);
    a.clock.advance(24 * 3600'000);
    QCOMPARE(drain(a), QStringList()); // its retries are over
    QVERIFY(a.engine.deliveries().resend(id, two));
    QCOMPARE(take(a).value(0).url, "http://127.0.0.1:1/");
    QVERIFY(!a.engine.deliveries().resend("evt_none", {}));
    QVERIFY(!a.engine.deliveries().resend(id, "we_none"));
    a.clock.advance(31LL * 86'400'000);
    a.engine.advanceTo(a.clock.nowSeconds());
    QVERIFY(!a.engine.deliveries().resend(id, one)); // as long as it can be listed
}

void TstWebhooks::whatHappensByItselfIsTold()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), price = a.makePrice();
    hook(a, "&enabled_events[]=invoice.created&enabled_events[]=invoice.paid");
    a.subscribe(customer, price);
    QCOMPARE(drain(a).size(), 2);
    a.clock.advance(31LL * 86'400'000);
    const QList<Delivery> due = take(a);
    QCOMPARE(due.size(), 1);
    QCOMPARE(event(due[0])["type"].toString(), "invoice.created");
    QVERIFY(event(due[0])["request"].toObject()["id"].isNull());
    QCOMPARE(event(due[0])["data"].toObject()["object"].toObject()["status"].toString(), "draft"); // as it was then
    a.engine.deliveries().end(due[0].number, 200);
    QCOMPARE(event(take(a).value(0))["type"].toString(), "invoice.paid");
}

void TstWebhooks::theEngineSaysWhenToComeBack()
{
    Account a(Account::empty());
    QVERIFY(!a.engine.nextInMs(1));
    const QByteArray customer = a.makePayer(), price = a.makePrice();
    a.subscribe(customer, price);
    QVERIFY(!a.engine.nextInMs(1)); // nobody listens
    const QByteArray id = hook(a);
    const qint64 renewal = a.engine.nextInMs(1).value_or(0);
    QVERIFY2(renewal > 27LL * 86'400'000 && renewal <= 31LL * 86'400'000, qPrintable(QString::number(renewal)));
    QCOMPARE(a.engine.nextInMs(86'400).value_or(0), (renewal + 86'399) / 86'400);
    QVERIFY(!a.engine.nextInMs(0)); // stands still
    a.makeCustomer();
    QCOMPARE(a.engine.nextInMs(1).value_or(-1), 0);
    const Delivery one = take(a).value(0);
    QCOMPARE(a.engine.nextInMs(1).value_or(0), renewal); // it is under way
    a.engine.deliveries().end(one.number, 500);
    QCOMPARE(a.engine.nextInMs(1).value_or(0), 600'000);
    QCOMPARE(a.engine.nextInMs(1000).value_or(0), 600);
    a.del("/v1/webhook_endpoints/" + id);
}

void TstWebhooks::sameSeedSameDeliveries()
{
    const auto life = [] {
        Account a;
        WebhookPlan plan;
        plan.duplicatesPerMillion = plan.reorderPerMillion = 200'000;
        plan.delayMostMs = 30;
        a.engine.deliveries().setPlan(plan);
        hook(a);
        QByteArray all;
        for (int i = 0; i < 20; ++i) {
            a.makeCustomer();
            a.clock.advance(3600'000);
            for (QList<Delivery> due = take(a); !due.isEmpty(); due = take(a)) {
                for (const Delivery& one : due) {
                    all += one.body + header(one, "Stripe-Signature") + '\n';
                    a.engine.deliveries().end(one.number, all.size() % 3 == 0 ? 500 : 200);
                }
            }
        }
        return all;
    };
    const QByteArray first = life();
    QVERIFY(first.count('\n') > 20);
    QVERIFY(first == life());
}

void TstWebhooks::settingsAreRead_data()
{
    QTest::addColumn<bool>("good");
    for (const char* good : {"duplicates=0.25", "duplicates=1", "reorder=0", "lost=0.5", "delay=20", "delay=20-300", "seed=18446744073709551615"})
        QTest::newRow(good) << true;
    for (const char* bad : {"duplicates=2", "duplicates=-0.1", "duplicates=nan", "reorder=often", "lost=-1", "delay=-5", "delay=30-20", "delay=1-2-3", "delay=", "delay=9999999", "seed=x", "speed=1"})
        QTest::newRow(bad) << false;
}

void TstWebhooks::settingsAreRead()
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

CH_TEST(TstWebhooks)
#include "tst_Webhooks.moc"
