"""Files made to break a reader: each is refused in one sentence, quickly and in little memory, or read right."""

from __future__ import annotations

import gzip
import io
import os
import struct
import sys
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest

from bomtool import sheets
from bomtool.errors import ReadError
from bomtool.sheets import Limits, Workbook

SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def workbook(parts: dict[str, bytes | str] | None = None) -> bytes:
    """A small real workbook, some of its parts replaced."""
    book = openpyxl.Workbook()
    book.active.append(["Designator", "Qty", "MPN"])
    book.active.append(["R1", 1, "RC0603FR-0710KL"])
    plain = io.BytesIO()
    book.save(plain)
    out = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in (parts or {}):
                target.writestr(name, source.read(name))
        for name, content in (parts or {}).items():
            target.writestr(name, content)
    return out.getvalue()


def opened(path: Path, limits: Limits | None = None) -> tuple[Workbook | None, str | None]:
    """The workbook, or the code of the refusal."""
    try:
        return sheets.open(path, limits=limits), None
    except ReadError as error:
        return None, error.code


def refused(path: Path, content: bytes, *codes: str, limits: Limits | None = None, seconds: float = 20.0) -> ReadError:
    path.write_bytes(content)
    began = time.monotonic()
    with pytest.raises(ReadError) as caught:
        sheets.open(path, limits=limits)
    assert time.monotonic() - began < seconds
    assert caught.value.code in codes
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b" \r\n\t\n", "empty-file"),
        (b"\xef\xbb\xbf", "empty-file"),
        (b"\x00" * 500, "empty-file"),
        (b",,,\n,,\n", "no-cells"),
        (b"%PDF-1.7\n%\xe2\xe3", "pdf-file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "image-file"),
        (b"Rar!\x1a\x07\x01\x00", "archive-file"),
        (b"{\\rtf1 hello}", "word-file"),
        (bytes(range(256)) * 20, "binary-file"),
        (b"\x7fELF" + bytes(200), "binary-file"),
        (b"<html><body><h1>Log in</h1></body></html>", "html-without-table"),
        (b'<?xml version="1.0"?><note><to>x</to></note>', "xml-file"),
        (b"(kicad_sch (version 20231120))", "cad-file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "file-damaged"),
        (b"PK\x03\x04 and then nothing", "file-damaged"),
        (b"\x1f\x8b and then nothing", "file-damaged"),
        (gzip.compress(gzip.compress(b"a,b\n1,2\n", mtime=0), mtime=0), "archive-file"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:-6], "file-damaged"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "web-archive"),
    ],
)
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, content: bytes, code: str) -> None:
    refused(tmp_path / "bom.xlsx", content, code)


@pytest.mark.parametrize("name", ["~$bom.xlsx", ".~lock.bom.ods#", "Thumbs.db"])
def test_lock_files_are_refused(tmp_path: Path, name: str) -> None:
    refused(tmp_path / name, b"whatever", "lock-file")


def test_paths_that_are_no_file(tmp_path: Path) -> None:
    for path, code in ((tmp_path, "is-a-folder"), (tmp_path / "none.csv", "file-missing")):
        with pytest.raises(ReadError) as caught:
            sheets.open(path)
        assert caught.value.code == code
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ReadError) as caught:
            sheets.open(tmp_path / "pipe")
        assert caught.value.code == "not-a-file"


def test_other_documents_in_zip_are_named(tmp_path: Path) -> None:
    for entry, code in (
        ("word/document.xml", "word-file"),
        ("Index/Tables.iwa", "numbers-file"),
        ("a.csv", "archive-file"),
    ):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            target.writestr(entry, "x")
        refused(tmp_path / "bom.xlsx", out.getvalue(), code)


def test_a_password_protected_workbook_is_named(tmp_path: Path) -> None:
    msoffcrypto = pytest.importorskip("msoffcrypto")
    locked = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(workbook())).encrypt("secret", locked)
    error = refused(tmp_path / "bom.xlsx", locked.getvalue(), "password-protected")
    assert "password" in error.message


