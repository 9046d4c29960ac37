"""Programs made once, and the report of a program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from bomtool.api.programs import Program
    from bomtool.client import Client
    from bomtool.client.push import Journal
    from bomtool.reports.model import BomWithLines, Changes, ReportInput
    from bomtool.reports.template import Template
    from bomtool.settings import Settings

SOURCE = "bomtool"
PLANNING = 0.02
"""Seconds a line that the platform may take to plan before it answers."""


def create_once(
    client: Client,
    settings: Settings,
    *,
    name: str,
    lines: Sequence[tuple[UUID, int]],
    overage: str | None = None,
    currency: str | None = None,
    include: dict[str, bool] | None = None,
    new: bool = False,
    journal: Journal | None = None,
) -> Program:
    """Create a program, or give the live one made before from the same BOMs, quantities and terms."""
    from bomtool.api.programs import ProgramCreate, ProgramLineCreate

    profile = overage or settings.overage
    terms: dict[str, Any] = {
        "name": name,
        "lines": [[str(bom), quantity] for bom, quantity in lines],
        "overage": profile,
        "currency": currency or settings.currency,
        "include": include or {},
    }
    if new:
        import uuid

        terms["nonce"] = str(uuid.uuid4())
    record = hashlib.sha256(json.dumps(terms, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return client.programs.create_once(
        ProgramCreate(
            name=name,
            lines=[ProgramLineCreate(bom=bom, quant=quantity) for bom, quantity in lines],
            add_overage=profile != "none",
            overage_profile=profile,
            currency=currency or settings.currency,
            synced_from_integration=True,
            integration_source_name=SOURCE,
            integration_record_id=record,
            **(include or {}),
        ),
        journal=journal,
    )


def write_report(
    client: Client,
    programs: list[Program],
    out: Path,
    *,
    quantities: list[int] | None = None,
    template: Template | None = None,
    changes: Changes | None = None,
) -> bool:
    """Collect what the platform knows of the programs and write the report in the form of its name; whether every line is
    matched. `changes` are of the first program's BOM."""
    from bomtool.reports import forms

    found = collect(client, programs, quantities=quantities)
    if changes is not None:
        found[0] = replace(found[0], changes=changes)
    forms.write(out, found, template)
    return complete(found)


def collect(client: Client, programs: list[Program], *, quantities: list[int] | None = None) -> list[ReportInput]:
    """What the platform knows of the programs: availability, pricing, and their BOMs with all lines, each asked once.

    Whatever grows with the lines goes into spools: memory holds no more of it than a short program has.
    """
    from bomtool.api.plans import PartAvailability, PartPricing
    from bomtool.reports import model, spool

    boms: dict[UUID, BomWithLines] = {}
    found = []
    for program in programs:
        for line in program.lines:
            if line.bom.id not in boms:
                boms[line.bom.id] = model.kept_apart(
                    client.boms.get(line.bom.id), client.boms.iterate_lines(line.bom.id)
                )
        own = list({line.bom.id: boms[line.bom.id] for line in program.lines}.values())
        patience = PLANNING * sum(len(bom.lines) for bom in own)
        parts, prices = spool.of_models(PartAvailability), spool.of_models(PartPricing)
        available = client.programs.read_availabilities(program.id, parts.append, patience=patience)
        pricing = client.programs.read_reference_pricing(
            program.id, prices.append, quantities=quantities, patience=patience
        )
        found.append(model.ReportInput(program, available, pricing, own, kept_parts=parts, kept_prices=prices))
    return found


def complete(found: Sequence[ReportInput]) -> bool:
    """Whether every line of every program is matched."""
    return all(one.availabilities.lines_matched == one.availabilities.lines_total for one in found)
