"""SpreadsheetML 2003 (XML Spreadsheet), usually saved under the name .xls."""

from __future__ import annotations

import io
import time
from datetime import datetime
from xml.parsers import expat

from bomtool.errors import ReadError
from bomtool.sheets.archive import damaged
from bomtool.sheets.formats import is_date_format, shown_number
from bomtool.sheets.limits import Limits
from bomtool.sheets.markup import UnsafeMarkup, attribute, stream
from bomtool.sheets.model import Detail, Sheet, State, Value

_STATES: dict[str, State] = {"SheetHidden": "hidden", "SheetVeryHidden": "very-hidden"}
_FORMATS = {
    "Scientific": "0.00E+00", "Short Date": "yyyy-mm-dd", "Long Date": "yyyy-mm-dd", "General Date": "yyyy-mm-dd hh:mm",
    "Medium Date": "dd-mmm-yy", "Short Time": "hh:mm", "Medium Time": "hh:mm", "Long Time": "hh:mm:ss",
}  # fmt: skip


def read_spreadsheetml(data: bytes, name: str, limits: Limits) -> list[Sheet]:
    """The sheets of an XML Spreadsheet 2003 file, with details. Raises ReadError for damage and beyond the limits."""
    reader = _Reader(limits)
    until = time.monotonic() + limits.seconds
    try:
        stream(io.BytesIO(data), reader.start, reader.end, reader.data, until=until)
    except (expat.ExpatError, UnsafeMarkup, ValueError, LookupError) as error:
        raise damaged(name, error) from error
    return reader.sheets


class _Reader:
    """The handlers of the file; positions count from 1 and jump where `ss:Index` says so."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheets: list[Sheet] = []
        self.styles: dict[str, tuple[str | None, bool]] = {}
        self.style = ""
        self.row = self.column = self.next_column = self.cells = self.struck = 0
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.merged: list[tuple[int, int, int, int]] = []
        self.kind: str | None = None
        self.text: list[str] | None = None
        self.kept: list[str] = []
        self.state_text: list[str] | None = None
        self.comment = False
        self.value: Value = None
        self.detail = Detail()
        self.has_formula = ""
        self.cell_style: str | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "Cell":
            self._cell(attributes)
        elif tag == "Data":
            self.kind, self.text, self.kept = attribute(attributes, "Type"), [], []
        elif tag == "Comment":
            self.comment = True
        elif tag == "Row":
            self.row = int(attribute(attributes, "Index") or self.row + 1)
            self.next_column = 1
            if attribute(attributes, "Hidden") == "1":
                self.hidden_rows.update(range(self.row, self.row + 1 + self._span(attributes)))
            self.after_row = self.row + self._span(attributes)
        elif tag == "Column":
            first = int(attribute(attributes, "Index") or self.column + 1)
            self.column = first + self._span(attributes)
            if attribute(attributes, "Hidden") == "1":
                self.hidden_columns.update(range(first, self.column + 1))
        elif tag == "Worksheet":
            self.sheets.append(Sheet(attribute(attributes, "Name") or "", [], len(self.sheets)))
            self.row = self.column = 0
            self.hidden_rows, self.hidden_columns, self.merged = set(), set(), []
        elif tag == "Visible":
            self.state_text = []
        elif tag == "Style":
            self.style = attribute(attributes, "ID") or ""
            self.styles[self.style] = (None, False)
        elif tag == "NumberFormat":
            found = attribute(attributes, "Format")
            self.styles[self.style] = (_FORMATS.get(found or "", found), self.styles.get(self.style, (None, False))[1])
        elif tag == "Font" and self.text is None:
            struck = attribute(attributes, "StrikeThrough") == "1"
            self.styles[self.style] = (self.styles.get(self.style, (None, False))[0], struck)
        elif tag == "S" and self.text is not None:
            self.struck += 1

    def _span(self, attributes: dict[str, str]) -> int:
        return min(max(int(attribute(attributes, "Span") or 0), 0), self.limits.rows)

    def _cell(self, attributes: dict[str, str]) -> None:
        column = int(attribute(attributes, "Index") or self.next_column)
        across, down = int(attribute(attributes, "MergeAcross") or 0), int(attribute(attributes, "MergeDown") or 0)
        if not (0 < self.row <= 1_048_576 and column > 0 and across >= 0 and down >= 0):
            raise ValueError("a cell lies outside any sheet")
        if self.row > self.limits.rows or column > self.limits.columns:
            what = "rows" if self.row > self.limits.rows else "columns"
            raise ReadError(
                f"A sheet has more {what} than are read at most.",
                hint="Delete the unused ones.",
                code=f"too-many-{what}",
            )
        self.place, self.next_column = column, column + across + 1
        if across or down:
            self.merged.append((self.row, column, self.row + down, column + across))
        self.value, self.detail = None, Detail(link=attribute(attributes, "HRef"))
        self.has_formula = attribute(attributes, "Formula") or ""
        self.cell_style = attribute(attributes, "StyleID")

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)
            if not self.struck:
                self.kept.append(text)
        elif self.state_text is not None:
            self.state_text.append(text)

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "Data" and self.text is not None:
            whole = "".join(self.text)
            if self.comment:
                self.detail.comment = whole.strip()
            else:
                self._value(whole, "".join(self.kept))
            self.text, self.struck = None, 0
        elif tag == "S":
            self.struck = max(0, self.struck - 1)
        elif tag == "Comment":
            self.comment = False
        elif tag == "Cell":
            self._put()
        elif tag == "Row":
            self.row = self.after_row
        elif tag == "Visible" and self.state_text is not None and self.sheets:
            self.sheets[-1].state = _STATES.get("".join(self.state_text).strip(), "visible")
            self.state_text = None
        elif tag == "Worksheet":
            sheet = self.sheets[-1]
            sheet.hidden_rows, sheet.hidden_columns = frozenset(self.hidden_rows), frozenset(self.hidden_columns)
            sheet.merged = tuple(self.merged)

    def _value(self, whole: str, kept: str) -> None:
        number_format, struck = self.styles.get(self.cell_style or "Default", (None, False))
        self.detail.struck = struck
        if kept != whole:
            self.detail.runs, self.detail.struck = (kept, struck) if kept.strip() else (None, True)
        if self.kind == "Number":
            number = float(whole)
            self.value = int(whole) if whole.strip().lstrip("-").isdigit() else number
            if isinstance(self.value, float) and number.is_integer() and abs(number) < 1e15:
                self.value = int(number)
            self.detail.text, self.detail.number_format = shown_number(self.value, number_format)
        elif self.kind == "DateTime":
            self.value = datetime.fromisoformat(whole.strip())
            self.detail.number_format = number_format if number_format and is_date_format(number_format) else None
        elif self.kind == "Boolean":
            self.value = whole.strip() == "1"
        else:
            self.value = whole or None
            if self.kind == "Error":
                self.detail.error = whole

    def _put(self) -> None:
        if self.value is None and self.has_formula:
            self.detail.formula = self.has_formula
        sheet = self.sheets[-1]
        if self.value is not None:
            self.cells += 1
            if self.cells > self.limits.cells:
                raise ReadError(
                    "The workbook has too many cells.", hint="Save the BOM sheet alone.", code="too-many-cells"
                )
            while len(sheet.rows) < self.row:
                sheet.rows.append([])
            cells = sheet.rows[self.row - 1]
            cells.extend([None] * (self.place - len(cells)))
            cells[self.place - 1] = self.value
        if self.detail != Detail():
            sheet.details[self.row, self.place] = self.detail
