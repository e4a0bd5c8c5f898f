# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes up accounts in the sandbox as their owners would: by requests of the API, in the order of time, on the sandbox's own clock.

Beside the made-up past of the sandbox each of our accounts lives a life out of its own dice: subscriptions that are upgraded, paused, given
coupons, left, taken up again ... What was asked for is kept (Driver.acts): when, of which subscription, what, and how it was prorated.
"""
import atexit
import collections
import heapq
import http.client
import json
import os
import random
import re
import subprocess
import sys
import urllib.parse

DAY = 86400
KEY = "sk_" + "test_" + "t" * 20 + "0001"


class Sandbox:
    """A simulated account as a process of its own, on a clock that stands still until it is moved."""

    def __init__(self, program, now, shim, *words):
        environment = dict(os.environ, LD_PRELOAD=str(shim), CH_TEST_NOW=str(now), ASAN_OPTIONS="verify_asan_link_order=0")
        self.process = subprocess.Popen([program, "--port", "0", "--speed", "0", "--truth", *words], env=environment, stdout=subprocess.PIPE, text=True)
        atexit.register(self.process.kill)
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.process.stdout.readline())
        if not found:
            sys.exit("the simulated account did not start")
        self.address = f"http://127.0.0.1:{found.group(1)}"
        self.connection = http.client.HTTPConnection("127.0.0.1", int(found.group(1)), timeout=600)
        self.now, self.requests, self.refused = now, 0, collections.Counter()

    def raw(self, method, path, body=None):
        self.requests += 1
        self.connection.request(method, path, body, {"Authorization": f"Bearer {KEY}", "Content-Type": "application/x-www-form-urlencoded"})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def ask(self, method, path, **params):
        """The object, or None where it was refused. In names a double underscore opens a bracket: items__0__price."""
        flat = {}
        for name, value in params.items():
            first, *inner = name.split("__")
            flat[first + "".join(f"[{word}]" for word in inner)] = value
        text = urllib.parse.urlencode(flat)
        status, body = self.raw(method, path + ("?" + text if text and method == "GET" else ""), text if method != "GET" else None)
        if status != 200:
            self.refused[json.loads(body)["error"]["message"][:90]] += 1
            return None
        return json.loads(body)

    def all(self, path, **params):
        found, more = [], True
        while more:
            page = self.ask("GET", path, limit=100, **params, **({"starting_after": found[-1]["id"]} if found else {}))
            found += page["data"]
            more = page["has_more"]
        return found

    def advance(self, to):
        if to > self.now:
            self.raw("POST", "/_sandbox/advance", str(to))
            self.now = to

    def truth(self):
        lines = []
        while True:
            page = self.raw("GET", f"/_sandbox/truth?{len(lines)}")[1].splitlines()
            if not page:
                return [json.loads(line) for line in lines]
            lines += page

    def close(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait(60)


class Catalog:
    """Prices of every model in four currencies, and coupons of every kind."""

    AMOUNTS = {"usd": 1, "eur": 1, "jpy": 140, "kwd": 3}

    def __init__(self, sandbox):
        self.prices, self.coupons = collections.defaultdict(list), collections.defaultdict(list)
        self.products = [sandbox.ask("POST", "/v1/products", name=f"Product {n}")["id"] for n in range(4)]
        for currency, factor in self.AMOUNTS.items():
            self.make_prices(sandbox, currency, factor)
            self.make_coupons(sandbox, currency, factor)

    def add(self, sandbox, currency, interval, product, amount=None, count=1, **more):
        price = sandbox.ask("POST", "/v1/prices", currency=currency, product=self.products[product], recurring__interval=interval, recurring__interval_count=count,
                            **({"unit_amount_decimal": amount} if amount is not None else {}), **more)
        self.prices[currency].append(price)

    def make_prices(self, sandbox, currency, factor):
        for n, amount in enumerate((1900, 2900, 4900, 9900)):
            self.add(sandbox, currency, "month", n, amount * factor)
            self.add(sandbox, currency, "year", n, amount * factor * 10)
        self.add(sandbox, currency, "month", 0, f"{700 * factor}.5")
        self.add(sandbox, currency, "month", 1, 0)
        self.add(sandbox, currency, "month", 2, 2300 * factor, tax_behavior="inclusive")
        self.add(sandbox, currency, "month", 3, 9100 * factor, 3)
        self.add(sandbox, currency, "week", 1, 1000 * factor)
        self.add(sandbox, currency, "week", 2, 1500 * factor)
        self.add(sandbox, currency, "month", 2, f"{12 * factor}.25", 1, transform_quantity__divide_by=10, transform_quantity__round="up")
        for mode in ("graduated", "volume"):
            self.add(sandbox, currency, "month", 3, None, 1, billing_scheme="tiered", tiers_mode=mode,
                     tiers__0__up_to=5, tiers__0__unit_amount=1000 * factor, tiers__1__up_to=20, tiers__1__unit_amount=800 * factor,
                     tiers__2__up_to="inf", tiers__2__unit_amount=600 * factor, tiers__2__flat_amount=250 * factor)

    def make_coupons(self, sandbox, currency, factor):
        def add(**terms):
            self.coupons[currency].append(sandbox.ask("POST", "/v1/coupons", **terms))
        for percent in (20, 12.5, 33.33):
            add(duration="forever", percent_off=percent)
        add(duration="forever", percent_off=25, applies_to__products__0=self.products[0], applies_to__products__1=self.products[2])
        add(duration="forever", amount_off=500 * factor, currency=currency)
        add(duration="repeating", duration_in_months=3, percent_off=50)
        add(duration="repeating", duration_in_months=4, amount_off=300 * factor, currency=currency)
        add(duration="once", percent_off=30)
        add(duration="forever", percent_off=100)

    def like(self, price):
        """Other prices of the same currency and interval."""
        return [one for one in self.prices[price["currency"]] if one["id"] != price["id"] and one["recurring"]["interval"] == price["recurring"]["interval"]
                and one["recurring"]["interval_count"] == price["recurring"]["interval_count"]]


class Life:
    """One account: a customer, what it has, and what happens to it next."""

    def __init__(self, driver, number, dice):
        self.driver, self.number, self.dice = driver, number, dice
        self.sandbox, self.catalog = driver.sandbox, driver.catalog
        self.customer, self.subscriptions, self.broken = None, [], False
        self.currency = dice.choice(["usd"] * 5 + ["eur", "eur", "jpy", "kwd"])

    # --- how it begins

    def begin(self):
        paying = self.dice.random() > 0.04
        card = {"payment_method": "pm_card_visa", "invoice_settings__default_payment_method": "pm_card_visa"} if paying else {}
        made = self.sandbox.ask("POST", "/v1/customers", name=f"Account {self.number}", metadata__business_id=f"truth_{self.number}", **card)
        self.customer = made["id"]
        if paying:
            self.subscribe()
        else:
            self.subscribe(trial_period_days=14, trial_settings__end_behavior__missing_payment_method=self.dice.choice(["pause", "cancel"]))

    def some_price(self):
        return self.dice.choice(self.catalog.prices[self.currency])

    def some_quantity(self, price):
        return self.dice.choice([7, 12, 23, 40]) if price["billing_scheme"] == "tiered" or price["transform_quantity"] else self.dice.choice([1, 1, 1, 2, 3, 10])

    def subscribe(self, **more):
        dice, prices = self.dice, []
        for _ in range(dice.choice([1, 1, 1, 2, 3])):
            price = self.some_price()
            if price not in prices:
                prices.append(price)
        for n, price in enumerate(prices):
            more[f"items__{n}__price"] = price["id"]
            more[f"items__{n}__quantity"] = self.some_quantity(price)
            if dice.random() < 0.12:
                more[f"items__{n}__discounts__0__coupon"] = self.some_coupon()
        if dice.random() < 0.2:
            more["discounts__0__coupon"] = self.some_coupon()
            second = self.some_coupon()
            if dice.random() < 0.2 and second != more["discounts__0__coupon"]:
                more["discounts__1__coupon"] = second
        kind = dice.random()
        if "trial_period_days" in more or kind < 0.15:
            more.setdefault("trial_period_days", dice.choice([7, 14, 30]))
        elif kind < 0.2:
            more["backdate_start_date"] = self.sandbox.now - dice.randrange(5, 80) * DAY
        elif kind < 0.25:
            more.update(collection_method="send_invoice", days_until_due=30)
        elif kind < 0.3:
            more["payment_behavior"] = "default_incomplete"
        made = self.sandbox.ask("POST", "/v1/subscriptions", customer=self.customer, **more)
        if made:
            self.subscriptions.append(made["id"])
            self.act(made["id"], "start")
            if made["status"] == "incomplete" and dice.random() < 0.7:
                self.driver.plan(self.sandbox.now + dice.randrange(600, 20 * 3600), self, "pay_open")

    def some_coupon(self):
        return self.dice.choice(self.catalog.coupons[self.currency])["id"]

    def act(self, subscription, *kinds):
        self.driver.acts[subscription, self.sandbox.now].update(kinds)
        self.driver.counts.update(kinds)

    # --- what happens to it

    def step(self, what=None):
        if self.customer is None:
            self.begin()
            return
        held = self.held()
        if what is None and held is None:
            what = self.dice.choice(["subscribe", None])     # some come back
        elif what is None:
            what = self.dice.choices([word for word, _ in WEIGHTS], [weight for _, weight in WEIGHTS])[0]
        if what is not None and (held is not None or what in ("subscribe", "pay_open", "card_mended")):
            getattr(self, what)(*([] if what in ("subscribe", "pay_open", "card_mended", "card_broken", "leave_for_good") else [held]))

    def held(self):
        """One of its subscriptions that is alive, as it is now."""
        for _ in range(3):
            if self.subscriptions:
                found = self.sandbox.ask("GET", "/v1/subscriptions/" + self.dice.choice(self.subscriptions))
                if found and found["status"] in ("active", "past_due", "trialing", "unpaid"):
                    return found
        return None

    def change(self, sub, *kinds, **params):
        changed = self.sandbox.ask("POST", "/v1/subscriptions/" + sub["id"], **params)
        if changed:
            self.act(sub["id"], *kinds)
        return changed

    def prorated(self, sub):
        """The parameters, and the kind that says how a change is prorated."""
        word = self.dice.choices(["create_prorations", "always_invoice", "none"], [5, 2, 4])[0]
        free = word == "none" or sub["status"] in ("trialing", "unpaid") or self.broken
        return {"proration_behavior": word}, "unprorated" if free else "prorated"

    def item(self, sub):
        return self.dice.choice(sub["items"]["data"])

    def price(self, sub):
        item = self.item(sub)
        others = self.catalog.like(item["price"])
        if not others:
            return
        other = self.dice.choice(others)
        params, kind = self.prorated(sub)
        if self.dice.random() < 0.3:
            params["items__0__quantity"] = self.some_quantity(other)
        self.change(sub, "price", kind, items__0__id=item["id"], items__0__price=other["id"], **params)

    def interval(self, sub):
        item, params, kind = self.item(sub), *self.prorated(sub)
        others = [one for one in self.catalog.prices[self.currency] if one["recurring"]["interval"] in ("month", "year") and one["recurring"] != item["price"]["recurring"]]
        self.change(sub, "interval", kind, items__0__id=item["id"], items__0__price=self.dice.choice(others)["id"], **params)

    def quantity(self, sub):
        item, params, kind = self.item(sub), *self.prorated(sub)
        self.change(sub, "quantity", kind, items__0__id=item["id"], items__0__quantity=self.some_quantity(item["price"]), **params)

    def there_and_back(self, sub):
        """Twice in one second."""
        item, params, kind = self.item(sub), *self.prorated(sub)
        others = self.catalog.like(item["price"])
        if not others:
            return
        for price in (self.dice.choice(others), self.dice.choice([item["price"], *others])):
            self.change(sub, "same second", kind, items__0__id=item["id"], items__0__price=price["id"], **params)

    def replace(self, sub):
        item, params, kind = self.item(sub), *self.prorated(sub)
        held = [one["price"]["id"] for one in sub["items"]["data"]]
        others = [one for one in self.catalog.prices[self.currency] if one["id"] not in held]
        other = self.dice.choice(others)
        self.change(sub, "replaced", kind, items__0__id=item["id"], items__0__deleted="true", items__1__price=other["id"], items__1__quantity=self.some_quantity(other), **params)

    def add_item(self, sub):
        held = [one["price"]["id"] for one in sub["items"]["data"]]
        others = [one for one in self.catalog.prices[self.currency] if one["id"] not in held]
        params, kind = self.prorated(sub)
        if len(held) < 5:
            other = self.dice.choice(others)
            self.change(sub, "added", kind, items__0__price=other["id"], items__0__quantity=self.some_quantity(other), **params)

    def remove_item(self, sub):
        if len(sub["items"]["data"]) > 1:
            params, kind = self.prorated(sub)
            self.change(sub, "removed", kind, items__0__id=self.item(sub)["id"], items__0__deleted="true", **params)

    def past_date(self, sub):
        item = self.item(sub)
        start = max(one["current_period_start"] for one in sub["items"]["data"])
        others = self.catalog.like(item["price"])
        if others and sub["status"] == "active" and start < self.sandbox.now - 7200 and not self.broken:
            date = self.dice.randrange(start + 1, self.sandbox.now)
            if self.change(sub, "past proration_date", "prorated", items__0__id=item["id"], items__0__price=self.dice.choice(others)["id"], proration_date=date):
                self.driver.dated.append((item["id"], date, self.sandbox.now))

    def restart(self, sub):
        if sub["status"] == "active":
            self.change(sub, "anchor", billing_cycle_anchor__type="now")

    def leave_now(self, sub):
        if self.sandbox.ask("DELETE", "/v1/subscriptions/" + sub["id"], prorate=self.dice.choice(["true", "false"]), invoice_now=self.dice.choice(["true", "false"])):
            self.act(sub["id"], "canceled now")

    def leave_at_end(self, sub):
        self.change(sub, "cancel at period end", cancel_at_period_end="true")

    def leave_on_a_day(self, sub):
        self.change(sub, "cancel at", cancel_at=self.sandbox.now + self.dice.randrange(2, 70) * DAY, proration_behavior=self.dice.choice(["none", "create_prorations"]))

    def stay(self, sub):
        if sub["cancel_at_period_end"]:
            self.change(sub, "cancel undone", cancel_at_period_end="false")

    def pause(self, sub):
        behavior = self.dice.choice(["void", "void", "mark_uncollectible", "keep_as_draft"])
        params = {"pause_collection__resumes_at": self.sandbox.now + self.dice.randrange(3, 100) * DAY} if self.dice.random() < 0.6 else {}
        if sub["pause_collection"] is None and self.change(sub, "paused " + behavior, pause_collection__behavior=behavior, **params) and not params:
            self.driver.plan(self.sandbox.now + self.dice.randrange(3, 130) * DAY, self, "go_on")

    def go_on(self, sub):
        if sub["pause_collection"] is not None:
            self.change(sub, "pause ended", pause_collection="")

    def use_card(self, card):
        method = self.sandbox.ask("POST", f"/v1/payment_methods/{card}/attach", customer=self.customer)
        if method:
            self.sandbox.ask("POST", "/v1/customers/" + self.customer, invoice_settings__default_payment_method=method["id"])
        return method

    def card_broken(self):
        if self.use_card("pm_card_chargeCustomerFail"):
            self.broken = True
            self.driver.counts["card broken"] += 1
            if self.dice.random() < 0.55:
                self.driver.plan(self.sandbox.now + self.dice.randrange(5, 60) * DAY, self, "card_mended")

    def card_mended(self):
        if self.broken and self.use_card("pm_card_visa"):
            self.broken = False
            self.driver.counts["card mended"] += 1
            self.pay_open()

    def pay_open(self):
        for invoice in self.sandbox.ask("GET", "/v1/invoices", customer=self.customer, status="open", limit=5)["data"]:
            self.sandbox.ask("POST", f"/v1/invoices/{invoice['id']}/pay")

    def free_month(self, sub):
        if sub["status"] in ("active", "past_due"):
            self.change(sub, "free month", trial_end=self.sandbox.now + 30 * DAY, proration_behavior=self.dice.choice(["none", "create_prorations"]))

    def trial(self, sub):
        if sub["status"] == "trialing":
            ends = self.dice.random() < 0.4
            self.change(sub, "trial ended" if ends else "trial extended", trial_end="now" if ends else self.sandbox.now + self.dice.randrange(10, 40) * DAY)

    def coupon(self, sub):
        self.change(sub, "coupon", discounts__0__coupon=self.some_coupon())

    def two_coupons(self, sub):
        one, other = self.dice.sample(self.catalog.coupons[self.currency], 2)
        self.change(sub, "coupon", discounts__0__coupon=one["id"], discounts__1__coupon=other["id"])

    def item_coupon(self, sub):
        self.change(sub, "coupon", items__0__id=self.item(sub)["id"], items__0__discounts__0__coupon=self.some_coupon())

    def coupon_off(self, sub):
        if sub["discounts"] and self.sandbox.ask("DELETE", f"/v1/subscriptions/{sub['id']}/discount"):
            self.act(sub["id"], "coupon off")

    def schedule(self, sub):
        if sub["schedule"] is not None or sub["status"] != "active" or sub["cancel_at"] is not None:
            return
        made = self.sandbox.ask("POST", "/v1/subscription_schedules", from_subscription=sub["id"])
        if not made:
            return
        now = made["phases"][0]
        params = {"phases__0__start_date": now["start_date"], "phases__0__end_date": self.sandbox.now + self.dice.randrange(2, 60) * DAY}
        for n, item in enumerate(now["items"]):
            params[f"phases__0__items__{n}__price"] = item["price"]
            params[f"phases__0__items__{n}__quantity"] = item["quantity"]
        like = self.catalog.like(sub["items"]["data"][0]["price"]) or [sub["items"]["data"][0]["price"]]
        for phase in (1, 2):
            price = self.dice.choice(like)
            params.update({f"phases__{phase}__items__0__price": price["id"], f"phases__{phase}__items__0__quantity": self.some_quantity(price),
                           f"phases__{phase}__duration__interval": "month", f"phases__{phase}__duration__interval_count": self.dice.choice([1, 2]),
                           f"phases__{phase}__proration_behavior": self.dice.choice(["none", "create_prorations"])})
        if self.sandbox.ask("POST", "/v1/subscription_schedules/" + made["id"], end_behavior=self.dice.choice(["release", "release", "cancel"]), **params):
            self.act(sub["id"], "schedule")

    def move(self, sub):
        """Canceled, and made again in the same second, as migrations do."""
        item = sub["items"]["data"][0]
        if self.sandbox.ask("DELETE", "/v1/subscriptions/" + sub["id"]):
            self.act(sub["id"], "moved")
            made = self.sandbox.ask("POST", "/v1/subscriptions", customer=self.customer, items__0__price=item["price"]["id"], items__0__quantity=item.get("quantity", 1))
            if made:
                self.subscriptions.append(made["id"])
                self.act(made["id"], "start")

    def leave_for_good(self):
        if self.sandbox.ask("DELETE", "/v1/customers/" + self.customer):
            self.subscriptions = []
            self.driver.counts["customer deleted"] += 1

    def customer_coupon_off(self, _):
        if self.sandbox.ask("DELETE", f"/v1/customers/{self.customer}/discount"):
            self.driver.counts["customer's coupon off"] += 1


WEIGHTS = [("price", 14), ("interval", 4), ("quantity", 12), ("there_and_back", 3), ("replace", 6), ("add_item", 7), ("remove_item", 5), ("past_date", 2), ("restart", 2),
           ("leave_now", 4), ("leave_at_end", 4), ("leave_on_a_day", 2), ("stay", 3), ("pause", 6), ("go_on", 2), ("card_broken", 4), ("card_mended", 2), ("free_month", 3),
           ("trial", 4), ("coupon", 5), ("two_coupons", 2), ("item_coupon", 4), ("coupon_off", 5), ("schedule", 3), ("move", 2), ("leave_for_good", 1), ("subscribe", 3)]


class Driver:
    """Lets the accounts live, all of them in the order of time."""

    def __init__(self, sandbox, seed):
        self.sandbox, self.seed = sandbox, seed
        self.catalog = Catalog(sandbox)
        self.acts, self.counts = collections.defaultdict(set), collections.Counter()
        self.dated = []     # (item, proration_date, when it was really changed)
        self.queue, self.number = [], 0

    def plan(self, at, life, what=None):
        self.number += 1
        heapq.heappush(self.queue, (at, self.number, life, what))

    def run(self, accounts, until):
        """accounts new ones; and those of the made-up past go on by themselves, but for some of their coupons."""
        start, dice = self.sandbox.now, random.Random(self.seed)
        ticks = sorted(dice.randrange(start, until - 60) for _ in range(max(200, accounts)))   # few enough instants that moving the clock costs little
        for number in range(accounts):
            own = random.Random(self.seed * 1_000_003 + number)
            life = Life(self, number, own)
            first = int(own.betavariate(1, 1.4) * len(ticks))
            for at in [ticks[first]] + sorted(own.choice(ticks[first:]) for _ in range(own.choice([1, 3, 5, 7, 9]))):
                self.plan(at, life)
        for customer in self.sandbox.all("/v1/customers"):
            if customer["discount"] and dice.random() < 0.6:
                life = Life(self, -1, random.Random(self.seed))
                life.customer, life.subscriptions = customer["id"], [sub["id"] for sub in self.sandbox.all("/v1/subscriptions", customer=customer["id"])]
                self.plan(dice.choice(ticks), life, "customer_coupon_off")
        while self.queue and self.queue[0][0] < until:
            at, _, life, what = heapq.heappop(self.queue)
            self.sandbox.advance(at)
            life.step(what)
        self.sandbox.advance(until)
