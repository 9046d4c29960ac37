"""The ledger: one owner for each content and file, claims of the dead taken over, nothing lost between."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bomtool import store as store_room
from bomtool.inbox import watchers
from bomtool.inbox.ledger import Claim, Ledger
from bomtool.inbox.tables import files, jobs
from bomtool.inbox.tables import watchers as watchers_table
from bomtool.inbox.watchers import LostClaim, Watcher
from bomtool.store import Store

FOLDER = "11111111-1111-4111-8111-111111111111"


class Machine:
    """Watchers of one folder, each a machine of its own as far as the ledger can tell."""

    def __init__(self, store: Store, room: Path) -> None:
        self.store, self.room = store, room
        self.started: list[Watcher] = []

    def watcher(self, room: str = "a") -> Ledger:
        place = self.room / room
        made = Watcher(self.store, FOLDER, Path("/in"), place)
        made.start()
        self.started.append(made)
        return Ledger(self.store, made, FOLDER, place)

    def forget(self, ledger: Ledger) -> None:
        """As if it had not beaten for longer than the lease."""
        with self.store.write() as connection:
            old = watchers.database_now(connection) - 2 * watchers.timedelta(seconds=watchers.LEASE)
            mine = watchers_table.c.id == ledger.watcher.id
            connection.execute(update(watchers_table).where(mine).values(beat_at=old))

    def rows(self, table: Any) -> list[dict[str, Any]]:
        with self.store.read() as connection:
            return [dict(row._mapping) for row in connection.execute(select(table))]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    store = store_room.open(tmp_path / "ledger.sqlite3")
    made = Machine(store, tmp_path / "rooms")
    yield made
    for watcher in made.started:
        watcher.stop()
    store.close()


def claimed(ledger: Ledger, name: str = "a.csv", key: str = "k" * 64) -> Claim:
    claim = ledger.claim(name, 5, "s" * 64, key)
    assert claim is not None
    return claim


def test_a_content_has_one_owner(machine: Machine) -> None:
    one, two = machine.watcher("a"), machine.watcher("b")
    claim = claimed(one)
    assert two.claim("a.csv", 5, "s" * 64, "k" * 64) is None
    assert two.claim("copy.csv", 5, "s" * 64, "k" * 64) is None
    assert one.claim("copy.csv", 5, "s" * 64, "k" * 64) is None
    one.record(claim, job={"bom_id": "B1"})
    one.release(claim, "done", target="done/a.csv")
    again = claimed(two, "copy.csv")
    assert again.job["bom_id"] == "B1"
    assert [row["state"] for row in machine.rows(files)] == ["done", "working"]


def test_a_file_of_another_content_is_not_taken_from_its_owner(machine: Machine) -> None:
    one, two = machine.watcher("a"), machine.watcher("b")
    claimed(one, "a.csv", "k" * 64)
    assert two.claim("a.csv", 6, "t" * 64, "l" * 64) is None


def test_the_dead_are_taken_over_and_find_their_claims_gone(machine: Machine) -> None:
    one, two = machine.watcher("a"), machine.watcher("b")
    claim = claimed(one)
    one.record(claim, job={"bom_id": "B1"})
    assert two.claim("a.csv", 5, "s" * 64, "k" * 64) is None
    machine.forget(one)
    taken = claimed(two)
    assert (taken.job["bom_id"], taken.file["tries"]) == ("B1", 2)
    with pytest.raises(LostClaim):
        one.record(claim, job={"bom_id": "B2"})
    with pytest.raises(LostClaim):
        one.release(claim, "done")
    assert machine.rows(jobs)[0]["bom_id"] == "B1"


def test_a_watcher_that_cannot_beat_stops_by_itself(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    one = machine.watcher()
    claim = claimed(one)
    monkeypatch.setattr(one.watcher, "_beaten", one.watcher._beaten - watchers.LEASE)
    with pytest.raises(LostClaim):
        one.record(claim, job={"bom_id": "B1"})


def test_a_killed_process_of_this_machine_is_dead_at_once(machine: Machine, tmp_path: Path) -> None:
    code = f"""
import sys, time
from pathlib import Path
from bomtool import store
from bomtool.inbox.watchers import Watcher
from bomtool.inbox.ledger import Ledger
opened = store.open({str(tmp_path / "ledger.sqlite3")!r})
watcher = Watcher(opened, {FOLDER!r}, Path("/in"), Path({str(machine.room / "a")!r}))
watcher.start()
assert Ledger(opened, watcher, {FOLDER!r}, Path({str(machine.room / "a")!r})).claim("a.csv", 5, "s" * 64, "k" * 64)
print("claimed", flush=True)
time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "claimed\n"
        ledger = machine.watcher("a")
        assert ledger.claim("a.csv", 5, "s" * 64, "k" * 64) is None
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
    assert claimed(ledger).file["tries"] == 2


