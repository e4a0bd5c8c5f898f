// SPDX-License-Identifier: GPL-3.0-or-later
// All that has come put in order, in FactsMaker: by customer, by subscription, by time; and what can be told only then.
#include "revenue/FactsMaker.h"

#include <algorithm>
#include <numeric>

namespace ch::revenue {

/// Subscriptions of one customer lie together, customers in the order in which they came. Gives the new place of each id.
std::vector<quint32> FactsMaker::orderByCustomer()
{
    std::vector<SubscriptionFacts>& all = m_facts.subscriptions;
    const auto byCustomer = [](const SubscriptionFacts& a, const SubscriptionFacts& b) { return a.customer < b.customer; };
    if (!std::is_sorted(all.begin(), all.end(), byCustomer)) {
        // Their numbers are sorted, not they themselves: those are large.
        std::vector<quint32> order(all.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(), [&all](quint32 a, quint32 b) { return all[a].customer < all[b].customer; });
        std::vector<SubscriptionFacts> ordered;
        ordered.reserve(all.size());
        for (const quint32 place : order) {
            ordered.push_back(all[place]);
        }
        all = std::move(ordered);
    }
    std::vector<quint32> places(m_facts.ids.size(), kNoPlace);
    for (size_t i = 0; i < all.size(); ++i) {
        places[all[i].id] = quint32(i);
    }
    return places;
}

template <typename T>
void FactsMaker::orderBySubscription(std::vector<T>* all, Span SubscriptionFacts::*span, Seconds T::*time, const std::vector<quint32>& places)
{
    // Counted into their places: sorting millions of them by looking two up at a time takes longer than all else.
    std::vector<quint32> next(m_facts.subscriptions.size() + 1, 0);
    for (const T& one : *all) {
        ++next[places[one.subscription] + 1];
    }
    std::partial_sum(next.begin(), next.end(), next.begin());
    std::vector<T> ordered(all->size());
    for (const T& one : *all) {
        ordered[next[places[one.subscription]]++] = one;
    }
    *all = std::move(ordered);
    for (size_t place = 0; place < m_facts.subscriptions.size(); ++place) {
        const quint32 from = place == 0 ? 0 : next[place - 1];
        if (from == next[place]) {
            continue;
        }
        std::stable_sort(all->begin() + from, all->begin() + next[place], [time](const T& a, const T& b) { return a.*time < b.*time; });
        m_facts.subscriptions[place].*span = {from, next[place]};
    }
}

/// A tiered price has a line for each tier, and one for each flat amount, which counts no unit: together they say what was sold.
void FactsMaker::joinTiers()
{
    for (SubscriptionFacts& subscription : m_facts.subscriptions) {
        quint32 to = subscription.lines.from;
        for (quint32 i = subscription.lines.from; i < subscription.lines.to; ++i) {
            const LineFacts& line = m_facts.lines[i];
            const bool joins = line.price != kNone && !line.is(kLineProration) && m_facts.prices[line.price].price.billingScheme == QLatin1String("tiered");
            quint32 with = to;
            for (quint32 k = to; joins && k > subscription.lines.from && m_facts.lines[k - 1].start == line.start; --k) {
                const LineFacts& other = m_facts.lines[k - 1];
                with = other.invoice == line.invoice && other.item == line.item && other.price == line.price && other.end == line.end && other.flags == line.flags ? k - 1 : with;
            }
            if (with != to) {
                m_facts.lines[with].quantity += line.quantity;
                m_facts.lines[with].amount += line.amount;
            } else {
                m_facts.lines[to++] = line;
            }
        }
        subscription.lines.to = to;
    }
}

void FactsMaker::markGivenUp()
{
    for (LineFacts& line : m_facts.lines) {
        const auto found = m_givenUp.empty() || (line.flags & (kLineVoided | kLineUncollectible)) == 0 ? m_givenUp.end() : m_givenUp.find(std::string(m_facts.ids.view(line.invoice)));
        if (found != m_givenUp.end()) {
            line.flags = quint8(line.flags | found->second);
        }
    }
}

BesideFacts& FactsMaker::besideOf(SubscriptionFacts* subscription)
{
    if (subscription->beside == 0) {
        subscription->beside = quint32(m_facts.beside.size());
        m_facts.beside.emplace_back();
    }
    return m_facts.beside[subscription->beside];
}

template <typename T>
void FactsMaker::orderBeside(std::vector<T>* all, Span BesideFacts::*span)
{
    std::stable_sort(all->begin(), all->end(), [&](const T& a, const T& b) {
        const quint32 left = m_places[a.subscription];
        const quint32 right = m_places[b.subscription];
        return left != right ? left < right : a.at < b.at;
    });
    for (size_t i = 0; i < all->size(); ++i) {
        Span& of = besideOf(&m_facts.subscriptions[m_places[(*all)[i].subscription]]).*span;
        of = {of.isEmpty() ? quint32(i) : of.from, quint32(i + 1)};
    }
}

Facts FactsMaker::finish(const std::function<std::optional<stripe::Price>(const QString&)>& price)
{
    settlePrices(price);
    for (ItemFacts& item : m_facts.items) {
        const auto rate = m_lineRates.empty() ? m_lineRates.end() : m_lineRates.find(item.id);
        if (rate != m_lineRates.end() && rate->second.rate.isValid()) {
            item.taxRate = rateIndex(rate->second.rate);
        }
    }
    for (const Ref ref : m_takenDown) {
        if (ref < m_places.size() && m_places[ref] != kNoPlace) {
            m_facts.subscriptions[m_places[ref]].endReason = EndReason::TakenDown;
        }
    }
    markGivenUp();
    const std::vector<quint32> places = orderByCustomer();
    orderBySubscription<LineFacts>(&m_facts.lines, &SubscriptionFacts::lines, &LineFacts::start, places);
    joinTiers();
    m_places = places;
    orderBySubscription<EventFacts>(&m_facts.events, &SubscriptionFacts::events, &EventFacts::at, places);
    tellSchedules();
    tellPastDiscounts();
    orderBySubscription<ToldFacts>(&m_facts.told, &SubscriptionFacts::told, &ToldFacts::at, places);
    orderBeside(&m_facts.pastDue, &BesideFacts::pastDue);
    orderBeside(&m_facts.booked, &BesideFacts::booked);
    orderBeside(&m_facts.doubts, &BesideFacts::doubts);
    return std::move(m_facts);
}

} // namespace ch::revenue
