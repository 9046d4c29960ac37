"""Sends generated requests to every operation of the platform, as its own OpenAPI document describes them.

    nice python scripts/long/fuzz_api.py [--examples 1000] [--seed 1] [--only NAME ...] [--again]

Half of the requests are right, half wrong on purpose; the key is valid and most ids are those of real records. Counts as
failure: a 5xx, an undocumented status or content type, an answer that does not fit its schema, wrong data accepted; and an
operation that never succeeded, which so was not tried. The counts per operation go to benchmarks/results/fuzz_api.json
after every chunk, and a later run goes on where that file ends; `--again` starts the named operations (or all) anew. Exit
status 1 where anything failed or is not done.
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
sys.path.insert(0, str(ROOT))

CHUNK = 100
"""Requests of an operation between two writings of the result."""


def main() -> int:
    """Run, write the result, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "fuzz_api.json")
    arguments = parser.parse_args()
    from tests.contract.fuzzing import NAMES, Fuzz

    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    counted: dict[str, Any] = {}
    if arguments.out.exists():
        counted = json.loads(arguments.out.read_text(encoding="utf-8"))["operations"]
    with tempfile.TemporaryDirectory(prefix="bomtool-fuzz-") as folder:
        fuzz = Fuzz(Path(folder))
        names = arguments.only or list(fuzz.operations)
        if arguments.again:
            counted = {name: entry for name, entry in counted.items() if name not in names}
        for start in range(0, arguments.examples, CHUNK):
            for name in names:
                entry = counted.setdefault(name, {"examples": 0, "statuses": {}, "failures": [], "commits": []})
                if entry["examples"] > start or entry.get("exhausted"):
                    continue
                wanted = min(CHUNK, arguments.examples - start)
                out = fuzz.run(name, wanted, arguments.seed * 1_000_003 + start)
                _add(entry, out, commit.stdout.strip()[:12], wanted)
                _write(arguments.out, {"seed": arguments.seed, "asked": arguments.examples, "checks": NAMES}, counted)
            print(f"{start + CHUNK} each; {sum(len(e['failures']) for e in counted.values())} failures", flush=True)
        fuzz.close()
    result = json.loads(arguments.out.read_text(encoding="utf-8"))
    print(json.dumps({name: value for name, value in result.items() if name != "operations"}, indent=1))
    wrong = result["failures"] or result["server_errors"] or result["never_succeeded"]
    return 1 if wrong or result["operations_done"] < len(counted) else 0


def _add(entry: dict[str, Any], out: Any, commit: str, wanted: int) -> None:
    entry["examples"] += out.examples
    for status, count in out.statuses.items():
        entry["statuses"][str(status)] = entry["statuses"].get(str(status), 0) + count
    entry["failures"] = (entry["failures"] + out.failures)[:20]
    entry["exhausted"] = out.examples < wanted // 2
    if commit not in entry["commits"]:
        entry["commits"].append(commit)


def _write(path: Path, head: dict[str, Any], counted: dict[str, Any]) -> None:
    totals = {
        "requests": sum(entry["examples"] for entry in counted.values()),
        "operations_done": sum(
            entry["examples"] >= head["asked"] * 0.95 or bool(entry.get("exhausted")) for entry in counted.values()
        ),
        "operations_begun": len(counted),
        "succeeded": sum(n for e in counted.values() for status, n in e["statuses"].items() if status < "3"),
        "never_succeeded": [name for name, e in counted.items() if not any(status < "3" for status in e["statuses"])],
        "server_errors": sum(n for e in counted.values() for status, n in e["statuses"].items() if status >= "5"),
        "failures": sum(len(entry["failures"]) for entry in counted.values()),
    }
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps({**head, **totals, "operations": counted}, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)


if __name__ == "__main__":
    sys.exit(main())
