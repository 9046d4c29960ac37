"""Reading against its yardsticks, in one run: ratios, memory, and how time grows with lines.

    python benchmarks/reading.py [--large]

xlsx against `pandas.read_excel(engine="openpyxl")`, which only reads cells; text against what csv.reader alone takes.
"open" is bomtool.sheets.open, "whole" adds bomtool.bom.read (layout, mapping, findings). Memory is the peak of a fresh
process. --large adds 200,000 lines of xlsx and a million of text.
"""

from __future__ import annotations

import argparse
import csv
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADER = ["Item", "Designator", "Quantity", "Manufacturer", "MPN", "Description", "Value", "Package", "Customer PN"]


def rows(count: int) -> list[list[str | int]]:
    """A BOM of `count` lines, the same for every reader."""
    rng = random.Random(7)
    makers, values, cases = ["Yageo", "Murata", "Texas Instruments"], ["10k", "4k7", "100n"], ["0402", "0603", "SOIC-8"]
    return [
        [
            number, f"R{2 * number}, R{2 * number + 1}", 2, rng.choice(makers), f"RC{number:07d}FR-07{rng.randint(1, 9)}K",
            f"Resistor {rng.randint(1, 999)} ohm 1%", rng.choice(values), rng.choice(cases), 22_232_021 + number,
        ]
        for number in range(1, count + 1)
    ]  # fmt: skip


def write(folder: Path, count: int, kind: str) -> Path:
    """The BOM as a file."""
    path = folder / f"{count}.{kind}"
    if kind == "csv":
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([HEADER, *rows(count)])
        return path
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("BOM")
        padded = book.add_format({"num_format": "0000000000"})
        sheet.write_row(0, 0, HEADER)
        for number, row in enumerate(rows(count), 1):
            sheet.write_row(number, 0, row[:-1])
            sheet.write_number(number, 8, row[-1], padded)
    return path


def best(work: Callable[[], object], times: int) -> float:
    """The shortest of some runs, in seconds."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def peak(statement: str, path: Path) -> float:
    """Peak resident MiB of a fresh process that runs a statement over `path`."""
    # Linux reports the high-water mark of the process before exec in ru_maxrss, so the kernel's own mark is read there.
    code = (
        f"import re, sys, resource; sys.path.insert(0, {str(ROOT)!r}); path = {str(path)!r}; {statement}\n"
        "linux = sys.platform == 'linux'\n"
        "own = int(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1]) if linux else 0\n"
        "print(own or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return int(answer.stdout or 0) / (1 << (20 if sys.platform == "darwin" else 10))


def workbooks(folder: Path, counts: list[int]) -> None:
    import pandas

    from bomtool import bom, sheets

    print(f"{'xlsx lines':>12}{'pandas s':>10}{'open s':>10}{'ratio':>8}{'whole s':>10}{'ratio':>8}")
    for count in counts:
        path, times = write(folder, count, "xlsx"), 3 if count <= 20_000 else 1
        theirs = best(lambda path=path: pandas.read_excel(path, engine="openpyxl"), times)
        opening = best(lambda path=path: sheets.open(path), times)
        line = f"{count:>12,}{theirs:>10.3f}{opening:>10.3f}{opening / theirs:>8.2f}"
        if hasattr(bom, "read"):
            whole = best(lambda path=path: bom.read(sheets.open(path)), times)
            line += f"{whole:>10.3f}{whole / theirs:>8.2f}"
        print(line, flush=True)
    if sys.platform != "win32":
        theirs = peak("import openpyxl; openpyxl.load_workbook(path)", path)
        ours = peak("from bomtool import sheets; sheets.open(path)", path)
        print(f"memory at {counts[-1]:,}: openpyxl {theirs:.0f} MiB, open {ours:.0f} MiB, ratio {ours / theirs:.2f}\n")


def texts(folder: Path, counts: list[int]) -> None:
    from bomtool import bom, sheets

    def plain(path: Path) -> None:
        with path.open(newline="") as file:
            for _ in csv.reader(file):
                pass

    print(f"{'text lines':>12}{'csv s':>10}{'open s':>10}{'ratio':>8}{'whole s':>10}{'ratio':>8}{'us a line':>12}")
    for count in counts:
        path, times = write(folder, count, "csv"), 3 if count <= 20_000 else 1
        theirs = best(lambda path=path: plain(path), times)
        opening = best(lambda path=path: sheets.open(path), times)
        line = f"{count:>12,}{theirs:>10.3f}{opening:>10.3f}{opening / theirs:>8.1f}"
        if hasattr(bom, "read"):
            whole = best(lambda path=path: bom.read(sheets.open(path)), times)
            line += f"{whole:>10.3f}{whole / theirs:>8.1f}{whole / count * 1e6:>12.1f}"
        print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true")
    args = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workbooks(folder, [1_000, 20_000, *([200_000] if args.large else [])])
        texts(folder, [1_000, 10_000, 100_000, *([200_000, 1_000_000] if args.large else [])])


if __name__ == "__main__":
    main()
