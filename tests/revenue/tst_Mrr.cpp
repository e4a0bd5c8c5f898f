// SPDX-License-Identifier: GPL-3.0-or-later
// What a subscription is worth, in tables: the worked examples, our own, discounts, and what cannot be valued.
#include "revenue/Make.h"
#include "support/TestMain.h"

#include <QtTest>
#include <limits>

using namespace ch;
using namespace ch::revenue;
using namespace ch::test;

namespace {

void addRow(const char* name, const Subscription& subscription, qint64 list, qint64 contracted, qint64 net)
{
    QTest::newRow(name) << subscription << list << contracted << net << QString();
}

void addProblem(const char* name, const Subscription& subscription, const char* problem)
{
    QTest::newRow(name) << subscription << 0LL << 0LL << 0LL << QString::fromLatin1(problem);
}

void addFigureColumns()
{
    QTest::addColumn<Subscription>("subscription");
    QTest::addColumn<qint64>("list");
    QTest::addColumn<qint64>("contracted");
    QTest::addColumn<qint64>("net");
    QTest::addColumn<QString>("problem");
}

void compareFigures(const Surroundings& surroundings = {})
{
    QFETCH(Subscription, subscription);
    QFETCH(qint64, list);
    QFETCH(qint64, contracted);
    QFETCH(qint64, net);
    QFETCH(QString, problem);
    const SubscriptionMrr mrr = mrrOf(subscription, surroundings, Definition(), kNow);
    QCOMPARE(valueProblemCode(mrr.problem), problem);
    QCOMPARE(mrr.listMinor, list);
    QCOMPARE(mrr.contractedMinor, contracted);
    QCOMPARE(mrr.netMinor, net);
    QCOMPARE(mrr.mrrMinor, counts(subscription, Definition()) ? contracted : 0); // Stripe's default: forever coupons alone
    QCOMPARE(mrr.currency, subscription.currency);
}

constexpr stripe::Seconds kDay = 86400;

} // namespace

