// SPDX-License-Identifier: GPL-3.0-or-later
// Usage-based billing: meters, what is reported to them, what is counted and what is billed.
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;

class TstMeters : public QObject {
    Q_OBJECT

    static QByteArray makeMeter(Account& a, const QByteArray& name = "calls", const QByteArray& formula = "sum", const QByteArray& more = {})
    {
        return a.post("/v1/billing/meters", "display_name=Calls&event_name=" + name + "&default_aggregation[formula]=" + formula + more).id().toLatin1();
    }
    static Account::Got report(Account& a, const QByteArray& customer, const QByteArray& value, const QByteArray& more = {}, const QByteArray& name = "calls")
    {
        return a.post("/v1/billing/meter_events", "event_name=" + name + "&payload[stripe_customer_id]=" + customer + "&payload[value]=" + value + more);
    }
    static QByteArray at(qint64 instant) { return "&timestamp=" + QByteArray::number(instant); }
    static Account::Got summaries(Account& a, const QByteArray& meter, const QByteArray& customer, qint64 from, qint64 to, const QByteArray& more = {})
    {
        return a.get("/v1/billing/meters/" + meter + "/event_summaries?customer=" + customer + "&start_time=" + QByteArray::number(from) + "&end_time="
                     + QByteArray::number(to) + more);
    }
    static qint64 total(Account& a, const QByteArray& meter, const QByteArray& customer)
    {
        const qint64 now = a.clock.nowSeconds() / 60 * 60;
        return summaries(a, meter, customer, now - 30 * 86400, now + 600).data().first().toObject()["aggregated_value"].toInteger();
    }

private Q_SLOTS:
    void aMeterComesAndGoes();
    void badMetersAreRefused();
    void eventsAddUp_data();
    void eventsAddUp();
    void badEventsAreRefused_data();
    void badEventsAreRefused();
    void anIdentifierCountsOncePerDay();
    void aReportCanBeTakenBackForADay();
    void eventsCountAfterTheDelay();
    void summariesByHourAndDay();
    void ownKeysOfThePayload();
    void pricesNeedALiveMeter();
    void usageIsBilledInArrears_data();
    void usageIsBilledInArrears();
    void usageOfATrialIsFree();
    void usageLivesOnTheTestClock();
    void madeUpUsageShowsAsItIsBilled();
};

void TstMeters::aMeterComesAndGoes()
{
    Account a(Account::empty());
    const QByteArray meter = makeMeter(a, "calls", "count", "&event_time_window=hour");
    const auto got = a.get("/v1/billing/meters/" + meter).json;
    QCOMPARE(got["object"].toString(), "billing.meter");
    QCOMPARE(got["status"].toString(), "active");
    QCOMPARE(got["event_name"].toString(), "calls");
    QCOMPARE(got["event_time_window"].toString(), "hour");
    QCOMPARE(got["default_aggregation"].toObject()["formula"].toString(), "count");
    QCOMPARE(got["customer_mapping"].toObject(), (QJsonObject{{"event_payload_key", "stripe_customer_id"}, {"type", "by_id"}}));
    QCOMPARE(got["value_settings"].toObject(), (QJsonObject{{"event_payload_key", "value"}}));
    a.clock.advance(5 * 1000LL);
    QCOMPARE(a.post("/v1/billing/meters/" + meter, "display_name=Other").json["display_name"].toString(), "Other");
    const auto off = a.post("/v1/billing/meters/" + meter + "/deactivate");
    QCOMPARE(off.json["status"].toString(), "inactive");
    QCOMPARE(off.json["status_transitions"].toObject()["deactivated_at"].toInteger(), a.clock.nowSeconds());
    QCOMPARE(a.post("/v1/billing/meters/" + meter + "/deactivate").status, 400);
    QCOMPARE(report(a, a.makeCustomer(), "1").code(), "archived_meter");
    QCOMPARE(a.get("/v1/billing/meters?status=active").data().size(), 1); // the catalog's own
    QCOMPARE(a.get("/v1/billing/meters?status=inactive").data().size(), 1);
    const QByteArray second = makeMeter(a); // the name is free again, and then it is not
    QCOMPARE(a.post("/v1/billing/meters/" + meter + "/reactivate").status, 400);
    a.post("/v1/billing/meters/" + second + "/deactivate");
    const auto on = a.post("/v1/billing/meters/" + meter + "/reactivate");
    QCOMPARE(on.json["status"].toString(), "active");
    QVERIFY(on.json["status_transitions"].toObject()["deactivated_at"].isNull());
    QCOMPARE(a.post("/v1/billing/meters/" + meter + "/reactivate").status, 400);
    QStringList types;
    for (const QJsonValue& event : a.get("/v1/events?type=billing.meter.*").data())
        types.prepend(event.toObject()["type"].toString().section('.', 2));
    QCOMPARE(types.join(' '), "created updated deactivated created deactivated reactivated");
    const auto updated = a.get("/v1/events?type=billing.meter.updated").data().first().toObject()["data"].toObject();
    QCOMPARE(updated["previous_attributes"].toObject()["display_name"].toString(), "Calls");
}

