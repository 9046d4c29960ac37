"""Every part of a program under changing conditions: some suppliers ruled out, some pieces weighed at less than their
price. Answers are kept, and a part whose plan does not change is not planned again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bomtool.sourcing.cheapest import cheapest
from bomtool.sourcing.choose import Chosen
from bomtool.sourcing.ladder import Ladder
from bomtool.sourcing.model import Options
from bomtool.sourcing.supply import fold


@dataclass(frozen=True, slots=True)
class Picked:
    """A plan of one part: its real cost, the bound under the conditions it was made for, the suppliers it uses (as bits)
    and the value of its lines at each of them."""

    quantities: tuple[tuple[int, int], ...]
    cost: int
    bound: int
    uses: int
    values: tuple[tuple[int, int], ...]


class Market:
    """The parts and the suppliers with terms; fees and least values are scaled amounts."""

    PARTS = 16
    """Steps between the full price and none."""

    def __init__(
        self,
        parts: Sequence[Chosen],
        suppliers: Sequence[str],
        fees: Sequence[int],
        minimums: Sequence[int],
        options: Options,
    ) -> None:
        self.parts = parts
        self.suppliers = suppliers
        self.fees = fees
        self.minimums = minimums
        self.options = options
        self.evaluations = 0
        """Plans that were worked out."""
        numbers = {name: number for number, name in enumerate(suppliers)}
        self._of = [[numbers.get(fold(ladder.offer.supplier), -1) for ladder in part.ladders] for part in parts]
        self._there = [sum(1 << s for s in {s for s in of if s >= 0}) for of in self._of]
        self._known: list[dict[tuple[int, tuple[int, ...]], Picked | None]] = []
        for number, part in enumerate(parts):
            assert part.choice is not None
            self._known.append({(0, ()): self._picked(number, part.choice.quantities, part.choice.bound)})

    @staticmethod
    def bits(mask: int) -> Iterator[int]:
        """The numbers of the bits that are set."""
        number = 0
        while mask:
            if mask & 1:
                yield number
            mask >>= 1
            number += 1

    def picks(self, ruled_out: int, weights: tuple[int, ...] = ()) -> list[Picked] | None:
        """Every part's cheapest plan without some suppliers, with the pieces of supplier s at (PARTS - weights[s]) of
        PARTS of their price; None where a part cannot be bought."""
        if not any(weights):
            weights = ()
        found = []
        for number in range(len(self.parts)):
            picked = self._pick(number, ruled_out, weights)
            if picked is None:
                return None
            found.append(picked)
        return found

    def _pick(self, number: int, ruled_out: int, weights: tuple[int, ...]) -> Picked | None:
        there = self._there[number]
        ruled_out &= there
        if weights:
            weights = tuple(w if there >> s & 1 and not ruled_out >> s & 1 else 0 for s, w in enumerate(weights))
            if not any(weights):
                weights = ()
        known = self._known[number]
        key = (ruled_out, weights)
        if key in known:
            return known[key]
        if not weights and ruled_out:
            # What is not used may be ruled out and nothing changes.
            first = next(self.bits(ruled_out))
            more = self._pick(number, ruled_out & ~(1 << first), ())
            if more is None or not more.uses >> first & 1:
                known[key] = more
                return more
        known[key] = self._plan(number, ruled_out, weights)
        return known[key]

    def _plan(self, number: int, ruled_out: int, weights: tuple[int, ...]) -> Picked | None:
        part, of = self.parts[number], self._of[number]
        places = [place for place, supplier in enumerate(of) if supplier < 0 or not ruled_out >> supplier & 1]
        if not places:
            return None
        ladders = [part.ladders[place] for place in places]
        if weights:
            ladders = [
                _weighed(ladder, weights[of[place]], self.PARTS) if of[place] >= 0 and weights[of[place]] else ladder
                for place, ladder in zip(places, ladders, strict=True)
            ]
        self.evaluations += 1
        choice = cheapest(
            ladders, part.requirement.to_buy, part.max_excess, self.options.currency, split=self.options.split
        )
        if choice is None:
            return None
        quantities = tuple((places[index], quantity) for index, quantity in choice.quantities)
        return self._picked(number, quantities, choice.bound)

    def _picked(self, number: int, quantities: tuple[tuple[int, int], ...], bound: int) -> Picked:
        part, of = self.parts[number], self._of[number]
        cost = uses = 0
        values: dict[int, int] = {}
        for place, quantity in quantities:
            ladder = part.ladders[place]
            full = ladder.cost(quantity)
            assert full is not None
            cost += full
            supplier = of[place]
            if supplier >= 0:
                uses |= 1 << supplier
                values[supplier] = values.get(supplier, 0) + full - ladder.fee
        return Picked(quantities, cost, bound, uses, tuple(sorted(values.items())))

    def used(self, picks: Sequence[Picked]) -> int:
        """The suppliers with terms that are used, as bits."""
        mask = 0
        for pick in picks:
            mask |= pick.uses
        return mask

    def values(self, picks: Sequence[Picked]) -> list[int]:
        """The value of every supplier's order."""
        values = [0] * len(self.suppliers)
        for pick in picks:
            for supplier, value in pick.values:
                values[supplier] += value
        return values

    def total(self, picks: Sequence[Picked]) -> int:
        """What the picks cost with the fees of their orders and what is added to reach least values."""
        return sum(pick.cost for pick in picks) + self._of_orders(self.values(picks), self.used(picks))

    def _of_orders(self, values: Sequence[int], used: int) -> int:
        return sum(self.fees[s] + max(0, self.minimums[s] - values[s]) for s in self.bits(used))

    def polished(self, picks: Sequence[Picked]) -> list[Picked]:
        """The picks with single parts changed to other plans that came up for them, while that pays."""
        picks = list(picks)
        values = self.values(picks)
        users = [sum(pick.uses >> s & 1 for pick in picks) for s in range(len(self.suppliers))]
        improved = True
        while improved:
            improved = False
            for number, known in enumerate(self._known):
                for other in {other.quantities: other for other in known.values() if other is not None}.values():
                    pick = picks[number]
                    if other.quantities != pick.quantities and self._change(pick, other, values, users):
                        picks[number] = other
                        improved = True
        return picks

    def _change(self, pick: Picked, other: Picked, values: list[int], users: list[int]) -> bool:
        """Change a part's plan where that pays; `values` and `users` (parts by supplier) follow."""
        touched = pick.uses | other.uses
        before = pick.cost + self._of_orders(values, self._mask(users) & touched)
        self._move(pick, other, values, users)
        if other.cost + self._of_orders(values, self._mask(users) & touched) < before:
            return True
        self._move(other, pick, values, users)
        return False

    def _move(self, pick: Picked, other: Picked, values: list[int], users: list[int]) -> None:
        for supplier, value in pick.values:
            values[supplier] -= value
            users[supplier] -= 1
        for supplier, value in other.values:
            values[supplier] += value
            users[supplier] += 1

    def _mask(self, users: Sequence[int]) -> int:
        return sum(1 << supplier for supplier, count in enumerate(users) if count)


def _weighed(ladder: Ladder, weight: int, parts: int) -> Ladder:
    """The ladder with its prices at (parts - weight) of `parts`, rounded down."""
    tiers = tuple(replace(tier, price=tier.price * (parts - weight) // parts) for tier in ladder.tiers)
    return replace(ladder, tiers=tiers)
