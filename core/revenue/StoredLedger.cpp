// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/StoredLedger.h"

#include "base/Money.h"
#include "revenue/CurrentMrr.h"
#include "revenue/LocalDays.h"
#include "revenue/MirrorFacts.h"

#include <QJsonDocument>
#include <algorithm>
#include <unordered_map>

namespace ch::revenue {

namespace {

constexpr char kFormat[] = "1";                ///< grows when rows come to be written in another way
constexpr qint64 kMostOneByOne = 2'000;        ///< customers; for more of them the whole is quicker

std::string_view evidenceId(const Facts& facts, const Evidence& evidence)
{
    switch (evidence.kind) {
    case Evidence::Kind::None:
        return {};
    case Evidence::Kind::Line:
        return facts.ids.view(facts.lines[evidence.at].id);
    case Evidence::Kind::Event:
        return facts.ids.view(facts.events[evidence.at].id);
    case Evidence::Kind::Object:
        return facts.ids.view(evidence.at);
    }
    return {};
}

/// Hands rows over, and adds them up by day and month.
class Writing {
public:
    Writing(const Definition& definition, const LocalDays& days, store::LedgerSink& sink) : m_edge(definition.edge == BucketEdge::End ? 1 : 0), m_days(days), m_sink(sink) {}

    Status add(const Ledger& ledger)
    {
        for (size_t from = 0; from < ledger.rows.size();) {
            const size_t to = ledger.customerEnd(from);
            addCustomer(ledger, from, to);
            from = to;
        }
        return m_fits ? Status() : Status(sumTooLarge());
    }

    Result<std::map<CurrencyCode, qint64>> writeSums(const Ids& ids)
    {
        std::map<CurrencyCode, qint64> totals;
        std::unordered_map<quint64, Sum> months;
        for (const auto& [key, sum] : m_sums) {
            Sum& month = months[keyOf(dayIn(key) / 100 * 100 + 1, key)];
            m_fits = addMinor(month.minor, sum.minor, &month.minor) && m_fits;
            month.subscriptions += sum.subscriptions;
        }
        if (!m_fits) {
            return sumTooLarge();
        }
        hand(store::LedgerGrain::Day, m_sums, ids);
        hand(store::LedgerGrain::Month, months, ids);
        for (const auto& [key, sum] : months) {
            qint64& total = totals[ids.text(m_groups[(key >> kGroupAt) & 0xffffffffU].first)];
            m_fits = addMinor(total, sum.minor, &total) && m_fits;
        }
        std::erase_if(totals, [](const auto& one) { return one.second == 0; });
        return m_fits ? Result<std::map<CurrencyCode, qint64>>(totals) : Result<std::map<CurrencyCode, qint64>>(sumTooLarge());
    }

private:
    struct Sum {
        qint64 minor = 0;
        qint64 subscriptions = 0;
    };
    // day (25 bits), the number of currency and business type (32), class (4), kind (3)
    static constexpr int kDayAt = 39;
    static constexpr int kGroupAt = 7;
    static constexpr int kClassAt = 3;
    [[nodiscard]] static int dayIn(quint64 key) { return int(key >> kDayAt); }
    [[nodiscard]] static quint64 keyOf(int day, quint64 rest) { return quint64(day) << kDayAt | (rest & ((quint64(1) << kDayAt) - 1)); }

    quint32 groupOf(Ref currency, Ref type)
    {
        const auto [group, isNew] = m_groupNumbers.try_emplace(quint64(currency) << 32 | type, quint32(m_groups.size()));
        if (isNew) {
            m_groups.emplace_back(currency, type);
        }
        return group->second;
    }

