"""What is counted over all parts and purchases of a program, in one look at each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bomtool.reports import overage
from bomtool.reports.facts import PartRow
from bomtool.reports.purchasing import Bought


@dataclass(slots=True)
class Costs:
    """Cost by a name, names alike but for upper and lower case together under the one that came first."""

    sums: dict[str, Decimal] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, cost: Decimal | None) -> None:
        """Add a cost; what has no name or costs nothing is not listed."""
        if name and cost:
            key = name.casefold()
            self.shown.setdefault(key, name)
            self.sums[key] = self.sums.get(key, Decimal(0)) + cost

    @property
    def ranked(self) -> list[tuple[str, Decimal]]:
        """Names with their cost, dearest first."""
        order = sorted(self.sums, key=lambda name: (-self.sums[name], name))
        return [(self.shown[name], self.sums[name]) for name in order]


@dataclass(slots=True)
class RiskCount:
    """Parts that have a risk, its severity and what is said of the first of them."""

    severity: str
    message: str
    count: int = 0


@dataclass(slots=True)
class Tally:
    """Counts and sums of a program."""

    statuses: Counter[str] = field(default_factory=Counter)
    """Lines by status."""
    risks: dict[str, RiskCount] = field(default_factory=dict)
    categories: Costs = field(default_factory=Costs)
    suppliers: Costs = field(default_factory=Costs)
    total: Decimal = Decimal(0)
    """What all purchases cost, without fees."""
    excess: Decimal = Decimal(0)
    """What is left over of them."""
    lines: int = 0
    lines_priced: int = 0
    estimated: int = 0
    """Parts whose overage at other builds is an estimate."""
    own_prices: int = 0
    """Purchases with a unit price set by hand, which formulas follow."""

    def add(self, part: PartRow, rows: Sequence[Bought]) -> None:
        """Count a part and its purchases."""
        found = part.availability
        lines = sum(len(use.lines) for use in found.reference_designators)
        self.statuses[found.status] += lines or (part.pricing.lines if part.pricing else 0) or 1
        self.estimated += found.quantity_needed > 0 and not overage.rule_of(part).exact
        for risk in found.risks:
            entry = self.risks.setdefault(risk.code, RiskCount(risk.severity, f"{found.mpn or '?'}: {risk.message}"))
            entry.count += 1
        for row in rows:
            if row.total is not None:
                self.total += row.total
            self.categories.add(part.category, row.total)
            if row.purchase is not None:
                self.suppliers.add(row.purchase.supplier, row.total)
                self.excess += row.purchase.excess_value
            self.lines += row.lines
            self.lines_priced += row.lines if row.counted else 0
            self.own_prices += row.own_price is not None and row.live
