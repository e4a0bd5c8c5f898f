// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger over many customers: classes with their tolerances, roll-forwards, figures at an instant, bridges, explanations, and that it
// agrees with the rule of MRR on random subscriptions.
#include "revenue/Bridge.h"
#include "revenue/Classify.h"
#include "revenue/Explain.h"
#include "revenue/RollForward.h"
#include "revenue/Stories.h"
#include "support/TestMain.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace ch;
using namespace ch::revenue;
using namespace ch::test;

namespace {

constexpr qint64 kOneDay = 86400;

/// Changes of one customer: (day, delta), told as "new 2900; churn -2900".
QString classes(const std::vector<std::pair<double, qint64>>& changes, const Definition& definition = {})
{
    std::vector<ClassInput> inputs;
    for (const auto& [atDay, delta] : changes) {
        inputs.push_back({qint64(atDay * kOneDay), 0, delta, false, false});
    }
    std::vector<ClassOutput> outputs;
    classifyCustomer(inputs, definition, &outputs);
    QStringList told;
    for (size_t i = 0; i < outputs.size(); ++i) {
        told << QStringLiteral("%1 %2%3").arg(movementClassName(outputs[i].movement)).arg(inputs[i].delta).arg(outputs[i].lapse ? QStringLiteral(" lapse") : QString());
    }
    return told.join(QStringLiteral("; "));
}

/// Several subscriptions, each with its own customer unless it says otherwise.
class Account {
public:
    Account() { m_prices = {named("2900"), named("4900"), named("1000"), named("10000"), named("6000"), named("1000", "week")}; }

    Subscription& add(const char* id, const char* customer, const Price& price, const char* start, const char* end = nullptr)
    {
        Subscription one = sub(price);
        one.id = QString::fromLatin1(id);
        one.customerId = QString::fromLatin1(customer);
        one.items[0].id = QStringLiteral("si_%1").arg(one.id);
        one.created = one.startDate = one.items[0].created = day(start);
        if (end != nullptr) {
            one.status = QStringLiteral("canceled");
            one.endedAt = one.canceledAt = day(end);
        }
        m_subscriptions.push_back(one);
        bill(renewal(start, "2026-12-31", price), one.id);
        return m_subscriptions.back();
    }
    void bill(InvoiceLine line, const QString& subscription)
    {
        line.subscriptionId = subscription;
        line.subscriptionItemId = QStringLiteral("si_%1").arg(subscription);
        m_lines.push_back(line);
    }
    [[nodiscard]] Surroundings around() const
    {
        Surroundings around;
        around.price = [this](const QString& id) -> std::optional<Price> {
            for (const Price& price : m_prices) {
                if (price.id == id) {
                    return price;
                }
            }
            return std::nullopt;
        };
        return around;
    }
    [[nodiscard]] std::shared_ptr<const Facts> facts() const
    {
        FactsMaker maker;
        for (const Subscription& one : m_subscriptions) {
            maker.addSubscription(one, around(), one.customerId < QStringLiteral("cus_m") ? QStringLiteral("saas") : QStringLiteral("tool"));
        }
        int number = 0;
        for (const InvoiceLine& line : m_lines) {
            const std::string id = "il_" + std::to_string(++number);
            const std::string price = line.priceId.toStdString();
            const std::string subscription = line.subscriptionId.toStdString();
            const std::string item = line.subscriptionItemId.toStdString();
            maker.addLine({id, "in_1", "paid", price, subscription, item, line.amount, line.quantity.value_or(1), line.periodStart, line.periodEnd, line.proration});
        }
        return std::make_shared<const Facts>(maker.finish(around().price));
    }
    [[nodiscard]] Ledger ledger(const Definition& definition = {}) const
    {
        const auto built = buildLedger(facts(), definition, kNow);
        if (!built) {
            qFatal("ledger: %s", qPrintable(built.error().message));
        }
        return *built;
    }

