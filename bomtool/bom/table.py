"""The table that is being read: its grid, which column is which field, and the findings with their addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bomtool.bom.grid import Grid
from bomtool.bom.layout import Candidate
from bomtool.findings import Findings, Severity

IDENTITY = ("mpn", "manufacturer_name", "description", "value", "package", "custom_id", "supplier_part_numbers")
"""Fields that say what a part is."""


@dataclass(slots=True)
class Table:
    """One table of one sheet. `columns` maps fields to 0-based positions in a row of texts, best first."""

    grid: Grid
    candidate: Candidate
    findings: Findings
    columns: dict[str, list[int]] = field(default_factory=dict)
    flag_header: str | None = None
    """What the caller says the placement column means ("fitted", "dnp"), where its header does not."""
    totals: bool = False
    """Whether the quantity column holds totals of several boards, as the file has no other."""

    @classmethod
    def of(cls, candidate: Candidate, findings: Findings, columns: Mapping[str, Sequence[int]]) -> Table:
        """The table of a candidate with the columns (1-based) that were settled for it."""
        positions = {name: [index - 1 for index in indexes] for name, indexes in columns.items() if indexes}
        return cls(candidate.grid, candidate, findings, positions)

    def position(self, name: str) -> int:
        """The 0-based position of a field's first column, -1 where it has none."""
        found = self.columns.get(name)
        return found[0] if found else -1

    def get(self, texts: Sequence[str], name: str) -> str:
        """The text of a field in a row of texts, "" where there is none."""
        found = self.columns.get(name)
        return texts[found[0]] if found and found[0] < len(texts) else ""

    def header(self, position: int) -> str:
        """The header of a 0-based position, "" where it has none."""
        headers = self.candidate.headers
        return headers[position] if 0 <= position < len(headers) else ""

    def label(self, position: int) -> str:
        """A column's name for people and for keys: its header, or its number where it has none."""
        return self.header(position) or f"column {position + 1}"

    def say(
        self,
        code: str,
        message: str,
        *,
        row: int | None = None,
        name: str | None = None,
        position: int | None = None,
        severity: Severity | None = None,
    ) -> None:
        """Add a finding about a cell (row and field or position), a row, or a column."""
        if position is None and name is not None and name in self.columns:
            position = self.columns[name][0]
        column = None if position is None else position + 1
        self.findings.add(
            code,
            message,
            severity=severity,
            sheet=self.grid.sheet.name,
            row=row,
            column=column,
            cell=self.grid.cell(row, column) if row else None,
            field=name,
        )
