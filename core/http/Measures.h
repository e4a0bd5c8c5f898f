// SPDX-License-Identifier: GPL-3.0-or-later
// What requests tell monitoring: how long attempts took, how long they waited for their turn, how they ended, and what they were held back for.
// Collected in memory, taken out now and then to be kept elsewhere. Attempts without an answer count too (a time-out is latency), those that were
// stopped here do not. Labels are of few values each: methods, path patterns and words of this file, never what a server or a person wrote.
// Milliseconds. One thread.
#pragma once

#include "http/Client.h"

#include <QString>
#include <map>
#include <vector>

namespace ch::http {

/// From sending to the last byte, each attempt by itself. Labels method, path (a pattern without ids).
inline constexpr char kRequestSeconds[] = "countinghouse_stripe_request_seconds";
/// From asking for a turn to being sent, each attempt by itself. Label priority: interactive, background.
inline constexpr char kWaitSeconds[] = "countinghouse_stripe_rate_limit_wait_seconds";
/// Attempts. Label result, of kRequestResults.
inline constexpr char kRequestsCounter[] = "countinghouse_stripe_requests_total";
/// Attempts that were answered with 429. Label reason, of kRateLimitReasons.
inline constexpr char kRateLimitedCounter[] = "countinghouse_stripe_rate_limited_total";

/// "none": there was no answer.
inline constexpr const char* kRequestResults[] = {"2xx", "3xx", "4xx", "429", "5xx", "none"};
/// As Stripe names them; "none": it named none; "other": one that is not known here.
inline constexpr const char* kRateLimitReasons[] = {"global-rate", "global-concurrency", "endpoint-rate", "endpoint-concurrency", "resource-specific", "none", "other"};

/// Upper bounds of the buckets; above the last one there is one without a bound.
inline constexpr qint64 kBucketsMs[] = {50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 10'000, 30'000, 80'000};

using Labels = std::map<QString, QString>;

/// The values that fell into one bucket.
struct BucketPart {
    QString name;
    Labels labels;
    std::optional<qint64> upToMs; ///< nothing: above the last bound
    qint64 count = 0;
    qint64 sumMs = 0;
};

struct CountPart {
    QString name;
    Labels labels;
    qint64 amount = 0;
};

class Measures {
public:
    void add(const AttemptReport& report);
    /// What was collected since the last time; nothing of it is left here.
    [[nodiscard]] std::vector<BucketPart> takeBuckets();
    [[nodiscard]] std::vector<CountPart> takeCounts();
    /// Parts that could not be kept, to be taken again.
    void giveBack(const std::vector<BucketPart>& parts);
    void giveBack(const std::vector<CountPart>& parts);

private:
    struct Sum {
        qint64 count = 0;
        qint64 ms = 0;
    };
    using Series = std::pair<QString, Labels>;
    void addTime(const Series& series, qint64 ms);

    std::map<std::pair<Series, size_t>, Sum> m_sums; // by index of the bucket
    std::map<Series, qint64> m_counts;
};

} // namespace ch::http
