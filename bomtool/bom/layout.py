"""Where the table is: every sheet and every row that may be a header is a candidate, and the evidence decides.

A candidate is one header row, two joined, or none; its columns are assigned by `solve`, and what it is worth is the
evidence of its columns with the number of rows that fit them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bomtool.bom import evidence, headers, solve
from bomtool.bom.evidence import Evidence
from bomtool.bom.grid import Grid
from bomtool.bom.headers import Reading

SCANNED = 400
"""Rows from the top in which a header is looked for."""
_TRIED = 8
_DATA = re.compile(r"^[\d.,\s%$€£¥-]+$|^https?://")
_UNSURE = 0.5
_SAYS = frozenset(("mpn", "value", "description"))
_RECOGNISED = 6.0
"""What it is worth that a profile knows the header row."""
Known = Callable[[Sequence[str]], Mapping[str, Sequence[int]] | None]
"""The columns (1-based) that a profile knows in a header row, None where none does."""


@dataclass(slots=True)
class Candidate:
    """A possible reading of a sheet. `headers` and `readings` are by column from 1 on (position 0 is column 1)."""

    grid: Grid
    header_rows: tuple[int, ...]
    first_row: int
    last_row: int
    headers: list[str]
    readings: list[Reading]
    cells: list[Evidence]
    assignment: solve.Assignment
    rows: int
    score: float
    header_row: int | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def columns(self) -> dict[str, list[int]]:
        """Field to 1-based column indexes."""
        return self.assignment.columns

    @property
    def usable(self) -> bool:
        """Whether lines can be read with it at all."""
        columns = self.columns
        return bool({"reference_designators", "quantity"} & set(columns)) or (
            "mpn" in columns and bool({"manufacturer_name", "description", "supplier_part_numbers"} & set(columns))
        )

    def where(self) -> str:
        """The candidate in words."""
        name = f"sheet {self.grid.sheet.name!r}, " if self.grid.sheet.name is not None else ""
        rows = " and ".join(map(str, self.header_rows))
        return name + (f"header in row {rows}" if self.header_rows else f"no header, data from row {self.first_row}")


def candidates(grid: Grid, forced: Mapping[str, str] | None = None, known: Known | None = None) -> list[Candidate]:
    """Every reading of a sheet worth comparing, best first. `forced` maps fields to header texts (by their key); `known`
    says what a profile knows of a header row."""
    scanned = _scan(grid)
    if forced:  # the row that holds the columns named by the caller is a header, whatever else it holds
        wanted = {headers.key(text) for text in forced.values()}
        scanned = [(row, hits + 3 * (wanted <= {headers.key(t) for t in grid.row(row)})) for row, hits in scanned]
    possible = sorted((item for item in scanned if item[1] >= 0.6), key=lambda item: (-item[1], item[0]))[:_TRIED]
    found: list[Candidate] = []
    for row, hits in possible:
        single = _candidate(grid, (row,), scanned, forced, known)
        if single is not None:
            found.append(single)
        for pair in _pairs(grid, row, hits):
            double = _candidate(grid, pair, scanned, forced, known)
            if double is not None and (single is None or double.score > single.score + 1.0):
                found.append(double)
    if not forced:
        bare = _without_header(grid, scanned)
        if bare is not None:
            found.append(bare)
    return sorted((c for c in found if c.usable), key=lambda c: -c.score)


def resolved(candidate: Candidate, forced: Mapping[str, Sequence[int]]) -> Candidate:
    """The same table with some fields fixed to 1-based columns, the others assigned anew."""
    assignment = solve.solve(candidate.readings, candidate.cells, forced)
    return replace(candidate, assignment=assignment)


def header_like(texts: Sequence[str]) -> bool:
    """Whether a row in the middle of a table is made of header words."""
    filled = [text for text in texts if text]
    if len(filled) < 2 or any(_DATA.match(text) for text in filled):
        return False
    return headers.known(filled) >= max(1.5, 0.5 * len(filled))


def compatible(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two header rows name the same columns: at least half of the columns that both name are called alike."""
    both = [(headers.key(a), headers.key(b)) for a, b in zip(one, other, strict=False) if a and b]
    return bool(both) and sum(a == b for a, b in both) * 2 >= len(both)


