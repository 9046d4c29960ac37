"""Proves that plans are the cheapest: against brute force for one part, against HiGHS for orders with fees.

    python scripts/long/prove_sourcing.py [--count 10000] [--programs 1000] [--seed 1]

Writes benchmarks/results/prove_sourcing.json: commit, seed, counts by property and by kind of offer. Exit status 1 where a
plan differs. The oracles know offers as the supplier states them and share no code with `bomtool.sourcing`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bomtool.parts.model import Offer, Part, PriceBreak  # noqa: E402
from bomtool.sourcing.model import Options, PartNeed, PartPlan, ProgramPlan, SupplierRules, SupplierTerms, Use  # noqa: E402
from bomtool.sourcing.overage import profiles  # noqa: E402
from bomtool.sourcing.plan import plan_program  # noqa: E402

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CENT = Decimal("0.01")
LARGE = (150, 12)
"""Parts and suppliers of a large program."""
Plan = tuple[Decimal, int, int, tuple[tuple[str, str], ...]]
"""Exact cost, pieces, orders, (supplier, SKU) in order."""


def need(key: str, quantity: int, offers: list[Offer], builds: int = 1) -> PartNeed:
    """A part needed `quantity` times in each of `builds` builds."""
    part = Part(key, f"MPN-{key}", "Maker")
    use = Use("b", "board", (f"line-{key}",), ("1",), ("U1",), quantity, builds)
    return PartNeed(key, part, (use,), offers=tuple(offers))


def random_offer(rng: random.Random, number: int, top: int, *, unknown: bool, seen: Counter[str]) -> Offer:
    """An offer with everything that goes wrong with offers."""
    multiple = rng.choice((1, 1, 1, 2, 3, 5, 8))
    moq = rng.choice((1, 1, multiple, rng.randint(1, top)))
    quantities = sorted(rng.sample(range(1, 2 * top + 4), rng.randint(1, 4)))
    if rng.random() < 0.6:
        quantities[0] = 1
    price = rng.randint(20, 400)
    breaks = []
    for quantity in quantities:
        breaks.append(PriceBreak(quantity, Decimal(price).scaleb(-rng.choice((2, 2, 4)))))
        price = max(1, int(price * rng.choice((0.5, 0.8, 0.9, 1, 1, 1.1))))
    stock = rng.choice((None if unknown else 0, 0, rng.randint(1, top), rng.randint(top, 3 * top), 10**6))
    if rng.random() < 0.1:
        breaks = []
    kinds = {
        "no price": not breaks,
        "zero stock": stock == 0,
        "unknown stock": stock is None,
        "rising ladder": any(a.price < b.price for a, b in itertools.pairwise(breaks)),
        "MOQ no multiple": moq % multiple != 0,
        "first break above MOQ": bool(breaks) and breaks[0].quantity > moq,
        "first break below MOQ": bool(breaks) and breaks[0].quantity < moq,
    }
    seen.update(kind for kind, there in kinds.items() if there)
    packaging = rng.choice((None, None, "cut tape", "reel", "digi-reel"))
    lead = rng.choice((None, None, 21, 84))
    supplier = f"Supplier {rng.randint(1, 4)}"
    return Offer("P", supplier, f"SKU-{number}", stock, moq, multiple, packaging, "USD", tuple(breaks), lead)


def levels(offers: list[Offer]) -> list[list[Offer]]:
    """The same offers as they may be bought: from known stock, with what the factory delivers in a known time, and with
    those that do not say their stock. `stock` None means no limit here."""
    now = [offer for offer in offers if offer.stock]
    lead = [replace(o, stock=None) if o.lead_time_days is not None else o for o in offers]
    lead = [o for o, given in zip(lead, offers, strict=True) if given.lead_time_days is not None or given.stock]
    everything = [replace(o, stock=None) if o.lead_time_days is not None else o for o in offers if o.stock != 0]
    zero = [replace(o, stock=None) for o in offers if o.stock == 0 and o.lead_time_days is not None]
    return [now, lead, everything + zero]


def same_pieces(offer: Offer, other: Offer) -> bool:
    """Whether two offers of one supplier speak of one stock: another packaging, the same figure, or the same figure rounded
    down to the other's lot."""
    if offer.supplier != other.supplier or not offer.stock or not other.stock:
        return False
    if offer.packaging and other.packaging and offer.packaging != other.packaging:
        return True
    low, high = sorted((offer, other), key=lambda o: o.stock or 0)
    lot = max(low.order_multiple, low.moq)
    return low.stock == high.stock or low.stock == (high.stock or 0) - (high.stock or 0) % lot


