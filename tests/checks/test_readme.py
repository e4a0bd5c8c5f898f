# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the README: test_readme.py BIN_FOLDER. Its blocks marked "sh runnable" run one after the other in one shell, in an empty folder and
home, with the built programs on the PATH; each command has to succeed (a block marked exit=N has to end with N). A block marked
"json shape" shows what the block before it prints: keys and types have to be the same, values may differ. The port that the README names is
replaced by a free one. Every other sh block of the project's Markdown pages has at least to be well-formed shell.
"""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PORT = "12111"
BIN = None
FENCE = re.compile(r"^```(\w*)((?: +[\w=]+)*)$")
AWAIT = """awaitPort() {
    for _ in $(seq 300); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0; sleep 0.1; done
    echo "nothing listens on port $1" >&2; return 1
}"""


def blocks(text):
    """(language, marks, first line, text) of every fenced block."""
    found, inside = [], None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            if inside:
                found.append((*inside[:3], "\n".join(inside[3])))
                inside = None
            else:
                match = FENCE.match(line)
                inside = (match.group(1), match.group(2).split(), number, []) if match else ("?", [], number, [])
        elif inside:
            inside[3].append(line)
    if inside:
        raise ValueError(f"the block of line {inside[2]} has no end")
    return found


def differences(example, actual, told=frozenset(), where="the answer"):
    """What of an example's shape an answer does not have. null stands for any single value; an answer's list must not be empty where the
    example's is not. Fields in told, those that the page's text names, may be there or not."""
    if isinstance(example, dict) and isinstance(actual, dict):
        odd = (set(example) - set(actual)) | (set(actual) - set(example) - told)
        if odd:
            return [f"{where}: fields {sorted(odd)} are in one of the two only"]
        return [text for key in example for text in differences(example[key], actual[key], told, f"{where}.{key}")]
    if isinstance(example, list) and isinstance(actual, list):
        if example and not actual:
            return [f"{where} is empty"]
        return [text for item in actual if example for text in differences(example[0], item, told, f"{where}[]")]
    if isinstance(example, (dict, list)) or isinstance(actual, (dict, list)):
        return [] if example is None and actual is None else [f"{where}: {type(example).__name__} shown, {type(actual).__name__} printed"]
    if example is None or actual is None or type(example) is type(actual) or (type(example) is float and type(actual) is int):
        return []
    return [f"{where}: {type(example).__name__} shown, {type(actual).__name__} printed"]


def script(runnable, port):
    """One shell script of all runnable blocks; block N's output goes to N.out and N.err, and the number of the block in hand to "at"."""
    parts = ["set -eu", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT", AWAIT]
    for number, (_, marks, _, text) in enumerate(runnable):
        text = re.sub(r"(?m)^(.* )&$", rf"\1&\nawaitPort {port}", text.replace(PORT, str(port)))
        expected = next((mark[5:] for mark in marks if mark.startswith("exit=")), "0")
        parts.append(f"echo {number} >at")
        if expected == "0":
            parts.append(f"{{\n{text}\n}} >{number}.out 2>{number}.err")
        else:
            parts.append(f"code=0; {{\n{text}\n}} >{number}.out 2>{number}.err || code=$?\n[[ $code == {expected} ]]")
    return "\n".join(parts) + "\necho all >at\n"


def freePort():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Readme(unittest.TestCase):
    def testEveryShellBlockIsWellFormed(self):
        pages = [path for path in TOP.rglob("*.md") if not {"build", "node_modules"} & set(path.relative_to(TOP).parts)]
        self.assertTrue(pages)
        for page in pages:
            for language, _, line, text in blocks(page.read_text()):
                if language in ("sh", "bash"):
                    done = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True)
                    self.assertEqual(done.returncode, 0, f"{page}:{line}: {done.stderr}")

    def testEveryShellBlockOfTheReadmeIsMarked(self):
        found = blocks((TOP / "README.md").read_text())
        self.assertEqual([line for language, marks, line, _ in found if language == "sh" and not {"setup", "runnable"} & set(marks)], [])
        self.assertEqual([text for _, marks, _, text in found if "setup" in marks], ["app/run", "tests/run"])

    def testCommandsRunAndPrintWhatIsShown(self):
        page = (TOP / "README.md").read_text()
        found = blocks(page)
        told = frozenset(re.findall(r"`(\w+)`", page))
        runnable = [block for block in found if "runnable" in block[1]]
        self.assertTrue(runnable)
        with tempfile.TemporaryDirectory() as folder:
            self.runAll(folder, runnable)
            for block, after in zip(found, found[1:]):
                if "shape" in after[1]:
                    self.assertIn("runnable", block[1], f"README.md:{after[2]} follows no runnable block")
                    printed = (pathlib.Path(folder) / f"{runnable.index(block)}.out").read_text()
                    self.assertEqual(differences(json.loads(after[3]), json.loads(printed), told), [], f"README.md:{after[2]}")

    def runAll(self, folder, runnable):
        environment = {"HOME": folder, "PATH": f"{BIN}:/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": os.environ.get("TZ", "UTC"),
                       "no_proxy": "127.0.0.1"}
        shell = subprocess.Popen(["bash", "-c", script(runnable, freePort())], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        try:
            said = shell.communicate(timeout=100)[0]
        finally:
            try:
                os.killpg(shell.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        at = (pathlib.Path(folder) / "at").read_text().strip()
        if at != "all":
            _, _, line, text = runnable[int(at)]
            errors = (pathlib.Path(folder) / f"{at}.err").read_text()[-2000:]
            self.fail(f"README.md:{line} ended with {shell.returncode}:\n{text}\n{errors}{said}")


class Runner(unittest.TestCase):
    def testShapes(self):
        example = {"id": "x", "n": 1, "f": 1.5, "none": None, "list": [{"a": True}]}
        self.assertEqual(differences(example, {"id": "y", "n": 0, "f": 2, "none": "z", "list": [{"a": False}, {"a": None}]}), [])
        for wrong in [{"id": 1}, {"n": "1"}, {"n": 1.5}, {"n": True}, {"list": []}, {"list": [{"b": 1}]}, {"list": {}}, {"more": 1}]:
            with self.subTest(wrong=wrong):
                self.assertTrue(differences(example, {**example, **wrong}))
        self.assertTrue(differences(example, {}))
        self.assertEqual(differences(example, {**example, "more": 1}, {"more"}), [])

    def testBlocks(self):
        text = "a\n```sh runnable exit=5\nfalse\n```\n```json shape\n{}\n```\n"
        self.assertEqual(blocks(text), [("sh", ["runnable", "exit=5"], 2, "false"), ("json", ["shape"], 5, "{}")])
        with self.assertRaises(ValueError):
            blocks("```sh\nx\n")

    def outcome(self, *texts):
        with tempfile.TemporaryDirectory() as folder:
            runnable = [("sh", marks, 1, text) for marks, text in texts]
            done = subprocess.run(["bash", "-c", script(runnable, 1)], cwd=folder, capture_output=True)
            return (pathlib.Path(folder) / "at").read_text().strip(), done.returncode

    def testACommandThatFailsIsFound(self):
        self.assertEqual(self.outcome(([], "x() { true; }\nexport A=1"), ([], 'x\n[ "$A" = 1 ]')), ("all", 0))
        self.assertEqual(self.outcome(([], "true"), ([], "false\ntrue"))[0], "1")
        self.assertEqual(self.outcome((["exit=5"], "sh -c 'exit 5'"), ([], "true"))[0], "all")
        self.assertEqual(self.outcome((["exit=5"], "true"), ([], "true"))[0], "0")


if __name__ == "__main__":
    BIN = sys.argv.pop(1)
    unittest.main()
