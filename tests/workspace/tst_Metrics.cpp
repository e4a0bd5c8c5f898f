// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Counts.h"
#include "http/Measures.h"
#include "revenue/Figures.h"
#include "store/Faults.h"
#include "support/TestMain.h"
#include "workspace/House.h"
#include "workspace/MetricsText.h"

#include <QJsonArray>

using namespace ch;
using namespace ch::test;
using namespace ch::workspace;

namespace monitored {

QString valueOf(const Metrics& metrics, const char* name, const store::CounterLabels& labels)
{
    for (const Metric& one : metrics.metrics) {
        for (const Sample& sample : one.samples) {
            if (one.name == QLatin1String(name) && sample.labels == labels) {
                return sample.value.text();
            }
        }
    }
    return QStringLiteral("none");
}

const std::vector<Durations>& durations(const Metrics& metrics, const char* name)
{
    static const std::vector<Durations> none;
    for (const Histogram& one : metrics.histograms) {
        if (one.name == QLatin1String(name)) {
            return one.series;
        }
    }
    return none;
}

qint64 requestsOf(const Metrics& metrics, const char* method, const char* path)
{
    for (const Durations& series : durations(metrics, http::kRequestSeconds)) {
        if (series.labels == store::CounterLabels{{"method", method}, {"path", path}}) {
            return series.count;
        }
    }
    return 0;
}

} // namespace monitored

