// SPDX-License-Identifier: GPL-3.0-or-later
// A wall clock that starts with another one and then runs N times as fast; with N = 0 it stands still. Only wall time is sped up:
// durations (timeouts, waiting, callAfter) are the other clock's. The other clock must outlive it; threads as there.
#pragma once

#include "base/Clock.h"

namespace ch::sandbox {

class SpedClock final : public Clock {
public:
    SpedClock(Clock& clock, qint64 speed) : m_clock(clock), m_speed(speed), m_startMs(clock.nowMs()), m_startMonotonicMs(clock.monotonicMs()) {}

    [[nodiscard]] qint64 nowMs() const override { return m_startMs + (m_clock.monotonicMs() - m_startMonotonicMs) * m_speed; }
    [[nodiscard]] qint64 monotonicMs() const override { return m_clock.monotonicMs(); }
    void callAfter(qint64 delayMs, QObject* context, std::function<void()> fn) override { m_clock.callAfter(delayMs, context, std::move(fn)); }

private:
    Clock& m_clock;
    const qint64 m_speed, m_startMs, m_startMonotonicMs;
};

} // namespace ch::sandbox
