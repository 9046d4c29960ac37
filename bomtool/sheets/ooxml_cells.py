"""The cells of one worksheet part, streamed: values, and what people hide in them (ECMA-376 part 1, 18.3.1).

Plain rows are taken by `ooxml_rows`; all others go through the handlers here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bomtool.errors import ReadError
from bomtool.sheets.formats import serial_date, shown_number
from bomtool.sheets.limits import Limits
from bomtool.sheets.markup import attribute, stream_pieces
from bomtool.sheets.model import Detail, Sheet, Value
from bomtool.sheets.ooxml_book import Book, Part, Style, Text, TextCollector, unescape
from bomtool.sheets.ooxml_rows import PlainRows

_TRUE = ("1", "true")
_LINK_FORMULA = re.compile(r'\s*HYPERLINK\(\s*"([^"]+)"', re.IGNORECASE)
Area = tuple[int, int, int, int]


@dataclass(slots=True)
class Links:
    """Where the hyperlinks of a sheet lie: area, relationship id, place inside the workbook."""

    found: list[tuple[Area, str | None, str | None]] = field(default_factory=list)


def read_cells(book: Book, part: Part, limits: Limits) -> tuple[Sheet, Links]:
    """One sheet with values, details, hidden rows and columns and merged areas; and its hyperlinks, not yet resolved.

    Blank cells cost nothing, however large the used range claims to be. Raises ReadError beyond the limits.
    """
    reader = CellReader(book, part, limits)
    source = book.open(part.path)
    if source is None:
        raise ValueError(f"the part of sheet {part.name!r} is missing")
    with source:
        take = PlainRows(reader).take
        stream_pieces(source, b"</row>", take, reader.start, reader.end, reader.data, until=book.until)
    return reader.result(), reader.links


class CellReader:
    """The handlers of one worksheet. `_cell` holds the state of the cell being read."""

    def __init__(self, book: Book, part: Part, limits: Limits) -> None:
        self.book, self.part, self.limits = book, part, limits
        self.rows: list[list[Value]] = []
        self.details: dict[tuple[int, int], Detail] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.merged: list[Area] = []
        self.links = Links()
        self.formulas: dict[str, str] = {}
        self.letters: dict[str, int] = {}
        self.blank: list[Value] = []
        self.row = self.column = self.cells = 0
        self.kind: str | None = None
        self.style: Style | None = None
        self.value: list[str] | None = None
        self.formula: list[str] | None = None
        self.shared: str | None = None
        self.inline: TextCollector | None = None
        self.sink: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            where = attributes.get("r")
            self.column = self.column_of(where) if where else self.column + 1
            self.kind = attributes.get("t")
            self.style = self.style_of(attributes.get("s"))
            self.value = self.formula = self.inline = None
        elif tag == "v":
            self.sink = self.value = []
        elif tag == "f":
            self.sink = self.formula = []
            self.shared = attributes.get("si") if attributes.get("t") == "shared" else None
        elif tag == "row":
            self._row(attributes)
        elif self.inline is not None:
            self.inline.start(tag, attributes)
        elif tag == "is":
            self.inline = TextCollector()
        else:
            other = _OTHERS.get(tag)
            if other is not None:
                other(self, attributes)

    def end(self, tag: str) -> None:
        if tag == "c":
            if self.value is not None or self.formula is not None or self.inline is not None:
                self._finish()
        elif tag in ("v", "f"):
            self.sink = None
        elif self.inline is not None:
            self.inline.end(tag)

    def data(self, text: str) -> None:
        if self.sink is not None:
            self.sink.append(text)
        elif self.inline is not None:
            self.inline.data(text)

    def _row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self.row = int(number) if number else self.row + 1
        self.column = 0
        if attributes.get("hidden") in _TRUE or attributes.get("ht") in ("0", "0.0"):
            self.hidden_rows.add(self.row)

    def column_of(self, where: str) -> int:
        """The number of the column of a cell reference."""
        letters = where.rstrip("0123456789")
        column = self.letters.get(letters)
        if column is None:
            column = _column_number(letters)
            self.letters[letters] = column
        return column

    def style_of(self, number: str | None) -> Style | None:
        """The style of a cell by its number, None where it says nothing of interest."""
        if number is None:
            return None
        styles, index = self.book.styles, int(number)
        return styles[index] if 0 <= index < len(styles) else None

    def _finish(self) -> None:
        """Take the cell over into the sheet."""
        text = self.inline.result() if self.inline is not None else None
        self.inline = None
        value, detail = self.evaluate("".join(self.value or ()), text)
        if value is not None or detail is not None:
            self.put(value, detail)

    def evaluate(self, raw: str, text: str | Text | None) -> tuple[Any, Detail | None]:
        """Value and detail of the cell by the content of its `v`, or by the text it holds itself; None for a blank one."""
        detail: Detail | None = None
        value: Any = text
        kind, style = self.kind, self.style
        if text is None and raw:
            value = self.book.strings[int(raw)] if kind == "s" else _typed(raw, kind)
        if value.__class__ is Text:
            value, detail = _runs(value, style)
        if self.formula is not None:
            value, detail = self._formula(value, detail)
        if value is None or value == "":
            if detail is None or detail.formula is None:
                return None, None
            value = None
        elif kind == "e":
            detail = detail or Detail()
            detail.error = str(value)
        if style is not None and value is not None:
            value, detail = self._styled(value, style, detail)
        return value, detail

    def _formula(self, value: Value, detail: Detail | None) -> tuple[Value, Detail | None]:
        """A formula without a cached value is kept as a formula; one that makes a link gives the link."""
        formula = "".join(self.formula or ())
        if self.shared is not None:
            master = self.formulas.setdefault(self.shared, formula)
            formula = formula or master
        if (value is None and self.kind != "str") or (value == 0 and self.book.stale and self.kind != "b"):
            detail = detail or Detail()
            detail.formula = "=" + formula
            return None, detail
        link = _LINK_FORMULA.match(formula) if formula else None
        if link is not None:
            detail = detail or Detail()
            detail.link = link[1]
        return value, detail

    def _styled(self, value: Any, style: Style, detail: Detail | None) -> tuple[Value, Detail | None]:
        if style.struck and (detail is None or (detail.runs is None and not detail.struck)):
            detail = detail or Detail()
            detail.struck = True
        if value.__class__ is int or value.__class__ is float:
            if style.date:
                found = serial_date(value, self.book.epoch_1904, style.number_format or "")
                if found is not None:
                    detail = detail or Detail()
                    detail.number_format = style.number_format
                    return found, detail
            text, number_format = shown_number(value, style.number_format)
            if number_format is not None:
                detail = detail or Detail()
                detail.text, detail.number_format = text, number_format
        return value, detail

    def put(self, value: Value, detail: Detail | None) -> None:
        """Enter the cell into the sheet. Raises ReadError beyond the limits."""
        row, column, rows = self.row, self.column, self.rows
        if not 0 < row <= 1_048_576 or column > 16_384:
            raise ValueError(f"a cell of sheet {self.part.name!r} lies outside any sheet")
        self.cells += 1
        if row > self.limits.rows or column > self.limits.columns or self.cells > self.limits.cells:
            what = "rows" if row > self.limits.rows else "columns" if column > self.limits.columns else "cells"
            raise ReadError(
                f"Sheet {self.part.name!r} has more {what} than are read at most.",
                hint="Delete the unused rows and columns, or save the BOM sheet alone as CSV.",
                code=f"too-many-{what}",
                sheet=self.part.name,
                row=row,
            )
        if detail is not None:
            self.details[row, column] = detail
            if value is None:
                return
        missing = row - len(rows)
        if missing > 0:
            if missing > 1:
                # The gaps share one empty list: a lone cell in the last row costs eight bytes a row.
                rows.extend([self.blank] * (missing - 1))
            rows.append([])
        cells = rows[row - 1]
        if cells is self.blank:
            cells = rows[row - 1] = []
        gap = column - len(cells)
        if gap == 1:
            cells.append(value)
        elif gap > 1:
            cells.extend([None] * (gap - 1))
            cells.append(value)
        else:
            cells[column - 1] = value

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _TRUE or attributes.get("width") in ("0", "0.0"):
            first, last = int(attributes.get("min", 0)), int(attributes.get("max", 0))
            self.hidden_columns.update(range(max(1, first), min(last, self.limits.columns) + 1))

    def _merge(self, attributes: dict[str, str]) -> None:
        area = parse_area(attributes.get("ref", ""))
        if area is not None:
            self.merged.append(area)

    def _link(self, attributes: dict[str, str]) -> None:
        area = parse_area(attributes.get("ref", ""))
        if area is not None:
            self.links.found.append((area, attribute(attributes, "id"), attributes.get("location")))

    def result(self) -> Sheet:
        """The sheet that was read."""
        part = self.part
        return Sheet(
            part.name,
            self.rows,
            part.index,
            part.state,
            frozenset(self.hidden_rows),
            frozenset(self.hidden_columns),
            tuple(self.merged),
            self.details,
        )


_OTHERS: dict[str, Callable[[CellReader, dict[str, str]], None]] = {
    "col": CellReader._hide_columns,
    "mergeCell": CellReader._merge,
    "hyperlink": CellReader._link,
}


def _typed(raw: str, kind: str | None) -> Value:
    """The value of a `v` element by the cell's type."""
    if kind is None or kind == "n":
        try:
            return int(raw)
        except ValueError:
            number = float(raw)
            if not math.isfinite(number):
                raise ValueError("a number is too large") from None
            return int(number) if number.is_integer() and abs(number) < 1e15 else number
    if kind == "b":
        return raw.strip() in _TRUE
    if kind == "d":
        return _iso(raw)
    return unescape(raw)


