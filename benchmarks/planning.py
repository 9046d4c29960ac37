"""Planning a program: how long, how it grows with parts and offers, beside a simple peer in the same run.

    python benchmarks/planning.py [--parts 1000] [--offers 20] [--runs 5]

Prints minimum, median and maximum of the plan of one number of builds and of a curve of five. The peer takes for every part
the cheapest single offer by float arithmetic (no stock, splits, sentences or risks): what a spreadsheet does. A second
table doubles parts and offers, in processor time: as many microseconds for each offer mean linear growth. The last row adds
fees and least values of orders at twenty suppliers.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from bomtool.parts.model import Offer, Part, PriceBreak
from bomtool.sourcing.curve import quantity_curve
from bomtool.sourcing.model import Options, PartNeed, SupplierRules, SupplierTerms, Use
from bomtool.sourcing.money import rates
from bomtool.sourcing.plan import plan_program

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BUILDS = 250
CURVE = (1, 10, 100, 1_000, BUILDS)
PACKAGES = ("0402", "0603", "0805", "1206", "SOT-23", "LQFP-64", "QFN-32", None)


def offer(rng: random.Random, part: str, number: int, base: float) -> Offer:
    """One offer as distributors have them: eight breaks or a reel, stock from none to plenty, three currencies."""
    reel = rng.random() < 0.2
    size = rng.choice((1000, 2500, 3000, 4000))
    starts = (size, 2 * size, 5 * size) if reel else (1, 10, 25, 100, 500, 1000, 2500, 5000)
    price = base * rng.uniform(0.8, 1.4)
    breaks = []
    for start in starts:
        breaks.append(PriceBreak(start, Decimal(f"{price:.5f}")))
        price *= rng.uniform(0.7, 0.98)
    return Offer(
        part,
        f"Supplier {number % 20}",
        f"SKU-{number}",
        rng.choice((None, 0, rng.randint(1, 2_000), rng.randint(500, 100_000))),
        starts[0],
        size if reel else rng.choice((1, 1, 1, 5, 10)),
        "reel" if reel else "cut tape",
        rng.choice(("USD", "USD", "USD", "EUR", "GBP")),
        tuple(breaks),
        rng.choice((None, 28, 84, 140)),
        rng.random() < 0.8,
        fetched_at=NOW,
    )


def program(parts: int, offers: int, seed: int = 1) -> list[PartNeed]:
    """Needs of a program of so many parts with so many offers each."""
    rng = random.Random(seed)
    needs = []
    for number in range(parts):
        key = f"P{number:05}"
        base = rng.choice((0.002, 0.01, 0.1, 1, 8)) * rng.uniform(0.5, 2)
        use = Use("b", "board", (f"l{number}",), (str(number),), (f"R{number}",), rng.randint(1, 12), BUILDS)
        needs.append(
            PartNeed(
                key,
                Part(key, f"MPN-{number}", "Maker", package=rng.choice(PACKAGES)),
                (use,),
                package=rng.choice(PACKAGES),
                offers=tuple(offer(rng, key, n, base) for n in range(offers)),
            )
        )
    return needs


def peer(needs: Sequence[PartNeed], builds: int) -> float:
    """The cheapest single offer of every part, by floats."""
    table = {"USD": 1.0, "EUR": 1.0411, "GBP": 1.2603}
    total = 0.0
    for need in needs:
        required = sum(use.quantity_per_build for use in need.uses) * builds
        best = None
        for found in need.offers:
            least = max(required, found.moq)
            least = -(-least // found.order_multiple) * found.order_multiple
            for quantity in (least, *(step.quantity for step in found.breaks if step.quantity > least)):
                held = [step for step in found.breaks if step.quantity <= quantity]
                if held:
                    cost = quantity * float(held[-1].price) * table[found.currency]
                    best = cost if best is None else min(best, cost)
        total += best or 0.0
    return total


def seconds(call: Callable[[], object], runs: int, clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Seconds of each run; one run to warm up is not counted."""
    call()
    found = []
    for _ in range(runs):
        began = clock()
        call()
        found.append(clock() - began)
    return found


def show(name: str, ours: list[float], peers: list[float] | None = None) -> None:
    """One row of figures."""
    row = f"{name:44s} min {min(ours):6.3f}  median {statistics.median(ours):6.3f}  max {max(ours):6.3f} s"
    if peers:
        beside, ratio = statistics.median(peers), statistics.median(ours) / statistics.median(peers)
        row += f" | peer median {beside:6.3f} s | ratio {ratio:5.1f}"
    print(row)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=int, default=1000)
    parser.add_argument("--offers", type=int, default=20)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    options = Options(NOW, rates=rates())
    needs = program(asked.parts, asked.offers)
    plan = plan_program(needs, options)
    split = sum(len(part.purchases) > 1 for part in plan.parts)
    print(f"{asked.parts} parts, {asked.offers} offers each; {split} parts split over offers, gap {plan.gap}")
    title = f"plan, {asked.parts} parts x {asked.offers} offers"
    show(
        title,
        seconds(lambda: plan_program(needs, options), asked.runs),
        seconds(lambda: peer(needs, BUILDS), asked.runs),
    )
    show(
        "curve of five numbers of builds",
        seconds(lambda: quantity_curve(needs, options, CURVE), asked.runs),
        seconds(lambda: [peer(needs, builds) for builds in CURVE], asked.runs),
    )
    print("growth, processor time:")
    for parts, offers in ((250, 20), (500, 20), (1000, 20), (2000, 20), (1000, 5), (1000, 10), (1000, 40)):
        some = program(parts, offers)
        took = min(seconds(lambda some=some: plan_program(some, options), 3, time.process_time))
        print(f"  {parts:5} parts x {offers:2} offers {took:7.3f} s {took / parts / offers * 1e6:7.1f} us an offer")
    terms = tuple(SupplierTerms(f"Supplier {n}", "USD", Decimal(8), Decimal(50)) for n in range(20))
    charged = replace(options, rules=SupplierRules(terms=terms))
    found = plan_program(needs, charged)
    show("with fees and least values of 20 suppliers", seconds(lambda: plan_program(needs, charged), 2))
    print(f"  {found.known_total} with a gap of {found.gap}, {len(found.fees)} orders")


if __name__ == "__main__":
    main()
