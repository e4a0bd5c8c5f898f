# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to agree before a release. Each check takes a Release and gives its findings (none: all is well) and a note of what it looked at.
Also how a release changes the files that it changes."""
import pathlib
import re
import shutil
import struct
import subprocess
import tempfile

from changelog import HEADING, metainfo, sections
from common import components

KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]     # of Keep a Changelog
VERSION = re.compile(r"^(project\(Countinghouse VERSION )(\d+\.\d+\.\d+)", re.M)
# What CMake looks for, and the rows of components.txt that stand for it. Test libraries are not shipped.
FOUND = {"Qt6": ["Qt"], "spdlog": ["spdlog", "fmt"], "tl-expected": ["tl::expected"], "simdjson": ["simdjson"], "SQLiteCpp": ["SQLiteCpp"],
         "SQLite3": ["SQLite"], "Qt6Keychain": ["QtKeychain", "libsecret"], "Boost": ["Boost"], "ZLIB": ["zlib"], "zstd": ["Zstandard"], "prometheus-cpp": ["prometheus-cpp"]}


def numbers(version):
    return tuple(int(part) for part in version.split("."))


def replacedVersion(text, version):
    changed, count = VERSION.subn(rf"\g<1>{version}", text)
    if count != 1:
        raise ValueError("CMakeLists.txt names no version")
    return changed


def withSection(text, version, day):
    """The unreleased entries become the version's; an empty heading for what comes next stays above them."""
    changed, count = re.subn(r"^## \[Unreleased\][ \t]*\n", f"## [Unreleased]\n\n## [{version}] - {day}\n", text, count=1, flags=re.M)
    if count != 1:
        raise ValueError("CHANGELOG.md has no section [Unreleased]")
    return changed


