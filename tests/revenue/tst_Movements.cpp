// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Classify.h"
#include "revenue/LocalDays.h"
#include "revenue/Movements.h"
#include "revenue/Tales.h"
#include "support/TestMain.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace ch;
using namespace ch::revenue;

namespace {

/// A step of one subscription, with whom it belongs to.
struct CustomerStep {
    qint64 at = 0;
    QString customerId;
    QString subscriptionId;
    QString businessType;
    CurrencyCode currency;
    qint64 deltaMinor = 0;
    bool exact = true;
    bool pause = false;
};

CustomerStep stepOf(const char* iso, qint64 delta, const char* subscription = "sub_1", const char* customer = "cus_1", const char* currency = "usd")
{
    CustomerStep step;
    step.at = test::moment(iso);
    step.deltaMinor = delta;
    step.subscriptionId = QString::fromLatin1(subscription);
    step.customerId = QString::fromLatin1(customer);
    step.currency = QString::fromLatin1(currency);
    step.businessType = QStringLiteral("saas");
    return step;
}

CustomerStep paused(CustomerStep step)
{
    step.pause = true;
    return step;
}

/// One movement an instant, customer and currency, by the classes of Classify.h.
std::vector<Movement> classify(std::vector<CustomerStep> steps, const Definition& definition = {})
{
    std::stable_sort(steps.begin(), steps.end(), [](const CustomerStep& a, const CustomerStep& b) { return std::tie(a.customerId, a.at, a.currency) < std::tie(b.customerId, b.at, b.currency); });
    QStringList currencies;
    std::vector<Movement> movements;
    for (size_t from = 0; from < steps.size();) {
        std::vector<ClassInput> changes;
        size_t to = from;
        for (; to < steps.size() && steps[to].customerId == steps[from].customerId; ++to) {
            if (!currencies.contains(steps[to].currency)) {
                currencies << steps[to].currency;
            }
            changes.push_back({steps[to].at, quint32(currencies.indexOf(steps[to].currency)), steps[to].deltaMinor, steps[to].pause, false});
        }
        std::vector<ClassOutput> classes;
        classifyCustomer(changes, definition, &classes);
        for (size_t i = from; i < to; ++i) {
            const CustomerStep& step = steps[i];
            const bool same = !movements.empty() && i > from && steps[i - 1].at == step.at && steps[i - 1].currency == step.currency;
            if (!same) {
                Movement movement;
                movement.at = step.at;
                movement.customerId = step.customerId;
                movement.businessType = step.businessType;
                movement.currency = step.currency;
                movement.movement = classes[i - from].movement;
                movements.push_back(movement);
            }
            movements.back().deltaMinor += step.deltaMinor;
            movements.back().exact = movements.back().exact && step.exact;
        }
        from = to;
    }
    movements.erase(std::remove_if(movements.begin(), movements.end(), [](const Movement& one) { return one.deltaMinor == 0; }), movements.end());
    std::stable_sort(movements.begin(), movements.end(), [](const Movement& a, const Movement& b) { return a.at < b.at; });
    return movements;
}

QString classesTold(const std::vector<CustomerStep>& steps)
{
    QStringList text;
    for (const Movement& movement : classify(steps)) {
        text << QStringLiteral("%1 %2%3").arg(movementClassName(movement.movement)).arg(movement.deltaMinor).arg(movement.exact ? QString() : QStringLiteral(" ~"));
    }
    return text.join(QStringLiteral("; "));
}

qint64 sumOf(const MonthFigures& m)
{
    return m.opening + m.newMrr + m.expansion + m.reactivation + m.contraction + m.churn + m.paused + m.resumed;
}

std::vector<MonthFigures> monthsOf(const std::vector<CustomerStep>& steps, const char* zone, int months, const char* now)
{
    MonthBook book(QTimeZone(QByteArray(zone)), months, test::moment(now) * 1000);
    const LocalDays days(QTimeZone(QByteArray(zone)), test::moment("2019-01-01T00:00:00Z"), test::moment(now));
    for (const Movement& movement : classify(steps)) {
        book.add({store::LedgerGrain::Month, days.dayOf(movement.at) / 100 * 100 + 1, movement.currency, movement.businessType, int(movement.movement), 0, movement.deltaMinor, 0});
    }
    const auto figures = book.figures();
    return figures ? *figures : std::vector<MonthFigures>();
}

} // namespace

