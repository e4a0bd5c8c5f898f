// SPDX-License-Identifier: GPL-3.0-or-later
// Invoice items: made by hand or by prorations, waiting for the next invoice or on a draft, and each on exactly one invoice.
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;

namespace {

constexpr qint64 kMonth = 31 * 86400;

QList<QJsonObject> linesOf(Account& a, const QByteArray& invoice)
{
    return a.walk("/v1/invoices/" + invoice + "/lines");
}

QByteArray text(const QJsonValue& value) { return value.toString().toLatin1(); }

} // namespace

class TstInvoiceItems : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anItemWaitsForTheNextInvoiceAndIsOnItOnce();
    void anItemOfOneSubscriptionStaysOffTheOthersInvoices();
    void prorationsAreItemsUntilTheyAreLines();
    void whatAnItemCosts_data();
    void whatAnItemCosts();
    void wrongItemsAreRefused();
    void itemsOfADraftChangeItsAmounts();
    void discountsOfAnItem();
    void deletingAndTheListsFilters();
    void aFirstInvoiceTakesWhatWaits();
    void cancelingForgetsProrationsOnly();
};

void TstInvoiceItems::anItemWaitsForTheNextInvoiceAndIsOnItOnce()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const auto subscription = a.subscribe(customer, a.makePrice());
    const auto item = a.post("/v1/invoiceitems", "customer=" + customer + "&amount=750&currency=usd&description=Setup&metadata[k]=v");
    QCOMPARE(item.status, 200);
    QCOMPARE(item.json["object"].toString(), "invoiceitem");
    QVERIFY(item.json["invoice"].isNull() && item.json["parent"].isNull());
    QCOMPARE(item.json["quantity"].toInt(), 1);
    QCOMPARE(a.get("/v1/events?type=invoiceitem.created").data()[0].toObject()["data"].toObject()["object"].toObject()["id"].toString(), item.id());
    a.clock.advance(kMonth * 1000 + 7200000);
    int seen = 0;
    for (int months = 0; months < 3; ++months, a.clock.advance(kMonth * 1000)) {
        for (const QJsonObject& invoice : a.walk("/v1/invoices", "subscription=" + subscription.id().toLatin1())) {
            for (const QJsonObject& line : linesOf(a, text(invoice["id"]))) {
                const QJsonObject by = line["parent"].toObject()["invoice_item_details"].toObject();
                if (by.isEmpty() || months < 2)
                    continue;
                ++seen;
                QCOMPARE(by["invoice_item"].toString(), item.id());
                QCOMPARE(line["amount"].toInteger(), 750);
                QCOMPARE(line["description"].toString(), "Setup");
                QCOMPARE(line["metadata"].toObject()["k"].toString(), "v");
                QCOMPARE(invoice["total"].toInteger(), 1750);
                QCOMPARE(invoice["status"].toString(), "paid");
                QCOMPARE(text(a.get("/v1/invoiceitems/" + item.id().toLatin1()).json["invoice"]), text(invoice["id"]));
            }
        }
    }
    QCOMPARE(seen, 1);
    QCOMPARE(a.post("/v1/invoiceitems/" + item.id().toLatin1(), "amount=1").code(), "invoice_not_editable");
    QCOMPARE(a.del("/v1/invoiceitems/" + item.id().toLatin1()).status, 400);
}

void TstInvoiceItems::anItemOfOneSubscriptionStaysOffTheOthersInvoices()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const auto first = a.subscribe(customer, a.makePrice("1000")), second = a.subscribe(customer, a.makePrice("2000"));
    const auto item = a.post("/v1/invoiceitems", "customer=" + customer + "&amount=300&currency=usd&subscription=" + second.id().toLatin1());
    QCOMPARE(item.json["parent"].toObject()["subscription_details"].toObject()["subscription"].toString(), second.id());
    a.clock.advance(kMonth * 1000);
    QCOMPARE(a.get("/v1/invoices?subscription=" + first.id().toLatin1()).data()[0].toObject()["total"].toInteger(), 1000);
    QCOMPARE(a.get("/v1/invoices?subscription=" + second.id().toLatin1()).data()[0].toObject()["total"].toInteger(), 2300);
}

