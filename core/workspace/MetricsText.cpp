// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/MetricsText.h"

#include <QJsonArray>
#include <cmath>
#include <limits>
#include <prometheus/text_serializer.h>

namespace ch::workspace {

namespace metrictext {

constexpr int kMillis = 3;

using Labels = std::vector<prometheus::ClientMetric::Label>;

Labels labelsOf(const store::CounterLabels& labels)
{
    Labels made;
    for (auto label = labels.cbegin(); label != labels.cend(); ++label) {
        made.push_back({label.key().toStdString(), label.value().toStdString()});
    }
    return made;
}

/// Prometheus' own values are doubles; those below 2^53 come out as they went in.
double valueOf(const Decimal& decimal)
{
    return static_cast<double>(decimal.amount) / std::pow(10.0, decimal.decimals);
}

prometheus::MetricFamily familyOf(const Metric& metric)
{
    const bool isCounter = metric.type == MetricType::Counter;
    prometheus::MetricFamily family{metric.name.toStdString(), metric.help.toStdString(), isCounter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge, {}};
    for (const Sample& sample : metric.samples) {
        prometheus::ClientMetric one;
        one.label = labelsOf(sample.labels);
        (isCounter ? one.counter.value : one.gauge.value) = valueOf(sample.value);
        family.metric.push_back(std::move(one));
    }
    return family;
}

prometheus::MetricFamily familyOf(const Histogram& histogram)
{
    prometheus::MetricFamily family{histogram.name.toStdString(), histogram.help.toStdString(), prometheus::MetricType::Histogram, {}};
    for (const Durations& series : histogram.series) {
        prometheus::ClientMetric one;
        one.label = labelsOf(series.labels);
        one.histogram.sample_count = static_cast<std::uint64_t>(series.count);
        one.histogram.sample_sum = valueOf({series.sumMs, kMillis});
        for (const auto& [bound, count] : series.upToMs) {
            one.histogram.bucket.push_back({static_cast<std::uint64_t>(count), valueOf({bound, kMillis})});
        }
        one.histogram.bucket.push_back({one.histogram.sample_count, std::numeric_limits<double>::infinity()});
        family.metric.push_back(std::move(one));
    }
    return family;
}

QJsonObject labelsJson(const store::CounterLabels& labels)
{
    QJsonObject object;
    for (auto label = labels.cbegin(); label != labels.cend(); ++label) {
        object.insert(label.key(), label.value());
    }
    return object;
}

QJsonObject durationsJson(const QString& name, const Durations& series)
{
    QJsonArray buckets;
    for (const auto& [bound, count] : series.upToMs) {
        buckets.append(QJsonObject{{QStringLiteral("le"), Decimal{bound, kMillis}.text()}, {QStringLiteral("count"), count}});
    }
    buckets.append(QJsonObject{{QStringLiteral("le"), QStringLiteral("+Inf")}, {QStringLiteral("count"), series.count}});
    return {{QStringLiteral("name"), name}, {QStringLiteral("labels"), labelsJson(series.labels)}, {QStringLiteral("buckets"), buckets}, {QStringLiteral("count"), series.count},
        {QStringLiteral("sum_seconds"), Decimal{series.sumMs, kMillis}.text()}};
}

} // namespace metrictext

QString Decimal::text() const
{
    const QString digits = QString::number(qAbs(amount)).rightJustified(decimals + 1, QLatin1Char('0'));
    const QString sign = amount < 0 ? QStringLiteral("-") : QString();
    return sign + (decimals == 0 ? digits : QString(digits).insert(digits.size() - decimals, QLatin1Char('.')));
}

QByteArray prometheusText(const Metrics& metrics)
{
    std::vector<prometheus::MetricFamily> families;
    for (const Metric& one : metrics.metrics) {
        families.push_back(metrictext::familyOf(one));
    }
    for (const Histogram& one : metrics.histograms) {
        families.push_back(metrictext::familyOf(one));
    }
    return QByteArray::fromStdString(prometheus::TextSerializer().Serialize(families));
}

QJsonObject metricsJson(const Metrics& metrics)
{
    QJsonArray all;
    for (const Metric& one : metrics.metrics) {
        const QString type = one.type == MetricType::Counter ? QStringLiteral("counter") : QStringLiteral("gauge");
        for (const Sample& sample : one.samples) {
            all.append(QJsonObject{{QStringLiteral("name"), one.name}, {QStringLiteral("type"), type}, {QStringLiteral("labels"), metrictext::labelsJson(sample.labels)}, {QStringLiteral("value"), sample.value.text()}});
        }
    }
    QJsonArray histograms;
    for (const Histogram& one : metrics.histograms) {
        for (const Durations& series : one.series) {
            histograms.append(metrictext::durationsJson(one.name, series));
        }
    }
    return {{QStringLiteral("metrics"), all}, {QStringLiteral("histograms"), histograms}};
}

} // namespace ch::workspace
