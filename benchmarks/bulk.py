"""Files in bulk: `bomtool import --jobs` over 1, 2 and 4 worker processes.

    python benchmarks/bulk.py [--files 1000] [--lines 50] [--workers 1,2,4] [--database-url URL]

Prints files and lines per second of wall clock, from the moment the workers are ready until every file is imported, and
processor seconds of the workers and the children that read for them. The database is a fresh one of a PostgreSQL of its
own, unless a URL names its server; its processor time is not counted. The peer in the same run is one process that does the
same without jobs: `bomtool import` of a tenth of the files.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import xlsxwriter

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests import postgres  # noqa: E402

KNOWN = ("RC0402FR-0710KL", "GRM155R71C104KA88D", "LM358DR")


def make(folder: Path, files: int, lines: int) -> list[Path]:
    """Workbooks as people have them, each another one; a part in ten is known."""
    made = []
    for number in range(files):
        path = folder / f"board-{number:05}.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("BOM")
            sheet.write_row(0, 0, ["Designator", "Quantity", "MPN", "Manufacturer", "Description"])
            for row in range(1, lines + 1):
                mpn = KNOWN[row % len(KNOWN)] if row % 10 == 0 else f"B{number}-{row}"
                sheet.write_row(row, 0, [f"R{row}", 1, mpn, "House", f"part {row}"])
        made.append(path)
    return made


def bomtool(*arguments: object, url: str, home: Path) -> subprocess.Popen[str]:
    """A command as a process of its own."""
    environment = {
        **os.environ,
        "BOMTOOL_DATABASE_URL": url,
        "BOMTOOL_DATA_DIR": str(home),
        "BOMTOOL_CONFIG_DIR": str(home),
    }
    command = [sys.executable, "-m", "bomtool", *map(str, arguments)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def measure(server: postgres.Server, files: list[Path], workers: int, home: Path) -> tuple[float, float]:
    """Wall clock and processor seconds for all files."""
    with server.database() as url:
        bomtool("catalog", "list", url=url, home=home).communicate()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        running = [bomtool("worker", url=url, home=home) for _ in range(workers)]
        for worker in running:
            assert worker.stdout is not None
            worker.stdout.readline()
        began = time.perf_counter()
        said, _ = bomtool("import", *files, "--jobs", url=url, home=home).communicate()
        seconds = time.perf_counter() - began
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.communicate()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert f"{len(files)} succeeded" in said, said
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure each number of workers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=50)
    parser.add_argument("--workers", default="1,2,4")
    parser.add_argument("--database-url", help="maintenance database of a PostgreSQL server")
    given = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}, processors: {os.cpu_count()}")
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bomtool-bulk-")))
        server = postgres.Server(given.database_url) if given.database_url else stack.enter_context(postgres.server())
        files = make(place, given.files, given.lines)
        first = 0.0
        for workers in map(int, given.workers.split(",")):
            seconds, spent = measure(server, files, workers, place / f"home-{workers}")
            lines = given.files * given.lines / seconds
            first = first or lines
            print(
                f"{workers} workers: {seconds:6.1f} s, {given.files / seconds:6.1f} files/s, {lines:7.0f} lines/s,"
                f" {lines / first:.2f} of the first; processor {1e3 * spent / given.files:.0f} ms a file", flush=True
            )  # fmt: skip
        some = files[: max(1, given.files // 10)]
        with server.database() as url:
            bomtool("catalog", "list", url=url, home=place / "home").communicate()
            began = time.perf_counter()
            bomtool("import", *some, "--json", url=url, home=place / "home").communicate()
            lines = len(some) * given.lines / (time.perf_counter() - began)
        print(
            f"peer, one process without jobs, {len(some)} files: {lines:.0f} lines/s, ratio of the first {first / lines:.2f}"
        )


if __name__ == "__main__":
    main()
