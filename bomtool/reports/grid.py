"""One table on one sheet: title, notices, header, rows, print layout. Rows are written top to bottom, once.

A `Grid` knows its columns by key, so that formulas and the user's choice of columns (templates/report.toml) do not
depend on their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bomtool.errors import WriteError
from bomtool.reports import text as texts
from bomtool.reports.links import Links
from bomtool.reports.looks import NOTICE, NOTICE_INK, QUIET, Looks

LINKS_MAX = 60_000
"""Most links on one sheet; Excel itself takes 65,530."""
ROWS_MAX = 1_000_000
"""Most rows of one table; a sheet has 1,048,576."""
HEADER_ROW = 4
"""0-based row of the header of every table; above it stand title, subtitle, data notice and plan notice."""
LINE_HEIGHT = 12.75
NUMBERS = frozenset({"integer", "money", "price", "percent", "share", "date", "days", "number"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: key, header, width in characters, kind of its cells (see `Looks.body`), and how it is shown."""

    key: str
    title: str
    width: float
    kind: str = "text"
    hidden: bool = False
    level: int = 0
    note: str | None = None
    aside: bool = False
    """Not printed where it is the last column: its texts run on to the right."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and the value it has now, so that programs which do not compute show the right figure."""

    text: str
    value: Any


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a web page or to a place in the workbook ("internal:'Sheet'!A1")."""

    text: str
    target: str
    tip: str | None = None


@dataclass(frozen=True, slots=True)
class Styled:
    """A value in another kind of format than its column's."""

    value: Any
    kind: str


Row = Mapping[str, Any]


@dataclass(slots=True)
class Notices:
    """What stands above every table: the data notice ("SAMPLE data"), the live plan notice, the print footer."""

    subtitle: str
    data: str | None
    plan: Formula | None
    footer: str
    paper: int = 9


