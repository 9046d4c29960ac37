"""Kills a process that writes a report over another one, at random moments; prints what was found after each kill.

Run by test_crash_reports.py as a process of its own: it forks, which only a process with one thread may do.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bomtool import reports  # noqa: E402
from tests.reports.making import Maker  # noqa: E402


def main(folder: Path, kills: int) -> None:
    """Kill, look, repeat; the counts as JSON."""
    target = folder / "report.xlsx"
    old, new = (Maker(seed, lines=8).make() for seed in (1, 2))
    for name, inputs in (("old", old), ("new", new)):
        reports.write(target, inputs)
        (folder / f"{name}.bytes").write_text(fingerprint(target))
        shutil.copyfile(target, folder / f"{name}.xlsx")
    began = time.perf_counter()
    reports.write(target, old)
    whole = time.perf_counter() - began
    known = {(folder / f"{name}.bytes").read_text(): name for name in ("old", "new")}
    rng = random.Random(7)
    found: Counter[str] = Counter()
    finished = 0
    for _ in range(kills):
        shutil.copyfile(folder / "old.xlsx", target)
        child = os.fork()
        if child == 0:
            reports.write(target, new)
            os._exit(0)
        time.sleep(rng.uniform(0, whole * 2.5))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        finished += os.WIFEXITED(status)
        found[known.get(fingerprint(target), "broken")] += 1
    left = [path for path in folder.iterdir() if path.suffix == ".tmp"]
    for path in left:
        os.utime(path, (0, 0))
    reports.write(target, new)
    swept = not [path for path in folder.iterdir() if path.suffix == ".tmp"]
    print(json.dumps({"found": found, "finished": finished, "left": len(left), "swept": swept}))


def fingerprint(path: Path) -> str:
    """The checksums of all parts of a workbook; "broken" where it is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                return "broken"
            return json.dumps(sorted((info.filename, info.CRC) for info in archive.infolist()))
    except (OSError, zipfile.BadZipFile):
        return "broken"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
