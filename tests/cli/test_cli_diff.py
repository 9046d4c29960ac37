"""`bomtool diff`: the comparison people see, the JSON, and the workbook."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from bomtool.cli import run

OLD = "Designator,Qty,MPN,Manufacturer,Value\nR1 R2,2,RC0603FR-0710KL,YAGEO,10k\nU1,1,LM358DR,Texas Instruments,\n"
NEW = "Designator,Qty,MPN,Manufacturer,Value\nR1,1,RC0603FR-0710KL,YAGEO,10k\nU1,1,=HYPERLINK-1,Texas Instruments,\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text(OLD)
    new.write_text(NEW)
    return old, new


def test_json_holds_the_whole_comparison(files, capsys):
    assert run(["diff", *map(str, files), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["counts"]["parts_quantity"] == 1
    assert [(p["change"], p["part"]) for p in answer["parts"]][0] == ("quantity", "RC0603FR-0710KL (YAGEO)")
    assert answer["parts"][0]["designators_removed"] == ["R2"]
    assert {d["designator"]: d["fate"] for d in answer["designators"]} == {"U1": "replaced", "R2": "removed"}
    assert set(answer["findings"]) == {"old", "new"}


def test_people_see_what_changed(files, capsys):
    assert run(["diff", *map(str, files)]) == 0
    shown = capsys.readouterr().out
    assert "LM358DR" in shown
    assert "Quantity" in shown
    assert run(["diff", str(files[0]), str(files[0])]) == 0
    assert "No difference in 2 parts." in capsys.readouterr().out


def test_the_workbook_holds_text_only(files, tmp_path, capsys):
    out = tmp_path / "changes.xlsx"
    assert run(["diff", *map(str, files), "--out", str(out)]) == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Parts", "Designators"]
    cells = {str(cell.value): cell.data_type for row in book["Parts"].iter_rows() for cell in row if cell.value}
    assert cells["=HYPERLINK-1 (Texas Instruments)"] == "s"
    assert "≠ Quantity" in cells


def test_a_file_that_cannot_be_read_is_refused(files, tmp_path, capsys):
    assert run(["diff", str(files[0]), str(tmp_path / "none.csv"), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "file-missing"