void TstMeters::badMetersAreRefused()
{
    Account a(Account::empty());
    const QByteArray meter = makeMeter(a);
    QCOMPARE(a.post("/v1/billing/meters", "display_name=Calls&event_name=calls&default_aggregation[formula]=sum").param(), "event_name"); // in use
    QCOMPARE(a.post("/v1/billing/meters", "display_name=Calls&event_name=x&default_aggregation[formula]=max").param(), "default_aggregation[formula]");
    QCOMPARE(a.post("/v1/billing/meters", "display_name=Calls&event_name=x").param(), "default_aggregation");
    QCOMPARE(a.post("/v1/billing/meters/" + meter, "event_name=y").code(), "parameter_unknown"); // it is for good
    QCOMPARE(a.get("/v1/billing/meters/mtr_none").status, 404);
    QCOMPARE(a.get("/v1/billing/meters").data().size(), 2); // the catalog has one of its own
}

void TstMeters::eventsAddUp_data()
{
    QTest::addColumn<QByteArray>("formula");
    QTest::addColumn<qint64>("expected");
    QTest::newRow("sum") << QByteArray("sum") << qint64(13);
    QTest::newRow("count") << QByteArray("count") << qint64(3);
    QTest::newRow("last") << QByteArray("last") << qint64(7);
}

void TstMeters::eventsAddUp()
{
    QFETCH(QByteArray, formula);
    QFETCH(qint64, expected);
    Account a(Account::empty());
    const QByteArray meter = makeMeter(a, "calls", formula), customer = a.makeCustomer(), other = a.makeCustomer();
    const qint64 now = a.clock.nowSeconds();
    const auto got = report(a, customer, "7");
    QCOMPARE(got.status, 200);
    QCOMPARE(got.json["object"].toString(), "billing.meter_event");
    QCOMPARE(got.json["timestamp"].toInteger(), now);
    QCOMPARE(got.json["payload"].toObject()["value"].toString(), "7");
    QVERIFY(!got.json["identifier"].toString().isEmpty());
    QCOMPARE(report(a, customer, "10", at(now - 86400)).status, 200);
    QCOMPARE(report(a, customer, "-4", at(now - 3600)).status, 200);
    QCOMPARE(report(a, other, "100").status, 200);
    QCOMPARE(total(a, meter, customer), expected);
}

void TstMeters::badEventsAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("param");
    QTest::newRow("no meter of this name") << QByteArray("event_name=other&payload[stripe_customer_id]=CUS&payload[value]=1") << "no_meter" << "event_name";
    QTest::newRow("no customer") << QByteArray("event_name=calls&payload[value]=1") << "meter_event_no_customer_defined" << "payload[stripe_customer_id]";
    QTest::newRow("unknown customer") << QByteArray("event_name=calls&payload[stripe_customer_id]=cus_x&payload[value]=1") << "meter_event_customer_not_found" << "payload[stripe_customer_id]";
    QTest::newRow("no value") << QByteArray("event_name=calls&payload[stripe_customer_id]=CUS") << "meter_event_invalid_value" << "payload[value]";
    QTest::newRow("no whole value") << QByteArray("event_name=calls&payload[stripe_customer_id]=CUS&payload[value]=1.5") << "meter_event_invalid_value" << "payload[value]";
    QTest::newRow("too old") << QByteArray("event_name=calls&payload[stripe_customer_id]=CUS&payload[value]=1&timestamp=OLD") << "timestamp_too_far_in_past" << "timestamp";
    QTest::newRow("too new") << QByteArray("event_name=calls&payload[stripe_customer_id]=CUS&payload[value]=1&timestamp=NEW") << "timestamp_in_future" << "timestamp";
    QTest::newRow("no payload") << QByteArray("event_name=calls") << "parameter_missing" << "payload";
}

