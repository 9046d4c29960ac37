"""Worked examples of quantity and price arithmetic, each with the answer worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bomtool.sourcing.model import Stock, SupplierRules, SupplierTerms, Use
from tests.sourcing.making import bought, need, offer, plan, planned


@pytest.mark.parametrize(
    ("required", "prices", "moq", "multiple", "expected"),
    [
        (46, "1:1.0 50:0.9", 1, 1, (50, "0.9", "45.00")),
        (45, "1:1.0 50:0.9", 1, 1, (45, "1", "45.00")),  # as dear as 50: fewer pieces
        (6, "1:0.10 10:0.025", 1, 1, (10, "0.025", "0.25")),
        (12, "1:1", 10, 5, (15, "1", "15.00")),
        (101, "1:1", 100, 10, (110, "1", "110.00")),
        (5, "1:1", 100, 1, (100, "1", "100.00")),
        (5, "1:1", 7, 5, (10, "1", "10.00")),  # a least order that is no multiple
        (5, "25:2", 1, 1, (25, "2", "50.00")),  # the first break is a least order
        (100_000, "1:0.0012", 1, 1, (100_000, "0.0012", "120.00")),
        (3, "1:0.125", 1, 1, (3, "0.125", "0.38")),  # half a cent goes up
        (1, "1:0.005", 1, 1, (1, "0.005", "0.01")),
        (10, "1:1 5:2", 1, 1, (10, "2", "20.00")),  # a ladder that rises is paid as it stands
    ],
)
def test_one_offer(required, prices, moq, multiple, expected):
    found = planned(need(required, offer(prices, moq=moq, order_multiple=multiple)))
    assert [entry[1:] for entry in bought(found)] == [expected]
    assert found.purchases[0].excess_quantity == expected[0] - required


def test_breaks_are_chosen_by_the_whole_run_not_by_one_board():
    found = plan(need(20, offer("1:1 100:0.1"), builds=10))
    assert bought(found.parts[0]) == [("N-1", 200, "0.1", "20.00")]
    assert (found.total, found.unit_cost) == (Decimal("20.00"), Decimal("2.00"))


def test_nothing_required_costs_nothing_and_needs_no_least_order():

    found = planned(need(5, offer("1:1", moq=100), stock=Stock(on_hand=5)), include_on_hand=True)
    assert (found.status, found.purchases, found.extended_price) == ("on_hand", (), Decimal("0.00"))
    assert found.requirement.to_buy == 0


def test_buying_up_does_not_go_beyond_the_stock():
    assert bought(planned(need(46, offer("1:1.0 50:0.9", stock=40)))) == []
    assert bought(planned(need(38, offer("1:1.0 50:0.5", stock=40)))) == [("N-1", 38, "1", "38.00")]


def test_a_reel_and_tape_for_the_rest_or_two_reels_whichever_is_cheaper():
    reel = offer("4000:0.01", sku="REEL", packaging="reel", moq=4000, order_multiple=4000)
    tape = offer("1:0.10 100:0.05", sku="TAPE", packaging="cut tape")
    assert bought(planned(need(4100, reel))) == [("REEL", 8000, "0.01", "80.00")]
    assert bought(planned(need(4100, reel, tape))) == [
        ("REEL", 4000, "0.01", "40.00"),
        ("TAPE", 100, "0.05", "5.00"),
    ]
    assert bought(planned(need(7900, reel, tape))) == [("REEL", 8000, "0.01", "80.00")]


def test_packagings_of_one_supplier_have_one_stock():
    reel = offer("100:0.01", sku="REEL", packaging="reel", moq=100, order_multiple=100, stock=150)
    tape = offer("1:0.10", sku="TAPE", packaging="cut tape", stock=150)
    assert bought(planned(need(150, reel, tape))) == [("REEL", 100, "0.01", "1.00"), ("TAPE", 50, "0.1", "5.00")]
    coarse = offer("100:0.02", sku="REEL-7", packaging="reel 7 in", moq=100, order_multiple=100, stock=150)
    assert planned(need(1, reel, coarse)).buyable_quantity == 100
    short = planned(need(151, reel, tape))
    assert (short.status, short.buyable_quantity, short.purchases) == ("partial", 150, ())


def test_quantities_without_a_break_are_refused_not_priced_at_the_lowest_one():
    found = planned(need(5, offer("")))
    assert (found.status, found.priced, found.extended_price) == ("needs_rfq", False, None)
    assert found.unpriced_reason == "no offer has a price"
    zero = planned(need(5, offer("1:0 10:0.5")))
    assert (zero.priced, zero.unpriced_reason) == (False, "no offer has a price")


def test_need_adds_the_lines_of_all_boms_and_overage_comes_once():
    uses = (
        Use("b1", "main", ("l1", "l2"), ("1", "2"), ("R1", "R2", "R3"), 3, 20),
        Use("b2", "sub", ("l3",), ("7",), ("R9",), 1, 10),
    )
    one = need(1, offer("1:1"), uses=uses, package="0603", category="Resistors")
    found = planned(one, add_overage=True, overage_profile="em-solutions")
    assert (found.requirement.needed, found.requirement.overage, found.requirement.required) == (70, 20, 90)
    assert found.requirement.sentences == (
        "3 x 20 builds of main + 1 x 10 builds of sub = 70",
        "need 70, +15 % at least 20 (0603), so 90",
    )
    big = need(1000, offer("1:1"), package="0603")
    assert planned(big, add_overage=True, overage_profile="em-solutions").requirement.required == 1150


def test_an_order_fee_is_paid_once_and_a_least_order_value_is_topped_up():
    terms = SupplierTerms("North", "USD", Decimal("6.99"), Decimal(25), (("digi-reel", Decimal(7)),))
    needs = [
        need(10, offer("1:1"), key="A"),
        need(5, offer("1:2", sku="N-2", packaging="Digi-Reel"), key="B"),
    ]
    found = plan(*needs, rules=SupplierRules(terms=(terms,)))
    assert [(f.supplier, f.order_fee, f.top_up, f.lines_value) for f in found.fees] == [
        ("North", Decimal("6.99"), Decimal("5.00"), Decimal("20.00"))
    ]
    assert found.parts[1].purchases[0].fee == Decimal("7.00")
    assert found.total == Decimal("38.99")  # 10 + 10 + 7 + 6.99 + 5


def test_one_order_less_may_be_worth_a_dearer_part():
    needs = [
        need(1, offer("1:10"), offer("1:9", "South"), key="A"),
        need(1, offer("1:10"), key="B"),
    ]
    plain = plan(*needs)
    assert [p.purchases[0].offer.supplier for p in plain.parts] == ["South", "North"]
    terms = (SupplierTerms("North", "USD", Decimal(5)), SupplierTerms("South", "USD", Decimal(5)))
    found = plan(*needs, rules=SupplierRules(terms=terms))
    assert [p.purchases[0].offer.supplier for p in found.parts] == ["North", "North"]
    assert (found.total, found.gap) == (Decimal("25.00"), 0)
    assert any("alone" in sentence for sentence in found.parts[0].sentences)
