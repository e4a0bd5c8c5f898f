// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/Metrics.h"

#include "business/Counts.h"
#include "business/Prices.h"
#include "http/Measures.h"
#include "revenue/Figures.h"
#include "workspace/WorkspacePrivate.h"

#include <QCoreApplication>

namespace ch::workspace {

namespace metric {

const auto kOther = QStringLiteral("other");
const auto kBusinessType = QStringLiteral("business_type");

/// A counter of the records file, with the values of its label that stand there from the beginning.
struct CounterKind {
    const char* name;
    const char* help;
    int decimals;
    QString label;
    QStringList values;
};

QStringList wordsOf(const auto& words)
{
    QStringList list;
    for (const char* word : words) {
        list << QLatin1String(word);
    }
    return list;
}

/// What a business is comes from Stripe's metadata, where anything can stand.
QStringList typesOfBusiness()
{
    return business::businessTypes() + QStringList{QStringLiteral("unclassified"), kOther};
}

QString boundedType(const QString& type)
{
    static const QStringList known = typesOfBusiness();
    return known.contains(type) ? type : kOther;
}

QStringList deeds()
{
    using store::EventDeed;
    QStringList words;
    for (const EventDeed deed : {EventDeed::Applied, EventDeed::ReadAgain, EventDeed::Removed, EventDeed::Older, EventDeed::Nothing, EventDeed::Failed}) {
        words << wordOf(deed);
    }
    return words;
}

std::vector<CounterKind> counterKinds()
{
    using store::EventSource;
    return {
        {business::kSubscriptionsCounter, "Provisions that made a subscription (success), provisions that failed, and subscriptions that were cancelled.", 0, QStringLiteral("status"),
            wordsOf(std::array{business::kCountedSuccess, business::kCountedFailed, business::kCountedCancelled})},
        {business::kRevenueCounter, "Price in USD of each subscription at its making, paid or not; it never falls. See countinghouse_mrr.", 2, kBusinessType, typesOfBusiness()},
        {store::kEventsCounter, "Events of Stripe that came, each once, by the way by which they came.", 0, QStringLiteral("source"),
            {wordOf(EventSource::Poll), wordOf(EventSource::Webhook), wordOf(EventSource::Backfill)}},
        {store::kEventsDoneCounter, "Events that were applied to the mirror, by what they did.", 0, QStringLiteral("result"), deeds()},
        {endpoint::kDeliveriesCounter, "Deliveries of webhooks to the endpoint of this computer.", 0, QStringLiteral("result"), wordsOf(endpoint::kDeliveryResults)},
        {http::kRequestsCounter, "Requests to Stripe, each attempt by itself, by class of status; none: no answer.", 0, QStringLiteral("result"), wordsOf(http::kRequestResults)},
        {http::kRateLimitedCounter, "Requests that Stripe answered with 429, by its reason.", 0, QStringLiteral("reason"), wordsOf(http::kRateLimitReasons)},
    };
}

/// Equal labels are added up.
void addSample(std::vector<Sample>* samples, const store::CounterLabels& labels, const Decimal& value)
{
    const auto there = std::find_if(samples->begin(), samples->end(), [&labels](const Sample& sample) { return sample.labels == labels; });
    if (there == samples->end()) {
        samples->push_back({labels, value});
    } else {
        there->value.amount += value.amount;
    }
}

Metric counterOf(const CounterKind& kind, const std::vector<store::Count>& all)
{
    Metric made{QLatin1String(kind.name), QLatin1String(kind.help), MetricType::Counter, {}};
    for (const QString& value : kind.values) {
        made.samples.push_back({{{kind.label, value}}, {0, kind.decimals}});
    }
    for (const store::Count& count : all) {
        if (count.name == made.name) {
            const QString value = count.labels.value(kind.label);
            addSample(&made.samples, {{kind.label, kind.label == kBusinessType ? boundedType(value) : value}}, {count.amount, kind.decimals});
        }
    }
    return made;
}

Histogram histogramOf(const char* name, const char* help, const std::vector<store::HistogramPart>& parts)
{
    Histogram made{QLatin1String(name), QLatin1String(help), {}};
    std::map<QStringList, std::vector<store::HistogramPart>> byLabels; // by the labels' values
    for (const store::HistogramPart& part : parts) {
        if (part.name == made.name) {
            byLabels[part.labels.values()].push_back(part);
        }
    }
    for (const auto& [values, buckets] : byLabels) {
        Durations series{buckets.front().labels, {}, 0, 0};
        for (const store::HistogramPart& part : buckets) {
            series.count += part.count;
            series.sumMs += part.sumMs;
        }
        for (const qint64 bound : http::kBucketsMs) {
            qint64 within = 0;
            for (const store::HistogramPart& part : buckets) {
                within += part.upToMs <= bound ? part.count : 0;
            }
            series.upToMs.emplace_back(bound, within);
        }
        made.series.push_back(std::move(series));
    }
    return made;
}

Metric gauge(const char* name, const char* help, std::vector<Sample> samples = {})
{
    return {QLatin1String(name), QLatin1String(help), MetricType::Gauge, std::move(samples)};
}

Metric gauge(const char* name, const char* help, qint64 amount, int decimals = 0)
{
    return gauge(name, help, {{{}, {amount, decimals}}});
}

Result<Metric> mrrGauge(const store::MirrorReader& reader, qint64 nowMs)
{
    const auto mrr = revenue::mrrNow(reader, nowMs);
    if (!mrr) {
        return fail(mrr.error());
    }
    Metric made = gauge(kMrrGauge, "Monthly recurring revenue of now, in the currency's major unit.");
    const auto add = [&made](const CurrencyCode& currency, const QString& type, qint64 minor) {
        addSample(&made.samples, {{QStringLiteral("currency"), currency}, {kBusinessType, boundedType(type)}}, {minor, currencyExponent(currency)});
    };
    for (const CurrencyCode& currency : mrr->currencies) {
        for (const QString& type : typesOfBusiness()) {
            add(currency, type, 0);
        }
    }
    for (const revenue::MrrLine& line : mrr->byBusinessType) {
        add(line.currency, line.businessType, line.minor);
    }
    return made;
}

Result<Metric> operationsGauge(const store::Journal& journal)
{
    using store::OperationKind, store::OperationState;
    const auto counts = journal.countByState();
    if (!counts) {
        return fail(counts.error());
    }
    Metric made = gauge(kOperationsGauge, "Operations in the journal, by kind and state; unknown: an answer was lost.");
    for (const OperationKind kind : {OperationKind::Provision, OperationKind::TakeDown, OperationKind::Cancel}) {
        for (const OperationState state : {OperationState::Running, OperationState::Waiting, OperationState::Done, OperationState::Failed, OperationState::Unknown}) {
            const auto found = counts->find({wordOf(kind), wordOf(state)});
            made.samples.push_back({{{QStringLiteral("kind"), wordOf(kind)}, {QStringLiteral("state"), wordOf(state)}}, {found == counts->end() ? 0 : found->second, 0}});
        }
    }
    return made;
}

/// How fresh and how complete the data is.
Status addFreshness(const MetricsSources& sources, std::vector<Metric>* all)
{
    const auto completeness = sources.reader.completeness();
    const auto waiting = sources.records.eventLog().waitingCount();
    if (!completeness || !waiting) {
        return fail(!completeness ? completeness.error() : waiting.error());
    }
    Metric lag = gauge(kSyncLagGauge, "How old the data is: what happened at Stripe since then may be missing.");
    if (completeness->throughMs > 0) {
        lag.samples.push_back({{}, {qMax<qint64>(0, sources.clock.nowMs() - completeness->throughMs), 3}});
    }
    all->push_back(gauge(kMirrorCompleteGauge, "1 where every list of the account was read to its end, else 0: figures are partial.", completeness->complete ? 1 : 0));
    all->push_back(std::move(lag));
    all->push_back(gauge("countinghouse_stripe_events_waiting", "Events that came and are not applied to the mirror yet.", *waiting));
    return {};
}

Status addReads(const MetricsSources& sources, std::vector<Metric>* all)
{
    const auto budget = readBudgetOf(sources.records, sources.clock);
    if (!budget) {
        return fail(budget.error());
    }
    Metric spent = gauge("countinghouse_stripe_reads_spent", "GETs sent to Stripe in this month (UTC), by whose work they were.");
    for (const http::Purpose purpose : {http::Purpose::Person, http::Purpose::Sync, http::Purpose::Feed, http::Purpose::Check}) {
        spent.samples.push_back({{{QStringLiteral("purpose"), http::wordOf(purpose)}}, {budget->by.value(http::wordOf(purpose)), 0}});
    }
    all->push_back(gauge("countinghouse_stripe_reads_budget", "GETs that the account may send in this month (UTC).", budget->budget));
    all->push_back(std::move(spent));
    return {};
}

/// What may be done, and whether the trail of what was done is whole.
Status addSafety(const MetricsSources& sources, std::vector<Metric>* all)
{
    const auto gates = Gates(sources.records, sources.clock).read();
    const auto trail = sources.trail.look(sources.records, sources.clock);
    if (!gates || !trail) {
        return fail(!gates ? gates.error() : trail.error());
    }
    all->push_back(gauge("countinghouse_stripe_ready", "1 where there is a key, Stripe took it, and nothing stands against using it.", sources.health.stripeReady ? 1 : 0));
    all->push_back(gauge("countinghouse_payments_enabled", "1 where payments are on, 0 where the gate refuses every write to Stripe.", gates->payments ? 1 : 0));
    all->push_back(gauge("countinghouse_rollout_ratio", "The share of new businesses that the roll-out lets through, 0 to 1.", gates->rolloutPercent, 2));
    all->push_back(gauge(kAuditVerifiedGauge, "1 where the trail was whole when it was last read against its chain, 0 where an entry was changed, is missing or was cut off.", trail->isWhole ? 1 : 0));
    all->push_back(gauge("countinghouse_audit_trail_verified_timestamp_seconds", "When the trail was last read against its chain.", trail->atMs, 3));
    return {};
}

Metric buildInfo()
{
    return gauge("countinghouse_build_info", "Always 1; the version of the program and of Qt.",
        {{{{QStringLiteral("version"), QCoreApplication::applicationVersion()}, {QStringLiteral("qt_version"), QLatin1String(qVersion())}}, {1, 0}}});
}

} // namespace metric

Result<Metrics> readMetrics(const MetricsSources& sources)
{
    const auto counts = sources.records.counters().all();
    const auto histograms = sources.records.counters().histograms();
    auto mrr = metric::mrrGauge(sources.reader, sources.clock.nowMs());
    auto operations = metric::operationsGauge(sources.records.journal());
    if (!counts || !histograms) {
        return fail(!counts ? counts.error() : histograms.error());
    }
    if (!mrr || !operations) {
        return fail(!mrr ? mrr.error() : operations.error());
    }
    Metrics made;
    for (const metric::CounterKind& kind : metric::counterKinds()) {
        made.metrics.push_back(metric::counterOf(kind, *counts));
    }
    made.metrics.push_back(*std::move(mrr));
    made.metrics.push_back(*std::move(operations));
    for (const auto add : {&metric::addFreshness, &metric::addReads, &metric::addSafety}) {
        if (const Status added = add(sources, &made.metrics); !added) {
            return fail(added.error());
        }
    }
    made.metrics.push_back(metric::buildInfo());
    made.histograms.push_back(metric::histogramOf(http::kRequestSeconds, "How long requests to Stripe took, each attempt by itself, by method and path.", *histograms));
    made.histograms.push_back(metric::histogramOf(http::kWaitSeconds, "How long requests waited here for their turn under Stripe's rate limits, each attempt by itself.", *histograms));
    return made;
}

} // namespace ch::workspace
