"""xlsx and xlsm: one streaming pass a sheet gives the values and what people hide in cells, in bounded memory.

Nothing is evaluated, no link is followed, macros are not looked at. openpyxl and calamine are the yardsticks in the tests.
"""

from __future__ import annotations

import time
import zipfile
from xml.parsers import expat

from bomtool.errors import ReadError
from bomtool.findings import Findings, cell_address
from bomtool.sheets.archive import damaged
from bomtool.sheets.limits import Limits
from bomtool.sheets.markup import UnsafeMarkup, stream
from bomtool.sheets.model import Detail, Sheet
from bomtool.sheets.ooxml_book import Book, Part, TextCollector, open_book
from bomtool.sheets.ooxml_cells import Links, parse_area, read_cells

_THREADED = "[Threaded comment]"
_BROKEN = (
    expat.ExpatError, UnsafeMarkup, zipfile.BadZipFile, ValueError, LookupError, OverflowError, EOFError,
    NotImplementedError, OSError, ArithmeticError,
)  # fmt: skip


def read_xlsx(archive: zipfile.ZipFile, name: str, limits: Limits, findings: Findings) -> list[Sheet]:
    """The worksheets of an xlsx or xlsm file. Raises ReadError for damage, document types and sizes beyond the limits."""
    until = time.monotonic() + limits.seconds
    try:
        book = open_book(archive, until)
        sheets = []
        for part in book.parts[: limits.sheets]:
            sheet, links = read_cells(book, part, limits)
            _extras(book, part, sheet, links, findings)
            _drop_covered(sheet, findings, until)
            sheets.append(sheet)
    except _zlib_errors() as error:
        if time.monotonic() > until:
            raise ReadError(
                f"{name} was not read within {limits.seconds:g} seconds.",
                hint="Save the BOM sheet alone as .xlsx or CSV and give that file.",
                code="too-slow",
            ) from error
        raise damaged(name, error) from error
    if not sheets:
        raise damaged(name, "it has no worksheet")
    names = list(book.names)
    if any(entry.endswith("vbaproject.bin") for entry in names):
        findings.add("macros-ignored", "The workbook holds macros; they were not run.")
    if any("/externallinks/" in entry for entry in names):
        findings.add("external-links-ignored", "Formulas refer to other workbooks; the values saved last were used.")
    return sheets


def _zlib_errors() -> tuple[type[Exception], ...]:
    import zlib

    return (*_BROKEN, zlib.error)


def _extras(book: Book, part: Part, sheet: Sheet, links: Links, findings: Findings) -> None:
    """Comments and hyperlinks. Where such a part is damaged the cells are still good, so it is only reported."""
    try:
        relations = book.relations(part.path) if links.found or book.names else {}
        for area, identity, place in links.found:
            target = relations.get(identity or "", ("", ""))[1]
            link = target + ("#" + place if place else "")
            for where in _cells_in(sheet, area, book.until):
                detail = sheet.details.setdefault(where, Detail())
                detail.link = link or detail.link
        for kind, path in relations.values():
            if kind == "comments":
                _comments(book, path, sheet)
    except _zlib_errors() as error:
        findings.add(
            "part-unreadable", f"Comments or links of sheet {part.name!r} are damaged ({error}).", sheet=part.name
        )


def _drop_covered(sheet: Sheet, findings: Findings, until: float) -> None:
    """Empty the cells that a merged area covers: nobody sees their values, so they are reported instead of read."""
    for area in sheet.merged:
        for row, column in _cells_in(sheet, area, until):
            if (row, column) != area[:2]:
                findings.add(
                    "covered-by-merge",
                    f"{sheet.text(row, column)[:80]!r} lies under a merged cell, where nobody sees it; it was left out.",
                    sheet=sheet.name,
                    row=row,
                    column=column,
                    cell=cell_address(row, column),
                )
                sheet.rows[row - 1][column - 1] = None
                sheet.details.pop((row, column), None)


def _cells_in(sheet: Sheet, area: tuple[int, int, int, int], until: float | None) -> list[tuple[int, int]]:
    """The filled cells of an area."""
    if until is not None and time.monotonic() > until:
        raise UnsafeMarkup("reading it takes too long")
    first_row, first_column, last_row, last_column = area
    return [
        (row, column)
        for row in range(first_row, min(last_row, len(sheet.rows)) + 1)
        for column in range(first_column, min(last_column, len(sheet.rows[row - 1])) + 1)
        if sheet.rows[row - 1][column - 1] is not None
    ]


def _comments(book: Book, path: str, sheet: Sheet) -> None:
    source = book.open(path)
    if source is None:
        return
    collector = TextCollector()
    where: tuple[int, int] | None = None

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal where
        if tag == "comment":
            area = parse_area(attributes.get("ref", ""))
            where = area[:2] if area is not None else None
            collector.clear()
        else:
            collector.start(tag, attributes)

    def end(tag: str) -> None:
        if tag != "comment":
            collector.end(tag)
        elif where is not None:
            text = "".join(run for run, _ in collector.runs).strip()
            if text.startswith(_THREADED) and "Comment:" in text:
                text = text.partition("Comment:")[2].strip()
            sheet.details.setdefault(where, Detail()).comment = text

    with source:
        stream(source, start, end, collector.data, until=book.until)
