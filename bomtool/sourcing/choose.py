"""What is bought for one part: the part itself or one that stands in for it, at the surest level, for the least money.

One part of a program is one part on every board: stock and purchases of a part and of its alternates are never mixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bomtool.parts.model import Offer, Part, PriceBreak
from bomtool.sourcing.cheapest import Choice, cheapest
from bomtool.sourcing.ladder import Ladder, ladder, round_up
from bomtool.sourcing.model import Alternate, Options, PartNeed, Requirement, Stock
from bomtool.sourcing.money import ONE
from bomtool.sourcing.requirement import Demand, demand, usable
from bomtool.sourcing.supply import NOW, OPEN, Supply

STOCK = 0
"""The level of a part that needs no purchase."""
FIXED = "Price set by an override"
"""The supplier's name where an override sets a price and no offer stands behind it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A part that may be built in: the one asked for or one that stands in."""

    part: Part | None
    stock: Stock
    supply: Supply


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is bought: `choice` picks from `ladders`; None with a level above STOCK means it cannot be bought."""

    source: Source
    requirement: Requirement
    level: int
    ladders: Sequence[Ladder] = ()
    choice: Choice | None = None
    max_excess: int = 0
    alone: int | None = None
    """What the part alone could cost (scaled), where fees of orders made another plan better."""

    @property
    def priced(self) -> bool:
        return self.level == STOCK or self.choice is not None

    @property
    def cost(self) -> int:
        """Exact scaled cost; 0 where nothing is bought."""
        return self.choice.cost if self.choice is not None else 0


class PartChooser:
    """One part of a program, prepared once and asked at any number of builds."""

    def __init__(self, need: PartNeed, builds: int, options: Options) -> None:
        self.need = need
        self.options = options
        self.sources = _sources(need, options)
        self.unknown_substitute = _unknown_substitute(need)
        steps = self.sources[0].supply.price_steps() if self.sources and options.profile != "none" else []
        self.demand: Demand = demand(need, builds, steps, options)

    @property
    def counted(self) -> bool:
        """Whether the part takes part at all."""
        override = self.need.override
        left_out = override is not None and override.include is False
        return not (self.need.do_not_place or self.need.ignored or left_out)

    @property
    def stated(self) -> bool:
        """Whether a quantity is known: 0 on every line is one nobody wrote."""
        return self.demand.stated or self.demand.fixed is not None

    def choose(self, builds: int, *, words: bool = True) -> Chosen | None:
        """The cheapest purchase at a number of builds; None where there is no part or it takes no part."""
        if not self.counted or not self.sources or not self.stated:
            return None
        best: Chosen | None = None
        for source in self.sources:
            found = self._of_source(source, builds, words)
            if best is None or (found.priced, -found.level) > (best.priced, -best.level):
                best = found
            elif self.options.alternates == "any" and (found.priced, found.level) == (best.priced, best.level):
                best = min(best, found, key=lambda chosen: chosen.cost)
            if self.options.alternates != "any" and best.priced and best.level <= NOW:
                break
        return best

    def _of_source(self, source: Source, builds: int, words: bool) -> Chosen:
        required = self.demand.requirement(builds, source.stock, self.options, words=words)
        if required.to_buy == 0:
            return Chosen(source, required, STOCK)
        override = self.need.override
        if override is not None and override.unit_price is not None:
            return _fixed(self.need, source, required, override.unit_price, self.options)
        most = int(self.options.max_excess * required.needed)
        for level, worst in source.supply.attempts():
            ladders = source.supply.ladders(level, worst)
            choice = cheapest(ladders, required.to_buy, most, self.options.currency, split=self.options.split)
            if choice is not None:
                return Chosen(source, required, level, ladders, choice, most)
        return Chosen(source, required, OPEN + 1)

    def covered_builds(self, *, offers: bool) -> tuple[int | None, bool]:
        """The most builds stock (and what can be bought now) covers, None for no limit; and whether it could be more
        because an offer does not say its stock."""
        best: int | None = 0
        unknown = False
        for source in self.sources:
            cover = usable(source.stock, self.options)
            if offers:
                cover += source.supply.coverage()
                unknown = unknown or source.supply.unknown_stock
            found = self.demand.most_builds(cover)
            best = None if best is None or found is None else max(best, found)
        return best, unknown


def _sources(need: PartNeed, options: Options) -> list[Source]:
    override = need.override
    supplier = override.supplier if override else None
    if override is not None and (override.substitute is not None or override.substitute_part is not None):
        chosen = override.substitute
        return [] if chosen is None else [_source(chosen, options, supplier)]
    if need.part is None and not need.custom:
        return []
    own = Source(need.part, need.stock, Supply(need.offers, options, supplier))
    others = need.alternates if options.alternates != "none" else ()
    return [own, *(_source(alternate, options, supplier) for alternate in others)]


def _source(alternate: Alternate, options: Options, supplier: str | None) -> Source:
    return Source(alternate.part, alternate.stock, Supply(alternate.offers, options, supplier))


def _unknown_substitute(need: PartNeed) -> str | None:
    override = need.override
    if override is None or override.substitute is not None:
        return None
    return override.substitute_part


def _fixed(need: PartNeed, source: Source, required: Requirement, price: Decimal, options: Options) -> Chosen:
    """A purchase at the price an override sets: from the offer that would be bought in one piece (its least order and
    multiple hold, its price breaks do not), or with no offer behind it."""
    override = need.override
    assert override is not None
    supply = source.supply
    for level, worst in supply.attempts():
        found = cheapest(supply.ladders(level, worst), required.to_buy, 0, options.currency, split=False)
        if found is not None:
            base = supply.ladders(level, worst)[found.quantities[0][0]]
            return _at_price(source, required, base.offer, level, price, base.waits)
    part_id = source.part.id if source.part else need.key
    offer = Offer(part_id, override.supplier or FIXED, "", None, 1, 1, None, options.currency, (PriceBreak(1, price),))
    return _at_price(source, required, offer, OPEN, price, False)


def _at_price(source: Source, required: Requirement, offer: Offer, level: int, price: Decimal, waits: bool) -> Chosen:
    made = ladder(offer, [(1, price)], rate=ONE, most=None, waits=waits)
    assert made is not None
    quantity = round_up(max(required.to_buy, offer.moq, 1), max(offer.order_multiple, 1))
    cost = made.cost(quantity) or 0
    return Chosen(source, required, level, [made], Choice(((0, quantity),), cost, True, cost))
