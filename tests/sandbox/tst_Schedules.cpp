// SPDX-License-Identifier: GPL-3.0-or-later
// Subscription schedules: phases that come by themselves, what ends them, and what may be done to a subscription that one manages.
#include "sandbox/SubscriptionCase.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::SubscriptionCase;

namespace schedules_detail {

constexpr qint64 kDaySeconds = 86400;

struct Case : SubscriptionCase {
    Case()
    {
        small = makePrice("1000");
        large = makePrice("5000");
    }
    /// Two phases of a month each: the small price, then three of the large one.
    Got make(const QByteArray& more = {})
    {
        const Got made = post("/v1/subscription_schedules", "customer=" + customer + "&phases[0][items][0][price]=" + small + "&phases[0][duration][interval]=month"
                              "&phases[0][metadata][stage]=one&phases[1][items][0][price]=" + large + "&phases[1][items][0][quantity]=3&phases[1][duration][interval]=month"
                              "&phases[1][metadata][stage]=two" + more);
        path = "/v1/subscription_schedules/" + made.id().toLatin1();
        return made;
    }
    QByteArray subscription() { return "/v1/subscriptions/" + now()["subscription"].toString().toLatin1(); }
    QJsonObject item() { return firstItemOf(get(subscription()).json); }

    QByteArray small, large;
};

} // namespace schedules_detail

class TstSchedules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void phasesComeByThemselves();
    void theEndCancelsOrLetsGo_data();
    void theEndCancelsOrLetsGo();
    void itStartsLater();
    void onATestClock();
    void fromASubscription();
    void aManagedSubscription();
    void canceledAndReleased();
    void changedWhileItRuns();
    void aTrialAndACoupon();
    void whatIsRefused();
    void lists();
};

void TstSchedules::phasesComeByThemselves()
{
    schedules_detail::Case a;
    const auto made = a.make("&start_date=now");
    QCOMPARE(made.status, 200);
    QCOMPARE(made.json["status"].toString(), "active");
    QCOMPARE(made.json["current_phase"].toObject()["end_date"].toInteger(), a.clock.nowSeconds() + 30 * schedules_detail::kDaySeconds);
    QCOMPARE(made.json["phases"].toArray()[1].toObject()["end_date"].toInteger(), a.clock.nowSeconds() + 61 * schedules_detail::kDaySeconds);
    QCOMPARE(a.events("subscription_schedule.created"), 1);
    const QByteArray subscription = a.subscription();
    QCOMPARE(a.get(subscription).json["schedule"].toString(), made.id());
    QCOMPARE(a.get(subscription).json["metadata"].toObject()["stage"].toString(), "one");
    QCOMPARE(a.get("/v1/invoices?limit=1").data()[0].toObject()["status"].toString(), "draft"); // for an hour
    a.passDays(0, 3600);
    QCOMPARE(a.get("/v1/invoices?limit=1").data()[0].toObject()["amount_paid"].toInteger(), 1000);
    const QString held = a.item()["id"].toString();
    a.passDays(30);
    QCOMPARE(a.now()["current_phase"].toObject()["start_date"], made.json["phases"].toArray()[1].toObject()["start_date"]);
    QCOMPARE(a.item()["id"].toString(), held);
    QCOMPARE(a.item()["quantity"].toInteger(), 3);
    QCOMPARE(a.get(subscription).json["metadata"].toObject()["stage"].toString(), "two");
    const auto renewal = a.get("/v1/invoices?limit=1").data()[0].toObject();
    QCOMPARE(renewal["billing_reason"].toString(), "subscription_cycle");
    QCOMPARE(renewal["amount_paid"].toInteger(), 15000); // the phase came before the renewal
    const auto change = a.get("/v1/events?limit=1&type=subscription_schedule.updated").data()[0].toObject()["data"].toObject();
    QVERIFY(change["previous_attributes"].toObject().contains("current_phase"));
    a.passDays(24); // less than seven days before the end
    QCOMPARE(a.events("subscription_schedule.expiring"), 1);
    a.passDays(20);
    QCOMPARE(a.events("subscription_schedule.expiring"), 1);
}

void TstSchedules::theEndCancelsOrLetsGo_data()
{
    QTest::addColumn<QByteArray>("end");
    QTest::addColumn<QString>("status");
    QTest::newRow("nothing said") << QByteArray() << QString("active");
    QTest::newRow("release") << QByteArray("&end_behavior=release") << QString("active");
    QTest::newRow("cancel") << QByteArray("&end_behavior=cancel") << QString("canceled");
}

void TstSchedules::theEndCancelsOrLetsGo()
{
    QFETCH(QByteArray, end);
    schedules_detail::Case a;
    a.make(end);
    const QByteArray subscription = a.subscription();
    a.passDays(61, 7200);
    QCOMPARE(a.now()["status"].toString(), "completed");
    QVERIFY(a.now()["completed_at"].toInteger() > 0);
    QVERIFY(a.now()["current_phase"].isNull());
    QTEST(a.get(subscription).json["status"].toString(), "status");
    QVERIFY(a.get(subscription).json["schedule"].isNull());
    QCOMPARE(a.events("subscription_schedule.completed"), 1);
    QCOMPARE(a.walk("/v1/invoices").size(), end.endsWith("cancel") ? 2 : 3);
}

