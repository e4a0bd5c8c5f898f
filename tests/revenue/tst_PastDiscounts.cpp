// SPDX-License-Identifier: GPL-3.0-or-later
// Discounts that are gone: from events to the second, from bills within a window, by their own coupon's terms or not at all.
#include "revenue/Stories.h"
#include "stripe/Parse.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::revenue;
using namespace ch::test;

namespace {

/// $100 a month since January; what bills show which discount; who knows it.
struct Discounted {
    Story story = [] {
        Story made = storyOf(named("10000"), "2026-01-01");
        made.now = day("2026-06-15");
        return made;
    }();
    std::vector<const char*> shown = {"di_1", "di_1", "di_1", "", "", ""};   ///< on the bills of January to June
    QList<Discount> known;
    std::vector<std::pair<stripe::Event, QByteArray>> discountEvents;
    const char* asOf = "2026-06-10";
    std::vector<const char*> items = {"si_1", "si_1", "si_1", "si_1", "si_1", "si_1"};   ///< whose each bill is
    stripe::Price price = named("10000");
    std::optional<stripe::Price> later;   ///< what it is sold at since April
    bool prorated = false;          ///< three of it since the middle of March

    [[nodiscard]] Ledger ledger() const
    {
        static const char* const kMonths[] = {"2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01", "2026-07-01"};
        FactsMaker maker;
        Surroundings around = story.surroundings();
        if (later) {
            around.price = [this](const QString& id) { return id == later->id ? *later : price; };
        }
        maker.setAsOf(day(asOf));
        maker.knowCoupons([](const QString& id) -> std::optional<Coupon> { return id == QLatin1String("co_table") ? percentOff("25").coupon : std::nullopt; });
        maker.addSubscription(story.subscription, around, QStringLiteral("saas"));
        const std::string priceId = price.id.toStdString();
        for (size_t i = 0; i < shown.size(); ++i) {
            const std::string id = "il_" + std::to_string(i);
            const std::string billedAt = later && i > 2 ? later->id.toStdString() : priceId;
            const Seconds end = price.interval == QLatin1String("year") ? day("2027-01-01") : day(kMonths[i + 1]);
            maker.addLine({id, "in_1", "paid", billedAt, "sub_1", items[i], 10000, prorated && i > 2 ? 3 : 1, day(kMonths[i]), end, false, shown[i]});
        }
        if (prorated) {
            maker.addLine({"il_out", "in_2", "paid", priceId, "sub_1", "si_1", -5000, 1, day("2026-03-15"), day("2026-04-01"), true});
            maker.addLine({"il_in", "in_2", "paid", priceId, "sub_1", "si_1", 15000, 3, day("2026-03-15"), day("2026-04-01"), true});
        }
        for (const Discount& discount : known) {
            maker.knowDiscount(discount);
        }
        for (const auto& [event, json] : story.events) {
            maker.addEvent(event, json);
        }
        for (const auto& [event, json] : discountEvents) {
            maker.addDiscountEvent(event, json);
        }
        const auto built = buildLedger(std::make_shared<const Facts>(maker.finish(around.price)), story.definition, story.now);
        if (!built) {
            qFatal("ledger: %s", qPrintable(built.error().message));
        }
        return *built;
    }

