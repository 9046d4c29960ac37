"""Templates: marked and named cells are filled, rows repeated, and nothing else of the workbook changes or is lost."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bomtool import data
from bomtool.errors import BomtoolError, ReadError, UsageError
from bomtool.reports import filling, scalars, template
from bomtool.reports import text as texts
from bomtool.reports.model import ReportInput
from bomtool.reports.plain import SECTIONS
from tests.conftest import Require
from tests.reports.making import NASTY, Maker
from tests.reports.recompute import SOFFICE, convert, load, values

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


def program(**options: Any) -> ReportInput:
    return Maker(**{"seed": 31, "lines": 12, "sample": False, **options}).make()


def make(path: Path, build: Callable[[Any, Any], None]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        build(book, book.add_worksheet("Cover"))
    return path


def fill(path: Path, inputs: ReportInput) -> Path:
    out = path.with_name("out.xlsx")
    filling.write(out, inputs, template.read(path))
    return out


def test_markers_and_named_cells_are_filled_in_their_formats(tmp_path: Path) -> None:
    def build(book: Any, sheet: Any) -> None:
        money = book.add_format({"num_format": '"$"#,##0.00', "bold": True, "bg_color": "#ABCDEF"})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write("A1", "{{program}}")
        sheet.write("A2", "For {{builds}} builds, {{ Currency }} only; {{coverage}}.")
        sheet.write("B3", "{{known_total}}", money)
        sheet.write("B4", "{{planned_at}}", day)
        sheet.write("B5", "{{planned_at}}")
        book.define_name("bomtool_known_unit_cost", "=Cover!$C$7")
        book.define_name("BOMTOOL_Builds", "=Cover!$D$9")
        sheet.write_blank("C7", None, money)

    inputs = program()
    sheet = load(fill(make(tmp_path / "t.xlsx", build), inputs))["Cover"]
    assert sheet["A1"].value == inputs.name
    assert sheet["A2"].value == (
        f"For 100 builds, USD only; cost of {inputs.pricing.lines_priced} of {inputs.pricing.lines_total} lines."
    )
    assert sheet["B3"].value == float(inputs.pricing.known_total)
    assert (sheet["B3"].number_format, sheet["B3"].font.b, sheet["B3"].fill.fgColor.rgb) == (
        '"$"#,##0.00',
        True,
        "FFABCDEF",
    )
    assert sheet["B4"].value.replace(microsecond=0) == datetime(2026, 11, 20, 9, 30)  # noqa: DTZ001
    assert sheet["B5"].value == "2026-11-20 09:30 UTC"
    assert sheet["C7"].value == float(inputs.pricing.known_unit_cost)
    assert sheet["D9"].value == 100


def test_a_list_repeats_its_row_with_formats_formulas_and_merged_cells(tmp_path: Path) -> None:
    def build(book: Any, sheet: Any) -> None:
        bold = book.add_format({"bold": True, "num_format": "#,##0"})
        sheet.write("A1", "Sum")
        sheet.write_formula("B1", "=SUM(D5:D5)", None, 99)
        sheet.write_formula("C1", '=COUNTIF(A5:A5,"*D5:D5*")')
        sheet.write("A5", "{{pricing.mpn}}")
        sheet.write("B5", "{{pricing.order}}", bold)
        sheet.write("C5", "{{pricing.unit}}")
        sheet.write_formula("D5", '=IF($B5="",0,B5*C5)')
        sheet.merge_range("E5:F5", "{{pricing.offer}}")
        sheet.write("G5", "pcs")
        sheet.set_row(4, 33)
        sheet.conditional_format("B5:B5", {"type": "cell", "criteria": ">", "value": 9, "format": bold})
        sheet.data_validation("G5", {"validate": "list", "source": ["pcs", "m"]})
        sheet.autofilter("A4:G5")
        sheet.print_area("A1:G5")
        book.add_worksheet("Other").write_formula("A1", "=SUM(Cover!D5:D5)+Cover!D5")

    inputs = program(lines=9)
    out = fill(make(tmp_path / "t.xlsx", build), inputs)
    book = load(out)
    sheet = book["Cover"]
    lines = [row for row in range(5, 40) if sheet.cell(row, 1).value]
    count = len(lines)
    assert count >= 9
    assert lines == list(range(5, 5 + count))
    last = 4 + count
    assert sheet["B1"].value == f"=SUM(D5:D{last})"
    assert sheet["C1"].value == f'=COUNTIF(A5:A{last},"*D5:D5*")'
    assert book["Other"]["A1"].value == f"=SUM(Cover!D5:D{last})+Cover!D5"
    assert sheet.cell(last, 4).value == f'=IF($B{last}="",0,B{last}*C{last})'
    assert sheet.cell(last, 2).font.b
    assert sheet.cell(last, 7).value == "pcs"
    assert sheet.row_dimensions[last].height == 33
    assert f"E{last}:F{last}" in {str(area) for area in sheet.merged_cells.ranges}
    assert [str(area.sqref) for area in sheet.conditional_formatting] == [f"B5:B{last}"]
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == [f"G5:G{last}"]
    assert sheet.auto_filter.ref == f"A4:G{last}"
    assert sheet.print_area == f"'Cover'!$A$1:$G${last}"
    with zipfile.ZipFile(out) as archive:
        assert b"<v>99</v>" not in archive.read("xl/worksheets/sheet1.xml")
        assert b'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml")


def test_the_shipped_template_computes_and_its_table_and_chart_grow(tmp_path: Path, require: Require) -> None:
    inputs = program(sample=True)
    out = tmp_path / "out.xlsx"
    filling.write(out, inputs, template.read(data.template("report.xlsx")))
    book = load(out)
    count = sum(bool(row[1].value) for row in book["Parts"].iter_rows(min_row=5))
    assert book["Parts"].tables["Parts"].ref == f"A4:I{4 + count}"
    points = len({point.builds for point in inputs.pricing.quantities})
    with zipfile.ZipFile(out) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    assert set(re.findall(r"<c:f>([^<]*)</c:f>", chart)) == {
        f"'Cost curve'!$A$4:$A${3 + points}", f"'Cost curve'!$B$4:$B${3 + points}",
    }  # fmt: skip
    assert "Cache" not in chart
    for sheet in book:
        assert any("SAMPLE data" in str(cell.value) for row in sheet.iter_rows(max_row=4) for cell in row)
    require("libreoffice", SOFFICE, "soffice is not installed")
    computed = values(convert([out], "xlsx", tmp_path / "computed")[0])
    assert computed["Parts", "H2"] == float(inputs.pricing.known_total)


def test_everything_else_stays_byte_for_byte(tmp_path: Path) -> None:
    picture = tmp_path / "logo.png"
    picture.write_bytes(PNG)

    def build(book: Any, sheet: Any) -> None:
        sheet.write("A1", "{{program}}")
        sheet.insert_image("C1", picture)
        other = book.add_worksheet("Figures & more")
        other.write_row("A1", [1, 2, 3])
        other.insert_textbox("D1", "A box that libraries lose")
        other.add_sparkline("E9", {"range": "'Figures & more'!A1:C1"})
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "='Figures & more'!$A$1:$C$1"})
        other.insert_chart("A5", chart)
        other.write_comment("A1", "a comment")

    path = make(tmp_path / "t.xlsx", build)
    out = fill(path, program())
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out) as after:
        assert after.namelist() == before.namelist()
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert set(changed) <= {
        "xl/worksheets/sheet1.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet2.xml",
        "xl/charts/chart1.xml",
    }
    with zipfile.ZipFile(out) as archive:
        other = archive.read("xl/worksheets/sheet2.xml")
        assert b"sparkline" in other
        assert b'<row r="1"' in other
        assert archive.read("xl/media/image1.png") == PNG


def test_wild_texts_stay_texts(tmp_path: Path) -> None:
    path = make(tmp_path / "t.xlsx", lambda book, sheet: sheet.write("A1", "{{availability.mpn}}"))
    inputs = program(nasty=True, lines=len(NASTY))
    out = fill(path, inputs)
    cells = [row[0] for row in load(out)["Cover"].iter_rows(max_col=1)]
    assert {cell.data_type for cell in cells} == {"s"}
    # openpyxl leaves the escape of "_x0041_" in inline strings as it is
    assert [cell.value.replace("_x005F_", "_") for cell in cells] == [
        texts.clean(part.mpn or "") for part in inputs.availabilities.parts
    ]
    with zipfile.ZipFile(out) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_an_empty_list_leaves_its_row_blank(tmp_path: Path) -> None:
    path = make(tmp_path / "t.xlsx", lambda book, sheet: sheet.write_row("A3", ["{{problems.what}}", "x"]))
    sheet = load(fill(path, program(lines=0, broken=False)))["Cover"]
    assert [cell.value for cell in sheet[3]][1] == "x"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"A1": "{{totl}}"}, r"Cover!A1.*totl"),
        ({"A1": "{{nothing.mpn}}"}, r"Cover!A1.*nothing"),
        ({"A1": "{{pricing.colour}}"}, r"Cover!A1.*colour"),
        ({"A1": "{{pricing.mpn}}", "B1": "{{offers.sku}}"}, "two lists"),
        ({"A1": "{{pricing.mpn}}", "C3": "Sum"}, r"C3 stands in its way"),
        ({"A1": "{{pricing.mpn}}", "A2": "{{offers.sku}}"}, r"A2 stands in its way"),
        ({"A1": "nothing marked"}, "no marked cells"),
    ],
)
def test_what_cannot_be_filled_is_refused_and_nothing_is_written(
    tmp_path: Path, cells: dict[str, str], said: str
) -> None:
    def build(book: Any, sheet: Any) -> None:
        for address, text in cells.items():
            sheet.write(address, text)

    path = make(tmp_path / "t.xlsx", build)
    with pytest.raises(UsageError, match=said) as caught:
        fill(path, program())
    assert caught.value.hint
    assert [file.name for file in tmp_path.iterdir()] == ["t.xlsx"]


def test_sample_data_needs_a_place_for_its_notice(tmp_path: Path) -> None:
    path = make(tmp_path / "t.xlsx", lambda book, sheet: sheet.write("A1", "{{known_total}}"))
    with pytest.raises(UsageError, match="SAMPLE"):
        fill(path, program(sample=True))
    fill(path, program(sample=False))


def test_another_kind_of_name_or_file_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "t.xlsx", lambda book, sheet: sheet.write("A1", "{{program}}"))
    with pytest.raises(UsageError, match=r"\.xlsx"):
        filling.write(tmp_path / "out.csv", program(), template.read(path))
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(path.read_bytes()[:900])
    text = tmp_path / "text.xlsx"
    text.write_text("no zip")
    other = tmp_path / "template.docx"
    other.write_bytes(path.read_bytes())
    for wrong in (broken, text, other, tmp_path / "missing.xlsx"):
        with pytest.raises(BomtoolError):
            template.read(wrong)


def test_cut_and_changed_templates_never_crash(tmp_path: Path) -> None:
    """Any template gives a workbook or a sentence."""
    import random

    rng = random.Random(5)
    whole = data.template("report.xlsx").read_bytes()
    with zipfile.ZipFile(data.template("report.xlsx")) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    inputs = program(sample=False)
    outcomes = set()
    for number in range(60):
        path = tmp_path / f"{number}.xlsx"
        if number % 6 == 0:
            path.write_bytes(whole[: rng.randrange(len(whole))])
        else:
            name = rng.choice([n for n in parts if n.endswith((".xml", ".rels"))])
            body = bytearray(parts[name])
            at = rng.randrange(len(body))
            body[at : at + rng.choice([1, 5, 200])] = rng.choice([b"", b"<", b'"', b"&#0;", b"</c>", b"\xff"])
            with zipfile.ZipFile(path, "w") as archive:
                for other, content in parts.items():
                    archive.writestr(other, bytes(body) if other == name else content)
        try:
            filling.write(tmp_path / "out.xlsx", inputs, template.read(path))
            outcomes.add("written")
        except (UsageError, ReadError):
            outcomes.add("refused")
    assert outcomes == {"written", "refused"}


def test_what_will_not_hold_is_said_before(tmp_path: Path) -> None:
    path = make(tmp_path / "t.xlsx", lambda book, sheet: sheet.write("A1", "{{program}}"))
    assert template.read(path).notes == []
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<x/>")
        archive.writestr("xl/pivotTables/pivotTable1.xml", "<x/>")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<x/>")
    notes = " ".join(template.read(path).notes)
    assert "signature" in notes
    assert "Pivot" in notes
    assert "other workbooks" in notes


def test_every_name_has_a_value_and_every_list_a_table() -> None:
    from bomtool.reports.plain import program_tables

    made = program_tables(program())
    assert set(scalars.values(made.prepared.facts)) == set(scalars.NAMES)
    assert set(made.tables) == set(SECTIONS)
    assert isinstance(scalars.values(made.prepared.facts)["production_date"], date)