void TstInvoiceItems::prorationsAreItemsUntilTheyAreLines()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const auto subscription = a.subscribe(customer, a.makePrice("3000"));
    a.clock.advance(qint64(10) * 86400 * 1000);
    const QByteArray item = text(subscription.json["items"].toObject()["data"].toArray()[0].toObject()["id"]);
    a.post("/v1/subscriptions/" + subscription.id().toLatin1(), "items[0][id]=" + item + "&items[0][quantity]=2");
    const auto pending = a.get("/v1/invoiceitems?pending=true&customer=" + customer);
    QCOMPARE(pending.data().size(), 2);
    QStringList ids;
    qint64 sum = 0;
    for (const QJsonValue& value : pending.data()) {
        const QJsonObject row = value.toObject();
        QVERIFY(row["proration"].toBool() && !row["discountable"].toBool());
        QCOMPARE(text(row["parent"].toObject()["subscription_details"].toObject()["subscription_item"]), item);
        ids.append(row["id"].toString());
        sum += row["amount"].toInteger();
        QCOMPARE(row["proration_details"].toObject()["credited_items"].isNull(), row["amount"].toInteger() > 0);
    }
    QCOMPARE(sum, 2000); // 20 of 30 days of 3000
    QCOMPARE(a.post("/v1/invoiceitems/" + ids[0].toLatin1(), "amount=5").status, 400);
    a.clock.advance(qint64(21) * 86400 * 1000);
    QCOMPARE(a.get("/v1/invoiceitems?pending=true&customer=" + customer).data().size(), 0);
    QStringList onLines;
    const auto invoice = a.get("/v1/invoices?subscription=" + subscription.id().toLatin1()).data()[0].toObject();
    for (const QJsonObject& line : linesOf(a, text(invoice["id"]))) {
        const QJsonObject parent = line["parent"].toObject()["subscription_item_details"].toObject();
        if (parent["proration"].toBool())
            onLines.append(parent["invoice_item"].toString());
    }
    QCOMPARE(onLines, ids); // newest first in both
    QCOMPARE(invoice["total"].toInteger(), 8000);
}

void TstInvoiceItems::whatAnItemCosts_data()
{
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<qint64>("amount");
    QTest::addColumn<int>("quantity");
    QTest::newRow("amount") << QByteArray("amount=1099&currency=usd") << qint64(1099) << 1;
    QTest::newRow("credit") << QByteArray("amount=-500&currency=usd") << qint64(-500) << 1;
    QTest::newRow("unit and quantity") << QByteArray("unit_amount_decimal=10.5&quantity=3&currency=usd") << qint64(32) << 3;
    QTest::newRow("price") << QByteArray("pricing[price]=PRICE&quantity=4") << qint64(1000) << 4;
    QTest::newRow("price made here") << QByteArray("price_data[currency]=usd&price_data[product]=PRODUCT&price_data[unit_amount]=70&quantity=2") << qint64(140) << 2;
}

void TstInvoiceItems::whatAnItemCosts()
{
    QFETCH(QByteArray, params);
    Account a(Account::empty());
    const auto price = a.post("/v1/prices", "currency=usd&unit_amount=250&product_data[name]=Once");
    params.replace("PRICE", price.id().toLatin1()).replace("PRODUCT", text(price.json["product"]));
    const QByteArray customer = a.makeCustomer();
    const auto item = a.post("/v1/invoiceitems", "customer=" + customer + '&' + params);
    QCOMPARE(item.status, 200);
    QTEST(item.json["amount"].toInteger(), "amount");
    QTEST(item.json["quantity"].toInt(), "quantity");
    QCOMPARE(item.json["discountable"].toBool(), item.json["amount"].toInteger() > 0);
}