void TstSchedules::itStartsLater()
{
    schedules_detail::Case a;
    const qint64 start = a.clock.nowSeconds() + 10 * schedules_detail::kDaySeconds;
    QCOMPARE(a.make("&start_date=" + QByteArray::number(start)).json["status"].toString(), "not_started");
    QVERIFY(a.now()["subscription"].isNull());
    QCOMPARE(a.get("/v1/subscription_schedules?scheduled=true").data().size(), 1);
    a.passDays(10, -1);
    QCOMPARE(a.walk("/v1/subscriptions").size(), 0);
    a.passDays(0, 1);
    QCOMPARE(a.now()["status"].toString(), "active");
    QCOMPARE(a.get(a.subscription()).json["start_date"].toInteger(), start);
    QCOMPARE(a.get("/v1/subscription_schedules?scheduled=true").data().size(), 0);
}

void TstSchedules::onATestClock()
{
    schedules_detail::Case a;
    const qint64 start = a.clock.nowSeconds();
    const auto clock = a.post("/v1/test_helpers/test_clocks", "frozen_time=" + QByteArray::number(start));
    a.customer = a.makeCustomer("name=C&payment_method=pm_card_visa&test_clock=" + clock.id().toLatin1());
    const QString method = a.get("/v1/customers/" + a.customer + "/payment_methods").data()[0].toObject()["id"].toString();
    a.post("/v1/customers/" + a.customer, "invoice_settings[default_payment_method]=" + method.toLatin1());
    QCOMPARE(a.make().json["test_clock"].toString(), clock.id());
    QCOMPARE(a.get("/v1/subscription_schedules").data().size(), 0); // hidden, as its customer is
    QCOMPARE(a.get("/v1/subscription_schedules?customer=" + a.customer).data().size(), 1);
    a.post("/v1/test_helpers/test_clocks/" + clock.id().toLatin1() + "/advance", "frozen_time=" + QByteArray::number(start + 31 * schedules_detail::kDaySeconds));
    QCOMPARE(a.item()["quantity"].toInteger(), 3);
}

void TstSchedules::fromASubscription()
{
    schedules_detail::Case a;
    const auto subscription = a.subscribe(a.customer, a.small, "&items[0][quantity]=2");
    const auto made = a.post("/v1/subscription_schedules", "from_subscription=" + subscription.id().toLatin1());
    QCOMPARE(made.json["status"].toString(), "active");
    const QJsonObject phase = made.json["phases"].toArray()[0].toObject();
    QCOMPARE(phase["items"].toArray()[0].toObject()["quantity"].toInteger(), 2);
    QCOMPARE(phase["start_date"].toInteger(), a.clock.nowSeconds());
    QCOMPARE(a.get("/v1/subscriptions/" + subscription.id().toLatin1()).json["schedule"].toString(), made.id());
    QVERIFY(a.post("/v1/subscription_schedules", "from_subscription=" + subscription.id().toLatin1()).message()
                .startsWith("You cannot migrate a subscription that is already attached to a schedule"));
    QCOMPARE(a.post("/v1/subscription_schedules", "from_subscription=" + subscription.id().toLatin1() + "&end_behavior=cancel").status, 400);
    a.passDays(31);
    QCOMPARE(a.get("/v1/subscription_schedules/" + made.id().toLatin1()).json["status"].toString(), "completed");
    QCOMPARE(a.get("/v1/subscriptions/" + subscription.id().toLatin1()).json["status"].toString(), "active");
}

void TstSchedules::aManagedSubscription()
{
    schedules_detail::Case a;
    a.make();
    const QByteArray subscription = a.subscription();
    const auto refused = a.post(subscription, "cancel_at_period_end=true");
    QCOMPARE(refused.status, 400);
    QVERIFY(refused.message().contains("is managed by the subscription schedule `" + QString(a.path.mid(27)) + "`, and updating any cancelation behavior directly is not allowed."));
    QCOMPARE(a.post(subscription + "/pause").status, 400);
    QCOMPARE(a.post(subscription, "metadata[x]=y").status, 200);
    QCOMPARE(a.del(subscription).json["status"].toString(), "canceled"); // ends the schedule
    QCOMPARE(a.now()["status"].toString(), "canceled");
    QCOMPARE(a.events("subscription_schedule.canceled"), 1);
    a.passDays(100);
    QCOMPARE(a.walk("/v1/subscriptions").size(), 0);

    schedules_detail::Case b; // a debt that is never paid ends it too
    b.make();
    const QByteArray method = b.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", "customer=" + b.customer).id().toLatin1();
    b.post("/v1/customers/" + b.customer, "invoice_settings[default_payment_method]=" + method);
    b.passDays(29);
    QCOMPARE(b.events("subscription_schedule.aborted"), 1);
    QCOMPARE(b.now()["status"].toString(), "canceled");
}

