// SPDX-License-Identifier: GPL-3.0-or-later
// Paused subscriptions: on request and at the end of a trial, and each way back.
#include "sandbox/SubscriptionCase.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;
using ch::test::SubscriptionCase;

namespace pause_test_detail {

constexpr qint64 kDaySeconds = 86400;

struct Case : SubscriptionCase {
    explicit Case(const QByteArray& more = {})
    {
        path = "/v1/subscriptions/" + subscribe(customer, makePrice("3000"), more).id().toLatin1();
        start = clock.nowSeconds();
    }
    void pass(qint64 seconds) { clock.advance(seconds * 1000); }
    void breakCard() { payWith("pm_card_chargeCustomerFail"); }
    QString status() { return now()["status"].toString(); }
    qsizetype invoices() { return walk("/v1/invoices").size(); }
    qsizetype told(const QByteArray& what) { return events("customer.subscription." + what); }

    qint64 start = 0;
};

} // namespace pause_test_detail

class TstPause : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pausedItStandsStill();
    void whatThePauseBills_data();
    void whatThePauseBills();
    void whoCannotBePausedOrResumed();
    void backWithANewCycle();
    void backInTheOldCycle_data();
    void backInTheOldCycle();
    void unpaidResumption_data();
    void unpaidResumption();
    void aResumptionOnSuccessIsTriedAgain();
    void aTrialWithoutAMethod_data();
    void aTrialWithoutAMethod();
    void aPausedTrialComesBack();
    void migrateIsRefused();
};

void TstPause::pausedItStandsStill()
{
    pause_test_detail::Case a;
    a.pass(10 * pause_test_detail::kDaySeconds);
    const auto paused = a.post(a.path + "/pause");
    QCOMPARE(paused.status, 200);
    QCOMPARE(paused.json["status"].toString(), "paused");
    QVERIFY(paused.json["pause_collection"].isNull());
    const QJsonObject details = paused.json["status_details"].toObject()["paused"].toObject();
    QCOMPARE(details["type"].toString(), "subscription");
    QCOMPARE(details["transitioned_at"].toInteger(), a.clock.nowSeconds());
    QCOMPARE(details["subscription"].toObject()["type"].toString(), "pause_requested");
    QCOMPARE(a.firstItem()["current_period_end"].toInteger(), a.clock.nowSeconds());
    QCOMPARE(a.told("paused"), 1);
    const auto updated = a.get("/v1/events?limit=1&type=customer.subscription.updated").data()[0].toObject();
    QCOMPARE(updated["data"].toObject()["previous_attributes"].toObject()["status"].toString(), "active");
    a.pass(100 * pause_test_detail::kDaySeconds);
    QCOMPARE(a.status(), "paused");
    QCOMPARE(a.invoices(), 1); // no periods, no invoices
    QCOMPARE(a.walk("/v1/subscriptions", "status=paused").size(), 1);
    QCOMPARE(a.del(a.path).json["status"].toString(), "canceled");
}

void TstPause::whatThePauseBills_data()
{
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<int>("credit"); // in the final invoice, of 3000
    QTest::addColumn<bool>("atOnce");
    QTest::newRow("nothing said") << QByteArray() << -2000 << false;
    QTest::newRow("now") << QByteArray("bill_for[unused_time_from][type]=now") << -2000 << false;
    QTest::newRow("the whole period") << QByteArray("bill_for[unused_time_from][type]=item_current_period_start") << -3000 << false;
    QTest::newRow("nothing") << QByteArray("bill_for[unused_time_from][type]=none") << 0 << false;
    QTest::newRow("an invoice") << QByteArray("invoicing_behavior=invoice") << -2000 << true;
}

