# SPDX-License-Identifier: GPL-3.0-or-later
"""Prometheus scrapes the program: test_live.py BIN_FOLDER [SHOW_FOLDER]. What stands at /metrics passes promtool, every query of the dashboard has an
answer, and alerts fire from faults that are induced and are over after them. With SHOW_FOLDER what was seen is written there as text.
"""
import json
import math
import pathlib
import re
import signal
import subprocess
import sys
import time
import unittest

from watched import MONITORING, WEBHOOK_SECRET, Watched, program, until

BIN = None
SHOW = None


def queries():
    """(panel, expression) of the dashboard, with what Grafana puts in for its variables."""
    for panel in json.loads((MONITORING / "dashboard.json").read_text())["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"].replace("$__rate_interval", "1m").replace("$instance", ".*").replace("$currency", "usd")


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.start = time.monotonic()
        cls.told = []
        cls.watched = Watched(BIN)
        cls.tell("serve is scraped")

    @classmethod
    def tearDownClass(cls):
        cls.watched.close()
        if SHOW:
            pathlib.Path(SHOW).mkdir(parents=True, exist_ok=True)
            (pathlib.Path(SHOW) / "live.txt").write_text("\n".join(cls.told) + "\n")

    @classmethod
    def tell(cls, text):
        cls.told.append(f"{time.monotonic() - cls.start:6.1f} s  {text}")

    # The tests run in the order of their names: business first, faults after it.

    def test1_business(self):
        """What a dashboard shows: businesses made, one that failed, one taken down, and webhooks."""
        watched = self.watched
        watched.ctl("prices", "ensure", "--tiers")
        for business in ["live-1", "live-2", "live-3"]:
            watched.provision(business)
        watched.provision("live-4", "--email", "no address", expected=1)
        watched.ctl("takedown", "live-3", "--reason", "a test", "--yes")
        self.assertEqual(watched.deliver(1), 200)
        self.assertEqual(watched.deliver(1), 200)
        until(lambda: 'subscriptions_total{status="cancelled"} 1\n' in watched.metrics(), "the counters of the other programs")
        self.tell("three businesses made, one failed, one taken down")

    def test2_metricsPassPromtool(self):
        text = self.watched.metrics()
        done = subprocess.run([program("promtool"), "check", "metrics"], input=text, text=True, capture_output=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        counters = self.watched.ctl("counters", "--prometheus")
        names = lambda page: set(re.findall(r"(?m)^# TYPE (\S+)", page))
        self.assertEqual(names(counters), names(text))
        self.tell(f"promtool check metrics: {len(names(text))} metrics in {text.count(chr(10))} lines, nothing to object")

    def test3_rulesReadWhatIsThere(self):
        """A name that is misspelt in a rule would never fire, and no unit test of the rule would see it."""
        names = set(re.findall(r"\b(?:countinghouse|genesis)_\w+", "\n".join(re.findall(r"expr: ((?:\|\n(?: {10,}.*\n)+)|.*)", (MONITORING / "rules.yml").read_text()))))
        self.assertGreater(len(names), 6)
        for name in names:
            self.assertTrue(self.watched.query(name), name)

    def test4_everyQueryOfTheDashboardHasAnAnswer(self):
        asked = list(queries())
        self.assertGreater(len(asked), 20)
        waiting = dict.fromkeys(asked)

        def answered():
            for title, expression in list(waiting):
                found = [one for one in self.watched.query(expression) if not math.isnan(float(one["value"][1]))]
                if found:
                    del waiting[title, expression]
            return not waiting

        try:
            until(answered, "every query", 30)
        except AssertionError:
            self.fail(f"no answer: {list(waiting)}")
        self.tell(f"{len(asked)} queries of the dashboard answered")
        took = self.watched.query('max_over_time(scrape_duration_seconds{job="countinghouse"}[1m])')[0]["value"][1]
        self.tell(f"the longest scrape took {float(took) * 1000:.0f} ms")

    def test5_failuresFire(self):
        watched = self.watched
        for alert in ["StripeSubscriptionFailureRateHigh", "CountinghouseWebhookFailures", "CountinghouseDown", "CountinghouseAuditBroken", "CountinghouseMirrorPartial"]:
            self.assertIsNone(watched.alert(alert), alert)
        for number in range(6):
            self.assertEqual(watched.deliver(f"bad_{number}", "whsec" + "_" + "x" * 24), 400)
        for number in range(5):
            watched.provision(f"failing-{number}", "--email", "no address", expected=1)
        self.tell("induced: five provisions failed, six webhooks were refused")
        for alert in ["StripeSubscriptionFailureRateHigh", "CountinghouseWebhookFailures"]:
            until(lambda: watched.alert(alert) == "firing", f"{alert} fires")
            self.tell(f"{alert} is firing")

    def test6_aProgramThatIsHeldDoesNotAnswer(self):
        """What cannot tell by itself: the program is stopped in its tracks, and goes on."""
        self.watched.serve.send_signal(signal.SIGSTOP)
        try:
            until(lambda: self.watched.alert("CountinghouseDown") == "firing", "CountinghouseDown fires")
            self.tell("induced: serve was held; CountinghouseDown is firing")
        finally:
            self.watched.serve.send_signal(signal.SIGCONT)
        until(lambda: self.watched.alert("CountinghouseDown") is None, "CountinghouseDown is over")
        self.tell("serve goes on: CountinghouseDown is over")

    def test7_theyAreOverWhenNothingFailsAnyMore(self):
        for alert in ["StripeSubscriptionFailureRateHigh", "CountinghouseWebhookFailures"]:
            until(lambda: self.watched.alert(alert) is None, f"{alert} is over")
            self.tell(f"{alert} is over")
        history = {one["metric"]["alertname"] for one in self.watched.query('count_over_time(ALERTS{alertstate="firing"}[10m])')}
        self.assertEqual(history, {"StripeSubscriptionFailureRateHigh", "CountinghouseWebhookFailures", "CountinghouseDown"})

    def test8_nothingSecretIsTold(self):
        text = self.watched.metrics()
        for never in ["cus_", "sub_", "evt_", "acct_", "live-1", "no address", WEBHOOK_SECRET, self.watched.environment["STRIPE_API_KEY"]]:
            self.assertNotIn(never, text)


if __name__ == "__main__":
    BIN = sys.argv.pop(1)
    SHOW = sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith(("-", "Live")) else None
    unittest.main(verbosity=2)
