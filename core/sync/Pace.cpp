// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync/Pace.h"

namespace ch::sync {

void Pace::add(qint64 monotonicMs, qint64 objects)
{
    m_samples.emplace_back(monotonicMs, objects);
    // The one that is just old enough stays: the span is never shorter than it could be.
    while (m_samples.size() > 2 && m_samples[1].first <= monotonicMs - kOverMs) {
        m_samples.pop_front();
    }
}

qint64 Pace::objectsPerSecond() const
{
    if (m_samples.empty()) {
        return 0;
    }
    const qint64 ms = m_samples.back().first - m_samples.front().first;
    const qint64 objects = m_samples.back().second - m_samples.front().second;
    return ms < kEnoughMs || objects <= 0 ? 0 : objects * 1000 / ms;
}

std::optional<qint64> Pace::secondsLeft(const std::optional<qint64>& left) const
{
    const qint64 rate = objectsPerSecond();
    return !left || rate == 0 ? std::nullopt : std::optional<qint64>((*left + rate - 1) / rate);
}

} // namespace ch::sync