void TstMeters::badEventsAreRefused()
{
    QFETCH(QByteArray, body);
    Account a(Account::empty());
    const QByteArray meter = makeMeter(a), customer = a.makeCustomer();
    const qint64 now = a.clock.nowSeconds();
    body.replace("CUS", customer).replace("OLD", QByteArray::number(now - 35 * 86400 - 1)).replace("NEW", QByteArray::number(now + 301));
    const auto got = a.post("/v1/billing/meter_events", body);
    QCOMPARE(got.status, 400);
    QTEST(got.code(), "code");
    QTEST(got.param(), "param");
    QCOMPARE(total(a, meter, customer), 0);
    QCOMPARE(report(a, customer, "1", at(now - 35 * 86400)).status, 200);
    QCOMPARE(report(a, customer, "1", at(now + 300)).status, 200);
}

void TstMeters::anIdentifierCountsOncePerDay()
{
    Account a(Account::empty());
    const QByteArray meter = makeMeter(a), customer = a.makeCustomer();
    QCOMPARE(report(a, customer, "5", "&identifier=one").json["identifier"].toString(), "one");
    const auto again = report(a, customer, "5", "&identifier=one");
    QCOMPARE(again.status, 400);
    QCOMPARE(again.message(), "An event already exists with identifier one.");
    QCOMPARE(total(a, meter, customer), 5);
    a.clock.advance(23 * 3600000LL);
    QCOMPARE(report(a, customer, "5", "&identifier=one").status, 400);
    a.clock.advance(1 * 3600000LL);
    QCOMPARE(report(a, customer, "5", "&identifier=one").status, 200);
    QCOMPARE(total(a, meter, customer), 10);
}

void TstMeters::aReportCanBeTakenBackForADay()
{
    Account a(Account::empty());
    const QByteArray meter = makeMeter(a), customer = a.makeCustomer();
    const auto cancel = [&a](const QByteArray& identifier) {
        return a.post("/v1/billing/meter_event_adjustments", "event_name=calls&type=cancel&cancel[identifier]=" + identifier);
    };
    report(a, customer, "5", "&identifier=one");
    report(a, customer, "6", "&identifier=two");
    QCOMPARE(cancel("none").status, 400);
    const auto done = cancel("one").json;
    QCOMPARE(done["object"].toString(), "billing.meter_event_adjustment");
    QCOMPARE(done["cancel"].toObject()["identifier"].toString(), "one");
    QCOMPARE(total(a, meter, customer), 6);
    QCOMPARE(cancel("one").status, 400);
    a.clock.advance(24 * 3600000LL);
    QCOMPARE(cancel("two").status, 400);
    QCOMPARE(total(a, meter, customer), 6);
    QCOMPARE(a.post("/v1/billing/meter_event_adjustments", "event_name=calls&type=cancel").param(), "cancel[identifier]");
}

void TstMeters::eventsCountAfterTheDelay()
{
    auto options = Account::empty();
    options.meterDelay = 10;
    Account a(options);
    const QByteArray meter = makeMeter(a), customer = a.makeCustomer();
    report(a, customer, "5");
    a.clock.advance(9 * 1000LL);
    QCOMPARE(total(a, meter, customer), 0);
    a.clock.advance(1 * 1000LL);
    QCOMPARE(total(a, meter, customer), 5);
}

void TstMeters::summariesByHourAndDay()
{
    Account a(Account::empty());
    const QByteArray meter = makeMeter(a), customer = a.makeCustomer();
    const qint64 today = a.clock.nowSeconds() / 86400 * 86400;
    report(a, customer, "1", at(today - 86400));
    report(a, customer, "2", at(today - 1));
    report(a, customer, "4", at(today));
    const auto days = summaries(a, meter, customer, today - 86400, today + 86400, "&value_grouping_window=day").data();
    QCOMPARE(days.size(), 2);
    QCOMPARE(days[0].toObject()["start_time"].toInteger(), today); // newest first
    QCOMPARE(days[0].toObject()["aggregated_value"].toInteger(), 4);
    QCOMPARE(days[1].toObject()["aggregated_value"].toInteger(), 3);
    QCOMPARE(days[1].toObject()["end_time"].toInteger(), today);
    QCOMPARE(days[1].toObject()["meter"].toString(), QString(meter));
    const auto hours = summaries(a, meter, customer, today - 86400, today, "&value_grouping_window=hour&limit=100").data();
    QCOMPARE(hours.size(), 24);
    QCOMPARE(hours[0].toObject()["aggregated_value"].toInteger(), 2);
    QCOMPARE(hours[23].toObject()["aggregated_value"].toInteger(), 1);
    QCOMPARE(summaries(a, meter, customer, today - 60, today, "&value_grouping_window=hour").param(), "start_time");
    QCOMPARE(summaries(a, meter, customer, today - 3600, today, "&value_grouping_window=day").param(), "start_time");
    QCOMPARE(summaries(a, meter, customer, today - 3600, today + 30).param(), "end_time");
    QCOMPARE(summaries(a, meter, customer, today, today).param(), "end_time");
    QCOMPARE(summaries(a, meter, "cus_none", today - 60, today).param(), "customer");
    QCOMPARE(a.get("/v1/billing/meters/" + meter + "/event_summaries?customer=" + customer).param(), "start_time");
}

