// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Meters.h"

#include "sandbox/State.h"

namespace ch::sandbox {

namespace meters_detail {

quint64 both(Index meter, Index customer)
{
    return (quint64(meter) << 32) | customer;
}

struct Period {
    Index item = kNone;
    qint64 start = 0, end = 0;
    bool operator<(const Period& other) const { return std::tie(item, start) < std::tie(other.item, other.start); }
    bool operator==(const Period& other) const { return std::tie(item, start) == std::tie(other.item, other.start); }
};

/// The periods of a made-up subscription's items with this meter: those that its invoices name, and the present ones.
std::vector<Period> periodsOf(const State& s, const Subscription& row, const QByteArray& meter)
{
    std::vector<Period> periods;
    for (const Index index : s.invoicesOf(row.customer)) {
        const Invoice& invoice = s.invoices[index];
        if (invoice.subscription != row.self)
            continue;
        for (Index i = 0; i < invoice.lineCount; ++i) {
            const LineDraft& line = s.lines[invoice.firstLine + i].what;
            if (line.item != kNone && !line.proration && !line.trial && s.prices[line.price].meter == meter)
                periods.push_back({line.item, line.start, line.end});
        }
    }
    const bool over = row.status == SubStatus::Canceled || row.status == SubStatus::IncompleteExpired;
    for (const Item& item : row.items) {
        if (!over && row.status != SubStatus::Trialing && s.prices[item.price].meter == meter)
            periods.push_back({item.self, item.periodStart, item.periodEnd});
    }
    std::sort(periods.begin(), periods.end());
    periods.erase(std::unique(periods.begin(), periods.end()), periods.end());
    return periods;
}

/// The part of a period's usage that falls before an instant.
qint64 usedBy(const State& s, const Period& period, qint64 instant)
{
    const qint64 length = period.end - period.start, passed = std::clamp<qint64>(instant - period.start, 0, length);
    return length <= 0 ? 0 : static_cast<qint64>(Wide(madeUpUsage(s, period.item, period.start)) * passed / length);
}

} // namespace meters_detail

void Meters::takeIn() const
{
    for (; m_takenIn < events.size(); ++m_takenIn) {
        const MeterEvent& row = events[m_takenIn];
        m_identifiers.insert(row.identifier, m_takenIn);
        std::vector<Index>& of = m_of[meters_detail::both(row.meter, row.customer)];
        const auto place = std::upper_bound(of.begin(), of.end(), row.timestamp, [this](qint64 at, Index other) { return at < events[other].timestamp; });
        of.insert(place, m_takenIn);
    }
}

Index Meters::byIdentifier(const QByteArray& identifier) const
{
    takeIn();
    return m_identifiers.value(identifier, kNone);
}

Index Meters::byEventName(const QByteArray& name) const
{
    Index found = kNone; // an account has a handful of meters
    for (Index i = 0; i < rows.size(); ++i) {
        if (rows[i].eventName != name)
            continue;
        if (rows[i].deactivatedAt == 0)
            return i;
        found = i;
    }
    return found;
}

qint64 Meters::reported(Index meter, Index customer, qint64 from, qint64 to, qint64 now) const
{
    takeIn();
    const auto of = m_of.constFind(meters_detail::both(meter, customer));
    if (of == m_of.constEnd())
        return 0;
    const Formula formula = rows[meter].formula;
    qint64 result = 0;
    auto it = std::lower_bound(of->begin(), of->end(), from, [this](Index event, qint64 at) { return events[event].timestamp < at; });
    for (; it != of->end() && events[*it].timestamp < to; ++it) {
        const MeterEvent& event = events[*it];
        if (event.canceled || event.countsFrom > now)
            continue;
        result = formula == Formula::Last ? event.value : result + (formula == Formula::Count ? 1 : event.value);
    }
    return result;
}

qint64 madeUpUsage(const State& s, Index item, qint64 periodStart)
{
    if (item < s.itemOwners.made())
        item %= s.itemOwners.templates();
    return static_cast<qint64>(mix64(item * 2654435761ULL + static_cast<quint64>(periodStart)) % 40000);
}

qint64 usageOf(const State& s, Index meter, Index customer, qint64 from, qint64 to)
{
    using namespace meters_detail;
    qint64 sum = s.meters.reported(meter, customer, from, to, s.now);
    const QByteArray name = s.id(Kind::Meter, meter);
    for (const Index index : s.subscriptionsOf(customer)) {
        const Subscription& row = s.subscriptions[index];
        if (!row.generated)
            continue;
        const qint64 present = row.endedAt ? row.endedAt : s.timeOf(customer);
        for (const Period& period : periodsOf(s, row, name))
            sum += usedBy(s, period, std::min(to, present)) - usedBy(s, period, std::min(from, present));
    }
    return sum;
}

} // namespace ch::sandbox
