// SPDX-License-Identifier: GPL-3.0-or-later
// The life of a subscription by requests: create, pay, change, pause, cancel; and what it leaves in invoices and events.
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;

class TstSubscriptions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aGoodCardMakesItActive();
    void withoutAMethodItIsRefused();
    void defaultIncompleteWaitsForPayment();
    void aFailingCard();
    void whatNeedsNoMethod();
    void inlinePricesNeedAProduct();
    void pricesThatDoNotFit();
    void cancelTwiceIs404();
    void cancelWithCreditNow();
    void cancelAtPeriodEndAndBack();
    void aCanceledOneHardlyChanges();
    void pauseAndMetadata();
    void quantityAndPriceChangesProrate();
    void intervalChangeStartsAPeriodNow();
    void itemsComeAndGo();
    void discountsAreTakenOff();
    void customerDiscountAndItsEnd();
    void tieredPackagedAndFractionalAmounts_data();
    void tieredPackagedAndFractionalAmounts();
    void deletingACustomerCancels();
    void testClocksAreHidden();
    void filtersOfTheList();
    void eventsTellWhatChanged();
    void eventsEndAfterThirtyDays();
    void nestedListsAreCutAtTen();
};

void TstSubscriptions::aGoodCardMakesItActive()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), price = a.makePrice();
    const auto got = a.subscribe(customer, price, "&items[0][quantity]=3&metadata[business_id]=b1&expand[]=latest_invoice.payments&expand[]=customer");
    QCOMPARE(got.status, 200);
    QCOMPARE(got.json["status"].toString(), "active");
    QCOMPARE(got.json["metadata"].toObject()["business_id"].toString(), "b1");
    QCOMPARE(got.json["customer"].toObject()["id"].toString().toLatin1(), customer);
    const QJsonObject invoice = got.json["latest_invoice"].toObject();
    QCOMPARE(invoice["status"].toString(), "paid");
    QCOMPARE(invoice["amount_paid"].toInteger(), 3000);
    QCOMPARE(invoice["billing_reason"].toString(), "subscription_create");
    QCOMPARE(invoice["payments"].toObject()["data"].toArray()[0].toObject()["status"].toString(), "paid");
    const QJsonObject item = got.json["items"].toObject()["data"].toArray()[0].toObject();
    QCOMPARE(item["current_period_start"].toInteger(), a.clock.nowSeconds());
    QCOMPARE(item["current_period_end"].toInteger(), a.clock.nowSeconds() + 30 * 86400); // November
    QVERIFY(!got.json.contains("current_period_end"));
    QCOMPARE(a.get("/v1/subscription_items/" + item["id"].toString().toLatin1()).json["quantity"].toInteger(), 3);
}

void TstSubscriptions::withoutAMethodItIsRefused()
{
    Account a(Account::empty());
    const auto got = a.subscribe(a.makeCustomer(), a.makePrice());
    QCOMPARE(got.status, 400);
    QVERIFY(got.message().startsWith("This customer has no attached payment source or default payment method. Please consider adding a default payment method"));
    QCOMPARE(a.engine.counts().subscriptions, 0);
    QCOMPARE(a.engine.counts().invoices, 0);
}

void TstSubscriptions::defaultIncompleteWaitsForPayment()
{
    Account a(Account::empty());
    const QByteArray customer = a.makeCustomer();
    const auto got = a.subscribe(customer, a.makePrice("500"), "&payment_behavior=default_incomplete&expand[]=latest_invoice.confirmation_secret");
    QCOMPARE(got.json["status"].toString(), "incomplete");
    const QJsonObject invoice = got.json["latest_invoice"].toObject();
    QCOMPARE(invoice["status"].toString(), "open");
    const QByteArray secret = invoice["confirmation_secret"].toObject()["client_secret"].toString().toLatin1();
    const QByteArray intent = secret.left(secret.indexOf("_secret_"));
    QCOMPARE(a.get("/v1/payment_intents/" + intent).json["status"].toString(), "requires_payment_method");
    QCOMPARE(a.post("/v1/subscriptions/" + got.id().toLatin1(), "cancel_at_period_end=true").status, 400); // not while incomplete
    QCOMPARE(a.post("/v1/payment_intents/" + intent + "/cancel").status, 400);                             // void the invoice instead
    QCOMPARE(a.post("/v1/payment_intents/" + intent + "/confirm", "payment_method=pm_card_visa").json["status"].toString(), "succeeded");
    QCOMPARE(a.get("/v1/subscriptions/" + got.id().toLatin1()).json["status"].toString(), "active");

    const auto second = a.subscribe(customer, a.makePrice("700"), "&payment_behavior=default_incomplete");
    a.post("/v1/invoices/" + second.json["latest_invoice"].toString().toLatin1() + "/void");
    QCOMPARE(a.get("/v1/subscriptions/" + second.id().toLatin1()).json["status"].toString(), "incomplete_expired");
}

