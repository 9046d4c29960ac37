"""A real watcher, killed at random instants: every file has one BOM, one program, one report, in one place.

A few kills here; scripts/long/soak_inbox.py does hundreds and writes benchmarks/results/soak_inbox.json.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.long.soak_inbox import Soak, make_files, soak

KILLS = int(os.environ.get("BOMTOOL_TEST_KILLS", "6"))

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL")


def test_killed_again_and_again_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    result = soak(tmp_path / "soak", files=10, kills=KILLS, seed=4)
    assert result["faults"] == []
    assert result["kills"] == KILLS
    assert (result["done"] + result["failed"], result["boms"]) == (10, result["contents"])


def test_a_second_watcher_takes_over_what_the_first_had_in_hand(tmp_path: Path) -> None:
    run = Soak(tmp_path / "soak", 1)
    for entry in make_files(6, 1):
        run.drop(entry)
    first = subprocess.Popen(run.command(), stderr=subprocess.PIPE, env=run.environment)
    assert first.stderr is not None
    for line in first.stderr:
        if b'"event": "bom"' in line:
            break
    second = subprocess.Popen(run.command("--once"), stderr=subprocess.PIPE, env=run.environment)
    try:
        assert second.stderr is not None
        for line in second.stderr:
            if b'"event": "started"' in line:
                break
        first.send_signal(signal.SIGKILL)
        first.wait()
        second.communicate(timeout=120)
    finally:
        for process in (first, second):
            process.kill()
            process.wait()
            if process.stderr is not None:
                process.stderr.close()
    assert run.finish() in (0, 1)
    assert run.count()["faults"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM")
def test_told_to_stop_it_finishes_what_it_has_in_hand(tmp_path: Path) -> None:
    run = Soak(tmp_path / "soak", 2)
    for entry in make_files(4, 2)[:2]:
        run.drop(entry)
    process = subprocess.Popen(run.command(), stderr=subprocess.PIPE, env=run.environment)
    assert process.stderr is not None
    for line in process.stderr:
        if b'"event": "taken"' in line:
            process.terminate()
            break
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b'"event": "stopped"' in rest
    before = time.monotonic()
    assert run.finish() in (0, 1)
    assert time.monotonic() > before
    assert run.count()["faults"] == []
