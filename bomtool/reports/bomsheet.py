"""A BOM as a sheet that `bomtool import` reads back: titles beside their labels, a clean header, every text as text."""

from __future__ import annotations

from typing import Any, Protocol

from bomtool.reports import text as texts
from bomtool.reports.exchange import Table
from bomtool.reports.grid import HEADER_ROW, Column, Grid, Notices, band
from bomtool.reports.looks import FONT, INK, QUIET, Looks

SHEET = "BOM"


class Titled(Protocol):
    """What stands above the table: a BOM's name, version and part number."""

    @property
    def name(self) -> str | None: ...

    @property
    def version(self) -> str | None: ...

    @property
    def part_number(self) -> str | None: ...


def add(sheet: Any, name: str, looks: Looks, made: Table) -> Grid:
    """The sheet for a table, still empty."""
    columns = [
        Column(f"{index}", texts.clean(heading.title), max(heading.width, 0 if index else 13), _kind(heading.field))
        for index, heading in enumerate(made.columns)
    ]
    return Grid(sheet, name, columns, looks)


def fill(grid: Grid, bom: Titled, made: Table, notices: Notices | None = None) -> None:
    """Write titles, header and lines, and what Excel says when something else is typed."""
    _titles(grid, bom)
    if notices is not None:
        band(grid, HEADER_ROW - 1, notices.data, 0, len(grid.columns) - 1)
    grid.head(notices or Notices("", None, None, footer(bom)), freeze=1)
    grid.row = HEADER_ROW + 1
    for row in made.rows:
        grid.add({f"{index}": value for index, value in enumerate(row)})
    _validate(grid, made)
    grid.finish()


def titles(bom: Titled) -> list[tuple[str, str]]:
    """Name, version and part number with the labels that the reader looks for; "" where there is none."""
    return [
        ("BOM name:", bom.name or ""),
        ("Version:", bom.version or ""),
        ("Part number:", bom.part_number or ""),
    ]


def footer(bom: Titled) -> str:
    """The footer of every page."""
    return f'&L&"{FONT}"&8{texts.clean(bom.name or "BOM")[:60].replace("&", "&&")}&R&"{FONT}"&8page &P of &N'


def _titles(grid: Grid, bom: Titled) -> None:
    """The titles above the table, each beside its label."""
    label = grid.looks.make(font_color=QUIET, valign="vcenter")
    grid.sheet.set_row(0, 24)
    for row, (word, value) in enumerate(titles(bom)):
        if value:
            style = {"font_size": 15, "bold": True, "font_color": INK} if row == 0 else {"font_color": INK}
            grid._put(row, 0, word, label)
            grid._put(row, 1, value, grid.looks.make(valign="vcenter", num_format="@", **style))


def _kind(field: str) -> str:
    if field == "quantity":
        return "number"
    wraps = field in ("reference_designators", "description")
    return "mono" if field.startswith("mpn") else "wrap" if wraps else "text"


def _validate(grid: Grid, made: Table) -> None:
    """What Excel says when something else is typed: a warning for a quantity, a choice where there is one."""
    first, last = HEADER_ROW + 1, HEADER_ROW + max(200, 2 * len(made.rows))
    for index, heading in enumerate(made.columns):
        rule = _RULES.get(heading.field)
        if rule is not None:
            grid.sheet.data_validation(first, index, last, index, rule)


_RULES: dict[str, dict[str, Any]] = {
    "quantity": {
        "validate": "decimal", "criteria": ">=", "value": 0, "error_type": "warning",
        "error_title": "Quantity", "error_message": "A quantity is a number of pieces for one assembly.",
    },
    "do_not_place": {
        "validate": "list", "source": ["DNP"],
        "error_title": "Do not place", "error_message": "Write DNP, or leave the cell blank.",
    },
    "is_custom_part": {
        "validate": "list", "source": ["yes"],
        "error_title": "Custom part", "error_message": "Write yes, or leave the cell blank.",
    },
}  # fmt: skip