void TstPause::whatThePauseBills()
{
    QFETCH(QByteArray, params);
    QFETCH(int, credit);
    QFETCH(bool, atOnce);
    pause_test_detail::Case a;
    a.pass(10 * pause_test_detail::kDaySeconds);
    QCOMPARE(a.post(a.path + "/pause", params).status, 200);
    QCOMPARE(a.invoices(), atOnce ? 2 : 1);
    if (atOnce)
        QCOMPARE(a.latest()["total"].toInteger(), credit);
    const auto back = a.post(a.path + "/resume"); // a period anew, less what waits, or what is in the balance
    QCOMPARE(back.status, 200);
    QCOMPARE(a.latest()["total"].toInteger(), atOnce ? 3000 : 3000 + credit);
    QCOMPARE(a.latest()["amount_due"].toInteger(), 3000 + credit);
}

void TstPause::whoCannotBePausedOrResumed()
{
    pause_test_detail::Case a;
    QVERIFY(a.post(a.path + "/resume").message().contains("status is `active`"));
    a.post(a.path + "/pause");
    QCOMPARE(a.post(a.path + "/pause").status, 400);
    QCOMPARE(a.post(a.path + "/resume", "billing_cycle_anchor=now").status, 400); // a hash since endive
    QCOMPARE(a.post("/v1/subscriptions/sub_1nobody/pause").status, 404);
    pause_test_detail::Case sends("&collection_method=send_invoice&days_until_due=10");
    QVERIFY(sends.post(sends.path + "/pause").message().contains("charge_automatically"));
    pause_test_detail::Case trial("&trial_period_days=9");
    QVERIFY(trial.post(trial.path + "/pause").message().contains("trialing"));
}

void TstPause::backWithANewCycle()
{
    pause_test_detail::Case a;
    a.pass(10 * pause_test_detail::kDaySeconds);
    a.post(a.path + "/pause");
    a.pass(40 * pause_test_detail::kDaySeconds);
    const auto back = a.post(a.path + "/resume", "payment_behavior=resume_on_payment_success");
    QCOMPARE(back.json["status"].toString(), "active");
    QVERIFY(!back.json.contains("status_details"));
    QCOMPARE(back.json["billing_cycle_anchor"].toInteger(), a.clock.nowSeconds());
    QCOMPARE(a.firstItem()["current_period_start"].toInteger(), a.clock.nowSeconds());
    QCOMPARE(a.latest()["status"].toString(), "paid");
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 1000); // 3000 less the 20 days that were not used
    QCOMPARE(a.told("resumed"), 1);
    a.pass(31 * pause_test_detail::kDaySeconds + 7200);
    QCOMPARE(a.latest()["billing_reason"].toString(), "subscription_cycle");
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 3000);
}

void TstPause::backInTheOldCycle_data()
{
    QTest::addColumn<int>("days"); // of the pause, after ten
    QTest::addColumn<QByteArray>("behavior");
    QTest::addColumn<int>("invoices");
    QTest::addColumn<int>("total"); // of the next renewal, or of the resumption
    QTest::newRow("same period, prorated") << 5 << QByteArray("create_prorations") << 1 << 0;
    QTest::newRow("same period, at once") << 5 << QByteArray("always_invoice") << 2 << -500; // 15 days again for the 20 given back
    QTest::newRow("same period, free") << 5 << QByteArray("none") << 1 << 0;
    QTest::newRow("a later period") << 35 << QByteArray("create_prorations") << 2 << -452; // 16 of 31 days again for the 20
    QTest::newRow("a later period, free") << 35 << QByteArray("none") << 1 << 0;
}

void TstPause::backInTheOldCycle()
{
    QFETCH(int, days);
    QFETCH(QByteArray, behavior);
    QFETCH(int, invoices);
    pause_test_detail::Case a;
    a.pass(10 * pause_test_detail::kDaySeconds);
    a.post(a.path + "/pause");
    a.pass(days * pause_test_detail::kDaySeconds);
    const auto back = a.post(a.path + "/resume", "billing_cycle_anchor[type]=unchanged&payment_behavior=resume_on_payment_success&proration_behavior=" + behavior);
    QCOMPARE(back.json["status"].toString(), "active");
    QCOMPARE(back.json["billing_cycle_anchor"].toInteger(), a.start);
    QCOMPARE(a.invoices(), invoices);
    if (invoices == 2)
        QTEST(static_cast<int>(a.latest()["total"].toInteger()), "total");
    const qint64 end = a.firstItem()["current_period_end"].toInteger();
    QCOMPARE(end, a.start + (days == 5 ? 30 : 61) * pause_test_detail::kDaySeconds);
}

