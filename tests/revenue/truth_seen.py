# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API's lists tell of an account, as a client reads them; and from that, what of the truth nobody can see.

A change in place without proration leaves no date: the next line shows it. Two of them between two lines show as one or none. A pause that no
renewal fell into leaves nothing at all, once its event is older than 30 days.
"""
import bisect
import collections

DAY = 86400
STOPS = ("void", "mark_uncollectible")


def ended_or(told, now):
    return told.states[-1]["ended_at"] or now


class Seen:
    COUPON_OFF = "a coupon taken off between two bills, beside another change"
    SAME = "changed unseen to what came to the same"
    SHARED = "an amount shared with an item of which less is known"
    # Where one of these is the reason, the ledger has to say that its amounts are not certain.
    MARKED = (COUPON_OFF, SHARED)
    # What nobody can see in Stripe's lists. A difference is put under one of these only where the truth shows that it is so (why()).
    LOST = {
        "changed twice between two bills": "only what the next bill shows is known",
        "changed in the second of a bill": "the bill shows what was charged, which is not what it was a moment later",
        "passed through within one second": "one half of what was done in that second is on no bill, and the other credits what was passed through",
        "changed in the second of its end": "what stands there is what it ended as",
        "several changes within one window": "each lies in the window, but what was in between is not between what was before and after",
        "dated back by proration_date": "its lines name that date, and no other",
        "a pause without a renewal": "no invoice was given up",
        "a paused invoice that was paid": "it came to nothing, or a person paid it",
        "billed on drafts": "drafts are not read: they may still change",
        "showed only while it did not count": "a change that a bill shows only after the subscription has stopped to count, or for nothing",
        "a proration over nothing": "one that names no line which it takes back may be a credit or a debit",
        "paused when its trial ended": "the status says so only until it is canceled",
        "billed twice in one second": "two periods begin together, and nothing says which came last",
        "a coupon that no bill shows": "it came and went between two bills, or in the second of one, and its events are gone",
        "a coupon that ran out within a period": "its end is known, and not whether Stripe took it off then or with the next bill",
        "a coupon taken off shortly before it ran out": "no bill lies between, and its end is what it says",
        SHARED: "what the others bore depends on when that one changed",
        "unpaid, and paid again": "when the retries ended, and that this made it unpaid, stands in events only; attempts and payments tell of past due",
        SAME: "where nothing moves there is no movement to carry a window",
        COUPON_OFF: "only the next bill shows that it went: when, and what else changed before or after that, is not known together",
        "past due within a trial": "the sandbox lets an old invoice that fails end a trial; the subscription still names the trial",
    }

    def __init__(self, sandbox, now, driver):
        self.now, self.acts, self.dated = now, driver.acts, driver.dated
        self.prices = {}
        for active in ("true", "false"):
            for price in sandbox.all("/v1/prices", active=active, expand__0="data.tiers"):
                self.prices[price["id"]] = price
        self.coupons = {coupon["id"]: coupon for coupon in sandbox.all("/v1/coupons", expand__0="data.applies_to")}
        self.subscriptions = {sub["id"]: sub for sub in sandbox.all("/v1/subscriptions", status="all", expand__0="data.discounts", expand__1="data.items.data.discounts")}
        for sub in self.subscriptions.values():
            if sub["items"]["has_more"]:
                sub["items"]["data"] = sandbox.all("/v1/subscription_items", subscription=sub["id"], expand__0="data.discounts")
        self.customer_discounts = {customer["id"]: customer["discount"] for customer in sandbox.all("/v1/customers") if customer["discount"]}
        self.first_invoice, self.on_drafts = {}, set()
        self.events = collections.defaultdict(list)
        for event in reversed(sandbox.all("/v1/events", type="customer.subscription.*")):
            self.events[event["data"]["object"]["id"]].append(event)
        self.lines = collections.defaultdict(list)
        for invoice in reversed(sandbox.all("/v1/invoices")):
            details = (invoice["parent"] or {}).get("subscription_details")
            if details and invoice["status"] != "draft":
                self.first_invoice.setdefault(details["subscription"], invoice)
            lines = invoice["lines"]["data"]
            if invoice["lines"]["has_more"]:
                lines = sandbox.all(f"/v1/invoices/{invoice['id']}/lines")
            for line in lines:
                self.take_line(invoice, line)
        for lines in self.lines.values():
            lines.sort(key=lambda line: line["start"])

    def take_line(self, invoice, line):
        parent = line["parent"] or {}
        details = parent.get("subscription_item_details")
        if details and invoice["status"] == "draft":
            self.on_drafts.add(details["subscription_item"])
        if invoice["status"] == "draft" or not details:
            return
        price = self.prices[line["pricing"]["price_details"]["price"]]
        for other in self.lines[details["subscription"]]:    # a tiered price has a line for each tier
            if price["billing_scheme"] == "tiered" and not details["proration"] and not other["proration"] and (other["invoice"], other["item"], other["price"], other["start"]) == (
                    invoice["id"], details["subscription_item"], price["id"], line["period"]["start"]):
                other["quantity"] += line["quantity"]
                other["amount"] += line["amount"]
                other["free"] = other["free"] and sum(part["amount"] for part in line["discount_amounts"]) >= line["amount"]
                other["discounts"] |= {part["discount"] for part in line["discount_amounts"]}
                return
        given_up = invoice["status_transitions"]["voided_at"] or invoice["status_transitions"]["marked_uncollectible_at"] or 0
        self.lines[details["subscription"]].append({
            "invoice": invoice["id"], "of_pause": invoice["status"] in ("void", "uncollectible") and given_up <= invoice["created"] + DAY,
            "id": line["id"], "item": details["subscription_item"], "proration": details["proration"], "credited": bool((details.get("proration_details") or {}).get("credited_items")),
            "price": line["pricing"]["price_details"]["price"], "quantity": line["quantity"], "amount": line["amount"], "start": line["period"]["start"], "end": line["period"]["end"],
            "status": invoice["status"], "created": invoice["created"], "discounts": {part["discount"] for part in line["discount_amounts"]},
            "free": sum(part["amount"] for part in line["discount_amounts"]) >= line["amount"]})

    # --- what can be known of an item

    def witnesses(self, told, item):
        """Instants at which an item's price and quantity are told."""
        found = {told.start - 1, self.now}
        for line in self.lines[told.id]:
            if line["item"] == item and line["amount"] == 0 and line["proration"] and not line["credited"]:     # a credit or a debit
                found |= {t for t in (line["start"] - 1, line["start"]) if told.item(item, t) == (line["price"], line["quantity"])}
            elif line["item"] == item and not (line["proration"] and line["status"] == "void"):
                found.add(line["start"] - 1 if line["credited"] or line["amount"] < 0 else line["start"])
        found |= {t for event in self.events[told.id] for t in (event["created"] - 1, event["created"])}
        ended = told.states[-1]["ended_at"]
        return sorted(found | ({ended - 1} if ended else set()))

    def hidden(self, told, item, t):
        """Whether the item changed more than once between what was last seen of it before t and what was seen next."""
        times = self.witnesses(told, item)
        place = bisect.bisect_right(times, t)
        low, high = times[place - 1] if place else told.start - 1, times[place] if place < len(times) else self.now
        states = [told.item(item, low)] + [told.item(item, at) for at in told.times if low < at <= high]
        changes = sum(1 for a, b in zip(states, states[1:]) if a != b)
        return changes > 1

    def stretch(self, told, t, holds):
        """[from, to) of the states around t for which something holds."""
        place = bisect.bisect_right(told.times, t) - 1
        low = high = place
        while low > 0 and holds(told.states[low - 1]):
            low -= 1
        while high < len(told.states) and holds(told.states[high]):
            high += 1
        return told.times[low], told.times[high] if high < len(told.times) else self.now + 1

    def paused_unseen(self, told, t):
        def stops(state):
            return state["pause"] in STOPS
        state = told.at(t)
        if state is None or not stops(state):
            return False
        low, high = self.stretch(told, t, stops)
        return high <= self.now - 30 * DAY and not any(low <= line["start"] < high and not line["proration"] for line in self.lines[told.id])

    def paid_while_paused(self, told, t):
        """One without anything to pay is paid, paused or not; so is one that a person pays."""
        def stops(state):
            return state["pause"] in STOPS
        if told.at(t) is None or not stops(told.at(t)):
            return False
        low, high = self.stretch(told, t, stops)
        return any(low <= line["start"] < high and not line["proration"] and not line["of_pause"] for line in self.lines[told.id])

    def shown_uncounted(self, told, item, figure, t):
        """Whether the item changed to what it is at t, or what hides it ended, and the next that shows it lies where the subscription did not count."""
        def stops(state):
            return state["pause"] in STOPS
        if told.at(t) and stops(told.at(t)) and not told.worth(self.stretch(told, t, stops)[1], figure).get(item, 0):
            return True     # it went, or came to nothing, while it was paused
        times = self.witnesses(told, item)
        place = bisect.bisect_right(times, t)
        low, high = times[place - 1] if place else told.start - 1, times[place] if place < len(times) else self.now
        if told.item(item, low) != told.item(item, t) and not told.worth(high, figure).get(item, 0):
            return True
        bills = [line for line in self.lines[told.id] if not line["proration"]]
        paused = max((line["start"] for line in bills if line["of_pause"] and line["start"] <= t), default=None)
        good = min((line["start"] for line in bills if not line["of_pause"] and line["start"] > t), default=ended_or(told, self.now))
        if paused is None or any(paused < line["start"] <= t for line in bills):
            return False
        resumed_free = any(line["item"] == item and line["start"] == good and line["free"] for line in bills)     # it went on, and by its next bill nothing was left to pay
        return resumed_free or self.changes_within(told, item, "list", paused, good) > 1

    @staticmethod
    def changes_within(told, item, figure, low, high):
        worths = [told.worth(t, figure).get(item, 0) for t in [low] + [t for t in told.times if low < t <= high]]
        states = [told.item(item, t) for t in [low] + [t for t in told.times if low < t <= high]]
        return sum(1 for n in range(1, len(worths)) if worths[n] != worths[n - 1] or states[n] != states[n - 1])

    def seen_before(self, told, item, t):
        """The lines that tell of an item last before or at t, and those that tell of it next."""
        mine = [line for line in self.lines[told.id] if line["item"] == item and not (line["proration"] and line["status"] == "void")]
        last, following = max((line["start"] for line in mine if line["start"] <= t), default=None), min((line["start"] for line in mine if line["start"] > t), default=None)
        return [line for line in mine if line["start"] == last], [line for line in mine if line["start"] == following]

    def why(self, told, item, figure, t, says, between, window=None):
        """The name of a known reason why the ledger cannot know better at t, or None."""
        last, following = self.seen_before(told, item, t)
        if any(one == item and (low - 1 <= t < high or (t < low and any(line["start"] == low for line in following))) for one, low, high in self.dated):
            return "dated back by proration_date"
        if last and all((line["price"], line["quantity"]) != told.item(item, line["start"]) for line in last) and not any(last[0]["start"] < event["created"] <= t for event in self.events[told.id]):
            return "changed in the second of a bill"
        if window and any(line["item"] == item and line["start"] == window[0] and (line["price"], line["quantity"]) != told.item(item, window[0]) for line in self.lines[told.id]):
            return "changed in the second of a bill"
        state = told.at(t)
        if state and state["status"] == "past_due" and t < (state["trial_end"] or 0):
            return "past due within a trial"
        if t == told.start and not any(line["item"] == item and line["start"] == t for line in self.lines[told.id]):
            return "changed in the second of a bill"
        whole = [line for line in self.lines[told.id] if line["item"] == item and not line["proration"]]
        if any(line["start"] <= t < line["end"] and line["amount"] == 0 < other["amount"] and line["start"] == other["start"] for line in whole for other in whole):
            return "billed twice in one second"
        if len({(line["price"], line["quantity"]) for line in last if not line["proration"]}) > 1 and not any(line["proration"] for line in last):
            return "billed twice in one second"
        if self.hidden(told, item, t):
            return "changed twice between two bills"
        if self.paused_unseen(told, t):
            return "a pause without a renewal"
        if self.paid_while_paused(told, t):
            return "a paused invoice that was paid"
        credits = [line for line in following if line["proration"] and (line["credited"] or line["amount"] < 0)]
        if credits and all((line["price"], line["quantity"]) != told.item(item, line["start"] - 1) for line in credits):
            return "passed through within one second"
        if state and state["status"] == "paused":
            return "paused when its trial ended"
        if any(line["item"] == item and line["proration"] and line["amount"] == 0 and not line["credited"] for line in self.lines[told.id]):
            return "a proration over nothing"
        def unpaid(state):
            return state["status"] == "unpaid"
        if told.at(t) and unpaid(told.at(t)) and self.stretch(told, t, unpaid)[1] <= self.now:
            return "unpaid, and paid again"
        ended = told.states[-1]["ended_at"]
        if ended and t < ended and (told.item(item, ended - 1) != told.item(item, ended) or (figure != "list" and told.discounts(ended - 1) != told.discounts(ended))):
            return "changed in the second of its end"
        if item in self.on_drafts:
            return "billed on drafts"
        if self.shown_uncounted(told, item, figure, t):
            return "showed only while it did not count"
        if between and self.changes_within(told, item, figure, *window) > 1:
            return "several changes within one window"
        reason = self.coupon_unseen(told, item, figure, t) if figure != "list" else None
        if reason:
            return reason
        if figure != "list":
            if any(self.coupons[discount["coupon"]]["amount_off"] for discount in told.discounts(t)):     # shared with items of which less is known
                return next(filter(None, (self.why(told, other, "list", t, None, None) for other in told.items if other != item)), None)
        return None

    def coupon_unseen(self, told, item, figure, t):
        lines = self.lines[told.id]
        shown = {discount for line in lines for discount in line["discounts"]}
        if any(one["id"] not in told.attached | shown for one in told.discounts(t)):
            return "a coupon that no bill shows"
        if any(one["end"] and one["end"] <= t and one["id"] not in told.attached for one in told.discounts(t)):
            return "a coupon that ran out within a period"
        ever = self.discounts_ever(told)
        reasons = {self.coupon_gone(told, item, figure, t, id, ever.get(id)) for id in shown - told.attached}
        return min(reasons - {None}, key=lambda reason: reason == self.COUPON_OFF, default=None)

    def coupon_shown(self, told, id, ever):
        """When a bill showed a discount last, and when the next came that would have shown it."""
        lines = self.lines[told.id]
        last = max(line["start"] for line in lines if id in line["discounts"])
        discount, own = ever
        coupon = self.coupons[discount["coupon"]]
        products = (coupon.get("applies_to") or {}).get("products")
        lowered = {line["item"] for line in lines if id in line["discounts"]}
        of_all = own is None and coupon["percent_off"] and not products
        bills = [line for line in lines if line["amount"] > 0 and not line["proration"] and not line["free"] and (of_all or line["item"] in lowered)
                 and (not products or self.prices[line["price"]]["product"] in products)]
        return last, min([line["start"] for line in bills if line["start"] > last], default=ended_or(told, self.now))

    def discounts_ever(self, told):
        return {one["id"]: (one, holder.get("price") and holder["id"]) for state in told.states for holder in [state, *state["items"]] for one in holder["discounts"]}

    def coupon_gone_by(self, told, t):
        """Whether the bill of t is the first that does not show a discount any more."""
        shown = {discount for line in self.lines[told.id] for discount in line["discounts"]} - told.attached
        return any(self.coupon_shown(told, id, ever)[1] == t for id, ever in self.discounts_ever(told).items() if id in shown)

    def coupon_gone(self, told, item, figure, t, id, ever):
        held = {one["id"] for one in told.discounts(t)}
        if ever is None:      # of the customer, or swapped for another in the second of the bill
            last = max(line["start"] for line in self.lines[told.id] if id in line["discounts"])
            return "changed in the second of a bill" if last == t and id not in held else None
        discount, _ = ever
        last, following = self.coupon_shown(told, id, ever)
        if last <= t < following and id not in {one["id"] for one in told.discounts(last)}:
            return "changed in the second of a bill"
        if not last <= t < following or id in {one["id"] for one in told.discounts(following - 1)}:
            return None
        if discount["end"] and t < discount["end"] <= following and id not in held:
            return "a coupon taken off shortly before it ran out"
        ran_out = discount["end"] and id in {one["id"] for one in told.discounts(discount["end"] - 1)}
        return self.COUPON_OFF if not ran_out and self.changes_within(told, item, figure, last, following) > 1 else None

    def has_more_to_tell(self, told):
        """Whether there are schedules or discounts that are gone, the customer's too, which the second ledger does not read."""
        ever = {discount["id"] for state in told.states for holder in [state, *state["items"]] for discount in holder["discounts"]}
        ever |= {id for line in self.lines[told.id] for id in line["discounts"]}
        now = self.customer_discounts.get(told.customer)
        ever |= {discount["id"] for _, discount in told.account.of_customer.get(told.customer, ()) if discount and discount["id"] != (now or {}).get("id")}
        return bool(ever - told.attached - {(now or {}).get("id")}) or self.subscriptions[told.id]["schedule"] is not None or any("schedule" in acts for (id, _), acts in self.acts.items() if id == told.id)

    def exact_kinds(self, told, item, t):
        """Under which names of the facts (D.3) the change of an item at t is exact; none: it need not be. A change is prorated where a line says so:
        a proration waits for the next invoice, and is dropped with the subscription."""
        state, before = told.at(t), told.at(t - 1)
        kinds = set()
        if t > self.now - 30 * DAY:
            kinds.add("last 30 days")
        if before is None and state["status"] in ("active", "past_due"):
            kinds.add("start")
        if before and before["status"] == "incomplete" and state["status"] == "active":
            kinds.add("first payment")
        if state["ended_at"] == t and before and before["pause"] not in STOPS:
            kinds.add("end")
        if before and before["status"] == "trialing" and state["status"] == "active":
            kinds.add("trial end")
        was, is_ = told.item(item, t - 1), told.item(item, t)
        if before and was != is_:
            mine = [line for line in self.lines[told.id] if line["item"] == item and line["start"] == t and line["proration"] and line["status"] != "void"]
            if mine and not any(line["amount"] < 0 and (line["price"], line["quantity"]) == is_ for line in mine):     # what is credited was before
                kinds.add("prorated")
            if was is None and told.item(item, told.times[-1]) is not None:
                kinds.add("added")
        if any(discount["start"] == t and discount["id"] in told.attached for discount in told.discounts(t)):
            kinds.add("coupon")
        return kinds
