# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in packaging/monitoring, judged by Debian's own programs: promtool takes the rules, their unit tests pass and notice when a rule is
changed, amtool takes the sample of Alertmanager and routes as it says, the dashboard is whole, and the runbook has a chapter for each alert.
"""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from watched import MONITORING, program, scaled

# What is changed in a rule, each so that its alert comes too early, too late or not at all.
BREAKS = {
    "StripeSubscriptionFailureRateHigh": [
        (" > 0.1\n", " >= 0.1\n"), (" > 0.1\n", " > 0.25\n"), (" >= 5\n", " >= 4\n"), (" >= 5\n", " >= 6\n"), ('{status="failed"}', '{status!="success"}'),
        ("severity: critical", "severity: warning")],
    "StripeRevenueDropped": [
        (">= 50", ">= 51"), (">= 50", ">= 49"), ("<= 0.5 *", "< 0.5 *"), ("<= 0.5 *", "<= 0.99 *"), (" > 0)\n", " >= 0)\n"), (", 0.001) >= 50", ", 0.1) >= 50"),
        ("min_over_time(countinghouse_mirror_complete[1h]) == 1", "countinghouse_mirror_complete >= 0"), ("for: 10m", "for: 4m"), ("for: 10m", "for: 30m")],
    "CountinghouseDown": [('up{job="countinghouse"} == 0', "up == 0"), ("for: 5m", "for: 3m"), ("== 0", "== 1")],
    "CountinghouseSyncStalled": [("> 7200", "> 7000"), ("> 7200", "> 7800"), ("> 7200", "> 3000"), ("for: 5m", "for: 1m")],
    "CountinghouseWebhookFailures": [
        (" > 0.1\n", " > 0.04\n"), (" > 0.1\n", " > 0.21\n"), ('{result!~"taken|duplicate"}', '{result!="taken"}'), (" >= 5\n", " >= 4\n")],
    "CountinghouseRateLimited": [(" > 0.05\n", " > 0.11\n"), (" > 0.05\n", " > 0.02\n"), (" >= 10\n", " >= 9\n")],
    "CountinghouseMirrorPartial": [("for: 1h", "for: 30m"), ("for: 1h", "for: 2h"), ("== 0", "== 1")],
    "CountinghouseAuditBroken": [("== 0", "<= 1"), ("== 0", "== 2")],
}


def run(*command):
    return subprocess.run([str(part) for part in command], cwd=MONITORING, capture_output=True, text=True, timeout=100, check=False)


class Files(unittest.TestCase):
    def setUp(self):
        self.rules = (MONITORING / "rules.yml").read_text()
        self.alerts = re.findall(r"- alert: (\w+)", self.rules)

    def passes(self, *command):
        done = run(*command)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def testRulesAndTheirUnitTests(self):
        self.assertIn(f"SUCCESS: {len(self.alerts)} rules found", self.passes(program("promtool"), "check", "rules", "rules.yml"))
        self.assertIn("SUCCESS", self.passes(program("promtool"), "test", "rules", "rules.test.yml"))
        self.passes(program("promtool"), "check", "config", "prometheus.yml")

    def testEachAlertIsTriedWhereItFiresAndWhereItDoesNot(self):
        self.assertGreaterEqual(len(self.alerts), 8)
        tests = (MONITORING / "rules.test.yml").read_text()
        for alert in self.alerts:
            with self.subTest(alert=alert):
                self.assertRegex(tests, rf"alertname: {alert}\n +exp_alerts:\n +- exp_labels")
                self.assertRegex(tests, rf"alertname: {alert}\n +exp_alerts: \[\]")

    def testTheUnitTestsNoticeWhenARuleIsChanged(self):
        """Each change in a folder of its own, with the rule and the cases of its alert alone; one promtool for all of them."""
        self.assertEqual(list(BREAKS), self.alerts)
        head, *sections = re.split(r"(?m)^  # --- (\w+)\n", (MONITORING / "rules.test.yml").read_text())
        cases = dict(zip(sections[::2], sections[1::2]))
        start, *blocks = re.split(r"(?m)^(?=      - alert: )", self.rules)
        rules = {re.search(r"- alert: (\w+)", block).group(1): block for block in blocks}
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for alert, breaks in BREAKS.items():
                for number, (before, after) in enumerate([("", ""), *breaks]):
                    self.assertIn(before, rules[alert], alert)
                    case = pathlib.Path(folder) / alert / str(number)
                    case.mkdir(parents=True)
                    (case / "rules.yml").write_text(start + rules[alert].replace(before, after))
                    (case / "test.yml").write_text(head + cases[alert])
                    names.append(f"{alert}/{number}")
            done = subprocess.run([program("promtool"), "test", "rules", *(f"{name}/test.yml" for name in names)], cwd=folder, capture_output=True, text=True, timeout=250, check=False)
        # What passes is told on the one stream, what fails on the other.
        passed = re.findall(r"Unit Testing: +(\S+)/test\.yml\n +SUCCESS", done.stdout)
        self.assertEqual(passed, [name for name in names if name.endswith("/0")])

    def testAlertmanagerTakesTheSampleAndRoutesAsItSays(self):
        self.passes(program("amtool"), "check-config", "alertmanager.yml")
        for severity, receivers in [("critical", "pagerduty,slack"), ("warning", "slack"), ("anything", "slack")]:
            told = self.passes(program("amtool"), "config", "routes", "test", "--config.file=alertmanager.yml", f"severity={severity}", "alertname=x")
            self.assertEqual(told.strip(), receivers)

    def testEachAlertHasItsChapterInTheRunbook(self):
        runbook = (MONITORING / "RUNBOOK.md").read_text()
        chapters = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"(?m)^#+ (.+)$", runbook)}
        anchors = re.findall(r'runbook: "RUNBOOK\.md#([\w-]+)"', self.rules)
        self.assertEqual(anchors, [alert.lower() for alert in self.alerts])
        self.assertEqual([anchor for anchor in anchors if anchor not in chapters], [])

    def testTheDashboardIsWhole(self):
        board = json.loads((MONITORING / "dashboard.json").read_text())
        panels = board["panels"]
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
        variables = {variable["name"] for variable in board["templating"]["list"]}
        taken = set()
        for panel in panels:
            with self.subTest(panel=panel["title"]):
                place = panel["gridPos"]
                cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
                self.assertLessEqual(place["x"] + place["w"], 24)
                self.assertFalse(cells & taken)
                taken |= cells
                if panel["type"] != "row":
                    self.assertTrue(panel["description"])
                    self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])
                    self.assertEqual(panel["datasource"]["uid"], "${datasource}")
                    for target in panel["targets"]:
                        self.assertIn('job="countinghouse"', target["expr"])
                        self.assertLessEqual(set(re.findall(r"\$(\w+)", target["expr"])) - {"__rate_interval"}, variables)
        titles = " ".join(panel["title"] for panel in panels)
        for wanted in ["Creation rate", "Cancellation rate", "MRR by business type", "P95 and P99", "Sync lag"]:
            self.assertIn(wanted, titles)

    def testTimesAreScaledDown(self):
        self.assertEqual(scaled("x[5m] y[1h:1m] z{a=\"5m\"}\n  for: 10m\n"), "x[15s] y[180s:3s] z{a=\"5m\"}\n  for: 30s\n")


if __name__ == "__main__":
    unittest.main()
