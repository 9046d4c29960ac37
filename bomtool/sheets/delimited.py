"""Delimited text: which character separates the columns, and the records.

A row is one CSV record including blank lines; a quoted line break starts no new row; `\\r\\r\\n` ends a line and makes
a blank record, as spreadsheets read it.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from dataclasses import dataclass, replace

from bomtool.findings import Findings
from bomtool.sheets.quotes import split_leniently

CANDIDATES = (",", ";", "\t", "|", "!")
_SAMPLE = 131_072
_RULED = re.compile(r"[-_=+*~\s]{4,}")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SEPARATOR_LINE = re.compile(r'\A"?sep=(.)"?[ \t]*(?:\r\r\n|\r\n|\r|\n|\Z)', re.IGNORECASE | re.DOTALL)


_TABS = re.compile(r" *\t[\t ]*")


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a delimiter fits: the share of records that have the commonest number of columns, and that number.

    `below` is that share from the first such record on (title lines above and ruled lines left out), `count` their number.
    `headed` is a first record of tabs without a blank cell that no later one exceeds: where lines end with blank cells,
    programs leave out their tabs.
    """

    delimiter: str
    share: float
    width: int
    below: float = 0.0
    count: int = 0
    headed: bool = False

    @property
    def score(self) -> float:
        """0 where it never separates anything; wide and regular is best."""
        return self.share**2 * math.log2(self.width) if self.width > 1 else 0.0

    @property
    def certain(self) -> bool:
        """Whether the table needs no other reading: most records agree, or tabs hold a table under lines of prose."""
        below = self.delimiter == "\t" and self.count > 2 and self.below >= 0.6
        return self.headed or (self.width > 2 and (self.share >= 0.8 or below))


def separator_line(text: str) -> str | None:
    """The delimiter that a first line `sep=;` names, as Excel writes it; None where there is no such line."""
    hit = _SEPARATOR_LINE.match(text)
    return hit[1] if hit else None


def fits(text: str) -> list[Fit]:
    """Every candidate delimiter with its fit over the first records, best first."""
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        cut = max(sample.rfind("\n"), sample.rfind("\r"))
        sample = sample[: cut + 1] or sample
    found = [_fit(sample, delimiter) for delimiter in CANDIDATES if delimiter in sample]
    found = [replace(fit, headed=_headed(sample)) if fit.delimiter == "\t" else fit for fit in found]
    return sorted(found, key=lambda fit: fit.score, reverse=True)


def even_tabs(text: str) -> str | None:
    """A table whose columns people lined up with as many tabs as it took, one tab between two cells each; None where the
    tabs count as they stand: a real file of tabs has the same number in most lines, or blank cells that differ."""
    if '"' in text:
        return None
    lines = [line.rstrip() for line in text.splitlines()]
    wide = [line for line in lines if "\t" in line.strip()]
    if len(wide) < 4 or max(Counter(line.count("\t") for line in wide).values()) > 0.7 * len(wide):
        return None
    if len({len(_TABS.split(line.strip())) for line in wide}) > 1:
        return None
    return "\n".join(_TABS.sub("\t", line.strip()) for line in lines)


def _headed(sample: str) -> bool:
    sizes = [line.split("\t") for line in sample.splitlines() if line.strip()]
    return (
        len(sizes) > 3
        and len(sizes[0]) > 2
        and all(cell.strip() for cell in sizes[0])
        and all(1 < len(record) <= len(sizes[0]) for record in sizes)
    )


def _fit(sample: str, delimiter: str) -> Fit:
    try:
        read = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        filled = [record for record in read if any(cell and not cell.isspace() for cell in record)]
        sizes = [0 if _RULED.fullmatch("".join(record)) else len(record) for record in filled]
    except csv.Error:
        sizes = [
            len(r)
            for r in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE)
            if r
        ]
    wide = Counter(size for size in sizes if size > 1)
    if not wide:
        return Fit(delimiter, 0.0, 1)
    count, width = max((count, width) for width, count in wide.items())
    share = count / len(sizes)
    if delimiter == "!" and share < 0.6:
        return Fit(delimiter, 0.0, 1)
    below = sum(size > 0 for size in sizes[sizes.index(width) :])
    return Fit(delimiter, share, width, count / below, count)


def records(text: str, delimiter: str, findings: Findings) -> list[list[str]]:
    """All records. Stray quotation marks are kept as text, with a finding for each row where one was found."""
    separator = _SEPARATOR_LINE.match(text)
    if separator is not None:
        text = text[separator.end() :]
    rows = _strictly(text, delimiter)
    if rows is None:
        rows, stray = split_leniently(text, delimiter)
        offset = 1 if separator is not None else 0
        for row in stray[:20]:
            findings.add(
                "stray-quote",
                f"A quotation mark in row {row + offset} neither opens nor closes a cell; it was kept as text.",
                row=row + offset,
            )
        if len(stray) > 20:
            findings.add("stray-quote", f"{len(stray) - 20} more rows hold stray quotation marks, kept as text.")
    if separator is not None:
        rows.insert(0, [])
    if "'" in text:
        rows = [[unguarded(cell) if cell[:1] == "'" else cell for cell in row] for row in rows]
    return rows


def unguarded(cell: str) -> str:
    """The cell without the apostrophe that keeps spreadsheets from taking it for a formula ("'=A1", "'+5V")."""
    return cell[1:] if cell.lstrip("'")[:1] in _FORMULA else cell


def _strictly(text: str, delimiter: str) -> list[list[str]] | None:
    """The records where every quotation mark is where the rules want it, else None."""
    if '"' in text and re.search(re.escape(delimiter) + r'[ ]+"', text):
        return None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    breaks = text.count("\n")
    if '"' in text and len(rows) not in (breaks, breaks + 1) and _swallowed(rows, delimiter):
        return None
    return rows


def _swallowed(rows: list[list[str]], delimiter: str) -> bool:
    """Whether a cell holds whole lines of the table: two stray quotation marks that happened to pair up."""
    width = max(Counter(len(row) for row in rows if row).items(), key=lambda item: item[1], default=(0, 0))[0]
    for row in rows:
        for cell in row:
            if "\n" not in cell and "\r" not in cell:
                continue
            if any(line.count(delimiter) >= max(2, width - 1) for line in cell.splitlines()):
                return True
    return False
