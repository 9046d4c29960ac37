"""Orders of a whole program: fees and least values of orders are shared by the parts bought in them.

Every part alone takes its cheapest plan; where orders cost something themselves, fewer suppliers may be cheaper. The search
decides supplier by supplier whether it is used at all: with some ruled out and some paid for, the sum of every part's
cheapest plan and of the fees paid for is a cost nothing below undercuts. Without least values the end is exact; with them,
pieces are weighed at a part of their price while their order is below its least value, which gives a bound and good
plans. `Orders.gap` says how far the plan may be from the least cost.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bomtool.sourcing.choose import STOCK, Chosen
from bomtool.sourcing.ladder import SCALE, scaled
from bomtool.sourcing.market import Market, Picked
from bomtool.sourcing.model import Options, OrderFee
from bomtool.sourcing.money import extended
from bomtool.sourcing.supply import fold, in_program_currency

STEPS = 400
"""Nodes of the search over suppliers before it settles for the best orders found and says so."""
EVALUATIONS = 10_000
"""Plans of single parts it may ask for on the way."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What is bought for every part, the fees of the orders, and how far the cost may be from the least possible."""

    chosen: Sequence[Chosen | None]
    fees: tuple[OrderFee, ...] = ()
    gap: Decimal = Decimal(0)


def combine(chosen: Sequence[Chosen | None], options: Options) -> Orders:
    """The parts' purchases, changed where fees of orders make another choice cheaper."""
    buying = [
        (number, found)
        for number, found in enumerate(chosen)
        if found is not None and found.choice is not None and found.level != STOCK
    ]
    unproved = sum(found.cost - found.choice.bound for _, found in buying if found.choice)
    terms = _terms(options)
    present = sorted({fold(ladder.offer.supplier) for _, found in buying for ladder in found.ladders} & terms.keys())
    if not present:
        return Orders(chosen, gap=_amount(unproved))
    market = Market(
        [found for _, found in buying],
        present,
        [scaled(terms[name].order_fee) for name in present],
        [scaled(terms[name].minimum) for name in present],
        options,
    )
    search = _Search(market)
    search.run()
    result = list(chosen)
    for (number, found), picked in zip(buying, search.best, strict=True):
        if found.choice is not None and picked.quantities != found.choice.quantities:
            result[number] = replace(
                found,
                choice=replace(found.choice, quantities=picked.quantities, cost=picked.cost),
                alone=found.choice.cost,
            )
    return Orders(result, _fees(result, terms, options), _amount(max(0, search.best_cost - search.bound)))


@dataclass(frozen=True, slots=True)
class _Terms:
    """A supplier's fees in the program's currency."""

    order_fee: Decimal
    minimum: Decimal


def _terms(options: Options) -> dict[str, _Terms]:
    found = {}
    for terms in options.rules.terms:
        fee = in_program_currency(terms.order_fee, terms.currency, options)
        minimum = in_program_currency(terms.minimum_order, terms.currency, options)
        if (fee or minimum) and fee is not None and minimum is not None:
            found[fold(terms.supplier)] = _Terms(fee, minimum)
    return found


def _fees(chosen: Sequence[Chosen | None], terms: dict[str, _Terms], options: Options) -> tuple[OrderFee, ...]:
    values: dict[str, Decimal] = {}
    names: dict[str, str] = {}
    for found in chosen:
        if found is None or found.choice is None:
            continue
        for index, quantity in found.choice.quantities:
            ladder = found.ladders[index]
            tier = ladder.tier(quantity)
            name = fold(ladder.offer.supplier)
            if name in terms and tier is not None:
                names.setdefault(name, ladder.offer.supplier)
                line = extended(quantity, tier.unit_price, options.currency)
                values[name] = values.get(name, Decimal(0)) + line
    return tuple(
        OrderFee(names[name], terms[name].order_fee, max(Decimal(0), terms[name].minimum - values[name]), values[name])
        for name in sorted(values)
    )


