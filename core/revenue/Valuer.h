// SPDX-License-Identifier: GPL-3.0-or-later
// What the items of a subscription are worth at an instant, over Facts: the pipeline of Pricing and Discounting, with each answer kept, since
// an account has few prices and coupons and many subscriptions. Agrees with mrrOf; tests hold the two together. One thread each.
#pragma once

#include "revenue/Facts.h"

#include <unordered_map>

namespace ch::revenue {

struct Worth {
    qint64 list = 0;
    qint64 contracted = 0;   ///< list less forever discounts
    qint64 net = 0;          ///< list less every discount that bites
    qint64 mrr = 0;          ///< by the definition
    bool operator==(const Worth&) const = default;
};

/// One item on its way to its worth.
struct SoldItem {
    quint32 price = 0;
    qint64 quantity = 1;
    quint32 taxRate = 0;
    bool taxConfigured = false;
    Span discounts;
    Seconds periodStart = 0;     ///< 0: not known
};

struct Valuation {
    std::vector<Worth> worths;       ///< of each item
    bool approximate = false;
};

class Valuer {
public:
    Valuer(const Facts& facts, const Definition& definition) : m_facts(facts), m_definition(definition) {}

    /// Why an item cannot be priced; None when it can.
    [[nodiscard]] ValueProblem problemOf(const SoldItem& item);
    /// The items together, with the discounts of their subscription; the answer is good until the next call.
    [[nodiscard]] Valued<const Valuation*> worth(const std::vector<SoldItem>& items, Span ofAll, Seconds at);

private:
    struct Priced {
        ValueProblem problem = ValueProblem::None;
        DiscountedItem item;
        Fraction taxDivisor = Fraction(1);
        bool taxUnknown = false;
        bool metered = false;
        Worth plain;                 ///< without any discount
    };
    [[nodiscard]] const Priced& priced(const SoldItem& item);
    [[nodiscard]] Priced price(const SoldItem& item) const;
    [[nodiscard]] std::string keyOf(const std::vector<SoldItem>& items, Span ofAll, Seconds at) const;
    [[nodiscard]] Valued<Valuation> compute(const std::vector<SoldItem>& items, Span ofAll, Seconds at);
    [[nodiscard]] ValueProblem column(const std::vector<SoldItem>& items, Span ofAll, Seconds at, const DiscountChoice& choice, qint64 Worth::*target, Valuation* valuation);
    [[nodiscard]] std::vector<Terms> termsOf(Span discounts, Seconds at) const;
    /// Not one that was taken off by then, nor a customer's beside one that the subscription has of its own at that instant.
    [[nodiscard]] bool isHeld(quint32 discount, Span among, Seconds at) const;

    const Facts& m_facts;
    const Definition& m_definition;
    struct Key {
        quint64 sold;
        qint64 quantity;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        size_t operator()(const Key& key) const { return std::hash<quint64>()(key.sold * 0x9e3779b97f4a7c15ULL ^ quint64(key.quantity) * 0xff51afd7ed558ccdULL); }
    };
    std::unordered_map<Key, Priced, KeyHash> m_priced;
    std::unordered_map<std::string, Valued<Valuation>> m_discounted;
    Valuation m_plain;
};

} // namespace ch::revenue
