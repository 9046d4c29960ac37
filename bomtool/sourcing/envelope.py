"""The cost of an offer over a range of quantities, as its lower convex envelope, in whole numbers that carry ties."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from bomtool.sourcing.ladder import Ladder


@dataclass(frozen=True, slots=True)
class Weights:
    """How cost, pieces, orders and names become one number: a lesser number is a better plan."""

    shift: int
    piece: int
    order: tuple[int, ...]
    """By ladder: one more order, and among as many orders the earlier (supplier, SKU)."""

    @staticmethod
    def of(ladders: Sequence[Ladder], most: int) -> Weights:
        """The weights for plans of fewer than `most` pieces of each ladder."""
        count = len(ladders)
        ranks = {index: rank for rank, index in enumerate(sorted(range(count), key=lambda i: ladders[i].key))}
        # Of two sets of equal size the one with the earlier names is less: bits of names, taken away from a whole order.
        order = tuple((2 << count) - (1 << (count - 1 - ranks[index])) for index in range(count))
        piece = 1 << (sum(order)).bit_length()
        shift = (piece * most * max(count, 1)).bit_length() + 1
        return Weights(shift, piece, order)

    def cost(self, index: int, ladder: Ladder, quantity: int) -> int:
        """The number of one purchase."""
        exact = ladder.cost(quantity)
        assert exact is not None
        return (exact << self.shift) + quantity * self.piece + self.order[index]


@dataclass(frozen=True, slots=True)
class Range:
    """What is left of an offer: quantities from `low` to `high` (none where high is 0), and 0 where `zero`; with the
    corners of the envelope of their costs."""

    zero: bool
    low: int
    high: int
    corners: tuple[tuple[int, int], ...]

    @property
    def fixed(self) -> bool:
        return not self.high if self.zero else self.low == self.high

    def cost_at(self, point: int) -> int | None:
        """The envelope's cost at a point; None where that is no whole number."""
        for (q1, c1), (q2, c2) in itertools.pairwise(self.corners):
            if q1 <= point <= q2:
                cost, rest = divmod((c2 - c1) * (point - q1), q2 - q1)
                return None if rest else c1 + cost
        return None


def envelope(ladder: Ladder, index: int, weights: Weights, zero: bool, low: int, high: int) -> Range:
    """The range of a ladder from `low` to `high`: corners ascend by quantity, slopes ascend."""
    corners: list[tuple[int, int]] = [(0, 0)] if zero else []
    if low > high:
        return Range(zero, 0, 0, tuple(corners))
    fee = (ladder.fee << weights.shift) + weights.order[index]
    for tier in ladder.tiers:
        first = max(tier.low, low)
        last = high if tier.high is None else min(tier.high, high)
        if first > last:
            continue
        each = (tier.price << weights.shift) + weights.piece
        for quantity in (first, last) if first < last else (first,):
            cost = each * quantity + fee
            while len(corners) > 1:
                (q1, c1), (q2, c2) = corners[-2], corners[-1]
                if (c2 - c1) * (quantity - q2) < (cost - c2) * (q2 - q1):
                    break
                corners.pop()
            corners.append((quantity, cost))
    return Range(zero, low, high, tuple(corners))