class TstMetrics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { qunsetenv("ENABLE_PAYMENTS"); }
    void cleanup() { store::failWrite(0); }

    void whatIsDoneIsCountedForMonitoring()
    {
        Account stripe;
        QTemporaryDir dir;
        auto open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
        const Metrics none = *open->metrics();
        for (const char* status : {"success", "failed", "cancelled"}) {
            QCOMPARE(monitored::valueOf(none, "genesis_meta_agent_stripe_subscriptions_total", {{"status", status}}), QStringLiteral("0"));
        }
        QCOMPARE(monitored::valueOf(none, kMirrorCompleteGauge, {}), QStringLiteral("0"));
        QVERIFY(ended(open->sync(this)));
        QVERIFY(ended(open->ensurePrices(true, this)));
        business::ProvisionRequest request;
        request.businessId = QStringLiteral("shop-1");
        request.name = QStringLiteral("Shop");
        request.type = QStringLiteral("content");
        QVERIFY(!(*ended(open->provision(request, this))).error);
        request.businessId = QStringLiteral("shop-2");
        request.email = QStringLiteral("no address");
        QVERIFY((*ended(open->provision(request, this))).error);
        Metrics now = *open->metrics();
        QCOMPARE(monitored::valueOf(now, business::kSubscriptionsCounter, {{"status", "success"}}), QStringLiteral("1"));
        QCOMPARE(monitored::valueOf(now, business::kSubscriptionsCounter, {{"status", "failed"}}), QStringLiteral("1"));
        QCOMPARE(monitored::valueOf(now, business::kRevenueCounter, {{"business_type", "content"}}), QStringLiteral("20.00"));
        QCOMPARE(monitored::valueOf(now, kMirrorCompleteGauge, {}), QStringLiteral("1"));
        // The gauge is the MRR of the mirror, by currency and type, in major units; types that we do not know are one.
        const auto mrr = *revenue::mrrNow(open->reader(), m_clock.nowMs());
        QVERIFY(!mrr.byBusinessType.empty());
        for (const revenue::MrrLine& line : mrr.byBusinessType) {
            QCOMPARE(monitored::valueOf(now, kMrrGauge, {{"currency", line.currency}, {"business_type", line.businessType}}), machineAmount(line.minor, line.currency));
        }
        QCOMPARE(monitored::valueOf(now, kMrrGauge, {{"currency", "usd"}, {"business_type", "other"}}), QStringLiteral("0.00"));
        // What an alert looks at.
        QCOMPARE(monitored::valueOf(now, kOperationsGauge, {{"kind", "provision"}, {"state", "done"}}), QStringLiteral("1"));
        QCOMPARE(monitored::valueOf(now, kOperationsGauge, {{"kind", "provision"}, {"state", "failed"}}), QStringLiteral("1"));
        QCOMPARE(monitored::valueOf(now, kOperationsGauge, {{"kind", "cancel"}, {"state", "unknown"}}), QStringLiteral("0"));
        QVERIFY(monitored::valueOf(now, kSyncLagGauge, {}) != QLatin1String("none"));
        QCOMPARE(monitored::valueOf(none, kSyncLagGauge, {}), QStringLiteral("none")); // it is not known
        QCOMPARE(monitored::valueOf(now, kAuditVerifiedGauge, {}), QStringLiteral("1"));
        QCOMPARE(monitored::valueOf(now, "countinghouse_payments_enabled", {}), QStringLiteral("1"));
        QCOMPARE(monitored::valueOf(now, "countinghouse_rollout_ratio", {}), QStringLiteral("1.00"));
        QCOMPARE(monitored::valueOf(now, "countinghouse_stripe_ready", {}), QStringLiteral("1"));
        QCOMPARE(monitored::valueOf(now, "countinghouse_stripe_reads_budget", {}), QStringLiteral("10000"));
        QVERIFY(monitored::valueOf(now, http::kRequestsCounter, {{"result", "2xx"}}).toInt() > 10);
        QVERIFY(monitored::valueOf(now, http::kRequestsCounter, {{"result", "4xx"}}).toInt() >= 1);
        QVERIFY(monitored::valueOf(now, store::kEventsCounter, {{"source", "backfill"}}).toInt() > 0);
        QCOMPARE(monitored::valueOf(now, endpoint::kDeliveriesCounter, {{"result", "taken"}}), QStringLiteral("0"));
        // Latencies by endpoint, ids removed; the same after the program has ended.
        QVERIFY(monitored::requestsOf(now, "POST", "/v1/customers") >= 2);
        const qint64 reads = monitored::requestsOf(now, "GET", "/v1/customers");
        QVERIFY(reads > 0);
        QVERIFY(!monitored::durations(now, http::kWaitSeconds).empty());
        open.reset();
        open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
        QCOMPARE(monitored::requestsOf(*open->metrics(), "GET", "/v1/customers"), reads);
        for (const Durations& series : monitored::durations(now, http::kRequestSeconds)) {
            QVERIFY(!series.labels.value("path").contains("cus_"));
            QVERIFY(series.upToMs.back().second <= series.count);
            QVERIFY(std::is_sorted(series.upToMs.begin(), series.upToMs.end(), [](const auto& one, const auto& other) { return one.second < other.second; }));
        }
    }

    /// Metadata is what anybody wrote there: it never becomes a label, and the number of series is bounded.
    void labelsHoldNothingThatSomebodyWrote()
    {
        Account stripe;
        QTemporaryDir dir;
        const auto open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
        std::vector<store::Count> counts;
        for (int i = 0; i < 500; ++i) {
            counts.push_back({QLatin1String(business::kRevenueCounter), {{"business_type", QStringLiteral("jane%1@example.com").arg(i)}}, 500});
        }
        QVERIFY(open->records().counters().add(counts));
        const auto request = [&stripe](const QByteArray& body) {
            return stripe.server->engine().handle({"POST", "/v1/customers", {{"Authorization", QByteArray("Bearer ") + madeKey().reveal()}}, body}).status;
        };
        QCOMPARE(request("name=Jane&metadata[business_id]=b1&metadata[business_type]=jane@example.com"), 200);
        QVERIFY(ended(open->sync(this)));
        const Metrics now = *open->metrics();
        QCOMPARE(monitored::valueOf(now, business::kRevenueCounter, {{"business_type", "other"}}), QStringLiteral("2500.00"));
        const QByteArray text = prometheusText(now);
        for (const char* never : {"jane", "cus_", "sub_", "acct_", "sk_test", "@"}) {
            QVERIFY2(!text.contains(never), never);
        }
        for (const Metric& one : now.metrics) {
            QVERIFY2(one.samples.size() <= 40, qPrintable(one.name));
        }
    }

    void aMirrorThatIsBegunAnewKnowsNothingWhateverTheLogSays()
    {
        Account stripe;
        QTemporaryDir dir;
        auto open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
        QVERIFY(ended(open->sync(this)));
        QVERIFY(monitored::valueOf(*open->metrics(), kSyncLagGauge, {}) != QLatin1String("none"));
        const QDir folder(open->account().folder);
        open.reset();
        for (const char* file : {"mirror.sqlite", "mirror.sqlite-wal", "mirror.sqlite-shm"}) {
            QFile::remove(folder.filePath(QLatin1String(file)));
        }
        open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
        QVERIFY(open->records().eventLog().through()->throughMs > 0);
        QCOMPARE(monitored::valueOf(*open->metrics(), kSyncLagGauge, {}), QStringLiteral("none"));
    }

    void latenciesThatCannotBeKeptWaitAndTakeNothingWithThem()
    {
        Account stripe;
        QTemporaryDir dir;
        const auto open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
        QVERIFY(ended(open->confirmAccount(this)));
        store::failWrite(1);
        const auto metrics = open->metrics();
        QVERIFY(!store::isWriteFailurePending());
        QVERIFY(metrics && monitored::durations(*metrics, http::kRequestSeconds).empty());
        QCOMPARE(monitored::requestsOf(*open->metrics(), "GET", "/v1/account"), 1);
    }

    /// An account that lost its last subscription still has the series, at 0: else no alert could tell.
    void theMrrOfACurrencyFallsToNothingInSight()
    {
        Account stripe(3, 4);
        QTemporaryDir dir;
        const auto open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
        QVERIFY(ended(open->sync(this)));
        const auto before = *revenue::mrrNow(open->reader(), m_clock.nowMs());
        QVERIFY(!before.byCurrency.empty());
        QStringList ids;
        (void)open->reader().forEachBusiness(true, [&ids](const store::Business& business) { ids += business.subscriptionIds; });
        QVERIFY(!ids.isEmpty());
        for (const QString& id : std::as_const(ids)) {
            (void)stripe.server->engine().handle({"DELETE", "/v1/subscriptions/" + id.toLatin1(), {{"Authorization", QByteArray("Bearer ") + madeKey().reveal()}}, {}});
        }
        QVERIFY(ended(open->sync(this)));
        const Metrics now = *open->metrics();
        for (const revenue::MrrLine& line : before.byBusinessType) {
            const QString value = monitored::valueOf(now, kMrrGauge, {{"currency", line.currency}, {"business_type", line.businessType}});
            QCOMPARE(value, machineAmount(0, line.currency));
        }
    }

    void theTextIsWhatPrometheusReads()
    {
        Metrics metrics;
        metrics.metrics.push_back({"a_total", "Some help.", MetricType::Counter, {{{{"kind", "a \"b\"\\\n"}, {"z", "\xc3\xa9"}}, {500, 2}}, {{}, {1, 0}}}});
        metrics.metrics.push_back({"b", "Cents.", MetricType::Gauge, {{{}, {-1995, 2}}, {{{"x", "y"}}, {9'007'199'254'740'991, 2}}}});
        metrics.histograms.push_back({"c_seconds", "Times.", {{{{"method", "GET"}}, {{50, 1}, {300, 2}}, 3, 1250}}});
        const QByteArray text = prometheusText(metrics);
        QCOMPARE(text, QByteArray("# HELP a_total Some help.\n# TYPE a_total counter\n"
                                  "a_total{kind=\"a \\\"b\\\"\\\\\\n\",z=\"\xc3\xa9\"} 5\n"
                                  "a_total 1\n"
                                  "# HELP b Cents.\n# TYPE b gauge\n"
                                  "b -19.95\n"
                                  "b{x=\"y\"} 90071992547409.91\n"
                                  "# HELP c_seconds Times.\n# TYPE c_seconds histogram\n"
                                  "c_seconds_count{method=\"GET\"} 3\n"
                                  "c_seconds_sum{method=\"GET\"} 1.25\n"
                                  "c_seconds_bucket{method=\"GET\",le=\"0.05\"} 1\n"
                                  "c_seconds_bucket{method=\"GET\",le=\"0.3\"} 2\n"
                                  "c_seconds_bucket{method=\"GET\",le=\"+Inf\"} 3\n"));
        const QJsonObject json = metricsJson(metrics);
        QCOMPARE(json.value("metrics").toArray().size(), 4);
        QCOMPARE(json.value("metrics").toArray()[0].toObject().value("value").toString(), QStringLiteral("5.00"));
        QCOMPARE(json.value("metrics").toArray()[2].toObject().value("value").toString(), QStringLiteral("-19.95"));
        const QJsonObject histogram = json.value("histograms").toArray()[0].toObject();
        QCOMPARE(histogram.value("sum_seconds").toString(), QStringLiteral("1.250"));
        QCOMPARE(histogram.value("buckets").toArray()[2].toObject().value("le").toString(), QStringLiteral("+Inf"));
    }

    void decimalsAreExact()
    {
        QCOMPARE((Decimal{1, 3}.text()), QStringLiteral("0.001"));
        QCOMPARE((Decimal{0, 2}.text()), QStringLiteral("0.00"));
        QCOMPARE((Decimal{-5, 2}.text()), QStringLiteral("-0.05"));
        QCOMPARE((Decimal{1900, 0}.text()), QStringLiteral("1900"));
        QCOMPARE((Decimal{std::numeric_limits<qint64>::max(), 2}.text()), QStringLiteral("92233720368547758.07"));
    }

private:
    NoVault m_vault;
    SystemClock m_clock;
};

CH_TEST(TstMetrics)
#include "tst_Metrics.moc"
