"""HTML tables, which many programs save under the name .xls: each table becomes a sheet."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bomtool.sheets.model import Detail, Sheet, Value

_ATTRIBUTE = re.compile(r"""([\w:-]{1,64})\s*=\s*("[^"]{0,4096}"|'[^']{0,4096}'|[^\s>"']{1,4096})""")
_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:]{0,32}")
_STRUCK = ("s", "strike", "del")
_BREAKS = ("br", "p", "div", "li")
_SPAN_MOST = 1000


@dataclass(slots=True)
class _Table:
    rows: list[list[Value]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    details: dict[tuple[int, int], Detail] = field(default_factory=dict)
    covered: dict[int, set[int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Cell:
    text: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    rows: int = 1
    columns: int = 1
    link: str | None = None


def read_html(text: str) -> list[Sheet]:
    """The tables of a page that hold any text, in order. A table inside a cell is a table of its own."""
    tables: list[_Table] = []
    open_tables: list[tuple[_Table, _Cell | None]] = []
    cell: _Cell | None = None
    struck = 0
    for kind, name, content in _tokens(text):
        if kind == "text":
            if cell is not None:
                cell.text.append(content)
                if not struck:
                    cell.kept.append(content)
        elif name == "table":
            if open_tables:
                open_tables[-1] = (open_tables[-1][0], cell)
            tables.append(_Table())
            open_tables.append((tables[-1], None))
            cell, struck = None, 0
        elif not open_tables:
            continue
        elif name == "/table":
            _close(open_tables[-1][0], cell)
            open_tables.pop()
            cell, struck = (open_tables[-1][1] if open_tables else None), 0
        elif name == "tr":
            _close(open_tables[-1][0], cell)
            cell = None
            table = open_tables[-1][0]
            table.rows.append([])
            if re.search(r"display\s*:\s*none", content, re.IGNORECASE):
                table.hidden.add(len(table.rows))
        elif name in ("td", "th"):
            _close(open_tables[-1][0], cell)
            if not open_tables[-1][0].rows:
                open_tables[-1][0].rows.append([])
            cell, struck = _opened(content), 0
        elif name in ("/td", "/th", "/tr"):
            _close(open_tables[-1][0], cell)
            cell, struck = None, 0
        elif cell is not None and name in _STRUCK:
            struck += 1
        elif cell is not None and name[:1] == "/" and name[1:] in _STRUCK:
            struck = max(0, struck - 1)
        elif cell is not None and name in _BREAKS:
            cell.text.append("\n")
            cell.kept.append("\n")
        elif cell is not None and name == "a" and cell.link is None:
            cell.link = _attributes(content).get("href")
    for table, last in [*open_tables[:-1], *([(open_tables[-1][0], cell)] if open_tables else [])]:
        _close(table, last)
    filled = [table for table in tables if any(any(row) for row in table.rows)]
    many = len(filled) > 1
    return [
        Sheet(
            f"Table {number}" if many else None,
            table.rows,
            number - 1,
            hidden_rows=frozenset(table.hidden),
            merged=tuple(table.merged),
            details=table.details,
        )
        for number, table in enumerate(filled, 1)
    ]


def _opened(content: str) -> _Cell:
    attributes = _attributes(content)

    def span(name: str) -> int:
        value = attributes.get(name, "1")
        return min(max(int(value), 1), _SPAN_MOST) if value.isascii() and value.isdigit() and len(value) < 9 else 1

    return _Cell(rows=span("rowspan"), columns=span("colspan"))


def _close(table: _Table, cell: _Cell | None) -> None:
    """Put a finished cell into the first free place of the last row."""
    if cell is None or not table.rows:
        return
    row, cells = len(table.rows), table.rows[-1]
    taken = table.covered.get(row, set())
    column = len(cells) + 1
    while column in taken:
        cells.append(None)
        column += 1
    whole, kept = _squeeze(cell.text), _squeeze(cell.kept)
    cells.append(whole or None)
    cells.extend([None] * (cell.columns - 1))
    if cell.rows > 1 or cell.columns > 1:
        table.merged.append((row, column, row + cell.rows - 1, column + cell.columns - 1))
        for below in range(row + 1, row + cell.rows):
            table.covered.setdefault(below, set()).update(range(column, column + cell.columns))
    if cell.link or kept != whole:
        struck = bool(whole) and not kept
        table.details[row, column] = Detail(
            struck=struck, runs=kept if kept != whole and not struck else None, link=cell.link
        )


def _squeeze(parts: list[str]) -> str:
    lines = ("".join(part if part == "\n" else re.sub(r"[\r\n]+", " ", part) for part in parts)).split("\n")
    return "\n".join(" ".join(re.split(r"[ \t\r\f]+", line)).strip() for line in lines).strip()


def _attributes(content: str) -> dict[str, str]:
    return {hit[1].lower(): html.unescape(hit[2].strip("\"'")) for hit in _ATTRIBUTE.finditer(content[:8192])}


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    """("text", "", text) and ("tag", name, attributes), in one pass over the page whatever is broken in it."""
    at, end = 0, len(text)
    while at < end:
        opening = text.find("<", at)
        if opening < 0:
            opening = end
        if opening > at:
            yield "text", "", html.unescape(text[at:opening])
        if opening == end:
            return
        if text.startswith("<!--", opening):
            close = text.find("-->", opening + 4)
            at = end if close < 0 else close + 3
            continue
        name = _NAME.match(text, opening + 1)
        close = text.find(">", opening + 1)
        if close < 0:
            yield "text", "", html.unescape(text[opening:])
            return
        if name is None:
            if text[opening + 1 : opening + 2] in ("!", "?"):
                at = close + 1
            else:
                yield "text", "", "<"
                at = opening + 1
            continue
        tag = name[0].lower()
        yield "tag", tag, text[name.end() : close]
        at = close + 1
        if tag in ("script", "style"):
            close = text.lower().find(f"</{tag}", at) if len(text) - at < 1 << 22 else text.find(f"</{tag}", at)
            at = end if close < 0 else close
