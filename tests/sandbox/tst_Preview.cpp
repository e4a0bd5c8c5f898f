// SPDX-License-Identifier: GPL-3.0-or-later
// Previews: what they show is what is then charged, and asking changes nothing.
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QRandomGenerator>
#include <QtTest>

using ch::test::Account;

class TstPreview : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theNextInvoice();
    void askingChangesNothing();
    void whatAChangeCostsAtOnce();
    void randomChangesCostWhatThePreviewSaid();
    void aSubscriptionThatIsStillToBeMade();
    void itemsAndDiscounts();
    void whereNothingIsToCome();
    void cancelingNow();

private:
    struct Sum {
        qint64 total = 0, due = 0;
        QStringList lines;
        bool operator==(const Sum& other) const { return total == other.total && due == other.due && lines == other.lines; }
    };
    static Sum sum(const QJsonObject& invoice)
    {
        Sum out{invoice["total"].toInteger(), invoice["amount_due"].toInteger(), {}};
        for (const QJsonValue& value : invoice["lines"].toObject()["data"].toArray()) {
            const QJsonObject line = value.toObject();
            out.lines.append(QString("%1 x%2 %3 [%4]").arg(line["amount"].toInteger()).arg(line["quantity"].toInteger()).arg(line["description"].toString())
                                 .arg(line["period"].toObject()["end"].toInteger()));
        }
        return out;
    }
    static QByteArray item(const QJsonObject& subscription, int i = 0)
    {
        return subscription["items"].toObject()["data"].toArray()[i].toObject()["id"].toString().toLatin1();
    }
};

void TstPreview::theNextInvoice()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const auto subscription = a.subscribe(customer, a.makePrice("2500"));
    a.post("/v1/customers/" + customer, "balance=-300");
    a.post("/v1/invoiceitems", "customer=" + customer + "&amount=70&currency=usd");
    for (const QByteArray& of : {"subscription=" + subscription.id().toLatin1(), "customer=" + customer}) {
        const auto got = a.post("/v1/invoices/create_preview", of);
        QCOMPARE(got.status, 200);
        QVERIFY(got.id().startsWith("upcoming_in_"));
        QCOMPARE(got.json["billing_reason"].toString(), "upcoming");
        QCOMPARE(got.json["status"].toString(), "draft");
        QCOMPARE(got.json["total"].toInteger(), 2570);
        QCOMPARE(got.json["amount_due"].toInteger(), 2270);
        QCOMPARE(got.json["created"].toInteger(), a.clock.nowSeconds() + 30 * 86400);
        QVERIFY(got.json["lines"].toObject()["data"].toArray()[0].toObject()["id"].toString().startsWith("il_tmp_"));
        QVERIFY(got.json["number"].isNull() && got.json["hosted_invoice_url"].isNull());
        QCOMPARE(a.get("/v1/invoices/" + got.id().toLatin1()).status, 404);
    }
    QCOMPARE(a.post("/v1/invoices/create_preview", "preview_mode=recurring&subscription=" + subscription.id().toLatin1()).json["total"].toInteger(), 2500);
}

void TstPreview::askingChangesNothing()
{
    Account a;
    const auto subscriptions = a.walk("/v1/subscriptions", "status=active");
    const QByteArray before = a.engine.dump();
    int asked = 0;
    for (const QJsonObject& subscription : subscriptions) {
        const QByteArray id = subscription["id"].toString().toLatin1();
        const auto got = a.post("/v1/invoices/create_preview", "subscription=" + id + "&subscription_details[items][0][id]=" + item(subscription)
                                    + "&subscription_details[items][0][quantity]=7&subscription_details[proration_behavior]=always_invoice"
                                      "&invoice_items[0][amount]=5&invoice_items[0][currency]=" + subscription["currency"].toString().toLatin1());
        asked += got.status == 200;
    }
    QVERIFY(asked > 20);
    QVERIFY(a.engine.dump() == before);
}

