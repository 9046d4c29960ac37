"""Three watchers, as of three machines, share one folder through one PostgreSQL; one is killed in the middle of its work.

    python scripts/long/share_inbox.py [--files 60] [--lines 10] [--seed 1]

Each machine has a data folder and a path to the shared folder of its own, and calls itself by its own host name, so that
only its beat in the ledger says whether it lives. The first is killed with SIGKILL after a random step; its files are taken
over by the others once its lease is over. Needs PostgreSQL, see tests/postgres.py. Writes benchmarks/results/share_inbox.json:
commit, seed, counts; exit status 1 where a file was lost, done twice or left half done.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "benchmarks"))

from watching import make  # noqa: E402

from tests import postgres  # noqa: E402

FAST = ["--settle", "0.2", "--patience", "1", "--poll", "--interval", "0.5", "--log", "json"]
WHAT = ["--approve", "--build", "5", "--report"]
STEPS = ("taken", "read", "bom", "approved", "program", "report")


class Machine:
    """One machine: its own data, its own path to the folder, its own name."""

    def __init__(self, place: Path, shared: Path, database: str) -> None:
        place.mkdir()
        self.name, self.path = place.name, place / "mounted"
        self.path.symlink_to(shared)
        self.log = place / "log"
        self.environment = {
            **os.environ,
            "BOMTOOL_DATA_DIR": str(place / "data"),
            "BOMTOOL_CONFIG_DIR": str(place / "config"),
            "BOMTOOL_DATABASE_URL": database,
            "HOST_OF_THE_PROOF": place.name,
        }

    def watch(self) -> subprocess.Popen[bytes]:
        """Its watcher, the log in a file."""
        start = (
            "import os, socket; name = os.environ['HOST_OF_THE_PROOF']; socket.gethostname = lambda: name; "
            "import runpy; runpy.run_module('bomtool', run_name='__main__')"
        )
        command = [sys.executable, "-c", start, "watch", str(self.path), *WHAT, *FAST]
        with self.log.open("wb") as log:
            return subprocess.Popen(command, env=self.environment, cwd=ROOT, stderr=log, stdout=subprocess.DEVNULL)

    def events(self, word: str) -> list[dict[str, Any]]:
        """Log lines of one event; a last line that was cut off by the kill is left out."""
        whole = self.log.read_text(encoding="utf-8").rpartition("\n")[0].splitlines()
        return [event for event in map(json.loads, whole) if event["event"] == word]

    def listed(self, noun: str) -> list[dict[str, Any]]:
        """Records on the platform."""
        done = subprocess.run(
            [sys.executable, "-m", "bomtool", noun, "list", "--json"],
            env=self.environment, cwd=ROOT, capture_output=True, check=True,
        )  # fmt: skip
        found: list[dict[str, Any]] = json.loads(done.stdout)["results"]
        return found


def share(work: Path, database: str, files: int, lines: int, seed: int) -> dict[str, Any]:
    """Drop, kill one, wait for the others, count."""
    chance = random.Random(seed)
    shared, began = work / "shared", time.monotonic()
    make(shared, files, lines)
    machines = [Machine(work / name, shared, database) for name in ("one", "two", "three")]
    processes = [machine.watch() for machine in machines]
    step, first = chance.choice(STEPS), machines[0]
    try:
        while len(first.events(step)) < 2:
            if processes[0].poll() is not None:
                raise SystemExit(first.log.read_text(encoding="utf-8")[-2000:])
            time.sleep(0.01)
        processes[0].send_signal(signal.SIGKILL)
        processes[0].wait()
        until = time.monotonic() + 900
        while time.monotonic() < until and len(list((shared / "done").glob("[!.]*.result.json"))) < files:
            time.sleep(0.5)
        while time.monotonic() < until and list((shared / "done").glob(".*")):
            time.sleep(0.5)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(120)
    by = {machine.name: len(machine.events("done")) for machine in machines}
    faults = [f"left: {path.name}" for path in shared.iterdir() if path.is_file() and path.name != ".bomtool-inbox"]
    names = sorted(path.name for path in (shared / "done").iterdir())
    wanted = [f"board{n:05d}.csv{ending}" for n in range(files) for ending in ("", ".report.xlsx", ".result.json")]
    faults += sorted(f"{'missing' if name in wanted else 'too much'}: {name}" for name in set(names) ^ set(wanted))
    boms, programs = machines[1].listed("boms"), machines[2].listed("programs")
    used = Counter(line["bom"]["id"] for program in programs for line in program["lines"])
    faults += [f"BOM {bom['id']} is in {used[bom['id']]} programs" for bom in boms if used[bom["id"]] != 1]
    return {
        "seed": seed, "files": files, "lines": lines, "killed_after": step, "done_by": by,
        "done": sum(name.endswith(".csv") for name in names), "boms": len(boms), "programs": len(programs),
        "seconds": round(time.monotonic() - began, 1), "faults": faults,
    }  # fmt: skip


def main() -> int:
    """Run, write the result, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--lines", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "share_inbox.json")
    arguments = parser.parse_args()
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server, server.database() as database:
        found = share(Path(folder), database, arguments.files, arguments.lines, arguments.seed)
    result = {"commit": commit.stdout.strip(), **found}
    arguments.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    return 1 if result["faults"] or not result["boms"] == result["programs"] == result["files"] else 0


if __name__ == "__main__":
    sys.exit(main())
