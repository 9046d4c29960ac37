"""The commands around reports: every form, templates listed, copied and used, several programs, refusals before any work."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bomtool import data
from tests.reports.recompute import load

SAMPLE = data.sample_file("motor_driver.xlsx")


@pytest.fixture
def programs(bomtool: Any) -> list[str]:
    """Two programs of the sample, by id."""
    bom = bomtool("import", SAMPLE, "--approve", "--json").json["bom"]["id"]
    return [bomtool("programs", "create", "--bom", f"{bom}={n}", "--json").json["id"] for n in (10, 500)]


def test_every_form_and_several_programs(bomtool: Any, programs: list[str], tmp_path: Path) -> None:
    for kind in ("xlsx", "html", "json", "zip"):
        out = tmp_path / f"report.{kind}"
        done = bomtool("report", *programs, "-o", out, "--json")
        assert done.code == 0, done
        assert done.json["complete"] is True
        assert out.stat().st_size > 5_000
    assert openpyxl.load_workbook(tmp_path / "report.xlsx", read_only=True).sheetnames[:2] == [
        "Overview",
        "Purchase list",
    ]
    found = json.loads((tmp_path / "report.json").read_text())
    assert [one["pricing"]["builds"] for one in found["programs"]] == [10, 500]
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        assert "2/summary.csv" in archive.namelist()


def test_the_report_of_an_import_may_be_a_page(bomtool: Any, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    assert bomtool("import", SAMPLE, "--approve", "--build", 5, "--report", out, "--json").code == 0
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    refused = bomtool("import", SAMPLE, "--approve", "--build", 5, "--report", tmp_path / "report.pdf", "--json")
    assert refused.code == 2
    assert refused.json["error"]["code"] == "unknown-kind"


def test_a_template_is_listed_copied_changed_and_used(bomtool: Any, programs: list[str], tmp_path: Path) -> None:
    listed = {item["name"]: item for item in bomtool("templates", "list", "--json").json["results"]}
    assert listed["report.xlsx"]["own"] is False
    assert "report.toml" in bomtool("templates", "list").out
    copied = Path(bomtool("templates", "copy", "report.xlsx", "--json").json["path"])
    assert copied.parent.parent == Path(os.environ["BOMTOOL_CONFIG_DIR"])
    assert bomtool("templates", "copy", "report.xlsx", "--json").code == 2
    assert bomtool("templates", "copy", "report.xlsx", "--force", "--json").code == 0
    assert bomtool("templates", "copy", "nothing.xlsx", "--json").code == 2
    book = openpyxl.load_workbook(copied)
    book["Report"]["B2"].value = "Offer for {{program}}"
    book.save(copied)
    out = tmp_path / "offer.xlsx"
    done = bomtool("report", programs[0], "-o", out, "--template", "report.xlsx", "--json")
    assert done.code == 0, done
    assert [note for note in done.json["notes"] if "Formulas" in note]
    assert str(openpyxl.load_workbook(out)["Report"]["B2"].value).startswith("Offer for ")
    mine = {item["name"] for item in bomtool("templates", "list", "--json").json["results"] if item["own"]}
    assert mine == {"report.xlsx"}
    several = bomtool("report", *programs, "-o", out, "--template", "report.xlsx", "--json")
    assert several.code == 2


def test_columns_are_chosen_in_a_copy_of_report_toml(bomtool: Any, programs: list[str], tmp_path: Path) -> None:
    copied = Path(bomtool("templates", "copy", "report.toml", "--json").json["path"])
    copied.write_text(
        '[availability]\ncolumns = ["mpn", "to_buy"]\n[availability.titles]\nmpn = "Type"\n', encoding="utf-8"
    )
    out = tmp_path / "report.xlsx"
    assert bomtool("report", programs[0], "-o", out, "--json").code == 0
    sheet = load(out)["Availability"]
    shown = [cell.value for cell in sheet[5] if not sheet.column_dimensions[cell.column_letter].hidden]
    assert shown[:2] == ["Type", "To buy"]
    copied.write_text('[availability]\ncolumns = ["colour"]\n', encoding="utf-8")
    refused = bomtool("report", programs[0], "-o", out, "--json")
    assert (refused.code, refused.json["error"]["code"]) == (2, "bad-template")


def test_what_cannot_be_written_is_refused_before_the_platform_is_asked(
    bomtool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOMTOOL_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("BOMTOOL_API_KEY", "none")
    (tmp_path / "open.xlsx").write_bytes(b"old")
    (tmp_path / "~$open.xlsx").write_bytes(b"lock")
    (tmp_path / "folder.xlsx").mkdir()
    for name, code, exit_code in (
        ("open.xlsx", "file-open", 4), ("folder.xlsx", "usage", 2), ("none/x.xlsx", "no-such-folder", 4),
        ("x.doc", "unknown-kind", 2),
    ):  # fmt: skip
        refused = bomtool("report", "any", "-o", tmp_path / name, "--json")
        assert refused.code == exit_code, refused
        assert refused.json["error"]["code"] == code
        assert refused.json["error"]["hint"]
    assert (tmp_path / "open.xlsx").read_bytes() == b"old"
