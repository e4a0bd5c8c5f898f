# SPDX-License-Identifier: GPL-3.0-or-later
"""What the packaging tools share: the time that everything in a package bears, output that is the same at each run, the table of components."""
import datetime
import gzip
import os
import pathlib
import subprocess
from typing import NamedTuple

TOP = pathlib.Path(__file__).resolve().parents[2]
COMPONENTS = TOP / "packaging/components.txt"


def sourceTime():
    """SOURCE_DATE_EPOCH, which packaging/build sets to the commit's time; else that of the changelog's file."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH") or int((TOP / "CHANGELOG.md").stat().st_mtime)
    return datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc)


def write(path, text):
    """text into path; packed where the name ends in .gz, with neither a time nor a name in it."""
    path = pathlib.Path(path)
    data = text.encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data, 9, mtime=0) if path.suffix == ".gz" else data)


class Component(NamedTuple):
    name: str
    kind: str       # shared, loaded (by name, at run time), static, header, file
    package: str    # Debian's package, "-" for what is in this tree
    licence: str    # SPDX
    owner: str


def components(path=COMPONENTS):
    rows = [line.split("|") for line in pathlib.Path(path).read_text().splitlines() if line.strip() and not line.startswith("#")]
    return [Component(*(cell.strip() for cell in row)) for row in rows]


def installedVersion(package):
    """Of a Debian package, or None where it is not installed or this is no Debian."""
    try:
        done = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout or None


def libraryPath(name):
    """Where the loader of this system has a library of this name, or None; None too where there is no ldconfig."""
    try:
        told = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    except OSError:
        return None
    return next((pathlib.Path(line.split(" => ")[1]) for line in told.splitlines() if line.strip().startswith(name + " ")), None)


def ownerOf(path):
    """The Debian package that a file comes from, or None: libraries of /lib are listed there or in /usr/lib, as dpkg wrote them."""
    real = path.resolve()
    for candidate in dict.fromkeys([path, real, pathlib.Path("/lib") / str(real).removeprefix("/usr/lib/"), pathlib.Path("/usr") / str(path)[1:]]):
        done = subprocess.run(["dpkg-query", "-S", str(candidate)], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.split(":")[0].split(",")[0]
    return None


def needed(binary):
    """The names of the shared libraries that an ELF file asks for itself."""
    told = subprocess.run(["readelf", "-d", str(binary)], capture_output=True, text=True, check=True).stdout
    return [line.split("[")[1].split("]")[0] for line in told.splitlines() if "(NEEDED)" in line]
