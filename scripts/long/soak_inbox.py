"""Kills a real watcher again and again while it works, and counts what became of every file.

    python scripts/long/soak_inbox.py [--files 200] [--kills 200] [--seed 1] [--work DIR]

Files of every kind (good, the same content under two names, a second version, unreadable) are dropped into a folder that
`bomtool watch` watches; the process gets SIGKILL at random instants, each time after a random step or a random time, and
is started again. Writes benchmarks/results/soak_inbox.json: commit, seed, counts. Exit status 1 where a file was lost,
done twice, or left half done.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PARTS = [
    ("RC0402FR-0710KL", "YAGEO"),
    ("GRM155R71C104KA88D", "Murata"),
    ("LM358DR", "Texas Instruments"),
    ("2N7002,215", "Nexperia"),
    ("NO-SUCH-PART-77", "Nobody"),
]
STEPS = ("started", "taken", "read", "bom", "approved", "program", "report", "report", "done", "done", "failed")


@dataclass
class Dropped:
    """What was put into the folder, and what must come of it."""

    good: dict[str, str] = field(default_factory=dict)
    """Name to content of files that must end in done/."""
    bad: dict[str, str] = field(default_factory=dict)
    """Of files that must end in failed/."""

    def contents(self) -> set[str]:
        """Different good contents: as many BOMs, as many programs."""
        return set(self.good.values())


def make_files(count: int, seed: int) -> list[tuple[str, str, bool]]:
    """(name, content, good) of each file: one in ten unreadable, one in ten a copy of another, one in ten a new version."""
    chance = random.Random(seed)
    made: list[tuple[str, str, bool]] = []
    for number in range(count):
        kind = number % 10
        good = [entry for entry in made if entry[2]]
        if kind == 3:
            made.append((f"bad{number:04d}.csv", f"no table here, {number}\n", False))
        elif kind == 6 and good:
            made.append((f"copy{number:04d}.csv", chance.choice(good)[1], True))
        elif kind == 8 and good:
            made.append((chance.choice(good)[0], bom_text(number, 3), True))
        else:
            made.append((f"bom{number:04d}.csv", bom_text(number, chance.randint(2, 12)), True))
    return made


def bom_text(number: int, lines: int) -> str:
    """A BOM whose lines are its own."""
    rows = ["Designator,Qty,MPN,Manufacturer,Description"]
    for line in range(lines):
        mpn, maker = PARTS[(number + line) % len(PARTS)]
        rows.append(f"X{number}{line:02d},1,{mpn},{maker},line {line} of {number}")
    return "\n".join(rows) + "\n"


class Soak:
    """One run: drop, kill, start again, and in the end count."""

    def __init__(self, work: Path, seed: int, options: list[str] | None = None) -> None:
        self.work, self.folder = work, work / "inbox"
        self.folder.mkdir(parents=True)
        self.chance = random.Random(seed)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("BOMTOOL_")},
            "BOMTOOL_DATA_DIR": str(work / "data"),
            "BOMTOOL_CONFIG_DIR": str(work / "config"),
        }
        self.options = options or ["--approve", "--build", "5", "--report"]
        self.kills: Counter[str] = Counter()
        self.dropped = Dropped()

    def command(self, *more: str) -> list[str]:
        """The watcher's command line."""
        fast = ["--settle", "0.3", "--patience", "1", "--poll", "--interval", "0.3", "--log", "json"]
        return [sys.executable, "-m", "bomtool", "watch", str(self.folder), *self.options, *fast, *more]

    def drop(self, entry: tuple[str, str, bool]) -> bool:
        """Put a file in, as a careful program does; not yet where one of the same name still lies there."""
        name, content, good = entry
        target = self.folder / name
        if target.exists():
            return False
        beside = self.folder / f".{name}.part"
        beside.write_text(content, encoding="utf-8")
        beside.rename(target)
        key = f"{name}#{hashlib.sha256(content.encode()).hexdigest()[:12]}"
        (self.dropped.good if good else self.dropped.bad)[key] = content
        return True

    def run_and_kill(self) -> None:
        """Start the watcher, kill it after a random step and a random moment, or just some time after it began."""
        step = self.chance.choice(STEPS)
        seconds = self.chance.choice((0.0, 0.005, 0.02, 0.1, 0.4)) * self.chance.random()
        patience = self.chance.uniform(0.5, 4.0)
        process = subprocess.Popen(self.command(), stderr=subprocess.PIPE, env=self.environment, cwd=ROOT)
        assert process.stderr is not None
        os.set_blocking(process.stderr.fileno(), False)
        seen, text, until = "time", b"", time.monotonic() + 60.0
        started = False
        try:
            while time.monotonic() < until and process.poll() is None:
                text += process.stderr.read() or b""
                if not started and b'"event": "started"' in text:
                    started, until = True, time.monotonic() + patience
                if f'"event": "{step}"'.encode() in text:
                    seen = step
                    break
                time.sleep(0.002)
            time.sleep(seconds)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stderr.close()
        self.kills[seen] += 1

    def finish(self, seconds: float = 900.0) -> int:
        """Let a watcher that nobody kills do the rest; its exit status."""
        done = subprocess.run(
            self.command("--once"), env=self.environment, cwd=ROOT, timeout=seconds, check=False, stderr=subprocess.PIPE
        )
        (self.work / "last.log").write_bytes(done.stderr)
        return done.returncode

    def count(self) -> dict[str, Any]:
        """What became of everything: counts, and every fault in words."""
        faults: list[str] = []
        left = [path.name for path in self.folder.iterdir() if path.is_file() and path.name != ".bomtool-inbox"]
        faults += [f"still in the folder: {name}" for name in left]
        found = {
            "done": self._placed("done", self.dropped.good, (".report.xlsx", ".result.json"), faults),
            "failed": self._placed("failed", self.dropped.bad, (".problem.txt",), faults),
        }
        platform = self._platform(faults)
        return {**found, **platform, "faults": faults}

    def _placed(self, place: str, wanted: dict[str, str], endings: tuple[str, ...], faults: list[str]) -> int:
        """Files in done/ or failed/: each content as often as it was dropped, each with its outcome once."""
        names = sorted(path.name for path in (self.folder / place).iterdir())
        faults += [f"left over in {place}: {name}" for name in names if name.startswith(".")]
        others = (".report.xlsx", ".result.json", ".problem.txt", ".changes.xlsx")
        files = [name for name in names if not name.startswith(".") and not name.endswith(others)]
        expected = Counter(wanted.values())
        actual = Counter((self.folder / place / name).read_text(encoding="utf-8") for name in files)
        for content in expected.keys() | actual.keys():
            if expected[content] != actual[content]:
                title = content.partition("\n")[2][:30] or content[:30]
                faults.append(
                    f"{title!r} was dropped {expected[content]} times and is {actual[content]} times in {place}"
                )
        for name in files:
            faults += [f"{name} has no {ending}" for ending in endings if name + ending not in names]
        for ending in others:
            outcomes = [name for name in names if name.endswith(ending)]
            faults += [f"{name} belongs to nothing" for name in outcomes if name.removesuffix(ending) not in files]
        for name in names:
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(self.folder / place / name) as archive:
                    if archive.testzip() is not None:
                        faults.append(f"{name} is damaged")
            elif name.endswith(".json"):
                json.loads((self.folder / place / name).read_text(encoding="utf-8"))
        return len(files)

    def _platform(self, faults: list[str]) -> dict[str, int]:
        """BOMs and programs on the platform: one for each content."""
        listed = {}
        for noun in ("boms", "programs"):
            done = subprocess.run(
                [sys.executable, "-m", "bomtool", noun, "list", "--json"],
                env=self.environment, cwd=ROOT, capture_output=True, check=True,
            )  # fmt: skip
            listed[noun] = json.loads(done.stdout)["results"]
        wanted = len(self.dropped.contents())
        for noun, records in listed.items():
            if len(records) != wanted:
                faults.append(f"{len(records)} {noun} for {wanted} contents")
        faults += [f"not approved: {bom['name']}" for bom in listed["boms"] if str(bom["approved"]).lower() != "true"]
        used = Counter(line["bom"]["id"] for program in listed["programs"] for line in program["lines"])
        faults += [
            f"BOM {bom['id']} is in {used[bom['id']]} programs" for bom in listed["boms"] if used[bom["id"]] != 1
        ]
        return {"boms": len(listed["boms"]), "programs": len(listed["programs"])}


