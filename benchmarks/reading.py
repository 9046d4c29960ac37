"""Reading against its yardsticks, in one run: ratios, memory, and how time grows with lines.

    python benchmarks/reading.py [--large]

xlsx against `pandas.read_excel(engine="openpyxl")`, which only reads cells; text against what csv.reader alone takes.
"open" is bomtool.sheets.open, "whole" adds bomtool.bom.read (layout, mapping, findings). Seconds are those of the processor,
memory is the peak of a fresh process. --large adds 200,000 lines of xlsx, and 200,000 and a million of text.
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
    """The shortest of some runs, in seconds of the processor: a busy machine disturbs it least."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def fresh(statement: str, path: Path, warm: Path | None = None) -> tuple[float, float]:
    """Processor seconds and peak resident MiB of a statement over `path` in a fresh process, after one over `warm`."""
    # Linux reports the high-water mark of the process before exec in ru_maxrss, so the kernel's own mark is read there.
    code = (
        f"import re, sys, resource, time; sys.path.insert(0, {str(ROOT)!r}); path = {str(warm or path)!r}\n"
        + (f"{statement}\n" if warm else "")
        + f"path, began = {str(path)!r}, time.process_time(); {statement}; took = time.process_time() - began\n"
        "linux = sys.platform == 'linux'\n"
        "own = int(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1]) if linux else 0\n"
        "print(took, own or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    took, most = answer.stdout.split()
    return float(took), int(most) / (1 << (20 if sys.platform == "darwin" else 10))


OPEN = "from bomtool import sheets; sheets.open(path)"
WHOLE = "from bomtool import bom, sheets; bom.read(sheets.open(path))"
ONCE = 100_000
"""From so many lines on everything is timed once."""


def workbooks(folder: Path, counts: list[int]) -> None:
    import pandas

    from bomtool import bom, sheets

    print(f"{'xlsx lines':>12}{'pandas s':>10}{'open s':>10}{'ratio':>8}{'whole s':>10}{'ratio':>8}")
    for count in counts:
        path, times = write(folder, count, "xlsx"), 3 if count < ONCE else 1
        theirs = best(lambda path=path: pandas.read_excel(path, engine="openpyxl"), times)
        opening = best(lambda path=path: sheets.open(path), times)
        whole = best(lambda path=path: bom.read(sheets.open(path)), times)
        print(
            f"{count:>12,}{theirs:>10.3f}{opening:>10.3f}{opening / theirs:>8.2f}{whole:>10.3f}{whole / theirs:>8.2f}",
            flush=True,
        )
    if sys.platform != "win32":
        theirs = fresh("import openpyxl; openpyxl.load_workbook(path)", path)[1]
        for what, statement in (("open", OPEN), ("whole", WHOLE)):
            ours = fresh(statement, path)[1]
            print(
                f"memory at {counts[-1]:,}: openpyxl {theirs:.0f} MiB, {what} {ours:.0f} MiB, ratio {ours / theirs:.2f}",
                flush=True,
            )
    print()


def texts(folder: Path, counts: list[int]) -> None:
    from bomtool import bom, sheets

    def plain(path: Path) -> None:
        with path.open(newline="") as file:
            for _ in csv.reader(file):
                pass

    print(
        f"{'text lines':>12}{'csv s':>10}{'open s':>10}{'ratio':>8}{'whole s':>10}{'ratio':>8}{'us a line':>12}"
        f"{'peak MiB':>10}{'bytes a line':>14}"
    )
    small = write(folder, 100, "csv")
    empty = fresh(WHOLE, small)[1] if sys.platform != "win32" else 0.0
    for count in counts:
        path = write(folder, count, "csv")
        theirs = best(lambda path=path: plain(path), 3)
        opening = best(lambda path=path: sheets.open(path), 3 if count < ONCE else 1)
        whole, most = fresh(WHOLE, path, small) if sys.platform != "win32" else (0.0, 0.0)
        if count < ONCE or not whole:
            whole = best(lambda path=path: bom.read(sheets.open(path)), 3)
        print(
            f"{count:>12,}{theirs:>10.3f}{opening:>10.3f}{opening / theirs:>8.1f}{whole:>10.3f}{whole / theirs:>8.1f}"
            f"{whole / count * 1e6:>12.1f}{most:>10.0f}{max(0.0, most - empty) * (1 << 20) / count:>14.0f}",
            flush=True,
        )


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
