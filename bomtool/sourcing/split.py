"""The cheapest way to buy one part from two offers or more: exact branch and bound.

A node says for every offer which quantities are left: none or a range, and whether 0 is among them. Its bound takes the
lower convex envelope of every offer's cost and fills the need by slope, within stocks that offers share: all offers but
one (and one for each shared stock that is used up) come to stand on a corner of their envelope, where the cost is true.
One that does not is split at that point: below it, or from it on.

Costs are whole numbers that carry the ties with them: cost first, then pieces, orders, and (supplier, SKU).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bomtool.sourcing.envelope import Range, Weights, envelope
from bomtool.sourcing.ladder import Ladder

NODES = 2_000
"""Steps of the search for one part before it settles for the best plan found and says so."""

FINE = 64
"""Binary places of a slope: two slopes over fewer than 2**32 pieces that differ do so before the last one."""

Quantities = tuple[tuple[int, int], ...]
"""Pairs of ladder index and quantity, in order of index."""


@dataclass(slots=True)
class _Relaxed:
    """The relaxed plan of a node: quantities by offer, the offers between two corners, its bound."""

    at: list[int]
    between: list[int]
    bound: int


class SplitSearch:
    """Searches plans of several offers that are better than `start` (a weighted number; None: anything is)."""

    def __init__(self, ladders: Sequence[Ladder], required: int, max_excess: int, start: int | None) -> None:
        self.ladders = ladders
        self.required = required
        self.max_excess = max_excess
        most = required + max_excess + max(found.up(required) for found in ladders)
        self.weights = Weights.of(ladders, most)
        self.best_number = start
        self.best: Quantities | None = None
        self.proved = True
        self.bound: int | None = None
        """A weighted number no plan undercuts, where the search gave up; None where it did not."""
        self.pools: dict[tuple[str, str, int], list[int]] = {}
        for index, found in enumerate(ladders):
            if found.pool is not None:
                self.pools.setdefault(found.pool, []).append(index)
        self.pools = {pool: members for pool, members in self.pools.items() if len(members) > 1}
        self._pool_of: list[tuple[str, str, int] | None] = [None] * len(ladders)
        for pool, members in self.pools.items():
            for index in members:
                self._pool_of[index] = pool

    def number(self, quantities: Quantities) -> int:
        """The weighted number of a plan."""
        return sum(self.weights.cost(index, self.ladders[index], quantity) for index, quantity in quantities)

    def run(self) -> None:
        """Search; `best` holds the plan where one better than the start was found."""
        # An offer of all the pieces would leave nothing for a second one.
        root = []
        for index, ladder in enumerate(self.ladders):
            high = (self.required - 1) // ladder.multiple * ladder.multiple
            if ladder.most is not None:
                high = min(high, ladder.most)
            root.append(self._range(index, True, ladder.least, high))
        open_nodes: list[tuple[int, int, list[Range], _Relaxed]] = []
        made = 0

        def consider(ranges: list[Range] | None) -> None:
            nonlocal made
            if ranges is None:
                return
            relaxed = self._relax(ranges)
            if relaxed is None or not self._better(relaxed.bound):
                return
            self._round(ranges, relaxed)
            if self._better(relaxed.bound):
                made += 1
                heapq.heappush(open_nodes, (relaxed.bound, made, ranges, relaxed))

        consider(root)
        steps = 0
        while open_nodes:
            bound, _, ranges, relaxed = heapq.heappop(open_nodes)
            if not self._better(bound):
                break  # the others are no better
            steps += 1
            if steps > NODES:
                self.proved = False
                self.bound = bound
                return
            for child in self._children(ranges, relaxed):
                consider(child)

    def _better(self, number: int) -> bool:
        return self.best_number is None or number < self.best_number

    def _range(self, index: int, zero: bool, low: int, high: int) -> Range:
        return envelope(self.ladders[index], index, self.weights, zero, low, high)

    def _relax(self, ranges: list[Range]) -> _Relaxed | None:
        """The least cost with every offer on its envelope; None where the ranges cannot give the pieces."""
        at = []
        missing = self.required
        segments: list[tuple[int, int, int]] = []
        for index, found in enumerate(ranges):
            corners = found.corners
            if not corners:
                return None
            q0, c0 = corners[0]
            at.append(q0)
            missing -= q0
            for q1, c1 in corners[1:]:
                segments.append((((c1 - c0) << FINE) // (q1 - q0), index, q1 - q0))
                q0, c0 = q1, c1
        segments.sort()
        rest = {pool: pool[2] - sum(at[index] for index in members) for pool, members in self.pools.items()}
        full: dict[tuple[str, str, int], int] = {}
        between = []
        value = 0  # of one more piece, as a slope
        for slope, index, pieces in segments:
            if slope > 0 and missing <= 0:
                break
            pool = self._pool_of[index]
            taken = pieces if slope <= 0 else min(pieces, missing)
            if pool is not None:
                if pool in full:
                    continue
                taken = min(taken, rest[pool])
                rest[pool] -= taken
                if not rest[pool]:
                    full[pool] = slope
            at[index] += taken
            missing -= taken
            value = max(slope, 0)
            if taken < pieces:
                between.append(index)
        if missing > 0:
            return None
        if missing < 0:
            value = 0
        total = value * self.required - sum((value - min(value, slope)) * pool[2] for pool, slope in full.items())
        for index, found in enumerate(ranges):
            pool = self._pool_of[index]
            worth = min(value, full[pool]) if pool is not None and pool in full else value
            total += min((cost << FINE) - worth * quantity for quantity, cost in found.corners)
        return _Relaxed(at, between, -(-total >> FINE))

    def _round(self, ranges: list[Range], relaxed: _Relaxed) -> None:
        """Make plans of a relaxed one: offers between two corners give a legal quantity, one of them the cheapest that
        covers the need."""
        between = relaxed.between
        plan = dict(enumerate(relaxed.at))
        if not between:
            self._offer(plan)
            return
        fills: Iterable[int] = between
        if len(between) > 1 or self._pool_of[between[0]] is not None:
            fills = range(len(ranges))  # one at the end of a shared stock cannot give more
            for index in between:
                plan[index] = self._legal_below(index, ranges[index], plan[index])
        missing = self.required - sum(plan.values())
        for index in fills:
            quantity = self._legal_from(index, ranges[index], max(plan[index] + missing, 1))
            if quantity is not None:
                self._offer({**plan, index: quantity})
                self._offer(self._without_spare({**plan, index: quantity}))

    def _without_spare(self, plan: dict[int, int]) -> dict[int, int]:
        """The plan without offers that rounding made superfluous."""
        spare = sum(plan.values()) - self.required
        kept = dict(plan)
        for number, quantity in sorted(plan.items(), key=lambda entry: -entry[1]):
            if quantity and quantity <= spare:
                kept[number] = 0
                spare -= quantity
        return kept

    def _legal_below(self, index: int, found: Range, quantity: int) -> int:
        below = min(quantity, found.high) // self.ladders[index].multiple * self.ladders[index].multiple
        return below if below >= found.low else 0 if found.zero else found.low

    def _legal_from(self, index: int, found: Range, quantity: int) -> int | None:
        """The cheapest quantity left that is not below `quantity`; None where there is none."""
        ladder = self.ladders[index]
        least = max(ladder.up(quantity), found.low)
        if least > found.high:
            return None
        choices = [least, *(tier.low for tier in ladder.tiers if least < tier.low <= found.high)]
        return min(choices, key=lambda q: self.weights.cost(index, ladder, q))

    def _offer(self, quantities: dict[int, int]) -> None:
        """Keep a plan if it is one and better than what there is."""
        plan = tuple(sorted((index, quantity) for index, quantity in quantities.items() if quantity))
        if len(plan) < 2 or sum(quantity for _, quantity in plan) < self.required:
            return
        if any(self.ladders[index].tier(quantity) is None for index, quantity in plan):
            return
        number = self.number(plan)
        if self._better(number) and self._within_pools(plan) and self._allowed(plan):
            self.best_number, self.best = number, plan

    def _within_pools(self, plan: Quantities) -> bool:
        given = dict(plan)
        return all(sum(given.get(i, 0) for i in members) <= pool[2] for pool, members in self.pools.items())

    def _allowed(self, plan: Quantities) -> bool:
        excess = sum(quantity for _, quantity in plan) - self.required
        if excess <= self.max_excess:
            return True
        return all(quantity - self.ladders[index].before(quantity) > excess for index, quantity in plan)

    def _children(self, ranges: list[Range], relaxed: _Relaxed) -> list[list[Range] | None]:
        for index in relaxed.between:
            ladder, found, point = self.ladders[index], ranges[index], relaxed.at[index]
            above = max(ladder.up(point), found.low)
            if above == point and found.cost_at(point) == self.weights.cost(index, ladder, point):
                continue  # it stands on a true point
            below = -(-point // ladder.multiple) * ladder.multiple - ladder.multiple
            return [
                self._with(ranges, index, found.zero, found.low, min(below, found.high)),
                self._with(ranges, index, False, above, found.high),
            ]
        if self._stands(relaxed.at):
            return []
        return self._around(ranges, relaxed.at)

    def _stands(self, at: list[int]) -> bool:
        """Whether a relaxed plan on true points is a plan (then it was offered and its node is done)."""
        plan = tuple((index, quantity) for index, quantity in enumerate(at) if quantity)
        return len(plan) > 1 and self._within_pools(plan) and self._allowed(plan)

    def _around(self, ranges: list[Range], at: list[int]) -> list[list[Range] | None]:
        """A relaxed plan that is none because of a shared stock, the cap on what is left over, or its single offer: take
        one offer's quantity, and leave the values below and above it."""
        pooled = {index for members in self.pools.values() for index in members}
        free = [index for index, found in enumerate(ranges) if not found.fixed]
        if not free:
            return []
        index = min(free, key=lambda i: (i not in pooled, at[i] == 0, i))
        found, multiple, quantity = ranges[index], self.ladders[index].multiple, at[index]
        if quantity == 0:
            return [self._with(ranges, index, True, 1, 0), self._with(ranges, index, False, found.low, found.high)]
        return [
            self._with(ranges, index, found.zero, found.low, quantity - multiple),
            self._with(ranges, index, False, quantity, quantity),
            self._with(ranges, index, False, quantity + multiple, found.high),
        ]

    def _with(self, ranges: list[Range], index: int, zero: bool, low: int, high: int) -> list[Range] | None:
        """The ranges with one changed, and shared stocks passed on; None where nothing is left."""
        changed = list(ranges)
        changed[index] = self._range(index, zero, low, high)
        if not changed[index].corners:
            return None
        for pool, members in self.pools.items():
            if index not in members:
                continue
            least = {i: 0 if changed[i].zero else changed[i].low for i in members}
            rest = pool[2] - sum(least.values())
            if rest < 0:
                return None
            for i in members:
                found = changed[i]
                multiple = self.ladders[i].multiple
                most = (rest + least[i]) // multiple * multiple
                if found.high > most:
                    changed[i] = self._range(i, found.zero, found.low, most)
                    if not changed[i].corners:
                        return None
        return changed
