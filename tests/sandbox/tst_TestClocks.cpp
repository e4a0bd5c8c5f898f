// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;

class TstTestClocks : public QObject {
    Q_OBJECT

    static constexpr qint64 kStart = 1704067200; // 2024-01-01
    static QByteArray makeClock(Account& a, qint64 at = kStart)
    {
        return a.post("/v1/test_helpers/test_clocks", "name=Year&frozen_time=" + QByteArray::number(at)).id().toLatin1();
    }
    static Account::Got advance(Account& a, const QByteArray& clock, qint64 to)
    {
        return a.post("/v1/test_helpers/test_clocks/" + clock + "/advance", "frozen_time=" + QByteArray::number(to));
    }
    static QByteArray makePayer(Account& a, const QByteArray& clock)
    {
        return a.makeCustomer("name=Clocked&payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa&test_clock=" + clock);
    }

private Q_SLOTS:
    void comesGoesAndIsListed();
    void itsObjectsLiveInItsTime();
    void aYearOfRenewals();
    void advancesWithinLimitsOnly();
    void itsObjectsAreHidden();
    void deletingTakesCustomersAlong();
    void tooOldItIsDeleted();
    void liveAccountsHaveNone();
    void anExistingCustomerJoins();
    void advancingTakesItsTime();
};

void TstTestClocks::comesGoesAndIsListed()
{
    Account a(Account::empty());
    QCOMPARE(a.post("/v1/test_helpers/test_clocks", "name=x").param(), "frozen_time");
    const QByteArray clock = makeClock(a);
    const auto got = a.get("/v1/test_helpers/test_clocks/" + clock).json;
    QCOMPARE(got["frozen_time"].toInteger(), kStart);
    QCOMPARE(got["status"].toString(), "ready");
    QCOMPARE(got["deletes_after"].toInteger(), a.clock.nowSeconds() + 30 * 86400);
    QCOMPARE(a.get("/v1/test_helpers/test_clocks").data().size(), 1);
    const auto moving = advance(a, clock, kStart + 1000);
    QCOMPARE(moving.json["status"].toString(), "advancing");
    QCOMPARE(moving.json["frozen_time"].toInteger(), kStart);
    QCOMPARE(moving.json["status_details"].toObject()["advancing"].toObject()["target_frozen_time"].toInteger(), kStart + 1000);
    QCOMPARE(a.get("/v1/test_helpers/test_clocks/" + clock).json["status"].toString(), "advancing"); // a poller sees it
    const auto there = a.get("/v1/test_helpers/test_clocks/" + clock).json;
    QCOMPARE(there["status"].toString(), "ready");
    QCOMPARE(there["frozen_time"].toInteger(), kStart + 1000);
    QVERIFY(there["status_details"].toObject().isEmpty());
    QCOMPARE(a.del("/v1/test_helpers/test_clocks/" + clock).json, (QJsonObject{{"id", QString(clock)}, {"object", "test_helpers.test_clock"}, {"deleted", true}}));
    QCOMPARE(a.get("/v1/test_helpers/test_clocks/" + clock).status, 404);
    QCOMPARE(a.get("/v1/test_helpers/test_clocks").data().size(), 0);
    QStringList types;
    for (const QJsonValue& event : a.get("/v1/events?type=test_helpers.test_clock.*").data())
        types.prepend(event.toObject()["type"].toString().section('.', 2));
    QCOMPARE(types, (QStringList{"created", "advancing", "ready", "deleted"}));
}

void TstTestClocks::itsObjectsLiveInItsTime()
{
    Account a(Account::empty());
    const QByteArray clock = makeClock(a), customer = makePayer(a, clock);
    QCOMPARE(a.get("/v1/customers/" + customer).json["created"].toInteger(), kStart);
    const auto made = a.subscribe(customer, a.makePrice("700"), "&trial_period_days=10");
    QCOMPARE(made.json["created"].toInteger(), kStart);
    QCOMPARE(made.json["trial_end"].toInteger(), kStart + 10 * 86400);
    QCOMPARE(made.json["test_clock"].toString().toLatin1(), clock);
    a.clock.advance(20LL * 86400 * 1000); // wall time does nothing to it
    QCOMPARE(a.get("/v1/subscriptions/" + made.id().toLatin1()).json["status"].toString(), "trialing");
    advance(a, clock, kStart + 10 * 86400 + 3600);
    const auto now = a.get("/v1/subscriptions/" + made.id().toLatin1() + "?expand[]=latest_invoice").json;
    QCOMPARE(now["status"].toString(), "active");
    QCOMPARE(now["latest_invoice"].toObject()["status"].toString(), "paid");
    QCOMPARE(now["latest_invoice"].toObject()["created"].toInteger(), kStart + 10 * 86400);
    const auto event = a.get("/v1/events?type=invoice.paid&limit=1").data()[0].toObject();
    QCOMPARE(event["data"].toObject()["object"].toObject()["id"], now["latest_invoice"].toObject()["id"]);
    QCOMPARE(event["created"].toInteger(), a.clock.nowSeconds()); // it was written down when the clock was advanced
}