    void addCustomer(const Ledger& ledger, size_t from, size_t to)
    {
        const Facts& facts = *ledger.facts;
        m_sink.beginCustomer(facts.ids.view(ledger.customerOf(ledger.rows[from])));
        m_balances.clear();
        for (size_t i = from; i < to; ++i) {
            const Row& row = ledger.rows[i];
            const SubscriptionFacts& subscription = ledger.subscriptionOf(row);
            store::LedgerRow out;
            out.at = row.at;
            out.earliest = row.earliest;
            out.latest = row.latest;
            out.day = m_days.dayOf(row.at - m_edge);
            out.subscriptionId = facts.ids.view(subscription.id);
            out.itemId = facts.ids.view(row.item);
            out.currency = facts.ids.view(subscription.currency);
            out.businessType = facts.ids.view(subscription.businessType);
            out.evidenceId = evidenceId(facts, row.evidence);
            out.mrr = row.delta.mrr;
            out.list = row.delta.list;
            out.contracted = row.delta.contracted;
            out.net = row.delta.net;
            out.atRisk = row.delta.atRisk;
            out.committed = row.delta.committed;
            out.movementClass = static_cast<int>(row.movement);
            out.kind = row.movement == MovementClass::Churn ? static_cast<int>(churnKindOf(row.cause)) : 0;
            out.cause = static_cast<int>(row.cause);
            out.source = static_cast<int>(row.source);
            out.flags = (row.pause ? kRowPause : 0) | (row.unexplained ? kRowUnexplained : 0) | (row.lapse ? kRowLapse : 0) | (row.approximate ? kRowApproximate : 0);
            out.started = crossing(row.subscription, row.delta.mrr);
            m_sink.add(out);
            const quint64 rest = quint64(groupOf(subscription.currency, subscription.businessType)) << kGroupAt | quint64(out.movementClass) << kClassAt | quint64(out.kind);
            Sum& sum = m_sums[keyOf(out.day, rest)];
            m_fits = addMinor(sum.minor, row.delta.mrr, &sum.minor) && m_fits;
            sum.subscriptions += out.started;
        }
    }

    /// 1 when the subscription's balance becomes positive, -1 when it ceases to be.
    int crossing(quint32 subscription, qint64 delta)
    {
        auto known = std::find_if(m_balances.begin(), m_balances.end(), [subscription](const auto& one) { return one.first == subscription; });
        if (known == m_balances.end()) {
            known = m_balances.emplace(m_balances.end(), subscription, 0);
        }
        const bool was = known->second > 0;
        m_fits = addMinor(known->second, delta, &known->second) && m_fits;
        const bool is = known->second > 0;
        return int(is) - int(was);
    }

    void hand(store::LedgerGrain grain, const std::unordered_map<quint64, Sum>& sums, const Ids& ids)
    {
        for (const auto& [key, sum] : sums) {
            if (sum.minor != 0 || sum.subscriptions != 0) {
                const auto& [currency, type] = m_groups[(key >> kGroupAt) & 0xffffffffU];
                m_sink.add(store::LedgerSum{grain, dayIn(key), ids.text(currency), ids.text(type), int(key >> kClassAt & 0xfU), int(key & 0x7U), sum.minor, sum.subscriptions});
            }
        }
    }