def test_entities_are_refused_without_a_look_at_files_or_network(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET")
    laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    for declared, used in (
        (f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>', "&e;"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]>', "&e;"),
        (f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]>', "&a11;"),
        (f'<!DOCTYPE x [<!ENTITY q "{"q" * 100_000}">]>', "&q;" * 10_000),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', ""),
    ):
        sheet = (
            '<?xml version="1.0"?>'
            + declared
            + HEAD.partition("?>")[2]
            + f'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{used}</t></is></c></row></sheetData></worksheet>'
        )
        error = refused(tmp_path / "bom.xlsx", workbook({SHEET: sheet}), "file-damaged", seconds=10.0)
        assert "TOP-SECRET" not in str(error)
        spreadsheet = (
            '<?xml version="1.0"?>'
            + declared
            + '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet>'
            f"<Table><Row><Cell><Data>{used}</Data></Cell></Row></Table></Worksheet></Workbook>"
        )
        refused(tmp_path / "bom.xls", spreadsheet.encode(), "file-damaged", "xml-file", seconds=10.0)


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    refused(tmp_path / "a.xlsx", workbook({SHEET: b" " * (60 << 20)}), "too-large-inflated")
    refused(tmp_path / "b.csv.gz", gzip.compress(b"," * (60 << 20)), "too-large-inflated")
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as target:
        for number in range(10_001):
            target.writestr(f"xl/{number}", "")
    refused(tmp_path / "c.xlsx", many.getvalue(), "too-large-inflated")


def test_a_bomb_that_lies_about_its_size_is_counted(tmp_path: Path) -> None:
    honest = workbook({SHEET: b" " * (60 << 20)})
    size = struct.pack("<I", 60 << 20)
    lying = honest.replace(size, struct.pack("<I", 1000))
    assert lying != honest
    refused(tmp_path / "bom.xlsx", lying, "too-large-inflated")


def test_far_cells_and_lying_dimensions_cost_nothing(tmp_path: Path) -> None:
    sheet = HEAD + (
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="B1048576"><v>2</v></c></row></sheetData></worksheet>'
    )
    path = tmp_path / "bom.xlsx"
    path.write_bytes(workbook({SHEET: sheet}))
    tracemalloc.start()
    try:
        book = sheets.open(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert book.sheets[0].value(1, 1) == 1
    assert book.sheets[0].value(1_048_576, 2) == 2
    assert peak < 40 << 20


def test_a_million_blank_rows_cost_nothing(tmp_path: Path) -> None:
    blank = "".join(f'<row r="{r}" s="1" customFormat="1"><c r="A{r}" s="0"/></row>' for r in range(3, 200_000))
    sheet = HEAD + f'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>{blank}</sheetData></worksheet>'
    path = tmp_path / "bom.xlsx"
    path.write_bytes(workbook({SHEET: sheet}))
    assert sheets.open(path).sheets[0].rows == [[1]]


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="-5"><c r="A1"><v>1</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="é1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>99999</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
        '<row r="1"><c r="A1" s="x"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>12abc</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
        f'<row r="1"><c r="A1"><v>{"9" * 5000}</v></c></row>',
    ],
)
def test_broken_cells_are_refused(tmp_path: Path, cells: str) -> None:
    sheet = f"{HEAD}<sheetData>{cells}</sheetData></worksheet>"
    refused(tmp_path / "bom.xlsx", workbook({SHEET: sheet}), "file-damaged", "no-cells")


def test_deep_nesting_and_endless_attributes(tmp_path: Path) -> None:
    deep = HEAD + "<sheetData>" + "<x>" * 200_000 + "</x>" * 200_000 + "</sheetData></worksheet>"
    refused(tmp_path / "bom.xlsx", workbook({SHEET: deep}), "file-damaged", "no-cells")
    wide = HEAD + "<sheetData " + " ".join(f'a{i}="1"' for i in range(100_000)) + "/></worksheet>"
    refused(tmp_path / "bom.xlsx", workbook({SHEET: wide}), "file-damaged", "no-cells")


