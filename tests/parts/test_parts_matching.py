from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bomtool.parts import judging, seed, suggesting
from bomtool.parts.catalog import Catalog
from bomtool.parts.matching import match
from bomtool.parts.model import COSTED_LEVELS, Match, Query, Remembered

ROWS = (
    "RC0402FR-0710KL,YAGEO,0402,Resistors,RES 10kΩ ±1% 62.5mW 0402,LCSC,C60490,500,1:0.01",
    "RC0402FR-0710KP,YAGEO,0402,Resistors,RES 10kΩ ±1% 62.5mW 0402,LCSC,C60499,0,1:0.01",
    "0402WGF1002TCE,UNI-ROYAL,0402,Resistors,RES 10kΩ ±1% 62.5mW 0402,LCSC,C25744,900000,1:0.001",
    "RC0603JR-0710KL,YAGEO,0603,Resistors,RES 10kΩ ±5% 100mW 0603,LCSC,C1,5,1:0.01",
    "CC0603KRX7R9BB104,YAGEO,0603,Capacitors,CAP 100nF 50V X7R ±10% 0603,LCSC,C14663,700,1:0.01",
    "CC0603KRX7R7BB104,YAGEO,0603,Capacitors,CAP 100nF 16V X7R ±10% 0603,LCSC,C14664,800,1:0.01",
    "LM358DR,Texas Instruments,SOIC-8,Amplifiers,op amp,LCSC,C7950,10,1:0.2",
    "LM358,HGSEMI,SOP-8,Amplifiers,op amp,LCSC,C7951,10,1:0.1",
    "2N7002,onsemi,SOT-23,Transistors,MOSFET,LCSC,C2,10,1:0.1",
    "2N7002,Changjiang Electronics Tech (CJ),SOT-23,Transistors,MOSFET,LCSC,C3,10,1:0.1",
    "2N7002P\\,215,Nexperia,SOT-23,Transistors,MOSFET,LCSC,C4,10,1:0.1",
    "MAX3490ESA+T,Analog Devices,SOIC-8,Interface,RS-422,LCSC,C5,10,1:4",
    "MAX3490ESA+,Analog Devices,SOIC-8,Interface,RS-422,LCSC,C6,99,1:4",
    "ATMEGA328P-AU,Microchip Technology,TQFP-32,MCU,AVR,LCSC,C14877,10,1:2",
    "STM32F103C8T6,STMicroelectronics,LQFP-48,MCU,ARM,LCSC,C8734,10,1:2",
    "NAMELESS-77,,SOIC-8,Other,,LCSC,C9,10,1:2",
    "1N4148WS,onsemi,SOD-323,Diodes,diode,LCSC,C10,10,1:0.02",
)


@pytest.fixture
def parts(catalog: Catalog, loaded: Callable[..., Any]) -> Catalog:
    loaded(*(row.replace("2N7002P\\,215", '"2N7002P,215"') for row in ROWS))
    return catalog


def one(parts: Catalog, mpn: str | None, maker: str | None = None, **more: Any) -> Match:
    (found,) = match(parts, [Query("1", mpn, maker, **more)])
    assert (found.status == "matched") == (found.part is not None)
    assert found.part is None or found.level in COSTED_LEVELS
    assert found.reason.endswith(".")
    return found


@pytest.mark.parametrize(
    ("mpn", "maker", "level", "part"),
    [
        ("RC0402FR-0710KL", "Yageo", "exact", "RC0402FR-0710KL"),
        ("RC0402FR-0710KL", None, "exact", "RC0402FR-0710KL"),
        ("rc0402fr 0710kl", "YAGEO Corp.", "normalised", "RC0402FR-0710KL"),
        ("ＲＣ0402FR‑0710KL", "Yageo", "exact", "RC0402FR-0710KL"),
        ("RC0402FR-0710KL", "generic", "exact", "RC0402FR-0710KL"),
        ("LM358D", "TI", "packaging", "LM358DR"),
        ("LM358DRG4", "Texas Instruments Inc", "packaging", "LM358DR"),
        ("2N7002", "ON", "exact", "2N7002"),
        ("2N7002P,215", "NXP", "exact", "2N7002P,215"),
        ("2N7002P", "Nexperia", "packaging", "2N7002P,215"),
        ("ATMEGA328P-AUR", "Atmel", "packaging", "ATMEGA328P-AU"),
        ("STM32F103C8T6TR", "ST", "packaging", "STM32F103C8T6"),
        ("MAX3490ESA+T", "Maxim", "exact", "MAX3490ESA+T"),
        ("MAX3490ESA", "Maxim Integrated", "normalised", "MAX3490ESA+"),
        ("Yageo RC0402FR-0710KL", None, "exact", "RC0402FR-0710KL"),
        ("C25744", None, "exact", "0402WGF1002TCE"),
    ],
)
def test_levels_that_may_be_costed(parts: Catalog, mpn: str, maker: str | None, level: str, part: str) -> None:
    found = one(parts, mpn, maker)
    assert (found.status, found.level, found.part and found.part.mpn) == ("matched", level, part), found.reason


