"""What can be had: statuses, lead times, stock of one's own, how many builds, and what a program waits for."""

from __future__ import annotations

from datetime import date

import pytest

from bomtool.sourcing.model import Options, Override, Stock
from bomtool.sourcing.plan import plan_program
from tests.sourcing.making import NOW, bought, need, offer, part, plan, planned


@pytest.mark.parametrize(
    ("offers", "status", "priced", "lead", "buyable"),
    [
        ([offer("1:1", stock=10)], "buyable", True, 0, 10),
        ([offer("1:1", stock=9)], "partial", False, None, 9),
        ([offer("1:1", stock=9, lead_time_days=30)], "partial", True, 30, 9),
        ([offer("1:1", stock=0, lead_time_days=30)], "lead_time", True, 30, 0),
        ([offer("1:1", stock=0)], "needs_rfq", False, None, 0),
        ([offer("1:1", stock=None)], "needs_rfq", True, None, None),
        ([offer("1:1", stock=None, lead_time_days=14)], "lead_time", True, 14, None),
        ([offer("", stock=100)], "needs_rfq", False, None, 0),
        ([], "needs_rfq", False, None, 0),
        ([offer("1:1", stock=4), offer("1:1", "South", stock=6)], "buyable", True, 0, 10),
        ([offer("1:1", stock=100, moq=50)], "buyable", True, 0, 100),
        ([offer("1:1", stock=49, moq=50)], "needs_rfq", False, None, 0),
    ],
)
def test_status_of_ten_pieces(offers, status, priced, lead, buyable):
    found = planned(need(10, *offers))
    assert (found.status, found.priced, found.lead_time_days, found.buyable_quantity) == (
        status,
        priced,
        lead,
        buyable,
    )
    assert (found.extended_price is None) is (not priced)
    assert (found.unpriced_reason is None) is priced


def test_what_is_in_stock_comes_before_what_is_cheaper_and_late():
    late = offer("1:0.10", "South", stock=0, lead_time_days=60)
    assert bought(planned(need(10, offer("1:1"), late))) == [("N-1", 10, "1", "10.00")]
    some = planned(need(10, offer("1:1", stock=4), late))
    assert bought(some) == [("S-1", 10, "0.1", "1.00")]
    assert (some.status, some.lead_time_days) == ("partial", 60)


def test_known_lead_times_come_before_unknown_stock():
    found = planned(need(10, offer("1:0.10", stock=None), offer("1:1", "South", stock=0, lead_time_days=7)))
    assert bought(found) == [("S-1", 10, "1", "10.00")]


def test_lines_without_a_part_are_counted_and_never_cost_nothing():
    unknown = need(2, key="X", part=None, mpn="NOSUCH-1")
    blank = need(2, key="Y", part=None)
    custom = need(1, key="C", part=None, custom=True)
    dnp = need(4, offer("1:1"), key="D", do_not_place=True)
    ignored = need(4, offer("1:1"), key="I", ignored=True)
    found = plan(need(1, offer("1:1")), unknown, blank, custom, dnp, ignored)
    statuses = ["buyable", "no_match", "no_match", "needs_rfq", "do_not_place", "excluded"]
    assert [entry.status for entry in found.parts] == statuses
    assert (found.total, f"{found.known_total:f}", found.unit_cost) == (None, "1.00", None)
    assert (found.lines_priced, found.lines_total, found.lines_matched) == (1, 4, 2)
    assert found.parts[1].unpriced_reason == "no part is matched to this line"
    assert found.parts[2].unpriced_reason == "the line names no part"
    assert found.parts[3].unpriced_reason == "no offer is known"
    assert found.parts[1].requirement.required == 2
    assert found.parts[4].requirement.required == 0
    assert [gate.key for gate in found.gating] == ["X", "Y", "C"]


def test_a_quantity_nobody_stated_is_not_free():
    found = plan(need(0, offer("1:1")), need(1, offer("1:1"), key="B"))
    assert found.parts[0].unpriced_reason == "no quantity is stated"
    assert (found.total, found.buildable_from_stock) == (None, 0)
    given = planned(need(0, offer("1:1"), override=Override(quantity=3)))
    assert bought(given) == [("N-1", 3, "1", "3.00")]


