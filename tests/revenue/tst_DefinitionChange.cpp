// SPDX-License-Identifier: GPL-3.0-or-later
// One ledger by two definitions: what the change does stands apart, whatever was counted before and after it.
#include "revenue/Classify.h"
#include "revenue/DefinitionChange.h"
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

Definition definitionWith(const char* setting, const QJsonValue& value)
{
    Definition definition;
    definition.name = QString::fromLatin1(setting);
    if (!setSetting(QString::fromLatin1(setting), value, &definition)) {
        qFatal("no setting %s", setting);
    }
    return definition;
}

std::shared_ptr<const Facts> factsMade(const std::vector<Subscription>& subscriptions)
{
    FactsMaker maker;
    for (const Subscription& one : subscriptions) {
        maker.addSubscription(one, {}, one.customerId);
    }
    return std::make_shared<const Facts>(maker.finish([](const QString&) { return std::nullopt; }));
}

Ledger ledgerMade(const std::shared_ptr<const Facts>& facts, const Definition& definition)
{
    const auto built = buildLedger(facts, definition, kNow);
    if (!built) {
        qFatal("ledger: %s", qPrintable(built.error().message));
    }
    return *built;
}

Ledger joinedMade(const std::shared_ptr<const Facts>& facts, const Definition& before, const Definition& after, Seconds at)
{
    const auto made = joined(ledgerMade(facts, before), ledgerMade(facts, after), at);
    if (!made) {
        qFatal("joined: %s", qPrintable(made.error().message));
    }
    return *made;
}

Subscription subscribed(const char* id, const char* customer, const Price& price, const char* start)
{
    Subscription one = sub(price);
    one.id = QString::fromLatin1(id);
    one.customerId = QString::fromLatin1(customer);
    one.items[0].id = QStringLiteral("si_") + one.id;
    one.created = one.startDate = one.items[0].created = day(start);
    return one;
}

Subscription inTrial(Subscription subscription, const char* from, const char* to)
{
    subscription.trialStart = day(from);
    subscription.trialEnd = day(to);
    return subscription;
}

Subscription over(Subscription subscription, const char* at)
{
    subscription.status = QStringLiteral("canceled");
    subscription.endedAt = subscription.canceledAt = day(at);
    return subscription;
}

RollForward monthsOf(const Ledger& ledger, View view = View::Event, GroupBy by = GroupBy::Nothing)
{
    RollForwardQuestion question;
    question.from = QDate(2026, 1, 1);
    question.to = QDate(2026, 11, 1);
    question.view = view;
    question.zone = QTimeZone::utc();
    question.by = by;
    const auto made = rollForward(ledger, question);
    if (!made) {
        qFatal("report: %s", qPrintable(made.error().message));
    }
    return *made;
}

/// The months of 2026 in which something moved: "1: 0 new 2900 = 2900; 3: ..."
QString toldMonths(const Ledger& ledger, View view = View::Event)
{
    QStringList months;
    const RollForward report = monthsOf(ledger, view);
    for (const Series& series : report.totals) {
        for (const BucketFigures& bucket : series.buckets) {
            QString text;
            for (int i = 0; i < kMovementClasses; ++i) {
                if (bucket.moved[size_t(i)] != 0) {
                    text += QStringLiteral(" %1 %2").arg(movementClassName(MovementClass(i))).arg(bucket.moved[size_t(i)]);
                }
            }
            if (!text.isEmpty()) {
                months << QStringLiteral("%1: %2%3 = %4").arg(bucket.start.month()).arg(bucket.opening).arg(text).arg(bucket.closing);
            }
        }
    }
    return months.join(QStringLiteral("; "));
}

const Series* seriesOfGroup(const RollForward& report, const QString& currency, const QString& group)
{
    const auto found = std::find_if(report.groups.begin(), report.groups.end(), [&](const Series& series) { return series.currency == currency && series.group == group; });
    return found == report.groups.end() ? nullptr : &*found;
}

qint64 closingOf(const RollForward& report, const Series& like, size_t bucket)
{
    const Series* series = seriesOfGroup(report, like.currency, like.group);
    return series == nullptr ? 0 : series->buckets[bucket].closing;
}

