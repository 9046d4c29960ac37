"""Workbooks: values, and what people hide in cells, in every format; our reader against openpyxl and calamine."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from bomtool import sheets
from bomtool.sheets import Limits, Sheet
from bomtool.sheets.sandbox import read_in_child

DAY = datetime.fromisoformat("2026-01-02")


def save(book: Any, path: Path) -> Path:
    book.save(path)
    return path


@pytest.fixture
def rich(tmp_path: Path) -> Sheet:
    """A sheet with one of everything."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "BOM"
    for row in (
        ["Designator", "Qty", "MPN", "Note"],
        ["R1", 2, 22232021, None],
        ["R2", 1, 9551670000000, None],
        [
            CellRichText([TextBlock(InlineFont(strike=True), "R3"), TextBlock(InlineFont(), ", R4")]),
            1,
            "LM358DR",
            "gone",
        ],
        ["C1", "=2*3", DAY, None],
        ["C2", 2.5, True, "#N/A"],
        ["C3", 0.1, None, time(12, 30)],
    ):
        sheet.append(row)
    sheet["C2"].number_format = "0000000000"
    sheet["C3"].number_format = "0.00E+00"
    sheet["C5"].number_format = "d-mmm"
    sheet["D4"].font = Font(strike=True)
    sheet["D4"].comment = Comment("DNP\nask Jo", "x")
    sheet["A2"].hyperlink = "https://example.com/r1?a=1#top"
    sheet.merge_cells("D2:D3")
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["B"].hidden = True
    other = book.create_sheet("Old")
    other.sheet_state = "veryHidden"
    other["C7"] = "x"
    opened = sheets.open(save(book, tmp_path / "bom.csv"))
    assert opened.kind == "xlsx"
    assert [(s.name, s.state, s.index) for s in opened.sheets] == [("BOM", "visible", 0), ("Old", "very-hidden", 1)]
    assert opened.sheets[1].rows == [[], [], [], [], [], [], [None, None, "x"]]
    return opened.sheets[0]


def test_values_keep_their_type(rich: Sheet) -> None:
    assert rich.rows[1] == ["R1", 2, 22232021]
    assert rich.value(5, 3) == DAY
    assert rich.value(6, 2) == 2.5
    assert rich.value(6, 3) is True
    assert rich.value(7, 4) == time(12, 30)


def test_number_formats_give_back_what_was_shown(rich: Sheet) -> None:
    assert rich.text(2, 3) == "0022232021"
    assert rich.text(3, 3) == "9551670000000"
    assert rich.details[3, 3].number_format == "0.00E+00"
    assert rich.details[5, 3].number_format == "d-mmm"
    assert (6, 2) not in rich.details


def test_strikes_comments_links_errors_and_formulas(rich: Sheet) -> None:
    assert rich.text(4, 1) == "R3, R4"
    assert rich.details[4, 1].runs == ", R4"
    assert rich.details[4, 4].struck
    assert rich.details[4, 4].comment == "DNP\nask Jo"
    assert rich.details[2, 1].link == "https://example.com/r1?a=1#top"
    assert rich.details[6, 4].error == "#N/A"
    assert rich.value(5, 2) is None
    assert rich.details[5, 2].formula == "=2*3"


def test_hidden_and_merged(rich: Sheet) -> None:
    assert rich.hidden_rows == {6}
    assert rich.hidden_columns == {2}
    assert rich.merged == ((2, 4, 3, 4),)


def test_zeros_of_a_file_that_asks_to_be_recalculated_are_not_believed(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "bom.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["R1", 2])
        sheet.write_formula("C1", "=B1*2")
        sheet.write_formula("D1", "=B1*2", None, 4)
    found = sheets.open(tmp_path / "bom.xlsx").sheets[0]
    assert found.value(1, 3) is None
    assert found.details[1, 3].formula == "=B1*2"
    assert found.value(1, 4) == 4


def test_prefixed_names_back_slashes_and_other_cases_are_understood(tmp_path: Path) -> None:
    plain = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["R1", 2])
    book.save(plain)
    path = tmp_path / "bom.xlsx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = b'<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData><x:row>'
                content += b'<x:c t="inlineStr"><x:is><x:t>R1</x:t></x:is></x:c><x:c><x:v>2</x:v></x:c></x:row>'
                content += b"</x:sheetData></x:worksheet>"
            target.writestr(name.replace("sheet1", "Sheet1") if "sheet1" in name else name, content)
    assert sheets.open(path).sheets[0].rows == [["R1", 2]]


