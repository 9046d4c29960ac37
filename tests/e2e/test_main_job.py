"""The main job: a messy BOM goes in, a priced report comes out; then the same against a served platform."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bomtool import data

SAMPLE = data.sample_file("motor_driver.xlsx")
SHEETS = ["Summary", "Availability", "Pricing", "Purchase list", "Cost curve", "Problems", "Source lines"]


def test_sample_imports_approves_builds_and_reports(bomtool: Any, tmp_path: Path) -> None:
    report = tmp_path / "report.xlsx"
    answer = bomtool("import", SAMPLE, "--approve", "--build", 100, "--report", report, "--json")
    assert answer.code == 0, answer
    result = answer.json
    assert result["created"] is True
    assert result["bom"]["approved"] == "true"
    assert result["bom"]["name"]
    assert result["counts"]["lines"] == 19
    assert result["counts"]["do_not_place"] == 1
    assert result["counts"]["matched"] == 18
    assert result["program"]["lines"][0]["quant"] == 100
    book = openpyxl.load_workbook(report, read_only=True)
    assert [name for name in SHEETS if name not in book.sheetnames] == []
    book.close()
    again = bomtool("import", SAMPLE, "--approve", "--build", 100, "--report", report, "--json").json
    assert (again["created"], again["outcome"]) == (False, "unchanged")
    assert again["bom"]["id"] == result["bom"]["id"]
    assert again["program"]["id"] == result["program"]["id"]
    assert bomtool("boms", "list", "--json").json["count"] == 1
    assert bomtool("programs", "list", "--json").json["count"] == 1


def test_people_see_a_table_and_machines_one_object(bomtool: Any) -> None:
    people = bomtool("import", SAMPLE)
    assert people.code == 0
    assert "ATMEGA328P-AU" in people.out
    assert "matched" in people.out
    listed = bomtool("boms", "list", "--json").json
    assert set(listed) == {"count", "results"}
    bom = listed["results"][0]
    assert bomtool("boms", "show", bom["id"][:8], "--json").json["id"] == bom["id"]
    assert bomtool("boms", "show", bom["name"], "--json").json["id"] == bom["id"]
    lines = bomtool("boms", "lines", bom["id"], "--json").json
    assert lines["count"] == 19
    assert lines["results"][0]["reference_designators"] == ["R1", "R2", "R3", "R4", "R10"]


def test_a_corrected_mapping_gives_the_corrected_bom(bomtool: Any, tmp_path: Path) -> None:
    path = tmp_path / "board.csv"
    path.write_text("Designator,Qty,MPN,Manufacturer,Other number\nR1,1,RC0603FR-0710KL,YAGEO,RC0603FR-07100KL\n")
    first = bomtool("import", path, "--json").json
    second = bomtool("import", path, "--map", "mpn=Other number", "--json").json
    assert second["lines"][0]["mpn"] == "RC0603FR-07100KL"
    assert second["bom"]["name"] == first["bom"]["name"]
    live = bomtool("boms", "list", "--json").json
    assert live["count"] == 1
    assert live["results"][0]["id"] == second["bom"]["id"]


def test_new_makes_a_second_bom_on_request(bomtool: Any) -> None:
    bomtool("import", SAMPLE, "--json")
    assert bomtool("import", SAMPLE, "--new", "--json").json["created"] is True
    assert bomtool("boms", "list", "--json").json["count"] == 2


def test_unmatched_lines_stay_open_until_a_person_decides(bomtool: Any, tmp_path: Path) -> None:
    path = data.sample_file("needs_a_person.xlsx")
    result = bomtool("import", path, "--json").json
    statuses = {line["reference_designators"][0]: line["status"] for line in result["lines"]}
    assert statuses["U2"] == "matched"
    assert statuses["Q1"] == "needs_review"
    assert statuses["R4"] != "matched"
    assert any(finding["code"] == "quantity-mismatch" and finding["cell"] for finding in result["findings"])
    refused = bomtool("boms", "approve", result["bom"]["id"], "--json")
    assert refused.code == 2
    assert "error" in refused.json
    review = tmp_path / "review.xlsx"
    assert bomtool("boms", "export", result["bom"]["id"], review, "--review").code == 0
    book = openpyxl.load_workbook(review)
    sheet = next(
        s for s in book.worksheets if any(c.value == "Decision" for row in s.iter_rows(max_row=12) for c in row)
    )
    head = next(row for row in sheet.iter_rows(max_row=12) if any(c.value == "Decision" for c in row))
    column = next(c.column for c in head if c.value == "Decision")
    for row in range(head[0].row + 1, head[0].row + 1 + len(result["lines"])):
        if not sheet.cell(row, column).value:
            sheet.cell(row, column).value = "ignore"
    book.save(review)
    decided = bomtool("boms", "match", result["bom"]["id"], review, "--json")
    assert decided.code == 0, decided
    assert decided.json["open"] == 0
    assert bomtool("boms", "approve", result["bom"]["id"], "--json").json["approved"] == "true"


def test_one_line_is_decided_by_command(bomtool: Any) -> None:
    result = bomtool("import", data.sample_file("needs_a_person.xlsx"), "--json").json
    line = next(line for line in result["lines"] if line["reference_designators"] == ["Q1"])
    done = bomtool(
        "boms", "match", result["bom"]["id"], "--line", line["position"], "--part", "MMBT3904@onsemi", "--json"
    )
    after = next(item for item in done.json["lines"] if item["id"] == line["id"])
    assert (after["status"], after["part"]["mpn"], after["match"]["level"]) == ("matched", "MMBT3904", "decision")
    unknown = bomtool(
        "boms", "match", result["bom"]["id"], "--line", line["position"], "--part", "NOPE-1@Nobody", "--json"
    )
    assert unknown.code == 2


def test_program_commands(bomtool: Any, tmp_path: Path) -> None:
    bom = bomtool("import", SAMPLE, "--approve", "--json").json["bom"]
    program = bomtool("programs", "create", "--bom", f"{bom['id']}=250", "--json").json
    availability = bomtool("programs", "availability", program["id"], "--json")
    pricing = bomtool("programs", "pricing", program["id"], "--quantities", "1,250", "--json")
    assert availability.code == 0
    assert availability.json["lines_total"] == availability.json["lines_matched"]
    total = pricing.json["total"] or pricing.json["known_total"]
    assert isinstance(total, str)
    assert {q["builds"] for q in pricing.json["quantities"]} >= {1, 250}
    for command in ("availability", "pricing", "show"):
        assert bomtool("programs", command, program["id"]).code in (0, 1)
    out = tmp_path / "again.xlsx"
    assert bomtool("report", program["id"], "-o", out, "--json").code == 0
    assert out.stat().st_size > 5000


def test_archived_and_deleted(bomtool: Any) -> None:
    bom = bomtool("import", SAMPLE, "--json").json["bom"]
    assert bomtool("boms", "delete", bom["id"], "--json").json["outcome"] == "deleted"
    second = bomtool("import", SAMPLE, "--approve", "--json").json
    assert second["created"] is True
    assert second["bom"]["id"] != bom["id"]
    assert bomtool("boms", "delete", second["bom"]["id"], "--json").json["outcome"] == "archived"
    assert bomtool("boms", "list", "--json").json["count"] == 0
    assert bomtool("boms", "list", "--archived", "--json").json["count"] == 1


def test_catalog_commands(bomtool: Any) -> None:
    loaded = bomtool(
        "catalog", "load", data.sample_file("my_catalog.csv"), "--name", "mine", "--as-of", "2026-01-01", "--json"
    )
    assert loaded.code == 0
    assert (loaded.json["parts"], loaded.json["offers"]) == (2, 3)
    names = {item["name"]: item for item in bomtool("catalog", "info", "--json").json["results"]}
    assert names["mine"]["as_of"] == "2026-01-01"
    assert any(item["kind"] == "sample" for item in names.values())
    found = bomtool("catalog", "search", "RC0603FR-074K7L", "--json").json
    assert found["results"][0]["part"]["mpn"] == "RC0603FR-074K7L"
    assert bomtool("catalog", "search", "LM358").code == 0


@pytest.mark.parametrize(
    "name", ["motor_driver.xlsx", "sensor_node_kicad.csv", "netzteil_stueckliste.csv", "badge_easyeda.tsv"]
)
def test_clean_samples_have_no_errors(bomtool: Any, name: str) -> None:
    checked = bomtool("check", data.sample_file(name), "--json").json
    assert checked["error"] is None
    assert not [finding for finding in checked["findings"] if finding["severity"] == "error"]
    result = bomtool("import", data.sample_file(name), "--json").json
    open_lines = [line["mpn"] for line in result["lines"] if line["status"] in ("no_match", "needs_review")]
    assert open_lines == []


def test_the_same_against_a_served_platform(served: dict[str, str], tmp_path: Path) -> None:
    from tests.e2e.conftest import process

    report = tmp_path / "served.xlsx"
    answer = process("import", SAMPLE, "--approve", "--build", 100, "--report", report, "--json", **served)
    assert answer.code == 0, answer
    assert answer.json["created"] is True
    again = process("import", SAMPLE, "--approve", "--build", 100, "--json", **served)
    assert again.json["bom"]["id"] == answer.json["bom"]["id"]
    assert report.stat().st_size > 5000
    refused = process("catalog", "info", "--json", **served)
    assert refused.code == 2
    key = served["BOMTOOL_API_KEY"]
    shown = process("config", "show", "--json", **served)
    assert key not in shown.out + shown.err + answer.out + answer.err


def test_an_earlier_reading_that_somebody_worked_on_is_kept_and_named(bomtool: Any, tmp_path: Path) -> None:
    path = tmp_path / "board.csv"
    path.write_text("Designator,Qty,MPN,Manufacturer,Other number\nR1,1,NO-SUCH-1,YAGEO,RC0603FR-07100KL\n")
    first = bomtool("import", path, "--json").json["bom"]["id"]
    assert bomtool("boms", "match", first, "--line", 1, "--ignore").code == 0
    second = bomtool("import", path, "--map", "mpn=Other number", "--json").json
    assert [f["code"] for f in second["findings"] if "earlier" in f["code"]] == ["earlier-reading-kept"]
    assert bomtool("boms", "list", "--json").json["count"] == 2


def test_an_earlier_reading_is_looked_for_among_the_newest_only(bomtool: Any, tmp_path: Path, monkeypatch: Any) -> None:
    from bomtool.journey import earlier

    monkeypatch.setattr(earlier, "_MOST", 2)
    head = "Designator,Qty,MPN,Manufacturer,Other number\n"
    path = tmp_path / "board.csv"
    path.write_text(head + "R1,1,NO-SUCH-1,YAGEO,RC0603FR-07100KL\n")
    bomtool("import", path, "--json")
    for number in range(2):
        other = tmp_path / f"{number}" / "board.csv"
        other.parent.mkdir()
        other.write_text(head + f"R1,1,NO-SUCH-{number + 2},YAGEO,\n")
        bomtool("import", other, "--json")
    corrected = bomtool("import", other, "--map", "mpn=Other number", "--json").json
    assert "earlier-reading-replaced" in [finding["code"] for finding in corrected["findings"]]
    late = bomtool("import", path, "--map", "mpn=Other number", "--json").json
    assert not [finding for finding in late["findings"] if "earlier" in finding["code"]]
