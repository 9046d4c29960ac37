"""Columns are assigned to fields as a whole: the greatest sum of evidence, whatever their order."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bomtool import bom as room
from bomtool.bom import evidence, headers, layout, solve
from bomtool.bom.grid import Grid
from bomtool.sheets.model import Sheet, Workbook

TABLE = {
    "Item": ["1", "2", "3", "4", "5", "6"],
    "Designator": ["R1, R2", "C1", "U1", "Q1, Q2, Q3", "J1", "D1"],
    "Qty": ["2", "1", "1", "3", "1", "1"],
    "Manufacturer": ["Yageo", "Murata", "Texas Instruments", "onsemi", "Molex", "Vishay"],
    "Part Number": ["RC0402FR-0710KL", "GRM155R71C104KA88D", "LM358DR", "MMBT3904LT1G", "53261-0471", "BAT54S-E3-08"],
    "IPN": ["10-0001", "10-0002", "20-0001", "30-0001", "40-0007", "30-0002"],
    "Description": ["Resistor 10k 1%", "Capacitor 100 nF X7R", "Dual op amp", "NPN transistor 40 V", "Header 4 pins", "Schottky"],
    "Package": ["0402", "0402", "SOIC-8", "SOT-23", "SMD", "SOT-23"],
    "Digi-Key": ["311-10.0KLRCT-ND", "490-3261-1-ND", "296-1395-1-ND", "MMBT3904LT1GOSCT-ND", "WM7622CT-ND",
                 "BAT54S-E3-08GICT-ND"],
    "Price": ["0.01", "0.02", "0.35", "0.04", "1.20", "0.08"],
}  # fmt: skip
WANTED = {
    "line_number": "Item", "reference_designators": "Designator", "quantity": "Qty", "manufacturer_name": "Manufacturer",
    "mpn": "Part Number", "custom_id": "IPN", "description": "Description", "package": "Package",
    "supplier_part_numbers": "Digi-Key", "price": "Price",
}  # fmt: skip


def read(table: dict[str, list[str]]) -> dict[str, str]:
    rows: list[list[object]] = [list(table), *map(list, zip(*table.values(), strict=True))]
    book = Workbook(Path("x.csv"), "csv", [Sheet(None, rows)], "0" * 64, 1)  # type: ignore[arg-type]
    return {name: found[0].header for name, found in room.read(book).layout.columns.items()}


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([0.0, 0.0, 0.5, 1.0, 1.5, 2.25, 3.0]), min_size=4, max_size=4), min_size=1, max_size=4
    )
)
def test_assignment_has_the_greatest_sum(gains: list[list[float]]) -> None:
    chosen = solve._assign(gains)
    assert len(set(chosen.values())) == len(chosen)
    best = max(
        sum(gains[row][column] for row, column in enumerate(columns) if column is not None)
        for columns in itertools.product([None, 0, 1, 2, 3], repeat=len(gains))
        if len({c for c in columns if c is not None}) == sum(c is not None for c in columns)
    )
    assert sum(gains[row][column] for row, column in chosen.items()) == pytest.approx(best)


@settings(max_examples=40, deadline=None)
@given(st.permutations(list(TABLE)))
def test_order_of_columns_does_not_matter(order: list[str]) -> None:
    assert read({name: TABLE[name] for name in order}) == WANTED


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(6)))
def test_order_of_rows_does_not_matter(order: list[int]) -> None:
    found = read({name: [cells[i] for i in order] for name, cells in TABLE.items()})
    assert {name: found.get(name) for name in WANTED if name != "line_number"} == {
        name: header for name, header in WANTED.items() if name != "line_number"
    }


@pytest.mark.parametrize("missing", list(TABLE))
def test_a_missing_column_leaves_the_others_where_they_are(missing: str) -> None:
    found = read({name: cells for name, cells in TABLE.items() if name != missing})
    assert found == {name: header for name, header in WANTED.items() if header != missing}


def test_evidence_of_cells() -> None:
    assert evidence.measure(TABLE["Designator"]).refs == 1.0
    assert evidence.measure(TABLE["Part Number"]).part > 0.8
    assert evidence.measure(TABLE["Manufacturer"]).maker == 1.0
    assert evidence.measure(TABLE["Item"]).running == 1.0
    assert evidence.measure(TABLE["Digi-Key"]).sku == 1.0
    assert evidence.measure(TABLE["IPN"]).uniform == 1.0
    assert evidence.measure(TABLE["Package"]).package > 0.8
    assert evidence.measure(["C-EUC0402", "R-EU_R0603", "LED-SMD", "CAP_0805"]).symbol == 1.0
    assert evidence.measure(["RC0603FR-0710KL", "CC0402KRX7R9BB104", "ERJ-3EKF1002V"]).symbol == 0.0
    assert evidence.measure(["", "-", "TBD", "RC0402FR-0710KL"]).useful == 0.25
    assert evidence.measure(["", ""]).empty
    assert evidence.agreement(evidence.measure(TABLE["Designator"]), evidence.measure(TABLE["Qty"])) == 1.0


def test_header_readings() -> None:
    assert headers.read("MPN 2").number == 2
    assert headers.read("2nd source").number == 2
    assert headers.read("Qty (per board)").best >= 2.8
    assert (
        headers.read("Quantity for 100 boards").fields["total_quantity"]
        > headers.read("Quantity for 100 boards").fields["quantity"]
    )
    assert headers.read("x" * 200).fields == {}
    assert headers.key("Ref. Des.") == headers.key("refdes")


def test_confidence_falls_with_the_evidence() -> None:
    def sure(rows: list[list[object]]) -> float:
        found = layout.candidates(Grid(Sheet(None, rows)))  # type: ignore[arg-type]
        return layout.confidence(found[0], found[1:])

    whole = [list(TABLE), *map(list, zip(*TABLE.values(), strict=True))]
    vague = [["Index", "Number", "Name"], ["R1", 1, "10k"], ["C1", 2, "100n"], ["U1", 1, "LM358"]]
    assert sure(whole) > 0.95  # type: ignore[arg-type]
    assert sure(vague) < 0.8  # type: ignore[arg-type]
