# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger a second time, slowly, from what the lists of the API say (truth_seen.Seen): sights of each item, states between them, stretches in
which a subscription counted, and the rows that come of it, by the headers of core/revenue and by nothing of its code.

It knows neither schedules nor discounts that are no longer attached.
"""
import collections

import rules

EVER = 1 << 62
DAY = 86400
EVENT, DEBIT, RENEWAL, NOW = range(4)     # who says so, best first

Sight = collections.namedtuple("Sight", "at until state source became")
Mark = collections.namedtuple("Mark", "at earliest latest item pause silent")


def stopped(sub):
    return sub["pause_collection"] is not None and sub["pause_collection"]["behavior"] in ("void", "mark_uncollectible")


def before(event):
    """The subscription as it was before an event of it."""
    was = dict(event["data"]["object"])
    for key, value in (event["data"].get("previous_attributes") or {}).items():
        was[key] = {**was[key], **value} if isinstance(value, dict) and isinstance(was.get(key), dict) else value
    return was


def items_of(sub):
    return {item["id"]: (item["price"]["id"], item.get("quantity", 1)) for item in sub["items"]["data"]}


class Subscription:
    def __init__(self, seen, sub):
        self.seen, self.sub, self.id, self.now = seen, sub, sub["id"], seen.now
        self.lines, self.events = seen.lines[self.id], [event for event in seen.events[self.id] if not event["data"]["object"]["items"]["has_more"]]
        self.items = {item["id"]: item for item in sub["items"]["data"]}
        self.start, self.end = sub["start_date"], sub["ended_at"] or EVER
        self.customers_discount = None if sub["discounts"] else seen.customer_discounts.get(sub["customer"])
        self.settle_start()
        self.gaps = []       # (from mark, to mark, pause)
        self.add_past_trials()
        self.add_trial()
        self.add_pauses()
        self.add_unpaid()

    # --- when it counted

    def settle_start(self):
        sub, first = self.sub, self.seen.first_invoice.get(self.id)
        self.begin = self.start
        if sub["collection_method"] == "charge_automatically" and (not sub["trial_end"] or (sub["trial_start"] or 0) > self.start + 60) and self.start >= sub["created"] and first and first["billing_reason"] == "subscription_create":
            paid = first["status_transitions"]["paid_at"] or 0
            if paid > sub["created"] + 60:
                self.begin = paid

    @staticmethod
    def exact(at):
        return (at, at, at)

    def add_past_trials(self):
        """A line over nothing, at a price that costs something: a free period, until the next line of a period begins."""
        sub, renewals = self.sub, self.renewals()
        for line in renewals:
            price = self.seen.prices[line["price"]]
            if line["amount"] != 0 or price["recurring"]["usage_type"] == "metered" or rules.half_away_from_zero(rules.list_amount(price, line["quantity"])) == 0:
                continue
            if sub["trial_end"] and sub["trial_start"] - 60 <= line["start"] < sub["trial_end"]:
                continue
            since = line["start"] if line["start"] > self.start + 60 else min(self.start, line["start"])
            until = min([other["start"] for other in renewals if other["start"] > line["start"]], default=line["end"])
            if not any(low[0] <= line["start"] < high[0] for low, high, _ in self.gaps[-1:]):
                self.gaps.append((self.exact(since), self.exact(until), line["start"] > self.start + 60))

    def add_trial(self):
        sub = self.sub
        if sub["trial_end"]:
            since = sub["trial_start"] or self.start
            pause = since > self.start + 60
            since = since if pause else min(self.start, since)
            until = EVER if sub["status"] == "paused" else sub["trial_end"]
            if until > since:
                self.gaps.append((self.exact(since), self.exact(until), pause))

    def stretches(self, holds):
        """From events: (from, to), each (at, earliest, latest); at 0: it was on before the events reach back."""
        found, is_open = [], False
        for event in self.events:
            was, is_ = holds(before(event)), holds(event["data"]["object"])
            at = event["created"]
            if not was and is_:
                found.append([self.exact(at), self.exact(EVER)])
                is_open = True
            elif was and not is_:
                if is_open:
                    found[-1][1] = self.exact(at)
                else:
                    found.append([(0, 0, at), self.exact(at)])
                is_open = False
        return found

    def renewals(self):
        return [line for line in self.lines if not line["proration"]]

    def pause_seen(self, until):
        """Since when a pause that was on at an instant can be seen: the first of the invoices in a row at the end that were given up."""
        since = (until, min(self.start, until), until)
        for line in reversed([line for line in self.renewals() if line["start"] < until]):
            if not line["of_pause"]:
                return (since[0], min(line["start"], since[0]), since[2])
            since = (line["start"], min(self.start, line["start"]), line["start"])
        return since

    def add_pauses(self):
        told = self.stretches(stopped)
        is_now = stopped(self.sub) and self.end == EVER
        for one in told:
            if one[0][0] == 0:
                since = self.pause_seen(one[1][0])
                at = min(since[0], one[1][0] - 1)      # it was on until then
                one[0] = (at, min(since[1], at), min(since[2], one[1][0] - 1))
            elif one[1][0] == EVER and not is_now and self.end == EVER:
                one[1] = (self.now, one[0][0], self.now)
        self.past_pauses(told)
        self.gaps += [(one[0], one[1], True) for one in told]
        if stopped(self.sub) and not (told and told[-1][1][0] == EVER):     # what ended while it was paused stands there paused
            self.gaps.append((self.pause_seen(self.sub["ended_at"] or self.now), self.exact(EVER), True))

    def past_pauses(self, told):
        """Renewals in a row that were given up as soon as they were made: over when a good one follows, or before the next would have come."""
        rows, row, good = [], [], None
        for line in self.renewals():
            if line["of_pause"]:
                row.append(line)
                continue
            if row and row[0]["start"] < line["start"]:
                rows.append((good, row, line["start"] - (line["amount"] == 0)))
            row, good = [], line
        if row and not stopped(self.sub):
            rows.append((good, row, min(row[-1]["end"], self.sub["ended_at"] - 1 if self.sub["ended_at"] else self.now)))
        for good, row, until in rows:
            since, last = row[0]["start"], row[-1]["start"]
            if until > since and not any(one[0][0] <= since <= one[1][0] for one in told):
                low = self.start if good is None else good["start"]
                self.gaps.append(((since, min(low, since), since), (until, min(last, until), until), True))

    def add_unpaid(self):
        told = [one for one in self.stretches(lambda sub: sub["status"] == "unpaid") if one[0][0] != 0]
        is_now = self.sub["status"] == "unpaid"
        if told and told[-1][1][0] == EVER and not is_now and self.end == EVER:
            told[-1][1] = (self.now, told[-1][0][0], self.now)
        if is_now and not (told and told[-1][1][0] == EVER):
            newest = first = None
            for line in self.renewals():
                newest = line if newest is None or line["start"] >= newest["start"] else newest
                first = first or (line if line["status"] == "open" else None)
            end, since = (self.now, self.start) if newest is None else (min(newest["end"], self.now), (first or newest)["start"])
            if self.events and before(self.events[0])["status"] == "unpaid":
                end = min(end, self.events[0]["created"] - 1)
            told.append([(end, min(since, end), end), self.exact(EVER)])
        self.gaps += [(one[0], one[1], False) for one in told]

    def counts(self, t):
        return self.begin <= t < self.end and not any(low[0] <= t < high[0] for low, high, _ in self.gaps)

    # --- what its items were

    def names(self):
        every = list(self.items)
        for n, line in enumerate(self.lines):     # what is gone stands where its first bill has it among the others: amounts are shared in that order
            if line["item"] in every:
                continue
            near = lambda m: self.lines[m]["item"] if 0 <= m < len(self.lines) and self.lines[m]["invoice"] == line["invoice"] else None  # noqa: E731
            at = every.index(near(n - 1)) + 1 if near(n - 1) in every else every.index(near(n + 1)) if near(n - 1) is None and near(n + 1) in every else len(every)
            every.insert(at, line["item"])
        for event in self.events:
            every += list(items_of(event["data"]["object"])) + list(items_of(before(event)))
        return list(dict.fromkeys(every))

    def event_sights(self, item):
        found = []
        seconds = sorted({event["created"] for event in self.events})
        for n, at in enumerate(seconds):       # between two of one second there is no time
            together = [event for event in self.events if event["created"] == at]
            changing = [event for event in together if "items" in (event["data"].get("previous_attributes") or {})]
            after = items_of(together[-1]["data"]["object"]).get(item)
            was = items_of(before(changing[0])).get(item) if changing else None
            until = at
            if n + 1 < len(seconds):
                following = next(event for event in self.events if event["created"] == seconds[n + 1])
                if items_of(before(following)).get(item) == after:     # else events are missing in between
                    until = max(following["created"] - 1, at)
            made = any(event["type"].endswith(".created") for event in together)
            if was is None and not changing and not made:
                was = after
            if was is not None:
                found.append(Sight(at - 1, at - 1, was, EVENT, False))
            if after is not None:
                found.append(Sight(at, until, after, EVENT, bool(changing) or made))
            elif was is not None:
                found.append(Sight(at, until, None, EVENT, True))
            elif item not in self.items:
                found.append(Sight(at if changing or made else at - 1, until, None, EVENT, False))
        return found

    def debit_sights(self, item):
        """At an instant with prorations of an item: it was what a credit takes back that no debit gave; it is the debit that no credit takes back, else what a
        new period is charged for, else what is charged nothing and is new. Lines over nothing take nothing back, unless they say so."""
        found, before, gone = [], None, None
        mine = [line for line in self.lines if line["item"] == item and line["status"] != "void"]
        for at in sorted({line["start"] for line in mine}):
            turn = [line for line in mine if line["start"] == at]
            if not any(line["proration"] for line in turn):
                before, gone = self.state_of(turn[-1]), None
                continue
            if item not in self.items and turn == mine[-1:] and turn[0]["proration"] and turn[0]["amount"] == 0:     # what nobody paid for went
                gone = (at, self.state_of(turn[0]))
                continue
            credits = collections.Counter(self.state_of(line) for line in turn if line["proration"] and (line["amount"] < 0 or line["credited"]))
            debits = collections.Counter(self.state_of(line) for line in turn if line["proration"] and line["amount"] > 0)
            periods = [line for line in turn if not line["proration"]]
            free = [self.state_of(line) for line in turn if line["proration"] and line["amount"] == 0 and not line["credited"]]
            passed, left, back = list(credits), debits - credits, False
            credits -= debits
            for state in [self.state_of(line) for line in turn if line["credited"] and line["amount"] == 0]:     # it takes back what was charged nothing
                if state in free and credits[state]:
                    free.remove(state)
                    credits -= collections.Counter([state])
            for line in list(periods):
                state = self.state_of(line)
                if (left or free or len(periods) > 1 or sum(credits.values()) > 1) and credits[state]:     # charged whole, and left again in that second
                    credits -= collections.Counter([state])
                    periods.remove(line)
                    back = bool(free)
            whole = [self.state_of(line) for line in periods]
            if periods:     # debits of the period that was left came before
                left = collections.Counter(state for state in left if any(line["proration"] and line["amount"] > 0 and self.state_of(line) == state and line["end"] == periods[-1]["end"] for line in turn))
            was = (list(credits) or [before for _ in (1,) if before in free or before in passed] or (free if left or whole else []) or passed or [None])[0]
            fresh = [state for state in free if state != (was or before)]
            after = (list(left) or whole or fresh or [(was or before) if back else None])[-1]
            if was is not None and after is not None:     # a credit alone may be a correction
                found.append(Sight(at - 1, at - 1, was, DEBIT, False))
            if after is not None:
                found.append(Sight(at, at, after, DEBIT, True))
            gone = (at, was) if credits and not left and not free and not whole else None
            before = after or before
        if item not in self.items and gone is not None:
            found += [Sight(gone[0] - 1, gone[0] - 1, gone[1], DEBIT, False), Sight(gone[0], gone[0], None, DEBIT, True)]
        return found

    @staticmethod
    def state_of(line):
        return (line["price"], line["quantity"])

    def sights(self, item):
        found = self.event_sights(item) + self.debit_sights(item)
        found += [Sight(line["start"], line["start"], (line["price"], line["quantity"]), RENEWAL, False) for line in self.renewals() if line["item"] == item]
        last = min(self.now, self.end - 1)
        if item in self.items:
            held = self.items[item]
            found.append(Sight(last, last, (held["price"]["id"], held.get("quantity", 1)), NOW, False))
        else:
            billed = [line["end"] for line in self.lines if line["item"] == item]
            gone = min(max(billed), last) if billed else last
            gone = max([gone] + [min(sight.until, self.now) for sight in found if sight.state is not None])
            found.append(Sight(gone, self.now, None, NOW, False))
        kept = [sight for sight in found if not any(other.source < sight.source and other.at <= sight.at <= other.until for other in found)]
        return sorted(kept, key=lambda sight: sight.at)

    def first(self, item, sight, not_yet):
        """(at, earliest, latest) of an item's first state; not_yet: when it was last seen not to be there."""
        if item in self.items:
            created, begun = self.items[item]["created"], self.start
            added = max(created, begun) if created > self.sub["created"] + 60 else begun
            with_first = self.sub["created"] - 60
            if added == begun < with_first and self.lines and self.lines[0]["start"] <= begun and sight.source in (DEBIT, RENEWAL) and sight.at >= with_first:
                added = sight.at     # others were charged from the start on
            running = max(added, self.sub["trial_end"] or 0)
            period = self.items[item]["current_period_start"]
            known = sight.source != NOW or (period and period <= running + DAY) or (sight.became and sight.at <= added)
            return (added, added, added if known else sight.at)
        if self.lines and sight.at <= self.lines[0]["start"]:
            at = min(self.start, sight.at)
            return (at, at, at)
        if sight.became:
            return (sight.at,) * 3
        def interval(price):
            recurring = self.seen.prices[price]["recurring"]
            return recurring["interval"], recurring["interval_count"]
        shown = [line for line in self.lines if line["item"] == item and (line["price"], line["quantity"]) == sight.state and sight.at in (line["start"], line["start"] - line["proration"])]
        ends = [line["end"] if line["proration"] else line["start"] for line in shown[:1]] if sight.source != EVENT else []
        billed = max([self.start] + [line["start"] for line in self.renewals() if line["start"] < sight.at and line["end"] in ends and interval(line["price"]) == interval(sight.state[0])])
        return (sight.at, min(max(billed, not_yet), sight.at), sight.at)

    def states(self, item):
        """[(at, earliest, latest, state)]"""
        found, last = [], 0
        for sight in self.sights(item):
            if not found:
                if sight.state is None:
                    last = max(sight.at, min(sight.until, self.now))
                    continue
                found.append((*self.first(item, sight, last), sight.state))
            elif found[-1][3] != sight.state:
                at = max(sight.at, found[-1][0])
                earliest = at if sight.became else min(max(last, found[-1][0]), at)
                found.append((at, at if earliest == at - 1 else earliest, at, sight.state))     # within one second is exact
            last = max(sight.at, min(sight.until, self.now))
        return found

    # --- what comes of it

    def whole(self, discount):
        coupon = self.seen.coupons[discount["source"]["coupon"] if isinstance(discount["source"]["coupon"], str) else discount["source"]["coupon"]["id"]]
        return {"source": {"coupon": coupon}, "start": discount["start"], "end": discount["end"]}

    def discounts_of(self, holder):
        return [self.whole(self.seen.discounts[one] if isinstance(one, str) else one) for one in holder["discounts"]]

    def worth(self, states, t):
        """{item: (minor units, price)} at an instant."""
        held, found = [], {}
        for item in states:
            state = None
            for at, _, _, one in states[item]:
                state = one if at <= t else state
            if state is not None and self.counts(t):
                starts = [line["start"] for line in self.renewals() if line["item"] == item and line["start"] <= t]
                period = max(starts, default=states[item][0][0] if self.lines else 0)
                own = self.items.get(item)
                if own and own["current_period_start"] <= t:
                    period = own["current_period_start"]
                held.append((item, {"price": self.seen.prices[state[0]], "quantity": state[1], "current_period_start": period, "discounts": self.discounts_of(own) if own else []}))
        subscription = {"items": {"data": [one for _, one in held]}, "discounts": self.discounts_of(self.sub),
                        "customer_discount": self.whole(self.customers_discount) if self.customers_discount else None}
        for (item, one), minor in zip(held, rules.monthly(subscription, ["forever"], t)):
            found[item] = (minor, one["price"]["id"])
        return found

    def marks(self, states):
        found = [Mark(*self.exact(self.begin), None, False, False), Mark(*self.exact(self.end), None, False, False)]
        for low, high, pause in self.gaps:
            found += [Mark(*low, None, pause, False), Mark(*high, None, pause, False)]
        holders = [(None, self.discounts_of(self.sub) + ([self.whole(self.customers_discount)] if self.customers_discount else []))]
        holders += [(item, self.discounts_of(own)) for item, own in self.items.items()]
        for item, discounts in holders:
            for discount in discounts:
                found += [Mark(*self.exact(at), item, False, False) for at in (discount["start"], discount["end"]) if at]
        for item, own in states.items():
            for at, earliest, latest, _ in own:
                mark = (at, min(earliest, at), latest) if at >= self.begin else self.exact(self.begin)
                found.append(Mark(*mark, item, False, False))
        return [mark for mark in found if self.begin <= mark.at <= self.now]

    def rows(self):
        """[(at, item, minor units, earliest, latest, pause, reconciles)]"""
        if self.sub["status"] in ("incomplete", "incomplete_expired"):
            return []
        states = {item: self.states(item) for item in self.names()}
        marks, rows, running, doubtful = self.marks(states), [], {}, {}
        for t in sorted({mark.at for mark in marks}):
            worth = self.worth(states, t)
            for item in states:
                was, is_ = running.get(item, 0), worth.get(item, (0, None))[0]
                if was == is_:
                    continue
                mine = [mark for mark in marks if mark.at == t and mark.item in (None, item)]
                windows = [mark for mark in mine or [one for one in marks if one.at == t] if mark.earliest != mark.latest]
                if t > self.begin and not self.counts(t - 1):     # what it became while it did not count says nothing of when it counts again
                    windows = [mark if mark.item is None else mark._replace(earliest=mark.at) for mark in windows]
                earliest, latest = min([t] + [mark.earliest for mark in windows]), max([t] + [mark.latest for mark in windows])
                latest = max([latest] + [own[2] for own in [one for one in states[item] if one[0] <= t][-1:] if own[3] is not None])
                shown = [own for own in states[item] if own[0] > t][:1]      # only while it did not count
                earliest = min([earliest] + [max(own[1], self.begin) for own in shown if own[1] < t and not (self.counts(own[0]) and self.counts(own[0] - 1))])
                rows.append((t, item, is_ - was, earliest, latest, bool(mine) and all(mark.pause for mark in mine), False))
                if earliest != latest:
                    doubtful.setdefault(item, t)
                running[item] = is_
        counts = self.sub["status"] in ("active", "past_due") and not stopped(self.sub)
        now = {item["id"]: minor for item, minor in zip(self.sub["items"]["data"], self.worth_now())} if counts else {}
        for item in states:
            left = now.get(item, 0) - running.get(item, 0)
            if left:
                at = doubtful.get(item, self.now)
                rows.append((at, item, left, min(at, self.begin), self.now, False, True))
        return rows

    def worth_now(self):
        held = [{"price": self.seen.prices[item["price"]["id"]], "quantity": item.get("quantity", 1), "current_period_start": item["current_period_start"], "discounts": self.discounts_of(item)}
                for item in self.sub["items"]["data"]]
        return rules.monthly({"items": {"data": held}, "discounts": self.discounts_of(self.sub),
                              "customer_discount": self.whole(self.customers_discount) if self.customers_discount else None}, ["forever"], self.now)


