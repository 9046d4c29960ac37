"""Do not place, wherever a file says it; and alternates, wherever a file puts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bom.reading_kit import by_ref, codes, read_book, read_text, refs

HEAD = ["Designator", "Qty", "Value", "MPN"]
FILL = [["C1", 1, "100n", "GRM155R71C104KA88D"], ["U1", 1, "LM358", "LM358DR"]]


def left_out(bom: object) -> list[str]:
    return [" ".join(line.reference_designators) for line in bom.lines if line.do_not_place]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "word", ["DNP", "DNF", "DNI", "NOPOP", "NOSTUFF", "Do not fit", "n.b.", "不贴", "10k DNP", "not fitted"]
)
@pytest.mark.parametrize("column", ["Value", "MPN", "Qty", "Description", "Notes"])
def test_words_in_any_column(tmp_path: Path, word: str, column: str) -> None:
    header = ["Designator", "Qty", "Value", "MPN", "Description", "Notes"]
    cells = {
        "Designator": "R1",
        "Qty": 1,
        "Value": "10k",
        "MPN": "RC0402FR-0710KL",
        "Description": "Resistor",
        "Notes": "",
    }
    rows = [
        header,
        [row[0], 1, row[2], row[3], "", ""] if (row := FILL[0]) else [],
        list({**cells, column: word}.values()),
    ]
    bom = read_book(tmp_path, [*rows, ["U1", 1, "LM358", "LM358DR", "Amplifier", ""]])
    assert left_out(bom) == ["R1"]


@pytest.mark.parametrize(
    ("header", "yes", "no"),
    [
        ("DNP", "x", ""), ("DNP", "DNP", ""), ("DNP", "yes", "no"), ("DNP", "1", "0"), ("DNP", "TRUE", "FALSE"),
        ("Do not place", "X", ""), ("Fitted", "Not Fitted", "Fitted"), ("Fitted", "no", "yes"), ("Populate", "0", "1"),
        ("Place", "No", "Yes"), ("Mount", "FALSE", "TRUE"), ("Assembled", "n", "y"), ("Bestückt", "nein", "ja"),
    ],
)  # fmt: skip
def test_flag_columns_of_either_polarity(tmp_path: Path, header: str, yes: str, no: str) -> None:
    rows = [[*HEAD, header], ["R1", 1, "10k", "RC0402FR-0710KL", yes], *[[*row, no] for row in FILL]]
    bom = read_book(tmp_path, rows)
    assert left_out(bom) == ["R1"]
    assert codes(bom, "error") == []


def test_contradiction_between_column_and_cell_is_an_error(tmp_path: Path) -> None:
    rows = [[*HEAD, "Fitted"], ["R1", 1, "10k DNP", "RC0402FR-0710KL", "Fitted"], *[[*row, "Fitted"] for row in FILL]]
    bom = read_book(tmp_path, rows)
    assert [(f.severity, f.cell) for f in bom.findings if f.code == "placement-contradiction"] == [("error", "E2")]
    assert left_out(bom) == ["R1"]


def test_column_that_would_leave_out_everything_is_told(tmp_path: Path) -> None:
    rows = [[*HEAD, "DNP"], ["R1", 1, "10k", "RC0402FR-0710KL", "x"], *[[*row, "x"] for row in FILL]]
    assert "placement-all-out" in codes(read_book(tmp_path, rows), "warning")


def test_section_heading_leaves_out_the_lines_below_it(tmp_path: Path) -> None:
    rows = [
        HEAD,
        *FILL,
        ["DO NOT POPULATE:"],
        ["R1", 1, "10k", "RC0402FR-0710KL"],
        ["Mechanics"],
        ["H1", 1, "M3", "M3X8-A2"],
    ]
    assert left_out(read_book(tmp_path, rows)) == ["R1"]


def test_heading_in_the_column_of_quantities_leaves_out_the_lines_below_it(tmp_path: Path) -> None:
    text = 'Qty,MPN,Reference\n2,RC0402FR-0710KL,"R1,R2"\n,,\nDo not populate,,\n1,GRM155R71C104KA88D,C9\n1,LM358DR,U1'
    bom = read_text(tmp_path, text)
    assert left_out(bom) == ["C9", "U1"]
    assert [line.section for line in bom.lines] == [None, "Do not populate", "Do not populate"]


@pytest.mark.parametrize("written", ["R1,R2,R3 (R3 DNP)", "R1, R2, R3 DNP", "R1,R2\nDNP: R3"])
def test_partly_left_out_line_is_split(tmp_path: Path, written: str) -> None:
    bom = read_book(tmp_path, [HEAD, [written, 3, "10k", "RC0402FR-0710KL"], *FILL])
    assert refs(bom)[:2] == ["R1 R2", "R3"]
    assert [line.quantity for line in bom.lines[:2]] == [2, 1]
    assert left_out(bom) == ["R3"]
    assert [line.row for line in bom.lines[:2]] == [2, 2]
    assert [row.line for row in bom.source_rows] == [0, 2, 3]


def test_partly_left_out_line_whose_quantity_counts_what_is_placed(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEAD, ["R1,R2,R3 (R3 DNP)", 2, "10k", "RC0402FR-0710KL"], *FILL])
    assert [(line.quantity, line.do_not_place) for line in bom.lines[:2]] == [(2, False), (1, True)]


def test_quantity_that_says_dnp(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEAD, ["R1", "DNP", "10k", "RC0402FR-0710KL"], *FILL])
    assert left_out(bom) == ["R1"]
    assert by_ref(bom, "R1").quantity is None
    assert codes(bom, "warning") == []


def test_value_in_brackets_behind_not_assembled(tmp_path: Path) -> None:
    bom = read_book(
        tmp_path, [HEAD, ["R1", 1, "NA(10k/1%)", ""], ["R2", 1, "NS(4k7)", ""], ["C9", 1, "NP0 10p", ""], *FILL]
    )
    assert left_out(bom) == ["R1", "R2"]


def test_excluded_from_the_bom_is_kept_and_told(tmp_path: Path) -> None:
    text = "Reference,Value,Qty,DNP,Exclude from BOM\nR1,10k,1,,\nFID1,Fiducial,1,,Excluded from BOM\nC1,100n,1,DNP,"
    bom = read_text(tmp_path, text)
    assert left_out(bom) == ["FID1", "C1"]
    assert [(f.code, f.row) for f in bom.findings] == [("line-excluded", 3)]


def test_alternates_in_rows_below_their_line(tmp_path: Path) -> None:
    text = """
        Item,Qty,Reference,MPN,Manufacturer
        1,2,"R1,R2",RC0402FR-0710KL,Yageo
        ,,,CRCW040210K0FKED,Vishay
        ,,,ERJ-2RKF1002X,Panasonic
        2,1,C1,GRM155R71C104KA88D,Murata
        """
    bom = read_text(tmp_path, text)
    assert [(a.mpn, a.manufacturer_name, a.row) for a in bom.lines[0].alternates] == [
        ("CRCW040210K0FKED", "Vishay", 3), ("ERJ-2RKF1002X", "Panasonic", 4),
    ]  # fmt: skip
    assert bom.counts() == {"read": 4, "lines": 2, "alternates": 2, "continuations": 0, "skipped": 0}
    assert bom.lines[0].rows == (2, 3, 4)


def test_alternates_under_the_same_item_number_count_once(tmp_path: Path) -> None:
    text = """
        Item,Qty,Reference,MPN,Manufacturer
        1,2,"R1,R2",RC0402FR-0710KL,Yageo
        1,2,"R1,R2",CRCW040210K0FKED,Vishay
        2,1,C1,GRM155R71C104KA88D,Murata
        """
    bom = read_text(tmp_path, text)
    assert refs(bom) == ["R1 R2", "C1"]
    assert [a.mpn for a in bom.lines[0].alternates] == ["CRCW040210K0FKED"]


def test_socket_under_the_designator_of_its_chip_is_a_line(tmp_path: Path) -> None:
    text = (
        "Reference,Qty,Value,MPN\nIC1,1,ATMEGA328,ATMEGA328P-PU\nIC1,1,Socket 28 pin,SA283040\nR1,1,10k,RC0402FR-0710KL"
    )
    bom = read_text(tmp_path, text)
    assert refs(bom) == ["IC1", "IC1", "R1"]
    assert "designator-twice" in codes(bom, "error")


@pytest.mark.parametrize("joint", ["\n", "; ", " / ", " or ", " alt: "])
def test_alternates_in_one_cell(tmp_path: Path, joint: str) -> None:
    bom = read_book(tmp_path, [HEAD, ["R1", 1, "10k", f"RC0402FR-0710KL{joint}CRCW040210K0FKED"], *FILL])
    assert bom.lines[0].mpn == "RC0402FR-0710KL"
    assert [a.mpn for a in bom.lines[0].alternates] == ["CRCW040210K0FKED"]


def test_alternates_of_cells_columns_and_rows_keep_their_order(tmp_path: Path) -> None:
    text = """
        Designator,Qty,MPN,Manufacturer,Alt MPN,Alt Manufacturer
        R1,1,RC0402FR-0710KL; AC0402FR-0710KL,Yageo,CRCW040210K0FKED,Vishay
        ,,ERJ-2RKF1002X,Panasonic,,
        C1,1,GRM155R71C104KA88D,Murata,,
        """
    bom = read_text(tmp_path, text)
    assert [a.mpn for a in bom.lines[0].alternates] == ["AC0402FR-0710KL", "CRCW040210K0FKED", "ERJ-2RKF1002X"]
    assert bom.lines[0].alternates[1].manufacturer_name == "Vishay"


def test_text_below_the_table_is_no_alternate(tmp_path: Path) -> None:
    rows = [HEAD, *FILL, [], ["", "", "", "BOM REVISION"], ["", "", "", "PCA-0007-X"]]
    bom = read_book(tmp_path, rows)
    assert all(line.alternates == () for line in bom.lines)
    assert bom.counts()["skipped"] == 2


def test_variant_columns_are_told_and_one_is_chosen_by_the_caller(tmp_path: Path) -> None:
    text = """
        Designator,MPN,Value,Basic,Full
        R1,RC0402FR-0710KL,10k,X,X
        U1,LM358DR,LM358,,X
        J1,B2B-XH-A,Header,X,
        C1,GRM155R71C104KA88D,100n,X,X
        """
    bom = read_text(tmp_path, text)
    assert "variants" in codes(bom, "warning")
    assert left_out(bom) == []
    assert left_out(read_text(tmp_path, text, mapping={"fitted": "Basic"})) == ["U1"]
    assert left_out(read_text(tmp_path, text, mapping={"fitted": "Full"})) == ["J1"]


def test_quantities_of_a_variant_are_chosen_by_the_caller(tmp_path: Path) -> None:
    text = (
        "Part,MPN,Basic,Full\nScrew,M3X8,4,8\nNut,M3-NUT,4,8\nBoard,PCB-100,1,1\nFan,FAN-40X40,0,1\nFoot,FOOT-10MM,4,4"
    )
    assert "variants" in codes(read_text(tmp_path, text), "warning")
    assert [line.quantity for line in read_text(tmp_path, text, mapping={"quantity": "Full"}).lines] == [8, 8, 1, 1, 4]
