// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/Parse.h"
#include "support/TestMain.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QtTest>

using namespace ch;
using namespace ch::stripe;

namespace {

/// One of Stripe's example objects (fixtures/README.md), as compact JSON.
QByteArray exampleObject(const QString& name)
{
    QFile file(QStringLiteral(CH_SOURCE_DIR "/tests/stripe/fixtures/stripe-objects.json"));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    return QJsonDocument(QJsonDocument::fromJson(file.readAll()).object().value(name).toObject()).toJson(QJsonDocument::Compact);
}

const QByteArray kNewSubscription = R"({"id":"sub_1","object":"subscription","status":"active","customer":"cus_1","currency":"usd","created":100,
 "start_date":90,"cancel_at_period_end":false,"cancel_at":null,"livemode":false,"metadata":{"business_id":"b1","odd":7},
 "pause_collection":{"behavior":"void","resumes_at":500},"cancellation_details":{"reason":"payment_failed"},
 "discounts":["di_9",{"id":"di_2","object":"discount","start":10,"end":null,"source":{"type":"coupon","coupon":{"id":"co","object":"coupon","percent_off":33.30,"duration":"forever","applies_to":{"products":["prod_1"]}}}}],
 "default_tax_rates":[{"id":"txr_1","object":"tax_rate","percentage":19.6,"inclusive":true}],
 "items":{"object":"list","has_more":false,"data":[
  {"id":"si_1","object":"subscription_item","quantity":3,"created":100,"current_period_start":200,"current_period_end":300,
   "discounts":[{"id":"di_3","start":1,"source":{"type":"coupon","coupon":"co_by_id"}}],"tax_rates":[],
   "price":{"id":"price_1","object":"price","product":{"id":"prod_1","object":"product"},"currency":"usd","unit_amount":null,"unit_amount_decimal":"0.05",
            "billing_scheme":"per_unit","recurring":{"interval":"month","interval_count":3,"usage_type":"licensed"},"transform_quantity":{"divide_by":10,"round":"up"}}},
  {"id":"si_2","object":"subscription_item","quantity":1,"current_period_start":150,"current_period_end":400,"price":{"id":"price_2","object":"price","currency":"usd","unit_amount":1200,"recurring":{"interval":"year"}}}]}})";

const QByteArray kOldSubscription = R"({"id":"sub_2","object":"subscription","status":"canceled","customer":{"id":"cus_2","object":"customer","deleted":true},
 "current_period_start":1000,"current_period_end":2000,"created":5,"ended_at":1500,
 "discount":{"object":"discount","start":7,"end":8,"coupon":{"id":"old","object":"coupon","amount_off":500,"currency":"EUR","duration":"repeating","duration_in_months":4}},
 "items":{"object":"list","total_count":11,"data":[{"id":"si_9","object":"subscription_item","quantity":2,
  "plan":{"id":"gold","object":"plan","amount":2100,"amount_decimal":"2100","currency":"EUR","interval":"week","interval_count":2,"usage_type":"licensed","product":"prod_9","transform_usage":{"divide_by":5,"round":"down"}}}]}})";

const QByteArray kNewLine = R"({"id":"il_1","object":"line_item","amount":1190,"quantity":null,"quantity_decimal":"4","period":{"start":10,"end":20},
 "discount_amounts":[{"amount":30,"discount":"di_1"},{"amount":12,"discount":{"id":"di_2"}}],"discounts":["di_1"],
 "parent":{"type":"subscription_item_details","invoice_item_details":null,"subscription_item_details":{"subscription":"sub_1","subscription_item":"si_1","proration":true}},
 "pricing":{"type":"price_details","unit_amount_decimal":"297.5","price_details":{"price":"price_1","product":"prod_1"}},
 "taxes":[{"amount":190,"tax_behavior":"inclusive"},{"amount":9,"tax_behavior":"exclusive"}]})";

const QByteArray kOldLine = R"({"id":"il_2","object":"line_item","amount":-500,"quantity":2,"period":{"start":10,"end":20},"proration":true,"subscription":"sub_2","subscription_item":"si_2",
 "price":{"id":"price_7","object":"price","product":"prod_7","unit_amount":250,"unit_amount_decimal":"250","currency":"usd"},
 "tax_amounts":[{"amount":-80,"inclusive":true},{"amount":-5,"inclusive":false}]})";