    /// "2026-01-01 +9000; 2026-04-01 +1000 ~ 03-01": ~ and when its window begins; ? approximate.
    [[nodiscard]] QString told() const
    {
        QStringList text;
        for (const revenue::Row& row : ledger().rows) {
            if (row.delta.mrr != 0) {
                const QDateTime earliest = QDateTime::fromSecsSinceEpoch(row.earliest, Qt::UTC);
                text << QStringLiteral("%1 %2%3%4%5").arg(QDateTime::fromSecsSinceEpoch(row.at, Qt::UTC).toString(QStringLiteral("yyyy-MM-dd")), row.delta.mrr > 0 ? QStringLiteral("+") : QString(),
                    QString::number(row.delta.mrr), row.isExact() ? QString() : earliest.toString(QStringLiteral(" ~ MM-dd")), row.approximate ? QStringLiteral(" ?") : QString());
            }
        }
        return text.join(QStringLiteral("; "));
    }
};

Discount ofSubscription(const char* id, const char* percent, const char* start, const char* duration = "forever", const char* end = nullptr)
{
    Discount discount = percentOff(percent, duration, day(start), end != nullptr ? std::optional<stripe::Seconds>(day(end)) : std::nullopt);
    discount.id = QString::fromLatin1(id);
    discount.subscriptionId = QStringLiteral("sub_1");
    return discount;
}

std::pair<stripe::Event, QByteArray> eventOf(const QByteArray& type, const char* at, const QByteArray& object, const QByteArray& previous = {})
{
    const QByteArray json = "{\"id\":\"evt_" + QByteArray(at) + "\",\"object\":\"event\",\"type\":\"" + type + "\",\"created\":" + QByteArray::number(day(at)) + ",\"livemode\":false,\"data\":{\"object\":" + object
        + (previous.isEmpty() ? QByteArray() : ",\"previous_attributes\":" + previous) + "}}";
    return eventFrom(json);
}

QByteArray discountJson(const char* id, const char* start)
{
    return QByteArray("{\"id\":\"") + id + "\",\"object\":\"discount\",\"customer\":\"cus_1\",\"subscription\":\"sub_1\",\"start\":" + QByteArray::number(day(start))
        + ",\"source\":{\"type\":\"coupon\",\"coupon\":\"co_table\"}}";
}

QByteArray subscriptionWith(const QByteArray& discounts)
{
    return "{\"id\":\"sub_1\",\"object\":\"subscription\",\"customer\":\"cus_1\",\"status\":\"active\",\"currency\":\"usd\",\"discounts\":" + discounts
        + ",\"items\":{\"object\":\"list\",\"has_more\":false,\"data\":[{\"id\":\"si_1\",\"object\":\"subscription_item\",\"quantity\":1,\"price\":{\"id\":\"" + named("10000").id.toUtf8()
        + "\",\"object\":\"price\",\"currency\":\"usd\"}}]}}";
}

} // namespace

