# SPDX-License-Identifier: GPL-3.0-or-later
"""Countinghouse under a real Prometheus: the simulated account, "countinghousectl serve" on it, and Debian's Prometheus that scrapes it with the rules of
packaging/monitoring. All on free ports of loopback, in a folder that is gone afterwards. The rules' times are scaled down, so that what takes
minutes takes seconds.
"""
import hashlib
import hmac
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[2]
MONITORING = TOP / "packaging/monitoring"
UNPACKED = TOP / "build/unpacked/usr/bin"
SCALE = 20  # one second here is twenty there
PATIENCE = 60
WEBHOOK_SECRET = "whsec" + "_" + "m" * 24
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def program(name):
    """Debian's, from the PATH or as tests/monitoring/setup unpacked it."""
    found = shutil.which(name) or shutil.which(name, path=str(UNPACKED))
    if not found:
        raise FileNotFoundError(f"{name} is not there: run tests/monitoring/setup, or put Prometheus and Alertmanager on the PATH")
    return found


def scaled(text):
    """Rules with every duration a twentieth of what it says, at least a second."""
    def short(match):
        return f"{max(1, round(int(match.group(1)) * SECONDS[match.group(2)] / SCALE))}s"
    ranges = re.sub(r"\[[\dsmhd:]+\]", lambda found: re.sub(r"(\d+)([smhd])", short, found.group(0)), text)
    return re.sub(r"(?m)^(\s*for: )(\d+[smhd])$",
                  lambda found: found.group(1) + re.sub(r"(\d+)([smhd])", short, found.group(2)), ranges)


def freePort():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, data=None, headers=None):
    """(status, text)."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data, headers=headers or {}), timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except (urllib.error.URLError, OSError):
        return 0, ""


def until(seen, what, patience=PATIENCE):
    """What seen() gives as soon as it is true; a failure that says what was waited for."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = seen()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {patience} s in vain: {what() if callable(what) else what}")


class Watched:
    """Everything together; leaves nothing running."""

    def __init__(self, binaries):
        self.bin = pathlib.Path(binaries).resolve()
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.processes = []
        self.environment = {"HOME": str(self.folder), "PATH": f"{self.bin}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "no_proxy": "127.0.0.1",
                            "DBUS_SESSION_BUS_ADDRESS": "", "STRIPE_API_KEY": "sk" + "_test_" + "k" * 24, "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET}
        try:
            self.begin()
        except BaseException:
            self.close()
            raise

    def begin(self):
        sandbox = self.start([self.bin / "stripe-sandbox", "--port", "0", "--businesses", "20", "--months", "3"], "sandbox")
        self.api = until(lambda: re.search(r"http://127\.0\.0\.1:\d+", self.said("sandbox")), f"the sandbox's address ({sandbox.poll()})").group(0)
        self.serve = self.start([*self.ctlCommand(), "--json", "serve", "--port", "0"], "serve")
        line = until(lambda: self.firstObject("serve"), "serve's line")
        self.metricsUrl, self.hook = line["metrics"], line["webhooks"]
        until(lambda: "\ncountinghouse_mirror_complete 1\n" in self.metrics(), lambda: "the first sync. serve said: " + self.said("serve"))
        self.startPrometheus()

    def close(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- processes

    def start(self, command, name):
        with open(self.folder / f"{name}.out", "wb") as out, open(self.folder / f"{name}.err", "wb") as err:
            process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=self.environment, cwd=self.folder)
        self.processes.append(process)
        return process

    def said(self, name):
        return (self.folder / f"{name}.out").read_text() + (self.folder / f"{name}.err").read_text()

    def firstObject(self, name):
        try:
            return json.loads((self.folder / f"{name}.out").read_text())
        except ValueError:
            return None

    def ctlCommand(self):
        return [str(self.bin / "countinghousectl"), "--data-dir", str(self.folder / "data"), "--api-base", self.api]

    def ctl(self, *arguments, expected=0):
        done = subprocess.run([*self.ctlCommand(), *arguments], env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
        if done.returncode != expected:
            raise AssertionError(f"countinghousectl {' '.join(arguments)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def provision(self, business, *more, expected=0):
        return self.ctl("provision", "--business-id", business, "--name", business, "--type", "content", *more, expected=expected)

    def startPrometheus(self):
        port = freePort()
        self.prometheus = f"http://127.0.0.1:{port}"
        (self.folder / "rules.yml").write_text(scaled((MONITORING / "rules.yml").read_text()))
        text = (MONITORING / "prometheus.yml").read_text().replace(": 15s", ": 1s")
        text = text.replace("127.0.0.1:4242", urllib.parse.urlparse(self.metricsUrl).netloc).replace("127.0.0.1:9093", "127.0.0.1:9")
        (self.folder / "prometheus.yml").write_text(text)
        self.start([program("prometheus"), f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/tsdb",
                    f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"], "prometheus")
        until(lambda: fetch(self.prometheus + "/-/ready")[0] == 200, lambda: "Prometheus. It said: " + self.said("prometheus"))
        until(lambda: [one for one in self.query('up{job="countinghouse"}') if one["value"][1] == "1"], "a first scrape")

    # --- what is asked

    def metrics(self):
        return fetch(self.metricsUrl)[1]

    def query(self, expression):
        status, text = fetch(self.prometheus + "/api/v1/query?" + urllib.parse.urlencode({"query": expression}))
        if status != 200:
            raise AssertionError(f"{expression}: {status} {text}")
        return json.loads(text)["data"]["result"]

    def alert(self, name):
        """"firing", "pending", or None."""
        alerts = json.loads(fetch(self.prometheus + "/api/v1/alerts")[1])["data"]["alerts"]
        states = [one["state"] for one in alerts if one["labels"]["alertname"] == name]
        return states[0] if states else None

    def deliver(self, number, secret=WEBHOOK_SECRET):
        """A webhook as Stripe signs it; its status."""
        body = json.dumps({"id": f"evt_watched_{number}", "object": "event", "type": "made.up", "created": int(time.time()), "livemode": False,
                           "data": {"object": {"id": "x_1", "object": "x"}}}).encode()
        at = str(int(time.time())).encode()
        signature = hmac.new(secret.encode(), at + b"." + body, hashlib.sha256).hexdigest()
        return fetch(self.hook, body, {"Stripe-Signature": f"t={at.decode()},v1={signature}", "Content-Type": "application/json"})[0]
