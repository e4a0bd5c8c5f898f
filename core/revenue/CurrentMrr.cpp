// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/CurrentMrr.h"

#include "base/Money.h"
#include "revenue/Counting.h"
#include "revenue/Ledger.h"
#include "revenue/MirrorSubscriptions.h"
#include "revenue/Valuer.h"

namespace ch::revenue {

namespace {

/// Values the one subscription that the maker holds.
class Present {
public:
    Present(const Facts& facts, const Definition& definition, Seconds now) : m_facts(facts), m_definition(definition), m_now(now), m_valuer(facts, definition) {}

    void add()
    {
        const SubscriptionFacts& subscription = m_facts.subscriptions.front();
        if (!countsNow(subscription, m_definition)) {
            return;
        }
        qint64 minor = 0;
        if (subscription.problem != ValueProblem::None || !value(subscription, &minor)) {
            ++notValued;
            return;
        }
        sums.resize(std::max<size_t>(sums.size(), size_t(subscription.currency) + 1));
        fits = addMinor(sums[subscription.currency], minor, &sums[subscription.currency]) && fits;
        subscriptions += minor > 0 ? 1 : 0;
    }

    std::vector<qint64> sums;    ///< of each currency's id
    qint64 subscriptions = 0;
    qint64 notValued = 0;
    bool fits = true;

private:
    bool value(const SubscriptionFacts& subscription, qint64* minor)
    {
        m_sold.clear();
        for (const ItemFacts& item : m_facts.items) {
            m_sold.push_back({item.price, item.quantity, item.taxRate, item.taxConfigured, item.discounts, item.periodStart});
        }
        const Valued<const Valuation*> valuation = m_valuer.worth(m_sold, subscription.discounts, m_now);
        bool summed = valuation.has_value();
        for (size_t i = 0; summed && i < m_sold.size(); ++i) {
            summed = addMinor(*minor, (*valuation)->worths[i].mrr, minor);
        }
        return summed;
    }

    const Facts& m_facts;
    const Definition& m_definition;
    Seconds m_now;
    Valuer m_valuer;
    std::vector<SoldItem> m_sold;
};

} // namespace

Result<CurrentMrr> currentMrr(const store::MirrorReader& reader, const Definition& definition, qint64 nowSeconds)
{
    FactsMaker maker;
    MirrorSubscriptions mirror(reader, maker);
    Present present(maker.facts(), definition, nowSeconds);
    Status read = mirror.readCustomerDiscounts({});
    if (read) {
        read = reader.forEachHistorySubscription({}, [&](const store::MirrorReader::HistorySubscription& one) {
            maker.forgetSubscriptions();
            mirror.addForNow(one);
            present.add();
        });
    }
    if (!read) {
        return fail(read.error());
    }
    if (!present.fits) {
        return sumTooLarge();
    }
    CurrentMrr current;
    current.subscriptions = present.subscriptions;
    current.notValued = present.notValued;
    for (Ref currency = 0; currency < present.sums.size(); ++currency) {
        if (present.sums[currency] != 0) {
            current.byCurrency[maker.facts().ids.text(currency)] = present.sums[currency];
        }
    }
    return current;
}

} // namespace ch::revenue
