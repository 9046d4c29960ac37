"""Reports laid out with blanks: headers with single blanks, and cells that reach the next column."""

from __future__ import annotations

from bomtool.sheets.fixedwidth import find_columns, split

TIGHT = """\
Ref Qty Value Package
R1    1 10k   R0603
C1    1 100nF C0603
U1    1 LM358 SO08
"""

FULL = """\
Item  Ref   Description              Package   Type
1     IC1   Regulator 3.3V           SOT-223   SMD
2     J1    HEADER 4POS .156 VERTICAL          THT
3     C1    CAP 100NF 16V CER        0603      SMD
4     R1    RES 2.2K 1%              0603      SMD
"""

PROSE = """\
All parts were bought
from a shop in town
and fitted by hand on
one board of the two
"""


def rows(text: str) -> list[list[str]] | None:
    lines = text.splitlines()
    found = find_columns(lines)
    return split(lines, found) if found is not None else None


def test_a_header_with_single_blanks_names_every_column() -> None:
    assert rows(TIGHT) == [
        ["Ref", "Qty", "Value", "Package"],
        ["R1", "1", "10k", "R0603"],
        ["C1", "1", "100nF", "C0603"],
        ["U1", "1", "LM358", "SO08"],
    ]


def test_a_cell_that_reaches_a_blank_one_joins_no_columns() -> None:
    found = rows(FULL)
    assert found is not None
    assert found[1] == ["1", "IC1", "Regulator 3.3V", "SOT-223", "SMD"]
    assert found[2] == ["2", "J1", "HEADER 4POS .156 VERTICAL", "", "THT"]


def test_prose_has_no_columns() -> None:
    assert rows(PROSE) is None
