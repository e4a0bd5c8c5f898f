// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Explain.h"

#include <QDateTime>
#include <QTimeZone>
#include <algorithm>
#include <map>

namespace ch::revenue {

namespace {

QJsonValue textOrNull(const QString& text)
{
    return text.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(text);
}

QString timeText(Seconds at, const QTimeZone& zone)
{
    return QDateTime::fromSecsSinceEpoch(at, zone).toOffsetFromUtc(QDateTime::fromSecsSinceEpoch(at, zone).offsetFromUtc()).toString(Qt::ISODate);
}

QJsonObject evidenceJson(const Facts& facts, const Evidence& evidence, const char* shows)
{
    QJsonObject json{{QStringLiteral("shows"), QString::fromLatin1(shows)}};
    switch (evidence.kind) {
    case Evidence::Kind::Line:
        json.insert(QStringLiteral("kind"), QStringLiteral("invoice_line"));
        json.insert(QStringLiteral("id"), facts.ids.text(facts.lines[evidence.at].id));
        json.insert(QStringLiteral("invoice_id"), facts.ids.text(facts.lines[evidence.at].invoice));
        break;
    case Evidence::Kind::Event:
        json.insert(QStringLiteral("kind"), QStringLiteral("event"));
        json.insert(QStringLiteral("id"), facts.ids.text(facts.events[evidence.at].id));
        break;
    case Evidence::Kind::Object:
        json.insert(QStringLiteral("kind"), QStringLiteral("object"));
        json.insert(QStringLiteral("id"), facts.ids.text(evidence.at));
        break;
    case Evidence::Kind::None:
        break;
    }
    return json;
}

QJsonValue stateJson(const Facts& facts, quint32 price, qint64 quantity)
{
    if (price == kNone) {
        return QJsonValue::Null;
    }
    return QJsonObject{{QStringLiteral("price"), facts.ids.text(facts.prices[price].id)}, {QStringLiteral("quantity"), quantity}};
}

/// The rows of a customer.
std::pair<size_t, size_t> rowsOf(const Ledger& ledger, const QString& customerId)
{
    const Ref customer = ledger.facts->ids.find(customerId);
    for (size_t from = 0; from < ledger.rows.size();) {
        const size_t to = ledger.customerEnd(from);
        if (ledger.customerOf(ledger.rows[from]) == customer) {
            return {from, to};
        }
        from = to;
    }
    return {0, 0};
}

template <typename Visit>
void forEachCustomer(const Ledger& ledger, Visit visit)
{
    for (size_t from = 0; from < ledger.rows.size();) {
        const size_t to = ledger.customerEnd(from);
        visit(from, to);
        from = to;
    }
}

/// Where the change that begins at a row ends: a change of price has two rows.
size_t changeEnd(const Ledger& ledger, size_t from, size_t to, const Grouping* taken = nullptr)
{
    const std::vector<Row>& rows = ledger.rows;
    size_t next = from;
    while (next < to && isSameChange(rows[next], rows[from]) && rows[next].unexplained == rows[from].unexplained && (taken == nullptr || taken->takes(rows[next]) == taken->takes(rows[from]))) {
        ++next;
    }
    return next;
}

} // namespace

QJsonObject changeJson(const Ledger& ledger, size_t from, size_t to, const QTimeZone& zone)
{
    const Row& first = ledger.rows[from];
    const Row& last = ledger.rows[to - 1];
    const Facts& facts = *ledger.facts;
    qint64 delta = 0;
    for (size_t i = from; i < to; ++i) {
        delta += ledger.rows[i].delta.mrr;
    }
    const bool swapped = to - from > 1;
    QJsonArray evidence;
    if (first.before.kind != Evidence::Kind::None) {
        evidence.append(evidenceJson(facts, first.before, "before"));
    }
    if (first.evidence.kind != Evidence::Kind::None) {
        evidence.append(evidenceJson(facts, first.evidence, "after"));
    }
    return {
        {QStringLiteral("at"), timeText(first.at, zone)},
        {QStringLiteral("class"), first.lapse ? (delta < 0 ? QStringLiteral("lapse") : QStringLiteral("return")) : movementClassName(first.movement)},
        {QStringLiteral("cause"), QString::fromLatin1(causeName(first.cause))},
        {QStringLiteral("delta_minor"), delta},
        {QStringLiteral("currency"), facts.ids.text(ledger.currencyOf(first))},
        {QStringLiteral("subscription_id"), facts.ids.text(ledger.subscriptionOf(first).id)},
        {QStringLiteral("item_id"), textOrNull(facts.ids.text(first.item))},
        {QStringLiteral("before"), swapped ? stateJson(facts, first.price, first.quantity) : QJsonValue(QJsonValue::Null)},
        {QStringLiteral("after"), stateJson(facts, last.price, last.quantity)},
        {QStringLiteral("exact"), first.isExact()},
        {QStringLiteral("approximate"), first.approximate},
        {QStringLiteral("earliest"), timeText(first.earliest, zone)},
        {QStringLiteral("latest"), timeText(first.latest, zone)},
        {QStringLiteral("source"), first.cause == Cause::Definition ? QJsonValue(QJsonValue::Null) : QJsonValue(QString::fromLatin1(sourceName(first.source)))},
        {QStringLiteral("evidence"), evidence},
    };
}

QJsonArray timelineJson(const Ledger& ledger, const QString& customerId, Seconds until, const QTimeZone& zone)
{
    QJsonArray timeline;
    const auto [from, to] = rowsOf(ledger, customerId);
    std::map<Ref, qint64> balances;
    for (size_t i = from; i < to && ledger.rows[i].at <= until;) {
        const size_t next = changeEnd(ledger, i, to);
        QJsonObject change = changeJson(ledger, i, next, zone);
        qint64& balance = balances[ledger.currencyOf(ledger.rows[i])];
        balance += change.value(QStringLiteral("delta_minor")).toInteger();
        change.insert(QStringLiteral("balance_minor"), balance);
        if (change.value(QStringLiteral("delta_minor")).toInteger() != 0) {
            timeline.append(change);
        }
        i = next;
    }
    return timeline;
}

QJsonArray holdingsJson(const Ledger& ledger, const QString& customerId, Seconds at)
{
    const auto [from, to] = rowsOf(ledger, customerId);
    struct Holding {
        Amounts amounts;
        const Row* last = nullptr;
    };
    std::map<std::pair<quint32, Ref>, Holding> holdings;
    for (size_t i = from; i < to && ledger.rows[i].at <= at; ++i) {
        Holding& holding = holdings[{ledger.rows[i].subscription, ledger.rows[i].item}];
        (void)addTo(&holding.amounts, ledger.rows[i].delta);
        holding.last = &ledger.rows[i];
    }
    QJsonArray all;
    for (const auto& [key, holding] : holdings) {
        if (holding.amounts.mrr == 0) {
            continue;
        }
        const Facts& facts = *ledger.facts;
        const SubscriptionFacts& subscription = facts.subscriptions[key.first];
        QJsonArray lines;
        for (quint32 i = subscription.lines.from; i < subscription.lines.to; ++i) {
            const LineFacts& line = facts.lines[i];
            if (line.item == key.second && line.start <= at && at < line.end && !line.is(kLineVoided)) {
                lines.append(QJsonObject{{QStringLiteral("id"), facts.ids.text(line.id)}, {QStringLiteral("invoice_id"), facts.ids.text(line.invoice)}, {QStringLiteral("amount_minor"), line.amount}});
            }
        }
        all.append(QJsonObject{{QStringLiteral("subscription_id"), facts.ids.text(subscription.id)}, {QStringLiteral("item_id"), textOrNull(facts.ids.text(key.second))},
            {QStringLiteral("state"), stateJson(facts, holding.last->price, holding.last->quantity)}, {QStringLiteral("currency"), facts.ids.text(subscription.currency)},
            {QStringLiteral("mrr_minor"), holding.amounts.mrr}, {QStringLiteral("list_minor"), holding.amounts.list}, {QStringLiteral("contracted_minor"), holding.amounts.contracted},
            {QStringLiteral("net_minor"), holding.amounts.net}, {QStringLiteral("invoice_lines"), lines}});
    }
    return all;
}

QJsonArray customersJson(const Ledger& ledger, Seconds at, const Grouping& taken)
{
    std::vector<std::pair<qint64, QJsonObject>> ranked;
    forEachCustomer(ledger, [&](size_t from, size_t to) {
        std::map<Ref, qint64> balances;
        for (size_t i = from; i < to && ledger.rows[i].at <= at; ++i) {
            balances[ledger.currencyOf(ledger.rows[i])] += taken.takes(ledger.rows[i]) ? ledger.rows[i].delta.mrr : 0;
        }
        for (const auto& [currency, minor] : balances) {
            if (minor != 0) {
                ranked.emplace_back(minor, QJsonObject{{QStringLiteral("customer_id"), ledger.facts->ids.text(ledger.customerOf(ledger.rows[from]))},
                                               {QStringLiteral("currency"), ledger.facts->ids.text(currency)}, {QStringLiteral("mrr_minor"), minor}});
            }
        }
    });
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    QJsonArray all;
    for (const auto& [minor, json] : ranked) {
        all.append(json);
    }
    return all;
}

QJsonArray changesJson(const Ledger& ledger, Seconds from, Seconds to, const QTimeZone& zone, const Grouping& taken)
{
    std::vector<std::pair<qint64, QJsonObject>> ranked;
    forEachCustomer(ledger, [&](size_t first, size_t last) {
        std::map<Ref, std::pair<qint64, QJsonArray>> byCurrency;
        for (size_t i = first; i < last;) {
            const size_t next = changeEnd(ledger, i, last, &taken);
            if (ledger.rows[i].at > from && ledger.rows[i].at <= to && taken.takes(ledger.rows[i])) {
                const QJsonObject change = changeJson(ledger, i, next, zone);
                const qint64 delta = change.value(QStringLiteral("delta_minor")).toInteger();
                auto& [sum, changes] = byCurrency[ledger.currencyOf(ledger.rows[i])];
                sum += delta;
                if (delta != 0) {
                    changes.append(change);
                }
            }
            i = next;
        }
        for (const auto& [currency, entry] : byCurrency) {
            if (!entry.second.isEmpty()) {
                ranked.emplace_back(entry.first, QJsonObject{{QStringLiteral("customer_id"), ledger.facts->ids.text(ledger.customerOf(ledger.rows[first]))},
                                                     {QStringLiteral("currency"), ledger.facts->ids.text(currency)}, {QStringLiteral("delta_minor"), entry.first}, {QStringLiteral("changes"), entry.second}});
            }
        }
    });
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return qAbs(a.first) > qAbs(b.first); });
    QJsonArray all;
    for (const auto& [delta, json] : ranked) {
        all.append(json);
    }
    return all;
}

} // namespace ch::revenue
