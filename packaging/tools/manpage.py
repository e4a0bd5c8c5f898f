# SPDX-License-Identifier: GPL-3.0-or-later
"""A manual page out of what a program says at --help, so that the two cannot differ, and a text beside it for what --help does not say:
manpage.py --output FILE --program PATH --also TEXT --version V.

The help's first paragraph becomes the description; a line that stands alone at the left margin becomes a heading; a line that is indented
by two an entry, and what is indented further its explanation. The other text's first line is the page's one-line description, the rest are
headings ("# FILES") with paragraphs, and entries as in the help.
"""
import argparse
import pathlib
import re
import subprocess

from common import sourceTime, write

ENTRY = re.compile(r"^ {2}(\S.*?)(?: {2,}(\S.*))?$")
FURTHER = re.compile(r"^ {3,}(\S.*)$")


def escaped(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def body(lines):
    """troff for headings, entries and paragraphs."""
    out, inEntry = [], False
    for line in map(str.rstrip, lines):
        entry, further = ENTRY.match(line), FURTHER.match(line)
        if line.startswith("# "):
            out.append(f".SH {escaped(line[2:])}")
            inEntry = False
        elif not line.strip():
            if out and out[-1] != ".PP" and not out[-1].startswith(".SH"):
                out.append(".PP")
            inEntry = False
        elif further and inEntry:
            if further.group(1).startswith(("[", "--")) and out[-1].startswith(".B "):
                out[-1] += " " + escaped(further.group(1))     # the entry itself goes on
            else:
                out.append(escaped(further.group(1)))
        elif entry:
            out += [".TP", f".B {escaped(entry.group(1))}"]
            out += [escaped(entry.group(2))] if entry.group(2) else []
            inEntry = True
        else:
            out.append(escaped(line.strip()))
            inEntry = False
    return [line for line, after in zip(out, out[1:] + [""]) if line != ".PP" or not after.startswith((".TP", ".SH", ".PP")) and after]


def headed(lines):
    """A line at the left margin that is followed by an indented one is a heading."""
    for line, after in zip(lines, lines[1:] + [""]):
        isHeading = bool(re.match(r"^[A-Z][\w ]*:?$", line)) and after.startswith(" ")
        yield f"# {line.rstrip(':').upper()}" if isHeading else line


def page(name, help_, also, version, day):
    first, _, rest = also.partition("\n")
    title = f'.TH {name.upper()} 1 {day} "Countinghouse {version}" "User commands"'
    return "\n".join([title, ".SH NAME", f"{escaped(name)} \\- {escaped(first)}", ".SH DESCRIPTION",
                      *body(list(headed(help_.strip().splitlines()))), *body(rest.strip().splitlines())]) + "\n"


def main():
    parser = argparse.ArgumentParser()
    for name in ("output", "program", "also", "version"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args()
    told = subprocess.run([options.program, "--help"], capture_output=True, text=True, check=True).stdout
    write(options.output, page(pathlib.Path(options.program).name, told, pathlib.Path(options.also).read_text(), options.version,
                               sourceTime().strftime("%Y-%m-%d")))


if __name__ == "__main__":
    main()
