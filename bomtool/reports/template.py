"""A user's own workbook as a template: named and marked cells are filled, everything else stays as it is.

A marker is a text such as {{known_total}} in a cell, or a cell named bomtool_known_total. {{pricing.mpn}} and the like fill
the column of a list: its row is repeated for every line, with formats, formulas and merged cells. Ranges in formulas, names,
tables, filters and charts that end in that row grow with it. Lists and their keys are those of templates/report.toml.

The file is changed as a zip of texts: charts, images, macros and whatever else a library would lose stay in it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path, PurePosixPath

from bomtool.errors import ReadError, UsageError
from bomtool.reports import plain, scalars, sheetxml
from bomtool.sheets.archive import open_zip
from bomtool.sheets.limits import Limits

MARKER = re.compile(r"\{\{\s*([A-Za-z_]+(?:\.[A-Za-z_0-9]+)?)\s*\}\}")
PREFIX = "bomtool_"
KINDS = {".xlsx": ".xlsx", ".xlsm": ".xlsm", ".xltx": ".xlsx", ".xltm": ".xlsm"}
"""Kinds of templates and the kind of workbook each makes."""


@dataclass(slots=True)
class Sheet:
    """A worksheet of the template: its part in the file, its rows, the markers in it."""

    name: str
    part: str
    xml: str
    rows: list[sheetxml.Row]
    marks: dict[str, str] = field(default_factory=dict)
    """Text with markers by cell address."""
    lists: dict[int, str] = field(default_factory=dict)
    """Section of the list that each of these rows holds, by row number."""


@dataclass(slots=True)
class Template:
    """A template that was read and found usable. `notes` say what will not be as it was."""

    path: Path
    entries: dict[str, bytes]
    infos: list[zipfile.ZipInfo]
    sheets: list[Sheet]
    shared: list[str]
    dated: set[int]
    notes: list[str] = field(default_factory=list)

    def text(self, part: str) -> str:
        """A part as text."""
        return self.entries[part].decode("utf-8")


def read(path: Path | str) -> Template:
    """Read a template. Raises UsageError or ReadError for a file that is none, and for markers nobody knows."""
    path = Path(path)
    if path.suffix.lower() not in KINDS:
        raise unusable(f"{path.name} is no template: it must be {', '.join(KINDS)}.", "Save it as .xlsx in Excel.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"The template {path} cannot be read: {error.strerror or error}.",
            hint="Check the path.",
            code="file-missing",
        ) from error
    archive, _ = open_zip(data, path.name, Limits())
    with archive:
        entries = {info.filename: archive.read(info) for info in archive.infolist()}
        infos = archive.infolist()
    if "xl/workbook.xml" not in entries:
        raise unusable(f"{path.name} holds no workbook.", "Save it as .xlsx in Excel or LibreOffice.")
    with understood(path):
        _well_formed(entries)
        shared = sheetxml.strings(entries.get("xl/sharedStrings.xml", b"").decode("utf-8"))
        dated = sheetxml.date_styles(entries.get("xl/styles.xml", b"").decode("utf-8"))
        found = Template(path, entries, infos, [], shared, dated)
        found.sheets = _sheets(found)
        for sheet in found.sheets:
            _mark(found, sheet)
    if not any(sheet.marks for sheet in found.sheets):
        raise unusable(
            f"{path.name} has no marked cells, so nothing would be filled in.",
            "Write {{known_total}} into a cell, or start from: bomtool templates copy report.xlsx",
        )
    found.notes = list(_notes(found))
    return found


@contextmanager
def understood(path: Path) -> Iterator[None]:
    """Turns what a damaged or strange template leads to into a ReadError."""
    try:
        yield
    except (ValueError, LookupError, StopIteration, RuntimeError) as error:
        raise ReadError(
            f"The template {path.name} is damaged or written in a way that is not understood ({error}).",
            hint="Open it in Excel or LibreOffice and save it as .xlsx.", code="file-damaged",
        ) from error  # fmt: skip


def _well_formed(entries: dict[str, bytes]) -> None:
    """Raises ValueError where a part is no XML: what is damaged must not become a damaged report."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import ElementTree

    for name, content in entries.items():
        if name.endswith((".xml", ".rels", ".vml")) and content:
            try:
                ElementTree.fromstring(content)
            except ParseError as error:
                if not name.endswith(".vml"):
                    raise ValueError(f"{name}: {error}") from error