class TstMrr : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // The worked examples of docs and peers (P..), the working beside each. list, contracted, net.
    void workedExamples_data()
    {
        addFigureColumns();
        addRow("P01 $29/mo", sub(makePrice("2900")), 2900, 2900, 2900);
        addRow("P02 $120/yr x 3: 36000/12", sub(makePrice("12000", "year"), 3), 3000, 3000, 3000);
        addRow("P03 $99.99/yr: 833.25", sub(makePrice("9999", "year")), 833, 833, 833);
        addRow("P04 $10/wk: 1000 x 52/12 = 4333.33", sub(makePrice("1000", "week")), 4333, 4333, 4333);
        addRow("P06 $1/day: 100 x 365/12 = 3041.67", sub(makePrice("100", "day")), 3042, 3042, 3042);
        addRow("P08 $90/3 mo", sub(makePrice("9000", "month", 3)), 3000, 3000, 3000);
        addRow("P09 $100/3 mo: 3333.33", sub(makePrice("10000", "month", 3)), 3333, 3333, 3333);
        addRow("P11 12.5 % of $23: 2012.5, tie away from zero", with(sub(makePrice("2300")), {percentOff("12.5")}), 2300, 2013, 2013);
        addRow("P13a 20 % then $5: 8000 - 500", with(sub(makePrice("10000")), {percentOff("20"), amountOff(500)}), 10000, 7500, 7500);
        addRow("P13b $5 then 20 %: 9500 x .8", with(sub(makePrice("10000")), {amountOff(500), percentOff("20")}), 10000, 7600, 7600);
        addRow("P14 $600/yr, $60 off: 54000/12, not 5000 - 6000", with(sub(makePrice("60000", "year")), {amountOff(6000)}), 5000, 4500, 4500);
        addRow("P16 $100/mo, 50 % once", with(sub(makePrice("10000")), {percentOff("50", "once")}), 10000, 10000, 5000);
        addRow("P19 graduated 23: 5000 + 12000 + 1800", sub(threeTiers("graduated"), 23), 18800, 18800, 18800);
        addRow("P20 volume 23 x 600", sub(threeTiers("volume"), 23), 13800, 13800, 13800);
        addRow("P23 packs of 10, 23 up: 3 x 1500", sub(makePackages("1500", 10, "up"), 23), 4500, 4500, 4500);
        addRow("P23b packs of 10, 23 down: 2 x 1500", sub(makePackages("1500", 10, "down"), 23), 3000, 3000, 3000);
        addRow("P25 JPY 10000/yr: 833.33 yen", sub(makePrice("10000", "year"), 1, "jpy"), 833, 833, 833);
        addRow("P26 JPY 1000/wk: 4333.33 yen", sub(makePrice("1000", "week"), 1, "jpy"), 4333, 4333, 4333);
        addRow("P29 $50/mo + metered", makeSubscription({makeItem(makePrice("5000")), makeItem(metered(makePrice("7")), std::nullopt)}), 5000, 5000, 5000);
        addRow("P30 $20/mo + $120/yr: 2000 + 1000", makeSubscription({makeItem(makePrice("2000")), makeItem(makePrice("12000", "year"))}), 3000, 3000, 3000);
    }
    void workedExamples() { compareFigures(); }

    void ownExamples_data()
    {
        addFigureColumns();
        // Intervals
        addRow("two weeks: 1000 x 52/12 / 2 = 2166.67", sub(makePrice("1000", "week", 2)), 2167, 2167, 2167);
        addRow("156 weeks, the longest: 520000 x 52/12 / 156 = 14444.44", sub(makePrice("520000", "week", 156)), 14444, 14444, 14444);
        addRow("$7/wk is less than $1/day: 3033.33", sub(makePrice("700", "week")), 3033, 3033, 3033);
        addRow("30 days: 3000 x 365/12 / 30 = 3041.67", sub(makePrice("3000", "day", 30)), 3042, 3042, 3042);
        addRow("365 days equal a year: 12000/12", sub(makePrice("12000", "day", 365)), 1000, 1000, 1000);
        addRow("3 years: 36000/36", sub(makePrice("36000", "year", 3)), 1000, 1000, 1000);
        addRow("36 months equal 3 years", sub(makePrice("36000", "month", 36)), 1000, 1000, 1000);
        addRow("tie by interval: 1001/2 = 500.5", sub(makePrice("1001", "month", 2)), 501, 501, 501);
        // Decimals and quantities
        addRow("0.05 cents x 30 = 1.5, rounded once", sub(makePrice("0.05"), 30), 2, 2, 2);
        addRow("0.05 cents x 29 = 1.45", sub(makePrice("0.05"), 29), 1, 1, 1);
        addRow("twelve decimals x 1e12: 1", sub(makePrice("0.000000000001"), 1000000000000), 1, 1, 1);
        addRow("no seat, no MRR", sub(makePrice("2900"), 0), 0, 0, 0);
        addRow("quantity absent is one", sub(makePrice("2900"), std::nullopt), 2900, 2900, 2900);
        addRow("free", sub(makePrice("0")), 0, 0, 0);
        addRow("three-decimal currency: KWD 10.005/3 mo = 3335", sub(makePrice("10005", "month", 3), 1, "kwd"), 3335, 3335, 3335);
        addRow("three-decimal rounding: KWD 10.000/3 mo = 3333.33, not forced to end in 0", sub(makePrice("10000", "month", 3), 1, "kwd"), 3333, 3333, 3333);
        addRow("each item is rounded alone: 833.25 + 833.25", makeSubscription({makeItem(makePrice("9999", "year")), makeItem(makePrice("9999", "year"))}), 1666, 1666, 1666);
        addRow("each item is rounded alone: 0.5 + 0.5 = 2", makeSubscription({makeItem(makePrice("0.5")), makeItem(makePrice("0.5"))}), 2, 2, 2);
        addRow("large but fine: 99999999 x 1000000", sub(makePrice("99999999"), 1000000), 99999999000000, 99999999000000, 99999999000000);
        // Tiers: up_to is inclusive
        addRow("graduated at a bound: 5 x 1000", sub(threeTiers("graduated"), 5), 5000, 5000, 5000);
        addRow("graduated past a bound: 5000 + 800", sub(threeTiers("graduated"), 6), 5800, 5800, 5800);
        addRow("graduated at the second bound: 5000 + 15 x 800", sub(threeTiers("graduated"), 20), 17000, 17000, 17000);
        addRow("graduated, first of the last tier: 17000 + 600", sub(threeTiers("graduated"), 21), 17600, 17600, 17600);
        addRow("graduated, none", sub(threeTiers("graduated"), 0), 0, 0, 0);
        addRow("volume at a bound: 5 x 1000", sub(threeTiers("volume"), 5), 5000, 5000, 5000);
        addRow("volume past a bound gets cheaper: 6 x 800", sub(threeTiers("volume"), 6), 4800, 4800, 4800);
        addRow("volume at the second bound: 20 x 800", sub(threeTiers("volume"), 20), 16000, 16000, 16000);
        addRow("flat once per tier with a unit: 100 + 300, third tier untouched",
            sub(makeTiered("graduated", {{10, "", "100"}, {20, "", "300"}, {0, "", "700"}}), 15), 400, 400, 400);
        addRow("flat of the next tier not before its first unit", sub(makeTiered("graduated", {{10, "1", "100"}, {0, "2", "300"}}), 10), 110, 110, 110);
        addRow("volume: unit x q + that tier's flat alone: 15 x 2 + 300", sub(makeTiered("volume", {{10, "1", "100"}, {0, "2", "300"}}), 15), 330, 330, 330);
        addRow("decimal tiers: 3 x 0.5 + 1 x 0.25 = 1.75", sub(makeTiered("graduated", {{3, "0.5", ""}, {0, "0.25", ""}}), 4), 2, 2, 2);
        addRow("yearly tiers: 18800/12 = 1566.67", sub(makeTiered("graduated", {{5, "1000", ""}, {20, "800", ""}, {0, "600", ""}}, "year"), 23), 1567, 1567, 1567);
        addRow("packs, exact: 20 of 10", sub(makePackages("1500", 10, "up"), 20), 3000, 3000, 3000);
        addRow("packs, one: 1 of 10 up", sub(makePackages("1500", 10, "up"), 1), 1500, 1500, 1500);
        addRow("packs, one down: none", sub(makePackages("1500", 10, "down"), 9), 0, 0, 0);
        addRow("packs, none", sub(makePackages("1500", 10, "up"), 0), 0, 0, 0);
        addRow("all metered", makeSubscription({makeItem(metered(makePrice("7")), std::nullopt)}), 0, 0, 0);
    }
    void ownExamples() { compareFigures(); }

    void discounts_data()
    {
        addFigureColumns();
        const Subscription hundred = sub(makePrice("10000"));
        addRow("100 % forever: free, not gone", with(hundred, {percentOff("100")}), 10000, 0, 0);
        addRow("100 % once", with(hundred, {percentOff("100", "once")}), 10000, 10000, 0);
        addRow("33.333 % of $100: 6666.7", with(hundred, {percentOff("33.333")}), 10000, 6667, 6667);
        addRow("percent as 1e1", with(hundred, {percentOff("1e1")}), 10000, 9000, 9000);
        addRow("two percents multiply: .9 x .8", with(hundred, {percentOff("10"), percentOff("20")}), 10000, 7200, 7200);
        addRow("no rounding between: 2.5 % twice of 9999 = 9505.299..", with(sub(makePrice("9999")), {percentOff("2.5"), percentOff("2.5")}), 9999, 9505, 9505);
        addRow("amount above the price: capped at 0", with(sub(makePrice("300")), {amountOff(500)}), 300, 0, 0);
        addRow("two amounts, the second capped", with(sub(makePrice("300")), {amountOff(200), amountOff(200)}), 300, 0, 0);
        addRow("100 % then an amount: stays 0", with(sub(makePrice("300")), {percentOff("100"), amountOff(200)}), 300, 0, 0);
        addRow("item before subscription: (10000 - 500) x .8, whatever the order written", withOnItem(with(hundred, {percentOff("20")}), 0, {amountOff(500)}), 10000, 7600, 7600);
        addRow("item percent, subscription amount: 10000 x .8 - 500", withOnItem(with(hundred, {amountOff(500)}), 0, {percentOff("20")}), 10000, 7500, 7500);
        const Subscription two = makeSubscription({makeItem(ofProduct(makePrice("6000"), "prod_a")), makeItem(ofProduct(makePrice("4000"), "prod_b"))});
        addRow("only product a: 3000 + 4000", with(two, {onlyFor(percentOff("50"), {QStringLiteral("prod_a")})}), 10000, 7000, 7000);
        addRow("amount only for product b, capped there: 6000 + 0", with(two, {onlyFor(amountOff(5000), {QStringLiteral("prod_b")})}), 10000, 6000, 6000);
        addRow("for another product: nothing", with(two, {onlyFor(percentOff("50"), {QStringLiteral("prod_z")})}), 10000, 10000, 10000);
        addRow("an item's coupon leaves the other alone: 3000 + 4000", withOnItem(two, 0, {percentOff("50")}), 10000, 7000, 7000);
        addRow("amount on a quarter: (9000 - 1000)/3 = 2666.67", with(sub(makePrice("9000", "month", 3)), {amountOff(1000)}), 3000, 2667, 2667);
        addRow("amount on a week: 500 x 52/12 = 2166.67", with(sub(makePrice("1000", "week")), {amountOff(500)}), 4333, 2167, 2167);
        addRow("amount with quantity comes off once: 3000 - 500", with(sub(makePrice("1000"), 3), {amountOff(500)}), 3000, 2500, 2500);
        addRow("mixed intervals: amount comes off the monthly item", with(makeSubscription({makeItem(makePrice("12000", "year")), makeItem(makePrice("2000"))}), {amountOff(500)}), 3000, 2500, 2500);
        addRow("metered takes no share of an amount", with(makeSubscription({makeItem(metered(makePrice("9999"))), makeItem(makePrice("2000"))}), {amountOff(500)}), 2000, 1500, 1500);
        addRow("forever and once: contracted 9000, net 4500", with(hundred, {percentOff("10"), percentOff("50", "once")}), 10000, 9000, 4500);
        addRow("over: end is exclusive", with(hundred, {percentOff("10", "forever", 0, kNow)}), 10000, 10000, 10000);
        addRow("not begun", with(hundred, {percentOff("10", "forever", kNow + 1)}), 10000, 10000, 10000);
        addRow("begins now", with(hundred, {percentOff("10", "forever", kNow)}), 10000, 9000, 9000);
    }
    void discounts() { compareFigures(); }

    // A repeating coupon bites on a period that began inside its window (P18: a four-month coupon halves the whole year).
    void repeatingCoupons_data()
    {
        addFigureColumns();
        const auto yearly = [](stripe::Seconds periodStart, stripe::Seconds start, std::optional<stripe::Seconds> end) {
            Subscription s = sub(makePrice("12000", "year"));
            s.items[0].currentPeriodStart = periodStart;
            return with(s, {percentOff("50", "repeating", start, end)});
        };
        addRow("P18 window over, but the year began inside it", yearly(kNow - 200 * kDay, kNow - 200 * kDay, kNow - 80 * kDay), 1000, 1000, 500);
        addRow("the year began before the coupon: bites on the next invoice only", yearly(kNow - 200 * kDay, kNow - 10 * kDay, kNow + 110 * kDay), 1000, 1000, 1000);
        addRow("the year began as the window ended", yearly(kNow - 80 * kDay, kNow - 200 * kDay, kNow - 80 * kDay), 1000, 1000, 1000);
        addRow("last second of the window", yearly(kNow - 80 * kDay - 1, kNow - 200 * kDay, kNow - 80 * kDay), 1000, 1000, 500);
        addRow("period not known: the instant decides, inside", yearly(0, kNow - 1, kNow + 1), 1000, 1000, 500);
        addRow("period not known: the instant decides, outside", yearly(0, kNow - 2, kNow - 1), 1000, 1000, 1000);
    }
    void repeatingCoupons() { compareFigures(); }

    void repeatingWindowWithoutEnd()
    {
        // Some shapes send no end: then it is the start plus duration_in_months, in calendar months.
        const auto netWhenPeriodBegan = [](stripe::Seconds periodStart) {
            Subscription s = sub(makePrice("12000", "year"));
            s.items[0].currentPeriodStart = periodStart;
            Discount discount = percentOff("50", "repeating", 1776211200); // 2026-04-15T00:00:00Z
            discount.coupon->durationInMonths = 3;
            return mrrOf(with(s, {discount}), {}, Definition(), kNow).netMinor;
        };
        QCOMPARE(netWhenPeriodBegan(1784073599), 500);  // 2026-07-14T23:59:59Z
        QCOMPARE(netWhenPeriodBegan(1784073600), 1000); // 2026-07-15T00:00:00Z
    }

    void problems_data()
    {
        addFigureColumns();
        addProblem("no items", makeSubscription({}), "no_items");
        Subscription cut = sub(makePrice("1"));
        cut.itemsComplete = false;
        addProblem("items cut off", cut, "items_incomplete");
        Price stub;
        stub.id = QStringLiteral("price_gone");
        addProblem("price an id only", makeSubscription({makeItem(stub)}), "price_unknown");
        addProblem("amount missing (customer chooses)", sub(makePrice("")), "amount_unreadable");
        addProblem("amount not a number", sub(makePrice("12,5")), "amount_unreadable");
        addProblem("amount negative", sub(makePrice("-5")), "amount_unreadable");
        addProblem("quantity negative", sub(makePrice("5"), -1), "quantity_negative");
        addProblem("one-time price", sub(makePrice("5", "")), "interval_unknown");
        addProblem("unknown interval", sub(makePrice("5", "fortnight")), "interval_unknown");
        addProblem("interval count 0", sub(makePrice("5", "month", 0)), "interval_unknown");
        Price unheard = makePrice("5");
        unheard.billingScheme = QStringLiteral("auction");
        addProblem("unknown model", sub(unheard), "model_unknown");
        addProblem("unknown tiers mode", sub(threeTiers("spiral")), "model_unknown");
        addProblem("tiers without an end, more units than they reach", sub(makeTiered("graduated", {{5, "1", ""}}), 6), "model_unknown");
        addProblem("volume, more units than the tiers reach", sub(makeTiered("volume", {{5, "1", ""}}), 6), "model_unknown");
        addProblem("tiers out of order", sub(makeTiered("volume", {{5, "1", ""}, {3, "1", ""}, {0, "1", ""}}), 1), "model_unknown");
        addProblem("tier amount negative", sub(makeTiered("volume", {{0, "-1", ""}}), 1), "amount_unreadable");
        Price hidden = threeTiers("graduated");
        hidden.tiers.clear();
        hidden.tiersKnown = false;
        addProblem("tiers not expanded", sub(hidden), "tiers_unknown");
        addProblem("pack size 0", sub(makePackages("5", 0, "up")), "model_unknown");
        addProblem("pack rounding unknown", sub(makePackages("5", 10, "sideways")), "model_unknown");
        addProblem("beyond 64 bits: 9e18 x 2", sub(makePrice("9000000000000000000"), 2), "overflow");
        addProblem("beyond 128 bits", sub(makePrice("99999999999999999999999999"), std::numeric_limits<qint64>::max()), "overflow");
        addProblem("items fit, their sum does not", makeSubscription({makeItem(makePrice("9000000000000000000")), makeItem(makePrice("9000000000000000000"))}), "overflow");
        Subscription mixed = sub(makePrice("5"));
        mixed.items[0].price.currency = QStringLiteral("eur");
        addProblem("price in another currency", mixed, "currency_mixed");
        addProblem("a currency that Stripe does not have", sub(makePrice("5"), 1, "zzz"), "currency_unknown");
        addProblem("no currency anywhere", sub(makePrice("5"), 1, ""), "currency_unknown");
        const Subscription ten = sub(makePrice("1000"));
        addProblem("amount off in another currency", with(ten, {amountOff(500, "forever", "eur")}), "coupon_unknown");
        addProblem("percent above 100", with(ten, {percentOff("101")}), "coupon_unknown");
        addProblem("percent negative", with(ten, {percentOff("-1")}), "coupon_unknown");
        addProblem("percent unreadable", with(ten, {percentOff("ten")}), "coupon_unknown");
        addProblem("amount off negative", with(ten, {amountOff(-1)}), "coupon_unknown");
        addProblem("unknown duration", with(ten, {percentOff("10", "sometimes")}), "coupon_unknown");
        Subscription idsOnly = ten;
        idsOnly.discountIds = QStringList(QStringLiteral("di_1"));
        addProblem("discount an id only", idsOnly, "coupon_unknown");
        Subscription itemIds = ten;
        itemIds.items[0].discountIds = QStringList(QStringLiteral("di_1"));
        addProblem("item's discount an id only", itemIds, "coupon_unknown");
        Subscription half = with(ten, {percentOff("10")});
        half.discountIds.append(QStringLiteral("di_2"));
        addProblem("one of two discounts an id only", half, "coupon_unknown");
        Subscription gone = with(ten, {percentOff("")});
        gone.discounts[0].coupon->deleted = true;
        addProblem("coupon deleted, terms gone", gone, "coupon_unknown");
        Subscription productless = sub(ofProduct(makePrice("1000"), ""));
        addProblem("coupon for a product, item's product unknown", with(productless, {onlyFor(percentOff("50"), {QStringLiteral("prod_a")})}), "price_unknown");
    }
    void problems() { compareFigures(); }

    void aYearIsTwelveTimesTheWholeMonth()
    {
        QCOMPARE(arrOf(0), std::optional<qint64>(0));
        QCOMPARE(arrOf(333), std::optional<qint64>(3996)); // 10.00 in three months: 3.33 a month, 39.96 a year and not 40.00
        QCOMPARE(arrOf(-5), std::optional<qint64>(-60));
        const qint64 most = std::numeric_limits<qint64>::max() / 12;
        QCOMPARE(arrOf(most), std::optional<qint64>(most * 12));
        QCOMPARE(arrOf(most + 1), std::optional<qint64>());
        QCOMPARE(arrOf(std::numeric_limits<qint64>::min()), std::optional<qint64>());
    }
};

CH_TEST(TstMrr)
#include "tst_Mrr.moc"