    Seconds m_edge;
    const LocalDays& m_days;
    store::LedgerSink& m_sink;
    std::vector<std::pair<Ref, Ref>> m_groups;
    std::unordered_map<quint64, quint32> m_groupNumbers;
    std::unordered_map<quint64, Sum> m_sums;
    std::vector<std::pair<quint32, qint64>> m_balances;
    bool m_fits = true;
};

LocalDays daysOf(const Facts& facts, const QTimeZone& zone, Seconds now)
{
    Seconds first = now;
    for (const SubscriptionFacts& subscription : facts.subscriptions) {
        first = std::min(first, subscription.start);
    }
    return LocalDays(zone, first - 86400, now + 86400);
}

QString madeBy(const Definition& definition, const QTimeZone& zone)
{
    return QString::fromUtf8(QJsonDocument(definitionJson(definition)).toJson(QJsonDocument::Compact)) + QLatin1Char('|') + QString::fromUtf8(zone.id()) + QLatin1Char('|') + QLatin1String(kFormat);
}

/// The ledger's sum now is the MRR of the present.
Status holdAgainstPresent(const std::map<CurrencyCode, qint64>& totals, const store::MirrorReader& reader, const Definition& definition, Seconds now)
{
    if (definition.countsFrom == CountsFrom::FirstPayment) {
        return {}; // the present alone does not tell what was ever paid
    }
    const Result<CurrentMrr> present = currentMrr(reader, definition, now);
    if (!present) {
        return fail(present.error());
    }
    if (present->byCurrency == totals) {
        return {};
    }
    QStringList sides[2];
    for (const auto& [into, sums] : {std::pair(&sides[0], &totals), std::pair(&sides[1], &present->byCurrency)}) {
        for (const auto& [currency, minor] : *sums) {
            *into << QStringLiteral("%1 %2").arg(machineAmount(minor, currency), currency);
        }
    }
    return fail(ErrorKind::Internal, QStringLiteral("The ledger comes to %1 and the subscriptions to %2, so the ledger is not used. Please report this.")
            .arg(sides[0].join(QStringLiteral(", ")), sides[1].join(QStringLiteral(", "))));
}

Status makeAnew(store::Mirror& mirror, const Definition& definition, const QTimeZone& zone, qint64 nowMs)
{
    Result<Facts> facts = factsOf(mirror.reader());
    if (!facts) {
        return fail(facts.error());
    }
    const auto shared = std::make_shared<const Facts>(std::move(*facts));
    const store::LedgerState state{madeBy(definition, zone), QString::fromUtf8(zone.id()), nowMs, 0};
    return mirror.replaceLedger(state, [&](store::LedgerSink& sink) -> Status {
        const auto totals = writeLedger(shared, definition, zone, nowMs / 1000, sink);
        return totals ? holdAgainstPresent(*totals, mirror.reader(), definition, nowMs / 1000) : Status(fail(totals.error()));
    });
}

Status renewCustomer(const store::Mirror& mirror, const QString& customerId, const Definition& definition, const QTimeZone& zone, Seconds now, store::LedgerSink& sink)
{
    Result<Facts> facts = factsOf(mirror.reader(), customerId);
    if (!facts) {
        return fail(facts.error());
    }
    const auto shared = std::make_shared<const Facts>(std::move(*facts));
    const Result<Ledger> ledger = buildLedger(shared, definition, now);
    if (!ledger) {
        return fail(ledger.error());
    }
    const LocalDays days(zone, now, now - 1); // few instants: each is asked for by itself
    return Writing(definition, days, sink).add(*ledger);
}

} // namespace

Result<std::map<CurrencyCode, qint64>> writeLedger(const std::shared_ptr<const Facts>& facts, const Definition& definition, const QTimeZone& zone, Seconds now, store::LedgerSink& sink)
{
    const LocalDays days = daysOf(*facts, zone, now);
    Writing writing(definition, days, sink);
    const Status written = forEachLedgerBlock(facts, definition, now, [&writing](const Ledger& block) { return writing.add(block); });
    return written ? writing.writeSums(facts->ids) : Result<std::map<CurrencyCode, qint64>>(fail(written.error()));
}

Status keepLedger(store::Mirror& mirror, const Definition& definition, const QTimeZone& zone, qint64 nowMs)
{
    const Result<store::LedgerState> state = mirror.reader().ledgerState();
    if (!state) {
        return fail(state.error());
    }
    if (state->made != madeBy(definition, zone)) {
        return makeAnew(mirror, definition, zone, nowMs);
    }
    const Result<bool> renewed = mirror.renewLedger(kMostOneByOne, nowMs, [&](const QString& customerId, store::LedgerSink& sink) {
        return renewCustomer(mirror, customerId, definition, zone, nowMs / 1000, sink);
    });
    if (!renewed) {
        return fail(renewed.error());
    }
    return *renewed ? Status() : makeAnew(mirror, definition, zone, nowMs);
}

} // namespace ch::revenue