void TstPreview::whatAChangeCostsAtOnce()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const auto subscription = a.subscribe(customer, a.makePrice("3000"));
    a.clock.advance(qint64(10) * 86400 * 1000);
    const auto now = a.post("/v1/invoices/create_preview", "subscription=" + subscription.id().toLatin1() + "&subscription_details[items][0][id]=" + item(subscription.json)
                                + "&subscription_details[items][0][quantity]=2&subscription_details[proration_behavior]=always_invoice");
    QCOMPARE(now.json["total"].toInteger(), 2000);
    const auto then = a.post("/v1/invoices/create_preview", "subscription=" + subscription.id().toLatin1() + "&subscription_details[items][0][id]=" + item(subscription.json)
                                 + "&subscription_details[items][0][quantity]=2");
    QCOMPARE(then.json["total"].toInteger(), 8000); // with the renewal
    const auto bad = a.post("/v1/invoices/create_preview", "subscription=" + subscription.id().toLatin1() + "&subscription_details[items][0][price]=price_no");
    QCOMPARE(bad.status, 400);
    QCOMPARE(bad.param(), "subscription_details[items][0][price]");
}

void TstPreview::randomChangesCostWhatThePreviewSaid()
{
    QRandomGenerator dice(20261121);
    const auto below = [&dice](int n) { return static_cast<int>(dice.bounded(n)); };
    for (int round = 0; round < 60; ++round) {
        Account a(Account::empty());
        const QByteArray customer = a.makePayer();
        QList<QByteArray> prices;
        for (int i = 0; i < 4; ++i)
            prices.append(a.makePrice(QByteArray::number(100 + below(9000)), i == 3 ? "&recurring[interval_count]=2" : ""));
        QByteArray more = "&items[0][quantity]=" + QByteArray::number(1 + below(5));
        if (below(2))
            more += "&items[1][price]=" + prices[1];
        if (below(3) == 0)
            more += "&discounts[0][coupon]=" + a.post("/v1/coupons", "percent_off=15&duration=forever").id().toLatin1();
        if (below(5) == 0)
            more += "&trial_period_days=20";
        const auto subscription = a.subscribe(customer, prices[0], more);
        QCOMPARE(subscription.status, 200);
        if (below(3) == 0)
            a.post("/v1/customers/" + customer, "balance=" + QByteArray::number(below(8000) - 4000));
        if (below(3) == 0)
            a.post("/v1/invoiceitems", "customer=" + customer + "&currency=usd&amount=" + QByteArray::number(below(900) - 300));
        a.clock.advance(qint64(1 + below(27)) * 86400 * 1000 + below(80000) * 1000);
        QByteArrayList change{"items[0][id]=" + item(subscription.json)};
        switch (below(4)) {
        case 0: change.append("items[0][quantity]=" + QByteArray::number(1 + below(9))); break;
        case 1: change.append("items[0][price]=" + prices[2]); break;
        case 2: change.append("items[0][price]=" + prices[3]); break; // another interval: a period of its own, from now
        case 3: change = {"items[0][price]=" + prices[2], "items[0][quantity]=2"}; break;
        }
        const QByteArray behavior = QByteArrayList{"always_invoice", "create_prorations", "none"}[below(3)];
        change.append("proration_behavior=" + behavior);
        change.append("proration_date=" + QByteArray::number(a.clock.nowSeconds()));
        QByteArray preview = "subscription=" + subscription.id().toLatin1();
        for (const QByteArray& param : change)
            preview += "&subscription_details[" + param.left(param.indexOf(param.contains('[') && param.indexOf('[') < param.indexOf('=') ? '[' : '=')) + ']'
                + param.mid(param.indexOf(param.contains('[') && param.indexOf('[') < param.indexOf('=') ? '[' : '='));
        const QJsonValue latest = a.get("/v1/subscriptions/" + subscription.id().toLatin1()).json["latest_invoice"];
        const auto said = a.post("/v1/invoices/create_preview", preview);
        QCOMPARE(said.status, 200);
        const auto changed = a.post("/v1/subscriptions/" + subscription.id().toLatin1(), change.join('&'));
        QCOMPARE(changed.status, 200);
        if (changed.json["latest_invoice"] == latest) // billed with the next renewal
            a.clock.advance((said.json["created"].toInteger() - a.clock.nowSeconds()) * 1000 + 60000);
        const QByteArray id = a.get("/v1/subscriptions/" + subscription.id().toLatin1()).json["latest_invoice"].toString().toLatin1();
        const auto is = a.get("/v1/invoices/" + id);
        QVERIFY2(sum(is.json) == sum(said.json), qPrintable(QString("round %1 %2: %3 %4 | %5 | %6").arg(round).arg(QString::fromLatin1(change.join('&')))
            .arg(is.json["total"].toInteger()).arg(said.json["total"].toInteger()).arg(sum(is.json).lines.join("; "), sum(said.json).lines.join("; "))));
    }
}

