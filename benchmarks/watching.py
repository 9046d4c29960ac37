"""The watched folder, timed: a burst of files, how it grows, what idling costs, how soon a polled file is taken.

    python benchmarks/watching.py [--sizes 100,300,1000] [--lines 50] [--concurrency 2] [--out results.json]

Real processes throughout. Bursts of several sizes, with reports and without, show whether the cost is linear; processor
seconds a file are those of the watcher and its readers, its start left out, and do not depend on what else the machine does.
The peer is the same journey (read, push, approve, program, report) without the folder, in one process, in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
PEER = """
import sys, time
from pathlib import Path
from bomtool.connect import connect
from bomtool.journey.carrying import Outcome, Wish, carry_out
from bomtool.journey.reading import read_file
from bomtool.settings import load
folder = Path(sys.argv[1])
with connect(load()) as client:
    began = None
    for number, path in enumerate(sorted(folder.glob("*.csv"))):
        if number == 3:
            began = time.perf_counter()
        wish = Wish(approve=True, build=10, report=folder / f"{path.name}.report.xlsx")
        carry_out(client, load(), read_file(path)[1], wish, Outcome(path.name))
    print((time.perf_counter() - began) / (number - 2))
"""


def make(folder: Path, count: int, lines: int, first: int = 0) -> None:
    """Files of `lines` lines each, all different."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [("RC0402FR-0710KL", "YAGEO"), ("GRM155R71C104KA88D", "Murata"), ("LM358DR", "Texas Instruments")]
    for number in range(first, first + count):
        rows = ["Designator,Qty,MPN,Manufacturer,Description"]
        for line in range(lines):
            mpn, maker = parts[line % 3] if line % 5 else (f"XYZ{number}-{line}", "Nobody")
            rows.append(f"R{line * 2 + 1} R{line * 2 + 2},2,{mpn},{maker},line {line} of board {number}")
        beside = folder / f".{number}.part"
        beside.write_text("\n".join(rows) + "\n", encoding="utf-8")
        beside.rename(folder / f"board{number:05d}.csv")


def usage(pid: int) -> tuple[float, float]:
    """CPU seconds and resident MiB of a process and its children (Linux)."""
    seconds = memory = 0.0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            if int(place.name) != pid and int(fields[1]) != pid:
                continue
            if int(place.name) == pid:  # and what its children that ended took
                seconds += (int(fields[13]) + int(fields[14])) / TICKS
            seconds += (int(fields[11]) + int(fields[12])) / TICKS
            memory += int((place / "statm").read_text().split()[1]) * 4096 / (1 << 20)
        except (OSError, ValueError, IndexError):
            continue
    return seconds, memory


class Bench:
    """A folder, its data, and the commands on them."""

    def __init__(self, work: Path, concurrency: int) -> None:
        self.work, self.folder = work, work / "inbox"
        self.folder.mkdir(parents=True)
        self.environment = {**os.environ, "BOMTOOL_DATA_DIR": str(work / "data"), "BOMTOOL_CONFIG_DIR": str(work / "c")}
        self.options = ["--approve", "--build", "10", "--report", "--concurrency", str(concurrency), "--log", "json"]

    def start(self, *more: str) -> subprocess.Popen[bytes]:
        """A watcher process, its log in a file."""
        with (self.work / "log").open("wb") as log:
            command = [sys.executable, "-m", "bomtool", "watch", str(self.folder), *self.options, *more]
            return subprocess.Popen(command, env=self.environment, cwd=ROOT, stderr=log, stdout=subprocess.DEVNULL)

    def events(self, word: str) -> list[dict[str, Any]]:
        """Log lines of one event."""
        lines = (self.work / "log").read_text(encoding="utf-8").splitlines()
        return [event for event in map(json.loads, lines) if event["event"] == word]

    def listed(self, noun: str) -> int:
        """Records on the platform."""
        done = subprocess.run(
            [sys.executable, "-m", "bomtool", noun, "list", "--json"],
            env=self.environment, cwd=ROOT, capture_output=True, check=True,
        )  # fmt: skip
        return int(json.loads(done.stdout)["count"])


