"""The sheets of a program as plain rows: the same columns and figures, without formulas. What templates, CSV and HTML show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bomtool.reports import (
    alternates,
    availability,
    curve,
    offers,
    options,
    pricing,
    problems,
    program,
    purchases,
    source,
    summary,
)
from bomtool.reports.grid import Column, Formula, Grid, Link, Notices, Styled
from bomtool.reports.looks import Looks
from bomtool.reports.model import ReportInput

Value = str | int | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True)
class PlainRow:
    """Values by column key. `kind` is "line", "head" (of a block) or "total"; `tone` the status or severity of cells that
    have one ("status:no_match"); `links` web addresses by key."""

    values: dict[str, Value]
    kind: str = "line"
    tones: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class PlainTable:
    """A sheet: its section in templates/report.toml, its title, all columns, its rows and the sentences below them."""

    section: str
    title: str
    columns: list[Column]
    rows: list[PlainRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def shown(self) -> list[Column]:
        """Columns that are not hidden."""
        return [column for column in self.columns if not column.hidden]

    @property
    def lines(self) -> list[PlainRow]:
        """Rows that are lines of the list, without headings and totals."""
        return [row for row in self.rows if row.kind == "line"]


@dataclass(slots=True)
class PlainProgram:
    """A program with its tables by section, in the order of the workbook's tabs."""

    prepared: program.Prepared
    notice: str | None
    tables: dict[str, PlainTable]
    counts: dict[str, int]
    """Problems by severity."""


SECTIONS = {
    "availability": availability.SHEET,
    "pricing": pricing.SHEET,
    "purchase_list": purchases.SHEET,
    "cost_curve": curve.SHEET,
    "alternates": alternates.SHEET,
    "problems": problems.SHEET,
    "source_lines": source.SHEET,
    "offers": offers.SHEET,
}


def program_tables(inputs: ReportInput, chosen: options.Options | None = None) -> PlainProgram:
    """The tables of a program."""
    chosen = chosen or options.load()
    prepared = program.prepare(inputs, chosen)
    sheets = program.ProgramSheets(_Nothing(), prepared, chosen, grid_class=Rows)
    sheets.write_tables(summary.builds_cells(prepared.facts, sheets.front))
    by_name = {grid.name: grid for grid in sheets.tables()}
    tables = {}
    for section, name in SECTIONS.items():
        grid = by_name[name]
        assert isinstance(grid, Rows)
        tables[section] = PlainTable(section, name, list(grid.columns), grid.found, grid.said)
    return PlainProgram(prepared, prepared.facts.notice, tables, sheets.counts)


class Rows(Grid):
    """A grid that keeps its rows instead of writing them."""

    __slots__ = ("found", "said")

    def __init__(self, sheet: Any, name: str, columns: Any, looks: Looks, cut: list[str] | None = None) -> None:
        super().__init__(sheet, name, columns, looks, cut if cut is not None else [])
        self.found: list[PlainRow] = []
        self.said: list[str] = []

    def start(self, title: str, notices: Notices, *, freeze: int = 0, landscape: bool = True) -> None:
        """Nothing stands above the rows."""
        self.row = 5

    def add(self, values: Any, *, level: int = 0) -> int:
        """Keep one row."""
        kind, plain, tones, links = "line", {}, {}, {}
        for key, value in values.items():
            if isinstance(value, Styled):
                outer = value.kind.partition(":")[0]
                if outer in ("total", "sum", "panel"):
                    kind = "head" if outer == "panel" else "total"
                elif outer in ("status", "severity"):
                    tones[key] = value.kind
                value = value.value
            if isinstance(value, Link):
                if not value.target.startswith("internal:"):
                    links[key] = value.target
                value = value.text
            if isinstance(value, Formula):
                value = value.value
            plain[key] = None if value == "" else value
        self.found.append(PlainRow(plain, kind, tones, links))
        self.row += 1
        return self.row

    def say(self, sentence: str) -> None:
        """Keep a sentence."""
        self.said.append(sentence)
        self.row += 1


class _Nothing:
    """Stands where a workbook and its sheets would be, and takes whatever is done to them."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self

    def __bool__(self) -> bool:
        return False
