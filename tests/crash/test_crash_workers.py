"""Workers killed while they do jobs: another finishes, nothing is lost, nothing is done twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = os.environ.get("BOMTOOL_TEST_KILLS", "4")
"""200 in `scripts/long/kill_workers.py`."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_what_killed_workers_had_in_hand_is_done_once(postgres: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "long" / "kill_workers.py", "--kills", KILLS, "--workers", "2", "--no-file",
         "--database-url", postgres],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["right"], found
    assert found["kills_at_work"] == int(KILLS)
    assert set(found["attempts"]) - {"1"}, "somebody took over"