def burst(work: Path, files: int, lines: int, concurrency: int, report: bool) -> dict[str, Any]:
    """Drop all at once into a watched folder; until the last is done."""
    bench = Bench(work, concurrency)
    if not report:
        bench.options.remove("--report")
    process = bench.start()
    memory: list[float] = []
    try:
        while not bench.events("started"):
            time.sleep(0.05)
        began, used = time.perf_counter(), usage(process.pid)[0]
        make(bench.folder, files, lines)
        dropped = time.perf_counter()
        done = 0
        while done < files:
            time.sleep(0.5)
            memory.append(usage(process.pid)[1])
            done = sum(path.name.endswith(".result.json") for path in (bench.folder / "done").iterdir())
            if process.poll() is not None:
                raise SystemExit((work / "log").read_text(encoding="utf-8")[-2000:])
        seconds, used = time.perf_counter() - began, usage(process.pid)[0] - used
    finally:
        process.terminate()
        process.wait(60)
    reports = len(list((bench.folder / "done").glob("*.report.xlsx")))
    fifth = max(1, len(memory) // 5)
    return {
        "files": files,
        "lines": lines,
        "seconds": round(seconds, 1),
        "files_a_second": round(files / seconds, 2),
        "processor_seconds_a_file": round(used / files, 3),
        "files_a_processor_second": round(files / used, 2),
        "seconds_to_drop": round(dropped - began, 2),
        "reports": reports,
        "boms": bench.listed("boms"),
        "programs": bench.listed("programs"),
        "mib_first_fifth": round(max(memory[:fifth]), 1),
        "mib_last_fifth": round(max(memory[-fifth:]), 1),
    }


def idle(work: Path, seconds: float, *more: str) -> dict[str, float]:
    """CPU share and memory of a watcher with nothing to do."""
    bench = Bench(work, 2)
    process = bench.start(*more)
    try:
        while not bench.events("started"):
            time.sleep(0.05)
        time.sleep(3)
        before, began = usage(process.pid)[0], time.perf_counter()
        time.sleep(seconds)
        after, memory = usage(process.pid)
        return {
            "cpu_percent": round(100 * (after - before) / (time.perf_counter() - began), 3),
            "mib": round(memory, 1),
        }
    finally:
        process.terminate()
        process.wait(60)


def polled(work: Path, interval: float, settle: float, tries: int) -> dict[str, Any]:
    """Seconds from a file's arrival in a polled folder until it is taken."""
    from datetime import datetime

    bench = Bench(work, 2)
    process = bench.start("--poll", "--interval", str(interval), "--settle", str(settle))
    waits = []
    try:
        while not bench.events("started"):
            time.sleep(0.05)
        for number in range(tries):
            make(bench.folder, 1, 3, number)
            arrived = time.time()
            while len(bench.events("taken")) <= number:
                time.sleep(0.05)
            taken = datetime.fromisoformat(bench.events("taken")[number]["time"]).timestamp()
            waits.append(round(taken - arrived, 3))
            time.sleep(interval * (0.3 + 0.17 * number))
    finally:
        process.terminate()
        process.wait(60)
    return {"interval": interval, "settle": settle, "seconds": waits, "longest": max(waits), "bound": interval + settle}


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100,300,1000")
    parser.add_argument("--lines", type=int, default=50)
    parser.add_argument("--concurrency", type=int, default=2)
    parser.add_argument("--idle-seconds", type=float, default=60)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    result: dict[str, Any] = {"commit": commit.stdout.strip(), "cpus": os.cpu_count()}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        result["idle"] = idle(work / "idle", arguments.idle_seconds)
        result["idle_polling"] = idle(work / "idle_polling", arguments.idle_seconds, "--poll")
        print(f"idle: {result['idle']}; polling: {result['idle_polling']}", flush=True)
        result["polled"] = polled(work / "polled", 2.0, 1.0, 6)
        print(f"polled: {result['polled']}", flush=True)
        peer = work / "peer"
        make(peer, 30, arguments.lines)
        environment = {**os.environ, "BOMTOOL_DATA_DIR": str(work / "pd"), "BOMTOOL_CONFIG_DIR": str(work / "pc")}
        done = subprocess.run(
            [sys.executable, "-c", PEER, str(peer)],
            env=environment, cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        result["peer_seconds_a_file"] = round(float(done.stdout), 3)
        print(f"peer, one process without the folder: {result['peer_seconds_a_file']} s a file", flush=True)
        result["bursts"] = []
        for report in (False, True):
            for count in map(int, arguments.sizes.split(",")):
                one = burst(work / f"burst{count}{report}", count, arguments.lines, arguments.concurrency, report)
                if report:
                    one["ratio_to_peer"] = round(one["seconds"] / count / result["peer_seconds_a_file"], 2)
                result["bursts"].append(one)
                print(f"burst: {one}", flush=True)
    if arguments.out:
        arguments.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
