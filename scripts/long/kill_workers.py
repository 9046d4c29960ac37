"""Kills workers with kill -9 while they do jobs, and counts what every job left behind.

    python scripts/long/kill_workers.py [--kills 200] [--workers 3] [--seed 1] [--lease 1.5] [--database-url URL]

The database is a fresh one of a PostgreSQL of its own, unless a URL names an empty one. Jobs of every kind wait in it: BOM
upserts, parts in slices, imported files, and jobs of four steps each of which writes a row that nothing but the steps
themselves keeps from being written twice. Workers are processes; one of them gets SIGKILL after a random time, again and
again, and another takes its place. At the end every job must have succeeded, every row must be there once, and nothing
more. Writes benchmarks/results/kill_workers.json: commit, seed, counts. Exit status 1 where anything is lost or doubled.
"""

from __future__ import annotations

import argparse
import collections
import json
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sqlalchemy import func, select, text  # noqa: E402

from bomtool import settings as settings_module  # noqa: E402
from bomtool import store as store_room  # noqa: E402
from bomtool.journey.jobs import IMPORT, Importer  # noqa: E402
from bomtool.parts import seed as seed_room  # noqa: E402
from bomtool.platform import app, job_kinds, keys, queue  # noqa: E402, F401 - the app is imported before workers fork
from bomtool.platform.embedded import local_key, local_org_id  # noqa: E402
from bomtool.platform.job_tables import job_steps, jobs  # noqa: E402
from bomtool.platform.jobs import insert_job  # noqa: E402
from bomtool.platform.services import boms, org_parts, pushing  # noqa: E402, F401
from bomtool.platform.stock_tables import org_parts as org_parts_table  # noqa: E402
from bomtool.platform.tables import bom_lines  # noqa: E402
from bomtool.platform.tables import boms as boms_table  # noqa: E402
from bomtool.platform.tasks import Task  # noqa: E402
from bomtool.platform.workers import Worker  # noqa: E402

STEPS, LINES, PARTS = 4, 40, 4_500
ENOUGH = 30
"""Jobs that wait at least, as long as workers are still to be killed."""


def tally(task: Task) -> str:
    """A job whose steps would double their rows if they were done twice."""
    for number in range(STEPS):
        row = {"job": task.claim.job_id, "step": number}

        def write(connection: Any, row: dict[str, Any] = row) -> None:
            connection.execute(text("INSERT INTO tally (job, step) VALUES (:job, :step)"), row)
            time.sleep(0.02)  # a step takes its time: kills land inside it

        task.step(f"step {number}", write)
        time.sleep(0.02)
    return "done"


def work(url: str, folder: Path, lease: float) -> None:
    """A worker process, until it is killed or told to stop."""
    os.environ |= {"BOMTOOL_DATABASE_URL": url, "BOMTOOL_DATA_DIR": str(folder)}
    logging.disable(logging.WARNING)
    settings = settings_module.load()
    store = store_room.open(url)
    importer = Importer(settings)
    kinds = {**job_kinds.KINDS, IMPORT: importer.run, "tally": tally}
    worker = Worker(store, settings, kinds, lease=timedelta(seconds=lease))
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
    worker.begin()
    while not stopped:
        time.sleep(0.05)
    worker.close()
    importer.close()
    store.close()