def test_xls_has_the_same_details(tmp_path: Path) -> None:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("BOM")
    sheet.write(0, 0, "MPN")
    sheet.write(1, 0, 22232021, xlwt.easyxf(num_format_str="0000000000"))
    sheet.write(2, 0, 9551670000000, xlwt.easyxf(num_format_str="0.00E+00"))
    sheet.write(3, 0, "LM358", xlwt.easyxf("font: struck_out true"))
    sheet.write(4, 0, DAY, xlwt.easyxf(num_format_str="D-MMM"))
    sheet.write(5, 0, 2.5)
    sheet.write_merge(6, 7, 0, 1, "both")
    sheet.row(3).hidden = True
    sheet.col(2).hidden = True
    book.add_sheet("Old").visibility = 1
    opened = sheets.open(save(book, tmp_path / "bom.xlsx"))
    found = opened.sheets[0]
    assert opened.kind == "xls"
    assert opened.sheets[1].state == "hidden"
    assert [found.text(row, 1) for row in (2, 3, 4, 6)] == ["0022232021", "9551670000000", "LM358", "2.5"]
    assert found.details[4, 1].struck
    assert found.value(5, 1) == DAY
    assert found.details[5, 1].number_format == "d-mmm"
    assert found.hidden_rows == {4}
    assert found.hidden_columns == {3}
    assert found.merged == ((7, 1, 8, 2),)


def test_ods_has_the_same_details(tmp_path: Path) -> None:
    content = """<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:calcext="c"
     xmlns:xlink="l"><office:automatic-styles><style:style style:name="st" style:family="table-cell">
     <style:text-properties style:text-line-through-style="solid"/></style:style></office:automatic-styles>
     <office:body><office:spreadsheet><table:table table:name="BOM"><table:table-column table:visibility="collapse"/>
     <table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
     <table:table-row><table:table-cell office:value-type="float" office:value="22232021"><text:p>0022232021</text:p>
     </table:table-cell><table:table-cell office:value-type="float" office:value="9551670000000"><text:p>9.55E+12</text:p>
     </table:table-cell><table:table-cell office:value-type="string" table:style-name="st"><text:p>R1,<text:s
     text:c="2"/>R2</text:p>
     <text:p>R3</text:p><office:annotation><text:p>ask</text:p></office:annotation></table:table-cell></table:table-row>
     <table:table-row table:visibility="filter"><table:table-cell office:value-type="date" office:date-value="2026-01-02">
     <text:p>2-Jan</text:p></table:table-cell><table:table-cell table:number-columns-spanned="2" office:value-type="string">
     <text:p><text:a xlink:href="https://example.com">part</text:a></text:p></table:table-cell><table:covered-table-cell/>
     <table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>
     <table:table-cell table:formula="of:=1+1"/><table:table-cell table:number-columns-repeated="3" office:value-type="float"
     office:value="7"><text:p>7</text:p></table:table-cell></table:table-row>
     <table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>
     </table:table></office:spreadsheet></office:body></office:document-content>"""
    with zipfile.ZipFile(tmp_path / "bom.xls", "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("content.xml", content)
    opened = sheets.open(tmp_path / "bom.xls")
    found = opened.sheets[0]
    assert opened.kind == "ods"
    assert len(found.rows) == 4
    assert [found.text(3, column) for column in (1, 2, 3)] == ["0022232021", "9551670000000", "R1,  R2\nR3"]
    assert found.details[3, 3].struck
    assert found.details[3, 3].comment == "ask"
    assert found.value(4, 1) == DAY
    assert found.details[4, 2].link == "https://example.com"
    assert found.details[4, 4].error == "#N/A"
    assert found.details[4, 5].formula == "of:=1+1"
    assert found.rows[3][5:] == [7, 7, 7]
    assert found.merged == ((4, 2, 4, 3),)
    assert found.hidden_rows == {4}
    assert found.hidden_columns == {1}


def trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    found = [[cell if cell != "" else None for cell in row] for row in rows]
    for row in found:
        while row and row[-1] is None:
            row.pop()
    while found and not found[-1]:
        found.pop()
    return found


def by_openpyxl(path: Path) -> dict[str, list[list[Any]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
    return {name: [list(row) for row in book[name].iter_rows(values_only=True)] for name in book.sheetnames}


def test_every_real_xlsx_reads_as_openpyxl_reads_it(corpus: Path) -> None:
    files = sorted((corpus / "files").glob("*.xlsx"))
    cells = 0
    for path in files:
        book = sheets.open(path)
        if book.kind not in ("xlsx", "xlsm"):
            continue
        theirs = by_openpyxl(path)
        assert [sheet.name for sheet in book.sheets] == list(theirs)
        for sheet in book.sheets:
            for ours, other in zip(trimmed(sheet.rows), trimmed(theirs[sheet.name or ""]), strict=True):
                for mine, wanted in zip(ours, other, strict=True):
                    cells += 1
                    if isinstance(mine, str):
                        wanted = str(wanted).replace("_x000D_", "\r")
                    assert mine == wanted, (path.name, sheet.name)
    assert cells > 15_000


def test_every_real_ods_reads_as_calamine_reads_it(corpus: Path) -> None:
    files = sorted((corpus / "files").glob("*.ods"))
    for path in files:
        ours = [(sheet.name, trimmed(sheet.rows)) for sheet in sheets.open(path).sheets]
        theirs = read_in_child(path.read_bytes(), path.name, Limits(), 50 << 20)
        assert ours == [(sheet.name, trimmed(sheet.rows)) for sheet in theirs]