@pytest.mark.parametrize(
    ("mpn", "maker", "words", "first"),
    [
        ("RC0402FR-0710KL", "Vishay", "names Vishay", "RC0402FR-0710KL"),
        ("2N7002", None, "does not say which", "2N7002"),
        ("2N7002", "Diodes Incorporated", "names Diodes", "2N7002"),
        ("LM358", None, "does not say which", "LM358"),
        ("LM358DR", "STMicroelectronics", "names STM", "LM358DR"),
        ("NAMELESS-77", None, "does not say who makes", "NAMELESS-77"),
        ("NAMELESS-77", "TI", "names TI", "NAMELESS-77"),
        ("C25744", "Yageo", "names Yageo", "0402WGF1002TCE"),
        ("RC0402FR-0710KX", "Yageo", "in no catalogue", "RC0402FR-0710KL"),
        ("STM32F103", "ST", "begins like it", "STM32F103C8T6"),
        ("STM32F130C8T6", "ST", "like STM32F130C8T6", "STM32F103C8T6"),
    ],
)
def test_what_a_person_has_to_decide(parts: Catalog, mpn: str, maker: str | None, words: str, first: str) -> None:
    found = one(parts, mpn, maker)
    assert found.status == "needs_review"
    assert words in found.reason
    assert found.candidates[0].part.mpn == first
    assert found.runner_up is not None


def test_nothing_like_it(parts: Catalog) -> None:
    assert one(parts, "QQQQ-9999-ZZ").status == "no_match"
    assert one(parts, None).status == "no_match"
    assert one(parts, "TBD").status == "no_match"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"description": "RES 100k 1% 0402"}, "100k"),
        ({"value": "10k", "package": "R_0603_1608Metric"}, "0603"),
        ({"value": "1k", "package": "Resistor_SMD:R_0402_1005Metric"}, "1k"),
        ({"value": "10k 0.1%", "package": "R0402"}, "0.1 %"),
    ],
)
def test_contradictions_go_to_a_person(parts: Catalog, more: dict[str, str], words: str) -> None:
    found = one(parts, "RC0402FR-0710KL", "Yageo", **more)
    assert found.status == "needs_review"
    assert words in found.reason
    assert found.candidates[0].part.mpn == "RC0402FR-0710KL"


def test_agreeing_words_do_no_harm(parts: Catalog) -> None:
    found = one(parts, "RC0402FR-0710KL", "Yageo", value="10k", package="R_0402_1005Metric", description="10K 1/16W 5%")
    assert found.status == "matched"


def test_through_hole_is_not_surface_mount(parts: Catalog) -> None:
    assert one(parts, "1N4148WS", "onsemi", package="DO-35").status == "needs_review"


def test_a_suppliers_number_may_speak_for_or_against(parts: Catalog) -> None:
    assert one(parts, None, None, supplier_part_numbers=(("LCSC", "C60490"),)).level == "exact"
    assert one(parts, "RC0402FR-0710KL", "Yageo", supplier_part_numbers=(("LCSC", "C60490"),)).status == "matched"
    against = one(parts, "RC0402FR-0710KL", None, supplier_part_numbers=(("", "C25744"),))
    assert against.status == "needs_review"
    assert {c.part.mpn for c in against.candidates} >= {"RC0402FR-0710KL", "0402WGF1002TCE"}


