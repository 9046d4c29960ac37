"""Delimited text: encodings, delimiters, quotes, row numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bomtool import sheets
from bomtool.errors import ReadError
from bomtool.sheets.model import Workbook


def read(tmp_path: Path, content: bytes | str, name: str = "bom.csv", **options: str) -> Workbook:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return sheets.open(path, **options)


TABLE = [["Designator", "Qty", "MPN"], ["R1, R2", "2", "RC0603FR-0710KL"], ["C1", "1", "GRM188R71C104KA01D"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in TABLE)
    book = read(tmp_path, text)
    assert (book.kind, book.delimiter, book.encoding) == ("csv", delimiter, "ascii")
    assert book.sheets[0].rows == TABLE


def test_a_forced_delimiter_is_obeyed(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b;c\n1,2;3\n", delimiter=";").sheets[0].rows == [["a,b", "c"], ["1,2", "3"]]


def test_a_separator_line_is_obeyed_and_keeps_its_row_number(tmp_path: Path) -> None:
    book = read(tmp_path, "sep=;\r\nRef;Qty\r\nR1,R2;2\r\n")
    assert book.delimiter == ";"
    assert book.sheets[0].rows == [[], ["Ref", "Qty"], ["R1,R2", "2"]]


def test_blank_lines_are_rows_and_quoted_breaks_are_not(tmp_path: Path) -> None:
    book = read(tmp_path, 'Ref,Qty\n\n"R1,\nR2",2\nC1,1\n')
    assert book.sheets[0].rows == [["Ref", "Qty"], [], ["R1,\nR2", "2"], ["C1", "1"]]


def test_doubled_carriage_returns_give_a_blank_record_each(tmp_path: Path) -> None:
    book = read(tmp_path, b"Ref,Qty\r\r\nR1,1\r\r\nR2,1\r\r\n")
    assert book.sheets[0].rows == [["Ref", "Qty"], [], ["R1", "1"], [], ["R2", "1"]]


def test_carriage_returns_alone_end_lines(tmp_path: Path) -> None:
    assert read(tmp_path, b"Ref,Qty\rR1,1\rR2,1").sheets[0].rows == [["Ref", "Qty"], ["R1", "1"], ["R2", "1"]]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read(tmp_path, b"")
    assert caught.value.code == "empty-file"
    assert caught.value.hint


def test_tabs_hold_the_table_below_title_lines_that_blanks_lay_out(tmp_path: Path) -> None:
    path = tmp_path / "board.bom"
    path.write_text(
        "Main board          Revised: Monday, March 03, 2025\n          Revision: B\n\n"
        "Bill Of Materials          March 3,2025      10:12:11\tPage1\n\n"
        "Item\tQuantity\tReference\tPart\n____________________________________\n\n"
        "1\t3\tC1,C2,\t100nF\n\t\tC3\n2\t1\tR1\t10k\n3\t2\tU1,U2\tLM358\n"
    )
    book = sheets.open(path)
    assert (book.kind, book.delimiter) == ("csv", "\t")
    assert book.sheets[0].rows[8:10] == [["1", "3", "C1,C2,", "100nF"], ["", "", "C3"]]
