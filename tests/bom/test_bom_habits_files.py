"""What files do before a table is even looked for: encodings, separators, quotes, line ends, names that lie."""

from __future__ import annotations

import gzip
from pathlib import Path

import openpyxl
import pytest

import bomtool
from bomtool.errors import ReadError
from tests.bom.reading_kit import codes, columns, read_text, refs

PLAIN = "Designator,Qty,MPN,Manufacturer\nR1,1,RC0402FR-0710KL,Yageo\nC1,1,GRM155R71C104KA88D,Murata\n"


def put(folder: Path, content: bytes, name: str = "bom.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        (PLAIN, "utf-8-sig", "utf-8"),
        (PLAIN.replace(",", "\t"), "utf-16", "utf-16"),
        (PLAIN.replace(",", "\t"), "utf-16-le", "utf-16"),
        (PLAIN.replace(",", "\t"), "utf-16-be", "utf-16"),
        ("位号,数量,型号,品牌\nR1,1,RC0402FR-0710KL,国巨\nC1,1,CL10A475KO8NNNC,三星\n", "gb18030", "gb"),
        ("部品記号,数量,型番,メーカー\nR1,1,RC0402FR-0710KL,ヤゲオ\nC1,1,GRM155R71C104KA88D,村田\n", "cp932", "932"),
        ("Designator;Qty;MPN;Manufacturer\nC1;1;885012207026;Würth\nR1;1;RC0402FR-0710KL;Yageo\n", "cp1252", "125"),
    ],
)
def test_encodings_are_found(tmp_path: Path, text: str, encoding: str, said: str) -> None:
    bom = bomtool.read_bom(put(tmp_path, text.encode(encoding)))
    assert sorted(refs(bom)) == ["C1", "R1"]
    assert "mpn" in bom.layout.columns
    assert said in (bom.encoding or "").replace("shift_jis", "932").lower()


def test_one_wrong_byte_is_told_with_its_place(tmp_path: Path) -> None:
    content = PLAIN.encode() + "C2,1,885012207026,Würth\n".encode() + b"D1,1,BAT54S,Nexp\xffria\n"
    bom = bomtool.read_bom(put(tmp_path, content))
    assert refs(bom) == ["R1", "C1", "C2", "D1"]
    told = [finding for finding in bom.findings if finding.code in ("bytes-damaged", "encoding-guessed")]
    assert told


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_separators_are_found_by_all_rows(tmp_path: Path, mark: str) -> None:
    text = PLAIN.replace("Manufacturer", "Maker, or brand").replace(",", mark)
    text = text.replace(f"Maker{mark} or brand", '"Manufacturer, or brand"')
    bom = bomtool.read_bom(put(tmp_path, text.encode()))
    assert (bom.delimiter, refs(bom)) == (mark, ["R1", "C1"])


def test_separator_line_of_excel_is_obeyed(tmp_path: Path) -> None:
    bom = bomtool.read_bom(put(tmp_path, b"sep=;\r\nDesignator;Qty;Value\r\nR1,R2;2;4,7k\r\nC1;1;1,5u\r\n"))
    assert bom.layout.header_row == 2
    assert [line.value for line in bom.lines] == ["4,7k", "1,5u"]


def test_line_breaks_inside_quotes_are_one_cell(tmp_path: Path) -> None:
    bom = bomtool.read_bom(put(tmp_path, b'Designator,Qty,Value\n"R1,\nR2",2,10k\nC1,1,100n\n'))
    assert refs(bom) == ["R1 R2", "C1"]


