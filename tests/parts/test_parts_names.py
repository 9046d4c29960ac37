from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bomtool.bom import mpn
from bomtool.parts import codes, ids, suffixes

_NUMBERS = st.text("ABCXYZ0123456789-/ .#+,", min_size=1, max_size=24)


@given(st.text(max_size=40))
def test_key_is_the_key_of_the_bom_room(text: str) -> None:
    assert ids.key(text) == mpn.normalise(text)


@given(_NUMBERS, _NUMBERS)
def test_ids_have_their_form_and_tell_parts_apart(one: str, other: str) -> None:
    assert re.fullmatch(r"[A-Z2-7]{12}", ids.part_id("YAGEO", one))
    same = ids.spelled(one) == ids.spelled(other)
    assert (ids.part_id("YAGEO", one) == ids.part_id("YAGEO", other)) == same


def test_an_id_never_changes() -> None:
    # Ids stand in stored BOMs: this value is a promise.
    assert ids.part_id("YAGEO", "RC0402FR-0710KL") == "TAILN7PK4GUH"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Texas Instruments", "TI"),
        ("Yageo", "YAGEO Corporation"),
        ("ON Semiconductor", "onsemi"),
        ("Würth Elektronik", "Wurth Elektronik"),
    ],
)
def test_an_id_does_not_depend_on_how_the_maker_is_written(one: str, other: str) -> None:
    assert ids.part_id(one, "X1-23") == ids.part_id(other, "x1-23 ")


def test_lead_free_and_leaded_are_two_parts() -> None:
    assert ids.part_id("Analog Devices", "MAX3488CSA+") != ids.part_id("Analog Devices", "MAX3488CSA")


@pytest.mark.parametrize(
    ("number", "maker", "stem"),
    [
        ("LM4861MX/NOPB", "Texas Instruments", "LM4861M"),
        ("LM358DR", "Texas Instruments", "LM358D"),
        ("SN74LVC1G08DBVRG4", "Texas Instruments", "SN74LVC1G08DBV"),
        ("AD7266BSUZ-REEL7", "Analog Devices", "AD7266BSUZ"),
        ("MAX3490ESA+T", "Analog Devices", "MAX3490ESA"),
        ("BZX84-B5V1,215", "Nexperia", "BZX84-B5V1"),
        ("MMBT3904LT1G", "onsemi", "MMBT3904L"),
        ("BAV170-7-F", "Diodes Incorporated", "BAV170"),
        ("C0603C104K3RACTU", "KEMET", "C0603C104K3RAC"),
        ("GRM155R71C104KA88D", "Murata Electronics", "GRM155R71C104KA88"),
        ("MCP1700T-3302E/TT", "Microchip Technology", None),
        ("MCP6002T-I/SN", "Microchip Technology", "MCP6002-I/SN"),
        ("LM358", "Texas Instruments", None),
        ("TL431", "Texas Instruments", None),
        ("LM358DR", "STMicroelectronics", None),
        ("OPA2134UAR", "YAGEO", None),
        ("XTR", "Texas Instruments", None),
    ],
)
def test_packaging_endings(number: str, maker: str, stem: str | None) -> None:
    found = suffixes.stem(number, maker)
    assert (found.text if found else None) == stem


@given(_NUMBERS)
def test_a_stem_is_shorter(number: str) -> None:
    for found in suffixes.stems(number):
        assert 3 < len(found.text) < len(ids.spelled(number))


@pytest.mark.parametrize(
    ("number", "kind", "value", "tolerance", "size", "voltage", "dielectric"),
    [
        ("RC0402FR-0710KL", "resistor", "10000", "1", "0402", None, None),
        ("RC0603FR-074K7L", "resistor", "4700", "1", "0603", None, None),
        ("RC0603JR-070RL", "resistor", "0", "5", "0603", None, None),
        ("ERJ-2RKF1002X", "resistor", "10000", "1", "0402", None, None),
        ("ERJ-3EKF10R0V", "resistor", "10.0", "1", "0603", None, None),
        ("ERJ-3GEYJ104V", "resistor", "100000", "5", "0603", None, None),
        ("CRCW040210K0FKED", "resistor", "10000", "1", "0402", None, None),
        ("CRCW06030000Z0EA", "resistor", "0", None, "0603", None, None),
        ("RMCF0402FT25K5", "resistor", "25500", "1", "0402", None, None),
        ("0402WGF154JTCE", "resistor", "15.4", "1", "0402", None, None),
        ("GRM155R71C104KA88D", "capacitor", "1E-7", "10", "0402", "16", "X7R"),
        ("GRM1885C1H221JA01D", "capacitor", "2.2E-10", "5", "0603", "50", "C0G"),
        ("CL21A226MAQNNNE", "capacitor", "22E-6", "20", "0805", "25", "X5R"),
        ("CC0603KRX7R9BB104", "capacitor", "1E-7", "10", "0603", "50", "X7R"),
        ("C0603C109C5GACTU", "capacitor", "1E-12", None, "0603", "50", "C0G"),
        ("C1608X7R1H103K080AA", "capacitor", "1E-8", "10", "0603", "50", "X7R"),
        ("TMK105BJ104KV-F", "capacitor", "1E-7", "10", "0402", "25", "X5R"),
    ],
)
def test_ordering_codes(
    number: str, kind: str, value: str, tolerance: str | None, size: str, voltage: str | None, dielectric: str | None
) -> None:
    found = codes.decode(number)
    assert found is not None
    part = found.passive
    assert (part.kind, part.value, part.size, part.dielectric) == (kind, Decimal(value), size, dielectric)
    assert part.tolerance == (Decimal(tolerance) if tolerance else None)
    assert part.voltage == (Decimal(voltage) if voltage else None)


@pytest.mark.parametrize("number", ["LM358DR", "RC0402", "", "RC0402FR-07L", "GRM155R71C104", "ERJ-2RKF"])
def test_other_numbers_are_not_decoded(number: str) -> None:
    assert codes.decode(number) is None
