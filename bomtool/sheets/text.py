"""Everything that begins as text: delimited files first of all."""

from __future__ import annotations

from bomtool.errors import ReadError
from bomtool.findings import Findings
from bomtool.sheets import delimited
from bomtool.sheets.encodings import decode
from bomtool.sheets.limits import Limits
from bomtool.sheets.model import Sheet, Workbook


def read_text(
    book: Workbook, data: bytes, findings: Findings, *, encoding: str | None, delimiter: str | None, limits: Limits
) -> None:
    """Fill `book` from delimited text. Raises ReadError where the text is no table or beyond the limits."""
    decoded = decode(data, book.path.name, findings, encoding)
    text = decoded.text
    book.encoding = decoded.encoding
    if "\x00" in text:
        findings.add("nul-characters", f"{text.count(chr(0))} NUL characters were removed from the text.")
        text = text.replace("\x00", "")
    book.kind = "csv"
    book.delimiter = delimiter or _delimiter(text, findings)
    rows = delimited.records(text, book.delimiter, findings)
    while rows and not any(cell and not cell.isspace() for cell in rows[-1]):
        rows.pop()
    _check(rows, book.path.name, limits)
    book.sheets = [Sheet(None, rows)]  # type: ignore[arg-type]


def _delimiter(text: str, findings: Findings) -> str:
    named = delimited.separator_line(text)
    if named is not None:
        return named
    fits = delimited.fits(text)
    if not fits or fits[0].score == 0:
        return ","
    if len(fits) > 1 and fits[1].score > 0.8 * fits[0].score:
        first, second = (repr(fit.delimiter) for fit in fits[:2])
        findings.add("delimiter-guessed", f"The columns were split at {first}; {second} would fit nearly as well.")
    return fits[0].delimiter


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
        raise ReadError(
            f"{name} has more than {limits.cells} cells.", hint="Split it, or raise max_cells.", code="too-many-cells"
        )