void TstSubscriptions::aFailingCard()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer("pm_card_chargeCustomerFail"), price = a.makePrice();
    const auto got = a.subscribe(customer, price);
    QCOMPARE(got.json["status"].toString(), "incomplete");
    QCOMPARE(a.get("/v1/customers/" + customer).json["delinquent"].toBool(), true);
    const auto refused = a.subscribe(customer, price, "&payment_behavior=error_if_incomplete");
    QCOMPARE(refused.status, 402);
    QCOMPARE(refused.code(), "card_declined");
    QCOMPARE(refused.error()["type"].toString(), "card_error");
    QCOMPARE(a.engine.counts().subscriptions, 1);
    QCOMPARE(a.post("/v1/invoices/" + got.json["latest_invoice"].toString().toLatin1() + "/pay").status, 402);
    QCOMPARE(a.post("/v1/invoices/" + got.json["latest_invoice"].toString().toLatin1() + "/pay", "paid_out_of_band=true").json["status"].toString(), "paid");
    QCOMPARE(a.get("/v1/subscriptions/" + got.id().toLatin1()).json["status"].toString(), "active");
    QCOMPARE(a.post("/v1/payment_methods/pm_card_visa_chargeDeclined/attach", "customer=" + customer).status, 402);
}

void TstSubscriptions::whatNeedsNoMethod()
{
    Account a(Account::empty());
    const QByteArray customer = a.makeCustomer();
    const auto trial = a.subscribe(customer, a.makePrice(), "&trial_period_days=14");
    QCOMPARE(trial.json["status"].toString(), "trialing");
    QCOMPARE(trial.json["trial_end"].toInteger(), a.clock.nowSeconds() + 14 * 86400);
    QCOMPARE(a.get("/v1/invoices/" + trial.json["latest_invoice"].toString().toLatin1()).json["total"].toInteger(), 0);
    QCOMPARE(a.subscribe(customer, a.makePrice("0")).json["status"].toString(), "active");
    QCOMPARE(a.subscribe(customer, a.makePrice(), "&collection_method=send_invoice").status, 400);
    const auto sent = a.subscribe(customer, a.makePrice(), "&collection_method=send_invoice&days_until_due=30");
    QCOMPARE(sent.json["status"].toString(), "active");
    QCOMPARE(a.get("/v1/invoices/" + sent.json["latest_invoice"].toString().toLatin1()).json["status"].toString(), "draft");
}

void TstSubscriptions::inlinePricesNeedAProduct()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), product = a.post("/v1/products", "name=P").id().toLatin1();
    const QByteArray data = "customer=" + customer + "&items[0][price_data][currency]=usd&items[0][price_data][recurring][interval]=month&items[0][price_data][unit_amount]=500";
    QCOMPARE(a.post("/v1/subscriptions", data).param(), "items[0][price_data][product]");
    const auto prices = a.engine.counts().prices;
    const auto got = a.post("/v1/subscriptions", data + "&items[0][price_data][product]=" + product);
    QCOMPARE(got.json["status"].toString(), "active");
    QCOMPARE(a.engine.counts().prices, prices); // lists leave inline prices out
}

