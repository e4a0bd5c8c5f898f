// SPDX-License-Identifier: GPL-3.0-or-later
// What happens by itself as time goes on.
#include "sandbox/Account.h"
#include "sandbox/SpedClock.h"
#include "support/TestMain.h"

#include <QElapsedTimer>
#include <QtTest>

using ch::test::Account;

namespace {
constexpr qint64 kLifeDay = 86400;
}

class TstLife : public QObject {
    Q_OBJECT

    static void pass(Account& a, qint64 seconds) { a.clock.advance(seconds * 1000); }
    static QString statusOf(Account& a, const QByteArray& id) { return a.get("/v1/subscriptions/" + id).json["status"].toString(); }
    static QJsonObject newestInvoice(Account& a, const QByteArray& id)
    {
        return a.get("/v1/invoices?limit=1&subscription=" + id).data().at(0).toObject();
    }
    static int count(Account& a, const QByteArray& type) { return static_cast<int>(a.walk("/v1/events", "type=" + type).size()); }

private Q_SLOTS:
    void renewalsAreDraftsForAnHourAndThenPaid();
    void trialsAreWarnedOfAndEnd();
    void aFailingCardIsRetriedAndGivenUp_data();
    void aFailingCardIsRetriedAndGivenUp();
    void aNewCardMendsIt();
    void incompleteExpiresAfter23Hours();
    void paidInTimeItDoesNotExpire();
    void leavingEndsAtThePeriodsEnd();
    void cancelAtComes();
    void pausedCollectionKeepsVoidsAndResumes();
    void discountsEnd();
    void invoicesSentGoOverdue();
    void theSameLifeInOneStepOrMany();
    void aYearAddsUp();
    void eventsReplayToTheFinalState();
    void nothingDueCostsNothing();
    void aSpedClockRunsFast();
};

void TstLife::renewalsAreDraftsForAnHourAndThenPaid()
{
    Account a(Account::empty());
    const auto made = a.subscribe(a.makePayer(), a.makePrice("1500"));
    const QByteArray id = made.id().toLatin1();
    const qint64 end = made.json["items"].toObject()["data"].toArray()[0].toObject()["current_period_end"].toInteger();
    pass(a, end - a.clock.nowSeconds() - 1);
    QCOMPARE(a.walk("/v1/invoices", "subscription=" + id).size(), 1);
    pass(a, 1);
    QJsonObject draft = newestInvoice(a, id);
    QCOMPARE(draft["status"].toString(), "draft");
    QCOMPARE(draft["billing_reason"].toString(), "subscription_cycle");
    QCOMPARE(draft["created"].toInteger(), end);
    QCOMPARE(draft["automatically_finalizes_at"].toInteger(), end + 3600);
    pass(a, 3599);
    QCOMPARE(newestInvoice(a, id)["status"].toString(), "draft");
    pass(a, 1);
    const QJsonObject paid = newestInvoice(a, id);
    QCOMPARE(paid["id"], draft["id"]);
    QCOMPARE(paid["status"].toString(), "paid");
    QCOMPARE(paid["amount_paid"].toInteger(), 1500);
    QCOMPARE(paid["status_transitions"].toObject()["paid_at"].toInteger(), end + 3600);
    const auto event = a.get("/v1/events?type=customer.subscription.updated&limit=1").data()[0].toObject();
    QVERIFY(event["request"].toObject()["id"].isNull()); // nobody asked for it
    QCOMPARE(event["data"].toObject()["previous_attributes"].toObject()["latest_invoice"].toString(), made.json["latest_invoice"].toString());
    QVERIFY(event["data"].toObject()["previous_attributes"].toObject().contains("items"));
    for (const char* type : {"invoice.created", "invoice.finalized", "invoice.paid", "invoice.payment_succeeded", "payment_intent.succeeded"})
        QCOMPARE(count(a, type), 1); // those of the start are more than thirty days old
}

