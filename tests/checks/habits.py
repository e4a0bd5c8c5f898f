# SPDX-License-Identifier: GPL-3.0-or-later
"""Form and habits: what every file carries, what no file may carry, what code does not do, what may lie at the top."""
import json
import re

from tree import Finding, codeOnly

LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
TOP = {"CMakeLists.txt", "CMakePresets.json", "app", "core", "ui", "resources", "tests", "packaging",
       "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"}

# Patterns are written so that they do not match themselves.
NOWHERE = [
    ("machine-path", re.compile(r"(?<![\w.$}{~*\])-])/(?:work|home/\w|Users/\w|mnt/\w|root/\w)|\b[A-Z]:\\\\?Users"),
     "a path of one machine"),
    ("key", re.compile(r"\b(?:sk|rk|pk)_(?:test|live)_\w{6,}|\bwhsec_\w{8,}|\bgh[pousr]_\w{20,}|\bAKIA[0-9A-Z]{12,}|"
                       r"BEGIN[ ](?:\w+ )*PRIVATE[ ]KEY"), "shaped like a key"),
    ("registry", re.compile(r"registry[.]npm|npmjs[.](?:org|com)|npm[.]pkg|deb[.]debian[.]org|(?:snapshot|security)[.]debian[.]org|"
                            r"pypi[.]org|crates[.]io|archive[.]ubuntu|proxy[.]golang"), "the host of a package registry"),
]

# (rule, folders, files it does not apply to, pattern over code without comments and literals, what to do instead)
BANNED = [
    ("nested-loop", ("app", "core", "ui"), None, re.compile(r"\bprocessEvents\b|\bQEventLoop\b"), "no nested event loops: start a job"),
    ("dialog-exec", ("app", "ui"), re.compile(r"^app/.*main\w*\.cpp$", re.I), re.compile(r"(?:\.|->)exec\s*\(\s*\)"),
     "no exec(): open() and a signal"),
    ("sender", ("app", "core", "ui"), None, re.compile(r"(?<![\w.>:])sender\s*\(\s*\)"), "no sender(): hand over what is needed"),
    ("double-money", ("app", "core", "ui"), None, re.compile(r"\.toDouble\s*\(|\btoDouble\s*\("), "amounts are read exactly, never as a double"),
    ("double-money", ("core/revenue", "core/base/Money", "core/base/Fraction"), None, re.compile(r"\b(?:double|float)\b"),
     "money is int64 minor units, fractions are exact"),
    ("tls", ("app", "core", "ui"), None, re.compile(r"\bignoreSslErrors\b|\bsetPeerVerifyMode\b|\bVerifyNone\b"), "TLS errors are fatal"),
    ("keychain-fallback", ("app", "core", "ui"), None, re.compile(r"\bsetInsecureFallback\s*\(\s*true\b"), "no key in a plain file"),
    ("sleep", ("app", "core", "ui", "tests"), None, re.compile(r"\bsleep_for\b|\bsleep_until\b|\bQThread::u?m?sleep\b|\bqSleep\b|\bqWait\s*\((?!\s*\d\d?\s*\))"),
     "nothing sleeps: wait for what is to happen"),
]
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


def licence(tree):
    for path in tree.sources():
        if not any(LICENCE in line for line in tree.lines(path)[:2]):
            yield Finding(path, 1, "licence", "the first line does not name GPL-3.0-or-later")


def nowhere(tree):
    for path in tree.files:
        for number, line in enumerate(tree.lines(path), 1):
            for rule, pattern, what in NOWHERE:
                if pattern.search(line):
                    yield Finding(path, number, rule, what)


def lockFiles(tree):
    for path in tree.files:
        if path.endswith("package-lock.json"):
            try:
                packages = json.loads(tree.text(path) or "").get("packages", {})
            except ValueError:
                yield Finding(path, 1, "registry", "is not JSON")
                continue
            for name, package in packages.items():
                if "resolved" in package:
                    yield Finding(path, 1, "registry", f"names the host that {name} came from")


def top(tree):
    for name in sorted({path.split("/")[0] for path in tree.files}):
        if name not in TOP and not name.startswith("."):
            yield Finding(name, 1, "top", "does not belong at the top level")


def banned(tree):
    for path in tree.code("app", "core", "ui", "tests"):
        code = codeOnly(tree.text(path) or "").splitlines()
        for rule, folders, exempt, pattern, instead in BANNED:
            if not path.startswith(folders) or (exempt and exempt.search(path)):
                continue
            for number, line in enumerate(code, 1):
                if pattern.search(line):
                    yield Finding(path, number, rule, instead)


def unfinished(tree):
    for path in tree.sources():
        for number, line in enumerate(tree.lines(path), 1):
            if UNFINISHED.search(line):
                yield Finding(path, number, "unfinished", "finish it or write an issue")


def links(tree):
    """A link in a Markdown page to a file of the project leads somewhere."""
    for path in tree.files:
        if path.endswith(".md"):
            for number, line in enumerate(tree.lines(path), 1):
                for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", line):
                    if "://" not in target and not target.startswith("mailto:") and not (tree.root / path).parent.joinpath(target).exists():
                        yield Finding(path, number, "link", f"{target} does not exist")
