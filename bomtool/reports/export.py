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
from bomtool.reports import bomsheet
from bomtool.reports import text as texts
from bomtool.reports.atomic import write_atomically
from bomtool.reports.bomsheet import SHEET, Titled
from bomtool.reports.book import new_book
from bomtool.reports.exchange import Table, table
from bomtool.reports.looks import Looks

if TYPE_CHECKING:
    from bomtool.api.boms import Bom, BomLine

JSON_FORMAT = "bomtool-bom"
JSON_VERSION = 1
KINDS = (".xlsx", ".csv", ".json")


def export_bom(path: Path | str, bom: Bom, lines: Sequence[BomLine]) -> None:
    """Write a BOM by the name's ending: .xlsx, .csv or .json. Raises UsageError for another ending, WriteError where the
    file cannot be written; the file at `path` is then what it was before."""
    path = Path(path)
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise UsageError(
            f"{path.name} ends in no kind that is exported.", hint=f"Use {', '.join(KINDS)}.", code="unknown-kind"
        )
    made = table(lines)
    if kind == ".json":
        answers = {"bom": bom.model_dump(mode="json"), "lines": [line.model_dump(mode="json") for line in lines]}
        write_atomically(path, lambda temporary: write_json(temporary, made, answers))
    else:
        writer = write_xlsx if kind == ".xlsx" else write_csv
        write_atomically(path, lambda temporary: writer(temporary, bom, made))


def write_xlsx(path: Path, bom: Titled, made: Table) -> None:
    """The table as a workbook that checks what is typed into it. Raises WriteError for text no cell can hold."""
    with new_book(path, constant_memory=len(made.rows) > 5_000) as book:
        grid = bomsheet.add(book.add_worksheet(SHEET), SHEET, Looks(book), made)
        bomsheet.fill(grid, bom, made)
        if grid.cut:
            raise WriteError(
                f"The cell {grid.cut[0]} would hold more text than a workbook can.",
                hint="Export to .csv or .json.",
                code="text-too-long",
            )
        book.set_properties({"title": texts.clean(bom.name or "BOM")[:250], "comments": "Written by bomtool."})


def write_csv(path: Path, bom: Titled, made: Table) -> None:
    """The table as CSV in UTF-8, with the mark that Excel needs to know it."""
    with path.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        writer = csv.writer(file)
        writer.writerow([texts.guard(heading.title) for heading in made.columns])
        writer.writerows([_field(value) for value in row] for row in made.rows)


def _field(value: str | int | Decimal | None) -> str:
    if isinstance(value, str):
        return texts.guard(texts.clean(value))
    return "" if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)


def write_json(path: Path, made: Table, more: dict[str, Any]) -> None:
    """The table as JSON, with what else is known beside it."""
    document: dict[str, Any] = {
        "format": JSON_FORMAT,
        "format_version": JSON_VERSION,
        "columns": [heading.title for heading in made.columns],
        "rows": [[_plain(value) for value in row] for row in made.rows],
        **more,
    }
    path.write_text(json.dumps(document, ensure_ascii=True, indent=1) + "\n", encoding="ascii")


def _plain(value: str | int | Decimal | None) -> str | int | None:
    return format(value, "f") if isinstance(value, Decimal) else value
