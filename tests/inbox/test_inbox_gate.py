"""Waiting for a platform that is away: longer each time, one file tries first, a good answer opens for all."""

from __future__ import annotations

from bomtool.inbox.gate import LONGEST, Gate


def test_it_waits_longer_each_time_and_not_for_ever() -> None:
    gate, now, waits = Gate(lambda: 1.0), 0.0, []
    for _ in range(12):
        seconds = gate.failed(now)
        assert seconds is not None
        waits.append(seconds)
        now += seconds
    assert waits[:5] == [2, 4, 8, 16, 32]
    assert waits[-1] == LONGEST


def test_half_of_the_wait_is_chance() -> None:
    assert Gate(lambda: 0.0).failed(0.0) == 1.0
    assert Gate(lambda: 1.0).failed(0.0) == 2.0


def test_closed_nobody_starts_and_then_one_tries() -> None:
    gate = Gate(lambda: 1.0)
    assert gate.places(0.0, running=1, concurrency=4) == 3
    gate.failed(0.0)
    assert gate.places(1.9, running=0, concurrency=4) == 0
    assert gate.places(2.0, running=0, concurrency=4) == 1
    assert gate.places(2.0, running=1, concurrency=4) == 0


def test_failures_of_files_under_way_do_not_count_twice() -> None:
    gate = Gate(lambda: 1.0)
    assert gate.failed(0.0) == 2.0
    assert gate.failed(0.5) is None
    assert gate.failed(2.0) == 4.0


def test_an_answer_opens_it_and_the_next_trouble_begins_anew() -> None:
    gate = Gate(lambda: 1.0)
    gate.failed(0.0)
    gate.failed(2.0)
    assert gate.worked()
    assert not gate.worked()
    assert gate.places(2.0, running=0, concurrency=4) == 4
    assert gate.failed(3.0) == 2.0
