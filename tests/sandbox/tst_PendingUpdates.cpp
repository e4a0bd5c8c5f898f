// SPDX-License-Identifier: GPL-3.0-or-later
// What an update does about an invoice that is not paid: every payment_behavior with every outcome, and updates that wait.
#include "sandbox/SubscriptionCase.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::SubscriptionCase;

namespace pending_detail {

constexpr qint64 kHour = 3600;

struct Case : SubscriptionCase {
    Case()
    {
        price = makePrice();
        const auto made = subscribe(customer, price);
        path = "/v1/subscriptions/" + made.id().toLatin1();
        item = firstItemOf(made.json)["id"].toString().toLatin1();
        clock.advance(10LL * 86400 * 1000);
    }
    void payWith(const QByteArray& card)
    {
        const QByteArray old = get("/v1/customers/" + customer).json["invoice_settings"].toObject()["default_payment_method"].toString().toLatin1();
        if (card == "none")
            post("/v1/payment_methods/" + old + "/detach");
        else
            SubscriptionCase::payWith(card);
    }
    Got grow(const QByteArray& behavior, const QByteArray& more = {})
    {
        return post(path, "items[0][id]=" + item + "&items[0][quantity]=5&proration_behavior=always_invoice&payment_behavior=" + behavior + more);
    }
    qint64 quantity() { return firstItem()["quantity"].toInteger(); }

    QByteArray price, item;
};

} // namespace pending_detail

class TstPendingUpdates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyBehaviorWithEveryOutcome_data();
    void everyBehaviorWithEveryOutcome();
    void whatNeedsNoPaymentNeverWaits();
    void paidItIsApplied();
    void unpaidItExpires();
    void voidedItIsDiscarded();
    void itEndsWithThePeriod();
    void aNewerOneTakesItsPlace();
    void onlySomeParametersCanWait();
    void aRefusedUpdateLeavesNothing();
    void anItemThatIsToCome();
};

void TstPendingUpdates::everyBehaviorWithEveryOutcome_data()
{
    QTest::addColumn<QByteArray>("card");
    QTest::addColumn<QByteArray>("behavior");
    QTest::addColumn<int>("answer");
    QTest::addColumn<QString>("status");
    QTest::addColumn<int>("quantity");
    QTest::addColumn<QString>("invoice"); // of the latest
    QTest::addColumn<int>("attempts");
    QTest::addColumn<bool>("waits");
    const auto row = [](const char* card, const char* behavior, int answer, const char* status, int quantity, const char* invoice, int attempts, bool waits) {
        QTest::newRow(qPrintable(QString(card) + ' ' + behavior))
            << QByteArray(card) << QByteArray(behavior) << answer << QString(status) << quantity << QString(invoice) << attempts << waits;
    };
    row("pm_card_visa", "allow_incomplete", 200, "active", 5, "paid", 1, false);
    row("pm_card_visa", "default_incomplete", 200, "past_due", 5, "open", 0, false);
    row("pm_card_visa", "error_if_incomplete", 200, "active", 5, "paid", 1, false);
    row("pm_card_visa", "pending_if_incomplete", 200, "active", 5, "paid", 1, false);
    row("pm_card_chargeCustomerFail", "allow_incomplete", 200, "past_due", 5, "open", 1, false);
    row("pm_card_chargeCustomerFail", "default_incomplete", 200, "past_due", 5, "open", 0, false);
    row("pm_card_chargeCustomerFail", "error_if_incomplete", 402, "active", 1, "paid", 1, false);
    row("pm_card_chargeCustomerFail", "pending_if_incomplete", 200, "active", 1, "open", 1, true);
    row("none", "allow_incomplete", 200, "past_due", 5, "open", 1, false);
    row("none", "default_incomplete", 200, "past_due", 5, "open", 0, false);
    row("none", "error_if_incomplete", 400, "active", 1, "paid", 1, false);
    row("none", "pending_if_incomplete", 200, "active", 1, "open", 0, true);
}

