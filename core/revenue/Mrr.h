// SPDX-License-Identifier: GPL-3.0-or-later
// MRR of one subscription, item by item: list amount of one period by the price model, transform, discounts in Stripe's order, inclusive
// tax taken out, months of the period, and one rounding per item, half away from zero. Exact fractions throughout. Pure; any thread.
// The rule and its sources: docs.stripe.com/billing/subscriptions/analytics; worked examples in tests/revenue.
#pragma once

#include "base/Fraction.h"
#include "stripe/Objects.h"

#include <functional>
#include <optional>

namespace ch::revenue {

/// What MRR means here: each choice a named setting. The defaults are Stripe's.
struct Definition {
    bool subtractForever = true;
    bool subtractRepeating = false;
    bool subtractOnce = false;
    bool countPastDue = true;
    bool countTrialing = false;
    Fraction monthsInDay = Fraction::ratio(12, 365);   ///< a period of n days has n x this many months
    Fraction monthsInWeek = Fraction::ratio(12, 52);
};

/// Why a subscription could not be valued; it is left out of every sum and counted beside it.
enum class ValueProblem { None, NoItems, PriceUnknown, TiersUnknown, ModelUnknown, IntervalUnknown, CurrencyMixed, AmountUnreadable, QuantityNegative, CouponUnknown, Overflow };
/// A short stable code, e.g. "price_unknown"; empty for None.
[[nodiscard]] QString valueProblemCode(ValueProblem problem);

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
    bool approximate = false;     ///< amount_off on mixed intervals, or inclusive tax of unknown rate
};

/// What the subscription object itself does not hold.
struct Surroundings {
    std::function<std::optional<stripe::Price>(const QString& priceId)> price;      ///< with tiers
    std::function<std::optional<stripe::Coupon>(const QString& couponId)> coupon;
    std::optional<stripe::Discount> customerDiscount;
    std::function<std::optional<Fraction>(const QString& itemId)> inclusiveTaxRate;  ///< 0.19 for 19 %
};

[[nodiscard]] SubscriptionMrr mrrOf(const stripe::Subscription& subscription, const Surroundings& surroundings, const Definition& definition, stripe::Seconds at);

/// Whether this status (and pause) lets a subscription count at all.
[[nodiscard]] bool counts(const stripe::Subscription& subscription, const Definition& definition);

} // namespace ch::revenue
