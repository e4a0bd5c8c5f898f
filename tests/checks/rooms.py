# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may include whom.

The table of rooms in core/README.md is the only list of the arrows: its rows are read here, so the map cannot say one thing and the test
another. A room is a folder; a file belongs to the room with the longest name that its path begins with.
"""
import posixpath
import re

from tree import Finding, codeOnly

MAP = "core/README.md"
ROW = re.compile(r"^\| `([\w/-]+)/?` \|(.*)\| ([^|]*) \|$")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)

# Headers that belong to few rooms: rule, pattern of the header, rooms that may include it.
FENCES = [
    ("qt-network", re.compile(r"^(QtNetwork/|QtNetwork$|Q(Network|Abstract(Socket|NetworkCache)|Tcp|Udp|Sctp|Ssl|Host(Address|Info)|"
                              r"Local(Server|Socket)|Http(Part|MultiPart|2Configuration)|Dns|Hsts|Authenticator|OcspResponse|RestAccess))"),
     ("core/http", "core/serve")),
    ("sqlite", re.compile(r"^(sqlite3(ext)?\.h|SQLiteCpp/|QtSql/|QtSql$|QSql)"), ("core/store",)),
    ("keychain", re.compile(r"^(qt6?keychain/|keychain\.h$)"), ("core/access",)),
    ("charts", re.compile(r"^(QtCharts(/|$)|QChart|Q(Abstract)?(Line|Spline|Area|Bar|StackedBar|PercentBar|HorizontalBar|Pie|Scatter|XY|"
                          r"BoxPlot|Candlestick)(Series|Slice|Set)$|Q(Value|LogValue|BarCategory|Category|DateTime|Color)Axis$|"
                          r"Q(Legend|AbstractAxis)$)"), ("ui/charts",)),
    ("message-box", re.compile(r"^(QtWidgets/)?QMessageBox$"), ("ui/dialogs",)),
    ("boost", re.compile(r"^boost/"), ("core/serve",)),
    ("prometheus", re.compile(r"^prometheus/"), ("core/workspace",)),
]
QT_NAMESPACED = re.compile(r"^Qt(Network|Sql|Charts|Widgets)/(?=Q)")


def table(tree):
    """{room folder: set of room folders it may include} from the map."""
    rooms = {}
    for line in tree.lines(MAP):
        match = ROW.match(line)
        if match:
            rooms[match.group(1)] = set(re.findall(r"`([\w/-]+)`", match.group(3)))
    return rooms


def roomOf(path, rooms):
    fitting = [room for room in rooms if path.startswith(room + "/")]
    return max(fitting, key=len, default=None)


def resolve(tree, path, name):
    """The project file an include means, or the path that it would have, or None for a library's header."""
    files = set(tree.files)
    bases = [posixpath.dirname(path), "core", "ui", "app", posixpath.join(*path.split("/")[:2]), ""]
    for base in bases:
        candidate = posixpath.normpath(posixpath.join(base, name))
        if candidate in files:
            return candidate
    # A header that does not exist (yet) still counts by its room's name.
    candidate = posixpath.join("core", name)
    return candidate if "/" in name else None


def arrows(tree):
    rooms = table(tree)
    if not rooms:
        yield Finding(MAP, 1, "arrows", "no table of rooms found")
        return
    for room, allowed in rooms.items():
        for unknown in sorted(allowed - set(rooms)):
            yield Finding(MAP, 1, "arrows", f"{room} may include {unknown}, which is no room of the table")
    used = set()
    for path in tree.code("app", "core", "ui"):
        room = roomOf(path, rooms)
        if room is None:
            yield Finding(path, 1, "arrows", f"lies in no room of the table in {MAP}")
            continue
        for match in INCLUDE.finditer(codeKeepingIncludes(tree.text(path))):
            target = resolve(tree, path, match.group(2))
            other = roomOf(target, rooms) if target else None
            used.add((room, other))
            if other and other != room and other not in rooms[room] and not room.startswith(other + "/"):
                line = tree.text(path).count("\n", 0, match.start(1)) + 1
                yield Finding(path, line, "arrows", f"{room} may not include {other} ({match.group(2)})")
    for room, allowed in rooms.items():
        for other in sorted(allowed & set(rooms)):
            if (room, other) not in used:
                yield Finding(MAP, 1, "arrows", f"{room} includes nothing of {other}: take it off the table")