void TstPendingUpdates::everyBehaviorWithEveryOutcome()
{
    QFETCH(QByteArray, card);
    QFETCH(QByteArray, behavior);
    pending_detail::Case a;
    a.payWith(card);
    const auto got = a.grow(behavior);
    QTEST(got.status, "answer");
    const QJsonObject now = a.now();
    QTEST(now["status"].toString(), "status");
    QTEST(static_cast<int>(a.quantity()), "quantity");
    const QJsonObject invoice = a.latest();
    QTEST(invoice["status"].toString(), "invoice");
    QTEST(static_cast<int>(invoice["attempt_count"].toInteger()), "attempts");
    QTEST(now["pending_update"].isObject(), "waits");
    const bool refused = got.status != 200;
    QCOMPARE(a.walk("/v1/invoices").size(), refused ? 1 : 2);
    if (!refused)
        QCOMPARE(invoice["total"].toInteger(), 2666); // four more for 20 of 30 days
    if (invoice["status"] == "open") { // paying ends it well, whatever it was
        QCOMPARE(a.post("/v1/invoices/" + invoice["id"].toString().toLatin1() + "/pay", "payment_method=" + a.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + a.customer).id().toLatin1()).status, 200);
        QCOMPARE(a.now()["status"].toString(), "active");
        QCOMPARE(a.quantity(), 5);
        QVERIFY(a.now()["pending_update"].isNull());
    }
}

void TstPendingUpdates::whatNeedsNoPaymentNeverWaits()
{
    pending_detail::Case a;
    a.payWith("pm_card_chargeCustomerFail");
    for (const char* behavior : {"error_if_incomplete", "pending_if_incomplete"}) {
        const auto less = a.post(a.path, "items[0][id]=" + a.item + "&items[0][quantity]=3&proration_behavior=create_prorations&payment_behavior=" + behavior);
        QCOMPARE(less.status, 200);
        QVERIFY(less.json["pending_update"].isNull());
        QCOMPARE(a.quantity(), 3);
    }
}

void TstPendingUpdates::paidItIsApplied()
{
    pending_detail::Case a;
    a.payWith("pm_card_chargeCustomerFail");
    const auto got = a.grow("pending_if_incomplete");
    const QJsonObject update = got.json["pending_update"].toObject();
    QCOMPARE(update["expires_at"].toInteger(), a.clock.nowSeconds() + 23 * pending_detail::kHour);
    const QJsonObject item = update["subscription_items"].toArray()[0].toObject();
    QCOMPARE(item["id"].toString().toLatin1(), a.item);
    QCOMPARE(item["quantity"].toInteger(), 5);
    QCOMPARE(got.json["status"].toString(), "active"); // it stands in no debt
    const QByteArray method = a.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + a.customer).id().toLatin1();
    QCOMPARE(a.post("/v1/invoices/" + a.latest()["id"].toString().toLatin1() + "/pay").status, 402);
    QCOMPARE(a.quantity(), 1); // another failure changes nothing
    QCOMPARE(a.now()["pending_update"].toObject()["expires_at"], update["expires_at"]);
    a.post("/v1/invoices/" + a.latest()["id"].toString().toLatin1() + "/pay", "payment_method=" + method);
    QCOMPARE(a.quantity(), 5);
    QCOMPARE(a.events("customer.subscription.pending_update_applied"), 1);
    const auto updated = a.get("/v1/events?limit=1&type=customer.subscription.updated").data()[0].toObject()["data"].toObject();
    QVERIFY(updated["previous_attributes"].toObject()["pending_update"].isObject());
    QVERIFY(updated["object"].toObject()["pending_update"].isNull());
    a.clock.advance(24LL * 3600 * 1000);
    QCOMPARE(a.quantity(), 5);
    QCOMPARE(a.events("customer.subscription.pending_update_expired"), 0);
}

void TstPendingUpdates::unpaidItExpires()
{
    pending_detail::Case a;
    a.payWith("pm_card_chargeCustomerFail");
    const QByteArray invoice = a.grow("pending_if_incomplete").json["latest_invoice"].toString().toLatin1();
    a.clock.advance((23LL * 3600 - 1) * 1000);
    QVERIFY(a.now()["pending_update"].isObject());
    a.clock.advance(1000);
    QVERIFY(a.now()["pending_update"].isNull());
    QCOMPARE(a.quantity(), 1);
    QCOMPARE(a.now()["status"].toString(), "active");
    QCOMPARE(a.get("/v1/invoices/" + invoice).json["status"].toString(), "void");
    QCOMPARE(a.events("customer.subscription.pending_update_expired"), 1);
    QCOMPARE(a.events("customer.subscription.pending_update_applied"), 0);
}

void TstPendingUpdates::voidedItIsDiscarded()
{
    pending_detail::Case a;
    a.post(a.path, "items[0][id]=" + a.item + "&items[0][quantity]=2"); // a proration that waits for the next invoice
    a.payWith("pm_card_chargeCustomerFail");
    const QByteArray invoice = a.grow("pending_if_incomplete").json["latest_invoice"].toString().toLatin1();
    QCOMPARE(a.get("/v1/invoices/" + invoice).json["lines"].toObject()["data"].toArray().size(), 4);
    a.post("/v1/invoices/" + invoice + "/void");
    QVERIFY(a.now()["pending_update"].isNull());
    QCOMPARE(a.quantity(), 2);
    a.payWith("pm_card_visa");
    const auto ended = a.del(a.path + "?invoice_now=true"); // it waits again
    QCOMPARE(a.get("/v1/invoices/" + ended.json["latest_invoice"].toString().toLatin1()).json["total"].toInteger(), 666);
}

