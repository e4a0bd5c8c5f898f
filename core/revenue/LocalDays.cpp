// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/LocalDays.h"

#include <QDateTime>
#include <algorithm>

namespace ch::revenue {

namespace {

constexpr Seconds kEarliest = 946684800;         // 2000-01-01: Stripe's first customers came later
constexpr Seconds kMostAhead = 100LL * 366 * 86400;

} // namespace

int dayNumber(const QDate& day)
{
    return day.year() * 10000 + day.month() * 100 + day.day();
}

LocalDays::LocalDays(const QTimeZone& zone, Seconds from, Seconds to) : m_zone(zone)
{
    const Seconds first = std::max(from, kEarliest);
    const Seconds last = std::min(to, first + kMostAhead);
    for (QDate day = QDateTime::fromSecsSinceEpoch(first, zone).date(); last >= first; day = day.addDays(1)) {
        m_edges.push_back(day.startOfDay(zone).toSecsSinceEpoch());
        m_days.push_back(dayNumber(day));
        if (m_edges.back() > last) {
            break;
        }
    }
}

int LocalDays::dayOf(Seconds at) const
{
    if (m_edges.empty() || at < m_edges.front() || at >= m_edges.back()) {
        return dayNumber(QDateTime::fromSecsSinceEpoch(at, m_zone).date());
    }
    const auto after = std::upper_bound(m_edges.begin(), m_edges.end(), at);
    return m_days[size_t(std::distance(m_edges.begin(), after)) - 1];
}

} // namespace ch::revenue
