# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's truth, valued by rules.py: what each item of each subscription brought in a month at any instant."""
import bisect
import collections

import rules

DAY = 86400
FIGURES = {"list": [], "mrr": ["forever"], "net": ["forever", "repeating", "once"]}
STOPS = ("void", "mark_uncollectible")


class Told:
    """One subscription: its states in order, one for each instant at which it changed."""

    def __init__(self, account, lines):
        self.account = account
        last = {}
        lines = sorted(lines, key=lambda line: line["at"])      # stable: of one instant the last counts
        if lines[0]["start"] < lines[0]["at"]:
            start = lines[0]["start"]                           # backdated: it is as if it had been so from then on
            last[start] = dict(lines[0], items=[dict(item, period_start=start) for item in lines[0]["items"]])
        for line in lines:
            last[line["at"]] = line
        self.states = list(last.values())
        first = self.states[0]
        self.id, self.customer, self.currency, self.start = first["subscription"], first["customer"], first["currency"], min(first["start"], first["at"])
        self.times = list(last)
        self.items = list(dict.fromkeys(item["id"] for line in lines for item in line["items"]))
        self.attached = {discount["id"] for holder in [self.states[-1], *self.states[-1]["items"]] for discount in holder["discounts"]}

    def at(self, t):
        place = bisect.bisect_right(self.times, t) - 1
        return self.states[place] if place >= 0 else None

    def counts(self, t):
        state = self.at(t)
        return state is not None and state["status"] in ("active", "past_due") and state["pause"] not in STOPS

    def item(self, item, t):
        """(price, quantity) of an item, or None."""
        state = self.at(t)
        return next(((one["price"], one["quantity"]) for one in state["items"] if one["id"] == item), None) if state else None

    def discounts(self, t):
        """Every discount that is attached somewhere, by id, with those of the customer that count for it."""
        state = self.at(t)
        if state is None:
            return []
        own = [discount for holder in [state, *state["items"]] for discount in holder["discounts"]]
        customers = self.account.customer_discount(self.customer, t)
        return own + ([customers] if customers and not state["discounts"] else [])

    def worth(self, t, figure, known=None):
        """{item: minor units}; known: only discounts with these ids count."""
        if not self.counts(t):
            return {}
        state = self.at(t)
        customers = self.account.customer_discount(self.customer, t)
        return self.account.value(state, customers, t, figure, known)


class Account:
    """All that one sandbox told."""

    def __init__(self, lines, prices, coupons):
        self.prices, self.coupons, self.valued = prices, coupons, {}
        by_subscription, self.of_customer = collections.defaultdict(list), collections.defaultdict(list)
        for line in lines:
            if "subscription" in line:
                by_subscription[line["subscription"]].append(line)
            else:
                self.of_customer[line["customer"]].append((line["at"], line["discounts"][0] if line["type"].endswith("created") else None))
        for told in self.of_customer.values():
            told.sort(key=lambda one: one[0])
        self.subscriptions = {id: Told(self, own) for id, own in by_subscription.items()}

    def customer_discount(self, customer, t):
        found = None
        for at, discount in self.of_customer.get(customer, ()):
            found = discount if at <= t else found
        return found

    def whole(self, discount):
        return {"source": {"coupon": self.coupons[discount["coupon"]]}, "start": discount["start"], "end": discount["end"]}

    def value(self, state, customers, t, figure, known):
        def those(discounts):
            return [self.whole(one) for one in discounts if known is None or one["id"] in known]
        items = [{"price": self.prices[item["price"]], "quantity": item["quantity"], "current_period_start": item["period_start"], "discounts": those(item["discounts"])}
                 for item in state["items"]]
        own = those(state["discounts"])
        subscription = {"items": {"data": items}, "discounts": own,
                        "customer_discount": (those([customers]) or [None])[0] if customers and not state["discounts"] else None}
        every = [discount for item in items for discount in item["discounts"]] + own + ([subscription["customer_discount"]] if subscription["customer_discount"] else [])
        key = (figure, tuple((item["price"], item["quantity"]) for item in state["items"]),
               tuple((discount["source"]["coupon"]["id"], rules.bites(discount, item["current_period_start"], t)) for item in items for discount in every),
               tuple(len(item["discounts"]) for item in items), len(own))
        if key not in self.valued:
            self.valued[key] = rules.monthly(subscription, FIGURES[figure], t)
        return dict(zip((item["id"] for item in state["items"]), self.valued[key]))
