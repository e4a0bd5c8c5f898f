// SPDX-License-Identifier: GPL-3.0-or-later
// How long attempts took, by method and path pattern, in buckets: collected in memory, taken out now and then to be kept elsewhere. Attempts
// without an answer count too (a time-out is latency), those that were stopped here do not. Milliseconds. One thread.
#pragma once

#include "http/Client.h"

#include <map>
#include <vector>

namespace ch::http {

/// Upper bounds of the buckets; above the last one there is one without a bound.
inline constexpr qint64 kLatencyBucketsMs[] = {50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 10'000, 30'000, 80'000};

/// The attempts that fell into one bucket.
struct LatencyPart {
    QByteArray method;
    QString pathTemplate;
    std::optional<qint64> upToMs; ///< nothing: above the last bound
    qint64 count = 0;
    qint64 sumMs = 0;
};

class Latencies {
public:
    void add(const AttemptReport& report);
    /// What was collected since the last time; nothing of it is left here.
    [[nodiscard]] std::vector<LatencyPart> take();
    /// Parts that could not be kept, to be taken again.
    void giveBack(const std::vector<LatencyPart>& parts);

private:
    struct Sum {
        qint64 count = 0;
        qint64 ms = 0;
    };
    /// Method, path pattern, index of the bucket.
    using Place = std::tuple<QByteArray, QString, size_t>;
    std::map<Place, Sum> m_sums;
};

} // namespace ch::http
