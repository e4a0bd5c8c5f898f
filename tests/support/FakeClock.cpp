// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/FakeClock.h"

#include <QCoreApplication>
#include <QEvent>

namespace ch::test {

void deliverQueued()
{
    // A delivered event may queue the next: a few rounds settle what does not wait for time or a socket.
    for (int round = 0; round < 50; ++round) {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
}

FakeClock::FakeClock(qint64 startMs) : m_nowMs(startMs) {}

void FakeClock::callAfter(qint64 delayMs, QObject* context, std::function<void()> fn)
{
    m_delays.push_back(delayMs);
    m_timers.emplace(m_monotonicMs + qMax<qint64>(0, delayMs), Timer{context, std::move(fn)});
}

int FakeClock::pending() const
{
    int count = 0;
    for (const auto& [when, timer] : m_timers) {
        count += timer.context ? 1 : 0;
    }
    return count;
}

bool FakeClock::fireNext(qint64 limitMs)
{
    if (m_timers.empty() || m_timers.begin()->first > limitMs) {
        return false;
    }
    const auto first = m_timers.begin();
    const qint64 step = first->first - m_monotonicMs;
    m_monotonicMs += step;
    m_nowMs += step;
    Timer timer = std::move(first->second);
    m_timers.erase(first);
    if (timer.context) {
        timer.fn();
    }
    deliverQueued();
    return true;
}

void FakeClock::advance(qint64 ms)
{
    const qint64 end = m_monotonicMs + ms;
    deliverQueued();
    while (fireNext(end)) {
    }
    m_nowMs += end - m_monotonicMs;
    m_monotonicMs = end;
    deliverQueued();
}

bool FakeClock::runUntil(const std::function<bool()>& done, qint64 longestMs)
{
    const qint64 limit = m_monotonicMs + longestMs;
    deliverQueued();
    // A long chain of queued steps without a timer (the pages of a list) needs more rounds than one delivery has.
    constexpr int kMostIdleRounds = 2000;
    int idleRounds = 0;
    while (!done()) {
        if (fireNext(limit)) {
            idleRounds = 0;
        } else if (++idleRounds > kMostIdleRounds) {
            return done();
        } else {
            deliverQueued();
        }
    }
    return true;
}

} // namespace ch::test
