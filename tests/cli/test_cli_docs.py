"""The reference pages say what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from bomtool import findings

ROOT = Path(__file__).resolve().parents[2]


def test_generated_pages_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "make_docs.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_finding_code_in_the_code_stands_in_the_table() -> None:
    known = set(findings.catalogue())
    used: dict[str, str] = {}
    for path in (ROOT / "bomtool").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(
            r"\.add\(\s*\"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)\"|ReadError\([^)]*?code=\"([a-z0-9-]+)\"", text, re.S
        ):
            used[match.group(1) or match.group(2)] = str(path)
    assert used, "the walk found no codes; its pattern is out of date"
    missing = {code: path for code, path in used.items() if code not in known}
    assert not missing


def test_every_row_of_the_findings_table_is_complete() -> None:
    for code in findings.catalogue().values():
        assert code.severity in findings.SEVERITIES, code
        assert code.meaning.endswith("."), code
        assert code.severity == "info" or code.advice.endswith("."), code


def test_readme_quick_start_has_two_chained_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Quick start")[2]
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)[:2]
    assert all(len(block.strip().splitlines()) == 1 and "&&" in block for block in blocks)
    assert "--report report.xlsx" in blocks[0]
    assert "pytest" in blocks[1]
