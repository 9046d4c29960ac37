"""Kills a process that writes a report over another one, at random moments; prints what was found after each kill.

    python tests/crash/killing_reports.py FOLDER KILLS [KIND] [SEED] [--by-rows]

With --by-rows even a small workbook is written as large ones are: row by row, from answers kept in files.

Run by test_crash_reports.py as a process of its own: it forks, which only a process with one thread may do.
"""

from __future__ import annotations

import hashlib
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

from bomtool.reports import forms, spool, workbook  # noqa: E402
from tests.reports.making import Maker, spooled  # noqa: E402


def main(folder: Path, kills: int, kind: str, seed: int, by_rows: bool) -> None:
    """Kill, look, repeat; the counts as JSON."""
    target = folder / f"report.{kind}"
    old, new = (Maker(number, lines=8).make() for number in (1, 2))
    if by_rows:
        workbook.LARGE, spool.MEMORY = 10, 3
        old, new = spooled(old), spooled(new)
    for name, inputs in (("old", old), ("new", new)):
        forms.write(target, [inputs])
        (folder / f"{name}.bytes").write_text(fingerprint(target))
        shutil.copyfile(target, folder / f"{name}.{kind}")
    began = time.perf_counter()
    forms.write(target, [old])
    whole = time.perf_counter() - began
    known = {(folder / f"{name}.bytes").read_text(): name for name in ("old", "new")}
    rng = random.Random(seed)
    found: Counter[str] = Counter()
    finished = 0
    for _ in range(kills):
        shutil.copyfile(folder / f"old.{kind}", target)
        child = os.fork()
        if child == 0:
            forms.write(target, [new])
            os._exit(0)
        time.sleep(rng.uniform(0, whole * 2.5))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        finished += os.WIFEXITED(status)
        found[known.get(fingerprint(target), "broken")] += 1
    left = [path for path in folder.iterdir() if path.suffix == ".tmp"]
    for path in left:
        os.utime(path, (0, 0))
    forms.write(target, [new])
    swept = not [path for path in folder.iterdir() if path.suffix == ".tmp"]
    print(json.dumps({"found": found, "finished": finished, "left": len(left), "swept": swept}))


def fingerprint(path: Path) -> str:
    """The checksums of all parts of an archive, or of a text; "broken" where an archive is none."""
    if path.suffix in (".html", ".json"):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                return "broken"
            return json.dumps(sorted((info.filename, info.CRC) for info in archive.infolist()))
    except (OSError, zipfile.BadZipFile):
        return "broken"


if __name__ == "__main__":
    words = [word for word in sys.argv[3:] if not word.startswith("--")]
    main(
        Path(sys.argv[1]),
        int(sys.argv[2]),
        words[0] if words else "xlsx",
        int(words[1]) if len(words) > 1 else 7,
        "--by-rows" in sys.argv,
    )