def picture(tree):
    """The picture in README.md: every room of the map is a box, and every arrow is one of the map's, which are the code's."""
    page = "README.md"
    text = tree.text(page) or ""
    begin = text.find("```mermaid")
    if begin < 0:
        return
    rooms = table(tree)
    boxes = dict(re.findall(r'(\w+)\["([\w/-]+) · [^"]*"\]', text[begin:]))
    drawn = set(re.findall(r"(\w+)(?:\[[^\]]*\])? --> (\w+)", text[begin:]))
    line = text.count("\n", 0, begin) + 1
    for room in sorted(set(rooms) ^ set(boxes.values())):
        yield Finding(page, line, "picture", f"{room} is in one of map and picture only")
    for one, other in sorted(drawn):
        source, target = boxes.get(one), boxes.get(other)
        if source in rooms and target in rooms and target not in rooms[source]:
            yield Finding(page, line, "picture", f"{source} may not include {target}")


def codeKeepingIncludes(text):
    """Comments blanked, so that an include in a comment does not count; positions stay."""
    return re.sub(r"//[^\n]*|/\*.*?\*/", lambda found: re.sub(r"[^\n]", " ", found.group(0)), text or "", flags=re.S)


def fences(tree):
    for path in tree.code("app", "core", "ui"):
        text = codeKeepingIncludes(tree.text(path))
        for match in INCLUDE.finditer(text):
            name = QT_NAMESPACED.sub("", match.group(2))
            for rule, pattern, homes in FENCES:
                if (pattern.match(name) or pattern.match(match.group(2))) and not path.startswith(tuple(home + "/" for home in homes)):
                    line = text.count("\n", 0, match.start(1)) + 1
                    yield Finding(path, line, rule, f"<{match.group(2)}> belongs to {' and '.join(homes)}")
        for number, line in enumerate(codeOnly(tree.text(path)).splitlines(), 1):
            if "QMessageBox" in line and "include" not in line and not path.startswith("ui/dialogs/"):
                yield Finding(path, number, "message-box", "QMessageBox belongs to ui/dialogs")


def pixels(tree):
    """The core links nothing that draws."""
    for path in tree.files:
        if path.startswith("core/") and path.endswith(("CMakeLists.txt", ".cmake")):
            for number, line in enumerate(tree.lines(path), 1):
                if re.search(r"Qt6::(Gui|Widgets|Charts|Svg|PrintSupport|OpenGL)\b", line.split("#")[0]):
                    yield Finding(path, number, "pixels", "the core links neither Gui nor Widgets")


def folders(tree):
    """Every folder has its sentence in the map; what lies inside a folder of tests belongs to it."""
    text = tree.text(MAP) or ""
    known = set(re.findall(r"`([\w./-]+?)/?`", text))
    seen = set()
    for path in tree.files:
        parts = path.split("/")[:-1]
        if path.startswith("."):
            continue
        if parts[:1] == ["tests"]:
            parts = parts[:2]
        for depth in range(1, len(parts) + 1):
            seen.add("/".join(parts[:depth]))
    for folder in sorted(seen - known):
        yield Finding(MAP, 1, "folders", f"says nothing about {folder}/")
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r"\| `((?:app|core|ui|resources|packaging|tests)(?:/[\w-]+)*)` \|", line)
        if match and match.group(1) not in seen:
            yield Finding(MAP, number, "folders", f"tells of {match.group(1)}/, which is not there")
