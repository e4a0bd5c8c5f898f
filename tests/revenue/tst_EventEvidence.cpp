// SPDX-License-Identifier: GPL-3.0-or-later
// What events tell beyond the change that they are about: an event shows a subscription whole, so also what had changed unseen before it. Each was
// found wrong against the simulated account's truth (tests/revenue/truth).
#include "revenue/Stories.h"
#include "stripe/Parse.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::revenue;
using namespace ch::test;

namespace {

QByteArray itemJson(const char* id, const char* amount, const char* discount = nullptr)
{
    return QByteArray("{\"id\":\"") + id + "\",\"object\":\"subscription_item\",\"quantity\":1,\"discounts\":[" + (discount != nullptr ? "\"" + QByteArray(discount) + "\"" : QByteArray()) + "],\"price\":{\"id\":\""
        + named(amount).id.toUtf8() + "\",\"object\":\"price\",\"currency\":\"usd\",\"unit_amount\":" + amount + ",\"recurring\":{\"interval\":\"month\",\"interval_count\":1}}}";
}

QByteArray listOf(const QByteArray& items)
{
    return "{\"object\":\"list\",\"has_more\":false,\"data\":[" + items + "]}";
}

/// An event of sub_1 at the beginning of a day: the items as they were after it, and what it changed.
std::pair<stripe::Event, QByteArray> updated(const char* at, const QByteArray& items, const QByteArray& previous, const QByteArray& pause = "null", const QByteArray& discounts = "[]")
{
    const QByteArray json = "{\"id\":\"evt_" + QByteArray(at) + "\",\"object\":\"event\",\"type\":\"customer.subscription.updated\",\"livemode\":false,\"created\":" + QByteArray::number(day(at))
        + ",\"data\":{\"object\":{\"id\":\"sub_1\",\"object\":\"subscription\",\"customer\":\"cus_1\",\"currency\":\"usd\",\"status\":\"active\",\"discounts\":" + discounts + ",\"pause_collection\":" + pause
        + ",\"items\":" + listOf(items) + "},\"previous_attributes\":" + previous + "}}";
    return eventFrom(json);
}

constexpr char kPaused[] = "{\"behavior\":\"void\",\"resumes_at\":null}";

Story monthly()
{
    Story story = storyOf(named("2900"), "2026-06-01");
    story.prices = {named("2900"), named("4900"), named("1000")};
    story.bills = {{renewal("2026-06-01", "2026-07-01", named("2900"))}};
    return story;
}

QStringList rowsOf(const Ledger& ledger)
{
    QStringList text;
    const auto iso = [](Seconds at) { return QDateTime::fromSecsSinceEpoch(at, Qt::UTC).toString(Qt::ISODate).remove(QLatin1String("T00:00:00Z")); };
    for (const revenue::Row& row : ledger.rows) {
        if (row.delta.mrr != 0) {
            text << QStringLiteral("%1 %2 %3%4").arg(ledger.facts->ids.text(row.item), iso(row.at)).arg(row.delta.mrr).arg(row.isExact() ? QString() : QStringLiteral(" ~ ") + iso(row.earliest));
        }
    }
    text.sort();
    return text;
}

} // namespace

