// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/AsOf.h"

#include "base/Money.h"

#include <algorithm>
#include <unordered_map>

namespace ch::revenue {

namespace {

struct LineKey {
    Ref currency;
    Ref group;
    bool operator==(const LineKey&) const = default;
};
struct LineHash {
    size_t operator()(const LineKey& key) const { return std::hash<quint64>()(quint64(key.currency) << 32 | key.group); }
};

/// Adds up one customer's rows.
class Adder {
public:
    Adder(const Ledger& ledger, Seconds at, const Grouping& grouping) : m_ledger(ledger), m_at(at), m_grouping(grouping) {}

    void addCustomer(size_t from, size_t to)
    {
        m_open.clear();
        for (size_t i = from; i < to; ++i) {
            const Row& row = m_ledger.rows[i];
            if (row.at > m_at || !m_grouping.takes(row)) {
                continue;
            }
            const LineKey key{m_ledger.currencyOf(row), m_grouping.keyOf(row)};
            m_fits = addTo(&m_lines[key].amounts, row.delta) && m_fits;
            const auto open = std::find_if(m_open.begin(), m_open.end(), [&](const Open& one) { return one.subscription == row.subscription && one.key == key; });
            (open == m_open.end() ? m_open.emplace_back(Open{row.subscription, key, 0}) : *open).mrr += row.delta.mrr;
        }
        for (const Open& one : m_open) {
            m_lines[one.key].subscriptions += one.mrr > 0 ? 1 : 0;
        }
        const auto keyOf = [this](const Row& row) { return std::pair(m_grouping.takes(row), m_grouping.keyOf(row)); };
        forEachChange(m_ledger.rows, from, to, keyOf, [&](const Row& row, qint64 delta) {
            if (!row.isExact() && m_grouping.takes(row)) {
                m_lines[{m_ledger.currencyOf(row), m_grouping.keyOf(row)}].certainty.add(row, delta, m_at);
            }
        });
    }
    [[nodiscard]] bool fits() const { return m_fits; }
    [[nodiscard]] const std::unordered_map<LineKey, FigureLine, LineHash>& lines() const { return m_lines; }

private:
    struct Open {
        quint32 subscription;
        LineKey key;
        qint64 mrr;
    };
    const Ledger& m_ledger;
    Seconds m_at;
    const Grouping& m_grouping;
    bool m_fits = true;
    std::vector<Open> m_open;
    std::unordered_map<LineKey, FigureLine, LineHash> m_lines;
};

} // namespace

void Certainty::add(const Row& row, qint64 delta, Seconds at)
{
    if (row.earliest >= at || row.latest <= at) {
        return;
    }
    const qint64 other = row.at > at ? delta : -delta; // it may have happened already, or may not have happened yet
    uncertain += qAbs(delta);
    low += std::min<qint64>(other, 0);
    high += std::max<qint64>(other, 0);
}

qint64 Certainty::exactMillionths(qint64 figure) const
{
    constexpr qint64 kAll = 1'000'000;
    const qint64 whole = std::max(figure, uncertain);
    return whole == 0 ? kAll : (Fraction::ratio(whole - uncertain, whole) * Fraction(kAll)).floor().value_or(0);
}

Result<std::vector<FigureLine>> figuresAt(const Ledger& ledger, Seconds at, const Grouping& grouping)
{
    Adder adder(ledger, at, grouping);
    for (size_t from = 0; from < ledger.rows.size();) {
        const size_t to = ledger.customerEnd(from);
        adder.addCustomer(from, to);
        from = to;
    }
    if (!adder.fits()) {
        return sumTooLarge();
    }
    std::vector<FigureLine> lines;
    for (const auto& [key, found] : adder.lines()) {
        FigureLine line = found;
        line.currency = ledger.facts->ids.text(key.currency);
        line.group = grouping.nameOf(key.group);
        if (!(line.amounts == Amounts()) || line.certainty.uncertain != 0) {
            lines.push_back(line);
        }
    }
    std::sort(lines.begin(), lines.end(), [&](const FigureLine& a, const FigureLine& b) {
        if (grouping.groups() && a.currency != b.currency) {
            return a.currency < b.currency;
        }
        return a.amounts.mrr != b.amounts.mrr ? a.amounts.mrr > b.amounts.mrr : std::tie(a.currency, a.group) < std::tie(b.currency, b.group);
    });
    return lines;
}

} // namespace ch::revenue
