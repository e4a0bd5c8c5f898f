// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Ledger.h"

#include "base/Money.h"
#include "revenue/Classify.h"
#include "revenue/SubscriptionRows.h"

#include <algorithm>
#include <thread>

namespace ch::revenue {

namespace {

constexpr size_t kWorthAThread = 20'000; // subscriptions
constexpr size_t kRowsExpected = 5;      // of each

/// The rows of the subscriptions in [from, to), which hold whole customers.
struct Part {
    quint32 from = 0;
    quint32 to = 0;
    std::vector<Row> rows;
    std::vector<LeftOut> leftOut;
    Status status;
};

/// Rows of one customer into time's order, and their classes.
class CustomerRows {
public:
    CustomerRows(const Facts& facts, const Definition& definition) : m_facts(facts), m_definition(definition) {}

    void settle(std::vector<Row>* rows, size_t from, bool several)
    {
        if (several) {
            std::stable_sort(rows->begin() + qptrdiff(from), rows->end(), [](const Row& a, const Row& b) { return a.at < b.at; });
        }
        m_changes.clear();
        m_currencies.clear();
        for (size_t i = from; i < rows->size(); ++i) {
            const Row& row = (*rows)[i];
            m_changes.push_back({row.at, number(m_facts.subscriptions[row.subscription].currency), row.delta.mrr, row.pause, row.unexplained});
        }
        classifyCustomer(m_changes, m_definition, &m_classes);
        for (size_t i = from; i < rows->size(); ++i) {
            (*rows)[i].movement = m_classes[i - from].movement;
            (*rows)[i].lapse = m_classes[i - from].lapse;
        }
    }

private:
    quint32 number(Ref currency)
    {
        const auto found = std::find(m_currencies.begin(), m_currencies.end(), currency);
        const auto place = quint32(std::distance(m_currencies.begin(), found));
        if (found == m_currencies.end()) {
            m_currencies.push_back(currency);
        }
        return place;
    }

    const Facts& m_facts;
    const Definition& m_definition;
    std::vector<ClassInput> m_changes;
    std::vector<ClassOutput> m_classes;
    std::vector<Ref> m_currencies;
};

void fill(const Facts& facts, const Definition& definition, Seconds now, Part* part)
{
    SubscriptionRows maker(facts, definition, now);
    CustomerRows customers(facts, definition);
    for (quint32 first = part->from; first < part->to && part->status;) {
        const size_t from = part->rows.size();
        quint32 next = first;
        while (next < part->to && facts.subscriptions[next].customer == facts.subscriptions[first].customer && part->status) {
            part->status = maker.append(next++, &part->rows, &part->leftOut);
        }
        customers.settle(&part->rows, from, next - first > 1);
        first = next;
    }
}

std::vector<Part> partsOf(const Facts& facts)
{
    const size_t count = facts.subscriptions.size();
    const size_t threads = std::max<size_t>(1, std::min<size_t>(std::thread::hardware_concurrency(), count / kWorthAThread));
    std::vector<Part> parts(threads);
    quint32 from = 0;
    for (size_t i = 0; i < threads; ++i) {
        auto to = quint32(count * (i + 1) / threads);
        while (to > 0 && to < count && facts.subscriptions[to].customer == facts.subscriptions[to - 1].customer) {
            ++to;
        }
        parts[i].from = from;
        parts[i].to = std::max(from, to);
        from = parts[i].to;
    }
    parts.front().rows.reserve(count * kRowsExpected); // the others' rows are appended to its own: they need not move
    return parts;
}

} // namespace

QString movementClassName(MovementClass movement)
{
    switch (movement) {
    case MovementClass::New:
        return QStringLiteral("new");
    case MovementClass::Expansion:
        return QStringLiteral("expansion");
    case MovementClass::Reactivation:
        return QStringLiteral("reactivation");
    case MovementClass::Contraction:
        return QStringLiteral("contraction");
    case MovementClass::Churn:
        return QStringLiteral("churn");
    case MovementClass::Paused:
        return QStringLiteral("paused");
    case MovementClass::Resumed:
        return QStringLiteral("resumed");
    case MovementClass::Reconciliation:
        return QStringLiteral("reconciliation");
    case MovementClass::Definition:
        return QStringLiteral("definition");
    case MovementClass::Fx:
        return QStringLiteral("fx");
    }
    return {};
}

bool addTo(Amounts* sum, const Amounts& more)
{
    return addMinor(sum->mrr, more.mrr, &sum->mrr) && addMinor(sum->list, more.list, &sum->list) && addMinor(sum->contracted, more.contracted, &sum->contracted)
        && addMinor(sum->net, more.net, &sum->net) && addMinor(sum->atRisk, more.atRisk, &sum->atRisk) && addMinor(sum->committed, more.committed, &sum->committed);
}

size_t Ledger::customerEnd(size_t from) const
{
    size_t to = from;
    while (to < rows.size() && customerOf(rows[to]) == customerOf(rows[from])) {
        ++to;
    }
    return to;
}

Result<Ledger> buildLedger(std::shared_ptr<const Facts> facts, const Definition& definition, Seconds now)
{
    Ledger ledger;
    ledger.facts = std::move(facts);
    ledger.definition = definition;
    ledger.now = now;
    std::vector<Part> parts = partsOf(*ledger.facts);
    std::vector<std::thread> threads;
    for (size_t i = 1; i < parts.size(); ++i) {
        threads.emplace_back([&ledger, &parts, i] { fill(*ledger.facts, ledger.definition, ledger.now, &parts[i]); });
    }
    fill(*ledger.facts, ledger.definition, ledger.now, &parts.front());
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (Part& part : parts) {
        if (!part.status) {
            return fail(part.status.error());
        }
        if (ledger.rows.empty()) {
            ledger.rows = std::move(part.rows);
        } else {
            ledger.rows.insert(ledger.rows.end(), part.rows.begin(), part.rows.end());
            std::vector<Row>().swap(part.rows);
        }
        ledger.leftOut.insert(ledger.leftOut.end(), part.leftOut.begin(), part.leftOut.end());
    }
    return ledger;
}

} // namespace ch::revenue
