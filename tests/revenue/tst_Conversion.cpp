// SPDX-License-Identifier: GPL-3.0-or-later
// Rates, reports in one reporting currency, and rates of churn. Expected figures are worked out beside them.
#include "revenue/Conversion.h"
#include "revenue/Tales.h"
#include "support/TestMain.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace ch;
using namespace ch::revenue;

namespace {

const Seconds kLongAfter = test::moment("2030-01-01T00:00:00Z");

Rates ratesOfText(const QByteArray& csv, const char* into = "eur", const char* zone = "UTC")
{
    const auto rows = ratesFromCsv(csv, QString::fromLatin1(into), QTimeZone(zone));
    if (!rows) {
        qFatal("rates: %s", qPrintable(rows.error().message));
    }
    return *Rates::of(*rows, QString::fromLatin1(into));
}

/// January and February 2026.
RollForwardQuestion twoMonths(const char* zone = "UTC")
{
    RollForwardQuestion question;
    question.from = QDate(2026, 1, 1);
    question.to = QDate(2026, 3, 1);
    question.zone = QTimeZone(zone);
    return question;
}

/// What moved in a bucket: new, contraction, churn asked for, churn by take-down.
struct Moved {
    qint64 newMrr = 0;
    qint64 contraction = 0;
    qint64 voluntary = 0;
    qint64 takedown = 0;
};

Series seriesMade(const char* currency, const char* group, qint64 opening, const std::vector<Moved>& months)
{
    Series series;
    series.currency = QString::fromLatin1(currency);
    series.group = QString::fromLatin1(group);
    QDate start(2026, 1, 1);
    for (const Moved& moved : months) {
        BucketFigures bucket;
        bucket.start = start;
        bucket.opening = opening;
        bucket.moved[size_t(MovementClass::New)] = moved.newMrr;
        bucket.moved[size_t(MovementClass::Contraction)] = moved.contraction;
        bucket.moved[size_t(MovementClass::Churn)] = moved.voluntary + moved.takedown;
        bucket.churned[size_t(ChurnKind::Voluntary)] = moved.voluntary;
        bucket.churned[size_t(ChurnKind::Takedown)] = moved.takedown;
        bucket.closing = opening + moved.newMrr + moved.contraction + moved.voluntary + moved.takedown;
        opening = bucket.closing;
        series.buckets.push_back(bucket);
        start = start.addMonths(1);
    }
    return series;
}

/// "100000 new 20000 fx 5000 = 125000"
QString toldConverted(const BucketFigures& bucket)
{
    QString text = QString::number(bucket.opening);
    for (int i = 0; i < kMovementClasses; ++i) {
        if (bucket.moved[size_t(i)] != 0) {
            text += QStringLiteral(" %1 %2").arg(movementClassName(MovementClass(i))).arg(bucket.moved[size_t(i)]);
        }
    }
    return text + QStringLiteral(" = %1").arg(bucket.closing);
}

Converted convertedOrDie(const RollForward& report, const Rates& rates, std::optional<Seconds> constantAt = std::nullopt, Seconds now = kLongAfter, const char* zone = "UTC")
{
    const auto made = converted(report, twoMonths(zone), rates, now, constantAt);
    if (!made) {
        qFatal("converted: %s", qPrintable(made.error().message));
    }
    return *made;
}

/// How many figures of a bucket are not 0: what its fx may be off by, in halves of a unit.
int figuresOf(const BucketFigures& bucket)
{
    return int(std::count_if(bucket.moved.begin(), bucket.moved.end(), [](qint64 moved) { return moved != 0; })) + int(std::count_if(bucket.churned.begin(), bucket.churned.end(), [](qint64 moved) { return moved != 0; })) + 2;
}

/// A report by group, random but sound.
RollForward randomReport(QRandomGenerator& random)
{
    RollForward report;
    const char* currencies[] = {"usd", "jpy", "kwd", "eur"};
    const char* groups[] = {"", "a", "b"};
    for (int c = 0, most = 1 + random.bounded(4); c < most; ++c) {
        std::vector<Moved> sum(2);
        qint64 opening = 0;
        for (const char* group : groups) {
            std::vector<Moved> months(2);
            const qint64 mine = random.bounded(1'000'000);
            for (size_t i = 0; i < months.size(); ++i) {
                months[i] = {random.bounded(100'000), -random.bounded(1000), -random.bounded(1000), -random.bounded(1000)};
                sum[i].newMrr += months[i].newMrr;
                sum[i].contraction += months[i].contraction;
                sum[i].voluntary += months[i].voluntary;
                sum[i].takedown += months[i].takedown;
            }
            opening += mine;
            report.groups.push_back(seriesMade(currencies[c], group, mine, months));
        }
        report.totals.push_back(seriesMade(currencies[c], "", opening, sum));
    }
    return report;
}

} // namespace

class TstConversion : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tableOfRates()
    {
        const Rates rates = ratesOfText("\xEF\xBB\xBF" "Date,Currency,Rate\r\n# the bank's\r\n\r\n2026-02-01,USD,0.95\r\n 2026-01-01 , usd , 0.90 \r\n\"2026-01-01\",\"jpy\",\"0.0061\"\r\n2026-01-01,eur,1.00\n");
        QVERIFY(!rates.at(QStringLiteral("usd"), test::moment("2025-12-31T23:59:59Z")));
        QCOMPARE(rates.at(QStringLiteral("usd"), test::moment("2026-01-01T00:00:00Z"))->text, QStringLiteral("0.90"));
        QCOMPARE(rates.at(QStringLiteral("usd"), test::moment("2026-01-31T23:59:59Z"))->text, QStringLiteral("0.90"));
        QCOMPARE(rates.at(QStringLiteral("usd"), test::moment("2026-02-01T00:00:00Z"))->text, QStringLiteral("0.95"));
        QCOMPARE(rates.at(QStringLiteral("usd"), kLongAfter)->since, test::moment("2026-02-01T00:00:00Z"));
        QVERIFY(!rates.at(QStringLiteral("gbp"), kLongAfter));
        QCOMPARE(rates.at(QStringLiteral("eur"), 0)->factor, Fraction(1));
        // A day is that of the zone: in New York it begins five hours later.
        const Rates american = ratesOfText("2026-01-01,usd,0.9", "eur", "America/New_York");
        QVERIFY(!american.at(QStringLiteral("usd"), test::moment("2026-01-01T04:59:59Z")));
        QVERIFY(american.at(QStringLiteral("usd"), test::moment("2026-01-01T05:00:00Z")));
    }

    void rowsOfAnySource()
    {
        const QString usd = QStringLiteral("usd");
        const QString eur = QStringLiteral("eur");
        const auto rates = Rates::of({{10, usd, eur, QStringLiteral("0.9")}, {10, usd, QStringLiteral("gbp"), QStringLiteral("0.8")}, {20, eur, usd, QStringLiteral("1.1")}, {10, usd, eur, QStringLiteral("0.91")}}, eur);
        QVERIFY(rates);
        QCOMPARE(rates->at(usd, 30)->text, QStringLiteral("0.91")); // the last of one instant; nothing into other currencies, nothing turned round
        for (const char* wrong : {"0", "-1", "1e3", "", ".", "0,9", "0.1234567890123"}) {
            QVERIFY2(!Rates::of({{10, usd, eur, QString::fromLatin1(wrong)}}, eur), wrong);
        }
    }

    void tablesThatAreRefused_data()
    {
        QTest::addColumn<QByteArray>("csv");
        QTest::addColumn<QString>("says");
        QTest::newRow("fields") << QByteArray("date,currency,rate\n2026-01-01,usd\n") << QStringLiteral("Line 2");
        QTest::newRow("semicolons") << QByteArray("2026-01-01;usd;0,9") << QStringLiteral("commas");
        QTest::newRow("comma as a point") << QByteArray("2026-01-01,usd,0,9") << QStringLiteral("Line 1");
        QTest::newRow("day") << QByteArray("\n2026-02-30,usd,0.9") << QStringLiteral("Line 2 of the rates: \"2026-02-30\" is no day");
        QTest::newRow("other day") << QByteArray("01/02/2026,usd,0.9") << QStringLiteral("is no day");
        QTest::newRow("currency") << QByteArray("2026-01-01,dollar,0.9") << QStringLiteral("\"dollar\" is no currency");
        QTest::newRow("nothing") << QByteArray("2026-01-01,usd,") << QStringLiteral("is no rate");
        QTest::newRow("zero") << QByteArray("2026-01-01,usd,0.00") << QStringLiteral("is no rate");
        QTest::newRow("negative") << QByteArray("2026-01-01,usd,-0.9") << QStringLiteral("is no rate");
        QTest::newRow("twice") << QByteArray("2026-01-01,usd,0.9\n2026-01-02,usd,0.9\n2026-01-01,USD,0.9") << QStringLiteral("Line 3 of the rates: usd has its rate of that day already in line 1");
        QTest::newRow("itself") << QByteArray("2026-01-01,eur,0.9") << QStringLiteral("1 eur is 1 eur");
        QTest::newRow("heading below") << QByteArray("2026-01-01,usd,0.9\ndate,currency,rate") << QStringLiteral("Line 2");
    }
    void tablesThatAreRefused()
    {
        QFETCH(QByteArray, csv);
        QFETCH(QString, says);
        const auto rows = ratesFromCsv(csv, QStringLiteral("eur"), QTimeZone::utc());
        QVERIFY(!rows);
        QCOMPARE(rows.error().kind, ErrorKind::InvalidInput);
        QVERIFY2(rows.error().message.contains(says), qPrintable(rows.error().message));
    }

    void currenciesByName()
    {
        QCOMPARE(currencyNamed(QStringLiteral("EUR")), std::optional<CurrencyCode>(QStringLiteral("eur")));
        QVERIFY(!currencyNamed(QStringLiteral("euro")));
        QVERIFY(!currencyNamed(QString()));
    }

    /// 1000.00 usd at 0.90, then 0.95: the opening is worth 50.00 eur more at the end, and what came and went is worth what it is then.
    void openingGainsAndMovementsAreOfTheEnd() // M13b
    {
        RollForward report;
        report.totals.push_back(seriesMade("usd", "", 100000, {{20000, 0, -10000, 0}, {0, 0, 0, 0}}));
        const Converted made = convertedOrDie(report, ratesOfText("2025-12-31,usd,0.90\n2026-01-31,usd,0.95\n2026-02-01,usd,0.80"));
        QCOMPARE(made.report.totals.size(), size_t(1));
        QCOMPARE(made.report.totals[0].currency, QStringLiteral("eur"));
        QCOMPARE(toldConverted(made.report.totals[0].buckets[0]), QStringLiteral("90000 new 19000 churn -9500 fx 5000 = 104500"));
        QCOMPARE(toldConverted(made.report.totals[0].buckets[1]), QStringLiteral("104500 fx -16500 = 88000")); // 110000 x (0.80 - 0.95)
        const auto& used = made.rates.at(QStringLiteral("usd"));
        QCOMPARE(used[0].opening->text + used[0].closing->text + used[1].closing->text, QStringLiteral("0.900.950.80"));
        const Converted constant = convertedOrDie(report, ratesOfText("2025-12-31,usd,0.90\n2026-01-31,usd,0.95"), test::moment("2026-02-10T00:00:00Z"));
        QCOMPARE(toldConverted(constant.report.totals[0].buckets[0]), QStringLiteral("95000 new 19000 churn -9500 = 104500"));
        QCOMPARE(toldConverted(constant.report.totals[0].buckets[1]), QStringLiteral("104500 = 104500"));
    }

    /// 12345 jpy x 0.0061 = 75.3045 eur; 1.000 kwd x 3.05 = 3.05 eur; 0.01 usd x 0.50 = half a cent, away from 0.
    void exponentsAndTies()
    {
        RollForward report;
        report.totals.push_back(seriesMade("jpy", "", 12345, {{}, {}}));
        const Rates rates = ratesOfText("2020-01-01,jpy,0.0061\n2020-01-01,kwd,3.05\n2020-01-01,usd,0.50");
        QCOMPARE(convertedOrDie(report, rates).report.totals[0].buckets[0].closing, 7530);
        report.totals = {seriesMade("kwd", "", 1000, {{}, {}})};
        QCOMPARE(convertedOrDie(report, rates).report.totals[0].buckets[0].closing, 305);
        report.totals = {seriesMade("usd", "", 0, {{1, 0, 0, 0}, {0, 0, -1, 0}})};
        QCOMPARE(toldConverted(convertedOrDie(report, rates).report.totals[0].buckets[0]), QStringLiteral("0 new 1 = 1"));
        QCOMPARE(toldConverted(convertedOrDie(report, rates).report.totals[0].buckets[1]), QStringLiteral("1 churn -1 = 0"));
        // 19.99 usd x 150.25 = 3003.4975 jpy; x 0.307 = 6.13693 kwd.
        report.totals = {seriesMade("usd", "", 1999, {{}, {}})};
        QCOMPARE(convertedOrDie(report, ratesOfText("2020-01-01,usd,150.25", "jpy")).report.totals[0].buckets[0].closing, 3003);
        QCOMPARE(convertedOrDie(report, ratesOfText("2020-01-01,usd,0.307", "kwd")).report.totals[0].buckets[0].closing, 6137);
        report.totals = {seriesMade("usd", "", std::numeric_limits<qint64>::max(), {{}, {}})};
        QVERIFY(!converted(report, twoMonths(), ratesOfText("2020-01-01,usd,150.25", "jpy"), kLongAfter, std::nullopt));
    }

    void rateOfTheBucketsEnd()
    {
        RollForward report;
        report.totals.push_back(seriesMade("usd", "", 10000, {{}, {}}));
        // The end of January in New York is five hours later than in UTC; the rate of 1 February is not yet that of January.
        const QByteArray csv = "2025-12-31,usd,1.0\n2026-01-31,usd,2.0\n2026-02-01,usd,3.0\n2026-02-28,usd,4.0\n2026-03-01,usd,5.0\n";
        for (const char* zone : {"UTC", "America/New_York", "Asia/Kolkata"}) {
            const std::vector<BucketFigures> months = convertedOrDie(report, ratesOfText(csv, "eur", zone), std::nullopt, kLongAfter, zone).report.totals[0].buckets;
            QCOMPARE(toldConverted(months[0]), QStringLiteral("10000 fx 10000 = 20000"));
            QCOMPARE(toldConverted(months[1]), QStringLiteral("20000 fx 20000 = 40000"));
        }
        // The running month is told at the rate of now.
        QCOMPARE(convertedOrDie(report, ratesOfText(csv), std::nullopt, test::moment("2026-02-10T00:00:00Z")).report.totals[0].buckets[1].closing, 30000);
    }

    void missingRatesAreNamed()
    {
        RollForward report;
        report.totals.push_back(seriesMade("eur", "", 500, {{}, {}}));
        QCOMPARE(convertedOrDie(report, ratesOfText("")).report.totals[0].buckets[0].closing, 500); // needs none
        report.totals.push_back(seriesMade("usd", "", 0, {{}, {700, 0, 0, 0}}));
        const auto missing = converted(report, twoMonths(), ratesOfText("2026-03-01,usd,0.9"), kLongAfter, std::nullopt);
        QVERIFY(!missing);
        QCOMPARE(missing.error().kind, ErrorKind::InvalidInput);
        QVERIFY2(missing.error().message.contains(QStringLiteral("usd")) && missing.error().message.contains(QStringLiteral("2026-02-28")), qPrintable(missing.error().message));
        // In January there was no usd: it needs no rate, and February's rate may begin in February.
        const Converted made = convertedOrDie(report, ratesOfText("2026-02-03,usd,0.9"));
        QCOMPARE(toldConverted(made.report.totals[0].buckets[1]), QStringLiteral("500 new 630 = 1130"));
        QVERIFY(!made.rates.at(QStringLiteral("usd"))[0].closing && made.rates.at(QStringLiteral("usd"))[1].closing);
        QVERIFY(!converted(report, twoMonths(), ratesOfText("2026-02-03,usd,0.9"), kLongAfter, test::moment("2026-01-05T00:00:00Z")));
    }

    /// Whatever comes: every identity holds in whole units, fx is its formula but for rounding, a group is what it is alone.
    void identitiesOfRandomReports()
    {
        QRandomGenerator random(11);
        for (int round = 0; round < 300; ++round) {
            const RollForward report = randomReport(random);
            QByteArray csv;
            const char* days[] = {"2025-12-31", "2026-01-31", "2026-02-28"};
            QMap<QString, std::array<Fraction, 3>> factors;
            for (const char* currency : {"usd", "jpy", "kwd"}) {
                for (int i = 0; i < 3; ++i) {
                    csv += QByteArray(days[i]) + ',' + currency + ",0." + QByteArray::number(100 + random.bounded(899)) + QByteArray::number(random.bounded(1000)) + '\n';
                }
            }
            const Rates rates = ratesOfText(csv);
            const bool constant = round % 3 == 0;
            const Converted made = convertedOrDie(report, rates, constant ? std::optional(kLongAfter) : std::nullopt);
            QCOMPARE(brokenIdentity(made.report), QString());
            QCOMPARE(made.report.totals.size(), size_t(1));
            QCOMPARE(made.report.groups.size(), size_t(3));
            QCOMPARE(made.report.rounding.size(), size_t(1));
            std::array<Fraction, 2> fx{};
            std::array<int, 2> figures{};
            for (const Series& series : report.totals) {
                for (size_t i = 0; i < 2; ++i) {
                    const Seconds ends[] = {test::moment("2025-12-31T23:59:59Z"), test::moment("2026-01-31T23:59:59Z"), test::moment("2026-02-28T23:59:59Z")};
                    fx[i] = fx[i] + Fraction(series.buckets[i].opening) * (rates.at(series.currency, ends[i + 1])->factor - rates.at(series.currency, ends[i])->factor);
                    figures[i] += figuresOf(series.buckets[i]);
                }
            }
            for (size_t i = 0; i < 2; ++i) {
                const BucketFigures& total = made.report.totals[0].buckets[i];
                if (constant) {
                    QCOMPARE(total.of(MovementClass::Fx), 0);
                    continue;
                }
                const Fraction off = Fraction(total.of(MovementClass::Fx)) - fx[i];
                QVERIFY(off * Fraction(2) <= Fraction(figures[i]) && -off * Fraction(2) <= Fraction(figures[i]));
            }
            RollForward alone;
            for (const Series& series : report.groups) {
                if (series.group == QLatin1String("a")) {
                    alone.totals.push_back(series);
                }
            }
            const Converted filtered = convertedOrDie(alone, rates, constant ? std::optional(kLongAfter) : std::nullopt);
            QCOMPARE(made.report.groups[1].group, QStringLiteral("a"));
            QCOMPARE(toldConverted(made.report.groups[1].buckets[1]), toldConverted(filtered.report.totals[0].buckets[1]));
            RollForward broken = made.report;
            broken.rounding[0].buckets[0].moved[0] += 1;
            broken.rounding[0].buckets[0].moved[1] -= 1;
            QVERIFY(brokenIdentity(broken).contains(QStringLiteral("groups")));
        }
    }

    /// Three groups of one cent at a half: each rounds up to a cent, their sum of 1.5 cents to 2; the third cent is rounding.
    void roundingStandsApart()
    {
        RollForward report;
        for (const char* group : {"a", "b", "c"}) {
            report.groups.push_back(seriesMade("usd", group, 1, {{}, {}}));
        }
        report.totals.push_back(seriesMade("usd", "", 3, {{}, {}}));
        const Converted made = convertedOrDie(report, ratesOfText("2020-01-01,usd,0.5"));
        QCOMPARE(made.report.totals[0].buckets[0].closing, 2);
        QCOMPARE(made.report.rounding[0].buckets[0].closing, -1);
        std::vector<FigureLine> lines;
        for (const char* group : {"a", "b", "c"}) {
            FigureLine line;
            line.currency = QStringLiteral("usd");
            line.group = QString::fromLatin1(group);
            line.amounts = {1, 2, 1, 1, 0, 1};
            line.subscriptions = 1;
            lines.push_back(line);
        }
        FigureLine total = lines[0];
        total.group.clear();
        total.amounts = {3, 6, 3, 3, 0, 3};
        total.subscriptions = 3;
        FigureLine own = total;
        own.currency = QStringLiteral("eur");
        const Rates rates = ratesOfText("2020-01-01,usd,0.5");
        const auto figures = converted(std::vector<FigureLine>{total, own}, rates, kLongAfter, QTimeZone::utc());
        QVERIFY(figures);
        QCOMPARE(figures->size(), size_t(1)); // added up only once converted
        QCOMPARE(figures->front().currency, QStringLiteral("eur"));
        QCOMPARE(figures->front().amounts, (Amounts{5, 9, 5, 5, 0, 5}));
        QCOMPARE(figures->front().subscriptions, 6);
        const auto groups = converted(lines, rates, kLongAfter, QTimeZone::utc());
        const auto usd = converted(std::vector<FigureLine>{total}, rates, kLongAfter, QTimeZone::utc());
        QVERIFY(groups && usd);
        QCOMPARE(mrrBeyond(*usd, *groups), -1);
        QVERIFY(converted(lines, ratesOfText(""), kLongAfter, QTimeZone::utc()).error().message.contains(QStringLiteral("usd")));
    }

    void ratesOfChurn()
    {
        // 1000.00: 50.00 contracted, 100.00 left, 20.00 taken down; 30.00 expanded, 70.00 came back.
        BucketFigures bucket = seriesMade("usd", "", 100000, {{5000, -5000, -10000, -2000}}).buckets[0];
        bucket.moved[size_t(MovementClass::Expansion)] = 3000;
        bucket.moved[size_t(MovementClass::Reactivation)] = 7000;
        bucket.moved[size_t(MovementClass::Paused)] = -9000;
        QCOMPARE(churnRatesOf(bucket, true).gross, std::optional<qint64>(170000));
        QCOMPARE(churnRatesOf(bucket, true).net, std::optional<qint64>(70000));
        QCOMPARE(churnRatesOf(bucket, false).gross, std::optional<qint64>(150000));
        QCOMPARE(churnRatesOf(bucket, false).net, std::optional<qint64>(50000));
        bucket.moved[size_t(MovementClass::Expansion)] = 40000;
        QCOMPARE(churnRatesOf(bucket, true).net, std::optional<qint64>(-300000)); // more came than went
        bucket.opening = 300000;
        QCOMPARE(churnRatesOf(bucket, true).gross, std::optional<qint64>(56667)); // 17 of 300, the half away from 0
        bucket.opening = 0;
        QVERIFY(!churnRatesOf(bucket, true).gross && !churnRatesOf(bucket, true).net);
        // Half the value is lost by the rate, half the customers by themselves: the churn is a half, not a quarter.
        RollForward report;
        report.totals.push_back(seriesMade("usd", "", 100000, {{0, 0, -50000, 0}, {}}));
        const Converted made = convertedOrDie(report, ratesOfText("2025-12-31,usd,1.0\n2026-01-31,usd,0.5"));
        QCOMPARE(churnRatesOf(made.report.totals[0].buckets[0], true).gross, std::optional<qint64>(500000));
    }
};

CH_TEST(TstConversion)
#include "tst_Conversion.moc"