def shared(offers: list[Offer]) -> list[set[str]]:
    """The SKUs of offers that share a stock."""
    groups: list[set[str]] = []
    for offer in offers:
        if not offer.breaks or not offer.stock:
            continue
        mates = {other.sku for other in offers if other.breaks and same_pieces(offer, other)} | {offer.sku}
        near = [group for group in groups if group & mates]
        groups = [group for group in groups if not group & mates] + [mates.union(*near)]
    return [group for group in groups if len(group) > 1]


def price_at(offer: Offer, quantity: int) -> Decimal:
    """The price of the largest break that is not above a quantity."""
    return next(step.price for step in reversed(offer.breaks) if step.quantity <= quantity)


def legal(offer: Offer, limit: int) -> list[int]:
    """Quantities an offer can be bought in, up to the least one not below `limit` (or its least order)."""
    if not offer.breaks:
        return []
    k = offer.order_multiple
    found = []
    quantity = k
    while True:
        if quantity >= offer.moq and quantity >= offer.breaks[0].quantity:
            if offer.stock is not None and quantity > offer.stock:
                break
            found.append(quantity)
            if quantity >= limit:
                break
        quantity += k
    return found


def oracle(offers: list[Offer], required: int, max_excess: int, fees: dict[str, Decimal]) -> Plan | None:
    """The best plan by trying every combination of legal quantities, surest level first."""
    pools = [(skus, max(o.stock or 0 for o in offers if o.sku in skus)) for skus in shared(offers)]
    for level in levels(offers):
        found = _best(level, pools, required, max_excess, fees)
        if found is not None:
            return found
    return None


def _best(
    offers: list[Offer], pools: list[tuple[set[str], int]], required: int, max_excess: int, fees: dict[str, Decimal]
) -> Plan | None:
    choices = [legal(offer, required + max_excess) for offer in offers]
    best: Plan | None = None
    single: tuple[Plan, Decimal] | None = None
    best_paid = Decimal(0)

    def fits(chosen: list[tuple[int, int]], pieces: int) -> bool:
        excess = pieces - required
        if excess > max_excess:
            for index, quantity in chosen:
                place = choices[index].index(quantity)
                if quantity - (choices[index][place - 1] if place else 0) <= excess:
                    return False
        for skus, stock in pools:
            limited = [q for i, q in chosen if offers[i].sku in skus and offers[i].stock is not None]
            if sum(limited) > stock:
                return False
        return True

    def go(index: int, chosen: list[tuple[int, int]], pieces: int, cost: Decimal, paid: Decimal) -> None:
        nonlocal best, single, best_paid
        if best is not None and cost > best[0] and (len(chosen) > 1 or (single is not None and cost > single[0][0])):
            return
        if index == len(offers):
            if pieces >= required and fits(chosen, pieces):
                names = tuple(sorted((offers[i].supplier, offers[i].sku) for i, _ in chosen))
                plan: Plan = (cost, pieces, len(chosen), names)
                if best is None or plan < best:
                    best, best_paid = plan, paid
                if len(chosen) == 1 and (single is None or plan < single[0]):
                    single = plan, paid
            return
        go(index + 1, chosen, pieces, cost, paid)
        offer = offers[index]
        for quantity in choices[index]:
            line = quantity * price_at(offer, quantity)
            fee = fees.get(offer.packaging or "", Decimal(0))
            rounded = line.quantize(CENT, ROUND_HALF_UP) + fee
            go(index + 1, [*chosen, (index, quantity)], pieces + quantity, cost + line + fee, paid + rounded)

    go(0, [], 0, Decimal(0), Decimal(0))
    if best is not None and single is not None and best[2] > 1 and single[1] <= best_paid:
        return single[0]
    return best