void TstSubscriptions::pricesThatDoNotFit()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), price = a.makePrice();
    const QByteArray once = a.post("/v1/prices", "currency=usd&unit_amount=5&product_data[name]=Once").id().toLatin1();
    QVERIFY(a.subscribe(customer, once).message().contains("type=one_time"));
    QCOMPARE(a.subscribe(customer, price, "&items[1][price]=" + price).status, 400); // twice the same
    const QByteArray euro = a.post("/v1/prices", "currency=eur&unit_amount=5&recurring[interval]=month&product_data[name]=E").id().toLatin1();
    QCOMPARE(a.subscribe(customer, price, "&items[1][price]=" + euro).status, 400);
    a.post("/v1/prices/" + price, "active=false");
    QVERIFY(a.subscribe(customer, price).message().contains("inactive"));
    QCOMPARE(a.post("/v1/prices/" + price, "unit_amount=7").code(), "parameter_unknown"); // immutable
}

void TstSubscriptions::cancelTwiceIs404()
{
    Account a(Account::empty());
    const QByteArray id = a.subscribe(a.makePayer(), a.makePrice()).id().toLatin1();
    const auto gone = a.del("/v1/subscriptions/" + id + "?cancellation_details[comment]=too%20dear&cancellation_details[feedback]=too_expensive&invoice_now=false&prorate=false");
    QCOMPARE(gone.status, 200);
    QCOMPARE(gone.json["status"].toString(), "canceled");
    QCOMPARE(gone.json["ended_at"].toInteger(), a.clock.nowSeconds());
    QCOMPARE(gone.json["canceled_at"].toInteger(), a.clock.nowSeconds());
    const QJsonObject details = gone.json["cancellation_details"].toObject();
    QCOMPARE(details["comment"].toString(), "too dear");
    QCOMPARE(details["feedback"].toString(), "too_expensive");
    QCOMPARE(details["reason"].toString(), "cancellation_requested");
    const auto again = a.del("/v1/subscriptions/" + id);
    QCOMPARE(again.status, 404);
    QCOMPARE(again.code(), "resource_missing");
    QCOMPARE(again.message(), "No such subscription: '" + QString::fromLatin1(id) + "'");
    QCOMPARE(a.get("/v1/subscriptions/" + id).status, 200); // reading still works
    QCOMPARE(a.get("/v1/events?type=customer.subscription.deleted").data().size(), 1);
}

void TstSubscriptions::cancelWithCreditNow()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), id = a.subscribe(customer, a.makePrice("3000")).id().toLatin1();
    a.clock.advance(15LL * 86400 * 1000); // half of November
    a.del("/v1/subscriptions/" + id + "?prorate=true&invoice_now=true");
    const auto invoice = a.get("/v1/invoices?limit=1&subscription=" + id).data()[0].toObject();
    QCOMPARE(invoice["total"].toInteger(), -1500);
    QCOMPARE(invoice["amount_due"].toInteger(), 0);
    QCOMPARE(a.get("/v1/customers/" + customer).json["balance"].toInteger(), -1500); // credit for the next invoice
}

void TstSubscriptions::cancelAtPeriodEndAndBack()
{
    Account a(Account::empty());
    const auto made = a.subscribe(a.makePayer(), a.makePrice());
    const QByteArray path = "/v1/subscriptions/" + made.id().toLatin1();
    const auto leaving = a.post(path, "cancel_at_period_end=true");
    QCOMPARE(leaving.json["status"].toString(), "active");
    QCOMPARE(leaving.json["cancel_at"].toInteger(), a.clock.nowSeconds() + 30 * 86400);
    QCOMPARE(leaving.json["canceled_at"].toInteger(), a.clock.nowSeconds());
    const auto staying = a.post(path, "cancel_at_period_end=false");
    QVERIFY(staying.json["cancel_at"].isNull() && staying.json["canceled_at"].isNull());
    QVERIFY(staying.json["cancellation_details"].toObject()["reason"].isNull());
    QCOMPARE(a.post(path, "cancel_at=" + QByteArray::number(a.clock.nowSeconds() + 99)).json["cancel_at"].toInteger(), a.clock.nowSeconds() + 99);
    QVERIFY(a.post(path, "cancel_at=").json["cancel_at"].isNull());
    QCOMPARE(a.post(path, "cancel_at=5").status, 400);
}

