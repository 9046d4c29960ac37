"""Part number cells: cleaning, comparing, damage, several parts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bomtool import findings
from bomtool.bom import alternates
from bomtool.bom.mpn import PartName, clean, damage, is_placeholder, looks_like, normalise

WHOLE = [
    "BAT54H,115", "LT3080EDD#PBF", "MAX3232EUE+", "MAX3051EKA+T", "GMKDS 3/ 2-7,62", "MKDSN 1,5/ 2",
    "DTMSS-27/0,022/30-H", "TJA1042T/3/1J",
    "LTC4360ISC8-1#TRMPBF", "DF40C(2.0)-20DS-0.4V(51)", "B4B-PH-SM4-TB(LF)(SN)", "MCP2515T-I/ST", "MCP6004T-I/ST",
    "KH-6X6X7H-STM", "ECS-240-20-30B",
    "JST-20P3.0-JMCS-G-B-TF(N)", "MT41K256M16HA-125:E", "BSS123N H6327", "MIC5332-SSYMT TR", "19-217/BHC-AN1P2/3T",
    "2243-1 10 M XX CUN T 1", "LS R976-NR-1",
    "PTS810 SJK 250 SMTR LFS", "PM2.54-1*10", "DFE252012F-2R2M=P2", "LPC1114FDH28/102:5", "RM065-103(10K)",
    "XC6206P332MR(1uA)", "TBAT54S,LM", "C3216X5R0J226K/1.6",
    "885012105018", "1N4148", "74HC00", "2N7002,215", "1E5", "5E3", "ABM10-16.384MHZ-12-R60-4-T", "ITG 3200",
    "MMBT 3906 LT1",
]  # fmt: skip


@pytest.mark.parametrize("text", WHOLE)
def test_part_numbers_stay_whole(text: str) -> None:
    found = clean(text)
    assert (found.mpn, found.manufacturer, found.alternates, found.note, found.do_not_place) == (
        text,
        None,
        (),
        None,
        False,
    )
    assert found.original == text
    assert damage(text, text) is None


@pytest.mark.parametrize(
    ("text", "number", "maker"),
    [
        ("Texas Instruments CD74HC595M", "CD74HC595M", "Texas Instruments"),
        ("RC0402FR-0710KL (Yageo)", "RC0402FR-0710KL", "Yageo"),
        ("Yageo / RC0402FR-0710KL", "RC0402FR-0710KL", "Yageo"),
        ("Yageo: RC0402FR-0710KL", "RC0402FR-0710KL", "Yageo"),
        ("MFR:Yageo|PN:RC0402FR-0710KL", "RC0402FR-0710KL", "Yageo"),
        ("EPCOS, B41142A5107M", "B41142A5107M", "EPCOS"),
        ("PANASONIC - ELL6UH151M", "ELL6UH151M", "PANASONIC"),
        ("Fairchild Semi 1N4148WT", "1N4148WT", "Fairchild Semi"),
        ("Diodes Inc 1N5819HW-7-F", "1N5819HW-7-F", "Diodes Inc"),
        ("C&K Components KMR231GLFS", "KMR231GLFS", "C&K Components"),
        ("Würth 885012105018", "885012105018", "Würth"),
        ("Epcos / TDK B72500D160H60", "B72500D160H60", "Epcos / TDK"),
        ("NXP PMEG2010AEB,115", "PMEG2010AEB,115", "NXP"),
        ("EVERLIGHT 19-217/BHC-AN1P2/3T", "19-217/BHC-AN1P2/3T", "EVERLIGHT"),
        ("LM358DR Texas Instruments", "LM358DR", "Texas Instruments"),
        ("RC0402FR-0710KL, Yageo", "RC0402FR-0710KL", "Yageo"),
        ("CL05A226MQ5N6J8(SAMSUNG)", "CL05A226MQ5N6J8", "SAMSUNG"), ("LM358(TI)", "LM358", "TI"),
        ("TI/LM358DR", "LM358DR", "TI"),
        ("Yageo\nRC0402FR-0710KL", "RC0402FR-0710KL", "Yageo"), ("ON, 1N4148W", "1N4148W", "ON"),
        ("Würth Elektronik GmbH & Co. KG 885012105018", "885012105018", "Würth Elektronik"),
    ],
)  # fmt: skip
def test_a_known_maker_in_the_cell_is_split_off(text: str, number: str, maker: str) -> None:
    found = clean(text)
    assert (found.mpn, found.manufacturer, found.alternates) == (number, maker, ())


@pytest.mark.parametrize(
    "text",
    [
        "ST 1N4148",
        "ON 1N4148",
        "PLACON GB1430A",
        "MTCONN UBAF-06082",
        "Kingbright LED SMD 0805, rot",
        "Murata",
        "TI",
        "Bosch Rexroth",
        "TE 1",
    ],
)
def test_what_is_not_certain_is_not_split(text: str) -> None:
    found = clean(text)
    assert (found.mpn, found.manufacturer) == (text, None)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("RC0402FR-071KL or RC0402JR-071KL", ["RC0402FR-071KL", "RC0402JR-071KL"]),
        ("RC0402FR-071KL;RC0402JR-071KL", ["RC0402FR-071KL", "RC0402JR-071KL"]),
        ("KSZ9031RNXCA\nKSZ9031RNXCC \nKSZ9031RNXIA", ["KSZ9031RNXCA", "KSZ9031RNXCC", "KSZ9031RNXIA"]),
        ("LM358DR alt: LM358DT", ["LM358DR", "LM358DT"]),
        ("LM358DR (alt. LM358DT)", ["LM358DR", "LM358DT"]),
        ("2N7002,215 / BSS138,215", ["2N7002,215", "BSS138,215"]),
        ("2N7002 / BSS138", ["2N7002", "BSS138"]),
        ("BAT54H,115, BAT54S,215", ["BAT54H,115", "BAT54S,215"]),
    ],
)
def test_several_parts_in_one_cell(text: str, parts: list[str]) -> None:
    found = clean(text)
    assert [found.mpn, *(alternate.mpn for alternate in found.alternates)] == parts


def test_each_part_keeps_its_maker() -> None:
    found = clean("Yageo RC0402FR-071KL; CRCW04021K00FKED (Vishay)")
    assert (found.mpn, found.manufacturer) == ("RC0402FR-071KL", "Yageo")
    assert found.alternates == (PartName("CRCW04021K00FKED", "Vishay"),)


def test_glued_parts_are_kept_and_said() -> None:
    found = clean("NTCG163JF103FT1S,RC0603FR-0710KL")
    assert found.mpn == "NTCG163JF103FT1S,RC0603FR-0710KL"
    assert found.code == "mpn-several"
    assert alternates.split_list(found.mpn) == ("NTCG163JF103FT1S", "RC0603FR-0710KL")
    assert alternates.split_list("BAT54H,115") == ("BAT54H,115",)
    assert alternates.split_list("PU Foam,12KG/m3; 125x95x8mm,black") == ("PU Foam,12KG/m3; 125x95x8mm,black",)


@pytest.mark.parametrize(
    ("text", "number", "note"),
    [
        ("BAT54SLT1G (replaces BAT54S)", "BAT54SLT1G", "replaces BAT54S"),
        ("74HC08 (AND Gate)", "74HC08", "AND Gate"),
        ("LM358DR or equivalent", "LM358DR", "or equivalent"), ("LM358DR, or similar", "LM358DR", "or similar"),
        ("LM358DR*", "LM358DR", None),
        ("LM358DR (1)", "LM358DR", None), ('"LM358DR"', "LM358DR", None), ("MPN: LM358DR", "LM358DR", None),
        ("  LM358DR \n", "LM358DR", None),
        ("FFC5-30-R-L-TU\u00a0", "FFC5-30-R-L-TU", None), ("MMBT  3906", "MMBT 3906", None),
    ],
)  # fmt: skip
def test_remarks_come_off_and_are_kept(text: str, number: str, note: str | None) -> None:
    found = clean(text)
    assert (found.mpn, found.note, found.code, found.original) == (number, note, None, text)


def test_do_not_place_in_the_part_number() -> None:
    assert clean("DNP").do_not_place
    assert clean("DNP").mpn is None
    assert clean("DNI     ").do_not_place
    assert (clean("LM358DR (DNP)").mpn, clean("LM358DR (DNP)").do_not_place) == ("LM358DR", True)


def test_a_link_is_no_part_number() -> None:
    found = clean("https://example.com/part/123")
    assert (found.mpn, found.link) == (None, "https://example.com/part/123")


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "--", "~", "/", "*", "?", "n/a", "N/A", "NA", "none", "TBD", "t.b.d.", "any", "Any", "various",
     "unknown", "generic", "GENERIC", "(none)",
     "see note", "无", "なし", "k.A.", "…", "[n/a]", "#N/A", "＊"],
)  # fmt: skip
def test_placeholders(text: str) -> None:
    assert is_placeholder(text)
    assert clean(text).mpn is None


@pytest.mark.parametrize("text", ["LM358", "0402", "10k", "A", "NAND01", "None42", "TBD62083", "100"])
def test_no_placeholders(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CAT24M01YI−GT3", "CAT24M01YI-GT3"), ("ＲＣ０４０２", "RC0402"), ("LM\u200b358", "LM358"),
        ("LM\u00ad358", "lm358"), ("СС0402", "CC0402"),
        ("74HC\u00a000", "74HC00"), ("BAT54H,115", "BAT54H115"), ("RC0402FR\u20110710KL", "RC0402FR-0710KL"),
        ("Μ1", "M1"), ("MAX3232EUE+", "max3232eue"),
    ],
)  # fmt: skip
def test_what_compares_equal(one: str, other: str) -> None:
    assert normalise(one) == normalise(other) != ""


def test_what_compares_unequal() -> None:
    assert normalise("LM358") != normalise("LM359")
    assert normalise("R0") != normalise("RO")
    assert normalise("µ-№") == "UNO"


@given(st.text(max_size=40))
def test_normalise_is_stable(text: str) -> None:
    bare = normalise(text)
    assert normalise(bare) == bare
    assert bare.isascii()
    assert bare == "" or bare.isalnum()
    assert bare == bare.upper()


def test_odd_characters_are_said_and_kept() -> None:
    found = clean("CAT24M01YI−GT3")
    assert found.mpn == "CAT24M01YI−GT3"
    assert found.code == "mpn-odd-characters"
    assert "U+2212 MINUS SIGN" in (found.problem or "")
    assert clean("LM\u200b358D").mpn == "LM358D"
    assert clean("LM\u200b358D").code == "mpn-odd-characters"


@pytest.mark.parametrize(
    ("value", "text", "number_format", "code", "recovered"),
    [
        (9551670000000, "9.55E+12", "0.00E+00", "mpn-number", "9551670000000"),
        (9551670000000.0, "9.55E+12", None, "mpn-number", "9551670000000"),
        ("9.55167E+12", "9.55167E+12", None, "mpn-scientific", None),
        ("9,55E+12", "9,55E+12", None, "mpn-scientific", None),
        ("1E+05", "1E+05", None, "mpn-scientific", None),
        (12345, "0000012345", "0000000000", "mpn-number", "0000012345"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2-Jan", "d-mmm", "mpn-date", None),
        (date(2021, 1, 1), "2021-01-01", None, "mpn-date", None), ("2-Jan", "2-Jan", None, "mpn-date", None),
        ("Jan-02", "Jan-02", None, "mpn-date", None),
        ("2021-01-02 00:00:00", "2021-01-02 00:00:00", None, "mpn-date", None),
        (True, "TRUE", None, "mpn-boolean", None),
        ("FALSE", "FALSE", None, "mpn-boolean", None),
        ("885012105018.0", "885012105018.0", None, "mpn-number", "885012105018"),
        ("#N/A", "#N/A", None, "cell-error", None),
        ("#REF!", "#REF!", None, "cell-error", None),
        (12345678901234567890, "1.23E+19", None, "mpn-scientific", None),
        (1e21, "1E+21", None, "mpn-scientific", None),
    ],
)  # fmt: skip
def test_damage(value: object, text: str, number_format: str | None, code: str, recovered: str | None) -> None:
    found = damage(value, text, number_format)  # type: ignore[arg-type]
    assert found is not None
    assert (found.code, found.recovered) == (code, recovered)
    assert code in findings.catalogue()


@pytest.mark.parametrize(
    ("value", "text"),
    [(885012105018, "885012105018"), (1234.0, "1234"), (4.7, "4.7"), ("2021-01", "2021-01"), ("10.0", "10.0"),
     ("MAR-10", "MARS-10"), ("1E5", "1E5"), (None, ""), ("TRUE1", "TRUE1")],
)  # fmt: skip
def test_no_damage(value: object, text: str) -> None:
    assert damage(value, text) is None  # type: ignore[arg-type]


def test_lost_zeros_are_only_restored_by_the_format() -> None:
    assert damage(12345, "12345", "General") is None
    assert damage(1234567890, "1234567890", "0000000000") is None
    assert damage(Decimal("NaN"), "NaN") is None


@pytest.mark.parametrize(
    "text",
    ["RC0402FR-0710KL", "LM358DR", "BAT54H,115", "STM32F103C8T6", "MAX3232EUE+", "TJA1042T/3/1J", "GRM155R71C104KA88D"],
)
def test_looks_like_a_part_number(text: str) -> None:
    assert looks_like(text) >= 0.7


@pytest.mark.parametrize(
    "text",
    [
        "10k",
        "100nF",
        "R1",
        "C12",
        "0402",
        "",
        "n/a",
        "Yageo",
        "Capacitor ceramic 100nF 50V",
        "1",
        "Resistor",
        "125x95x8mm",
        "https://a.b/c1",
    ],
)
def test_looks_like_no_part_number(text: str) -> None:
    assert looks_like(text) < 0.5


@given(st.text("ABCDEFGHKLMN0123456789-/,.+#()", min_size=1, max_size=24))
@example("A1/B2")
@example("(1)")
@example("**")
def test_a_text_without_spaces_is_never_altered_unknown_to_anyone(text: str) -> None:
    found = clean(text)
    assert found.original == text
    if found.mpn is not None and found.manufacturer is None and found.note is None:
        assert normalise(text).startswith(normalise(found.mpn))
        assert len(normalise(found.mpn)) + sum(len(normalise(a.mpn)) for a in found.alternates) == len(normalise(text))


@given(st.text(max_size=50), st.one_of(st.none(), st.text(max_size=8)))
def test_nothing_raises(text: str, number_format: str | None) -> None:
    found = clean(text)
    assert found.original == text
    assert found.code is None or found.code in findings.catalogue()
    assert (found.code is None) == (found.problem is None)
    assert 0 <= looks_like(text) <= 1
    damage(text, text, number_format)
    assert alternates.split(text)
    assert alternates.split_list(text)
