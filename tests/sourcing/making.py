"""Parts, offers and needs for tests of sourcing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bomtool.parts.model import Offer, Part, PriceBreak
from bomtool.sourcing.model import Options, PartNeed, PartPlan, ProgramPlan, Use
from bomtool.sourcing.plan import plan_program

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLENTY = 10**9


def options(**changes: Any) -> Options:
    """Options without overage; everything else as shipped."""
    return replace(Options(NOW, add_overage=False), **changes)


def offer(prices: str, supplier: str = "North", sku: str | None = None, **changes: Any) -> Offer:
    """An offer of plenty of pieces; prices as "1:0.10 100:0.025"."""
    breaks = []
    for step in prices.split():
        quantity, _, price = step.partition(":")
        breaks.append(PriceBreak(int(quantity), Decimal(price)))
    base = Offer("P", supplier, sku or f"{supplier[0]}-1", PLENTY, 1, 1, None, "USD", tuple(breaks))
    return replace(base, **{"fetched_at": NOW - timedelta(days=1), **changes})


def part(key: str = "P", **changes: Any) -> Part:
    """A part in production."""
    return replace(Part(key, f"MPN-{key}", "Maker", lifecycle="Production"), **changes)


def need(quantity: int, *offers: Offer, builds: int = 1, key: str = "P", **changes: Any) -> PartNeed:
    """A part used `quantity` times on every board."""
    use = Use("b1", "board", (f"line-{key}",), ("1",), ("R1",), quantity, builds)
    return replace(PartNeed(key, part(key), (use,), offers=offers), **changes)


def plan(*needs: PartNeed, **changes: Any) -> ProgramPlan:
    """The plan of a program."""
    return plan_program(needs, options(**changes))


def planned(one: PartNeed, **changes: Any) -> PartPlan:
    """The plan of one part."""
    return plan(one, **changes).parts[0]


def bought(found: PartPlan) -> list[tuple[str, int, str, str]]:
    """(SKU, quantity, unit price, line total) of every purchase."""
    return [
        (p.offer.sku, p.quantity, f"{p.unit_price.normalize():f}", f"{p.extended_price:f}") for p in found.purchases
    ]