void TstLife::trialsAreWarnedOfAndEnd()
{
    Account a(Account::empty());
    const QByteArray id = a.subscribe(a.makePayer(), a.makePrice(), "&trial_period_days=14").id().toLatin1();
    pass(a, 11 * kLifeDay - 1);
    QCOMPARE(count(a, "customer.subscription.trial_will_end"), 0);
    pass(a, 1);
    QCOMPARE(count(a, "customer.subscription.trial_will_end"), 1);
    pass(a, 3 * kLifeDay - 1);
    QCOMPARE(statusOf(a, id), "trialing");
    pass(a, 1);
    QCOMPARE(statusOf(a, id), "active");
    const auto event = a.get("/v1/events?type=customer.subscription.updated&limit=1").data()[0].toObject();
    QCOMPARE(event["data"].toObject()["previous_attributes"].toObject()["status"].toString(), "trialing");
    pass(a, 3600);
    QCOMPARE(newestInvoice(a, id)["amount_paid"].toInteger(), 1000);
    QCOMPARE(count(a, "customer.subscription.trial_will_end"), 1);
    a.subscribe(a.makePayer(), a.makePrice(), "&trial_period_days=2"); // shorter than the warning: told at once
    QCOMPARE(count(a, "customer.subscription.trial_will_end"), 2);
}

void TstLife::aFailingCardIsRetriedAndGivenUp_data()
{
    QTest::addColumn<int>("after");
    QTest::addColumn<QString>("status");
    QTest::newRow("canceled") << int(ch::sandbox::Options::Unpaid::Cancel) << "canceled";
    QTest::newRow("unpaid") << int(ch::sandbox::Options::Unpaid::MarkUnpaid) << "unpaid";
    QTest::newRow("past_due") << int(ch::sandbox::Options::Unpaid::LeavePastDue) << "past_due";
}

void TstLife::aFailingCardIsRetriedAndGivenUp()
{
    QFETCH(int, after);
    QFETCH(QString, status);
    auto options = Account::empty();
    options.afterRetries = static_cast<ch::sandbox::Options::Unpaid>(after);
    Account a(options);
    const QByteArray customer = a.makePayer("pm_card_chargeCustomerFail");
    const QByteArray id = a.subscribe(customer, a.makePrice(), "&trial_period_days=1").id().toLatin1();
    pass(a, kLifeDay + 3600);
    for (int attempt = 1; attempt <= 3; ++attempt) {
        QCOMPARE(statusOf(a, id), "past_due");
        const QJsonObject invoice = newestInvoice(a, id);
        QCOMPARE(invoice["attempt_count"].toInt(), attempt);
        QCOMPARE(invoice["status"].toString(), "open");
        const qint64 next = invoice["next_payment_attempt"].toInteger();
        QCOMPARE(next - a.clock.nowSeconds(), (QList<int>{3, 5, 7}[attempt - 1]) * kLifeDay);
        pass(a, next - a.clock.nowSeconds() - 1);
        QCOMPARE(newestInvoice(a, id)["attempt_count"].toInt(), attempt);
        pass(a, 1);
    }
    QCOMPARE(statusOf(a, id), status);
    QCOMPARE(newestInvoice(a, id)["attempt_count"].toInt(), 4);
    QVERIFY(newestInvoice(a, id)["next_payment_attempt"].isNull());
    QCOMPARE(count(a, "invoice.payment_failed"), 4);
    QVERIFY(a.get("/v1/customers/" + customer).json["delinquent"].toBool());
    if (status == "canceled")
        QCOMPARE(a.get("/v1/subscriptions/" + id).json["cancellation_details"].toObject()["reason"].toString(), "payment_failed");
    pass(a, 40 * kLifeDay);
    if (status == "unpaid") // drafts that nobody finalizes
        QCOMPARE(newestInvoice(a, id)["status"].toString(), "draft");
}

