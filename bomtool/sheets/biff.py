"""What an xls file (BIFF8) hides in cells, for the values that the child process read: formats, strikes, hidden rows.

Record layouts: [MS-XLS] 2.4; container: [MS-CFB]. Only the records needed are looked at; none is evaluated.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bomtool.sheets.formats import is_date_format, shown_number
from bomtool.sheets.model import Detail, Sheet
from bomtool.sheets.ooxml_book import BUILT_IN, Style

_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_FORMULA, _EOF, _NOTE, _COLINFO, _BOUNDSHEET, _MULRK, _XF, _LABELSST = 0x06, 0x0A, 0x1C, 0x7D, 0x85, 0xBD, 0xE0, 0xFD
_FONT, _NUMBER, _LABEL, _BOOLERR, _ROW, _RK, _FORMAT, _BOF = 0x31, 0x203, 0x204, 0x205, 0x208, 0x27E, 0x41E, 0x809
_CELLS = {_FORMULA, _LABELSST, _NUMBER, _LABEL, _BOOLERR, _RK}
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BIFF8 = 0x0600


@dataclass(slots=True)
class _Globals:
    fonts: list[bool] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))
    styles: list[tuple[int, int]] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)


def add_details(data: bytes, sheets: list[Sheet], seconds: float) -> None:
    """Fill hidden rows and columns and cell details of `sheets` (by their tab order) from the file's records.

    Files older than Excel 97 are left as they are. Raises ValueError, LookupError or struct.error on damage, and
    TimeoutError after `seconds`.
    """
    until = time.monotonic() + seconds
    stream = _workbook_stream(data)
    if len(stream) < 8 or struct.unpack_from("<HHH", stream)[::2] != (_BOF, _BIFF8):
        return
    book = _globals(stream)
    styles = [_style(book, font, number_format) for font, number_format in book.styles]
    for sheet in sheets:
        if sheet.index < len(book.offsets):
            _sheet(stream, book.offsets[sheet.index], sheet, styles, until)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """(type, offset of the body, its length) of the records from `at` up to the end of the substream."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1 or kind == _BOUNDSHEET:
            yield kind, at + 4, size
        at += 4 + size


def _globals(stream: bytes) -> _Globals:
    book = _Globals()
    for kind, at, size in _records(stream, 0):
        if kind == _FONT:
            book.fonts.append(bool(stream[at + 2] & 0x08))
        elif kind == _XF:
            book.styles.append(struct.unpack_from("<HH", stream, at))
        elif kind == _BOUNDSHEET:
            book.offsets.append(struct.unpack_from("<I", stream, at)[0])
        elif kind == _FORMAT:
            identity, length, wide = struct.unpack_from("<HHB", stream, at)
            raw = stream[at + 5 : at + min(size, 5 + length * (2 if wide & 1 else 1))]
            book.formats[identity] = raw.decode("utf-16-le" if wide & 1 else "latin-1")
    return book


def _style(book: _Globals, font: int, number_format: int) -> Style | None:
    # There is no font number 4: the list skips it ([MS-XLS] 2.5.129).
    position = font - 1 if font > 4 else font
    struck = position < len(book.fonts) and book.fonts[position]
    shown = book.formats.get(number_format)
    if not struck and shown in (None, "General", "@"):
        return None
    return Style(shown, shown is not None and is_date_format(shown), struck)


def _sheet(stream: bytes, at: int, sheet: Sheet, styles: list[Style | None], until: float) -> None:
    rows: set[int] = set()
    columns: set[int] = set()
    for number, (kind, body, size) in enumerate(_records(stream, at)):
        if kind in _CELLS:
            row, column, style = struct.unpack_from("<HHH", stream, body)
            error = None
            if kind == _BOOLERR and stream[body + 7]:
                error = _ERRORS.get(stream[body + 6])
            elif kind == _FORMULA and stream[body + 6] == 2 and stream[body + 12 : body + 14] == b"\xff\xff":
                error = _ERRORS.get(stream[body + 8])
            _cell(sheet, row + 1, column + 1, styles[style], error)
        elif kind == _MULRK:
            row, first = struct.unpack_from("<HH", stream, body)
            for offset in range((size - 6) // 6):
                (style,) = struct.unpack_from("<H", stream, body + 4 + 6 * offset)
                _cell(sheet, row + 1, first + offset + 1, styles[style], None)
        elif kind == _ROW:
            if stream[body + 12] & 0x20:
                rows.add(struct.unpack_from("<H", stream, body)[0] + 1)
        elif kind == _COLINFO:
            first, last = struct.unpack_from("<HH", stream, body)
            if stream[body + 8] & 0x01:
                columns.update(range(first + 1, min(last, 255) + 2))
        if number % 4096 == 0 and time.monotonic() > until:
            raise TimeoutError("reading its formats takes too long")
    sheet.hidden_rows, sheet.hidden_columns = frozenset(rows), frozenset(columns)


def _cell(sheet: Sheet, row: int, column: int, style: Style | None, error: str | None) -> None:
    if style is None and error is None:
        return
    value = sheet.value(row, column)
    detail = Detail(error=error, struck=style is not None and style.struck and value is not None)
    if style is not None and value is not None and not isinstance(value, str | bool):
        if isinstance(value, int | float):
            detail.text, detail.number_format = shown_number(value, style.number_format)
        elif style.date:
            detail.number_format = style.number_format
    if detail != Detail():
        sheet.details[row, column] = detail


def _workbook_stream(data: bytes) -> bytes:
    """The stream named Workbook in the OLE container."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise ValueError("the container has an unknown sector size")
    size = 1 << shift
    directory, _, cutoff, mini_start, _ = struct.unpack_from("<IIIII", data, 48)
    difat = list(struct.unpack_from("<109I", data, 76))
    following = struct.unpack_from("<I", data, 68)[0]
    for _ in range(len(data) // size):
        if following in (_END, _FREE):
            break
        *more, following = struct.unpack_from(f"<{size // 4}I", data, (following + 1) * size)
        difat += more
    fat: list[int] = []
    for sector in difat:
        if sector < 0xFFFFFFFA:
            block = data[(sector + 1) * size : (sector + 2) * size]
            fat += struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4])

    def chain(start: int) -> bytes:
        parts, seen = [], 0
        while start < 0xFFFFFFFA and seen <= len(fat):
            parts.append(data[(start + 1) * size : (start + 2) * size])
            start = fat[start] if start < len(fat) else _END
            seen += 1
        return b"".join(parts)

    entries = chain(directory)
    root = b""
    for at in range(0, len(entries) - 127, 128):
        length = struct.unpack_from("<H", entries, at + 64)[0]
        name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        start, count = struct.unpack_from("<II", entries, at + 116)
        if entries[at + 66] == 5:
            root = chain(start)
        elif name.lower() == "workbook" and entries[at + 66] == 2:
            if count >= cutoff:
                return chain(start)[:count]
            mini = chain(mini_start)
            links = struct.unpack(f"<{len(mini) // 4}I", mini[: len(mini) // 4 * 4])
            parts: list[bytes] = []
            while start < len(links) and len(parts) <= len(links):
                parts.append(root[start * 64 : (start + 1) * 64])
                start = links[start]
            return b"".join(parts)[:count]
    return b""
