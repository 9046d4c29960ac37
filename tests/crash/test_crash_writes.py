"""A write that was acknowledged is there after kill -9, once; one that was not is there once after it is sent again."""

from __future__ import annotations

import os

import pytest

from bomtool import store
from tests.crash.killing_writes import Killing

KILLS = int(os.environ.get("BOMTOOL_KILLS", "4"))


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a signal of POSIX systems")
def test_no_acknowledged_write_is_lost_or_doubled(tmp_path):
    killing = Killing(tmp_path, seed=5)
    try:
        killing.run(KILLS)
    finally:
        killing.close()
    assert killing.faults() == []
    assert killing.kills == KILLS
    assert len(killing.writes) > KILLS


def test_a_commit_waits_for_the_disk(tmp_path):
    opened = store.open(tmp_path / "bomtool.sqlite3")
    try:
        for block in (opened.read, opened.write):
            with block() as connection:
                full = 2
                assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == full
                assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    finally:
        opened.close()