void TstSubscriptions::aCanceledOneHardlyChanges()
{
    Account a(Account::empty());
    const QByteArray path = "/v1/subscriptions/" + a.subscribe(a.makePayer(), a.makePrice()).id().toLatin1();
    a.del(path);
    const auto refused = a.post(path, "cancel_at_period_end=true");
    QCOMPARE(refused.status, 400);
    QCOMPARE(refused.message(), "A canceled subscription can only update its cancellation_details and metadata.");
    QCOMPARE(a.post(path, "metadata[a]=1&cancellation_details[comment]=late").status, 200);
}

void TstSubscriptions::pauseAndMetadata()
{
    Account a(Account::empty());
    const QByteArray path = "/v1/subscriptions/" + a.subscribe(a.makePayer(), a.makePrice(), "&metadata[a]=1&metadata[b]=2").id().toLatin1();
    const auto paused = a.post(path, "pause_collection[behavior]=void&metadata[a]=&metadata[c]=3");
    QCOMPARE(paused.json["status"].toString(), "active"); // collection is paused, the subscription is not
    QCOMPARE(paused.json["pause_collection"].toObject()["behavior"].toString(), "void");
    QCOMPARE(paused.json["metadata"].toObject(), (QJsonObject{{"b", "2"}, {"c", "3"}}));
    QVERIFY(a.post(path, "pause_collection=").json["pause_collection"].isNull());
    QCOMPARE(a.post(path, "pause_collection[behavior]=sleep").status, 400);
}

void TstSubscriptions::quantityAndPriceChangesProrate()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), big = a.makePrice("2500");
    const auto made = a.subscribe(customer, a.makePrice("1000"), "&items[0][quantity]=2");
    const QByteArray path = "/v1/subscriptions/" + made.id().toLatin1();
    const QByteArray item = made.json["items"].toObject()["data"].toArray()[0].toObject()["id"].toString().toLatin1();
    a.clock.advance(10LL * 86400 * 1000); // a third of November
    const auto now = a.post(path, "items[0][id]=" + item + "&items[0][price]=" + big + "&proration_behavior=always_invoice&expand[]=latest_invoice");
    const QJsonObject held = now.json["items"].toObject()["data"].toArray()[0].toObject();
    QCOMPARE(held["id"].toString().toLatin1(), item);
    QCOMPARE(held["quantity"].toInteger(), 1); // another price without a quantity means one
    const QJsonObject invoice = now.json["latest_invoice"].toObject();
    QCOMPARE(invoice["billing_reason"].toString(), "subscription_update");
    const QJsonArray lines = invoice["lines"].toObject()["data"].toArray();
    QCOMPARE(lines.size(), 2);
    QCOMPARE(lines[0].toObject()["amount"].toInteger(), -1333); // two thirds of 2000 back
    QCOMPARE(lines[1].toObject()["amount"].toInteger(), 1667);  // two thirds of 2500
    QCOMPARE(invoice["total"].toInteger(), 334);
    const QJsonObject credit = lines[0].toObject()["parent"].toObject()["subscription_item_details"].toObject();
    QVERIFY(credit["proration"].toBool());
    QCOMPARE(credit["proration_details"].toObject()["credited_items"].toObject()["invoice"].toString(), made.json["latest_invoice"].toString());
    const auto invoices = a.engine.counts().invoices;
    a.post(path, "items[0][id]=" + item + "&items[0][quantity]=4&proration_behavior=none");
    a.post(path, "items[0][id]=" + item + "&items[0][quantity]=5"); // waits for the next invoice
    QCOMPARE(a.engine.counts().invoices, invoices);
    QCOMPARE(a.get(path).json["items"].toObject()["data"].toArray()[0].toObject()["quantity"].toInteger(), 5);
    QCOMPARE(a.post(path, "items[0][id]=si_none&items[0][quantity]=5").status, 400);
}

