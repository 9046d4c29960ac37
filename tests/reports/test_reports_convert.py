"""A BOM written in each form: the clean ones read back as the same BOM, the others hold what they promise."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bomtool import bom as bom_room
from bomtool import sheets
from bomtool.bom import characters, mpn, placement
from bomtool.bom.model import Alternate, Bom, Layout, Line
from bomtool.errors import UsageError
from bomtool.reports.convert import FORMS, ROUND_TRIP, lost, write_bom
from tests.reports.recompute import SOFFICE, convert

MPNS = [
    "RC0603FR-0710KL", "0022232021", "1E5", "2021-01", "BAT54H,115", "LT3080EDD#PBF", "MAX3232EUE+", "=1+1", "-5V-REG",
    "+3V3-REG", "2N7002", "74HC00", "TRUE", "1/4W-10K", "5-1634503-1", "0603", "000123", "9551670000000", "SN74LVC1G08DBVR",
    "STM32F103C8T6",
]  # fmt: skip
MAKERS = ["YAGEO", "Texas Instruments", "onsemi", "Würth Elektronik", "村田製作所", "@Maker", "Diodes Inc."]
TEXTS = [
    "resistor, 10k",
    "=SUM(A1:A9)",
    "Ω µ ±1 %",
    '3/8" screw',
    "line one\nline two",
    "'quoted",
    "a;b|c\td",
    "片式电阻",
    "+5V",
    "-",
    "x",
]


def plain(text: str) -> bool:
    return (
        text == characters.visible(text) == text.strip()
        and not mpn.is_placeholder(text)
        and not placement.says_not_placed(text)
    )


words = st.one_of(st.sampled_from(TEXTS), st.text("abcXYZ 019.,;:/'\"=+-@Ωé文\n", min_size=1, max_size=25)).filter(
    plain
)
maybe = st.one_of(st.none(), words)


@st.composite
def boms(draw: st.DrawFn) -> Bom:
    lines, used = [], 0
    for row in range(2, 2 + draw(st.integers(1, 8))):
        size = draw(st.integers(1, 4))
        refs = tuple(f"{draw(st.sampled_from(['R', 'C', 'U', 'LED']))}{used + number}" for number in range(1, size + 1))
        used += size
        number = draw(st.sampled_from([*MPNS, None]))
        alternates = tuple(
            Alternate(name, draw(st.one_of(st.none(), st.sampled_from(MAKERS))))
            for name in draw(st.lists(st.sampled_from(MPNS), max_size=2, unique=True))
            if number and name != number
        )
        lines.append(
            Line(
                row,
                (row,),
                line_number=str(row - 1),
                reference_designators=refs,
                quantity=Decimal(size),
                mpn=number,
                manufacturer_name=draw(st.sampled_from(MAKERS)) if number else None,
                alternates=alternates,
                description=draw(maybe),
                value=draw(st.one_of(st.none(), st.sampled_from(["10k", "4R7", "100nF", "1e3", "0402", "3V3"]))),
                package=draw(st.one_of(st.none(), st.sampled_from(["0402", "SOT-23-5", "C_0603_1608Metric"]))),
                do_not_place=draw(st.booleans()),
                comments=draw(maybe),
            )
        )
    return Bom("board 7", lines, Layout(None, 1, (1,), 2, 99, {}), [], [], version="2", part_number="00042")


def known(bom: Bom) -> list[dict[str, Any]]:
    """What a line says, without where it stood."""
    names = [n for n in Line.__dataclass_fields__ if n not in ("row", "rows", "raw", "alternates")]
    return [
        {n: getattr(line, n) for n in names} | {"alternates": [(a.mpn, a.manufacturer_name) for a in line.alternates]}
        for line in bom.lines
    ]


def read(path: Path) -> Bom:
    return bom_room.read(sheets.open(path))


@pytest.mark.parametrize("form", ROUND_TRIP)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=boms())
def test_a_bom_written_and_read_is_the_same_bom(form: str, made: Bom, tmp_path: Path) -> None:
    path = tmp_path / f"out.{form}"
    write_bom(path, made)
    again = read(path)
    assert known(again) == known(made)
    if form in ("xlsx", "ods"):
        assert (again.name, again.version, again.part_number) == (made.name, made.version, made.part_number)


def one(**members: Any) -> Bom:
    members = {"reference_designators": ("R1", "R2"), "quantity": Decimal(2), **members}
    return Bom("b", [Line(2, (2,), **members)], Layout(None, 1, (1,), 2, 2, {}), [], [])


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_jlcpcb_takes_placed_lines_with_their_lcsc_number(tmp_path: Path) -> None:
    bom = one(value="10k", package="0402", supplier_part_numbers={"LCSC": "C25744"})
    bom.lines.append(Line(3, (3,), reference_designators=("R9",), quantity=Decimal(1), do_not_place=True))
    path = tmp_path / "jlc.csv"
    write_bom(path, bom, "jlcpcb")
    assert table(path) == [["Comment", "Designator", "Footprint", "LCSC Part #"], ["10k", "R1,R2", "0402", "C25744"]]
    assert lost(bom, "jlcpcb") == ["1 lines that are not placed were left out."]


def test_kicad_has_the_columns_of_kicad_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "kicad.csv"
    write_bom(path, one(value="=cmd()", mpn="-5V-REG", do_not_place=True), "kicad")
    head, row = table(path)
    assert head == ["Reference", "Value", "Footprint", "Datasheet", "Qty", "DNP", "MPN", "Manufacturer"]
    assert row == ["R1, R2", "'=cmd()", "", "", "2", "DNP", "'-5V-REG", ""]
    again = read(path).lines[0]
    assert (again.mpn, again.do_not_place, again.quantity) == ("-5V-REG", True, 2)


def test_an_exact_quantity_with_its_unit_comes_back(tmp_path: Path) -> None:
    for form in ROUND_TRIP:
        path = tmp_path / f"wire.{form}"
        bom = one(reference_designators=("W1",), quantity=Decimal("0.35"), quantity_unit="m", mpn="WIRE-22AWG")
        write_bom(path, bom)
        line = read(path).lines[0]
        assert (line.quantity, line.quantity_unit) == (Decimal("0.35"), "m"), form


def test_libreoffice_opens_the_opendocument_form_and_keeps_the_texts(tmp_path: Path, require: Any) -> None:
    require("libreoffice", SOFFICE, "soffice is not installed")
    path = tmp_path / "out.ods"
    write_bom(path, one(mpn="0022232021", description="片式电阻 1 %"))
    again = read(convert([path], "xlsx", tmp_path / "again")[0])
    assert again.lines[0].mpn == "0022232021"
    assert again.lines[0].description == "片式电阻 1 %"


def test_another_ending_names_the_forms(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        write_bom(tmp_path / "out.pdf", one())
    assert all(form in str(caught.value.hint) for form in FORMS)
