// SPDX-License-Identifier: GPL-3.0-or-later
// A clock that runs ten times as fast as time does, and leaps when a test says so: for programs over real sockets that are to live through days. Begins
// at 2026-11-01T00:00:00Z. Usable from any thread.
#pragma once

#include "base/Clock.h"

#include <atomic>

namespace ch::test {

class FastClock final : public Clock {
public:
    static constexpr qint64 kTimesAsFast = 10;

    FastClock() : m_startedMs(m_clock.monotonicMs()) {}

    [[nodiscard]] qint64 nowMs() const override { return 1793491200000 + monotonicMs() + m_sleptMs; }
    [[nodiscard]] qint64 monotonicMs() const override { return (m_clock.monotonicMs() - m_startedMs) * kTimesAsFast + m_leaptMs; }
    void callAfter(qint64 delayMs, QObject* context, std::function<void()> fn) override { m_clock.callAfter((delayMs + kTimesAsFast - 1) / kTimesAsFast, context, std::move(fn)); }

    /// So much time passes at once; what is waited for meanwhile goes on waiting as long as it was to.
    void leap(qint64 ms) { m_leaptMs += ms; }
    /// The computer sleeps: wall time passes, and nothing else.
    void sleep(qint64 ms) { m_sleptMs += ms; }

private:
    SystemClock m_clock;
    const qint64 m_startedMs;
    std::atomic<qint64> m_leaptMs = 0;
    std::atomic<qint64> m_sleptMs = 0;
};

} // namespace ch::test
