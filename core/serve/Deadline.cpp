// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/Deadline.h"

namespace ch::serve {

Deadline::Deadline(Clock& clock, std::function<void()> expired) : m_clock(clock), m_expired(std::move(expired))
{
}

void Deadline::set(qint64 fromNowMs)
{
    m_due = m_clock.monotonicMs() + fromNowMs;
    if (m_armed == kNever || m_due < m_armed) {
        arm(m_due);
    }
}

void Deadline::arm(qint64 at)
{
    m_armed = at;
    m_clock.callAfter(at - m_clock.monotonicMs(), this, [this, at] {
        // A timer that an earlier one overtook has nothing left to do.
        if (at == m_armed) {
            m_armed = kNever;
            wake();
        }
    });
}

void Deadline::wake()
{
    if (m_due == kNever) {
        return;
    }
    if (m_clock.monotonicMs() < m_due) {
        arm(m_due);
        return;
    }
    m_due = kNever;
    m_expired();
}

} // namespace ch::serve
