"""Overage at other numbers of builds: the platform's rule travels, and the workbook's formulas follow it."""

from __future__ import annotations

import os
import random
from decimal import Decimal
from pathlib import Path

import pytest

from bomtool.api.plans import OverageStep
from bomtool.connect import connect
from bomtool.reports.facts import PartRow
from bomtool.reports.overage import rule_of
from bomtool.settings import load
from bomtool.sourcing import overage
from bomtool.sourcing.overage import Overage, PriceStep
from tests.conftest import Require
from tests.reports import counts
from tests.reports.making import Maker
from tests.reports.recompute import SOFFICE

PROGRAMS = int(os.environ.get("BOMTOOL_OVERAGE_PROGRAMS", "1"))


def part(need: int, extra: int, steps: list[OverageStep]) -> PartRow:
    """A part of the program with a need, an overage and a rule."""
    made = Maker(1, lines=1).make().parts[0]
    return PartRow(
        0, made.model_copy(update={"quantity_needed": need, "overage": extra, "overage_rule": steps}), (1,), [], -1
    )


@pytest.mark.parametrize("name", list(overage.profiles()))
def test_the_steps_say_what_is_required_at_any_need(name: str) -> None:
    rng = random.Random(name)
    for _ in range(40):
        prices = [PriceStep(1, Decimal(rng.randrange(1, 900)) / 100)]
        while rng.random() < 0.6:
            prices.append(PriceStep(prices[-1].quantity * rng.randrange(2, 30), prices[-1].price * Decimal("0.8")))
        made = Overage(
            overage.profile(name), package=rng.choice(["0201", "0402", "0603", "SOIC-8", "BGA-256", "SOT-23", None]),
            mount=rng.choice(["SMT", "THT", None]), category=rng.choice(["Resistors", "Connectors", "LED", "IC", None]),
            prices=prices,
        )  # fmt: skip
        steps = [OverageStep(**{key: getattr(step, key) for key in step.__slots__}) for step in made.steps()]
        starts = [step.from_need for step in steps]
        needs = {
            0,
            1,
            2,
            *(start + d for start in starts for d in (-1, 0, 1)),
            *(rng.randrange(1, 10**7) for _ in range(30)),
        }
        rule = rule_of(part(100, made.required(100) - 100, steps))
        assert rule.exact
        assert {need: rule.pieces(need) for need in needs} == {need: made.required(need) - need for need in needs}


def test_a_rule_that_is_not_the_platform_s_own_figure_is_an_estimate() -> None:
    rule = rule_of(part(100, 7, [OverageStep(from_need=1, percent=Decimal(5))]))
    assert not rule.exact
    assert (rule.pieces(100), rule.pieces(200)) == (7, 14)
    for steps in (
        [], [OverageStep(from_need=2, add=7)], [OverageStep(from_need=1, add=7), OverageStep(from_need=1, add=8)],
        [OverageStep(from_need=1, percent=Decimal("-1"), least_extra=7)],
        [OverageStep(from_need=1, percent=Decimal("0.12345"), least_extra=7)],
        [OverageStep(from_need=number + 1, add=7) for number in range(13)],
    ):  # fmt: skip
        assert not rule_of(part(100, 7, steps)).exact


@pytest.mark.parametrize(
    ("steps", "formula"),
    [
        ([OverageStep(from_need=1)], "IF(A1=0,0,0)"),
        ([OverageStep(from_need=1, percent=Decimal("2.5"))], "IF(A1=0,0,ROUNDUP(ROUND(A1*0.025,6),0))"),
        ([OverageStep(from_need=1, percent=Decimal(10), least_extra=20, add=3, at_least=50)],
         "IF(A1=0,0,MAX(MAX(ROUNDUP(ROUND(A1*0.1,6),0),20)+3,50-A1))"),
        ([OverageStep(from_need=1, add=5), OverageStep(from_need=100, at_least=105)],
         "IF(A1=0,0,IF(A1<100,5,MAX(0,105-A1)))"),
    ],
)  # fmt: skip
def test_formulas(steps: list[OverageStep], formula: str) -> None:
    made = part(0, 0, steps)
    assert rule_of(made).formula("A1") == formula


@pytest.mark.parametrize("number", range(PROGRAMS))
def test_other_builds_are_as_the_platform_plans_them(require: Require, tmp_path: Path, number: int) -> None:
    require("libreoffice", SOFFICE, "soffice is not installed")
    profiles = list(overage.profiles())
    with connect(load()) as client:
        found = counts.compare(
            client, counts.part_ids(), tmp_path, seed=number, lines=60, boms=2 - number % 2,
            profile=profiles[(1 + number) % len(profiles)], builds=(100, 1, 2_600),
        )  # fmt: skip
    assert found.wrong == []
    assert found.parts > 100