void TstLife::aNewCardMendsIt()
{
    Account a(Account::empty());
    const QByteArray customer = a.makePayer("pm_card_chargeCustomerFail");
    const QByteArray id = a.subscribe(customer, a.makePrice(), "&trial_period_days=1").id().toLatin1();
    pass(a, kLifeDay + 3600);
    const QByteArray card = a.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + customer).id().toLatin1();
    a.post("/v1/customers/" + customer, "invoice_settings[default_payment_method]=" + card);
    QCOMPARE(statusOf(a, id), "past_due");
    pass(a, 3 * kLifeDay);
    QCOMPARE(statusOf(a, id), "active");
    QCOMPARE(newestInvoice(a, id)["status"].toString(), "paid");
    QVERIFY(!a.get("/v1/customers/" + customer).json["delinquent"].toBool());
}

void TstLife::incompleteExpiresAfter23Hours()
{
    Account a(Account::empty());
    const QByteArray id = a.subscribe(a.makePayer("pm_card_chargeCustomerFail"), a.makePrice()).id().toLatin1();
    pass(a, 23 * 3600 - 1);
    QCOMPARE(statusOf(a, id), "incomplete");
    pass(a, 1);
    QCOMPARE(statusOf(a, id), "incomplete_expired");
    QCOMPARE(newestInvoice(a, id)["status"].toString(), "void");
    QCOMPARE(count(a, "invoice.voided"), 1);
    const auto event = a.get("/v1/events?type=customer.subscription.updated&limit=1").data()[0].toObject();
    QCOMPARE(event["data"].toObject()["previous_attributes"].toObject()["status"].toString(), "incomplete");
}

void TstLife::paidInTimeItDoesNotExpire()
{
    Account a(Account::empty());
    const QByteArray id = a.subscribe(a.makePayer("pm_card_chargeCustomerFail"), a.makePrice()).id().toLatin1();
    pass(a, 20 * 3600);
    const auto invoice = newestInvoice(a, id);
    QCOMPARE(a.post("/v1/invoices/" + invoice["id"].toString().toLatin1() + "/pay", "paid_out_of_band=true").status, 200);
    pass(a, 4 * 3600);
    QCOMPARE(statusOf(a, id), "active");
}

void TstLife::leavingEndsAtThePeriodsEnd()
{
    Account a(Account::empty());
    const QByteArray price = a.makePrice();
    const QByteArray gone = a.subscribe(a.makePayer(), price).id().toLatin1(), stays = a.subscribe(a.makePayer(), price).id().toLatin1();
    for (const QByteArray& id : {gone, stays})
        a.post("/v1/subscriptions/" + id, "cancel_at_period_end=true");
    a.post("/v1/subscriptions/" + stays, "cancel_at_period_end=false");
    pass(a, 30 * kLifeDay); // November
    const auto ended = a.get("/v1/subscriptions/" + gone).json;
    QCOMPARE(ended["status"].toString(), "canceled");
    QCOMPARE(ended["ended_at"].toInteger(), a.clock.nowSeconds());
    QCOMPARE(ended["canceled_at"].toInteger(), a.clock.nowSeconds() - 30 * kLifeDay); // when it was asked for
    QCOMPARE(a.walk("/v1/invoices", "subscription=" + gone).size(), 1);
    QCOMPARE(count(a, "customer.subscription.deleted"), 1);
    QCOMPARE(statusOf(a, stays), "active");
    QCOMPARE(a.walk("/v1/invoices", "subscription=" + stays).size(), 2);
}

void TstLife::cancelAtComes()
{
    for (const bool prorates : {true, false}) {
        Account a(Account::empty());
        const QByteArray id = a.subscribe(a.makePayer(), a.makePrice()).id().toLatin1();
        a.post("/v1/subscriptions/" + id, "cancel_at=" + QByteArray::number(a.clock.nowSeconds() + 40 * kLifeDay) + (prorates ? "" : "&proration_behavior=none"));
        pass(a, 40 * kLifeDay - 1);
        QCOMPARE(statusOf(a, id), "active");
        pass(a, 1);
        QCOMPARE(statusOf(a, id), "canceled");
        const auto invoices = a.walk("/v1/invoices", "subscription=" + id);
        QCOMPARE(invoices.size(), prorates ? 3 : 2);
        if (prorates)
            QCOMPARE(invoices[0]["total"].toInteger(), -677); // 21 of 31 days
    }
}

