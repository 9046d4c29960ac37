"""The quick way for plain rows of a worksheet: cells with a value or one text, without formulas, taken by a pattern.

What is not of the plainest form goes to the handlers of `ooxml_cells`, and the value of a cell is found by the same
functions either way. The form is that of ECMA-376 part 1, 18.3.1, as Excel, LibreOffice and the common libraries write it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bomtool.sheets.model import Value
from bomtool.sheets.ooxml_book import Style, unescape

if TYPE_CHECKING:
    from bomtool.sheets.ooxml_cells import CellReader

_ROW = re.compile(rb'\s*<row r="(\d{1,7})"((?: [\w:.]+="[^"<>&]*")*)>')
_HIDDEN = re.compile(rb'\s(?:hidden="(?:1|true)"|ht="0(?:\.0)?")')
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})\d{1,7}"(?: s="(\d{1,9})")?(?: t="(\w+)")?>'
    rb'(?:<v>([^<&\r]*)</v>|<is><t(?: xml:space="preserve")?>([^<&\r]*)</t></is>)</c>'
)
_BLANK = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d{1,9}")?/>')
_Cell = tuple[bytes, bytes, bytes, bytes, bytes]
"""Letters of the column, style, type, content of `v`, text of `is`; b"" for what the cell does not have."""


class PlainRows:
    """Takes the plain rows of one worksheet into `reader`."""

    def __init__(self, reader: CellReader) -> None:
        self.reader = reader
        self.columns: dict[bytes, int] = {}
        self.styles: dict[bytes, Style | None] = {}
        self.most = min(reader.limits.columns, 16_384)

    def take(self, piece: bytes) -> bool:
        """Read a row up to its end tag; False, with nothing read, where it has to go to the handlers."""
        reader, head = self.reader, _ROW.match(piece)
        if head is None or reader.sink is not None or reader.inline is not None:
            return False
        row, found = int(head[1]), _CELL.findall(piece, head.end())
        rows, limits = reader.rows, reader.limits
        if not len(rows) < row <= min(limits.rows, 1_048_576) or reader.cells + len(found) > limits.cells:
            return False
        # A cell that is taken has four tags, and two more where it holds a text; other tags must be blank cells.
        others = piece.count(b"<") - 1 - 4 * len(found) - 2 * piece.count(b"<is>")
        if others and others != len(_BLANK.findall(piece, head.end())):
            return False
        reader.row = row
        if head[2] and _HIDDEN.search(head[2]):
            reader.hidden_rows.add(row)
        cells = self._cells(found)
        if cells:
            if row > len(rows) + 1:
                rows.extend([reader.blank] * (row - len(rows) - 1))
            rows.append(cells)
            reader.cells += len(cells) - cells.count(None)
        return True

    def _cells(self, found: list[_Cell]) -> list[Value]:
        """The values of the cells of a row by column; their details go to the reader."""
        cells: list[Value] = []
        reader, columns, styles, strings = self.reader, self.columns, self.styles, self.reader.book.strings
        reader.formula = None
        value: Any
        for letters, number, kind, raw, text in found:
            column = columns.get(letters) or self._column(letters)
            style = styles[number] if number in styles else self._style(number)
            if style is None and kind == b"s" and raw.isdigit() and (value := strings[int(raw)]).__class__ is str:
                if not value:
                    continue
            elif style is None and not kind and raw.isdigit():
                value = int(raw)
            else:
                reader.kind, reader.style = kind.decode() or None, style
                value, detail = reader.evaluate(raw.decode(), unescape(text.decode()) if text else None)
                if value is None:
                    continue
                if detail is not None:
                    reader.details[reader.row, column] = detail
            gap = column - len(cells)
            if column > self.most:
                reader.column = column
                reader.put(value, None)  # refuses it
            elif gap == 1:
                cells.append(value)
            elif gap > 1:
                cells += [None] * (gap - 1)
                cells.append(value)
            else:
                cells[column - 1] = value
        return cells[:]

    def _column(self, letters: bytes) -> int:
        column = self.columns[letters] = self.reader.column_of(letters.decode())
        return column

    def _style(self, number: bytes) -> Style | None:
        style = self.styles[number] = self.reader.style_of(number.decode() or None)
        return style