void TstInvoiceItems::wrongItemsAreRefused()
{
    Account a(Account::empty());
    const QByteArray customer = a.makeCustomer(), to = "customer=" + customer + '&';
    QCOMPARE(a.post("/v1/invoiceitems", "amount=5").param(), "customer");
    QCOMPARE(a.post("/v1/invoiceitems", to + "currency=usd").code(), "parameter_missing");
    QCOMPARE(a.post("/v1/invoiceitems", to + "amount=5&unit_amount_decimal=5").code(), "parameters_exclusive");
    QCOMPARE(a.post("/v1/invoiceitems", to + "amount=5&quantity=2").code(), "parameters_exclusive");
    QCOMPARE(a.post("/v1/invoiceitems", to + "pricing[price]=" + a.makePrice()).status, 400); // recurring
    QCOMPARE(a.post("/v1/invoiceitems", to + "price=price_1").code(), "parameter_unknown");     // as it was called before
    QCOMPARE(a.post("/v1/invoiceitems", to + "amount=5&period[start]=10&period[end]=9").param(), "period[end]");
    QCOMPARE(a.post("/v1/invoiceitems", to + "amount=5&invoice=in_1").code(), "resource_missing");
    QCOMPARE(a.get("/v1/invoiceitems").data().size(), 0);
}

void TstInvoiceItems::itemsOfADraftChangeItsAmounts()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const auto subscription = a.subscribe(customer, a.makePrice());
    a.clock.advance(qint64(30) * 86400 * 1000 + 60000); // the draft of the renewal
    const auto draft = a.get("/v1/invoices?limit=1").data()[0].toObject();
    const QByteArray id = text(draft["id"]);
    QCOMPARE(draft["status"].toString(), "draft");
    const auto item = a.post("/v1/invoiceitems", "customer=" + customer + "&amount=250&currency=usd&invoice=" + id);
    QCOMPARE(text(item.json["invoice"]), id);
    QCOMPARE(a.get("/v1/invoices/" + id).json["total"].toInteger(), 1250);
    const QByteArray line = text(linesOf(a, id)[1]["id"]);
    a.post("/v1/invoiceitems/" + item.id().toLatin1(), "amount=300&description=Later");
    QCOMPARE(a.get("/v1/invoices/" + id).json["amount_due"].toInteger(), 1300);
    QCOMPARE(text(linesOf(a, id)[1]["id"]), line); // it is still the same line
    QCOMPARE(linesOf(a, id)[1]["description"].toString(), "Later");
    const auto updated = a.get("/v1/events?type=invoice.updated").data();
    QCOMPARE(updated.size(), 2);
    const QJsonObject data = updated[0].toObject()["data"].toObject();
    QCOMPARE(data["object"].toObject()["total"].toInteger(), 1300);
    QCOMPARE(data["previous_attributes"].toObject()["total"].toInteger(), 1250);
    const QJsonObject first = updated[1].toObject()["data"].toObject()["object"].toObject(); // as it was then, not as it is now
    QCOMPARE(first["lines"].toObject()["data"].toArray()[1].toObject()["amount"].toInteger(), 250);
    a.del("/v1/invoiceitems/" + item.id().toLatin1());
    QCOMPARE(a.get("/v1/invoices/" + id).json["total"].toInteger(), 1000);
    QCOMPARE(linesOf(a, id).size(), 1);
    a.clock.advance(3600000);
    QCOMPARE(a.get("/v1/invoices/" + id).json["amount_paid"].toInteger(), 1000);
}

