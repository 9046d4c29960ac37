"""Kills `bomtool serve` again and again while clients write, and counts what became of every write.

    nice python scripts/long/kill_writes.py [--kills 200] [--seed 1] [--work DIR]

Writes benchmarks/results/kill_writes.json: commit, seed, counts. Exit status 1 where a write that was answered is lost,
or any is there twice.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Run, write the result, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument(
        "--minutes", type=float, default=float("inf"), help="end earlier, and say how many kills it was"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help="keep everything in this new folder")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "kill_writes.json")
    arguments = parser.parse_args()
    from tests.crash.killing_writes import Killing

    work = arguments.work or Path(tempfile.mkdtemp(prefix="bomtool-kills-"))
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    began = time.monotonic()
    killing = Killing(work, arguments.seed)
    try:
        killing.run(arguments.kills, arguments.minutes * 60)
    finally:
        killing.close()
    seconds = round(time.monotonic() - began, 1)
    result = {"commit": commit.stdout.strip(), "seconds": seconds, **killing.result()}
    arguments.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    if not arguments.work and not result["faults"]:
        shutil.rmtree(work, ignore_errors=True)
    return 1 if result["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
