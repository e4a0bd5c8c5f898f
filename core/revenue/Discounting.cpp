// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Discounting.h"

#include <QDateTime>
#include <algorithm>
#include <numeric>

namespace ch::revenue {

namespace {

bool hasTerms(const stripe::Coupon& coupon)
{
    return !coupon.percentOff.isEmpty() || coupon.amountOff.has_value();
}

/// Positions of the items that a coupon may lower. PriceUnknown when the coupon asks for a product and an item's is not known.
Valued<std::vector<size_t>> eligible(const std::vector<DiscountedItem>& items, const Terms& terms, stripe::Seconds at)
{
    std::vector<size_t> found;
    for (size_t i = 0; i < items.size(); ++i) {
        if (!terms.products.isEmpty() && items[i].productId.isEmpty()) {
            return unvalued(ValueProblem::PriceUnknown);
        }
        const bool fits = terms.products.isEmpty() || terms.products.contains(items[i].productId);
        if (fits && !items[i].amount.isZero() && terms.bites(items[i].periodStart, at)) {
            found.push_back(i);
        }
    }
    return found;
}

/// An amount comes off each invoice; the most frequent invoices are those of the shortest interval.
std::vector<size_t> ofShortestInterval(const std::vector<DiscountedItem>& items, const std::vector<size_t>& among)
{
    Fraction shortest = items[among.front()].months;
    for (const size_t i : among) {
        shortest = items[i].months < shortest ? items[i].months : shortest;
    }
    std::vector<size_t> found;
    std::copy_if(among.begin(), among.end(), std::back_inserter(found), [&](size_t i) { return items[i].months == shortest; });
    return found;
}

void takePercentOff(DiscountedItem* item, const Fraction& percent)
{
    item->amount = item->amount * (Fraction(100) - percent) / Fraction(100);
}

} // namespace

bool Terms::isChosen(const DiscountChoice& choice) const
{
    if (duration == QLatin1String("forever")) {
        return choice.forever;
    }
    return duration == QLatin1String("repeating") ? choice.repeating : choice.once;
}

bool Terms::bites(stripe::Seconds periodStart, stripe::Seconds at) const
{
    // A repeating coupon lowers each invoice made inside its window, and an invoice is made when its period begins.
    const stripe::Seconds instant = duration == QLatin1String("repeating") && periodStart != 0 ? periodStart : at;
    return start <= instant && (!end || instant < *end);
}

std::optional<stripe::Coupon> couponOf(const stripe::Discount& discount, const Surroundings& surroundings)
{
    const QString id = discount.coupon ? discount.coupon->id : discount.couponId;
    const bool needsOwn = !discount.coupon || !hasTerms(*discount.coupon) || discount.coupon->appliesToProducts.isEmpty();
    const std::optional<stripe::Coupon> own = needsOwn && surroundings.coupon && !id.isEmpty() ? surroundings.coupon(id) : std::nullopt;
    if (!discount.coupon || !hasTerms(*discount.coupon)) {
        return own && hasTerms(*own) ? own : std::nullopt;
    }
    stripe::Coupon coupon = *discount.coupon;
    if (own && coupon.appliesToProducts.isEmpty()) {
        coupon.appliesToProducts = own->appliesToProducts;
    }
    if (own && coupon.amountOffOptions.isEmpty()) {
        coupon.amountOffOptions = own->amountOffOptions;
    }
    return coupon;
}

std::optional<stripe::Seconds> discountEnd(stripe::Seconds start, std::optional<stripe::Seconds> end, std::optional<int> monthsOfRepeating)
{
    if (end || start == 0 || !monthsOfRepeating) {
        return end;
    }
    return QDateTime::fromSecsSinceEpoch(start, Qt::UTC).addMonths(*monthsOfRepeating).toSecsSinceEpoch();
}

Valued<Terms> termsOfOne(const stripe::Discount& discount, const Surroundings& surroundings, const CurrencyCode& currency)
{
    const std::optional<stripe::Coupon> coupon = couponOf(discount, surroundings);
    if (!coupon) {
        return unvalued(ValueProblem::CouponUnknown);
    }
    Terms terms;
    terms.products = coupon->appliesToProducts;
    terms.duration = coupon->duration;
    terms.start = discount.start;
    terms.end = discountEnd(discount.start, discount.end, terms.duration == QLatin1String("repeating") ? coupon->durationInMonths : std::nullopt);
    const bool durationKnown = terms.duration == QLatin1String("forever") || terms.duration == QLatin1String("repeating") || terms.duration == QLatin1String("once");
    if (!durationKnown) {
        return unvalued(ValueProblem::CouponUnknown);
    }
    if (!coupon->percentOff.isEmpty()) {
        terms.percent = decimalOf(coupon->percentOff);
        if (!terms.percent.isValid() || terms.percent.isNegative() || terms.percent > Fraction(100)) {
            return unvalued(ValueProblem::CouponUnknown);
        }
        return terms;
    }
    if (coupon->currency == currency) {
        terms.amountOff = coupon->amountOff;
    } else if (coupon->amountOffOptions.contains(currency)) {
        terms.amountOff = coupon->amountOffOptions.value(currency);
    }
    if (!terms.amountOff || *terms.amountOff < 0) {
        return unvalued(ValueProblem::CouponUnknown);
    }
    return terms;
}

Valued<std::vector<Terms>> termsOf(const QList<stripe::Discount>& whole, const QStringList& ids, const Surroundings& surroundings, const CurrencyCode& currency)
{
    if (whole.size() < ids.size()) {
        return unvalued(ValueProblem::CouponUnknown);
    }
    std::vector<Terms> all;
    for (const stripe::Discount& discount : whole) {
        const Valued<Terms> terms = termsOfOne(discount, surroundings, currency);
        if (!terms) {
            return unvalued(terms.error());
        }
        all.push_back(*terms);
    }
    return all;
}

std::vector<Fraction> shareOut(qint64 amount, const std::vector<Fraction>& weights)
{
    Fraction total(0);
    for (const Fraction& weight : weights) {
        total = total + weight;
    }
    if (!(Fraction(amount) < total)) {
        return weights; // all of it is taken off (or total is invalid, and then so are the weights)
    }
    std::vector<Fraction> shares;
    std::vector<Fraction> remainders;
    Fraction rest(amount);
    for (const Fraction& weight : weights) {
        const Fraction exact = Fraction(amount) * (weight / total);
        const std::optional<qint64> whole = exact.floor();
        shares.push_back(whole ? Fraction(*whole) : Fraction::invalid());
        remainders.push_back(exact - shares.back());
        rest = rest - shares.back();
    }
    std::vector<size_t> order(weights.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
    // A second round is needed only where an item of less than one unit could not take a whole one.
    for (int round = 0; round < 2; ++round) {
        for (const size_t i : order) {
            const Fraction room = weights[i] - shares[i];
            Fraction step = rest < Fraction(1) ? rest : Fraction(1);
            if (round > 0) {
                step = room < rest ? room : rest;
            }
            if (step > Fraction(0) && !(step > room)) {
                shares[i] = shares[i] + step;
                rest = rest - step;
            }
        }
    }
    return shares;
}

ValueProblem discountItem(DiscountedItem* item, const std::vector<Terms>& terms, const DiscountChoice& choice, stripe::Seconds at)
{
    std::vector<DiscountedItem> alone = {*item};
    bool approximate = false;
    const ValueProblem problem = discountAll(&alone, terms, choice, at, &approximate);
    *item = alone.front();
    return problem;
}

ValueProblem discountAll(std::vector<DiscountedItem>* items, const std::vector<Terms>& terms, const DiscountChoice& choice, stripe::Seconds at, bool* approximate)
{
    for (const Terms& one : terms) {
        if (!one.isChosen(choice)) {
            continue;
        }
        Valued<std::vector<size_t>> targets = eligible(*items, one, at);
        if (!targets) {
            return targets.error();
        }
        if (!one.amountOff) {
            for (const size_t i : *targets) {
                takePercentOff(&(*items)[i], one.percent);
            }
            continue;
        }
        if (targets->empty()) {
            continue;
        }
        const std::vector<size_t> shortest = ofShortestInterval(*items, *targets);
        *approximate = *approximate || shortest.size() < targets->size();
        std::vector<Fraction> weights;
        for (const size_t i : shortest) {
            weights.push_back((*items)[i].amount);
        }
        const std::vector<Fraction> shares = shareOut(*one.amountOff, weights);
        for (size_t k = 0; k < shortest.size(); ++k) {
            DiscountedItem& item = (*items)[shortest[k]];
            item.amount = item.amount - shares[k];
        }
    }
    return ValueProblem::None;
}

} // namespace ch::revenue
