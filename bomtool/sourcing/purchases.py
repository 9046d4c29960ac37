"""What was chosen, as purchases: rounded lines, what is left over, what waits."""

from __future__ import annotations

from decimal import Decimal

from bomtool.parts.model import Part
from bomtool.sourcing.choose import Chosen
from bomtool.sourcing.ladder import SCALE, Ladder
from bomtool.sourcing.model import Options, PlannedPurchase
from bomtool.sourcing.money import extended, rounded
from bomtool.sourcing.supply import LEAD, fold, one_stock


def purchases(chosen: Chosen, options: Options) -> tuple[PlannedPurchase, ...]:
    """The purchases of one part, the largest first; the last one holds what is left over."""
    if chosen.choice is None:
        return ()
    picked = [(chosen.ladders[index], quantity) for index, quantity in chosen.choice.quantities]
    picked.sort(key=lambda entry: (-entry[1], entry[0].key))
    waiting = _waiting(picked, chosen.level)
    left = chosen.requirement.to_buy
    made = []
    for ladder, quantity in picked:
        used = min(left, quantity)
        left -= used
        made.append(
            _purchase(ladder, quantity, quantity - used, chosen.source.part, id(ladder.offer) in waiting, options)
        )
    return tuple(made)


def _waiting(picked: list[tuple[Ladder, int]], level: int) -> set[int]:
    """Which offers (by identity) give more than is in stock; offers of one supplier may share theirs."""
    if level < LEAD:
        return set()
    waiting = set()
    for ladder, quantity in picked:
        offer = ladder.offer
        mates = [
            (other.offer.stock or 0, given)
            for other, given in picked
            if other is not ladder
            and fold(other.offer.supplier) == fold(offer.supplier)
            and one_stock(offer, other.offer)
        ]
        there = max([offer.stock or 0, *(stock for stock, _ in mates)]) - sum(given for _, given in mates)
        if ladder.waits and quantity > min(offer.stock or 0, there):
            waiting.add(id(offer))
    return waiting


def _purchase(
    ladder: Ladder, quantity: int, excess: int, part: Part | None, waits: bool, options: Options
) -> PlannedPurchase:
    tier = ladder.tier(quantity)
    assert tier is not None
    currency = options.currency
    foreign = ladder.rate is not None and ladder.offer.currency.upper() != currency.upper()
    return PlannedPurchase(
        offer=ladder.offer,
        part=part,
        quantity=quantity,
        unit_price=tier.unit_price,
        price_break=tier.at,
        currency=currency,
        extended_price=extended(quantity, tier.unit_price, currency),
        excess_quantity=excess,
        excess_value=extended(excess, tier.unit_price, currency),
        fee=rounded(Decimal(ladder.fee).scaleb(-SCALE), currency),
        waits=waits,
        exchange_rate=ladder.rate.value if foreign and ladder.rate else None,
        exchange_rate_date=ladder.rate.date if foreign and ladder.rate else None,
    )
