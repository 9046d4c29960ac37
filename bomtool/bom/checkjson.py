"""What `bomtool check` prints as JSON: one object a file, also for a file that cannot be read."""

from __future__ import annotations

from decimal import Decimal
from os import PathLike
from typing import Any

from bomtool.bom.model import Bom, Line
from bomtool.errors import ReadError
from bomtool.findings import Finding, catalogue
from bomtool.sheets.model import Workbook


def to_json(path: str | PathLike[str], workbook: Workbook, bom: Bom) -> dict[str, Any]:
    """What was understood of a file. A quantity is an integer, else a decimal text, else null; indexes are 1-based."""
    layout = bom.layout
    return {
        "file": str(path),
        "name": bom.name,
        "version": bom.version,
        "part_number": bom.part_number,
        "kind": workbook.kind,
        "sheet": layout.sheet,
        "header_row": layout.header_row,
        "header_rows": list(layout.header_rows),
        "encoding": workbook.encoding,
        "delimiter": workbook.delimiter,
        "profile": layout.profile,
        "confidence": layout.confidence,
        "runner_up": layout.runner_up,
        "columns": {
            name: [{"header": column.header, "index": column.index} for column in columns]
            for name, columns in layout.columns.items()
        },
        "lines": [_line(line) for line in bom.lines],
        "rows": bom.counts(),
        "skipped": [
            {"row": row.row, "reason": row.reason, "text": row.text} for row in bom.source_rows if row.fate == "skipped"
        ],
        "title_block": bom.title_block,
        "findings": [finding.to_json() for finding in bom.findings],
        "error": None,
    }


def error_json(path: str | PathLike[str], error: ReadError) -> dict[str, Any]:
    """The same for a file that cannot be read: `error` is one sentence with what to do."""
    known = catalogue().get(error.code)
    finding = Finding(
        error.code, "error", error.message, error.sheet, error.row, error.column,
        advice=error.hint or (known.advice if known else None),
    )  # fmt: skip
    return {
        "file": str(path),
        "sheet": error.sheet,
        "header_row": None,
        "header_rows": [],
        "encoding": None,
        "delimiter": None,
        "columns": {},
        "lines": [],
        "rows": {"read": 0, "lines": 0, "alternates": 0, "continuations": 0, "skipped": 0},
        "findings": [finding.to_json()],
        "error": f"{error.message} {error.hint}" if error.hint else error.message,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "row": line.row,
        "rows": list(line.rows),
        "line_number": line.line_number,
        "reference_designators": list(line.reference_designators),
        "quantity": _quantity(line.quantity),
        "quantity_unit": line.quantity_unit,
        "mpn": line.mpn,
        "manufacturer_name": line.manufacturer_name,
        "alternative_mpns": [alternate.mpn for alternate in line.alternates],
        "alternates": [
            {"mpn": alternate.mpn, "manufacturer_name": alternate.manufacturer_name, "row": alternate.row}
            for alternate in line.alternates
        ],
        "custom_id": line.custom_id,
        "description": line.description,
        "value": line.value,
        "package": line.package,
        "mount_type": line.mount_type,
        "do_not_place": line.do_not_place,
        "is_custom_part": line.is_custom_part,
        "link": line.link,
        "comments": line.comments,
        "section": line.section,
        "supplier_part_numbers": dict(line.supplier_part_numbers),
        "metadata": dict(line.metadata),
    }


def _quantity(value: Decimal | None) -> int | str | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else format(value, "f")
