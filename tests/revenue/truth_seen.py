# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API's lists tell of an account, as a client reads them; and from that, what of the truth nobody can see.

A change in place without proration leaves no date: the next line shows it. Two of them between two lines show as one or none. A pause that no
renewal fell into leaves nothing at all, once its event is older than 30 days.
"""
import bisect
import collections

DAY = 86400
STOPS = ("void", "mark_uncollectible")


class Seen:
    LOST = {"changed twice between two bills", "a pause without a renewal"}
    NOT_YET = {"past discount", "schedule"}

    def __init__(self, sandbox, now):
        self.now = now
        self.prices = {}
        for active in ("true", "false"):
            for price in sandbox.all("/v1/prices", active=active, expand__0="data.tiers"):
                self.prices[price["id"]] = price
        self.coupons = {coupon["id"]: coupon for coupon in sandbox.all("/v1/coupons", expand__0="data.applies_to")}
        self.subscriptions = {sub["id"]: sub for sub in sandbox.all("/v1/subscriptions", status="all", expand__0="data.discounts", expand__1="data.items.data.discounts")}
        self.customer_discounts = {customer["id"]: customer["discount"] for customer in sandbox.all("/v1/customers") if customer["discount"]}
        self.invoices = sandbox.all("/v1/invoices")
        self.first_invoice = {}
        self.events = collections.defaultdict(list)
        for event in reversed(sandbox.all("/v1/events", type="customer.subscription.*")):
            self.events[event["data"]["object"]["id"]].append(event)
        self.lines = collections.defaultdict(list)
        for invoice in reversed(self.invoices):
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
        if invoice["status"] == "draft" or not details:
            return
        self.lines[details["subscription"]].append({
            "id": line["id"], "item": details["subscription_item"], "proration": details["proration"], "credited": bool((details.get("proration_details") or {}).get("credited_items")),
            "price": line["pricing"]["price_details"]["price"], "quantity": line["quantity"], "amount": line["amount"], "start": line["period"]["start"], "end": line["period"]["end"],
            "status": invoice["status"], "created": invoice["created"]})

    # --- what can be known of an item

    def witnesses(self, told, item):
        """Instants at which an item's price and quantity are told."""
        found = {told.start - 1, self.now}
        for line in self.lines[told.id]:
            if line["item"] == item:
                found.add(line["start"] - 1 if line["amount"] < 0 else line["start"])
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

    def why(self, told, item, figure, t, says, between):
        """The name of a known reason why the ledger cannot know better at t, or None."""
        if self.hidden(told, item, t):
            return "changed twice between two bills"
        if figure != "list":
            least, most = between or (says, says)
            if least <= told.worth(t, figure, told.attached).get(item, 0) <= most:
                return "past discount"
        return None

    def exact_kinds(self, told, item, t, acts):
        """Under which names of the facts (D.3) the change of an item at t is exact; none: it need not be."""
        state, before = told.at(t), told.at(t - 1)
        kinds = set()
        if t > self.now - 30 * DAY:
            kinds.add("last 30 days")
        if before is None and state["status"] in ("active", "past_due"):
            kinds.add("start")
        if state["ended_at"] == t:
            kinds.add("end")
        if before and before["status"] == "trialing" and state["status"] == "active":
            kinds.add("trial end")
        if before and "prorated" in acts and told.item(item, t - 1) != told.item(item, t):
            kinds.add("prorated")
        return kinds
