"""Names: which files are nobody's BOM, and which free names an outcome can take.

The patterns stand in `templates/inbox_names.csv`; they are compared without regard to case.
"""

from __future__ import annotations

import csv
import fnmatch
import functools
import os
import re
from collections.abc import Iterator

from bomtool import data

DONE, FAILED = "done", "failed"
SETTINGS = "bomtool.toml"
MARKER = ".bomtool-inbox"
REPORT, CHANGES, RESULT, PROBLEM = ".report.xlsx", ".changes.xlsx", ".result.json", ".problem.txt"
OUTCOMES = (REPORT, CHANGES, RESULT, PROBLEM)
LONGEST = 255
"""Bytes of a file name that every file system takes."""
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *(\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever their ending ("Naming Files, Paths, and Namespaces", Win32)."""
_ROOM = 40
"""Bytes kept free for a number, an outcome's ending and the mark of a temporary file."""


def ignored(name: str) -> str | None:
    """Why a file of this name is left alone (a lock file, an unfinished download, bomtool's own), None where it is not."""
    pattern, reasons = _patterns()
    found = pattern.match(name.casefold())
    return reasons[found.lastindex - 1] if found and found.lastindex else None


@functools.cache
def _patterns() -> tuple[re.Pattern[str], list[str]]:
    with data.template("inbox_names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    patterns = [f"({fnmatch.translate(row['pattern'].casefold())})" for row in rows]
    return re.compile("|".join(patterns)), [row["why"] for row in rows]


def candidates(name: str) -> Iterator[str]:
    """Names to put a file under, best first: its own, then "NAME (2).ext" and so on; long ones are shortened."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 20:
        stem, dot, ending = name, "", ""
    tail = dot + ending
    number = 1
    while True:
        mark = f" ({number})" if number > 1 else ""
        yield _shortened(stem, LONGEST - _ROOM - len(_bytes(tail)) - len(mark)) + mark + tail
        number += 1


def _shortened(text: str, room: int) -> str:
    while len(_bytes(text)) > room:
        text = text[:-1]
    return text


def _bytes(text: str) -> bytes:
    return os.fsencode(text)


def storable(text: str) -> str:
    """A name as any database and JSON can keep it: bytes that are no UTF-8 become visible escapes."""
    try:
        data = os.fsencode(text)
    except UnicodeEncodeError:  # half a character out of a file, not of a name
        data = text.encode("utf-8", "backslashreplace")
    return data.decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def presentable(name: str) -> str:
    """A name to put a file under: its own, or a readable one where it holds bytes that are no UTF-8, or where Windows, which
    may share the folder, could not open it (a device's name, a space or full stop at the end)."""
    shown = storable(name)
    shown = name if shown == name else shown.replace("\\", "%")
    if _DEVICE.match(shown):
        stem, dot, rest = shown.partition(".")
        shown = f"{stem.rstrip()}_{dot}{rest}"
    return shown if shown == shown.rstrip(" .") else shown.rstrip(" .") + "_"
