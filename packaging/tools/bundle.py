# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes an installed tree relocatable: bundle.py FOLDER. Every library that its programs and Qt's plugins ask for is put into lib (all but
glibc, which belongs to the system's kernel and loader), Qt's plugins into plugins, and each file looks for libraries beside itself. The
licences of what is carried along go beside the programs' own, and into the list of components."""
import json
import pathlib
import re
import shutil
import subprocess
import sys

from common import TOP, components, installedVersion, libraryPath, ownerOf
from sbom import PROGRAM, identifier, package

# Of glibc, whose parts must be those of the system that runs.
SYSTEM = re.compile(r"^(ld-linux.*|linux-vdso.*|lib(c|m|dl|pthread|rt|resolv|util|nsl|anl|mvec|BrokenLocale|thread_db|nss_.*))\.so")
PLUGINS = ["platforms/libqxcb.so", "platforms/libqoffscreen.so", "platforms/libqwayland-generic.so", "wayland-shell-integration/libxdg-shell.so",
           "wayland-decoration-client/libbradient.so", "platformthemes/libqxdgdesktopportal.so", "platforminputcontexts/libcomposeplatforminputcontextplugin.so",
           "platforminputcontexts/libibusplatforminputcontextplugin.so", "iconengines/libqsvgicon.so", "imageformats/libqsvg.so", "tls/libqopensslbackend.so"]
LOADED = ["libsecret-1.so.0"]   # by name, while the program runs
PROGRAMS = ["countinghouse", "countinghousectl", "stripe-sandbox"]


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def asks(path):
    """{name: path} of all libraries that an ELF file leads to."""
    found = {}
    for line in output("ldd", str(path)).splitlines():
        match = re.match(r"\s*(\S+) => (\S+) \(", line)
        if match and not SYSTEM.match(match.group(1)):
            found[match.group(1)] = pathlib.Path(match.group(2))
        elif "not found" in line:
            sys.exit(f"bundle.py: {path}: {line.strip()}")
    return found


def take(source, target, origin):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o755)
    output("patchelf", "--set-rpath", origin, str(target))


def packageOf(path):
    return ownerOf(path) or sys.exit(f"bundle.py: no package owns {path}")


def document(folder, owners):
    """Licences and components of what was put in."""
    docs = folder / "share/doc/countinghouse"
    licences = docs / "licences"
    licences.mkdir(exist_ok=True)
    shutil.copy(TOP / "LICENSE", licences / "Countinghouse-GPL-3.txt")
    shutil.copy(TOP / "resources/fonts/LICENSE-Apache-2.0.txt", licences / "Open-Sans-Apache-2.0.txt")
    shutil.copy(TOP / "resources/icons/LICENSE-LGPL-3.txt", licences / "Breeze-icons-LGPL-3.txt")
    for text in ("GPL-2", "LGPL-2", "LGPL-2.1"):    # Debian's copyright files name these instead of repeating them
        shutil.copy(f"/usr/share/common-licenses/{text}", licences / f"{text}.txt")
    for row in components():                        # what is inside the programs themselves
        text = pathlib.Path(f"/usr/share/doc/{row.package}/copyright")
        if row.kind in ("static", "header") and text.exists():
            shutil.copyfile(text, licences / f"{row.package}.txt")
    path = docs / "countinghouse.spdx.json"
    told = json.loads(path.read_text())
    known = {each["SPDXID"] for each in told["packages"]}
    for owner in owners:
        shutil.copyfile(f"/usr/share/doc/{owner}/copyright", licences / f"{owner}.txt")
        carried = package(owner, installedVersion(owner) or "", "NOASSERTION", f"see licences/{owner}.txt", owner, "Carried along.")
        if carried["SPDXID"] not in known:
            told["packages"].append(carried)
        told["relationships"].append({"spdxElementId": PROGRAM, "relationshipType": "CONTAINS", "relatedSpdxElement": identifier(owner)})
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def main(folder):
    plugins = pathlib.Path(output("qtpaths6", "--query", "QT_INSTALL_PLUGINS").strip())
    present = [name for name in PLUGINS if (plugins / name).exists()]
    libraries = {name: libraryPath(name) for name in LOADED}
    for source in [*(folder / "bin" / name for name in PROGRAMS), *(plugins / name for name in present), *list(libraries.values())]:
        libraries.update(asks(source))
    for name, source in sorted(libraries.items()):
        take(source, folder / "lib" / name, "$ORIGIN")
    for name in present:
        take(plugins / name, folder / "plugins" / name, "$ORIGIN/../../lib")
    for name in PROGRAMS:
        output("patchelf", "--set-rpath", "$ORIGIN/../lib", str(folder / "bin" / name))
    (folder / "bin/qt.conf").write_text("[Paths]\nPrefix = ..\nPlugins = plugins\n")
    shutil.rmtree(folder / "lib/systemd", ignore_errors=True)   # it names the program by its place in an installation
    shutil.copy(TOP / "packaging/linux/README.archive.txt", folder / "README.txt")
    document(folder, sorted({packageOf(path) for path in [*libraries.values(), *(plugins / name for name in present)]}))
    print(f"{len(libraries)} libraries and {len(present)} plugins carried along")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