QByteArray listOf(const QList<QByteArray>& objects, const char* hasMore = "true")
{
    return "{ \"object\": \"list\",\n \"url\": \"/v1/x\", \"has_more\": " + QByteArray(hasMore) + ", \"data\": [ " + objects.join(" , ") + " ] }\n";
}

template <typename T>
void refusedAsProtocol(const Result<T>& result)
{
    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::Protocol);
    QVERIFY(!result.error().message.isEmpty());
}

} // namespace

class TstParse : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsStripesExamples()
    {
        const auto subscription = parseObject<Subscription>(exampleObject(QStringLiteral("subscription")));
        QVERIFY2(subscription, qPrintable(subscription ? QString() : subscription.error().message));
        QCOMPARE(subscription->id, QStringLiteral("sub_1Pgc6rB7WZ01zgkWNy0Cn5nw"));
        QCOMPARE(subscription->customerId, QStringLiteral("cus_QXg1o8vcGmoR32"));
        QCOMPARE(subscription->items.size(), size_t(1));
        QCOMPARE(subscription->items[0].price.unitAmountDecimal, QStringLiteral("2000"));
        QCOMPARE(subscription->items[0].price.interval, QStringLiteral("month"));
        QCOMPARE(subscription->items[0].price.type, QStringLiteral("recurring"));
        QCOMPARE(subscription->currentPeriodEnd, 976287773);
        QCOMPARE(subscription->pauseCollection->behavior, QStringLiteral("mark_uncollectible"));
        const auto invoice = parseObject<Invoice>(exampleObject(QStringLiteral("invoice")));
        QVERIFY2(invoice, qPrintable(invoice ? QString() : invoice.error().message));
        QCOMPARE(invoice->subscriptionId, QStringLiteral("subscription"));
        QCOMPARE(invoice->lines.size(), size_t(1));
        QCOMPARE(invoice->lines[0].amount, 1000);
        QCOMPARE(invoice->lines[0].subscriptionItemId, QStringLiteral("subscription_item"));
        const auto customer = parseObject<Customer>(exampleObject(QStringLiteral("customer")));
        QVERIFY(customer);
        QVERIFY(customer->discount);
        QVERIFY(!customer->discount->coupon);
        const auto coupon = parseObject<Coupon>(exampleObject(QStringLiteral("coupon")));
        QVERIFY(coupon);
        QCOMPARE(coupon->percentOff, QStringLiteral("25.5"));
        QVERIFY(!coupon->amountOff);
        QVERIFY(parseObject<Discount>(exampleObject(QStringLiteral("discount"))));
        QVERIFY(parseObject<Price>(exampleObject(QStringLiteral("price"))));
        QVERIFY(parseObject<InvoiceLine>(exampleObject(QStringLiteral("line_item"))));
        const auto product = parseObject<Product>(exampleObject(QStringLiteral("product")));
        QVERIFY(product);
        QCOMPARE(product->name, QStringLiteral("T-shirt"));
        const auto intent = parseObject<PaymentIntent>(exampleObject(QStringLiteral("payment_intent")));
        QVERIFY(intent);
        QCOMPARE(intent->amount, 1099);
        const auto event = parseObject<Event>(exampleObject(QStringLiteral("event")));
        QVERIFY(event);
        QCOMPARE(event->type, QStringLiteral("plan.created"));
        QCOMPARE(event->objectType, QStringLiteral("plan"));
        const auto balance = parseObject<Balance>(exampleObject(QStringLiteral("balance")));
        QVERIFY(balance);
        QCOMPARE(balance->available.size(), size_t(1));
        const auto account = parseObject<Account>(exampleObject(QStringLiteral("account")));
        QVERIFY(account);
        QCOMPARE(account->timezone, QStringLiteral("Etc/UTC"));
    }

    void readsTheNewerSubscription()
    {
        const auto read = parseObject<Subscription>(kNewSubscription);
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        const Subscription& s = *read;
        QCOMPARE(s.discountIds, QStringList({QStringLiteral("di_9"), QStringLiteral("di_2")}));
        QCOMPARE(s.discounts.size(), 1);
        QCOMPARE(s.discounts[0].coupon->percentOff, QStringLiteral("33.30"));
        QCOMPARE(s.discounts[0].coupon->appliesToProducts, QStringList(QStringLiteral("prod_1")));
        QCOMPARE(s.currentPeriodStart, 150);
        QCOMPARE(s.currentPeriodEnd, 300);
        QCOMPARE(s.metadata.size(), 1);
        QCOMPARE(s.metadata.value(QStringLiteral("business_id")), QStringLiteral("b1"));
        QCOMPARE(s.pauseCollection->resumesAt.value(), 500);
        QCOMPARE(s.cancellationReason, QStringLiteral("payment_failed"));
        QVERIFY(!s.cancelAt);
        QVERIFY(s.itemsComplete);
        QCOMPARE(s.defaultTaxRates.size(), size_t(1));
        QCOMPARE(s.defaultTaxRates[0].percentage, QStringLiteral("19.6"));
        QVERIFY(s.defaultTaxRates[0].inclusive);
        const SubscriptionItem& first = s.items[0];
        QCOMPARE(first.quantity.value(), 3);
        QCOMPARE(first.price.productId, QStringLiteral("prod_1"));
        QCOMPARE(first.price.unitAmountDecimal, QStringLiteral("0.05"));
        QCOMPARE(first.price.intervalCount, 3);
        QCOMPARE(first.price.transformDivideBy.value(), 10);
        QCOMPARE(first.discounts[0].couponId, QStringLiteral("co_by_id"));
        QVERIFY(!first.discounts[0].coupon);
        QCOMPARE(s.items[1].price.unitAmountDecimal, QStringLiteral("1200"));
    }

    void readsTheOlderSubscription()
    {
        const auto read = parseObject<Subscription>(kOldSubscription);
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        const Subscription& s = *read;
        QVERIFY(s.isEnded());
        QCOMPARE(s.customerId, QStringLiteral("cus_2"));
        QCOMPARE(s.currency, QStringLiteral("eur"));
        QVERIFY(!s.itemsComplete); // total_count says 11, one came
        QCOMPARE(s.items[0].currentPeriodStart, 1000);
        QCOMPARE(s.items[0].currentPeriodEnd, 2000);
        QCOMPARE(s.items[0].price.id, QStringLiteral("gold"));
        QCOMPARE(s.items[0].price.interval, QStringLiteral("week"));
        QCOMPARE(s.items[0].price.intervalCount, 2);
        QCOMPARE(s.items[0].price.unitAmountDecimal, QStringLiteral("2100"));
        QCOMPARE(s.items[0].price.transformRound, QStringLiteral("down"));
        QCOMPARE(s.items[0].price.type, QStringLiteral("recurring"));
        QCOMPARE(s.discountIds, QStringList(QString()));
        QCOMPARE(s.discounts.size(), 1);
        QCOMPARE(s.discounts[0].coupon->amountOff.value(), 500);
        QCOMPARE(s.discounts[0].coupon->currency, QStringLiteral("eur"));
        QCOMPARE(s.discounts[0].coupon->durationInMonths.value(), 4);
        QCOMPARE(s.discounts[0].end.value(), 8);
    }

    void olderDiscountBesideDiscounts()
    {
        // Versions in between sent ids in discounts and the last of them whole in discount.
        const auto read = parseObject<Subscription>(R"({"id":"s","discounts":["di_1","di_2"],"discount":{"id":"di_2","object":"discount","coupon":{"id":"c"}}})");
        QVERIFY(read);
        QCOMPARE(read->discountIds.size(), 2);
        QCOMPARE(read->discounts.size(), 1);
        QCOMPARE(read->discounts[0].couponId, QStringLiteral("c"));
        const auto both = parseObject<Subscription>(R"({"id":"s","discounts":[{"id":"di_2","coupon":{"id":"c"}}],"discount":{"id":"di_2","coupon":{"id":"c"}}})");
        QVERIFY(both);
        QCOMPARE(both->discounts.size(), 1);
        QCOMPARE(both->discountIds.size(), 1);
    }

    void readsTiersAndCurrencyOptions()
    {
        const auto read = parseObject<Price>(R"({"id":"p","object":"price","billing_scheme":"tiered","tiers_mode":"graduated","unit_amount":null,"unit_amount_decimal":null,
            "tiers":[{"up_to":5,"unit_amount":1000,"unit_amount_decimal":"1000","flat_amount":null},{"up_to":null,"unit_amount":null,"unit_amount_decimal":"7.5","flat_amount":300,"flat_amount_decimal":"300"}],
            "currency":"usd","currency_options":{"eur":{"unit_amount":900,"unit_amount_decimal":"900","tax_behavior":"inclusive"}}})");
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QVERIFY(read->tiersKnown);
        QCOMPARE(read->tiers.size(), size_t(2));
        QCOMPARE(read->tiers[0].upTo.value(), 5);
        QVERIFY(read->tiers[0].flatAmountDecimal.isEmpty());
        QVERIFY(!read->tiers[1].upTo);
        QCOMPARE(read->tiers[1].unitAmountDecimal, QStringLiteral("7.5"));
        QCOMPARE(read->tiers[1].flatAmountDecimal, QStringLiteral("300"));
        QVERIFY(read->unitAmountDecimal.isEmpty());
        QCOMPARE(read->currencyOptions.value(QStringLiteral("eur")).unitAmountDecimal, QStringLiteral("900"));
        QCOMPARE(read->currencyOptions.value(QStringLiteral("eur")).taxBehavior, QStringLiteral("inclusive"));
        const auto without = parseObject<Price>(R"({"id":"p","object":"price","tiers_mode":"volume","tiers":null})");
        QVERIFY(without);
        QVERIFY(!without->tiersKnown);
    }

    void readsLinesOfBothShapes()
    {
        const auto newer = parseObject<InvoiceLine>(kNewLine);
        QVERIFY2(newer, qPrintable(newer ? QString() : newer.error().message));
        QCOMPARE(newer->quantity.value(), 4);
        QCOMPARE(newer->discountAmount, 42);
        QCOMPARE(newer->discountIds, QStringList({QStringLiteral("di_1"), QStringLiteral("di_2")}));
        QCOMPARE(newer->taxAmount, 199);
        QCOMPARE(newer->inclusiveTaxAmount, 190);
        QCOMPARE(newer->priceId, QStringLiteral("price_1"));
        QCOMPARE(newer->unitAmountDecimal, QStringLiteral("297.5"));
        QCOMPARE(newer->subscriptionItemId, QStringLiteral("si_1"));
        QVERIFY(newer->proration);
        QVERIFY(!newer->credit);
        for (const auto& [credited, isCredit] : {std::pair("null", false), std::pair(R"({"invoice":"in_1","invoice_line_items":["il_0"]})", true)}) {
            QByteArray told = kNewLine;
            told.replace(R"("proration":true)", QByteArray(R"("proration":true,"proration_details":{"credited_items":)") + credited + "}");
            const auto line = parseObject<InvoiceLine>(told);
            QVERIFY(line && line->credit == isCredit);
        }
        const auto older = parseObject<InvoiceLine>(kOldLine);
        QVERIFY2(older, qPrintable(older ? QString() : older.error().message));
        QCOMPARE(older->priceId, QStringLiteral("price_7"));
        QCOMPARE(older->productId, QStringLiteral("prod_7"));
        QCOMPARE(older->unitAmountDecimal, QStringLiteral("250"));
        QCOMPARE(older->subscriptionId, QStringLiteral("sub_2"));
        QCOMPARE(older->subscriptionItemId, QStringLiteral("si_2"));
        QCOMPARE(older->taxAmount, -85);
        QCOMPARE(older->inclusiveTaxAmount, -80);
        QVERIFY(older->proration && !older->credit);
    }

    void readsInvoicesOfBothShapes()
    {
        const auto newer = parseObject<Invoice>(R"({"id":"in_1","object":"invoice","customer":{"id":"cus_3"},"parent":{"type":"subscription_details","subscription_details":{"subscription":{"id":"sub_3"}}},
            "status":"paid","total":9007199254740993,"status_transitions":{"paid_at":77,"voided_at":null},"lines":{"object":"list","data":[],"has_more":true}})");
        QVERIFY(newer);
        QCOMPARE(newer->customerId, QStringLiteral("cus_3"));
        QCOMPARE(newer->subscriptionId, QStringLiteral("sub_3"));
        QCOMPARE(newer->total, 9007199254740993); // a double would make it ...992
        QCOMPARE(newer->paidAt.value(), 77);
        QVERIFY(!newer->voidedAt);
        QVERIFY(!newer->linesComplete);
        const auto older = parseObject<Invoice>(R"({"id":"in_2","object":"invoice","subscription":"sub_4","parent":null})");
        QVERIFY(older);
        QCOMPARE(older->subscriptionId, QStringLiteral("sub_4"));
    }

    void readsDeletedStubsAndOldEvents()
    {
        const auto customer = parseObject<Customer>(R"({"id":"cus_1","object":"customer","deleted":true})");
        QVERIFY(customer);
        QVERIFY(customer->deleted);
        const auto event = parseObject<Event>(R"({"id":"evt_1","object":"event","type":"balance.available","request":"req_1","data":{"object":{"object":"balance","available":[]}}})");
        QVERIFY(event);
        QCOMPARE(event->requestId, QStringLiteral("req_1"));
        QVERIFY(event->objectId.isEmpty());
        const QByteArray text = "{\"id\":\"evt_2\",\"object\":\"event\",\"data\":{\"previous_attributes\":{\"object\":1},\"object\" : {\"id\" : \"x\", \"t\":\"a  b\"} }}";
        const auto json = eventObjectJson(text);
        QVERIFY(json);
        QCOMPARE(*json, QByteArray("{\"id\":\"x\",\"t\":\"a  b\"}"));
        refusedAsProtocol(eventObjectJson("{\"id\":\"evt_2\",\"data\":{}}"));
        refusedAsProtocol(eventObjectJson("{\"id\":\"cus_2\",\"object\":\"customer\",\"data\":{\"object\":{}}}"));
    }

    void everyFieldMayBeNull()
    {
        // Each field of each example in turn set to null: read as absent, never a crash; only the id is missed.
        const auto nullEach = [](const QString& name, auto parse) {
            const QJsonObject whole = QJsonDocument::fromJson(exampleObject(name)).object();
            QVERIFY(!whole.isEmpty());
            for (const QString& key : whole.keys()) {
                QJsonObject changed = whole;
                changed[key] = QJsonValue::Null;
                const bool read = parse(QJsonDocument(changed).toJson());
                QVERIFY2(read == (key != QLatin1String("id")), qPrintable(name + QLatin1Char('.') + key));
            }
        };
        nullEach(QStringLiteral("subscription"), [](const QByteArray& t) { return parseObject<Subscription>(t).has_value(); });
        nullEach(QStringLiteral("invoice"), [](const QByteArray& t) { return parseObject<Invoice>(t).has_value(); });
        nullEach(QStringLiteral("line_item"), [](const QByteArray& t) { return parseObject<InvoiceLine>(t).has_value(); });
        nullEach(QStringLiteral("customer"), [](const QByteArray& t) { return parseObject<Customer>(t).has_value(); });
        nullEach(QStringLiteral("price"), [](const QByteArray& t) { return parseObject<Price>(t).has_value(); });
        nullEach(QStringLiteral("coupon"), [](const QByteArray& t) { return parseObject<Coupon>(t).has_value(); });
        nullEach(QStringLiteral("account"), [](const QByteArray& t) { return parseObject<Account>(t).has_value(); });
    }

    void wrongTypes_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<bool>("usable");
        QTest::newRow("id a number") << QByteArray(R"({"id":5,"object":"subscription"})") << false;
        QTest::newRow("no id") << QByteArray(R"({"object":"subscription"})") << false;
        QTest::newRow("empty id") << QByteArray(R"({"id":"","object":"subscription"})") << false;
        QTest::newRow("another object") << QByteArray(R"({"id":"a","object":"customer"})") << false;
        QTest::newRow("object not text") << QByteArray(R"({"id":"a","object":1})") << false;
        QTest::newRow("status a number") << QByteArray(R"({"id":"a","status":1})") << false;
        QTest::newRow("items an array") << QByteArray(R"({"id":"a","items":[]})") << false;
        QTest::newRow("item without braces") << QByteArray(R"({"id":"a","items":{"data":["si_1"]}})") << false;
        QTest::newRow("quantity text") << QByteArray(R"({"id":"a","items":{"data":[{"quantity":"2"}]}})") << false;
        QTest::newRow("quantity a fraction") << QByteArray(R"({"id":"a","items":{"data":[{"quantity":2.5}]}})") << false;
        QTest::newRow("quantity 2.0") << QByteArray(R"({"id":"a","items":{"data":[{"quantity":2.0}]}})") << true;
        QTest::newRow("created above int64") << QByteArray(R"({"id":"a","created":9223372036854775808})") << false;
        QTest::newRow("created above uint64") << QByteArray(R"({"id":"a","created":99999999999999999999999})") << false;
        QTest::newRow("created 1e30") << QByteArray(R"({"id":"a","created":1e30})") << false;
        QTest::newRow("int64 itself") << QByteArray(R"({"id":"a","created":9223372036854775807})") << true;
        QTest::newRow("unread field of any size") << QByteArray(R"({"id":"a","mystery":18446744073709551615})") << true;
        QTest::newRow("interval count huge") << QByteArray(R"({"id":"a","items":{"data":[{"price":{"id":"p","recurring":{"interval_count":4294967297}}}]}})") << false;
        QTest::newRow("livemode text") << QByteArray(R"({"id":"a","livemode":"false"})") << false;
        QTest::newRow("collection_method a number") << QByteArray(R"({"id":"a","collection_method":3})") << true;
        QTest::newRow("metadata an array") << QByteArray(R"({"id":"a","metadata":[1]})") << true;
        QTest::newRow("unknown status") << QByteArray(R"({"id":"a","status":"resting"})") << true;
        QTest::newRow("nickname a list") << QByteArray(R"({"id":"a","items":{"data":[{"price":{"id":"p","nickname":[{}]}}]}})") << true;
    }
    void wrongTypes()
    {
        QFETCH(QByteArray, json);
        QFETCH(bool, usable);
        const auto read = parseObject<Subscription>(json);
        QCOMPARE(read.has_value(), usable);
        if (!read) {
            QCOMPARE(read.error().kind, ErrorKind::Protocol);
        } else if (json.contains("2.0")) {
            QCOMPARE(read->items[0].quantity.value(), 2);
        }
    }

    void readsPagesWithTheirText()
    {
        const QByteArray spaced = "{ \"id\" : \"cus_1\", \"object\":\"customer\",\n\t\"name\" : \"A  \\\"B\\\"\\u00e9\", \"balance\": -12.0 }";
        const auto page = parsePage<Customer>(listOf({spaced, "{\"id\":\"cus_2\",\"object\":\"customer\"}"}));
        QVERIFY2(page, qPrintable(page ? QString() : page.error().message));
        QVERIFY(page->hasMore);
        QCOMPARE(page->url, QStringLiteral("/v1/x"));
        QCOMPARE(page->objects.size(), size_t(2));
        QCOMPARE(page->objects[0].object.name, QString::fromUtf8("A  \"B\"\xc3\xa9"));
        QCOMPARE(page->objects[0].object.balance, -12);
        QCOMPARE(page->objects[0].json, QByteArray("{\"id\":\"cus_1\",\"object\":\"customer\",\"name\":\"A  \\\"B\\\"\\u00e9\",\"balance\":-12.0}"));
        QCOMPARE(page->objects[1].json, QByteArray("{\"id\":\"cus_2\",\"object\":\"customer\"}"));
        QCOMPARE(parseObject<Customer>(page->objects[0].json)->name, page->objects[0].object.name);
        QVERIFY(parsePage<Customer>(R"({"object":"search_result","url":"u","has_more":false,"data":[],"next_page":null})"));
        QVERIFY(parsePage<Customer>(listOf({}, "false"))->objects.empty());
    }

    void refusesWhatIsNotAList_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("no has_more") << QByteArray(R"({"object":"list","data":[]})");
        QTest::newRow("has_more null") << QByteArray(R"({"object":"list","data":[],"has_more":null})");
        QTest::newRow("has_more text") << QByteArray(R"({"object":"list","data":[],"has_more":"no"})");
        QTest::newRow("no data") << QByteArray(R"({"object":"list","has_more":false})");
        QTest::newRow("data an object") << QByteArray(R"({"object":"list","has_more":false,"data":{}})");
        QTest::newRow("data of ids") << QByteArray(R"({"object":"list","has_more":false,"data":["cus_1"]})");
        QTest::newRow("not a list") << QByteArray(R"({"object":"customer","id":"cus_1","has_more":false,"data":[]})");
        QTest::newRow("no object") << QByteArray(R"({"has_more":false,"data":[]})");
        QTest::newRow("other objects in it") << QByteArray(R"({"object":"list","has_more":false,"data":[{"id":"sub_1","object":"subscription"}]})");
        QTest::newRow("object without id") << QByteArray(R"({"object":"list","has_more":false,"data":[{"object":"customer"}]})");
        QTest::newRow("array") << QByteArray("[]");
        QTest::newRow("text") << QByteArray("\"list\"");
        QTest::newRow("number") << QByteArray("5");
        QTest::newRow("nothing") << QByteArray("");
        QTest::newRow("spaces") << QByteArray("  \n ");
        QTest::newRow("HTML") << QByteArray("<!DOCTYPE html><html><body>Sign in</body></html>");
        QTest::newRow("trailing text") << QByteArray(R"({"object":"list","has_more":false,"data":[]} x)");
        QTest::newRow("two documents") << QByteArray(R"({"object":"list","has_more":false,"data":[]}{})");
        QTest::newRow("split word") << QByteArray(R"({"object":"list","has_more":fal se,"data":[]})");
        QTest::newRow("bad UTF-8") << QByteArray("{\"object\":\"list\",\"has_more\":false,\"data\":[],\"x\":\"\xff\"}");
        QTest::newRow("too deep") << (QByteArray(R"({"object":"list","has_more":false,"data":[],"x":)") + QByteArray(5000, '[') + QByteArray(5000, ']') + '}');
    }
    void refusesWhatIsNotAList()
    {
        QFETCH(QByteArray, json);
        refusedAsProtocol(parsePage<Customer>(json));
    }

    void webPageIsNamed()
    {
        QVERIFY(parsePage<Customer>(QByteArrayView("<html>")).error().message.contains(QStringLiteral("web page")));
        QVERIFY(parsePage<Customer>(QByteArrayView("{\"object\":\"li")).error().message.contains(QStringLiteral("cut off")));
        for (const char* damaged : {"", "[1]", "{\"object\":\"li"}) { // each says what to do
            QVERIFY2(parsePage<Customer>(QByteArrayView(damaged)).error().message.contains(QStringLiteral("Try again")), damaged);
        }
        QVERIFY(parsePage<Customer>(QByteArrayView("")).error().message.contains(QStringLiteral("empty")));
    }

    void everyPrefixIsRefused()
    {
        const QByteArray page = listOf({kNewSubscription, kOldSubscription}).trimmed();
        QVERIFY(parsePage<Subscription>(page));
        for (qsizetype size = 0; size < page.size(); ++size) {
            // A copy of its own, so that a read past the end is seen by the sanitizers.
            const QByteArray part(page.constData(), size);
            const auto read = parsePage<Subscription>(part);
            QVERIFY2(!read && read.error().kind == ErrorKind::Protocol, qPrintable(QString::number(size)));
        }
    }

    void damagedBytesNeverCrash()
    {
        QRandomGenerator random(20261121);
        const QByteArray pages[] = {listOf({kNewSubscription, kOldSubscription, exampleObject(QStringLiteral("subscription"))}),
            listOf({exampleObject(QStringLiteral("invoice")), "{\"id\":\"in\",\"lines\":{\"data\":[" + kNewLine + ',' + kOldLine + "]}}"})};
        int usable = 0;
        for (int round = 0; round < 6000; ++round) {
            QByteArray page = pages[round % 2];
            for (quint32 flips = 1 + random.bounded(3U); flips > 0; --flips) {
                page[random.bounded(static_cast<int>(page.size()))] = static_cast<char>(random.bounded(256));
            }
            if (round % 2 == 0) {
                usable += parsePage<Subscription>(page) ? 1 : 0;
            } else {
                usable += parsePage<Invoice>(page) ? 1 : 0;
            }
            (void)livemodeOf(page);
            (void)parseError(400, page, {});
        }
        QVERIFY(usable > 100); // a byte inside a name does no harm: the damage reached the readers too
    }

    void errors_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<ErrorKind>("kind");
        const auto body = [](const char* type, const char* code) {
            return QByteArray("{\"error\":{\"type\":\"") + type + "\",\"code\":\"" + code + "\",\"message\":\"m\"}}";
        };
        QTest::newRow("unknown parameter") << 400 << body("invalid_request_error", "parameter_unknown") << ErrorKind::InvalidRequest;
        QTest::newRow("bad key") << 401 << body("invalid_request_error", "") << ErrorKind::Authentication;
        QTest::newRow("declined") << 402 << body("card_error", "card_declined") << ErrorKind::CardDeclined;
        QTest::newRow("not permitted") << 403 << body("invalid_request_error", "") << ErrorKind::Permission;
        QTest::newRow("missing") << 404 << body("invalid_request_error", "resource_missing") << ErrorKind::NotFound;
        QTest::newRow("key in flight") << 409 << body("idempotency_error", "idempotency_key_in_use") << ErrorKind::Conflict;
        QTest::newRow("key reused") << 400 << body("idempotency_error", "") << ErrorKind::Idempotency;
        QTest::newRow("busy") << 409 << body("invalid_request_error", "") << ErrorKind::Conflict;
        QTest::newRow("lock") << 429 << body("invalid_request_error", "lock_timeout") << ErrorKind::Conflict;
        QTest::newRow("rate") << 429 << body("invalid_request_error", "rate_limit") << ErrorKind::RateLimited;
        QTest::newRow("rate as 400") << 400 << body("invalid_request_error", "rate_limit") << ErrorKind::RateLimited;
        QTest::newRow("server") << 500 << body("api_error", "") << ErrorKind::Server;
        QTest::newRow("gateway's page") << 502 << QByteArray("<html>Bad gateway</html>") << ErrorKind::Server;
        QTest::newRow("nothing at all") << 404 << QByteArray() << ErrorKind::NotFound;
        QTest::newRow("error not an object") << 400 << QByteArray(R"({"error":"no"})") << ErrorKind::InvalidRequest;
        QTest::newRow("teapot") << 418 << QByteArray("{}") << ErrorKind::InvalidRequest;
    }
    void errors()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, json);
        QFETCH(ErrorKind, kind);
        const Error error = parseError(status, json, QStringLiteral("req_1"));
        QCOMPARE(error.kind, kind);
        QCOMPARE(error.httpStatus, status);
        QCOMPARE(error.requestId, QStringLiteral("req_1"));
        QVERIFY(!error.message.isEmpty());
    }

    void errorsKeepWhatStripeSaid()
    {
        const QString key = QStringLiteral("rk_") + QStringLiteral("live_") + QString(24, QLatin1Char('z'));
        const Error error = parseError(403,
            QStringLiteral(R"({"error":{"type":"invalid_request_error","code":"c1","decline_code":"d1","param":"p1","message":"The key '%1' lacks it. Having the 'rak_customer_read' permission would allow this request to continue."}})")
                .arg(key)
                .toUtf8(),
            QStringLiteral("req_9"));
        QCOMPARE(error.permission, QStringLiteral("rak_customer_read"));
        QCOMPARE(error.code, QStringLiteral("c1"));
        QCOMPARE(error.declineCode, QStringLiteral("d1"));
        QCOMPARE(error.param, QStringLiteral("p1"));
        QCOMPARE(error.stripeType, QStringLiteral("invalid_request_error"));
        QVERIFY(!error.message.contains(key));
        QVERIFY(error.message.contains(QStringLiteral("rak_customer_read")));
    }

    void livemode()
    {
        QCOMPARE(livemodeOf("{\"data\":{\"livemode\":true},\"livemode\":false}"), std::optional<bool>(false));
        QCOMPARE(livemodeOf("{\"livemode\":true}"), std::optional<bool>(true));
        QVERIFY(!livemodeOf("{\"data\":{\"livemode\":true}}"));
        QVERIFY(!livemodeOf("{\"livemode\":null}"));
        QVERIFY(!livemodeOf("{\"livemode\":tr"));
    }
};

CH_TEST(TstParse)
#include "tst_Parse.moc"
