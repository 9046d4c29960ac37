"""The cheapest way to buy at least so many pieces of one part from several offers: exact.

A plan gives every offer a legal quantity or none. It is allowed where its excess is within the cap, or where no piece of it
could be left out (what MOQ and order multiples force is never capped). Of the allowed plans the one with the least exact
cost wins, then fewer pieces, fewer orders, then (supplier, SKU) in order. A plan that splits must also pay less after
rounding than the best plan of one offer: a saving that only rounding makes is none.

One offer is solved by trying its price tiers, several by the branch and bound of `split`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bomtool.sourcing.ladder import Ladder, paid
from bomtool.sourcing.split import SplitSearch


@dataclass(frozen=True, slots=True)
class Choice:
    """Quantities by ladder index, the exact scaled cost with fees, and whether it is proved to be the least.

    `bound` is a cost (scaled) that no allowed plan undercuts, rounding aside."""

    quantities: tuple[tuple[int, int], ...]
    cost: int
    proved: bool = True
    bound: int = 0

    @property
    def pieces(self) -> int:
        return sum(quantity for _, quantity in self.quantities)


_Rank = tuple[int, int, int, tuple[tuple[str, str], ...]]


def cheapest(
    ladders: Sequence[Ladder], required: int, max_excess: int, currency: str, *, split: bool = True
) -> Choice | None:
    """The cheapest allowed plan for `required` pieces (above 0) with at most `max_excess` pieces more than forced; None
    where the offers cannot cover it."""
    single = single_offer(ladders, required, max_excess)
    if not split or len(ladders) < 2:
        return single and Choice(single[1], single[0][0], True, single[0][0])
    search = SplitSearch(ladders, required, max_excess, None)
    if single is not None:
        search.best_number = search.number(single[1])
    search.run()
    quantities = single[1] if single is not None else None
    if search.best is not None and (
        quantities is None or _paid(ladders, search.best, currency) < _paid(ladders, quantities, currency)
    ):
        quantities = search.best
    if quantities is None:
        return None
    cost = sum(ladders[index].cost(quantity) or 0 for index, quantity in quantities)
    bound = cost if search.bound is None else min(cost, search.bound >> search.weights.shift)
    return Choice(quantities, cost, search.proved, bound)


def _paid(ladders: Sequence[Ladder], quantities: tuple[tuple[int, int], ...], currency: str) -> int:
    """What a plan costs after rounding each line, in minor units (fees are whole minor units or rounded alike)."""
    total = 0
    for index, quantity in quantities:
        tier = ladders[index].tier(quantity)
        assert tier is not None
        total += paid(quantity, tier.price, currency) + paid(1, ladders[index].fee, currency)
    return total


def single_offer(
    ladders: Sequence[Ladder], required: int, max_excess: int
) -> tuple[_Rank, tuple[tuple[int, int], ...]] | None:
    """The cheapest allowed plan of one offer and its rank (cost, pieces, orders, names); None where no offer covers it."""
    best: tuple[_Rank, tuple[tuple[int, int], ...]] | None = None
    for index, ladder in enumerate(ladders):
        least = ladder.up(required)
        for tier in ladder.tiers:
            quantity = max(least, tier.low)
            if tier.high is not None and quantity > tier.high:
                continue
            if quantity > least and quantity - required > max_excess:
                break
            rank: _Rank = (tier.price * quantity + ladder.fee, quantity, 1, (ladder.key,))
            if best is None or rank < best[0]:
                best = rank, ((index, quantity),)
    return best
