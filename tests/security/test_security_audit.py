"""What the audit of the dependencies says: a flaw fails it, and a service that was not reached is never called clean."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def audit():
    spec = importlib.util.spec_from_file_location("audit", ROOT / "scripts" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CLEAN = {"name": "alembic", "version": "1", "vulns": []}
SKIPPED = {"name": "click", "skip_reason": "Dependency not found"}
FLAWED = {"name": "rich", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}


def test_a_known_vulnerability_fails(audit):
    code, lines = audit.verdict({"dependencies": [CLEAN, FLAWED]}, required=False)
    assert (code, lines) == (
        1,
        ["rich 2: CVE-1, mended in 3", "2 of 2 packages audited, 1 known vulnerabilities."],
    )


@pytest.mark.parametrize("report", ["no route to host", {"dependencies": [SKIPPED]}], ids=["broken", "all skipped"])
def test_a_service_that_was_not_asked_is_said(audit, report):
    for required in (False, True):
        code, lines = audit.verdict(report, required=required)
        assert code == (1 if required else 0)
        assert any(line.startswith("NOT AUDITED") for line in lines)


def test_packages_that_were_left_out_are_named(audit):
    code, lines = audit.verdict({"dependencies": [CLEAN, SKIPPED]}, required=True)
    assert (code, lines) == (0, ["1 of 2 packages audited, 0 known vulnerabilities.", "Not audited: click."])


def test_ci_runs_the_audit_and_compares_the_licences():
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "scripts/audit.py" in text
    assert "scripts/licences.py --check" in text


def test_licences_of_all_that_ships_are_listed():
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "licences.py"), "--check"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    page = (ROOT / "docs" / "third-party-licences.md").read_text(encoding="utf-8")
    for name in ("psycopg", "psycopg-binary"):
        assert f"\n| {name} |" in page