class TstMovements : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void classes_data()
    {
        QTest::addColumn<QList<CustomerStep>>("steps");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const QList<CustomerStep>& steps, const char* expected) { QTest::newRow(name) << steps << QString::fromLatin1(expected); };
        row("M01 new", {stepOf("2026-01-24T00:00:00Z", 2900)}, "new 2900");
        row("M02 contraction", {stepOf("2026-01-01T00:00:00Z", 10000), stepOf("2026-01-15T00:00:00Z", -4000)}, "new 10000; contraction -4000");
        row("M04 one of two subscriptions, then the last", {stepOf("2026-01-01T00:00:00Z", 10000, "a"), stepOf("2026-01-01T00:00:00Z", 6000, "b"),
            stepOf("2026-02-01T00:00:00Z", -6000, "b"), stepOf("2026-03-01T00:00:00Z", -10000, "a")}, "new 16000; contraction -6000; churn -10000");
        row("second subscription is expansion", {stepOf("2026-01-01T00:00:00Z", 100, "a"), stepOf("2026-01-02T00:00:00Z", 50, "b")}, "new 100; expansion 50");
        row("M08 swap in one second", {stepOf("2026-01-01T00:00:00Z", 2900), stepOf("2026-02-01T00:00:00Z", -2900), stepOf("2026-02-01T00:00:00Z", 4900)}, "new 2900; expansion 2000");
        row("swap of equals is nothing", {stepOf("2026-01-01T00:00:00Z", 2900), stepOf("2026-02-01T00:00:00Z", -2900, "a"), stepOf("2026-02-01T00:00:00Z", 2900, "b")}, "new 2900");
        row("back after years", {stepOf("2020-01-01T00:00:00Z", 5), stepOf("2020-02-01T00:00:00Z", -5), stepOf("2026-01-01T00:00:00Z", 7)}, "new 5; churn -5; reactivation 7");
        row("pause and resume", {stepOf("2026-01-01T00:00:00Z", 5), paused(stepOf("2026-02-01T00:00:00Z", -5)), paused(stepOf("2026-03-01T00:00:00Z", 5))}, "new 5; paused -5; resumed 5");
        row("one of two paused", {stepOf("2026-01-01T00:00:00Z", 5, "a"), stepOf("2026-01-01T00:00:00Z", 7, "b"), paused(stepOf("2026-02-01T00:00:00Z", -5, "a")),
            paused(stepOf("2026-03-01T00:00:00Z", 5, "a"))}, "new 12; paused -5; resumed 5");
        row("a pause beside a loss is no pause", {stepOf("2026-01-01T00:00:00Z", 5, "a"), stepOf("2026-01-01T00:00:00Z", 7, "b"), paused(stepOf("2026-02-01T00:00:00Z", -5, "a")),
            stepOf("2026-02-01T00:00:00Z", -7, "b")}, "new 12; churn -12");
        row("resumed without having been seen", {paused(stepOf("2026-03-01T00:00:00Z", 5))}, "new 5");
        row("free stays unseen", {stepOf("2026-01-01T00:00:00Z", 0), stepOf("2026-02-01T00:00:00Z", 9)}, "new 9");
        row("another currency: left one, back in the other", {stepOf("2026-01-01T00:00:00Z", 9), stepOf("2026-02-01T00:00:00Z", -9), stepOf("2026-02-02T00:00:00Z", 8, "c", "cus_1", "eur")},
            "new 9; churn -9; reactivation 8");
        row("other customers are others", {stepOf("2026-01-01T00:00:00Z", 9), stepOf("2026-01-02T00:00:00Z", 8, "x", "cus_2")}, "new 9; new 8");
        CustomerStep placed = stepOf("2026-02-01T00:00:00Z", -2);
        placed.exact = false;
        row("uncertain in part is uncertain", {stepOf("2026-01-01T00:00:00Z", 9), placed, stepOf("2026-02-01T00:00:00Z", 1)}, "new 9; contraction -1 ~");
        row("any order", {stepOf("2026-02-01T00:00:00Z", -9), stepOf("2026-01-01T00:00:00Z", 9)}, "new 9; churn -9");
    }
    void classes()
    {
        QFETCH(QList<CustomerStep>, steps);
        QFETCH(QString, expected);
        QCOMPARE(classesTold({steps.begin(), steps.end()}), expected);
    }

    void monthsAreHalfOpenInTheZone() // M05
    {
        const std::vector<CustomerStep> steps = {stepOf("2025-12-20T12:00:00Z", 2900), stepOf("2026-02-01T00:00:00Z", -2900)};
        const auto utc = monthsOf(steps, "UTC", 3, "2026-02-15T00:00:00Z");
        QCOMPARE(utc.size(), size_t(3));
        QCOMPARE(utc[0].month, QDate(2025, 12, 1));
        QCOMPARE(utc[0].newMrr, 2900);
        QCOMPARE(utc[1].churn, 0);
        QCOMPARE(utc[1].closing, 2900);
        QCOMPARE(utc[2].churn, -2900);
        QCOMPARE(utc[2].closing, 0);
        const auto newYork = monthsOf(steps, "America/New_York", 3, "2026-02-15T00:00:00Z");
        QCOMPARE(newYork[1].churn, -2900); // still 31 January there
        QCOMPARE(newYork[2].churn, 0);
        QCOMPARE(newYork[2].opening, 0);
    }

    void runningMonthIsTheZonesOwn()
    {
        const auto tokyo = monthsOf({stepOf("2026-01-01T00:00:00Z", 1)}, "Asia/Tokyo", 2, "2026-01-31T20:00:00Z");
        QCOMPARE(tokyo.back().month, QDate(2026, 2, 1));
        const auto utc = monthsOf({stepOf("2026-01-01T00:00:00Z", 1)}, "UTC", 2, "2026-01-31T20:00:00Z");
        QCOMPARE(utc.back().month, QDate(2026, 1, 1));
    }

    void whatCameBeforeOpens()
    {
        const auto months = monthsOf({stepOf("2020-01-01T00:00:00Z", 1000), stepOf("2021-01-01T00:00:00Z", 500, "b"), stepOf("2026-02-10T00:00:00Z", -200)}, "UTC", 2, "2026-02-15T00:00:00Z");
        QCOMPARE(months.size(), size_t(2));
        QCOMPARE(months[0].opening, 1500);
        QCOMPARE(months[0].closing, 1500);
        QCOMPARE(months[1].contraction, -200);
        QCOMPARE(months[1].closing, 1300);
    }

    void rollForward() // M12 without its exchange rates: 1000 +100 +50 -40 -60
    {
        const auto months = monthsOf({stepOf("2025-12-01T00:00:00Z", 600), stepOf("2025-12-01T00:00:00Z", 340, "b", "cus_2"), stepOf("2025-12-01T00:00:00Z", 60, "c", "cus_3"),
            stepOf("2026-01-05T00:00:00Z", 100, "d", "cus_4"), stepOf("2026-01-06T00:00:00Z", 50), stepOf("2026-01-07T00:00:00Z", -40, "b", "cus_2"),
            stepOf("2026-01-08T00:00:00Z", -60, "c", "cus_3")}, "UTC", 1, "2026-01-31T00:00:00Z");
        QCOMPARE(months.size(), size_t(1));
        QCOMPARE(months[0].opening, 1000);
        QCOMPARE(months[0].newMrr, 100);
        QCOMPARE(months[0].expansion, 50);
        QCOMPARE(months[0].contraction, -40);
        QCOMPARE(months[0].churn, -60);
        QCOMPARE(months[0].closing, 1050);
    }

    void monthsByBusinessType()
    {
        CustomerStep tool = stepOf("2026-01-10T00:00:00Z", 300, "t", "cus_t");
        tool.businessType = QStringLiteral("tool");
        CustomerStep gone = tool;
        gone.at = test::moment("2026-02-10T00:00:00Z");
        gone.deltaMinor = -300;
        const auto months = monthsOf({stepOf("2026-01-01T00:00:00Z", 100), tool, gone}, "UTC", 2, "2026-02-15T00:00:00Z");
        QCOMPARE(months[0].closingByType.size(), size_t(2));
        QCOMPARE(months[1].closingByType.size(), size_t(1));
        QCOMPARE(months[1].closingByType[0].first, QStringLiteral("saas"));
        QCOMPARE(months[1].closingByType[0].second, 100);
    }

    void sumsBeyond64BitsAreRefused()
    {
        MonthBook book(QTimeZone::utc(), 1, test::moment("2026-02-15T00:00:00Z") * 1000);
        const store::LedgerSum huge{store::LedgerGrain::Month, 20260201, QStringLiteral("usd"), QStringLiteral("saas"), 0, 0, std::numeric_limits<qint64>::max(), 1};
        book.add(huge);
        QVERIFY(book.figures());
        book.add(huge);
        QVERIFY(!book.figures());
    }

    // Generated stories: opening and movements are the closing, months join, types sum, and the end is the sum of all that happened.
    void identities()
    {
        QRandomGenerator random(11);
        const char* zones[] = {"UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"};
        const char* currencies[] = {"usd", "eur", "jpy"};
        const char* types[] = {"saas", "tool", "api"};
        for (int round = 0; round < 60; ++round) {
            std::vector<CustomerStep> steps;
            std::map<QString, qint64> totals;
            for (int customer = 0; customer < 20; ++customer) {
                qint64 balance = 0;
                const int currency = random.bounded(3);
                for (qint64 at = test::moment("2024-01-01T00:00:00Z") + random.bounded(40000000); at < test::moment("2026-10-31T23:59:59Z"); at += 1 + random.bounded(9000000)) {
                    const qint64 to = random.bounded(4) == 0 ? 0 : random.bounded(100000);
                    CustomerStep step = stepOf("2026-01-01T00:00:00Z", to - balance, "s", qPrintable(QString::number(customer)), currencies[currency]);
                    step.at = at - at % (random.bounded(2) == 0 ? 86400 : 1);
                    step.pause = random.bounded(5) == 0;
                    step.businessType = QString::fromLatin1(types[customer % 3]);
                    totals[step.currency] += step.deltaMinor;
                    balance = to;
                    steps.push_back(step);
                }
            }
            const auto months = monthsOf(steps, zones[round % 4], 12, "2026-11-15T00:00:00Z");
            QVERIFY(!months.empty());
            for (size_t i = 0; i < months.size(); ++i) {
                QCOMPARE(sumOf(months[i]), months[i].closing);
                qint64 byType = 0;
                for (const auto& [type, minor] : months[i].closingByType) {
                    byType += minor;
                }
                QCOMPARE(byType, months[i].closing);
                const bool last = i + 1 == months.size() || months[i + 1].currency != months[i].currency;
                QCOMPARE(months[i].closing, last ? totals[months[i].currency] : months[i + 1].opening);
            }
        }
    }
};

CH_TEST(TstMovements)
#include "tst_Movements.moc"