def _amount(cost: int) -> Decimal:
    return Decimal(cost).scaleb(-SCALE).normalize() + 0


class _Search:
    """Best first over which suppliers are used: `ruled_out` and `paid` are sets of suppliers as bits."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.best: list[Picked] = []
        self.best_cost = -1
        self.bound = 0

    def run(self) -> None:
        """Search; `best` holds one pick a part, `best_cost` their cost with fees, `bound` what nothing undercuts."""
        market = self.market
        self._descend()
        heap: list[tuple[int, int, int, int]] = []
        settled: list[int] = []
        made = steps = 0

        def consider(ruled_out: int, paid: int) -> None:
            nonlocal made
            bound = self._bound(ruled_out, paid)
            if bound is not None and bound < self.best_cost:
                made += 1
                heapq.heappush(heap, (bound, made, ruled_out, paid))

        consider(0, 0)
        while heap and steps < STEPS and market.evaluations < EVALUATIONS:
            bound, _, ruled_out, paid = heapq.heappop(heap)
            if bound >= self.best_cost:
                break
            steps += 1
            picks = market.picks(ruled_out)
            assert picks is not None
            open_ones = market.used(picks) & ~paid
            if not open_ones:
                settled.append(self._settle(ruled_out, paid, bound))
                continue
            supplier = max(market.bits(open_ones), key=lambda s: (market.fees[s] + market.minimums[s], -s))
            consider(ruled_out, paid | 1 << supplier)
            consider(ruled_out | 1 << supplier, paid)
        rest = [bound for bound, *_ in heap]
        self.bound = min([*rest, *settled, self.best_cost])

    def _take(self, picks: Sequence[Picked] | None) -> bool:
        """Keep picks that cost less than the best ones."""
        if picks is None:
            return False
        cost = self.market.total(picks)
        if self.best_cost < 0 or cost < self.best_cost:
            self.best, self.best_cost = list(picks), cost
            return True
        return False

    def _descend(self) -> None:
        """A good plan to start from: rule suppliers out one by one while that pays, the smallest orders first."""
        market = self.market
        ruled_out = 0
        self._take(market.picks(0))
        improved = True
        while improved and market.evaluations < EVALUATIONS:
            improved = False
            values = market.values(self.best)
            for supplier in sorted(market.bits(market.used(self.best)), key=lambda s: values[s]):
                if self._take(market.picks(ruled_out | 1 << supplier)):
                    ruled_out |= 1 << supplier
                    improved = True
                    break

    def _bound(self, ruled_out: int, paid: int) -> int | None:
        picks = self.market.picks(ruled_out)
        if picks is None:
            return None
        self._take(picks)
        return sum(pick.bound for pick in picks) + sum(self.market.fees[s] for s in self.market.bits(paid))

    def _settle(self, ruled_out: int, paid: int, bound: int) -> int:
        """The bound of a node whose suppliers are all decided. Where an order is below its least value, its pieces are
        weighed at less and less of their price."""
        market = self.market
        picks = market.picks(ruled_out)
        assert picks is not None
        if market.total(picks) == bound:
            return bound
        weights = [0] * len(market.suppliers)
        best = bound
        for _ in range(2):
            values = market.values(picks)
            for supplier in market.bits(paid):
                if values[supplier] >= market.minimums[supplier]:
                    continue
                for weight in range(weights[supplier] + 1, market.PARTS + 1):
                    if market.evaluations > EVALUATIONS:
                        return best
                    before, weights[supplier] = weights[supplier], weight
                    weighed = market.picks(ruled_out, tuple(weights))
                    assert weighed is not None
                    self._take(weighed)
                    worth = sum(pick.bound for pick in weighed) + sum(
                        market.fees[s] + market.minimums[s] * weights[s] // market.PARTS for s in market.bits(paid)
                    )
                    if worth <= best:
                        weights[supplier] = before
                        break
                    best, picks = worth, weighed
        self._take(market.polished(picks))
        self._take(market.polished(self.best))
        return best
