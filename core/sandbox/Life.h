// SPDX-License-Identifier: GPL-3.0-or-later
// What happens by itself as time goes on: trials end, periods renew, drafts are finalized and paid after an hour, failed payments
// are tried again, what was to end ends. Keeps the next moment of every object that has one in a heap, so that an account where
// nothing is due costs nothing, whatever its size. An object's moment is worked out anew whenever an event says that it
// changed; an entry that no longer holds is thrown away when its time comes. What is due is done in the order of time, then of
// kind and number, so the same account lives the same life. Wall time and each test clock have a heap of their own.
// Instants are seconds since 1970 (UTC). Owned by the engine; one thread.
#pragma once

#include "sandbox/Billing.h"

#include <map>
#include <queue>

namespace ch::sandbox {

class Life {
public:
    Life(State& state, EventLog& log, Billing& billing) : s(state), m_log(log), m_billing(billing) {}

    /// Takes in what has been made since the last call; from then on it is taken in when it changes.
    void takeInNew();
    /// What has been taken in so far is repeated (State::repeat): the copies come due when their templates do.
    void repeat();
    /// Takes in what a saved account has changed and added.
    void takeInSaved();
    /// Does what is due on wall time up to then, in its order. Test clocks stand still.
    void advance(qint64 to);
    /// When something may be due next on wall time; 0: nothing is.
    [[nodiscard]] qint64 next() const;
    /// The same for the objects of each test clock that is being advanced, which are ready then; and deletes clocks that are too old.
    void settleClocks();

private:
    struct Due {
        qint64 at = 0;
        Kind kind = Kind::Subscription;
        Index index = kNone;
        bool operator>(const Due& other) const
        {
            return std::tie(at, kind, index) > std::tie(other.at, other.kind, other.index);
        }
    };
    using Heap = std::priority_queue<Due, std::vector<Due>, std::greater<>>;

    [[nodiscard]] bool stillAdvances(TestClock& row) const;
    void takeIn(Kind kind, Index index);
    /// Takes in the copies of the next template that comes due.
    void takeInCopies();
    void takeInChanges();
    void run(Heap& heap, qint64 to);
    [[nodiscard]] Heap& heapOf(Index customer);
    /// When something next happens to the object by itself; 0: never.
    [[nodiscard]] qint64 dueAt(Kind kind, Index index) const;
    [[nodiscard]] qint64 dueAt(const Subscription& row) const;
    [[nodiscard]] qint64 dueAt(const Invoice& row) const;
    [[nodiscard]] qint64 dueAt(const CheckoutSession& row) const;
    [[nodiscard]] qint64 dueAt(const Schedule& row) const;
    [[nodiscard]] Index ownerOf(Kind kind, Index index) const;
    [[nodiscard]] qint64 discountEnd(const Subscription& row) const;

    void step(Kind kind, Index index, qint64 at);
    void step(Subscription& row, qint64 at);
    void step(Invoice& row, qint64 at);
    void step(Customer& row, qint64 at);
    void step(Schedule& row, qint64 at);
    void expire(Subscription& row, qint64 at);
    void endDiscounts(Subscription& row, qint64 at);
    void close(Invoice& row, qint64 at);
    void collect(Invoice& row, qint64 at);

    State& s;
    EventLog& m_log;
    Billing& m_billing;
    Heap m_wall;
    std::map<Index, Heap> m_clocks;
    QHash<quint64, qint64> m_planned; ///< the entry of each that counts
    std::vector<Due> m_templates;     ///< by time; the copies of those before m_next have been taken in
    size_t m_next = 0;
    Index m_customers = 0, m_subscriptions = 0, m_invoices = 0, m_sessions = 0, m_schedules = 0; ///< how many rows have been taken in
};

} // namespace ch::sandbox
