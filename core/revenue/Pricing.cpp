// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Pricing.h"

#include <algorithm>

namespace ch::revenue {

namespace {

/// Nothing for absent amounts, which tiers use for 0.
Valued<Fraction> tierAmount(const QString& text)
{
    if (text.isEmpty()) {
        return Fraction(0);
    }
    const Fraction amount = decimalOf(text);
    if (!amount.isValid() || amount.isNegative()) {
        return unvalued(ValueProblem::AmountUnreadable);
    }
    return amount;
}

/// Tiers must rise, and only the last may be without limit: anything else is no pricing model that we know.
bool areTiersSound(const std::vector<stripe::PriceTier>& tiers)
{
    for (size_t i = 0; i < tiers.size(); ++i) {
        const bool last = i + 1 == tiers.size();
        if (!tiers[i].upTo) {
            return last;
        }
        if (*tiers[i].upTo < 0 || (i > 0 && *tiers[i].upTo <= *tiers[i - 1].upTo)) {
            return false;
        }
    }
    return !tiers.empty();
}

/// Each tier's units at its own price; its flat amount once, when it has at least one unit. up_to is inclusive.
Valued<Fraction> graduated(const std::vector<stripe::PriceTier>& tiers, qint64 quantity)
{
    Fraction sum(0);
    qint64 below = 0;
    for (const stripe::PriceTier& tier : tiers) {
        const qint64 top = tier.upTo ? std::min(*tier.upTo, quantity) : quantity;
        if (top <= below) {
            break;
        }
        const Valued<Fraction> unit = tierAmount(tier.unitAmountDecimal);
        const Valued<Fraction> flat = tierAmount(tier.flatAmountDecimal);
        if (!unit || !flat) {
            return unvalued(ValueProblem::AmountUnreadable);
        }
        sum = sum + *unit * Fraction(top - below) + *flat;
        below = top;
    }
    if (below < quantity) {
        return unvalued(ValueProblem::ModelUnknown); // more units than the tiers reach
    }
    return sum;
}

/// All units at the price of the tier that holds the last one.
Valued<Fraction> volume(const std::vector<stripe::PriceTier>& tiers, qint64 quantity)
{
    for (const stripe::PriceTier& tier : tiers) {
        if (tier.upTo && quantity > *tier.upTo) {
            continue;
        }
        const Valued<Fraction> unit = tierAmount(tier.unitAmountDecimal);
        const Valued<Fraction> flat = tierAmount(tier.flatAmountDecimal);
        if (!unit || !flat) {
            return unvalued(ValueProblem::AmountUnreadable);
        }
        return *unit * Fraction(quantity) + *flat;
    }
    return unvalued(ValueProblem::ModelUnknown);
}

Valued<Fraction> tiered(const stripe::Price& price, qint64 quantity)
{
    if (!price.tiersKnown) {
        return unvalued(ValueProblem::TiersUnknown);
    }
    if (!areTiersSound(price.tiers)) {
        return unvalued(ValueProblem::ModelUnknown);
    }
    if (price.tiersMode == QLatin1String("graduated")) {
        return graduated(price.tiers, quantity);
    }
    if (price.tiersMode == QLatin1String("volume")) {
        return volume(price.tiers, quantity);
    }
    return unvalued(ValueProblem::ModelUnknown);
}

/// Units to Packages: 23 units in packs of 10 are 3 packs rounded up, 2 rounded down.
Valued<qint64> packages(const stripe::Price& price, qint64 quantity)
{
    if (!price.transformDivideBy) {
        return quantity;
    }
    const qint64 size = *price.transformDivideBy;
    if (size <= 0) {
        return unvalued(ValueProblem::ModelUnknown);
    }
    if (price.transformRound == QLatin1String("up")) {
        return quantity / size + (quantity % size != 0 ? 1 : 0);
    }
    if (price.transformRound == QLatin1String("down")) {
        return quantity / size;
    }
    return unvalued(ValueProblem::ModelUnknown);
}

} // namespace

Fraction decimalOf(const QString& text)
{
    const QByteArray bytes = text.toUtf8();
    return Fraction::fromDecimal({bytes.constData(), static_cast<size_t>(bytes.size())});
}

Valued<stripe::Price> priceIn(const stripe::Price& price, const CurrencyCode& currency)
{
    if (currency.isEmpty() || price.currency == currency) {
        return price;
    }
    const auto option = price.currencyOptions.constFind(currency);
    if (option == price.currencyOptions.constEnd()) {
        return unvalued(ValueProblem::CurrencyMixed);
    }
    stripe::Price charged = price;
    charged.currency = currency;
    charged.unitAmountDecimal = option->unitAmountDecimal;
    charged.tiers = option->tiers;
    charged.tiersKnown = option->tiersKnown;
    charged.taxBehavior = option->taxBehavior.isEmpty() ? price.taxBehavior : option->taxBehavior;
    return charged;
}

Valued<Fraction> periodAmount(const stripe::Price& price, qint64 quantity)
{
    if (quantity < 0) {
        return unvalued(ValueProblem::QuantityNegative);
    }
    const Valued<qint64> units = packages(price, quantity);
    if (!units) {
        return unvalued(units.error());
    }
    if (price.billingScheme == QLatin1String("tiered")) {
        return tiered(price, *units);
    }
    if (!price.billingScheme.isEmpty() && price.billingScheme != QLatin1String("per_unit")) {
        return unvalued(ValueProblem::ModelUnknown);
    }
    const Fraction unit = decimalOf(price.unitAmountDecimal);
    if (!unit.isValid() || unit.isNegative()) {
        return unvalued(ValueProblem::AmountUnreadable);
    }
    return unit * Fraction(*units);
}

Valued<Fraction> monthsInPeriod(const stripe::Price& price, const Definition& definition)
{
    if (price.intervalCount < 1) {
        return unvalued(ValueProblem::IntervalUnknown);
    }
    const Fraction count(price.intervalCount);
    if (price.interval == QLatin1String("month")) {
        return count;
    }
    if (price.interval == QLatin1String("year")) {
        return count * Fraction(12);
    }
    if (price.interval == QLatin1String("week")) {
        return count * definition.monthsInWeek;
    }
    if (price.interval == QLatin1String("day")) {
        return count * definition.monthsInDay;
    }
    return unvalued(ValueProblem::IntervalUnknown);
}

} // namespace ch::revenue
