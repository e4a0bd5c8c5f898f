# SPDX-License-Identifier: GPL-3.0-or-later
"""Long files and long functions: only a warning, since a person decides."""
import re

from tree import Finding, codeOnly

FILE_LINES = 400
FUNCTION_LINES = 60
_NOT_A_FUNCTION = re.compile(r"\b(?:namespace|class|struct|enum|union|if|for|while|switch|catch|else|do|try)\b[^()]*(?:\(|$)")


def longFiles(tree):
    for path in tree.code():
        count = len(tree.lines(path))
        if count > FILE_LINES:
            yield Finding(path, 1, "long-file", f"{count} lines")


def longFunctions(tree):
    for path in tree.code():
        for name, first, last in functions(codeOnly(tree.text(path) or "")):
            if last - first + 1 > FUNCTION_LINES:
                yield Finding(path, first, "long-function", f"{name} has {last - first + 1} lines")


def functions(code):
    """(name, first line, last line) of each outermost block that looks like a function's body."""
    stack, head, line = [], "", 1
    for character in code:
        if character == "{":
            function = None
            if not any(opened[0] for opened in stack):
                text = " ".join(head.split())
                name = re.search(r"([~\w:]+|operator\W+)\s*\(", text)
                if name and not _NOT_A_FUNCTION.match(text) and "=" not in text.split("(")[0]:
                    function = name.group(1)
            stack.append((function, line))
            head = ""
        elif character == "}":
            if stack:
                function, first = stack.pop()
                if function:
                    yield function, first, line
            head = ""
        elif character == ";":
            head = ""
        else:
            head += character
        if character == "\n":
            line += 1
            if head.lstrip().startswith("#"):
                head = ""
