"""Where the table is, and what its rows are: title blocks, headers, sections, footers, merges, sheets, levels."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import bomtool
from bomtool.errors import ReadError, UsageError
from tests.bom.reading_kit import by_ref, codes, columns, read_book, read_text, refs, skipped, write_book

HEADER = ["Designator", "Qty", "MPN", "Manufacturer"]
R1 = ["R1, R2", 2, "RC0402FR-0710KL", "Yageo"]
C1 = ["C1", 1, "GRM155R71C104KA88D", "Murata"]


def test_title_block_above_the_header_is_kept_as_metadata(tmp_path: Path) -> None:
    block = [
        ["ACME Ltd."],
        ["Assembly:", "Flux board"],
        ["Revision: C"],
        ["Assembly No.", "700-123"],
        ["Date", "2025-03-01"],
        [],
    ]
    bom = read_book(tmp_path, [*block, HEADER, R1, C1])
    assert bom.layout.header_row == 7
    assert (bom.name, bom.version, bom.part_number) == ("Flux board", "C", "700-123")
    assert bom.title_block["Date"] == "2025-03-01"
    assert bom.title_block["title"] == "ACME Ltd."
    given = bomtool.read_bom(tmp_path / "bom.xlsx", name="Other", version="D", part_number="1")
    assert (given.name, given.version, given.part_number) == ("Other", "D", "1")


def test_name_is_the_files_where_it_has_no_title_block(tmp_path: Path) -> None:
    assert read_text(tmp_path, "Designator,Qty,MPN\nR1,1,RC0402FR-0710KL", name="flux rev C.csv").name == "flux rev C"


def test_two_header_rows_are_joined_downwards(tmp_path: Path) -> None:
    upper = ["", "", "Manufacturer", None, "Supplier", None]
    lower = ["Designator", "Qty", "Name", "Part Number", "Name", "Part Number"]
    line = ["R1,R2", 2, "Yageo", "RC0402FR-0710KL", "Digi-Key", "311-10.0KLRCT-ND"]
    more = ["C1", 1, "Murata", "GRM155R71C104KA88D", "Digi-Key", "490-3261-1-ND"]
    bom = read_book(tmp_path, [upper, lower, line, more], merged=["C1:D1", "E1:F1"])
    assert bom.layout.header_rows == (1, 2)
    assert columns(bom)["mpn"] == "Manufacturer Part Number"
    assert columns(bom)["supplier_part_numbers"] == "Supplier Part Number"
    assert bom.lines[0].mpn == "RC0402FR-0710KL"
    assert bom.lines[0].supplier_part_numbers == {"Supplier Part Number": "311-10.0KLRCT-ND"}


def test_header_repeated_on_every_page_is_dropped(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEADER, R1, [], HEADER, C1])
    assert refs(bom) == ["R1 R2", "C1"]
    assert skipped(bom) == {4: "repeated header"}


def test_totals_approvals_and_notes_are_no_parts(tmp_path: Path) -> None:
    rows = [
        HEADER,
        R1,
        C1,
        ["Total", 3],
        [],
        ["Approved by: J. Doe"],
        ["Notes:"],
        ["R1 may be 12k"],
        ["Legend", "", "x = DNP"],
    ]
    bom = read_book(tmp_path, rows)
    assert refs(bom) == ["R1 R2", "C1"]
    assert set(skipped(bom)) == {4, 6, 7, 8, 9}
    assert all(skipped(bom).values())


def test_section_rows_tag_the_lines_below_them(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEADER, ["RESISTORS"], R1, [], ["CAPACITORS"], C1])
    assert [line.section for line in bom.lines] == ["RESISTORS", "CAPACITORS"]
    assert skipped(bom) == {2: "section heading", 5: "section heading"}


def test_merged_part_number_is_filled_down_inside_the_merge_only(tmp_path: Path) -> None:
    rows = [HEADER, ["R1", 1, "RC0402FR-0710KL", "Yageo"], ["R2", 1, None, None], ["TP1", 1, None, None]]
    bom = read_book(tmp_path, rows, merged=["C2:C3", "D2:D3"])
    assert [line.mpn for line in bom.lines] == ["RC0402FR-0710KL", "RC0402FR-0710KL", None]


def test_quantity_merged_over_rows_makes_them_one_line(tmp_path: Path) -> None:
    rows = [HEADER, ["R1", 2, "RC0402FR-0710KL", "Yageo"], ["R2", None, None, None], C1]
    bom = read_book(tmp_path, rows, merged=["B2:B3", "C2:C3", "D2:D3"])
    assert refs(bom) == ["R1 R2", "C1"]
    assert bom.lines[0].rows == (2, 3)
    assert bom.counts() == {"read": 3, "lines": 2, "alternates": 0, "continuations": 1, "skipped": 0}


def test_table_may_start_anywhere(tmp_path: Path) -> None:
    rows = [[], [], [], [], [], [], ["", "", *HEADER], ["", "", *R1], ["", "", *C1]]
    bom = read_book(tmp_path, rows)
    assert bom.layout.header_row == 7
    assert bom.layout.columns["reference_designators"][0].index == 3
    assert refs(bom) == ["R1 R2", "C1"]


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEADER, R1, C1], hidden_rows=[3])
    assert refs(bom) == ["R1 R2", "C1"]
    finding = next(f for f in bom.findings if f.code == "rows-hidden")
    assert (finding.severity, finding.row) == ("warning", 3)
    assert [row.reason for row in bom.source_rows] == [None, "hidden row"]


def test_hidden_column_that_is_read_is_told(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEADER, R1, C1], hidden_columns=["C"])
    assert bom.lines[0].mpn == "RC0402FR-0710KL"
    assert [(f.field, f.column) for f in bom.findings if f.code == "column-hidden"] == [("mpn", 3)]


def test_hidden_sheet_is_read_only_where_no_visible_one_has_a_bom(tmp_path: Path) -> None:
    old = [HEADER, ["R9", 1, "RC0402FR-071KL", "Yageo"], R1, C1]
    bom = read_book(tmp_path, {"Old": old, "BOM": [HEADER, R1]}, hidden_sheets=["Old"])
    assert bom.layout.sheet == "BOM"
    only = read_book(tmp_path, {"Notes": [["hello"]], "Parts": old}, hidden_sheets=["Parts"])
    assert only.layout.sheet == "Parts"
    assert "sheet-hidden" in codes(only, "warning")


def test_struck_row_is_taken_as_removed_with_a_warning(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEADER, R1, C1], struck=["A3", "B3", "C3", "D3"])
    assert refs(bom) == ["R1 R2"]
    assert skipped(bom) == {3: "struck through"}
    assert [(f.code, f.row) for f in bom.findings] == [("row-struck", 3)]


def test_cell_struck_alone_is_read_and_told(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEADER, R1, C1], struck=["C3"])
    assert by_ref(bom, "C1").mpn == "GRM155R71C104KA88D"
    assert [(f.code, f.cell, f.field) for f in bom.findings] == [("cell-struck", "C3", "mpn")]


def test_struck_part_of_a_cell_is_left_out_and_told(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "rich.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("BOM")
        struck = book.add_format({"font_strikeout": True})
        for row, cells in enumerate([HEADER, R1, C1]):
            sheet.write_row(row, 0, cells)
        sheet.write_rich_string("A2", "R1", struck, ", R2")
    bom = bomtool.read_bom(path)
    assert refs(bom) == ["R1", "C1"]
    assert [(f.cell, f.field) for f in bom.findings if f.code == "text-struck"] == [("A2", "reference_designators")]


def test_best_sheet_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    sheets = {
        "Revision history": [
            ["Rev", "Date", "Change"],
            ["A", "2024-01-02", "First"],
            ["B", "2024-05-06", "R1 changed"],
        ],
        "Main": [HEADER, R1, C1, ["C2", 1, "GRM155R71C104KA88D", "Murata"], ["U1", 1, "LM358DR", "TI"]],
        "Addon": [
            HEADER,
            ["R7", 1, "RC0402FR-071KL", "Yageo"],
            ["R8", 1, "RC0402FR-072KL", "Yageo"],
            ["R9", 1, "RC0402FR-073KL", "Yageo"],
        ],
    }
    bom = read_book(tmp_path, sheets)
    assert bom.layout.sheet == "Main"
    assert "'Addon'" in next(f.message for f in bom.findings if f.code == "other-sheets")
    assert bomtool.read_bom(tmp_path / "bom.xlsx", sheet="addon").layout.sheet == "Addon"
    with pytest.raises(UsageError, match="no sheet 'Nope'") as caught:
        bomtool.read_bom(tmp_path / "bom.xlsx", sheet="Nope")
    assert "'Main'" in (caught.value.hint or "")


def test_two_tables_of_the_same_columns_are_one_bom(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [["TOP SIDE"], HEADER, R1, [], ["BOTTOM SIDE"], HEADER, C1])
    assert refs(bom) == ["R1 R2", "C1"]
    assert bom.lines[1].section == "BOTTOM SIDE"


def test_another_table_below_is_told(tmp_path: Path) -> None:
    other = [["Tool", "Torque (Nm)", "Manufacturer", "Link"], ["Driver", 2, "Wera", "x"]]
    bom = read_book(
        tmp_path, [HEADER, R1, C1, [], ["Document", "Revision", "Date", "Status"], ["Drawing", "A", "2024-01-01", "ok"]]
    )
    assert refs(bom) == ["R1 R2", "C1"]
    assert set(skipped(bom)) == {5, 6}
    assert other


def test_list_given_twice_is_read_once(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Individual parts:
        Ref,Qty,Value
        R1,,10k
        R2,,10k
        C1,,100n

        Collated:
        Ref,Qty,Value
        "R1, R2",2,10k
        C1,1,100n
        """,
    )
    assert refs(bom) == ["R1 R2", "C1"]
    assert bom.layout.header_row == 8
    assert "listed-twice" in codes(bom)


