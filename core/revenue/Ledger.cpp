// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Ledger.h"

#include "base/Money.h"
#include "revenue/Classify.h"
#include "revenue/SubscriptionRows.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace ch::revenue {

namespace {

constexpr size_t kWorthAThread = 20'000; // subscriptions
constexpr size_t kRowsExpected = 5;      // of each
constexpr size_t kBlockOfSubscriptions = 16'384;        // subscriptions
constexpr size_t kBlocksWaiting = 4;

/// The rows of the subscriptions in [from, to), which hold whole customers.
struct Part {
    size_t number = 0;
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

/// Where a block that begins at from ends: customers stay whole.
quint32 blockEnd(const Facts& facts, quint32 from)
{
    auto to = quint32(std::min(facts.subscriptions.size(), size_t(from) + kBlockOfSubscriptions));
    while (to < facts.subscriptions.size() && facts.subscriptions[to].customer == facts.subscriptions[to - 1].customer) {
        ++to;
    }
    return to;
}

/// Blocks on their way from the threads that make them to the one that takes them, in their order.
class BlockQueue {
public:
    /// The next block to be made; nothing when all are, or nobody takes them any more. Waits while enough of them wait.
    std::unique_ptr<Part> next(const Facts& facts)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_given - m_taken < kBlocksWaiting || m_closed; });
        if (m_closed || m_from >= facts.subscriptions.size()) {
            return nullptr;
        }
        auto part = std::make_unique<Part>();
        part->number = m_given++;
        part->from = m_from;
        part->to = m_from = blockEnd(facts, m_from);
        return part;
    }
    void put(std::unique_ptr<Part> part)
    {
        const std::lock_guard lock(m_mutex);
        m_parts[part->number] = std::move(part);
        m_changed.notify_all();
    }
    std::unique_ptr<Part> take()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_parts.count(m_taken) != 0; });
        std::unique_ptr<Part> part = std::move(m_parts.extract(m_taken++).mapped());
        m_changed.notify_all();
        return part;
    }
    void close()
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::map<size_t, std::unique_ptr<Part>> m_parts;
    quint32 m_from = 0;
    size_t m_given = 0;
    size_t m_taken = 0;
    bool m_closed = false;
};

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

ChurnKind churnKindOf(Cause cause)
{
    return cause == Cause::Takedown ? ChurnKind::Takedown : cause == Cause::Dunning ? ChurnKind::Involuntary : ChurnKind::Voluntary;
}

tl::unexpected<Error> sumTooLarge()
{
    return fail(ErrorKind::Internal, QStringLiteral("The account's revenue is too large to be added up."));
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

Status forEachLedgerBlock(const std::shared_ptr<const Facts>& facts, const Definition& definition, Seconds now, const std::function<Status(const Ledger&)>& visit)
{
    const auto count = quint32(facts->subscriptions.size());
    BlockQueue queue;
    const auto make = [&] {
        while (std::unique_ptr<Part> part = queue.next(*facts)) {
            fill(*facts, definition, now, part.get());
            queue.put(std::move(part));
        }
    };
    std::vector<std::thread> makers;
    for (size_t i = 0; i < std::min<size_t>(std::max(1U, std::thread::hardware_concurrency()), count / kWorthAThread + 1); ++i) {
        makers.emplace_back(make);
    }
    Status status;
    for (quint32 taken = 0; taken < count && status;) {
        const std::unique_ptr<Part> part = queue.take();
        taken = part->to;
        status = part->status;
        if (status) {
            const Ledger block{facts, definition, now, std::move(part->rows), std::move(part->leftOut)};
            status = visit(block);
        }
    }
    queue.close();
    for (std::thread& maker : makers) {
        maker.join();
    }
    return status;
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