class Release:
    def __init__(self, top):
        self.top = pathlib.Path(top)
        self.changelog = self.text("CHANGELOG.md")
        self.sections = sections(self.changelog)

    def text(self, path):
        return (self.top / path).read_text()

    def version(self):
        return VERSION.search(self.text("CMakeLists.txt")).group(2)

    def newest(self):
        """The newest released version as numbers, or None."""
        return next((numbers(section.version) for section in self.sections if section.version != "Unreleased"), None)

    def isReleased(self):
        return self.newest() == numbers(self.version())

    def git(self, *arguments):
        done = subprocess.run(["git", "-C", str(self.top), *arguments], capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else None


def version(release):
    found, own = [], release.version()
    unreleased = next((section for section in release.sections if section.version == "Unreleased"), None)
    pending = bool(unreleased and any(unreleased.entries.values()))
    if release.newest() and release.newest() > numbers(own):
        found.append(f"the changelog is at {'.'.join(map(str, release.newest()))}, CMakeLists.txt at {own}")
    if release.isReleased() and not pending and release.git("tag", "--points-at", "HEAD") not in (None, "", f"v{own}"):
        found.append(f"the commit bears another tag than v{own}")
    for path in ["app", "core", "ui", "packaging"]:
        for file in sorted((release.top / path).rglob("*")):
            if file.suffix in (".cpp", ".h", ".in", ".cmake", ".txt") and file.is_file() and re.search(rf"(?<![\d.]){re.escape(own)}(?![\d.])", file.read_text(errors="ignore")):
                found.append(f"{file.relative_to(release.top)} names {own} itself: the one place is project() in CMakeLists.txt")
    return found, f"{own}, " + ("released" if release.isReleased() else "not yet released") + (", entries wait for the next" if pending else "")


def changelog(release):
    found, before = [], None
    for number, line in enumerate(release.changelog.splitlines(), 1):
        if line.startswith("## ") and not HEADING.match(line):
            found.append(f"CHANGELOG.md:{number}: is neither [Unreleased] nor [version] - date")
    if not release.sections or release.sections[0].version != "Unreleased":
        found.append("CHANGELOG.md does not begin with [Unreleased]")
    for section in release.sections:
        found += [f"[{section.version}] has {kind}, which is none of {', '.join(KINDS)}" for kind in section.entries if kind not in KINDS]
        found += [f"[{section.version}] has {kind} without an entry" for kind, entries in section.entries.items() if not entries]
        if section.version == "Unreleased":
            continue
        if not section.day:
            found.append(f"[{section.version}] has no date")
        if before and numbers(section.version) >= before:
            found.append(f"[{section.version}] stands below a version that is not above it")
        if not section.entries:
            found.append(f"[{section.version}] is empty")
        before = numbers(section.version)
    return found, f"{len(release.sections)} sections, {sum(len(entries) for section in release.sections for entries in section.entries.values())} entries"


def run(command):
    """None where the program is not there, else what it complained about ('' for nothing)."""
    if not shutil.which(command[0]):
        return None
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip()


def metadata(release):
    found, tools = [], []
    settings = dict(re.findall(r'^set\((CH_\w+) "?([^"\n)]*)"?', release.text("CMakeLists.txt") + release.text("packaging/CMakeLists.txt"), re.M))
    values = {"ID": settings["CH_ID"].split()[0], "SUMMARY": settings["CH_SUMMARY"], "HOMEPAGE": ""}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        told = metainfo(release.changelog, release.version(), release.text("packaging/linux/countinghouse.metainfo.xml.in"), values)
        (folder / f"{values['ID']}.metainfo.xml").write_text(told)
        entry = release.text("packaging/linux/countinghouse.desktop.in").replace("@CH_SUMMARY@", values["SUMMARY"])
        (folder / f"{values['ID']}.desktop").write_text(entry)
        for command in (["appstreamcli", "validate", "--no-net", str(folder / f"{values['ID']}.metainfo.xml")],
                        ["desktop-file-validate", str(folder / f"{values['ID']}.desktop")]):
            said = run(command)
            tools.append(command[0] if said is not None else f"{command[0]} is not installed")
            found += [said] if said else []
    if f'version="{release.version()}"' not in told:
        found.append("the metadata does not name this version")
    sizes = re.search(r"CH_ICON_SIZES ([\d ]+)\)", release.text("packaging/linux/Linux.cmake")).group(1).split()
    missing = [size for size in sizes
               if not (release.top / f"resources/appicon/countinghouse-{size}.png").exists()]
    found += [f"there is no icon of {size} pixels" for size in missing]
    return found, ", ".join(tools)


def translations(release):
    files = [path for folder in ("app", "core", "ui", "resources") for path in sorted((release.top / folder).rglob("*.ts"))]
    found = []
    for path in files:
        left = path.read_text().count('type="unfinished"')
        found += [f"{path.relative_to(release.top)}: {left} texts are not translated"] if left else []
    return found, f"{len(files)} languages beside English" if files else "none: the program speaks English"


def licences(release):
    found, rows = [], components(release.top / "packaging/components.txt")
    names = {row.name for row in rows}
    for package in re.findall(r"find_package\((\S+)", release.text("CMakeLists.txt")):
        if package not in FOUND:
            found.append(f"CMake looks for {package}, which nothing in packaging/tools/checks.py stands for")
        found += [f"components.txt has no row {name}" for name in FOUND.get(package, []) if name not in names]
    about = re.sub(r'"\s*\n\s*"', "", release.text("ui/dialogs/SettingsDialog.cpp"))
    told = re.search(r"With Qt %1[^\"]*", about)
    for row in rows:
        isNamed = told and (row.name in told.group(0) or row.name in ("Qt Charts", "Qt SVG", "libsecret", "GCC", "Breeze icons"))
        found += [] if isNamed else [f"the window's page About does not name {row.name}"]
        if not row.licence:
            found.append(f"{row.name} has no licence in components.txt")
    for path in ["LICENSE", "resources/fonts/LICENSE-Apache-2.0.txt", "resources/icons/LICENSE-LGPL-3.txt"]:
        found += [] if (release.top / path).exists() else [f"{path} is missing"]
    copyright_ = release.text("packaging/linux/copyright")
    found += [f"packaging/linux/copyright says nothing of {row.name}" for row in rows if row.kind in ("static", "header", "file")
              and row.name not in copyright_ and row.name.split()[0] not in copyright_]
    return found, f"{len(rows)} components"


def pngSize(path):
    return struct.unpack(">II", path.read_bytes()[16:24])


def screenshots(release):
    found, pictures = [], sorted((release.top / "resources/screenshots").glob("*.png"))
    shown = set(re.findall(r"\]\((resources/screenshots/[^)]+)\)", release.text("README.md")))
    for path in pictures:
        name = str(path.relative_to(release.top))
        found += [] if name in shown else [f"{name} is shown nowhere in README.md"]
    found += [f"README.md shows {name}, which is not there" for name in sorted(shown) if not (release.top / name).exists()]
    sizes = {pngSize(path) for path in pictures}
    if len(sizes) > 1:
        found.append(f"the pictures differ in size: {sorted(sizes)}")
    taken = release.git("log", "-1", "--format=%H", "--", "resources/screenshots")
    since = release.git("rev-list", "--count", f"{taken}..HEAD", "--", "ui", "resources/style") if taken else None
    note = f"{len(pictures)} pictures, " + (f"{since} commits to the window since they were taken" if since else "their age is not known")
    if release.isReleased() and since and int(since) > 0:
        found.append("the window has changed since the pictures were taken: app/run --screenshots")
    return found, note


CHECKS = [("version", version), ("changelog", changelog), ("metadata", metadata), ("translations", translations), ("licences", licences),
          ("screenshots", screenshots)]