void TstSchedules::canceledAndReleased()
{
    schedules_detail::Case a;
    a.make();
    a.passDays(15);
    const QByteArray subscription = a.subscription();
    const auto canceled = a.post(a.path + "/cancel");
    QCOMPARE(canceled.json["status"].toString(), "canceled");
    QCOMPARE(a.get(subscription).json["status"].toString(), "canceled");
    QCOMPARE(a.get("/v1/invoices?limit=1").data()[0].toObject()["total"].toInteger(), -500); // prorated and invoiced unless told otherwise
    for (const char* act : {"/cancel", "/release", ""}) {
        const auto again = a.post(a.path + act, *act ? "" : "metadata[a]=b");
        QCOMPARE(again.status, 400);
        QVERIFY(again.message().contains("`canceled` status"));
    }
    schedules_detail::Case b;
    b.make();
    const QByteArray stays = b.subscription();
    const auto released = b.post(b.path + "/release");
    QCOMPARE(released.json["status"].toString(), "released");
    QVERIFY(released.json["subscription"].isNull());
    QCOMPARE(released.json["released_subscription"].toString().toLatin1(), stays.mid(18));
    QVERIFY(b.get(stays).json["schedule"].isNull());
    b.passDays(31);
    QCOMPARE(b.get(stays).json["items"].toObject()["data"].toArray()[0].toObject()["quantity"].toInteger(), 1); // no phase came
}

void TstSchedules::changedWhileItRuns()
{
    schedules_detail::Case a;
    const qint64 start = a.clock.nowSeconds();
    a.make();
    a.passDays(10);
    const auto changed = a.post(a.path, "end_behavior=cancel&proration_behavior=always_invoice&phases[0][items][0][price]=" + a.small
                                + "&phases[0][items][0][quantity]=4&phases[0][end_date]=" + QByteArray::number(start + 20 * schedules_detail::kDaySeconds));
    QCOMPARE(changed.status, 200);
    QCOMPARE(changed.json["phases"].toArray().size(), 1);
    QCOMPARE(a.item()["quantity"].toInteger(), 4); // at once
    QCOMPARE(a.get("/v1/invoices?limit=1").data()[0].toObject()["total"].toInteger(), 2000);
    const QByteArray subscription = a.subscription();
    a.passDays(10);
    QCOMPARE(a.get(subscription).json["status"].toString(), "canceled");
    QCOMPARE(a.now()["status"].toString(), "completed");
}

void TstSchedules::aTrialAndACoupon()
{
    schedules_detail::Case a;
    const QByteArray coupon = a.post("/v1/coupons", "percent_off=50&duration=forever").id().toLatin1();
    a.make("&phases[0][trial]=true&phases[1][discounts][0][coupon]=" + coupon);
    QCOMPARE(a.get(a.subscription()).json["status"].toString(), "trialing");
    a.passDays(30, 7200);
    QCOMPARE(a.get(a.subscription()).json["status"].toString(), "active");
    QCOMPARE(a.get("/v1/invoices?limit=1").data()[0].toObject()["amount_paid"].toInteger(), 7500);
    QCOMPARE(a.get(a.subscription()).json["discounts"].toArray().size(), 1);
}

void TstSchedules::whatIsRefused()
{
    schedules_detail::Case a;
    QCOMPARE(a.post("/v1/subscription_schedules", "phases[0][items][0][price]=" + a.small).param(), "customer");
    QCOMPARE(a.post("/v1/subscription_schedules", "customer=" + a.customer).param(), "phases");
    QCOMPARE(a.make("&phases[0][end_date]=99999999999").status, 400);   // and a duration
    QCOMPARE(a.make("&phases[0][iterations]=2").code(), "parameter_unknown"); // gone since the current API
    QCOMPARE(a.make("&phases[0][trial]=true&phases[0][trial_end]=5").status, 400);
    QCOMPARE(a.make("&start_date=5").status, 400);                      // long over
    QCOMPARE(a.make("&pause_schedules[0][key]=x").code(), "sandbox_unsupported");
    QCOMPARE(a.get("/v1/subscription_schedules/sub_sched_1no").status, 404);
    QCOMPARE(a.walk("/v1/subscription_schedules").size(), 0);
}

void TstSchedules::lists()
{
    schedules_detail::Case a;
    for (int i = 0; i < 3; ++i)
        a.make();
    a.post(a.path + "/cancel");
    QCOMPARE(a.walk("/v1/subscription_schedules", {}, 1).size(), 3);
    QCOMPARE(a.walk("/v1/subscription_schedules", "canceled_at[gt]=5").size(), 1);
    QCOMPARE(a.walk("/v1/subscription_schedules", "customer=" + a.makeCustomer()).size(), 0);
    const auto wide = a.get(a.path + "?expand[]=customer&expand[]=subscription&expand[]=phases.items.price");
    QCOMPARE(wide.json["customer"].toObject()["object"].toString(), "customer");
    QCOMPARE(wide.json["phases"].toArray()[0].toObject()["items"].toArray()[0].toObject()["price"].toObject()["object"].toString(), "price");
}

CH_TEST(TstSchedules)
#include "tst_Schedules.moc"
