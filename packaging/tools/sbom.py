# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of components of a package, in SPDX 2.3: sbom.py --output FILE --version V --components TABLE PROGRAM...

What stands in it: Countinghouse, every row of packaging/components.txt with the version that it was built with, and every library that the
programs ask for which no row stands for (Debian's package and version). packaging/tools/bundle.py adds what an archive carries along.
"""
import argparse
import json
import re
import uuid

from common import components, installedVersion, libraryPath, needed, ownerOf, sourceTime, write

RELATION = {"shared": "DYNAMIC_LINK", "loaded": "OPTIONAL_DEPENDENCY_OF", "static": "STATIC_LINK", "header": "STATIC_LINK", "file": "CONTAINS"}
PROGRAM = "SPDXRef-Countinghouse"


def identifier(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]+", "-", name)


def package(name, version, licence, owner, debian=None, summary=""):
    told = {"SPDXID": identifier(name), "name": name, "versionInfo": version, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": licence, "licenseDeclared": licence, "copyrightText": owner, "supplier": "NOASSERTION"}
    if summary:
        told["summary"] = summary
    if debian:
        told["externalRefs"] = [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                 "referenceLocator": f"pkg:deb/debian/{debian}@{version}?distro=bookworm".replace("+", "%2B")}]
    return told


def document(version, table, programs):
    time = sourceTime()
    told = [package("Countinghouse", version, "GPL-3.0-or-later", "The Countinghouse maintainers")]
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Countinghouse")]
    rows = components(table)
    for row in rows:
        debian = None if row.package == "-" else row.package
        told.append(package(row.name, (installedVersion(debian) if debian else version) or "NOASSERTION", row.licence, row.owner, debian,
                            {"file": "Carried along.", "header": "Compiled in.", "static": "Linked in."}.get(row.kind, "")))
        if row.kind == "loaded":
            relations.append((identifier(row.name), RELATION[row.kind], PROGRAM))
        else:
            relations.append((PROGRAM, RELATION[row.kind], identifier(row.name)))
    named = {row.package for row in rows}
    paths = {libraryPath(library) for program in programs for library in needed(program)} - {None}
    others = {ownerOf(path) for path in paths} - named - {None}
    for debian in sorted(others):
        told.append(package(debian, installedVersion(debian) or "", "NOASSERTION", "NOASSERTION", debian))
        relations.append((PROGRAM, "DYNAMIC_LINK", identifier(debian)))
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"countinghouse-{version}",
        "documentNamespace": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'countinghouse-{version}-{int(time.timestamp())}')}",
        "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: countinghouse-packaging"]},
        "packages": told,
        "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b} for a, kind, b in relations],
    }


def main():
    parser = argparse.ArgumentParser()
    for name in ("output", "version", "components"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("programs", nargs="*")
    options = parser.parse_args()
    write(options.output, json.dumps(document(options.version, options.components, options.programs), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
