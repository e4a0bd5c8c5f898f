// SPDX-License-Identifier: GPL-3.0-or-later
// Hands the subscriptions of a mirror, as its typed rows have them, to a FactsMaker: with their customers' discounts and types of business, and
// the terms of coupons, which are few and kept. Used by what makes the ledger and by what values the present alone. The reader's thread;
// reader and maker outlive it.
#pragma once

#include "revenue/FactsMaker.h"
#include "revenue/MirrorSurroundings.h"

#include <map>

namespace ch::revenue {

class MirrorSubscriptions {
public:
    MirrorSubscriptions(const store::MirrorReader& reader, FactsMaker& maker) : m_reader(reader), m_maker(maker), m_surroundings(reader) {}

    /// customerId empty: of all.
    [[nodiscard]] Status readTypes(const QString& customerId);
    [[nodiscard]] Status readCustomerDiscounts(const QString& customerId);
    void add(const store::MirrorReader::HistorySubscription& one);
    /// Without its ids, and with prices settled at once: enough to value it as it is now.
    void addForNow(const store::MirrorReader::HistorySubscription& one);
    [[nodiscard]] std::optional<stripe::Price> price(const QString& id) { return m_surroundings.price(id); }
    [[nodiscard]] std::optional<stripe::Coupon> coupon(const QString& id) { return m_surroundings.coupon(id); }

private:
    /// What a discount takes off in a currency.
    struct Known {
        Valued<Terms> terms = unvalued(ValueProblem::CouponUnknown);
        std::optional<int> months;
        quint32 place = kNone;      ///< of FactsMaker::termsIndex
    };
    struct Currency {
        QString text;
        Ref ref = kNone;
    };
    const Known& known(const store::MirrorReader::HistoryDiscount& discount, const Currency& currency);
    void addDiscounts(const std::vector<store::MirrorReader::HistoryDiscount>& discounts, const Currency& currency, std::vector<DiscountSeen>* into);
    void addCustomerDiscount(const store::MirrorReader::HistorySubscription& one, const QString& currency);
    void take(const store::MirrorReader::HistorySubscription& one);
    const Currency& currencyOf(std::string_view currency);

    const store::MirrorReader& m_reader;
    FactsMaker& m_maker;
    MirrorSurroundings m_surroundings;
    std::vector<Ref> m_types;                                   ///< of each customer's id
    QHash<QString, stripe::Discount> m_customerDiscounts;
    std::map<std::tuple<qint64, Ref, Ref>, Known> m_terms;      ///< of the row of the terms, or else the coupon, and of the currency
    std::map<std::string, Currency, std::less<>> m_currencies;
    SubscriptionSeen m_seen;                                    ///< kept for its room
    Valued<Terms> m_customerTerms = unvalued(ValueProblem::CouponUnknown);
    std::string m_customerDiscountId;
    size_t m_settled = 0;
};

} // namespace ch::revenue
