"""`bomtool report` as a process of its own against a platform served by another one: most memory and seconds of both.

    python benchmarks/report_served.py [--lines 2000 20000 200000] [--out FILE]

For each number of lines a catalogue is loaded (two offers a part, four price breaks each; every second line stands on a part
of its own), BOMs of at most 20,000 lines are made of it, one line in ten is of a part nobody knows, and the program of them
is reported as a workbook. "peak_mib" is the most that the process held in memory (VmHWM), "server_mib" the same of
`bomtool serve`; "seconds" are those of the reporting process on its processor, "server_seconds" those of the server.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

EACH = 20_000
"""Lines of one BOM: the most that the platform takes at once."""
MAKERS = ("YAGEO", "Murata", "Texas Instruments", "onsemi", "风华高科 Fenghua", "Nexperia")
CATEGORIES = ("Resistor", "Capacitor", "IC", "Connector", "Diode")


def catalogue(path: Path, parts: int) -> list[str]:
    """A table of parts with two offers each. Returns the part numbers."""
    rng, found = random.Random(parts), []
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        head = ["mpn", "manufacturer", "category", "package", "description", "supplier", "sku", "stock", "moq",
                "order multiple", "packaging", "lead time days", "url", "breaks"]  # fmt: skip
        writer.writerow(head)
        for number in range(parts):
            mpn = f"BM{number:06d}-{rng.randrange(1000):03d}"
            found.append(mpn)
            common = [
                mpn,
                MAKERS[number % 6],
                CATEGORIES[number % 5],
                "0603",
                f"A part of many, number {number}, 10 % 50 V",
            ]
            price = rng.uniform(0.004, 4)
            for place in range(2):
                breaks = " ".join(f"{start}:{price * 0.9**step:.5f}" for step, start in enumerate((1, 10, 100, 1000)))
                writer.writerow(
                    [*common, f"Supplier {(number + place) % 12}", f"{mpn}-{place}", rng.randrange(10**6), 1, 1, "Cut tape",
                     rng.choice((14, 53)), f"https://parts.example/{mpn}", breaks]
                )  # fmt: skip
    return found


def program(client: Any, mpns: list[str], lines: int) -> Any:
    """A program of BOMs with that many lines."""
    from bomtool.parts.ids import part_id

    known = [part_id(MAKERS[number % 6], mpn) for number, mpn in enumerate(mpns)]
    boms, number = [], 0
    unknown = lines // 10
    sizes = [(size, False) for size in _sizes(lines - unknown)] + [(size, True) for size in _sizes(unknown)]
    for size, raw in sizes:
        made, rows = [], []
        for line in range(size):
            refs = [f"R{line * 3 + step}" for step in range(3)]
            rows.append([line + 2, "line", line, None, f"{', '.join(refs)} | 3 | part {number}"])
            what = (
                {"mpn": f"NOBODY-{number}", "quantity": 3} if raw else {"part": known[number % len(known)], "quant": 3}
            )
            own = {"bomtool": {"row": line + 2, "rows": [line + 2]}}
            made.append({**what, "reference_designators": refs, "metadata": own})
            number += 1
        told = {"bomtool": {"file": "board.xlsx", "sheet": "BOM", "source_rows": rows, "findings": []}}
        job = client.boms.upsert_async(
            name=f"board {len(boms)}", metadata=told, synced_from_integration=True, integration_source_name="benchmark",
            integration_record_id=f"{lines}-{len(boms)}", **{"raw_lines" if raw else "lines": made},
        )  # fmt: skip
        done = client.jobs.wait(job.id, timeout=3600)
        boms.append(done.result["bom"])
        client.boms.approve(boms[-1], allow_unmatched=True)
    return client.programs.create(name=f"{lines} lines", lines=[{"bom": bom, "quant": 10} for bom in boms])


def _sizes(lines: int) -> list[int]:
    """Lines of each BOM."""
    return [min(EACH, lines - start) for start in range(0, lines, EACH)]


def peak(process: int) -> float:
    """Most MiB that a process held so far."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s*(\d+)", status)
    return round(int(found[1]) / 1024, 1) if found else 0.0


def seconds(process: int) -> float:
    """Seconds of the processor that a process took so far."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(lines: int, folder: Path) -> dict[str, Any]:
    """One number of lines."""
    from pydantic import SecretStr

    from bomtool.client import Client
    from bomtool.net import Connection, Limits

    environment = {name: value for name, value in os.environ.items() if not name.startswith("BOMTOOL_")}
    environment["BOMTOOL_DATA_DIR"] = str(folder / "data")
    command = [sys.executable, "-m", "bomtool"]

    def run(*arguments: str, **more: str) -> str:
        done = subprocess.run(
            [*command, *arguments], capture_output=True, text=True, env=environment | more, cwd=ROOT, check=False
        )
        if done.returncode not in (0, 1):
            sys.exit(f"{arguments} exited {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    mpns = catalogue(folder / "parts.csv", max(1, lines // 2))
    run("catalog", "load", str(folder / "parts.csv"), "--name", "benchmark")
    key = json.loads(run("keys", "create", "--json"))["key"]
    server = subprocess.Popen(
        [*command, "serve", "--port", "0", "--log", str(folder / "log")],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=ROOT,
    )
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        found = re.search(r"http://[^\s]+", said)
        assert found, said
        url = found[0]
        with Client(Connection(url, SecretStr(key), limits=Limits(read=600.0, body_seconds=600.0))) as client:
            made = program(client, mpns, lines)
        began_server = seconds(server.pid)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out = folder / "report.xlsx"
        wall = time.perf_counter()
        where = environment | {"BOMTOOL_API_URL": url, "BOMTOOL_API_KEY": key}
        reporting = subprocess.Popen([*command, "report", str(made.id), "-o", str(out)], env=where, cwd=ROOT)
        most = 0.0
        while reporting.poll() is None:
            most = max(most, peak(reporting.pid))
            time.sleep(0.1)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if reporting.returncode not in (0, 1):
            sys.exit(f"report exited {reporting.returncode}")
        return {
            "lines": lines,
            "peak_mib": most,
            "seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
            "wall_seconds": round(time.perf_counter() - wall, 1),
            "server_mib": peak(server.pid),
            "server_seconds": round(seconds(server.pid) - began_server, 1),
            "file_mib": round(out.stat().st_size / 2**20, 1),
        }
    finally:
        server.terminate()
        server.wait(60)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, nargs="+", default=[2_000, 20_000, 200_000])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    results = []
    for lines in options.lines:
        folder = Path(tempfile.mkdtemp())
        try:
            results.append(measure(lines, folder))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        print("  ".join(f"{name} {value}" for name, value in results[-1].items()), flush=True)
        if options.out:
            options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
