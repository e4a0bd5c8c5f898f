// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger over many customers: classes with their tolerances, roll-forwards, and that a report which does not add up is found.
#include "revenue/Accounts.h"
#include "revenue/Classify.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::revenue;
using namespace ch::test;

namespace {

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
        QCOMPARE(told(byType.groups[1].buckets[1]), QStringLiteral("0 = 0"));
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
};

CH_TEST(TstLedger)
#include "tst_Ledger.moc"
