"""OpenDocument spreadsheets: one streaming pass over content.xml (ODF 1.3 part 3), values as stored, texts as shown."""

from __future__ import annotations

import re
import time
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from xml.parsers import expat

from bomtool.errors import ReadError
from bomtool.sheets.archive import damaged
from bomtool.sheets.limits import Limits
from bomtool.sheets.markup import UnsafeMarkup, stream
from bomtool.sheets.model import Detail, Sheet, Value, plain_text

_BROKEN = (
    expat.ExpatError,
    UnsafeMarkup,
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    LookupError,
    OverflowError,
    EOFError,
    OSError,
)
_DURATION = re.compile(r"-?PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
_HIDDEN = ("collapse", "filter")


def read_ods(archive: zipfile.ZipFile, name: str, limits: Limits) -> list[Sheet]:
    """The sheets of an OpenDocument spreadsheet, with details. Raises ReadError for damage, passwords, and sizes."""
    until = time.monotonic() + limits.seconds
    try:
        if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read(
            "META-INF/manifest.xml"
        ):
            raise ReadError(
                f"{name} is protected by a password.",
                hint="Open it in LibreOffice and save it without the password.",
                code="password-protected",
            )
        reader = _Reader(limits)
        with archive.open("content.xml") as source:
            stream(source, reader.start, reader.end, reader.data, until=until, strip=False)
    except _BROKEN as error:
        if time.monotonic() > until:
            raise ReadError(
                f"{name} was not read within {limits.seconds:g} seconds.",
                hint="Save the BOM sheet alone as .xlsx or CSV and give that file.",
                code="too-slow",
            ) from error
        raise damaged(name, error) from error
    return reader.sheets


@dataclass(slots=True)
class _Cell:
    attributes: dict[str, str]
    covered: bool = False
    paragraphs: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    link: str | None = None


class _Reader:
    """The handlers. Repeated blank cells and rows are counted, never stored."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheets: list[Sheet] = []
        self.hidden_styles: set[str] = set()
        self.struck_styles: set[str] = set()
        self.style = ""
        self.sheet: Sheet | None = None
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.merged: list[tuple[int, int, int, int]] = []
        self.row = self.repeat = self.column = self.columns = self.cells = self.depth = 0
        self.cell: _Cell | None = None
        self.found: list[tuple[int, Value, Detail | None]] = []
        self.in_comment = False
        self.paragraph = False
        self.spans: list[bool] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in ("table:table-cell", "table:covered-table-cell") and self.depth == 1:
            self.cell = _Cell(attributes, tag == "table:covered-table-cell")
        elif self.cell is not None:
            self._inside(tag, attributes)
        elif tag == "table:table-row" and self.depth == 1:
            self.repeat = _count(attributes, "table:number-rows-repeated")
            self.row += 1
            self.column = 0
            self.found = []
            if attributes.get("table:visibility") in _HIDDEN:
                self.hidden_rows.update(range(self.row, min(self.row + self.repeat, self.limits.rows + 1)))
        elif tag == "table:table-column" and self.depth == 1:
            count = _count(attributes, "table:number-columns-repeated")
            if attributes.get("table:visibility") in _HIDDEN:
                self.hidden_columns.update(range(self.columns + 1, min(self.columns + count, self.limits.columns) + 1))
            self.columns += count
        elif tag == "table:table":
            self.depth += 1
            if self.depth == 1:
                hidden = attributes.get("table:style-name", "") in self.hidden_styles
                self.sheet = Sheet(
                    attributes.get("table:name", ""), [], len(self.sheets), "hidden" if hidden else "visible"
                )
                self.sheets.append(self.sheet)
                self.row = self.columns = 0
                self.hidden_rows, self.hidden_columns, self.merged = set(), set(), []
        elif tag == "style:style":
            self.style = attributes.get("style:name", "")
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)
        elif tag == "style:text-properties":
            line = attributes.get(
                "style:text-line-through-style", attributes.get("style:text-line-through-type", "none")
            )
            if line != "none":
                self.struck_styles.add(self.style)

    def _inside(self, tag: str, attributes: dict[str, str]) -> None:
        """An element inside a cell."""
        assert self.cell is not None
        if tag == "office:annotation":
            self.in_comment = True
        elif tag == "text:p":
            self.paragraph = True
            if not self.in_comment:
                self.cell.paragraphs.append("")
                self.cell.kept.append("")
            elif self.cell.comment:
                self.cell.comment.append("\n")
        elif tag == "text:span":
            self.spans.append(attributes.get("text:style-name", "") in self.struck_styles)
        elif tag == "text:s":
            self.data(" " * min(_count(attributes, "text:c"), 1000))
        elif tag == "text:tab":
            self.data("\t")
        elif tag == "text:line-break":
            self.data("\n")
        elif tag == "text:a":
            self.cell.link = attributes.get("xlink:href")

    def data(self, text: str) -> None:
        cell = self.cell
        if cell is None or not self.paragraph:
            return
        if self.in_comment:
            cell.comment.append(text)
        elif cell.paragraphs:
            cell.paragraphs[-1] += text
            if not any(self.spans):
                cell.kept[-1] += text

    def end(self, tag: str) -> None:
        if self.cell is not None:
            if tag == "text:p":
                self.paragraph = False
            elif tag == "text:span" and self.spans:
                self.spans.pop()
            elif tag == "office:annotation":
                self.in_comment = False
            elif tag in ("table:table-cell", "table:covered-table-cell"):
                self._cell(self.cell)
                self.cell = None
                self.spans = []
        elif tag == "table:table-row" and self.depth == 1:
            self._row()
        elif tag == "table:table":
            self.depth -= 1
            if self.depth == 0 and self.sheet is not None:
                self.sheet.hidden_rows, self.sheet.hidden_columns = (
                    frozenset(self.hidden_rows),
                    frozenset(self.hidden_columns),
                )
                self.sheet.merged = tuple(self.merged)

    def _cell(self, cell: _Cell) -> None:
        attributes = cell.attributes
        repeat = _count(attributes, "table:number-columns-repeated")
        first, self.column = self.column + 1, self.column + repeat
        down = _count(attributes, "table:number-rows-spanned")
        across = _count(attributes, "table:number-columns-spanned")
        if down > 1 or across > 1:
            self.merged.append((self.row, first, self.row + down - 1, first + across - 1))
        if cell.covered:
            return
        value, detail = _value(cell, attributes.get("table:style-name", "") in self.struck_styles)
        if value is None and detail is None:
            return
        for column in range(first, min(first + repeat, self.limits.columns + 2)):
            self._count_cell(column)
            self.found.append((column, value, detail))

    def _count_cell(self, column: int) -> None:
        self.cells += 1
        what = "columns" if column > self.limits.columns else "cells" if self.cells > self.limits.cells else None
        if what is not None:
            raise ReadError(
                f"A sheet has more {what} than are read at most.",
                hint="Delete the unused rows and columns, or save the BOM sheet alone as CSV.",
                code=f"too-many-{what}",
                row=self.row,
            )

    def _row(self) -> None:
        first, self.row = self.row, self.row + self.repeat - 1
        if not self.found or self.sheet is None:
            return
        if self.row > self.limits.rows:
            raise ReadError(
                f"Sheet {self.sheet.name!r} has more rows than are read at most.",
                hint="Delete the unused rows, or save the BOM sheet alone as CSV.",
                code="too-many-rows",
                row=self.row,
            )
        self.cells += (self.repeat - 1) * len(self.found)
        self._count_cell(1)
        rows = self.sheet.rows
        for number in range(first, self.row + 1):
            missing = number - 1 - len(rows)
            if missing > 0:
                rows.extend([[]] * missing)
            cells: list[Value] = [None] * self.found[-1][0]
            for column, value, detail in self.found:
                cells[column - 1] = value
                if detail is not None:
                    self.sheet.details[number, column] = detail
            while cells and cells[-1] is None:
                cells.pop()
            rows.append(cells)


def _count(attributes: dict[str, str], name: str) -> int:
    return max(1, int(attributes.get(name, "1")))


def _value(cell: _Cell, struck: bool) -> tuple[Value, Detail | None]:
    """The stored value of a cell and what is to be said of it."""
    attributes, shown = cell.attributes, "\n".join(cell.paragraphs)
    kind = attributes.get("office:value-type") or attributes.get("calcext:value-type")
    detail = Detail(link=cell.link, comment="".join(cell.comment).strip() or None)
    value: Value = None
    if attributes.get("calcext:value-type") == "error":
        value, detail.error = shown or None, shown or "#ERROR"
    elif kind in ("float", "percentage", "currency"):
        number = float(attributes["office:value"])
        value = int(number) if number.is_integer() and abs(number) < 1e15 else number
        if kind == "float":
            detail.text, detail.number_format = _shown(value, shown)
    elif kind == "date":
        value = _date(attributes.get("office:date-value", ""))
        detail.number_format = "yyyy-mm-dd"
    elif kind == "time":
        hit = _DURATION.match(attributes.get("office:time-value", ""))
        value = ":".join(f"{int(part or 0):02d}" for part in hit.groups()) if hit else shown or None
    elif kind == "boolean":
        value = attributes.get("office:boolean-value") == "true"
    else:
        value = (shown or attributes.get("office:string-value")) or None
        kept = "\n".join(cell.kept)
        if value is not None and cell.paragraphs and kept != shown:
            detail.runs, detail.struck = (kept, False) if kept.strip() else (None, True)
    if value is None and "table:formula" in attributes and not cell.paragraphs:
        detail.formula = attributes["table:formula"]
    if struck and value is not None and detail.runs is None:
        detail.struck = True
    return value, detail if detail != Detail() else None


def _shown(value: int | float, shown: str) -> tuple[str | None, str | None]:
    """What is shown where it says more than the number: leading zeros, a prefix; all digits where it says less."""
    if re.fullmatch(r"[-+]?\d[.,]?\d*E[-+]?\d+", shown):
        return plain_text(value), "0.00E+00"
    hit = re.fullmatch(r"([^\d.,+-]*)(0*[1-9]\d*|0+)([^\d.,]*)", shown)
    if hit and isinstance(value, int) and int(hit[2]) == value and shown != str(value):
        if hit[2][0] == "0" and len(hit[2]) > 1:
            return shown, "0" * len(hit[2])
        if re.search(r"[A-Za-z]", hit[1]):
            return shown, f'"{hit[1]}"0'
    return None, None


def _date(text: str) -> Value:
    try:
        return datetime.fromisoformat(text.partition(".")[0] if "." in text else text).replace(tzinfo=None)
    except ValueError:
        return text or None
