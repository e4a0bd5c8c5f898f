// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/Measures.h"

#include <algorithm>
#include <iterator>

namespace ch::http {

namespace measures {

size_t bucketOf(qint64 ms)
{
    return static_cast<size_t>(std::distance(std::begin(kBucketsMs), std::lower_bound(std::begin(kBucketsMs), std::end(kBucketsMs), ms)));
}

QString resultOf(const AttemptReport& report)
{
    if (report.status == 0) {
        return QStringLiteral("none");
    }
    constexpr int kLowest = 2;
    constexpr int kHighest = 5;
    return report.status == 429 ? QStringLiteral("429") : QStringLiteral("%1xx").arg(qBound(kLowest, report.status / 100, kHighest));
}

QString reasonOf(const AttemptReport& report)
{
    const QByteArray told = report.rateLimitedReason.toLower();
    if (told.isEmpty()) {
        return QStringLiteral("none");
    }
    const auto* known = std::find(std::begin(kRateLimitReasons), std::end(kRateLimitReasons), told);
    return known == std::end(kRateLimitReasons) ? QStringLiteral("other") : QString::fromLatin1(*known);
}

} // namespace measures

void Measures::addTime(const Series& series, qint64 ms)
{
    Sum& sum = m_sums[{series, measures::bucketOf(ms)}];
    ++sum.count;
    sum.ms += ms;
}

void Measures::add(const AttemptReport& report)
{
    if (report.status == 0 && report.errorKind == ErrorKind::Cancelled) {
        return;
    }
    addTime({QLatin1String(kRequestSeconds), {{QStringLiteral("method"), QString::fromLatin1(report.method)}, {QStringLiteral("path"), report.pathTemplate}}}, report.milliseconds);
    const QString priority = report.priority == Priority::Interactive ? QStringLiteral("interactive") : QStringLiteral("background");
    addTime({QLatin1String(kWaitSeconds), {{QStringLiteral("priority"), priority}}}, report.waitedMs);
    ++m_counts[{QLatin1String(kRequestsCounter), {{QStringLiteral("result"), measures::resultOf(report)}}}];
    if (report.status == 429) {
        ++m_counts[{QLatin1String(kRateLimitedCounter), {{QStringLiteral("reason"), measures::reasonOf(report)}}}];
    }
}

std::vector<BucketPart> Measures::takeBuckets()
{
    std::vector<BucketPart> parts;
    for (const auto& [place, sum] : std::exchange(m_sums, {})) {
        const auto& [series, bucket] = place;
        const bool isBounded = bucket < std::size(kBucketsMs);
        parts.push_back({series.first, series.second, isBounded ? std::optional(kBucketsMs[bucket]) : std::nullopt, sum.count, sum.ms});
    }
    return parts;
}

std::vector<CountPart> Measures::takeCounts()
{
    std::vector<CountPart> parts;
    for (const auto& [series, amount] : std::exchange(m_counts, {})) {
        parts.push_back({series.first, series.second, amount});
    }
    return parts;
}

void Measures::giveBack(const std::vector<BucketPart>& parts)
{
    for (const BucketPart& part : parts) {
        Sum& sum = m_sums[{{part.name, part.labels}, part.upToMs ? measures::bucketOf(*part.upToMs) : std::size(kBucketsMs)}];
        sum.count += part.count;
        sum.ms += part.sumMs;
    }
}

void Measures::giveBack(const std::vector<CountPart>& parts)
{
    for (const CountPart& part : parts) {
        m_counts[{part.name, part.labels}] += part.amount;
    }
}

} // namespace ch::http
