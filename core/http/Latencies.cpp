// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/Latencies.h"

#include <algorithm>
#include <iterator>

namespace ch::http {

namespace {

size_t latencyBucket(qint64 ms)
{
    return static_cast<size_t>(std::distance(std::begin(kLatencyBucketsMs), std::lower_bound(std::begin(kLatencyBucketsMs), std::end(kLatencyBucketsMs), ms)));
}

} // namespace

void Latencies::add(const AttemptReport& report)
{
    if (report.status == 0 && report.errorKind == ErrorKind::Cancelled) {
        return;
    }
    Sum& sum = m_sums[{report.method, report.pathTemplate, latencyBucket(report.milliseconds)}];
    ++sum.count;
    sum.ms += report.milliseconds;
}

std::vector<LatencyPart> Latencies::take()
{
    std::vector<LatencyPart> parts;
    for (const auto& [place, sum] : std::exchange(m_sums, {})) {
        const auto& [method, path, bucket] = place;
        const bool isBounded = bucket < std::size(kLatencyBucketsMs);
        parts.push_back({method, path, isBounded ? std::optional(kLatencyBucketsMs[bucket]) : std::nullopt, sum.count, sum.ms});
    }
    return parts;
}

void Latencies::giveBack(const std::vector<LatencyPart>& parts)
{
    for (const LatencyPart& part : parts) {
        Sum& sum = m_sums[{part.method, part.pathTemplate, part.upToMs ? latencyBucket(*part.upToMs) : std::size(kLatencyBucketsMs)}];
        sum.count += part.count;
        sum.ms += part.sumMs;
    }
}

} // namespace ch::http
