// SPDX-License-Identifier: GPL-3.0-or-later
// What is told from the ledger: figures at an instant and how sure they are, filters, bridges, explanations, what was left out; and that
// it agrees with the rule of MRR on random subscriptions.
#include "revenue/Accounts.h"
#include "revenue/Bridge.h"
#include "revenue/Explain.h"
#include "support/TestMain.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace ch;
using namespace ch::revenue;
using namespace ch::test;

class TstLedgerFigures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void filters()
    {
        Account account;
        account.add("a", "cus_a", named("4900"), "2026-01-05");
        account.add("b", "cus_x", named("1000"), "2026-02-05");
        const Ledger ledger = account.ledger();
        const auto sum = [&](const char* filter) {
            const auto filtersMade = filtersOf(QString::fromLatin1(filter).split(QLatin1Char(' '), Qt::SkipEmptyParts));
            const auto lines = filtersMade ? figuresAt(ledger, kNow, Grouping(ledger, GroupBy::Nothing, *filtersMade)) : Result<std::vector<FigureLine>>(fail(filtersMade.error()));
            return !lines ? -1 : lines->empty() ? 0 : lines->front().amounts.mrr;
        };
        QCOMPARE(sum(""), 5900);
        QCOMPARE(sum("business_type=saas"), 4900);
        QCOMPARE(sum("business_type=saas business_type=tool"), 5900);
        QCOMPARE(sum("business_type=saas customer=cus_x"), 0);
        QCOMPARE(sum("price=price_1000_month_1"), 1000);
        QCOMPARE(sum("interval=month status=active"), 5900);
        QCOMPARE(sum("customer=nobody"), 0);
        QCOMPARE(sum("colour=red"), -1);
        QCOMPARE(sum("customer"), -1);
    }

    void asOfAnyInstant()
    {
        Account account;
        Subscription& leaving = account.add("a", "cus_a", named("4900"), "2026-01-05");
        leaving.cancelAtPeriodEnd = true;
        leaving.canceledAt = day("2026-06-10");
        leaving.currentPeriodEnd = day("2026-12-31");
        Subscription& late = account.add("b", "cus_b", named("1000"), "2026-02-05");
        late.status = QStringLiteral("past_due");
        account.m_subscriptions[0] = with(account.m_subscriptions[0], {percentOff("10", "forever"), percentOff("50", "once")});
        const Ledger ledger = account.ledger();
        QCOMPARE(mrrAt(ledger, "2026-01-04"), 0);
        QCOMPARE(mrrAt(ledger, "2026-01-05"), 4410);
        QCOMPARE(mrrAt(ledger, "2026-02-05"), 5410);
        const auto now = figuresAt(ledger, kNow, Grouping(ledger, GroupBy::Nothing, {}));
        QVERIFY(now);
        QCOMPARE(now->front().amounts, (Amounts{5410, 5900, 5410, 3205, 1000, 1000})); // net: 4900 x .9 x .5 = 2205 + 1000
        QCOMPARE(now->front().subscriptions, 2);
        QCOMPARE(now->front().certainty.exactMillionths(5410), 1000000);
    }

    void certaintyIsAWindow()
    {
        // Edited in place between 1 March and 1 April: in the middle of it, 2000 may have come already.
        Account account;
        account.add("a", "cus_a", named("4900"), "2026-01-01");
        account.m_lines.clear();
        for (const auto& [from, to] : {std::pair("2026-01-01", "2026-02-01"), std::pair("2026-02-01", "2026-03-01"), std::pair("2026-03-01", "2026-04-01")}) {
            account.bill(renewal(from, to, named("2900")), QStringLiteral("a"));
        }
        account.bill(renewal("2026-04-01", "2026-05-01", named("4900")), QStringLiteral("a"));
        const Ledger ledger = account.ledger();
        QCOMPARE(ledger.rows.size(), size_t(3)); // in, out of the old price, into the new one
        QCOMPARE(ledger.rows[1].earliest, day("2026-03-01"));
        QCOMPARE(ledger.rows[1].latest, day("2026-04-01"));
        QCOMPARE(ledger.rows[1].at, day("2026-04-01")); // placed at the bill
        const auto middle = figuresAt(ledger, day("2026-03-15"), Grouping(ledger, GroupBy::Nothing, {}));
        QCOMPARE(middle->front().amounts.mrr, 2900);
        QCOMPARE(middle->front().certainty.high, 2000);
        QCOMPARE(middle->front().certainty.low, 0);
        QCOMPARE(middle->front().certainty.exactMillionths(2900), 310344); // 900 of 2900
        for (const char* sure : {"2026-02-15", "2026-03-01", "2026-04-01", "2026-05-01"}) {
            QCOMPARE(figuresAt(ledger, day(sure), Grouping(ledger, GroupBy::Nothing, {}))->front().certainty.uncertain, 0);
        }
        const std::vector<BucketFigures> march = report(ledger, "2026-03-01", "2026-05-01").totals[0].buckets;
        QCOMPARE(march[0].closing + march[0].certainty.high, 4900);
        QCOMPARE(march[1].certainty.uncertain, 0);
        // By price it is two: the old one may be left already, and all of the new one may have come.
        const RollForward byPrice = report(ledger, "2026-03-01", "2026-05-01", Bucket::Month, View::Event, GroupBy::Price);
        QCOMPARE(byPrice.groups.size(), size_t(2));
        QCOMPARE(byPrice.groups[0].buckets[0].certainty.low, -2900);
        QCOMPARE(byPrice.groups[1].buckets[0].certainty.high, 4900);
        QCOMPARE(byPrice.totals[0].buckets[0].certainty.uncertain, 2000);
        const auto prices = figuresAt(ledger, day("2026-03-15"), Grouping(ledger, GroupBy::Price, {}));
        QCOMPARE(prices->size(), size_t(2));
        QCOMPARE(prices->at(0).certainty.low, -2900);
        QCOMPARE(prices->at(1).certainty.high, 4900);
        const auto filtered = figuresAt(ledger, day("2026-03-15"), Grouping(ledger, GroupBy::Nothing, *filtersOf({QStringLiteral("price=price_4900_month_1")})));
        QCOMPARE(filtered->front().certainty.high, 4900);
    }

    void bridgesSumExactly()
    {
        Account account;
        account.add("a", "cus_a", named("1000", "week"), "2026-01-05");
        account.add("b", "cus_b", named("10000"), "2026-02-05");
        account.m_subscriptions[1] = with(account.m_subscriptions[1], {percentOff("20", "forever")});
        account.add("c", "cus_c", named("2900"), "2026-02-05").pauseCollection = stripe::PauseCollection{QStringLiteral("void"), std::nullopt};
        const auto sides = bridge(account.facts(), Definition(), *presetDefinition(QStringLiteral("paddle")), kNow, kNow);
        QVERIFY(sides);
        QCOMPARE(sides->size(), size_t(1));
        QCOMPARE(sides->front().from, 12333); // 4333 + 8000
        QCOMPARE(sides->front().to, 14330);   // 4330 + 10000
        qint64 sum = sides->front().from;
        QStringList lines;
        for (const BridgeLine& line : sides->front().lines) {
            sum += line.delta;
            lines << QStringLiteral("%1 %2 (%3)").arg(line.setting).arg(line.delta).arg(line.customers.size());
        }
        QCOMPARE(sum, 14330);
        QCOMPARE(lines.join(QStringLiteral("; ")), QStringLiteral("discounts_subtracted 2000 (1); days_in_month 0 (0); weeks_in_month -3 (1)"));
        const auto pauses = bridge(account.facts(), Definition(), *presetDefinition(QStringLiteral("chartmogul")), kNow, kNow);
        QCOMPARE(pauses->front().to - pauses->front().from, 2900);
        QVERIFY(bridge(account.facts(), Definition(), Definition(), kNow, kNow)->front().lines.empty());
    }

    void explanationsLeadToTheLines()
    {
        Account account;
        account.add("a", "cus_a", named("4900"), "2026-01-05");
        account.m_lines.clear();
        account.bill(renewal("2026-01-05", "2026-02-05", named("2900")), QStringLiteral("a"));
        account.bill(proration("2026-01-20", "2026-02-05", named("4900"), 2529), QStringLiteral("a"));
        account.add("b", "cus_b", named("1000"), "2026-02-10");
        const Ledger ledger = account.ledger();
        const QJsonArray timeline = timelineJson(ledger, QStringLiteral("cus_a"), kNow, QTimeZone("America/New_York"));
        QCOMPARE(timeline.size(), 2);
        const QJsonObject upgrade = timeline[1].toObject();
        QCOMPARE(upgrade.value(QStringLiteral("at")).toString(), QStringLiteral("2026-01-19T19:00:00-05:00"));
        QCOMPARE(upgrade.value(QStringLiteral("delta_minor")).toInteger(), 2000);
        QCOMPARE(upgrade.value(QStringLiteral("balance_minor")).toInteger(), 4900);
        QCOMPARE(upgrade.value(QStringLiteral("cause")).toString(), QStringLiteral("price"));
        QCOMPARE(upgrade.value(QStringLiteral("source")).toString(), QStringLiteral("proration"));
        QCOMPARE(upgrade.value(QStringLiteral("before")).toObject().value(QStringLiteral("price")).toString(), QStringLiteral("price_2900_month_1"));
        QCOMPARE(upgrade.value(QStringLiteral("evidence")).toArray()[0].toObject().value(QStringLiteral("id")).toString(), QStringLiteral("il_1")); // showed the old price last
        QCOMPARE(upgrade.value(QStringLiteral("evidence")).toArray()[1].toObject().value(QStringLiteral("id")).toString(), QStringLiteral("il_2"));
        QCOMPARE(upgrade.value(QStringLiteral("evidence")).toArray()[1].toObject().value(QStringLiteral("invoice_id")).toString(), QStringLiteral("in_1"));
        const QJsonArray held = holdingsJson(ledger, QStringLiteral("cus_a"), day("2026-01-10"));
        QCOMPARE(held.size(), 1);
        QCOMPARE(held[0].toObject().value(QStringLiteral("mrr_minor")).toInteger(), 2900);
        QCOMPARE(held[0].toObject().value(QStringLiteral("invoice_lines")).toArray().size(), 1);
        const QJsonArray why = changesJson(ledger, day("2026-01-10"), kNow, QTimeZone::utc(), Grouping(ledger, GroupBy::Nothing, {}));
        QCOMPARE(why.size(), 2);
        QCOMPARE(why[0].toObject().value(QStringLiteral("customer_id")).toString(), QStringLiteral("cus_a")); // 2000 before 1000
        QCOMPARE(customersJson(ledger, kNow, Grouping(ledger, GroupBy::Nothing, {})).size(), 2);
        QVERIFY(timelineJson(ledger, QStringLiteral("nobody"), kNow, QTimeZone::utc()).isEmpty());
        // Filtered: of the customer alone, and of a price what came to it.
        const auto filtered = [&](const char* filter) { return Grouping(ledger, GroupBy::Nothing, *filtersOf({QString::fromLatin1(filter)})); };
        QCOMPARE(changesJson(ledger, day("2026-01-10"), kNow, QTimeZone::utc(), filtered("customer=cus_b")).size(), 1);
        QCOMPARE(customersJson(ledger, kNow, filtered("price=price_1000_month_1"))[0][QStringLiteral("customer_id")].toString(), QStringLiteral("cus_b"));
        QCOMPARE(changesJson(ledger, day("2026-01-10"), kNow, QTimeZone::utc(), filtered("price=price_4900_month_1"))[0][QStringLiteral("delta_minor")].toInteger(), 4900);
        QCOMPARE(changesJson(ledger, day("2026-01-10"), kNow, QTimeZone::utc(), filtered("price=price_2900_month_1"))[0][QStringLiteral("delta_minor")].toInteger(), -2900);
    }

    void whatCannotBeValuedIsNamed()
    {
        Account account;
        account.add("a", "cus_a", named("2900"), "2026-01-05");
        Subscription& strange = account.add("b", "cus_b", named("2900"), "2026-01-05");
        strange.items[0].price.id = QStringLiteral("price_odd");
        strange.items[0].price.billingScheme = QStringLiteral("auction");
        Subscription& empty = account.add("c", "cus_c", named("2900"), "2026-01-05");
        empty.items.clear();
        Subscription& coupon = account.add("d", "cus_d", named("2900"), "2026-01-05");
        coupon.discountIds << QStringLiteral("di_gone");
        const Ledger ledger = account.ledger();
        QCOMPARE(mrrAt(ledger, "2026-10-01"), 2900);
        QStringList problems;
        for (const LeftOut& one : ledger.leftOut) {
            problems << ledger.facts->ids.text(ledger.facts->subscriptions[one.subscription].id) + QLatin1Char(' ') + valueProblemCode(one.problem);
        }
        problems.sort();
        QCOMPARE(problems.join(QStringLiteral(", ")), QStringLiteral("b model_unknown, c no_items, d coupon_unknown"));
    }

    void schedulesAndOwnLogPlugIn()
    {
        // Told by a better source, a change that lines would only bound is exact, and a line that contradicts it says nothing.
        Account account;
        account.add("a", "cus_a", named("4900"), "2026-01-01");
        account.m_lines.clear();
        account.bill(renewal("2026-01-01", "2026-02-01", named("2900")), QStringLiteral("a"));
        account.bill(renewal("2026-02-01", "2026-03-01", named("4900")), QStringLiteral("a"));
        for (const Source source : {Source::Schedule, Source::OwnLog}) {
            FactsMaker maker;
            maker.addSubscription(account.m_subscriptions[0], account.around(), QStringLiteral("saas"));
            maker.addLine({"il_1", "in_1", "paid", "price_2900_month_1", "a", "si_a", 2900, 1, day("2026-01-01"), day("2026-02-01"), false});
            maker.addLine({"il_2", "in_2", "paid", "price_4900_month_1", "a", "si_a", 4900, 1, day("2026-02-01"), day("2026-03-01"), false});
            ToldFacts toldFact;
            toldFact.source = source;
            toldFact.at = day("2026-01-20");
            maker.addTold(QStringLiteral("a"), QStringLiteral("si_a"), QStringLiteral("price_4900_month_1"), 1, toldFact, QStringLiteral("sub_sched_1"));
            const auto built = buildLedger(std::make_shared<const Facts>(maker.finish(account.around().price)), {}, kNow);
            QVERIFY(built);
            QCOMPARE(built->rows.size(), size_t(3));
            QCOMPARE(built->rows[2].at, day("2026-01-20"));
            QVERIFY(built->rows[2].isExact());
            QCOMPARE(built->rows[2].source, source);
            QCOMPARE(built->facts->ids.text(built->rows[2].evidence.at), QStringLiteral("sub_sched_1"));
        }
    }

    /// The ledger's valuer and the rule of MRR are two ways to one figure: item by item, on random subscriptions, by every preset.
    void agreesWithTheRuleOfMrr()
    {
        QRandomGenerator random(5);
        const char* intervals[] = {"day", "week", "month", "year"};
        for (int round = 0; round < 400; ++round) {
            std::vector<SubscriptionItem> items;
            for (int i = 0, n = 1 + random.bounded(3); i < n; ++i) {
                Price price = makePrice(QByteArray::number(random.bounded(100000)).constData(), intervals[random.bounded(4)], 1 + random.bounded(3));
                price.productId = QStringLiteral("prod_%1").arg(random.bounded(3));
                price.taxBehavior = random.bounded(4) == 0 ? QStringLiteral("inclusive") : QString();
                price.usageType = random.bounded(8) == 0 ? QStringLiteral("metered") : QStringLiteral("licensed");
                price.id = QStringLiteral("price_%1_%2").arg(round).arg(i);
                items.push_back(makeItem(price, random.bounded(30)));
                items.back().currentPeriodStart = kNow - random.bounded(200) * kOneDay;
            }
            Subscription subscription = makeSubscription(items);
            subscription.created = subscription.startDate = kNow - 300 * kOneDay;
            const char* durations[] = {"forever", "repeating", "once"};
            for (int i = 0, n = random.bounded(3); i < n; ++i) {
                Discount discount = random.bounded(2) == 0 ? percentOff(QByteArray::number(random.bounded(101)).constData(), durations[random.bounded(3)]) : amountOff(random.bounded(50000), durations[random.bounded(3)]);
                discount.id += QString::number(i);
                discount.start = kNow - random.bounded(400) * kOneDay;
                discount.end = random.bounded(2) == 0 ? std::nullopt : std::optional<Seconds>(discount.start + random.bounded(500) * kOneDay);
                if (random.bounded(3) == 0) {
                    discount = onlyFor(discount, {QStringLiteral("prod_1")});
                }
                subscription = random.bounded(3) == 0 ? withOnItem(subscription, 0, {discount}) : with(subscription, {discount});
            }
            for (const QString& preset : presetNames()) {
                const Definition definition = *presetDefinition(preset);
                if (definition.countsFrom == CountsFrom::FirstPayment) {
                    continue;
                }
                Surroundings around;
                around.inclusiveTaxRate = [](const QString&) { return std::optional<Fraction>(Fraction::ratio(19, 100)); };
                FactsMaker maker;
                maker.addSubscription(subscription, around, QStringLiteral("saas"));
                const auto built = buildLedger(std::make_shared<const Facts>(maker.finish({})), definition, kNow);
                QVERIFY(built);
                const SubscriptionMrr rule = mrrOf(subscription, around, definition, kNow);
                QCOMPARE(rule.problem, ValueProblem::None);
                for (const ItemMrr& item : rule.items) {
                    Amounts sum;
                    for (const Row& row : built->rows) {
                        if (built->facts->ids.text(row.item) == item.itemId) {
                            QVERIFY(addTo(&sum, row.delta));
                        }
                    }
                    QCOMPARE(sum.mrr, item.mrrMinor);
                    QCOMPARE(sum.list, item.listMinor);
                    QCOMPARE(sum.contracted, item.contractedMinor);
                    QCOMPARE(sum.net, item.netMinor);
                }
            }
        }
    }
};

CH_TEST(TstLedgerFigures)
#include "tst_LedgerFigures.moc"