    std::vector<Subscription> m_subscriptions;
    std::vector<InvoiceLine> m_lines;
    QList<Price> m_prices;
};

RollForward report(const Ledger& ledger, const char* from, const char* to, Bucket bucket = Bucket::Month, View view = View::Event, GroupBy by = GroupBy::Nothing, const char* zone = "UTC")
{
    RollForwardQuestion question;
    question.from = QDate::fromString(QString::fromLatin1(from), Qt::ISODate);
    question.to = QDate::fromString(QString::fromLatin1(to), Qt::ISODate);
    question.bucket = bucket;
    question.view = view;
    question.zone = QTimeZone(zone);
    question.by = by;
    const auto made = rollForward(ledger, question);
    if (!made) {
        qFatal("report: %s", qPrintable(made.error().message));
    }
    return *made;
}

/// "1000 new 100 churn -60 = 1040" of one bucket.
QString told(const BucketFigures& bucket)
{
    QString text = QString::number(bucket.opening);
    for (int i = 0; i < kMovementClasses; ++i) {
        if (bucket.moved[size_t(i)] != 0) {
            text += QStringLiteral(" %1 %2").arg(movementClassName(MovementClass(i))).arg(bucket.moved[size_t(i)]);
        }
    }
    return text + QStringLiteral(" = %1").arg(bucket.closing);
}

qint64 mrrAt(const Ledger& ledger, const char* at)
{
    const auto lines = figuresAt(ledger, day(at), Grouping(ledger, GroupBy::Nothing, {}));
    return lines && !lines->empty() ? lines->front().amounts.mrr : 0;
}

} // namespace

