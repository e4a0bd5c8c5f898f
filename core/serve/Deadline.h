// SPDX-License-Identifier: GPL-3.0-or-later
// One point in time that can be moved and called off, on a clock that cannot call timers off. Moving it later costs nothing, so it
// can be set for every request. Owned by whoever waits; one thread; calls back from the event loop only.
#pragma once

#include "base/Clock.h"

#include <QObject>
#include <functional>

namespace ch::serve {

class Deadline final : public QObject {
public:
    /// clock outlives the deadline.
    Deadline(Clock& clock, std::function<void()> expired);

    void set(qint64 fromNowMs);
    void clear() { m_due = kNever; }

private:
    static constexpr qint64 kNever = -1;
    void arm(qint64 at);
    void wake();

    Clock& m_clock;
    std::function<void()> m_expired;
    qint64 m_due = kNever;
    qint64 m_armed = kNever; // the earliest timer that is under way
};

} // namespace ch::serve
