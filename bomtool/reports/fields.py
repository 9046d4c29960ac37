"""All columns of all tables, for the reference: what templates/report.toml and a template's markers may name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bomtool.reports import options
from bomtool.reports.model import ReportInput
from bomtool.reports.plain import SECTIONS, program_tables

_ID = UUID(int=0)
_NUMBERED = ("per_build", "from", "price")


def columns() -> dict[str, tuple[str, dict[str, str]]]:
    """For each section its title and its columns: key to header. A column there is one of for each BOM or price break
    stands once, with N for its number, counted from 0."""
    made = program_tables(_nothing(), options.Options())
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for section, title in SECTIONS.items():
        keys: dict[str, str] = {}
        for column in made.tables[section].columns:
            stem = column.key.rstrip("0123456789")
            key = f"{stem}N" if stem in _NUMBERED and stem != column.key else column.key
            header = column.title.replace(", USD", "")
            keys[key] = header if key == column.key else header.replace(" 1", " N")
        found[section] = (title, keys)
    return found


def _nothing() -> ReportInput:
    """A program of one BOM without lines."""
    from bomtool.api.boms import Bom
    from bomtool.api.plans import Availabilities, ReferencePricing
    from bomtool.api.programs import Program
    from bomtool.reports.model import BomWithLines

    now = datetime.fromtimestamp(0, UTC)
    bom: dict[str, Any] = {"id": _ID, "name": "BOM", "approved": "true", "org_id": ""}
    common: dict[str, Any] = {
        "program": _ID, "builds": 1, "currency": "USD", "add_overage": False, "overage_profile": "none",
        "overage_text": "", "lines_total": 0, "parts": [], "calculated_at": now,
    }  # fmt: skip
    return ReportInput(
        Program.model_validate({"id": _ID, "name": "", "approved": "true", "org_id": "", "lines": [{"quant": 1, "bom": bom}]}),
        Availabilities.model_validate(
            {**common, "buildable_from_stock": 0, "buildable_now": 0, "ready_date": None, "lines_matched": 0}
        ),
        ReferencePricing.model_validate(
            {**common, "total": "0", "known_total": "0", "unit_cost": "0", "known_unit_cost": "0", "lines_priced": 0}
        ),
        [BomWithLines(Bom.model_validate(bom), [])],
        generated_at=now,
    )  # fmt: skip