void TstTestClocks::aYearOfRenewals()
{
    Account a(Account::empty());
    const QByteArray clock = makeClock(a), customer = makePayer(a, clock);
    const QByteArray id = a.subscribe(customer, a.makePrice("1900")).id().toLatin1();
    for (int day = 30; day <= 366; day += 28)
        QCOMPARE(advance(a, clock, kStart + day * 86400).status, 200);
    QCOMPARE(advance(a, clock, kStart + 366 * 86400 + 7200).status, 200);
    const auto invoices = a.walk("/v1/invoices", "subscription=" + id);
    QCOMPARE(invoices.size(), 13);
    for (const QJsonObject& invoice : invoices) {
        QCOMPARE(invoice["status"].toString(), "paid");
        QCOMPARE(invoice["amount_paid"].toInteger(), 1900);
    }
    QCOMPARE(invoices.first()["created"].toInteger(), kStart + 366 * 86400); // 2025-01-01: 2024 had a 29 February
}

void TstTestClocks::advancesWithinLimitsOnly()
{
    Account a(Account::empty());
    const QByteArray clock = makeClock(a);
    QCOMPARE(advance(a, clock, kStart).param(), "frozen_time");
    QCOMPARE(advance(a, clock, kStart - 1).status, 400);
    QCOMPARE(advance(a, clock, kStart + 731 * 86400 + 1).status, 400);
    const QByteArray customer = makePayer(a, clock), id = a.subscribe(customer, a.makePrice()).id().toLatin1();
    QCOMPARE(advance(a, clock, kStart + 60 * 86400 + 1).status, 400); // January and February of 2024 have 60 days
    QCOMPARE(advance(a, clock, kStart + 60 * 86400).status, 200);
    a.del("/v1/subscriptions/" + id);
    QCOMPARE(advance(a, clock, kStart + 700 * 86400).status, 200);
    makePayer(a, clock);
    makePayer(a, clock);
    QCOMPARE(a.post("/v1/customers", "test_clock=" + clock).param(), "test_clock"); // the fourth
}

void TstTestClocks::itsObjectsAreHidden()
{
    Account a(Account::empty());
    const QByteArray clock = makeClock(a), customer = makePayer(a, clock);
    const QByteArray id = a.subscribe(customer, a.makePrice()).id().toLatin1();
    for (const char* path : {"/v1/customers", "/v1/subscriptions", "/v1/invoices", "/v1/payment_intents", "/v1/invoice_payments"})
        QCOMPARE(a.get(path).data().size(), 0);
    QCOMPARE(a.get("/v1/customers?test_clock=" + clock).data().size(), 1);
    QCOMPARE(a.get("/v1/subscriptions?test_clock=" + clock).data().size(), 1);
    QCOMPARE(a.get("/v1/subscriptions?customer=" + customer).data().size(), 1);
    const auto invoices = a.get("/v1/invoices?subscription=" + id);
    QCOMPARE(invoices.data().size(), 1);
    QCOMPARE(a.get("/v1/invoice_payments?invoice=" + invoices.data()[0].toObject()["id"].toString().toLatin1()).data().size(), 1);
}

void TstTestClocks::deletingTakesCustomersAlong()
{
    Account a(Account::empty());
    const QByteArray clock = makeClock(a), customer = makePayer(a, clock);
    const QByteArray id = a.subscribe(customer, a.makePrice()).id().toLatin1();
    a.del("/v1/test_helpers/test_clocks/" + clock);
    QVERIFY(a.get("/v1/customers/" + customer).json["deleted"].toBool());
    QCOMPARE(a.get("/v1/subscriptions/" + id).json["status"].toString(), "canceled");
    QCOMPARE(a.get("/v1/subscriptions/" + id).json["ended_at"].toInteger(), kStart);
    QCOMPARE(a.post("/v1/customers", "test_clock=" + clock).status, 400);
}

