"""The main job, timed as a user meets it: whole processes, cold start included.

    python benchmarks/main_job.py [--catalog parts_15k.csv.xz] [--runs 5]

Prints minimum, median and maximum of each command beside its peer in the same run, the ratio, and the number of
database statements an import of 10, 100 and 1,000 lines takes. The peer of `--help` is a bare Python; the peer of an
import is pandas reading the same cells and nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl

MAKERS = ["YAGEO", "Murata", "Texas Instruments", "onsemi", "Nexperia"]


def write_bom(path: Path, lines: int, parts: list[tuple[str, str]]) -> None:
    """A workbook of `lines` lines with four designators each, parts taken in turn."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Item", "Reference", "Qty", "MPN", "Manufacturer", "Description"])
    for number in range(lines):
        mpn, maker = parts[number % len(parts)]
        refs = ", ".join(f"R{number * 4 + offset}" for offset in range(1, 5))
        sheet.append([number + 1, refs, 4, mpn, maker, f"part {number + 1}"])
    book.save(path)


def timed(command: list[str], runs: int, environment: dict[str, str], fresh: bool = False) -> list[float]:
    """Seconds of each run of a whole process; one run to warm up is not counted."""
    seconds = []
    for run in range(runs + 1):
        extra = ["--new"] if fresh and run else []
        began = time.perf_counter()
        done = subprocess.run([*command, *extra], capture_output=True, env=environment, check=False)
        took = time.perf_counter() - began
        if done.returncode not in (0, 1):
            sys.exit(f"{command} exited {done.returncode}: {done.stderr.decode()[-2000:]}")
        if run:
            seconds.append(took)
    return seconds


def line(name: str, ours: list[float], peer: list[float], peer_name: str) -> None:
    """One row of figures."""
    print(
        f"{name:34s} min {min(ours):6.3f}  median {statistics.median(ours):6.3f}  max {max(ours):6.3f} s"
        f"   | {peer_name}: median {statistics.median(peer):6.3f} s"
        f" | difference {statistics.median(ours) - statistics.median(peer):+6.3f} s"
        f" | ratio {statistics.median(ours) / statistics.median(peer):5.2f}"
    )


def statements(path: Path, data_dir: Path) -> int:
    """Database statements of one import into a warm embedded platform."""
    code = (
        "import sys\n"
        "from bomtool import settings, sheets, bom\n"
        "from bomtool.connect import connect\n"
        "from sqlalchemy import event\n"
        "from sqlalchemy.engine import Engine\n"
        "with connect(settings.load()) as client:\n"
        "    client.boms.list(limit=1)\n"
        "    read = bom.read(sheets.open(sys.argv[1]))\n"
        "    seen = []\n"
        "    event.listen(Engine, 'before_cursor_execute', lambda *a: seen.append(a[2]))\n"
        "    client.boms.create_raw(read, new=True)\n"
        "    print(len(seen))\n"
    )
    environment = {**os.environ, "BOMTOOL_DATA_DIR": str(data_dir)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return int(done.stdout)


def main() -> None:
    """Run everything in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = os.environ.get("BOMTOOL_DATA")
    parser.add_argument("--catalog", type=Path, default=Path(data) / "parts_15k.csv.xz" if data else None)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    python, bomtool = sys.executable, str(Path(sys.executable).with_name("bomtool"))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        environment = {**os.environ, "BOMTOOL_DATA_DIR": str(work / "data"), "BOMTOOL_CONFIG_DIR": str(work / "config")}
        os.environ.update(environment)
        bare = timed([python, "-c", "pass"], arguments.runs, environment)
        line("bomtool --help", timed([bomtool, "--help"], arguments.runs, environment), bare, "bare python")
        if arguments.catalog:
            began = time.perf_counter()
            done = subprocess.run(
                [bomtool, "catalog", "load", str(arguments.catalog), "--json"],
                capture_output=True,
                env=environment,
                check=True,
            )
            info = json.loads(done.stdout)
            print(f"catalog load: {info['parts']:,} parts in {time.perf_counter() - began:.1f} s, whole process")
        parts = known_parts(bomtool, environment, arguments.catalog)
        for count, limit in ((50, "2 s"), (1000, "5 s")):
            path = work / f"bom{count}.xlsx"
            write_bom(path, count, parts)
            read = timed(
                [python, "-c", f"import pandas; pandas.read_excel({str(path)!r})"], arguments.runs, environment
            )
            ours = timed([bomtool, "import", str(path), "--json"], arguments.runs, environment, fresh=True)
            line(f"import {count} lines (limit {limit})", ours, read, "pandas.read_excel")
        for count in (10, 100, 1000):
            path = work / f"statements{count}.xlsx"
            write_bom(path, count, parts)
            print(f"statements of one import of {count:5,d} lines: {statements(path, work / 'data')}")


def known_parts(bomtool: str, environment: dict[str, str], catalog: Path | None) -> list[tuple[str, str]]:
    """Parts of the catalogue to build BOMs from, in turn two known ones and one made up."""
    from itertools import islice

    known: list[tuple[str, str]] = []
    if catalog is not None:
        import csv
        import lzma

        with lzma.open(catalog, "rt", encoding="utf-8", newline="") as file:
            known = [(row["mpn"], row["manufacturer"]) for row in islice(csv.DictReader(file), 0, 14_000, 20)]
    if not known:
        done = subprocess.run(
            [bomtool, "catalog", "search", "resistor", "--limit", "100", "--json"],
            capture_output=True,
            env=environment,
            check=True,
        )
        known = [(r["part"]["mpn"], r["part"]["manufacturer"]) for r in json.loads(done.stdout)["results"]]
    made_up = [(f"XYZ{number:05d}-Q", MAKERS[number % len(MAKERS)]) for number in range(len(known) // 2)]
    return [part for group in zip(known[::2], known[1::2], made_up, strict=False) for part in group]


if __name__ == "__main__":
    main()
