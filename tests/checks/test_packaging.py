# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools of packaging: changelogs, manual pages, components, and the checks of a release, each of which has to find what is planted."""
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "packaging/tools"))
os.environ["SOURCE_DATE_EPOCH"] = "1780000000"  # 2026-05-28

import changelog  # noqa: E402
import checks  # noqa: E402
import manpage  # noqa: E402
import sbom  # noqa: E402
from common import components, write  # noqa: E402

LOG = """# Changelog

## [Unreleased]

### Added

- One thing with `code` and a [link](x.md), told
  over two lines.

### Fixed

- Another.

## [0.2.0] - 2026-05-01

### Changed

- What changed.
"""
SECRET_FREE = {"PATH": os.environ["PATH"]}


class Changelog(unittest.TestCase):
    def testSections(self):
        found = changelog.sections(LOG)
        self.assertEqual([(section.version, section.day) for section in found], [("Unreleased", None), ("0.2.0", "2026-05-01")])
        self.assertEqual(found[0].entries, {"Added": ["One thing with `code` and a [link](x.md), told over two lines."], "Fixed": ["Another."]})

    def testDebian(self):
        told = changelog.debian(LOG, "0.3.0", "A <a@b>")
        self.assertTrue(told.startswith("countinghouse (0.3.0) stable; urgency=medium\n\n  * One thing with code and a link, told over two lines.\n"), told)
        self.assertIn("  * Fixed: Another.\n\n -- A <a@b>  Thu, 28 May 2026 20:26:40 +0000\n", told)
        self.assertIn("countinghouse (0.2.0)", told)
        self.assertLessEqual(max(map(len, told.splitlines())), 80)

    def testWhatIsReleasedIsNotToldTwice(self):
        told = [name for name, _, _ in changelog.released(LOG, "0.2.0")]
        self.assertEqual(told, ["0.2.0"])

    def testMetainfo(self):
        template = "@ID@ @SUMMARY@\n@URL@@RELEASES@"
        values = {"ID": "x.y", "SUMMARY": "a & b", "HOMEPAGE": ""}
        self.assertEqual(changelog.metainfo(LOG, "0.3.0", template, values),
                         'x.y a &amp; b\n    <release version="0.3.0" date="2026-05-28" type="development"/>\n'
                         '    <release version="0.2.0" date="2026-05-01" type="stable"/>\n')
        self.assertIn('<url type="homepage">https://x</url>', changelog.metainfo(LOG, "0.3.0", template, {**values, "HOMEPAGE": "https://x"}))


