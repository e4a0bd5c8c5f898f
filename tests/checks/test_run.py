# SPDX-License-Identifier: GPL-3.0-or-later
"""app/run and tests/run, in a copy of their files with stand-ins for apt-get, dpkg-query, cmake, ninja and ctest: what they install, what
they build, what they print where, and how they end. Nothing is installed or built."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
LINE = "#!/bin/bash\n"
# Each stand-in notes its arguments in $NOTES and does the least that the scripts expect of it.
STAND_INS = {
    "apt-get": LINE + 'echo "apt-get $*" >>"$NOTES"\n[[ $* == *install* ]] && exit "${APT_EXIT:-0}"\nexit 0\n',
    "dpkg-query": LINE + 'for name in "$@"; do [[ $name == -* || " $MISSING " == *" $name "* ]] || printf "installed=%s " "$name"; done\n',
    "cmake": LINE + 'echo "cmake $*" >>"$NOTES"\necho configuring\n[[ -n ${CMAKE_EXIT:-} ]] && exit "$CMAKE_EXIT"\n'
             'mkdir -p build/release\ntouch build/release/build.ninja\n'
             'printf "%s\\n" "CMAKE_CXX_COMPILER_LAUNCHER:STRING=" "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" >build/release/CMakeCache.txt\n',
    "ninja": LINE + 'dry=; for a in "$@"; do [[ $a == -n ]] && dry=1; done\n'
             'if [[ -n $dry ]]; then [[ -e $BUILT ]] && echo "ninja: no work to do."; exit 0; fi\n'
             'echo "ninja ${*:3}" >>"$NOTES"\necho compiling\ntouch "$BUILT"\nexit "${NINJA_EXIT:-0}"\n',
    "ctest": LINE + 'echo "ctest $*" >>"$NOTES"\necho "100% tests passed, 0 tests failed out of 1"\nexit "${CTEST_EXIT:-0}"\n',
}
PROGRAM = LINE + 'echo "$(basename "$0") platform=$QT_QPA_PLATFORM$([[ $# == 0 ]] || printf " %q" "$@")"\nexit "${PROGRAM_EXIT:-0}"\n'
TOOLS = ["bash", "sh", "env", "dirname", "basename", "mktemp", "rm", "mkdir", "touch", "grep", "tail", "sort", "comm", "flock", "cat", "id"]


class Scripts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name) / "a clone"
        self.bin = pathlib.Path(folder.name) / "bin"
        self.notes = pathlib.Path(folder.name) / "notes"
        for path in ["app/run", "tests/run", ".ci/run", "packaging/setup.sh", "packaging/packages.txt", "CMakePresets.json"]:
            (self.top / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TOP / path, self.top / path)
        self.bin.mkdir()
        for name in TOOLS:
            (self.bin / name).symlink_to(shutil.which(name))
        for name, text in STAND_INS.items():
            self.program(self.bin / name, text)
        for name in ["countinghouse", "countinghousectl", "stripe-sandbox"]:
            self.program(self.top / "build/release/bin" / name, PROGRAM)

    def program(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def run_(self, *command, display=False, user=0, **more):
        environment = {"PATH": str(self.bin), "HOME": str(self.top), "NOTES": str(self.notes), "BUILT": str(self.notes) + ".built",
                       "MISSING": "", **({"DISPLAY": ":9"} if display else {}), **more}
        return subprocess.run([str(self.top / command[0]), *command[1:]], env=environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, cwd="/", check=False)

    def noted(self):
        return self.notes.read_text().splitlines() if self.notes.exists() else []

    def testNoDisplayIsSaidInOneLineBeforeAnythingElse(self):
        done = self.run_("app/run", MISSING="cmake")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 1)
        self.assertIn("app/run --screenshots DIR", done.stderr)
        self.assertIn("app/run --ctl", done.stderr)
        self.assertEqual(self.noted(), [])

    def testWindowOpensOnTheDemo(self):
        done = self.run_("app/run", display=True)
        self.assertEqual((done.returncode, done.stdout), (0, "countinghouse platform= --demo\n"))
        self.assertIn("ninja countinghouse", self.noted())

    def testArgumentsAfterTwoDashesGoToTheWindow(self):
        done = self.run_("app/run", "--", "--profile", "my shop", display=True)
        self.assertEqual(done.stdout, "countinghouse platform= --profile my\\ shop\n")

    def testWaylandAndAnotherPlatformCountAsDisplay(self):
        self.assertEqual(self.run_("app/run", WAYLAND_DISPLAY="wayland-0").returncode, 0)
        self.assertEqual(self.run_("app/run", QT_QPA_PLATFORM="vnc").returncode, 0)

    def testTerminalProgramHasStdoutToItself(self):
        done = self.run_("app/run", "--ctl", "mrr", "--json", PROGRAM_EXIT="5")
        self.assertEqual((done.returncode, done.stdout), (5, "countinghousectl platform= mrr --json\n"))
        self.assertIn("compiling", done.stderr)
        again = self.run_("app/run", "--ctl", "--", "--version")
        self.assertEqual((again.stdout, again.stderr), ("countinghousectl platform= --version\n", ""))

    def testSecondRunNeitherConfiguresNorBuilds(self):
        self.run_("app/run", "--build-only")
        before = self.noted()
        self.assertEqual(before[-1], "ninja countinghouse countinghousectl stripe-sandbox")
        self.run_("app/run", "--build-only")
        self.assertEqual(self.noted(), before)

    def testScreenshots(self):
        done = self.run_("app/run", "--screenshots", "shots", "--", "--dark")
        self.assertEqual(done.stdout, "countinghouse platform=offscreen --screenshots shots --dark\n")
        self.assertEqual(self.run_("app/run", "--screenshots").returncode, 2)

    def testUnknownArgumentsAreUsageErrors(self):
        for arguments in [("--nonsense",), ("mrr",), ("--build-only", "x"), ("--screenshots", "d", "x")]:
            with self.subTest(arguments=arguments):
                self.assertEqual(self.run_("app/run", *arguments).returncode, 2)
        self.assertEqual(self.noted(), [])

    def testMissingPackagesAreInstalledWithTheirReasons(self):
        if os.geteuid() != 0:
            self.program(self.bin / "sudo", LINE + 'shift $(( $# > 0 && ${#1} == 2 ))\nexec "$@"\n')
        done = self.run_("app/run", "--build-only", MISSING="libspdlog-dev ca-certificates gnome-keyring cmake")
        self.assertEqual(done.returncode, 0)
        installs = [line for line in self.noted() if " install " in line]
        self.assertEqual(len(installs), 1)
        self.assertTrue(installs[0].endswith("install -y --no-install-recommends ca-certificates libspdlog-dev"), installs)
        self.assertRegex(done.stderr, r"libspdlog-dev +the log")
        self.assertEqual(done.stdout, "")

    def testInstallThatFailsEndsTheRun(self):
        if os.geteuid() != 0:
            self.program(self.bin / "sudo", LINE + 'shift $(( $# > 0 && ${#1} == 2 ))\nexec "$@"\n')
        done = self.run_("app/run", "--build-only", MISSING="libspdlog-dev", APT_EXIT="100")
        self.assertEqual(done.returncode, 1)
        self.assertIn("apt-get install -y --no-install-recommends libspdlog-dev", done.stderr)
        self.assertFalse([line for line in self.noted() if line.startswith(("cmake", "ninja"))])

    def testWithoutRootAndSudoTheLineIsPrinted(self):
        # EUID cannot be set from outside; the script is told what it would read.
        script = self.top / "packaging/setup.sh"
        script.write_text(script.read_text().replace("EUID != 0", "1000 != 0"))
        done = self.run_("app/run", "--build-only", MISSING="cmake libspdlog-dev")
        self.assertEqual(done.returncode, 1)
        self.assertIn("apt-get update && apt-get install -y --no-install-recommends libspdlog-dev", done.stderr)

    def testElsewhereThanOnDebianItGoesOn(self):
        (self.bin / "apt-get").unlink()
        done = self.run_("app/run", "--build-only")
        self.assertEqual(done.returncode, 0)
        self.assertIn("qt6-base-dev", done.stderr)

    def testBuildThatFailsEndsTheRun(self):
        self.assertNotEqual(self.run_("app/run", "--ctl", "mrr", NINJA_EXIT="1").returncode, 0)
        (self.top / "build/release/build.ninja").unlink()
        done = self.run_("app/run", "--ctl", "mrr", CMAKE_EXIT="1")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "")

    def testTestsRunEndsAsCtestDoes(self):
        for path in ["tests/run", ".ci/run"]:
            with self.subTest(path=path):
                done = self.run_(path, CI="true", CTEST_EXIT="8")
                self.assertEqual(done.returncode, 8)
                self.assertEqual(done.stdout.splitlines()[-1], "100% tests passed, 0 tests failed out of 1")
        done = self.run_("tests/run", "-R", "http")
        self.assertRegex(self.noted()[-1], r"^ctest --test-dir .*/build/release .*--output-on-failure -j2 -R http$")

    def testTestsRunBuildsEverythingAndSetsUpInterop(self):
        self.program(self.top / "tests/interop/setup", LINE + 'echo setup >>"$NOTES"\n')
        self.assertEqual(self.run_("tests/run", MISSING="gnome-keyring nodejs cmake").returncode, 0)
        noted = self.noted()
        self.assertTrue(any(line.endswith("--no-install-recommends gnome-keyring nodejs") for line in noted), noted)
        self.assertIn("setup", noted)
        self.assertIn("ninja ", noted)

    def unpacking(self, **more):
        """tests/monitoring/setup, with an apt-get that downloads an empty package and a dpkg-deb that notes what it unpacks."""
        self.program(self.top / "tests/monitoring/setup", (TOP / "tests/monitoring/setup").read_text())
        self.program(self.bin / "dpkg-deb", LINE + 'echo "dpkg-deb $1 $(basename "$2") ${3#"$TOP"/}" >>"$NOTES"\n')
        self.program(self.bin / "apt-get", LINE + 'echo "apt-get ${*: -2}" >>"$NOTES"\n[[ $* == *download* ]] || exit 0\n'
                     '[[ -e $NOTES.lists || -z ${NO_LISTS:-} ]] || { touch "$NOTES.lists"; exit 100; }\n[[ -z ${APT_EXIT:-} ]] || exit "$APT_EXIT"\n'
                     'touch "${*: -1}.deb"\n')
        if os.geteuid() != 0:
            self.program(self.bin / "sudo", LINE + 'shift $(( $# > 0 && ${#1} == 2 ))\nexec "$@"\n')
        return self.run_("tests/monitoring/setup", TOP=str(self.top), **more)

    def testServersAreUnpackedOnceAndNotInstalled(self):
        done = self.unpacking()
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        expected = [line for name in ["prometheus", "prometheus-alertmanager"] for line in [f"apt-get download {name}", f"dpkg-deb -x {name}.deb build/unpacked"]]
        self.assertEqual(self.noted(), expected)
        self.assertEqual(self.unpacking().returncode, 0)
        self.assertEqual(self.noted(), expected)

    def testOldListsOfPackagesAreRefreshed(self):
        self.assertEqual(self.unpacking(NO_LISTS="1").returncode, 0)
        self.assertEqual(self.noted()[:3], ["apt-get download prometheus", "apt-get DPkg::Lock::Timeout=300 update", "apt-get download prometheus"])

    def testAPackageThatCannotBeHadIsSaid(self):
        done = self.unpacking(APT_EXIT="100")
        self.assertEqual(done.returncode, 1)
        self.assertIn("prometheus could not be had", done.stderr)

    def testWhatIsOnThePathIsNotUnpacked(self):
        for name in ["promtool", "amtool"]:
            self.program(self.bin / name, LINE)
        self.assertEqual(self.unpacking().returncode, 0)
        self.assertEqual(self.noted(), [])

    def testNothingIsUnpackedWhereThatIsNotWanted(self):
        self.assertEqual(self.unpacking(COUNTINGHOUSE_NO_INSTALL="1").returncode, 0)
        self.assertEqual(self.noted(), [])

    def testPackageListIsWellFormed(self):
        names = []
        for line in (TOP / "packaging/packages.txt").read_text().splitlines():
            if line and not line.startswith("#"):
                group, package, unless, why = line.split(None, 3)
                self.assertIn(group, ["runtime", "build", "tests", "unpacked", "cleanroot", "packaging"])
                self.assertTrue(why)
                names.append((group, package))
        self.assertEqual(len(names), len(set(names)))


if __name__ == "__main__":
    unittest.main()