void TstInvoiceItems::discountsOfAnItem()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), coupon = a.post("/v1/coupons", "percent_off=25&duration=once").id().toLatin1();
    const auto item = a.post("/v1/invoiceitems", "customer=" + customer + "&amount=1001&currency=usd&discounts[0][coupon]=" + coupon + "&expand[]=discounts");
    const QJsonObject discount = item.json["discounts"].toArray()[0].toObject();
    QCOMPARE(discount["invoice_item"].toString(), item.id());
    const auto got = a.subscribe(customer, a.makePrice("500"), "&expand[]=latest_invoice");
    const QJsonObject invoice = got.json["latest_invoice"].toObject();
    QCOMPARE(invoice["total"].toInteger(), 500 + 1001 - 250);
    QCOMPARE(invoice["subtotal"].toInteger(), 500 + 1001 - 250);
    QCOMPARE(invoice["total_discount_amounts"].toArray()[0].toObject()["amount"].toInteger(), 250);
    QCOMPARE(invoice["lines"].toObject()["data"].toArray()[0].toObject()["discounts"].toArray()[0].toString(), discount["id"].toString());
}

void TstInvoiceItems::deletingAndTheListsFilters()
{
    Account a(Account::empty());
    const QByteArray customer = a.makeCustomer(), other = a.makeCustomer();
    QList<QByteArray> ids;
    for (int i = 1; i <= 5; ++i, a.clock.advance(1000))
        ids.append(a.post("/v1/invoiceitems", "customer=" + (i == 3 ? other : customer) + "&currency=usd&amount=" + QByteArray::number(i)).id().toLatin1());
    const QJsonObject gone = a.del("/v1/invoiceitems/" + ids[4]).json;
    QCOMPARE(gone["deleted"].toBool(), true);
    QCOMPARE(a.get("/v1/invoiceitems/" + ids[4]).status, 404);
    QCOMPARE(a.get("/v1/events?type=invoiceitem.deleted").data().size(), 1);
    QStringList amounts;
    for (const QJsonObject& row : a.walk("/v1/invoiceitems", "customer=" + customer, 1))
        amounts.append(QString::number(row["amount"].toInt()));
    QCOMPARE(amounts, QStringList({"4", "2", "1"}));
    QCOMPARE(a.walk("/v1/invoiceitems").size(), 4);
    QCOMPARE(a.walk("/v1/invoiceitems", "pending=false").size(), 0);
    QCOMPARE(a.get("/v1/invoiceitems?customer=cus_x").status, 400);
}

void TstInvoiceItems::aFirstInvoiceTakesWhatWaits()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    a.post("/v1/invoiceitems", "customer=" + customer + "&amount=400&currency=usd");
    a.post("/v1/invoiceitems", "customer=" + customer + "&amount=999&currency=eur");
    const auto got = a.subscribe(customer, a.makePrice("1000"), "&expand[]=latest_invoice");
    QCOMPARE(got.json["latest_invoice"].toObject()["amount_paid"].toInteger(), 1400);
    QCOMPARE(a.get("/v1/invoiceitems?pending=true").data()[0].toObject()["currency"].toString(), "eur");
}

void TstInvoiceItems::cancelingForgetsProrationsOnly()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer();
    const auto subscription = a.subscribe(customer, a.makePrice("3000"));
    const QByteArray id = subscription.id().toLatin1();
    a.clock.advance(qint64(10) * 86400 * 1000);
    a.post("/v1/subscriptions/" + id, "items[0][quantity]=2&items[0][id]=" + text(subscription.json["items"].toObject()["data"].toArray()[0].toObject()["id"]));
    const auto made = a.post("/v1/invoiceitems", "customer=" + customer + "&amount=10&currency=usd&subscription=" + id);
    QCOMPARE(a.get("/v1/invoiceitems?pending=true").data().size(), 3);
    a.del("/v1/subscriptions/" + id);
    const auto left = a.get("/v1/invoiceitems?pending=true").data();
    QCOMPARE(left.size(), 1);
    QCOMPARE(left[0].toObject()["id"].toString(), made.id());
    QCOMPARE(a.get("/v1/events?type=invoiceitem.deleted").data().size(), 2);
}

CH_TEST(TstInvoiceItems)

#include "tst_InvoiceItems.moc"
