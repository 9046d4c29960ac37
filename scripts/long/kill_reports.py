"""Kills processes that write a report over another one, in every form, at random moments, and looks at what is left.

    python scripts/long/kill_reports.py [--kills 200] [--seed 1]

After each kill -9 the file must be the old report or the new one, whole; what killed processes left behind must be cleared
away by the next report. Writes benchmarks/results/kill_reports.json: commit, seed, counts; exit status 1 where anything was
broken.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WAYS = (("xlsx", False), ("xlsx", True), ("html", False), ("json", False), ("zip", False))
"""Form, and whether it is written as a large one is."""


def kill(kind: str, by_rows: bool, kills: int, seed: int) -> dict[str, Any]:
    """The counts of one form."""
    program = ROOT / "tests" / "crash" / "killing_reports.py"
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            str(program),
            folder,
            str(kills),
            kind,
            str(seed),
            *(["--by-rows"] if by_rows else []),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout)
    return {"form": kind, "by_rows": by_rows, "kills": kills, **found}


def main() -> int:
    """Every form."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    results = []
    for kind, by_rows in WAYS:
        results.append(kill(kind, by_rows, options.kills, options.seed))
        print(results[-1], flush=True)
    bad = [one for one in results if set(one["found"]) - {"old", "new"} or not one["swept"]]
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    out = ROOT / "benchmarks" / "results" / "kill_reports.json"
    told = {"commit": commit.stdout.strip(), "seed": options.seed, "broken": len(bad), "forms": results}
    out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
