// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Grouping.h"

#include <algorithm>

namespace ch::revenue {

namespace {

const std::pair<const char*, GroupBy> kWords[] = {{"business_type", GroupBy::BusinessType}, {"currency", GroupBy::Currency}, {"price", GroupBy::Price}, {"product", GroupBy::Product},
    {"interval", GroupBy::Interval}, {"customer", GroupBy::Customer}, {"status", GroupBy::Status}, {"country", GroupBy::Country}};

} // namespace

std::optional<GroupBy> groupByOf(const QString& word)
{
    const auto* found = std::find_if(std::begin(kWords), std::end(kWords), [&word](const auto& one) { return word == QLatin1String(one.first); });
    return found == std::end(kWords) ? std::nullopt : std::optional<GroupBy>(found->second);
}

QStringList groupWords()
{
    QStringList words;
    for (const auto& [word, by] : kWords) {
        words << QString::fromLatin1(word);
    }
    return words;
}

Result<std::vector<Filter>> filtersOf(const QStringList& words)
{
    std::vector<Filter> filters;
    for (const QString& word : words) {
        const QString key = word.section(QLatin1Char('='), 0, 0);
        const std::optional<GroupBy> by = word.contains(QLatin1Char('=')) ? groupByOf(key) : std::nullopt;
        if (!by) {
            return fail(ErrorKind::InvalidInput, QStringLiteral("\"%1\" is no filter: it is KEY=VALUE, and keys are %2.").arg(word, groupWords().join(QStringLiteral(", "))));
        }
        const auto same = std::find_if(filters.begin(), filters.end(), [&](const Filter& filter) { return filter.by == *by; });
        Filter& filter = same == filters.end() ? filters.emplace_back(Filter{*by, {}}) : *same;
        filter.values << word.section(QLatin1Char('='), 1);
    }
    return filters;
}

Grouping::Grouping(const Ledger& ledger, GroupBy by, const std::vector<Filter>& filters, const QHash<QString, QString>& countries) : m_ledger(ledger), m_by(by)
{
    for (auto entry = countries.begin(); entry != countries.end(); ++entry) {
        if (!m_countryNames.contains(entry.value())) {
            m_countryNames << entry.value();
        }
        m_countries.insert(ledger.facts->ids.find(entry.key()), Ref(m_countryNames.indexOf(entry.value())));
    }
    for (const Filter& filter : filters) {
        Wanted wanted{filter.by, {}};
        for (const QString& value : filter.values) {
            const Ref ref = filter.by == GroupBy::Country ? Ref(m_countryNames.indexOf(value)) : ledger.facts->ids.find(value);
            // A value that is not known at all matches nothing; without a value it means what has none.
            if (ref != kNone || value.isEmpty()) {
                wanted.keys.push_back(ref);
            }
        }
        m_wanted.push_back(std::move(wanted));
    }
}

Ref Grouping::keyBy(const Row& row, GroupBy by) const
{
    const SubscriptionFacts& subscription = m_ledger.subscriptionOf(row);
    const PriceFacts* price = row.price == kNone ? nullptr : &m_ledger.facts->prices[row.price];
    switch (by) {
    case GroupBy::Nothing:
        return kNone;
    case GroupBy::BusinessType:
        return subscription.businessType;
    case GroupBy::Currency:
        return subscription.currency;
    case GroupBy::Price:
        return price == nullptr ? kNone : price->id;
    case GroupBy::Product:
        return price == nullptr ? kNone : price->product;
    case GroupBy::Interval:
        return price == nullptr ? kNone : price->interval;
    case GroupBy::Customer:
        return subscription.customer;
    case GroupBy::Status:
        return subscription.statusName;
    case GroupBy::Country:
        return m_countries.value(subscription.customer, kNone);
    }
    return kNone;
}

bool Grouping::takes(const Row& row) const
{
    return std::all_of(m_wanted.begin(), m_wanted.end(), [&](const Wanted& wanted) { return std::find(wanted.keys.begin(), wanted.keys.end(), keyBy(row, wanted.by)) != wanted.keys.end(); });
}

QString Grouping::nameOf(Ref key) const
{
    return m_by != GroupBy::Country ? m_ledger.facts->ids.text(key) : key == kNone ? QString() : m_countryNames.value(qsizetype(key));
}

} // namespace ch::revenue
