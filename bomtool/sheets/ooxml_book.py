"""The parts of an xlsx file that cells refer to: sheets, shared strings, styles (ECMA-376 part 1, clauses 12 and 18)."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import IO

from bomtool.sheets.formats import is_date_format
from bomtool.sheets.markup import attribute, stream, stream_pieces
from bomtool.sheets.model import State

_STATES: dict[str, State] = {"hidden": "hidden", "veryHidden": "very-hidden"}
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "m/d/yy h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@",
    **dict.fromkeys((*range(27, 37), *range(50, 59)), "yyyy/m/d"),
}  # fmt: skip
"""Number formats by id that files do not spell out (18.8.30); 27 to 36 and 50 to 58 are East Asian dates."""
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLAIN_STRING = re.compile(rb'\s*<si><t(?: xml:space="preserve")?>([^<&\r]*)</t>')
"""A shared string without formatted parts and without anything to be decoded, up to its end tag."""
Runs = tuple[tuple[str, bool | None], ...]


@dataclass(slots=True)
class Text:
    """A string of the file; `runs` are its (text, struck) parts where any part says whether it is struck."""

    text: str
    runs: Runs | None = None


@dataclass(slots=True)
class Style:
    """What a cell format says that matters here."""

    number_format: str | None = None
    date: bool = False
    struck: bool = False


@dataclass(slots=True)
class Part:
    """A worksheet: its name, its place in the tab order, its state, and the path of its part."""

    name: str
    index: int
    state: State
    path: str


@dataclass(slots=True)
class Book:
    """Everything of the file beside its sheets."""

    archive: zipfile.ZipFile
    names: dict[str, str] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    strings: list[str | Text] = field(default_factory=list)
    styles: list[Style | None] = field(default_factory=list)
    epoch_1904: bool = False
    stale: bool = False
    """The file asks to be recalculated when opened: cached zeros are not to be trusted."""
    until: float | None = None

    def open(self, path: str) -> IO[bytes] | None:
        """A part by its path, in any case and with any slashes; None where it does not exist."""
        found = self.names.get(path.lower())
        return self.archive.open(found) if found is not None else None

    def relations(self, path: str) -> dict[str, tuple[str, str]]:
        """Relationship id to (type, target) of a part; targets inside the package are full paths."""
        folder, name = posixpath.split(path)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship":
                target = attributes.get("Target", "")
                if attributes.get("TargetMode") != "External":
                    target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
                found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)

        source = self.open(posixpath.join(folder, "_rels", name + ".rels"))
        if source is not None:
            with source:
                stream(source, start, _nothing, _nothing, until=self.until)
        return found


def open_book(archive: zipfile.ZipFile, until: float | None) -> Book:
    """Read workbook, strings and styles. Raises ValueError where the file has no workbook part."""
    book = Book(archive, until=until)
    book.names = {entry.replace("\\", "/").lstrip("/").lower(): entry for entry in archive.namelist()}
    main = next((t for kind, t in book.relations("").values() if kind == "officeDocument"), "xl/workbook.xml")
    source = book.open(main)
    if source is None:
        raise ValueError("the workbook part is missing")
    relations = book.relations(main)

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            kind, path = relations.get(attribute(attributes, "id") or "", ("", ""))
            if kind == "worksheet":
                state = _STATES.get(attributes.get("state", ""), "visible")
                book.parts.append(Part(attributes.get("name", ""), start.count, state, path))  # type: ignore[attr-defined]
            start.count += 1  # type: ignore[attr-defined]
        elif tag == "workbookPr":
            book.epoch_1904 = attributes.get("date1904", "0") in ("1", "true")
        elif tag == "calcPr":
            book.stale = attributes.get("fullCalcOnLoad", "0") in ("1", "true")

    start.count = 0  # type: ignore[attr-defined]
    with source:
        stream(source, start, _nothing, _nothing, until=until)
    for kind, path in relations.values():
        if kind == "sharedStrings":
            _strings(book, path)
        elif kind == "styles":
            _styles(book, path)
    return book


class TextCollector:
    """Collects the text of one `si` or `is` element: its `t` parts, run by run, without the phonetic ones."""

    __slots__ = ("collecting", "phonetic", "runs", "struck")

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin a new string."""
        self.runs: list[tuple[str, bool | None]] = []
        self.struck: bool | None = None
        self.collecting = False
        self.phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element inside the string begins."""
        if tag == "t":
            self.collecting = not self.phonetic
        elif tag == "r":
            self.struck = None
        elif tag == "rPr":
            self.struck = False
        elif tag == "strike":
            self.struck = attributes.get("val", "1") not in ("0", "false")
        elif tag == "rPh":
            self.phonetic = True

    def end(self, tag: str) -> None:
        """An element inside the string ends."""
        if tag == "t":
            self.collecting = False
        elif tag == "rPh":
            self.phonetic = False

    def data(self, text: str) -> None:
        """Characters."""
        if self.collecting:
            self.runs.append((text, self.struck))

    def result(self) -> str | Text:
        """The string; with its runs only where one of them is struck."""
        whole = unescape("".join(text for text, _ in self.runs))
        if any(struck for _, struck in self.runs):
            return Text(whole, tuple((unescape(text), struck) for text, struck in self.runs))
        return Text(whole, tuple(self.runs)) if any(s is False for _, s in self.runs) else whole


def unescape(text: str) -> str:
    """Undo `_x000D_`, the way XML-forbidden characters are written (22.9.2.19, ST_Xstring)."""
    return _ESCAPE.sub(lambda hit: chr(int(hit[1], 16)), text) if "_x" in text else text


def _strings(book: Book, path: str) -> None:
    source = book.open(path)
    if source is None:
        return
    collector, strings = TextCollector(), book.strings

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            collector.clear()
        else:
            collector.start(tag, attributes)

    def end(tag: str) -> None:
        if tag == "si":
            strings.append(collector.result())
        else:
            collector.end(tag)

    def take(piece: bytes) -> bool:
        hit = _PLAIN_STRING.fullmatch(piece)
        if hit is not None:
            strings.append(unescape(hit[1].decode()))
        return hit is not None

    with source:
        stream_pieces(source, b"</si>", take, start, end, collector.data, until=book.until)


def _styles(book: Book, path: str) -> None:
    """The cell formats; None for the many that say nothing of interest."""
    source = book.open(path)
    if source is None:
        return
    formats, fonts, inside = dict(BUILT_IN), [], ""  # type: tuple[dict[int, str], list[bool], str]

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if tag in ("numFmts", "fonts", "cellXfs", "cellStyleXfs", "dxfs"):
            inside = tag
        elif tag == "numFmt" and inside == "numFmts":
            formats[_int(attributes.get("numFmtId"))] = attributes.get("formatCode", "General")
        elif tag == "font" and inside == "fonts":
            fonts.append(False)
        elif tag == "strike" and inside == "fonts" and fonts:
            fonts[-1] = attributes.get("val", "1") not in ("0", "false")
        elif tag == "xf" and inside == "cellXfs":
            number_format = formats.get(_int(attributes.get("numFmtId")))
            font = _int(attributes.get("fontId"))
            struck = 0 <= font < len(fonts) and fonts[font]
            date = number_format is not None and is_date_format(number_format)
            plain = number_format in (None, "General", "@") and not struck
            book.styles.append(None if plain else Style(number_format, date, struck))

    with source:
        stream(source, start, _nothing, _nothing, until=book.until)


def _int(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return -1


def _nothing(*_: object) -> None:
    """A handler that ignores what it is told."""
