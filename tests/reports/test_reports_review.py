"""The review workbook: what a person decides in it is what is read back, and what cannot be read names its cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest

from bomtool.api.boms import BomLine
from bomtool.errors import ReadError
from bomtool.reports.review import Decision, read_review, write_review
from tests.reports.making import NASTY
from tests.reports.recompute import SOFFICE, convert, load
from tests.reports.test_reports_export import bom, line


def candidate(number: int, mpn: str, maker: str | None = "YAGEO") -> dict[str, Any]:
    part = {"id": f"CCPART{number:06d}", "mpn": mpn, "manufacturer": maker, "description": "a part", "kind": "sample"}
    return {"part": part, "level": "normalised", "score": 0.8, "reason": "the same letters and digits"}


def lines() -> list[BomLine]:
    part = {"id": "CCPART000009", "mpn": "LM358DR", "manufacturer": "Texas Instruments"}
    return [
        line(1, mpn="LM358", status="needs_review", candidates=[candidate(1, "LM358D"), candidate(2, "LM358P", None)]),
        line(2, mpn="LM358DR", part=part),
        line(3, mpn="NOPE", status="no_match"),
        line(4, mpn="RES", status="needs_review", candidates=[candidate(3, "0022232021"), candidate(4, "0022232021", "Molex")]),
    ]  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "review.xlsx"
    write_review(path, bom(), lines())
    return path


def decide(path: Path, row: int, value: Any, column: str = "Decision") -> None:
    """Write a cell as a person would in Excel."""
    book = load(path)
    sheet = book["Review"]
    header = next(r for r in sheet.iter_rows(max_row=12) if any(cell.value == "Decision" for cell in r))
    at = next(cell.column for cell in header if cell.value == column)
    sheet.cell(header[0].row + row, at).value = value
    book.save(path)


def test_undecided_it_changes_nothing(written: Path) -> None:
    found = read_review(written)
    assert [decision.line_id for decision in found] == [item.id for item in lines()]
    assert {decision.action for decision in found} == {"keep"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ignore", ("ignore", None, None, None)),
        (" Ignore ", ("ignore", None, None, None)),
        ("CUSTOM", ("custom", None, None, None)),
        ("no part", ("clear", None, None, None)),
        ("LM358D @ YAGEO", ("part", "CCPART000001", None, None)),
        ("lm358d@yageo", ("part", "CCPART000001", None, None)),
        ("LM358P", ("part", "CCPART000002", None, None)),
        ("MMBT3904@onsemi", ("part", None, "MMBT3904", "onsemi")),
        ("0022232021 @ Molex", ("part", "CCPART000004", None, None)),
        ("0022232021", ("part", None, "0022232021", None)),
        ("GMKDS 3/ 2-7,62", ("part", None, "GMKDS 3/ 2-7,62", None)),
        ("+1@Maker", ("part", None, "+1", "Maker")),
    ],
)
def test_a_decision_is_read_back(written: Path, text: str, expected: tuple[Any, ...]) -> None:
    decide(written, 1, text)
    first = read_review(written)[0]
    assert (first.action, first.part_id, first.mpn, first.manufacturer) == expected
    assert first.cell == "Review!D6"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (22232021, "decision-not-text"),
        (1.5, "decision-not-text"),
        (True, "decision-not-text"),
        ("=1+1", "decision-not-text"),
        ("@YAGEO", "decision-unclear"),
        ("LM358@", "decision-unclear"),
        ("???", "decision-unclear"),
        ("please take the one that we had in the last build", "decision-unclear"),
    ],
)
def test_what_cannot_be_understood_names_its_cell(written: Path, value: Any, code: str) -> None:
    decide(written, 3, value)
    with pytest.raises(ReadError) as caught:
        read_review(written)
    error = caught.value
    assert (error.code, error.sheet, error.row, error.column) == (code, "Review", 8, 4)
    assert "Review!D8" in error.message
    assert error.hint


def test_a_line_decided_twice_or_without_its_id_is_refused(written: Path) -> None:
    decide(written, 2, str(lines()[0].id), "Line id")
    with pytest.raises(ReadError, match=r"Review!D7.*row 6") as caught:
        read_review(written)
    assert caught.value.code == "decision-twice"
    decide(written, 2, "something", "Line id")
    with pytest.raises(ReadError, match="Review!L7") as caught:
        read_review(written)
    assert caught.value.code == "decision-line-unknown"


def test_rows_may_be_sorted_and_deleted(written: Path) -> None:
    decide(written, 1, "ignore")
    book = load(written)
    sheet = book["Review"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    for target, values in zip(sheet.iter_rows(min_row=6, max_row=8), [rows[3], rows[0], rows[2]], strict=True):
        for cell, value in zip(target, values, strict=True):
            cell.value = value
    sheet.delete_rows(9)
    book.save(written)
    assert [(d.line_id, d.action) for d in read_review(written)] == [
        (lines()[3].id, "keep"), (lines()[0].id, "ignore"), (lines()[2].id, "keep"),
    ]  # fmt: skip


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "Decision"
    book.save(path)
    with pytest.raises(ReadError) as caught:
        read_review(path)
    assert caught.value.code == "no-review"


def test_the_list_offers_each_line_its_own_candidates(written: Path) -> None:
    sheet = load(written)["Review"]
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.type, str(rule.sqref), rule.errorStyle) == ("list", "D6:D9", "warning")
    assert len(rule.formula1) < 255
    choices = load(written)["Choices"]
    assert choices.sheet_state == "hidden"
    rows = {row[0]: list(row[2 : 2 + row[1]]) for row in choices.iter_rows(min_row=2, values_only=True)}
    assert rows[1] == ["LM358D @ YAGEO", "LM358P", "keep", "ignore", "custom", "no part"]
    assert rows[3] == ["keep", "ignore", "custom", "no part"]


def test_evidence_stands_beside_the_decision_and_sample_data_says_so(written: Path) -> None:
    text = "\n".join(
        str(cell.value) for row in load(written)["Review"].iter_rows() for cell in row if cell.value is not None
    )
    for word in ("LM358P", "80%", "the same letters and digits", "SAMPLE data", "Texas Instruments"):
        assert word in text


def test_wild_texts_make_no_formula_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "review.xlsx"
    wild = [
        line(n, mpn=text, status="needs_review", candidates=[candidate(n, text)]) for n, text in enumerate(NASTY, 1)
    ]
    write_review(path, bom(name="=1+1"), wild)
    assert not [cell for sheet in load(path) for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert [decision.line_id for decision in read_review(path)] == [item.id for item in wild]


def test_it_survives_libreoffice(written: Path, tmp_path: Path, require: Any) -> None:
    require("libreoffice", SOFFICE, "soffice is not installed")
    decide(written, 4, "0022232021 @ Molex")
    saved = convert([written], "xlsx", tmp_path / "saved")[0]
    assert read_review(saved)[3] == Decision(UUID(str(lines()[3].id)), "part", part_id="CCPART000004", cell="Review!D9")
    (rule,) = load(saved)["Review"].data_validations.dataValidation
    assert "OFFSET" in rule.formula1


def test_a_bom_without_lines(tmp_path: Path) -> None:
    path = tmp_path / "review.xlsx"
    write_review(path, bom(), [])
    assert read_review(path) == []
