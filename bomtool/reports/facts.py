"""What the sheets share: the parts of the program with their pricing, builds of each BOM, notices, decimal places."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from bomtool.api.boms import BomLine
from bomtool.api.plans import BomUse, GatingLine, PartAvailability, PartPricing
from bomtool.bom import designators
from bomtool.reports.model import BomWithLines, ReportInput
from bomtool.sourcing.money import minor_unit

SAMPLE_NOTICE = "Prices and stock are SAMPLE data, invented for trying out"
STALE_AFTER_DAYS = 30
"""Age at which a price is called stale: the time distributors' price files are usually good for."""


@dataclass(frozen=True, slots=True)
class Build:
    """A BOM of the program and how many of it the plan was made for."""

    bom: UUID
    name: str
    version: str | None
    builds: int


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part (or unmatched line) of the program: its availability, its pricing if it has one, its index."""

    index: int
    availability: PartAvailability
    pricing: PartPricing | None
    per_build: tuple[int, ...]
    """Pieces per build, one figure for each of `Facts.builds`."""

    @property
    def scales(self) -> bool:
        """Whether need follows from builds x pieces per build (an override may fix it)."""
        return bool(self.availability.reference_designators)

    @property
    def category(self) -> str:
        """The part's category, for sums."""
        found = self.availability.category or (self.pricing.category if self.pricing else None)
        return found or ("Not matched" if self.availability.part is None else "Without category")


@dataclass(slots=True)
class Facts:
    """Figures and texts of one report."""

    inputs: ReportInput
    builds: list[Build]
    parts: list[PartRow]
    digits: int
    notice: str | None
    stale_days: int | None
    lines: dict[UUID, tuple[BomWithLines, BomLine]] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """Currency of every amount."""
        return self.inputs.pricing.currency

    @property
    def fees(self) -> Decimal:
        """What packagings and orders cost besides their lines."""
        pricing = self.inputs.pricing
        lines = sum((purchase.fee for part in pricing.parts for purchase in part.purchases), Decimal(0))
        return lines + sum((fee.order_fee + fee.top_up for fee in pricing.fees), Decimal(0))

    @property
    def planned(self) -> int:
        """Builds the plan was made for, all BOMs together."""
        return sum(build.builds for build in self.builds)


def collect(inputs: ReportInput, *, stale_after_days: int = STALE_AFTER_DAYS) -> Facts:
    """Join the platform's answers."""
    builds = _builds(inputs)
    stale = _stale_days(inputs, stale_after_days)
    lines = {line.id: (item, line) for item in inputs.boms for line in item.lines}
    return Facts(
        inputs, builds, _parts(inputs, builds), _digits(inputs.pricing.currency), _notice(inputs, stale), stale, lines
    )


def _builds(inputs: ReportInput) -> list[Build]:
    found: dict[UUID, Build] = {}
    for line in inputs.program.lines:
        before = found[line.bom.id].builds if line.bom.id in found else 0
        found[line.bom.id] = Build(line.bom.id, line.bom.name or "BOM", line.bom.version, before + line.quant)
    return list(found.values())


def _parts(inputs: ReportInput, builds: list[Build]) -> list[PartRow]:
    waiting: dict[tuple[str | None, str | None, str | None], deque[PartPricing]] = defaultdict(deque)
    for priced in inputs.pricing.parts:
        waiting[priced.part, priced.mpn, priced.manufacturer_name].append(priced)
    position = {build.bom: index for index, build in enumerate(builds)}
    rows = []
    for index, part in enumerate(inputs.availabilities.parts):
        queue = waiting[part.part, part.mpn, part.manufacturer_name]
        per = [0] * len(builds)
        for use in part.reference_designators:
            if use.bom in position:
                per[position[use.bom]] += use.quantity_per_build
        rows.append(PartRow(index, part, queue.popleft() if queue else None, tuple(per)))
    return rows


def _digits(currency: str) -> int:
    """Decimal places of the currency's minor unit."""
    return max(0, -int(minor_unit(currency).as_tuple().exponent))


def _stale_days(inputs: ReportInput, after: int) -> int | None:
    oldest = inputs.pricing.oldest_price_at
    if oldest is None:
        return None
    days = (inputs.generated_at.astimezone(UTC) - oldest.astimezone(UTC)).days
    return days if days > after else None


def _notice(inputs: ReportInput, stale: int | None) -> str | None:
    """What must be said of the data on every sheet, or None where the prices are fresh and real."""
    kinds = {*inputs.pricing.kinds, *inputs.availabilities.kinds}
    said = []
    if "sample" in kinds:
        more = "; other parts have real ones" if kinds - {"sample"} else ""
        said.append(SAMPLE_NOTICE + more)
    if stale is not None and inputs.pricing.oldest_price_at and kinds != {"sample"}:
        said.append(
            f"STALE: the oldest price is of {inputs.pricing.oldest_price_at:%Y-%m-%d}, {stale} days old; "
            "ask again before you buy"
        )
    return ". ".join(said) + "." if said else None


def designator_text(uses: Iterable[BomUse], *, name_boms: bool) -> str:
    """Designators for people, compressed, by BOM where the program has several."""
    pieces = []
    for use in uses:
        if use.reference_designators:
            short = designators.compress(use.reference_designators).replace(",", ", ")
            pieces.append(f"{use.bom_name or 'BOM'}: {short}" if name_boms else short)
    return "; ".join(pieces)


def gating_text(line: GatingLine) -> str:
    """A part that limits the run, in one sentence."""
    part = " ".join(filter(None, (line.mpn, f"({line.manufacturer_name})" if line.manufacturer_name else None)))
    refs = ", ".join(line.reference_designators[:6]) + (" …" if len(line.reference_designators) > 6 else "")
    return " · ".join(filter(None, (part or "a line without part number", refs, line.reason)))


def when(moment: datetime | None) -> str:
    """A time for people, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else "unknown"