def start(url: str, folder: Path, lease: float) -> int:
    """Fork a worker; its pid."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work(url, folder, lease)
        code = 0
    finally:
        os._exit(code)


class Feeder:
    """Puts jobs into the queue, and knows what must come of them."""

    def __init__(self, store: store_room.Store, org: str, chance: random.Random) -> None:
        self.store, self.org, self.chance = store, org, chance
        self.made: collections.Counter[str] = collections.Counter()

    def feed(self, count: int) -> None:
        """So many more jobs."""
        with self.store.write() as connection:
            for _ in range(count):
                kind = self.chance.choices(("tally", "upsert_bom", "write_parts", IMPORT), (8, 5, 1, 2))[0]
                number = self.made[kind]
                self.made[kind] += 1
                given, file = getattr(self, f"_{kind}")(number)
                insert_job(connection, self.org, kind, given, file=file)

    def _tally(self, number: int) -> tuple[dict[str, Any], None]:
        return {}, None

    def _upsert_bom(self, number: int) -> tuple[dict[str, Any], None]:
        lines = [
            {"mpn": f"NOBODY-{number}-{n}", "quantity": 1, "reference_designators": [f"R{n}"]} for n in range(LINES)
        ]
        record = {"integration_source_name": "bomtool", "integration_record_id": f"upsert-{number}"}
        return {"body": {"name": f"upsert-{number}", "raw_lines": lines, **record}}, None

    def _write_parts(self, number: int) -> tuple[dict[str, Any], None]:
        parts = [{"mpn": f"OWN-{number}-{n}", "manufacturer": "House"} for n in range(PARTS)]
        return {"parts": parts, "update": True}, None

    def _import_file(self, number: int) -> tuple[dict[str, Any], tuple[str, bytes]]:
        rows = [f"R{n},1,FILE-{number}-{n},House,Part" for n in range(LINES)]
        content = "\n".join(["Reference,Quantity,MPN,Manufacturer,Description", *rows]).encode()
        return {}, (f"file-{number}.csv", content)


def waiting(store: store_room.Store) -> int:
    """Jobs that have not ended."""
    with store.read() as connection:
        open_ = jobs.c.status.in_(("queued", "running"))
        return int(connection.scalar(select(func.count()).select_from(jobs).where(open_)) or 0)


def in_hand(store: store_room.Store, pid: int) -> bool:
    """Whether the worker has a job just now."""
    with store.read() as connection:
        mine = jobs.c.worker.like(f"%-{pid}-%") & (jobs.c.status == "running")
        return connection.execute(select(jobs.c.id).where(mine).limit(1)).first() is not None


def count(store: store_room.Store, feeder: Feeder) -> dict[str, Any]:
    """What is there, against what must be there."""
    made = feeder.made
    with store.read() as connection:

        def number(query: Any) -> int:
            return int(connection.scalar(query) or 0)

        statuses = dict(connection.execute(select(jobs.c.status, func.count()).group_by(jobs.c.status)).all())
        attempts = dict(connection.execute(select(jobs.c.attempts, func.count()).group_by(jobs.c.attempts)).all())
        rows = text("SELECT count(*), count(DISTINCT (job, step)) FROM tally")
        tallied, different = connection.execute(rows).one()
        found = {
            "jobs": sum(made.values()),
            "statuses": statuses,
            "attempts": {str(tries): attempts[tries] for tries in sorted(attempts)},
            "steps": number(select(func.count()).select_from(job_steps)),
            "rows_of_steps": [tallied, different, made["tally"] * STEPS],
            "boms": [number(select(func.count()).select_from(boms_table)), made["upsert_bom"] + made[IMPORT]],
            "bom_lines": [
                number(select(func.count()).select_from(bom_lines)), (made["upsert_bom"] + made[IMPORT]) * LINES
            ],
            "parts": [number(select(func.count()).select_from(org_parts_table)), made["write_parts"] * PARTS],
        }  # fmt: skip
        most = connection.execute(select(jobs.c.kind, jobs.c.error).where(jobs.c.status != "succeeded").limit(5)).all()
    found["failed"] = [list(row) for row in most]
    found["right"] = (
        statuses == {"succeeded": sum(made.values())}
        and tallied == different == made["tally"] * STEPS
        and all(there == expected for there, expected in (found["boms"], found["bom_lines"], found["parts"]))
    )
    return found


def prove(url: str, folder: Path, kills: int, workers: int, seed: int, lease: float) -> dict[str, Any]:
    """Kill so many workers, let the others finish, and count."""
    os.environ |= {"BOMTOOL_DATABASE_URL": url, "BOMTOOL_DATA_DIR": str(folder)}
    chance = random.Random(seed)
    settings = settings_module.load()
    org = local_org_id(settings)
    store = store_room.open(url)
    seed_room.ready(store, None)
    local_key(store, folder)
    with store.write() as connection:
        connection.execute(text("CREATE TABLE tally (job text NOT NULL, step integer NOT NULL)"))
    store.close()  # nothing is open while workers fork
    queue.MOST_ATTEMPTS = kills + 1  # here it is not the jobs that end workers
    feeder = Feeder(store, org, chance)
    feeder.feed(ENOUGH)
    store.close()
    running = [start(url, folder, lease) for _ in range(workers)]
    began, at_work = time.monotonic(), 0
    try:
        for _ in range(kills):
            time.sleep(chance.uniform(0.05, 0.4))
            victim = chance.choice(running)
            until = time.monotonic() + 30
            while not in_hand(store, victim) and time.monotonic() < until:
                time.sleep(0.01)
            at_work += in_hand(store, victim)
            os.kill(victim, signal.SIGKILL)
            os.waitpid(victim, 0)
            running.remove(victim)
            left = waiting(store)
            if left < ENOUGH:
                feeder.feed(ENOUGH - left)
            store.close()
            running.append(start(url, folder, lease))
        killed = time.monotonic() - began
        until = time.monotonic() + 600
        while waiting(store) and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        for pid in running:
            os.waitpid(pid, 0)
    found = count(store, feeder)
    store.close()
    seconds = {"killing": round(killed), "in_all": round(time.monotonic() - began)}
    return {"kills": kills, "kills_at_work": at_work, "workers": workers, "lease": lease, "seconds": seconds, **found}


def main() -> int:
    """Prove it and write the result down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lease", type=float, default=1.5)
    parser.add_argument("--database-url")
    parser.add_argument("--no-file", action="store_true", help="print the result only")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bomtool-kill-")))
        url = given.database_url
        if url is None:
            from tests import postgres

            url = stack.enter_context(stack.enter_context(postgres.server()).database())
        found = prove(url, folder, given.kills, given.workers, given.seed, given.lease)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    result = {"commit": commit, "seed": given.seed, **found}
    print(json.dumps(result, indent=2))
    if not given.no_file:
        place = ROOT / "benchmarks" / "results" / "kill_workers.json"
        place.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0 if found["right"] else 1


if __name__ == "__main__":
    sys.exit(main())
