// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/Metrics.h"

#include "business/Counts.h"
#include "http/Latencies.h"
#include "revenue/Figures.h"

#include <QJsonArray>

namespace ch::workspace {

namespace metric {

/// 1500 with 3 decimals is "1.500".
QString decimal(qint64 amount, int decimals)
{
    QString digits = QString::number(amount).rightJustified(decimals + 1, QLatin1Char('0'));
    return decimals == 0 ? digits : digits.insert(digits.size() - decimals, QLatin1Char('.'));
}

Metric counterOf(const std::vector<store::Count>& all, const char* name, const char* help, int decimals)
{
    Metric made{QLatin1String(name), QLatin1String(help), QStringLiteral("counter"), {}};
    for (const store::Count& count : all) {
        if (count.name == made.name) {
            made.samples.push_back({count.labels, decimal(count.amount, decimals)});
        }
    }
    return made;
}

/// The sum of all buckets up to each bound.
std::vector<Latency> latenciesOf(const std::vector<store::HistogramPart>& parts)
{
    std::vector<Latency> made;
    std::map<QStringList, std::map<qint64, store::HistogramPart>> byEndpoint; // by the labels' values
    for (const store::HistogramPart& part : parts) {
        if (part.name == QLatin1String(kLatencyHistogram)) {
            byEndpoint[part.labels.values()][part.upToMs] = part;
        }
    }
    for (const auto& [values, buckets] : byEndpoint) {
        Latency latency{buckets.begin()->second.labels, {}, 0, {}};
        qint64 sumMs = 0;
        for (const auto& [upTo, part] : buckets) {
            latency.count += part.count;
            sumMs += part.sumMs;
        }
        for (const qint64 bound : http::kLatencyBucketsMs) {
            qint64 within = 0;
            for (const auto& [upTo, part] : buckets) {
                within += upTo <= bound ? part.count : 0;
            }
            latency.upTo.emplace_back(decimal(bound, 3), within);
        }
        latency.upTo.emplace_back(QStringLiteral("+Inf"), latency.count);
        latency.sumSeconds = decimal(sumMs, 3);
        made.push_back(std::move(latency));
    }
    return made;
}

Result<std::vector<Metric>> gaugesOf(const store::MirrorReader& reader, qint64 nowMs)
{
    const auto mrr = revenue::mrrNow(reader, nowMs);
    if (!mrr) {
        return fail(mrr.error());
    }
    Metric gauge{QLatin1String(kMrrGauge), QStringLiteral("Monthly recurring revenue in minor units, now."), QStringLiteral("gauge"), {}};
    for (const revenue::MrrLine& line : mrr->byBusinessType) {
        gauge.samples.push_back({{{QStringLiteral("currency"), line.currency}, {QStringLiteral("business_type"), line.businessType}}, QString::number(line.minor)});
    }
    Metric complete{QLatin1String(kMirrorCompleteGauge), QStringLiteral("1 where every list of the account was read to its end, else 0: figures are partial."), QStringLiteral("gauge"),
        {{{}, mrr->complete ? QStringLiteral("1") : QStringLiteral("0")}}};
    return std::vector<Metric>{std::move(gauge), std::move(complete)};
}

QByteArray escaped(const QString& value)
{
    QByteArray text = value.toUtf8();
    return text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
}

QByteArray line(const QString& name, const store::CounterLabels& labels, const QByteArray& value, const QByteArray& bound = {})
{
    QByteArrayList pairs;
    for (auto label = labels.cbegin(); label != labels.cend(); ++label) {
        pairs << label.key().toUtf8() + "=\"" + escaped(label.value()) + '"';
    }
    if (!bound.isEmpty()) {
        pairs << "le=\"" + bound + '"';
    }
    return name.toUtf8() + (pairs.isEmpty() ? QByteArray() : '{' + pairs.join(',') + '}') + ' ' + value + '\n';
}

QByteArray head(const QString& name, const QString& help, const QString& type)
{
    return "# HELP " + name.toUtf8() + ' ' + help.toUtf8() + "\n# TYPE " + name.toUtf8() + ' ' + type.toUtf8() + '\n';
}

QJsonObject labelsJson(const store::CounterLabels& labels)
{
    QJsonObject object;
    for (auto label = labels.cbegin(); label != labels.cend(); ++label) {
        object.insert(label.key(), label.value());
    }
    return object;
}

} // namespace metric

Result<Metrics> readMetrics(const store::RecordsFile& records, const store::MirrorReader& reader, qint64 nowMs)
{
    auto counts = records.counters().all();
    const auto histograms = records.counters().histograms();
    if (!counts || !histograms) {
        return fail(!counts ? counts.error() : histograms.error());
    }
    for (const char* status : {business::kCountedSuccess, business::kCountedFailed, business::kCountedCancelled}) {
        const store::Count none = business::subscriptionsCount(status, 0);
        const bool isThere = std::any_of(counts->begin(), counts->end(), [&none](const store::Count& count) { return count.name == none.name && count.labels == none.labels; });
        if (!isThere) {
            counts->push_back(none);
        }
    }
    auto gauges = metric::gaugesOf(reader, nowMs);
    if (!gauges) {
        return fail(gauges.error());
    }
    Metrics made;
    made.metrics.push_back(metric::counterOf(*counts, business::kSubscriptionsCounter, "Provisions that made a subscription (success), provisions that failed, and subscriptions that were cancelled.", 0));
    made.metrics.push_back(metric::counterOf(*counts, business::kRevenueCounter, "Price in USD of each subscription at its making, paid or not; it never falls. See countinghouse_mrr_minor.", 2));
    for (Metric& gauge : *gauges) {
        made.metrics.push_back(std::move(gauge));
    }
    made.latencies = metric::latenciesOf(*histograms);
    return made;
}

QByteArray prometheusText(const Metrics& metrics)
{
    QByteArray text;
    for (const Metric& one : metrics.metrics) {
        text += metric::head(one.name, one.help, one.type);
        for (const Sample& sample : one.samples) {
            text += metric::line(one.name, sample.labels, sample.value.toUtf8());
        }
    }
    const QString name = QLatin1String(kLatencyHistogram);
    text += metric::head(name, QStringLiteral("How long requests to Stripe took, each attempt by itself, by method and path."), QStringLiteral("histogram"));
    for (const Latency& latency : metrics.latencies) {
        for (const auto& [bound, count] : latency.upTo) {
            text += metric::line(name + QStringLiteral("_bucket"), latency.labels, QByteArray::number(count), bound.toUtf8());
        }
        text += metric::line(name + QStringLiteral("_sum"), latency.labels, latency.sumSeconds.toUtf8());
        text += metric::line(name + QStringLiteral("_count"), latency.labels, QByteArray::number(latency.count));
    }
    return text;
}

QJsonObject metricsJson(const Metrics& metrics)
{
    QJsonArray all;
    for (const Metric& one : metrics.metrics) {
        for (const Sample& sample : one.samples) {
            all.append(QJsonObject{{QStringLiteral("name"), one.name}, {QStringLiteral("type"), one.type}, {QStringLiteral("labels"), metric::labelsJson(sample.labels)}, {QStringLiteral("value"), sample.value}});
        }
    }
    QJsonArray histograms;
    for (const Latency& latency : metrics.latencies) {
        QJsonArray buckets;
        for (const auto& [bound, count] : latency.upTo) {
            buckets.append(QJsonObject{{QStringLiteral("le"), bound}, {QStringLiteral("count"), count}});
        }
        histograms.append(QJsonObject{{QStringLiteral("name"), QLatin1String(kLatencyHistogram)}, {QStringLiteral("labels"), metric::labelsJson(latency.labels)}, {QStringLiteral("buckets"), buckets},
            {QStringLiteral("count"), latency.count}, {QStringLiteral("sum_seconds"), latency.sumSeconds}});
    }
    return {{QStringLiteral("metrics"), all}, {QStringLiteral("histograms"), histograms}};
}

} // namespace ch::workspace
