"""The single figures of a report by name: what a template's markers, the CSV set's summary and the page show."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from bomtool.reports import text as texts
from bomtool.reports.facts import Facts, gating_text, when
from bomtool.reports.plain import Value

NAMES = {
    "program": "name of the program",
    "reference": "reference number of the program",
    "production_date": "planned day of production",
    "location": "place of production",
    "boms": "BOMs with their version and builds",
    "builds": "builds of all BOMs together",
    "currency": "code of the currency of every amount",
    "total": "total cost; blank where a line has no price",
    "unit_cost": "cost per build; blank where a line has no price",
    "known_total": "cost of the lines that have a price",
    "known_unit_cost": "the same per build",
    "coverage": 'how many lines have a price: "cost of 31 of 42 lines"',
    "lines_priced": "lines that have a price",
    "lines_total": "lines to be placed",
    "buildable_now": "builds that stock and offers cover; blank where it is not known",
    "buildable_from_stock": "builds that own stock covers",
    "ready_date": "day on which the last part arrives if ordered today; blank where it is not known",
    "gating": "what holds the run up, one line each",
    "overage": "the overage profile in words",
    "oldest_price": "time of the oldest price",
    "planned_at": "time of the plan",
    "written_at": "time of this report",
    "sources": "catalogues the data is from",
    "notice": "what must be said of the data: sample data, stale prices; blank where they are real and fresh",
}
"""Names and what they stand for."""


def values(facts: Facts) -> dict[str, Value]:
    """Every name of `NAMES` with its value; times are UTC."""
    inputs, pricing, available = facts.inputs, facts.inputs.pricing, facts.inputs.availabilities
    program = inputs.program
    boms = [f"{b.name}{f' {b.version}' if b.version else ''} x {b.builds:,}" for b in facts.builds]
    found: dict[str, Value] = {
        "program": inputs.name,
        "reference": program.reference_number,
        "production_date": program.production_date,
        "location": program.production_location,
        "boms": ", ".join(boms),
        "builds": facts.planned,
        "currency": facts.currency,
        "total": pricing.total,
        "unit_cost": pricing.unit_cost,
        "known_total": pricing.known_total,
        "known_unit_cost": pricing.known_unit_cost,
        "coverage": f"cost of {pricing.lines_priced} of {pricing.lines_total} lines",
        "lines_priced": pricing.lines_priced,
        "lines_total": pricing.lines_total,
        "buildable_now": available.buildable_now,
        "buildable_from_stock": available.buildable_from_stock,
        "ready_date": available.ready_date,
        "gating": "\n".join(gating_text(line) for line in available.gating_lines[:3]),
        "overage": available.overage_text,
        "oldest_price": pricing.oldest_price_at,
        "planned_at": pricing.calculated_at,
        "written_at": inputs.generated_at,
        "sources": ", ".join(dict.fromkeys([*pricing.catalogs, *available.catalogs])),
        "notice": facts.notice,
    }
    return {name: texts.clean(value) or None if isinstance(value, str) else value for name, value in found.items()}


def shown(value: Value) -> str:
    """A value as people read it inside a text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
