// SPDX-License-Identifier: GPL-3.0-or-later
// Deliveries of webhooks as the engine hands them out, on a fake clock and without a socket.
#include "sandbox/Hooks.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::sandbox::Deliveries;
using ch::sandbox::Delivery;
using ch::sandbox::WebhookPlan;
using ch::test::Account;

class TstWebhooks : public QObject, private ch::test::Hooks {
    Q_OBJECT

private Q_SLOTS:
    void theSignatureIsStripes();
    void anEventIsSentAsItWas();
    void onlyWhatWasAskedForIsSent();
    void failuresAreTriedAgainOfATestAccount();
    void failuresAreTriedAgainOfALiveAccount();
    void whatIsOffGetsNothing();
    void eachEndpointGetsOneAtATime();
    void someComeTwice();
    void someAreLost();
    void someAreOvertaken();
    void someAreLate();
    void anEventCanBeSentAgain();
    void whatHappensByItselfIsTold();
    void theEngineSaysWhenToComeBack();
    void sameSeedSameDeliveries();
};

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
    const QJsonObject sent = eventOf(due[0]);
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
    QCOMPARE(eventOf(two[0])["pending_webhooks"].toInt(), 2);
    a.engine.deliveries().end(two[0].number, 200);
    QCOMPARE(pending(a, eventOf(two[0])["id"].toString()), 1);
    a.engine.deliveries().end(two[1].number, 200);
    QCOMPARE(pending(a, eventOf(two[0])["id"].toString()), 0);
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
            QCOMPARE(eventOf(one)["livemode"].toBool(), true);
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
    makeMany(a, 3);
    const QList<Delivery> first = take(a);
    QCOMPARE(first.size(), 2);
    QVERIFY(take(a).isEmpty());
    a.engine.deliveries().end(first[1].number, 200); // the other one is slow
    const QList<Delivery> second = take(a);
    QCOMPARE(second.size(), 1);
    QCOMPARE(second[0].url, first[1].url);
    QCOMPARE(eventOf(second[0])["data"].toObject()["object"].toObject()["name"].toString(), "1");
}

void TstWebhooks::someComeTwice()
{
    Account a(Account::empty());
    hook(a);
    WebhookPlan plan;
    plan.duplicatesPerMillion = 500'000;
    a.engine.deliveries().setPlan(plan);
    makeMany(a, 40);
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
    makeMany(a, 40);
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
    QStringList made = makeMany(a, 40);
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
    makeMany(a, 20);
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
    QCOMPARE(eventOf(due[0])["type"].toString(), "invoice.created");
    QVERIFY(eventOf(due[0])["request"].toObject()["id"].isNull());
    QCOMPARE(eventOf(due[0])["data"].toObject()["object"].toObject()["status"].toString(), "draft"); // as it was then
    a.engine.deliveries().end(due[0].number, 200);
    QCOMPARE(eventOf(take(a).value(0))["type"].toString(), "invoice.paid");
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

CH_TEST(TstWebhooks)
#include "tst_Webhooks.moc"
