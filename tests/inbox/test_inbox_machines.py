"""Several machines, one PostgreSQL: each has a data folder and a path to the shared folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bomtool import store as store_room
from bomtool.inbox import watchers
from bomtool.inbox.ledger import Ledger
from bomtool.inbox.watchers import LostClaim, Watcher
from tests.inbox.watched import bom_text

FAST = ["--settle", "0.2", "--patience", "1", "--poll", "--interval", "0.3", "--log", "json"]
WHAT = ["--approve", "--build", "5", "--report"]


class Machine:
    """One machine's environment and its path to the folder."""

    def __init__(self, place: Path, shared: Path, database: str) -> None:
        place.mkdir()
        self.path = place / "mounted"
        self.path.symlink_to(shared)
        self.environment = {
            **os.environ,
            "BOMTOOL_DATA_DIR": str(place / "data"),
            "BOMTOOL_CONFIG_DIR": str(place / "config"),
            "BOMTOOL_DATABASE_URL": database,
        }

    def watch(self, *more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "bomtool", "watch", str(self.path), *WHAT, *FAST, *more]
        return subprocess.Popen(command, env=self.environment, stderr=subprocess.PIPE)

    def listed(self, noun: str) -> list[dict[str, object]]:
        command = [sys.executable, "-m", "bomtool", noun, "list", "--json"]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=True)
        found: list[dict[str, object]] = json.loads(done.stdout)["results"]
        return found


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_two_machines_share_a_folder_and_one_is_killed(tmp_path: Path, postgres: str) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    machines = [Machine(tmp_path / name, shared, postgres) for name in ("one", "two")]
    for number in range(10):
        (shared / f"{number}.csv").write_text(bom_text("LM358DR", start=number + 1))
    first, second = (machine.watch() for machine in machines)
    try:
        assert first.stderr is not None
        for line in first.stderr:
            if b'"event": "approved"' in line:
                break
        first.send_signal(signal.SIGKILL)
        first.wait()
        _seem_long_dead(postgres, first.pid)
        until = time.monotonic() + 3 * watchers.LEASE
        while len(list((shared / "done").glob("[0-9]*.result.json"))) < 10 or list((shared / "done").glob(".*")):
            assert second.poll() is None, second.stderr.read() if second.stderr else ""
            assert time.monotonic() < until
            time.sleep(0.2)
        second.terminate()
        assert second.stderr is not None
        told = [json.loads(line) for line in second.stderr]
        assert any(event["event"] == "done" for event in told)
    finally:
        for process in (first, second):
            process.kill()
            process.wait()
            if process.stderr is not None:
                process.stderr.close()
    names = sorted(path.name for path in (shared / "done").iterdir())
    wanted = [f"{number}.csv{ending}" for number in range(10) for ending in ("", ".report.xlsx", ".result.json")]
    assert names == sorted(wanted)
    assert (len(machines[0].listed("boms")), len(machines[1].listed("programs"))) == (10, 10)


def _seem_long_dead(database: str, pid: int) -> None:
    """Nobody waits a minute for a dead watcher's lease to end."""
    store = store_room.open(database)
    try:
        with store.write() as connection:
            old = watchers.database_now(connection) - 2 * watchers.timedelta(seconds=watchers.LEASE)
            mine = watchers.watchers.c.pid == pid
            assert connection.execute(watchers.update(watchers.watchers).where(mine).values(beat_at=old)).rowcount == 1
    finally:
        store.close()


def test_claims_hold_on_postgresql_too(tmp_path: Path, postgres: str) -> None:
    stores = [store_room.open(postgres) for _ in range(2)]
    folder = "11111111-1111-4111-8111-111111111111"
    ledgers = []
    for number, store in enumerate(stores):
        watcher = Watcher(store, folder, Path("/in"), tmp_path / str(number))
        watcher.start()
        ledgers.append(Ledger(store, watcher, folder, tmp_path / str(number)))
    one, two = ledgers
    try:
        claim = one.claim("a.csv", 5, "s" * 64, "k" * 64)
        assert claim is not None
        assert two.claim("a.csv", 5, "s" * 64, "k" * 64) is None
        one.record(claim, job={"bom_id": "B", "sent": {"BOM": ["x"]}})
        with stores[1].write() as connection:
            old = watchers.database_now(connection) - 2 * watchers.timedelta(seconds=watchers.LEASE)
            mine = watchers.watchers.c.id == one.watcher.id
            connection.execute(watchers.update(watchers.watchers).where(mine).values(beat_at=old))
        taken = two.claim("a.csv", 5, "s" * 64, "k" * 64)
        assert taken is not None
        assert (taken.job["bom_id"], taken.job["sent"]) == ("B", {"BOM": ["x"]})
        with pytest.raises(LostClaim):
            one.record(claim, job={"bom_id": "C"})
        two.record(taken, state="placing", verdict="done")
        two.release(taken, "done", target="done/a.csv")
    finally:
        for ledger in ledgers:
            ledger.watcher.stop()
        for store in stores:
            store.close()