void TstPause::unpaidResumption_data()
{
    QTest::addColumn<QByteArray>("what");
    QTest::addColumn<QString>("status");
    QTest::addColumn<QString>("invoice");
    QTest::newRow("nothing for 23 hours") << QByteArray("wait") << QString("paused") << QString("void");
    QTest::newRow("voided") << QByteArray("void") << QString("paused") << QString("void");
    QTest::newRow("marked uncollectible") << QByteArray("mark_uncollectible") << QString("active") << QString("uncollectible");
    QTest::newRow("paid") << QByteArray("pay") << QString("active") << QString("paid");
    QTest::newRow("a failed attempt") << QByteArray("fail") << QString("past_due") << QString("open");
}

void TstPause::unpaidResumption()
{
    QFETCH(QByteArray, what);
    pause_test_detail::Case a;
    a.pass(10 * pause_test_detail::kDaySeconds);
    a.post(a.path + "/pause");
    const auto asked = a.post(a.path + "/resume"); // on the attempt, which is not made here
    QCOMPARE(asked.json["status"].toString(), "paused");
    QCOMPARE(a.latest()["status"].toString(), "open");
    QCOMPARE(a.latest()["attempted"].toBool(), false);
    QVERIFY(asked.json["pending_update"].isNull());
    QCOMPARE(a.post(a.path + "/resume").status, 400); // it is on its way
    const QByteArray invoice = a.latestPath();
    if (what == "wait") {
        a.pass(23 * 3600 - 1);
        QCOMPARE(a.get(invoice).json["status"].toString(), "open");
        a.pass(1);
    } else if (what == "fail") {
        a.breakCard();
        QCOMPARE(a.post(invoice + "/pay").status, 402);
        QVERIFY(a.get(invoice).json["next_payment_attempt"].isNull());
    } else {
        QCOMPARE(a.post(invoice + '/' + what).status, 200);
    }
    QTEST(a.status(), "status");
    QTEST(a.get(invoice).json["status"].toString(), "invoice");
    QCOMPARE(a.told("resumed"), a.status() == "paused" ? 0 : 1);
    if (a.status() == "paused") { // the credit is not lost with the invoice
        a.post(a.path + "/resume", "payment_behavior=resume_on_payment_success");
        QCOMPARE(a.latest()["amount_paid"].toInteger(), 1000);
        QCOMPARE(a.status(), "active");
    }
}

void TstPause::aResumptionOnSuccessIsTriedAgain()
{
    pause_test_detail::Case a;
    a.post(a.path + "/pause", "bill_for[unused_time_from][type]=none");
    a.breakCard();
    const auto asked = a.post(a.path + "/resume", "payment_behavior=resume_on_payment_success");
    QCOMPARE(asked.json["status"].toString(), "paused");
    QCOMPARE(a.latest()["attempt_count"].toInteger(), 1);
    QVERIFY(a.latest()["next_payment_attempt"].toInteger() > a.clock.nowSeconds());
    a.pass(2 * pause_test_detail::kDaySeconds); // attempts were made: 23 hours do not void it
    QCOMPARE(a.latest()["status"].toString(), "open");
    const QByteArray good = a.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + a.customer).id().toLatin1();
    a.post("/v1/customers/" + a.customer, "invoice_settings[default_payment_method]=" + good);
    a.pass(2 * pause_test_detail::kDaySeconds);
    QCOMPARE(a.status(), "active");
    pause_test_detail::Case b;
    b.post(b.path + "/pause", "bill_for[unused_time_from][type]=none");
    b.breakCard();
    b.post(b.path + "/resume", "payment_behavior=resume_on_payment_success");
    b.pass(60 * pause_test_detail::kDaySeconds); // every attempt fails
    QCOMPARE(b.status(), "paused");
    QCOMPARE(b.latest()["status"].toString(), "void");
}

