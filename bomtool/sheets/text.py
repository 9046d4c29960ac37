"""Everything that begins as text: delimited files first of all."""

from __future__ import annotations

import re

from bomtool.errors import ReadError
from bomtool.findings import Findings
from bomtool.sheets import delimited, fixedwidth
from bomtool.sheets.encodings import decode
from bomtool.sheets.jsontable import json_rows
from bomtool.sheets.limits import Limits
from bomtool.sheets.model import Sheet, Workbook

FIXED = "fixed-width"


def read_text(
    book: Workbook,
    data: bytes,
    findings: Findings,
    *,
    encoding: str | None,
    delimiter: str | None,
    limits: Limits,
) -> None:
    """Fill `book` from delimited or fixed-width text or JSON. Raises ReadError where it is no table or beyond the limits."""
    name = book.path.name
    decoded = decode(data, name, findings, encoding)
    text = decoded.text
    book.encoding = decoded.encoding
    if "\x00" in text:
        findings.add("nul-characters", f"{text.count(chr(0))} NUL characters were removed from the text.")
        text = text.replace("\x00", "")
    table = json_rows(text) if delimiter is None else None
    if table is not None:
        book.kind = "json"
        _check(table, name, limits)
        book.sheets = [Sheet(None, table)]  # type: ignore[arg-type]
        return
    separator, best = delimiter or delimited.separator_line(text), None
    if separator is None:
        fits = delimited.fits(text)
        best = fits[0] if fits and fits[0].score > 0 else None
        separator = best.delimiter if best is not None else ","
        if separator == "\t" and (evened := delimited.even_tabs(text)) is not None:
            text, delimiter = evened, separator
            findings.add("delimiter-guessed", "The columns were lined up with several tabs; each run was read as one.")
    rows: list[list[str]] | None = None
    if separator == FIXED or (delimiter is None and (best is None or not best.certain)):
        rows = _fixed(text, name, best, forced=separator == FIXED)
    if rows is not None:
        book.kind, book.delimiter = "fixed-width", FIXED
    else:
        book.kind, book.delimiter = "csv", _one_character(separator)
        if best is not None and delimiter is None and len(fits) > 1 and fits[1].score > 0.8 * best.score:
            first, second = (repr(fit.delimiter) for fit in fits[:2])
            findings.add("delimiter-guessed", f"The columns were split at {first}; {second} would fit nearly as well.")
        if text.count(separator) > limits.cells:
            raise _too_many_cells(name, limits)
        rows = delimited.records(text, separator, findings)
    while rows and not any(cell and not cell.isspace() for cell in rows[-1]):
        rows.pop()
    _check(rows, name, limits)
    book.sheets = [Sheet(None, rows)]  # type: ignore[arg-type]


def read_page(book: Workbook, data: bytes, findings: Findings, encoding: str | None) -> None:
    """Fill `book` from the tables of an HTML page. Raises ReadError where it has none."""
    from bomtool.sheets.html import read_html

    head = data[:4096]
    declared = re.search(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", head, re.IGNORECASE)
    if encoding is None and declared is not None and not head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            data.decode(declared[1].decode("ascii"))
            encoding = declared[1].decode("ascii")
        except (UnicodeError, LookupError):
            encoding = None
    decoded = decode(data, book.path.name, findings, encoding)
    book.kind, book.encoding = "html", decoded.encoding
    book.sheets = read_html(decoded.text)
    if not book.sheets:
        raise ReadError(
            f"{book.path.name} is a web page without a table.",
            hint="Download the BOM file itself; a login page or an error page is often saved under its name.",
            code="html-without-table",
        )


def _fixed(text: str, name: str, best: delimited.Fit | None, *, forced: bool) -> list[list[str]] | None:
    """The rows of a report laid out in fixed columns, or None where it is none."""
    lines = [line.expandtabs(8) for line in re.split(r"\r\n|\r|\n", text.replace("\f", "\n"))]
    table = fixedwidth.find_columns(lines) if len(lines) <= 100_000 else None
    if table is not None and (forced or best is None or len(table.starts) > 2 or table.filled > 5):
        return fixedwidth.split(lines, table)
    if forced or (best is None and fixedwidth.looks_aligned(lines)):
        raise ReadError(
            f"{name} is text laid out with blanks, but its columns do not line up.",
            hint="Export the BOM as CSV or xlsx from the program that made it.",
            code="columns-not-aligned",
        )
    return None


def _one_character(delimiter: str) -> str:
    if len(delimiter) != 1 or delimiter in '\r\n"':
        raise ReadError(
            f"{delimiter!r} cannot separate columns.",
            hint='Give one character such as , or ; or a tab, or "fixed-width".',
            code="delimiter-unknown",
        )
    return delimiter


def _check(rows: list[list[str]], name: str, limits: Limits) -> None:
    if len(rows) > limits.rows:
        raise ReadError(
            f"{name} has {len(rows)} rows, more than the {limits.rows} that are read.",
            hint="Split it, or raise max_rows.",
            code="too-many-rows",
        )
    widest = max(rows, key=len, default=[])
    if len(widest) > limits.columns:
        raise ReadError(
            f"{name} has {len(widest)} columns in row {rows.index(widest) + 1}, more than the {limits.columns} that are read.",
            hint="Name the right delimiter, or delete the unused columns.",
            code="too-many-columns",
        )
    if sum(map(len, rows)) > limits.cells:
        raise _too_many_cells(name, limits)


def _too_many_cells(name: str, limits: Limits) -> ReadError:
    return ReadError(
        f"{name} has more than {limits.cells} cells.", hint="Split it, or raise max_cells.", code="too-many-cells"
    )
