// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Traffic.h"

namespace ch::sandbox {

namespace traffic_detail {

constexpr size_t kSearches = 20;
constexpr size_t kMeterEvents = 1000;
const QByteArray kMeters = "POST /v1/billing/meter_events";

} // namespace traffic_detail

void Traffic::forget(std::deque<qint64>& times, qint64 nowMs)
{
    while (!times.empty() && times.front() <= nowMs - 1000)
        times.pop_front();
}

QByteArray Traffic::refusal(const QByteArray& endpoint, qint64 nowMs)
{
    using namespace traffic_detail;
    if (!m_limits)
        return {};
    if (m_limits->metersApart && endpoint == kMeters) {
        std::deque<qint64>& own = m_endpoints[endpoint];
        forget(own, nowMs);
        if (own.size() >= kMeterEvents)
            return "endpoint-rate";
        own.push_back(nowMs);
        return {};
    }
    forget(m_account, nowMs);
    if (m_account.size() >= static_cast<size_t>(m_limits->account))
        return "global-rate";
    if (m_underWay.size() >= m_limits->concurrent)
        return "global-concurrency";
    if (!endpoint.isEmpty()) {
        std::deque<qint64>& own = m_endpoints[endpoint];
        forget(own, nowMs);
        if (own.size() >= static_cast<size_t>(m_limits->endpoint))
            return "endpoint-rate";
        if (m_atEndpoint.value(endpoint) >= m_limits->concurrentEndpoint)
            return "endpoint-concurrency";
        if (endpoint.endsWith("/search")) {
            std::deque<qint64>& searches = m_endpoints[QByteArrayLiteral("search")];
            forget(searches, nowMs);
            if (searches.size() >= kSearches)
                return "resource-specific";
            searches.push_back(nowMs);
        }
        m_endpoints[endpoint].push_back(nowMs);
    }
    m_account.push_back(nowMs);
    return {};
}

quint64 Traffic::enter(const QByteArray& endpoint)
{
    m_underWay.insert(++m_tickets, {endpoint, {}, {}});
    ++m_atEndpoint[endpoint];
    return m_tickets;
}

void Traffic::leave(quint64 ticket)
{
    const auto it = m_underWay.find(ticket);
    if (it == m_underWay.end())
        return;
    --m_atEndpoint[it->endpoint];
    if (!it->key.isEmpty())
        m_keys.remove(it->key);
    for (const QByteArray& object : std::as_const(it->objects))
        m_objects.remove(object);
    m_underWay.erase(it);
}

void Traffic::holdKey(quint64 ticket, const QByteArray& key)
{
    m_keys.insert(key, ticket);
    m_underWay[ticket].key = key;
}

bool Traffic::lock(quint64 ticket, const QList<QByteArray>& objects)
{
    for (const QByteArray& object : objects) {
        if (m_limits && m_objects.value(object, ticket) != ticket)
            return false;
    }
    for (const QByteArray& object : objects) {
        if (!m_objects.contains(object)) {
            m_objects.insert(object, ticket);
            m_underWay[ticket].objects.append(object);
        }
    }
    return true;
}

} // namespace ch::sandbox
