"""Who is bought from: supplier rules, overrides and alternates."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bomtool.errors import UsageError
from bomtool.sourcing import policy
from bomtool.sourcing.model import Alternate, Options, Override, Stock, SupplierRules
from tests.sourcing.making import NOW, bought, need, offer, part, plan, planned

CHEAP = offer("1:1", "Cheap Parts", "C")
DEAR = offer("1:2", "Dear Parts", "D", authorized=True)
LATE = offer("1:3", "Late Parts", "L", stock=0, lead_time_days=50, authorized=True)


def rules(**given):
    return SupplierRules(**{k: frozenset(v) if isinstance(v, (list, set)) else v for k, v in given.items()})


@pytest.mark.parametrize(
    ("given", "sku"),
    [
        (rules(), "C"),
        (rules(banned=["cheap parts"]), "D"),
        (rules(allowed=["dear parts"]), "D"),
        (rules(allowed=["nobody", "cheap parts"]), "C"),
        (rules(authorized_only=True), "D"),
        (rules(preferred=["dear parts"]), "D"),
        (rules(preferred=["late parts"]), "L"),  # wins over price and lead time
        (rules(last_resort=["cheap parts"]), "D"),
        (rules(last_resort=["cheap parts", "dear parts"]), "L"),  # somebody else can
        (rules(last_resort=["cheap parts", "dear parts", "late parts"]), "C"),
        (rules(banned=["cheap parts"], preferred=["cheap parts"]), "D"),
    ],
)
def test_rules_in_their_order(given, sku):
    found = planned(need(10, CHEAP, DEAR, LATE), rules=given)
    assert [entry[0] for entry in bought(found)] == [sku]


def test_a_preferred_supplier_that_cannot_supply_all_does_not_win():
    few = offer("1:3", "Dear Parts", "D", stock=4)
    assert bought(planned(need(10, CHEAP, few), rules=rules(preferred=["dear parts"])))[0][0] == "C"


def test_a_last_resort_fills_up_what_others_cannot_supply():
    few = offer("1:3", "Dear Parts", "D", stock=4)
    found = planned(need(10, CHEAP, few), rules=rules(last_resort=["cheap parts"]))
    assert bought(found)[0][0] == "C"


def test_names_compare_without_case_and_spaces():
    found = planned(need(10, CHEAP), rules=rules(banned=["cheap parts"]))
    assert (found.priced, found.status) == (False, "needs_rfq")
    assert found.unpriced_reason == "no offer may be bought: Cheap Parts is banned"
    assert found.offers == ()
    other = offer("1:1", "CHEAP-Parts")
    assert not planned(need(10, other), rules=rules(banned=["cheap parts"])).priced


def test_unknown_authorisation_is_none():
    found = planned(need(10, CHEAP), rules=rules(authorized_only=True))
    assert "not known to be authorised" in (found.unpriced_reason or "")


def test_overrides_change_need_overage_and_price():
    one = need(10, CHEAP, package="0603")
    assert bought(planned(need(10, CHEAP, override=Override(quantity=25)))) == [("C", 25, "1", "25.00")]
    over = planned(need(10, CHEAP, override=Override(overage=5)), add_overage=True)
    assert (over.requirement.overage, over.requirement.required) == (5, 15)
    assert "set by an override" in over.requirement.sentences[-1]
    fixed = planned(need(10, CHEAP, DEAR, override=Override(unit_price=Decimal("0.40"))))
    assert bought(fixed) == [("C", 10, "0.4", "4.00")]
    free = plan(need(10, CHEAP, override=Override(unit_price=Decimal(0))))
    assert (free.total, free.parts[0].priced) == (0, True)
    assert planned(one).requirement.required == 10


def test_an_override_names_the_supplier():
    assert bought(planned(need(10, CHEAP, DEAR, override=Override(supplier="dear parts"))))[0][0] == "D"
    gone = planned(need(10, CHEAP, override=Override(supplier="Nobody")))
    assert gone.unpriced_reason == "no offer may be bought: the override asks for Nobody"
    own = planned(need(10, CHEAP, override=Override(supplier="My Broker", unit_price=Decimal("0.70"))))
    assert [(p.offer.supplier, p.quantity, p.extended_price) for p in own.purchases] == [
        ("My Broker", 10, Decimal("7.00"))
    ]
    assert own.status == "needs_rfq"  # nobody knows whether it is there


def test_a_price_of_ones_own_keeps_the_least_order_of_the_offer():
    reel = offer("100:1", "Cheap Parts", "R", moq=100, order_multiple=50)
    found = planned(need(120, reel, override=Override(unit_price=Decimal("0.5"))))
    assert bought(found) == [("R", 150, "0.5", "75.00")]


def test_a_substitute_is_bought_instead():
    other = Alternate(part("Q"), (DEAR,), Stock(on_hand=3))
    override = Override(substitute_part="Q", substitute=other)
    found = planned(need(10, CHEAP, override=override, stock=Stock(on_hand=100)), include_on_hand=True)
    assert (found.bought_part, found.requirement.from_stock) == (part("Q"), 3)
    assert bought(found) == [("D", 7, "2", "14.00")]
    unknown = planned(need(10, CHEAP, override=Override(substitute_part="ZZZ")))
    assert (unknown.priced, unknown.extended_price) == (False, None)
    assert unknown.unpriced_reason == "the substitute part ZZZ is not in the catalogue"


SECOND = Alternate(part("Q"), (offer("1:3", sku="SECOND"),))
THIRD = Alternate(part("T"), (offer("1:0.5", sku="THIRD"),))


@pytest.mark.parametrize(
    ("offers", "how", "sku", "part_key"),
    [
        ([CHEAP], "ranked", "C", None),
        ([offer("1:1", stock=3)], "ranked", "SECOND", "Q"),
        ([offer("1:1", stock=0, lead_time_days=9)], "ranked", "SECOND", "Q"),
        ([CHEAP], "any", "THIRD", "T"),
        ([], "any", "THIRD", "T"),
        ([], "none", None, None),
    ],
)
def test_alternates_ranked_or_the_cheapest(offers, how, sku, part_key):
    found = planned(need(10, *offers, alternates=(SECOND, THIRD)), alternates=how)
    assert [entry[0] for entry in bought(found)] == ([sku] if sku else [])
    assert (found.bought_part.id if found.bought_part else None) == part_key
    if part_key:
        assert "stands in for MPN-P, an alternate" in found.sentences[0]


def test_stock_of_an_alternate_serves_where_it_covers_all():
    other = Alternate(part("Q"), (), Stock(on_hand=10))
    found = planned(need(10, offer("1:1", stock=0), alternates=(other,)), include_on_hand=True)
    assert (found.status, found.bought_part, found.extended_price) == ("on_hand", part("Q"), 0)


def test_no_split_means_one_offer():
    two = (offer("1:1", stock=6), offer("1:1", "South", stock=6))
    assert len(planned(need(10, *two)).purchases) == 2
    found = planned(need(10, *two), split=False)
    assert (found.status, found.buyable_quantity) == ("partial", 6)


def test_the_cap_on_what_is_left_over():
    one = need(10, offer("1:1 25:0.1"))
    assert bought(planned(one)) == [("N-1", 10, "1", "10.00")]
    assert bought(planned(one, max_excess=Decimal(2))) == [("N-1", 25, "0.1", "2.50")]
    forced = need(10, offer("1:1", moq=500))
    assert bought(planned(forced, max_excess=Decimal(0))) == [("N-1", 500, "1", "500.00")]


def test_the_shipped_policy_is_what_options_are_without_one():
    plain = Options(NOW)
    assert policy.policy().applied(plain) == plain


def test_a_policy_of_ones_own(monkeypatch, tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "supplier_rules.toml").write_text(
        """
        [suppliers]
        banned = ["Cheap  PARTS"]
        [[terms]]
        supplier = "Dear Parts"
        order_fee = 6.99
        packaging_fees = { "Digi-Reel" = "7.00" }
        [planning]
        max_excess_percent = 20
        alternates = "any"
        [severity]
        single-source = "error"
        """,
        encoding="utf-8",
    )
    monkeypatch.setenv("BOMTOOL_CONFIG_DIR", str(tmp_path))
    policy.policy.cache_clear()
    try:
        found = policy.policy()
    finally:
        policy.policy.cache_clear()
    assert found.rules.banned == {"Cheap  PARTS"}
    assert found.rules.terms[0].order_fee == Decimal("6.99")
    assert found.rules.terms[0].packaging_fees == (("Digi-Reel", Decimal("7.00")),)
    assert (found.max_excess, found.alternates) == (Decimal("0.2"), "any")
    planned_so = planned(need(10, CHEAP, DEAR), rules=found.rules, severities=found.severities)
    assert bought(planned_so)[0][0] == "D"


@pytest.mark.parametrize(
    ("tables", "why"),
    [
        ({"suppliers": {"bannd": []}}, "has no entry 'bannd'"),
        ({"suppliers": {"banned": "Cheap"}}, "banned is not a list of names"),
        ({"suppliers": {"authorized_only": "yes"}}, "neither true nor false"),
        ({"planning": {"alternates": "best"}}, "none of none, ranked, any"),
        ({"planning": {"max_excess_percent": -1}}, "not an amount"),
        ({"planning": {"long_lead_days": 1.5}}, "not a number of days"),
        ({"terms": [{"order_fee": "1"}]}, "names its supplier"),
        ({"terms": [{"supplier": "X", "order_fee": "a"}]}, "not an amount"),
        ({"severity": {"obsolet": "error"}}, "no risk 'obsolet'"),
        ({"severity": {"obsolete": "fatal"}}, "none of info, warning, error, off"),
        ({"extra": 1}, "has no entry 'extra'"),
    ],
)
def test_a_policy_that_cannot_be_used_says_why(tables, why):
    with pytest.raises(UsageError, match=why):
        policy.read(tables)
