"""The cells of lines: designators, quantities, part numbers, and what spreadsheets did to them, each with its place."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.bom.reading_kit import by_ref, codes, read_book, read_text, refs

HEAD = ["Designator", "Qty", "MPN", "Manufacturer"]
FILL = [["C1", 1, "GRM155R71C104KA88D", "Murata"], ["U1", 1, "LM358DR", "Texas Instruments"]]


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("R1,R2,R3", 3), ("R1; R2; R3", 3), ("R1 R2 R3", 3), ("R1\nR2\nR3", 3), ("R1/R2/R3", 3), ("R1|R2|R3", 3),
        ("R1、R2、R3", 3), ("R1，R2，R3", 3), ("R1-R3", 3), ("R1-3", 3), ("R1..R3", 3), ("R1...R3", 3), ("R1~R3", 3),
        ("R1–R3", 3), ("R1—R3", 3), ("R1:R3", 3), ("R1->R3", 3), ("R1→R3", 3), ("R1 to R3", 3), ("R1..R1R3", 3),
        ("R5 to 10", 6), ("R1,R2,", 2), ("R1,,R2", 2), ("C61,81", 2), ("J1-1, J1-2", 2), ("X3-2", 1), ("R001-R003", 3),
        ("R1,R2 (2x)", 2), ("LED_A1", 1), ("R2.1", 1), ("U1A", 1),
    ],
)  # fmt: skip
def test_designators_as_people_write_them(tmp_path: Path, written: str, count: int) -> None:
    bom = read_book(
        tmp_path, [HEAD, [written, count, "RC0402FR-0710KL", "Yageo"], ["C99", 1, "GRM155R71C104KA88D", "Murata"]]
    )
    assert len(bom.lines[0].reference_designators) == count
    assert bom.lines[0].raw["reference_designators"] == written
    assert "quantity-mismatch" not in codes(bom)


def test_quantity_against_designators_is_told_at_the_cell(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEAD, ["R1,R2,R3", 2, "RC0402FR-0710KL", "Yageo"], *FILL])
    finding = next(f for f in bom.findings if f.code == "quantity-mismatch")
    assert (finding.severity, finding.sheet, finding.row, finding.column, finding.cell) == (
        "warning",
        "BOM",
        2,
        2,
        "B2",
    )
    assert bom.lines[0].quantity == 2


def test_quantities_for_several_boards_are_told_once(tmp_path: Path) -> None:
    rows = [[f"R{n},R{n}0", 20, f"RC0402FR-07{n}KL", "Yageo"] for n in range(1, 9)]
    bom = read_book(tmp_path, [HEAD, *rows])
    assert [(f.code, f.field) for f in bom.findings] == [("quantity-multiple", "quantity")]
    assert "10 boards" in bom.findings[0].message


def test_parts_without_designators_are_lines(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEAD, *FILL, ["", 4, "M3X8", "Würth"], ["", 1, "PCB-100 rev C", "ACME"]])
    assert refs(bom) == ["C1", "U1", "", ""]
    assert bom.lines[2].quantity == 4


def test_same_designator_in_two_lines_is_an_error_naming_both(tmp_path: Path) -> None:
    bom = read_book(
        tmp_path, [HEAD, ["R1,R2", 2, "RC0402FR-0710KL", "Yageo"], *FILL, ["r2", 1, "RC0402FR-071KL", "Yageo"]]
    )
    finding = next(f for f in bom.findings if f.code == "designator-twice")
    assert (finding.severity, finding.row) == ("error", 5)
    assert "row 2" in finding.message
    assert bom.lines[3].reference_designators == ("r2",)


def test_never_annotated_designators_are_told(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEAD, ["R?, R?", 2, "RC0402FR-0710KL", "Yageo"], *FILL])
    assert [(f.code, f.cell) for f in bom.findings] == [("designator-unannotated", "A2")]


@pytest.mark.parametrize(
    ("cell", "value", "unit", "code"),
    [
        ("10 pcs", 10, "pcs", None), ("2x", 2, None, None), ("x2", 2, None, None), ("2 ea", 2, "pcs", None),
        ("2 Stk", 2, "pcs", None), ("2,0", 2, None, None), ("2.0", 2, None, None), (2.0, 2, None, None),
        ("1/2", Decimal("0.5"), None, None), ("0,35 m", Decimal("0.35"), "m", None),
        ("AR", 0, "AR", "quantity-as-required"), (2.9999999, 3, None, "quantity-noise"),
        ("TBD", None, None, "quantity-placeholder"), ("-", None, None, "quantity-placeholder"),
        (-1, None, None, "quantity-negative"),
        ("lots", None, None, "quantity-unreadable"), ("1.234", None, None, "quantity-ambiguous"),
        (datetime.date(2024, 1, 2), None, None, "quantity-date"),
    ],
)  # fmt: skip
def test_quantities_as_people_write_them(
    tmp_path: Path, cell: object, value: int | Decimal | None, unit: str | None, code: str | None
) -> None:
    bom = read_book(tmp_path, [HEAD, *FILL, ["W1 wire", cell, "AWG24-RED", "Alpha Wire"]])
    line = bom.lines[2]
    assert (line.quantity, line.quantity_unit) == (value, unit)
    told = [(f.code, f.cell) for f in bom.findings if f.code.startswith("quantity-") and f.code != "quantity-mismatch"]
    assert told == ([(code, "B4")] if code else [])


def test_decimal_comma_is_decided_by_the_column(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        "Pos;Bezeichnung;Menge;Herstellernummer\n1;Draht;0,5;AWG24-RED\n2;Kleber;1,250;LOCTITE-401\n3;Schraube;4;M3X8",
    )
    assert [line.quantity for line in bom.lines] == [Decimal("0.5"), Decimal("1.250"), 4]


def test_blank_quantity_is_told_and_not_made_up(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEAD, ["R1,R2", None, "RC0402FR-0710KL", "Yageo"], *FILL])
    assert bom.lines[0].quantity is None
    assert [(f.code, f.cell) for f in bom.findings] == [("quantity-missing", "B2")]


def test_many_blank_quantities_are_told_once(tmp_path: Path) -> None:
    rows = [[f"R{n}", None, f"RC0402FR-07{n}KL", "Yageo"] for n in range(1, 30)]
    bom = read_book(tmp_path, [HEAD, *rows, *FILL])
    assert [f.code for f in bom.findings] == ["quantity-missing"]
    assert "29 of 31" in bom.findings[0].message


def test_quantity_zero_with_designators_is_told(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEAD, ["R1", 0, "RC0402FR-0710KL", "Yageo"], *FILL])
    assert (bom.lines[0].quantity, bom.lines[0].do_not_place) == (0, False)
    assert [(f.code, f.cell) for f in bom.findings] == [("quantity-zero", "B2")]


def test_without_a_quantity_column_designators_count(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        'Comment,Designator,Footprint,LCSC Part #\n10k,"R1,R2",R_0402,C25744\n100n,C1,C_0402,C1525\nx,C2,C_0402,C1525',
    )
    assert [line.quantity for line in bom.lines] == [2, 1, 1]


def test_long_number_of_a_workbook_is_restored_from_the_cell(tmp_path: Path) -> None:
    rows = [["Designator", "Qty", "MPN"], ["J1", 1, 9551670000000], ["J2", 1, 22232021], *[row[:3] for row in FILL]]
    bom = read_book(tmp_path, rows, formats={"C2": "0.00E+00", "C3": "0000000000"})
    assert [line.mpn for line in bom.lines[:2]] == ["9551670000000", "0022232021"]
    assert [(f.code, f.cell, f.severity) for f in bom.findings] == [("mpn-number", "C3", "info")]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("9.55167E+12", "mpn-scientific"), (1234567890123456789, "mpn-scientific"), ("02-Jan", "mpn-date"),
        (datetime.date(2021, 1, 1), "mpn-date"), (True, "mpn-boolean"), ("#N/A", "cell-error"),
    ],
)  # fmt: skip
def test_part_numbers_that_a_spreadsheet_destroyed_are_errors(tmp_path: Path, cell: object, code: str) -> None:
    bom = read_book(tmp_path, [HEAD, *FILL, ["J1", 1, cell, "Molex"]])
    finding = next(f for f in bom.findings if f.code == code)
    assert (finding.severity, finding.cell, finding.field) == ("error", "C4", "mpn")


@pytest.mark.parametrize(
    "number", ["1E5", "5E3", "2N7002", "74HC00", "BAT54H,115", "LT3080EDD#PBF", "MAX3232EUE+", "GMKDS 3/ 2-7,62"]
)
def test_part_numbers_that_look_like_something_else_stay(tmp_path: Path, number: str) -> None:
    bom = read_book(tmp_path, [HEAD, *FILL, ["U9", 1, number, "ACME"]])
    assert by_ref(bom, "U9").mpn == number
    assert by_ref(bom, "U9").alternates == ()
    assert codes(bom, "error") == []


def test_invisible_characters_and_lookalikes_are_told_and_kept_raw(tmp_path: Path) -> None:
    odd = "RC0402FR\u201107\u200b10KL"
    bom = read_book(tmp_path, [HEAD, *FILL, ["R1", 1, odd, "Yageo"]])
    assert by_ref(bom, "R1").raw["mpn"] == odd
    assert [(f.code, f.cell) for f in bom.findings] == [("mpn-odd-characters", "C4")]


@pytest.mark.parametrize(
    ("cell", "maker", "number"),
    [
        ("Yageo RC0402FR-0710KL", "Yageo", "RC0402FR-0710KL"), ("RC0402FR-0710KL (Yageo)", "Yageo", "RC0402FR-0710KL"),
        ("Yageo / RC0402FR-0710KL", "Yageo", "RC0402FR-0710KL"), ("MFR: Yageo | PN: RC0402FR-0710KL", "Yageo", "RC0402FR-0710KL"),
        ("NXP - BSH105", "NXP", "BSH105"), ("Hirose DF11-4DP-2DSA", "Hirose", "DF11-4DP-2DSA"),
    ],
)  # fmt: skip
def test_maker_and_number_in_one_cell_are_split_by_known_makers(
    tmp_path: Path, cell: str, maker: str, number: str
) -> None:
    rows = [
        ["Designator", "Qty", "Manufacturer / Part No"],
        ["R1", 1, cell],
        ["C1", 1, "Murata GRM155R71C104KA88D"],
        ["U1", 1, "TI LM358DR"],
    ]
    line = read_book(tmp_path, rows).lines[0]
    assert (line.manufacturer_name, line.mpn) == (maker, number)
    assert line.raw["mpn"] == cell


@pytest.mark.parametrize("text", ["-", "N/A", "TBD", "generic", "*", "see note", "various", "~", "none"])
def test_placeholders_are_no_parts(tmp_path: Path, text: str) -> None:
    bom = read_book(tmp_path, [HEAD, *FILL, ["R1", 1, text, text]])
    line = by_ref(bom, "R1")
    assert (line.mpn, line.manufacturer_name) == (None, None)
    assert line.raw["mpn"] == text


def test_values_alone_name_no_part_number(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        'Reference,Value,Footprint,Qty\n"R1,R2",4k7,R_0402,2\nC1,100nF,C_0402,1\nC2,104,C_0402,1\nR3,0R1,R_1206,1',
    )
    assert all(line.mpn is None for line in bom.lines)
    assert [line.value for line in bom.lines] == ["4k7", "100nF", "104", "0R1"]


def test_supplier_numbers_are_kept_under_their_headers(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        "Designator,Qty,Mouser,Digi-Key Part Number,LCSC\nR1,1,603-RC0402FR-0710KL,311-10.0KLRCT-ND,C25744\n"
        "C1,1,81-GRM155R71C104KA8D,490-3261-1-ND,C1525\nC2,1,,,C1525",
    )
    assert bom.lines[0].supplier_part_numbers == {
        "Mouser": "603-RC0402FR-0710KL", "Digi-Key Part Number": "311-10.0KLRCT-ND", "LCSC": "C25744",
    }  # fmt: skip
    assert bom.lines[2].supplier_part_numbers == {"LCSC": "C1525"}


def test_supplier_named_by_a_repeated_header_holds_from_there_on(tmp_path: Path) -> None:
    text = """
        Name,Qty,Mouser P/N,Desc
        R1,1,603-RC0402FR-0710KL,Resistor 10k
        R2,1,603-RC0402FR-071KL,Resistor 1k
        Name,Qty,Farnell P/N,Desc
        C1,1,1288255,Capacitor 100n
        C2,1,1288256,Capacitor 10n
        """
    bom = read_text(tmp_path, text)
    assert [list(line.supplier_part_numbers) for line in bom.lines] == [
        ["Mouser P/N"],
        ["Mouser P/N"],
        ["Farnell P/N"],
        ["Farnell P/N"],
    ]


def test_footnote_marks_are_taken_off_part_numbers(tmp_path: Path) -> None:
    bom = read_book(
        tmp_path, [HEAD, *FILL, ["R1", 1, "RC0402FR-0710KL *", "Yageo"], ["R2", 1, "RC0402FR-071KL (1)", "Yageo"]]
    )
    assert [line.mpn for line in bom.lines[2:]] == ["RC0402FR-0710KL", "RC0402FR-071KL"]


def test_same_part_in_several_lines_stays_several_lines(tmp_path: Path) -> None:
    bom = read_book(
        tmp_path, [HEAD, ["R1", 1, "RC0402FR-0710KL", "Yageo"], *FILL, ["R2", 1, "RC0402FR-0710KL", "Yageo"]]
    )
    assert refs(bom) == ["R1", "C1", "U1", "R2"]


def test_raw_and_metadata_keep_every_cell(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        "Item,Designator,Qty,MPN,Unit Price,Stock,Colour\n1,R1, 2 pcs ,RC0402FR-0710KL,0.01,5000,black\n"
        "2,C1,1,GRM155R71C104KA88D,0.02,100,",
    )
    line = bom.lines[0]
    assert line.raw == {
        "line_number": "1",
        "reference_designators": "R1",
        "quantity": "2 pcs",
        "mpn": "RC0402FR-0710KL",
    }
    assert line.metadata == {"Unit Price": "0.01", "Stock": "5000", "Colour": "black"}


def test_value_that_the_description_gives_otherwise_is_told(tmp_path: Path) -> None:
    text = """
        Designator,Qty,Value,Description,MPN
        R1,1,5.6K,RES 56K OHM 1% 0402,RC0402FR-0756KL
        R2,1,10k,RES 10 kOhm 1% 0402,RC0402FR-0710KL
        C1,1,100nF,CAP CER 0.1UF 16V X7R,GRM155R71C104KA88D
        """
    bom = read_text(tmp_path, text)
    assert [(f.code, f.row, f.field) for f in bom.findings] == [("value-contradiction", 2, "value")]
