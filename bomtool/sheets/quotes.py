"""Splits delimited text whose quotation marks do not follow the rules: inches (3/8"), lone quotes, blanks before quotes."""

from __future__ import annotations

import bisect
import re

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_REACH = 100
"""A quoted cell may run over this many lines; beyond, its opening mark counts as stray."""
_LONGEST = 50_000
_TRIES = 8


def split_leniently(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The records of `text`, and the 1-based rows in which a stray quotation mark was kept as text.

    A mark opens a cell only at its beginning, and closes it only before a delimiter or a line end. A cell that would
    run over several lines must end with a record of the commonest width, else its mark is text.
    """
    lines = [hit[0] for hit in _LINE.finditer(text) if hit[0]]
    closing = re.compile('"[ ]*(?:' + re.escape(delimiter) + r"|[\r\n]|\Z)")
    closers = [at for at, line in enumerate(lines) if '"' in line and closing.search(line)]
    width = _common_width(lines, delimiter)
    rows: list[list[str]] = []
    stray: list[int] = []
    at = 0
    while at < len(lines):
        cells, clean, open_end = _cells(lines[at], delimiter)
        used = 1
        if open_end:
            clean = False
            begin = bisect.bisect_right(closers, at)
            for last in closers[begin : begin + _TRIES]:
                joined = "".join(lines[at : last + 1]) if last < at + _REACH else ""
                if not joined or len(joined) > _LONGEST:
                    break
                more, more_clean, still_open = _cells(joined, delimiter)
                if still_open:
                    continue
                if width <= len(more) <= width + 1 or (more_clean and len(more) > 1 and len(more) >= len(cells)):
                    cells, clean, used = more, more_clean, last - at + 1
                break
        rows.append(cells)
        if not clean:
            stray.append(len(rows))
        at += used
    return rows, stray


def _cells(line: str, delimiter: str) -> tuple[list[str], bool, bool]:
    """The cells of one line (or of joined lines), whether all quotes are regular, and whether one stays open."""
    body = line.rstrip("\r\n")
    if not body:
        return [], True, False
    cells: list[str] = []
    clean, open_end, at = True, False, 0
    # Where one mark finds no partner up to the end, no later one will: looking again would take quadratic time.
    hopeless = False
    while True:
        start = at
        while start < len(body) and body[start] == " " and delimiter != " ":
            start += 1
        if body.startswith('"', start):
            end = -1 if hopeless else _closing(body, start + 1, delimiter)
            hopeless = end < 0
            if end >= 0:
                inner = body[start + 1 : end]
                clean = clean and '"' not in inner.replace('""', "")
                cells.append(inner.replace('""', '"'))
                at = body.find(delimiter, end + 1)
                if at < 0:
                    return cells, clean, open_end
                at += 1
                continue
            open_end = True
        end = body.find(delimiter, at)
        cell = body[at:] if end < 0 else body[at:end]
        clean = clean and not cell.lstrip().startswith('"')
        cells.append(cell)
        if end < 0:
            return cells, clean, open_end
        at = end + 1


def _closing(body: str, at: int, delimiter: str) -> int:
    """The offset of the mark that closes a cell opened before `at`, -1 where none does."""
    while True:
        at = body.find('"', at)
        if at < 0:
            return -1
        rest = at + 1
        if body.startswith('"', rest) and not _ends(body, rest + 1, delimiter):
            at += 2
            continue
        if body.startswith('"', rest):
            # Two marks before a delimiter: an escaped one and the closing one, or an inch sign and the closing one.
            at, rest = at + 1, rest + 1
        if _ends(body, rest, delimiter):
            return at
        at += 1


def _ends(body: str, at: int, delimiter: str) -> bool:
    """Whether only blanks stand between `at` and a delimiter or line end."""
    while at < len(body) and body[at] == " ":
        at += 1
    return at >= len(body) or body.startswith(delimiter, at) or body[at] in "\r\n"


def _common_width(lines: list[str], delimiter: str) -> int:
    counts: dict[int, int] = {}
    for line in lines[:2000]:
        cells, _, open_end = _cells(line, delimiter)
        if cells and not open_end:
            counts[len(cells)] = counts.get(len(cells), 0) + 1
    return max(counts, key=lambda width: (counts[width], width), default=1)
