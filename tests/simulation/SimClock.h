// SPDX-License-Identifier: GPL-3.0-or-later
// The one time of a run, and each program's own idea of it. A turn is one timer and everything that it queues. Nothing waits for real time.
#pragma once

#include "base/Clock.h"

#include <QPointer>
#include <map>

namespace ch::sim {

class SimClock final : public Clock {
public:
    [[nodiscard]] qint64 nowMs() const override { return kStartMs + m_nowMs; }
    [[nodiscard]] qint64 monotonicMs() const override { return m_nowMs; }
    void callAfter(qint64 delayMs, QObject* context, std::function<void()> fn) override { m_timers.emplace(m_nowMs + qMax<qint64>(0, delayMs), Timer{context, std::move(fn)}); }

    /// Moves to the next timer that is due by limitMs (monotonic) and calls it; false when there is none.
    bool fireNext(qint64 limitMs);
    std::function<void(QObject*)> onFire; ///< before each timer, with whose it is

    /// To an instant that no timer is due before.
    void moveTo(qint64 monotonicMs) { m_nowMs = qMax(m_nowMs, monotonicMs); }

private:
    struct Timer {
        QPointer<QObject> context;
        std::function<void()> fn;
    };
    static constexpr qint64 kStartMs = 1793491200000; // 2026-11-01T00:00:00Z
    qint64 m_nowMs = 0;
    std::multimap<qint64, Timer> m_timers;
};

inline bool SimClock::fireNext(qint64 limitMs)
{
    while (!m_timers.empty() && m_timers.begin()->first <= limitMs) {
        const auto first = m_timers.begin();
        m_nowMs = qMax(m_nowMs, first->first);
        const Timer timer = std::move(first->second);
        m_timers.erase(first);
        if (timer.context) {
            if (onFire) {
                onFire(timer.context);
            }
            timer.fn();
            return true;
        }
    }
    return false;
}

/// A computer whose wall clock is wrong by so much.
class SkewedClock final : public Clock {
public:
    SkewedClock(SimClock& time, qint64 skewMs) : m_time(time), m_skewMs(skewMs) {}

    [[nodiscard]] qint64 nowMs() const override { return m_time.nowMs() + m_skewMs; }
    [[nodiscard]] qint64 monotonicMs() const override { return m_time.monotonicMs(); }
    void callAfter(qint64 delayMs, QObject* context, std::function<void()> fn) override { m_time.callAfter(delayMs, context, std::move(fn)); }

private:
    SimClock& m_time;
    qint64 m_skewMs;
};

} // namespace ch::sim
