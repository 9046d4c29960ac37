"""Writes templates/report.xlsx, the example of a report template: a cover with marked cells and a chart, and two lists.

    python scripts/make_report_template.py

Users copy it (`bomtool templates copy report.xlsx`), restyle it in Excel and use it: `bomtool report ... --template`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter

ROOT = Path(__file__).resolve().parents[1]
INK, ACCENT, PALE, QUIET = "#1B2A3A", "#24476B", "#EEF2F6", "#6B7785"
PARTS = [
    ("Part", "number", 6, "0"), ("MPN", "mpn", 24, "@"), ("Manufacturer", "manufacturer", 22, "@"),
    ("Category", "category", 18, "@"), ("Chosen offer", "offer", 44, "@"), ("Order", "order", 10, "#,##0"),
    ("Unit price", "unit", 12, "#,##0.00????"), ("Line total", "total", 14, "#,##0.00"), ("Left over", "excess", 10, "#,##0"),
]  # fmt: skip
CURVE = [("Builds", "builds", "#,##0"), ("Per build", "unit", "#,##0.00"), ("Total", "total", "#,##0.00")]


def main() -> None:
    """Write the file."""
    path = ROOT / "templates" / "report.xlsx"
    with xlsxwriter.Workbook(path) as book:
        title = "Report to restyle: bomtool report ... --template report.xlsx"
        book.set_properties({"title": title, "comments": "Marked cells are filled in by bomtool."})
        base: dict[str, Any] = {"font_name": "Arial", "font_size": 10, "font_color": INK}
        _cover(book, base)
        _parts(book, base)
        _curve(book, base)


def _cover(book: Any, base: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Report")
    sheet.hide_gridlines(2)
    sheet.set_column("A:A", 2)
    sheet.set_column("B:B", 26)
    sheet.set_column("C:C", 44)
    title = book.add_format({**base, "font_size": 20, "bold": True})
    quiet = book.add_format({**base, "font_color": QUIET})
    notice = book.add_format({**base, "bold": True, "font_color": "#7A4B00"})
    label = book.add_format({**base, "font_color": QUIET, "bottom": 1, "bottom_color": PALE})
    sheet.set_row(1, 30)
    sheet.write("B2", "{{program}}", title)
    sheet.write("B3", "Availability and pricing for {{builds}} builds, planned {{planned_at}}", quiet)
    sheet.write("B4", "{{notice}}", notice)
    rows = [
        ("Cost, {{currency}}", "{{known_total}}", "#,##0.00"),
        ("Cost per build, {{currency}}", "{{known_unit_cost}}", "#,##0.00"),
        ("Covers", "{{coverage}}", "@"),
        ("Buildable now", "{{buildable_now}}", "#,##0"),
        ("Ready date", "{{ready_date}}", "d mmm yyyy"),
        ("BOMs", "{{boms}}", "@"),
        ("Overage", "{{overage}}", "@"),
        ("What holds it up", "{{gating}}", "@"),
    ]
    for index, (text, marker, number) in enumerate(rows, 5):
        value = {**base, "bold": True, "align": "left", "valign": "top", "text_wrap": True, "num_format": number}
        sheet.write(index, 1, text, label)
        sheet.write(index, 2, marker, book.add_format({**value, "bottom": 1, "bottom_color": PALE}))
    sheet.set_row(12, 42)
    chart = book.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    chart.add_series(
        {
            "name": "Cost per build",
            "categories": ["Cost curve", 3, 0, 3, 0],
            "values": ["Cost curve", 3, 1, 3, 1],
            "line": {"color": ACCENT, "width": 2},
            "marker": {"type": "circle", "size": 6, "fill": {"color": ACCENT}},
        }
    )
    chart.set_title({"name": "Cost per build", "name_font": {"name": "Arial", "size": 11}})
    chart.set_legend({"none": True})
    chart.set_x_axis({"name": "Builds", "log_base": 10, "num_format": "#,##0", "major_gridlines": {"visible": False}})
    chart.set_y_axis({"min": 0, "num_format": "#,##0.00"})
    chart.set_size({"width": 520, "height": 260})
    sheet.insert_chart("B16", chart)
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)


def _parts(book: Any, base: dict[str, Any]) -> None:
    """An Excel table with one row: it grows to as many as there are purchases."""
    sheet = book.add_worksheet("Parts")
    sheet.write("A1", "Parts to buy", book.add_format({**base, "font_size": 14, "bold": True}))
    sheet.write("A2", "{{notice}}", book.add_format({**base, "bold": True, "font_color": "#7A4B00"}))
    sum_format = book.add_format({**base, "bold": True, "num_format": "#,##0.00"})
    sheet.write("G2", "Sum", book.add_format({**base, "bold": True, "align": "right"}))
    sheet.write_formula("H2", "=SUM(H5:H5)", sum_format)
    columns = []
    for index, (header, key, width, number) in enumerate(PARTS):
        cell = book.add_format({**base, "font_size": 9, "num_format": number, "valign": "top"})
        sheet.set_column(index, index, width)
        sheet.write(4, index, f"{{{{pricing.{key}}}}}", cell)
        columns.append({"header": header})
    sheet.add_table(3, 0, 4, len(PARTS) - 1, {"columns": columns, "style": "Table Style Light 1", "name": "Parts"})
    sheet.freeze_panes(4, 2)
    _print(sheet)


def _curve(book: Any, base: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Cost curve")
    sheet.write("A1", "Cost curve", book.add_format({**base, "font_size": 14, "bold": True}))
    sheet.write("A2", "{{notice}}", book.add_format({**base, "bold": True, "font_color": "#7A4B00"}))
    head = book.add_format({**base, "bold": True, "bottom": 2, "bottom_color": ACCENT, "align": "right"})
    sheet.set_column(0, 2, 14)
    for index, (header, key, number) in enumerate(CURVE):
        sheet.write(2, index, header, head)
        sheet.write(3, index, f"{{{{cost_curve.{key}}}}}", book.add_format({**base, "num_format": number}))
    _print(sheet)


def _print(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


if __name__ == "__main__":
    main()