def classes(rows):
    """Of the rows of one customer, (currency, row): their classes. The changes of one instant are one movement."""
    balances, known, found = collections.Counter(), False, []
    for t in sorted({row[0] for _, row in rows}):
        together = [(currency, row) for currency, row in rows if row[0] == t]
        was = any(balance > 0 for balance in balances.values())
        net, pause = collections.Counter(), True
        for currency, row in together:
            balances[currency] += row[2]
            if not row[6]:
                net[currency] += row[2]
                pause = pause and row[5]
        is_ = any(balance > 0 for balance in balances.values())
        for currency, row in together:
            if row[6]:
                word = "reconciliation"
            elif not was and is_:
                word = "new" if not known else "resumed" if pause else "reactivation"
            elif not was:
                word = "reactivation" if known else "new"
            elif pause and net[currency]:
                word = "paused" if net[currency] < 0 else "resumed"
            elif not is_:
                word = "churn"
            else:
                word = "contraction" if net[currency] < 0 else "expansion"
            found.append((currency, row, word))
        known = known or was or is_
    return found


def ledger(seen):
    """{customer: [(currency, subscription, row, class)]}"""
    by_customer = collections.defaultdict(list)
    for sub in seen.subscriptions.values():
        by_customer[sub["customer"]] += [(sub["currency"], (*row, sub["id"])) for row in Subscription(seen, sub).rows()]
    return {customer: classes(rows) for customer, rows in by_customer.items()}