void TstLife::pausedCollectionKeepsVoidsAndResumes()
{
    Account a(Account::empty());
    const QByteArray price = a.makePrice();
    const QList<QPair<QByteArray, QByteArray>> ways = {{"keep_as_draft", "draft"}, {"mark_uncollectible", "uncollectible"}, {"void", "void"}};
    QList<QByteArray> ids;
    for (const auto& [way, becomes] : ways) {
        ids.append(a.subscribe(a.makePayer(), price).id().toLatin1());
        QCOMPARE(a.post("/v1/subscriptions/" + ids.last(), "pause_collection[behavior]=" + way + "&pause_collection[resumes_at]="
                                                               + QByteArray::number(a.clock.nowSeconds() + 40 * kLifeDay)).status, 200);
    }
    pass(a, 35 * kLifeDay);
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(newestInvoice(a, ids[i])["status"].toString().toLatin1(), ways[i].second);
        QVERIFY(a.get("/v1/subscriptions/" + ids[i]).json["pause_collection"].isObject());
        QCOMPARE(statusOf(a, ids[i]), "active");
    }
    pass(a, 5 * kLifeDay);
    for (const QByteArray& id : ids)
        QVERIFY(a.get("/v1/subscriptions/" + id).json["pause_collection"].isNull());
    pass(a, 25 * kLifeDay);
    for (const QByteArray& id : ids)
        QCOMPARE(newestInvoice(a, id)["status"].toString(), "paid");
}

void TstLife::discountsEnd()
{
    Account a(Account::empty());
    const QByteArray once = a.post("/v1/coupons", "percent_off=50&duration=once").id().toLatin1();
    const QByteArray two = a.post("/v1/coupons", "percent_off=10&duration=repeating&duration_in_months=2").id().toLatin1();
    const QByteArray price = a.makePrice("1000");
    const QByteArray first = a.subscribe(a.makePayer(), price, "&discounts[0][coupon]=" + once).id().toLatin1();
    const QByteArray second = a.subscribe(a.makePayer(), price, "&discounts[0][coupon]=" + two).id().toLatin1();
    QCOMPARE(a.get("/v1/subscriptions/" + first).json["discounts"].toArray().size(), 0); // used up at once
    QCOMPARE(count(a, "customer.discount.deleted"), 1);
    pass(a, 95 * kLifeDay); // into February
    QList<qint64> totals, discounted;
    for (const QJsonObject& invoice : a.walk("/v1/invoices", "subscription=" + first))
        totals.prepend(invoice["total"].toInteger());
    for (const QJsonObject& invoice : a.walk("/v1/invoices", "subscription=" + second))
        discounted.prepend(invoice["total"].toInteger());
    QCOMPARE(totals, (QList<qint64>{500, 1000, 1000, 1000}));
    QCOMPARE(discounted, (QList<qint64>{900, 900, 1000, 1000}));
    QCOMPARE(a.get("/v1/subscriptions/" + second).json["discounts"].toArray().size(), 0);
    // Between two renewals, too, and told.
    const QByteArray yearly = a.post("/v1/prices", "currency=usd&unit_amount=9000&recurring[interval]=year&product_data[name]=Y").id().toLatin1();
    const auto third = a.subscribe(a.makePayer(), yearly, "&discounts[0][coupon]=" + two);
    pass(a, 62 * kLifeDay);
    QCOMPARE(a.get("/v1/subscriptions/" + third.id().toLatin1()).json["discounts"].toArray().size(), 0);
    bool told = false;
    for (const QJsonObject& event : a.walk("/v1/events", "type=customer.subscription.updated")) {
        const QJsonObject data = event["data"].toObject();
        told = told || (data["object"].toObject()["id"].toString() == third.id() && data["previous_attributes"].toObject()["discounts"] == third.json["discounts"]);
    }
    QVERIFY(told);
}