void TstPreview::aSubscriptionThatIsStillToBeMade()
{
    Account a(Account::empty());
    const QByteArray customer = a.makeCustomer(), price = a.makePrice("1500"), coupon = a.post("/v1/coupons", "amount_off=400&currency=usd&duration=once").id().toLatin1();
    const auto said = a.post("/v1/invoices/create_preview", "customer=" + customer + "&subscription_details[items][0][price]=" + price
                                 + "&subscription_details[items][0][quantity]=2&discounts[0][coupon]=" + coupon);
    QCOMPARE(said.json["amount_due"].toInteger(), 2600);
    QCOMPARE(a.get("/v1/subscriptions").data().size(), 0);
    QCOMPARE(a.get("/v1/coupons/" + coupon).json["times_redeemed"].toInt(), 0);
    QCOMPARE(a.get("/v1/events?type=customer.subscription.*").data().size(), 0);
    const auto made = a.subscribe(customer, price, "&items[0][quantity]=2&payment_behavior=default_incomplete&discounts[0][coupon]=" + coupon + "&expand[]=latest_invoice");
    QVERIFY(sum(made.json["latest_invoice"].toObject()) == sum(said.json));
}

void TstPreview::itemsAndDiscounts()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const QByteArray id = a.subscribe(customer, a.makePrice("1000")).id().toLatin1();
    const auto price = a.post("/v1/prices", "currency=usd&unit_amount=250&product_data[name]=Once");
    const auto got = a.post("/v1/invoices/create_preview", "subscription=" + id + "&invoice_items[0][price]=" + price.id().toLatin1()
                                + "&invoice_items[0][quantity]=2&invoice_items[1][unit_amount]=10&invoice_items[1][quantity]=3");
    QCOMPARE(got.json["total"].toInteger(), 1530);
    const auto held = a.post("/v1/invoiceitems", "customer=" + customer + "&amount=70&currency=usd");
    const auto other = a.post("/v1/invoices/create_preview", "customer=" + customer + "&invoice_items[0][invoiceitem]=" + held.id().toLatin1() + "&invoice_items[0][amount]=90");
    QCOMPARE(other.json["total"].toInteger(), 1090);
    QCOMPARE(a.get("/v1/invoiceitems/" + held.id().toLatin1()).json["amount"].toInteger(), 70);
}

void TstPreview::whereNothingIsToCome()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    QCOMPARE(a.post("/v1/invoices/create_preview").param(), "customer");
    const auto none = a.post("/v1/invoices/create_preview", "customer=" + customer);
    QCOMPARE(none.status, 404);
    QCOMPARE(none.code(), "invoice_upcoming_none");
    const QByteArray id = a.subscribe(customer, a.makePrice()).id().toLatin1();
    a.post("/v1/subscriptions/" + id, "cancel_at_period_end=true");
    QCOMPARE(a.post("/v1/invoices/create_preview", "subscription=" + id).code(), "invoice_upcoming_none");
    QCOMPARE(a.get("/v1/subscriptions/" + id).json["status"].toString(), "active");
    QCOMPARE(a.post("/v1/invoices/create_preview", "subscription=" + id + "&schedule=x").code(), "sandbox_unsupported");
    a.post("/v1/invoiceitems", "customer=" + customer + "&amount=30&currency=usd");
    QCOMPARE(a.post("/v1/invoices/create_preview", "customer=" + customer).json["total"].toInteger(), 30);
}

void TstPreview::cancelingNow()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const QByteArray id = a.subscribe(customer, a.makePrice("3000")).id().toLatin1();
    a.clock.advance(qint64(15) * 86400 * 1000);
    const auto said = a.post("/v1/invoices/create_preview", "subscription=" + id + "&subscription_details[cancel_now]=true");
    QCOMPARE(said.json["total"].toInteger(), -1500);
    const auto done = a.del("/v1/subscriptions/" + id + "?prorate=true&invoice_now=true");
    QCOMPARE(a.get("/v1/invoices/" + done.json["latest_invoice"].toString().toLatin1()).json["total"].toInteger(), -1500);
}

CH_TEST(TstPreview)

#include "tst_Preview.moc"
