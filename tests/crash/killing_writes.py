"""Kills `bomtool serve` while clients write to it, and counts what became of every write.

Four clients send BOMs with and without an integration record, additions to one line, and stock; each request carries an
Idempotency-Key. Requests that the kill left without an answer are sent again to the next server, with the same key, and
some of those that were answered are sent again as well.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = 4
LAUNCHER = """
import os, sys
from bomtool import cli
import bomtool.cli.serve, bomtool.platform.app, bomtool.platform.server, bomtool.parts.seed, bomtool.parts.catalog, uvicorn
from bomtool.platform.routes import boms, lines, stock
for _ in sys.stdin:
    child = os.fork()
    if not child:
        print("pid", os.getpid(), flush=True)
        os._exit(cli.run(["serve", "--port", "0", "--log", os.devnull]))
    os.waitpid(child, 0)
    print("ended", flush=True)
"""
"""Runs `bomtool serve` in a process of its own for each line it is sent; what it imports is imported once."""


@dataclass
class Write:
    """One request, and what it was answered: None while nobody knows."""

    number: int
    kind: str
    method: str
    path: str
    body: dict[str, Any]
    answer: dict[str, Any] | None = None
    tries: int = 0


@dataclass(eq=False)
class Killing:
    """`run(kills)`, then `faults()` is empty where nothing was lost or doubled."""

    work: Path
    seed: int
    writes: list[Write] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    unanswered: int = 0
    replayed: int = 0
    _faults: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BOMTOOL_")}
        folders = {"BOMTOOL_DATA_DIR": str(self.work / "data"), "BOMTOOL_CONFIG_DIR": str(self.work / "config")}
        self.environment = {**kept, **folders}
        made = self._command("keys", "create", "--json")
        self.key = json.loads(made)["key"]
        self.counter = ""
        self._begun = threading.Event()
        self.launcher: Any = subprocess.Popen(
            [sys.executable, "-c", LAUNCHER], env=self.environment, cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def _command(self, *words: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "bomtool", *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def run(self, kills: int, seconds: float = float("inf")) -> None:
        """Serve, write, kill, so many times or for so long; then serve once more until everything is answered."""
        until = time.monotonic() + seconds
        for number in range(kills):
            if time.monotonic() > until:
                break
            self._serve(self.chance.choice((0.05, 0.2, 0.6, 1.5)) * self.chance.random())
            self.kills += 1
            if number % 20 == 19:
                print(f"{number + 1} kills, {len(self.writes)} writes", file=sys.stderr, flush=True)
        self._serve(None)

    def _serve(self, seconds: float | None) -> None:
        """One server's life. With `seconds` it is killed so long after the clients begin."""
        pid, url = self._launched()
        try:
            if not self.counter:
                self._begin(url)
            stop = threading.Event()
            waiting = [write for write in self.writes if write.answer is None]
            self.unanswered += len(waiting)
            shares = [waiting[number::CLIENTS] for number in range(CLIENTS)]
            seeds = [self.chance.random() for _ in range(CLIENTS)]
            clients = [
                threading.Thread(
                    target=self._write, args=(url, shares[n], stop, random.Random(seeds[n]), seconds is None)
                )
                for n in range(CLIENTS)
            ]
            for client in clients:
                client.start()
            if seconds is not None:
                self._begun.wait(60)
                time.sleep(seconds)
                os.kill(pid, signal.SIGKILL)
                stop.set()
            for client in clients:
                client.join()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            assert self.launcher.stdout.readline().startswith("ended")

    def _launched(self) -> tuple[int, str]:
        """A fresh server: its process and its URL."""
        self._begun.clear()
        self.launcher.stdin.write("go\n")
        self.launcher.stdin.flush()
        pid = int(self.launcher.stdout.readline().removeprefix("pid "))
        return pid, self.launcher.stdout.readline().split()[2]

    def close(self) -> None:
        """End the launcher."""
        self.launcher.stdin.close()
        self.launcher.wait(30)
        self.launcher.stdout.close()

    def _begin(self, url: str) -> None:
        with self._client(url) as client:
            body = {"name": "counter", "raw_lines": [self._counted()]}
            self.counter = client.post("/v1/parse_raw_bom/", json=body).raise_for_status().json()["id"]

    def _client(self, url: str) -> httpx.Client:
        return httpx.Client(
            base_url=url, headers={"Authorization": f"Api-Key {self.key}"}, timeout=30, trust_env=False, verify=False
        )

    def _write(self, url: str, waiting: list[Write], stop: threading.Event, chance: random.Random, last: bool) -> None:
        answered = [write for write in self.writes if write.answer is not None]
        again = chance.sample(answered, min(len(answered), 40 if last else 2))
        with self._client(url) as client, contextlib.suppress(httpx.HTTPError):
            for write in [*waiting, *again]:
                self._send(client, write)
            while not last and not stop.is_set():
                self._send(client, self._new(chance))

    def _new(self, chance: random.Random) -> Write:
        kind = chance.choice(("record", "bom", "count", "stock"))
        with self._lock:
            number = len(self.writes)
            name = f"w{number}"
            body: dict[str, Any] = {
                "name": name,
                "raw_lines": [{"mpn": "A", "reference_designators": ["R1"], "quantity": 1}],
            }
            method, path = "POST", "/v1/parse_raw_bom/"
            if kind == "record":
                body |= {"integration_source_name": "bomtool", "integration_record_id": name}
            elif kind == "count":
                path = f"/v1/boms/{self.counter}/parse_raw_line/"
                body = self._counted()
            elif kind == "stock":
                method, path = "PUT", "/v1/stock_lots/upsert_part_stock/"
                body = {"part": self._part(), "quantity": number + 1, "location": name}
            write = Write(number, kind, method, path, body)
            self.writes.append(write)
            self.kinds[kind] += 1
        return write

    def _counted(self) -> dict[str, Any]:
        """A line of a known part: the same again is added to the line that is there."""
        return {
            "mpn": self._known()[1],
            "manufacturer_name": self._known()[2],
            "reference_designators": ["R1"],
            "quantity": 1,
        }

    def _part(self) -> str:
        return self._known()[0]

    @functools.cache  # noqa: B019 (one for each run)
    def _known(self) -> tuple[str, str, str]:
        """Id, number and maker of a part of the catalogue."""
        with contextlib.closing(sqlite3.connect(self.work / "data" / "bomtool.sqlite3", timeout=30)) as database:
            found = database.execute("SELECT part_id, mpn, manufacturer FROM catalog_parts LIMIT 1").fetchone()
        return str(found[0]), str(found[1]), str(found[2])

    def _send(self, client: httpx.Client, write: Write) -> None:
        """Send, and note the answer; a broken connection passes, and leaves the write without one."""
        write.tries += 1
        headers = {"Idempotency-Key": f"key-{write.number}"}
        response = client.request(write.method, write.path, json=write.body, headers=headers)
        self._begun.set()
        with self._lock:
            if not response.is_success:
                self._faults.append(f"write {write.number} was answered {response.status_code}: {response.text[:200]}")
                write.answer = write.answer or {"id": None}
                return
            said = response.json()
            if write.answer is not None:
                self.replayed += 1
                if said != write.answer:
                    self._faults.append(f"write {write.number} was answered otherwise the second time")
            write.answer = said

    def faults(self) -> list[str]:
        """What was lost, doubled or damaged, in words."""
        found = list(self._faults)
        found += [f"write {write.number} was never answered" for write in self.writes if write.answer is None]
        with contextlib.closing(sqlite3.connect(self.work / "data" / "bomtool.sqlite3", timeout=30)) as database:
            names = Counter(name for (name,) in database.execute("SELECT name FROM boms"))
            ids = {row[0] for row in database.execute("SELECT id FROM boms")}
            lots = Counter(database.execute("SELECT location, quantity FROM stock_lots").fetchall())
            counted = database.execute("SELECT quant FROM bom_lines WHERE bom_id = ?", (self.counter,)).fetchall()
            empty = database.execute(
                "SELECT count(*) FROM boms WHERE id NOT IN (SELECT bom_id FROM bom_lines)"
            ).fetchone()[0]
            if (said := database.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                found.append(f"the database is damaged: {said}")
            if database.execute("PRAGMA foreign_key_check").fetchone():
                found.append("a row refers to nothing")
        for write in self.writes:
            if write.kind in ("record", "bom"):
                if names[f"w{write.number}"] != 1:
                    found.append(f"BOM w{write.number} is there {names[f'w{write.number}']} times")
                if write.answer and write.answer["id"] not in ids:
                    found.append(f"the BOM that was answered to write {write.number} is not there")
            elif write.kind == "stock" and lots[f"w{write.number}", write.number + 1] != 1:
                found.append(f"lot w{write.number} is there {lots[f'w{write.number}', write.number + 1]} times")
        if counted != [(1 + self.kinds["count"],)]:
            found.append(f"{self.kinds['count']} additions, and the line says {counted}")
        if empty:
            found.append(f"{empty} BOMs are without their line")
        return found

    def result(self) -> dict[str, Any]:
        """The figures."""
        return {
            "seed": self.seed,
            "kills": self.kills,
            "writes": len(self.writes),
            "kinds": dict(sorted(self.kinds.items())),
            "sent_again_without_answer": self.unanswered,
            "sent_again_though_answered": self.replayed,
            "faults": self.faults(),
        }
