// SPDX-License-Identifier: GPL-3.0-or-later
#include "business/Counts.h"
#include "http/Latencies.h"
#include "revenue/Figures.h"
#include "store/Faults.h"
#include "support/TestMain.h"
#include "workspace/House.h"
#include "workspace/Metrics.h"

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
                return sample.value;
            }
        }
    }
    return QStringLiteral("none");
}

qint64 requestsOf(const Metrics& metrics, const char* method, const char* path)
{
    for (const Latency& latency : metrics.latencies) {
        if (latency.labels == store::CounterLabels{{"method", method}, {"path", path}}) {
            return latency.count;
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
        // The gauge is the MRR of the mirror, by currency and type.
        const auto mrr = *revenue::mrrNow(open->reader(), m_clock.nowMs());
        QVERIFY(!mrr.byBusinessType.empty());
        for (const revenue::MrrLine& line : mrr.byBusinessType) {
            QCOMPARE(monitored::valueOf(now, "countinghouse_mrr_minor", {{"currency", line.currency}, {"business_type", line.businessType}}), QString::number(line.minor));
        }
        // Latencies by endpoint, ids removed; the same after the program has ended.
        QVERIFY(monitored::requestsOf(now, "POST", "/v1/customers") >= 2);
        const qint64 reads = monitored::requestsOf(now, "GET", "/v1/customers");
        QVERIFY(reads > 0);
        open.reset();
        open = *ended(Workspace::open(keyOptions(dir.path(), stripe), m_vault, m_clock, this));
        QCOMPARE(monitored::requestsOf(*open->metrics(), "GET", "/v1/customers"), reads);
        for (const Latency& latency : now.latencies) {
            QVERIFY(!latency.labels.value("path").contains("cus_"));
            QCOMPARE(latency.upTo.back().first, QStringLiteral("+Inf"));
            QCOMPARE(latency.upTo.back().second, latency.count);
            for (size_t i = 1; i < latency.upTo.size(); ++i) {
                QVERIFY(latency.upTo[i].second >= latency.upTo[i - 1].second);
            }
        }
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
        QVERIFY(metrics && metrics->latencies.empty());
        QCOMPARE(monitored::requestsOf(*open->metrics(), "GET", "/v1/account"), 1);
    }

    void theTextIsWhatPrometheusReads()
    {
        Metrics metrics;
        metrics.metrics.push_back({"a_total", "Some help.", "counter", {{{{"kind", "a \"b\"\\\n"}, {"z", "\xc3\xa9"}}, "5.00"}, {{}, "1"}}});
        metrics.latencies.push_back({{{"method", "GET"}, {"path", "/v1/customers/{id}"}}, {{"0.050", 1}, {"+Inf", 3}}, 3, "1.250"});
        const QByteArray text = prometheusText(metrics);
        QCOMPARE(text, QByteArray("# HELP a_total Some help.\n# TYPE a_total counter\n"
                                  "a_total{kind=\"a \\\"b\\\"\\\\\\n\",z=\"\xc3\xa9\"} 5.00\n"
                                  "a_total 1\n"
                                  "# HELP countinghouse_stripe_request_seconds How long requests to Stripe took, each attempt by itself, by method and path.\n"
                                  "# TYPE countinghouse_stripe_request_seconds histogram\n"
                                  "countinghouse_stripe_request_seconds_bucket{method=\"GET\",path=\"/v1/customers/{id}\",le=\"0.050\"} 1\n"
                                  "countinghouse_stripe_request_seconds_bucket{method=\"GET\",path=\"/v1/customers/{id}\",le=\"+Inf\"} 3\n"
                                  "countinghouse_stripe_request_seconds_sum{method=\"GET\",path=\"/v1/customers/{id}\"} 1.250\n"
                                  "countinghouse_stripe_request_seconds_count{method=\"GET\",path=\"/v1/customers/{id}\"} 3\n"));
        const QJsonObject json = metricsJson(metrics);
        QCOMPARE(json.value("metrics").toArray().size(), 2);
        QCOMPARE(json.value("metrics").toArray()[0].toObject().value("value").toString(), QStringLiteral("5.00"));
        QCOMPARE(json.value("histograms").toArray()[0].toObject().value("sum_seconds").toString(), QStringLiteral("1.250"));
    }

    void bucketsHoldWhatTookAtMostSoLong()
    {
        http::Latencies latencies;
        http::AttemptReport report;
        report.method = "GET";
        report.pathTemplate = QStringLiteral("/v1/prices");
        report.status = 200;
        for (const qint64 ms : {0, 50, 51, 80'000, 80'001}) {
            report.milliseconds = ms;
            latencies.add(report);
        }
        report.status = 0;
        report.errorKind = ErrorKind::Cancelled;
        latencies.add(report); // stopped here: says nothing of Stripe
        report.errorKind = ErrorKind::Timeout;
        report.milliseconds = 80'000;
        latencies.add(report);
        auto parts = latencies.take();
        QVERIFY(latencies.take().empty());
        latencies.giveBack(parts);
        parts = latencies.take();
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

private:
    NoVault m_vault;
    SystemClock m_clock;
};

CH_TEST(TstMetrics)
#include "tst_Metrics.moc"