def found_plan(part: PartPlan) -> Plan | None:
    """A planned part as the oracle states plans."""
    if not part.priced:
        return None
    cost = sum((p.quantity * p.unit_price + p.fee for p in part.purchases), Decimal(0))
    names = tuple(sorted((p.offer.supplier, p.offer.sku) for p in part.purchases))
    return cost, sum(p.quantity for p in part.purchases), len(part.purchases), names


@dataclass(frozen=True, slots=True)
class Case:
    """One part with its offers."""

    offers: list[Offer]
    required: int
    options: Options
    fees: dict[str, Decimal]


def single_case(rng: random.Random, seen: Counter[str]) -> Case:
    """A random part: up to four offers, ties now and then, fees by packaging now and then."""
    required = rng.randint(1, 24)
    unknown = rng.random() < 0.5
    offers = [random_offer(rng, n, required, unknown=unknown, seen=seen) for n in range(rng.randint(1, 5))]
    if rng.random() < 0.2:
        seen["tie"] += 1
        offers.append(replace(offers[0], supplier=f"Supplier {rng.randint(1, 4)}", sku="SKU-T"))
    fees = {"digi-reel": Decimal(rng.randint(1, 300)).scaleb(-2)} if rng.random() < 0.3 else {}
    seen["fee"] += bool(fees)
    terms = [SupplierTerms(f"Supplier {n}", "USD", packaging_fees=tuple(fees.items())) for n in range(1, 5)]
    cap = rng.choice((Decimal(0), Decimal("0.5"), Decimal(1), Decimal(1), Decimal(3)))
    options = Options(NOW, add_overage=False, max_excess=cap, rules=SupplierRules(terms=tuple(terms)))
    return Case(offers, required, options, fees)


def prove_single(case: Case, outcomes: Counter[str]) -> str | None:
    """None where the plan is the best one and adds up, else what is wrong. Counts what came out."""
    part = plan_program([need("P", case.required, case.offers)], case.options).parts[0]
    best = oracle(case.offers, case.required, int(case.options.max_excess * case.required), case.fees)
    outcomes[f"{part.status}, {'priced' if part.priced else 'unpriced'}"] += 1
    outcomes["split over offers"] += len(part.purchases) > 1
    outcomes["more than needed"] += any(p.excess_quantity for p in part.purchases)
    if found_plan(part) != best:
        return f"{found_plan(part)} instead of {best} for {case.required} of {case.offers}"
    if part.purchases and sum(p.quantity - p.excess_quantity for p in part.purchases) != part.requirement.to_buy:
        return "what is left over does not add up"
    return None


@dataclass(frozen=True, slots=True)
class Program:
    """Several parts whose orders share fees."""

    needs: list[PartNeed]
    options: Options


def program_case(rng: random.Random, *, minimums: bool, seen: Counter[str]) -> Program:
    """Two to five parts at two to four suppliers that charge for orders; prices in whole cents."""
    suppliers = [f"Supplier {n}" for n in range(1, rng.randint(2, 4) + 1)]
    terms = []
    for name in suppliers:
        fee = Decimal(rng.choice((0, 50, 300, 700, 1500))).scaleb(-2)
        least = Decimal(rng.choice((0, 500, 2000, 5000))).scaleb(-2) if minimums else Decimal(0)
        terms.append(SupplierTerms(name, "USD", fee, least))
        seen["order fee"] += bool(fee)
        seen["minimum order"] += bool(least)
    needs = []
    for number in range(rng.randint(2, 5)):
        required = rng.choice((rng.randint(1, 40), rng.randint(100, 1500)))
        offers = []
        for place in range(rng.randint(1, 4)):
            offer = random_offer(rng, place, required, unknown=False, seen=Counter())
            breaks = tuple(PriceBreak(b.quantity, b.price.quantize(CENT) + CENT) for b in offer.breaks)
            offers.append(replace(offer, supplier=rng.choice(suppliers), packaging=None, breaks=breaks))
        offers.append(replace(offers[0], supplier=rng.choice(suppliers), sku="SKU-A", stock=10**6, moq=1))
        if not offers[-1].breaks:
            offers[-1] = replace(offers[-1], breaks=(PriceBreak(1, Decimal(rng.randint(1, 500)).scaleb(-2)),))
        needs.append(need(f"P{number}", required, offers))
    rules = SupplierRules(terms=tuple(terms))
    return Program(needs, Options(NOW, add_overage=False, max_excess=Decimal(10**6), rules=rules))


