"""A restore that is killed has happened or has not: a small seed of scripts/long/kill_restore.py."""

from __future__ import annotations

import os

import pytest

from tests.crash.killing_restores import Killing

KILLS = int(os.environ.get("BOMTOOL_TEST_KILLS", "2"))
SEED = int(os.environ.get("BOMTOOL_TEST_SEED", "1"))

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL")


def test_a_killed_restore_leaves_the_old_state_or_the_new_one(tmp_path):
    killing = Killing(tmp_path, SEED, boms=2)
    try:
        killing.run(KILLS)
    finally:
        killing.close()
    assert killing.faults == []
    assert killing.kills >= KILLS
