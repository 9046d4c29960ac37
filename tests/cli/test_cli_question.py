"""An uncertain layout is asked about at a terminal, and only there: real pseudo-terminals, real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="pseudo-terminals: this system has none")

UNCERTAIN = "Part,Label,Value\nPWR,A1,10k\nLED,A2,22k\nC3,B7,100n\nOUT,B9,1u\n"
"""Two columns may be the designators; Label looks better, Part is possible."""


@pytest.fixture
def bom(tmp_path: Path) -> Path:
    path = tmp_path / "board.csv"
    path.write_text(UNCERTAIN, encoding="utf-8")
    return path


def at_terminal(tmp_path: Path, arguments: list[str], typed: str) -> tuple[int, str, str]:
    """Run bomtool with a terminal for stdin and stderr: exit code, stdout, what the terminal showed."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "BOMTOOL_DATA_DIR": str(tmp_path / "data"), "TERM": "dumb"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bomtool", *arguments],
        stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=environment, text=True,
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, typed.encode())
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        shown += piece
    out, _ = process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, out, shown.decode(errors="replace")


def test_the_best_reading_is_taken(tmp_path: Path, bom: Path) -> None:
    code, out, shown = at_terminal(tmp_path, ["check", str(bom)], "1\n")
    assert code == 0, shown
    assert "1: header in row 1, 4 lines" in shown
    assert "2: header in row 1, 4 lines" in shown
    assert "row 2: A1" in shown
    assert "row 2: PWR" in shown
    assert "reference_designators" in out
    assert "Label [B]" in out
    assert "layout-uncertain" not in out + shown


def test_the_second_reading_is_taken_and_a_wrong_answer_asked_again(tmp_path: Path, bom: Path) -> None:
    code, out, shown = at_terminal(tmp_path, ["check", str(bom)], "7\n2\n")
    assert code == 0, shown
    assert "Part [A]" in out
    assert "PWR" in out
    assert "layout-uncertain" not in out + shown


def test_stopping_reads_nothing(tmp_path: Path, bom: Path) -> None:
    code, out, shown = at_terminal(tmp_path, ["check", str(bom)], "s\n")
    assert code == 2
    assert not out
    assert "Stopped" in shown
    assert "--map" in shown


def test_import_asks_before_it_pushes(tmp_path: Path, bom: Path) -> None:
    code, out, shown = at_terminal(tmp_path, ["import", str(bom)], "2\n")
    assert code in (0, 1), shown
    assert "New BOM" in out
    assert "Which one is right?" in shown
    _, out, shown = at_terminal(tmp_path, ["boms", "lines", "board", "--json"], "")
    assert "PWR" in out, shown


def test_import_stopped_pushes_nothing(tmp_path: Path, bom: Path) -> None:
    code, out, shown = at_terminal(tmp_path, ["import", str(bom)], "s\n")
    assert code == 2
    assert "New BOM" not in out
    assert "Stopped" in shown


def test_json_is_never_asked_about(tmp_path: Path, bom: Path) -> None:
    code, out, shown = at_terminal(tmp_path, ["check", str(bom), "--json"], "")
    assert code == 0, shown
    report = json.loads(out)
    assert "layout-uncertain" in [finding["code"] for finding in report["findings"]]


def test_scripts_get_the_finding(bom: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bomtool", "check", str(bom)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "layout-uncertain" in done.stdout + done.stderr
