// SPDX-License-Identifier: GPL-3.0-or-later
// Writes down what happened: one event a change, with the object as it was then and before. Forgets what is older than
// thirty days, as Stripe's list does (so a made-up past costs nothing). Also says which objects changed (Life). Owned by the engine; one thread.
#pragma once

#include "sandbox/Render.h"
#include "sandbox/Truth.h"

#include <utility>

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

    /// When the event of a move at this time is written down: events of test clocks come when the clock is advanced.
    template <typename T>
    [[nodiscard]] qint64 time(const T& row, qint64 at) const
    {
        return m_watching && s.onTestClock(ownerOf(row)) ? s.now : at;
    }

    /// Who is told of every change of subscriptions and discounts, however long ago it was; nobody: null.
    void tellTo(Truth* truth) { m_truth = truth; }

    /// While it is muted nothing is written down: what happens is only tried out (State::rehearse).
    void mute(bool muted) { m_muted = muted; }

    /// Remembers from now on which subscriptions and invoices had an event.
    void watch(bool on = true) { m_watching = on; }
    [[nodiscard]] std::vector<std::pair<Kind, Index>> takeChanges() { return std::exchange(m_changes, {}); }

    /// Something that may come due by itself has been made or moved without an event.
    void touch(Kind kind, Index index)
    {
        if (m_watching)
            m_changes.emplace_back(kind, index);
    }
    /// The events since it was last asked, oldest first.
    [[nodiscard]] std::vector<Index> takeFresh() { return std::exchange(m_fresh, {}); }

    template <typename T>
    void record(const char* type, qint64 moved, const T& now, const T* before = nullptr)
    {
        if (m_muted)
            return;
        if constexpr (std::is_same_v<T, Subscription> || std::is_same_v<T, Invoice> || std::is_same_v<T, Schedule>)
            touch(std::is_same_v<T, Invoice> ? Kind::Invoice : std::is_same_v<T, Schedule> ? Kind::Schedule : Kind::Subscription, now.self);
        if constexpr (std::is_same_v<T, Subscription> || std::is_same_v<T, Discount>) {
            if (m_truth != nullptr)
                m_truth->tell(now, type, moved);
        }
        const qint64 at = time(now, moved);
        if (!wants(at))
            return;
        Event event;
        event.created = at;
        event.type = type;
        event.now = std::make_shared<const Snapshot>(now);
        if (before) {
            event.before = std::make_shared<const Snapshot>(*before);
            // A request that changes nothing makes no event.
            if (!m_requestId.isEmpty() && m_render.snapshot(*event.before, type) == m_render.snapshot(*event.now, type))
                return;
        }
        event.requestId = m_requestId;
        event.idempotencyKey = m_idempotencyKey;
        const Index added = s.events.add(std::move(event)).self;
        if (m_watching)
            m_fresh.push_back(added);
    }

private:
    [[nodiscard]] static Index ownerOf(const Customer& row) { return row.self; }
    template <typename T>
    [[nodiscard]] static auto ownerOf(const T& row) -> decltype(row.customer) { return row.customer; }
    [[nodiscard]] static Index ownerOf(const Row&) { return kNone; } // of the catalog

    State& s;
    const Renderer& m_render;
    QByteArray m_requestId, m_idempotencyKey;
    std::vector<Index> m_fresh;
    std::vector<std::pair<Kind, Index>> m_changes;
    bool m_watching = false, m_muted = false;
    Truth* m_truth = nullptr;
};

/// Copies a row now and records its change when it goes out of scope.
template <typename T>
class Change {
public:
    Change(EventLog& log, const char* type, qint64 at, T& row) : m_log(log), m_type(type), m_at(at), m_row(row)
    {
        if (log.wants(log.time(row, at)))
            m_before = std::make_unique<T>(row);
    }
    ~Change()
    {
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
