# SPDX-License-Identifier: GPL-3.0-or-later
"""The project's files as the checks see them, and C++ text without what is not code.

A Tree is a folder with the files that belong to the project: those git tracks or would track, or every file where there is no git.
Nothing here writes.
"""
import os
import pathlib
import re
import subprocess
from typing import NamedTuple

CODE_SUFFIXES = {".cpp", ".h", ".hpp", ".cc", ".c"}
SCRIPT_SUFFIXES = {".py", ".sh", ".mjs", ".cjs", ".js", ".ts", ".cmake"}
IGNORED_FOLDERS = {".git", "build", "node_modules", "__pycache__"}


class Finding(NamedTuple):
    path: str
    line: int
    rule: str
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.files = sorted(self._tracked() or self._walked())
        self._texts = {}

    def _tracked(self):
        if not (self.root / ".git").exists():
            return None
        command = ["git", "-C", str(self.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        try:
            listed = subprocess.run(command, capture_output=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            return None
        names = [name.decode() for name in listed.split(b"\0") if name]
        return [name for name in names if (self.root / name).is_file()]

    def _walked(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in IGNORED_FOLDERS]
            for name in names:
                yield str((pathlib.Path(folder) / name).relative_to(self.root))

    def text(self, path):
        """The file as text, or None when it is not there or not text."""
        if path not in self._texts:
            try:
                data = (self.root / path).read_bytes()
                self._texts[path] = None if b"\0" in data else data.decode()
            except (OSError, UnicodeDecodeError):
                self._texts[path] = None
        return self._texts[path]

    def lines(self, path):
        return (self.text(path) or "").splitlines()

    def code(self, *folders):
        """C++ files under these folders, or all of them."""
        return [path for path in self.files if pathlib.PurePath(path).suffix in CODE_SUFFIXES
                and (not folders or path.split("/")[0] in folders)]

    def sources(self):
        """Everything a person wrote as a program: C++, CMake, scripts with a suffix or a #! line."""
        for path in self.files:
            name = pathlib.PurePath(path)
            if name.suffix in CODE_SUFFIXES | SCRIPT_SUFFIXES or name.name == "CMakeLists.txt":
                yield path
            elif not name.suffix and (self.text(path) or "").startswith("#!"):
                yield path


_NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])+\'', re.S)


def codeOnly(text):
    """C++ with comments gone and literals emptied; every line stays on its line."""
    def blank(match):
        found = match.group(0)
        kept = "\n" * found.count("\n")
        return kept if found.startswith(("//", "/*")) else '""' + kept
    return _NOT_CODE.sub(blank, text)