def test_inch_marks_and_apostrophes_are_data(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Designator,Qty,Description
        H1,1,Screw 3/8" steel
        H2,1,O'Ring 'soft'
        R1,1,resistor
        """,
    )
    assert [line.description for line in bom.lines] == ['Screw 3/8" steel', "O'Ring 'soft'", "resistor"]


def test_a_quote_that_nobody_closes_is_kept_and_told(tmp_path: Path) -> None:
    bom = bomtool.read_bom(put(tmp_path, b'Designator,Qty,Description\nH1,1,"3/8" screw\nR1,1,resistor\nC1,1,"cap\n'))
    assert refs(bom)[:2] == ["H1", "R1"]
    assert "stray-quote" in codes(bom)


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    assert refs(bomtool.read_bom(put(tmp_path, PLAIN.replace("\n", end).encode()))) == ["R1", "C1"]


def test_mixed_line_ends(tmp_path: Path) -> None:
    bom = bomtool.read_bom(put(tmp_path, b"Designator,Qty,Value\r\nR1,1,10k\nC1,1,100n\r\nD1,1,BAT54\n"))
    assert refs(bom) == ["R1", "C1", "D1"]


def test_nul_characters_are_removed_and_told(tmp_path: Path) -> None:
    bom = bomtool.read_bom(put(tmp_path, b"Designator,Qty,Value\nR1,1,10\x00k\nC1,1,100n\nD1,1,BAT54\n"))
    assert bom.lines[0].value == "10k"
    assert "nul-characters" in codes(bom)


def test_names_lie_and_contents_decide(tmp_path: Path) -> None:
    page = "<html><body><table><tr><th>Designator</th><th>Qty</th></tr><tr><td>R1</td><td>1</td></tr></table></body></html>"
    assert refs(bomtool.read_bom(put(tmp_path, page.encode(), "page.xls"))) == ["R1"]
    assert refs(bomtool.read_bom(put(tmp_path, PLAIN.replace(",", "\t").encode(), "tabs.xls"))) == ["R1", "C1"]
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["Designator", "Qty"], ["R1", 1], ["C1", 1]):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    assert refs(bomtool.read_bom(put(tmp_path, (tmp_path / "book.xlsx").read_bytes(), "book.csv"))) == ["R1", "C1"]


def test_a_packed_file_is_read(tmp_path: Path) -> None:
    assert refs(bomtool.read_bom(put(tmp_path, gzip.compress(PLAIN.encode()), "bom.csv.gz"))) == ["R1", "C1"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"\n , ,\n", "no-cells"),
        (b"Designator,Qty,MPN\n", "no-lines"),
        (b"dear all\n", "no-table"),
    ],
)
def test_nothing_there_has_words_of_its_own(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(ReadError) as refused:
        bomtool.read_bom(put(tmp_path, content))
    assert refused.value.code == code


def test_headers_with_units_breaks_and_hard_blanks(tmp_path: Path) -> None:
    bom = bomtool.read_bom(
        put(tmp_path, '"Ref\nDes\u00a0",Qty (per 1),"MPN\u00a0"\n"R1, R2",2,RC0402FR-0710KL\nC1,1,BAT54S\n'.encode())
    )
    assert columns(bom)["quantity"].startswith("Qty")
    assert refs(bom) == ["R1 R2", "C1"]
    assert bom.lines[0].mpn == "RC0402FR-0710KL"


def test_both_sides_on_one_sheet_are_one_bom(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Top side
        Designator,Qty,Value
        R1,1,10k
        C1,1,100n

        Bottom side
        Designator,Qty,Value
        R2,1,22k
        D1,1,BAT54
        """,
    )
    assert refs(bom) == ["R1", "C1", "R2", "D1"]


def test_formulas_are_never_computed_here(tmp_path: Path) -> None:
    """A number that the file does not hold could look right and be wrong: the cell is an error, whatever the formula."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Designator", "Qty", "MPN"],
        ["R1", "=1*2", "RC0402FR-0710KL"],
        ["C1", "=SUM(B9:B9)", "BAT54S"],
        ["D1", 1, "X7R104K"],
    ):
        sheet.append(row)
    book.save(tmp_path / "bom.xlsx")
    bom = bomtool.read_bom(tmp_path / "bom.xlsx")
    assert [line.quantity for line in bom.lines] == [None, None, 1]
    assert [finding.cell for finding in bom.findings if finding.code == "formula-without-result"] == ["B2", "B3"]
