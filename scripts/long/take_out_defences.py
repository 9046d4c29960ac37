"""Takes out the defences of SECURITY.md, one at a time, in a copy of the tree, and looks whether their tests notice.

    python scripts/long/take_out_defences.py [--only REGEX]

What is taken out, and which test must then fail, stands in defences.toml beside this program. Writes
benchmarks/results/take_out_defences.json: counts, what became of each, at which commit. Exit status 1 where a test did
not notice.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).with_name("defences.toml")
RESULT = ROOT / "benchmarks" / "results" / "take_out_defences.json"
MOMENTS = itertools.count(1_000_000_000)
NOTICED, SLEPT, BROKEN, GONE = "noticed", "not noticed", "test fails by itself", "code has changed"


def main() -> int:
    """Try all, keep what became of each at once, and tell by the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="Only defences whose name fits this regular expression.")
    options = parser.parse_args()
    with DATA.open("rb") as file:
        chosen = [entry for entry in tomllib.load(file)["defence"] if re.search(options.only, entry["name"])]
    commit = git("rev-parse", "HEAD")
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="bomtool-defences-") as folder:
        copy = Path(folder) / "copy"
        git("clone", "-q", "--no-hardlinks", str(ROOT), str(copy))
        healthy: dict[str, bool] = {}
        for entry in chosen:
            outcomes.append(tried(copy, entry, healthy))
            keep(entry["name"], outcomes[-1], commit)
            print(f"{outcomes[-1]:>22}  {entry['name']}", flush=True)
    return 0 if set(outcomes) <= {NOTICED} else 1


def keep(name: str, outcome: str, commit: str) -> None:
    """Write an outcome beside those of the other defences, which may be of earlier runs."""
    known = json.loads(RESULT.read_text(encoding="utf-8"))["outcomes"] if RESULT.exists() else {}
    known[name] = {"outcome": outcome, "commit": commit}
    counts = Counter(entry["outcome"] for entry in known.values())
    result = {"tried": len(known), "counts": dict(counts), "outcomes": known}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def tried(copy: Path, entry: dict[str, str], healthy: dict[str, bool]) -> str:
    """What became of one defence: its test passes with it, and must fail without."""
    test, path = entry["test"], copy / entry["file"]
    text = path.read_text(encoding="utf-8")
    if text.count(entry["old"]) != 1:
        return GONE
    if test not in healthy:
        healthy[test] = passes(copy, test)
    if not healthy[test]:
        return BROKEN
    write(path, text.replace(entry["old"], entry["new"]))
    try:
        return SLEPT if passes(copy, test) else NOTICED
    finally:
        write(path, text)


def write(path: Path, text: str) -> None:
    """Write a source file, each time with another moment of change: Python keeps what it compiled by that."""
    path.write_text(text, encoding="utf-8")
    moment = next(MOMENTS)
    os.utime(path, (moment, moment))


def passes(copy: Path, test: str) -> bool:
    """Whether a test passes in the copy."""
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--assert=plain", "-p", "no:cacheprovider", test]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=600).returncode == 0


def git(*arguments: str) -> str:
    """What git says."""
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
