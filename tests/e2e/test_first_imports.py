"""The first commands on a fresh machine, all at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from bomtool import data


def test_eight_first_imports_at_once_all_succeed_and_make_one_bom(tmp_path: Path) -> None:
    environment = {**os.environ, "BOMTOOL_DATA_DIR": str(tmp_path / "data"), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "bomtool"]
    sample = str(data.sample_file("sensor_node_kicad.csv"))
    running = [
        subprocess.Popen(
            [*command, "import", sample, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        for _ in range(8)
    ]
    answers = [(process.communicate(timeout=120), process.returncode) for process in running]
    assert [code for _, code in answers] == [0] * 8, answers
    results = [json.loads(out) for (out, _), _ in answers]
    assert len({result["bom"]["id"] for result in results}) == 1
    assert sum(result["created"] for result in results) == 1
    listed = subprocess.run([*command, "boms", "list", "--json"], capture_output=True, env=environment, check=True)
    assert json.loads(listed.stdout)["count"] == 1
