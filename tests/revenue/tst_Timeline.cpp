// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Stories.h"

#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::revenue;
using namespace ch::test;

namespace {

void tells(const Story& story, const char* expected)
{
    const std::vector<MrrStep> steps = story.steps();
    QCOMPARE(told(steps), QString::fromLatin1(expected));
    qint64 sum = 0;
    for (const MrrStep& step : steps) {
        sum += step.deltaMinor;
        QVERIFY(step.deltaMinor != 0 && step.at <= story.now);
    }
    QCOMPARE(sum, story.target());
}

} // namespace

class TstTimeline : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void starts()
    {
        Story story = storyOf(named("2900"), "2026-01-01");
        tells(story, "2026-01-01 +2900 ~"); // no line shows what it was sold at, so its price is not certain
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}};
        tells(story, "2026-01-01 +2900");
        story.subscription.startDate = day("2025-11-15"); // backdated
        tells(story, "2025-11-15 +2900");
        story.subscription.startDate = 0; // older shape
        tells(story, "2026-01-01 +2900");
    }

    void startsInItsFirstPeriod()
    {
        Story story = storyOf(named("2900"), "2026-10-20");
        story.subscription.items[0].currentPeriodStart = day("2026-10-20");
        tells(story, "2026-10-20 +2900"); // not billed yet, but nothing can have come before
    }

    void trials()
    {
        // M01: trial from 10 to 24 January, then $29.
        Story story = storyOf(named("2900"), "2026-01-10");
        story.subscription.trialStart = day("2026-01-10");
        story.subscription.trialEnd = day("2026-01-24");
        story.bills = {{renewal("2026-01-10", "2026-01-24", named("2900"))}, {renewal("2026-01-24", "2026-02-24", named("2900"))}};
        tells(story, "2026-01-24 +2900");
        story.definition.countTrialing = true;
        tells(story, "2026-01-10 +2900");
        story.definition.countTrialing = false;
        story.subscription.status = QStringLiteral("paused"); // trial over, no card: never counted
        tells(story, "");
        story.subscription.status = QStringLiteral("trialing");
        story.subscription.trialEnd = kNow + 86400;
        tells(story, "");
    }

    void freeMonthInTheMiddleIsAPause()
    {
        Story story = storyOf(named("2900"), "2026-01-01");
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}};
        story.subscription.trialStart = day("2026-03-10");
        story.subscription.trialEnd = day("2026-04-10");
        tells(story, "2026-01-01 +2900; 2026-03-10 -2900 p; 2026-04-10 +2900 p");
    }

    void proratedChangeIsExact()
    {
        // R01: renewal 2900, then on 16 January a credit of 1497 and a debit of 2529 at 4900.
        Story story = storyOf(named("4900"), "2026-01-01");
        story.prices = {named("2900"), named("4900")};
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}, {proration("2026-01-16", "2026-02-01", named("2900"), -1497)},
            {proration("2026-01-16", "2026-02-01", named("4900"), 2529)}, {renewal("2026-02-01", "2026-03-01", named("4900"))}};
        tells(story, "2026-01-01 +2900; 2026-01-16 +2000");
        std::swap(story.bills[1], story.bills[2]); // whatever the order of the two
        tells(story, "2026-01-01 +2900; 2026-01-16 +2000");
    }

    void creditAloneIsNoNewState()
    {
        // A correction by hand credits two seats that were never sold at once: what the item is sold at did not change.
        Story story = storyOf(named("2900"), "2026-01-01");
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}, {proration("2026-01-16", "2026-02-01", named("2900"), -1497, 2)}};
        tells(story, "2026-01-01 +2900");
    }

    void voidedProrationSaysNothing()
    {
        Story story = storyOf(named("2900"), "2026-01-01");
        story.prices = {named("2900"), named("4900")};
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}, {proration("2026-01-16", "2026-02-01", named("4900"), 2529), QStringLiteral("void")}};
        tells(story, "2026-01-01 +2900");
    }

    void proratedToAndFromFree()
    {
        Story story = storyOf(named("0"), "2026-01-01");
        story.prices = {named("2900"), named("0")};
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}, {proration("2026-01-16", "2026-02-01", named("2900"), -1497)},
            {proration("2026-01-16", "2026-02-01", named("0"), 0)}};
        tells(story, "2026-01-01 +2900; 2026-01-16 -2900");
        Story up = storyOf(named("2900"), "2026-01-01");
        up.prices = story.prices;
        up.bills = {{renewal("2026-01-01", "2026-02-01", named("0"))}, {proration("2026-01-16", "2026-02-01", named("2900"), 1497)}, {proration("2026-01-16", "2026-02-01", named("0"), 0)}};
        tells(up, "2026-01-16 +2900");
    }

    void quantityChanges()
    {
        Story story = storyOf(named("1000"), "2026-01-01", 5);
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("1000"), 2)}, {proration("2026-01-10", "2026-02-01", named("1000"), -1400, 2)},
            {proration("2026-01-10", "2026-02-01", named("1000"), 2100, 3)}, {renewal("2026-02-01", "2026-03-01", named("1000"), 3)},
            {renewal("2026-03-01", "2026-04-01", named("1000"), 5)}};
        // To 3 by proration, exact; to 5 without one, seen at the renewal.
        tells(story, "2026-01-01 +2000; 2026-01-10 +1000; 2026-03-01 +2000 ~");
    }

    void editNotBilledYetIsPlacedNow()
    {
        Story story = storyOf(named("4900"), "2026-01-01");
        story.prices = {named("2900"), named("4900")};
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}};
        tells(story, "2026-01-01 +2900; 2026-11-01 +2000 ~");
    }

    void itemSwapWithoutProrationIsExact()
    {
        Story story = storyOf(named("4900"), "2026-01-01");
        story.prices = {named("2900"), named("4900")};
        story.subscription.items[0].id = QStringLiteral("si_new");
        story.subscription.items[0].created = day("2026-02-15");
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}, {renewal("2026-02-01", "2026-03-01", named("2900"))},
            {renewal("2026-03-01", "2026-04-01", named("4900"), 1, "si_new")}};
        // The new item from its creation; when the old one went is known only to lie before the end of what was billed for it.
        tells(story, "2026-01-01 +2900; 2026-02-15 +4900; 2026-03-01 -2900 ~");
        story.bills.push_back({proration("2026-02-15", "2026-03-01", named("2900"), -1400)});
        tells(story, "2026-01-01 +2900; 2026-02-15 +2000"); // its credit says so to the second
    }

    void itemAddedLater()
    {
        Story story = storyOf(named("2900"), "2026-01-01");
        story.subscription.items.push_back(makeItem(named("500"), 1, "si_2"));
        story.subscription.items[1].created = day("2026-02-10");
        story.prices.append(named("500"));
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}, {renewal("2026-03-01", "2026-04-01", named("500"), 1, "si_2")}};
        tells(story, "2026-01-01 +2900; 2026-02-10 +500");
    }

    void mixedIntervals()
    {
        Story story = storyOf(named("2000"), "2026-01-01");
        story.subscription.items.push_back(makeItem(named("12000", "year"), 1, "si_2"));
        story.subscription.items[1].created = day("2026-01-01");
        story.prices.append(named("12000", "year"));
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2000"))}, {renewal("2026-02-01", "2026-03-01", named("2000"))},
            {renewal("2026-01-01", "2027-01-01", named("12000", "year"), 1, "si_2")}};
        tells(story, "2026-01-01 +3000");
    }

    void ends()
    {
        Story story = storyOf(named("2900"), "2026-01-01");
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}};
        story.subscription.status = QStringLiteral("canceled");
        story.subscription.endedAt = day("2026-02-01");
        story.subscription.canceledAt = day("2026-01-10"); // when it was asked for, which is not when it ended
        tells(story, "2026-01-01 +2900; 2026-02-01 -2900");
        story.subscription.endedAt.reset();
        tells(story, "2026-01-01 +2900; 2026-01-10 -2900 ~");
        story.subscription.endedAt = day("2025-12-01"); // nonsense: never counted
        tells(story, "");
    }

    void neverCounted()
    {
        Story story = storyOf(named("2900"), "2026-01-01");
        for (const char* status : {"incomplete", "incomplete_expired"}) {
            story.subscription.status = QString::fromLatin1(status);
            tells(story, "");
        }
        story.subscription.status = QStringLiteral("active");
        story.subscription.testClock = QStringLiteral("clock_1");
        tells(story, "");
        story.subscription.testClock.clear();
        story.subscription.items[0].price.interval = QStringLiteral("fortnight");
        tells(story, "");
    }

    void unpaid()
    {
        Story story = storyOf(named("2900"), "2026-01-01");
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}, {renewal("2026-02-01", "2026-03-01", named("2900")), QStringLiteral("open")}};
        story.subscription.status = QStringLiteral("unpaid");
        tells(story, "2026-01-01 +2900; 2026-03-01 -2900 ~"); // retries of the February invoice ended in its period
        story.subscription.status = QStringLiteral("past_due");
        tells(story, "2026-01-01 +2900");
        story.definition.countPastDue = false;
        tells(story, "2026-01-01 +2900; 2026-02-01 -2900 ~");
    }

    void pauses()
    {
        Story story = storyOf(named("2900"), "2026-01-01");
        const QString voided = QStringLiteral("void");
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}, {renewal("2026-02-01", "2026-03-01", named("2900")), voided},
            {renewal("2026-03-01", "2026-04-01", named("2900")), voided}, {renewal("2026-04-01", "2026-05-01", named("2900"))}};
        tells(story, "2026-01-01 +2900; 2026-02-01 -2900 ~ p; 2026-04-01 +2900 ~ p");
        story.bills.pop_back();
        tells(story, "2026-01-01 +2900"); // voided at the end, not paused: an invoice somebody forgave
        story.subscription.pauseCollection = stripe::PauseCollection{voided, std::nullopt};
        tells(story, "2026-01-01 +2900; 2026-02-01 -2900 ~ p");
        story.subscription.pauseCollection->behavior = QStringLiteral("keep_as_draft");
        tells(story, "2026-01-01 +2900");
        story.bills.resize(1);
        story.subscription.pauseCollection->behavior = QStringLiteral("mark_uncollectible");
        tells(story, "2026-01-01 +2900; 2026-11-01 -2900 ~ p");
    }

    void discounts()
    {
        Story story = storyOf(named("10000"), "2026-01-01");
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("10000"))}};
        story.subscription = with(story.subscription, {percentOff("20", "forever", day("2026-05-05"))});
        tells(story, "2026-01-01 +10000; 2026-05-05 -2000");
        story.subscription.discounts[0].end = day("2026-08-08");
        tells(story, "2026-01-01 +10000; 2026-05-05 -2000; 2026-08-08 +2000");
        Story customers = storyOf(named("10000"), "2026-01-01");
        customers.bills = story.bills;
        customers.customerDiscount = percentOff("10", "forever", day("2025-06-01"));
        tells(customers, "2026-01-01 +9000"); // the customer had it before
    }

    void repeatingCouponsWhereTheyCount()
    {
        Story story = storyOf(named("10000"), "2026-01-01");
        const char* months[] = {"2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01"};
        for (int i = 0; i < 5; ++i) {
            story.bills.push_back({renewal(months[i], months[i + 1], named("10000"))});
        }
        story.subscription.items[0].currentPeriodStart = day("2026-05-01");
        story.subscription = with(story.subscription, {percentOff("50", "repeating", day("2026-01-15"), day("2026-04-15"))});
        tells(story, "2026-01-01 +10000");
        story.definition.subtractRepeating = true; // February, March and April were billed inside the window
        tells(story, "2026-01-01 +10000; 2026-02-01 -5000; 2026-05-01 +5000");
    }

    void priceThatIsGone()
    {
        Story story = storyOf(named("4900"), "2026-01-01");
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}, {proration("2026-01-16", "2026-02-01", named("4900"), 100)}};
        tells(story, "2026-01-16 +4900 ?"); // what 2900 was is not known: left out until it is, and no movement
        QCOMPARE(story.ledger().leftOut.size(), size_t(1));
        QCOMPARE(story.ledger().leftOut[0].to, day("2026-01-16"));
    }

    void linesOfOtherThingsSayNothing()
    {
        Story story = storyOf(named("2900"), "2026-01-01");
        InvoiceLine oneOff = renewal("2026-01-01", "2026-01-01", named("99"));
        oneOff.subscriptionItemId.clear();
        story.bills = {{renewal("2026-01-01", "2026-02-01", named("2900"))}, {oneOff}};
        tells(story, "2026-01-01 +2900");
        QCOMPARE(story.facts()->lines.size(), size_t(1));
    }
};

CH_TEST(TstTimeline)
#include "tst_Timeline.moc"