void TstPendingUpdates::itEndsWithThePeriod()
{
    pending_detail::Case a;
    a.payWith("pm_card_chargeCustomerFail");
    a.clock.advance((19LL * 86400 + 4 * 3600) * 1000); // 20 hours before the period's end
    a.grow("pending_if_incomplete");
    QCOMPARE(a.now()["pending_update"].toObject()["expires_at"].toInteger(), a.clock.nowSeconds() + 20 * 3600);
    a.clock.advance(20LL * 3600 * 1000);
    QVERIFY(a.now()["pending_update"].isNull());
    QCOMPARE(a.quantity(), 1);
    QCOMPARE(a.latest()["billing_reason"].toString(), "subscription_cycle");
    QCOMPARE(a.latest()["total"].toInteger(), 1000);
}

void TstPendingUpdates::aNewerOneTakesItsPlace()
{
    pending_detail::Case a;
    a.payWith("pm_card_chargeCustomerFail");
    const QByteArray first = a.grow("pending_if_incomplete").json["latest_invoice"].toString().toLatin1();
    const auto second = a.post(a.path, "items[0][id]=" + a.item + "&items[0][quantity]=9&proration_behavior=always_invoice&payment_behavior=pending_if_incomplete");
    QCOMPARE(a.get("/v1/invoices/" + first).json["status"].toString(), "void");
    QCOMPARE(second.json["pending_update"].toObject()["subscription_items"].toArray()[0].toObject()["quantity"].toInteger(), 9);
    QCOMPARE(a.walk("/v1/invoices", "status=open").size(), 1);
    a.del(a.path); // and an end leaves nothing that could be paid
    QCOMPARE(a.walk("/v1/invoices", "status=open").size(), 0);
}

void TstPendingUpdates::onlySomeParametersCanWait()
{
    pending_detail::Case a;
    const auto got = a.grow("pending_if_incomplete", "&metadata[a]=b");
    QCOMPARE(got.status, 400);
    QVERIFY(got.message().startsWith("When `payment_behavior` is set to `pending_if_incomplete`, you can only pass supported params. `metadata` is not supported."));
    QVERIFY(a.post("/v1/subscription_items/" + a.item, "quantity=5&metadata[a]=b&payment_behavior=pending_if_incomplete").message().contains("`metadata` is not supported"));
    QCOMPARE(a.quantity(), 1);
}

void TstPendingUpdates::aRefusedUpdateLeavesNothing()
{
    pending_detail::Case a;
    a.payWith("pm_card_chargeCustomerFail");
    const QByteArray coupon = a.post("/v1/coupons", "percent_off=10&duration=forever").id().toLatin1();
    const QJsonObject before = a.now();
    const auto events = a.engine.counts().events;
    const auto got = a.grow("error_if_incomplete", "&metadata[a]=b&items[0][metadata][c]=d&discounts[0][coupon]=" + coupon);
    QCOMPARE(got.status, 402);
    QCOMPARE(got.code(), "card_declined");
    QCOMPARE(a.now(), before);
    QCOMPARE(a.engine.counts().events, events);
    QCOMPARE(a.get("/v1/coupons/" + coupon).json["times_redeemed"].toInteger(), 0);
}

void TstPendingUpdates::anItemThatIsToCome()
{
    pending_detail::Case a;
    a.payWith("pm_card_chargeCustomerFail");
    const QByteArray other = a.makePrice("9000");
    const auto item = a.post("/v1/subscription_items", "subscription=" + a.path.mid(18) + "&price=" + other + "&proration_behavior=always_invoice&payment_behavior=pending_if_incomplete");
    QCOMPARE(item.status, 200);
    QCOMPARE(item.json["price"].toObject()["id"].toString().toLatin1(), other);
    QCOMPARE(a.get("/v1/subscription_items/" + item.id().toLatin1()).status, 404);
    QCOMPARE(a.walk("/v1/subscription_items", "subscription=" + a.path.mid(18)).size(), 1);
    a.post("/v1/invoices/" + a.latest()["id"].toString().toLatin1() + "/pay", "paid_out_of_band=true");
    QCOMPARE(a.get("/v1/subscription_items/" + item.id().toLatin1()).status, 200);
}

CH_TEST(TstPendingUpdates)
#include "tst_PendingUpdates.moc"
