// SPDX-License-Identifier: GPL-3.0-or-later
// The second half of MRR: coupons on the amounts of one billing period, in Stripe's order: an item's own discounts first, then the
// subscription's, each in array order. Exact; pure; any thread. Rules: docs.stripe.com/billing/subscriptions/coupons.
#pragma once

#include "revenue/Pricing.h"

#include <vector>

namespace ch::revenue {

/// One item of a subscription on its way through the discounts: its period's amount, and what a coupon looks at.
struct DiscountedItem {
    Fraction amount;                   ///< of one period, minor units
    Fraction months;
    QString productId;                 ///< empty: not known
    stripe::Seconds periodStart = 0;   ///< 0: not known
};

/// Which coupons count: an answer for each of the three durations.
struct DiscountChoice {
    bool forever = false;
    bool repeating = false;
    bool once = false;
};

/// A discount with its coupon's terms read and complete.
struct Terms {
    Fraction percent;                  ///< of 100; 0 when amountOff
    std::optional<qint64> amountOff;   ///< in the subscription's currency, once a period
    QStringList products;              ///< empty: all
    QString duration;
    stripe::Seconds start = 0;
    std::optional<stripe::Seconds> end;

    [[nodiscard]] bool isChosen(const DiscountChoice& choice) const;
    /// Whether it lowers the invoice of a period that began at periodStart (0: not known), seen at an instant.
    [[nodiscard]] bool bites(stripe::Seconds periodStart, stripe::Seconds at) const;
};

/// Discounts of one owner, in order. CouponUnknown when one came as an id only, when its coupon is not known, when its terms cannot be
/// read, or when it takes off an amount of another currency.
[[nodiscard]] Valued<std::vector<Terms>> termsOf(const QList<stripe::Discount>& whole, const QStringList& ids, const Surroundings& surroundings, const CurrencyCode& currency);

/// The coupon of a discount, completed with what only the coupon's own answer holds. Nothing when its terms are not known.
[[nodiscard]] std::optional<stripe::Coupon> couponOf(const stripe::Discount& discount, const Surroundings& surroundings);

/// When a discount ends: as it says, else so many months of a repeating coupon after its start.
[[nodiscard]] std::optional<stripe::Seconds> discountEnd(stripe::Seconds start, std::optional<stripe::Seconds> end, std::optional<int> monthsOfRepeating);

/// One of them. CouponUnknown likewise.
[[nodiscard]] Valued<Terms> termsOfOne(const stripe::Discount& discount, const Surroundings& surroundings, const CurrencyCode& currency);

/// Takes terms off one item.
[[nodiscard]] ValueProblem discountItem(DiscountedItem* item, const std::vector<Terms>& terms, const DiscountChoice& choice, stripe::Seconds at);

/// Takes terms off all items together. An amount is shared over the eligible items in whole minor units by their amounts (largest
/// remainder first, then the first in order), never below 0. approximate: an amount met items of several intervals, where it recurs with
/// the shortest.
[[nodiscard]] ValueProblem discountAll(std::vector<DiscountedItem>* items, const std::vector<Terms>& terms, const DiscountChoice& choice, stripe::Seconds at, bool* approximate);

/// The shares of amount over weights; they sum to the smaller of amount and the weights' sum, and none exceeds its weight.
[[nodiscard]] std::vector<Fraction> shareOut(qint64 amount, const std::vector<Fraction>& weights);

} // namespace ch::revenue