void TstSubscriptions::intervalChangeStartsAPeriodNow()
{
    Account a(Account::empty());
    const auto made = a.subscribe(a.makePayer(), a.makePrice("3000"));
    const QByteArray item = made.json["items"].toObject()["data"].toArray()[0].toObject()["id"].toString().toLatin1();
    const QByteArray yearly = a.post("/v1/prices", "currency=usd&unit_amount=30000&recurring[interval]=year&product_data[name]=Y").id().toLatin1();
    a.clock.advance(15LL * 86400 * 1000);
    const auto got = a.post("/v1/subscriptions/" + made.id().toLatin1(), "items[0][id]=" + item + "&items[0][price]=" + yearly + "&expand[]=latest_invoice");
    QCOMPARE(got.json["latest_invoice"].toObject()["total"].toInteger(), 30000 - 1500);
    QCOMPARE(got.json["billing_cycle_anchor"].toInteger(), a.clock.nowSeconds());
    QCOMPARE(got.json["items"].toObject()["data"].toArray()[0].toObject()["current_period_end"].toInteger(), a.clock.nowSeconds() + 365 * 86400);
}

void TstSubscriptions::itemsComeAndGo()
{
    Account a(Account::empty());
    const auto made = a.subscribe(a.makePayer(), a.makePrice("1000"));
    const QByteArray path = "/v1/subscriptions/" + made.id().toLatin1();
    const QByteArray first = made.json["items"].toObject()["data"].toArray()[0].toObject()["id"].toString().toLatin1();
    const auto two = a.post(path, "items[0][price]=" + a.makePrice("200"));
    QCOMPARE(two.json["items"].toObject()["data"].toArray().size(), 2);
    const auto one = a.post(path, "items[0][id]=" + first + "&items[0][deleted]=true");
    QCOMPARE(one.json["items"].toObject()["data"].toArray().size(), 1);
    const QByteArray last = one.json["items"].toObject()["data"].toArray()[0].toObject()["id"].toString().toLatin1();
    QCOMPARE(a.post(path, "items[0][id]=" + last + "&items[0][deleted]=true").status, 400);
    QCOMPARE(a.get("/v1/subscription_items?subscription=" + made.id().toLatin1()).data().size(), 1);
    QCOMPARE(a.get("/v1/subscription_items/" + first).status, 404);
}

void TstSubscriptions::discountsAreTakenOff()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), price = a.makePrice("999"), other = a.makePrice("501");
    const auto total = [&](const QByteArray& coupon) {
        const auto made = a.post("/v1/coupons", coupon);
        const auto got = a.subscribe(customer, price, "&items[1][price]=" + other + "&discounts[0][coupon]=" + made.id().toLatin1() + "&expand[]=latest_invoice");
        return got.json["latest_invoice"].toObject()["total"].toInteger();
    };
    QCOMPARE(total("percent_off=12.5&duration=forever"), 1312); // 1500 - 187.5, which rounds to 188
    QCOMPARE(total("amount_off=400&currency=usd&duration=once"), 1100);
    QCOMPARE(total("amount_off=9999&currency=usd&duration=forever"), 0);
    QCOMPARE(total("amount_off=400&currency=eur&duration=forever"), 1500); // another currency does not count
    const QByteArray path = "/v1/subscriptions/" + a.subscribe(customer, price, "&discounts[0][coupon]=" + a.post("/v1/coupons", "percent_off=10&duration=forever").id().toLatin1()).id().toLatin1();
    QCOMPARE(a.get(path + "?expand[]=discounts").json["discounts"].toArray()[0].toObject()["source"].toObject()["type"].toString(), "coupon");
    QCOMPARE(a.post(path, "metadata[x]=1").json["discounts"].toArray().size(), 1); // omitted: unchanged
    QCOMPARE(a.post(path, "discounts=").json["discounts"].toArray().size(), 0);
    QCOMPARE(a.post(path, "discounts[0][coupon]=NOPE").status, 400);
    const QByteArray plus = a.makePrice("2000"); // a proration has the percentage in it already: -899 + 1800, not taken off again
    const QByteArray item = a.get(path).json["items"].toObject()["data"].toArray()[0].toObject()["id"].toString().toLatin1();
    a.post(path, "discounts[0][coupon]=" + a.post("/v1/coupons", "percent_off=10&duration=forever").id().toLatin1());
    const auto raised = a.post(path, "items[0][id]=" + item + "&items[0][price]=" + plus + "&proration_behavior=always_invoice&expand[]=latest_invoice");
    QCOMPARE(raised.json["latest_invoice"].toObject()["total"].toInteger(), 901);
    const QByteArray spent = a.post("/v1/coupons", "percent_off=10&duration=once&max_redemptions=1").id().toLatin1();
    a.post(path, "discounts[0][coupon]=" + spent);
    QCOMPARE(a.subscribe(customer, price, "&discounts[0][coupon]=" + spent).code(), "coupon_expired");
    QCOMPARE(a.del("/v1/coupons/" + spent).json["deleted"].toBool(), true);
    QCOMPARE(a.get("/v1/coupons/" + spent).status, 404);
}

