// SPDX-License-Identifier: GPL-3.0-or-later
// Writes down what happened: one event a change, with the object as it was then and before. Forgets what is older than
// thirty days, as Stripe's list does (so a made-up past costs nothing). Owned by the engine; one thread.
#pragma once

#include "sandbox/Render.h"

namespace ch::sandbox {

class EventLog {
public:
    EventLog(State& state, const Renderer& render) : s(state), m_render(render) {}

    /// Whose doing the next events are; empty: Stripe's own (a renewal).
    void setRequest(const QByteArray& requestId, const QByteArray& idempotencyKey)
    {
        m_requestId = requestId;
        m_idempotencyKey = idempotencyKey;
    }

    /// Whether an event at this time will be seen by anyone: copy the object for "before" only then.
    [[nodiscard]] bool wants(qint64 at) const { return at > s.now - kEventDays && at <= s.now; }

    template <typename T>
    void record(const char* type, qint64 at, const T& now, const T* before = nullptr)
    {
        if (!wants(at))
            return;
        Event event;
        event.created = at;
        event.type = type;
        event.now = std::make_shared<const Snapshot>(now);
        if (before) {
            event.before = std::make_shared<const Snapshot>(*before);
            // A request that changes nothing makes no event.
            if (!m_requestId.isEmpty() && m_render.snapshot(*event.before) == m_render.snapshot(*event.now))
                return;
        }
        event.requestId = m_requestId;
        event.idempotencyKey = m_idempotencyKey;
        s.events.add(std::move(event));
    }

private:
    State& s;
    const Renderer& m_render;
    QByteArray m_requestId, m_idempotencyKey;
};

/// Copies a row now and records its change when it goes out of scope.
template <typename T>
class Change {
public:
    Change(EventLog& log, const char* type, qint64 at, T& row) : m_log(log), m_type(type), m_at(at), m_row(row)
    {
        if (log.wants(at))
            m_before = std::make_unique<T>(row);
    }
    ~Change()
    {
        if (m_before)
            m_log.record(m_type, m_at, m_row, m_before.get());
    }
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;

private:
    EventLog& m_log;
    const char* m_type;
    qint64 m_at;
    T& m_row;
    std::unique_ptr<T> m_before;
};

} // namespace ch::sandbox
