// SPDX-License-Identifier: GPL-3.0-or-later
// Stripe's published rates (docs.stripe.com/rate-limits): so many requests in any second for the account, and so many for each
// endpoint (method and path). A request that is refused does not count. Times are monotonic milliseconds. One thread.
#pragma once

#include <QByteArray>
#include <QHash>
#include <deque>

namespace ch::sandbox {

class RateLimits {
public:
    RateLimits(int account, int endpoint) : m_accountLimit(static_cast<size_t>(account)), m_endpointLimit(static_cast<size_t>(endpoint)) {}

    /// Empty when the request may pass, and counts it; else the reason: global-rate or endpoint-rate. An unknown path has no endpoint.
    [[nodiscard]] QByteArray take(const QByteArray& endpoint, qint64 nowMs)
    {
        forget(m_account, nowMs);
        if (m_account.size() >= m_accountLimit)
            return "global-rate";
        if (!endpoint.isEmpty()) {
            std::deque<qint64>& own = m_endpoints[endpoint];
            forget(own, nowMs);
            if (own.size() >= m_endpointLimit)
                return "endpoint-rate";
            own.push_back(nowMs);
        }
        m_account.push_back(nowMs);
        return {};
    }

private:
    static void forget(std::deque<qint64>& times, qint64 nowMs)
    {
        while (!times.empty() && times.front() <= nowMs - 1000)
            times.pop_front();
    }

    size_t m_accountLimit, m_endpointLimit;
    std::deque<qint64> m_account;
    QHash<QByteArray, std::deque<qint64>> m_endpoints;
};

} // namespace ch::sandbox
