"""The report as JSON: the platform's answers as they are, with what must be said of the data. docs/report.schema.json
describes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bomtool.api.base import Timestamp
from bomtool.api.boms import Bom, BomLine
from bomtool.api.plans import Availabilities, ReferencePricing
from bomtool.api.programs import Program
from bomtool.reports import facts, options
from bomtool.reports.atomic import write_atomically
from bomtool.reports.model import ReportInput


class ReportBom(BaseModel):
    """A BOM with all its lines, in the order of their positions."""

    bom: Bom
    lines: list[BomLine]


class ReportProgram(BaseModel):
    """A program with its answers. `notice` must be shown wherever its figures are."""

    title: str
    notice: str | None = Field(description="Sample data or stale prices, in words; null where they are real and fresh.")
    stale_days: int | None = Field(description="Age of the oldest price in days where it is called stale.")
    program: Program
    availabilities: Availabilities
    pricing: ReferencePricing
    boms: list[ReportBom]


class ReportDocument(BaseModel):
    """A report. Money is a decimal string in the program's currency, times are UTC; later versions may add members."""

    model_config = ConfigDict(title="bomtool report")

    format: Literal["bomtool-report"] = "bomtool-report"
    format_version: Literal[1] = 1
    generated_at: Timestamp
    programs: list[ReportProgram]


def write(path: Path | str, inputs: Sequence[ReportInput]) -> None:
    """Write the document. Raises WriteError as every report."""
    document = make(inputs)
    text = json.dumps(document.model_dump(mode="json"), ensure_ascii=True, indent=1) + "\n"
    write_atomically(path, lambda temporary: _write(temporary, text))


def make(inputs: Sequence[ReportInput]) -> ReportDocument:
    """The document of some programs."""
    chosen = options.load()
    programs = []
    for item in inputs:
        found = facts.collect(item, stale_after_days=chosen.stale_after_days)
        programs.append(
            ReportProgram(
                title=item.name,
                notice=found.notice,
                stale_days=found.stale_days,
                program=item.program,
                availabilities=item.availabilities,
                pricing=item.pricing,
                boms=[ReportBom(bom=one.bom, lines=one.lines) for one in item.boms],
            )
        )
    return ReportDocument(generated_at=max(item.generated_at for item in inputs), programs=programs)


def schema() -> dict[str, Any]:
    """The JSON schema of the document."""
    return ReportDocument.model_json_schema(mode="serialization")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="ascii")
