"""What was chosen, as purchases: rounded lines, what is left over, what waits."""

from __future__ import annotations

from decimal import Decimal

from bomtool.parts.model import Part
from bomtool.sourcing.choose import Chosen
from bomtool.sourcing.ladder import SCALE, Ladder
from bomtool.sourcing.model import Options, PlannedPurchase
from bomtool.sourcing.money import extended, rounded
from bomtool.sourcing.supply import LEAD, fold


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
        made.append(_purchase(ladder, quantity, quantity - used, chosen.source.part, ladder.key in waiting, options))
    return tuple(made)


def _waiting(picked: list[tuple[Ladder, int]], level: int) -> set[tuple[str, str]]:
    """Which offers give more than is in stock (packagings of one supplier share their stock)."""
    if level < LEAD:
        return set()
    taken: dict[str, int] = {}
    there: dict[str, int] = {}
    for ladder, quantity in picked:
        name = fold(ladder.offer.supplier)
        taken[name] = taken.get(name, 0) + quantity
        there[name] = max(there.get(name, 0), ladder.offer.stock or 0)
    return {
        ladder.key
        for ladder, quantity in picked
        if ladder.waits
        and (
            quantity > (ladder.offer.stock or 0)
            or taken[fold(ladder.offer.supplier)] > there[fold(ladder.offer.supplier)]
        )
    }


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
