"""Designator cells: what expands, what stays, what is said about it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bomtool.bom import designators, ranges
from bomtool.bom.designator_cell import Cell
from bomtool.bom.designators import compress, expand

FIVE = ("C1", "C2", "C3", "C4", "C5")


@pytest.mark.parametrize(
    "text",
    ["C1-C5", "C1-5", "C1..C5", "C1...C5", "C1~C5", "C1 – C5", "C1—C5", "C1→C5", "C1->C5", "C1 => C5", "C1:C5",
     "C1 to C5",
     "C1 thru 5", "C1 bis C5", "C1 a C5", "C1 à C5", "C1至C5", "C1-\nC5", "Ｃ１～Ｃ５", "C1..C1C5", "C1, C2,C3 ;C4|C5",
     "C1 C2 C3 C4 C5",
     "C1、C2，C3；C4\nC5", "C1/C2/C3/C4/C5", "C1+C2+C3+C4+C5", "C1,2,3,4,5", "C1, C2, C3, C4 and C5", "C1,,C2,C3-C5,",
     ">  C1-C5",
     "(C1-C5)", "C1-C5.", "C1 - C3, C4 -C5"],
)  # fmt: skip
def test_every_way_to_write_five_capacitors(text: str) -> None:
    found = expand(text)
    assert found.refs == FIVE
    assert found.problems == ()
    assert found.do_not_place == frozenset()


@pytest.mark.parametrize(
    "text",
    ["X3-2", "F1-1", "DSUB-9", "724-3175", "U$2", "USB-UART1", "-5V_REG", "3.5VREG1", "I/O", "ON/OFF", "LED_A1",
     "X1_2", "Q1#2",
     "R2.1", "P9-EXPANSION_A", "OLED Power Select", "Nut 1", "J1-A", "5V", "TP_GND", "R1-"],
)  # fmt: skip
def test_names_stay_whole(text: str) -> None:
    found = expand(text)
    assert found.refs == (text,)
    assert found.problems == ()


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("C61,81", ("C61", "C81")),
        ("C2,7,9-12,14", ("C2", "C7", "C9", "C10", "C11", "C12", "C14")),
        ("R1, 2, D3, 4", ("R1", "R2", "D3", "D4")),
        ("R5 to 10", ("R5", "R6", "R7", "R8", "R9", "R10")),
        ("R001-R003", ("R001", "R002", "R003")),
        ("R08-R11", ("R08", "R09", "R10", "R11")),
        ("R9-R11", ("R9", "R10", "R11")),
        ("1, 2, 3", ("1", "2", "3")),
        ("U6.1-U6.3", ("U6.1", "U6.2", "U6.3")),
        ("J1-1-J1-3", ("J1-1", "J1-2", "J1-3")),
        ("R1A-R3A", ("R1A", "R2A", "R3A")),
        ("prj0:R1-R3\nprj1:R2", ("prj0:R1", "prj0:R2", "prj0:R3", "prj1:R2")),
        ("X3-2, X2-4", ("X3-2", "X2-4")),
        ("J1-1, J1-2", ("J1-1", "J1-2")),
        ("J1-2, J1-3", ("J1-2", "J1-3")),
        ("JP1+JP3", ("JP1", "JP3")),
        ("HS1 Q1#2", ("HS1", "Q1#2")),
        ("ON/OFF, GAIN", ("ON/OFF", "GAIN")),
        ("Nut 1, Nut 2", ("Nut 1", "Nut 2")),
        ("r1-r2", ("r1", "r2")),
        ("Rs1,R28B,R28A,", ("Rs1", "R28B", "R28A")),
        (",,,", ()),
        ("", ()),
        (" \n ", ()),
        ("GND, 5", ("GND", "5")),
    ],
)
def test_expands(text: str, refs: tuple[str, ...]) -> None:
    assert expand(text).refs == refs


@pytest.mark.parametrize(
    ("quantity", "refs"), [(1, ("J1-2",)), (2, ("J1", "J2")), (None, ("J1", "J2")), (7, ("J1", "J2"))]
)
def test_the_quantity_decides_between_range_and_name(quantity: int | None, refs: tuple[str, ...]) -> None:
    assert expand("J1-2", expected=quantity).refs == refs


@pytest.mark.parametrize(("quantity", "refs"), [(1, ("R1/2",)), (2, ("R1", "R2")), (None, ("R1/2",))])
def test_the_quantity_decides_about_a_slash(quantity: int | None, refs: tuple[str, ...]) -> None:
    assert expand("R1/2", expected=quantity).refs == refs


def test_the_quantity_never_bends_a_clear_range() -> None:
    assert expand("C1-C5", expected=1).refs == FIVE


@pytest.mark.parametrize("text", ["R5-R1", "R1-R9999", "R1~R2000"])
def test_backward_and_endless_ranges_are_left_and_said(text: str) -> None:
    found = expand(text)
    assert found.refs == (text.replace("~", "-"),)
    assert [problem.code for problem in found.problems] == ["designator-range"]


def test_the_limit_is_exact() -> None:
    assert len(expand("R1-R1000").refs) == designators.LIMIT
    assert len(expand("R1-R1001").refs) == 1
    assert len(expand("R1-R11", limit=10).refs) == 1
    assert len(expand("R1-R10", limit=10).refs) == 10


@pytest.mark.parametrize(
    ("text", "refs", "left_out", "codes"),
    [
        ("R3 (DNP)", ("R3",), {"R3"}, []),
        ("R3(NC), R4", ("R3", "R4"), {"R3"}, []),
        ("R1,R2,R3 (R3 DNP)", ("R1", "R2", "R3"), {"R3"}, []),
        ("R1-R5 (DNP: R2-R3)", ("R1", "R2", "R3", "R4", "R5"), {"R2", "R3"}, []),
        ("R1,R2 (DNP)", ("R1", "R2"), {"R2"}, ["designator-dnp-scope"]),
        ("R1, R2 not fitted", ("R1", "R2"), {"R2"}, ["designator-dnp-scope"]),
        ("Q6, Q7 – DO NOT STUFF", ("Q6", "Q7"), {"Q6", "Q7"}, ["designator-dnp-scope"]),
        ("Q6 - DNF", ("Q6",), {"Q6"}, []),
        ("DNP: R3, R4", ("R3", "R4"), {"R3", "R4"}, []),
        ("R1\nDNP: R3, R4\nR5", ("R1", "R3", "R4", "R5"), {"R3", "R4"}, []),
        ("DNP R3, R4", ("R3", "R4"), {"R3", "R4"}, ["designator-dnp-scope"]),
        ("R1不贴", ("R1不贴",), set(), []),
        ("R1 不贴", ("R1",), {"R1"}, []),
        ("DNP", (), set(), []),
    ],
)
def test_partial_do_not_place(text: str, refs: tuple[str, ...], left_out: set[str], codes: list[str]) -> None:
    found = expand(text)
    assert found.refs == refs
    assert found.do_not_place == left_out
    assert [problem.code for problem in found.problems] == codes


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("C1,C2 (2x)", 2),
        ("C1,C2 (x2)", 2),
        ("C1,C2 x2", 2),
        ("2x C1,C2", 2),
        ("C1,C2 (2)", 2),
        ("C1,C2", None),
        ("C1,C2 2×", 2),
    ],
)
def test_counts_beside_designators(text: str, count: int | None) -> None:
    found = expand(text)
    assert (found.refs, found.stated_count, found.problems) == (("C1", "C2"), count, ())


def test_a_wrong_count_is_said() -> None:
    assert [problem.code for problem in expand("C1,C2 (3x)").problems] == ["designator-count"]


@pytest.mark.parametrize(
    "text", ["PCB", "White Wire", "loose gold connectors", "8x2.54mm pin header", "nuts M3x5 brass", "Screws"]
)
def test_things_without_designators_are_remarks(text: str) -> None:
    found = expand(text)
    assert found.refs == ()
    assert found.notes == (text,)
    assert [problem.code for problem in found.problems] == ["designator-remark"]


def test_remarks_are_kept() -> None:
    assert expand("R4 – Pot").notes == ("Pot",)
    assert expand("R4 (near the edge)").notes == ("near the edge",)
    assert expand("R4 (near the edge)").refs == ("R4",)


@pytest.mark.parametrize(
    ("text", "code", "names"),
    [
        ("U?,U?,R1", "designator-unannotated", "U?"),
        ("REF**", "designator-unannotated", "REF**"),
        ("R31,R32,r31", "designator-duplicate", "r31"),
        ("U1A,U1B", "designator-units", "U1A, U1B"),
        ("U1A-U1C", "designator-units", "U1A, U1B, U1C"),
    ],
)
def test_what_is_said_of_odd_designators(text: str, code: str, names: str) -> None:
    (problem,) = expand(text).problems
    assert problem.code == code
    assert names in problem.message


def test_duplicates_and_units_are_counted_all_the_same() -> None:
    assert expand("R31,R31").refs == ("R31", "R31")
    assert expand("U1A,B,C").refs == ("U1A", "U1B", "U1C")
    assert expand("U?,U?").refs == ("U?", "U?")
    assert expand("R1A,R1B").problems == ()


@pytest.mark.parametrize(
    ("refs", "text"),
    [
        (["R1", "R2", "R3", "R5"], "R1-R3,R5"),
        (["R1", "R2"], "R1,R2"),
        (["R3", "R2", "R1"], "R3,R2,R1"),
        (["R08", "R09", "R10"], "R08-R10"),
        (["R8", "R09", "R10"], "R8,R09,R10"),
        (["R1", "C2", "R3"], "R1,C2,R3"),
        ([], ""),
        (["X1-2"], "X1-2"),
        (["U1A", "U1B", "U1C"], "U1A,U1B,U1C"),
    ],
)
def test_compress(refs: list[str], text: str) -> None:
    assert compress(refs) == text


def test_compress_never_writes_a_range_that_expand_refuses() -> None:
    refs = [f"R{number}" for number in range(1, 2500)]
    assert list(expand(compress(refs)).refs) == refs


letters = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=1, max_size=3)
plain_ref = st.builds(lambda a, n, zeros: f"{a}{'0' * zeros}{n}", letters, st.integers(0, 99_999), st.integers(0, 2))
run = st.builds(
    lambda a, start, count, width: [f"{a}{n:0{width}d}" for n in range(start, start + count)],
    letters, st.integers(0, 1200), st.integers(1, 40), st.integers(1, 4),
)  # fmt: skip


@given(st.lists(st.one_of(plain_ref.map(lambda ref: [ref]), run), max_size=12))
@example([["R9", "R10", "R11"], ["R011", "R012", "R013"]])
@example([["U1"], ["U1"], ["U2"], ["U3"]])
def test_expand_undoes_compress(runs: list[list[str]]) -> None:
    refs = [ref for run in runs for ref in run]
    found = expand(compress(refs))
    assert list(found.refs) == refs
    assert {problem.code for problem in found.problems} <= {"designator-duplicate"}


@given(st.lists(plain_ref, min_size=1, max_size=10), st.sampled_from([",", ", ", ";", " ", "\n", " | ", "、", "，"]))
def test_separators_mean_the_same(refs: list[str], separator: str) -> None:
    assert list(expand(separator.join(refs)).refs) == refs


@given(
    letters, st.integers(0, 500), st.integers(0, 300), st.sampled_from(["-", "..", "~", " - ", "–", "→", " to ", ":"])
)
def test_a_range_is_as_long_as_its_ends_say(name: str, first: int, more: int, sign: str) -> None:
    found = expand(f"{name}{first}{sign}{name}{first + more}").refs
    if more:
        assert found == tuple(f"{name}{number}" for number in range(first, first + more + 1))
    else:
        assert len(found) == 1


@given(st.text(max_size=60))
@example("-" * 40)
@example("R1-R2-R3-R4")
@example("٣,R1,²")
@example("R１-R³")
def test_expand_never_raises_nor_invents(text: str) -> None:
    found = expand(text)
    assert found.do_not_place <= set(found.refs)
    assert all(ref.strip() == ref and ref for ref in found.refs)
    assert len(found.refs) <= designators.LIMIT * 30


@given(st.text("R1C2-~.,;: \n/()DNP?*x", max_size=40))
def test_reading_twice_changes_nothing(text: str) -> None:
    refs = expand(text).refs
    again = expand(",".join(refs), expected=len(refs)).refs
    if all(not ranges.find(ref) and ref.isalnum() for ref in refs):
        assert again == refs


def test_fold_and_kind() -> None:
    assert designators.fold("r1") == designators.fold(" R1 ") == designators.fold("Ｒ１")
    assert designators.fold("С1") == "C1"
    assert designators.kind("C12") == "capacitor"
    assert designators.kind("prj0:R1") == "resistor"
    assert designators.kind("FB3") == "ferrite"
    assert designators.kind("X3") is None
    assert designators.kind("GND") is None


@pytest.mark.parametrize("text", ["R1", "R1, R2", "C1-C5,C7", "U?", "JP1 JP2", "LED12", "C1,C2\nC3"])
def test_looks_like_designators(text: str) -> None:
    assert designators.looks_like(text) == 1.0


@pytest.mark.parametrize(
    "text", ["0402", "10k", "100nF", "", "Resistor 10k", "RC0402FR-0710KL", "Yageo", "1N4148", "12"]
)
def test_looks_like_something_else(text: str) -> None:
    assert designators.looks_like(text) <= 0.3


@pytest.mark.parametrize(
    ("piece", "backwards"), [("R5-R1", True), ("R1-R5", False), ("X3-2", False), ("R5-C1", False), ("R1-R1", False)]
)
def test_descends(piece: str, backwards: bool) -> None:
    assert ranges.descends(piece) is backwards


@given(
    st.one_of(
        st.text("Rxc12-, ;\n", max_size=14),
        st.lists(st.sampled_from(["R1", "R2-R4", "c7", "R03-R05", "X2", "r1"])).map(", ".join),
    )
)
@example("R1 x2")
@example("R1-R3,R2")
@example("R1-R1000")
@example("R1-R1001")
@example("R1-C5")
@example("r1,R1")
@example("R1 ,R2;")
def test_the_quick_way_for_plain_lists_reads_what_the_grammar_reads(text: str) -> None:
    slow = Cell(designators.LIMIT)
    slow.read(text)
    slow.look_back()
    found = expand(text)
    assert (found.refs, list(found.problems), found.stated_count) == (
        tuple(slow.refs),
        slow.problems,
        slow.stated_count,
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["R", "LED", "U", "X", "NC", "ABCDEF"]), st.integers(0, 9_999_999), st.integers(0, 4)
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([", ", ",", ";", "\n", " ", "; "]),
)
def test_the_quick_way_for_plain_lists_says_what_the_grammar_says(
    names: list[tuple[str, int, int]], separator: str
) -> None:
    text = separator.join(f"{n}{i}-{n}{i + more}" if more else f"{n}{i}" for n, i, more in names)
    cell = Cell(designators.LIMIT)
    cell.read(text)
    cell.look_back()
    found = expand(text)
    assert (found.refs, found.problems, found.notes) == (tuple(cell.refs), tuple(cell.problems), tuple(cell.notes))
