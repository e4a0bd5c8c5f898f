// SPDX-License-Identifier: GPL-3.0-or-later
// What monitoring reads: the counters and latencies of the records file, and the gauges that are computed from the mirror when asked.
// Counters keep the names that dashboards and alerts know (business/Counts.h); the gauge countinghouse_mrr_minor is the true MRR, in minor
// units, which can fall. Values are given as decimal text, as Prometheus' own API does, so that no amount passes through a double.
// Reads only; the thread of what is read.
#pragma once

#include "store/MirrorReader.h"
#include "store/RecordsFile.h"

#include <QJsonObject>

namespace ch::workspace {

inline constexpr char kMrrGauge[] = "countinghouse_mrr_minor";
inline constexpr char kMirrorCompleteGauge[] = "countinghouse_mirror_complete";
inline constexpr char kLatencyHistogram[] = "countinghouse_stripe_request_seconds";

struct Sample {
    store::CounterLabels labels;
    QString value;                ///< a decimal
};

struct Metric {
    QString name;
    QString help;
    QString type;                 ///< counter, gauge
    std::vector<Sample> samples;
};

/// The attempts of one endpoint.
struct Latency {
    store::CounterLabels labels;  ///< method, path
    std::vector<std::pair<QString, qint64>> upTo; ///< upper bound in seconds ("0.05" ... "+Inf"), and how many took at most so long
    qint64 count = 0;
    QString sumSeconds;
};

struct Metrics {
    std::vector<Metric> metrics;
    std::vector<Latency> latencies;
};

/// The series of each status stand there from the beginning, with 0, so that an alert has something to look at.
[[nodiscard]] Result<Metrics> readMetrics(const store::RecordsFile& records, const store::MirrorReader& reader, qint64 nowMs);

/// The text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
[[nodiscard]] QByteArray prometheusText(const Metrics& metrics);

/// {"metrics":[{"name","type","labels","value"}],"histograms":[{"name","labels","buckets":[{"le","count"}],"count","sum_seconds"}]}
[[nodiscard]] QJsonObject metricsJson(const Metrics& metrics);

} // namespace ch::workspace
