"""An offer as a ladder of legal order quantities and exact integer prices, and the price at a need.

Prices are scaled to whole numbers so that comparing thousands of plans stays exact and fast: a unit price in the
program's currency times 10**SCALE. A converted unit price is rounded to SCALE decimals, and that unit price is what is shown
and multiplied.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from bomtool.parts.model import Offer
from bomtool.sourcing.money import Rate, Rates, minor_unit

SCALE = 12
_UNIT = Decimal(1).scaleb(-SCALE)


@dataclass(frozen=True, slots=True)
class Tier:
    """Legal quantities from `low` to `high` (None: no end), each piece at `price` (scaled), bought at break `at`."""

    low: int
    high: int | None
    price: int
    at: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Ladder:
    """What one offer allows: quantities on `multiple` from `least` to `most` (None: no limit), at its tiers' prices.

    `fee` (scaled) is paid once if anything is bought. Ladders with the same `pool` share one stock of `pool_stock`.
    """

    offer: Offer
    key: tuple[str, str]
    multiple: int
    least: int
    most: int | None
    tiers: tuple[Tier, ...]
    fee: int = 0
    rate: Rate | None = None
    pool: tuple[str, str, int] | None = None
    waits: bool = False

    def tier(self, quantity: int) -> Tier | None:
        """The tier a legal quantity falls into; None for a quantity that cannot be bought."""
        for tier in self.tiers:
            if tier.low <= quantity and (tier.high is None or quantity <= tier.high):
                return tier
        return None

    def up(self, quantity: int) -> int:
        """The least legal quantity that is not below `quantity` (stock apart)."""
        return max(round_up(quantity, self.multiple), self.least)

    def before(self, quantity: int) -> int:
        """The next smaller legal quantity, 0 where there is none."""
        return quantity - self.multiple if quantity - self.multiple >= self.least else 0

    def cost(self, quantity: int) -> int | None:
        """Scaled exact cost with the fee; None where the quantity cannot be bought."""
        tier = self.tier(quantity)
        return None if tier is None else tier.price * quantity + self.fee


def round_up(quantity: int, multiple: int) -> int:
    """The least multiple that is not below a quantity."""
    return -(-quantity // multiple) * multiple


def unit_prices(offer: Offer, currency: str, rates: Rates, on: date) -> tuple[list[tuple[int, Decimal]], Rate | None]:
    """The breaks of an offer with prices in `currency`, ascending, and the rate. No breaks where there is no rate, no
    price, or a price of 0 or less (which is no price)."""
    rate = rates.find(offer.currency, currency, on)
    if rate is None or not offer.breaks or any(not step.price > 0 for step in offer.breaks):
        return [], rate
    steps = sorted([(max(step.quantity, 1), step.price) for step in offer.breaks])
    if any(one[0] == other[0] for one, other in itertools.pairwise(steps)):
        steps = sorted(dict(reversed(steps)).items())  # of equal breaks the lower price holds
    if rate.value == 1:
        return steps, rate
    with localcontext(prec=60):
        return [(q, (p * rate.value).quantize(_UNIT, ROUND_HALF_UP).normalize()) for q, p in steps], rate


def ladder(
    offer: Offer,
    breaks: list[tuple[int, Decimal]],
    *,
    rate: Rate | None,
    most: int | None,
    fee: Decimal = Decimal(0),
    pool: tuple[str, str, int] | None = None,
    waits: bool = False,
) -> Ladder | None:
    """The ladder of an offer with `breaks` in the program's currency, at most `most` pieces. None where nothing can be
    bought: no price, or stock below the least order."""
    if not breaks:
        return None
    multiple = max(offer.order_multiple, 1)
    least = round_up(max(offer.moq, breaks[0][0], 1), multiple)
    limit = None if most is None else most // multiple * multiple
    if limit is not None and limit < least:
        return None
    tiers = []
    for index, (at, price) in enumerate(breaks):
        low = max(round_up(at, multiple), least)
        high = limit
        if index + 1 < len(breaks):
            below = (breaks[index + 1][0] - 1) // multiple * multiple
            high = below if limit is None else min(below, limit)
        if high is None or low <= high:
            tiers.append(Tier(low, high, scaled(price), at, price))
    if not tiers:
        return None
    return Ladder(
        offer, (offer.supplier, offer.sku), multiple, least, limit, tuple(tiers), scaled(fee), rate, pool, waits
    )


@functools.lru_cache(maxsize=65536)
def scaled(amount: Decimal) -> int:
    """An amount as a whole number of 10**-SCALE. More decimals than SCALE are rounded half up."""
    return int(amount.scaleb(SCALE).to_integral_value(ROUND_HALF_UP))


def paid(quantity: int, price: int, currency: str) -> int:
    """A line in minor units: quantity times scaled price, rounded half up."""
    unit = scaled(minor_unit(currency))
    return (2 * quantity * price + unit) // (2 * unit)


def lowest_prices(ladders: Iterable[list[tuple[int, Decimal]]]) -> list[tuple[int, Decimal]]:
    """The lowest unit price over several offers as steps (from this need on, this price). Below its first break an
    offer counts with the price of that break."""
    events: list[tuple[int, int, Decimal]] = []
    current: dict[int, Decimal] = {}
    for number, breaks in enumerate(ladders):
        if breaks:
            current[number] = breaks[0][1]
            events.extend((quantity, number, price) for quantity, price in breaks[1:])
    if not current:
        return []
    low = min(current.values())
    steps = [(1, low)]
    for quantity, number, price in sorted(events):
        before, current[number] = current[number], price
        if price < low:
            low = price
        elif before == low:
            low = min(current.values())
        if low != steps[-1][1]:
            if steps[-1][0] == quantity:
                steps.pop()
            if not steps or steps[-1][1] != low:
                steps.append((quantity, low))
    return steps