void TstSubscriptions::customerDiscountAndItsEnd()
{
    Account a;
    for (const QJsonObject& row : a.walk("/v1/customers")) {
        if (!row["discount"].isObject())
            continue;
        const QByteArray id = row["id"].toString().toLatin1();
        QCOMPARE(row["discount"].toObject()["source"].toObject()["coupon"].toString(), "NONPROFIT");
        const auto invoices = a.walk("/v1/invoices", "customer=" + id);
        QVERIFY(invoices.last()["total_discount_amounts"].toArray().size() == 1);
        QCOMPARE(a.del("/v1/customers/" + id + "/discount").json["deleted"].toBool(), true);
        QVERIFY(a.get("/v1/customers/" + id).json["discount"].isNull());
        return;
    }
    QFAIL("no customer with a discount");
}

void TstSubscriptions::tieredPackagedAndFractionalAmounts_data()
{
    QTest::addColumn<QByteArray>("price");
    QTest::addColumn<int>("quantity");
    QTest::addColumn<qint64>("total");
    const QByteArray tiers = "&billing_scheme=tiered&tiers[0][up_to]=5&tiers[0][unit_amount]=100&tiers[0][flat_amount]=7&tiers[1][up_to]=inf&tiers[1][unit_amount]=50";
    QTest::newRow("graduated, first tier") << QByteArray(tiers + "&tiers_mode=graduated") << 5 << qint64(507);
    QTest::newRow("graduated, both") << QByteArray(tiers + "&tiers_mode=graduated") << 8 << qint64(657);
    QTest::newRow("volume, first") << QByteArray(tiers + "&tiers_mode=volume") << 5 << qint64(507);
    QTest::newRow("volume, second") << QByteArray(tiers + "&tiers_mode=volume") << 8 << qint64(400);
    QTest::newRow("pack up") << QByteArray("&unit_amount=250&transform_quantity[divide_by]=1000&transform_quantity[round]=up") << 1001 << qint64(500);
    QTest::newRow("pack down") << QByteArray("&unit_amount=250&transform_quantity[divide_by]=1000&transform_quantity[round]=down") << 1999 << qint64(250);
    QTest::newRow("half a cent up") << QByteArray("&unit_amount_decimal=0.5") << 1 << qint64(1);
    QTest::newRow("under half") << QByteArray("&unit_amount_decimal=0.499999999999") << 1 << qint64(0);
    QTest::newRow("rounded once") << QByteArray("&unit_amount_decimal=0.333333333333") << 3 << qint64(1);
}

void TstSubscriptions::tieredPackagedAndFractionalAmounts()
{
    QFETCH(QByteArray, price);
    QFETCH(int, quantity);
    QFETCH(qint64, total);
    Account a(Account::empty());
    const auto made = a.post("/v1/prices", "currency=usd&recurring[interval]=month&product_data[name]=T" + price);
    QCOMPARE(made.status, 200);
    const auto got = a.subscribe(a.makePayer(), made.id().toLatin1(), "&items[0][quantity]=" + QByteArray::number(quantity) + "&expand[]=latest_invoice");
    QCOMPARE(got.json["latest_invoice"].toObject()["total"].toInteger(), total);
}

