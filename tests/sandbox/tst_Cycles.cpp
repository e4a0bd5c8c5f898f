// SPDX-License-Identifier: GPL-3.0-or-later
// Billing cycles and items: anchors, stubs, backdating, trials that come and go, what is added to an invoice, single items, discounts of
// an update, and what an end bills.
#include "sandbox/SubscriptionCase.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;
using ch::test::SubscriptionCase;

namespace cycles_detail {

constexpr qint64 kDaySeconds = 86400;

struct Case : SubscriptionCase {
    Got start(const QByteArray& more = {}, const QByteArray& amount = "3000")
    {
        price = makePrice(amount);
        const Got made = subscribe(customer, price, more);
        if (made.status != 200)
            return made;
        path = "/v1/subscriptions/" + made.id().toLatin1();
        item = firstItemOf(made.json)["id"].toString().toLatin1();
        return made;
    }
    QByteArray in(qint64 days) { return QByteArray::number(clock.nowSeconds() + days * kDaySeconds); }
    QByteArray once(const QByteArray& amount) { return post("/v1/prices", "currency=usd&unit_amount=" + amount + "&product_data[name]=Set-up").id().toLatin1(); }
    QByteArray coupon(const QByteArray& percent, const QByteArray& more = {}) { return post("/v1/coupons", "duration=forever&percent_off=" + percent + more).id().toLatin1(); }

    QByteArray price, item;
};

} // namespace cycles_detail

class TstCycles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFutureAnchor_data();
    void aFutureAnchor();
    void theEventOfARenewalsInvoiceShowsItAsItIs();
    void anchorsThatAreRefused();
    void anAnchorConfig();
    void aTrialBeforeTheAnchor();
    void backdated();
    void theCycleStartsAnew();
    void freeToPaidIsBilledNow();
    void aTrialInTheMiddle();
    void addedToTheInvoice();
    void itemsOneByOne();
    void discountsOfAnUpdateCountForItsInvoice();
    void discountsByTheirId();
    void appliesToDecidesWhetherAMethodIsNeeded();
    void cancelKeepsOrDropsWhatWaits_data();
    void cancelKeepsOrDropsWhatWaits();
    void cancelAtTheLeastOrTheGreatestEnd();
};

void TstCycles::aFutureAnchor_data()
{
    QTest::addColumn<QByteArray>("behavior");
    QTest::addColumn<int>("first");
    QTest::newRow("nothing said") << QByteArray() << 968; // 10 of the 31 days that end then
    QTest::newRow("prorated") << QByteArray("&proration_behavior=create_prorations") << 968;
    QTest::newRow("free") << QByteArray("&proration_behavior=none") << 0;
}

void TstCycles::aFutureAnchor()
{
    QFETCH(QByteArray, behavior);
    cycles_detail::Case a;
    const qint64 anchor = a.in(10).toLongLong();
    QCOMPARE(a.start("&billing_cycle_anchor=" + a.in(10) + behavior).json["billing_cycle_anchor"].toInteger(), anchor);
    QCOMPARE(a.firstItem()["current_period_end"].toInteger(), anchor);
    QTEST(static_cast<int>(a.latest()["amount_paid"].toInteger()), "first");
    a.passDays(10, 7200);
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 3000);
    QCOMPARE(a.firstItem()["current_period_end"].toInteger(), anchor + 30 * cycles_detail::kDaySeconds); // 11 November to 11 December
}

void TstCycles::theEventOfARenewalsInvoiceShowsItAsItIs()
{
    cycles_detail::Case a;
    const qint64 began = a.start("").json["start_date"].toInteger();
    a.passDays(30, 60); // its draft is not finalized yet
    const QJsonObject draft = a.latest();
    QCOMPARE(draft["status"].toString(), "draft");
    QCOMPARE(draft["period_start"].toInteger(), began);
    for (const QJsonValue& event : a.get("/v1/events?type=invoice.created").data()) {
        const QJsonObject shown = event.toObject()["data"].toObject()["object"].toObject();
        if (shown["id"] == draft["id"]) {
            QCOMPARE(shown["period_start"].toInteger(), began);
            QCOMPARE(shown["auto_advance"], draft["auto_advance"]);
            return;
        }
    }
    QFAIL("no event tells of it");
}
void TstCycles::anchorsThatAreRefused()
{
    cycles_detail::Case a;
    QCOMPARE(a.start("&billing_cycle_anchor=" + a.in(-1)).param(), "billing_cycle_anchor");
    QVERIFY(a.start("&billing_cycle_anchor=" + a.in(31)).message().startsWith("billing_cycle_anchor cannot be later than next natural billing date"));
    QCOMPARE(a.start("&billing_cycle_anchor_config[day_of_month]=3&billing_cycle_anchor=" + a.in(5)).code(), "parameters_exclusive");
    QCOMPARE(a.start("&billing_cycle_anchor_config[day_of_month]=32").status, 400);
    QCOMPARE(a.start("&backdate_start_date=" + a.in(1)).param(), "backdate_start_date");
    QCOMPARE(a.walk("/v1/subscriptions", "status=all").size(), 0);
}

