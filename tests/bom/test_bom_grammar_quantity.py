"""Quantity cells."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bomtool import findings
from bomtool.bom import quantity
from bomtool.bom.quantity import column_style, parse


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("10", "10", None), (" 10 ", "10", None), ("10 pcs", "10", "pcs"), ("10pcs.", "10", "pcs"),
        ("2x", "2", None), ("x2", "2", None),
        ("2 X", "2", None), ("×3", "3", None), ("2 ea", "2", "pcs"), ("2 Stk", "2", "pcs"), ("2 Stück", "2", "pcs"),
        ("3个", "3", "pcs"),
        ("5 шт.", "5", "pcs"), ("2,0", "2", None), ("2.0", "2", None), ("2.50", "2.5", None),
        ("13,75", "13.75", None), ("1/2", "0.5", None),
        ("1 1/2", "1.5", None), ("4/2", "2", None), ("0,35 m", "0.35", "m"), ("0.35m", "0.35", "m"),
        (".5", "0.5", None), ("12 mm", "12", "mm"),
        ('3"', "3", "in"), ("1 set", "1", "set"), ("10 000", "10000", None), ("10\u00a0000", "10000", None),
        ("1'000", "1000", None),
        ("1,234.5", "1234.5", None), ("1.234,5", "1234.5", None), ("1.234.567", "1234567", None),
        ("1,234,567", "1234567", None),
        ("0.123", "0.123", None), ("0,123", "0.123", None), ("1234.567", "1234.567", None), ("3*", "3", None),
        ("0", "0", None),
        ("1.", "1", None), ("００５", "5", None), ("+4", "4", None), ("1 pair", "1", "pair"), ("2 ml", "2", "ml"),
    ],
)  # fmt: skip
def test_plain_quantities(text: str, value: str, unit: str | None) -> None:
    found = parse(text)
    assert (found.value, found.unit, found.problem, found.code, found.do_not_place) == (
        Decimal(value),
        unit,
        None,
        None,
        False,
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Edge", "quantity-unreadable"), ("(100uH)", "quantity-unreadable"), ("100nF", "quantity-unreadable"),
        ("8x2", "quantity-unreadable"),
        ("5E3", "quantity-unreadable"), ("1-2", "quantity-unreadable"), ("2+1", "quantity-unreadable"),
        ("1/3", "quantity-unreadable"),
        ("1/0", "quantity-unreadable"), ("10 00", "quantity-unreadable"), ("1.234", "quantity-ambiguous"),
        ("1,234", "quantity-ambiguous"),
        ("1,2,3", "quantity-unreadable"), ("1.2.3", "quantity-unreadable"), ("-3", "quantity-negative"),
        ("-", "quantity-placeholder"),
        ("n/a", "quantity-placeholder"), ("TBD", "quantity-placeholder"), ("?", "quantity-placeholder"),
        ("2-Jan", "quantity-date"),
        ("Feb-03", "quantity-date"), ("3. Mär", "quantity-date"), ("2021-01-02", "quantity-date"),
        ("01/02/2021", "quantity-date"),
        ("1.2.2021", "quantity-date"), ("2000000000", "quantity-huge"), ("TRUE", "quantity-unreadable"),
        ("1,23,456", "quantity-unreadable"),
        ("12.345,6,7", "quantity-unreadable"),
    ],
)  # fmt: skip
def test_no_quantity_is_said_and_never_guessed(text: str, code: str) -> None:
    found = parse(text)
    assert found.value is None
    assert found.code == code
    assert text.strip("-") in (found.problem or "")
    assert code in findings.catalogue()


@pytest.mark.parametrize(
    ("text", "value", "unit", "code"),
    [
        ("AR", "0", "AR", "quantity-as-required"), ("a/r", "0", "AR", "quantity-as-required"),
        ("As Required", "0", "AR", "quantity-as-required"),
        ("适量", "0", "AR", "quantity-as-required"), ("2.9999999", "3", None, "quantity-noise"),
        ("1.0E+03", "1000", None, "quantity-scientific"),
        ("1E+2", "100", None, "quantity-scientific"), ("1 pack (1)", "1", "pack", "quantity-remark"),
        ("4 (see note)", "4", None, "quantity-remark"),
    ],
)  # fmt: skip
def test_quantities_with_a_remark(text: str, value: str, unit: str | None, code: str) -> None:
    found = parse(text)
    assert (found.value, found.unit, found.code) == (Decimal(value), unit, code)
    assert found.problem
    assert code in findings.catalogue()


@pytest.mark.parametrize(
    ("text", "value"),
    [("DNP", None), ("not fitted", None), ("2 (DNP)", "2"), ("NC", None), ("不贴", None), ("3 DNF", "3")],
)
def test_do_not_place_in_the_quantity(text: str, value: str | None) -> None:
    found = parse(text)
    assert found.do_not_place
    assert found.value == (Decimal(value) if value else None)
    assert not found.blank


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (3, "3"),
        (3.0, "3"),
        (0.35, "0.35"),
        (Decimal("0.35"), "0.35"),
        (1.234, "1.234"),
        (0, "0"),
        (0.1, "0.1"),
        (100, "100"),
        (2.5, "2.5"),
    ],
)
def test_numbers_are_taken_as_they_are(value: float | Decimal, exact: str) -> None:
    assert parse(value) == quantity.Quantity(Decimal(exact))


def test_float_noise_is_taken_off_and_said() -> None:
    assert (parse(2.9999999).value, parse(2.9999999).code) == (3, "quantity-noise")
    assert (parse(0.1 + 0.2).value, parse(0.1 + 0.2).code) == (Decimal("0.30000000000000004"), None)
    assert parse(3.00001).value == Decimal("3.00001")
    assert parse(0.0000001).value == Decimal("1E-7")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, False])
def test_what_is_no_number(value: object) -> None:
    found = parse(value)  # type: ignore[arg-type]
    assert (found.value, found.code) == (None, "quantity-unreadable")


@pytest.mark.parametrize("value", [datetime(2021, 1, 2, tzinfo=UTC), date(2021, 1, 2), time(1, 30)])
def test_dates(value: date | time) -> None:
    assert parse(value).code == "quantity-date"


@pytest.mark.parametrize("text", ["", "  ", "\n", None])
def test_blank(text: str | None) -> None:
    assert parse(text) == quantity.Quantity(None)
    assert parse(text).blank


@pytest.mark.parametrize(
    ("texts", "comma"),
    [
        (["1", "2,5"], True), (["1", "2.5"], False), (["1.234", "0,5"], True), (["1,234", "0.5"], False),
        (["1.234"], None),
        (["1,5", "1.5"], None), ([], None), (["1.234.567"], True), (["1,234.5"], False), (["DNP", "2 pcs"], None),
        (["1.234,5"], True),
    ],
)  # fmt: skip
def test_column_style(texts: list[str], comma: bool | None) -> None:
    assert column_style(texts) is comma


def test_the_style_of_the_column_decides() -> None:
    assert parse("1.234", decimal_comma=True).value == 1234
    assert parse("1.234", decimal_comma=False).value == Decimal("1.234")
    assert parse("1,234", decimal_comma=True).value == Decimal("1.234")
    assert parse("1,234", decimal_comma=False).value == 1234
    assert parse("2,5", decimal_comma=False).value == Decimal("2.5")


def test_ambiguous_names_both_readings() -> None:
    assert "1234 or 1.234" in (parse("1,234").problem or "")


amounts = st.decimals(0, 100_000, allow_nan=False, allow_infinity=False, places=3).map(lambda d: d.normalize() + 0)


@given(amounts, st.sampled_from([None, "pcs", "m", "set", "mm"]), st.booleans())
@example(Decimal("1.234"), None, False)
def test_parse_undoes_format(value: Decimal, unit: str | None, comma: bool) -> None:
    text = quantity.format(value, unit)
    found = parse(text.replace(".", ",") if comma else text, decimal_comma=comma)
    assert (found.value, found.unit) == (value, unit)
    assert "E" not in text


@given(st.integers(0, 10**8))
def test_thousands_separators_do_not_matter(value: int) -> None:
    assert parse(f"{value:,}", decimal_comma=False).value == value
    assert parse(f"{value:,}".replace(",", "."), decimal_comma=True).value == value
    assert parse(f"{value:,}".replace(",", " ")).value == value
    assert parse(float(value)).value == value


@given(
    st.one_of(
        st.text(max_size=30),
        st.text("0123456789.,' -+/xX()eE", max_size=12),
        st.floats(),
        st.integers(),
        st.decimals(),
        st.booleans(),
    )
)
@example(Decimal("sNaN"))
@example("9" * 5000)
@example("1/" + "9" * 30)
def test_parse_never_raises_and_always_explains(value: object) -> None:
    found = parse(value)  # type: ignore[arg-type]
    if found.value is not None:
        assert 0 <= found.value < 10**9
        assert isinstance(found.value, Decimal)
    assert (found.problem is None) == (found.code is None)
    assert found.code is None or found.code in findings.catalogue()
