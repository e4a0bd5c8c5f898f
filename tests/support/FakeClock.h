// SPDX-License-Identifier: GPL-3.0-or-later
// A clock that stands still until a test moves it. One thread.
#pragma once

#include "base/Clock.h"

#include <QPointer>
#include <functional>
#include <map>

namespace ch::test {

class FakeClock final : public Clock {
public:
    /// Starts at 2026-11-01T00:00:00Z unless told.
    explicit FakeClock(qint64 startMs = 1793491200000);

    [[nodiscard]] qint64 nowMs() const override { return m_nowMs; }
    [[nodiscard]] qint64 monotonicMs() const override { return m_monotonicMs; }
    void callAfter(qint64 delayMs, QObject* context, std::function<void()> fn) override;

    /// Moves time on, calling what falls due on the way in its order, with queued events delivered between.
    void advance(qint64 ms);

    /// Delivers queued events, then jumps from timer to timer until done() holds or nothing is left to wait for (then false).
    /// For work without sockets: it never waits for real time.
    bool runUntil(const std::function<bool()>& done, qint64 longestMs = 24LL * 3600 * 1000);

    /// Timers set and alive. Delays asked for so far, oldest first: what a test of waiting reads.
    [[nodiscard]] int pending() const;
    [[nodiscard]] const std::vector<qint64>& delaysAsked() const { return m_delays; }

    /// Wall time jumps (a person sets the computer's clock); monotonic time does not.
    void jumpWallTime(qint64 ms) { m_nowMs += ms; }

private:
    struct Timer {
        QPointer<QObject> context;
        std::function<void()> fn;
    };
    bool fireNext(qint64 limitMs);

    qint64 m_nowMs;
    qint64 m_monotonicMs = 0;
    std::multimap<qint64, Timer> m_timers; // by monotonic time
    std::vector<qint64> m_delays;
};

/// Delivers everything queued in this thread, deferred deletions too.
void deliverQueued();

} // namespace ch::test
