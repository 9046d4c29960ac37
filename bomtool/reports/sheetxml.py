"""The XML of a worksheet as text: finds cells, replaces them, repeats a row; everything else stays byte for byte.

Files of Excel, LibreOffice, XlsxWriter and openpyxl are meant: elements without a prefix, rows and cells with their
addresses. Works on text and not on a tree, so that what this module does not know cannot be lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from xml.sax.saxutils import escape

from bomtool.reports import text as texts
from bomtool.reports.plain import Value

ROWS_MAX = 1_048_576
_DATES = (*range(14, 23), *range(45, 48))
"""Built-in number formats that show a date or a time."""
_DATA = re.compile(r"<sheetData\s*/>|<sheetData\b[^>]*>(.*?)</sheetData>", re.S)
_ROW = re.compile(r"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.S)
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.S)
_PLACE = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_FORMULA = re.compile(r"<f\b([^>]*?)(?:/>|>(.*?)</f>)", re.S)
_VALUE = re.compile(r"<v\b[^>]*>(.*?)</v>", re.S)
_TEXT = re.compile(r"<t\b[^>]*>(.*?)</t>", re.S)
_PHONETIC = re.compile(r"<rPh\b.*?</rPh>", re.S)
_ATTRIBUTE = re.compile(r'\b([\w:]+)="([^"]*)"')
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_EPOCH = date(1899, 12, 30).toordinal()
"""Day 0 of a workbook's dates."""
_AREA = r"(\$?[A-Z]{1,3}\$?)(\d+):(\$?[A-Z]{1,3}\$?)(\d+)(?![\d(A-Za-z_])"
_RANGE = re.compile(rf"(?<![A-Za-z0-9_.!$]){_AREA}")


@dataclass(slots=True)
class Cell:
    """A cell: its address, its style, its text or formula as XML holds them."""

    attributes: dict[str, str]
    inner: str

    @property
    def address(self) -> str:
        """For example "B5"."""
        return self.attributes["r"]

    @property
    def column(self) -> str:
        """Its letters."""
        return self.address.rstrip("0123456789")

    @property
    def style(self) -> int:
        """Number of its format."""
        return int(self.attributes.get("s", 0))

    @property
    def blank(self) -> bool:
        """Whether it holds nothing but a format."""
        return not (_VALUE.search(self.inner) or _FORMULA.search(self.inner) or _TEXT.search(self.inner))

    def formula(self) -> re.Match[str] | None:
        """Its formula element."""
        return _FORMULA.search(self.inner)

    def text(self, shared: list[str]) -> str:
        """Its text, "" for numbers and formulas."""
        kind = self.attributes.get("t")
        if kind == "inlineStr":
            return string(self.inner)
        value = _VALUE.search(self.inner)
        return shared[int(value[1])] if kind == "s" and value else ""

    def xml(self) -> str:
        """The element."""
        attributes = "".join(f' {name}="{value}"' for name, value in self.attributes.items())
        return f"<c{attributes}>{self.inner}</c>" if self.inner else f"<c{attributes}/>"

    def filled(self, value: Value, *, dated: bool) -> Cell:
        """The same cell with a value. Dates are numbers where the cell's format shows dates, else texts; a text is never a
        formula."""
        kept = {name: held for name, held in self.attributes.items() if name in ("r", "s")}
        if value is None or value == "":
            return Cell(kept, "")
        if isinstance(value, date) and dated:
            value = Decimal(repr(serial(value)))
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return Cell(kept, f"<v>{float(value)!r}</v>")
        if isinstance(value, datetime):
            value = value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
        shown, _ = texts.fit(texts.clean(str(value)))
        shown = _ESCAPED.sub(r"_x005F_x\1_", shown)
        return Cell({**kept, "t": "inlineStr"}, f'<is><t xml:space="preserve">{escape(shown)}</t></is>')

    def moved(self, row: int, translate: Callable[[str, str, str], str]) -> Cell:
        """The same cell in another row; `translate(formula, from, to)` moves its formula."""
        address = f"{self.column}{row}"
        held = self.formula()
        inner = self.inner
        if held is not None and held[2]:
            formula = escape(translate(unescape(held[2]), self.address, address))
            inner = f"<f>{formula}</f>"
        return Cell({**self.attributes, "r": address}, inner)


def serial(value: date | datetime) -> float:
    """A day or a moment (UTC) as a workbook counts it."""
    if not isinstance(value, datetime):
        return float(value.toordinal() - _EPOCH)
    moment = value.astimezone(UTC)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return moment.toordinal() - _EPOCH + (moment - midnight) / timedelta(days=1)


@dataclass(slots=True)
class Row:
    """A row: its attributes and its cells."""

    attributes: dict[str, str]
    cells: list[Cell]

    @property
    def number(self) -> int:
        """Its 1-based number."""
        return int(self.attributes["r"])

    def xml(self) -> str:
        """The element."""
        attributes = "".join(f' {name}="{value}"' for name, value in self.attributes.items())
        return f"<row{attributes}>{''.join(cell.xml() for cell in self.cells)}</row>"


