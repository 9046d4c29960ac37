"""The Source lines sheet: every row of every file and what became of it, so that nothing is lost unseen."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bomtool.api.boms import Bom, BomLine
from bomtool.reports.facts import Facts
from bomtool.reports.grid import HEADER_ROW, ROWS_MAX, Column, Grid, Styled
from bomtool.reports.looks import status_text
from bomtool.reports.model import BomWithLines

SHEET = "Source lines"
FATES = {
    "line": "Line",
    "alternate": "Alternative of the line",
    "continuation": "Belongs to the line",
    "skipped": "Left out",
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One row of a file: `row` is None for lines whose file is not known."""

    bom: Bom
    row: int | None
    fate: str
    line: BomLine | None
    reason: str | None
    text: str


class Places:
    """The 1-based row on the sheet of each row of each file."""

    def __init__(self) -> None:
        self._rows: dict[UUID, array[int]] = {}

    def set(self, bom: UUID, row: int, place: int) -> None:
        """The sheet's row of a row of a file; what is no row of a file has none."""
        if not 0 <= row <= ROWS_MAX:
            return
        rows = self._rows.setdefault(bom, array("l"))
        if row >= len(rows):
            rows.extend([0] * (row + 1 - len(rows)))
        rows[row] = place

    def of(self, bom: UUID, row: object) -> int | None:
        """Where a row of a file stands, None where it does not."""
        rows = self._rows.get(bom)
        if rows is None or not isinstance(row, int) or not 0 <= row < len(rows):
            return None
        return rows[row] or None


class SourceRows:
    """All source rows, BOM by BOM; where a BOM has none, its lines. They are made anew each time they are walked through."""

    def __init__(self, facts: Facts) -> None:
        self._boms = facts.inputs.boms
        self._count = 0
        self.places = Places()
        for row in self:
            if row.row is not None:
                self.places.set(row.bom.id, row.row, HEADER_ROW + 2 + self._count)
            self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[SourceLine]:
        for item in self._boms:
            yield from _of_bom(item)


def columns(facts: Facts) -> list[Column]:
    """All columns the sheet can have; templates/report.toml chooses and orders them."""
    return [
        Column("bom", "BOM", 18, hidden=len(facts.inputs.boms) < 2),
        Column("row", "Row", 7, "figure"),
        Column("fate", "Became", 20),
        Column("line", "Line", 6, "figure"),
        Column("status", "Status", 15),
        Column("part", "Part", 24, "mono"),
        Column("maker", "Manufacturer", 19),
        Column("reason", "Why", 38, "wrap"),
        Column("text", "The row as it stands in the file", 80, "wrap"),
    ]


def write(grid: Grid, rows: SourceRows) -> None:
    """Write every row."""
    for row in rows:
        line = row.line
        values: dict[str, Any] = {
            "bom": row.bom.name,
            "row": row.row,
            "fate": FATES.get(row.fate, row.fate) if row.fate != "skipped" else Styled(FATES["skipped"], "quiet:text"),
            "reason": row.reason or (line.match.reason if line and line.match and row.fate == "line" else None),
            "text": row.text,
        }
        if line is not None:
            values |= {
                "line": line.position,
                "status": Styled(status_text(line.status), f"status:{line.status}"),
                "part": (line.part.mpn if line.part else line.mpn) or line.value,
                "maker": line.part.manufacturer if line.part else line.manufacturer_name,
            }
        grid.add(values)
    if not rows:
        grid.say("The BOMs of this program have no lines.")
    grid.finish()


def _of_bom(item: BomWithLines) -> Iterator[SourceLine]:
    listed = item.listed("source_rows")
    if not listed:
        for line in item.lines:
            yield SourceLine(item.bom, None, "line", line, None, _line_text(line))
        return
    by_row: dict[int, int] = {}
    for place, line in enumerate(item.lines):
        own = (line.metadata or {}).get("bomtool")
        for row in own.get("rows") or [own.get("row")] if isinstance(own, dict) else []:
            if isinstance(row, int):
                by_row.setdefault(row, place)
    for entry in listed:
        row, fate, _, reason, text = [*entry, None, None, None, None, None][:5]
        if not isinstance(row, int):
            continue
        owner = by_row.get(row) if fate != "skipped" else None
        found = item.lines[owner] if owner is not None else None
        yield SourceLine(item.bom, row, str(fate), found, reason, str(text or ""))
    told = {entry[0] for entry in listed if entry}
    for line in item.lines:
        own = (line.metadata or {}).get("bomtool")
        if not isinstance(own, dict) or own.get("row") not in told:
            yield SourceLine(item.bom, None, "line", line, "added on the platform", _line_text(line))


def _line_text(line: BomLine) -> str:
    given = (", ".join(line.reference_designators), str(line.quant), line.mpn, line.manufacturer_name, line.description)
    return " | ".join(piece for piece in given if piece)
