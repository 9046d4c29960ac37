"""Row conservation: every non-blank row below the header is accounted for exactly once, whatever the sheet holds."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bomtool import bom as room
from bomtool import sheets
from bomtool.bom import checkjson
from bomtool.bom.grid import Grid
from bomtool.bom.model import Bom
from bomtool.errors import BomtoolError
from bomtool.sheets.model import Sheet, Workbook

HEADERS = ["Designator", "Qty", "MPN", "Manufacturer", "Value", "Description", "DNP", "Notes", "Item", "Level", "Alt MPN",
           "Price", "", "Qty", "Designator", "Menge", "位号", "Part Number"]  # fmt: skip
CELLS = ["", "", "R1", "R1,R2", "C1-C5", "U1A, U1B", "R3 (DNP)", "1", "2", "0", "-1", "DNP", "x", "yes", "TBD", "-", "10k",
         "RC0402FR-0710KL", "GRM155R71C104KA88D; CL05B104KO5NNNC", "Yageo", "Total", "Total:", "Notes:", "RESISTORS",
         "Designator", "Qty", "MPN", "----", "0.5 m", "1.1", "Approved by", "#N/A", "12.000", "https://example.org",
         "Page 1 of 2",         "Do not install:", "1,234", "Resistor 10k 1% 0402", 3, 2.5, None, True]  # fmt: skip

rows = st.lists(st.lists(st.sampled_from(CELLS), min_size=0, max_size=8), min_size=1, max_size=14)


def book(cells: list[list[object]], name: str | None = "Sheet1", **members: object) -> Workbook:
    sheet = Sheet(name, cells, **members)  # type: ignore[arg-type]
    return Workbook(Path("generated.xlsx"), "xlsx", [sheet], "0" * 64, 1)


def check(workbook: Workbook, bom: Bom) -> None:
    grid = Grid(next(sheet for sheet in workbook.sheets if sheet.name == bom.layout.sheet))
    header = bom.layout.header_rows[-1] if bom.layout.header_rows else 0
    filled = [row for row in range(header + 1, grid.height + 1) if grid.row(row)]
    assert [entry.row for entry in bom.source_rows] == filled
    counts = bom.counts()
    assert counts["read"] == counts["lines"] + counts["alternates"] + counts["continuations"] + counts["skipped"]
    for entry in bom.source_rows:
        assert (entry.line is None) == (entry.fate == "skipped")
        assert entry.reason if entry.fate == "skipped" else entry.line is not None
        assert entry.text
        if entry.line is not None:
            assert entry.row in bom.lines[entry.line].rows
    owned = sorted({row for line in bom.lines for row in line.rows})
    assert owned == [entry.row for entry in bom.source_rows if entry.fate != "skipped"]
    for finding in bom.findings:
        assert finding.message
        assert finding.row is None or 0 < finding.row <= grid.height


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(HEADERS), min_size=2, max_size=8, unique=True), rows, st.integers(0, 3))
def test_rows_below_any_header_are_accounted_for(header: list[str], body: list[list[object]], above: int) -> None:
    workbook = book([*[["Flux board"], ["Rev:", "B"], []][:above], [*header], *body])
    try:
        bom = room.read(workbook)
    except BomtoolError as refusal:
        told = bool(refusal.hint)
    else:
        check(workbook, bom)
        told = checkjson.to_json("x", workbook, bom)["rows"] == bom.counts()
    assert told


@settings(max_examples=150, deadline=None)
@given(rows, st.data())
def test_rows_under_merges_hidden_rows_and_no_header(body: list[list[object]], data: st.DataObject) -> None:
    height = len(body)
    top = data.draw(st.integers(1, height))
    bottom, left = data.draw(st.integers(top, height)), data.draw(st.integers(1, 4))
    merged = ((top + 1, left, bottom + 1, left),) if bottom > top else ()
    hidden = frozenset(data.draw(st.lists(st.integers(1, height), max_size=3)))
    header = data.draw(st.sampled_from([["Designator", "Qty", "MPN", "Manufacturer"], ["R9", "1", "LM358DR", "TI"]]))
    workbook = book([[*header], *body], merged=merged, hidden_rows=hidden)
    try:
        bom = room.read(workbook)
    except BomtoolError:
        return
    check(workbook, bom)


@settings(max_examples=60, deadline=None)
@given(rows)
def test_reading_is_deterministic(body: list[list[object]]) -> None:
    workbook = book([["Designator", "Qty", "MPN", "Manufacturer"], *body])
    try:
        first, second = room.read(workbook), room.read(workbook)
    except BomtoolError:
        return
    assert first == second


def test_every_sample_file_is_accounted_for() -> None:
    from bomtool import data

    for name in (
        "motor_driver.xlsx",
        "netzteil_stueckliste.csv",
        "sensor_node_kicad.csv",
        "badge_easyeda.tsv",
        "needs_a_person.xlsx",
    ):
        workbook = sheets.open(data.sample_file(name))
        check(workbook, room.read(workbook))