def solver(program: Program, seconds: float = 60) -> tuple[Decimal, Decimal] | None:
    """The least cost of a program by HiGHS as a mixed integer program, in whole cents, and a bound nothing undercuts
    (the same unless the time was too short); None where it finds nothing."""
    import highspy

    model = highspy.Highs()
    model.silent()
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 1e-6)
    model.setOptionValue("mip_feasibility_tolerance", 1e-9)
    whole = highspy.HighsVarType.kInteger
    terms = {t.supplier: t for t in program.options.rules.terms}
    used = {name: model.addVariable(lb=0, ub=1, type=whole) for name in terms}
    top_up = {name: model.addVariable(lb=0) for name in terms}
    value = dict.fromkeys(terms, 0)
    cost = 0
    for part in program.needs:
        required = sum(use.quantity_per_build * use.builds for use in part.uses)
        pieces = 0
        given: dict[str, Any] = {}
        for offer in part.offers:
            if not offer.stock:
                continue
            picked = 0
            for low, high, price in _tiers(offer, 4 * required + 100):
                on = model.addVariable(lb=0, ub=1, type=whole)
                lots = model.addVariable(lb=0, ub=high // offer.order_multiple, type=whole)
                model.addConstr(offer.order_multiple * lots >= low * on)
                model.addConstr(offer.order_multiple * lots <= high * on)
                model.addConstr(on <= used[offer.supplier])
                pieces += offer.order_multiple * lots
                given[offer.sku] = given.get(offer.sku, 0) + offer.order_multiple * lots
                cents = float(price * 100) * offer.order_multiple
                value[offer.supplier] += cents * lots
                cost += cents * lots
                picked += on
            if not isinstance(picked, int):
                model.addConstr(picked <= 1)
        model.addConstr(pieces >= required)
        for skus in shared(list(part.offers)):
            stock = max(offer.stock or 0 for offer in part.offers if offer.sku in skus)
            taken = [given[sku] for sku in skus if sku in given]
            if taken:
                model.addConstr(sum(taken) <= stock)
    for name, given in terms.items():
        cost += float(given.order_fee * 100) * used[name] + top_up[name]
        if given.minimum_order:
            model.addConstr(top_up[name] + value[name] >= float(given.minimum_order * 100) * used[name])
    model.setOptionValue("time_limit", seconds)
    model.minimize(cost)
    ended = model.getModelStatus()
    found = Decimal(round(model.getObjectiveValue())).scaleb(-2)
    if ended == highspy.HighsModelStatus.kOptimal:
        return found, found
    if ended != highspy.HighsModelStatus.kTimeLimit:
        return None
    return found, Decimal(math.ceil(model.getInfo().mip_dual_bound - 1e-6)).scaleb(-2)


def _tiers(offer: Offer, limit: int) -> list[tuple[int, int, Decimal]]:
    """Ranges of legal quantities with one price."""
    quantities = legal(replace(offer, stock=min(offer.stock or 0, limit)), limit)
    ranges: list[tuple[int, int, Decimal]] = []
    for quantity in quantities:
        price = price_at(offer, quantity)
        if ranges and ranges[-1][2] == price:
            ranges[-1] = (ranges[-1][0], quantity, price)
        else:
            ranges.append((quantity, quantity, price))
    return ranges


def prove_program(program: Program, outcomes: Counter[str], *, exact: bool = True, seconds: float = 60) -> str | None:
    """None where the plan costs what the solver says, or where it states a gap that holds. `exact`: with fees alone no gap
    is taken."""
    plan = plan_program(program.needs, program.options)
    best = solver(program, seconds)
    alone = plan_program(program.needs, replace(program.options, rules=SupplierRules()))
    minimums = any(terms.minimum_order for terms in program.options.rules.terms)
    kind = ("with least values" if minimums else "with fees") if exact else "large"
    outcomes[f"programs {kind}"] += 1
    if plan.total is None or best is None:
        return f"{plan.total} against {best}"
    if plan.total != adds_up(plan):
        return f"the total {plan.total} is not the sum {adds_up(plan)} of its lines and fees"
    least, below = best
    bought = [[(p.offer.supplier, p.offer.sku, p.quantity) for p in part.purchases] for part in plan.parts]
    apart = [[(p.offer.supplier, p.offer.sku, p.quantity) for p in part.purchases] for part in alone.parts]
    outcomes[f"{kind}: fees changed the plan"] += bought != apart
    outcomes[f"{kind}: equal to the solver"] += plan.total == least
    outcomes[f"{kind}: gap stated"] += plan.gap > 0
    outcomes[f"{kind}: not decided by the solver"] += least != below
    if plan.total < below or plan.total - plan.gap > least:
        return f"{plan.total} with a gap of {plan.gap}, the solver has {least}, at least {below}"
    if plan.total > least and not plan.gap:
        return f"{plan.total} is not the least, {least}, and no gap is stated"
    if exact and not minimums and plan.total != least:
        return f"{plan.total} with a gap of {plan.gap}, the solver has {least}"
    return None


def adds_up(plan: ProgramPlan) -> Decimal:
    """The total again: every line rounded half up to cents, fees of lines and of orders."""
    lines = sum(
        ((p.quantity * p.unit_price).quantize(CENT, ROUND_HALF_UP) + p.fee for q in plan.parts for p in q.purchases),
        Decimal(0),
    )
    return lines + sum((fee.order_fee + fee.top_up for fee in plan.fees), Decimal(0))


def large_case(rng: random.Random, parts: int, suppliers: int) -> Program:
    """Many parts that every supplier has, at prices near one another: where fees of orders decide."""
    least = rng.choice((0, 0, 300, 1500))
    terms = tuple(
        SupplierTerms(f"Supplier {n}", "USD", Decimal(rng.randint(5, 30)), Decimal(least)) for n in range(suppliers)
    )
    needs = []
    for number in range(parts):
        base = rng.randint(5, 300)
        offers = []
        for place in range(suppliers):
            price = Decimal(max(2, int(base * rng.uniform(0.9, 1.15)))).scaleb(-2)
            later = (price * Decimal("0.8")).quantize(CENT, ROUND_HALF_UP)
            ladder = (PriceBreak(1, price), PriceBreak(100, later))
            offers.append(Offer("P", f"Supplier {place}", f"S-{place}", 10**6, 1, 1, None, "USD", ladder))
        needs.append(need(f"P{number}", rng.randint(5, 150), rng.sample(offers, rng.randint(2, suppliers))))
    rules = SupplierRules(terms=terms)
    return Program(needs, Options(NOW, add_overage=False, max_excess=Decimal(10**6), rules=rules))


def prove_more_offers(rng: random.Random) -> str | None:
    """One offer more never costs more where only prices decide (prices in whole cents, so that rounding decides nothing)."""
    required = rng.randint(1, 200)
    offers = []
    for number in range(rng.randint(2, 6)):
        offer = random_offer(rng, number, required, unknown=False, seen=Counter())
        breaks = tuple(PriceBreak(b.quantity, b.price.quantize(CENT) + CENT) for b in offer.breaks)
        stock = rng.choice((required, 3 * required, 10**6))
        offers.append(replace(offer, packaging=None, breaks=breaks, stock=stock, lead_time_days=None))
    before: Decimal | None = None
    for count in range(1, len(offers) + 1):
        total = plan_program([need("P", required, offers[:count])], Options(NOW, add_overage=False)).total
        if before is not None and (total is None or total > before):
            return f"{total} after {before} for {required} of {offers[:count]}"
        before = total
    return None


def prove_more_builds(rng: random.Random) -> str | None:
    """More builds never need fewer pieces, whatever the overage profile, class and price of the part."""
    profile = rng.choice([name for name in profiles() if name != "none"])
    offer = random_offer(rng, 0, 50, unknown=False, seen=Counter())
    breaks = tuple(PriceBreak(b.quantity, b.price * rng.choice((1, 10))) for b in offer.breaks)
    part = PartNeed(
        "P",
        Part("P", "M", "Maker"),
        (),
        package=rng.choice(("01005", "0201", "0402", "0603", "0805", "1206", "SOT-23", "LQFP-48", "BGA-256", None)),
        mount=rng.choice(("SMT", "THT", None)),
        category=rng.choice(("Resistors", "Connectors", "LED", "Microcontrollers", None)),
        offers=(replace(offer, breaks=breaks),),
    )
    each = rng.randint(1, 12)
    before = 0
    for builds in (*range(1, 40), *sorted(rng.sample(range(40, 3000), 20))):
        use = Use("b", "board", ("l",), ("1",), ("U1",), each, builds)
        required = (
            plan_program([replace(part, uses=(use,))], Options(NOW, overage_profile=profile)).parts[0].requirement
        )
        if required.required < before or required.required < required.needed:
            return f"{profile}: {required} after {before} for {part}"
        before = required.required
    return None


def commit() -> str:
    """The commit that was proved, marked where the tree had changes."""
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    status = subprocess.run(
        ["git", "status", "--porcelain", "--", "bomtool/sourcing", "scripts/long/prove_sourcing.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return head + ("+changes" if status.strip() else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000, help="parts against brute force")
    parser.add_argument("--programs", type=int, default=1_000, help="programs against the solver")
    parser.add_argument("--large", type=int, default=10, help="large programs against the solver")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.perf_counter()
    offers: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    failures: list[str] = []

    def run(name: str, count: int, prove: Callable[[random.Random, int], str | None]) -> None:
        """Every case has a generator of its own: it can be run again alone."""
        for number in range(count):
            problem = prove(random.Random(f"{asked.seed} {name} {number}"), number)
            if problem:
                failures.append(f"{name} {number}: {problem[:2000]}")
                print(failures[-1][:600])
        print(f"{name}: {count} cases, {time.perf_counter() - began:.0f} s")

    run("part", asked.count, lambda rng, _: prove_single(single_case(rng, offers), outcomes))
    run(
        "program",
        asked.programs,
        lambda rng, n: prove_program(program_case(rng, minimums=n % 2 == 1, seen=offers), outcomes),
    )
    gaps: list[str] = []
    run("large", asked.large, lambda rng, _: prove_large(rng, outcomes, gaps))
    run("more offers", asked.count // 5, lambda rng, _: prove_more_offers(rng))
    run("more builds", asked.count // 20, lambda rng, _: prove_more_builds(rng))
    result = {
        "commit": commit(),
        "seed": asked.seed,
        "parts against brute force": asked.count,
        "programs against HiGHS": asked.programs,
        f"programs of {LARGE[0]} parts at {LARGE[1]} suppliers": asked.large,
        "gaps of large programs, per cent": gaps,
        "offer sets with one offer more": asked.count // 5,
        "parts with more builds": asked.count // 20,
        "offers": dict(sorted(offers.items())),
        "outcomes": dict(sorted(outcomes.items())),
        "failures": failures,
        "seconds": round(time.perf_counter() - began, 1),
    }
    path = ROOT / "benchmarks" / "results" / "prove_sourcing.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    return 1 if failures else 0


def prove_large(rng: random.Random, outcomes: Counter[str], gaps: list[str]) -> str | None:
    """A large program: its gap is noted."""
    program = large_case(rng, *LARGE)
    problem = prove_program(program, outcomes, exact=False, seconds=20)
    plan = plan_program(program.needs, program.options)
    if plan.total:
        gaps.append(f"{100 * plan.gap / plan.total:.3f}")
    return problem


if __name__ == "__main__":
    sys.exit(main())
