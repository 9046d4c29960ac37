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
        """,
    )
    assert [line.do_not_place for line in bom.lines] == [True, True, False, False, False]