void TstLife::invoicesSentGoOverdue()
{
    Account a(Account::empty());
    const QByteArray id = a.subscribe(a.makeCustomer(), a.makePrice(), "&collection_method=send_invoice&days_until_due=10").id().toLatin1();
    pass(a, 3600);
    const QJsonObject invoice = newestInvoice(a, id);
    QCOMPARE(invoice["status"].toString(), "open");
    QCOMPARE(invoice["due_date"].toInteger(), a.clock.nowSeconds() + 10 * kLifeDay);
    pass(a, 10 * kLifeDay);
    QCOMPARE(statusOf(a, id), "past_due");
    QCOMPARE(count(a, "invoice.overdue"), 1);
    a.post("/v1/invoices/" + invoice["id"].toString().toLatin1() + "/pay", "paid_out_of_band=true");
    QCOMPARE(statusOf(a, id), "active");
}

void TstLife::theSameLifeInOneStepOrMany()
{
    Account a, b, c;
    for (int day = 0; day < 70; ++day) {
        pass(a, kLifeDay);
        QCOMPARE(a.get("/v1/balance").status, 200);
    }
    pass(b, 70 * kLifeDay);
    b.engine.advanceTo(b.clock.nowSeconds() - 1); // going back changes nothing
    c.engine.advanceTo(c.clock.nowSeconds() + 70 * kLifeDay);
    for (const QByteArray path : {"/v1/subscriptions", "/v1/invoices", "/v1/payment_intents", "/v1/customers"}) {
        const QByteArray filter = path.endsWith("subscriptions") ? "status=all" : "";
        const auto one = a.walk(path, filter);
        QVERIFY(one.size() > 100);
        QVERIFY(one == b.walk(path, filter));
        QVERIFY(one == c.walk(path, filter));
    }
}

void TstLife::aYearAddsUp()
{
    auto options = Account::small();
    options.businesses = 200;
    Account a(options);
    const qint64 before = a.engine.counts().invoices;
    pass(a, 365 * kLifeDay);
    const qint64 now = a.clock.nowSeconds();
    QVERIFY(a.engine.counts().invoices > before + 1000);
    for (const QJsonObject& row : a.walk("/v1/subscriptions", "status=all")) {
        const QString status = row["status"].toString();
        QVERIFY2(status != "incomplete" && status != "trialing", qPrintable(status)); // nobody has come since
        if (!row["ended_at"].isNull())
            continue;
        QVERIFY(row["cancel_at"].isNull() || row["cancel_at"].toInteger() > now);
        for (const QJsonValue& value : row["items"].toObject()["data"].toArray()) {
            const QJsonObject item = value.toObject();
            QVERIFY(item["current_period_end"].toInteger() > now && item["current_period_start"].toInteger() <= now);
        }
    }
    for (const QJsonObject& invoice : a.walk("/v1/invoices")) {
        if (invoice["status"].toString() == "draft")
            QVERIFY(!invoice["automatically_finalizes_at"].isDouble() || invoice["automatically_finalizes_at"].toInteger() > now);
        if (!invoice["next_payment_attempt"].isNull())
            QVERIFY(invoice["next_payment_attempt"].toInteger() > now);
        qint64 sum = 0;
        for (const QJsonObject& line : a.walk("/v1/invoices/" + invoice["id"].toString().toLatin1() + "/lines"))
            sum += line["amount"].toInteger();
        for (const QJsonValue& part : invoice["total_discount_amounts"].toArray())
            sum -= part.toObject()["amount"].toInteger();
        QCOMPARE(invoice["total"].toInteger(), sum);
    }
}

