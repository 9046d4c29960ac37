"""Rounding and exchange rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bomtool.sourcing.ladder import paid, scaled
from bomtool.sourcing.model import SupplierRules, SupplierTerms
from bomtool.sourcing.money import QuotedRate, Rates, extended, minor_unit, rates, rounded
from tests.sourcing.making import bought, need, offer, plan, planned

DAY = date(2026, 3, 1)
RATES = Rates(
    [
        QuotedRate(DAY, "EUR", "USD", Decimal("1.10"), "test"),
        QuotedRate(DAY, "EUR", "JPY", Decimal("160"), "test"),
        QuotedRate(date(2026, 1, 1), "EUR", "USD", Decimal("2"), "old"),
        QuotedRate(date(2027, 1, 1), "EUR", "USD", Decimal("9"), "future"),
    ]
)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [("0.125", "USD", "0.13"), ("0.5", "JPY", "1"), ("1.0005", "KWD", "1.001"), ("2.344999", "EUR", "2.34")],
)
def test_half_goes_up_at_the_minor_unit(amount, currency, shown):
    assert f"{rounded(Decimal(amount), currency):f}" == shown


@given(st.integers(0, 10**6), st.decimals("0.00001", 10**4, places=5), st.sampled_from(["USD", "JPY", "KWD"]))
def test_whole_number_arithmetic_gives_the_same_as_decimals(quantity, price, currency):
    assert paid(quantity, scaled(price), currency) * minor_unit(currency) == extended(quantity, price, currency)


def test_rates_are_the_latest_not_after_the_day_and_cross_through_the_base():
    assert RATES.find("EUR", "USD", date(2026, 3, 5)).value == Decimal("1.10")
    assert RATES.find("EUR", "USD", date(2026, 2, 1)).value == 2
    assert RATES.find("EUR", "USD", date(2025, 1, 1)) is None
    assert RATES.find("JPY", "USD", date(2026, 3, 5)).value == Decimal("1.10") / 160
    assert RATES.find("USD", "usd", date(2020, 1, 1)).value == 1
    assert RATES.find("XXX", "USD", date(2026, 3, 5)) is None


def test_the_shipped_table_can_be_used():
    found = rates().find("EUR", "USD", date(2026, 3, 2))
    assert found is not None
    assert found.date is not None
    assert found.source


def test_a_foreign_price_is_converted_and_says_how():
    euros = offer("1:0.80 100:0.50", currency="EUR")
    found = planned(need(10, euros), rates=RATES)
    assert bought(found) == [("N-1", 10, "0.88", "8.80")]
    purchase = found.purchases[0]
    assert (purchase.exchange_rate, purchase.exchange_rate_date, purchase.currency) == (Decimal("1.10"), DAY, "USD")
    assert any("1 EUR = 1.1 USD of 2026-03-01" in sentence for sentence in found.sentences)


def test_without_a_rate_a_price_is_none_never_one_to_one():
    found = planned(need(10, offer("1:0.80", currency="EUR")))
    assert (found.priced, found.extended_price) == (False, None)
    assert found.unpriced_reason == "no exchange rate from EUR to USD on 2026-03-02"
    both = planned(need(10, offer("1:0.10", currency="EUR"), offer("1:0.80", "South")))
    assert bought(both) == [("S-1", 10, "0.8", "8.00")]


def test_fees_in_a_currency_without_a_rate_are_not_left_out():
    terms = (SupplierTerms("North", "GBP", Decimal(5)),)
    found = planned(need(10, offer("1:0.80")), rules=SupplierRules(terms=terms))
    assert (found.priced, found.unpriced_reason) == (False, "no exchange rate from GBP to USD on 2026-03-02")


def test_a_program_in_a_currency_without_cents():
    found = plan(need(3, offer("1:0.25")), need(1, offer("1:1.20"), key="B"), currency="JPY", rates=RATES)
    assert [f"{part.extended_price:f}" for part in found.parts] == ["109", "175"]
    assert found.total == 284


def test_an_old_rate_is_a_risk():
    euros = need(1, offer("1:0.80", currency="EUR"))
    assert "stale-rate" not in [risk.code for risk in planned(euros, rates=RATES).risks]
    old = Rates([QuotedRate(date(2025, 2, 28), "EUR", "USD", Decimal("1.04"), "test")])
    said = {risk.code: risk.message for risk in planned(euros, rates=old).risks}
    assert said["stale-rate"] == "the exchange rate is of 2025-02-28, 367 days old"
