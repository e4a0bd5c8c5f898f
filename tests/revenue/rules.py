# SPDX-License-Identifier: GPL-3.0-or-later
"""What MRR is, by slow and obvious rules with Python's fractions: shared by the commands beside it, and by nothing of the program.

Written from docs.stripe.com/billing/subscriptions/analytics, .../coupons and .../products-prices/pricing-models. Takes Stripe's objects.
"""
from fractions import Fraction


def half_away_from_zero(value):
    sign = -1 if value < 0 else 1
    return sign * ((abs(value) * 2 + 1) // 2)


def list_amount(price, quantity):
    """What one period costs, before discounts, in minor units."""
    transform = price.get("transform_quantity")
    if transform:
        packs = Fraction(quantity, transform["divide_by"])
        quantity = -((-packs.numerator) // packs.denominator) if transform["round"] == "up" else packs.numerator // packs.denominator
    if price["billing_scheme"] == "per_unit":
        return Fraction(price["unit_amount_decimal"]) * quantity
    total, below = Fraction(0), 0
    for tier in price["tiers"]:
        top = tier["up_to"]
        unit, flat = Fraction(tier["unit_amount_decimal"] or 0), Fraction(tier["flat_amount_decimal"] or 0)
        if price["tiers_mode"] == "volume":
            if top is None or quantity <= top:
                return unit * quantity + flat
            continue
        inside = quantity - below if top is None else min(quantity, top) - below
        if inside > 0:  # a tier without a unit in it costs nothing, its flat amount neither
            total += unit * inside + flat
        if top is None or quantity <= top:
            return total
        below = top
    raise ValueError("beyond the last tier")


def months(price):
    count = price["recurring"]["interval_count"]
    return {"year": Fraction(12), "month": Fraction(1), "week": Fraction(12, 52), "day": Fraction(12, 365)}[price["recurring"]["interval"]] * count


def bites(discount, period_start, at):
    """A repeating discount lowers every invoice made inside its window; the others what is asked for at an instant."""
    repeating = discount["source"]["coupon"]["duration"] == "repeating"
    instant = period_start if repeating and period_start else at
    return discount["start"] <= instant and (discount["end"] is None or instant < discount["end"])


def share(amount, weights):
    """An amount over weights in whole units: the larger remainder first, then the first in order; never above a weight."""
    total = sum(weights)
    if amount >= total:
        return list(weights)
    exact = [amount * weight / total for weight in weights]
    shares = [Fraction(value.numerator // value.denominator) for value in exact]
    rest = amount - sum(shares)
    order = sorted(range(len(weights)), key=lambda i: (-(exact[i] - shares[i]), i))
    for i in order:
        if rest >= 1 and shares[i] + 1 <= weights[i]:
            shares[i] += 1
            rest -= 1
    for i in order:
        extra = min(rest, weights[i] - shares[i])
        shares[i] += extra
        rest -= extra
    return shares


def apply(discounts, amounts, items, durations, at):
    """Each discount in turn, each on what the one before has left."""
    for discount in discounts:
        coupon = discount["source"]["coupon"]
        if coupon["duration"] not in durations:
            continue
        products = coupon.get("applies_to", {}).get("products")
        hit = [i for i, item in enumerate(items)
               if item["price"]["recurring"]["usage_type"] != "metered" and amounts[i] != 0
               and (not products or item["price"]["product"] in products) and bites(discount, item["current_period_start"], at)]
        if not hit:
            continue
        if coupon["percent_off"] is not None:
            for i in hit:
                amounts[i] = amounts[i] * (100 - Fraction(str(coupon["percent_off"]))) / 100
            continue
        shortest = min(months(items[i]["price"]) for i in hit)
        hit = [i for i in hit if months(items[i]["price"]) == shortest]
        for i, off in zip(hit, share(Fraction(coupon["amount_off"]), [amounts[i] for i in hit])):
            amounts[i] -= off


def monthly(subscription, durations, at):
    """What each item brings in a month, in minor units, less the discounts of these durations."""
    items = subscription["items"]["data"]
    amounts = []
    for item in items:
        metered = item["price"]["recurring"]["usage_type"] == "metered"
        amounts.append(Fraction(0) if metered else list_amount(item["price"], item["quantity"]))
    for i, item in enumerate(items):
        alone = amounts[i:i + 1]
        apply(item["discounts"], alone, [item], durations, at)
        amounts[i] = alone[0]
    customers = [subscription["customer_discount"]] if subscription["customer_discount"] else []
    apply(subscription["discounts"] or customers, amounts, items, durations, at)
    for i, item in enumerate(items):
        if item["price"]["tax_behavior"] == "inclusive" and "tax_rate_inclusive_percent" in item:
            amounts[i] /= 1 + Fraction(str(item["tax_rate_inclusive_percent"])) / 100
    return [half_away_from_zero(amount / months(item["price"])) for amount, item in zip(amounts, items)]


def counts(subscription):
    paused = subscription["pause_collection"]
    if paused and paused["behavior"] in ("void", "mark_uncollectible"):
        return False
    return subscription["status"] in ("active", "past_due") and subscription["test_clock"] is None
