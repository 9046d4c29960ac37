"""Two BOMs compared by part and by designator."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bomtool.bom import diff
from bomtool.bom.model import Bom, Layout, Line


def line(row: int, refs: str, mpn: str | None = None, maker: str | None = None, **more: object) -> Line:
    names = tuple(refs.split())
    more.setdefault("quantity", Decimal(len(names)))
    return Line(row, (row,), reference_designators=names, mpn=mpn, manufacturer_name=maker, **more)  # type: ignore[arg-type]


def bom(*lines: Line) -> Bom:
    return Bom("board", list(lines), Layout(None, 1, (1,), 2, 99, {}), [], [])


def parts(old: Bom, new: Bom) -> list[tuple[str, str]]:
    return [(change.change, change.part) for change in diff.compare(old, new).parts]


def fates(old: Bom, new: Bom) -> dict[str, str]:
    return {change.designator: change.fate for change in diff.compare(old, new).designators}


def test_the_same_bom_has_no_difference_whatever_its_order():
    one, two = line(2, "R1 R2", "RC0402FR-0710KL", "YAGEO"), line(3, "C1", None, value="100nF", package="0402")
    found = diff.compare(bom(one, two), bom(two, one))
    assert not found
    assert found.unchanged == 2


def test_added_removed_and_quantity():
    old = bom(line(2, "R1 R2", "ERJ-2RKF1002X"), line(3, "U1", "LM358DR"))
    new = bom(line(2, "R1 R2 R3", "ERJ2RKF1002X"), line(3, "U2", "TL072CDR"))
    assert parts(old, new) == [("quantity", "ERJ2RKF1002X"), ("added", "TL072CDR"), ("removed", "LM358DR")]
    change = diff.compare(old, new).parts[0]
    assert (change.old_quantity, change.new_quantity) == (2, 3)
    assert change.designators_added == ("R3",)
    assert fates(old, new) == {"R3": "added", "U2": "added", "U1": "removed"}


def test_a_designator_that_goes_from_one_part_to_another_moved():
    ten, twenty = "RC0402FR-0710KL", "RC0402FR-0722KL"
    old = bom(line(2, "R1 R2", ten, value="10k"), line(3, "R3", twenty, value="22k"))
    new = bom(line(2, "R1", ten, value="10k"), line(3, "R2 R3", twenty, value="22k"))
    assert fates(old, new) == {"R2": "moved"}
    assert parts(old, new) == [("quantity", ten), ("quantity", twenty)]


def test_another_part_of_the_same_value_is_replaced_one_of_another_nature_reused():
    old = bom(line(2, "R1", "RC0402FR-0710KL", value="10k", package="0402"), line(3, "U1", "LM358DR", package="SOIC-8"))
    new = bom(line(2, "R1", "ERJ-2RKF1002X", value="10K", package="0402"), line(3, "U1", "ESP32-C3", package="QFN-32"))
    assert fates(old, new) == {"R1": "replaced", "U1": "reused"}


def test_values_in_other_words_and_makers_by_another_name_are_no_change():
    old = bom(line(2, "C1", "CL05A104KA5NNNC", "Samsung", value="0.1uF", package="0402"))
    new = bom(line(9, "c1", "cl05a104ka5nnnc", "Samsung Electro-Mechanics", value="100nF", package="C_0402_1005Metric"))
    assert not diff.compare(old, new)


def test_fields_that_changed_are_named_with_both_texts():
    old = bom(line(2, "D1", "1N4148W", "onsemi", description="diode"))
    new = bom(line(2, "D1", "1N4148W", "onsemi", description="fast diode", do_not_place=True))
    change = diff.compare(old, new).parts[0]
    assert change.fields == (("description", "diode", "fast diode"), ("do_not_place", "no", "yes"))
    assert (change.change, change.old_quantity, change.new_quantity) == ("quantity", 1, 0)


def test_one_mpn_of_two_makers_is_two_parts():
    old = bom(line(2, "Q1", "BC847C", "Nexperia"), line(3, "Q2", "BC847C", "Diotec"))
    new = bom(line(2, "Q2", "BC847C", "Diotec"))
    assert parts(old, new) == [("removed", "BC847C (Nexperia)")]
    assert parts(bom(line(2, "Q1", "BC847C")), bom(line(2, "Q1", "BC847C", "Nexperia"))) == [
        ("changed", "BC847C (Nexperia)")
    ]


def test_an_unknown_quantity_is_not_taken_for_none():
    old, new = bom(line(2, "", "PCB-1", quantity=None)), bom(line(2, "", "PCB-1", quantity=Decimal(0)))
    change = diff.compare(old, new).parts[0]
    assert (change.old_quantity, change.new_quantity) == (None, 0)


NAMES = st.sampled_from(["AAA-1", "AAA1", "BBB2", "CCC3", None])
LINES = st.lists(st.tuples(NAMES, st.sampled_from(["YAGEO", "Murata", None]), st.integers(0, 5)), max_size=12)


def made(rows: list[tuple[str | None, str | None, int]]) -> Bom:
    count, lines = 0, []
    for number, (name, maker, size) in enumerate(rows, 2):
        refs = " ".join(f"R{count + i}" for i in range(size))
        count += size
        lines.append(line(number, refs, name, maker, value=None if name else f"{number}k"))
    return bom(*lines)


@given(LINES)
def test_compared_with_itself_nothing_changed(rows):
    assert not diff.compare(made(rows), made(rows))


@given(LINES, LINES)
def test_quantities_and_designators_add_up(first, second):
    old, new = made(first), made(second)
    found = diff.compare(old, new)
    total = sum((line.quantity or 0 for line in new.lines), Decimal(0)) - sum(
        (line.quantity or 0 for line in old.lines), Decimal(0)
    )
    assert total == sum((p.new_quantity or 0) - (p.old_quantity or 0) for p in found.parts)
    refs = {"added": 0, "removed": 0}
    for change in found.designators:
        if change.fate in refs:
            refs[change.fate] += 1
    assert refs["added"] - refs["removed"] == new.placements() - old.placements()
