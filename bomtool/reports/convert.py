"""A BOM as it was read, written in another form: our own clean table, or what JLCPCB and KiCad take.

The clean forms (xlsx, csv, ods, json) read back as the same BOM. The forms of others hold what those take and no more.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from bomtool.bom.model import Bom, Line
from bomtool.errors import UsageError
from bomtool.reports import text as texts
from bomtool.reports.atomic import write_atomically
from bomtool.reports.bomsheet import SHEET, titles
from bomtool.reports.exchange import Record, Table, listed, measure, tabulate
from bomtool.reports.export import write_csv, write_json, write_xlsx
from bomtool.reports.opendocument import write_ods

FORMS = ("xlsx", "csv", "ods", "json", "jlcpcb", "kicad")
ROUND_TRIP = ("xlsx", "csv", "ods", "json")
"""Forms that hold the whole BOM."""
_TEXTS = ("line_number", "mpn", "manufacturer_name", "description", "value", "package", "mount_type", "custom_id",
          "section", "comments", "link")  # fmt: skip


def write_bom(path: Path | str, bom: Bom, form: str | None = None) -> None:
    """Write a BOM in a form of `FORMS`, by default the one that the name ends in.

    Raises UsageError for another form, WriteError where the file cannot be written; the file at `path` is then what it
    was before.
    """
    path = Path(path)
    form = form or path.suffix.lower().lstrip(".")
    writer = _WRITERS.get(form)
    if writer is None:
        raise UsageError(
            f"{form or path.name!r} is no form a BOM is written in.",
            hint=f"Use {', '.join(FORMS)} (--to names it where the ending does not).",
            code="unknown-kind",
        )
    write_atomically(path, lambda temporary: writer(temporary, bom))


def records(bom: Bom) -> list[Record]:
    """The lines as they are written."""
    return [_record(line) for line in bom.lines]


def _record(line: Line) -> Record:
    quantity = None if line.quantity is None else measure(line.quantity, line.quantity_unit)
    fields: dict[str, Any] = {name: getattr(line, name) for name in _TEXTS}
    fields |= {
        "reference_designators": listed(line.reference_designators),
        "quantity": quantity,
        "do_not_place": "DNP" if line.do_not_place else None,
        "is_custom_part": "yes" if line.is_custom_part else None,
    }
    alternates = [(alternate.mpn, alternate.manufacturer_name) for alternate in line.alternates]
    return Record(fields, alternates, {**line.supplier_part_numbers, **line.metadata})


def _table(bom: Bom) -> Table:
    return tabulate(records(bom))


def _xlsx(path: Path, bom: Bom) -> None:
    write_xlsx(path, bom, _table(bom))


def _csv(path: Path, bom: Bom) -> None:
    write_csv(path, bom, _table(bom))


def _ods(path: Path, bom: Bom) -> None:
    made = _table(bom)
    named = [(label, text) for label, text in titles(bom) if text]
    write_ods(path, SHEET, named, [heading.title for heading in made.columns], made.rows)


def _json(path: Path, bom: Bom) -> None:
    about = {"name": bom.name, "version": bom.version, "part_number": bom.part_number, "file": bom.file_name}
    write_json(path, _table(bom), {"bom": about})


def _jlcpcb(path: Path, bom: Bom) -> None:
    """Comment, Designator, Footprint and the LCSC number: the four columns of JLCPCB's assembly BOM; placed lines only."""
    rows = [
        [line.value or line.mpn or line.description or "", ",".join(line.reference_designators), line.package or "",
         _lcsc(line)]
        for line in bom.lines
        if not line.do_not_place and line.reference_designators
    ]  # fmt: skip
    _plain_csv(path, ["Comment", "Designator", "Footprint", "LCSC Part #"], rows)


def _kicad(path: Path, bom: Bom) -> None:
    """The columns of KiCad's own CSV export, with the part number and maker as fields."""
    rows = [
        [", ".join(line.reference_designators), line.value or "", line.package or "", line.link or "",
         "" if line.quantity is None else format(line.quantity, "f"), "DNP" if line.do_not_place else "",
         line.mpn or "", line.manufacturer_name or ""]
        for line in bom.lines
    ]  # fmt: skip
    _plain_csv(path, ["Reference", "Value", "Footprint", "Datasheet", "Qty", "DNP", "MPN", "Manufacturer"], rows)


def _plain_csv(path: Path, head: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows([[texts.guard(texts.clean(cell)) for cell in row] for row in rows])


def _lcsc(line: Line) -> str:
    """The line's LCSC number: a supplier part number of that shape (C and digits)."""
    for header, number in line.supplier_part_numbers.items():
        if number[:1] in "Cc" and number[1:].isdigit() and ("lcsc" in header.casefold() or len(number) > 3):
            return number.upper()
    return ""


_WRITERS: dict[str, Callable[[Path, Bom], None]] = {
    "xlsx": _xlsx,
    "csv": _csv,
    "ods": _ods,
    "json": _json,
    "jlcpcb": _jlcpcb,
    "kicad": _kicad,
}


def lost(bom: Bom, form: str) -> list[str]:
    """In words, what a form of others does not hold of this BOM; [] for the forms that hold all."""
    if form in ROUND_TRIP:
        return []
    said = []
    if form == "jlcpcb":
        bare = sum(not line.reference_designators and not line.do_not_place for line in bom.lines)
        absent = sum(line.do_not_place for line in bom.lines)
        without = sum(
            bool(line.reference_designators) and not line.do_not_place and not _lcsc(line) for line in bom.lines
        )
        said += [f"{absent} lines that are not placed were left out."] if absent else []
        said += [f"{bare} lines without designators were left out."] if bare else []
        said += [f"{without} lines have no LCSC number."] if without else []
    alternates = sum(len(line.alternates) for line in bom.lines)
    said += [f"{alternates} alternates were left out."] if alternates else []
    uncounted = sum(
        line.quantity is not None and line.quantity != Decimal(len(line.reference_designators)) for line in bom.lines
    )
    said += [f"{uncounted} quantities differ from the number of designators."] if uncounted and form == "jlcpcb" else []
    return said