/// Random subscriptions of a few customers: with trials, discounts, ends that were asked for, pauses, bad payers.
std::shared_ptr<const Facts> randomFacts(QRandomGenerator& random)
{
    std::vector<Subscription> all;
    const Price prices[] = {named("2900"), named("4900"), named("12000", "year"), named("500", "week")};
    for (int customer = 0; customer < 6; ++customer) {
        for (int i = 0, most = 1 + random.bounded(3); i < most; ++i) {
            const Seconds start = day("2025-11-01") + random.bounded(300) * 86400;
            Subscription one = subscribed(qPrintable(QStringLiteral("s%1_%2").arg(customer).arg(i)), qPrintable(QStringLiteral("cus_%1").arg(customer)), prices[random.bounded(4)], "2026-01-01");
            one.created = one.startDate = one.items[0].created = start;
            one.items[0].price.currency = one.currency = random.bounded(4) == 0 ? QStringLiteral("eur") : QStringLiteral("usd");
            one.items[0].price.id += one.currency;
            if (random.bounded(3) == 0) {
                one.trialStart = start;
                one.trialEnd = start + random.bounded(60) * 86400;
            }
            if (random.bounded(3) == 0) {
                one = with(one, {percentOff("50", random.bounded(2) == 0 ? "forever" : "once", start + random.bounded(50) * 86400)});
            }
            switch (random.bounded(6)) {
            case 0:
                one.status = QStringLiteral("canceled");
                one.endedAt = start + (1 + random.bounded(200)) * 86400;
                one.canceledAt = std::max(start, *one.endedAt - random.bounded(30) * 86400);
                break;
            case 1:
                one.cancelAtPeriodEnd = true;
                one.canceledAt = start + random.bounded(60) * 86400;
                one.currentPeriodEnd = kNow + 86400;
                break;
            case 2:
                one.status = QStringLiteral("past_due");
                break;
            case 3:
                one.pauseCollection = stripe::PauseCollection{QStringLiteral("void"), std::nullopt};
                break;
            default:
                break;
            }
            all.push_back(one);
        }
    }
    return factsMade(all);
}

const Definition kDefinitions[] = {*presetDefinition(QStringLiteral("stripe")), *presetDefinition(QStringLiteral("chartmogul")), *presetDefinition(QStringLiteral("profitwell")), *presetDefinition(QStringLiteral("paddle")),
    definitionWith("trials", QStringLiteral("count")), definitionWith("past_due", QStringLiteral("exclude")), definitionWith("churn_at", QStringLiteral("request"))};

} // namespace

