"""Real BOM files, with their right reading: what is reached is a floor that only rises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FLOOR = {"exact": 0.993, "essential": 0.993}
"""The shares of files that are read exactly right, and whose essential columns are."""
WARNED = 0.18
"""The largest share of files that are read exactly right, agree with themselves, and yet carry a warning."""


def test_floor_of_real_files(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "score.json"
    command = [sys.executable, str(corpus / "score.py"), "--corpus", str(corpus), "--json", str(out), "--worst", "99"]
    done = subprocess.run(
        [*command, "--", sys.executable, "-m", "bomtool", "check", "--format", "jsonl"],
        capture_output=True, text=True, encoding="utf-8", check=True, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    scores = json.loads(out.read_text(encoding="utf-8")).values()
    total = len(scores)
    assert total > 100, "the corpus is not complete"
    for name, floor in FLOOR.items():
        share = sum(bool(score.get(name, score["exact"])) for score in scores) / total
        assert share >= floor, done.stdout
    assert not [score for score in scores if score.get("silent_wrong")], done.stdout
    assert not [score for score in scores if "crashed" in score], done.stdout
    assert sum(bool(score.get("false_alarm")) for score in scores) / total <= WARNED, done.stdout


def test_rows_of_real_files_are_accounted_for(corpus: Path) -> None:
    from bomtool import bom as room
    from bomtool import sheets
    from bomtool.bom.grid import Grid
    from bomtool.errors import ReadError

    read = 0
    for path in sorted((corpus / "files").iterdir()):
        try:
            workbook = sheets.open(path)
            bom = room.read(workbook)
        except ReadError:
            continue
        read += 1
        grid = Grid(next(sheet for sheet in workbook.sheets if sheet.name == bom.layout.sheet))
        header = bom.layout.header_rows[-1] if bom.layout.header_rows else 0
        filled = [row for row in range(header + 1, grid.height + 1) if grid.row(row)]
        assert [entry.row for entry in bom.source_rows] == filled, path.name
    assert read > 100
