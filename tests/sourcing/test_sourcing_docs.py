"""The worked example and the lists of docs/sourcing.md are what planning does."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

from bomtool.sourcing import policy, risks
from bomtool.sourcing.model import Status, Stock
from tests.sourcing.making import need, offer, planned

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "sourcing.md").read_text(encoding="utf-8")


def test_the_worked_example():
    tape = offer("1:0.10 10:0.024 100:0.011", sku="N-10K-CT", packaging="cut tape", stock=40_000)
    reel = offer("4000:0.0061", sku="N-10K-RL", packaging="reel", moq=4000, order_multiple=4000, stock=40_000)
    examples = re.findall(r"```text\n(.*?)```", PAGE, re.S)
    assert len(examples) == 2
    for builds, shown in zip((450, 620), examples, strict=True):
        one = need(7, tape, reel, builds=builds, package="0603", stock=Stock(on_hand=120, allocated=50))
        found = planned(replace(one, category="Resistors"), add_overage=True, include_on_hand=True)
        assert [*found.requirement.sentences, *found.sentences] == shown.splitlines()


def test_every_status_risk_and_rule_is_explained():
    for name in (*get_args(Status), *risks.SEVERITIES, *policy._LISTS, "max_excess_percent", "[[terms]]", "ranked"):
        assert name.replace("_", " ") in PAGE or name in PAGE, name