def _iso(raw: str) -> Value:
    from datetime import datetime

    try:
        return datetime.fromisoformat(raw.replace("Z", "+00:00")).replace(tzinfo=None)
    except ValueError:
        return raw


def _runs(value: Text, style: Style | None) -> tuple[str, Detail | None]:
    """A string with formatted parts: what is not struck is kept beside the whole."""
    inherited = style is not None and style.struck
    kept = "".join(text for text, struck in value.runs or () if not (inherited if struck is None else struck))
    if kept == value.text:
        # The parts say themselves that they are not struck, whatever the cell's font says.
        return value.text, Detail(runs=kept) if inherited else None
    if not kept.strip():
        return value.text, Detail(struck=True)
    return value.text, Detail(runs=kept)


def parse_area(reference: str) -> Area | None:
    """An area reference as (first row, first column, last row, last column); None where it is no reference."""
    hit = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?", reference.strip())
    if hit is None:
        return None
    first = (int(hit[2]), _column_number(hit[1]))
    last = (int(hit[4]), _column_number(hit[3])) if hit[3] else first
    return (min(first[0], last[0]), min(first[1], last[1]), max(first[0], last[0]), max(first[1], last[1]))


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"{letters!r} is no column")
        number = number * 26 + ord(letter) - 64
    return number
