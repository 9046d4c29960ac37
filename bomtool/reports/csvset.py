"""The report as a set of CSV files in one zip: a file for each sheet, a summary, and a cart for each supplier.

CSV carries no types: a spreadsheet that opens it may read 0022232021 as a number. Fields that it would take for a formula
get an apostrophe, which bomtool takes off again. Carts are read by shops and must be exact: a field that would need one
keeps its cart out of the set, and the problems say so.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from bomtool.reports import options, plain, scalars
from bomtool.reports import text as texts
from bomtool.reports.atomic import write_atomically
from bomtool.reports.grid import Column
from bomtool.reports.model import ReportInput
from bomtool.reports.plain import PlainProgram, Value

CART = ("Supplier part number", "Quantity", "Customer reference", "MPN", "Manufacturer")
REFERENCE_MAX = 48
"""Characters of a customer reference: what shops take and print on the bag."""
UNSAFE = "cart-field-unsafe"


def write(path: Path | str, inputs: Sequence[ReportInput]) -> None:
    """Write the set; of several programs each has a folder. Raises WriteError as every report."""
    chosen = options.load()
    programs = [plain.program_tables(item, chosen) for item in inputs]
    write_atomically(path, lambda temporary: _write(temporary, programs))


def field(value: Value) -> str:
    """A value as a field: exact numbers without separators, times in ISO form, texts guarded."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return format(Decimal(repr(round(value, 6))), "f")
    return texts.guard(texts.clean(value)) if isinstance(value, str) else str(value)


def _write(path: Path, programs: list[PlainProgram]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, one in enumerate(programs, 1):
            folder = f"{number}/" if len(programs) > 1 else ""
            carts, refused = _carts(one)
            for name, rows in carts.items():
                archive.writestr(f"{folder}carts/{name}.csv", _csv(rows))
            figures = scalars.values(one.prepared.facts)
            archive.writestr(
                f"{folder}summary.csv",
                _csv([["Name", "Value", "Meaning"], *([n, field(v), scalars.NAMES[n]] for n, v in figures.items())]),
            )
            for section, table in one.tables.items():
                rows = [[texts.guard(column.title) for column in table.shown]]
                rows += [[field(row.values.get(column.key)) for column in table.shown] for row in table.lines]
                if section == "problems":
                    rows += [_problem(table.shown, sentence) for sentence in refused]
                archive.writestr(f"{folder}{section.replace('_', '-')}.csv", _csv(rows))


def _problem(columns: Sequence[Column], sentence: str) -> list[str]:
    told = {"severity": "Error", "what": sentence, "code": UNSAFE, "advice": "Order this supplier's parts by hand."}
    return [texts.guard(told.get(column.key, "")) for column in columns]


def _carts(one: PlainProgram) -> tuple[dict[str, list[list[str]]], list[str]]:
    """A cart for each supplier by the name of its file, and sentences about those that are refused."""
    carts: dict[str, list[list[str]]] = {}
    refused: dict[str, str] = {}
    names: dict[str, str] = {}
    for row in one.tables["purchase_list"].lines:
        values = row.values
        if values.get("quantity") is None:  # a fee of the order
            continue
        supplier = str(values.get("supplier") or "")
        name = names.setdefault(supplier, _file_name(supplier, set(names.values())))
        fields = [str(values.get(key) or "") for key in ("sku", "quantity", "reference", "mpn", "manufacturer")]
        fields[2] = fields[2] if len(fields[2]) <= REFERENCE_MAX else f"{fields[2][: REFERENCE_MAX - 1]}…"
        unsafe = next((text for text in fields if texts.guard(texts.clean(text)) != text), None)
        if unsafe is not None:
            refused.setdefault(
                supplier,
                f"There is no cart file for {supplier}: a spreadsheet would take its field {unsafe!r} for a formula.",
            )
        carts.setdefault(name, [list(CART)]).append(fields)
    return {name: rows for name, rows in carts.items() if not any(names[s] == name for s in refused)}, list(
        refused.values()
    )


def _file_name(supplier: str, taken: set[str]) -> str:
    stem = re.sub(r"[^\w.-]+", "-", supplier).strip("-.")[:60] or "supplier"
    name, number = stem, 2
    while name.casefold() in {other.casefold() for other in taken}:
        name, number = f"{stem}-{number}", number + 1
    return name


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    """UTF-8 with the mark that Excel needs to know it."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig", "replace")
