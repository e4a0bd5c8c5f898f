# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the source tree: python3 tests/checks/run.py [FOLDER]. Exit code 1 when a rule is broken; warnings do not count."""
import pathlib
import sys

import habits
import rooms
import shape
from tree import Tree

RULES = [rooms.arrows, rooms.fences, rooms.pixels, rooms.folders, rooms.picture, habits.licence, habits.nowhere, habits.lockFiles, habits.top,
         habits.banned, habits.unfinished, habits.links]
WARNINGS = [shape.longFiles, shape.longFunctions]


def main(folder):
    tree = Tree(folder)
    for rule in WARNINGS:
        for finding in rule(tree):
            print(f"warning: {finding}")
    broken = [finding for rule in RULES for finding in rule(tree)]
    for finding in broken:
        print(finding)
    print(f"{len(tree.files)} files checked, {len(broken)} findings")
    return 1 if broken or not tree.files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]))
