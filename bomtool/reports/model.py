"""What a report is written from: the platform's answers, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bomtool.api.boms import Bom, BomLine
from bomtool.api.plans import Availabilities, ReferencePricing
from bomtool.api.programs import Program
from bomtool.bom.diff import Diff


@dataclass(frozen=True, slots=True)
class BomWithLines:
    """A BOM of the program with all its lines, in the order of their positions."""

    bom: Bom
    lines: list[BomLine]


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in the BOM since the version before it: the names of both files, and the comparison."""

    old_name: str
    new_name: str
    found: Diff


@dataclass(frozen=True, slots=True)
class ReportInput:
    """One program with its availability, its pricing and its BOMs. `title` defaults to the program's name; `changes` adds
    two sheets to the workbook."""

    program: Program
    availabilities: Availabilities
    pricing: ReferencePricing
    boms: list[BomWithLines]
    generated_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    title: str | None = None
    changes: Changes | None = None

    @property
    def name(self) -> str:
        """The title that people see."""
        return self.title or self.program.name or self.pricing.name or "Program"