void TstCycles::anAnchorConfig()
{
    cycles_detail::Case a; // 1 November
    const auto made = a.start("&billing_cycle_anchor_config[day_of_month]=31&billing_cycle_anchor_config[hour]=12&billing_cycle_anchor_config[minute]=0&billing_cycle_anchor_config[second]=0");
    QCOMPARE(made.json["billing_cycle_anchor"].toInteger(), a.clock.nowSeconds() + 29 * cycles_detail::kDaySeconds + 12 * 3600); // the month has 30 days
    QCOMPARE(made.json["billing_cycle_anchor_config"].toObject(), (QJsonObject{{"day_of_month", 31}, {"hour", 12}, {"minute", 0}, {"month", QJsonValue::Null}, {"second", 0}}));
}

void TstCycles::aTrialBeforeTheAnchor()
{
    cycles_detail::Case a;
    const qint64 anchor = a.in(20).toLongLong();
    a.start("&trial_period_days=10&billing_cycle_anchor=" + a.in(20));
    QCOMPARE(a.now()["status"].toString(), "trialing");
    a.passDays(10, 7200);
    QCOMPARE(a.firstItem()["current_period_end"].toInteger(), anchor);
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 968);
    a.passDays(10);
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 3000);
}

void TstCycles::backdated()
{
    cycles_detail::Case a;
    const qint64 since = a.in(-46).toLongLong(); // 16 September
    const auto made = a.start("&backdate_start_date=" + a.in(-46));
    QCOMPARE(made.json["start_date"].toInteger(), since);
    QCOMPARE(made.json["created"].toInteger(), a.clock.nowSeconds());
    const QJsonArray lines = a.latest()["lines"].toObject()["data"].toArray();
    QCOMPARE(lines.size(), 3);
    QCOMPARE(a.latest()["total"].toInteger(), 3000 + 1548 + 3000); // a month, 16 of 31 days, and the month to come
}

void TstCycles::theCycleStartsAnew()
{
    cycles_detail::Case a;
    a.start();
    a.passDays(10);
    QCOMPARE(a.post(a.path, "billing_cycle_anchor=now").status, 400); // a hash since endive
    QCOMPARE(a.post(a.path, "billing_cycle_anchor[type]=unchanged").status, 200);
    QCOMPARE(a.walk("/v1/invoices").size(), 1);
    const auto anew = a.post(a.path, "billing_cycle_anchor[type]=now");
    QCOMPARE(anew.json["billing_cycle_anchor"].toInteger(), a.clock.nowSeconds());
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 1000); // a month less 20 of 30 days
    a.passDays(5);
    a.post(a.path, "billing_cycle_anchor[type]=now&proration_behavior=none");
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 3000);
}

void TstCycles::freeToPaidIsBilledNow()
{
    cycles_detail::Case a;
    a.start({}, "0");
    a.passDays(10);
    const auto paid = a.post(a.path, "items[0][id]=" + a.item + "&items[0][price]=" + a.makePrice("700"));
    QCOMPARE(paid.json["billing_cycle_anchor"].toInteger(), a.clock.nowSeconds());
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 700);
}

void TstCycles::aTrialInTheMiddle()
{
    cycles_detail::Case a;
    a.start();
    a.passDays(10);
    const auto trial = a.post(a.path, "trial_end=" + a.in(7));
    QCOMPARE(trial.json["status"].toString(), "trialing");
    QCOMPARE(trial.json["trial_start"].toInteger(), a.clock.nowSeconds());
    QCOMPARE(a.latest()["total"].toInteger(), -2000); // what was paid for and not used
    a.passDays(7, 7200);
    QCOMPARE(a.now()["status"].toString(), "active");
    QCOMPARE(a.latest()["total"].toInteger(), 3000);
    QCOMPARE(a.latest()["amount_due"].toInteger(), 1000);
}

