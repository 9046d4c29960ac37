"""Writes 1,000 generated BOMs in each form that holds a whole BOM, reads them back, and counts the differences.

    python scripts/long/round_trip.py [--count 1000]

Exits 1 where a BOM came back different. Writes the counts to benchmarks/results/round_trip.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bomtool.reports.convert import ROUND_TRIP, write_bom  # noqa: E402
from tests.reports.test_reports_convert import boms, known, read  # noqa: E402


def differences(form: str, count: int, folder: Path) -> tuple[int, int]:
    """BOMs written and read, and how many came back different."""
    seen = {"boms": 0, "different": 0}

    @seed(20)
    @settings(
        max_examples=count,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(boms())
    def one(made):  # type: ignore[no-untyped-def]
        path = folder / f"out.{form}"
        write_bom(path, made)
        seen["boms"] += 1
        seen["different"] += known(read(path)) != known(made)

    one()
    return seen["boms"], seen["different"]


def main() -> None:
    """All forms."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    count = parser.parse_args().count
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, cwd=ROOT, check=False)
    results: dict[str, object] = {"commit": commit.stdout.strip() or None, "seed": 20}
    with tempfile.TemporaryDirectory() as folder:
        for form in ROUND_TRIP:
            made, different = differences(form, count, Path(folder))
            results[form] = {"boms": made, "different": different}
            print(f"{form:5s} {made:,} BOMs written and read, {different} different")
    out = ROOT / "benchmarks" / "results" / "round_trip.json"
    out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    sys.exit(any(isinstance(r, dict) and r["different"] for r in results.values()))


if __name__ == "__main__":
    main()