def test_many_at_once_and_one_gets_it(machine: Machine) -> None:
    ledgers = [machine.watcher(str(number)) for number in range(6)]
    found: list[Claim] = []
    start = threading.Barrier(6)

    def run(ledger: Ledger) -> None:
        start.wait()
        for number in range(10):
            claim = ledger.claim(f"{number}.csv", 5, "s" * 64, f"{number:064d}")
            if claim is not None:
                found.append(claim)

    threads = [threading.Thread(target=run, args=(ledger,)) for ledger in ledgers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claim.name for claim in found) == [f"{number}.csv" for number in range(10)]


def test_a_file_on_its_way_belongs_to_those_who_look_after_the_dead(machine: Machine) -> None:
    one, two = machine.watcher("a"), machine.watcher("b")
    claim = claimed(one)
    one.record(claim, state="placing", verdict="done", target="a.csv")
    assert two.abandoned() == []
    machine.forget(one)
    assert two.claim("a.csv", 9, "t" * 64, "l" * 64) is None  # a new file of the name waits until the old one is placed
    (taken,) = two.abandoned()
    assert (taken.file_id, taken.file["verdict"], taken.file["target"]) == (claim.file_id, "done", "a.csv")
    assert two.abandoned() == []
    two.release(taken, "done", target="done/a.csv")
    assert claimed(two, "a.csv", "l" * 64).file_id != claim.file_id


def test_rows_of_files_a_person_took_back_are_closed(machine: Machine) -> None:
    one, two = machine.watcher("a"), machine.watcher("b")
    one.release(claimed(one, "waits.csv", "1" * 64), "waiting", {"code": "x", "message": "y"})
    one.release(claimed(one, "gone.csv", "2" * 64), "uncertain")
    claimed(one, "working.csv", "3" * 64)
    assert [name for _, name in two.vanished({"waits.csv"})] == ["gone.csv"]
    assert two.vanished({"waits.csv"}) == []
    states = {row["name"]: row["state"] for row in machine.rows(files)}
    assert states == {"waits.csv": "waiting", "gone.csv": "gone", "working.csv": "working"}


def test_what_the_dead_left_in_the_data_folder_is_swept(machine: Machine) -> None:
    alive = machine.watcher("a")
    room = machine.room / "a"
    (room / "dead").mkdir()
    (room / "dead.lock").touch()
    removed: list[Path] = []
    watchers.sweep(room, removed.append)
    assert removed == []  # it may be about to be locked
    for lock in room.glob("*.lock"):
        os.utime(lock, (1, 1))
    watchers.sweep(room, removed.append)
    assert removed == [room / "dead"]
    assert alive.watcher.spool.exists()


def done(ledger: Ledger, name: str, sha256: str, bom_name: str) -> str:
    claim = ledger.claim(name, 1, sha256, f"key of {sha256}")
    assert claim is not None
    ledger.record(claim, job={"bom_name": bom_name})
    ledger.release(claim, "done", target=f"done/{name}")
    return claim.file_id


def test_what_a_file_takes_the_place_of(machine: Machine) -> None:
    ledger = machine.watcher()
    done(ledger, "sub/board.csv", "sub", "Board")
    of_bom = done(ledger, "other name.csv", "one", "Board")
    claim = ledger.claim("board.csv", 1, "two", "key of two")
    assert claim is not None
    before = ledger.previous(claim, "Board")
    assert before is not None and before["id"] == of_bom  # noqa: PT018
    assert ledger.previous(claim, "Another") is None
    of_name = done(ledger, "board.csv x", "three", "Third")
    with machine.store.write() as connection:
        connection.execute(update(files).where(files.c.id == of_name).values(name="board.csv"))
    before = ledger.previous(claim, "Board")
    assert before is not None and before["id"] == of_name  # noqa: PT018
    assert [row["id"] for row in machine.rows(files) if row["state"] == "working"] == [claim.file_id]
    same = done(ledger, "copy.csv", "two too", "Board")
    with machine.store.write() as connection:
        connection.execute(update(jobs).where(jobs.c.key == "key of two too").values(sha256="two"))
    before = ledger.previous(claim, "Board")
    assert before is not None and before["id"] not in (same, claim.file_id)  # noqa: PT018


def test_no_step_of_a_file_walks_over_what_was_done(machine: Machine) -> None:
    ledger = machine.watcher()
    done(ledger, "first.csv", "first", "Board")
    plans: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "UPDATE")) and "inbox_" in statement:
            other = cursor.connection.cursor()
            other.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(f"{row[3]} | {statement}" for row in other.fetchall())

    event.listen(machine.store.engine, "before_cursor_execute", explain)
    try:
        claim = ledger.claim("second.csv", 1, "second", "key of second")
        assert claim is not None
        ledger.previous(claim, "Board")
        ledger.versions("Board")
        ledger.file(claim.file_id)
        ledger.record(claim, job={"bom_name": "Board"}, tries=2)
        ledger.vanished({"second.csv"})
        ledger.release(claim, "done", target="done/second.csv")
    finally:
        event.remove(machine.store.engine, "before_cursor_execute", explain)
    steps = [plan for plan in plans if plan.startswith(("SCAN", "SEARCH"))]
    assert len(steps) > 10
    wide = [plan for plan in steps if plan.startswith("SCAN inbox_") or "folder_state (folder=? AND state=?)" in plan]
    assert wide == []