void TstCycles::addedToTheInvoice()
{
    cycles_detail::Case a;
    const QByteArray setUp = a.once("500");
    a.start("&add_invoice_items[0][price]=" + setUp + "&add_invoice_items[0][quantity]=2");
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 4000);
    const auto lines = a.latest()["lines"].toObject()["data"].toArray();
    QCOMPARE(lines.size(), 2);
    QCOMPARE(lines[1].toObject()["parent"].toObject()["type"].toString(), "invoice_item_details");
    a.post(a.path, "add_invoice_items[0][price]=" + setUp); // waits
    QCOMPARE(a.walk("/v1/invoices").size(), 1);
    QCOMPARE(a.get("/v1/invoiceitems?pending=true&customer=" + a.customer).data().size(), 1);
    a.passDays(30, 7200);
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 3500);
    QVERIFY(a.post(a.path, "add_invoice_items[0][price]=" + a.price).message().contains("type=recurring"));
    const auto trial = a.subscribe(a.customer, a.price, "&trial_period_days=5&add_invoice_items[0][price]=" + setUp);
    QCOMPARE(a.get("/v1/invoices/" + trial.json["latest_invoice"].toString().toLatin1()).json["amount_paid"].toInteger(), 500);
    QCOMPARE(trial.json["status"].toString(), "trialing");
}

void TstCycles::itemsOneByOne()
{
    cycles_detail::Case a;
    a.start();
    a.passDays(15);
    const QByteArray other = a.makePrice("1000"), id = a.path.mid(18);
    const auto made = a.post("/v1/subscription_items", "subscription=" + id + "&price=" + other + "&quantity=2&metadata[a]=b&proration_behavior=always_invoice");
    QCOMPARE(made.status, 200);
    QCOMPARE(made.json["quantity"].toInteger(), 2);
    QCOMPARE(made.json["metadata"].toObject()["a"].toString(), "b");
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 1000); // half a month
    QCOMPARE(a.post("/v1/subscription_items", "subscription=" + id + "&price=" + other).status, 400); // twice the same
    const QByteArray path = "/v1/subscription_items/" + made.id().toLatin1();
    const auto more = a.post(path, "quantity=4&metadata[c]=d&proration_behavior=none");
    QCOMPARE(more.json["quantity"].toInteger(), 4);
    QCOMPARE(more.json["metadata"].toObject().size(), 2);
    const auto event = a.get("/v1/events?limit=1&type=customer.subscription.updated").data()[0].toObject();
    QVERIFY(event["data"].toObject()["previous_attributes"].toObject().contains("items"));
    QCOMPARE(a.post(path, "quantity=x").param(), "quantity");
    const auto gone = a.del(path);
    QCOMPARE(gone.json, (QJsonObject{{"id", made.id()}, {"object", "subscription_item"}, {"deleted", true}}));
    QCOMPARE(a.get(path).status, 404);
    QCOMPARE(a.del("/v1/subscription_items/" + a.item).message(), "A subscription must have at least one active plan.");
    QCOMPARE(a.del("/v1/subscription_items/" + a.item + "?clear_usage=true").status, 400);
    QCOMPARE(a.post("/v1/subscription_items", "subscription=sub_1no&price=" + other).param(), "subscription");
}

void TstCycles::discountsOfAnUpdateCountForItsInvoice()
{
    cycles_detail::Case a;
    a.start();
    a.passDays(15);
    a.post(a.path, "billing_cycle_anchor[type]=now&proration_behavior=none&discounts[0][coupon]=" + a.coupon("50"));
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 1500);
    a.passDays(1);
    a.post(a.path, "discounts=&billing_cycle_anchor[type]=now&proration_behavior=none&items[0][id]=" + a.item + "&items[0][discounts][0][coupon]=" + a.coupon("10"));
    QCOMPARE(a.latest()["amount_paid"].toInteger(), 2700);
}

