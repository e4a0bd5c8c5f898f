# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks are checked: each finds a violation planted in a temporary tree, and none cries over a clean one."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

import habits
import rooms
import run
import shape
from tree import Tree, codeOnly

SPDX = "// SPDX-License-Identifier: GPL-3.0-or-later\n"
MAP = """| room | what | may include |
|---|---|---|
| `core/base` | the ground | - |
| `core/http` | requests | `core/base` |
| `core/store` | files | `core/base` |
| `ui` | the window | `core/base` `core/store` |
| `app/program` | the program | `ui` |

| folder | what |
|---|---|
| `core` | all without a pixel |
| `app` | programs |
"""
PICTURE = """```mermaid
flowchart TD
    program["app/program · the program"] --> ui["ui · the window"]
    ui --> store["core/store · files"]
    store --> base["core/base · the ground"]
    http["core/http · requests"] --> base
```
"""
CLEAN = {
    "core/README.md": MAP,
    "core/base/Money.h": SPDX + "// A double would lose cents: processEvents() in a comment is no violation.\nqint64 minor();\n",
    "core/http/Client.cpp": SPDX + '#include "base/Money.h"\n#include <QNetworkReply>\n// #include "store/Mirror.h"\n',
    "core/store/Mirror.h": SPDX + '#include <sqlite3.h>\n#include "base/Money.h"\n',
    "ui/Shell.cpp": SPDX + '#include "store/Mirror.h"\n#include "base/Money.h"\n#include "Shell.h"\nauto s = "sender() QEventLoop .toDouble()";\n',
    "ui/Shell.h": SPDX,
    "app/program/main.cpp": SPDX + '#include "Shell.h"\nint main() { return application.exec(); }\n',
    "core/CMakeLists.txt": "# SPDX-License-Identifier: GPL-3.0-or-later\n",
    "README.md": "See [the map](core/README.md) and https://docs.stripe.com/keys. Build in ~/build, read ./core/work/x.\n" + PICTURE,
}