def _sheets(template: Template) -> list[Sheet]:
    """The worksheets in the order of the tabs."""
    found_relations = relations(template, "xl/workbook.xml")
    found = []
    for match in re.findall(r"<sheet\b([^>]*)/?>", template.text("xl/workbook.xml")):
        told = sheetxml.attributes(match)
        part = found_relations[next(value for name, value in told.items() if name.endswith(":id"))]
        if part.startswith("xl/worksheets/"):
            xml = template.text(part)
            found.append(Sheet(unescape(told["name"]), part, xml, sheetxml.rows(xml)))
    return found


def relations(template: Template, part: str) -> dict[str, str]:
    """Parts that a part refers to, by relation id."""
    place = PurePosixPath(part)
    name = str(place.parent / "_rels" / f"{place.name}.rels")
    found = {}
    for match in re.findall(r"<Relationship\b([^>]*)/?>", template.text(name) if name in template.entries else ""):
        told = sheetxml.attributes(match)
        target = unescape(told["Target"])
        if told.get("TargetMode") != "External":
            whole = PurePosixPath(target.lstrip("/")) if target.startswith("/") else place.parent / target
            found[told["Id"]] = _normal(whole)
    return found


def _normal(path: PurePosixPath) -> str:
    pieces: list[str] = []
    for piece in path.parts:
        if piece == ".." and pieces:
            pieces.pop()
        elif piece != ".":
            pieces.append(piece)
    return "/".join(pieces)


def _mark(template: Template, sheet: Sheet) -> None:
    """Find the markers of a sheet, in cells and by names, and refuse what nobody knows."""
    for row in sheet.rows:
        for cell in row.cells:
            text = cell.text(template.shared)
            if "{{" in text and MARKER.search(text):
                sheet.marks[cell.address] = text
    for name, target in re.findall(
        r'<definedName\b[^>]*\bname="([^"]+)"[^>]*>([^<]*)</definedName>', template.text("xl/workbook.xml")
    ):
        if name.casefold().startswith(PREFIX):
            marker, address = _named(name[len(PREFIX) :].casefold()), _cell_of(unescape(target), sheet.name)
            if address:
                sheet.marks[address] = "{{" + marker + "}}"
    for address, text in sheet.marks.items():
        number = int(re.sub(r"\D", "", address))
        for name in MARKER.findall(text):
            section, dot, key = name.casefold().partition(".")
            if (not dot and section not in scalars.NAMES) or (dot and section not in plain.SECTIONS):
                known = ", ".join([*scalars.NAMES, *(f"{name}.*" for name in plain.SECTIONS)])
                raise unusable(f"{sheet.name}!{address}: nobody knows {{{{{name}}}}}.", f"Known are {known}.")
            if dot and sheet.lists.setdefault(number, section) != section:
                raise unusable(
                    f"{sheet.name}, row {number} holds markers of two lists, {sheet.lists[number]} and {section}.",
                    "Put each list into a row of its own.",
                )
            if dot and not key:
                raise unusable(f"{sheet.name}!{address}: {{{{{name}}}}} names no column.", "Write {{pricing.mpn}}.")


def _named(rest: str) -> str:
    """The marker that a name stands for: known_total, or pricing_mpn as pricing.mpn."""
    section = next((name for name in plain.SECTIONS if rest.startswith(f"{name}_")), None)
    return f"{section}.{rest[len(section) + 1 :]}" if section and rest not in scalars.NAMES else rest


def _cell_of(target: str, sheet: str) -> str | None:
    """The address where a name refers to a cell of the sheet."""
    match = re.fullmatch(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d+)(?::.*)?", target.lstrip("="))
    if match and (match[1] or match[2]).replace("''", "'") == sheet:
        return f"{match[3]}{match[4]}"
    return None


def _notes(template: Template) -> list[str]:
    """What will not be as it was in the template."""
    names, found = list(template.entries), []
    if any(name.startswith("_xmlsignatures/") for name in names):
        found.append("The digital signature of the template does not hold for the filled workbook.")
    if any(name.startswith("xl/pivotTables/") for name in names):
        found.append("Pivot tables show what the template held until they are refreshed.")
    if any(name.startswith("xl/externalLinks/") for name in names):
        found.append("The template takes figures from other workbooks; they are as they were saved.")
    if any(cell.formula() for sheet in template.sheets for row in sheet.rows for cell in row.cells):
        found.append("Formulas of the template are computed when the workbook is opened; a preview shows them blank.")
    return found


def unusable(message: str, hint: str) -> UsageError:
    """The refusal of a template."""
    return UsageError(message, hint=hint, code="bad-template")
