"""Kills `bomtool restore` at any moment and looks what the platform holds then: the old state or the new one, whole.

Two backups, of a platform before and after much has changed, are restored onto the same one in turn, each killed once on
its way and then run again; some onto an empty folder. A state is the digest of every table, the documents of its rows,
and that the platform is ready.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bomtool import settings as settings_module
from bomtool import store
from bomtool.errors import BomtoolError
from bomtool.platform.backup import restoring, saving, tables
from bomtool.platform.services import documents
from bomtool.platform.stock_tables import stock_documents
from bomtool.store import versions
from tests.platform.support import RESISTOR, Platform, line, raw_bom

LAUNCHER = """
import os, sys
from bomtool import cli
import bomtool.cli.backup, bomtool.platform.backup.restoring, bomtool.store.engine, alembic.command
for line in sys.stdin:
    os.environ["BOMTOOL_DATA_DIR"], archive = line.rstrip().split("\t")
    child = os.fork()
    if not child:
        print("pid", os.getpid(), flush=True)
        os._exit(cli.run(["restore", archive, "--replace", "--json"]))
    os.waitpid(child, 0)
    print("ended", flush=True)
"""
"""Runs `bomtool restore` in a process of its own for each data folder and file; what it imports is imported once."""
State = tuple[dict[str, tables.Count], dict[str, bytes]]


@dataclass(eq=False)
class Killing:
    """`run(kills)`; then `faults` is empty where a restore always had happened or had not."""

    work: Path
    seed: int
    target: str | None = None
    boms: int = 5
    faults: list[str] = field(default_factory=list)
    kills: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.archives = self._archives()
        self.settings = self._settings(self.work / "data")
        self.states: list[State] = []
        self.seconds = 0.0
        for archive in self.archives:
            began = time.monotonic()
            restoring.restore(self.settings, archive, replace=True)
            self.seconds = max(self.seconds, time.monotonic() - began)
            self.states.append(self._state(self.settings))
        assert self.states[0] != self.states[1]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BOMTOOL_")}
        environment["BOMTOOL_CONFIG_DIR"] = str(self.work / "config")
        if self.target:
            environment["BOMTOOL_DATABASE_URL"] = self.target
        self.launcher = subprocess.Popen(
            [sys.executable, "-c", LAUNCHER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )

    def run(self, kills: int, seconds: float = float("inf")) -> None:
        """Kill so many restores, or as many as the time allows."""
        until = time.monotonic() + seconds
        now = 1
        while self.kills < kills and time.monotonic() < until and len(self.faults) < 20:
            if self.target is None and self.chance.random() < 0.25:
                self._onto_nothing()
            now = self._over_another(now)

    def close(self) -> None:
        """End the launcher."""
        self.launcher.communicate()

    def result(self) -> dict[str, Any]:
        """What is kept of it."""
        return {
            "seed": self.seed,
            "database": "postgresql" if self.target else "sqlite",
            "kills": self.kills,
            "found_then": dict(sorted(self.outcomes.items())),
            "faults": self.faults,
        }

    def _over_another(self, now: int) -> int:
        """One state is being replaced with the other; the number of the state that is there in the end."""
        following = 1 - now
        before = set(self._kept_aside())
        ended = self._killed(self.settings, self.archives[following])
        found = self._state(self.settings)
        name = "new" if found == self.states[following] else "old" if found == self.states[now] else "neither"
        self.outcomes[f"{name}, {'after' if ended else 'killed before'} its end"] += 1
        self._note(name != "neither", "what is there is neither the old state nor the new one")
        self._note(not ended or name == "new", "a restore that ended has not happened")
        if name == "new":
            kept = [path for path in self._kept_aside() if path not in before]
            self._note(any(self._holds(path, self.states[now]) for path in kept), "what was there was not kept whole")
        self._again(self.settings, following)
        return following

    def _onto_nothing(self) -> None:
        """A restore into a folder that is not there yet: afterwards the platform is empty or the restored one."""
        settings = self._settings(self.work / f"fresh{self.kills}")
        self._killed(settings, self.archives[0])
        path = settings.sqlite_path
        there = path.exists() and path.stat().st_size > 0
        name = "nothing"
        if there:
            found = self._state(settings)
            empty = not any(count.rows for count in found[0].values())
            name = "nothing" if empty else "new" if found == self.states[0] else "neither"
        self.outcomes[f"{name}, onto nothing"] += 1
        self._note(name != "neither", "onto nothing: half of a platform is there")
        self._again(settings, 0)
        shutil.rmtree(settings.data_dir)

    def _again(self, settings: Any, wanted: int) -> None:
        try:
            restoring.restore(settings, self.archives[wanted], replace=True)
            self._note(self._state(settings) == self.states[wanted], "restored again it is not the backup's state")
            self._note(not list(settings.data_dir.glob("*.part*")), "half of what was kept is left")
        except BomtoolError as error:
            self._note(False, f"it is not restored again: {error.message}")

    def _killed(self, settings: Any, archive: Path) -> bool:
        """Start a restore and kill it at any moment of its way; whether it had ended before."""
        asking, answering = self.launcher.stdin, self.launcher.stdout
        assert asking is not None
        assert answering is not None
        asking.write(f"{settings.data_dir}\t{archive}\n")
        asking.flush()
        while not (said := answering.readline()).startswith("pid "):
            assert said, "the launcher has ended"
        time.sleep(self.chance.uniform(0, 1.1 * self.seconds))
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(said.split()[1]), signal.SIGKILL)
        self.kills += 1
        ended = False
        while (said := answering.readline()) != "ended\n":
            assert said, "the launcher has ended"
            ended = ended or said.startswith("}")
        return ended

    def _state(self, settings: Any) -> State:
        """What a platform that starts now would answer from."""
        opened = store.open(settings.database_url or settings.sqlite_path)
        try:
            self._note(versions.is_current(opened), "the platform would not be ready")
            with opened.read() as connection:
                rows = connection.execute(stock_documents.select()).all()
                if self.target:
                    counted = tables.counts(tables.of_postgresql(connection), self._shapes(), lambda *_: None)
            if not self.target:
                counted = _counted(settings.sqlite_path)
        finally:
            opened.close()
        contents = {row.id: documents.path_of(settings, row) for row in rows}
        return counted, {name: path.read_bytes() if path.exists() else b"" for name, path in contents.items()}

    def _shapes(self) -> list[tables.Shape]:
        with contextlib.closing(sqlite3.connect(self.work / "source" / "bomtool.sqlite3")) as database:
            return tables.shapes(database)

    def _kept_aside(self) -> list[Path]:
        folder = self.settings.data_dir
        found = [*folder.glob("bomtool.sqlite3.before-restore-*"), *folder.glob("before-restore-*.zip")]
        return sorted(path for path in found if ".part" not in path.name)

    def _holds(self, path: Path, state: State) -> bool:
        """Whether a database or a backup that was kept aside has the rows of a state."""
        if path.suffix != ".zip":
            return _counted(path) == state[0]
        elsewhere = settings_module.load(data_dir=self.work / f"kept{self.kills}")
        try:
            restoring.restore(elsewhere, path)
            return _counted(elsewhere.sqlite_path) == state[0]
        finally:
            shutil.rmtree(elsewhere.data_dir, ignore_errors=True)

    def _settings(self, folder: Path) -> Any:
        return settings_module.load(data_dir=folder, **({"database_url": self.target} if self.target else {}))

    def _archives(self) -> list[Path]:
        """Two backups of one platform: what the first has is changed and gone in the second, which has more."""
        platform, made = Platform(self.work / "source"), []
        try:
            with platform.client(platform.key()["key"]) as client:
                for name in ("one", "two"):
                    for number in range(self.boms):
                        bom = client.post("/v1/parse_raw_bom/", json=raw_bom(f"{name} {number}", line(RESISTOR, "R1")))
                        assert bom.is_success
                    for board in client.get("/v1/boms/?search=one&limit=1000").json()["results"][::2] * (name == "two"):
                        assert client.delete(f"/v1/boms/{board['id']}/").is_success
                    sent = client.post(f"/v1/stock_documents/?name={name}.txt", content=name.encode())
                    assert sent.is_success
                    made.append(self.work / f"{name}.zip")
                    saving.save(platform.settings, platform.store, made[-1])
            return made
        finally:
            platform.close()

    def _note(self, held: bool, fault: str) -> None:
        if not held:
            self.faults.append(f"kill {self.kills}: {fault}")


def _counted(path: Path) -> dict[str, tables.Count]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return tables.counts(tables.of_sqlite(database), tables.shapes(database), lambda *_: None)
