"""Generates programs, writes their reports, takes every cached value out and lets LibreOffice compute all formulas again.

    python scripts/long/recompute_reports.py [--count 50] [--seed 1] [--lines 400] [--plans 20]

Every figure must be the cached one, and the totals those of the platform's answers to the cent. Then programs of random parts
of the sample catalogue are planned, under every profile of overage, another number of builds is written into their workbooks,
and need, overage, required quantity and quantity to buy must be what the platform plans for that number. Writes
benchmarks/results/recompute_reports.json: commit, seed, counts; exit status 1 where anything differs. Needs LibreOffice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bomtool import reports  # noqa: E402
from bomtool.connect import connect  # noqa: E402
from bomtool.settings import load  # noqa: E402
from bomtool.sourcing import overage  # noqa: E402
from tests.reports import counts, recompute  # noqa: E402
from tests.reports.making import Maker  # noqa: E402

SPANS = ((2, 60), (60, 900), (900, 40_000))
"""Between which a number of builds is chosen for each plan."""
BATCH = 5
"""Workbooks that LibreOffice opens in one run."""


def kinds(count: int, seed: int, lines: int) -> list[dict[str, Any]]:
    """The options of each program: sizes, BOMs, currencies, stock, overage, wild texts in many mixtures."""
    rng = random.Random(seed)
    return [
        {
            "seed": seed * 1000 + number,
            "lines": rng.choice([lines, lines, lines // 2, lines // 10, 3]),
            "boms": rng.choice([1, 1, 2, 3, 5]),
            "builds": rng.choice([1, 7, 100, 2_500, 40_000]),
            "currency": rng.choice(["USD", "USD", "EUR", "JPY", "KWD"]),
            "overage": rng.random() < 0.8,
            "stock": rng.random() < 0.4,
            "broken": rng.random() < 0.7,
            "nasty": rng.random() < 0.2,
            "sample": rng.random() < 0.5,
        }
        for number in range(count)
    ]


def check(options: list[dict[str, Any]], folder: Path) -> list[tuple[int, list[str]]]:
    """Number of formulas and what is wrong, for each program of a batch."""
    inputs = [Maker(**one).make() for one in options]
    files = [folder / f"{one['seed']}.xlsx" for one in options]
    for file, one in zip(files, inputs, strict=True):
        reports.write(file, one)
    wrong = recompute.differences(files, folder / "work")
    found = []
    for file, one in zip(files, inputs, strict=True):
        said = wrong[file]
        computed = recompute.values(folder / "work" / "computed" / file.name)
        for cell, figure in (("B8", one.pricing.known_total), ("E8", one.pricing.known_unit_cost)):
            if Decimal(str(computed["Summary", cell])) != figure:
                said.append(f"Summary!{cell}: computed {computed['Summary', cell]}, the platform says {figure}")
        found.append((len(recompute.formulas(file)), said))
    return found


def other_builds(plans: int, seed: int) -> counts.Counted:
    """Plans at other numbers of builds, in an embedded platform of their own."""
    rng, profiles = random.Random(seed), list(overage.profiles())
    found = counts.Counted(0, 0, [])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BOMTOOL_DATA_DIR"] = folder
        with connect(load()) as client:
            ids = counts.part_ids()
            for number in range(plans):
                one = counts.compare(
                    client, ids, Path(folder), seed=seed * 1000 + number, lines=120, boms=rng.choice([1, 1, 2, 4]),
                    profile=profiles[number % len(profiles)],
                    builds=(rng.choice([10, 100, 900]), 1, *(rng.randrange(*span) for span in SPANS)),
                )  # fmt: skip
                found = counts.Counted(found.parts + one.parts, found.figures + one.figures, found.wrong + one.wrong)
                print(
                    f"{number + 1} plans, {found.figures:,} figures at other builds, {len(found.wrong)} wrong",
                    flush=True,
                )
    return found


def main() -> int:
    """Run all and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lines", type=int, default=400)
    parser.add_argument("--plans", type=int, default=20)
    options = parser.parse_args()
    if recompute.SOFFICE is None:
        print("LibreOffice (soffice) is not installed.")
        return 2
    began, formulas, failures = time.perf_counter(), 0, []
    everything = kinds(options.count, options.seed, options.lines)
    for start in range(0, len(everything), BATCH):
        batch = everything[start : start + BATCH]
        with tempfile.TemporaryDirectory() as folder:
            for one, (count, wrong) in zip(batch, check(batch, Path(folder)), strict=True):
                formulas += count
                failures += [{"program": one, "wrong": wrong[:20], "count": len(wrong)}] if wrong else []
        print(
            f"{min(start + BATCH, len(everything))} programs, {formulas:,} formulas, {len(failures)} wrong", flush=True
        )
    others = other_builds(options.plans, options.seed)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    result = {
        "commit": commit.stdout.strip(),
        "seed": options.seed,
        "programs": len(everything),
        "lines": sum(one["lines"] for one in everything),
        "formulas": formulas,
        "plans_at_other_builds": options.plans,
        "parts_at_other_builds": others.parts,
        "figures_at_other_builds": others.figures,
        "seconds": round(time.perf_counter() - began, 1),
        "failures": failures,
        "wrong_at_other_builds": others.wrong[:50],
    }
    out = ROOT / "benchmarks" / "results" / "recompute_reports.json"
    out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({key: value for key, value in result.items() if key != "failures"}))
    return 1 if failures or others.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