def confidence(best: Candidate, others: Sequence[Candidate]) -> float:
    """How sure the best candidate is, 0 to 1: the evidence of its essential columns, and the distance to the next one."""
    weights = best.assignment.weights
    essential = [weights[name, cs[0]] for name, cs in best.columns.items() if name in solve.ESSENTIAL]
    named = sum(best.readings[cs[0] - 1].best >= 1.7 for name, cs in best.columns.items() if name in solve.ESSENTIAL)
    strength = 1 - math.exp(-0.45 * max(0.0, sum(sorted(essential)[-3:])))
    sure = min(1.0, 0.55 + 0.15 * named)
    rival = next((c for c in others if c.header_rows != best.header_rows or c.grid is not best.grid), None)
    distance = 1.0
    if rival is not None and rival.grid is best.grid:
        distance = min(1.0, 0.6 + 0.08 * max(0.0, best.score - rival.score))
    closeness = min(1.0, 0.75 + 0.25 * best.assignment.margin)
    return round(max(0.0, min(1.0, strength * sure * distance * closeness)), 3)


def _scan(grid: Grid) -> list[tuple[int, float]]:
    """Rows with a text, and how much each looks like a header."""
    found: list[tuple[int, float]] = []
    for row in range(1, grid.height + 1):
        texts = [text for text in grid.row(row) if text]
        if not texts:
            continue
        data = sum(bool(_DATA.match(text)) for text in texts)
        hits = headers.known(texts)
        found.append((row, hits - 0.25 * data if len(texts) > 1 else hits * 0.4))
        if len(found) >= SCANNED:
            break
    return found


def _pairs(grid: Grid, row: int, hits: float) -> Iterator[tuple[int, int]]:
    for first, second in ((row - 1, row), (row, row + 1)):
        upper, lower = grid.header(first), grid.header(second)
        filled = [text for text in (*upper, *lower) if text]
        plain = not any(_DATA.match(text) or len(text) > headers.LONGEST for text in filled)
        beside = [text for column, text in enumerate(lower) if text and (column >= len(upper) or not upper[column])]
        several = sum(map(bool, lower)) > 1 or bool(beside)
        if sum(map(bool, upper)) > 1 and several and plain and (hits > 0.9 or len(upper) > 3):
            yield first, second


def _candidate(
    grid: Grid,
    rows: tuple[int, ...],
    scanned: Sequence[tuple[int, float]],
    forced: Mapping[str, str] | None,
    known: Known | None,
) -> Candidate | None:
    texts = grid.header(rows[0]) if len(rows) == 1 else _joined(grid.header(rows[0], fill=True), grid.header(rows[1]))
    last = _last_row(grid, rows[-1], texts, scanned)
    return _evaluate(grid, rows, rows[-1] + 1, last, texts, forced, known)


def _without_header(grid: Grid, scanned: Sequence[tuple[int, float]]) -> Candidate | None:
    """The sheet read as data from its first row on; worth less than the same with a header."""
    if not scanned or scanned[0][1] > 1.2 or any(hits > 2.2 for _, hits in scanned):
        return None
    first = scanned[0][0]
    found = _evaluate(grid, (), first, grid.height, [], None)
    if found is None or found.assignment.score < 2.5:
        return None
    if _names_columns(grid.row(first), found):
        named = _evaluate(grid, (first,), first + 1, grid.height, grid.header(first), None)
        found = named if named is not None and named.assignment.score >= 2.5 else found
    _value_beside(found)
    found.score -= 2.0
    return found


def _value_beside(found: Candidate) -> None:
    """Of a list without header that holds designators and one further text, the text is the value."""
    taken = {column for columns in found.columns.values() for column in columns}
    free = [c for c, cells in enumerate(found.cells, 1) if c not in taken and cells.filled > 0.5]
    if len(free) == 1 and "reference_designators" in found.columns and not _SAYS & found.columns.keys():
        found.assignment.columns["value"] = free