def test_stock_counts_as_the_flags_say_less_what_others_reserved():
    stock = Stock(on_hand=60, processing=7, expected=1000, allocated=20)
    one = need(200, offer("1:1"), stock=stock)
    flags = [
        ({}, 0),
        ({"include_on_hand": True}, 40),
        ({"include_processing": True}, 0),
        ({"include_on_hand": True, "include_processing": True}, 47),
        ({"include_expected": True}, 200),
    ]
    for given, taken in flags:
        found = planned(one, **given)
        assert (found.requirement.from_stock, found.requirement.to_buy) == (taken, 200 - taken), given
    said = planned(one, include_on_hand=True, include_processing=True).requirement.sentences[-1]
    assert said == "stock 60 on hand + 7 processing - 20 allocated elsewhere = 47 usable, so 153 to buy"


def test_overage_comes_before_stock():
    one = need(70, offer("1:1"), package="0603", stock=Stock(on_hand=85))
    found = planned(one, include_on_hand=True, add_overage=True, overage_profile="em-solutions")
    assert (found.requirement.required, found.requirement.from_stock, found.requirement.to_buy) == (90, 85, 5)


def test_the_day_a_program_is_ready():
    assert plan(need(1, offer("1:1"))).ready_date == date(2026, 3, 2)
    assert plan(need(1, offer("1:1", stock=0, lead_time_days=30))).ready_date == date(2026, 4, 1)
    assert plan(need(1, offer("1:1", stock=0))).ready_date is None
    assert plan(need(1, offer("1:1", stock=None))).ready_date is None
    waiting = need(5, offer("1:1"), stock=Stock(on_hand=1, expected=9))
    found = plan(waiting, include_on_hand=True, include_expected=True)
    assert (found.parts[0].status, found.ready_date) == ("on_hand", None)
    assert "expected" in found.gating[0].reason


def test_gating_names_the_worst_three():
    needs = [need(10, offer("1:1", stock=0, lead_time_days=days), key=f"L{days}") for days in (20, 90, 50, 10)]
    found = plan(*needs, need(1, offer("1:1"), key="fine"))
    assert [(gate.key, gate.reason) for gate in found.gating] == [
        ("L90", "90 days lead time"),
        ("L50", "50 days lead time"),
        ("L20", "20 days lead time"),
    ]
    some = plan(need(10, offer("1:1", stock=4, lead_time_days=9)))
    assert some.gating[0].reason == "4 of 10 in stock, the rest 9 days lead time"
    assert plan(need(1, offer("1:1"))).gating == ()


def test_buildable_is_the_largest_number_of_builds_that_is_covered():
    one = need(3, offer("1:1", stock=40), builds=10, stock=Stock(on_hand=20))
    found = plan(one, include_on_hand=True)
    assert (found.buildable_from_stock, found.buildable_now) == (6, 20)
    two = need(1, offer("1:1", stock=7, order_multiple=5, moq=5), builds=10, key="B", stock=Stock(on_hand=100))
    both = plan(one, two, include_on_hand=True)
    assert (both.buildable_from_stock, both.buildable_now) == (6, 20)
    assert plan(two).buildable_now == 5
    assert plan(one, two).buildable_from_stock == 0


def test_buildable_counts_overage():
    one = need(1, offer("1:1", stock=30), builds=100, package="0603")
    found = plan(one, add_overage=True, overage_profile="em-solutions")
    assert found.buildable_now == 10  # 10 and at least 20 more


def test_buildable_is_unknown_where_what_is_unknown_could_limit_it():
    known = need(1, offer("1:1", stock=30), builds=10)
    unknown = need(1, offer("1:1", stock=None), builds=10, key="U")
    partly = need(1, offer("1:1", stock=None), offer("1:1", "South", stock=50), builds=10, key="U")
    unmatched = need(1, key="X", part=None, mpn="?", builds=10)
    none = need(1, offer("1:1", stock=0), builds=10, key="Z")
    assert plan(known, unknown).buildable_now is None
    assert plan(known, partly).buildable_now == 30
    assert plan(known, unmatched).buildable_now is None
    assert plan(unmatched, none).buildable_now == 0
    assert plan(known, unmatched).buildable_from_stock == 0


def test_a_part_left_out_limits_nothing():
    out = need(1, offer("1:1", stock=0), key="Z", override=Override(include=False))
    found = plan(need(1, offer("1:1", stock=8)), out)
    assert (found.buildable_now, found.lines_total, found.total) == (8, 1, 1)
    assert found.parts[1].status == "excluded"


def test_an_empty_program():
    found = plan()
    assert (found.total, found.builds, found.lines_total, found.buildable_from_stock) == (0, 0, 0, 0)
    assert found.ready_date is None


