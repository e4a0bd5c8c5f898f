// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Classify.h"

#include <algorithm>
#include <limits>

namespace ch::revenue {

namespace {

/// The balances of one customer, and what led to them.
class Customer {
public:
    Customer(const std::vector<ClassInput>& changes, std::vector<ClassOutput>* classes) : m_changes(changes), m_classes(*classes) {}

    void goBy(const Definition& definition) { m_definition = {definition.lapseSeconds, definition.reactivationSeconds}; }

    void classify(size_t from, size_t to)
    {
        const bool redefined = m_changes[from].redefined;
        const bool activeBefore = isActive();
        std::vector<Fraction::Wide> net(m_balances.size(), 0);
        bool pause = true;
        for (size_t i = from; i < to; ++i) {
            const ClassInput& change = m_changes[i];
            if (change.currency >= m_balances.size()) {
                m_balances.resize(change.currency + 1, 0);
                net.resize(change.currency + 1, 0);
            }
            m_balances[change.currency] += change.delta;
            if (redefined) {
                m_classes[i] = {MovementClass::Definition, false};
            } else if (change.unexplained) {
                m_classes[i] = {MovementClass::Reconciliation, false};
            } else {
                net[change.currency] += change.delta;
                pause = pause && (change.pause || change.delta == 0);
            }
        }
        const bool activeAfter = isActive();
        const Seconds at = m_changes[from].at;
        const bool tooLate = m_definition.reactivationSeconds && m_inactive && at - m_inactiveSince > *m_definition.reactivationSeconds;
        const Transition transition{activeBefore, activeAfter, m_seen && !tooLate, pause};
        const bool lapse = !redefined && !activeBefore && activeAfter && m_churnTo > m_churnFrom && at - m_inactiveSince <= m_definition.lapseSeconds;
        for (size_t i = from; i < to; ++i) {
            if (!m_changes[i].unexplained && !redefined) {
                m_classes[i] = {lapse ? MovementClass::Resumed : classOf(transition, net[m_changes[i].currency] < 0 ? -1 : net[m_changes[i].currency] > 0 ? 1 : 0), lapse};
            }
        }
        for (size_t i = lapse ? m_churnFrom : m_churnTo; i < m_churnTo; ++i) {
            m_classes[i] = m_classes[i].movement == MovementClass::Churn ? ClassOutput{MovementClass::Paused, true} : m_classes[i];
        }
        remember(from, to, activeBefore, activeAfter, pause);
    }

private:
    [[nodiscard]] bool isActive() const
    {
        return std::any_of(m_balances.begin(), m_balances.end(), [](Fraction::Wide balance) { return balance > 0; });
    }

    void remember(size_t from, size_t to, bool activeBefore, bool activeAfter, bool pause)
    {
        m_seen = m_seen || activeBefore || activeAfter;
        if (activeBefore && !activeAfter) {
            m_inactive = true;
            m_inactiveSince = m_changes[to - 1].at;
            m_churnFrom = pause ? to : from;
            m_churnTo = to;
        } else if (activeAfter) {
            m_inactive = false;
            m_churnFrom = m_churnTo = 0;
        }
    }

    const std::vector<ClassInput>& m_changes;
    struct Tolerances {
        qint64 lapseSeconds = 0;
        std::optional<qint64> reactivationSeconds;
    };
    Tolerances m_definition;
    std::vector<ClassOutput>& m_classes;
    std::vector<Fraction::Wide> m_balances; // of all subscriptions: wider than each of them
    bool m_seen = false;
    bool m_inactive = false;
    Seconds m_inactiveSince = 0;
    size_t m_churnFrom = 0;
    size_t m_churnTo = 0;
};

} // namespace

MovementClass classOf(const Transition& transition, int sign)
{
    if (!transition.activeBefore && transition.activeAfter) {
        return !transition.seen ? MovementClass::New : transition.pause ? MovementClass::Resumed : MovementClass::Reactivation;
    }
    if (!transition.activeBefore) {
        return transition.seen ? MovementClass::Reactivation : MovementClass::New; // came and went within one movement
    }
    if (transition.pause && sign != 0) {
        return sign < 0 ? MovementClass::Paused : MovementClass::Resumed;
    }
    if (!transition.activeAfter) {
        return MovementClass::Churn;
    }
    return sign < 0 ? MovementClass::Contraction : MovementClass::Expansion;
}

void classifyCustomer(const std::vector<ClassInput>& changes, const Definition& definition, std::vector<ClassOutput>* classes)
{
    classifyCustomer(changes, definition, definition, std::numeric_limits<Seconds>::max(), classes);
}

void classifyCustomer(const std::vector<ClassInput>& changes, const Definition& before, const Definition& after, Seconds changedAt, std::vector<ClassOutput>* classes)
{
    classes->assign(changes.size(), {});
    Customer customer(changes, classes);
    for (size_t from = 0; from < changes.size();) {
        const bool changed = changes[from].at >= changedAt;
        const Definition& definition = changed ? after : before;
        size_t to = from + 1;
        while (to < changes.size() && changes[to].at - changes[from].at <= definition.groupingSeconds && (changes[to].at >= changedAt) == changed && changes[to].redefined == changes[from].redefined) {
            ++to;
        }
        customer.goBy(definition);
        customer.classify(from, to);
        from = to;
    }
}

} // namespace ch::revenue