def _names_columns(texts: Sequence[str], below: Candidate) -> bool:
    """Whether the first row of a table without known headers holds names in a tongue of its own: words without a digit
    where the rows below hold designators and numbers."""
    if any(_DATA.match(text) or any(c.isdigit() for c in text) for text in texts):
        return False
    cells = [
        below.cells[c - 1] for name in ("reference_designators", "quantity", "mpn") for c in below.columns.get(name, ())
    ]
    return len(cells) > 1 and all(cell.refs + cell.integer + cell.part > 0.7 for cell in cells)


def _evaluate(
    grid: Grid,
    rows: tuple[int, ...],
    first: int,
    last: int,
    texts: Sequence[str],
    forced: Mapping[str, str] | None,
    known: Known | None = None,
) -> Candidate | None:
    sample = _sample(grid, first, last)
    width = max([len(texts), *map(len, sample)], default=0)
    if not width or width > 2000:
        return None
    named = [*texts, *[""] * (width - len(texts))]
    readings = [headers.read(text) for text in named]
    cells = [evidence.measure([row[c] if c < len(row) else "" for row in sample]) for c in range(width)]
    fixed: dict[str, list[int]] = {}
    for name, wanted in (forced or {}).items():
        column = next((c for c, text in enumerate(named, 1) if text and headers.key(text) == headers.key(wanted)), None)
        if column is None:
            return None
        fixed[name] = [column]
    recognised = known(named) if known is not None else None
    assignment = solve.solve(readings, cells, {**(recognised or {}), **fixed})
    fitting = _fitting(sample, assignment.columns)
    estimated = fitting * max(1, last - first + 1)
    essential = sum(assignment.weights[n, cs[0]] for n, cs in assignment.columns.items() if n in solve.ESSENTIAL)
    rest = assignment.score - essential
    score = essential + 0.35 * rest + 0.9 * math.log2(1 + min(estimated, 300)) - (0.0 if sample else 3.0)
    score += 0.8 * sum(name in assignment.columns for name in ("reference_designators", "quantity", "mpn"))
    score += _RECOGNISED if recognised else 0.0
    return Candidate(
        grid, rows, first, last, named, readings, cells, assignment, round(estimated), score, rows[0] if rows else None
    )


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The names of a two-row header: the parts of each column joined by one space."""
    width = max(len(upper), len(lower))
    above, below = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    return [" ".join(dict.fromkeys(part for part in pair if part)) for pair in zip(above, below, strict=True)]


def _last_row(grid: Grid, header: int, texts: Sequence[str], scanned: Sequence[tuple[int, float]]) -> int:
    """The last row of the table: the end of the sheet, or the row before the header of another table."""
    mine = headers.known(texts)
    for row, hits in scanned:
        least = 1.5 if not grid.row(row - 1) else max(1.6, 0.6 * mine)
        if row > header + 1 and hits >= least:
            other = grid.header(row)
            if header_like(other) and not compatible(texts, other):
                return row - 1
    return grid.height


def _sample(grid: Grid, first: int, last: int) -> list[list[str]]:
    """Rows with at least two texts, mostly from the top, some from all over the table."""
    found: list[list[str]] = []
    head = evidence.SAMPLE * 2 // 3
    row = first
    while row <= last and len(found) < head:
        texts = grid.row(row)
        if sum(map(bool, texts)) > 1 and not header_like(texts):
            found.append(texts)
        row += 1
    left = last - row + 1
    step = max(1, left // (evidence.SAMPLE - head)) if left > 0 else 1
    for later in range(row, last + 1, step):
        texts = grid.row(later)
        if sum(map(bool, texts)) > 1:
            found.append(texts)
        if len(found) >= evidence.SAMPLE:
            break
    return found


def _fitting(sample: Sequence[Sequence[str]], columns: Mapping[str, Sequence[int]]) -> float:
    """The share of rows with a designator, a quantity or a part number in the column for it."""
    wanted = [columns[name][0] - 1 for name in ("reference_designators", "quantity", "mpn") if name in columns]
    if not sample or not wanted:
        return 0.0
    return sum(any(c < len(row) and row[c] for c in wanted) for row in sample) / len(sample)
