"""The cheapest way to buy at least so many pieces of one part from several offers: exact.

A plan gives every offer a legal quantity or none. It is allowed where its excess is within the cap, or where no piece of it
could be left out (what MOQ and order multiples force is never capped). Of the allowed plans the one with the least exact
cost wins, then fewer pieces, fewer orders, then (supplier, SKU) in order. A plan that splits must also pay less after
rounding than the best plan of one offer: a saving that only rounding makes is none.

The search is a branch and bound on these facts. Of two offers with the same order multiple that both stand strictly inside
their price tiers, pieces can move from the dearer to the cheaper, so at most one of each multiple stands inside; an offer
inside its tier is never more than needed, so the last such offer is closed by what is still missing. All others stand at
the ends of their tiers (or where a stock shared by two packagings is used up).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bomtool.sourcing.ladder import Ladder, paid

NODES = 20_000
"""Steps of the search for one part before it settles for the best plan found and says so."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Quantities by ladder index, the exact scaled cost with fees, and whether it is proved to be the least.

    `bound` is a cost (scaled) that no allowed plan undercuts."""

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
    single = _single(ladders, required, max_excess)
    if not split or len(ladders) < 2:
        return single and Choice(single[1], single[0][0], True, single[0][0])
    search = _Search(ladders, required, max_excess, single)
    best = search.run()
    if best is None:
        return None
    rank, quantities = best
    if single is not None and len(quantities) > 1:
        one = _paid(ladders, single[1], currency)
        if one <= _paid(ladders, quantities, currency):
            rank, quantities = single
    return Choice(quantities, rank[0], search.proved, rank[0] if search.proved else min(search.root, rank[0]))


def _paid(ladders: Sequence[Ladder], quantities: tuple[tuple[int, int], ...], currency: str) -> int:
    """What a plan costs after rounding each line, in minor units (fees are whole minor units or rounded alike)."""
    total = 0
    for index, quantity in quantities:
        tier = ladders[index].tier(quantity)
        assert tier is not None
        total += paid(quantity, tier.price, currency) + paid(1, ladders[index].fee, currency)
    return total


def _single(
    ladders: Sequence[Ladder], required: int, max_excess: int
) -> tuple[_Rank, tuple[tuple[int, int], ...]] | None:
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


class _Search:
    """Branch and bound over plans of several offers."""

    def __init__(
        self,
        ladders: Sequence[Ladder],
        required: int,
        max_excess: int,
        start: tuple[_Rank, tuple[tuple[int, int], ...]] | None,
    ) -> None:
        self.ladders = ladders
        self.required = required
        self.max_excess = max_excess
        self.best = start
        self.nodes = 0
        self.proved = True
        # The least price a piece of each offer can have in a split (fewer than `required` pieces from each), and how many.
        floors = []
        for index, ladder in enumerate(ladders):
            reach = [tier for tier in ladder.tiers if tier.low < required]
            if reach:
                most = ladder.up(required)
                floors.append((min(tier.price for tier in reach), index, min(most, ladder.most or most)))
        self.floors = sorted(floors)
        self.usable = {index for _, index, _ in floors}
        self.root = self._bound(required, self.usable)

    def run(self) -> tuple[_Rank, tuple[tuple[int, int], ...]] | None:
        if len(self.usable) < 2 or self.root < 0 or self._hopeless(0, self.required, 0, self.usable):
            return self.best
        # Cheap offers first: a good plan early cuts the rest. Coarse multiples first among equals.
        order = [index for _, index, _ in self.floors]
        order.sort(key=lambda index: -self.ladders[index].multiple)
        finest = min(self.ladders[index].multiple for index in order)
        closers: list[int | None] = [index for index in order if self.ladders[index].multiple == finest]
        for closer in [*closers, None]:
            rest = [index for index in order if index != closer]
            self._step(rest, 0, closer, self.required, 0, [], {}, frozenset())
            if not self.proved:
                break
        return self.best

    def _step(
        self,
        order: list[int],
        at: int,
        closer: int | None,
        missing: int,
        cost: int,
        chosen: list[tuple[int, int]],
        pools: dict[tuple[str, str, int], int],
        inside: frozenset[int],
    ) -> None:
        self.nodes += 1
        if self.nodes > NODES:
            self.proved = False
            return
        if missing <= 0:
            self._offer(chosen, cost)
            return
        left = set(order[at:])
        if closer is not None:
            left.add(closer)
        if self._hopeless(cost, missing, len(chosen), left):
            return
        if closer is not None:
            self._close(closer, missing, cost, chosen, pools)
        if at == len(order):
            return
        index = order[at]
        ladder = self.ladders[index]
        room = self._room(ladder, pools)
        for quantity, free in self._quantities(ladder, missing, room, pools, order[at + 1 :], closer, inside):
            price = ladder.cost(quantity)
            assert price is not None
            used = pools
            if ladder.pool is not None:
                used = {**pools, ladder.pool: pools.get(ladder.pool, 0) + quantity}
            chosen.append((index, quantity))
            held = inside | {ladder.multiple} if free else inside
            self._step(order, at + 1, closer, missing - quantity, cost + price, chosen, used, held)
            chosen.pop()
            if not self.proved:
                return
        self._step(order, at + 1, closer, missing, cost, chosen, pools, inside)

    def _quantities(
        self,
        ladder: Ladder,
        missing: int,
        room: int | None,
        pools: dict[tuple[str, str, int], int],
        later: list[int],
        closer: int | None,
        inside: frozenset[int],
    ) -> list[tuple[int, bool]]:
        """Quantities to try for an offer, and whether each stands inside its tier."""
        most = ladder.up(missing)  # more than that only as the start of a cheaper tier
        multiple = ladder.multiple
        finest = closer is not None and self.ladders[closer].multiple == multiple
        found: dict[int, bool] = {}
        limits = [] if room is None else [room // multiple * multiple]
        if ladder.pool is not None and room is not None:
            mates = [self.ladders[i] for i in [*later, *([closer] if closer is not None else [])]]
            for mate in mates:
                if mate.pool == ladder.pool:
                    ends = {end for tier in mate.tiers for end in (tier.low, tier.high or tier.low)}
                    limits += [(room - end) // multiple * multiple for end in ends if end < room]
        for tier in ladder.tiers:
            high = tier.high if room is None else min(tier.high or room, room // multiple * multiple)
            if high is not None and high < tier.low:
                continue
            if tier.low <= most or tier.low - missing <= self.max_excess:
                found[tier.low] = False
            if high is not None and high <= most:
                found[high] = False
            for limit in limits:
                if tier.low <= limit <= min(most, high if high is not None else limit):
                    found[limit] = False
            if not finest and multiple not in inside:
                top = most if high is None else min(most, high)
                if closer is None:  # it closes the plan itself
                    if tier.low <= most <= top:
                        found.setdefault(most, True)
                else:
                    for quantity in range(tier.low + multiple, top + 1, multiple):
                        found.setdefault(quantity, True)
        return list(found.items())

    def _close(
        self,
        closer: int,
        missing: int,
        cost: int,
        chosen: list[tuple[int, int]],
        pools: dict[tuple[str, str, int], int],
    ) -> None:
        ladder = self.ladders[closer]
        room = self._room(ladder, pools)
        least = ladder.up(missing)
        for tier in ladder.tiers:
            quantity = max(least, tier.low)
            if (tier.high is not None and quantity > tier.high) or (room is not None and quantity > room):
                continue
            if quantity > least and quantity - missing > self.max_excess:
                break
            self._offer([*chosen, (closer, quantity)], cost + tier.price * quantity + ladder.fee)

    def _offer(self, chosen: list[tuple[int, int]], cost: int) -> None:
        pieces = sum(quantity for _, quantity in chosen)
        quantities = tuple(sorted(chosen))
        rank: _Rank = (cost, pieces, len(chosen), tuple(sorted(self.ladders[index].key for index, _ in chosen)))
        if (self.best is None or (rank, quantities) < self.best) and self._allowed(chosen, pieces):
            self.best = rank, quantities

    def _allowed(self, chosen: list[tuple[int, int]], pieces: int) -> bool:
        excess = pieces - self.required
        if excess <= self.max_excess:
            return True
        return all(quantity - self.ladders[index].before(quantity) > excess for index, quantity in chosen)

    def _room(self, ladder: Ladder, pools: dict[tuple[str, str, int], int]) -> int | None:
        if ladder.pool is None:
            return ladder.most
        rest = ladder.pool[2] - pools.get(ladder.pool, 0)
        return rest if ladder.most is None else min(rest, ladder.most)

    def _bound(self, missing: int, left: set[int]) -> int:
        """A cost no way of getting the missing pieces from these offers undercuts; -1 where they cannot give them."""
        cost = 0
        for price, index, most in self.floors:
            if index not in left:
                continue
            if most >= missing:
                return cost + price * missing
            cost += price * most
            missing -= most
        return cost if missing <= 0 else -1

    def _hopeless(self, cost: int, missing: int, orders: int, left: set[int]) -> bool:
        more = self._bound(missing, left)
        if more < 0:
            return True
        if self.best is None:
            return False
        least = (cost + more, self.required, max(orders + 1, 2))
        return least > self.best[0][:3]


def brute_force(
    ladders: Sequence[Ladder], required: int, max_excess: int, currency: str, limit: int
) -> tuple[int, int, int, tuple[tuple[str, str], ...]] | None:
    """The rank of the best plan by trying every legal quantity up to `limit` of every offer: for proofs only."""
    best: tuple[_Rank, tuple[tuple[int, int], ...]] | None = None
    single: tuple[_Rank, tuple[tuple[int, int], ...]] | None = None
    legal: list[list[int]] = []
    for ladder in ladders:
        top = max(limit if ladder.most is None else min(limit, ladder.most), ladder.least)
        legal.append([0, *range(ladder.least, top + 1, ladder.multiple)])

    def go(index: int, chosen: tuple[tuple[int, int], ...], pieces: int, cost: int) -> None:
        nonlocal best, single
        if index == len(ladders):
            if pieces < required or not chosen:
                return
            excess = pieces - required
            if excess > max_excess and not all(q - ladders[i].before(q) > excess for i, q in chosen):
                return
            pooled: dict[tuple[str, str, int], int] = {}
            for i, q in chosen:
                pool = ladders[i].pool
                if pool is not None:
                    pooled[pool] = pooled.get(pool, 0) + q
            if any(total > pool[2] for pool, total in pooled.items()):
                return
            rank: _Rank = (cost, pieces, len(chosen), tuple(sorted(ladders[i].key for i, _ in chosen)))
            if best is None or rank < best[0]:
                best = rank, chosen
            if len(chosen) == 1 and (single is None or rank < single[0]):
                single = rank, chosen
            return
        for quantity in legal[index]:
            if quantity == 0:
                go(index + 1, chosen, pieces, cost)
                continue
            price = ladders[index].cost(quantity)
            if price is not None:
                go(index + 1, (*chosen, (index, quantity)), pieces + quantity, cost + price)

    go(0, (), 0, 0)
    if best is None:
        return None
    if single is not None and _paid(ladders, single[1], currency) <= _paid(ladders, best[1], currency):
        return single[0]
    return best[0]