void TstMeters::ownKeysOfThePayload()
{
    Account a(Account::empty());
    const QByteArray meter = makeMeter(a, "bytes", "sum", "&customer_mapping[type]=by_id&customer_mapping[event_payload_key]=who&value_settings[event_payload_key]=size");
    const QByteArray customer = a.makeCustomer();
    QCOMPARE(report(a, customer, "5", {}, "bytes").param(), "payload[who]");
    QCOMPARE(a.post("/v1/billing/meter_events", "event_name=bytes&payload[who]=" + customer + "&payload[size]=9").status, 200);
    QCOMPARE(total(a, meter, customer), 9);
}

void TstMeters::pricesNeedALiveMeter()
{
    Account a(Account::empty());
    const QByteArray meter = makeMeter(a);
    const QByteArray base = "currency=usd&unit_amount=2&product_data[name]=x&recurring[interval]=month";
    QCOMPARE(a.post("/v1/prices", base + "&recurring[usage_type]=metered").param(), "recurring[meter]");
    QCOMPARE(a.post("/v1/prices", base + "&recurring[usage_type]=metered&recurring[meter]=mtr_none").code(), "resource_missing");
    QCOMPARE(a.post("/v1/prices", base + "&recurring[meter]=" + meter).param(), "recurring[meter]");
    const auto price = a.post("/v1/prices", base + "&recurring[usage_type]=metered&recurring[meter]=" + meter);
    QCOMPARE(price.json["recurring"].toObject()["meter"].toString(), QString(meter));
    a.post("/v1/billing/meters/" + meter + "/deactivate");
    QCOMPARE(a.post("/v1/prices", base + "&recurring[usage_type]=metered&recurring[meter]=" + meter).status, 400);
}

void TstMeters::usageIsBilledInArrears_data()
{
    QTest::addColumn<QByteArray>("price");
    QTest::addColumn<qint64>("expected"); // of 25 units
    QTest::newRow("by unit") << QByteArray("unit_amount=3") << qint64(75);
    QTest::newRow("by a part of a cent") << QByteArray("unit_amount_decimal=0.5") << qint64(13);
    QTest::newRow("packs of ten") << QByteArray("unit_amount=100&transform_quantity[divide_by]=10&transform_quantity[round]=up") << qint64(300);
    QTest::newRow("graduated") << QByteArray("billing_scheme=tiered&tiers_mode=graduated&tiers[0][up_to]=10&tiers[0][unit_amount]=10&tiers[1][up_to]=inf&tiers[1][unit_amount]=2") << qint64(130);
    QTest::newRow("volume") << QByteArray("billing_scheme=tiered&tiers_mode=volume&tiers[0][up_to]=10&tiers[0][unit_amount]=10&tiers[1][up_to]=inf&tiers[1][unit_amount]=2") << qint64(50);
}

