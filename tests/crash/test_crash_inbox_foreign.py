"""Against a server without idempotency, through a proxy that cuts connections at any byte, by watchers that are started
anew each time: a BOM is never doubled; it is found again, or the file waits as uncertain and says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bomtool.errors import BomtoolError
from bomtool.inbox.status import status
from bomtool.inbox.work import Plan
from bomtool.settings import load
from tests.client.foreign import AFTER, BEFORE, Foreign, serving
from tests.client.making import FakeTime, make_client
from tests.crash.cutting import TEXT, cut_anywhere
from tests.inbox.watched import Box, bom_text

CUTS = int(os.environ.get("BOMTOOL_TEST_CUTS", "12"))
"""Random plans; the long run takes 500."""


@pytest.mark.parametrize("seed", range(CUTS))
def test_cut_anywhere_nothing_is_doubled(tmp_path: Path, seed: int) -> None:
    cut_anywhere(tmp_path / "in", seed)


@pytest.mark.parametrize("fault", [*BEFORE, *AFTER])
def test_whatever_becomes_of_the_answer(tmp_path: Path, fault: str) -> None:
    box = Box(tmp_path / "in", Plan())
    box.drop("board.csv", TEXT)
    left = [1]

    def once(number: int, method: str) -> str | None:
        return fault if method == "POST" and left and left.pop() else None

    time = FakeTime()
    with serving(Foreign(fault=once, now=time.now)) as state:
        for _ in range(6):
            with make_client(state.url, time) as client:
                if box.run(client).counts["done"]:
                    break
        state.settle()
        assert len(state.boms) == 1
    assert box.result("board.csv")["bom"]["id"] == state.boms[0]["id"]


def test_an_uncertain_file_is_taken_up_when_a_person_has_looked(tmp_path: Path) -> None:
    box = Box(tmp_path / "in", Plan())
    box.drop("board.csv", TEXT)
    state = Foreign(keeps_records="absent", fault=lambda _, method: "cut-after" if method == "POST" else None)
    with serving(state):
        with make_client(state.url) as client:
            assert box.run(client).counts["uncertain"] == 1
        found = status(box.folder, load(), recursive=False)
        assert found["counts"]["uncertain"] == 1
        assert found["why"]["board.csv"].startswith("uncertain: ")
        state.boms.clear()  # the person deletes the doubtful BOM
        state.fault = lambda _, method: None
        with make_client(state.url) as client:
            assert box.run(client).counts["done"] == 1
        assert len(state.boms) == 1


def test_unreachable_it_waits_and_loses_nothing(tmp_path: Path) -> None:
    box = Box(tmp_path / "in", Plan())
    for number in range(5):
        box.drop(f"{number}.csv", bom_text("RC0402FR-0710KL", start=number + 1))
    with make_client("http://127.0.0.1:9") as client:
        summary = box.run(client)
    assert isinstance(summary.platform_failed, BomtoolError)
    assert len(summary.waiting) == 5
    (told,) = box.events("platform-down")
    assert "none is lost" in told["message"]
    assert len([name for name in box.files() if name.endswith(".csv")]) == 5
    with serving() as state, make_client(state.url) as client:
        assert box.run(client).counts["done"] == 5
        assert len(state.boms) == 5


def test_a_refusal_by_the_platform_names_the_row(tmp_path: Path) -> None:
    box = Box(tmp_path / "in", Plan())
    box.drop("board.csv", TEXT)
    with serving(Foreign(refusal={"raw_lines": {"1": {"quantity": ["Too many."]}}})) as state:
        with make_client(state.url) as client:
            assert box.run(client).counts["failed"] == 1
        assert state.boms == []
    assert "row 3" in box.problem("board.csv")
