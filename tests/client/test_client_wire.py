"""What the wire carries of a BOM, and that whatever it cannot carry is kept and said."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bomtool.api.boms import MAX_LINES, RawBom
from bomtool.bom import designators
from bomtool.bom.model import Alternate
from bomtool.client import wire
from bomtool.client.wire import to_raw
from bomtool.errors import UsageError
from bomtool.findings import Findings
from tests.client.making import make_bom, make_line


def sent(raw: RawBom) -> dict:
    """The JSON that travels."""
    return json.loads(raw.model_dump_json(exclude_unset=True))


def test_a_plain_bom_travels_without_findings() -> None:
    raw, findings = to_raw(make_bom(version="B", part_number="ASM-7"))
    assert findings == []
    body = sent(raw)
    assert (body["name"], body["version"], body["part_number"], body["data_source"]) == (
        "Blinker",
        "B",
        "ASM-7",
        "blinker.xlsx",
    )
    assert body["synced_from_integration"] is True
    assert body["integration_source_name"] == "bomtool"
    first = body["raw_lines"][0]
    assert first["quantity"] == 3
    assert first["reference_designators"] == ["R1", "R2", "R3"]
    assert first["reference_designators_string"] == "R1-R3"
    assert first["metadata"]["bomtool"]["row"] == 2
    assert "manufacturer_name" not in first
    about = body["metadata"]["bomtool"]
    assert about["layout"]["columns"]["quantity"] == [{"header": "Qty", "index": 2}]
    assert about["source_rows"] == [[2, "line", 0, None, ""], [3, "line", 1, None, ""]]
    assert about["counts"]["lines"] == 2


def test_long_texts_are_cut_kept_and_said() -> None:
    long = "résistance " * 40
    raw, findings = to_raw(make_bom([make_line(5, mpn="X1", description=long, comments="c" * 255)]))
    line = sent(raw)["raw_lines"][0]
    assert line["description"] == long[:255]
    assert line["comments"] == "c" * 255
    assert line["metadata"]["bomtool"]["full"] == {"description": long}
    assert [(f.code, f.row, f.column, f.cell, f.field, f.severity) for f in findings] == [
        ("text-shortened", 5, 4, "D5", "description", "warning")
    ]
    assert sent(raw)["metadata"]["bomtool"]["findings"][0]["code"] == "text-shortened"


def test_a_long_name_is_cut_and_kept() -> None:
    raw, findings = to_raw(make_bom(name="n" * 300))
    assert raw.name == "n" * 255
    assert raw.metadata["bomtool"]["full"] == {"name": "n" * 300}
    assert [f.code for f in findings] == ["text-shortened"]
    assert to_raw(make_bom(name="", file_name=None))[0].name == "BOM"


@pytest.mark.parametrize(
    ("given_quantity", "unit", "on_the_wire"),
    [("0.35", "m", 1), ("2.5", None, 3), ("3.0", None, 3), ("0", None, 0), ("2147483647", None, 2147483647)],
)
def test_quantities_travel_whole(given_quantity: str, unit: str | None, on_the_wire: int) -> None:
    line = make_line(2, mpn="W", quantity=Decimal(given_quantity), quantity_unit=unit)
    raw, findings = to_raw(make_bom([line]))
    assert raw.raw_lines[0].quantity == on_the_wire
    own = raw.raw_lines[0].metadata["bomtool"]
    assert (own["quantity"], own["unit"]) == (given_quantity, unit)
    whole = Decimal(given_quantity) == on_the_wire
    assert [f.code for f in findings] == ([] if whole else ["quantity-not-whole"])


@pytest.mark.parametrize("quantity", [None, "-1", "NaN", "Infinity", "2147483648", "1E+30"])
def test_a_quantity_nobody_can_read_is_zero_and_an_error(quantity: str | None) -> None:
    line = make_line(4, mpn="W", quantity=None if quantity is None else Decimal(quantity))
    raw, findings = to_raw(make_bom([line]))
    assert raw.raw_lines[0].quantity == 0
    assert [(f.code, f.severity, f.cell) for f in findings] == [("quantity-unknown", "error", "B4")]


def test_blank_quantities_beside_designators_and_of_lines_not_placed() -> None:
    lines = [
        make_line(2, mpn="A", quantity=None, reference_designators=("R1", "R2")),
        make_line(3, mpn="B", quantity=None, do_not_place=True),
    ]
    raw, findings = to_raw(make_bom(lines))
    assert [line.quantity for line in raw.raw_lines] == [2, 0]
    assert [(f.code, f.row) for f in findings] == [("quantity-from-designators", 2)]


def test_without_a_quantity_column_counting_designators_is_no_finding() -> None:
    bom = make_bom([make_line(2, mpn="A", quantity=None, reference_designators=("R1", "R2"))])
    del bom.layout.columns["quantity"]
    raw, findings = to_raw(bom)
    assert raw.raw_lines[0].quantity == 2
    assert findings == []


def test_what_reading_said_of_a_quantity_is_not_said_twice() -> None:
    bom = make_bom([make_line(2, mpn="A", quantity=None)])
    told = Findings()
    told.add("quantity-unknown", "TBD is no quantity.", row=2, column=2, field="quantity")
    bom.findings = told.items
    raw, findings = to_raw(bom)
    assert findings == []
    assert raw.raw_lines[0].quantity == 0
    assert len(raw.metadata["bomtool"]["findings"]) == 1


def test_every_designator_travels_even_where_the_string_is_too_long() -> None:
    refs = tuple(f"R{number}" for number in range(1, 400, 2))
    raw, findings = to_raw(make_bom([make_line(2, mpn="A", reference_designators=refs, quantity=Decimal(200))]))
    line = sent(raw)["raw_lines"][0]
    assert tuple(line["reference_designators"]) == refs
    assert "reference_designators_string" not in line
    assert findings == []


def test_repeated_designators_travel_repeated() -> None:
    raw, _ = to_raw(make_bom([make_line(2, mpn="A", reference_designators=("R1", "R1"))]))
    assert raw.raw_lines[0].reference_designators == ["R1", "R1"]


def test_alternates_keep_order_and_makers() -> None:
    alternates = (Alternate("B", "Murata", 3), Alternate("A"), Alternate("B"))
    raw, _ = to_raw(make_bom([make_line(2, mpn="M", alternates=alternates)]))
    line = raw.raw_lines[0]
    assert line.alternative_mpns == ["B", "A"]
    assert line.metadata["bomtool"]["alternates"][0] == {"mpn": "B", "manufacturer_name": "Murata", "row": 3}


def test_other_columns_and_supplier_numbers_travel() -> None:
    line = make_line(2, mpn="M", metadata={"Height": "1.2"}, supplier_part_numbers={"LCSC": "C25804"}, section="SMT")
    metadata = to_raw(make_bom([line]))[0].raw_lines[0].metadata
    assert metadata["columns"] == {"Height": "1.2"}
    assert metadata["bomtool"]["supplier_part_numbers"] == {"LCSC": "C25804"}
    assert metadata["bomtool"]["section"] == "SMT"


def test_the_record_follows_the_content_only() -> None:
    base = to_raw(make_bom())[0].integration_record_id
    assert base == to_raw(make_bom(file_name="copy of blinker.xlsx", file_sha256="00"))[0].integration_record_id
    assert len(base or "") == 64
    line = make_line(2, mpn="RC0402FR-0710KL", reference_designators=("R1",))
    others = [
        make_bom(name="Other"),
        make_bom(version="2"),
        make_bom(part_number="P"),
        make_bom([line]),
        make_bom([make_line(2, mpn="RC0402FR-0710KL", reference_designators=("R1",), quantity=Decimal(2))]),
        make_bom([make_line(3, mpn="RC0402FR-0710KL", reference_designators=("R1",))]),
    ]
    ids = {to_raw(bom)[0].integration_record_id for bom in others}
    assert len(ids) == len(others)
    assert base not in ids


def test_too_many_lines_are_refused() -> None:
    line = make_line(2, mpn="A")
    with pytest.raises(UsageError, match="20,001 lines"):
        to_raw(make_bom([line] * (MAX_LINES + 1)))


texts = st.text(max_size=300) | st.just("\0\ud800x") | st.none()
quantities = st.none() | st.decimals(allow_nan=True, allow_infinity=True)
lines = st.builds(
    make_line,
    row=st.integers(2, 9),
    mpn=texts,
    manufacturer_name=texts,
    description=texts,
    value=texts,
    quantity=quantities,
    quantity_unit=texts,
    reference_designators=st.lists(st.text(max_size=300), max_size=4).map(tuple),
    alternates=st.lists(st.builds(Alternate, st.text(max_size=9), texts), max_size=3).map(tuple),
    metadata=st.dictionaries(st.text(max_size=4), st.text(max_size=9), max_size=2),
    raw=st.dictionaries(st.text(max_size=4), st.text(max_size=9), max_size=2),
    do_not_place=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(lines, max_size=3), texts, texts)
def test_whatever_was_read_makes_a_valid_request(lines: list, name: str | None, version: str | None) -> None:
    raw, findings = to_raw(make_bom(lines, name=name or "", version=version))
    text = json.dumps(sent(raw), ensure_ascii=False)
    assert text.encode()
    assert "\\u0000" not in text
    again = RawBom.model_validate_json(text)
    assert len(again.raw_lines) == len(lines)
    for line, out in zip(lines, again.raw_lines, strict=True):
        expected = [wire.sendable(ref)[:255] for ref in line.reference_designators if ref]
        assert out.reference_designators == expected
        if line.quantity is not None and line.quantity.is_finite() and 0 <= line.quantity < 2**31:
            assert 0 <= out.quantity - line.quantity < 1
        elif not expected:
            assert out.quantity == 0
    cut = {(f.row, f.field) for f in findings if f.code == "text-shortened"}
    for line in lines:
        if line.mpn and len(line.mpn) > 255:
            assert (line.row, "mpn") in cut


@given(st.lists(st.sampled_from(["R1", "R2", "R3", "C9", "U1A", "J1-1"]), min_size=1, max_size=8, unique=True))
def test_the_string_says_the_same_as_the_list(refs: list[str]) -> None:
    raw, _ = to_raw(make_bom([make_line(2, mpn="A", reference_designators=tuple(refs))]))
    string = raw.raw_lines[0].reference_designators_string
    assert designators.expand(string).refs == tuple(refs)