void TstCycles::discountsByTheirId()
{
    cycles_detail::Case a;
    const auto made = a.start("&discounts[0][coupon]=" + a.coupon("50"));
    const QByteArray held = made.json["discounts"].toArray()[0].toString().toLatin1();
    const QByteArray ten = a.coupon("10");
    const auto both = a.post(a.path, "discounts[0][discount]=" + held + "&discounts[1][coupon]=" + ten);
    QCOMPARE(both.json["discounts"].toArray().size(), 2);
    QCOMPARE(both.json["discounts"].toArray()[0].toString().toLatin1(), held);
    const auto one = a.post(a.path, "discounts[0][coupon]=" + ten);
    QCOMPARE(one.json["discounts"].toArray().size(), 1);
    QCOMPARE(one.json["discounts"].toArray()[0], both.json["discounts"].toArray()[1]);
    QCOMPARE(a.post(a.path, "discounts[0][discount]=" + held).param(), "discounts[0][discount]"); // it is gone
    QCOMPARE(a.post(a.path, "discounts[0][discount]=di_1no").status, 400);
}

void TstCycles::appliesToDecidesWhetherAMethodIsNeeded()
{
    Account a(Account::empty());
    const QByteArray price = a.makePrice(), product = a.get("/v1/prices/" + price).json["product"].toString().toLatin1(), customer = a.makeCustomer();
    const auto free = [&](const QByteArray& of) { return a.post("/v1/coupons", "duration=forever&percent_off=100&applies_to[products][0]=" + of).id().toLatin1(); };
    const QByteArray other = a.post("/v1/products", "name=Other").id().toLatin1();
    QCOMPARE(a.subscribe(customer, price, "&discounts[0][coupon]=" + free(other)).status, 400); // something is due
    QCOMPARE(a.subscribe(customer, price, "&discounts[0][coupon]=" + free(product)).json["status"].toString(), "active");
    QCOMPARE(a.subscribe(customer, price, "&items[0][discounts][0][coupon]=" + free(product)).json["status"].toString(), "active");
}

void TstCycles::cancelKeepsOrDropsWhatWaits_data()
{
    QTest::addColumn<QByteArray>("how");
    QTest::addColumn<int>("invoiced"); // by the cancellation
    QTest::addColumn<int>("waiting");
    QTest::newRow("neither") << QByteArray() << 0 << 0;
    QTest::newRow("prorate") << QByteArray("?prorate=true") << 0 << 3; // two lines of the change, and the credit
    QTest::newRow("invoice_now") << QByteArray("?invoice_now=true") << 1500 << 0;
    QTest::newRow("both") << QByteArray("?prorate=true&invoice_now=true") << -1500 << 0;
}

void TstCycles::cancelKeepsOrDropsWhatWaits()
{
    QFETCH(QByteArray, how);
    QFETCH(int, invoiced);
    QFETCH(int, waiting);
    cycles_detail::Case a;
    a.start();
    a.passDays(15);
    a.post(a.path, "items[0][id]=" + a.item + "&items[0][quantity]=2"); // 1500 more for the rest
    QCOMPARE(a.del(a.path + how).json["status"].toString(), "canceled");
    QCOMPARE(a.walk("/v1/invoices").size(), invoiced ? 2 : 1);
    if (invoiced)
        QCOMPARE(a.latest()["total"].toInteger(), invoiced);
    QCOMPARE(a.get("/v1/invoiceitems?pending=true&customer=" + a.customer).data().size(), waiting);
    a.start(); // another subscription's first invoice takes what waits
    QCOMPARE(a.latest()["total"].toInteger(), waiting ? 3000 - 1500 : 3000);
    QCOMPARE(a.get("/v1/invoiceitems?pending=true&customer=" + a.customer).data().size(), 0);
}

void TstCycles::cancelAtTheLeastOrTheGreatestEnd()
{
    for (const bool least : {true, false}) {
        cycles_detail::Case a;
        const QByteArray weekly = a.post("/v1/prices", "currency=usd&unit_amount=5&recurring[interval]=week&product_data[name]=W").id().toLatin1();
        const auto made = a.start("&items[1][price]=" + weekly + "&cancel_at=" + (least ? "min_period_end" : "max_period_end"));
        QCOMPARE(made.json["cancel_at"].toInteger(), a.clock.nowSeconds() + (least ? 7 : 30) * cycles_detail::kDaySeconds);
        const auto turned = a.post(a.path, QByteArray("cancel_at=") + (least ? "max_period_end" : "min_period_end"));
        QCOMPARE(turned.json["cancel_at"].toInteger(), a.clock.nowSeconds() + (least ? 30 : 7) * cycles_detail::kDaySeconds);
    }
}

CH_TEST(TstCycles)
#include "tst_Cycles.moc"
