"""BOM files made in the test that reads them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Font

import bomtool
from bomtool.bom.model import Bom, Line

Cells = Sequence[Sequence[Any]]


def read_text(folder: Path, text: str, name: str = "bom.csv", encoding: str = "utf-8", **options: Any) -> Bom:
    """The BOM of a text file; `text` may be indented like the test."""
    path = folder / name
    path.write_bytes(inspect.cleandoc(text).encode(encoding) + b"\n")
    return bomtool.read_bom(path, **options)


def write_book(
    path: Path,
    rows: Cells | dict[str, Cells],
    *,
    merged: Iterable[str] = (),
    struck: Iterable[str] = (),
    hidden_rows: Iterable[int] = (),
    hidden_columns: Iterable[str] = (),
    hidden_sheets: Iterable[str] = (),
    formats: dict[str, str] | None = None,
    comments: dict[str, str] | None = None,
    links: dict[str, str] | None = None,
) -> Path:
    """A workbook; merges, strikes, formats, comments and links are of the first sheet, by cell address."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    sheets = rows if isinstance(rows, dict) else {"BOM": rows}
    for title, cells in sheets.items():
        sheet = book.create_sheet(title)
        for row in cells:
            sheet.append(list(row))
        if title in hidden_sheets:
            sheet.sheet_state = "hidden"
    sheet = book.worksheets[0]
    for address in struck:
        sheet[address].font = Font(strike=True)
    for address, number_format in (formats or {}).items():
        sheet[address].number_format = number_format
    for address, text in (comments or {}).items():
        sheet[address].comment = openpyxl.comments.Comment(text, "someone")
    for address, url in (links or {}).items():
        sheet[address].hyperlink = url
    for row in hidden_rows:
        sheet.row_dimensions[row].hidden = True
    for letter in hidden_columns:
        sheet.column_dimensions[letter].hidden = True
    for area in merged:
        sheet.merge_cells(area)
    book.save(path)
    return path


def read_book(folder: Path, rows: Cells | dict[str, Cells], *, read: dict[str, Any] | None = None, **look: Any) -> Bom:
    """The BOM of a workbook made of rows."""
    return bomtool.read_bom(write_book(folder / "bom.xlsx", rows, **look), **(read or {}))


def columns(bom: Bom) -> dict[str, Any]:
    """Field to header, of the first column of each field."""
    return {name: found[0].header for name, found in bom.layout.columns.items()}


def refs(bom: Bom) -> list[str]:
    """The designators of each line, as one text."""
    return [" ".join(line.reference_designators) for line in bom.lines]


def codes(bom: Bom, severity: str | None = None) -> list[str]:
    """The codes of the findings in their order."""
    return [finding.code for finding in bom.findings if severity in (None, finding.severity)]


def by_ref(bom: Bom, ref: str) -> Line:
    """The line of a designator."""
    return next(line for line in bom.lines if ref in line.reference_designators)


def skipped(bom: Bom) -> dict[int, str | None]:
    """Row to reason, of the rows that are no part."""
    return {row.row: row.reason for row in bom.source_rows if row.fate == "skipped"}