void TstTestClocks::tooOldItIsDeleted()
{
    Account a(Account::empty());
    const QByteArray clock = makeClock(a), customer = makePayer(a, clock);
    a.clock.advance(30LL * 86400 * 1000 - 1000);
    QCOMPARE(a.get("/v1/test_helpers/test_clocks/" + clock).status, 200);
    a.clock.advance(1000);
    QCOMPARE(a.get("/v1/test_helpers/test_clocks/" + clock).status, 404);
    QVERIFY(a.get("/v1/customers/" + customer).json["deleted"].toBool());
}

void TstTestClocks::liveAccountsHaveNone()
{
    auto options = Account::empty();
    options.live = true;
    Account a(options);
    const auto got = a.send("POST", "/v1/test_helpers/test_clocks", "frozen_time=1704067200", {}, "Bearer " + Account::key("sk", "live"));
    QCOMPARE(got.status, 400);
    QVERIFY(got.message().contains("test mode"));
}

void TstTestClocks::anExistingCustomerJoins()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const auto clock = a.post("/v1/test_helpers/test_clocks", "frozen_time=" + QByteArray::number(kStart) + "&customer=" + customer);
    QCOMPARE(clock.status, 200);
    QCOMPARE(a.get("/v1/customers/" + customer).json["test_clock"].toString(), clock.id());
    QCOMPARE(a.get("/v1/customers").data().size(), 0);
    const auto subscription = a.subscribe(customer, a.makePrice());
    QCOMPARE(subscription.json["created"].toInteger(), kStart);
    QCOMPARE(subscription.json["test_clock"].toString(), clock.id());
    advance(a, clock.id().toLatin1(), kStart + 40 * 86400);
    QCOMPARE(a.get("/v1/invoices?customer=" + customer).data().size(), 2);
    const QByteArray again = "frozen_time=1704067200&customer=";
    QCOMPARE(a.post("/v1/test_helpers/test_clocks", again + customer).param(), "customer"); // it cannot leave its clock
    QCOMPARE(a.post("/v1/test_helpers/test_clocks", again + "cus_none").code(), "resource_missing");
    const QByteArray busy = a.makePayer();
    a.subscribe(busy, a.makePrice());
    QCOMPARE(a.post("/v1/test_helpers/test_clocks", again + busy).code(), "sandbox_unsupported");
    QVERIFY(a.get("/v1/customers/" + busy).json["test_clock"].isNull());
    QCOMPARE(a.get("/v1/test_helpers/test_clocks").data().size(), 1);
}

void TstTestClocks::advancingTakesItsTime()
{
    auto options = Account::empty();
    options.clockAdvanceMs = 2000;
    Account a(options);
    const QByteArray clock = makeClock(a), customer = makePayer(a, clock), path = "/v1/test_helpers/test_clocks/" + clock;
    const QByteArray subscription = a.subscribe(customer, a.makePrice()).id().toLatin1();
    advance(a, clock, kStart + 40 * 86400);
    a.clock.advance(1999);
    QCOMPARE(a.get(path).json["status"].toString(), "advancing");
    QCOMPARE(a.get(path).json["frozen_time"].toInteger(), kStart);
    QCOMPARE(a.get("/v1/invoices?subscription=" + subscription).data().size(), 1);
    const auto expectBusy = [&](const Account::Got& got) {
        QCOMPARE(got.status, 429);
        QCOMPARE(got.message(), QString("Test clock advancement underway - cannot perform modifications: " + clock));
    };
    expectBusy(advance(a, clock, kStart + 41 * 86400));
    expectBusy(a.post("/v1/customers/" + customer, "name=x"));
    expectBusy(a.post("/v1/subscriptions/" + subscription, "description=x"));
    expectBusy(a.del("/v1/subscriptions/" + subscription));
    expectBusy(a.subscribe(customer, a.makePrice()));
    expectBusy(a.del(path));
    QCOMPARE(a.post("/v1/customers/" + a.makeCustomer(), "name=x").status, 200); // others are free
    a.clock.advance(1);
    QCOMPARE(a.get(path).json["status"].toString(), "ready");
    QCOMPARE(a.get(path).json["frozen_time"].toInteger(), kStart + 40 * 86400);
    QCOMPARE(a.get("/v1/invoices?subscription=" + subscription).data().size(), 2);
    QCOMPARE(a.post("/v1/customers/" + customer, "name=x").status, 200);
    QStringList types;
    for (const QJsonValue& event : a.get("/v1/events?type=test_helpers.test_clock.*").data())
        types.prepend(event.toObject()["type"].toString().section('.', 2));
    QCOMPARE(types.join(' '), "created advancing ready");
}

CH_TEST(TstTestClocks)
#include "tst_TestClocks.moc"
