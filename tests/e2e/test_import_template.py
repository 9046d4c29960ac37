"""The workbook people fill in: what is typed into it is what is read."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl

import bomtool
from bomtool import data

ROOT = Path(__file__).resolve().parents[2]


def test_a_filled_template_is_read_as_it_was_filled(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(data.template("bom_import.xlsx"))
    sheet = book["BOM"]
    sheet["B1"], sheet["B2"], sheet["B3"] = "Motor driver", "B", "000471"
    rows = [
        {"Reference designators": "R1-R4, R7", "Quantity": 5, "MPN": "0022232021", "Manufacturer": "Molex"},
        {"Reference designators": "C1", "Quantity": 1, "MPN": "1E5", "MPN 2": "2021-01", "Manufacturer 2": "Murata"},
        {"Quantity": 0.35, "MPN": "WIRE-22", "Description": "wire", "Custom ID": "00042", "DNP": "DNP"},
    ]
    columns = {cell.value: cell.column for cell in sheet[5]}
    for number, row in enumerate(rows, 6):
        for name, value in row.items():
            sheet.cell(number, columns[name]).value = value
    path = tmp_path / "filled.xlsx"
    book.save(path)
    bom = bomtool.read_bom(path)
    assert (bom.name, bom.version, bom.part_number) == ("Motor driver", "B", "000471")
    first, second, third = bom.lines
    assert first.reference_designators == ("R1", "R2", "R3", "R4", "R7")
    assert (first.mpn, first.quantity) == ("0022232021", 5)
    assert second.mpn == "1E5"
    assert [(a.mpn, a.manufacturer_name) for a in second.alternates] == [("2021-01", "Murata")]
    assert (third.quantity, third.custom_id, third.do_not_place) == (Decimal("0.35"), "00042", True)
    assert [finding for finding in bom.findings if finding.severity == "error"] == []


def test_columns_of_part_numbers_are_text_and_quantities_are_checked() -> None:
    with zipfile.ZipFile(data.template("bom_import.xlsx")) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    at = re.search(r'<numFmt numFmtId="(\d+)" formatCode="@"', styles)[1]
    formats = re.findall(r'<xf numFmtId="(\d+)"', styles.partition("<cellXfs")[2])
    columns = re.findall(r'<col min="(\d+)" max="(\d+)"[^>]* style="(\d+)"', sheet)
    text = {n for low, high, style in columns if formats[int(style)] == at for n in range(int(low), int(high) + 1)}
    assert text == set(range(1, 15)) - {3}
    assert re.findall(r'<dataValidation [^>]*sqref="([^"]+)"', sheet) == ["C6:C2005", "K6:K2005"]


def test_the_template_is_what_its_script_writes() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "make_templates.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
