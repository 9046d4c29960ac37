"""Kills whoever changes records and whoever sends webhooks, at random, and counts what the receiver was told.

    python scripts/long/kill_webhooks.py [--kills 60] [--seed 0] [--postgres]

One process makes and changes tags, three send; every few tenths of a second one of them gets kill -9 and another takes its
place. The receiver fails a third of the calls in every way it knows. In the end each tag must have been told as created,
its last event must be its last state in the database, and no event of a tag may have been taken after a later one of
that tag. Waits and leases are shortened. Writes benchmarks/results/kill_webhooks.json (or kill_webhooks_postgres.json):
commit, seed, counts; exit status 1 where anything is lost, doubled under another name, or out of order.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests import postgres  # noqa: E402
from tests.platform.hookserver import CUT, TRUNCATE, HookServer  # noqa: E402

_SHORT = """
import sys
from datetime import timedelta
from bomtool import settings, store
from bomtool.platform import webhook_delivery as w
w.FIRST_WAIT, w.LONGEST_WAIT, w.LONGEST_PAUSE = timedelta(seconds=0.05), timedelta(seconds=0.5), timedelta(seconds=0.2)
w.LEASE = timedelta(seconds=4)
opened, given = store.open(sys.argv[1]), settings.load()
"""
_SENDER = (
    _SHORT
    + """
import time
from dataclasses import replace
guard = replace(w.guard_of(given), seconds=2.0)
while True:
    w.turn(opened, given, guard)
    time.sleep(0.02)
"""
)
_WRITER = (
    _SHORT
    + """
import random
from sqlalchemy import select
from bomtool.platform.people_tables import tags
from bomtool.platform.services import records
dice = random.Random(int(sys.argv[3]))
number = int(sys.argv[4])
while True:
    number += 1
    with opened.write() as connection:
        known = list(connection.execute(select(tags.c.id).where(tags.c.org_id == sys.argv[2])).scalars())
        if not known or dice.random() < 0.2:
            name = f"tag {number}"
            records.add(connection, tags, sys.argv[2], {"name": name, "name_key": name, "description": str(number)})
        else:
            records.change(connection, tags, dice.choice(known), {"description": str(number)})
        if dice.random() < 0.1:
            connection.rollback()
    print(number, flush=True)
"""
)


def run(target: str, folder: Path, kills: int, seed: int) -> dict[str, Any]:
    """One long fight over one database."""
    dice = random.Random(seed)
    os.environ["BOMTOOL_DATA_DIR"] = str(folder / "data")
    os.environ["BOMTOOL_OUTBOUND_ALLOW"] = "localhost"
    taken: list[Any] = []
    answers: Counter[str] = Counter()

    def answer(got: Any) -> Any:
        chosen = dice.choice([200, 200, 200, 200, 500, CUT, TRUNCATE, (302, {"Location": "https://localhost/"}, b"")])
        answers["cut" if chosen is CUT else "truncated" if chosen is TRUNCATE else str(chosen).strip("(")[:3]] += 1
        if chosen == 200:
            taken.append(got)
        return chosen

    with HookServer(folder / "tls", default=answer) as server:
        os.environ["BOMTOOL_OUTBOUND_CA"] = str(server.ca_file)
        from bomtool import settings, store
        from bomtool.platform import keys, webhook_delivery
        from bomtool.platform.services import webhooks as hooks

        opened, given = store.open(target), settings.load()
        with opened.write() as connection:
            org = keys.create_org(connection, "killed")
        made = hooks.add(opened, given, webhook_delivery.guard_of(given), org, server.url, None)
        _fight(target, org, kills, dice, seed)
        _drain(opened, given, made["id"], target)
        found = _judge(opened, org, taken, hooks.log(opened, made["id"], limit=1000))
        opened.close()
    return {"seed": seed, "kills": kills, "calls": len(server.got), "answers": dict(answers), **found}


def _start(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def _fight(target: str, org: str, kills: int, dice: random.Random, seed: int) -> None:
    senders = [_start(_SENDER, target) for _ in range(3)]
    writer = _start(_WRITER, target, org, str(seed), "0")
    number = 0
    try:
        for _ in range(kills):
            assert writer.stdout is not None
            for _ in range(dice.randint(1, 12)):
                number = int(writer.stdout.readline() or number)
            time.sleep(dice.uniform(0.0, 0.6))
            if dice.random() < 0.3:
                writer.kill()
                number = max([number, *(int(line) for line in writer.stdout)]) + 1
                writer.wait()
                writer.stdout.close()
                writer = _start(_WRITER, target, org, str(dice.random())[2:9], str(number))
            else:
                place = dice.randrange(3)
                senders[place].kill()
                senders[place].communicate()
                senders[place] = _start(_SENDER, target)
    finally:
        for process in (writer, *senders):
            process.kill()
            process.communicate()


def _drain(opened: Any, given: Any, hook_id: str, target: str) -> None:
    """One sender, left alone, until nothing waits."""
    from sqlalchemy import func, select

    from bomtool.platform.webhook_tables import webhook_changes, webhook_deliveries

    sender = _start(_SENDER, target)
    until = time.monotonic() + 600
    try:
        while time.monotonic() < until:
            time.sleep(0.5)
            waiting = (
                select(func.count()).select_from(webhook_deliveries).where(webhook_deliveries.c.status == "pending")
            )
            with opened.read() as connection:
                changes = connection.execute(select(func.count()).select_from(webhook_changes)).scalar_one()
                if not changes and not connection.execute(waiting).scalar_one():
                    return
    finally:
        sender.kill()
        sender.communicate()


def _judge(opened: Any, org: str, taken: list[Any], log: list[Any]) -> dict[str, Any]:
    from sqlalchemy import select

    from bomtool.platform.people_tables import tags

    with opened.read() as connection:
        states = {row.id: row.description for row in connection.execute(select(tags).where(tags.c.org_id == org))}
    events: dict[str, list[Any]] = {}
    for got in taken:
        events.setdefault(got.body["id"], []).append(got)
    told = {record: [int(got.body["data"]["description"]) for got in calls] for record, calls in events.items()}
    faults = [f"{record} was not told" for record in states if record not in told]
    faults += [f"{record} is told and is none" for record in told if record not in states]
    faults += [f"{record} ended otherwise" for record in told if str(told[record][-1]) != states.get(record)]
    faults += [f"{record} is out of order: {seen}" for record, seen in told.items() if seen != sorted(seen)]
    faults += [
        f"{record} was not told as created"
        for record, calls in events.items()
        if calls[0].body["event_type"] != "created"
    ]
    faults += [f"{entry['id']} ended as {entry['status']}" for entry in log if entry["status"] != "delivered"]
    names = [got.headers["x-bomtool-delivery"] for got in taken]
    return {
        "records": len(states),
        "events": len(set(names)),
        "taken_twice": len(names) - len(set(names)),
        "faults": faults,
    }


def main() -> int:
    """Run, write the result, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--postgres", action="store_true")
    arguments = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("BOMTOOL_") and name != "BOMTOOL_TEST_DATABASE"]:
        del os.environ[name]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bomtool-webhooks-")))
        target = str(folder / "bomtool.sqlite3")
        if arguments.postgres:
            target = stack.enter_context(stack.enter_context(postgres.server()).database())
        began = time.monotonic()
        found = run(target, folder, arguments.kills, arguments.seed)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = round(time.monotonic() - began, 1)
    result = {"commit": commit.stdout.strip(), **found, "seconds": seconds}
    name = "kill_webhooks_postgres.json" if arguments.postgres else "kill_webhooks.json"
    (ROOT / "benchmarks" / "results" / name).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    return 1 if result["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
