"""A plain OpenDocument spreadsheet of one table: every text typed as text, numbers exact, nothing to compute."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from bomtool.reports import text as texts

MIME = "application/vnd.oasis.opendocument.spreadsheet"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.3">'
    '<office:automatic-styles><style:style style:name="head" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)

Cell = str | int | Decimal | None


def write_ods(
    path: Path, sheet: str, titles: Sequence[tuple[str, str]], head: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Write `titles` (label and text, a row each, then a blank row), a bold header and the rows (OpenDocument 1.3)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            zipfile.ZipInfo("mimetype"), MIME
        )  # first and stored, so that the kind shows without unpacking
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        with archive.open("content.xml", "w", force_zip64=True) as out:
            out.write(f"{_HEAD}</office:automatic-styles><office:body><office:spreadsheet>".encode())
            out.write(f"<table:table table:name={quoteattr(sheet)}>".encode())
            for label, text in titles:
                out.write(_row([label, text], ""))
            if titles:
                out.write(_row([], ""))
            out.write(_row(head, ' table:style-name="head"'))
            for row in rows:
                out.write(_row(row, ""))
            out.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")


def _row(cells: Sequence[Cell], style: str) -> bytes:
    made = "".join(_cell(cell, style) for cell in cells) or "<table:table-cell/>"
    return f"<table:table-row>{made}</table:table-row>".encode("utf-8", "replace")


def _cell(value: Cell, style: str) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        paragraphs = "".join(f"<text:p>{_spaces(part)}</text:p>" for part in texts.clean(value).split("\n"))
        return f'<table:table-cell{style} office:value-type="string">{paragraphs}</table:table-cell>'
    shown = format(value, "f") if isinstance(value, Decimal) else str(value)
    return (
        f'<table:table-cell{style} office:value-type="float" office:value="{shown}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def _spaces(part: str) -> str:
    """White space as OpenDocument keeps it: runs of blanks and tabs have elements of their own."""
    out, blanks = [], 0
    for index, character in enumerate(part):
        if character == " ":
            blanks += 1
            continue
        out.append(_blanks(blanks, index == blanks))
        blanks = 0
        out.append("<text:tab/>" if character == "\t" else escape(character))
    out.append(_blanks(blanks, True))
    return "".join(out)


def _blanks(count: int, edge: bool) -> str:
    if not count:
        return ""
    if edge:
        return f'<text:s text:c="{count}"/>'
    return " " + (f'<text:s text:c="{count - 1}"/>' if count > 1 else "")
