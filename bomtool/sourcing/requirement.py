"""How many pieces a part needs: builds, overage, stock, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bomtool.sourcing import overage as overages
from bomtool.sourcing.model import Options, PartNeed, Requirement, Stock
from bomtool.sourcing.overage import Overage, PriceStep, Step


def total_builds(needs: Iterable[PartNeed]) -> int:
    """Builds of all BOMs of a program together."""
    return sum({use.bom_id: use.builds for need in needs for use in need.uses}.values())


def usable(stock: Stock, options: Options) -> int:
    """Pieces of one's own stock the program may take: what its flags switch on, less what others reserved."""
    there = 0
    if options.include_on_hand:
        there += stock.on_hand
    if options.include_processing:
        there += stock.processing
    if options.include_expected:
        there += stock.expected
    return max(0, there - stock.allocated)


def waits_for_expected(stock: Stock, taken: int, options: Options) -> bool:
    """Whether `taken` pieces cannot come from stock that is already here."""
    if not options.include_expected:
        return False
    here = Stock(stock.on_hand, stock.processing, 0, stock.allocated)
    return taken > usable(here, options)


@dataclass(frozen=True, slots=True)
class Demand:
    """What one part needs at any number of builds of the program's mix.

    `pieces` are needed for `builds` builds (the program's own); another number of builds needs its share, rounded up.
    """

    need: PartNeed
    builds: int
    overage: Overage
    stated: bool
    """Whether any line states a quantity."""

    @property
    def pieces(self) -> int:
        return sum(use.quantity_per_build * use.builds for use in self.need.uses)

    @property
    def fixed(self) -> int | None:
        """Pieces needed whatever the number of builds: set by an override."""
        return self.need.override.quantity if self.need.override else None

    def needed(self, builds: int) -> int:
        """Pieces that go onto the boards."""
        if self.fixed is not None:
            return self.fixed
        if builds == self.builds or not self.builds:
            return self.pieces
        return -(-self.pieces * builds // self.builds)

    def required(self, needed: int) -> int:
        """Pieces needed and the overage, once for the whole program."""
        override = self.need.override
        if override is not None and override.overage is not None:
            return needed + override.overage if needed else 0
        return self.overage.required(needed)

    def steps(self) -> tuple[Step, ...]:
        """What `required` gives for every need, in steps that ascend."""
        override = self.need.override
        if override is not None and override.overage is not None:
            return (Step(1, Decimal(0), 0, override.overage, 0),)
        return self.overage.steps()

    def most_builds(self, cover: int) -> int | None:
        """The largest number of builds whose required pieces do not exceed `cover`; None where there is no limit."""
        if self.fixed is not None:
            return None if self.required(self.fixed) <= cover else 0
        if not self.pieces or not self.builds:
            return None
        low, high = 0, cover * self.builds // self.pieces
        while low < high:
            middle = (low + high + 1) // 2
            if self.required(self.needed(middle)) <= cover:
                low = middle
            else:
                high = middle - 1
        return low

    def requirement(self, builds: int, stock: Stock, options: Options, *, words: bool = True) -> Requirement:
        """The requirement at a number of builds with the stock of the part that is built in."""
        needed = self.needed(builds)
        required = self.required(needed)
        there = usable(stock, options)
        taken = min(there, required)
        said = tuple(self._sentences(builds, needed, required, stock, there, options)) if words else ()
        return Requirement(needed, required - needed, required, there, taken, required - taken, said)

    def _sentences(
        self, builds: int, needed: int, required: int, stock: Stock, there: int, options: Options
    ) -> Iterable[str]:
        override = self.need.override
        if self.fixed is not None:
            yield f"need {needed:,}, set by an override instead of {self.pieces:,}"
        elif builds != self.builds:
            yield f"{self.pieces:,} for {self.builds:,} builds, so {needed:,} for {builds:,}"
        else:
            steps = [
                f"{use.quantity_per_build:,} x {use.builds:,} {'build' if use.builds == 1 else 'builds'}"
                + (f" of {use.bom_name}" if use.bom_name else "")
                for use in self.need.uses
            ]
            yield f"{' + '.join(steps)} = {needed:,}"
        if override is not None and override.overage is not None and needed:
            yield f"need {needed:,}, +{override.overage:,} set by an override, so {required:,}"
        else:
            yield self.overage.sentence(needed, required)
        counted = [
            (name, amount)
            for name, amount, on in (
                ("on hand", stock.on_hand, options.include_on_hand),
                ("processing", stock.processing, options.include_processing),
                ("expected", stock.expected, options.include_expected),
            )
            if on and amount
        ]
        if not required or not counted:
            return
        sum_up = " + ".join(f"{amount:,} {name}" for name, amount in counted)
        if stock.allocated:
            sum_up += f" - {stock.allocated:,} allocated elsewhere"
        if there:
            left = max(0, required - there)
            yield f"stock {sum_up} = {there:,} usable, so {left:,} to buy"
        else:
            yield f"stock {sum_up}: none usable, so {required:,} to buy"


def demand(need: PartNeed, builds: int, prices: list[PriceStep], options: Options) -> Demand:
    """The demand of a part; `prices` are the lowest unit prices by need that price rules of overage go by."""
    substitute = need.override.substitute if need.override else None
    part = substitute.part if substitute is not None else None
    rules = Overage(
        overages.profile(options.profile),
        package=part.package if part and part.package else need.package,
        mount=part.mount if part and part.mount else need.mount,
        category=part.category if part and part.category else need.category,
        prices=prices,
    )
    return Demand(need, builds, rules, any(use.quantity_per_build for use in need.uses))
