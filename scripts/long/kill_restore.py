"""Kills `bomtool restore` again and again at any moment, and looks what the platform holds then.

    nice python scripts/long/kill_restore.py [--kills 100] [--seed 1] [--postgres]

Two states of a platform are restored over one another in turn, some onto an empty folder; each restore is killed on its
way, looked at, and run again. Writes benchmarks/results/kill_restore.json (or kill_restore_postgres.json): commit, seed,
counts. Exit status 1 where half of a state was there, what stood there before was not kept whole, or a restore could not
be run again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Run, write the result, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--boms", type=int, default=40, help="BOMs of each state")
    parser.add_argument("--postgres", action="store_true")
    arguments = parser.parse_args()
    from tests import postgres
    from tests.crash.killing_restores import Killing

    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    began = time.monotonic()
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bomtool-kills-")))
        target = stack.enter_context(stack.enter_context(postgres.server()).database()) if arguments.postgres else None
        killing = Killing(work, arguments.seed, target, arguments.boms)
        stack.callback(killing.close)
        killing.run(arguments.kills)
    seconds = round(time.monotonic() - began, 1)
    result = {"commit": commit.stdout.strip(), "seconds": seconds, **killing.result()}
    name = "kill_restore_postgres.json" if arguments.postgres else "kill_restore.json"
    (ROOT / "benchmarks" / "results" / name).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    return 1 if result["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
