"""Text reports laid out in columns of blanks (Eagle part lists, OrCAD, PADS): found by the rivers of blanks in them.

A column boundary is a position that is blank in the header line and in every line of the table, and each column needs a
header word of its own; where that does not hold, nothing is split.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

_HEADERS_IN = 80
_RULE = re.compile(r"[-_=+*~\s|.]+")
_GAP = re.compile(r"\S[ ]{2,}\S")


@dataclass(frozen=True, slots=True)
class Columns:
    """A table in fixed columns: 0-based header and end line, and where each column begins."""

    header: int
    end: int
    starts: tuple[int, ...]
    filled: int
    """How many of its lines fill two columns or more."""


def find_columns(lines: list[str]) -> Columns | None:
    """The widest consistent table in `lines` (tabs expanded), None where there is none of three lines and two columns."""
    best: Columns | None = None
    wordy = [at for at, line in enumerate(lines) if line.strip() and not _is_rule(line)]
    for position, header in enumerate(wordy[:_HEADERS_IN]):
        words = lines[header].split()
        tight = not _GAP.search(lines[header])
        if len(words) < 2 or (tight and not _are_names(words)):
            continue
        for body in _bodies(lines, wordy[position + 1 :]):
            found = _columns(lines, header, body)
            if found is not None and tight and len(found.starts) != len(words):
                continue
            if found is not None and (best is None or _rank(found, lines) > _rank(best, lines)):
                best = found
    return best


def split(lines: list[str], table: Columns) -> list[list[str]]:
    """All lines as rows: those of the table cut into cells, the others as one cell, blank and ruled lines as blank rows."""
    rows: list[list[str]] = []
    bounds = list(zip(table.starts, (*table.starts[1:], None), strict=True))
    for number, line in enumerate(lines):
        if not line.strip() or _is_rule(line):
            rows.append([])
        elif table.header <= number < table.end:
            cells = [line[begin:end].strip() for begin, end in bounds]
            while cells and not cells[-1]:
                cells.pop()
            rows.append(cells)
        else:
            rows.append([line.strip()])
    return rows


def looks_aligned(lines: list[str]) -> bool:
    """Whether most lines hold gaps of two blanks or more, as laid-out reports do."""
    wordy = [line for line in lines if line.strip()]
    return len(wordy) >= 3 and sum(bool(_GAP.search(line)) for line in wordy) >= 0.6 * len(wordy)


def _are_names(words: list[str]) -> bool:
    """Whether the words of a line with single blanks may be names of columns: three or more, no sentence."""
    return len(words) > 2 and all(word.isalpha() and word[0].isupper() for word in words)


def _rank(table: Columns, lines: list[str]) -> tuple[int, bool, int, int]:
    """Better tables have three columns, header words without digits, more lines, more columns."""
    words = lines[table.header].split()
    wordy = sum(any(sign.isdigit() for sign in word) for word in words) <= 0.3 * len(words)
    return min(len(table.starts), 3), wordy, table.filled, len(table.starts)


def _is_rule(line: str) -> bool:
    return len(line.strip()) > 2 and _RULE.fullmatch(line) is not None and bool(re.search(r"[-_=]{3}", line))


def _bodies(lines: list[str], wordy: list[int]) -> list[list[int]]:
    """Where the table below a header may end: at the end of the text, or before a blank line (a footer follows)."""
    found = [wordy]
    for before, after in itertools.pairwise(wordy):
        if after > before + 1 and len(found) < 12:
            found.append([at for at in wordy if at <= before])
    return [body for body in found if len(body) >= 2]


def _columns(lines: list[str], header: int, body: list[int]) -> Columns | None:
    """The columns under a header line; `body` are the lines that must respect them."""
    width = len(lines[header].rstrip()) + 1
    inked = bytearray(max(width, max(len(lines[at]) for at in body) + 1))
    for at in body:
        for hit in re.finditer(r"\S+", lines[at]):
            inked[hit.start() : hit.end()] = b"\x01" * (hit.end() - hit.start())
    text = bytes(inked)
    names = [(hit.start(), hit.end()) for hit in re.finditer(r"\S+", lines[header])]
    for begin, end in names:
        inked[begin:end] = b"\x01" * (end - begin)
    fields = [(hit.start(), hit.end()) for hit in re.finditer(rb"\x01+", bytes(inked))]
    # A gap that happens to run through the table makes no column: it has no name in the header.
    named = [begin for begin, end in fields if any(begin < e and b < end for b, e in names)]
    # A second word of a name, with nothing below it, makes none either: "Logic Type".
    named = [
        begin
        for begin, following in zip(named, (*named[1:], len(inked)), strict=True)
        if any(text[begin:following]) or begin < 2 or lines[header][begin - 2 : begin - 1].isspace()
    ]
    named = sorted({*named, *_touching(lines, names, body, named)})
    if len(named) < 2:
        return None
    starts = (0, *named[1:])
    bounds = list(zip(starts, (*starts[1:], None), strict=True))
    filled = sum(sum(bool(lines[at][begin:end].strip()) for begin, end in bounds) >= 2 for at in body)
    if filled < 2 or filled < 0.5 * len(body):
        return None
    return Columns(header, body[-1] + 1, starts, filled)


def _touching(lines: list[str], names: list[tuple[int, int]], body: list[int], named: list[int]) -> list[int]:
    """Columns that the text of the column before reaches where their own cell is blank: no word runs over their begin, and
    what stands there has a gap before it, as the name in the header has."""
    found = []
    for (_, before), (begin, _) in itertools.pairwise(names):
        if begin in named or begin - before < 2:
            continue
        here = [lines[at] for at in body if lines[at][begin : begin + 1].strip()]
        crossed = any(line[begin - 1 : begin].strip() for line in here)
        if (
            len(here) > 1
            and not crossed
            and sum(not line[begin - 2 : begin].strip() for line in here) >= 0.8 * len(here)
        ):
            found.append(begin)
    return found
