"""Findings: what a person should know about a file or a run, as data with an address.

Codes, severities and advice stand in `templates/findings.csv`; this module only carries them.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from bomtool import data

Severity = Literal["info", "warning", "error"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: `code` (kebab-case), severity, one sentence, its address and what to do.

    `row` and `column` are 1-based; `cell` is the spreadsheet address ("C9"), None for text files; `field` names the
    BOM field it is about, where there is one.
    """

    code: str
    severity: Severity
    message: str
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    cell: str | None = None
    field: str | None = None
    advice: str | None = None

    def to_json(self) -> dict[str, Any]:
        """All members, in the order of the class."""
        return {name: getattr(self, name) for name in self.__slots__}

    def where(self) -> str:
        """The address for people: "Sheet1!C9", "row 9, column 3", or "" where it has none."""
        if self.cell:
            return f"{self.sheet}!{self.cell}" if self.sheet else self.cell
        parts = [f"row {self.row}"] if self.row else []
        if self.column:
            parts.append(f"column {self.column}")
        place = ", ".join(parts)
        return f"{self.sheet}: {place}" if self.sheet and place else place or (self.sheet or "")


@dataclass(slots=True)
class Findings:
    """A growing list of findings; `add` takes the severity and the advice from `templates/findings.csv`."""

    items: list[Finding] = field(default_factory=list)

    def add(
        self,
        code: str,
        message: str,
        *,
        severity: Severity | None = None,
        sheet: str | None = None,
        row: int | None = None,
        column: int | None = None,
        cell: str | None = None,
        field: str | None = None,
    ) -> Finding:
        """Append one finding. Raises KeyError for a code that the table does not have."""
        known = catalogue()[code]
        finding = Finding(
            code, severity or known.severity, message, sheet, row, column, cell, field, known.advice or None
        )
        self.items.append(finding)
        return finding

    def extend(self, more: Iterable[Finding]) -> None:
        """Append findings made elsewhere."""
        self.items.extend(more)

    def worst(self) -> Severity | None:
        """The highest severity present, or None."""
        return max((f.severity for f in self.items), key=SEVERITIES.index, default=None)


@dataclass(frozen=True, slots=True)
class Code:
    """A row of `templates/findings.csv`."""

    code: str
    severity: Severity
    meaning: str
    advice: str


@functools.cache
def catalogue() -> dict[str, Code]:
    """Every known finding code."""
    with data.template("findings.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: Code(**row) for row in csv.DictReader(file)}  # type: ignore[arg-type]


def cell_address(row: int, column: int) -> str:
    """The spreadsheet address of a 1-based row and column: (9, 3) is "C9"."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