class TstPastDiscounts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takenOffByHandItLiesBetweenTwoBills()
    {
        Discounted one;
        one.known = {ofSubscription("di_1", "10", "2026-01-01")};
        QCOMPARE(one.told(), QString("2026-01-01 +9000; 2026-04-01 +1000 ~ 03-01"));
        one.shown = {"", "di_1", "di_1", "", "", ""}; // put on in the middle of January: that its object knows
        one.known = {ofSubscription("di_1", "10", "2026-01-15")};
        QCOMPARE(one.told(), QString("2026-01-01 +10000; 2026-01-15 -1000; 2026-04-01 +1000 ~ 03-01"));
        one.known[0].start = 0;
        QCOMPARE(one.told(), QString("2026-01-01 +10000; 2026-02-01 -1000 ~ 01-01; 2026-04-01 +1000 ~ 03-01"));
    }

    void sinceTheLastBillItWentBeforeTheSync()
    {
        Discounted one;
        one.shown = {"di_1", "di_1", "di_1", "di_1", "di_1", "di_1"};
        one.known = {ofSubscription("di_1", "10", "2026-01-01")};
        QCOMPARE(one.told(), QString("2026-01-01 +9000; 2026-06-10 +1000 ~ 06-01"));
        one.story.subscription = with(one.story.subscription, one.known); // it is still there
        QCOMPARE(one.told(), QString("2026-01-01 +9000"));
    }

    void oneThatRanOutDidSoOnItsDay()
    {
        Discounted one;
        one.story.definition.subtractRepeating = true;
        one.known = {ofSubscription("di_1", "10", "2026-01-01", "repeating", "2026-04-01")};
        QCOMPARE(one.told(), QString("2026-01-01 +9000; 2026-04-01 +1000"));
        one.known = {ofSubscription("di_1", "10", "2026-01-01", "repeating")}; // deleted since, which shows no end: its coupon knows the months
        one.known[0].coupon->durationInMonths = 3;
        QCOMPARE(one.told(), QString("2026-01-01 +9000; 2026-04-01 +1000"));
        one.shown = {"di_1", "", "", "", "", ""}; // taken off before it ran out
        QCOMPARE(one.told(), QString("2026-01-01 +9000; 2026-02-01 +1000 ~ 01-01"));
    }

    void anEventSaysItToTheSecond()
    {
        Discounted one;
        one.discountEvents = {eventOf("customer.discount.created", "2026-01-01", discountJson("di_1", "2026-01-01")), eventOf("customer.discount.deleted", "2026-03-20", discountJson("di_1", "2026-01-01"))};
        QCOMPARE(one.told(), QString("2026-01-01 +7500; 2026-03-20 +2500"));
        one.discountEvents.clear();
        one.known = {ofSubscription("di_1", "10", "2026-01-01")};
        one.story.events = {eventOf("customer.subscription.updated", "2026-03-20", subscriptionWith("[]"), "{\"discounts\":[\"di_1\"]}")};
        QCOMPARE(one.told(), QString("2026-01-01 +9000; 2026-03-20 +1000"));
        // Put on and taken off between two bills: no bill shows it.
        one.shown = {"", "", "", "", "", ""};
        one.known = {ofSubscription("di_1", "10", "2026-03-10")};
        QCOMPARE(one.told(), QString("2026-01-01 +10000; 2026-03-10 -1000; 2026-03-20 +1000"));
    }

    void unknownTermsAreNeverComputedBack()
    {
        Discounted one; // nobody knows di_1 but the bills
        QCOMPARE(one.told(), QString("2026-01-01 +10000 ?"));
        one.known = {ofSubscription("di_1", "", "2026-01-01")};
        one.known[0].coupon.reset();
        one.known[0].couponId = QStringLiteral("co_deleted");
        QCOMPARE(one.told(), QString("2026-01-01 +10000 ?"));
        one.known[0].couponId = QStringLiteral("co_table");
        QCOMPARE(one.told(), QString("2026-01-01 +7500; 2026-04-01 +2500 ~ 03-01"));
    }

    void aCustomersCouponOfThePast()
    {
        Discounted one;
        one.known = {ofSubscription("di_1", "10", "2025-06-01")};
        one.known[0].subscriptionId.clear();
        QCOMPARE(one.told(), QString("2026-01-01 +9000; 2026-04-01 +1000 ~ 03-01"));
        one.shown = {"", "di_1", "", "", "", ""}; // on one bill alone it may have been that bill's own
        QCOMPARE(one.told(), QString("2026-01-01 +10000 ?"));
    }

    void aCustomersCouponYieldsToTheSubscriptionsOwn()
    {
        Discounted one; // 20 % of the customer now; 10 % of its own until the end of March
        one.story.customerDiscount = percentOff("20", "forever", day("2025-12-01"));
        one.known = {ofSubscription("di_1", "10", "2026-01-01")};
        one.discountEvents = {eventOf("customer.discount.deleted", "2026-03-20", discountJson("di_1", "2026-01-01"))};
        one.known[0].couponId = QStringLiteral("co_10");
        QCOMPARE(one.told(), QString("2026-01-01 +9000; 2026-03-20 -1000"));
    }

    void onceIsSpentWithItsBill()
    {
        Discounted one;
        one.story.definition.subtractOnce = true;
        one.shown = {"di_1", "", "", "", "", ""};
        one.known = {ofSubscription("di_1", "10", "2026-01-01", "once")};
        QCOMPARE(one.told(), QString("2026-01-01 +10000"));
    }

    void anItemsOwn()
    {
        Discounted one;
        one.known = {ofSubscription("di_1", "10", "2026-01-01")};
        one.known[0].subscriptionItem = QStringLiteral("si_1");
        QCOMPARE(one.told(), QString("2026-01-01 +9000; 2026-04-01 +1000 ~ 03-01"));
        one.known[0].subscriptionItem = QStringLiteral("si_gone"); // nobody ever saw that item
        QCOMPARE(one.told(), QString("2026-01-01 +10000 ?"));
    }

    void itIsTakenOffInItsPlace()
    {
        Discounted one; // half, and $10 off what is left: not the half of what $10 less is
        Discount half = ofSubscription("di_0", "50", "2026-01-01");
        Discount fixed = ofSubscription("di_1", "", "2026-01-01");
        fixed.coupon->percentOff.clear();
        fixed.coupon->amountOff = 1000;
        fixed.coupon->currency = QStringLiteral("usd");
        one.story.subscription = with(one.story.subscription, {half});
        one.known = {fixed};
        one.shown = {"di_0 di_1", "di_0 di_1", "di_0 di_1", "di_0", "di_0", "di_0"};
        QCOMPARE(one.told(), QString("2026-01-01 +4000; 2026-04-01 +1000 ~ 03-01"));
        one.shown = {"di_1 di_0", "di_1 di_0", "di_1 di_0", "di_0", "di_0", "di_0"};
        QCOMPARE(one.told(), QString("2026-01-01 +4500; 2026-04-01 +500 ~ 03-01"));
        Discounted later;
        half.start += 60; // put on later, and before the other all the same: the bills say so
        later.story.subscription = with(later.story.subscription, {half});
        later.known = {fixed};
        later.shown = {"di_0 di_1", "di_0 di_1", "di_0 di_1", "di_0", "di_0", "di_0"};
        QCOMPARE(later.told(), QString("2026-01-01 +9000; 2026-01-01 -5000; 2026-04-01 +1000 ~ 03-01"));
    }

    void ofAnItemThatIsGone()
    {
        Discounted one;
        one.items = {"si_2", "si_2", "si_2", "si_1", "si_1", "si_1"};
        one.known = {ofSubscription("di_1", "10", "2026-01-01")};
        one.known[0].subscriptionItem = QStringLiteral("si_2");
        const auto firstOfIt = [](const Ledger& ledger) {
            const auto found = std::find_if(ledger.rows.begin(), ledger.rows.end(), [&ledger](const revenue::Row& row) { return ledger.facts->ids.text(row.item) == QLatin1String("si_2"); });
            return found == ledger.rows.end() || found->approximate ? 0 : found->delta.mrr;
        };
        QCOMPARE(firstOfIt(one.ledger()), 9000);
        one.known[0].subscriptionItem.clear(); // of the subscription
        QCOMPARE(firstOfIt(one.ledger()), 9000);
    }

    void aBillOfAnotherItemTellsThatItWent()
    {
        Discounted one;
        one.items = {"si_2", "si_2", "si_2", "si_1", "si_1", "si_1"};
        one.known = {ofSubscription("di_1", "10", "2026-01-01")};
        const Ledger ledger = one.ledger();
        QVERIFY(std::any_of(ledger.rows.begin(), ledger.rows.end(), [](const revenue::Row& row) { return row.at == day("2026-04-01") && row.earliest == day("2026-03-01"); }));
    }

    void aBillOfAnotherProductTellsNothing()
    {
        Discounted one; // off prod_1 alone; since April the item is sold at a price of prod_2, whose bills would not show it
        one.known = {ofSubscription("di_1", "10", "2026-01-01")};
        one.known[0].coupon->appliesToProducts = QStringList{QStringLiteral("prod_1")};
        one.later = ofProduct(named("20000"), "prod_2");
        one.story.subscription.items[0].price = *one.later;
        QCOMPARE(one.told(), QString("2026-01-01 +9000; 2026-04-01 -9000 ~ 03-01 ?; 2026-04-01 +20000 ~ 03-01 ?"));
        const Ledger ledger = one.ledger();
        const auto& discounts = ledger.facts->discounts;
        const auto past = std::find_if(discounts.begin(), discounts.end(), [](const DiscountFacts& discount) { return discount.past; });
        QVERIFY(past != discounts.end());
        QCOMPARE(past->end, day("2026-06-10")); // when the subscription was seen without it
    }

    void whatIsAddedIsNotAsUnsureAsADiscountThatMayHaveGone()
    {
        // 10 % until the bill of March; the next that would have shown it is the one of an item that was added on 1 April.
        Discounted one;
        one.known = {ofSubscription("di_1", "10", "2026-01-01")};
        one.story.subscription.items.push_back(makeItem(named("10000"), 1, "si_2"));
        one.story.subscription.items[1].created = day("2026-04-01");
        one.shown = {"di_1", "di_1", "di_1", ""};
        one.items[3] = "si_2";
        const Ledger ledger = one.ledger();
        const auto added = std::find_if(ledger.rows.begin(), ledger.rows.end(), [&](const revenue::Row& row) { return ledger.facts->ids.text(row.item) == QLatin1String("si_2"); });
        QVERIFY(added != ledger.rows.end());
        QCOMPARE(added->delta.mrr, 10000);
        QVERIFY(added->isExact());
    }

    void onceWaitsForItsBill()
    {
        Discounted one;
        one.story.definition.subtractOnce = true;
        one.shown = {"", "di_1", "", "", "", ""};
        one.known = {ofSubscription("di_1", "10", "2026-01-15", "once")};
        QCOMPARE(one.told(), QString("2026-01-01 +10000; 2026-01-15 -1000; 2026-02-01 +1000"));
    }

    void whatIsGoneLowersNothingMore()
    {
        Discounted one; // half of a year, taken off in March: the subscription of today knows nothing of it
        one.story = storyOf(named("120000", "year"), "2026-01-01");
        one.story.now = day("2026-06-15");
        one.story.subscription.items.front().currentPeriodStart = day("2026-01-01");
        one.story.definition.subtractRepeating = true;
        one.shown = {"di_1"};
        one.price = named("120000", "year");
        one.known = {ofSubscription("di_1", "50", "2026-01-01", "repeating", "2026-09-01")};
        one.known[0].couponId = QStringLiteral("co_50");
        one.discountEvents = {eventOf("customer.discount.deleted", "2026-03-20", discountJson("di_1", "2026-01-01"))};
        QCOMPARE(one.told(), QString("2026-01-01 +5000; 2026-03-20 +5000"));
        one.known[0].end = day("2026-04-01"); // it ran out
        one.discountEvents.clear();
        QCOMPARE(one.told(), QString("2026-01-01 +5000; 2026-04-01 +5000"));
    }

    void anEndedSubscriptionWithoutItLostItBefore()
    {
        Discounted one;
        one.shown = {"di_1", "di_1", "di_1"};
        one.known = {ofSubscription("di_1", "10", "2026-01-01")};
        one.story.subscription.status = QStringLiteral("canceled");
        one.story.subscription.endedAt = day("2026-03-20");
        QCOMPARE(one.told(), QString("2026-01-01 +9000; 2026-03-19 +1000 ~ 03-01; 2026-03-20 -10000"));
        one.story.subscription = with(one.story.subscription, one.known); // it had it until its end
        QCOMPARE(one.told(), QString("2026-01-01 +9000; 2026-03-20 -9000"));
    }

    void whatChangesWhileItsEndIsNotKnownIsApproximate()
    {
        Discounted one; // three of them since the middle of March
        one.known = {ofSubscription("di_1", "10", "2026-01-01")};
        one.prorated = true;
        one.story.subscription.items.front().quantity = 3;
        QCOMPARE(one.told(), QString("2026-01-01 +9000; 2026-03-15 +18000 ?; 2026-04-01 +3000 ~ 03-01"));
    }
};

CH_TEST(TstPastDiscounts)
#include "tst_PastDiscounts.moc"