void TstSubscriptions::deletingACustomerCancels()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer(), id = a.subscribe(customer, a.makePrice()).id().toLatin1();
    const auto gone = a.del("/v1/customers/" + customer);
    QCOMPARE(gone.json, (QJsonObject{{"id", QString::fromLatin1(customer)}, {"object", "customer"}, {"deleted", true}}));
    QCOMPARE(a.get("/v1/customers/" + customer).json, gone.json);
    QCOMPARE(a.del("/v1/customers/" + customer).status, 404);
    QCOMPARE(a.post("/v1/customers/" + customer, "name=x").status, 404);
    QCOMPARE(a.get("/v1/customers").data().size(), 0);
    QCOMPARE(a.get("/v1/subscriptions").data().size(), 0);
    const auto canceled = a.get("/v1/subscriptions?status=canceled&expand[]=data.customer").data();
    QCOMPARE(canceled.size(), 1);
    QCOMPARE(canceled[0].toObject()["id"].toString().toLatin1(), id);
    QCOMPARE(canceled[0].toObject()["customer"].toObject()["deleted"].toBool(), true);
    QCOMPARE(a.subscribe(customer, a.makePrice()).status, 400);
}

void TstSubscriptions::testClocksAreHidden()
{
    Account a;
    QCOMPARE(a.engine.counts().testClockCustomers, 2);
    const QByteArray clock = a.get("/v1/test_helpers/test_clocks").data()[0].toObject()["id"].toString().toLatin1();
    const auto shown = a.get("/v1/customers?test_clock=" + clock).data();
    QCOMPARE(shown.size(), 1);
    const QByteArray customer = shown[0].toObject()["id"].toString().toLatin1();
    for (const QJsonObject& row : a.walk("/v1/customers"))
        QVERIFY(row["test_clock"].isNull());
    for (const QJsonObject& row : a.walk("/v1/subscriptions", "status=all"))
        QVERIFY(row["test_clock"].isNull());
    QCOMPARE(a.get("/v1/subscriptions?customer=" + customer).data().size(), 1);
    QCOMPARE(a.get("/v1/subscriptions?test_clock=" + clock).data().size(), 1);
}

void TstSubscriptions::filtersOfTheList()
{
    Account a;
    const auto all = a.walk("/v1/subscriptions", "status=all");
    QMap<QString, int> statuses;
    for (const QJsonObject& row : all)
        ++statuses[row["status"].toString()];
    for (auto it = statuses.cbegin(); it != statuses.cend(); ++it)
        QCOMPARE(a.walk("/v1/subscriptions", "status=" + it.key().toLatin1()).size(), it.value());
    QCOMPARE(a.walk("/v1/subscriptions", "status=ended").size(), statuses["canceled"] + statuses["incomplete_expired"]);
    QCOMPARE(a.walk("/v1/subscriptions").size(), all.size() - statuses["canceled"]);
    const QByteArray middle = QByteArray::number(all[all.size() / 2]["created"].toInteger());
    QCOMPARE(a.walk("/v1/subscriptions", "status=all&created[gt]=" + middle).size() + a.walk("/v1/subscriptions", "status=all&created[lte]=" + middle).size(), all.size());
    QVERIFY(a.walk("/v1/subscriptions", "status=all&created=" + middle).size() >= 1);
    const QByteArray price = all[3]["items"].toObject()["data"].toArray()[0].toObject()["price"].toObject()["id"].toString().toLatin1();
    for (const QJsonObject& row : a.walk("/v1/subscriptions", "status=all&price=" + price))
        QVERIFY(QJsonDocument(row).toJson().contains(price));
    QVERIFY(!a.walk("/v1/subscriptions", "status=all&price=" + price).isEmpty());
    const auto ends = a.walk("/v1/subscriptions", "current_period_end[lt]=" + QByteArray::number(a.clock.nowSeconds() + 5 * 86400));
    QVERIFY(!ends.isEmpty() && ends.size() < all.size() / 2);
    QCOMPARE(a.walk("/v1/subscriptions", "status=all&collection_method=send_invoice").size() + a.walk("/v1/subscriptions", "status=all&collection_method=charge_automatically").size(), all.size());
    const QByteArray email = a.get("/v1/customers?limit=1").data()[0].toObject()["email"].toString().toLatin1();
    QCOMPARE(a.get("/v1/customers?email=" + email).data().size(), 1);
    int inactive = a.walk("/v1/prices", "active=false").size();
    QVERIFY(inactive >= 1);
    QCOMPARE(a.walk("/v1/prices", "active=true").size() + inactive, a.engine.counts().prices);
    QVERIFY(a.walk("/v1/prices", "recurring[usage_type]=metered").size() == 1);
    for (const QJsonObject& row : a.walk("/v1/invoices", "status=open"))
        QCOMPARE(row["status"].toString(), "open");
    QVERIFY(!a.walk("/v1/events", "types[]=invoice.paid&types[]=customer.subscription.*").isEmpty());
    for (const QJsonObject& row : a.walk("/v1/events", "type=customer.subscription.*"))
        QVERIFY(row["type"].toString().startsWith("customer.subscription."));
}

