// SPDX-License-Identifier: GPL-3.0-or-later
// Events that tell of one change beside another: an invoice on its way to paid, its payment, the plan of a price.
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;

class TstEvents : public QObject {
    Q_OBJECT

    static QList<QJsonObject> events(Account& a, const QByteArray& type)
    {
        QList<QJsonObject> found = a.walk("/v1/events", "type=" + type);
        std::reverse(found.begin(), found.end());
        return found;
    }
    static QJsonObject object(const QJsonObject& event) { return event["data"].toObject()["object"].toObject(); }
    static QJsonObject before(const QJsonObject& event) { return event["data"].toObject()["previous_attributes"].toObject(); }

private Q_SLOTS:
    void aSubscriptionsInvoiceIsUpdatedOnItsWayToPaid();
    void aFailedAttemptUpdatesTheInvoice();
    void aPaymentIsPaidOnlyByMoney();
    void aPlanGoesAlongWithItsPrice();
};

void TstEvents::aSubscriptionsInvoiceIsUpdatedOnItsWayToPaid()
{
    Account a(Account::empty());
    const QByteArray invoice = a.subscribe(a.makePayer(), a.makePrice("1500")).json["latest_invoice"].toString().toLatin1();
    const auto updates = events(a, "invoice.updated");
    QCOMPARE(updates.size(), 2);
    QCOMPARE(before(updates[0])["status"].toString(), "draft");
    QCOMPARE(object(updates[0])["status"].toString(), "open");
    QCOMPARE(before(updates[1])["status"].toString(), "open");
    QCOMPARE(before(updates[1])["amount_remaining"].toInteger(), 1500);
    QCOMPARE(object(updates[1])["amount_paid"].toInteger(), 1500);
    QVERIFY(!updates[1]["request"].toObject()["id"].isNull());
    const auto paid = events(a, "invoice_payment.paid");
    QCOMPARE(paid.size(), 1);
    QCOMPARE(object(paid[0])["invoice"].toString(), QString::fromLatin1(invoice));
    QCOMPARE(object(paid[0]), a.get("/v1/invoice_payments?invoice=" + invoice).data().at(0).toObject());
    QCOMPARE(object(paid[0])["amount_paid"].toInteger(), 1500);
}

void TstEvents::aFailedAttemptUpdatesTheInvoice()
{
    Account a(Account::empty());
    a.subscribe(a.makePayer("pm_card_chargeCustomerFail"), a.makePrice("1500"));
    const auto updates = events(a, "invoice.updated");
    QCOMPARE(updates.size(), 2);
    QCOMPARE(before(updates[1])["attempt_count"].toInt(-1), 0);
    QCOMPARE(object(updates[1])["attempt_count"].toInt(), 1);
    QVERIFY(events(a, "invoice_payment.paid").isEmpty());
}

void TstEvents::aPaymentIsPaidOnlyByMoney()
{
    Account a(Account::empty());
    a.subscribe(a.makePayer(), a.makePrice("0"));
    const auto open = a.subscribe(a.makePayer(), a.makePrice("1500"), "&payment_behavior=default_incomplete");
    a.post("/v1/invoices/" + open.json["latest_invoice"].toString().toLatin1() + "/pay", "paid_out_of_band=true");
    QCOMPARE(events(a, "invoice.paid").size(), 2);
    QVERIFY(events(a, "invoice_payment.*").isEmpty());
}

void TstEvents::aPlanGoesAlongWithItsPrice()
{
    Account a(Account::empty());
    const QByteArray price = a.makePrice("1500");
    a.post("/v1/prices", "currency=usd&unit_amount=500&product_data[name]=Once"); // has no plan
    const auto made = events(a, "plan.created");
    QCOMPARE(made.size(), 1);
    QCOMPARE(object(made[0])["object"].toString(), "plan");
    QCOMPARE(object(made[0])["id"].toString(), QString::fromLatin1(price));
    QCOMPARE(object(made[0])["amount"].toInteger(), 1500);
    a.post("/v1/prices/" + price, "lookup_key=best"); // which a plan does not show
    QCOMPARE(events(a, "price.updated").size(), 1);
    QVERIFY(events(a, "plan.updated").isEmpty());
    a.post("/v1/prices/" + price, "nickname=Best");
    const auto changed = events(a, "plan.updated");
    QCOMPARE(changed.size(), 1);
    QVERIFY(before(changed[0])["nickname"].isNull());
    QCOMPARE(object(changed[0])["nickname"].toString(), "Best");
}

CH_TEST(TstEvents)
#include "tst_Events.moc"
