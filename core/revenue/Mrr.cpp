// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Mrr.h"

#include "base/Money.h"
#include "revenue/Discounting.h"
#include "revenue/Pricing.h"

#include <limits>

namespace ch::revenue {

namespace {

/// An item priced: its period's list amount, and what takes inclusive tax out of it.
struct PricedItem {
    DiscountedItem item;
    Fraction taxDivisor = Fraction(1);
    bool taxUnknown = false;
    bool metered = false;
};

void settleTax(const stripe::SubscriptionItem& item, const stripe::Subscription& subscription, const stripe::Price& price, const Surroundings& surroundings, PricedItem* priced)
{
    std::optional<Fraction> rate = configuredInclusiveRate(item, subscription);
    if (price.taxBehavior != QLatin1String("inclusive") && !rate) {
        return;
    }
    if (surroundings.inclusiveTaxRate) {
        if (const std::optional<Fraction> fromLine = surroundings.inclusiveTaxRate(item.id)) {
            rate = fromLine;
        }
    }
    if (rate && rate->isValid() && !rate->isNegative()) {
        priced->taxDivisor = Fraction(1) + *rate;
    } else {
        priced->taxUnknown = true; // the amount stays gross, and the subscription says so
    }
}

Valued<PricedItem> priceItem(const stripe::SubscriptionItem& item, const stripe::Subscription& subscription, const Surroundings& surroundings, const Definition& definition)
{
    PricedItem priced;
    const Valued<stripe::Price> price = wholePriceOf(item.price, surroundings, subscription.currency);
    if (!price) {
        // A metered item is left out whatever it costs, so its price need not be known.
        if (item.price.usageType != QLatin1String("metered")) {
            return unvalued(price.error());
        }
        priced.metered = true;
        return priced;
    }
    priced.metered = price->usageType == QLatin1String("metered");
    if (priced.metered) {
        return priced;
    }
    const Valued<Fraction> amount = periodAmount(*price, item.quantity.value_or(1));
    const Valued<Fraction> months = amount ? monthsInPeriod(*price, definition) : Valued<Fraction>(unvalued(amount.error()));
    if (!months) {
        return unvalued(months.error());
    }
    priced.item.amount = *amount;
    priced.item.months = *months;
    priced.item.productId = price->productId;
    priced.item.periodStart = item.currentPeriodStart;
    settleTax(item, subscription, *price, surroundings, &priced);
    return priced;
}

/// The discounts of a subscription's items and of itself, or its customer's in their place.
struct AllTerms {
    std::vector<std::vector<Terms>> ofItems;
    std::vector<Terms> ofAll;
    bool doubtful = false;
};

Valued<AllTerms> collectTerms(const stripe::Subscription& subscription, const Surroundings& surroundings)
{
    AllTerms all;
    bool anyItemTerms = false;
    for (const stripe::SubscriptionItem& item : subscription.items) {
        Valued<std::vector<Terms>> terms = termsOf(item.discounts, item.discountIds, surroundings, subscription.currency);
        if (!terms) {
            return unvalued(terms.error());
        }
        anyItemTerms = anyItemTerms || !terms->empty();
        all.ofItems.push_back(std::move(*terms));
    }
    const bool ownDiscount = !subscription.discounts.isEmpty() || !subscription.discountIds.isEmpty();
    QList<stripe::Discount> customers;
    if (!ownDiscount && surroundings.customerDiscount) {
        customers.append(*surroundings.customerDiscount);
        all.doubtful = anyItemTerms; // whether an item's discount alone silences the customer's is not documented
    }
    Valued<std::vector<Terms>> terms = ownDiscount ? termsOf(subscription.discounts, subscription.discountIds, surroundings, subscription.currency)
                                                   : termsOf(customers, {}, surroundings, subscription.currency);
    if (!terms) {
        return unvalued(terms.error());
    }
    all.ofAll = std::move(*terms);
    return all;
}

/// MRR of each item with the chosen discounts. The only rounding.
Valued<std::vector<qint64>> monthly(const std::vector<PricedItem>& priced, const AllTerms& terms, const DiscountChoice& choice, stripe::Seconds at, bool* approximate)
{
    std::vector<DiscountedItem> items;
    for (size_t i = 0; i < priced.size(); ++i) {
        DiscountedItem item = priced[i].item;
        // What is metered takes no part in a flat amount either: what it will cost is not known.
        if (!priced[i].metered) {
            if (const ValueProblem problem = discountItem(&item, terms.ofItems[i], choice, at); problem != ValueProblem::None) {
                return unvalued(problem);
            }
            items.push_back(item);
        }
    }
    if (const ValueProblem problem = discountAll(&items, terms.ofAll, choice, at, approximate); problem != ValueProblem::None) {
        return unvalued(problem);
    }
    std::vector<qint64> minor;
    size_t next = 0;
    for (const PricedItem& one : priced) {
        if (one.metered) {
            minor.push_back(0);
            continue;
        }
        const DiscountedItem& item = items[next++];
        const std::optional<qint64> rounded = (item.amount / one.taxDivisor / item.months).roundHalfAwayFromZero();
        if (!rounded) {
            return unvalued(ValueProblem::Overflow);
        }
        minor.push_back(*rounded);
    }
    return minor;
}

bool sumUp(const std::vector<ItemMrr>& items, qint64 ItemMrr::*member, qint64* sum)
{
    for (const ItemMrr& item : items) {
        if (!addMinor(*sum, item.*member, sum)) {
            return false;
        }
    }
    return true;
}

SubscriptionMrr problematic(const stripe::Subscription& subscription, ValueProblem problem)
{
    SubscriptionMrr result;
    result.currency = subscription.currency;
    result.problem = problem;
    return result;
}

struct FourFigures {
    std::vector<qint64> list;
    std::vector<qint64> contracted;
    std::vector<qint64> net;
    std::vector<qint64> defined;
};

ValueProblem fourFigures(const std::vector<PricedItem>& priced, const AllTerms& terms, const Definition& definition, stripe::Seconds at, FourFigures* out, bool* approximate)
{
    const DiscountChoice nothing;
    const DiscountChoice forever{true, false, false};
    const DiscountChoice everything{true, true, true};
    const DiscountChoice defined{definition.subtractForever, definition.subtractRepeating, definition.subtractOnce};
    const std::pair<DiscountChoice, std::vector<qint64>*> figures[] = {{nothing, &out->list}, {forever, &out->contracted}, {everything, &out->net}, {defined, &out->defined}};
    for (const auto& [choice, target] : figures) {
        Valued<std::vector<qint64>> minor = monthly(priced, terms, choice, at, approximate);
        if (!minor) {
            return minor.error();
        }
        *target = std::move(*minor);
    }
    return ValueProblem::None;
}

} // namespace

QString valueProblemCode(ValueProblem problem)
{
    switch (problem) {
    case ValueProblem::None:
        return {};
    case ValueProblem::NoItems:
        return QStringLiteral("no_items");
    case ValueProblem::ItemsIncomplete:
        return QStringLiteral("items_incomplete");
    case ValueProblem::PriceUnknown:
        return QStringLiteral("price_unknown");
    case ValueProblem::TiersUnknown:
        return QStringLiteral("tiers_unknown");
    case ValueProblem::ModelUnknown:
        return QStringLiteral("model_unknown");
    case ValueProblem::IntervalUnknown:
        return QStringLiteral("interval_unknown");
    case ValueProblem::CurrencyMixed:
        return QStringLiteral("currency_mixed");
    case ValueProblem::CurrencyUnknown:
        return QStringLiteral("currency_unknown");
    case ValueProblem::AmountUnreadable:
        return QStringLiteral("amount_unreadable");
    case ValueProblem::QuantityNegative:
        return QStringLiteral("quantity_negative");
    case ValueProblem::CouponUnknown:
        return QStringLiteral("coupon_unknown");
    case ValueProblem::Overflow:
        return QStringLiteral("overflow");
    }
    return {};
}

Valued<stripe::Price> wholePriceOf(const stripe::Price& inItem, const Surroundings& surroundings, const CurrencyCode& currency)
{
    const bool tiered = inItem.billingScheme == QLatin1String("tiered");
    const bool stub = inItem.interval.isEmpty() && inItem.unitAmountDecimal.isEmpty() && inItem.billingScheme.isEmpty();
    const bool otherCurrency = !currency.isEmpty() && !inItem.currency.isEmpty() && inItem.currency != currency && !inItem.currencyOptions.contains(currency);
    if (!stub && !otherCurrency && !(tiered && !inItem.tiersKnown)) {
        return priceIn(inItem, currency);
    }
    const std::optional<stripe::Price> own = surroundings.price && !inItem.id.isEmpty() ? surroundings.price(inItem.id) : std::nullopt;
    if (!own) {
        return unvalued(stub ? ValueProblem::PriceUnknown : otherCurrency ? ValueProblem::CurrencyMixed : ValueProblem::TiersUnknown);
    }
    return priceIn(*own, currency);
}

std::optional<Fraction> configuredInclusiveRate(const stripe::SubscriptionItem& item, const stripe::Subscription& subscription)
{
    const std::vector<stripe::TaxRate>& rates = item.taxRates.empty() ? subscription.defaultTaxRates : item.taxRates;
    std::optional<Fraction> sum;
    for (const stripe::TaxRate& rate : rates) {
        if (rate.inclusive) {
            sum = sum.value_or(Fraction(0)) + decimalOf(rate.percentage) / Fraction(100);
        }
    }
    return sum && sum->isValid() ? sum : std::nullopt;
}

bool counts(const stripe::Subscription& subscription, const Definition& definition)
{
    if (!subscription.testClock.isEmpty()) {
        return false;
    }
    if (definition.churnAt == ChurnAt::Request && (subscription.cancelAtPeriodEnd || subscription.cancelAt)) {
        return false;
    }
    if (subscription.pauseCollection && !definition.countPaused) {
        const QString& behavior = subscription.pauseCollection->behavior;
        if (behavior == QLatin1String("void") || behavior == QLatin1String("mark_uncollectible")) {
            return false; // what is paused as a draft will be billed later, so it counts
        }
    }
    return subscription.status == QLatin1String("active") || (definition.countPastDue && subscription.status == QLatin1String("past_due"))
        || (definition.countTrialing && subscription.status == QLatin1String("trialing"));
}

SubscriptionMrr mrrOf(const stripe::Subscription& subscription, const Surroundings& surroundings, const Definition& definition, stripe::Seconds at)
{
    if (subscription.items.empty()) {
        return problematic(subscription, ValueProblem::NoItems);
    }
    if (!subscription.itemsComplete) {
        return problematic(subscription, ValueProblem::ItemsIncomplete);
    }
    if (!isKnownCurrency(subscription.currency)) {
        return problematic(subscription, ValueProblem::CurrencyUnknown); // how many of its minor units make one is not known
    }
    SubscriptionMrr result;
    result.currency = subscription.currency;
    std::vector<PricedItem> priced;
    for (const stripe::SubscriptionItem& item : subscription.items) {
        const Valued<PricedItem> one = priceItem(item, subscription, surroundings, definition);
        if (!one) {
            return problematic(subscription, one.error());
        }
        result.approximate = result.approximate || one->taxUnknown;
        priced.push_back(*one);
    }
    const Valued<AllTerms> terms = collectTerms(subscription, surroundings);
    if (!terms) {
        return problematic(subscription, terms.error());
    }
    result.approximate = result.approximate || terms->doubtful;
    FourFigures figures;
    if (const ValueProblem problem = fourFigures(priced, *terms, definition, at, &figures, &result.approximate); problem != ValueProblem::None) {
        return problematic(subscription, problem);
    }
    const bool unpaid = definition.countsFrom == CountsFrom::FirstPayment && surroundings.wasPaid && !surroundings.wasPaid();
    const bool counted = counts(subscription, definition) && !unpaid;
    for (size_t i = 0; i < priced.size(); ++i) {
        result.items.push_back({subscription.items[i].id, figures.list[i], figures.contracted[i], figures.net[i], counted ? figures.defined[i] : 0});
    }
    const bool fits = sumUp(result.items, &ItemMrr::listMinor, &result.listMinor) && sumUp(result.items, &ItemMrr::contractedMinor, &result.contractedMinor)
        && sumUp(result.items, &ItemMrr::netMinor, &result.netMinor) && sumUp(result.items, &ItemMrr::mrrMinor, &result.mrrMinor);
    return fits ? result : problematic(subscription, ValueProblem::Overflow);
}

std::optional<qint64> arrOf(qint64 mrrMinor)
{
    constexpr qint64 kMonths = 12;
    const bool fits = mrrMinor <= std::numeric_limits<qint64>::max() / kMonths && mrrMinor >= std::numeric_limits<qint64>::min() / kMonths;
    return fits ? std::optional(mrrMinor * kMonths) : std::nullopt;
}

} // namespace ch::revenue