void TstPause::aTrialWithoutAMethod_data()
{
    QTest::addColumn<QByteArray>("missing");
    QTest::addColumn<bool>("pays");
    QTest::addColumn<QString>("status");
    QTest::addColumn<int>("invoices");
    QTest::newRow("cancel") << QByteArray("cancel") << false << QString("canceled") << 1;
    QTest::newRow("pause") << QByteArray("pause") << false << QString("paused") << 1;
    QTest::newRow("create_invoice") << QByteArray("create_invoice") << false << QString("past_due") << 2;
    QTest::newRow("cancel, but there is one") << QByteArray("cancel") << true << QString("active") << 2;
    QTest::newRow("pause, but there is one") << QByteArray("pause") << true << QString("active") << 2;
}

void TstPause::aTrialWithoutAMethod()
{
    QFETCH(QByteArray, missing);
    QFETCH(bool, pays);
    QFETCH(int, invoices);
    for (const bool asked : {false, true}) { // the trial ends by itself, or by trial_end=now
        Account a(Account::empty());
        const auto made = a.subscribe(pays ? a.makePayer() : a.makeCustomer(), a.makePrice(),
                                      "&trial_period_days=10&trial_settings[end_behavior][missing_payment_method]=" + missing);
        QCOMPARE(made.json["trial_settings"].toObject()["end_behavior"].toObject()["missing_payment_method"].toString().toLatin1(), missing);
        const QByteArray path = "/v1/subscriptions/" + made.id().toLatin1();
        if (asked)
            QCOMPARE(a.post(path, "trial_end=now").status, 200);
        else
            a.clock.advance((10 * pause_test_detail::kDaySeconds + 7200) * 1000);
        QTEST(a.get(path).json["status"].toString(), "status");
        QCOMPARE(a.walk("/v1/invoices").size(), invoices);
        if (a.get(path).json["status"].toString() == "paused") {
            QCOMPARE(a.get(path).json["status_details"].toObject()["paused"].toObject()["subscription"].toObject()["type"].toString(), "trial_end_without_payment_method");
            QCOMPARE(a.walk("/v1/events", "type=customer.subscription.paused").size(), 1);
        }
    }
}

void TstPause::aPausedTrialComesBack()
{
    pause_test_detail::Case a("&trial_period_days=10&trial_settings[end_behavior][missing_payment_method]=pause");
    const QByteArray method = a.get("/v1/customers/" + a.customer).json["invoice_settings"].toObject()["default_payment_method"].toString().toLatin1();
    a.post("/v1/payment_methods/" + method + "/detach");
    a.pass(30 * pause_test_detail::kDaySeconds);
    QCOMPARE(a.status(), "paused");
    const QByteArray good = a.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + a.customer).id().toLatin1();
    a.post(a.path, "default_payment_method=" + good);
    const auto back = a.post(a.path + "/resume", "payment_behavior=resume_on_payment_success");
    QCOMPARE(back.json["status"].toString(), "active");
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 3000);
}

void TstPause::migrateIsRefused()
{
    pause_test_detail::Case a;
    QCOMPARE(a.now()["billing_mode"].toObject()["type"].toString(), "flexible");
    QVERIFY(a.post(a.path + "/migrate", "billing_mode[type]=flexible").message().contains("already"));
    QCOMPARE(a.post(a.path + "/migrate", "billing_mode[type]=classic").status, 400);
    QCOMPARE(a.post(a.path + "/migrate").param(), "billing_mode");
}

CH_TEST(TstPause)
#include "tst_Pause.moc"
