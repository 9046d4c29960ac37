"""Cuts the wire between the watched folder and a server without idempotency at random bytes, and counts what came of it.

    python scripts/long/cut_inbox.py [--cuts 500] [--seed 0]

Each run drops one file; one to six of the first eight exchanges are cut inside the request or the answer, and watchers are
started anew until the file is done or waits as uncertain. Writes benchmarks/results/cut_inbox.json: commit, seed, counts;
exit status 1 where a BOM was doubled or lost, or a file ended in any other way.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.crash.cutting import cut_anywhere  # noqa: E402


def run(count: int, seed: int) -> dict[str, Any]:
    """All runs, each with a data folder of its own."""
    ends: Counter[str] = Counter()
    planned, faults, began = 0, [], time.monotonic()
    for number in range(seed, seed + count):
        work = Path(tempfile.mkdtemp(prefix="bomtool-cut-"))
        os.environ["BOMTOOL_DATA_DIR"], os.environ["BOMTOOL_CONFIG_DIR"] = str(work / "data"), str(work / "config")
        try:
            end, cuts = cut_anywhere(work / "in", number)
            ends[end] += 1
            planned += cuts
        except Exception as error:
            faults.append(f"seed {number}: {type(error).__name__}: {error}"[:500])
        finally:
            shutil.rmtree(work, ignore_errors=True)
        if number % 50 == 49:
            print(f"{number + 1 - seed} runs, {dict(ends)}, {len(faults)} faults", file=sys.stderr, flush=True)
    seconds = round(time.monotonic() - began, 1)
    return {"seed": seed, "runs": count, "cuts_planned": planned, **ends, "doubled_or_lost": faults, "seconds": seconds}


def main() -> int:
    """Run, write the result, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "cut_inbox.json")
    arguments = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("BOMTOOL_")]:
        del os.environ[name]
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    result = {"commit": commit.stdout.strip(), **run(arguments.cuts, arguments.seed)}
    arguments.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    return 1 if result["doubled_or_lost"] else 0


if __name__ == "__main__":
    sys.exit(main())
