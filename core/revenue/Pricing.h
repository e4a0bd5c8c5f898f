// SPDX-License-Identifier: GPL-3.0-or-later
// The first half of MRR: what one billing period of an item costs by its price, before discounts and tax, and how many months that
// period has. Exact; pure; any thread. Rules: docs.stripe.com/products-prices/pricing-models and .../subscriptions/decimal-amounts.
#pragma once

#include "base/Fraction.h"
#include "revenue/Mrr.h"

#include <tl/expected.hpp>

namespace ch::revenue {

template <typename T>
using Valued = tl::expected<T, ValueProblem>;

[[nodiscard]] inline tl::unexpected<ValueProblem> unvalued(ValueProblem problem) { return tl::unexpected<ValueProblem>(problem); }

/// A decimal of Stripe's; invalid when it cannot be read.
[[nodiscard]] Fraction decimalOf(const QString& text);

/// The price as it is charged in currency: itself, or its option for that currency. CurrencyMixed when it has none.
[[nodiscard]] Valued<stripe::Price> priceIn(const stripe::Price& price, const CurrencyCode& currency);

/// Minor units of one period for quantity (at least 0): per unit, graduated or volume, packages.
[[nodiscard]] Valued<Fraction> periodAmount(const stripe::Price& price, qint64 quantity);

/// Months in one period: 12 for a year, 12/52 for a week by the default definition.
[[nodiscard]] Valued<Fraction> monthsInPeriod(const stripe::Price& price, const Definition& definition);

} // namespace ch::revenue
