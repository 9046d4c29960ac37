"""What bomtool writes it reads back: a report and every export give the BOM they came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bomtool import data

SAMPLES = [
    "motor_driver.xlsx", "sensor_node_kicad.csv", "netzteil_stueckliste.csv", "badge_easyeda.tsv", "needs_a_person.xlsx",
]  # fmt: skip
FIELDS = (
    "line_number", "reference_designators", "quant", "mpn", "manufacturer_name", "alternative_mpns", "description", "value",
    "package", "mount_type", "custom_id", "link", "comments", "do_not_place", "is_custom_part", "status",
)  # fmt: skip


def design(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a BOM is, without where it was read from."""
    return [{name: line[name] for name in FIELDS} for line in lines]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_export_reads_back_as_the_same_bom(bomtool: Any, tmp_path: Path, name: str) -> None:
    first = bomtool("import", data.sample_file(name), "--json").json
    for kind in ("xlsx", "csv", "json"):
        out = tmp_path / f"{data.sample_file(name).stem}.{kind}"
        assert bomtool("boms", "export", first["bom"]["id"], out, "--json").code == 0
        again = bomtool("import", out, "--new", "--json").json
        assert design(again["lines"]) == design(first["lines"]), kind
        if kind != "csv":
            assert [again["bom"][key] for key in ("name", "version", "part_number")] == [
                first["bom"][key] for key in ("name", "version", "part_number")
            ]


@pytest.mark.parametrize("name", ["motor_driver.xlsx", "needs_a_person.xlsx"])
def test_a_report_reads_back_as_the_bom_it_was_made_from(bomtool: Any, tmp_path: Path, name: str) -> None:
    report = tmp_path / "report.xlsx"
    first = bomtool("import", data.sample_file(name), "--approve", "--build", 10, "--report", report, "--json").json
    again = bomtool("import", report, "--new", "--json").json
    assert design(again["lines"]) == design(first["lines"])
    assert again["bom"]["name"] == first["bom"]["name"]