def soak(work: Path, files: int, kills: int, seed: int) -> dict[str, Any]:
    """Drop all files in the course of all kills, then finish and count."""
    began = time.monotonic()
    run = Soak(work, seed)
    waiting = make_files(files, seed)
    for number in range(kills):
        share = -(-len(waiting) // (kills - number))
        for entry in list(waiting):
            if share and run.drop(entry):
                waiting.remove(entry)
                share -= 1
        run.run_and_kill()
        if sys.stderr.isatty() or number % 20 == 19:
            print(f"{number + 1} kills, {len(waiting)} files to drop", file=sys.stderr)
    codes = []
    for _ in range(50):
        waiting = [entry for entry in waiting if not run.drop(entry)]
        codes.append(run.finish())
        if not waiting and codes[-1] in (0, 1):
            break
    counted = run.count()
    return {
        "seed": seed,
        "files": files,
        "kills": sum(run.kills.values()),
        "killed_after": dict(sorted(run.kills.items())),
        "contents": len(run.dropped.contents()),
        "last_exit": codes[-1],
        "seconds": round(time.monotonic() - began, 1),
        **counted,
    }


def main() -> int:
    """Run, write the result, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help="keep everything in this new folder")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "soak_inbox.json")
    arguments = parser.parse_args()
    work = arguments.work or Path(tempfile.mkdtemp(prefix="bomtool-soak-"))
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    result = {"commit": commit.stdout.strip(), **soak(work, arguments.files, arguments.kills, arguments.seed)}
    arguments.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    if not arguments.work and not result["faults"]:
        shutil.rmtree(work, ignore_errors=True)
    return 1 if result["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
