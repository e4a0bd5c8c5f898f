// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/Measures.h"
#include "support/TestMain.h"

#include <QtTest>

using namespace ch;
using namespace ch::http;

namespace measured {

AttemptReport reportOf(int status, qint64 ms = 10)
{
    AttemptReport report;
    report.method = "GET";
    report.pathTemplate = QStringLiteral("/v1/prices");
    report.status = status;
    report.milliseconds = ms;
    return report;
}

std::vector<BucketPart> named(const std::vector<BucketPart>& all, const char* name)
{
    std::vector<BucketPart> found;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found), [name](const BucketPart& part) { return part.name == QLatin1String(name); });
    return found;
}

} // namespace measured

using namespace measured;

class TstMeasures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bucketsHoldWhatTookAtMostSoLong()
    {
        Measures measures;
        for (const qint64 ms : {0, 50, 51, 80'000, 80'001}) {
            measures.add(reportOf(200, ms));
        }
        AttemptReport none = reportOf(0, 80'000);
        none.errorKind = ErrorKind::Cancelled;
        measures.add(none); // stopped here: says nothing of Stripe
        none.errorKind = ErrorKind::Timeout;
        measures.add(none);
        const auto taken = measures.takeBuckets();
        QVERIFY(measures.takeBuckets().empty());
        measures.giveBack(taken);
        const auto parts = named(measures.takeBuckets(), kRequestSeconds);
        QCOMPARE(parts.size(), size_t(4));
        QCOMPARE(parts[0].upToMs, std::optional<qint64>(50));
        QCOMPARE(parts[0].count, 2);
        QCOMPARE(parts[0].sumMs, 50);
        QCOMPARE(parts[1].upToMs, std::optional<qint64>(100));
        QCOMPARE(parts[2].upToMs, std::optional<qint64>(80'000));
        QCOMPARE(parts[2].count, 2);
        QCOMPARE(parts[3].upToMs, std::optional<qint64>());
        QCOMPARE(parts[3].count, 1);
    }

    void waitsAreToldByWhoWaited()
    {
        Measures measures;
        AttemptReport report = reportOf(200);
        report.waitedMs = 2000;
        measures.add(report);
        report.priority = Priority::Interactive;
        report.waitedMs = 0;
        measures.add(report);
        const auto parts = named(measures.takeBuckets(), kWaitSeconds);
        QCOMPARE(parts.size(), size_t(2));
        QCOMPARE(parts[0].labels, (Labels{{"priority", "background"}}));
        QCOMPARE(parts[0].sumMs, 2000);
        QCOMPARE(parts[1].labels, (Labels{{"priority", "interactive"}}));
        QCOMPARE(parts[1].upToMs, std::optional<qint64>(50));
    }

    void attemptsAreCountedByHowTheyEnded()
    {
        Measures measures;
        for (const int status : {200, 201, 302, 404, 402, 429, 500, 503, 999, 100}) {
            measures.add(reportOf(status));
        }
        AttemptReport lost = reportOf(0);
        lost.errorKind = ErrorKind::Network;
        measures.add(lost);
        QMap<QString, qint64> results;
        const auto counts = measures.takeCounts();
        for (const CountPart& part : counts) {
            if (part.name == QLatin1String(kRequestsCounter)) {
                results.insert(part.labels.at("result"), part.amount);
            }
        }
        QCOMPARE(results, (QMap<QString, qint64>{{"2xx", 3}, {"3xx", 1}, {"4xx", 2}, {"429", 1}, {"5xx", 3}, {"none", 1}}));
        QVERIFY(measures.takeCounts().empty());
        measures.giveBack(counts);
        QCOMPARE(measures.takeCounts().size(), counts.size());
    }

    void reasonsAreThoseThatAreKnown_data()
    {
        QTest::addColumn<QByteArray>("told");
        QTest::addColumn<QString>("counted");
        QTest::newRow("known") << QByteArray("Global-Rate") << QStringLiteral("global-rate");
        QTest::newRow("none") << QByteArray() << QStringLiteral("none");
        QTest::newRow("made up") << QByteArray("cus_123 \"x\"\n") << QStringLiteral("other");
    }

    void reasonsAreThoseThatAreKnown()
    {
        QFETCH(QByteArray, told);
        QFETCH(QString, counted);
        Measures measures;
        AttemptReport report = reportOf(429);
        report.rateLimitedReason = told;
        measures.add(report);
        for (const CountPart& part : measures.takeCounts()) {
            if (part.name == QLatin1String(kRateLimitedCounter)) {
                QCOMPARE(part.labels, (Labels{{"reason", counted}}));
                return;
            }
        }
        QFAIL("not counted");
    }
};

CH_TEST(TstMeasures)
#include "tst_Measures.moc"
