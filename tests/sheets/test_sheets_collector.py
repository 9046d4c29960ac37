"""The collector of cycles is as it was after reading, and what was frozen stays so."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from bomtool import sheets
from bomtool.errors import ReadError
from bomtool.sheets.collector import collector_paused


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_it_is_off_within_and_on_again_behind() -> None:
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_it_stays_off_where_it_was_off() -> None:
    gc.disable()
    with collector_paused():
        pass
    assert not gc.isenabled()


def test_frozen_objects_stay_frozen() -> None:
    gc.freeze()
    frozen = gc.get_freeze_count()
    with collector_paused():
        made = [[] for _ in range(1000)]
    assert gc.get_freeze_count() >= frozen - 100  # some of them may have been freed meanwhile
    assert made


def test_a_cycle_made_meanwhile_is_still_found() -> None:
    with collector_paused():
        ring: list[object] = []
        ring.append(ring)
        del ring
    assert gc.collect() >= 1


def test_it_is_on_again_after_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("\n")
    with pytest.raises(ReadError):
        sheets.open(path)
    assert gc.isenabled()