void TstMeters::usageIsBilledInArrears()
{
    QFETCH(QByteArray, price);
    QFETCH(qint64, expected);
    Account a(Account::empty());
    const QByteArray meter = makeMeter(a), customer = a.makePayer();
    const QByteArray id = a.post("/v1/prices", "currency=usd&product_data[name]=x&recurring[interval]=month&recurring[usage_type]=metered&recurring[meter]="
                                                   + meter + '&' + price).id().toLatin1();
    const auto subscription = a.subscribe(customer, id);
    QCOMPARE(subscription.json["status"].toString(), "active");
    const qint64 start = a.clock.nowSeconds();
    report(a, customer, "100", at(start - 1)); // before it began
    a.clock.advance(24 * 3600000LL);
    report(a, customer, "20");
    report(a, customer, "5", at(start));
    a.clock.advance(24 * 31 * 3600000LL);
    report(a, customer, "1"); // of the next period
    const auto invoices = a.walk("/v1/invoices", "subscription=" + subscription.id().toLatin1());
    QCOMPARE(invoices.size(), 2);
    QCOMPARE(invoices[1]["total"].toInteger(), 0);
    QCOMPARE(invoices[0]["total"].toInteger(), expected);
    QCOMPARE(invoices[0]["status"].toString(), "paid");
    qint64 quantity = 0;
    for (const QJsonValue& line : invoices[0]["lines"].toObject()["data"].toArray())
        quantity += line.toObject()["quantity"].toInteger();
    QCOMPARE(quantity, 25);
}

void TstMeters::usageOfATrialIsFree()
{
    Account a(Account::empty());
    const QByteArray meter = makeMeter(a), customer = a.makePayer();
    const QByteArray price = a.makePrice("3", "&recurring[usage_type]=metered&recurring[meter]=" + meter);
    const QByteArray id = a.subscribe(customer, price, "&trial_period_days=7").id().toLatin1();
    report(a, customer, "20");
    a.clock.advance(24 * 8 * 3600000LL);
    const auto invoices = a.walk("/v1/invoices", "subscription=" + id);
    QCOMPARE(invoices.size(), 2);
    QCOMPARE(invoices[0]["total"].toInteger(), 0);
}

void TstMeters::usageLivesOnTheTestClock()
{
    Account a(Account::empty());
    const qint64 start = 1704067200;
    const QByteArray meter = makeMeter(a), price = a.makePrice("3", "&recurring[usage_type]=metered&recurring[meter]=" + meter);
    const QByteArray clock = a.post("/v1/test_helpers/test_clocks", "frozen_time=" + QByteArray::number(start)).id().toLatin1();
    const QByteArray customer = a.makeCustomer("payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa&test_clock=" + clock);
    const QByteArray id = a.subscribe(customer, price).id().toLatin1();
    QCOMPARE(report(a, customer, "20").json["timestamp"].toInteger(), start);
    QCOMPARE(report(a, customer, "20", at(a.clock.nowSeconds())).code(), "timestamp_in_future");
    a.post("/v1/test_helpers/test_clocks/" + clock + "/advance", "frozen_time=" + QByteArray::number(start + 32 * 86400));
    QCOMPARE(a.walk("/v1/invoices", "subscription=" + id).first()["total"].toInteger(), 60);
}

void TstMeters::madeUpUsageShowsAsItIsBilled()
{
    auto options = Account::small();
    options.businesses = 600;
    Account a(options);
    const QByteArray meter = a.get("/v1/billing/meters").data().first().toObject()["id"].toString().toLatin1();
    int compared = 0;
    for (const QJsonObject& price : a.walk("/v1/prices", "recurring[meter]=" + meter)) {
        for (const QJsonObject& subscription : a.walk("/v1/subscriptions", "status=all&price=" + price["id"].toString().toLatin1())) {
            const QByteArray customer = subscription["customer"].toString().toLatin1();
            QJsonObject cycle; // its last billed period
            for (const QJsonObject& invoice : a.walk("/v1/invoices", "subscription=" + subscription["id"].toString().toLatin1())) {
                if (cycle.isEmpty() && invoice["billing_reason"].toString() == "subscription_cycle")
                    cycle = invoice;
            }
            for (const QJsonValue& value : cycle["lines"].toObject()["data"].toArray()) {
                const QJsonObject line = value.toObject(), period = line["period"].toObject();
                if (line["pricing"].toObject()["price_details"].toObject()["price"].toString() != price["id"].toString() || line["quantity"].toInteger() == 0)
                    continue;
                // Whole minutes around the period, and what lies in the neighbouring periods is a few units at most.
                const qint64 from = period["start"].toInteger() / 60 * 60, to = (period["end"].toInteger() + 59) / 60 * 60;
                const qint64 sum = summaries(a, meter, customer, from, to).data().first().toObject()["aggregated_value"].toInteger();
                QVERIFY2(qAbs(sum - line["quantity"].toInteger()) <= 4, qPrintable(QString("%1 for %2").arg(sum).arg(line["quantity"].toInteger())));
                ++compared;
            }
        }
    }
    QVERIFY(compared > 0);
}

CH_TEST(TstMeters)
#include "tst_Meters.moc"
