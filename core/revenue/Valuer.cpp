// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Valuer.h"

#include "base/Money.h"
#include <algorithm>

namespace ch::revenue {

namespace {

void append(std::string* key, quint64 number)
{
    key->append(reinterpret_cast<const char*>(&number), sizeof number);
}

} // namespace

Valuer::Priced Valuer::price(const SoldItem& item) const
{
    Priced priced;
    if (item.price == kNone) {
        priced.problem = ValueProblem::PriceUnknown;
        return priced;
    }
    const PriceFacts& facts = m_facts.prices[item.price];
    priced.metered = facts.metered;
    if (priced.metered) {
        return priced; // left out whatever it costs
    }
    priced.problem = facts.problem;
    if (priced.problem != ValueProblem::None) {
        return priced;
    }
    const Valued<Fraction> amount = periodAmount(facts.price, item.quantity);
    const Valued<Fraction> months = amount ? monthsInPeriod(facts.price, m_definition) : Valued<Fraction>(unvalued(amount.error()));
    if (!months) {
        priced.problem = months.error();
        return priced;
    }
    priced.item.amount = *amount;
    priced.item.months = *months;
    priced.item.productId = facts.price.productId;
    if (facts.inclusive || item.taxConfigured) {
        const Fraction& rate = m_facts.taxRates[item.taxRate];
        priced.taxUnknown = !rate.isValid();
        priced.taxDivisor = priced.taxUnknown ? Fraction(1) : Fraction(1) + rate;
    }
    const std::optional<qint64> minor = (priced.item.amount / priced.taxDivisor / priced.item.months).roundHalfAwayFromZero();
    priced.problem = minor ? ValueProblem::None : ValueProblem::Overflow;
    priced.plain = {minor.value_or(0), minor.value_or(0), minor.value_or(0), minor.value_or(0)};
    return priced;
}

const Valuer::Priced& Valuer::priced(const SoldItem& item)
{
    const Key key{quint64(item.price) << 32 | quint64(item.taxRate) << 1 | quint64(item.taxConfigured), item.quantity};
    const auto known = m_priced.find(key);
    return known != m_priced.end() ? known->second : m_priced.emplace(key, price(item)).first->second;
}

ValueProblem Valuer::problemOf(const SoldItem& item)
{
    return priced(item).problem;
}

bool Valuer::isHeld(quint32 discount, Span among, Seconds at) const
{
    const DiscountFacts& facts = m_facts.discounts[discount];
    if (facts.past && at >= facts.end) {
        return false;
    }
    return !facts.yields || std::none_of(m_facts.discounts.begin() + among.from, m_facts.discounts.begin() + among.to, [at](const DiscountFacts& one) { return !one.yields && one.start <= at && at < one.end; });
}

std::vector<Terms> Valuer::termsOf(Span discounts, Seconds at) const
{
    std::vector<Terms> all;
    for (quint32 i = discounts.from; i < discounts.to; ++i) {
        if (!isHeld(i, discounts, at)) {
            continue;
        }
        const DiscountFacts& discount = m_facts.discounts[i];
        all.push_back(m_facts.terms[discount.terms]);
        all.back().start = discount.start;
        all.back().end = discount.end == kForever ? std::nullopt : std::optional<Seconds>(discount.end);
    }
    return all;
}

/// All that the answer depends on: prices, quantities, tax, and which terms bite on which item.
std::string Valuer::keyOf(const std::vector<SoldItem>& items, Span ofAll, Seconds at) const
{
    std::string key;
    const auto bites = [&](const DiscountFacts& discount, const SoldItem& item) {
        const bool byPeriod = item.periodStart != 0 && m_facts.terms[discount.terms].duration == QLatin1String("repeating");
        const Seconds instant = byPeriod ? item.periodStart : at;
        return discount.start <= instant && instant < discount.end;
    };
    for (const SoldItem& item : items) {
        append(&key, quint64(item.price) << 32 | quint64(item.taxRate) << 1 | quint64(item.taxConfigured));
        append(&key, quint64(item.quantity));
        for (quint32 i = item.discounts.from; i < item.discounts.to; ++i) {
            append(&key, quint64(m_facts.discounts[i].terms) << 1 | quint64(bites(m_facts.discounts[i], item) && isHeld(i, item.discounts, at)));
        }
        key += '|';
    }
    for (quint32 i = ofAll.from; i < ofAll.to; ++i) {
        append(&key, m_facts.discounts[i].terms);
        for (const SoldItem& item : items) {
            key += bites(m_facts.discounts[i], item) && isHeld(i, ofAll, at) ? '1' : '0';
        }
    }
    return key;
}

ValueProblem Valuer::column(const std::vector<SoldItem>& items, Span ofAll, Seconds at, const DiscountChoice& choice, qint64 Worth::*target, Valuation* valuation)
{
    std::vector<DiscountedItem> sold;
    for (const SoldItem& item : items) {
        const Priced& one = priced(item);
        if (one.metered) {
            continue;
        }
        DiscountedItem discounted = one.item;
        discounted.periodStart = item.periodStart;
        if (const ValueProblem problem = discountItem(&discounted, termsOf(item.discounts, at), choice, at); problem != ValueProblem::None) {
            return problem;
        }
        sold.push_back(discounted);
    }
    if (const ValueProblem problem = discountAll(&sold, termsOf(ofAll, at), choice, at, &valuation->approximate); problem != ValueProblem::None) {
        return problem;
    }
    size_t next = 0;
    for (size_t i = 0; i < items.size(); ++i) {
        const Priced& one = priced(items[i]);
        if (one.metered) {
            continue;
        }
        const DiscountedItem& item = sold[next++];
        const std::optional<qint64> minor = (item.amount / one.taxDivisor / item.months).roundHalfAwayFromZero();
        if (!minor) {
            return ValueProblem::Overflow;
        }
        valuation->worths[i].*target = *minor;
    }
    return ValueProblem::None;
}

Valued<Valuation> Valuer::compute(const std::vector<SoldItem>& items, Span ofAll, Seconds at)
{
    Valuation valuation;
    valuation.worths.resize(items.size());
    const DiscountChoice defined{m_definition.subtractForever, m_definition.subtractRepeating, m_definition.subtractOnce};
    const std::pair<DiscountChoice, qint64 Worth::*> columns[]
        = {{{}, &Worth::list}, {{true, false, false}, &Worth::contracted}, {{true, true, true}, &Worth::net}, {defined, &Worth::mrr}};
    for (const auto& [choice, target] : columns) {
        if (const ValueProblem problem = column(items, ofAll, at, choice, target, &valuation); problem != ValueProblem::None) {
            return unvalued(problem);
        }
    }
    return valuation;
}

Valued<const Valuation*> Valuer::worth(const std::vector<SoldItem>& items, Span ofAll, Seconds at)
{
    bool discounted = !ofAll.isEmpty();
    bool taxUnknown = false;
    qint64 list = 0;
    m_plain.worths.clear();
    for (const SoldItem& item : items) {
        const Priced& one = priced(item);
        if (one.problem != ValueProblem::None) {
            return unvalued(one.problem);
        }
        if (!addMinor(list, one.plain.list, &list)) {
            return unvalued(ValueProblem::Overflow); // the other figures are never above it
        }
        discounted = discounted || !item.discounts.isEmpty();
        taxUnknown = taxUnknown || one.taxUnknown;
        m_plain.worths.push_back(one.plain);
    }
    m_plain.approximate = taxUnknown;
    if (!discounted) {
        return &m_plain;
    }
    std::string key = keyOf(items, ofAll, at);
    auto known = m_discounted.find(key);
    if (known == m_discounted.end()) {
        known = m_discounted.emplace(std::move(key), compute(items, ofAll, at)).first;
        if (known->second) {
            known->second->approximate = known->second->approximate || taxUnknown;
        }
    }
    return known->second ? Valued<const Valuation*>(&*known->second) : Valued<const Valuation*>(unvalued(known->second.error()));
}

} // namespace ch::revenue