def rows(xml: str) -> list[Row]:
    """The rows of a worksheet. Raises ValueError where it is written in a way that is not meant."""
    data = _DATA.search(xml)
    if data is None:
        raise ValueError("it has no sheetData element")
    found = []
    for match in _ROW.finditer(data[1] or ""):
        row = Row(attributes(match[1]), [Cell(attributes(c[1]), c[2] or "") for c in _CELL.finditer(match[2] or "")])
        number = row.attributes.get("r", "")
        if not number.isdigit() or not all(_PLACE.fullmatch(cell.attributes.get("r", "")) for cell in row.cells):
            raise ValueError("its cells do not say where they stand")
        if any(cell.address.removeprefix(cell.column) != number for cell in row.cells):
            raise ValueError(f"row {number} holds cells of another row")
        found.append(row)
    return found


def with_rows(xml: str, found: list[Row]) -> str:
    """The worksheet with other rows."""
    body = f"<sheetData>{''.join(row.xml() for row in found)}</sheetData>"
    return _DATA.sub(lambda _: body, xml, count=1)


def attributes(text: str) -> dict[str, str]:
    """Attributes of an element in their order, still escaped."""
    return dict(_ATTRIBUTE.findall(text))


def string(xml: str) -> str:
    """The text of a string item, its runs joined, phonetic guides left out."""
    joined = "".join(unescape(run) for run in _TEXT.findall(_PHONETIC.sub("", xml)))
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), joined)


def strings(xml: str) -> list[str]:
    """The shared strings of a workbook."""
    return [string(item) for item in re.findall(r"<si\b[^>]*?(?:/>|>(.*?)</si>)", xml, re.S)]


def date_styles(xml: str) -> set[int]:
    """Numbers of the cell formats of styles.xml that show a date."""
    custom = {
        found["numFmtId"]: unescape(found.get("formatCode", ""))
        for found in map(attributes, re.findall(r"<numFmt\b([^>]*)/?>", xml))
    }
    block = re.search(r"<cellXfs\b[^>]*>(.*?)</cellXfs>", xml, re.S)
    dated = set()
    for index, found in enumerate(re.findall(r"<xf\b([^>]*)", block[1] if block else "")):
        number = attributes(found).get("numFmtId", "0")
        code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", custom.get(number, ""))
        if re.search("[ymdh]", code, re.I) if number in custom else number.isdigit() and int(number) in _DATES:
            dated.add(index)
    return dated


def grow(formula: str, row: int, last: int, own: bool, sheet: str) -> str:
    """A formula or reference whose ranges of `sheet` that end in `row` end in `last`; texts in quotation marks stay.

    `own` says whether addresses without a sheet's name mean this sheet.
    """
    pieces = re.split(r'("(?:[^"]|"")*")', formula)
    prefixes = [f"{sheet}!", "'" + sheet.replace("'", "''") + "'!"]

    def longer(match: re.Match[str]) -> str:
        first, end = int(match[2]), int(match[4])
        return f"{match[1]}{first}:{match[3]}{last}" if first <= row == end else match[0]

    for index in range(0, len(pieces), 2):
        piece = pieces[index]
        if own:
            piece = _RANGE.sub(longer, piece)
        for prefix in prefixes:
            piece = re.sub(re.escape(prefix) + _AREA, lambda m, p=prefix: p + longer(m), piece)
        pieces[index] = piece
    return "".join(pieces)


def grow_attribute(xml: str, element: str, name: str, row: int, last: int) -> str:
    """Elements whose range attribute (`ref`, `sqref`) ends in `row`: it ends in `last`. One cell of that row counts."""

    def longer(match: re.Match[str]) -> str:
        areas = []
        for area in match[2].split():
            start, _, end = area.partition(":")
            end = end or start
            bottom, top = int(re.sub(r"\D", "", end) or 0), int(re.sub(r"\D", "", start) or 0)
            column = end.rstrip("0123456789")
            areas.append(f"{start}:{column}{last}" if top <= row == bottom and last > row else area)
        return f'{match[1]}{" ".join(areas)}"'

    return re.sub(rf'(<{element}\b[^>]*?\b{name}=")([^"]*)"', longer, xml)


def merged(xml: str) -> Iterator[tuple[str, int, str, int]]:
    """Merged areas: letters and row of the first cell, letters and row of the last."""
    for area in re.findall(r'<mergeCell\b[^>]*\bref="([A-Z]+\d+:[A-Z]+\d+)"', xml):
        start, end = area.split(":")
        yield (
            start.rstrip("0123456789"), int(re.sub(r"\D", "", start)),
            end.rstrip("0123456789"), int(re.sub(r"\D", "", end)),
        )  # fmt: skip


def merge_more(xml: str, areas: list[str]) -> str:
    """The worksheet with more merged areas."""
    if not areas:
        return xml
    more = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    xml = xml.replace("</mergeCells>", more + "</mergeCells>", 1)
    count = len(re.findall(r"<mergeCell\b", xml))
    return re.sub(r'(<mergeCells\b[^>]*?)\bcount="\d+"', rf'\1count="{count}"', xml, count=1)
