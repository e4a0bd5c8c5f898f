// SPDX-License-Identifier: GPL-3.0-or-later
// Random moves of subscriptions, from seeds: whatever a person does in whatever order, the books agree, statuses go only where Stripe lets
// them, and the events tell the whole story.
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QSet>
#include <QtTest>

#include <random>

using ch::test::Account;

namespace moves_detail {

/// Stripe's arrows; "" is before it was made.
bool allowed(const QString& from, const QString& to)
{
    static const QHash<QString, QSet<QString>> kArrows{
        {"", {"incomplete", "active", "trialing"}},
        {"incomplete", {"active", "trialing", "incomplete_expired"}},
        {"trialing", {"active", "past_due", "canceled", "paused"}},
        {"active", {"past_due", "canceled", "unpaid", "paused", "trialing"}},
        {"past_due", {"active", "canceled", "unpaid", "paused", "trialing"}},
        {"unpaid", {"active", "canceled"}},
        {"paused", {"active", "past_due", "canceled"}},
    };
    return from == to || kArrows.value(from).contains(to);
}

struct World : Account {
    explicit World(unsigned seed) : Account(empty()), random(seed)
    {
        for (const char* amount : {"1000", "2500", "9900"})
            prices.append(makePrice(amount));
        customer = makePayer();
        coupon = post("/v1/coupons", "duration=forever&percent_off=20").id().toLatin1();
    }
    qint64 below(qint64 most) { return std::uniform_int_distribution<qint64>(0, most - 1)(random); }
    QByteArray any(const QList<QByteArray>& of) { return of[below(of.size())]; }

    void pass(qint64 seconds)
    {
        for (; seconds > 0; seconds -= 20 * 86400) { // before events are forgotten
            clock.advance(std::min<qint64>(seconds, 20 * 86400) * 1000);
            takeEvents();
        }
    }
    void takeEvents()
    {
        QList<QJsonObject> fresh;
        for (const QJsonObject& event : walk("/v1/events", "type=customer.subscription.*")) {
            if (seen.contains(event["id"].toString()))
                continue;
            seen.insert(event["id"].toString());
            fresh.prepend(event);
        }
        for (const QJsonObject& event : fresh) {
            const QJsonObject object = event["data"].toObject()["object"].toObject();
            const QString id = object["id"].toString(), status = object["status"].toString();
            if (!allowed(last[id]["status"].toString(), status))
                faults.append(id + ' ' + last[id]["status"].toString() + " to " + status + " by " + event["type"].toString() + " at "
                              + QString::number(event["created"].toInteger()) + ' ' + QString::fromUtf8(QJsonDocument(event["data"].toObject()["previous_attributes"].toObject()).toJson(QJsonDocument::Compact)));
            last[id] = object;
        }
    }
    QByteArray subscription()
    {
        const auto all = walk("/v1/subscriptions", "status=all");
        return all.isEmpty() ? QByteArray() : "/v1/subscriptions/" + all[below(all.size())]["id"].toString().toLatin1();
    }
    void move();
    void change(const QByteArray& path);

