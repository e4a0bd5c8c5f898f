# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the runbook: test_runbook.py BIN_FOLDER. Its blocks marked "sh runnable" run one after the other in one shell, against the simulated account, as
those of the README do (tests/checks/test_readme.py); each has to succeed.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

from watched import MONITORING, TOP

sys.path.insert(0, str(TOP / "tests/checks"))
import test_readme  # noqa: E402

BIN = None
BEFORE = """stripe-sandbox --port 12111 --businesses 20 --months 3 --seed 7 &
ledger() { countinghousectl --data-dir ledger --api-base http://127.0.0.1:12111 "$@"; }
ledger sync
ledger prices ensure"""


class Runbook(unittest.TestCase):
    def testEveryCommandRuns(self):
        page = re.sub(r"(?m)^   ", "", (MONITORING / "RUNBOOK.md").read_text())  # blocks within lists
        runnable = [("sh", [], 0, BEFORE)] + [block for block in test_readme.blocks(page) if "runnable" in block[1]]
        self.assertGreater(len(runnable), 12)
        with tempfile.TemporaryDirectory() as folder:
            environment = {"HOME": folder, "PATH": f"{BIN}:/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "no_proxy": "127.0.0.1",
                           "DBUS_SESSION_BUS_ADDRESS": "", "STRIPE_API_KEY": "sk" + "_test_" + "demo"}
            shell = subprocess.Popen(["bash", "-c", test_readme.script(runnable, test_readme.freePort())], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
            try:
                said = shell.communicate(timeout=150)[0]
            finally:
                try:
                    os.killpg(shell.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            at = (pathlib.Path(folder) / "at").read_text().strip()
            if at != "all":
                errors = (pathlib.Path(folder) / f"{at}.err").read_text()[-2000:]
                self.fail(f"RUNBOOK.md:{runnable[int(at)][2]}:\n{runnable[int(at)][3]}\n{errors}{said}")
            # What it says of the list of take-downs: looked at first, then done, and exported.
            taken = (pathlib.Path(folder) / "taken-down.csv").read_text()
            self.assertEqual(len((pathlib.Path(folder) / "take-down.txt").read_text().split()), 2)
            for business in (pathlib.Path(folder) / "take-down.txt").read_text().split():
                self.assertIn(business, taken)
            self.assertFalse((pathlib.Path(folder) / "again.txt").exists())


if __name__ == "__main__":
    BIN = sys.argv.pop(1)
    unittest.main()
