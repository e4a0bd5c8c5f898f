// SPDX-License-Identifier: GPL-3.0-or-later
// MRR of one subscription, item by item: list amount of one period by the price model, transform, discounts in Stripe's order, inclusive
// tax taken out, months of the period, and one rounding per item, half away from zero. Exact fractions throughout. Pure; any thread.
// The rule and its sources: docs.stripe.com/billing/subscriptions/analytics; worked examples in tests/revenue.
#pragma once

#include "base/Fraction.h"
#include "revenue/Definition.h"
#include "stripe/Objects.h"

#include <functional>
#include <optional>
#include <tl/expected.hpp>

namespace ch::revenue {

/// ARR: twelve times the MRR in whole minor units, never made anew of the prices, as ChartMogul has it (help.chartmogul.com, glossary
/// 15369423587100). Nothing where it leaves 64 bits.
[[nodiscard]] std::optional<qint64> arrOf(qint64 mrrMinor);

/// Why a subscription could not be valued; it is left out of every sum and counted beside it.
enum class ValueProblem { None, NoItems, ItemsIncomplete, PriceUnknown, TiersUnknown, ModelUnknown, IntervalUnknown, CurrencyMixed, CurrencyUnknown, AmountUnreadable, QuantityNegative, CouponUnknown, Overflow };
/// A short stable code, e.g. "price_unknown"; empty for None.
[[nodiscard]] QString valueProblemCode(ValueProblem problem);

/// list, contracted and net are what the item is worth while it counts; only mrr looks at status and pause. Metered items are 0 in all.
struct ItemMrr {
    QString itemId;
    qint64 listMinor = 0;
    qint64 contractedMinor = 0;   ///< list less forever discounts
    qint64 netMinor = 0;          ///< list less every discount that bites now
    qint64 mrrMinor = 0;          ///< by the definition, after the status gate
};

struct SubscriptionMrr {
    CurrencyCode currency;
    std::vector<ItemMrr> items;
    qint64 listMinor = 0;
    qint64 contractedMinor = 0;
    qint64 netMinor = 0;
    qint64 mrrMinor = 0;
    ValueProblem problem = ValueProblem::None;
    bool approximate = false;     ///< amount_off on mixed intervals, inclusive tax of unknown rate, or a customer's coupon beside item discounts
};

/// What the subscription object itself does not hold.
struct Surroundings {
    std::function<std::optional<stripe::Price>(const QString& priceId)> price;      ///< with tiers
    /// Also asked for the products a coupon is limited to, which come only when a coupon is expanded.
    std::function<std::optional<stripe::Coupon>(const QString& couponId)> coupon;
    std::optional<stripe::Discount> customerDiscount;
    /// 0.19 for 19 %, from the newest invoice line; it goes before the rates on the item. Asked only where tax is inside the price.
    std::function<std::optional<Fraction>(const QString& itemId)> inclusiveTaxRate;
    /// Whether anything was ever paid for it. Asked only where a definition counts from the first payment; not given: its status decides.
    std::function<bool()> wasPaid;
};

/// at: which discounts bite. A repeating one bites on a period that began inside its window, so that a four-month coupon halves a whole
/// year; without a known period the instant itself decides. Never guesses: what is not known is a problem, and then every amount is 0.
[[nodiscard]] SubscriptionMrr mrrOf(const stripe::Subscription& subscription, const Surroundings& surroundings, const Definition& definition, stripe::Seconds at);

/// The price that an item is charged by, whole: its own where it came whole, else the one around it.
[[nodiscard]] tl::expected<stripe::Price, ValueProblem> wholePriceOf(const stripe::Price& inItem, const Surroundings& surroundings, const CurrencyCode& currency);

/// The inclusive rate that stands on an item, else on its subscription. Nothing when there is none that is known.
[[nodiscard]] std::optional<Fraction> configuredInclusiveRate(const stripe::SubscriptionItem& item, const stripe::Subscription& subscription);

/// Whether this status (and pause) lets a subscription count at all. Never one under a test clock: its time is not ours.
[[nodiscard]] bool counts(const stripe::Subscription& subscription, const Definition& definition);

} // namespace ch::revenue