class TstEventEvidence : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatAPauseFoundWasSoldBeforeIt()
    {
        // si_1 was replaced by si_2 unseen; the pause of 10 October shows si_2, which is gone by now.
        Story story = monthly();
        story.subscription.items[0] = makeItem(named("1000"), 1, "si_3");
        story.subscription.items[0].created = day("2026-10-20");
        story.bills = {{renewal("2026-06-01", "2026-11-01", named("2900"))}};
        story.events = {updated("2026-10-10", itemJson("si_2", "4900"), "{\"pause_collection\":null}", kPaused), updated("2026-10-20", itemJson("si_3", "1000"), "{\"items\":" + listOf(itemJson("si_2", "4900")) + "}", kPaused)};
        story.subscription.pauseCollection = stripe::PauseCollection{QStringLiteral("void"), std::nullopt};
        QCOMPARE(rowsOf(story.ledger()),
            QStringList({"si_1 2026-06-01 2900", "si_1 2026-10-09T23:59:59Z -2900 ~ 2026-06-01", "si_2 2026-10-09T23:59:59Z 4900 ~ 2026-06-01", "si_2 2026-10-10 -4900"}));
    }

    void whatItDoesNotShowWasNotThere()
    {
        // Billed until November; the event of 10 October, which tells of something else, shows the subscription without it.
        Story story = monthly();
        story.subscription.items.push_back(makeItem(named("1000"), 1, "si_2"));
        story.subscription.items[1].created = day("2026-06-01");
        story.subscription.items.erase(story.subscription.items.begin());
        story.bills = {{renewal("2026-06-01", "2026-11-15", named("2900"))}, {renewal("2026-06-01", "2026-11-15", named("1000"), 1, "si_2")}};
        story.events = {updated("2026-10-10", itemJson("si_2", "1000"), "{\"description\":null}")};
        QCOMPARE(rowsOf(story.ledger()), QStringList({"si_1 2026-06-01 2900", "si_1 2026-10-09T23:59:59Z -2900 ~ 2026-06-01", "si_2 2026-06-01 1000"}));
    }

    void whatCameAndWentInOneSecondWasNeverThere()
    {
        Story story = monthly();
        story.bills.push_back({proration("2026-10-10", "2026-11-01", named("4900"), 3000, 1, "si_2")});
        const QByteArray alone = itemJson("si_1", "2900");
        story.events = {updated("2026-10-10", alone + "," + itemJson("si_2", "4900"), "{\"items\":" + listOf(alone) + "}"),
            updated("2026-10-10", alone, "{\"items\":" + listOf(alone + "," + itemJson("si_2", "4900")) + "}")};
        QCOMPARE(rowsOf(story.ledger()), QStringList({"si_1 2026-06-01 2900"}));
    }

    void aDiscountThatItDoesNotShowHadGone()
    {
        // On the bills of June and July, not on the subscription of 10 August: gone between the last bill and that event, not at the next bill.
        Story story = monthly();
        Discount discount = percentOff("50", "forever", day("2026-06-01"));
        discount.id = QStringLiteral("di_1");
        discount.subscriptionId = QStringLiteral("sub_1");
        const auto ledgerWith = [&](const QByteArray& discounts) {
            FactsMaker maker;
            const Surroundings around = story.surroundings();
            maker.setAsOf(kNow);
            maker.addSubscription(story.subscription, around, {});
            const std::string price = named("2900").id.toStdString();
            maker.addLine({"il_1", "in_1", "paid", price, "sub_1", "si_1", 2900, 1, day("2026-06-01"), day("2026-07-01"), false, "di_1"});
            maker.addLine({"il_2", "in_2", "paid", price, "sub_1", "si_1", 2900, 1, day("2026-07-01"), day("2026-08-01"), false, "di_1"});
            maker.addLine({"il_3", "in_3", "paid", price, "sub_1", "si_1", 2900, 1, day("2026-09-01"), day("2026-10-01"), false});
            maker.knowDiscount(discount);
            const auto [event, json] = updated("2026-08-10", itemJson("si_1", "2900"), "{\"description\":null}", "null", discounts);
            maker.addEvent(event, json);
            return *buildLedger(std::make_shared<const Facts>(maker.finish(around.price)), {}, kNow);
        };
        QCOMPARE(rowsOf(ledgerWith("[]")), QStringList({"si_1 2026-06-01 1450", "si_1 2026-08-09T23:59:59Z 1450 ~ 2026-07-01"}));
        QCOMPARE(rowsOf(ledgerWith("[\"di_1\"]")), QStringList({"si_1 2026-06-01 1450", "si_1 2026-09-01 1450 ~ 2026-08-10"}));
    }

    void anItemsDiscountGoesWithItsItem()
    {
        Story story = monthly();
        story.subscription.items[0] = makeItem(named("1000"), 1, "si_2");
        story.subscription.items[0].created = day("2026-10-10");
        Discount discount = percentOff("50", "forever", day("2026-06-01"));
        discount.id = QStringLiteral("di_1");
        discount.subscriptionItem = QStringLiteral("si_1");
        FactsMaker maker;
        const Surroundings around = story.surroundings();
        maker.setAsOf(kNow);
        maker.addSubscription(story.subscription, around, {});
        const std::string price = named("2900").id.toStdString();
        maker.addLine({"il_1", "in_1", "paid", price, "sub_1", "si_1", 2900, 1, day("2026-06-01"), day("2027-06-01"), false, "di_1"});
        maker.knowDiscount(discount);
        const auto [event, json] = updated("2026-10-10", itemJson("si_2", "1000"), "{\"items\":" + listOf(itemJson("si_1", "2900", "di_1")) + "}");
        maker.addEvent(event, json);
        QCOMPARE(rowsOf(*buildLedger(std::make_shared<const Facts>(maker.finish(around.price)), {}, kNow)),
            QStringList({"si_1 2026-06-01 1450", "si_1 2026-10-10 -1450", "si_2 2026-10-10 1000"}));
    }
};

CH_TEST(TstEventEvidence)
#include "tst_EventEvidence.moc"
