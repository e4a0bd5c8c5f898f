// SPDX-License-Identifier: GPL-3.0-or-later
// The requests that are under way, and how many came lately. A request is under way from its arrival until its answer has left: as long it holds
// its idempotency key, a place among the concurrent ones, and the objects that it writes.
// Limits, where they are on, are those of docs.stripe.com/rate-limits: so many requests in any second for the account, so many for each endpoint
// (method and path), 20 searches; meter events of a live account have 1,000 of their own. How many may be under way at once Stripe does not say.
// A request that is refused does not count. Times are monotonic milliseconds. One thread.
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <deque>
#include <optional>

namespace ch::sandbox {

struct TrafficLimits {
    int account = 25, endpoint = 25;             ///< a second
    int concurrent = 20, concurrentEndpoint = 10; ///< under way at once
    bool metersApart = false;                    ///< of a live account
};

class Traffic {
public:
    /// Without limits nothing is refused, and keys are held all the same.
    explicit Traffic(const std::optional<TrafficLimits>& limits) : m_limits(limits) {}

    /// Empty when the request may pass, and counts it; else the value of Stripe-Rate-Limited-Reason. An unknown path has no endpoint.
    [[nodiscard]] QByteArray refusal(const QByteArray& endpoint, qint64 nowMs);

    /// From now on it is under way. Returns its ticket, never 0.
    [[nodiscard]] quint64 enter(const QByteArray& endpoint);
    /// Lets go of all that it holds. An unknown ticket is passed over.
    void leave(quint64 ticket);

    void holdKey(quint64 ticket, const QByteArray& key);
    [[nodiscard]] bool isHeld(const QByteArray& key) const { return m_keys.contains(key); }
    [[nodiscard]] QByteArray keyOf(quint64 ticket) const { return m_underWay.value(ticket).key; }

    /// Takes the objects for the ticket, or none of them when another has one. Always takes them where limits are off.
    [[nodiscard]] bool lock(quint64 ticket, const QList<QByteArray>& objects);

private:
    struct Stay {
        QByteArray endpoint, key;
        QList<QByteArray> objects;
    };
    static void forget(std::deque<qint64>& times, qint64 nowMs);

    std::optional<TrafficLimits> m_limits;
    std::deque<qint64> m_account;
    QHash<QByteArray, std::deque<qint64>> m_endpoints; ///< and "search"
    QHash<quint64, Stay> m_underWay;
    QHash<QByteArray, int> m_atEndpoint;
    QHash<QByteArray, quint64> m_keys, m_objects;
    quint64 m_tickets = 0;
};

} // namespace ch::sandbox