    std::mt19937 random;
    QList<QByteArray> prices;
    QByteArray customer, coupon;
    QSet<QString> seen;
    QHash<QString, QJsonObject> last; ///< each subscription, as the latest event has it
    QStringList faults;
};

void World::change(const QByteArray& path)
{
    const auto items = get(path).json["items"].toObject()["data"].toArray();
    const QByteArray item = items[below(items.size())].toObject()["id"].toString().toLatin1();
    QByteArray body = "payment_behavior=" + any({"allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"})
        + "&proration_behavior=" + any({"always_invoice", "create_prorations", "none"});
    if (below(2))
        body += "&items[0][id]=" + item + "&items[0][quantity]=" + QByteArray::number(1 + below(5));
    else
        body += "&items[0][price]=" + any(prices);
    if (below(5) == 0)
        body += "&billing_cycle_anchor[type]=now";
    post(path, body);
}

void World::move()
{
    const QByteArray path = subscription();
    switch (path.isEmpty() ? 0 : below(14)) {
    case 0:
        subscribe(customer, any(prices), any({"", "&trial_period_days=5", "&payment_behavior=default_incomplete", "&collection_method=send_invoice&days_until_due=9",
                                              "&cancel_at_period_end=true", "&trial_period_days=3&trial_settings[end_behavior][missing_payment_method]=pause"}));
        break;
    case 1:
    case 2:
    case 3: change(path); break;
    case 4: post(path + "/pause", any({"", "invoicing_behavior=invoice", "bill_for[unused_time_from][type]=none"})); break;
    case 5:
    case 6:
        post(path + "/resume", any({"", "payment_behavior=resume_on_payment_success", "billing_cycle_anchor[type]=unchanged",
                                    "billing_cycle_anchor[type]=unchanged&proration_behavior=always_invoice&payment_behavior=resume_on_payment_success"}));
        break;
    case 7: del(path + any({"", "?prorate=true", "?invoice_now=true", "?prorate=true&invoice_now=true"})); break;
    case 8: post(path, any({"cancel_at_period_end=true", "cancel_at_period_end=false", "trial_end=now", "pause_collection[behavior]=void", "pause_collection=",
                            "discounts[0][coupon]=" + coupon, "discounts="})); break;
    case 9: { // another card
        const QByteArray method = post("/v1/payment_methods/" + any({"pm_card_visa", "pm_card_chargeCustomerFail"}) + "/attach", "customer=" + customer).id().toLatin1();
        post("/v1/customers/" + customer, "invoice_settings[default_payment_method]=" + method);
        break;
    }
    case 10:
    case 11: { // somebody sees to an invoice
        const auto open = walk("/v1/invoices", "status=open");
        if (!open.isEmpty())
            post("/v1/invoices/" + open[below(open.size())]["id"].toString().toLatin1() + any({"/pay", "/pay", "/void", "/mark_uncollectible"}));
        break;
    }
    case 12: post("/v1/subscription_schedules", "from_subscription=" + path.mid(18)); break;
    default: break;
    }
    takeEvents();
    pass(below(4) == 0 ? below(40 * 86400) : below(3 * 86400));
}

} // namespace moves_detail

class TstMoves : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void randomMoves_data();
    void randomMoves();
};

void TstMoves::randomMoves_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 12; ++seed)
        QTest::newRow(qPrintable(QString::number(seed))) << seed;
}

void TstMoves::randomMoves()
{
    QFETCH(unsigned, seed);
    moves_detail::World a(seed);
    for (int i = 0; i < 60; ++i)
        a.move();
    QVERIFY2(a.faults.isEmpty(), qPrintable(a.faults.join("; ")));
    qint64 paid = 0, charged = 0;
    for (const QJsonObject& invoice : a.walk("/v1/invoices")) {
        if (invoice["status"] == "paid")
            paid += invoice["amount_paid"].toInteger();
        qint64 lines = 0;
        for (const QJsonValue& line : invoice["lines"].toObject()["data"].toArray())
            lines += line.toObject()["amount"].toInteger();
        if (!invoice["lines"].toObject()["has_more"].toBool() && invoice["total_discount_amounts"].toArray().isEmpty())
            QCOMPARE(lines, invoice["total"].toInteger());
    }
    for (const QJsonObject& charge : a.walk("/v1/charges"))
        charged += charge["paid"].toBool() ? charge["amount"].toInteger() - charge["amount_refunded"].toInteger() : 0;
    QCOMPARE(paid, charged);
    const auto all = a.walk("/v1/subscriptions", "status=all");
    QCOMPARE(a.last.size(), all.size());
    for (const QJsonObject& row : all) {
        QJsonObject is = row, told = a.last[row["id"].toString()];
        QCOMPARE(told["status"], is["status"]);
        QCOMPARE(told["items"], is["items"]);
        QCOMPARE(told["pending_update"], is["pending_update"]);
        QCOMPARE(told["billing_cycle_anchor"], is["billing_cycle_anchor"]);
        QCOMPARE(told["schedule"], is["schedule"]);
        QCOMPARE(told["cancel_at"], is["cancel_at"]);
    }
}

CH_TEST(TstMoves)
#include "tst_Moves.moc"