class ManualPages(unittest.TestCase):
    HELP = "prog does a thing.\n\n  prog [OPTIONS]\n\nCommands\n  go FAR [--fast]           goes there,\n                            and back\n  come [--a]\n       [--b]                \n       comes\n  stop\n\nExit codes: 0 done.\n"

    def testPage(self):
        page = manpage.page("prog", self.HELP, "a thing\n# FILES\n  ~/.x\n    all of it\n", "1.2.3", "2026-05-28")
        for line in ['.TH PROG 1 2026-05-28 "Countinghouse 1.2.3" "User commands"', "prog \\- a thing", ".SH COMMANDS", ".B go FAR [\\-\\-fast]", "goes there,",
                     "and back", ".B come [\\-\\-a] [\\-\\-b]", "comes", ".B stop", ".SH FILES", ".B ~/.x", "all of it"]:
            self.assertIn(line, page.splitlines())

    def testALineCannotBecomeACommandOfTroff(self):
        page = manpage.page("prog", "one\n.two\n'three\\n\n", "x\n", "1", "d")
        self.assertIn("\\&.two", page)
        self.assertIn("\\&'three\\en", page)

    def testOutputIsTheSameAtEachRun(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "made/x.gz"
            write(path, "text\n")
            first = path.read_bytes()
            os.utime(path, (1, 1))
            write(path, "text\n")
            self.assertEqual(path.read_bytes(), first)
            self.assertEqual(gzip.decompress(first), b"text\n")


class Components(unittest.TestCase):
    def testTable(self):
        rows = components()
        self.assertEqual(len(rows), len({row.name for row in rows}))
        for row in rows:
            self.assertIn(row.kind, sbom.RELATION, row)
            self.assertTrue(row.licence and row.owner and row.package, row)

    def testDocument(self):
        told = sbom.document("1.2.3", TOP / "packaging/components.txt", [])
        self.assertEqual(told["spdxVersion"], "SPDX-2.3")
        self.assertEqual(told["creationInfo"]["created"], "2026-05-28T20:26:40Z")
        ids = [each["SPDXID"] for each in told["packages"]]
        self.assertEqual(len(ids), len(set(ids)))
        for identifier in ids:
            self.assertRegex(identifier, r"^SPDXRef-[A-Za-z0-9.-]+$")
        for relation in told["relationships"]:
            self.assertIn(relation["relatedSpdxElement"], ids)
        self.assertEqual(json.dumps(told), json.dumps(sbom.document("1.2.3", TOP / "packaging/components.txt", [])))


class OtherSystems(unittest.TestCase):
    def testTheWorkflowInstallsWhatThePageSays(self):
        page, flow = (TOP / "packaging/README.md").read_text(), (TOP / ".github/workflows/packages.yml").read_text()
        for first, stop in (("pacboy -S --needed git:", "\npackaging/build"), ("brew install", "\nexport")):
            said = page[page.index(first) + len(first):]
            wanted = set(said[:said.index(stop)].replace("\\", " ").split())
            self.assertGreater(len(wanted), 10)
            self.assertEqual([name for name in sorted(wanted) if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", flow)], [])


class ReleaseChecks(unittest.TestCase):
    """Each check is content with the project as it is, and finds what is planted in a copy."""

    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.copy = pathlib.Path(made.name)
        for name in ["CMakeLists.txt", "CHANGELOG.md", "README.md", "LICENSE", "packaging", "resources", "ui/dialogs/SettingsDialog.cpp", "core/README.md", "app/CMakeLists.txt"]:
            source, target = TOP / name, self.copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)

    def plant(self, path, before, after):
        text = (self.copy / path).read_text()
        changed = re.sub(before, lambda _: after, text, count=1, flags=re.M)
        self.assertNotEqual(changed, text)
        (self.copy / path).write_text(changed)

    def found(self, name):
        return dict(checks.CHECKS)[name](checks.Release(self.copy))[0]

    def testTheProjectAgrees(self):
        for name, rule in checks.CHECKS:
            self.assertEqual(rule(checks.Release(TOP))[0], [], name)
            self.assertEqual(self.found(name), [], name)

    def testVersion(self):
        self.plant("CHANGELOG.md", r"^## \[Unreleased\]$", "## [Unreleased]\n\n## [9.0.0] - 2026-01-01")
        self.assertTrue(self.found("version"))

    def testASecondPlaceForTheVersion(self):
        own = checks.Release(self.copy).version()
        self.plant("packaging/linux/countinghouse.desktop.in", "^Type=", f"X-Version={own}\nType=")
        self.assertIn("countinghouse.desktop.in", self.found("version")[0])

    def testChangelog(self):
        for planted in ["## [Unreleased]\n\n## 0.1.0", "## [Unreleased]\n\n### New\n\n- x", "## [0.0.1] - 2026-01-01", "## [Unreleased]\n\n## [0.0.2]"]:
            with self.subTest(planted=planted):
                self.setUp()
                self.plant("CHANGELOG.md", r"^## \[Unreleased\]$", planted)
                self.assertTrue(self.found("changelog"))

    def testMetadata(self):
        (self.copy / "resources/appicon/countinghouse-48.png").unlink()
        self.assertEqual(self.found("metadata"), ["there is no icon of 48 pixels"])

    def testTranslations(self):
        (self.copy / "resources/window_de.ts").write_text('<translation type="unfinished"/>')
        self.assertEqual(self.found("translations"), ["resources/window_de.ts: 1 texts are not translated"])

    def testLicences(self):
        self.plant("CMakeLists.txt", r"^find_package\(zstd.*$", "find_package(zstd)\nfind_package(Unknown)")
        self.plant("packaging/components.txt", r"^zlib .*\n", "")
        self.plant("ui/dialogs/SettingsDialog.cpp", "simdjson, ", "")
        (self.copy / "resources/fonts/LICENSE-Apache-2.0.txt").unlink()
        found = "\n".join(self.found("licences"))
        for each in ["Unknown", "no row zlib", "does not name simdjson", "LICENSE-Apache-2.0.txt is missing"]:
            self.assertIn(each, found)

    def testScreenshots(self):
        picture = next((self.copy / "resources/screenshots").glob("*.png"))
        picture.rename(picture.with_name("renamed.png"))
        found = self.found("screenshots")
        self.assertTrue(any("is shown nowhere" in each for each in found) and any("which is not there" in each for each in found), found)

    def testWhatAReleaseChanges(self):
        self.assertIn("project(Countinghouse VERSION 3.2.1 ", checks.replacedVersion((TOP / "CMakeLists.txt").read_text(), "3.2.1"))
        after = checks.withSection(LOG, "0.3.0", "2026-06-01")
        self.assertIn("## [Unreleased]\n\n## [0.3.0] - 2026-06-01\n\n### Added", after)
        self.assertEqual([section.version for section in changelog.sections(after)], ["Unreleased", "0.3.0", "0.2.0"])

    def testADryRunChangesNothing(self):
        before = {path: path.read_bytes() for path in self.copy.rglob("*") if path.is_file()}
        for command in (["git", "init", "-q", "-b", "main"], ["git", "add", "."], ["git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "t"]):
            subprocess.run(command, cwd=self.copy, check=True)
        done = subprocess.run([sys.executable, str(self.copy / "packaging/release"), "make", "9.9.9", "--dry-run"], capture_output=True, text=True,
                              env=SECRET_FREE, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("git tag -a v9.9.9", done.stdout)
        self.assertEqual({path: path.read_bytes() for path in self.copy.rglob("*") if path.is_file() and ".git" not in path.parts}, before)
        done = subprocess.run([sys.executable, str(self.copy / "packaging/release"), "make", "9.9"], capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
