"""Habits of hand-made lists: values among the part numbers, crystals called X, urgency columns, lists without header."""

from __future__ import annotations

from pathlib import Path

import bomtool
from bomtool.bom.model import Bom
from tests.bom.reading_kit import read_text


def with_tabs(folder: Path, text: str) -> Bom:
    """The BOM of a text as it stands: `read_text` would turn its tabs into blanks."""
    path = folder / "bom.txt"
    path.write_text(text)
    return bomtool.read_bom(path)


def test_values_among_the_part_numbers_are_values(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Reference,Value / MPN,Footprint
        C1,2.2uF,C0603
        C2,22uF 16V,C0805
        R1,220,R0402
        R2,4.7k,R0402
        U1,TPS7A0533PDBVR,SOT23-5
        U2,SN74LVC1G08DBVR,SOT23-5
        """,
    )
    assert [line.mpn for line in bom.lines] == [None] * 4 + ["TPS7A0533PDBVR", "SN74LVC1G08DBVR"]
    assert [line.value for line in bom.lines[:4]] == ["2.2uF", "22uF 16V", "220", "4.7k"]
    assert sum(finding.code == "mpn-value" for finding in bom.findings) == 4


def test_a_value_among_the_part_numbers_that_is_not_the_lines_own_is_told(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Reference,Qty,Value,MPN,Manufacturer
        R1,1,10k,4.7k,
        R2,1,4k7,4.7k,
        C1,1,100nF,GRM155R71C104KA88D,Murata
        U1,1,LM358,LM358DR,Texas Instruments
        """,
    )
    assert [(line.value, line.mpn) for line in bom.lines[:2]] == [("10k", None), ("4k7", None)]
    told = {f.row: (f.code, f.severity) for f in bom.findings if f.code in ("mpn-value", "value-contradiction")}
    assert told == {2: ("value-contradiction", "warning"), 3: ("mpn-value", "info")}


def test_a_part_number_that_is_the_manufacturer_is_told(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Designator,Qty,Manufacturer,MPN
        D1,1,Acme Diode Works,Acme Diode Works
        R1,1,YAGEO,RC0402FR-0710KL
        """,
    )
    assert [(f.code, f.row) for f in bom.findings if f.code == "mpn-maker"] == [("mpn-maker", 2)]


def test_a_last_x_behind_others_is_a_designator(tmp_path: Path) -> None:
    bom = read_text(tmp_path, "Item,Qty,Reference,Value\n1,4,X1-3 X5,8MHz\n2,2,J1 x2,header\n3,1,U1,LM358\n")
    assert bom.lines[0].reference_designators == ("X1", "X2", "X3", "X5")
    assert bom.lines[1].reference_designators == ("J1",)
    assert not [f for f in bom.findings if f.row == 2]


def test_urgency_is_no_designator(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        优先级,型号,数量,状态
        P0,MSPM0G3507,4,ok
        P0,TLV9062,10,ok
        P0,OPA2320,6,ok
        P0,TLV3502,3,ok
        """,
    )
    assert [line.mpn for line in bom.lines] == ["MSPM0G3507", "TLV9062", "OPA2320", "TLV3502"]
    assert [line.quantity for line in bom.lines] == [4, 10, 6, 3]
    assert not any(line.reference_designators or line.alternates for line in bom.lines)


def test_designators_below_part_id_are_designators(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        PART ID;VALUE;DESCRIPTION
        LED1-LED8;red;3 mm LED
        R1,R2,R4;2.2k;carbon film
        IC1-IC3;74HC164;shift register
        """,
    )
    assert [len(line.reference_designators) for line in bom.lines] == [8, 3, 3]
    assert not any(line.mpn for line in bom.lines)


def test_a_list_of_designators_and_one_text_holds_values(tmp_path: Path) -> None:
    bom = with_tabs(tmp_path, "U1\t\t78L05\nU2\t\tMAX232CPE\nC1\t\t10uF 25V\nC2\t\t100nF\nR1\t\t4K7\n")
    assert [line.value for line in bom.lines] == ["78L05", "MAX232CPE", "10uF 25V", "100nF", "4K7"]


def test_what_a_program_did_not_find_is_told(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        MPN,Qty,References
        RC0402FR-0710KL,2,R1 R2
        BAT54S,1,D1
        *** part not found for: "C49"
        *** part not found for: "U4"
        """,
    )
    assert [finding.row for finding in bom.findings if finding.code == "row-left-out"] == [4, 5]


def test_fitted_in_italian_and_polish_names_without_accents(tmp_path: Path) -> None:
    bom = read_text(tmp_path, "Riferimento;Q.tà;Codice produttore;Montare\nR1;1;RC0402FR-0710KL;SI\nC1;1;X7R104K;NO\n")
    assert [line.do_not_place for line in bom.lines] == [False, True]
    bom = read_text(
        tmp_path, "ID;Komponent;Ilosc;Cena\n1;Silnik, 12V;2;4.99\n2;Sterownik I2C;1;79.90\n3;Zasilacz;1;19.90\n"
    )
    assert [(line.description, line.quantity) for line in bom.lines] == [
        ("Silnik, 12V", 2),
        ("Sterownik I2C", 1),
        ("Zasilacz", 1),
    ]


def test_columns_lined_up_with_tabs(tmp_path: Path) -> None:
    text = (
        "Components\t\t\tQuantity\nResistor 10k\t\t\t3\nElectrolytic capacitor 4.7uF\t3\nLM361\t\t\t\t1\n"
        "Ceramic capacitor 33pF \t\t2\nCrystal 8 MHz\t\t\t1\n"
    )
    bom = with_tabs(tmp_path, text)
    assert [line.quantity for line in bom.lines] == [3, 3, 1, 2, 1]
    assert bom.lines[1].description == "Electrolytic capacitor 4.7uF"
    assert any(finding.code == "delimiter-guessed" for finding in bom.findings)


def test_blank_cells_between_tabs_stay_blank(tmp_path: Path) -> None:
    text = "Designator\tQty\tValue\tMPN\nR1\t1\t\tRC0402FR-0710KL\nC1\t1\t100n\nD1\t1\t\tBAT54S\nC2\t1\t22n\nJ1\t1\n"
    bom = with_tabs(tmp_path, text)
    assert [(line.value, line.mpn) for line in bom.lines] == [
        (None, "RC0402FR-0710KL"),
        ("100n", None),
        (None, "BAT54S"),
        ("22n", None),
        (None, None),
    ]


def test_a_sentence_as_part_number_is_told(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Designator,Qty,MPN
        D1,1,any red type will do
        R1,1,RC0402FR-0710KL
        SW1,1,PTS645SM43SMTR92 LFS
        """,
    )
    assert [finding.row for finding in bom.findings if finding.code == "mpn-prose"] == [2]
    assert bom.lines[0].mpn == "any red type will do"
