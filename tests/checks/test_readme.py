# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the commands of the project's pages: test_readme.py BIN_FOLDER. Every sh block of every page, but CONTRIBUTING.md, says by a mark who runs it: "runnable" is run
here (pages.py says how), "by=COMMAND" by a command of its own, which takes longer or needs another system, and which names what the block does.
A block marked "json shape" shows what the block before it prints: keys and types have to be the same, values may differ.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import pages
from pages import TOP

BIN = None
# What a page takes for granted: what stands before its first block.
BEFORE = {
    "packaging/monitoring/RUNBOOK.md": """stripe-sandbox --port 12111 --businesses 20 --months 3 --seed 7 &
countinghousectl --profile main --api-base http://127.0.0.1:12111 sync
countinghousectl --profile main prices ensure""",
}
KEY = {"STRIPE_API_KEY": "sk" + "_test_" + "demo"}


class Marks(unittest.TestCase):
    def testEveryBlockSaysWhoRunsIt(self):
        for page in pages.everyPage():
            for language, marks, line, text in pages.blocks(page.read_text()):
                if language not in ("sh", "bash") or page.name == "CONTRIBUTING.md":
                    continue
                with self.subTest(page=str(page.relative_to(TOP)), line=line):
                    done = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    by = [mark[3:] for mark in marks if mark.startswith("by=")]
                    self.assertEqual(len(by) + ("runnable" in marks), 1, "runnable, or by=COMMAND")
                    if by:
                        self.runsIt(by[0], text)

    def runsIt(self, command, text):
        """A command that claims to run a block exists, and knows what each line of the block starts, unless it reads the page itself."""
        self.assertTrue((TOP / command).is_file(), command)
        says = (TOP / command).read_text()
        if "README.md" in says and "by=" + command in says:
            return
        for line in re.sub(r"\\\n\s*", " ", text).splitlines():
            words = line.split()
            if words[0] == "export":
                words = re.split("=", words[1])
            while "=" in words[0] and len(words) > 1:
                words = words[1:]
            self.assertIn(words[0].split("/")[-1].split("-*")[0], says, f"{command} does not start {words[0]}")

    def testWhatAPageNamesIsThere(self):
        """Commands and files of the tree that pages name in their text."""
        for page in pages.everyPage():
            text = re.sub(r"(?s)```.*?```", "", page.read_text())
            for named in set(re.findall(r"`((?:app/run|tests|packaging|resources|core|ui|\.github)(?:/[\w.-]+)+)[ `]", text)):
                with self.subTest(page=str(page.relative_to(TOP)), named=named):
                    there = (TOP / named).exists() or list(TOP.glob(named + ".*")) or (page.parent / named).exists()
                    self.assertTrue(there or named.split("/")[1] in ("ROOM",), "is not there")


class WorkedChanges(unittest.TestCase):
    def testTheTableOfAResourceNamesEveryPlace(self):
        """CONTRIBUTING.md's table for a new resource names the files that know credit notes, and no others."""
        text = (TOP / "CONTRIBUTING.md").read_text()
        section = text[text.index("### A new Stripe resource"):text.index("### A new figure")]
        named = {name for name in re.findall(r"`((?:core|app|ui)/[\w/]+\.(?:h|cpp))`", section)}
        knows = re.compile(r"CreditNote|creditNotes|credit_note")
        known = {str(path.relative_to(TOP)) for folder in ("core", "app", "ui") for path in (TOP / folder).rglob("*.*")
                 if path.suffix in (".h", ".cpp") and knows.search(path.read_text()) and path.parts[len(TOP.parts):][1] not in ("sandbox",)}
        self.assertEqual(sorted(named - known), [])
        self.assertEqual(sorted(known - named), [])


class Commands(unittest.TestCase):
    """One test a page that has blocks to run, added below."""

    def runPage(self, page):
        text = page.read_text()
        found = pages.blocks(text)
        told = frozenset(re.findall(r"`(\w+)`", text))
        name = str(page.relative_to(TOP))
        chosen = pages.runnable(text)
        before = [("sh", [], 0, BEFORE[name])] if name in BEFORE else []
        with tempfile.TemporaryDirectory() as folder:
            wrong = pages.runBlocks(before + chosen, folder, BIN, **(KEY if before else {}))
            if wrong:
                self.fail(f"{name}: {wrong}")
            for block, after in zip(found, found[1:]):
                if "shape" in after[1]:
                    self.assertIn("runnable", block[1], f"{name}:{after[2]} follows no runnable block")
                    printed = (pathlib.Path(folder) / f"{chosen.index(block) + len(before)}.out").read_text()
                    self.assertEqual(pages.differences(json.loads(after[3]), json.loads(printed), told), [], f"{name}:{after[2]}")
            if name == "packaging/monitoring/RUNBOOK.md":
                self.takenDownAsListed(pathlib.Path(folder))

    def takenDownAsListed(self, folder):
        """What the runbook says of the list of take-downs: looked at first, then done, and exported."""
        listed = (folder / "take-down.txt").read_text().split()
        self.assertEqual(len(listed), 2)
        for business in listed:
            self.assertIn(business, (folder / "taken-down.csv").read_text())
        self.assertFalse((folder / "again.txt").exists())


for path in pages.everyPage():
    if pages.runnable(path.read_text()):
        test = re.sub(r"\W+", "_", str(path.relative_to(TOP)))
        setattr(Commands, f"test_{test}", lambda self, path=path: self.runPage(path))


class Runner(unittest.TestCase):
    def testShapes(self):
        example = {"id": "x", "n": 1, "f": 1.5, "none": None, "list": [{"a": True}]}
        self.assertEqual(pages.differences(example, {"id": "y", "n": 0, "f": 2, "none": "z", "list": [{"a": False}, {"a": None}]}), [])
        for wrong in [{"id": 1}, {"n": "1"}, {"n": 1.5}, {"n": True}, {"list": []}, {"list": [{"b": 1}]}, {"list": {}}, {"more": 1}]:
            with self.subTest(wrong=wrong):
                self.assertTrue(pages.differences(example, {**example, **wrong}))
        self.assertTrue(pages.differences(example, {}))
        self.assertEqual(pages.differences(example, {**example, "more": 1}, {"more"}), [])

    def testBlocks(self):
        text = "a\n```sh runnable exit=5\nfalse\n```\n```json shape\n{}\n```\n1. a list\n   ```sh by=tests/run\n   true\n     x\n   ```\n"
        self.assertEqual(pages.blocks(text), [("sh", ["runnable", "exit=5"], 2, "false"), ("json", ["shape"], 5, "{}"),
                                              ("sh", ["by=tests/run"], 9, "true\n  x")])
        with self.assertRaises(ValueError):
            pages.blocks("```sh\nx\n")

    def outcome(self, *texts):
        with tempfile.TemporaryDirectory() as folder:
            wrong = pages.runBlocks([("sh", marks, 1, text) for marks, text in texts], folder, os.defpath)
            return (pathlib.Path(folder) / "at").read_text().strip(), wrong is None

    def testACommandThatFailsIsFound(self):
        self.assertEqual(self.outcome(([], "x() { true; }\nexport A=1"), ([], 'x\n[ "$A" = 1 ]')), ("all", True))
        self.assertEqual(self.outcome(([], "true"), ([], "false\ntrue")), ("1", False))
        self.assertEqual(self.outcome((["exit=5"], "sh -c 'exit 5'"), ([], "true")), ("all", True))
        self.assertEqual(self.outcome((["exit=5"], "true"), ([], "true")), ("0", False))


if __name__ == "__main__":
    BIN = sys.argv.pop(1)
    unittest.main()
