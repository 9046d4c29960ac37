"""The rules that stand in tables: suppliers, what spreadsheets spoil, signs between digits; and the tables themselves."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bomtool.bom import tables
from bomtool.parts import answers, codes, ids, judging, levels, mangled, suffixes, suppliers

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBERS = st.text("ABX0123456789-./, ", min_size=1, max_size=14)


@pytest.mark.parametrize(
    ("text", "supplier"),
    [
        ("DigiKey Part Number", "DigiKey"),
        ("Digi-Key_PN", "DigiKey"),
        ("LCSC #", "LCSC"),
        ("JLCPCB Part", "LCSC"),
        ("立创编号", None),
        ("Farnell element14 order code", "Farnell"),
        ("Mouser / DigiKey", None),
        ("Supplier Part", None),
        ("Marshalls", None),
        ("", None),
    ],
)
def test_which_supplier_a_header_names(text: str, supplier: str | None) -> None:
    assert suppliers.named_in(text) == supplier


def test_numbers_may_be_anybodys_but_not_two_suppliers() -> None:
    assert suppliers.may_be("LCSC Part #", "LCSC")
    assert suppliers.may_be("Order code", "LCSC")
    assert suppliers.may_be("Mouser", "A shop nobody knows")
    assert not suppliers.may_be("Mouser PN", "LCSC Electronics")


@given(st.integers(1, 28), st.sampled_from(range(12)), st.booleans())
def test_numbers_that_became_dates(day: int, month: int, padded: bool) -> None:
    name = _MONTHS[month].upper()
    shown = f"{day:02d}-{_MONTHS[month]}" if padded else f"{day}-{_MONTHS[month]}"
    found = mangled.readings(shown).keys
    assert f"{name}{day}" in found
    assert f"{day}{name}" in found
    iso = mangled.readings(f"2005-{month + 1:02d}-{day:02d} 00:00:00").keys
    assert f"{name}{day}" in iso


@given(st.integers(10**11, 10**17))
def test_numbers_that_were_cut_short(number: int) -> None:
    mantissa, exponent = f"{number:.2E}".split("E+")
    found = mangled.readings(f"{mantissa}E+{int(exponent):02d}")
    if len(str(number)) == int(exponent) + 1:
        assert found.first is not None
        assert found.last is not None
        assert int(found.first) <= number <= int(found.last)


@given(st.integers(1, 999), st.integers(4, 9))
def test_numbers_with_an_e_in_them(whole: int, power: int) -> None:
    shown = f"{whole * 10**power:.2E}"
    assert f"{whole}E{power}" in mangled.readings(shown).keys


@given(st.integers(100, 10**9), st.integers(1, 4))
def test_numbers_that_lost_their_zeros(number: int, zeros: int) -> None:
    assert "0" * zeros + str(number) in mangled.readings(str(number)).keys


@pytest.mark.parametrize("text", ["RC0402FR-0710KL", "LM358", "", "1.2E+300", "TRUE", "a" * 500])
def test_other_texts_are_nobodys_damage(text: str) -> None:
    assert mangled.readings(text) == mangled.NOTHING


@given(_NUMBERS, _NUMBERS)
def test_alike_goes_both_ways(one: str, other: str) -> None:
    assert ids.alike(one, one)
    assert ids.alike(one, other) == ids.alike(other, one)


@given(st.integers(1, 999), st.integers(0, 9))
def test_a_point_between_digits_counts(whole: int, tenth: int) -> None:
    assert not ids.alike(f"SMBJ{whole}.{tenth}A", f"SMBJ{whole}{tenth}A")
    assert ids.alike(f"SMBJ{whole}.{tenth}A", f"smbj {whole},{tenth} a")


def test_every_pattern_and_name_of_the_tables_can_be_used() -> None:
    assert levels._shared().fullmatch("LM358")
    for maker in ("*", "onsemi", "Texas Instruments", "Microchip Technology"):
        rules, _ = suffixes._rules_of(maker)
        assert rules
    for row in tables.rows("mpn_suffixes.csv", ("maker", "suffix", "stem", "meaning", "not_of")):
        re.compile(row["suffix"])
        re.compile(row["stem"])
        assert row["maker"] == "*" or ids.canonical_maker(row["maker"]) == row["maker"], row
    for row in tables.rows("shared_numbers.csv", ("pattern", "meaning")):
        assert row["meaning"], row
        re.compile(row["pattern"])
    known = {row["package"] for row in tables.rows("packages.csv", ("name", "package", "kind", "mount", "pins"))}
    for name in judging._land_patterns():
        assert name in known, name
    for row in tables.rows("maker_successors.csv", ("earlier", "later", "note")):
        for name in (row["earlier"], row["later"]):
            assert ids.canonical_maker(name) == name
    for family in codes._families():
        assert ids.canonical_maker(family.maker) == family.maker
    shops = answers._shops()
    assert {len(currency) for _, _, currency in shops} == {3}
    fields = {row["field"] for row in tables.rows("catalog_columns.csv", ("field", "name"))}
    assert {"mpn", "manufacturer", "supplier", "sku", "stock", "breaks", "currency", "as_of"} <= fields