class TstDefinitionChange : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void trialsThatCountNoLonger()
    {
        // In trial until 10 March: counted from January, by the new definition only from March on.
        const auto facts = factsMade({subscribed("a", "cus_a", named("2900"), "2026-01-05"), inTrial(subscribed("b", "cus_b", named("4900"), "2026-01-10"), "2026-01-10", "2026-03-10")});
        const Definition counted = definitionWith("trials", QStringLiteral("count"));
        const Ledger ledger = joinedMade(facts, counted, Definition(), day("2026-02-15"));
        QCOMPARE(toldMonths(ledger), QStringLiteral("1: 0 new 7800 = 7800; 2: 7800 definition -4900 = 2900; 3: 2900 reactivation 4900 = 7800"));
        QCOMPARE(toldMonths(ledger, View::Net), toldMonths(ledger));
        // The other way round nobody is new in February, nor in March.
        QCOMPARE(toldMonths(joinedMade(facts, Definition(), counted, day("2026-02-15"))), QStringLiteral("1: 0 new 2900 = 2900; 2: 2900 definition 4900 = 7800"));
        QCOMPARE(toldMonths(joinedMade(facts, Definition(), counted, day("2026-02-15")), View::Net), QStringLiteral("1: 0 new 2900 = 2900; 2: 2900 definition 4900 = 7800"));
    }

    void whoWentBeforeAndAfter()
    {
        // Ends on 20 February. By the request of 1 February it was gone when the definition changed; by its end it goes after that.
        Subscription leaving = over(subscribed("a", "cus_a", named("2900"), "2026-01-05"), "2026-02-20");
        leaving.canceledAt = day("2026-02-01");
        leaving.cancelAtPeriodEnd = true;
        const auto facts = factsMade({leaving});
        const Definition atRequest = definitionWith("churn_at", QStringLiteral("request"));
        QCOMPARE(toldMonths(joinedMade(facts, Definition(), atRequest, day("2026-02-10"))), QStringLiteral("1: 0 new 2900 = 2900; 2: 2900 definition -2900 = 0"));
        QCOMPARE(toldMonths(joinedMade(facts, atRequest, Definition(), day("2026-02-10"))), QStringLiteral("1: 0 new 2900 = 2900; 2: 2900 churn -5800 definition 2900 = 0"));
        // Start against end of the month, in two parts: it left by the one, and by the other.
        QCOMPARE(toldMonths(joinedMade(facts, atRequest, Definition(), day("2026-02-10")), View::Net), QStringLiteral("1: 0 new 2900 = 2900; 2: 2900 churn -5800 definition 2900 = 0"));
        // Nothing changes when both say the same at that time.
        QCOMPARE(toldMonths(joinedMade(facts, Definition(), atRequest, day("2026-01-20"))), QStringLiteral("1: 0 new 2900 = 2900; 2: 2900 churn -2900 = 0"));
    }

    void whatIsLeftInTheMonthIsNoChurn()
    {
        // Two subscriptions: one is left on 5 February, the other stops to count on the 15th. The customer contracted; it did not churn.
        Subscription trial = inTrial(subscribed("b", "cus_a", named("4900"), "2026-01-10"), "2026-01-10", "2026-05-10");
        const auto facts = factsMade({over(subscribed("a", "cus_a", named("2900"), "2026-01-05"), "2026-02-05"), trial});
        const Ledger ledger = joinedMade(facts, definitionWith("trials", QStringLiteral("count")), Definition(), day("2026-02-15"));
        for (const View view : {View::Event, View::Net}) {
            QCOMPARE(toldMonths(ledger, view).section(QStringLiteral("; "), 1, 1), QStringLiteral("2: 7800 contraction -2900 definition -4900 = 0"));
        }
    }

    void classesAroundTheChange()
    {
        const auto told = [](const std::vector<ClassInput>& changes, const Definition& before, const Definition& after) {
            std::vector<ClassOutput> classes;
            classifyCustomer(changes, before, after, 100, &classes);
            QStringList names;
            for (const ClassOutput& one : classes) {
                names << movementClassName(one.movement) + (one.lapse ? QStringLiteral("*") : QString());
            }
            return names.join(QLatin1Char(' '));
        };
        Definition tolerant;
        tolerant.lapseSeconds = 50;
        tolerant.groupingSeconds = 30;
        const Definition plain;
        // No movement reaches over the change, however near.
        QCOMPARE(told({{90, 0, 1000, false, false, false}, {100, 0, 500, false, false, true}, {101, 0, -200, false, false, false}}, tolerant, tolerant), QStringLiteral("new definition contraction"));
        QCOMPARE(told({{90, 0, 1000, false, false, false}, {101, 0, -200, false, false, false}}, tolerant, tolerant), QStringLiteral("new contraction"));
        // Each side goes by its own tolerances.
        QCOMPARE(told({{10, 0, 1000, false, false, false}, {20, 0, -200, false, false, false}, {110, 0, 500, false, false, false}, {120, 0, -200, false, false, false}}, tolerant, plain), QStringLiteral("new new expansion contraction"));
        QCOMPARE(told({{10, 0, 1000, false, false, false}, {20, 0, -200, false, false, false}, {110, 0, 500, false, false, false}, {120, 0, -200, false, false, false}}, plain, tolerant), QStringLiteral("new contraction expansion expansion"));
        // A return after the change makes the churn before it a lapse, by the definition that goes then; the change itself is no return.
        QCOMPARE(told({{0, 0, 1000, false, false, false}, {90, 0, -1000, false, false, false}, {120, 0, 1000, false, false, false}}, plain, tolerant), QStringLiteral("new paused* resumed*"));
        QCOMPARE(told({{0, 0, 1000, false, false, false}, {90, 0, -1000, false, false, false}, {120, 0, 1000, false, false, false}}, tolerant, plain), QStringLiteral("new churn reactivation"));
        QCOMPARE(told({{0, 0, 1000, false, false, false}, {90, 0, -1000, false, false, false}, {100, 0, 1000, false, false, true}}, tolerant, tolerant), QStringLiteral("new churn definition"));
        // Taken out by the change, it comes back: as a resumption where it was paused.
        QCOMPARE(told({{0, 0, 1000, false, false, false}, {100, 0, -1000, false, false, true}, {120, 0, 1000, true, false, false}}, plain, plain), QStringLiteral("new definition resumed"));
        QCOMPARE(told({{100, 0, 1000, false, false, true}, {120, 0, -1000, false, false, false}, {130, 0, 1000, false, false, false}}, plain, plain), QStringLiteral("definition churn reactivation"));
    }

    void figuresAreOfTheDefinitionThatGoes()
    {
        QRandomGenerator random(3);
        for (int round = 0; round < 60; ++round) {
            const auto facts = randomFacts(random);
            const Definition& before = kDefinitions[random.bounded(7)];
            const Definition& after = kDefinitions[random.bounded(7)];
            const Seconds at = day("2026-01-01") + random.bounded(300) * 86400 + random.bounded(86400);
            const Ledger old = ledgerMade(facts, before);
            const Ledger next = ledgerMade(facts, after);
            const Ledger ledger = joinedMade(facts, before, after, at);
            for (const GroupBy by : {GroupBy::Nothing, GroupBy::BusinessType, GroupBy::Price, GroupBy::Product, GroupBy::Interval, GroupBy::Customer, GroupBy::Status, GroupBy::Currency}) {
                for (const Seconds when : {at - 1, at, at + 1, at - 40 * 86400, at + 40 * 86400, kNow}) {
                    const auto is = figuresAt(ledger, when, Grouping(ledger, by, {}));
                    const auto expected = figuresAt(when < at ? old : next, when, Grouping(when < at ? old : next, by, {}));
                    QVERIFY(is && expected);
                    std::map<std::pair<QString, QString>, Amounts> sums;
                    for (const FigureLine& line : *is) {
                        sums[{line.currency, line.group}] = line.amounts;
                    }
                    for (const FigureLine& line : *expected) {
                        const std::pair key(line.currency, line.group);
                        QCOMPARE(sums[key], line.amounts);
                        sums.erase(key);
                    }
                    for (const auto& [key, amounts] : sums) {
                        QCOMPARE(amounts, Amounts());
                    }
                }
            }
        }
    }

    void nothingLeaksIntoTheOtherClasses()
    {
        QRandomGenerator random(4);
        for (int round = 0; round < 60; ++round) {
            const auto facts = randomFacts(random);
            const Definition& before = kDefinitions[random.bounded(7)];
            const Definition& after = kDefinitions[random.bounded(7)];
            const int month = 2 + random.bounded(8);
            const Ledger ledger = joinedMade(facts, before, after, QDate(2026, month, 1).startOfDay(QTimeZone::utc()).toSecsSinceEpoch());
            const RollForward old = monthsOf(ledgerMade(facts, before), View::Event, GroupBy::Customer);
            const RollForward next = monthsOf(ledgerMade(facts, after), View::Event, GroupBy::Customer);
            const RollForward made = monthsOf(ledger, View::Event, GroupBy::Customer);
            (void)monthsOf(ledger, View::Net, GroupBy::Price); // adds up, or ends the test
            for (const Series& series : made.groups) {
                for (size_t i = 0; i < series.buckets.size(); ++i) {
                    const BucketFigures& bucket = series.buckets[i];
                    const bool changed = int(i) + 1 >= month;
                    const Series* like = seriesOfGroup(changed ? next : old, series.currency, series.group);
                    const BucketFigures expected = like == nullptr ? BucketFigures() : like->buckets[i];
                    QCOMPARE(bucket.closing, expected.closing);
                    QCOMPARE(bucket.of(MovementClass::Definition), int(i) + 1 == month ? closingOf(next, series, i - 1) - closingOf(old, series, i - 1) : 0);
                    for (const MovementClass same : {MovementClass::Churn, MovementClass::Contraction, MovementClass::Expansion, MovementClass::Paused, MovementClass::Reconciliation}) {
                        QCOMPARE(bucket.of(same), expected.of(same));
                    }
                    const auto came = [](const BucketFigures& one) { return one.of(MovementClass::New) + one.of(MovementClass::Reactivation) + one.of(MovementClass::Resumed); };
                    QCOMPARE(came(bucket), came(expected));
                }
            }
        }
    }

    void oneDefinitionIsItself()
    {
        QRandomGenerator random(6);
        for (int round = 0; round < 40; ++round) {
            const auto facts = randomFacts(random);
            const Definition& definition = kDefinitions[random.bounded(7)];
            const Ledger alone = ledgerMade(facts, definition);
            const Ledger ledger = joinedMade(facts, definition, definition, day("2026-01-01") + random.bounded(300) * 86400);
            QCOMPARE(ledger.rows.size(), alone.rows.size());
            for (size_t i = 0; i < alone.rows.size(); ++i) {
                QCOMPARE(ledger.rows[i].at, alone.rows[i].at);
                QCOMPARE(ledger.rows[i].delta, alone.rows[i].delta);
                QCOMPARE(ledger.rows[i].movement, alone.rows[i].movement);
            }
        }
        QVERIFY(!joined(ledgerMade(randomFacts(random), {}), ledgerMade(randomFacts(random), {}), 0)); // of other facts
    }

    void explained()
    {
        const auto facts = factsMade({inTrial(subscribed("b", "cus_b", named("4900"), "2026-01-10"), "2026-01-10", "2026-02-15")});
        // It begins to count at the very instant of the change: two changes, not one.
        const Ledger ledger = joinedMade(facts, definitionWith("trials", QStringLiteral("count")), Definition(), day("2026-02-15"));
        const QJsonArray timeline = timelineJson(ledger, QStringLiteral("cus_b"), kNow, QTimeZone::utc());
        QCOMPARE(timeline.size(), 3);
        QCOMPARE(timeline[1][QStringLiteral("class")].toString(), QStringLiteral("definition"));
        QCOMPARE(timeline[1][QStringLiteral("cause")].toString(), QStringLiteral("definition"));
        QVERIFY(timeline[1][QStringLiteral("source")].isNull());
        QCOMPARE(timeline[1][QStringLiteral("delta_minor")].toInteger(), -4900);
        QCOMPARE(timeline[2][QStringLiteral("class")].toString(), QStringLiteral("reactivation"));
        QCOMPARE(timeline[2][QStringLiteral("balance_minor")].toInteger(), 4900);
    }

    void whatIsLeftOutByEither()
    {
        Ledger before = ledgerMade(factsMade({subscribed("a", "cus_a", named("2900"), "2026-01-05")}), {});
        Ledger after = before;
        before.leftOut = {{0, ValueProblem::CouponUnknown, day("2026-01-05"), kForever}};
        after.leftOut = {{0, ValueProblem::ModelUnknown, day("2026-01-05"), day("2026-03-01")}, {0, ValueProblem::ModelUnknown, day("2026-01-05"), day("2026-01-20")}};
        const auto made = joined(before, after, day("2026-02-01"));
        QVERIFY(made);
        QCOMPARE(made->leftOut.size(), size_t(2));
        QCOMPARE(made->leftOut[0].to, day("2026-02-01"));
        QCOMPARE(made->leftOut[1].from, day("2026-02-01"));
        QCOMPARE(made->leftOut[1].problem, ValueProblem::ModelUnknown);
    }
};

CH_TEST(TstDefinitionChange)
#include "tst_DefinitionChange.moc"
