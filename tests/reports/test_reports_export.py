"""The export of a BOM: text stays text, nothing is a formula, and the file reads back cell for cell."""

from __future__ import annotations

import csv
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bomtool import sheets
from bomtool.api.boms import Bom, BomLine
from bomtool.errors import UsageError, WriteError
from bomtool.reports import text as texts
from bomtool.reports.exchange import table
from bomtool.reports.export import export_bom
from tests.reports.making import NASTY, Maker
from tests.reports.recompute import SOFFICE, convert, load

ID = "00000000-0000-4000-8000-000000000001"


def line(position: int = 1, **members: Any) -> BomLine:
    base = {
        "id": f"00000000-0000-4000-8000-{position:012d}",
        "bom": ID,
        "position": position,
        "status": "matched",
        "quant": 1,
    }
    return BomLine.model_validate({**base, **members})


def bom(**members: Any) -> Bom:
    return Bom.model_validate({"id": ID, "name": "motor: driver", "approved": "false", "org_id": "org", **members})


def cells(path: Path) -> list[list[str]]:
    """The filled rows of the first sheet as the reader sees them, from the header on."""
    sheet = sheets.open(path).sheets[0]
    width = max(map(len, sheet.rows))
    rows = [[sheet.text(row, column) for column in range(1, width + 1)] for row in range(1, len(sheet.rows) + 1)]
    header = next(index for index, row in enumerate(rows) if "MPN" in row)
    return [row for row in rows[header:] if any(row)]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_every_text_comes_back_as_it_was(tmp_path: Path, kind: str) -> None:
    lines = [line(n, mpn=text, description=text, reference_designators=[f"R{n}"]) for n, text in enumerate(NASTY, 1)]
    path = tmp_path / f"out.{kind}"
    export_bom(path, bom(), lines)
    header, *rows = cells(path)
    at = header.index("MPN")
    expected = NASTY if kind == "json" else [texts.clean(text) for text in NASTY]
    assert [row[at] for row in rows] == expected
    assert [row[header.index("Description")] for row in rows] == expected


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    lines = [line(n, mpn=text, description=text, link=text, comments=text) for n, text in enumerate(NASTY, 1)]
    export_bom(path, bom(name="=1+1", version="+1", part_number="@x"), lines)
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet
        assert not [name for name in archive.namelist() if "external" in name.lower() or "_rels/sheet" in name]
    kinds = {cell.data_type for row in load(path)["BOM"].iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n"}


def test_csv_fields_are_guarded_and_the_guard_is_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    wild = ["=1", "+5V", "-12V", "@x", "\t=1", "'=1", "''=1", "'quoted'", "it's", "", "'"]
    export_bom(path, bom(), [line(n, mpn="X", description=text or None) for n, text in enumerate(wild, 1)])
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    raw = [row[header.index("Description")] for row in rows]
    assert not [field for field in raw if field.startswith(("=", "+", "-", "@", "\t", "\r"))]
    read, *back = cells(path)
    assert [row[read.index("Description")] for row in back] == wild


def test_a_line_carries_all_its_fields(tmp_path: Path) -> None:
    own = {
        "row": 7, "quantity": "0.350", "unit": "m", "section": "Cables",
        "alternates": [{"mpn": "ALT-1", "manufacturer_name": "国巨", "row": 8}, {"mpn": "ALT-2", "manufacturer_name": None}],
        "full": {"description": "long " * 80}, "supplier_part_numbers": {"DigiKey": "311-10.0KHRCT-ND"},
    }  # fmt: skip
    full = line(
        line_number="12", reference_designators=["W1", "W2"], mpn="0022232021", manufacturer_name="Molex", quant=1,
        alternative_mpns=["ALT-1", "ALT-2"], description=("long " * 80)[:255], value="10k", package="0402",
        mount_type="SMD", do_not_place=True, custom_id="00123", is_custom_part=True, link="https://example.org/a",
        comments="=check", metadata={"bomtool": own, "columns": {"Tolerance": "1 %"}},
    )  # fmt: skip
    made = table([full])
    row = {column.title: value for column, value in zip(made.columns, made.rows[0], strict=True)}
    assert row == {
        "Line number": "12", "Reference designators": "W1, W2", "Quantity": "0.350 m", "MPN": "0022232021",
        "Manufacturer": "Molex", "MPN 2": "ALT-1", "Manufacturer 2": "国巨", "MPN 3": "ALT-2", "Description": "long " * 80,
        "Value": "10k", "Package": "0402", "Mount type": "SMD", "DNP": "DNP", "Custom ID": "00123", "Custom part": "yes",
        "Section": "Cables", "Comments": "=check", "Link": "https://example.org/a", "DigiKey": "311-10.0KHRCT-ND",
        "Tolerance": "1 %",
    }  # fmt: skip


def test_what_was_changed_on_the_platform_wins_over_what_the_file_said() -> None:
    own = {"quantity": "0.35", "unit": "m", "full": {"description": "x" * 300}, "alternates": [{"mpn": "OLD"}]}
    changed = line(quant=7, description="new", alternative_mpns=["NEW"], metadata={"bomtool": own})
    row = dict(zip([c.title for c in table([changed]).columns], table([changed]).rows[0], strict=True))
    assert (row["Quantity"], row["Description"], row["MPN 2"]) == (7, "new", "NEW")


def test_quantities_are_numbers_and_exact(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    own = {"bomtool": {"quantity": "2.5", "unit": None}}
    export_bom(path, bom(), [line(1, quant=3, mpn="A"), line(2, quant=3, mpn="B", metadata=own)])
    header, *rows = cells(path)
    assert [row[header.index("Quantity")] for row in rows] == ["3", "2.5"]
    values = [row[header.index("Quantity")].value for row in load(path)["BOM"].iter_rows(min_row=6)]
    assert [type(value) for value in values] == [int, float]


def test_name_and_version_stand_beside_their_labels(tmp_path: Path) -> None:
    for kind in ("xlsx", "json"):
        path = tmp_path / f"out.{kind}"
        export_bom(path, bom(version="2.1", part_number="007"), [line(mpn="A")])
        sheet = sheets.open(path).sheets[0]
        assert [(sheet.text(row, 1), sheet.text(row, 2)) for row in (1, 2, 3)] == [
            ("BOM name:", "motor: driver"), ("Version:", "2.1"), ("Part number:", "007"),
        ]  # fmt: skip


def test_json_has_the_table_and_the_platform_s_answers(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    lines = Maker(3).make().boms[0].lines
    export_bom(path, bom(), lines)
    document = json.loads(path.read_text(encoding="ascii"))
    assert (document["format"], document["format_version"]) == ("bomtool-bom", 1)
    assert len(document["rows"]) == len(document["lines"]) == len(lines)
    assert BomLine.model_validate(document["lines"][0]) == lines[0]


def test_a_large_bom_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    many = [line(n, mpn=f"PART-{n}", reference_designators=[f"R{n}"]) for n in range(1, 6_002)]
    export_bom(path, bom(), many)
    header, *rows = cells(path)
    assert [row[header.index("MPN")] for row in rows] == [item.mpn for item in many]


def test_thousands_of_designators_fit_as_ranges_and_longer_texts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    export_bom(path, bom(), [line(quant=9000, mpn="A", reference_designators=[f"R{n}" for n in range(1, 9001)])])
    header, row = cells(path)
    assert row[header.index("Reference designators")].startswith("R1-R1000,R1001-")
    assert row[header.index("Reference designators")].endswith("-R9000")
    before = path.read_bytes()
    long = line(mpn="A", description="y" * 255, metadata={"bomtool": {"full": {"description": "y" * 40_000}}})
    with pytest.raises(WriteError) as caught:
        export_bom(path, bom(), [long])
    assert caught.value.code == "text-too-long"
    assert path.read_bytes() == before


def test_an_unknown_ending_is_refused_before_writing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"out\.doc"):
        export_bom(tmp_path / "out.doc", bom(), [])
    assert not list(tmp_path.iterdir())


def test_part_numbers_survive_libreoffice(tmp_path: Path, require: Any) -> None:
    require("libreoffice", SOFFICE, "soffice is not installed")
    path = tmp_path / "out.xlsx"
    export_bom(path, bom(), [line(n, mpn=text) for n, text in enumerate(NASTY, 1)])
    saved = convert([path], "xlsx", tmp_path / "saved")[0]
    header, *rows = cells(saved)
    assert [row[header.index("MPN")].strip() for row in rows] == [texts.clean(text).strip() for text in NASTY]


def test_decimals_in_json_are_text(tmp_path: Path) -> None:
    made = table([line(quant=3, metadata={"bomtool": {"quantity": "2.50"}})])
    assert made.rows[0][2] == Decimal("2.50")
    path = tmp_path / "out.json"
    export_bom(path, bom(), [line(quant=3, mpn="A", metadata={"bomtool": {"quantity": "2.50"}})])
    assert json.loads(path.read_text())["rows"][0][2] == "2.50"
