"""Plans against oracles that share no code with them; `scripts/long/prove_sourcing.py` runs the same at full size."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bomtool.parts.model import Offer, PriceBreak
from bomtool.sourcing import split
from bomtool.sourcing.curve import quantity_curve
from bomtool.sourcing.model import Override, Use
from scripts.long import prove_sourcing as prove
from tests.sourcing.making import NOW, need, offer, options, plan

PRICES = st.integers(1, 500).map(lambda cents: Decimal(cents).scaleb(-2))
LADDERS = st.dictionaries(st.integers(1, 30), PRICES, min_size=1, max_size=4).map(
    lambda steps: tuple(PriceBreak(quantity, price) for quantity, price in sorted(steps.items()))
)
OFFERS = st.builds(
    Offer,
    part_id=st.just("P"),
    supplier=st.sampled_from(["A", "B", "C"]),
    sku=st.integers(0, 99).map(str),
    stock=st.none() | st.integers(0, 40) | st.just(10**6),
    moq=st.integers(1, 12),
    order_multiple=st.sampled_from([1, 1, 2, 3, 5, 7]),
    packaging=st.sampled_from([None, "cut tape", "reel"]),
    currency=st.just("USD"),
    breaks=st.just(()) | LADDERS,
    lead_time_days=st.none() | st.integers(1, 200),
    fetched_at=st.just(NOW),
)
SETS = st.lists(OFFERS, max_size=4, unique_by=lambda offer: (offer.supplier, offer.sku))


@settings(deadline=None, max_examples=300)
@given(SETS, st.integers(1, 20), st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1), Decimal(5)]))
def test_a_plan_is_the_cheapest_there_is(offers, required, cap):
    found = plan(need(required, *offers), max_excess=cap)
    best = prove.oracle(offers, required, int(cap * required), {})
    assert prove.found_plan(found.parts[0]) == best
    assert (found.total is None) == (best is None)
    assert found.gap == 0


@pytest.mark.parametrize("seed", range(4))
def test_random_parts_equal_brute_force(seed):
    rng, seen, outcomes = random.Random(seed), Counter(), Counter()
    for _ in range(250):
        assert prove.prove_single(prove.single_case(rng, seen), outcomes) is None
    assert all(seen[kind] for kind in ("zero stock", "unknown stock", "rising ladder", "tie", "fee", "MOQ no multiple"))
    assert outcomes["split over offers"]
    assert outcomes["more than needed"]


def test_orders_with_fees_equal_the_solver():
    rng, outcomes = random.Random(11), Counter()
    for number in range(40):
        program = prove.program_case(rng, minimums=number % 2 == 1, seen=Counter())
        assert prove.prove_program(program, outcomes) is None, number
    assert outcomes["with fees: equal to the solver"] == outcomes["programs with fees"] >= 20
    assert outcomes["with fees: fees changed the plan"]


def test_the_oracle_notices_a_plan_that_is_not_the_best(monkeypatch):
    monkeypatch.setattr(split.SplitSearch, "run", lambda self: None)
    rng, outcomes = random.Random(1), Counter()
    problems = [prove.prove_single(prove.single_case(rng, Counter()), outcomes) for _ in range(300)]
    assert any(problems)


def test_more_offers_never_cost_more_and_more_builds_never_need_less():
    rng = random.Random(5)
    assert [prove.prove_more_offers(rng) for _ in range(60)] == [None] * 60
    assert [prove.prove_more_builds(rng) for _ in range(20)] == [None] * 20


def test_a_search_cut_short_says_how_far_it_may_be_off(monkeypatch):
    rng = random.Random(3)
    checked = 0
    for _ in range(400):
        case = prove.single_case(rng, Counter())
        with monkeypatch.context() as patch:
            patch.setattr(split, "NODES", 1)
            cut = plan(need(case.required, *case.offers), max_excess=case.options.max_excess)
        whole = plan(need(case.required, *case.offers), max_excess=case.options.max_excess)
        if cut.total is None or whole.total is None or not cut.gap:
            continue
        checked += 1
        exact = [
            sum((p.quantity * p.unit_price for p in found.parts[0].purchases), Decimal(0)) for found in (cut, whole)
        ]
        assert exact[0] - cut.gap <= exact[1] <= exact[0]
    assert checked


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(SETS, st.integers(1, 9)), min_size=1, max_size=4), st.integers(1, 30))
def test_totals_are_the_sum_of_rounded_lines(parts, builds):
    needs = [need(quantity, *offers, builds=builds, key=f"P{n}") for n, (offers, quantity) in enumerate(parts)]
    found = plan(*needs)
    assert found.known_total == prove.adds_up(found)
    assert found.lines_priced == sum(part.priced for part in found.parts)
    assert (found.total is None) == (found.lines_priced < found.lines_total)
    for part in found.parts:
        left = sum(p.quantity - p.excess_quantity for p in part.purchases)
        assert left == (part.requirement.to_buy if part.priced else 0)


@settings(deadline=None, max_examples=60)
@given(SETS, st.integers(1, 5), st.integers(1, 20), st.lists(st.integers(1, 60), min_size=1, max_size=4))
def test_the_curve_says_what_the_plan_of_that_many_builds_says(offers, each, builds, wanted):
    assume(offers)
    points = quantity_curve([need(each, *offers, builds=builds)], options(), wanted)
    for point in points:
        same = plan(need(each, *offers, builds=point.builds))
        assert (point.total, point.known_total, point.unit_cost) == (same.total, same.known_total, same.unit_cost)


def test_the_curve_shares_a_mix_out_and_keeps_what_an_override_sets():
    uses = (
        Use("b1", "main", ("l1",), ("1",), ("R1",), 3, 20),
        Use("b2", "sub", ("l2",), ("1",), ("R1",), 1, 10),
    )
    mixed = replace(need(1, offer("1:1")), uses=uses)
    fixed = need(1, offer("1:1"), key="F", override=Override(quantity=8))
    points = quantity_curve([mixed, replace(fixed, uses=())], options(), [1, 30, 60])
    assert [point.total for point in points] == [3 + 8, 70 + 8, 140 + 8]
