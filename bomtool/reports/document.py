"""The report as JSON: the platform's answers as they are, with what must be said of the data. docs/report.schema.json
describes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
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
    """Write the document, piece by piece. Raises WriteError as every report."""
    write_atomically(path, lambda temporary: _write(temporary, inputs))


def _write(path: Path, inputs: Sequence[ReportInput]) -> None:
    chosen = options.load()
    head = ReportDocument(generated_at=max(item.generated_at for item in inputs), programs=[]).model_dump(mode="json")
    head["programs"] = [_program(item, chosen) for item in inputs]
    with path.open("w", encoding="ascii") as file:
        file.writelines(json.JSONEncoder(ensure_ascii=True, indent=1).iterencode(head))
        file.write("\n")


def _program(item: ReportInput, chosen: options.Options) -> dict[str, Any]:
    """A ReportProgram, whose lists are read while they are written."""
    notice, stale = facts.said(item, stale_after_days=chosen.stale_after_days)
    available, pricing = (
        answer.model_copy(update={"parts": []}).model_dump(mode="json")
        for answer in (item.availabilities, item.pricing)
    )
    return {
        "title": item.name,
        "notice": notice,
        "stale_days": stale,
        "program": item.program.model_dump(mode="json"),
        "availabilities": {**available, "parts": _Read(item.parts)},
        "pricing": {**pricing, "parts": _Read(item.prices)},
        "boms": [{"bom": one.whole().model_dump(mode="json"), "lines": _Read(one.lines)} for one in item.boms],
    }


class _Read(list[Any]):
    """A list to the encoder of JSON: its models are dumped when they are written."""

    def __init__(self, models: Sequence[BaseModel]) -> None:
        super().__init__()
        self._models = models

    def __len__(self) -> int:
        return len(self._models)

    def __iter__(self) -> Iterator[Any]:
        return (model.model_dump(mode="json") for model in self._models)


def schema() -> dict[str, Any]:
    """The JSON schema of the document."""
    return ReportDocument.model_json_schema(mode="serialization")
