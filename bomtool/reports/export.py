"""The export of a BOM: a workbook, a CSV file or JSON that `bomtool import` reads back as the same BOM.

In a workbook every part number is text. CSV carries no types: fields that a spreadsheet would take for a formula get an
apostrophe, which the reader takes off again. JSON holds the same table with the platform's answers beside it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bomtool.errors import UsageError, WriteError
from bomtool.reports import text as texts
from bomtool.reports.atomic import write_atomically
from bomtool.reports.exchange import Table, table
from bomtool.reports.grid import HEADER_ROW, Column, Grid, Notices
from bomtool.reports.looks import FONT, INK, QUIET, Looks

if TYPE_CHECKING:
    from bomtool.api.boms import Bom, BomLine

SHEET = "BOM"
JSON_FORMAT = "bomtool-bom"
JSON_VERSION = 1
KINDS = (".xlsx", ".csv", ".json")


def export_bom(path: Path | str, bom: Bom, lines: Sequence[BomLine]) -> None:
    """Write a BOM by the name's ending: .xlsx, .csv or .json. Raises UsageError for another ending, WriteError where the
    file cannot be written; the file at `path` is then what it was before."""
    path = Path(path)
    writers = {".xlsx": _xlsx, ".csv": _csv, ".json": _json}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise UsageError(
            f"{path.name} ends in no kind that is exported.", hint=f"Use {', '.join(KINDS)}.", code="unknown-kind"
        )
    made = table(lines)
    write_atomically(path, lambda temporary: writer(temporary, bom, lines, made))


def _xlsx(path: Path, bom: Bom, lines: Sequence[BomLine], made: Table) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(path),
        {
            "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "constant_memory": len(made.rows) > 5_000,
            "default_format_properties": {"font_name": FONT, "font_size": 9},
        },
    )  # fmt: skip
    try:
        looks = Looks(book)
        columns = [
            Column(f"{index}", texts.clean(heading.title), heading.width, _kind(heading.field))
            for index, heading in enumerate(made.columns)
        ]
        grid = Grid(book.add_worksheet(SHEET), SHEET, columns, looks)
        name = texts.clean(bom.name or "BOM")
        _titles(grid, bom)
        grid.head(Notices("", None, None, _footer(name)), freeze=1)
        grid.row = HEADER_ROW + 1
        for row in made.rows:
            grid.add({f"{index}": value for index, value in enumerate(row)})
        grid.finish()
        if grid.cut:
            raise WriteError(
                f"The cell {grid.cut[0]} would hold more text than a workbook can.",
                hint="Export to .csv or .json.",
                code="text-too-long",
            )
        book.set_properties({"title": name[:250], "comments": "Written by bomtool."})
    finally:
        book.close()


def _kind(field: str) -> str:
    if field == "quantity":
        return "number"
    return (
        "mono" if field.startswith("mpn") else "wrap" if field in ("reference_designators", "description") else "text"
    )


def _titles(grid: Grid, bom: Bom) -> None:
    """Name, version and part number above the table, each beside its label, as the reader looks for them."""
    label = grid.looks.make(font_color=QUIET, valign="vcenter")
    grid.sheet.set_row(0, 24)
    for row, (word, value) in enumerate(
        (("BOM name:", bom.name), ("Version:", bom.version), ("Part number:", bom.part_number))
    ):
        if value:
            style = {"font_size": 15, "bold": True, "font_color": INK} if row == 0 else {"font_color": INK}
            grid._put(row, 0, word, label)
            grid._put(row, 1, value, grid.looks.make(valign="vcenter", num_format="@", **style))


def _footer(name: str) -> str:
    return f'&L&"{FONT}"&8{name[:60].replace("&", "&&")}&R&"{FONT}"&8page &P of &N'


def _csv(path: Path, bom: Bom, lines: Sequence[BomLine], made: Table) -> None:
    """UTF-8 with the mark that Excel needs to know it."""
    with path.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        writer = csv.writer(file)
        writer.writerow([texts.guard(heading.title) for heading in made.columns])
        writer.writerows([_field(value) for value in row] for row in made.rows)


def _field(value: str | int | Decimal | None) -> str:
    if isinstance(value, str):
        return texts.guard(texts.clean(value))
    return "" if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)


def _json(path: Path, bom: Bom, lines: Sequence[BomLine], made: Table) -> None:
    headers = [heading.title for heading in made.columns]
    document: dict[str, Any] = {
        "format": JSON_FORMAT,
        "format_version": JSON_VERSION,
        "bom": bom.model_dump(mode="json"),
        "columns": headers,
        "rows": [[_plain(value) for value in row] for row in made.rows],
        "lines": [line.model_dump(mode="json") for line in lines],
    }
    path.write_text(json.dumps(document, ensure_ascii=True, indent=1) + "\n", encoding="ascii")


def _plain(value: str | int | Decimal | None) -> str | int | None:
    return format(value, "f") if isinstance(value, Decimal) else value
