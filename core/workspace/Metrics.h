// SPDX-License-Identifier: GPL-3.0-or-later
// What monitoring reads: counters and histograms of the records file, which window, terminal and earlier starts share, and gauges that are reckoned
// when asked. The one list of what there is, for /metrics of the endpoint (WatchedAccount.h) and for "countinghousectl counters" alike.
//
// Names and units follow prometheus.io/docs/practices/naming; two counters keep the names that older dashboards know (business/Counts.h). Labels
// are of few values, all known here: the types of business that we sell to, the rest is "other"; states, results and reasons; currencies; path
// patterns. Never an id, a name, an address or a key. Each series of a label with known values stands there from the beginning, with 0, so that
// an alert has something to look at. Values are whole numbers and a number of decimals: no amount passes through a double here.
// Reads only.
#pragma once

#include "endpoint/Endpoint.h"
#include "store/MirrorReader.h"
#include "store/RecordsFile.h"
#include "workspace/TrailWatch.h"

namespace ch::workspace {

/// The MRR of now in the currency's major unit (19.00 for 19.00 USD, 1900 for 1,900 JPY). Labels currency, business_type.
inline constexpr char kMrrGauge[] = "countinghouse_mrr";
inline constexpr char kMirrorCompleteGauge[] = "countinghouse_mirror_complete";
/// How old the data is: now less the instant up to which it is known to be whole. There is none before the first sync has ended.
inline constexpr char kSyncLagGauge[] = "countinghouse_sync_lag_seconds";
/// Label kind, state: as in the journal.
inline constexpr char kOperationsGauge[] = "countinghouse_operations";
inline constexpr char kAuditVerifiedGauge[] = "countinghouse_audit_trail_verified";

/// amount / 10^decimals.
struct Decimal {
    qint64 amount = 0;
    int decimals = 0;
    /// "19.00"
    [[nodiscard]] QString text() const;
    bool operator==(const Decimal&) const = default;
};

struct Sample {
    store::CounterLabels labels;
    Decimal value;
};

enum class MetricType { Counter, Gauge };

struct Metric {
    QString name;
    QString help;
    MetricType type = MetricType::Gauge;
    std::vector<Sample> samples;
};

/// Durations under the same labels.
struct Durations {
    store::CounterLabels labels;
    std::vector<std::pair<qint64, qint64>> upToMs; ///< upper bound, and how many took at most so long; without the last, endless one
    qint64 count = 0;
    qint64 sumMs = 0;
};

/// In seconds, as Prometheus has durations.
struct Histogram {
    QString name;
    QString help;
    std::vector<Durations> series;
};

struct Metrics {
    std::vector<Metric> metrics;
    std::vector<Histogram> histograms;
};

/// Where they are read.
struct MetricsSources {
    store::RecordsFile& records;
    const store::MirrorReader& reader;
    endpoint::Health health;
    Clock& clock;
    TrailWatch& trail;
};

[[nodiscard]] Result<Metrics> readMetrics(const MetricsSources& sources);

} // namespace ch::workspace
