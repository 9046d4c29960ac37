"""A served platform under mixed load for an hour: no error, flat memory.

    python scripts/long/soak_serve.py [--minutes 60] [--clients 4] [--seed 1] [--database-url URL] [--sqlite]

Clients read, list, search, push BOMs of 20 to 200 lines, decide, approve, make programs, ask for availability and prices, and
delete what they made, through a `bomtool serve` of its own with a worker beside it. The server's resident memory is noted
every few seconds. Writes benchmarks/results/soak_serve.json: commit, seed, requests by operation and status, memory. Exit
status 1 for an answer of 500 or more, one that was not expected, or memory that grows: the median of the last third of the
time more than 10 % and 16 MiB above that of the second.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

KNOWN = ("RC0402FR-0710KL", "GRM155R71C104KA88D", "LM358DR", "2N7002,215")


class Caller:
    """One client, over and over through the life of a BOM."""

    def __init__(self, url: str, key: str, seed: int, counts: collections.Counter[tuple[str, int]]) -> None:
        self.chance = random.Random(seed)
        self.counts = counts
        self.seed = seed
        self.number = 0
        self.client = httpx.Client(base_url=url, headers={"Authorization": f"Api-Key {key}"}, timeout=120)

    def ask(self, what: str, method: str, path: str, **more: Any) -> Any:
        """One request, counted; its JSON."""
        answer = self.client.request(method, path, **more)
        self.counts[what, answer.status_code] += 1
        return answer.json() if answer.content and answer.is_success else None

    def round(self) -> None:
        """One BOM from its push to its end."""
        self.number += 1
        count = self.chance.randrange(20, 200)
        lines = [
            {"mpn": self.chance.choice(KNOWN) if n % 4 else f"S{self.seed}-{self.number}-{n}", "quantity": 1 + n % 7,
             "reference_designators": [f"R{n}"]}
            for n in range(count)
        ]  # fmt: skip
        record = {"integration_source_name": "soak", "integration_record_id": f"{self.seed}-{self.number}"}
        body = {"name": f"soak {self.seed} {self.number}", "raw_lines": lines, **record}
        if self.number % 3:
            bom = self.ask("push", "POST", "/v1/parse_raw_bom/", json=body)
        else:
            job = self.ask("push as a job", "PUT", "/v1/boms/async_upsert/", json=body)
            while job is not None and job["status"] in ("queued", "running"):
                time.sleep(0.05)
                job = self.ask("ask for a job", "GET", f"/v1/async_jobs/{job['id']}/")
            bom = self.ask("get", "GET", f"/v1/boms/{job['result']['bom']}/") if job and job["result"] else None
        if bom is None:
            return
        self.ask("lines", "GET", f"/v1/boms/{bom['id']}/lines/", params={"limit": 50})
        self.ask("list", "GET", "/v1/boms/", params={"search": "soak", "limit": 20})
        self.ask("approve", "POST", f"/v1/boms/{bom['id']}/approve/", json={"allow_unmatched": True})
        body = {"name": f"run {self.number}", "lines": [{"bom": bom["id"], "quant": self.chance.randrange(1, 500)}]}
        program = self.ask("program", "POST", "/v1/programs/", json=body)
        if program is not None:
            self.ask("availability", "GET", f"/v1/programs/{program['id']}/availabilities/")
            self.ask("pricing", "GET", f"/v1/programs/{program['id']}/reference_pricing/")
            self.ask("delete program", "DELETE", f"/v1/programs/{program['id']}/")
        self.ask("delete", "DELETE", f"/v1/boms/{bom['id']}/")


def resident(pid: int) -> float:
    """MiB of a process (Linux)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def soak(url: str | None, home: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Serve, ask, note."""
    environment = {**os.environ, "BOMTOOL_DATA_DIR": str(home), "BOMTOOL_CONFIG_DIR": str(home)}
    if url:
        environment["BOMTOOL_DATABASE_URL"] = url
    base = [sys.executable, "-u", "-m", "bomtool"]
    made = subprocess.run(
        [*base, "keys", "create", "--json"], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    key = json.loads(made.stdout)["key"]
    command = [*base, "serve", "--port", "0", "--log", os.devnull]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    worker = subprocess.Popen([*base, "worker"], env=environment, stdout=subprocess.DEVNULL)
    counts: collections.Counter[tuple[str, int]] = collections.Counter()
    broken: list[str] = []
    memory: list[float] = []
    try:
        assert server.stdout is not None
        place = next(word for word in server.stdout.readline().split() if word.startswith("http://"))
        end = time.monotonic() + 60 * given.minutes

        def call(number: int) -> None:
            caller = Caller(place, key, given.seed * 1000 + number, counts)
            try:
                while time.monotonic() < end:
                    caller.round()
            except Exception as error:
                broken.append(repr(error))

        threads = [threading.Thread(target=call, args=(number,)) for number in range(given.clients)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            time.sleep(min(5.0, given.minutes))
            memory.append(resident(server.pid))
        for thread in threads:
            thread.join()
    finally:
        for process in (server, worker):
            process.terminate()
        for process in (server, worker):
            process.communicate()
    third = max(1, len(memory) // 3)
    before, after = statistics.median(memory[third : 2 * third] or memory), statistics.median(memory[-third:])
    wrong = {f"{what} {status}": count for (what, status), count in counts.items() if not 200 <= status < 300}
    return {
        "database": "postgresql" if url else "sqlite",
        "minutes": given.minutes,
        "clients": given.clients,
        "requests": sum(counts.values()),
        "by_operation": {
            what: sum(n for (w, _), n in counts.items() if w == what) for what in sorted({w for w, _ in counts})
        },
        "not_2xx": wrong,
        "broken": broken,
        "memory_mib": {"second_third": round(before, 1), "last_third": round(after, 1), "most": round(max(memory), 1)},
        "right": not wrong and not broken and after <= max(before * 1.1, before + 16),
    }


def main() -> int:
    """Soak and write the result down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database-url")
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--no-file", action="store_true", help="print the result only")
    given = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bomtool-soak-")))
        url = given.database_url
        if url is None and not given.sqlite:
            from tests import postgres

            url = stack.enter_context(stack.enter_context(postgres.server()).database())
        found = soak(url, home, given)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    result = {"commit": commit, "seed": given.seed, **found}
    print(json.dumps(result, indent=2))
    if not given.no_file:
        place = ROOT / "benchmarks" / "results" / "soak_serve.json"
        place.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0 if found["right"] else 1


if __name__ == "__main__":
    sys.exit(main())
