"""What a report is written from: the platform's answers, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bomtool.api.boms import Bom, BomLine
from bomtool.api.plans import Availabilities, PartAvailability, PartPricing, ReferencePricing
from bomtool.api.programs import Program
from bomtool.bom.diff import Diff
from bomtool.reports import spool


@dataclass(frozen=True, slots=True)
class BomWithLines:
    """A BOM of the program with all its lines, in the order of their positions.

    `kept` are the long lists of its provenance (`metadata.bomtool`), where they were taken out of it: see `kept_apart`.
    """

    bom: Bom
    lines: Sequence[BomLine]
    kept: dict[str, Sequence[Any]] = field(default_factory=dict)

    @property
    def provenance(self) -> dict[str, Any]:
        """`metadata.bomtool` of the BOM, {} where it was not made by bomtool."""
        found = (self.bom.metadata or {}).get("bomtool")
        return found if isinstance(found, dict) else {}

    def listed(self, name: str) -> Sequence[Any]:
        """A list of the provenance ("source_rows", "findings"); empty where there is none."""
        if name in self.kept:
            return self.kept[name]
        found = self.provenance.get(name)
        return found if isinstance(found, list) else []

    def whole(self) -> Bom:
        """The BOM as the platform gave it."""
        if not self.kept:
            return self.bom
        lists = {name: list(items) for name, items in self.kept.items()}
        return self.bom.model_copy(
            update={"metadata": {**(self.bom.metadata or {}), "bomtool": {**self.provenance, **lists}}}
        )


LONG = ("source_rows", "findings")
"""Lists of a BOM's provenance that grow with its file."""


def kept_apart(bom: Bom, lines: Iterable[BomLine]) -> BomWithLines:
    """A BOM of any size: its lines and the long lists of its provenance go into spools."""
    kept = spool.of_models(BomLine)
    kept.extend(lines)
    found = BomWithLines(bom, kept)
    lists = {name: value for name in LONG if isinstance(value := found.provenance.get(name), list)}
    if not lists or not bom.metadata:
        return found
    own = {name: None if name in lists else value for name, value in found.provenance.items()}
    apart: dict[str, Sequence[Any]] = {}
    for name, value in lists.items():
        apart[name] = items = spool.of_values()
        items.extend(value)
    return BomWithLines(bom.model_copy(update={"metadata": {**bom.metadata, "bomtool": own}}), kept, apart)


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in the BOM since the version before it: the names of both files, and the comparison."""

    old_name: str
    new_name: str
    found: Diff


@dataclass(frozen=True, slots=True)
class ReportInput:
    """One program with its availability, its pricing and its BOMs. `title` defaults to the program's name; `changes` adds
    two sheets to the workbook.

    `kept_parts` and `kept_prices` are the parts of the two answers where those come without them, as programs of any size
    are read.
    """

    program: Program
    availabilities: Availabilities
    pricing: ReferencePricing
    boms: list[BomWithLines]
    generated_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    title: str | None = None
    changes: Changes | None = None
    kept_parts: Sequence[PartAvailability] | None = None
    kept_prices: Sequence[PartPricing] | None = None

    @property
    def name(self) -> str:
        """The title that people see."""
        return self.title or self.program.name or self.pricing.name or "Program"

    @property
    def parts(self) -> Sequence[PartAvailability]:
        """Every part's availability."""
        return self.availabilities.parts if self.kept_parts is None else self.kept_parts

    @property
    def prices(self) -> Sequence[PartPricing]:
        """Every part's pricing."""
        return self.pricing.parts if self.kept_prices is None else self.kept_prices
