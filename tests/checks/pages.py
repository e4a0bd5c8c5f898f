# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the commands of a Markdown page. Its blocks marked "sh runnable" run one after the other in one shell, in an empty folder and home,
with the built programs on the PATH; each command has to succeed (a block marked exit=N has to end with N). The port that pages name is
replaced by a free one. A block within a list is as good as another.
"""
import os
import pathlib
import re
import signal
import socket
import subprocess
import textwrap

TOP = pathlib.Path(__file__).resolve().parents[2]
PORT = "12111"
FENCE = re.compile(r"^```(\w*)((?: +[\w=./-]+)*)$")
AWAIT = """awaitPort() {
    for _ in $(seq 300); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0; sleep 0.1; done
    echo "nothing listens on port $1" >&2; return 1
}"""


def everyPage():
    """Every Markdown page of the project."""
    return [path for path in sorted(TOP.rglob("*.md")) if not {"build", "node_modules"} & set(path.relative_to(TOP).parts)]


def blocks(text):
    """(language, marks, first line, text) of every fenced block."""
    found, inside = [], None
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().startswith("```"):
            if inside:
                found.append((*inside[:3], textwrap.dedent("\n".join(inside[3]))))
                inside = None
            else:
                match = FENCE.match(line.strip())
                inside = (match.group(1), match.group(2).split(), number, []) if match else ("?", [], number, [])
        elif inside:
            inside[3].append(line)
    if inside:
        raise ValueError(f"the block of line {inside[2]} has no end")
    return found


def runnable(text):
    return [block for block in blocks(text) if "runnable" in block[1]]


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


def script(chosen, port):
    """One shell script of these blocks; block N's output goes to N.out and N.err, and the number of the block in hand to "at"."""
    parts = ["set -eu", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT", AWAIT]
    for number, (_, marks, _, text) in enumerate(chosen):
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


def runBlocks(chosen, folder, binaries, seconds=110, **variables):
    """Runs these blocks in a folder. What went wrong, as text with the block's line, or None."""
    environment = {"HOME": folder, "PATH": f"{binaries}:/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": os.environ.get("TZ", "UTC"),
                   "no_proxy": "127.0.0.1", "DBUS_SESSION_BUS_ADDRESS": "", **variables}
    shell = subprocess.Popen(["bash", "-c", script(chosen, freePort())], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    try:
        said = shell.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        said = f"not at its end after {seconds} s"
    finally:
        try:
            os.killpg(shell.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    at = (pathlib.Path(folder) / "at").read_text().strip()
    if at == "all":
        return None
    _, _, line, text = chosen[int(at)]
    errors = (pathlib.Path(folder) / f"{at}.err").read_text()[-2000:]
    return f"line {line} ended with {shell.returncode}:\n{text}\n{errors}{said}"
