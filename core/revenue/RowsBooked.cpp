// SPDX-License-Identifier: GPL-3.0-or-later
// What schedules have booked, in SubscriptionRows: the part of MRR that stays when the last phase has begun.
#include "revenue/SubscriptionRows.h"

#include <algorithm>

namespace ch::revenue {

std::optional<std::vector<qint64>> SubscriptionRows::bookedWorths(const SubscriptionFacts& subscription, const std::vector<Ref>& items, Seconds at)
{
    const Span span = m_facts.besideOf(subscription).booked;
    const auto first = m_facts.booked.begin() + span.from;
    const auto last = m_facts.booked.begin() + span.to;
    if (first == last || first->at <= m_now || at < first->since) {
        return std::nullopt;
    }
    std::vector<SoldItem> later;
    std::vector<size_t> of;
    for (size_t k = 0; k < m_sold.size(); ++k) {
        const auto booked = std::find_if(first, last, [&](const BookedFacts& one) { return one.sight.item == items[k]; });
        if (booked != last && !booked->present) {
            continue;
        }
        later.push_back(m_sold[k]);
        of.push_back(k);
        if (booked != last) {
            later.back().price = booked->sight.price;
            later.back().quantity = booked->sight.quantity;
        }
        if (m_valuer.problemOf(later.back()) != ValueProblem::None) {
            return std::nullopt;
        }
    }
    const Valued<const Valuation*> valuation = m_valuer.worth(later, subscription.discounts, at);
    if (!valuation) {
        return std::nullopt;
    }
    std::vector<qint64> worths(m_sold.size(), 0);
    for (size_t i = 0; i < of.size(); ++i) {
        worths[of[i]] = (*valuation)->worths[i].mrr;
    }
    return worths;
}

} // namespace ch::revenue
