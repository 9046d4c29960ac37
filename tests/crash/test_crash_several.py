"""Servers, workers and watchers side by side, some killed, one cut off from the network: nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import postgres
from tests.conftest import ON_POSTGRES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.skipif(not ON_POSTGRES, reason="runs with BOMTOOL_TEST_STORE=postgresql")
def test_several_of_everything(postgres_server: postgres.Server) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "BOMTOOL_TEST_DATABASE"}
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "long" / "several.py", "--boms", "10", "--files", "4", "--no-file"],
        capture_output=True, text=True, timeout=600, check=False, env=environment,
    )  # fmt: skip
    assert done.stdout, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["right"], found
    assert found["doubled"] == []
