"""Overage rules: the shipped table, how its rules are read, and that more builds never need fewer pieces."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bomtool.errors import UsageError
from bomtool.sourcing import overage
from bomtool.sourcing.overage import Overage, PriceStep, Profile, Rule
from tests.sourcing.making import need, offer, planned

PLAIN = Rule("r", (), "", (), 0, None, None, Decimal(0), 0, 0, 0, None, "", "")


def rule(**changes) -> Rule:
    return Rule(**{**{name: getattr(PLAIN, name) for name in PLAIN.__dataclass_fields__}, **changes})


def of(*rules: Rule, package=None, mount=None, category=None, prices=()) -> Overage:
    return Overage(Profile("p", rules), package=package, mount=mount, category=category, prices=prices)


@pytest.mark.parametrize(
    ("profile", "package", "mount", "category", "need_", "required"),
    [
        ("typical", "0603", "SMT", "Resistors", 10, 30),
        ("typical", "0603", "SMT", "Resistors", 1000, 1100),
        ("typical", "C_0402_1005Metric", None, "Capacitors", 100, 120),
        ("typical", "BGA-256", "SMT", None, 100, 101),
        ("typical", "LQFP-48", "SMT", "Microcontrollers", 100, 102),
        ("typical", None, "THT", "Connectors", 10, 11),
        ("typical", None, None, None, 100, 105),
        ("em-solutions", "01005", "SMT", None, 10, 110),
        ("em-solutions", "0603", "SMT", None, 70, 90),
        ("em-solutions", "0603", "SMT", None, 1000, 1150),
        ("sonic-lab", "0402", "SMT", None, 10, 20),
        ("sf-circuits", "0603", "SMT", None, 10, 100),
        ("sf-circuits", "0603", "SMT", None, 30, 150),
        ("sf-circuits", "0603", "SMT", None, 60, 200),
        ("sf-circuits", "0603", "SMT", None, 150, 200),  # no figure from 100 on: what a smaller run asks for
        ("none", "0603", "SMT", "Resistors", 70, 70),
    ],
)
def test_the_shipped_profiles(profile, package, mount, category, need_, required):
    found = Overage(overage.profile(profile), package=package, mount=mount, category=category)
    assert found.required(need_) == required
    assert found.required(0) == 0


def test_every_shipped_rule_names_its_source_and_has_a_last_word():
    for name, found in overage.profiles().items():
        if name == "none":
            continue
        assert found.sources, name
        assert all(entry.source for entry in found.rules), name
        last = found.rules[-1]
        conditions = (last.packages, last.mount, last.category, last.from_need, last.to_need, last.from_price)
        assert not any(conditions), name
    assert overage.profile("none").text() == "Overage: none applied"
    with pytest.raises(UsageError, match="no overage profile 'nobody'") as caught:
        overage.profile("nobody")
    assert "typical" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("found", "needed", "required"),
    [
        (rule(percent=Decimal(25), add=10), 100, 135),
        (rule(percent=Decimal(10)), 11, 13),  # parts of a piece count whole
        (rule(percent=Decimal("0.5")), 1, 2),
        (rule(least_extra=20, percent=Decimal(15)), 70, 90),
        (rule(order_at_least=150), 20, 150),
        (rule(order_at_least=150), 200, 200),
        (rule(add=3), 7, 10),
    ],
)
def test_forms_of_rules(found, needed, required):
    assert found.required(needed) == required
    assert of(found).required(needed) == required


def test_a_price_cap_looks_at_the_price_at_the_need():
    capped = rule(percent=Decimal(10), least_extra=5, price_cap=Decimal(2))
    prices = [PriceStep(1, Decimal(3)), PriceStep(100, Decimal(2))]
    assert of(capped, prices=prices).required(50) == 50
    assert of(capped, prices=prices).required(100) == 110
    assert "no overage above 2 USD" in of(capped, prices=prices).sentence(50, 50)
    assert of(capped).required(50) == 55  # without a price nothing is too dear


def test_a_rule_from_a_price_on_takes_what_is_dear():
    rules = (rule(name="dear", from_price=Decimal(5), least_extra=1), rule(percent=Decimal(10)))
    prices = [PriceStep(1, Decimal(6)), PriceStep(200, Decimal(4))]
    found = of(*rules, prices=prices)
    assert (found.required(100), found.required(199), found.required(200)) == (101, 200, 220)


def test_the_part_of_the_program_uses_its_own_price():
    one = need(100, offer("1:6.00 1000:4.00"), package="0603", category="Resistors")
    assert planned(one, add_overage=True).requirement.overage == 1
    cheap = need(100, offer("1:0.10"), package="0603", category="Resistors")
    assert planned(cheap, add_overage=True).requirement.overage == 20


RULES = st.lists(
    st.builds(
        rule,
        from_need=st.integers(0, 60),
        to_need=st.none() | st.integers(0, 80),
        from_price=st.none() | st.decimals(0, 10, places=2),
        percent=st.decimals(0, 100, places=1),
        least_extra=st.integers(0, 60),
        add=st.integers(0, 20),
        order_at_least=st.integers(0, 120),
        price_cap=st.none() | st.decimals(0, 10, places=2),
    ),
    max_size=5,
)
PRICES = st.lists(st.tuples(st.integers(1, 100), st.decimals("0.01", 10, places=2)), max_size=4).map(
    lambda steps: [PriceStep(quantity, price) for quantity, price in sorted(dict(steps).items())]
)


@settings(deadline=None)
@given(RULES, PRICES)
def test_more_builds_never_need_fewer_pieces(rules, prices):
    found = of(*rules, prices=prices)
    before = 0
    for needed in range(130):
        required = found.required(needed)
        assert required >= max(before, needed)
        if needed:
            assert f"so {required:,}" in found.sentence(needed, required)
        before = required


def test_a_table_that_cannot_be_read_says_where(monkeypatch, tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()
    head = ",".join(overage._COLUMNS) + "\n"
    (folder / "overage.csv").write_text(head + "mine,all,,,,,,,ten,,,,,me,\n", encoding="utf-8")
    monkeypatch.setenv("BOMTOOL_CONFIG_DIR", str(tmp_path))
    overage.profiles.cache_clear()
    try:
        with pytest.raises(UsageError, match=r"Rule 1 of templates/overage.csv \(mine, all\)"):
            overage.profiles()
        (folder / "overage.csv").write_text(head + "mine,all,,,,,,,10,2,,,,me,\n", encoding="utf-8")
        overage.profiles.cache_clear()
        assert list(overage.profiles()) == ["none", "mine"]
        assert Overage(overage.profile("mine"), package=None, mount=None, category=None).required(10) == 12
    finally:
        overage.profiles.cache_clear()
