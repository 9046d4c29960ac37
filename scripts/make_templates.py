"""Writes templates/bom_import.xlsx, the workbook that people fill in.

    python scripts/make_templates.py            writes it
    python scripts/make_templates.py --check    exits 1 where the file on disk says something else

Cells of part numbers and ids are text from the start, so that Excel does not turn them into numbers or dates; quantities and
marks are checked while they are typed. The second sheet explains each column.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import xlsxwriter

from bomtool import sheets
from bomtool.reports.looks import ACCENT, FONT, INK, INPUT, QUIET, RULE

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "templates" / "bom_import.xlsx"
ROWS = 2_000
"""Rows prepared for filling in."""
HEADER_ROW = 4
COLUMNS = [
    # header, width, text?, needed, meaning, example
    ("Line number", 14, True, "", "The number of the line, as you like it.", "1"),
    (
        "Reference designators",
        34,
        True,
        "yes, or a quantity",
        "Where the part is placed; commas and ranges.",
        "R1-R4, R7",
    ),
    ("Quantity", 10, False, "yes, or designators", "Pieces for one assembly.", "5"),
    ("MPN", 26, True, "yes", "The manufacturer's part number, whole.", "RC0603FR-0710KL"),
    ("Manufacturer", 22, True, "better", "Who makes it.", "YAGEO"),
    ("MPN 2", 24, True, "", "Another part that may be used instead.", "ERJ-3EKF1002V"),
    ("Manufacturer 2", 20, True, "", "Who makes that one.", "Panasonic"),
    ("Description", 40, True, "", "In words.", "Resistor 10k 1% 0603"),
    ("Value", 12, True, "", "The value of a passive part.", "10k"),
    ("Package", 12, True, "", "The package or case size.", "0603"),
    ("DNP", 7, True, "", "DNP where the part is not placed, else blank.", "DNP"),
    ("Custom ID", 18, True, "", "Your own part number.", "RES-00042"),
    ("Link", 30, True, "", "A web page about the part.", "https://example.com/part"),
    ("Comments", 32, True, "", "Whatever else matters.", "any colour"),
]


def write(path: Path) -> None:
    """The workbook: what is filled in, and what it means."""
    book = xlsxwriter.Workbook(str(path), {"default_format_properties": {"font_name": FONT, "font_size": 10}})
    head = book.add_format(
        {"bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "valign": "vcenter", "indent": 1}
    )
    label = book.add_format({"font_color": QUIET})
    title = book.add_format(
        {"bold": True, "font_color": INK, "bg_color": INPUT, "num_format": "@", "border": 1, "border_color": RULE}
    )
    text = book.add_format({"num_format": "@", "font_color": INK})
    number = book.add_format({"num_format": "General", "font_color": INK})
    wrap = book.add_format({"text_wrap": True, "valign": "top", "font_color": INK, "num_format": "@"})
    sheet, guide = book.add_worksheet("BOM"), book.add_worksheet("How to fill in")
    for row, name in enumerate(("BOM name:", "Version:", "Part number:")):
        sheet.write_string(row, 0, name, label)
        sheet.write_blank(row, 1, None, title)
    sheet.set_row(HEADER_ROW, 22)
    for column, (header, width, is_text, _, meaning, example) in enumerate(COLUMNS):
        sheet.set_column(column, column, width, text if is_text else number)
        sheet.write_string(HEADER_ROW, column, header, head)
        sheet.write_comment(HEADER_ROW, column, f"{meaning}\nExample: {example}", {"x_scale": 1.6, "author": "bomtool"})
    first, last = HEADER_ROW + 1, HEADER_ROW + ROWS
    sheet.data_validation(
        first, 2, last, 2,
        {"validate": "decimal", "criteria": ">=", "value": 0, "error_title": "Quantity",
         "error_message": "A quantity is a number of pieces for one assembly, 0 or more."},
    )  # fmt: skip
    sheet.data_validation(
        first, 10, last, 10,
        {"validate": "list", "source": ["DNP"], "error_title": "Do not place",
         "error_message": "Choose DNP, or leave the cell blank."},
    )  # fmt: skip
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    guide.hide_gridlines(2)
    guide.set_column(0, 0, 26, wrap)
    guide.set_column(1, 1, 22, wrap)
    guide.set_column(2, 2, 60, wrap)
    guide.set_column(3, 3, 30, wrap)
    guide.write_string(
        0, 0, "How to fill in the sheet BOM", book.add_format({"bold": True, "font_size": 14, "font_color": INK})
    )
    for row, sentence in enumerate(
        (
            "One row for each part. Leave a column blank where there is nothing to say; delete columns you do not need.",
            "Part numbers are kept as text: 0012345, 1E5 and 2021-01 stay as they are typed.",
            "Then: bomtool import FILE.xlsx",
        ),
        2,
    ):
        guide.write_string(row, 0, sentence, book.add_format({"font_color": INK}))
    for column, name in enumerate(("The column", "Must be filled", "What it is for", "For instance")):
        guide.write_string(6, column, name, head)
    for row, (header, _, _, needed, meaning, example) in enumerate(COLUMNS, 7):
        for column, cell in enumerate((header, needed or "no", meaning, example)):
            guide.write_string(row, column, cell, wrap)
    guide.set_landscape()
    guide.fit_to_pages(1, 0)
    book.set_properties(
        {"title": "BOM to fill in", "comments": "Template of bomtool.", "created": datetime(2026, 1, 1)}  # noqa: DTZ001
    )
    book.close()


def texts(path: Path) -> list[list[list[str]]]:
    """Every cell of every sheet, for comparing."""
    return [
        [[sheet.text(r, c) for c in range(1, len(cells) + 1)] for r, cells in enumerate(sheet.rows, 1)]
        for sheet in sheets.open(path).sheets
    ]


def main() -> None:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        write(TARGET)
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / TARGET.name
        write(made)
        if not TARGET.exists() or texts(made) != texts(TARGET):
            sys.exit(f"{TARGET.name} is out of date: python scripts/make_templates.py")


if __name__ == "__main__":
    main()