def test_endless_merges_and_links_stop(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>1</v></c></row>' for r in range(1, 20_000))
    merges = '<mergeCell ref="A1:XFD1048576"/>' * 20_000
    sheet = f"{HEAD}<sheetData>{rows}</sheetData><mergeCells>{merges}</mergeCells></worksheet>"
    path = tmp_path / "bom.xlsx"
    path.write_bytes(workbook({SHEET: sheet}))
    began = time.monotonic()
    assert opened(path, Limits(seconds=1.0))[1] == "too-slow"
    assert time.monotonic() - began < 20


def test_limits_on_rows_columns_and_cells(tmp_path: Path) -> None:
    text = b"a,b,c\n" * 50
    for content in (
        text,
        workbook(
            {
                SHEET: HEAD
                + "<sheetData>"
                + "".join(f'<row r="{r}"><c r="A{r}"><v>1</v></c><c r="C{r}"><v>1</v></c></row>' for r in range(1, 51))
                + "</sheetData></worksheet>"
            }
        ),
    ):
        refused(tmp_path / "bom", content, "too-many-rows", limits=Limits(rows=20))
        refused(tmp_path / "bom", content, "too-many-columns", limits=Limits(columns=2))
        refused(tmp_path / "bom", content, "too-many-cells", limits=Limits(cells=60))
        refused(tmp_path / "bom", content, "file-too-large", limits=Limits(file_bytes=100))


def test_native_parser_is_stopped_at_its_limits(tmp_path: Path) -> None:
    """A cell in the last corner makes the native reader ask for 17 billion cells: the child dies, the caller does not."""
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("BOM")
    sheet.write(0, 0, "Designator")
    sheet.write(65535, 255, "far")
    out = io.BytesIO()
    book.save(out)
    (tmp_path / "bom.xls").write_bytes(out.getvalue())
    found, code = opened(tmp_path / "bom.xls", Limits(memory=64 << 20))
    assert code in (None, "too-large-inflated", "file-damaged")
    assert found is None or found.sheets[0].value(65536, 256) == "far"
    assert found is None or sys.platform != "linux", "the system itself bounds it there"
    refused(tmp_path / "bom.xls", out.getvalue(), "too-slow", limits=Limits(seconds=0.001))
    refused(tmp_path / "bom.xls", out.getvalue(), "too-many-cells", "too-large-inflated", limits=Limits(cells=1000))


@pytest.mark.parametrize(
    "mark", ["<", "<!--", "<![CDATA[", "<table ", "<td a='", '<td a="', "<!", "&#", "<script>", "<a href="]
)
def test_endless_markup_takes_linear_time(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "bom.xls"
    path.write_text("<html><table><tr><td>R1</td><td>2</td></tr>" + mark * 100_000)
    began = time.monotonic()
    found, _ = opened(path)
    assert found is None or found.sheets[0].value(1, 1) == "R1"
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("line", ['"', '"a,', 'a,"b\n', '""",', "a\x00b,c\n", "," * 1000 + "\n", 'x,"\r', "\r\n"])
def test_endless_quotes_and_separators_take_linear_time(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bom.csv"
    path.write_text("Ref,Qty,MPN\nR1,2,X\n" + line * 50_000, newline="")
    began = time.monotonic()
    found, _ = opened(path, Limits(cells=5_000_000))
    assert found is None or found.sheets[0].text(1, 1)[:3] == "Ref"
    assert time.monotonic() - began < 20


def test_zlib_garbage_inside_a_workbook(tmp_path: Path) -> None:
    good = workbook()
    at = good.find(zlib.compress(b"")[:1], 200)
    for cut in (len(good) // 3, len(good) // 2, len(good) - 30, at):
        broken = good[:cut] + b"\xff" * 40 + good[cut + 40 :]
        path = tmp_path / "bom.xlsx"
        path.write_bytes(broken)
        assert opened(path)[1] in (None, "file-damaged", "too-large-inflated", "archive-file")
