"""Habits of design programs and their users: named designators, NC as a value, libraries, sub-headers, sums of money."""

from __future__ import annotations

from pathlib import Path

import pytest

from bomtool.bom import designators
from tests.bom.reading_kit import read_text, refs


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("C1 C_BULK", 2, ["C1", "C_BULK"]),
        ("J_NUC_L J_NUC_R", 1, ["J_NUC_L", "J_NUC_R"]),
        ("LED0-3 LED_AEQ", 5, ["LED0", "LED1", "LED2", "LED3", "LED_AEQ"]),
        ("SW_M SW_CN HOLD", 3, ["SW_M", "SW_CN", "HOLD"]),
        ("SW_M SW_CN HOLD", 1, ["SW_M SW_CN HOLD"]),
        ("PIN HEADER", 2, ["PIN HEADER"]),
        ("C2(0.1UF)", None, ["C2"]),
        ("SD_CARD_CONN", 1, ["SD_CARD_CONN"]),
    ],
)
def test_designators_with_names_for_numbers_come_apart(text: str, expected: int | None, found: list[str]) -> None:
    assert [*designators.expand(text, expected=expected).refs] == found


def test_a_value_behind_a_designator_is_a_note(tmp_path: Path) -> None:
    bom = read_text(tmp_path, 'Qty,Parts,Package\n1,C2(0.1uF),0603\n2,"R1, R2",0805\n1,U1,SO8\n')
    assert refs(bom) == ["C2", "R1 R2", "U1"]
    assert bom.lines[0].comments == "0.1uF"


def test_nc_as_the_value_of_a_passive_means_not_placed(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Designator,Qty,Value,Footprint
        R1,1,NC,R0603
        C1,1,N/C,C0603
        L1,1,10uH,L0805
        SW1,1,NC,SW_PUSH
        J1,1,NC,HDR_1x02
        C2,1,820pF N.C.,C0603
        R2,1,10k (NC),R0603
        K1,1,5V NC,RELAY
        """,
    )
    assert [line.do_not_place for line in bom.lines] == [True, True, False, False, False, True, True, False]


def test_values_ratings_and_nets_are_no_part_numbers(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Designator,Qty,Description,MPN
        R1,1,Resistor,4k7
        C1,1,Capacitor,10uF/25V
        D1,1,Zener,5V1
        Y1,1,Crystal,16MHz
        TP1,1,Test point,GND
        TP2,1,Test point,VBUS_5V
        LED1,1,LED,RED
        Q1,1,Fet,2N7002
        U1,1,Op amp,LM358DR
        L1,1,Choke,7490100111A
        """,
    )
    assert [line.value for line in bom.lines[:4]] == ["4k7", "10uF/25V", "5V1", "16MHz"]
    assert [line.mpn for line in bom.lines[:4]] == [None] * 4
    assert [f.row for f in bom.findings if f.code == "mpn-prose"] == [6, 7, 8]
    assert [line.mpn for line in bom.lines[7:]] == ["2N7002", "LM358DR", "7490100111A"]


def test_a_part_list_without_header_has_its_values(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        "1";"";"DIODE-SOD123";"SOD123";"D3";"DIODE";
        "1";"0R";"R_0603";"0603";"R12";"";
        "1";"10K";"R_0805";"R0805";"R7";"";
        "3";"10u";"C_0805";"R0805";"C12, C13, C14";"";
        "1";"LM358D";"LM358D";"SO08";"U2";"";
        "2";"22k";"R_0603";"0603";"R14, R15";"";
        "1";"DNP";"R_0603";"0603";"R13";"";
        "1";"BSS84";"BSS84";"SOT23-3";"T1";"";
        """,
    )
    assert [line.value for line in bom.lines] == [None, "0R", "10K", "10u", "LM358D", "22k", "DNP", "BSS84"]
    assert [line.mpn for line in bom.lines] == [None] * 8
    assert [line.do_not_place for line in bom.lines] == [False] * 6 + [True, False]