@dataclass(slots=True)
class Grid:
    """A sheet that holds one table. Call `start`, then `add` for each row, then `finish`."""

    sheet: Any
    name: str
    columns: Sequence[Column]
    looks: Looks
    cut: list[str] = field(default_factory=list)
    """Addresses of texts that were cut to a cell's limit."""
    row: int = HEADER_ROW
    links: int = 0
    lines_max: int = 6
    """Most text lines a row is made high for; the whole text is in the cell all the same."""
    flushed: list[int] | None = None
    """Rows with heights of their own, where the library writes row by row; None where it holds all rows."""
    _at: dict[str, int] = field(default_factory=dict)
    _letters: dict[str, str] = field(default_factory=dict)
    _plan: list[tuple[int, str, Any, bool, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if getattr(self.sheet, "constant_memory", False) is True:
            self.flushed = []
            self.sheet.hyperlinks = Links()
        for index, column in enumerate(self.columns):
            self._at[column.key] = index
            self._letters[column.key] = letters(index)
            wraps = column.width if column.kind == "wrap" and not column.hidden else 0.0
            self._plan.append((index, column.key, self.looks.body(column.kind), not column.hidden, wraps))

    def __contains__(self, key: str) -> bool:
        return key in self._at

    def letter(self, key: str) -> str:
        """The column's letters."""
        return self._letters[key]

    def span(self, key: str, first: int, last: int) -> str:
        """An absolute range of a column by 1-based rows, with the sheet's name."""
        letter = self._letters[key]
        return f"{self.prefix}${letter}${first}:${letter}${last}"

    def at(self, key: str, row: int) -> str:
        """A cell by 1-based row, with the sheet's name."""
        return f"{self.prefix}${self._letters[key]}${row}"

    @property
    def prefix(self) -> str:
        """The sheet's name as formulas write it."""
        return f"'{self.name}'!" if " " in self.name else f"{self.name}!"

    def start(self, title: str, notices: Notices, *, freeze: int = 0, landscape: bool = True) -> None:
        """Title, notices, header, panes and print layout. `freeze` columns stay when scrolling sideways."""
        sheet, looks = self.sheet, self.looks
        shown = [index for index, column in enumerate(self.columns) if not column.hidden] or [0]
        left = shown[0]
        sheet.hide_gridlines(2)
        sheet.set_row(0, 24)
        self._put(0, left, title, looks.make(font_size=15, bold=True, font_color="#1B2A3A", valign="vcenter"))
        self._put(1, left, notices.subtitle, looks.make(font_color=QUIET, valign="vcenter"))
        band(self, 2, notices.data, left, shown[-1])
        plan = notices.plan
        if plan:
            style = looks.make(bold=True, font_color="#8C2A12", valign="vcenter")
            check(sheet.write_formula(3, left, plan.text, style, plan.value), self.name)
        self.head(notices, freeze=freeze, landscape=landscape)

    def head(self, notices: Notices, *, freeze: int = 0, landscape: bool = True) -> None:
        """The header alone, with widths, panes and print layout, for sheets with titles of their own."""
        sheet, looks = self.sheet, self.looks
        for index, column in enumerate(self.columns):
            options: dict[str, Any] = {"hidden": column.hidden}
            if column.level:
                options |= {"level": column.level}
            sheet.set_column(index, index, column.width, None, options)
        sheet.set_row(HEADER_ROW, 27)
        for index, column in enumerate(self.columns):
            kind = column.kind.rpartition(":")[2]
            align = "head:right" if kind in NUMBERS else "head:center" if kind == "figure" else "head"
            self._put(HEADER_ROW, index, column.title, looks.body(align))
            if column.note:
                sheet.write_comment(HEADER_ROW, index, column.note, {"x_scale": 2, "font_size": 9, "author": "bomtool"})
        sheet.freeze_panes(HEADER_ROW + 1, freeze)
        layout(sheet, notices, landscape=landscape, repeat=(HEADER_ROW, HEADER_ROW))
        self.row = HEADER_ROW + 1

    def add(self, values: Row, *, level: int = 0) -> int:
        """Write one row; missing keys stay blank but ruled. `level` is its outline level. Returns its 1-based number."""
        row = self.row
        if row > ROWS_MAX:
            raise WriteError(
                f"The sheet {self.name} would have more than {ROWS_MAX:,} rows.", hint="Report fewer BOMs."
            )
        high = 1.0
        get = values.get
        for _, key, _, seen, wraps in self._plan:
            value = get(key)
            if seen and value.__class__ is str:
                if wraps and len(value) * 2 > wraps:
                    high = max(high, _lines(value, wraps))
                elif "\n" in value:
                    high = max(high, value.count("\n") + 1)
        if high > 1 or level:
            height = min(int(high), self.lines_max) * LINE_HEIGHT if high > 1 else None
            self.sheet.set_row(row, height, None, {"level": level} if level else {})
        for index, key, style, _, _ in self._plan:
            self._put(row, index, get(key), style)
        if self.flushed is not None and (high > 1 or level):
            self._forget(row)
        self.row = row + 1
        return row + 1

    def _forget(self, row: int) -> None:
        """Take the heights of rows that are on the disk already out of the library's memory."""
        for before in self.flushed or ():
            self.sheet.row_info.pop(before, None)
            self.sheet.row_sizes.pop(before, None)
        self.flushed = [row]

    def say(self, sentence: str) -> None:
        """A sentence in place of rows."""
        left = next((index for index, column in enumerate(self.columns) if not column.hidden), 0)
        self._put(self.row, left, sentence, self.looks.make(italic=True, font_color=QUIET))
        self.row += 1

    def finish(self, first: int | None = None, last: int | None = None) -> None:
        """The filter over the rows (1-based, default all that were added) and the print area."""
        last = self.row if last is None else last
        if last > HEADER_ROW + 1:
            self.sheet.autofilter(HEADER_ROW, 0, last - 1, len(self.columns) - 1)
        shown = [index for index, column in enumerate(self.columns) if not column.hidden]
        if len(shown) > 1 and self.columns[shown[-1]].aside:
            shown.pop()
        if shown:
            self.sheet.print_area(0, 0, max(self.row - 1, HEADER_ROW), shown[-1])

    def _put(self, row: int, column: int, value: Any, style: Any) -> None:
        kind = value.__class__
        sheet = self.sheet
        if kind is str:
            if len(value) > texts.CELL_MAX // 2:
                value, was_cut = texts.fit(value)
                if was_cut:
                    self.cut.append(f"{self.name}!{letters(column)}{row + 1}")
            result = sheet.write_string(row, column, texts.clean(value), style) if value else sheet.write_blank(
                row, column, None, style
            )  # fmt: skip
        elif value is None:
            result = sheet.write_blank(row, column, None, style)
        elif kind is int or kind is float or kind is Decimal:
            result = sheet.write_number(row, column, float(value), style)
        elif kind is Formula:
            cached = value.value
            if cached.__class__ is Decimal:
                cached = float(cached)
            elif cached.__class__ is str:
                cached = texts.clean(cached)
            result = sheet.write_formula(row, column, value.text, style, "" if cached is None else cached)
        elif kind is Styled:
            return self._put(row, column, value.value, self.looks.body(value.kind))
        elif kind is Link:
            return self._link(row, column, value, style)
        elif kind is datetime:
            result = sheet.write_datetime(row, column, value.replace(tzinfo=None), style)
        elif kind is date:
            result = sheet.write_datetime(row, column, value, style)
        else:
            return self._put(row, column, str(value), style)
        check(result, self.name)
        return None

    def _link(self, row: int, column: int, link: Link, style: Any) -> None:
        target = link.target if link.target.startswith("internal:") else texts.web_link(link.target)
        if target is None or self.links >= LINKS_MAX:
            return self._put(row, column, link.text, style)
        self.links += 1
        shown, _ = texts.fit(texts.clean(link.text))
        result = self.sheet.write_url(row, column, target, self.looks.body("link"), shown, link.tip)
        if result:  # too long or too many for this sheet: the text alone still says it
            return self._put(row, column, link.text, style)
        return None


def band(grid: Grid, row: int, notice: str | None, first: int, last: int) -> None:
    """The data notice across the table, in words and on a ground that also shows in grey."""
    if notice is None:
        return
    style = grid.looks.make(bold=True, bg_color=NOTICE, font_color=NOTICE_INK, valign="vcenter")
    grid.sheet.set_row(row, 18)
    grid._put(row, first, f"▲ {notice}", style)
    for column in range(first + 1, last + 1):
        grid.sheet.write_blank(row, column, None, style)


def layout(sheet: Any, notices: Notices, *, landscape: bool, repeat: tuple[int, int] | None) -> None:
    """Print layout: one page wide, margins, repeated header, page numbers, the notice in the footer."""
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(notices.paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.45, right=0.45, top=0.5, bottom=0.65)
    sheet.set_footer(notices.footer)
    if repeat:
        sheet.repeat_rows(*repeat)


def check(result: int | None, where: str) -> None:
    """Turn a return code of the library into an error: nothing is left out in silence."""
    if result:
        raise WriteError(
            f"A cell of the sheet {where} could not be written (code {result}).",
            hint="Report fewer lines, or tell the makers of bomtool.",
        )


def letters(column: int) -> str:
    """Letters of a 0-based column: 0 is A, 27 is AB."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def rounded(amount: str, digits: int, places: int = 9) -> str:
    """A formula's amount rounded half up as the platform rounds it.

    A binary product of 0.07 and 1,050 lies just below 73.5: it is first rounded to the decimal `places` that the exact one
    has (at most), then to the currency's `digits`. Beyond 9 places that would move true values, and no exact half is met.
    """
    return f"ROUND(ROUND({amount},{max(places, digits)}),{digits})" if places <= 9 else f"ROUND({amount},{digits})"


def quoted(value: str) -> str:
    """A text as a formula writes it."""
    return '"' + value.replace('"', '""') + '"'


def _lines(value: str, wide: float) -> float:
    """Lines that a text takes when it is wrapped between words to a width in characters."""
    count = 0.0
    for part in value.split("\n"):
        if len(part) * 2 <= wide:
            count += 1
            continue
        room, count = wide, count + 1
        for word in part.split(" ")[:200]:
            size = texts.width(word)
            if size > room and room < wide:
                room, count = wide, count + 1
            if size > wide:
                count += size // wide
                size %= int(wide)
            room -= size + 1
    return count
