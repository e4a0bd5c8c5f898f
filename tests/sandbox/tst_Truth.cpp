// SPDX-License-Identifier: GPL-3.0-or-later
// The account tells every change that it made, however old, out of band.
#include "sandbox/Account.h"
#include "support/TestMain.h"

#include <QtTest>

using ch::test::Account;

namespace {

constexpr qint64 kTruthDay = 86400;

QList<QJsonObject> told(const Account& a)
{
    QList<QJsonObject> lines;
    for (const QByteArray& line : a.engine.truth(0, 1'000'000).split('\n')) {
        if (!line.isEmpty())
            lines.append(QJsonDocument::fromJson(line).object());
    }
    return lines;
}

ch::sandbox::Options telling(ch::sandbox::Options options)
{
    options.truth = true;
    return options;
}

} // namespace

class TstTruth : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isNotKeptUnlessAskedFor();
    void tellsWhatTheEventsForgot();
    void tellsOfACustomersDiscount();
    void endsAtWhatTheApiSays();
    void goesOnAheadOfTheClock();
};

void TstTruth::isNotKeptUnlessAskedFor()
{
    Account a;
    QVERIFY(a.engine.truth(0, 10).isEmpty());
}

void TstTruth::tellsWhatTheEventsForgot()
{
    Account a(telling(Account::empty()));
    const QByteArray cheap = a.makePrice("1000"), dear = a.makePrice("3000"), coupon = a.post("/v1/coupons", "percent_off=10&duration=forever").id().toLatin1();
    const auto made = a.subscribe(a.makePayer(), cheap, "&discounts[0][coupon]=" + coupon);
    const QByteArray id = made.id().toLatin1(), item = made.json["items"].toObject()["data"].toArray()[0].toObject()["id"].toString().toLatin1();
    const qint64 start = a.clock.nowMs() / 1000;
    a.clock.advance(5 * kTruthDay * 1000);
    QCOMPARE(a.post("/v1/subscriptions/" + id, "items[0][id]=" + item + "&items[0][price]=" + dear + "&items[0][quantity]=2&proration_behavior=none").status, 200);
    a.clock.advance(5 * kTruthDay * 1000);
    QCOMPARE(a.post("/v1/subscriptions/" + id, "pause_collection[behavior]=void").status, 200);
    a.clock.advance(60 * kTruthDay * 1000);
    QCOMPARE(a.del("/v1/subscriptions/" + id).status, 200);
    QVERIFY(a.walk("/v1/events", "type=customer.subscription.updated").size() < 4); // the first changes are forgotten there
    const auto lines = told(a);
    QCOMPARE(lines.first()["at"].toInteger(), start);
    QCOMPARE(lines.first()["discounts"].toArray().size(), 1);
    QCOMPARE(lines[1]["at"].toInteger(), start + 5 * kTruthDay);
    const QJsonObject sold = lines[1]["items"].toArray()[0].toObject();
    QCOMPARE(sold["price"].toString().toLatin1(), dear);
    QCOMPARE(sold["quantity"].toInt(), 2);
    QCOMPARE(lines[2]["pause"].toString(), QStringLiteral("void"));
    QCOMPARE(lines.last()["status"].toString(), QStringLiteral("canceled"));
    QCOMPARE(lines.last()["ended_at"].toInteger(), start + 70 * kTruthDay);
    QCOMPARE(a.engine.truth(1, 1).count('\n'), 1);
    QVERIFY(a.engine.truth(lines.size(), 10).isEmpty());
}

void TstTruth::tellsOfACustomersDiscount()
{
    Account a(telling(Account::small()));
    QHash<QString, QString> known; // customer to discount
    for (const QJsonObject& line : told(a)) {
        if (!line.contains("subscription"))
            known[line["customer"].toString()] = line["type"].toString().endsWith("created") ? line["discounts"].toArray()[0].toObject()["id"].toString() : QString();
    }
    int found = 0;
    for (const QJsonObject& customer : a.walk("/v1/customers")) {
        if (customer["discount"].isNull())
            continue;
        ++found;
        QCOMPARE(known[customer["id"].toString()], customer["discount"].toObject()["id"].toString());
    }
    QVERIFY(found > 0);
}

void TstTruth::endsAtWhatTheApiSays()
{
    Account a(telling(Account::small()));
    a.clock.advance(40 * kTruthDay * 1000);
    const auto rows = a.walk("/v1/subscriptions", "status=all"); // brings the account up to its present
    QHash<QString, QJsonObject> last;
    for (const QJsonObject& line : told(a)) {
        if (line.contains("subscription") && (!last.contains(line["subscription"].toString()) || last[line["subscription"].toString()]["at"].toInteger() <= line["at"].toInteger()))
            last[line["subscription"].toString()] = line;
    }
    for (const QJsonObject& row : rows) {
        const QJsonObject& line = last[row["id"].toString()];
        QCOMPARE(line["status"], row["status"]);
        QCOMPARE(line["ended_at"], row["ended_at"]);
        const QJsonArray items = row["items"].toObject()["data"].toArray();
        QCOMPARE(line["items"].toArray().size(), row["items"].toObject()["total_count"].toInt()); // the nested list is cut at ten
        for (int i = 0; i < items.size(); ++i) {
            QCOMPARE(line["items"].toArray()[i].toObject()["price"], items[i].toObject()["price"].toObject()["id"]);
            QCOMPARE(line["items"].toArray()[i].toObject()["discounts"].toArray().size(), items[i].toObject()["discounts"].toArray().size());
        }
        QCOMPARE(line["discounts"].toArray().size(), row["discounts"].toArray().size());
    }
}

void TstTruth::goesOnAheadOfTheClock()
{
    Account a(telling(Account::empty()));
    const auto made = a.subscribe(a.makePayer(), a.makePrice());
    a.engine.advanceTo(a.clock.nowMs() / 1000 + 70 * kTruthDay);
    QCOMPARE(a.walk("/v1/invoices").size(), 3);
    QVERIFY(told(a).last()["at"].toInteger() > a.clock.nowMs() / 1000 + 50 * kTruthDay);
}

CH_TEST(TstTruth)
#include "tst_Truth.moc"
