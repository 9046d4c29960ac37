"""Lets one watcher take 10,000 small files, one after the other, and prints its memory per thousand.

    python scripts/long/flat_inbox.py [--files 10000] [--lines 5] [--concurrency 2]

A real `bomtool watch` process without reports; files are dropped in portions so that the folder is never empty and never
holds all of them. Memory is that of the watcher and its readers (Linux). Writes benchmarks/results/flat_inbox.json: commit,
MiB and CPU seconds a file per thousand, counts; exit status 1 where files were lost or doubled, or memory grew by more than
a fifth from the second thousand to the last.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

from watching import Bench, make, usage  # noqa: E402

AHEAD = 400
"""Files that lie in the folder at most."""


def run(work: Path, files: int, lines: int, concurrency: int, keep: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Drop all of them; figures for each thousand (or tenth) that is done, kept as they come."""
    bench = Bench(work, concurrency)
    bench.options = [
        "--approve",
        "--concurrency",
        str(concurrency),
        "--settle",
        "0.2",
        "--interval",
        "1",
        "--log",
        "json",
    ]
    step = max(1, min(1000, files // 10))
    process = bench.start()
    dropped = done = 0
    highest, steps = 0.0, []
    cpu = usage(process.pid)[0]
    began = mark = time.monotonic()
    try:
        while not bench.events("started"):
            time.sleep(0.1)
        while done < files:
            if dropped < files and dropped - done < AHEAD // 2:
                portion = min(AHEAD // 2, files - dropped)
                make(bench.folder, portion, lines, dropped)
                dropped += portion
            time.sleep(1)
            highest = max(highest, usage(process.pid)[1])
            done = sum(path.name.endswith(".result.json") for path in (bench.folder / "done").iterdir())
            if process.poll() is not None:
                raise SystemExit((work / "log").read_text(encoding="utf-8")[-2000:])
            if done >= step * (len(steps) + 1) or done == files:
                now, spent = time.monotonic(), usage(process.pid)[0]
                count = done - (steps[-1]["done"] if steps else 0)
                steps.append(
                    {
                        "done": done,
                        "mib": round(highest, 1),
                        "seconds_a_file": round((now - mark) / count, 3),
                        "cpu_of_the_watcher_a_file": round((spent - cpu) / count, 4),
                    }
                )
                print(steps[-1], file=sys.stderr, flush=True)
                highest, mark, cpu = 0.0, now, spent
                keep({"files": files, "lines": lines, "cut_off_after": done, "steps": steps})
    finally:
        process.terminate()
        process.wait(120)
    boms = bench.listed("boms")
    placed = [path.name for path in (bench.folder / "done").iterdir() if path.name.endswith(".csv")]
    seconds = round(time.monotonic() - began, 1)
    return {"files": files, "lines": lines, "seconds": seconds, "done": len(placed), "boms": boms, "steps": steps}


def main() -> int:
    """Run, write the result, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=5)
    parser.add_argument("--concurrency", type=int, default=2)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "flat_inbox.json")
    arguments = parser.parse_args()
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)

    def keep(found: dict[str, Any]) -> None:
        content = {"commit": commit.stdout.strip(), **found}
        arguments.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    with tempfile.TemporaryDirectory() as folder:
        result = run(Path(folder), arguments.files, arguments.lines, arguments.concurrency, keep)
    keep(result)
    print(json.dumps(result, indent=1))
    steps = result["steps"]
    flat = steps[-1]["mib"] <= 1.2 * steps[min(1, len(steps) - 1)]["mib"]
    return 0 if flat and result["done"] == result["boms"] == result["files"] else 1


if __name__ == "__main__":
    sys.exit(main())