def risks_of(one, **changes):
    return {risk.code: risk.severity for risk in planned(one, **changes).risks}


def test_risks_and_their_severities():
    assert risks_of(need(10, offer("1:1"), offer("1:2", "South"))) == {}
    assert risks_of(need(10, offer("1:1"))) == {"single-source": "info"}
    thin = need(10, offer("1:1", stock=15), offer("1:2", "South", stock=0))
    assert risks_of(thin) == {"low-stock": "warning"}
    late = need(10, offer("1:1", stock=0, lead_time_days=120))
    assert risks_of(late) == {"long-lead": "warning", "single-source": "info"}
    assert risks_of(need(10, offer("1:1", stock=3))) == {"unknown-lead": "warning", "single-source": "info"}
    old = offer("1:1", fetched_at=NOW.replace(year=2025), authorized=False)
    codes = {"stale-price": "warning", "not-authorised": "warning", "single-source": "info"}
    assert risks_of(need(10, old)) == codes
    undated = offer("1:1", fetched_at=None, stock=None)
    assert risks_of(need(10, undated)) == {
        "unknown-stock": "warning",
        "undated-price": "info",
        "single-source": "info",
    }
    sample = offer("1:1", fetched_at=None, stock=None, kind="sample")
    assert risks_of(need(10, sample)) == {"unknown-stock": "warning", "single-source": "info"}
    for lifecycle, code, severity in (
        ("Obsolete", "obsolete", "error"),
        ("EOL", "end-of-life", "error"),
        ("NRFND", "not-recommended", "warning"),
    ):
        gone = need(10, offer("1:1"), offer("1:1", "South"), part=part(lifecycle=lifecycle))
        assert risks_of(gone) == {code: severity}
        assert risks_of(gone, severities=((code, "info"),)) == {code: "info"}
        assert risks_of(gone, severities=((code, "off"),)) == {}


def test_the_oldest_price_is_named():
    old = NOW.replace(month=1)
    found = plan(need(1, offer("1:1", fetched_at=old)), need(1, offer("1:1"), key="B"))
    assert found.oldest_price_at == old
    assert plan(need(1, offer("1:1", fetched_at=None))).oldest_price_at is None


def test_a_bom_without_lines_still_counts_as_builds():
    one = need(4, offer("1:1"), builds=10)
    found = plan_program([one], Options(NOW, add_overage=False), builds=20)
    assert (found.builds, found.total, found.unit_cost) == (20, 40, 2)


def test_one_stock_is_not_bought_twice():
    """Offers of one supplier that speak of the same pieces: a SKU asked twice, equal figures, or full lots of one."""
    twice = (
        offer("1:2", stock=26, sku="X"),
        offer("1:1", stock=26, sku="x", currency="EUR"),
        offer("1:3", stock=30, sku="X", fetched_at=NOW),
    )
    newest = planned(need(30, *twice))
    assert bought(newest) == [("X", 30, "3", "90.00")]
    assert planned(need(31, *twice)).buyable_quantity == 30
    equal = (offer("1:2", stock=2750, sku="CT"), offer("1:2.1", stock=2750, sku="DKR"))
    assert planned(need(2751, *equal)).buyable_quantity == 2750
    lots = (offer("1:2", stock=2750, sku="CT"), offer("230:1", stock=2530, sku="TR", moq=230, order_multiple=230))
    found = planned(need(2750, *lots))
    assert bought(found) == [("TR", 2530, "1", "2530.00"), ("CT", 220, "2", "440.00")]
    assert not planned(need(2751, *lots)).priced
    apart = (offer("1:2", stock=100, sku="A"), offer("1:2", stock=40, sku="B"), offer("1:2", "Other", stock=100))
    assert planned(need(1, *apart)).buyable_quantity == 240
    assert (
        planned(need(1, offer("1:1", "Digi-Key", "S", stock=9), offer("1:1", "DigiKey", "S", stock=9))).buyable_quantity
        == 9
    )


def test_an_undated_price_gives_way_to_a_dated_one_and_no_price_to_a_price():
    assert bought(planned(need(1, offer("1:1", sku="X", fetched_at=None), offer("1:2", sku="X")))) == [
        ("X", 1, "2", "2.00")
    ]
    assert bought(planned(need(1, offer("1:1", sku="X", fetched_at=None), offer("", sku="X")))) == [
        ("X", 1, "1", "1.00")
    ]
