"""Tables of one, two and four rows: every column name that the platform's own importer maps is read, whatever its case."""

from __future__ import annotations

from pathlib import Path

import pytest

import bomtool

NAMES = {
    "line_number": "line number, line, number, num, item",
    "reference_designators": "reference designator, refdes, designator, references, reference",
    "quantity": "quantity, quant, qty",
    "manufacturer_name": "manufacturer, mfg, manufacturer 1",
    "mpn": "manufacturer part number, mpn, part number, part, pn, device, p/n, manufacturer part no, part number 1, "
    "manufacturer part",
    "custom_id": "custom part number, ipn, internal",
    "is_custom_part": "custom, manufactured, custom part",
    "alternative_mpns": "alternatives, alts, alt mpns",
    "do_not_place": "place, dnp, populate, fitted",
}
ROWS = [
    ("1", "R1,R2", "2", "Yageo", "RC0603FR-0710KL", "INT-001", "no", "ERJ-3EKF1002V", True),
    ("2", "C1", "1", "Murata", "GRM188R71H104KA93D", "INT-002", "no", "CL10B104KB8NNNC", True),
    ("3", "U1", "1", "Texas Instruments", "LM358DR", "INT-003", "yes", "", False),
    ("4", "U2", "1", "Microchip", "ATMEGA328P-AU", "INT-004", "no", "", True),
]
FIRST = {field: names.split(", ")[0] for field, names in NAMES.items()} | {"do_not_place": "dnp"}
CASES = [
    (field, spelling)
    for field, names in NAMES.items()
    for name in names.split(", ")
    for spelling in (name, name.title(), name.upper())
]


@pytest.mark.parametrize("size", [1, 2, 4])
def test_every_name_of_the_platform_s_importer_is_understood(tmp_path: Path, size: int) -> None:
    wrong = []
    for field, spelling in CASES:
        head = [spelling if name == field else FIRST[name] for name in NAMES]
        marks = (
            {True: "yes", False: "no"}
            if spelling.casefold() in ("place", "populate", "fitted")
            else {True: "", False: "DNP"}
        )
        rows = [[*row[:-1], marks[row[-1]]] for row in ROWS[:size]]
        path = tmp_path / "bom.csv"
        path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in [head, *rows]) + "\n")
        bom = bomtool.read_bom(path)
        columns = bom.layout.columns.get(field)
        if not columns or columns[0].index != list(NAMES).index(field) + 1:
            wrong.append((field, spelling))
        assert [line.do_not_place for line in bom.lines] == [not row[-1] for row in ROWS[:size]], spelling
    assert wrong == []


@pytest.mark.parametrize("size", [1, 2, 3, 6])
@pytest.mark.parametrize("name", NAMES["mpn"].split(", "))
def test_part_numbers_are_found_in_the_smallest_tables(tmp_path: Path, name: str, size: int) -> None:
    for head, places in (
        ([name, "designator", "qty"], (4, 1, 2)),
        (["qty", name, "manufacturer"], (2, 4, 3)),
        (["designator", name], (1, 4)),
    ):
        rows = [[row[place] for place in places] for row in (ROWS + ROWS)[:size]]
        path = tmp_path / "bom.csv"
        path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in [head, *rows]) + "\n")
        assert [line.mpn for line in bomtool.read_bom(path).lines] == [row[4] for row in (ROWS + ROWS)[:size]], head


def test_a_second_column_of_quantities_is_told_unless_it_only_multiplies(tmp_path: Path) -> None:
    path = tmp_path / "bom.csv"
    path.write_text('Designator,MPN,Qty Basic,Qty Plus\n"R1,R2",RC0603FR-0710KL,2,0\nC1,GRM188R71H104KA93D,1,1\n')
    told = [f for f in bomtool.read_bom(path).findings if f.code == "quantity-elsewhere"]
    assert [(f.severity, f.row, f.column) for f in told] == [("warning", 1, 4)]
    path.write_text('Designator,MPN,Qty,Qty all\n"R1,R2",RC0603FR-0710KL,2,20\nC1,GRM188R71H104KA93D,1,10\n')
    assert [f.code for f in bomtool.read_bom(path).findings] == []
