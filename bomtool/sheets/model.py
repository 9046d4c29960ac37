"""What a file is read into: a workbook of sheets of cells. Knows nothing of BOMs.

Rows and columns are 1-based and absolute. `Sheet.rows` holds the raw values densely (fast path); what people hide in a
cell (format, strike-through, comment, link, merge, error) is kept sparsely in `Sheet.details`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Literal

from bomtool.findings import Finding

Value = str | int | float | Decimal | bool | date | datetime | time | None
State = Literal["visible", "hidden", "very-hidden"]


@dataclass(slots=True)
class Detail:
    """What a cell carries beside its value.

    `text` is what the program shows where that differs from `str(value)` (0012345 by number format, full digits of a
    number shown as 9.55E+12). `runs` are the parts of a rich text that are not struck through, joined; None where
    no part is struck. `formula` is set where the cell holds a formula without a cached value.
    """

    text: str | None = None
    number_format: str | None = None
    struck: bool = False
    runs: str | None = None
    comment: str | None = None
    link: str | None = None
    error: str | None = None
    formula: str | None = None


@dataclass(slots=True)
class Sheet:
    """One sheet. `name` is None for text files. `rows[r - 1][c - 1]` is the value of row r, column c; rows may be
    ragged, blank rows are empty lists, trailing blank cells may be missing."""

    name: str | None
    rows: list[list[Value]]
    index: int = 0
    state: State = "visible"
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged areas as (first row, first column, last row, last column); only the first cell holds the value."""
    details: dict[tuple[int, int], Detail] = field(default_factory=dict)

    def value(self, row: int, column: int) -> Value:
        """The raw value, None outside the sheet."""
        if 0 < row <= len(self.rows):
            cells = self.rows[row - 1]
            if 0 < column <= len(cells):
                return cells[column - 1]
        return None

    def text(self, row: int, column: int) -> str:
        """The text a person sees in the cell, "" for an empty one. Numbers never lose digits that the file holds."""
        detail = self.details.get((row, column)) if self.details else None
        if detail is not None:
            if detail.error is not None:
                return detail.error
            if detail.text is not None:
                return detail.text
        return plain_text(self.value(row, column))


@dataclass(slots=True)
class Workbook:
    """A file that was read: its kind by content, its sheets, and for text the encoding and delimiter used."""

    path: Path
    kind: str
    """xlsx, xlsm, xls, xlsb, ods, csv, html, spreadsheetml, json or fixed-width, by content, whatever the name says."""
    sheets: list[Sheet]
    sha256: str
    size: int
    encoding: str | None = None
    delimiter: str | None = None
    findings: list[Finding] = field(default_factory=list)


def plain_text(value: Value) -> str:
    """A value as text: whole floats without ".0", no exponent, booleans TRUE/FALSE, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
