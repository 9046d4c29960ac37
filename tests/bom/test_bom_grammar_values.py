"""Passive values, package names, makers, characters and the tables behind them."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bomtool.bom import characters, designators, makers, mpn, packages, placement, quantity, tables, values
from bomtool.errors import UsageError


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("0402,47R0", "resistor", "47"), ("0603,100n", "capacitor", "1E-7"),
        ("10k", "resistor", "10000"), ("4k7", "resistor", "4700"), ("4R7", "resistor", "4.7"),
        ("0R1", "resistor", "0.1"), ("0R", "resistor", "0"),
        ("R010", "resistor", "0.010"), ("1M", "resistor", "1000000"), ("2M2", "resistor", "2200000"),
        ("10K", "resistor", "10000"), ("1,5k", "resistor", "1500"),
        ("4.7 kOhm", "resistor", "4700"), ("100 Ω", "resistor", "100"), ("100Ω", "resistor", "100"),
        ("10 mOhm", "resistor", "0.01"), ("10MOhm", "resistor", "10000000"),
        ("10 R", "resistor", "10"), ("10 кОм", "resistor", "10000"), ("100nF", "capacitor", "1E-7"),
        ("0.1uF", "capacitor", "1E-7"), ("0,1 µF", "capacitor", "1E-7"),
        ("100n", "capacitor", "1E-7"), ("4u7", "capacitor", "4.7E-6"), ("4p7", "capacitor", "4.7E-12"),
        ("470uf", "capacitor", "0.00047"), ("1mF", "capacitor", "0.001"),
        ("100 мкФ", "capacitor", "0.0001"), ("2.2uH", "inductor", "2.2E-6"), ("10 mH", "inductor", "0.01"),
        ("1k", "resistor", "1000"), ("100uFx16V", "capacitor", "1E-4"),
    ],
)  # fmt: skip
def test_values(text: str, kind: values.Kind, value: str) -> None:
    found = values.parse(text)
    assert found is not None
    assert (found.kind, found.value) == (kind, Decimal(value))


@pytest.mark.parametrize(
    ("kind", "text", "value", "certain"),
    [
        ("capacitor", "104", "1E-7", False), ("capacitor", "104K", "1E-7", False),
        ("capacitor", "104.0", "1E-7", False), ("capacitor", "0.1", "1E-7", False),
        ("capacitor", "100N", "1E-7", True), ("capacitor", "4U7", "4.7E-6", True), ("capacitor", "u1", "1E-7", True),
        ("resistor", "10", "10", False),
        ("resistor", "0", "0", False), ("resistor", "103", "103", False), ("resistor", "R47", "0.47", True),
        ("resistor", "2m", "0.002", True),
        ("resistor", "300µ", "0.0003", True), ("inductor", "10u", "1E-5", True), ("inductor", "2u2", "2.2E-6", True),
        ("capacitor", "68 н", "6.8E-8", True),
    ],
)  # fmt: skip
def test_values_that_need_the_kind(kind: values.Kind, text: str, value: str, certain: bool) -> None:
    found = values.parse(text, kind)
    assert found is not None
    assert (found.kind, found.value, found.certain) == (kind, Decimal(value), certain)


@pytest.mark.parametrize(
    "text",
    ["", "LM358", "2N7002", "1N4148", "X7R", "0", "100", "104", "MAX232", "BC847", "74HC04", "3V3", "SS14", "R1",
     "C1", "L5", "R47", "120R@100MHz", "16MHz 12pF",
     "4x10k", "ABM10-16.384MHZ-12-R60-4-T", "LTC3426ES6#TRMPBF", "5m", "5 м", "10 м", "0402,1", "1-2", "DNP", "Yageo", "10kA",
     "RC0402FR-0710KL"],
)  # fmt: skip
def test_no_values(text: str) -> None:
    assert values.parse(text) is None


@pytest.mark.parametrize("text", ["100", "10", "2.2", "10R", "4k7"])
def test_a_capacitor_is_never_guessed_from_a_bare_number(text: str) -> None:
    assert values.parse(text, "capacitor") is None


def test_everything_a_text_says() -> None:
    assert values.parse("RES SMD 10K OHM 1% 1/10W 0603") == values.Passive(
        "resistor", Decimal(10_000), Decimal(1), power=Decimal("0.1"), size="0603"
    )
    assert values.parse("CAP CER 0.1UF 50V X7R 0603 ±10%") == values.Passive(
        "capacitor", Decimal("1E-7"), Decimal(10), Decimal(50), dielectric="X7R", size="0603"
    )
    assert values.parse("10uF/6.3V/NP0/C_0402_1005Metric") == values.Passive(
        "capacitor", Decimal("1E-5"), None, Decimal("6.3"), dielectric="C0G", size="0402"
    )
    assert values.parse("2.2uH 1.5A 20%") == values.Passive(
        "inductor", Decimal("2.2E-6"), Decimal(20), current=Decimal("1.5")
    )
    assert values.parse("Capacitor_0,1u_10_50V_X7R_0603C") == values.Passive(
        "capacitor", Decimal("1E-7"), None, Decimal(50), dielectric="X7R", size="0603"
    )


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("10k 5%", "tolerance", "5"), ("10k ±0,1%", "tolerance", "0.1"), ("1% 10k", "tolerance", "1"),
        ("10k/1%", "tolerance", "1"), ("10k,1%", "tolerance", "1"),
        ("1k-1%", "tolerance", "1"), ("1uF 6V3", "voltage", "6.3"), ("1nF 1kV", "voltage", "1000"),
        ("1uF 16VDC", "voltage", "16"), ("1uF,25V", "voltage", "25"),
        ("10k 1/4W", "power", "0.25"), ("10k 250mW", "power", "0.25"), ("10k 0.25W", "power", "0.25"),
        ("1uH 300mA", "current", "0.3"),
    ],
)  # fmt: skip
def test_limits(text: str, field: str, value: str) -> None:
    assert getattr(values.parse(text), field) == Decimal(value)


def test_tolerance_letters_of_codes() -> None:
    found = [values.parse(f"104{letter}", "capacitor") for letter in "FGJKM"]
    assert [part.tolerance for part in found if part] == [1, 2, 5, 10, 20]


kinds = st.sampled_from(["resistor", "capacitor", "inductor"])
mantissas = st.integers(1, 9999)


@given(kinds, mantissas, st.integers(-12, 6))
def test_parse_undoes_format(kind: values.Kind, mantissa: int, power: int) -> None:
    part = values.Passive(kind, Decimal(mantissa).scaleb(power))
    found = values.parse(values.format(part), kind)
    assert found is not None
    assert (found.kind, found.value) == (kind, part.value)
    assert "E" not in values.format(part)


@given(mantissas, st.sampled_from("kMR"), st.integers(0, 9))
def test_letter_as_point_is_the_same_value(whole: int, letter: str, tenth: int) -> None:
    scale = {"k": 1000, "M": 10**6, "R": 1}[letter]
    found = values.parse(f"{whole}{letter}{tenth}", "resistor")
    assert found is not None
    assert found.value == Decimal(f"{whole}.{tenth}") * scale


@given(st.text(max_size=40), st.one_of(st.none(), kinds))
def test_nothing_raises(text: str, kind: values.Kind | None) -> None:
    found = values.parse(text, kind)
    assert found is None or found.value >= 0
    packages.lookup(text)
    packages.mount(text)
    makers.lookup(text)
    makers.at_start(text)
    makers.at_end(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0402", "0402"), ("C_0402_1005Metric", "0402"), ("Capacitor_SMD:C_0402_1005Metric", "0402"),
        ("1005 metric", "0402"), ("1005M", "0402"), ("0402M", "01005"),
        ("0402 metric", "01005"), ("C_01005_0402Metric", "01005"), ("R0603", "0603"), ("SMD 0805", "0805"),
        ("LED-0603", "0603"), ("603", "0603"), ("603.0", "0603"),
        ("1206.0", "1206"), ("1608", "0603"), ("RESC1608X50N", "0603"), ("R_SMD:R_1608", "0603"), ("2010", "2010"),
        ("0603C", "0603"), ("0.1uF 0402", "0402"), ("C0603K", "0603"), ("C1210K", "1210"),
    ],
)  # fmt: skip
def test_chip_codes(text: str, code: str) -> None:
    assert packages.chip(text) == code


@pytest.mark.parametrize(
    "text", ["", "R_Array_Convex_4x0603", "2020-01-02", "10", "SOIC-8", "100nF", "0402x4", "1.0805", "9999"]
)
def test_no_chip_codes(text: str) -> None:
    assert packages.chip(text) is None


@pytest.mark.parametrize(
    ("text", "name", "mount"),
    [
        ("SOIC-8_3.9x4.9mm_P1.27mm", "SOIC-8", "SMT"), ("Package_TO_SOT_SMD:SOT-23-5", "SOT-23-5", "SMT"),
        ("SO-8", "SOIC-8", "SMT"), ("TO-220-3", "TO-220", "THT"),
        ("SOIC127P600X175-8N", "SOIC-8", "SMT"), ("D2PAK", "TO-263", "SMT"), ("D²PAK", "TO-263", "SMT"),
        ("DPAK", "TO-252", "SMT"), ("DIP8", "DIP-8", "THT"),
        ("TO-236", "SOT-23", "SMT"), ("0402", "0402", "SMT"), ("1608", "0603", "SMT"),
    ],
)  # fmt: skip
def test_package_names(text: str, name: str, mount: str) -> None:
    assert packages.canonical(text) == name
    assert packages.mount(text) == mount


def test_mount_by_words_and_libraries() -> None:
    for text in ("through-hole", "Resistor_THT:R_Axial_DIN0207", "PinHeader_1x02_P2.54mm_Vertical", "直插", "PTH"):
        assert packages.mount(text) == "THT"
    for text in ("SMD", "Surface Mount", "Button_Switch_SMD:SW_SPST", "贴片"):
        assert packages.mount(text) == "SMT"
    assert packages.mount("Heatsink") is None


def test_same_package() -> None:
    assert packages.same("SO8", "SOIC-8_3.9x4.9mm_P1.27mm") is True
    assert packages.same("0402", "1005 metric") is True
    assert packages.same("0402", "0603") is False
    assert packages.same("0402", "mystery") is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("TI", "Texas Instruments"), ("texas instruments, inc.", "Texas Instruments"),
        ("Würth Elektronik", "Würth Elektronik"), ("WURTH ELEKTRONIK", "Würth Elektronik"),
        ("Wuerth", "Würth Elektronik"), ("Fairchild Semiconductor", "onsemi"),
        ("ON Semiconductor Corporation", "onsemi"), ("Murata", "Murata Electronics"),
        ("Diodes Inc", "Diodes Incorporated"), ("Maxim", "Analog Devices"), ("C&K", "Littelfuse"),
        ("YAGEO", "YAGEO"), ("Nobody & Sons", None), ("", None), ("Ltd", None),
    ],
)  # fmt: skip
def test_makers(written: str, name: str | None) -> None:
    assert makers.known(written) == name


def test_what_the_table_says_of_a_maker() -> None:
    fairchild = makers.lookup("Fairchild")
    assert fairchild is not None
    assert (fairchild.name, fairchild.relation) == ("onsemi", "acquired")
    short = makers.lookup("ST")
    assert short is not None
    assert short.ambiguous


def test_same_maker() -> None:
    assert makers.same("TI", "Texas Instruments")
    assert makers.same("Acme Widgets Inc.", "ACME Widgets")
    assert makers.same("Maxim Integrated", "Dallas Semiconductor")
    assert not makers.same("TI", "Yageo")
    assert not makers.same("", "")
    assert not makers.same("Inc", "Ltd")


def test_every_canonical_name_knows_itself() -> None:
    rows = tables.rows("manufacturers.csv", ("canonical", "alias", "relation", "ambiguous", "source"))
    assert len(rows) > 600
    for row in rows:
        assert makers.known(row["alias"]) == row["canonical"], row
        assert makers.known(row["canonical"]) == row["canonical"]
        assert row["source"]
        assert row["relation"] in ("canonical", "name", "brand", "acquired", "merged", "renamed", "spun-off")


def test_the_longest_maker_wins() -> None:
    found = makers.at_start("Texas Instruments LM358")
    assert found is not None
    assert (found.written, found.rest.strip()) == ("Texas Instruments", "LM358")
    assert makers.at_start("Texas Instruments") is None
    assert makers.at_start("LM358") is None
    behind = makers.at_end("LM358 Texas Instruments")
    assert behind is not None
    assert (behind.written, behind.rest.strip()) == ("Texas Instruments", "LM358")


@pytest.mark.parametrize(
    ("text", "shown", "bare", "folded"),
    [
        ("  a  b ", "a b", "a b", "a b"), ("a\u200bb\u00ad", "ab", "ab", "ab"), ("a\u00a0b", "a b", "a b", "a b"),
        ("a\r\nb\rc", "a\nb\nc", "a\nb\nc", "a\nb\nc"),
        ("a−b", "a−b", "a-b", "a-b"), ("Ｒ１", "Ｒ１", "R1", "R1"), ("СС", "СС", "СС", "CC"),
        ("“x”", "“x”", '"x"', '"x"'), ("a_x000D_\nb", "a_x000D_\nb", "a_x000D_\nb", "a_x000D_\nb"),
    ],
)  # fmt: skip
def test_characters(text: str, shown: str, bare: str, folded: str) -> None:
    assert characters.visible(text) == shown or "x000D" in text
    assert characters.plain(text) == bare or "x000D" in text
    assert characters.folded(text) == folded or "x000D" in text
    assert "_x000D_" not in characters.visible("é_x000D_\nb")


@given(st.text(max_size=40))
def test_characters_settle_at_once(text: str) -> None:
    for step in (characters.visible, characters.plain, characters.words):
        assert step(step(text)) == step(text)


def test_words() -> None:
    assert characters.words("n. b.") == characters.words("N.B") == "n b"
    assert characters.words("Do-Not-Fit!") == "do not fit"
    assert characters.words("不贴。") == "不贴"


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("manufacturers.csv", ("canonical", "alias")), ("placeholders.csv", ("text", "field")),
        ("placement.csv", ("word", "meaning", "where", "language")),
        ("packages.csv", ("name", "package", "kind", "mount")), ("units.csv", ("unit", "word")),
        ("designators.csv", ("prefix", "kind")),
    ],
)  # fmt: skip
def test_shipped_tables_are_clean(name: str, columns: tuple[str, ...]) -> None:
    rows = tables.rows(name, columns)
    keys = [tuple(row.values()) for row in rows]
    assert len(keys) == len(set(keys))
    assert all(row[columns[0]] for row in rows)


def test_no_word_means_both() -> None:
    rows = tables.rows("placement.csv", ("word", "meaning", "where"))
    meanings: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        meanings.setdefault((characters.words(row["word"]), row["where"]), set()).add(row["meaning"])
    assert [key for key, found in meanings.items() if len(found) > 1] == []
    assert {row["meaning"] for row in rows} == {"placed", "not-placed", "yes", "no"}
    assert {row["where"] for row in rows} == {"anywhere", "cell", "flag", "header", "passive"}
    for row in rows:
        if row["meaning"] == "not-placed" and row["where"] in ("anywhere", "cell"):
            assert placement.says_not_placed(row["word"]), row


def test_a_broken_table_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "templates").mkdir()
    monkeypatch.setenv("BOMTOOL_CONFIG_DIR", str(tmp_path))
    (tmp_path / "templates" / "units.csv").write_text("unit\nm\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"units\.csv has no column word"):
        tables.rows("units.csv", ("unit", "word"))
    (tmp_path / "templates" / "units.csv").write_bytes(b"unit,word\nm,\xff\n")
    with pytest.raises(UsageError, match="cannot be read"):
        tables.rows("units.csv", ("unit", "word"))
    (tmp_path / "templates" / "units.csv").write_text("\ufeffunit,word\n# a remark\n,\nm,metre\n", encoding="utf-8")
    assert tables.rows("units.csv", ("unit", "word")) == [{"unit": "m", "word": "metre"}]


LONG = 20_000
HOSTILE = [
    unit * (LONG // len(unit))
    for unit in (
        "R1-", "(", ")", "()", "1", "A", "a b ", "1,", "\u200b", "-", "R1 - ", "R1 to ", "R1-R1000,", "1.000", " ",
        "\n", "a/", "(a ", "DNP ", "1/", "x1 ", "Texas ", "1E", "é", "R1A-", "A1B2", "...", "and ", "0.1uF ",
        "mfr:", "Mfr: a ", " - a", "1'", "1 000 ", "[a]", "*", "U1A,",
    )
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:9] for text in HOSTILE])
def test_long_hostile_cells_take_no_time(text: str) -> None:
    begin = time.process_time()
    designators.expand(text)
    designators.looks_like(text)
    quantity.parse(text)
    mpn.clean(text)
    mpn.looks_like(text)
    mpn.damage(text, text, text)
    placement.read_flag(text, [text])
    values.parse(text, "capacitor")
    packages.lookup(text)
    packages.mount(text)
    makers.lookup(text)
    makers.at_start(text)
    makers.at_end(text)
    assert time.process_time() - begin < 15  # a search that grows with the square would take minutes