def test_values_give_candidates_only(parts: Catalog) -> None:
    found = one(parts, None, value="100nF 50V", package="C_0603_1608Metric")
    assert found.status == "needs_review"
    assert [c.part.mpn for c in found.candidates] == ["CC0603KRX7R9BB104"]  # 16 V would not do
    tight = one(parts, None, value="10k", package="0402", description="resistor 1%")
    assert [c.part.mpn for c in tight.candidates][0] == "0402WGF1002TCE"
    assert {c.level for c in tight.candidates} == {"parametric"}
    assert one(parts, None, value="100", package="0402", reference_designators=("C1",)).status == "no_match"


def test_values_fit_their_package_and_their_words(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded(
        "C-SMD,Acme,0603,Capacitors,CAP 10uF 16V X5R ±20% 0603,North,N1,9000,1:0.01",
        'C-THT,Acme,"THT,D5xL11mm",Capacitors,CAP 10uF 16V ±20%,North,N2,5,1:0.05',
        "R-0402,Acme,0402,Resistors,RES 10kΩ ±1% 62.5mW 0402,North,N3,9000,1:0.01",
        "R-0805,Acme,0805,Resistors,RES 10kΩ ±1% 125mW 0805,North,N4,5,1:0.01",
        'L-1,Acme,"SMD,6x6mm",Inductors,IND 22uH 1.45A ±20%,North,N5,5,1:0.2',
    )

    def first(**said: Any) -> str | None:
        candidates = one(catalog, said.pop("mpn", None), **said).candidates
        return candidates[0].part.mpn if candidates else None

    assert first(value="10uF x 16V", package="CP_Radial_D5.0mm_P2.00mm", reference_designators=("C1",)) == "C-THT"
    assert first(value="10uF 16V", package="C_0603_1608Metric", reference_designators=("C1",)) == "C-SMD"
    assert first(value="10K", description="1/8 W SMD resistor 0805", reference_designators=("R1",)) == "R-0805"
    assert (
        first(value="10uF 16V", description="Capacitor_THT:CP_Radial_D5.0mm", reference_designators=("C1",)) == "C-THT"
    )
    for special in ("NTC thermistor", "resistor array", "trimmer potentiometer"):
        assert first(value="10k", package="0402", description=special, reference_designators=("R1",)) is None
    assert first(mpn="10k 0402", reference_designators=("R1",)) == "R-0402"
    assert first(mpn="10k", description="抵抗 0805") == "R-0805"
    assert first(value="22uH", reference_designators=("L1",)) is None
    assert first(value="22uH 1A", reference_designators=("L1",)) == "L-1"


def test_ordering_codes_give_candidates_of_other_makers(parts: Catalog) -> None:
    found = one(parts, "CRCW040210K0FKED", "Vishay")
    assert found.status == "needs_review"
    assert {c.level for c in found.candidates} == {"decoded"}
    assert all(c.part.package == "0402" for c in found.candidates)


def test_an_ordering_code_may_contradict_its_line(parts: Catalog) -> None:
    found = one(parts, "CRCW040210K0FKED", "Vishay", value="22k", package="R_0402_1005Metric")
    assert "reads as 10k resistor 0402" in found.reason
    assert "but the line says 22k resistor" in found.reason


def test_alternates_are_matched_too(parts: Catalog) -> None:
    found = one(parts, "NOT-THERE-1", None, alternative_mpns=("TI LM358DR", "2N7002", "ATMEGA328P-AU"))
    assert found.status == "needs_review"
    assert [part.mpn for part in found.alternates] == ["LM358DR", "ATMEGA328P-AU"]


WHEN = datetime(2026, 5, 21, tzinfo=UTC)


def test_what_a_person_chose_before_is_offered_first(parts: Catalog) -> None:
    chosen = one(parts, "2N7002", "onsemi").part
    assert chosen is not None
    (found,) = match(parts, [Query("7", "2N7002")], remembered={"7": Remembered(chosen.id, WHEN)})
    assert (found.status, found.part, found.candidates[0].part, found.candidates[0].level) == (
        "needs_review",
        None,
        chosen,
        "decision",
    )
    assert "On 2026-05-21 a person chose 2N7002 of onsemi" in found.reason


def test_an_earlier_choice_confirms_or_contradicts_the_number(parts: Catalog) -> None:
    chosen, other = one(parts, "2N7002", "onsemi").part, one(parts, "LM358DR", "TI").part
    assert chosen is not None
    assert other is not None
    query = Query("7", "2N7002", "ON")
    (same,) = match(parts, [query], remembered={"7": Remembered(chosen.id, WHEN)})
    assert (same.status, same.level) == ("matched", "exact")
    (against,) = match(parts, [query], remembered={"7": Remembered(other.id, WHEN)})
    assert against.status == "needs_review"
    assert [c.part for c in against.candidates[:2]] == [other, chosen]
    assert "names 2N7002" in against.reason
    (gone,) = match(parts, [query], remembered={"7": Remembered("A" * 12, WHEN)})
    assert gone.status == "matched"


def test_signs_between_digits_are_not_dropped(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded(
        "SMBJ50A,Littelfuse,SMB,Diodes,TVS,North,N1,5,1:0.1",
        "2520184-2,TE Connectivity,,Connectors,,North,N2,5,1:0.1",
        "22-23-2021,Molex,,Connectors,,North,N3,5,1:0.1",
        "AMS1117-3.3,AMS,SOT-223,Regulators,,North,N4,5,1:0.1",
    )
    for mpn, maker in (("SMBJ5.0A", "Littelfuse"), ("2-520184-2", "TE")):
        found = one(catalog, mpn, maker)
        assert (found.status, found.part) == ("needs_review", None)
        assert "sign between digits" in found.reason
        assert found.candidates
    for mpn, maker in (("22232021", "Molex"), ("smbj50a", "Littelfuse"), ("AMS1117-3,3", "AMS")):
        assert one(catalog, mpn, maker).level in ("exact", "normalised"), mpn


def test_an_ending_that_tells_the_package_is_no_packaging(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded(
        "TP2414-TR,3PEAK,TSSOP-14,Amplifiers,,North,N1,5,1:0.1",
        "AB2414/TR,Acme,SOT-23-5,Amplifiers,,North,N2,5,1:0.1",
        "CD2414/TR,Acme,TSSOP-14,Amplifiers,,North,N3,5,1:0.1",
        "CD2414#PBF,Acme,TSSOP-16,Amplifiers,,North,N4,5,1:0.1",
    )
    assert one(catalog, "AB2414", "Acme").level == "packaging"
    assert one(catalog, "TP2414", "3PEAK").status == "needs_review"
    several = one(catalog, "CD2414", "Acme")
    assert several.status == "needs_review"
    assert "several packages" in several.reason


def test_a_number_without_its_maker_is_not_taken_from_a_packaging(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded(
        "LM358DR,Texas Instruments,SOIC-8,Amplifiers,,North,N1,5,1:0.1",
        "LM358D,HGSEMI,SOIC-8,Amplifiers,,North,N2,5,1:0.1",
        "LM393DR,Texas Instruments,SOIC-8,Amplifiers,,North,N3,5,1:0.1",
        "LM393DT,STMicroelectronics,SOIC-8,Amplifiers,,North,N4,5,1:0.1",
    )
    assert one(catalog, "LM358D", "TI").level == "packaging"
    for mpn in ("LM358D", "LM393D"):
        assert "does not say which" in one(catalog, mpn).reason


@pytest.mark.parametrize(
    ("mpn", "maker", "label", "status"),
    [
        ("C1206", None, None, "needs_review"),
        ("C1206", "Acme", None, "matched"),
        ("1234567", None, None, "needs_review"),
        ("C123456", None, None, "matched"),
        (None, None, "LCSC Part #", "matched"),
        (None, None, "Mouser PN", "no_match"),
        (None, None, "Order code", "matched"),
    ],
)
def test_suppliers_numbers(
    catalog: Catalog, loaded: Callable[..., Any], mpn: str | None, maker: str | None, label: str | None, status: str
) -> None:
    loaded(
        "XY-1,Acme,SOIC-8,Amplifiers,,LCSC,C1206,5,1:0.1",
        "XY-2,Acme,SOIC-8,Amplifiers,,LCSC,C123456,5,1:0.1",
        "XY-3,Acme,SOIC-8,Amplifiers,,Farnell,1234567,5,1:0.1",
    )
    found = one(catalog, mpn, maker, supplier_part_numbers=((label, "C123456"),) if label else ())
    assert found.status == status, found.reason
    assert status != "needs_review" or found.candidates[0].part.mpn in ("XY-1", "XY-3")


def test_a_suppliers_number_does_not_outvote_the_part_number(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded(
        "STM32F427VGT6,STMicroelectronics,LQFP-100,MCU,,LCSC,C117815,5,1:9",
        "MLT-7525,Jiangsu Huaneng Elec,,Buzzers,,LCSC,C95299,5,1:0.2",
        "AP2127K-ADJTRG1,Diodes Incorporated,SOT-23-5,Regulators,,LCSC,C96343,5,1:0.2",
    )
    sold = (("LCSC", "C117815"),)
    for maker in (None, "ST"):
        found = one(catalog, "STM32F407VGT6", maker, supplier_part_numbers=sold)
        assert found.status == "needs_review"
        assert "but the line says STM32F407VGT6" in found.reason
    assert one(catalog, "100nF 0402", None, supplier_part_numbers=sold).status == "matched"
    assert one(catalog, "AP2127K-ADJ", None, supplier_part_numbers=(("", "C96343"),)).status == "matched"
    known, unknown = "Murata", "华能"
    sold = (("Supplier Part", "C95299"),)
    assert one(catalog, "MLT-7525", unknown, supplier_part_numbers=sold).status == "matched"
    assert one(catalog, "MLT-7525", unknown).status == "needs_review"
    loaded("MLT-7525,Other Maker,,Buzzers,,North,N1,5,1:0.2", name="others")
    assert one(catalog, "MLT-7525").status == "needs_review"
    resolved = one(catalog, "MLT-7525", supplier_part_numbers=sold)
    assert (resolved.status, resolved.part and resolved.part.manufacturer) == ("matched", "Jiangsu Huaneng Elec")
    assert one(catalog, "MLT-7525", known, supplier_part_numbers=sold).status == "needs_review"
    assert one(catalog, None, unknown, supplier_part_numbers=sold).status == "needs_review"


@pytest.mark.parametrize(
    ("named", "maker", "how"),
    [
        ("SAMSUNG(三星)", "Samsung Electro-Mechanics", "same"),
        ("YAGEO（国巨）", "YAGEO", "same"),
        ("Viking(光颉)", "Viking Tech", "same"),
        ("STC", "STC Micro", "same"),
        ("TECH PUBLIC(台舟)", "TECH PUBLIC", "same"),
        ("Micro", "Tech", "other"),
        ("TI(德州仪器)", "onsemi", "other"),
        ("Acme Semiconductor", "Bcme Semiconductor", "other"),
    ],
)
def test_makers_written_in_other_ways(named: str, maker: str, how: str) -> None:
    assert judging.agreement(named, maker).how == how


def test_sizes_before_a_comma_are_no_numbers(parts: Catalog) -> None:
    for description in ("0402,10K0,1/16W,1%", "0402; 10k; 1/16W; 1%"):
        found = one(parts, "RC0402FR-0710KL", "Yageo", description=description, reference_designators=("R1",))
        assert found.status == "matched", found.reason


def test_a_resistor_is_no_capacitor(parts: Catalog) -> None:
    found = one(parts, "RC0402FR-0710KL", "Yageo", value="100nF", reference_designators=("C1",))
    assert found.status == "needs_review"
    assert "100nF capacitor is asked for, the part is 10k resistor 0402" in found.reason


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("8-Mar", "MAR-8+"),
        ("Mar-08", "MAR-8+"),
        ("4.47E+11", "447190000000"),
        ("1.00E+04", "10E3"),
        ("22232021", "0022232021"),
    ],
)
def test_numbers_that_a_spreadsheet_spoiled_get_candidates(
    catalog: Catalog, loaded: Callable[..., Any], written: str, part: str
) -> None:
    loaded(
        *(f"{mpn},Acme,,,,North,,5,1:0.1" for mpn in ("MAR-8+", "447190000000", "448190000000", "10E3", "0022232021"))
    )
    found = one(catalog, written)
    assert (found.status, found.candidates[0].part.mpn) == ("needs_review", part)
    assert "spreadsheet" in found.candidates[0].reason


def test_many_open_lines_say_that_likeness_was_left_out(parts: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggesting, "_MOST_FUZZY", 1)
    first, second = match(parts, [Query("1", "ZZZZ-9999-1"), Query("2", "ZZZZ-9999-2")])
    assert "nothing like it" in first.reason
    assert "not searched for by likeness" in second.reason


def test_rare_limits_are_found_behind_well_stocked_parts(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    common = (f"RC-{n},Acme,0402,Resistors,RES 10kΩ ±5% 62.5mW 0402,North,N{n},{9000 + n},1:0.01" for n in range(200))
    loaded(*common, "RT-1,Acme,0402,Resistors,RES 10kΩ ±0.1% 62.5mW 0402,North,T1,3,1:0.2")
    found = one(catalog, None, value="10k 0.1%", package="0402", reference_designators=("R1",))
    assert [c.part.mpn for c in found.candidates] == ["RT-1"]


def test_statements_do_not_grow_with_lines(parts: Catalog) -> None:
    queries = [
        Query(str(n), mpn, maker, value="10k", package="0402", alternative_mpns=("LM358DR",))
        for n, (mpn, maker) in enumerate(
            [("RC0402FR-0710KX", "Yageo"), ("X" + "Y", None), ("STM32F130C8T6", "ST")] * 200
        )
    ]
    counts = []
    for size in (3, 30, 600):
        with parts.store.count_statements() as counter:
            assert len(match(parts, queries[:size])) == size
        counts.append(counter.count)
    assert len(set(counts)) == 1
    assert counts[0] <= 16


def test_search_finds_by_whatever_is_typed(parts: Catalog) -> None:
    expected = {
        "rc0402fr-0710kl": ("exact", "RC0402FR-0710KL"),
        "C14663": ("exact", "CC0603KRX7R9BB104"),
        "100nF 0603": ("parametric", "CC0603KRX7R7BB104"),
        "STM32F1": ("prefix", "STM32F103C8T6"),
        "STM32F103C8T7": ("fuzzy", "STM32F103C8T6"),
        "mosfet": ("fuzzy", "2N7002"),
        "LM358D": ("packaging", "LM358DR"),
    }
    for text, (level, mpn) in expected.items():
        first = parts.search(text)[0]
        assert (first.level, first.part.mpn) == (level, mpn), text
    assert parts.search("50%_off") == []
    assert parts.search("") == []
    assert len(parts.search("2N7002", 1)) == 1


def test_the_sample_catalogue(catalog: Catalog) -> None:
    assert seed.ensure(catalog) is True
    assert seed.ensure(catalog) is False
    (info,) = catalog.list()
    assert (info.name, info.kind) == ("sample", "sample")
    assert info.parts > 400
    found = one(catalog, "RC0402FR-0710KL", "Yageo")
    assert found.part is not None
    offers = catalog.offers([found.part.id])[found.part.id]
    assert {offer.kind for offer in offers} == {"sample"}
    assert all("Sample" in o.supplier or "Example" in o.supplier or "Demo" in o.supplier for o in offers)
    catalog.drop("sample")
    assert seed.ensure(catalog) is False
    assert catalog.list() == []


@pytest.mark.parametrize(
    ("asked", "part", "fits"),
    [
        ("SOT-23", "SOT-323", False),
        ("Package_TO_SOT_SMD:SOT-23", "SOT-23-3L", True),
        ("SOD323", "SC-79(SOD-523)", False),
        ("SOD-123FL", "SOD-123F", True),
        ("SOT-23", "SOIC-8", True),
        ("R_0402_1005Metric", "0603", False),
        ("SOIC-8", "SOIC-14", False),
        ("SOIC-8", "SO-8-150mil", True),
        ("TO-92", "SOT-23", False),
        ("something", "SOT-23", True),
    ],
)
def test_which_packages_differ(asked: str, part: str, fits: bool) -> None:
    assert judging.packages_differ([asked, part]) != fits
    assert judging.packages_differ([part, asked]) != fits


def test_a_value_may_name_another_device(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded(
        "AMS1117-3.3,Advanced Monolithic Systems,SOT-223,Regulators,,LCSC,C6186,5,1:0.1",
        "AP2127K-ADJTRG1,Diodes Incorporated,SOT-23-5,Regulators,,LCSC,C96343,5,1:0.2",
    )
    sold = {"C6186": (("LCSC", "C6186"),), "C96343": (("LCSC", "C96343"),)}
    assert one(catalog, None, value="LM1117-3.3", supplier_part_numbers=sold["C6186"]).status == "needs_review"
    assert one(catalog, None, value="AMS1117", supplier_part_numbers=sold["C6186"]).status == "matched"
    assert one(catalog, None, value="3.3 V regulator", supplier_part_numbers=sold["C6186"]).status == "matched"
    assert one(catalog, None, value="AP2127K-ADJ", supplier_part_numbers=sold["C96343"]).status == "matched"


def test_short_numbers_need_their_maker(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded("3557,Keystone,,Fuse holders,,North,N1,5,1:0.1", "1704936,Phoenix Contact,,Terminals,,North,N2,5,1:0.1")
    assert "too short" in one(catalog, "3557").reason
    assert one(catalog, "3557", "Keystone Electronics").level == "exact"
    assert one(catalog, "1704936").level == "exact"


def test_a_packaging_of_another_maker_keeps_a_bare_number_open(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded("BZV55B12,LGE,SOD-80,Diodes,,North,N1,5,1:0.1", '"BZV55-B12,115",Nexperia,SOD-80,Diodes,,North,N2,5,1:0.1')
    assert "does not say which" in one(catalog, "BZV55-B12").reason
    assert one(catalog, "BZV55-B12", "Nexperia").level == "packaging"


@pytest.mark.parametrize(
    ("mpn", "shared"),
    [
        ("1N4148", True), ("1N4148WS", True), ("2N7002", True), ("2SA1313", True), ("BAT54S", True), ("BZV55-B12", True),
        ("BZX84C5V1", True), ("MMBT3904", True), ("SMBJ5.0A", True), ("SS14", True), ("L7805CV", True), ("LM358", True),
        ("LM358D", True), ("AMS1117-3.3", True), ("74HC595", True), ("SN74HC595D", True), ("CD4050B", True), ("NE555P", True),
        ("STM32F103C8T6", False), ("LM358DR2G", False), ("RC0402FR-0710KL", False), ("1N4148WS-7-F", False),
        ("SN74LVC1G14DCKR", False), ("BAT54-7-F", False), ("MCP1700T-3302E/TT", False), ("2SA1313-Y,LF", False),
        ("TPS73101DBVR", False), ("AD8418WBRZ", False), ("XC6206P332MR-G", False), ("LTV-354T", False),
    ],
)  # fmt: skip
def test_numbers_of_many_makers_need_theirs_named(
    catalog: Catalog, loaded: Callable[..., Any], mpn: str, shared: bool
) -> None:
    loaded(f'"{mpn}",Some Maker,,Parts,,North,N1,5,1:0.1')
    assert one(catalog, mpn, "Some Maker").level == "exact"
    alone = one(catalog, mpn)
    assert (alone.status == "needs_review") == shared
    assert not shared or "several makers use" in alone.reason


def test_endings_do_not_reach_parts_of_companies_bought_later(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded("SS16T3G,onsemi,SMA,Diodes,,North,N1,5,1:0.1", "FDN340P,onsemi,SOT-23,Diodes,,North,N2,5,1:0.1")
    assert one(catalog, "SS16", "ON Semiconductor").level == "packaging"
    assert one(catalog, "SS16", "Fairchild").status == "needs_review"
    assert one(catalog, "FDN340PT1G", "onsemi").status == "needs_review"


def test_other_signs_need_a_maker_or_a_number_that_tells(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded(
        "LTV-354T,Lite-On,SOP-4,Optocouplers,,North,N1,5,1:0.1",
        "ERJ2RKF1002X,Panasonic,0402,Resistors,RES 10kΩ ±1% 100mW 0402,North,N2,5,1:0.1",
        "22053021,Molex,,Connectors,,North,N3,5,1:0.1",
        '"PMEG2020AEA,115",Nexperia,SOD-323,Diodes,,North,N4,5,1:0.1',
    )
    assert "is written LTV-354T by Lite-On" in one(catalog, "LTV354T").reason
    for mpn, maker in (("LTV354T", "LITEON"), ("ERJ-2RKF1002X", None), ("22-05-3021", None), ("PMEG2020AEA.115", None)):
        assert one(catalog, mpn, maker).level == "normalised", mpn