class TstLedger : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tolerances_data()
    {
        QTest::addColumn<QString>("changes");
        QTest::addColumn<int>("minutes");
        QTest::addColumn<int>("lapse");
        QTest::addColumn<int>("horizon");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* changes, int minutes, int lapse, int horizon, const char* expected) {
            QTest::newRow(name) << QString::fromLatin1(changes) << minutes << lapse << horizon << QString::fromLatin1(expected);
        };
        row("gone and back in ten minutes", "0:2900 30:-2900 30.007:2900", 0, 0, 0, "new 2900; churn -2900; reactivation 2900");
        row("the same within an hour's window", "0:2900 30:-2900 30.007:2900", 60, 0, 0, "new 2900; expansion -2900; expansion 2900"); // together nothing: 0
        row("migrated to a dearer one within the window", "0:2900 30:-2900 30.01:4900", 60, 0, 0, "new 2900; expansion -2900; expansion 4900"); // together +2000
        row("to a cheaper one", "0:2900 30:-2900 30.01:1000", 60, 0, 0, "new 2900; contraction -2900; contraction 1000");
        row("outside the window", "0:2900 30:-2900 30.05:2900", 60, 0, 0, "new 2900; churn -2900; reactivation 2900");
        row("a gap of two days, tolerated for three", "0:2900 30:-2900 32:2900", 0, 3, 0, "new 2900; paused -2900 lapse; resumed 2900 lapse");
        row("a gap of three days is still one", "0:2900 30:-2900 33:2900", 0, 3, 0, "new 2900; paused -2900 lapse; resumed 2900 lapse");
        row("a gap of four days is not", "0:2900 30:-2900 34:2900", 0, 3, 0, "new 2900; churn -2900; reactivation 2900");
        row("back after 90 days", "0:2900 30:-2900 120:2900", 0, 0, 90, "new 2900; churn -2900; reactivation 2900");
        row("back after 91 days is new", "0:2900 30:-2900 121:2900", 0, 0, 90, "new 2900; churn -2900; new 2900");
        row("no horizon: back after years", "0:2900 30:-2900 3000:2900", 0, 0, 0, "new 2900; churn -2900; reactivation 2900");
        row("only the gap is a lapse", "0:2900 10:100 30:-3000 31:2900 50:-2900", 0, 3, 0, "new 2900; expansion 100; paused -3000 lapse; resumed 2900 lapse; churn -2900");
        row("came and went within the window", "0:2900 0.01:-2900", 60, 0, 0, "new 2900; new -2900"); // together nothing
    }
    void tolerances()
    {
        QFETCH(QString, changes);
        QFETCH(int, minutes);
        QFETCH(int, lapse);
        QFETCH(int, horizon);
        std::vector<std::pair<double, qint64>> steps;
        for (const QString& change : changes.split(QLatin1Char(' '))) {
            steps.emplace_back(change.section(QLatin1Char(':'), 0, 0).toDouble(), change.section(QLatin1Char(':'), 1).toLongLong());
        }
        Definition definition;
        definition.groupingSeconds = minutes * 60;
        definition.lapseSeconds = lapse * kOneDay;
        definition.reactivationSeconds = horizon == 0 ? std::nullopt : std::optional<qint64>(horizon * kOneDay);
        QTEST(classes(steps, definition), "expected");
    }

    void unexplainedIsNeverChurn()
    {
        std::vector<ClassOutput> outputs;
        classifyCustomer({{0, 0, 2900, false, true}, {10, 0, -2900, false, true}, {20, 0, 1000, false, false}}, {}, &outputs);
        QCOMPARE(outputs[0].movement, MovementClass::Reconciliation);
        QCOMPARE(outputs[1].movement, MovementClass::Reconciliation);
        QCOMPARE(outputs[2].movement, MovementClass::Reactivation); // it was seen before, whatever brought it
    }

    void anotherCurrencyBesideIsExpansion()
    {
        std::vector<ClassOutput> outputs;
        classifyCustomer({{0, 0, 2900, false, false}, {10, 1, 1000, false, false}, {20, 0, -2900, false, false}, {30, 1, -1000, false, false}}, {}, &outputs);
        QCOMPARE(outputs[1].movement, MovementClass::Expansion);
        QCOMPARE(outputs[2].movement, MovementClass::Contraction);
        QCOMPARE(outputs[3].movement, MovementClass::Churn);
        classifyCustomer({{0, 1, 2900, false, false}, {10, 1, -2900, false, false}, {10, 0, 3100, false, false}}, {}, &outputs); // swapped in one second
        QCOMPARE(outputs[1].movement, MovementClass::Contraction);
        QCOMPARE(outputs[2].movement, MovementClass::Expansion);
    }

    void rollForwardByEventAndNet()
    {
        // M04: subs of $100 and $60, the smaller cancelled in February, the other in March; a second customer leaves and returns within May.
        Account account;
        account.add("a", "cus_a", named("10000"), "2026-01-05", "2026-03-10");
        account.add("b", "cus_a", named("6000"), "2026-01-05", "2026-02-10");
        account.add("c", "cus_b", named("2900"), "2026-01-20", "2026-05-10");
        account.add("d", "cus_b", named("4900"), "2026-05-20");
        const Ledger ledger = account.ledger();
        const RollForward byEvent = report(ledger, "2026-01-01", "2026-06-01");
        QCOMPARE(byEvent.totals.size(), size_t(1));
        const auto& months = byEvent.totals[0].buckets;
        QCOMPARE(months.size(), size_t(5));
        QCOMPARE(told(months[0]), QStringLiteral("0 new 18900 = 18900"));
        QCOMPARE(told(months[1]), QStringLiteral("18900 contraction -6000 = 12900"));
        QCOMPARE(told(months[2]), QStringLiteral("12900 churn -10000 = 2900"));
        QCOMPARE(told(months[4]), QStringLiteral("2900 reactivation 4900 churn -2900 = 4900"));
        const RollForward net = report(ledger, "2026-01-01", "2026-06-01", Bucket::Month, View::Net);
        QCOMPARE(told(net.totals[0].buckets[4]), QStringLiteral("2900 expansion 2000 = 4900")); // there at the start, and more at the end
        QCOMPARE(told(report(ledger, "2026-01-01", "2026-06-01", Bucket::Quarter, View::Net).totals[0].buckets[0]), QStringLiteral("0 new 2900 = 2900")); // the first customer came and went
        QCOMPARE(told(report(ledger, "2026-01-01", "2026-06-01", Bucket::Year).totals[0].buckets[0]), QStringLiteral("0 new 18900 reactivation 4900 contraction -6000 churn -12900 = 4900"));
    }

    void churnIsToldApart()
    {
        Account account;
        account.add("a", "cus_a", named("10000"), "2026-01-05", "2026-03-10");
        account.add("b", "cus_b", named("6000"), "2026-01-05", "2026-03-10").cancellationReason = QStringLiteral("payment_failed");
        account.add("c", "cus_c", named("2900"), "2026-01-05", "2026-03-10");
        FactsMaker maker;
        for (const Subscription& one : account.m_subscriptions) {
            maker.addSubscription(one, account.around(), QStringLiteral("saas"));
        }
        maker.addTakenDown(QStringLiteral("c"));
        const auto ledger = buildLedger(std::make_shared<const Facts>(maker.finish(account.around().price)), {}, kNow);
        QVERIFY(ledger);
        const RollForward march = report(*ledger, "2026-03-01", "2026-04-01");
        QCOMPARE(march.totals[0].buckets[0].churned, (std::array<qint64, kChurnKinds>{-10000, -6000, -2900}));
        RollForward broken = march;
        broken.totals[0].buckets[0].churned[0] = 0;
        QVERIFY(brokenIdentity(broken).contains(QStringLiteral("churn")));
    }

    void bucketsAreLocalAndHalfOpen() // M05
    {
        Account account;
        account.add("a", "cus_a", named("2900"), "2025-12-20", "2026-02-01");
        Ledger ledger = account.ledger();
        QCOMPARE(told(report(ledger, "2026-01-01", "2026-03-01").totals[0].buckets[0]), QStringLiteral("2900 = 2900"));
        QCOMPARE(told(report(ledger, "2026-01-01", "2026-03-01").totals[0].buckets[1]), QStringLiteral("2900 churn -2900 = 0"));
        QCOMPARE(told(report(ledger, "2026-01-01", "2026-03-01", Bucket::Month, View::Event, GroupBy::Nothing, "America/New_York").totals[0].buckets[0]), QStringLiteral("2900 churn -2900 = 0"));
        ledger.definition.edge = BucketEdge::End; // midnight belongs to the day that ends
        QCOMPARE(told(report(ledger, "2026-01-01", "2026-03-01").totals[0].buckets[0]), QStringLiteral("2900 churn -2900 = 0"));
    }

    void bucketsAreWhole()
    {
        const auto d = [](const char* iso) { return QDate::fromString(QString::fromLatin1(iso), Qt::ISODate); };
        QCOMPARE(bucketDays(d("2026-01-15"), d("2026-03-01"), Bucket::Month), (std::vector<QDate>{d("2026-01-01"), d("2026-02-01"), d("2026-03-01")}));
        QCOMPARE(bucketDays(d("2026-01-15"), d("2026-03-02"), Bucket::Month).size(), size_t(4));
        QCOMPARE(bucketDays(d("2026-01-01"), d("2026-01-08"), Bucket::Week), (std::vector<QDate>{d("2025-12-29"), d("2026-01-05"), d("2026-01-12")}));
        QCOMPARE(bucketDays(d("2026-02-10"), d("2026-07-01"), Bucket::Quarter), (std::vector<QDate>{d("2026-01-01"), d("2026-04-01"), d("2026-07-01")}));
        QCOMPARE(bucketDays(d("2026-03-31"), d("2026-04-01"), Bucket::Quarter), (std::vector<QDate>{d("2026-01-01"), d("2026-04-01")}));
        QCOMPARE(bucketDays(d("2026-12-01"), d("2027-01-01"), Bucket::Quarter), (std::vector<QDate>{d("2026-10-01"), d("2027-01-01")}));
        QCOMPARE(bucketDays(d("2026-02-10"), d("2026-02-11"), Bucket::Year), (std::vector<QDate>{d("2026-01-01"), d("2027-01-01")}));
        RollForwardQuestion question;
        question.from = d("2026-02-01");
        question.to = question.from;
        question.zone = QTimeZone::utc();
        QVERIFY(!rollForward(Account().ledger(), question));
        question.to = d("2826-02-01");
        question.bucket = Bucket::Day;
        QVERIFY(!rollForward(Account().ledger(), question));
    }

    void groupsSumToTheTotal()
    {
        Account account;
        account.add("a", "cus_a", named("4900"), "2026-01-05");
        account.m_lines[0] = renewal("2026-01-05", "2026-02-05", named("2900"));
        account.m_lines[0].subscriptionId = QStringLiteral("a");
        account.m_lines[0].subscriptionItemId = QStringLiteral("si_a");
        account.bill(proration("2026-02-10", "2026-03-05", named("4900"), 4000), QStringLiteral("a"));
        account.add("b", "cus_x", named("1000"), "2026-02-05", "2026-02-20");
        const Ledger ledger = account.ledger();
        const RollForward byPrice = report(ledger, "2026-01-01", "2026-03-01", Bucket::Month, View::Event, GroupBy::Price);
        QCOMPARE(byPrice.groups.size(), size_t(3));
        QCOMPARE(byPrice.groups[1].group, QStringLiteral("price_2900_month_1"));
        QCOMPARE(told(byPrice.groups[1].buckets[1]), QStringLiteral("2900 expansion -2900 = 0")); // left for the dearer one
        QCOMPARE(told(byPrice.groups[2].buckets[1]), QStringLiteral("0 expansion 4900 = 4900"));
        QCOMPARE(told(byPrice.totals[0].buckets[1]), QStringLiteral("2900 new 1000 expansion 2000 churn -1000 = 4900"));
        const RollForward byType = report(ledger, "2026-01-01", "2026-03-01", Bucket::Month, View::Net, GroupBy::BusinessType);
        QCOMPARE(byType.groups.size(), size_t(2));
        QCOMPARE(told(byType.groups[1].buckets[1]), QStringLiteral("0 new 1000 new -1000 = 0").remove(QStringLiteral(" new 1000 new -1000")));
    }

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

    void reportThatDoesNotAddUpIsFound()
    {
        Account account;
        account.add("a", "cus_a", named("2900"), "2026-01-05");
        RollForward sound = report(account.ledger(), "2026-01-01", "2026-03-01", Bucket::Month, View::Event, GroupBy::Customer);
        QVERIFY(brokenIdentity(sound).isEmpty());
        RollForward moved = sound;
        moved.totals[0].buckets[0].moved[0] += 1;
        QVERIFY(brokenIdentity(moved).contains(QStringLiteral("2026-01-01")) && brokenIdentity(moved).contains(QStringLiteral("movements are not closing")));
        RollForward torn = sound;
        torn.totals[0].buckets[1].opening += 1;
        torn.totals[0].buckets[1].closing += 1;
        QVERIFY(brokenIdentity(torn).contains(QStringLiteral("2026-02-01")) && brokenIdentity(torn).contains(QStringLiteral("movements are not closing")));
        RollForward classed = sound;
        classed.totals[0].buckets[0].moved[0] += 1;
        classed.totals[0].buckets[0].moved[1] -= 1;
        QVERIFY(brokenIdentity(classed).contains(QStringLiteral("groups"))); // each class of them
        RollForward alone = torn; // nothing but the month before says that it is wrong
        alone.groups.clear();
        QVERIFY(brokenIdentity(alone).contains(QStringLiteral("2026-02-01")));
        RollForward apart = sound;
        apart.groups.clear();
        apart.groups.push_back(sound.groups[0]);
        apart.groups.push_back(sound.groups[0]);
        QVERIFY(brokenIdentity(apart).contains(QStringLiteral("groups")));
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

CH_TEST(TstLedger)
#include "tst_Ledger.moc"