class Planted(unittest.TestCase):
    def tree(self, **changes):
        folder = self.folder()
        for path, text in {**CLEAN, **changes.get("files", {})}.items():
            if text is not None:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text)
        return Tree(folder)

    def folder(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        return pathlib.Path(made.name)

    def found(self, rule, files):
        return [(finding.path, finding.line, finding.rule) for finding in rule(self.tree(files=files))]

    def assertFinds(self, rule, path, text, line, name):
        self.assertEqual(self.found(rule, {path: text}), [(path, line, name)])

    def testCleanTreeHasNoFindings(self):
        tree = self.tree()
        self.assertEqual([str(finding) for rule in run.RULES + run.WARNINGS for finding in rule(tree)], [])

    def testArrowAgainstTheTable(self):
        self.assertFinds(rooms.arrows, "core/base/Clock.cpp", SPDX + '\n#include "http/Client.h"\n', 3, "arrows")
        self.assertFinds(rooms.arrows, "core/http/Other.cpp", SPDX + '#include "../store/Mirror.h"\n', 2, "arrows")
        self.assertFinds(rooms.arrows, "core/http/Other.cpp", SPDX + "#include <store/Mirror.h>\n", 2, "arrows")
        self.assertFinds(rooms.arrows, "core/store/Mirror.cpp", SPDX + '#  include "ui/Shell.h"\n', 2, "arrows")
        self.assertFinds(rooms.arrows, "ui/Other.cpp", SPDX + '#include "http/NotThereYet.h"\n', 2, "arrows")

    def testFileInNoRoom(self):
        self.assertFinds(rooms.arrows, "core/cellar/Wine.cpp", SPDX, 1, "arrows")

    def testMapWithoutTable(self):
        self.assertFinds(rooms.arrows, "core/README.md", "nothing\n", 1, "arrows")

    def testTableNamesUnknownRoom(self):
        self.assertFinds(rooms.arrows, "core/README.md", MAP.replace("program | `ui` |", "program | `ui` `core/attic` |"), 1, "arrows")

    def testArrowThatNothingUses(self):
        self.assertEqual(self.found(rooms.arrows, {"core/store/Mirror.h": SPDX}), [("core/README.md", 1, "arrows")])

    def testPicture(self):
        for wrong in [PICTURE.replace("http[", "attic[").replace("core/http", "core/attic"), PICTURE.replace("    http[\"core/http · requests\"] --> base\n", ""),
                      PICTURE.replace("store --> base", "store --> http"), PICTURE.replace("ui --> store", "store --> ui")]:
            with self.subTest(wrong=wrong):
                self.assertTrue(self.found(rooms.picture, {"README.md": wrong}))

    def testFences(self):
        for header, rule in [("QNetworkAccessManager", "qt-network"), ("QtNetwork/QSslError", "qt-network"), ("QTcpSocket", "qt-network"),
                             ("QHostAddress", "qt-network"), ("QtNetwork", "qt-network"), ("sqlite3.h", "sqlite"),
                             ("SQLiteCpp/Database.h", "sqlite"), ("QSqlQuery", "sqlite"), ("qt6keychain/keychain.h", "keychain"),
                             ("QChartView", "charts"), ("QtCharts/QBarSet", "charts"), ("QLineSeries", "charts"), ("QValueAxis", "charts"),
                             ("QMessageBox", "message-box"), ("QtWidgets/QMessageBox", "message-box"), ("boost/beast.hpp", "boost"),
                             ("prometheus/text_serializer.h", "prometheus")]:
            with self.subTest(header=header):
                self.assertFinds(rooms.fences, "ui/Page.cpp", SPDX + f"#include <{header}>\n", 2, rule)

    def testFencesLetTheHomesPass(self):
        for path, header in [("core/serve/Server.cpp", "QTcpServer"), ("core/access/Vault.cpp", "qt6keychain/keychain.h"),
                             ("ui/charts/Bars.cpp", "QChart"), ("ui/dialogs/Ask.cpp", "QMessageBox"), ("ui/Page.cpp", "QUrl")]:
            with self.subTest(path=path):
                self.assertEqual(self.found(rooms.fences, {path: SPDX + f"#include <{header}>\n"}), [])

    def testMessageBoxByForwardDeclaration(self):
        self.assertFinds(rooms.fences, "ui/Page.cpp", SPDX + "class QMessageBox;\n", 2, "message-box")

    def testCoreLinksPixels(self):
        self.assertFinds(rooms.pixels, "core/store/CMakeLists.txt", "# x\nch_room(store LINK Qt6::Gui)\n", 2, "pixels")

    def testFolderWithoutSentence(self):
        self.assertEqual(self.found(rooms.folders, {"ui/cellar/Wine.h": SPDX}), [("core/README.md", 1, "folders")])

    def testSentenceWithoutFolder(self):
        self.assertFinds(rooms.folders, "core/README.md", MAP + "| `ui/attic` | nothing |\n", MAP.count("\n") + 1, "folders")

    def testLicenceMissing(self):
        for path in ["ui/Page.cpp", "ui/CMakeLists.txt", "core/x.py", "core/x.mjs"]:
            self.assertFinds(habits.licence, path, "int x;\n", 1, "licence")
        self.assertFinds(habits.licence, "core/script", "#!/bin/sh\n\ntrue\n", 1, "licence")
        self.assertEqual(self.found(habits.licence, {"core/script": "#!/bin/sh\n" + SPDX.replace("//", "#")}), [])

    def testMachinePath(self):
        for text in ["see /wo" + "rk/main", '"/ho' + 'me/ann/x"', "C:\\\\Us" + "ers\\\\x", "(/Us" + "ers/ann)"]:
            with self.subTest(text=text):
                self.assertFinds(habits.nowhere, "NOTES.md", "\n" + text + "\n", 2, "machine-path")

    def testKeyShapes(self):
        for text in ["sk_te" + "st_abcdef12", "rk_li" + "ve_51Habcdef", "whs" + "ec_abcdefgh", "BEGIN RSA PRIV" + "ATE KEY"]:
            with self.subTest(text=text):
                self.assertFinds(habits.nowhere, "NOTES.md", f'key "{text}"\n', 1, "key")

    def testRegistryHosts(self):
        self.assertFinds(habits.nowhere, "package.json", "https://registry.n" + "pmjs.org/x\n", 1, "registry")
        self.assertFinds(habits.lockFiles, "tests/package-lock.json", '{"packages": {"a": {"resolved": "https://x/a.tgz"}}}', 1, "registry")
        self.assertEqual(self.found(habits.lockFiles, {"tests/package-lock.json": '{"packages": {"a": {"version": "1"}}}'}), [])

    def testTopLevel(self):
        self.assertFinds(habits.top, "notes.txt", "x\n", 1, "top")
        self.assertEqual(self.found(habits.top, {".editorconfig": "x\n"}), [])

    def testBannedHabits(self):
        for line, rule in [("QCoreApplication::processEvents();", "nested-loop"), ("QEventLoop loop;", "nested-loop"),
                           ("dialog.exec();", "dialog-exec"), ("dialog->exec( );", "dialog-exec"), ("auto w = sender();", "sender"),
                           ("price.toDouble();", "double-money"), ("reply->ignoreSslErrors();", "tls"),
                           ("job.setInsecureFallback(true);", "keychain-fallback"), ("QThread::msleep(5);", "sleep"),
                           ("std::this_thread::sleep_for(x);", "sleep")]:
            with self.subTest(line=line):
                self.assertFinds(habits.banned, "ui/Page.cpp", SPDX + "\n" + line + "\n", 3, rule)
        self.assertFinds(habits.banned, "core/revenue/Mrr.cpp", "double mrr = 0;\n", 1, "double-money")
        self.assertFinds(habits.banned, "tests/ui/tst_Page.cpp", "QTest::qWait(100);\n", 1, "sleep")

    def testUnfinished(self):
        self.assertFinds(habits.unfinished, "ui/Page.cpp", "// TO" + "DO: later\n", 1, "unfinished")

    def testDeadLink(self):
        self.assertFinds(habits.links, "core/base/NOTES.md", "[x](gone.md#part)\n", 1, "link")

    def testLongFileAndFunction(self):
        self.assertFinds(shape.longFiles, "ui/Page.cpp", "int x;\n" * 401, 1, "long-file")
        body = "namespace ch {\nvoid Page::fill(int a) const\n{\n" + "    if (a) { a(); }\n" * 60 + "}\n} // namespace ch\n"
        self.assertFinds(shape.longFunctions, "ui/Page.cpp", body, 3, "long-function")
        self.assertEqual(self.found(shape.longFunctions, {"ui/Page.cpp": body.replace("    if (a) { a(); }\n", "", 10)}), [])

    def testCodeOnlyKeepsLines(self):
        text = 'a; // b\n/* c\n d */ e("f // g\\"", \'"\', R"(h\ni)");\n1\'000;\n'
        self.assertEqual(codeOnly(text), 'a; \n\n e("", "", ""\n);\n1\'000;\n')

    def testGitIgnoredFilesDoNotCount(self):
        tree = self.tree(files={"build/x.cpp": "x", ".gitignore": "/build/\n"})
        subprocess.run(["git", "init", "-q", str(tree.root)], check=True)
        self.assertNotIn("build/x.cpp", Tree(tree.root).files)
        self.assertIn("ui/Shell.cpp", Tree(tree.root).files)

    def testExitCodes(self):
        broken, clean = self.tree(files={"notes.txt": "x\n"}), self.tree()
        for tree, code in [(broken, 1), (clean, 0)]:
            done = subprocess.run([sys.executable, pathlib.Path(run.__file__), str(tree.root)], capture_output=True, text=True)
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
