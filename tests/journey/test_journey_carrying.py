"""A journey that was cut off is taken up where it stood: nothing is sent twice, what is gone is made anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bomtool.client import Client
from bomtool.client.client import Clock
from bomtool.connect import connect
from bomtool.errors import UncertainOutcome
from bomtool.journey.carrying import Logbook, Outcome, Wish, carry_out
from bomtool.settings import load
from tests.client.foreign import Foreign, serving
from tests.client.making import FakeTime, make_bom, make_client


class Killed(BaseException):
    """The process ends here."""


class Memory(Logbook):
    """A logbook that lives as long as the test."""

    def __init__(self) -> None:
        self.before: dict[str, frozenset[str]] = {}
        self.steps: list[str] = []

    def sent(self, noun: str) -> frozenset[str] | None:
        return self.before.get(noun)

    def sending(self, noun: str, alike: frozenset[str]) -> None:
        self.before[noun] = alike

    def reached(self, step: str, outcome: Outcome) -> None:
        self.steps.append(step)
        self.bom_id = str(outcome.bom.id) if outcome.bom else None
        self.program_id = str(outcome.program.id) if outcome.program else None


def killed_after_sending(state: Foreign, memory: Memory, fault: str) -> None:
    """A push whose answer is lost, by a process that dies before it can look."""
    state.fault = lambda number, method: fault if method == "POST" else None

    def die(seconds: float) -> None:
        raise Killed

    with make_client(state.url) as client:
        client.clock = Clock(lambda: 0.0, die)
        with pytest.raises(Killed):
            client.boms.create_raw(make_bom(), journal=memory)
    state.fault = lambda number, method: None


def test_a_push_cut_off_by_death_is_found_again() -> None:
    memory = Memory()
    with serving() as state:
        killed_after_sending(state, memory, "cut-after")
        with make_client(state.url) as client:
            pushed = client.boms.create_raw(make_bom(), journal=memory)
        assert pushed.outcome == "created"
        assert [str(pushed.bom.id)] == [item["id"] for item in state.boms]


def test_a_push_that_never_arrived_is_sent_once_more_after_looking() -> None:
    memory, time = Memory(), FakeTime()
    with serving() as state:
        killed_after_sending(state, memory, "cut-before")
        assert state.boms == []
        with make_client(state.url, time) as client:
            began = time.at
            assert client.boms.create_raw(make_bom(), journal=memory).outcome == "created"
        assert len(state.boms) == 1
        assert time.at - began >= 30


@pytest.mark.parametrize("keeps", ["null", "absent"])
def test_a_server_that_keeps_no_records_is_never_sent_the_same_twice(keeps: str) -> None:
    memory = Memory()
    with serving(Foreign(keeps_records=keeps)) as state:
        killed_after_sending(state, memory, "cut-after")
        for _ in range(3):
            with make_client(state.url) as client, pytest.raises(UncertainOutcome):
                client.boms.create_raw(make_bom(), journal=memory)
        assert len(state.boms) == 1


def test_like_named_records_of_before_are_not_taken_for_ours() -> None:
    memory = Memory()
    with serving(Foreign(keeps_records="null")) as state:
        state.boms.append({"id": "11111111-1111-4111-8111-111111111111", "name": "Blinker", "org_id": ""})
        state.boms[0]["integration_record_id"] = None
        killed_after_sending(state, memory, "cut-before")
        assert memory.before["BOM"] == {state.boms[0]["id"]}
        with make_client(state.url) as client:
            client.boms.create_raw(make_bom(), journal=memory)
        assert len(state.boms) == 2


@pytest.fixture
def client() -> Iterator[Client]:
    with connect(load()) as made:
        yield made


def test_taken_up_again_nothing_is_doubled(client: Client) -> None:
    memory, wish = Memory(), Wish(approve=True, build=5)
    first, second = Outcome("a"), Outcome("a")
    carry_out(client, load(), make_bom(), wish, first, memory)
    assert memory.steps == ["bom", "approved", "program"]
    carry_out(client, load(), make_bom(), wish, second, memory)
    assert first.bom is not None
    assert second.bom is not None
    assert (second.bom.id, second.program.id, second.outcome) == (first.bom.id, first.program.id, "unchanged")
    assert client.boms.list().count == client.programs.list().count == 1


def test_what_a_person_deleted_meanwhile_is_made_anew(client: Client) -> None:
    memory = Memory()
    first, second = Outcome("a"), Outcome("a")
    carry_out(client, load(), make_bom(), Wish(), first, memory)
    assert first.bom is not None
    client.boms.delete(first.bom.id)
    carry_out(client, load(), make_bom(), Wish(approve=True, build=5), second, memory)
    assert second.bom is not None
    assert second.bom.id != first.bom.id
    assert second.created
    assert second.program.lines[0].bom.id == second.bom.id


def test_an_archived_bom_is_named(client: Client) -> None:
    memory = Memory()
    first, second = Outcome("a"), Outcome("a")
    carry_out(client, load(), make_bom(), Wish(approve=True), first, memory)
    assert first.bom is not None
    client.boms.delete(first.bom.id)
    carry_out(client, load(), make_bom(), Wish(approve=True), second, memory)
    assert "bom-archived" in [finding.code for finding in second.findings]
    assert client.boms.list(archived=True).count == 1
