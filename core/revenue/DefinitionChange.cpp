// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/DefinitionChange.h"

#include "base/Money.h"
#include "revenue/Classify.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace ch::revenue {

namespace {

/// The rows of one customer of a ledger.
struct RowRange {
    size_t from = 0;
    size_t to = 0;
};

/// Puts one customer's rows together after the other.
class Join {
public:
    Join(const Ledger& before, const Ledger& after, Seconds at, Ledger* ledger) : m_before(before), m_after(after), m_at(at), m_ledger(*ledger) {}

    [[nodiscard]] Status add(const RowRange& before, const RowRange& after)
    {
        const size_t first = m_ledger.rows.size();
        m_shifts.clear();
        for (size_t i = before.from; i < before.to && m_before.rows[i].at < m_at; ++i) {
            m_ledger.rows.push_back(m_before.rows[i]);
            take(m_before.rows[i], -m_before.rows[i].delta);
        }
        size_t next = after.from;
        for (; next < after.to && m_after.rows[next].at < m_at; ++next) {
            take(m_after.rows[next], m_after.rows[next].delta);
        }
        for (const auto& [key, shift] : m_shifts) {
            if (!(shift.change == Amounts())) {
                m_ledger.rows.push_back(rowOf(shift));
            }
        }
        m_ledger.rows.insert(m_ledger.rows.end(), m_after.rows.begin() + qptrdiff(next), m_after.rows.begin() + qptrdiff(after.to));
        classify(first);
        return prove(first, after);
    }

private:
    struct Shift {
        Amounts change;
        const Row* last = nullptr;   ///< before the instant; of the definition that goes on, where it has one
    };
    /// Subscription, item, price: whatever rows are grouped by is a matter of these.
    using Key = std::tuple<quint32, Ref, quint32>;

    void take(const Row& row, const Amounts& delta)
    {
        Shift& shift = m_shifts[{row.subscription, row.item, row.price}];
        m_fits = addTo(&shift.change, delta) && m_fits;
        shift.last = &row;
    }

    [[nodiscard]] Row rowOf(const Shift& shift) const
    {
        Row row;
        row.at = row.earliest = row.latest = m_at;
        row.delta = shift.change;
        row.subscription = shift.last->subscription;
        row.item = shift.last->item;
        row.price = shift.last->price;
        row.quantity = shift.last->quantity;
        row.approximate = shift.last->approximate;
        row.cause = Cause::Definition;
        row.movement = MovementClass::Definition;
        return row;
    }

    void classify(size_t first)
    {
        m_changes.clear();
        m_currencies.clear();
        for (size_t i = first; i < m_ledger.rows.size(); ++i) {
            const Row& row = m_ledger.rows[i];
            const Ref currency = m_ledger.currencyOf(row);
            const auto found = std::find(m_currencies.begin(), m_currencies.end(), currency);
            const auto number = quint32(std::distance(m_currencies.begin(), found));
            if (found == m_currencies.end()) {
                m_currencies.push_back(currency);
            }
            m_changes.push_back({row.at, number, row.delta.mrr, row.pause, row.unexplained, row.cause == Cause::Definition});
        }
        classifyCustomer(m_changes, m_before.definition, m_after.definition, m_at, &m_classes);
        for (size_t i = first; i < m_ledger.rows.size(); ++i) {
            m_ledger.rows[i].movement = m_classes[i - first].movement;
            m_ledger.rows[i].lapse = m_classes[i - first].lapse;
        }
    }

    [[nodiscard]] Status prove(size_t first, const RowRange& after)
    {
        Amounts sum;
        for (size_t i = first; i < m_ledger.rows.size(); ++i) {
            m_fits = addTo(&sum, m_ledger.rows[i].delta) && m_fits;
        }
        Amounts expected;
        for (size_t i = after.from; i < after.to; ++i) {
            m_fits = addTo(&expected, m_after.rows[i].delta) && m_fits;
        }
        if (!m_fits) {
            return sumTooLarge();
        }
        if (!(sum == expected)) {
            const QString customer = first < m_ledger.rows.size() ? m_ledger.facts->ids.text(m_ledger.customerOf(m_ledger.rows[first])) : QString();
            return fail(ErrorKind::Internal, QStringLiteral("After the change of definition %1 is %2 and not %3. Please report this.").arg(customer).arg(sum.mrr).arg(expected.mrr));
        }
        return {};
    }

    const Ledger& m_before;
    const Ledger& m_after;
    Seconds m_at;
    Ledger& m_ledger;
    bool m_fits = true;
    std::map<Key, Shift> m_shifts;
    std::vector<ClassInput> m_changes;
    std::vector<ClassOutput> m_classes;
    std::vector<Ref> m_currencies;
};

/// What could not be valued, by the definition that went then.
std::vector<LeftOut> leftOutOf(const Ledger& before, const Ledger& after, Seconds at)
{
    std::vector<LeftOut> all;
    for (LeftOut one : before.leftOut) {
        if (one.from < at) {
            one.to = std::min(one.to, at);
            all.push_back(one);
        }
    }
    for (LeftOut one : after.leftOut) {
        if (one.to > at) {
            one.from = std::max(one.from, at);
            all.push_back(one);
        }
    }
    return all;
}

} // namespace

Result<Ledger> joined(const Ledger& before, const Ledger& after, Seconds at)
{
    if (before.facts != after.facts) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("Two ledgers are joined only where they are of the same facts."));
    }
    Ledger ledger;
    ledger.facts = after.facts;
    ledger.definition = after.definition;
    ledger.now = after.now;
    ledger.leftOut = leftOutOf(before, after, at);
    ledger.rows.reserve(std::max(before.rows.size(), after.rows.size()));
    Join join(before, after, at, &ledger);
    // Both are by customer, and the subscriptions of a customer are together: the smaller number is the customer that comes first.
    for (size_t i = 0, k = 0; i < before.rows.size() || k < after.rows.size();) {
        const bool hasBefore = i < before.rows.size();
        const bool hasAfter = k < after.rows.size();
        const bool same = hasBefore && hasAfter && before.customerOf(before.rows[i]) == after.customerOf(after.rows[k]);
        const bool beforeFirst = hasBefore && (!hasAfter || before.rows[i].subscription < after.rows[k].subscription);
        const RowRange ofBefore{i, same || beforeFirst ? before.customerEnd(i) : i};
        const RowRange ofAfter{k, same || !beforeFirst ? after.customerEnd(k) : k};
        if (const Status added = join.add(ofBefore, ofAfter); !added) {
            return fail(added.error());
        }
        i = ofBefore.to;
        k = ofAfter.to;
    }
    return ledger;
}

} // namespace ch::revenue