void TstSubscriptions::eventsTellWhatChanged()
{
    Account a(Account::empty());
    const QByteArray customer = a.post("/v1/customers", "name=Old&metadata[k]=1&metadata[l]=2").id().toLatin1();
    const auto changed = a.post("/v1/customers/" + customer, "name=New&metadata[k]=9&metadata[m]=3", "my-key");
    const auto event = a.get("/v1/events?limit=1").data()[0].toObject();
    QCOMPARE(event["type"].toString(), "customer.updated");
    QCOMPARE(event["api_version"].toString(), "2026-10-28.endive");
    QCOMPARE(event["request"].toObject()["id"].toString().toLatin1(), changed.header("Request-Id"));
    QCOMPARE(event["request"].toObject()["idempotency_key"].toString(), "my-key");
    const QJsonObject previous = event["data"].toObject()["previous_attributes"].toObject();
    QCOMPARE(previous, (QJsonObject{{"name", "Old"}, {"metadata", QJsonObject{{"k", "1"}, {"m", QJsonValue::Null}}}}));
    QCOMPARE(event["data"].toObject()["object"].toObject()["name"].toString(), "New");
    const auto count = a.engine.counts().events;
    a.post("/v1/customers/" + customer, "name=New"); // changes nothing
    QCOMPARE(a.engine.counts().events, count);
    a.post("/v1/customers/" + customer, "name=Newer");
    const QByteArray id = event["id"].toString().toLatin1();
    QCOMPARE(a.get("/v1/events/" + id).json, event); // an event stays as it was
}

void TstSubscriptions::eventsEndAfterThirtyDays()
{
    Account a;
    const auto first = a.walk("/v1/events").last()["id"].toString().toLatin1();
    QCOMPARE(a.get("/v1/events/" + first).status, 200);
    a.clock.advance(31LL * 86400 * 1000);
    QCOMPARE(a.get("/v1/events/" + first).status, 404);
    const auto left = a.walk("/v1/events"); // of what has happened since
    QCOMPARE(a.engine.counts().events, left.size());
    QVERIFY(left.last()["created"].toInteger() > a.clock.nowSeconds() - 30 * 86400);
    a.clock.advance(86400LL * 1000);
    QCOMPARE(a.get("/v1/events/" + left.last()["id"].toString().toLatin1()).status, 404);
}

void TstSubscriptions::nestedListsAreCutAtTen()
{
    Account a;
    for (const QJsonObject& row : a.walk("/v1/subscriptions", "status=all")) {
        const QJsonObject items = row["items"].toObject();
        if (!items["has_more"].toBool())
            continue;
        const QByteArray id = row["id"].toString().toLatin1();
        QCOMPARE(items["data"].toArray().size(), 10);
        QCOMPARE(a.walk("/v1/subscription_items", "subscription=" + id, 5).size(), 13);
        const QByteArray invoice = row["latest_invoice"].toString().toLatin1();
        QCOMPARE(a.get("/v1/invoices/" + invoice).json["lines"].toObject()["has_more"].toBool(), true);
        QCOMPARE(a.walk("/v1/invoices/" + invoice + "/lines", {}, 6).size(), 13);
        return;
    }
    QFAIL("no subscription with more than ten items");
}

CH_TEST(TstSubscriptions)
#include "tst_Subscriptions.moc"
