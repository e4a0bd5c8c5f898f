# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what a command prints into a file: output.py COMMAND... --output FILE"""
import subprocess
import sys

from common import write

*command, option, path = sys.argv[1:]
assert option == "--output"
write(path, subprocess.run(command, check=True, capture_output=True, text=True).stdout)