void TstLife::eventsReplayToTheFinalState()
{
    auto options = Account::small();
    options.businesses = 150;
    options.testClockObjects = 0;
    Account a(options);
    QMap<QString, QJsonObject> known;
    for (const QJsonObject& row : a.walk("/v1/subscriptions", "status=all"))
        known.insert(row["id"].toString(), row);
    QSet<QString> seen;
    int changed = 0;
    for (int round = 0; round < 20; ++round) {
        // People do things as well.
        const auto rows = a.get("/v1/subscriptions?status=active&limit=100").data();
        const QJsonObject one = rows[(round * 7) % rows.size()].toObject(), other = rows[(round * 11 + 3) % rows.size()].toObject();
        const QByteArray item = one["items"].toObject()["data"].toArray()[0].toObject()["id"].toString().toLatin1();
        a.post("/v1/subscriptions/" + one["id"].toString().toLatin1(), "items[0][id]=" + item + "&items[0][quantity]=3&proration_behavior=always_invoice");
        a.post("/v1/subscriptions/" + other["id"].toString().toLatin1(), round % 2 ? "cancel_at_period_end=true" : "metadata[round]=even");
        if (round % 5 == 4)
            a.del("/v1/subscriptions/" + rows[(round * 5 + 1) % rows.size()].toObject()["id"].toString().toLatin1());
        pass(a, 19 * kLifeDay);
        auto events = a.walk("/v1/events", "type=customer.subscription.*");
        std::reverse(events.begin(), events.end());
        for (const QJsonObject& event : events) {
            if (seen.contains(event["id"].toString()) || event["type"].toString().endsWith("trial_will_end"))
                continue;
            seen.insert(event["id"].toString());
            const QJsonObject data = event["data"].toObject(), now = data["object"].toObject();
            const QJsonObject previous = data["previous_attributes"].toObject();
            if (round > 0 && previous.contains("status") && known.contains(now["id"].toString()))
                QCOMPARE(known[now["id"].toString()]["status"], previous["status"]);
            known.insert(now["id"].toString(), now);
            ++changed;
        }
    }
    QVERIFY(changed > 500);
    const auto end = a.walk("/v1/subscriptions", "status=all");
    QCOMPARE(end.size(), known.size());
    for (const QJsonObject& row : end)
        QVERIFY2(known[row["id"].toString()] == row, qPrintable(QJsonDocument(row).toJson() + QJsonDocument(known[row["id"].toString()]).toJson()));
}

void TstLife::nothingDueCostsNothing()
{
    // Ten thousand requests on 6,000 subscriptions and on none: a walk over them for each would take thousands of times as long. The best
    // of several, since other programs run too.
    const auto bestOf = [](const ch::sandbox::Options& options) {
        Account a(options);
        a.get("/v1/balance");
        qint64 best = std::numeric_limits<qint64>::max();
        for (int round = 0; round < 5; ++round) {
            QElapsedTimer timer;
            timer.start();
            for (int i = 0; i < 10000; ++i)
                a.engine.advanceTo(a.clock.nowSeconds());
            best = std::min(best, timer.nsecsElapsed());
        }
        return best;
    };
    auto many = Account::small();
    many.businesses = 6000;
    many.months = 1;
    const qint64 full = bestOf(many), empty = bestOf(Account::empty());
    QVERIFY2(full < 50 * empty, qPrintable(QStringLiteral("%1 ns, on an empty account %2").arg(full).arg(empty)));
}

void TstLife::aSpedClockRunsFast()
{
    ch::test::FakeClock clock;
    const ch::sandbox::SpedClock day(clock, 86400), still(clock, 0);
    const qint64 start = clock.nowMs();
    clock.advance(1500);
    QCOMPARE(day.nowMs() - start, 129'600'000);
    QCOMPARE(still.nowMs(), start);
    QCOMPARE(day.monotonicMs(), clock.monotonicMs());
}

CH_TEST(TstLife)
#include "tst_Life.moc"
