# SPDX-License-Identifier: GPL-3.0-or-later
"""CHANGELOG.md in the forms that packages ask for: changelog.py debian|metainfo --output FILE --changelog FILE --version V ...

Where the changelog has no section of that version yet, what is unreleased is taken for it, with the time of the sources.
"""
import argparse
import datetime
import pathlib
import re
from email.utils import format_datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

from common import sourceTime, write

HEADING = re.compile(r"^## \[([^]]+)\](?: - (\d{4}-\d\d-\d\d))?\s*$")


class Section(NamedTuple):
    version: str                # "Unreleased" for what is to come
    day: str | None
    entries: dict               # {"Added": [text]}


def sections(text):
    """Every section, newest first; an entry that goes over several lines is one text."""
    found, kind = [], None
    for line in text.splitlines():
        heading = HEADING.match(line)
        if heading:
            found.append(Section(heading.group(1), heading.group(2), {}))
            kind = None
        elif line.startswith("### ") and found:
            kind = line[4:].strip()
            found[-1].entries[kind] = []
        elif line.startswith("- ") and found and kind:
            found[-1].entries[kind].append(line[2:].strip())
        elif line.startswith("  ") and found and kind and found[-1].entries[kind]:
            found[-1].entries[kind][-1] += " " + line.strip()
    return found


def released(text, version):
    """(version, time, Section) of what a package of this version holds, newest first."""
    out = []
    for section in sections(text):
        if section.version == "Unreleased":
            if section.entries and not any(other.version == version for other in sections(text)):
                out.append((version, sourceTime(), section))
        else:
            day = datetime.datetime.strptime(section.day, "%Y-%m-%d").replace(tzinfo=datetime.timezone.utc)
            out.append((section.version, day, section))
    return out


def plain(text):
    """Markdown's marks taken off."""
    return re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", text).replace("`", "")


def wrapped(text, first, further, width=79):
    lines, line = [], first
    for word in text.split():
        if len(line) + len(word) + 1 > width and line.strip() not in ("", "*"):
            lines.append(line.rstrip())
            line = further
        line += word + " "
    return lines + [line.rstrip()]


def debian(text, version, maintainer):
    out = []
    for name, time, section in released(text, version):
        out += [f"countinghouse ({name}) stable; urgency=medium", ""]
        for kind, entries in section.entries.items():
            for entry in entries:
                out += wrapped(plain(entry) if kind == "Added" else f"{kind}: {plain(entry)}", "  * ", "    ")
        out += ["", f" -- {maintainer}  {format_datetime(time)}", ""]
    return "\n".join(out)


def metainfo(text, version, template, values):
    releases = []
    for name, time, section in released(text, version):
        kind = "stable" if section.version != "Unreleased" else "development"
        releases.append(f'    <release version="{escape(name)}" date="{time:%Y-%m-%d}" type="{kind}"/>\n')
    home = values.get("HOMEPAGE", "")
    values = {**{key: escape(value) for key, value in values.items()}, "RELEASES": "".join(releases),
              "URL": f'  <url type="homepage">{escape(home)}</url>\n' if home else ""}
    return re.sub(r"@(\w+)@", lambda match: values[match.group(1)], template)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("form", choices=["debian", "metainfo"])
    for name in ("output", "changelog", "version"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--maintainer")
    parser.add_argument("--template", type=pathlib.Path)
    parser.add_argument("--set", action="append", default=[])
    options = parser.parse_args()
    text = pathlib.Path(options.changelog).read_text()
    if options.form == "debian":
        write(options.output, debian(text, options.version, options.maintainer))
    else:
        write(options.output, metainfo(text, options.version, options.template.read_text(), dict(item.split("=", 1) for item in options.set)))


if __name__ == "__main__":
    main()
