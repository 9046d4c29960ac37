"""SECURITY.md holds what it says: each line names tests that exist, and each defence that can be taken out is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
TESTS = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)
DEFENCES = tomllib.loads((ROOT / "scripts" / "long" / "defences.toml").read_text(encoding="utf-8"))["defence"]


def test_every_line_points_to_tests_that_exist():
    lines = [line for line in PAGE.splitlines() if line.startswith("- ")]
    assert len(lines) > 50
    for line in lines:
        assert re.search(r": (`tests/[\w/]+\.py::test_\w+`(, )?)+$", line), line
    assert PAGE.count("::test_") == len(TESTS)
    for path, name in TESTS:
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), (path, name)


@pytest.mark.parametrize("defence", DEFENCES, ids=lambda defence: defence["name"])
def test_every_defence_stands_where_it_would_be_taken_out(defence):
    assert (ROOT / defence["file"]).read_text(encoding="utf-8").count(defence["old"]) == 1
    assert defence["old"] != defence["new"]
    path, _, name = defence["test"].partition("::")
    assert (path, name) in TESTS


def test_every_test_that_is_named_has_failed_without_its_defence():
    assert {f"{path}::{name}" for path, name in TESTS} == {defence["test"] for defence in DEFENCES}


def test_defences_have_names_of_their_own():
    assert len({defence["name"] for defence in DEFENCES}) == len(DEFENCES) > 50
