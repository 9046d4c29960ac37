"""`bomtool programs`: what people see of availability and pricing, and overrides made, seen and taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bomtool import data

SAMPLE = data.sample_file("motor_driver.xlsx")
MCU = "ATMEGA328P-AU"


@pytest.fixture
def program(bomtool: Any) -> str:
    bom = bomtool("import", SAMPLE, "--approve", "--json").json["bom"]
    return bomtool("programs", "create", "--bom", f"{bom['id']}=100", "--json").json["id"]


def priced(bomtool: Any, program: str, mpn: str = MCU) -> dict[str, Any]:
    answer = bomtool("programs", "pricing", program, "--json").json
    return next(part for part in answer["parts"] if part["mpn"] == mpn)


def test_people_see_quantities_costs_and_how_they_came_about(bomtool: Any, program: str) -> None:
    shown = bomtool("programs", "availability", program, "--explain")
    assert shown.code == 0
    assert f"{MCU}: need 100, +2 % at least 2 (IC, surface mount), so 102" in shown.out
    assert "18 of 18 lines matched; buildable from stock 0, now " in shown.out
    costs = bomtool("programs", "pricing", program, "--explain", "--quantities", "5")
    assert costs.code == 0
    assert "Cost of 18 of 18 lines for 100 builds: " in costs.out
    assert "more pieces save" in costs.out
    assert "not bought" in costs.out  # the line that is not placed
    assert costs.out.count("18 of 18") >= 6  # the total and every number of builds


def test_overrides_by_mpn_are_made_seen_and_taken_back(bomtool: Any, program: str) -> None:
    before = priced(bomtool, program)
    made = bomtool(
        "programs", "override", program, "--part", MCU.lower(), "--overage", "0", "--note", "tested", "--json"
    )
    assert made.code == 0, made
    assert made.json["note"] == "tested"
    assert priced(bomtool, program)["quantity_required"] == 100
    again = bomtool("programs", "override", program, "--part", f"{MCU}@Microchip", "--unit-price", "1.5", "--json")
    assert again.json["part"] == before["part"]
    after = priced(bomtool, program)
    assert after["quantity_required"] == 102
    assert Decimal(after["extended_price"]) == 153
    listed = bomtool("programs", "override", program, "--json").json
    assert [entry["note"] for entry in listed["results"]] == ["tested", None]
    shown = bomtool("programs", "override", program)
    assert MCU in shown.out
    assert bomtool("programs", "override", program, "--part", MCU, "--remove", "--json").json == {"removed": 2}
    assert priced(bomtool, program) == before


def test_a_substitute_is_bought_and_said(bomtool: Any, program: str) -> None:
    done = bomtool(
        "programs", "override", program, "--part", MCU, "--substitute", "NE555DR@Texas Instruments", "--json"
    )
    assert done.code == 0, done
    found = priced(bomtool, program)
    assert found["purchases"][0]["mpn"] == "NE555DR"
    assert "stands in for ATMEGA328P-AU, set by an override" in " ".join(found["arithmetic"])
    assert "NE555DR stands in" in bomtool("programs", "pricing", program).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--overage", "1"), "--part"),
        (("--part", MCU), "--remove"),
        (("--part", MCU, "--remove", "--note", "x"), "--remove"),
        (("--part", "NOSUCH-9", "--exclude"), "NOSUCH-9"),
        (("--part", MCU, "--unit-price", "1,5"), "1,5"),
        (("--part", MCU, "--quantity", "-1"), "-1"),
        (("--part", MCU, "--substitute", "NOSUCH-9@Nobody"), "substitute_part"),
    ],
)
def test_overrides_that_cannot_be_are_refused(
    bomtool: Any, program: str, arguments: tuple[str, ...], said: str
) -> None:
    refused = bomtool("programs", "override", program, *arguments)
    assert refused.code == 2
    assert said in refused.err