def test_designators_wrapped_into_the_next_row_continue_the_line(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Item,Quantity,Reference,Part
        1,5,"C1,C2,C3,",100nF
        ,,"C4,C5",
        2,1,R1,10k
        """,
    )
    assert refs(bom) == ["C1 C2 C3 C4 C5", "R1"]
    assert bom.lines[0].rows == (2, 3)
    assert codes(bom, "warning") == []


def test_designator_alone_in_a_row_is_a_line_where_the_line_above_is_complete(tmp_path: Path) -> None:
    bom = read_text(tmp_path, "Reference,Quantity,Value\nR1,1,10k\nTP1,,\nC1,1,100n")
    assert refs(bom) == ["R1", "TP1", "C1"]


def test_one_row_a_designator_with_the_quantity_on_the_first(tmp_path: Path) -> None:
    bom = read_text(tmp_path, "Item,Quantity,Reference,Part\n1,3,C1,100n\n,,C2,\n,,C3,\n2,1,R1,10k")
    assert refs(bom) == ["C1 C2 C3", "R1"]
    assert bom.counts()["continuations"] == 2


def test_fixed_width_report_is_read(tmp_path: Path) -> None:
    text = (
        "Partlist exported from flux.sch\n\n"
        "Qty Value   Device       Package Parts\n"
        "2   10k     R-EU_R0603   R0603   R1, R2\n"
        "1   100n    C-EUC0603    C0603   C1\n"
        "1   LM358   LM358D       SO08    IC1\n"
        "3   BAT54   BAT54        SOT23   D1, D2, D3\n"
    )
    path = tmp_path / "partlist.txt"
    path.write_text(text)
    bom = bomtool.read_bom(path)
    assert refs(bom) == ["R1 R2", "C1", "IC1", "D1 D2 D3"]
    assert "mpn" not in columns(bom)
    assert columns(bom)["package"] == "Package"


@pytest.mark.parametrize("levels", [["0", "1", "2", "2", "1"], [".0", ".1", "..2", "..2", ".1"]])
def test_levels_multiply_quantities_down(tmp_path: Path, levels: list[str]) -> None:
    parts = [("ASM-1", 1), ("ASM-2", 2), ("RC0402FR-0710KL", 3), ("GRM155R71C104KA88D", 1), ("LM358DR", 1)]
    rows = [[level, number, name, count] for level, number, (name, count) in zip(levels, range(5), parts, strict=True)]
    bom = read_book(tmp_path, [["Level", "Index", "Part Number", "Quantity"], *rows])
    assert [line.quantity for line in bom.lines] == [1, 2, 6, 2, 1]
    assert [line.metadata.get("assembly") for line in bom.lines] == ["yes", "yes", None, None, None]
    assert "levels-flattened" in codes(bom, "warning")


def test_item_numbers_with_dots_are_levels(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        "Item,MPN,Description,Qty\n1,ASM,Board,4\n1.1,RC0402FR-0710KL,Resistor,2\n1.2,LM358DR,Amp,1\n2,M3X8,Screw,8",
    )
    assert [line.quantity for line in bom.lines] == [4, 8, 4, 8]


def test_parent_column_and_its_cycles(tmp_path: Path) -> None:
    header = "Part Number,Parent,Description,Qty\n"
    bom = read_text(tmp_path, header + "A-100,,Top,2\nB-200,A-100,Sub,3\nC-300,B-200,Screw,4\nD-400,,Label,1")
    assert [line.quantity for line in bom.lines] == [2, 6, 24, 1]
    loop = read_text(tmp_path, header + "A-100,B-200,Top,2\nB-200,A-100,Sub,3\nC-300,A-100,Screw,4\nD-400,,Label,1")
    assert codes(loop, "error").count("level-cycle") == 3
    assert [line.quantity for line in loop.lines] == [2, 3, 4, 1]


def test_totals_that_are_multiplied_already_are_not_multiplied_again(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path, "Level,MPN,Qty,Total Qty\n0,ASM-1,2,2\n1,RC0402FR-0710KL,6,6\n1,LM358DR,2,2\n0,M3X8DIN,8,8"
    )
    assert [line.quantity for line in bom.lines] == [2, 6, 2, 8]


def test_formula_without_a_result_is_an_error_at_its_cell(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEADER, ["R1, R2", "=1+1", "RC0402FR-0710KL", "Yageo"], C1])
    finding = next(f for f in bom.findings if f.code == "formula-without-result")
    assert (finding.severity, finding.cell, finding.field) == ("error", "B2", "quantity")
    assert bom.lines[0].quantity is None


def test_error_cell_is_an_error_and_never_a_text(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEADER, ["R1", 1, "#N/A", "Yageo"], ["C1", "#REF!", "GRM155R71C104KA88D", "Murata"], R1])
    assert [(f.cell, f.field) for f in bom.findings if f.code == "cell-error"] == [("C2", "mpn"), ("B3", "quantity")]
    assert bom.lines[0].mpn is None
    assert bom.lines[0].raw["mpn"] == "#N/A"
    assert bom.lines[1].quantity is None


def test_same_header_twice_is_a_numbered_pair(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path, "Ref,Qty,MPN,MPN,Note,Note\nR1,1,RC0402FR-0710KL,CRCW040210K0FKED,a,b\nC1,1,GRM155R71C104KA88D,,c,"
    )
    assert bom.lines[0].mpn == "RC0402FR-0710KL"
    assert [a.mpn for a in bom.lines[0].alternates] == ["CRCW040210K0FKED"]
    assert bom.lines[0].comments == "a"
    assert bom.lines[0].metadata == {"Note": "b"}


def test_column_without_a_header_is_kept(tmp_path: Path) -> None:
    bom = read_text(tmp_path, "Ref,Qty,MPN,,Price\nR1,1,RC0402FR-0710KL,keep me,0.1\nC1,1,GRM155R71C104KA88D,,0.2")
    assert bom.lines[0].metadata == {"column 4": "keep me", "Price": "0.1"}


def test_row_of_units_below_the_header_is_skipped(tmp_path: Path) -> None:
    bom = read_text(tmp_path, "Ref,Qty,MPN,Price\n,pcs,,EUR\nR1,1,RC0402FR-0710KL,0.10\nC1,2,GRM155R71C104KA88D,0.20")
    assert skipped(bom) == {2: "units"}


def test_comment_on_a_cell_is_surfaced(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEADER, R1, C1], comments={"A3": "DNP for variant B", "C2": "or CRCW0402"})
    assert [(f.code, f.severity, f.cell) for f in bom.findings] == [
        ("cell-comment", "info", "C2"), ("comment-not-placed", "warning", "A3"),
    ]  # fmt: skip
    assert not by_ref(bom, "C1").do_not_place


def test_hyperlink_gives_text_and_address(tmp_path: Path) -> None:
    bom = read_book(tmp_path, [HEADER, R1, C1], links={"C2": "https://example.org/10k"})
    assert (bom.lines[0].mpn, bom.lines[0].link) == ("RC0402FR-0710KL", "https://example.org/10k")


def test_table_without_a_header_is_read_by_its_cells(tmp_path: Path) -> None:
    rows = "\n".join(f"RC0402FR-07{n}KL|{n}|{' '.join(f'R{n}{i}' for i in range(n))}" for n in range(1, 9))
    bom = read_text(tmp_path, rows, name="upload.txt")
    assert bom.layout.header_row is None
    assert [line.quantity for line in bom.lines] == [Decimal(n) for n in range(1, 9)]
    assert bom.lines[2].reference_designators == ("R30", "R31", "R32")
    assert {f.field for f in bom.findings if f.code == "column-uncertain"} >= {"mpn"}


def test_unknown_header_is_recognised_by_its_cells(tmp_path: Path) -> None:
    rows = [["Wo", "Wieviel", "Was"], *[[f"R{n}", 1, f"RC0402FR-07{n}KL"] for n in range(1, 9)]]
    bom = read_book(tmp_path, rows)
    assert bom.layout.columns["reference_designators"][0].index == 1
    assert len(bom.lines) == 8


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-file"),
        ("\n\n , ,\n", "no-cells"),
        ("Designator,Qty,MPN\n", "no-lines"),
        ("Designator,Qty,MPN\n,,\n\nTotal,,\n", "no-lines"),
        ("Dear all,\nplease find the parts list attached.\nBest regards\n", "no-table"),
    ],
)
def test_what_is_no_bom_is_refused_by_what_it_is(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "bom.csv"
    path.write_text(text)
    with pytest.raises(ReadError) as caught:
        bomtool.read_bom(path)
    assert caught.value.code == code
    assert caught.value.hint


def test_blank_rows_to_the_end_of_the_sheet_cost_nothing(tmp_path: Path) -> None:
    path = write_book(tmp_path / "bom.xlsx", [HEADER, R1, C1])
    import openpyxl

    book = openpyxl.load_workbook(path)
    book["BOM"]["Z200000"].number_format = "0.00"
    book.save(path)
    assert refs(bomtool.read_bom(path)) == ["R1 R2", "C1"]
