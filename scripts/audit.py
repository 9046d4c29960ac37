"""Asks the vulnerability service about every pinned package (pip-audit) and says what came of it.

Exit 0 where nothing is known or the service could not be asked, which is said plainly; 1 for a known vulnerability, and
for a service that could not be asked where BOMTOOL_REQUIRE names `audit`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PINNED = "requirements-dev.txt"
SECONDS = 120


def main() -> int:
    """Ask, print, and tell by the exit code."""
    code, lines = verdict(ask(), required="audit" in os.environ.get("BOMTOOL_REQUIRE", "").split(","))
    print("\n".join(lines), file=sys.stderr if code else sys.stdout)
    return code


def ask() -> dict[str, Any] | str:
    """pip-audit's report, or the sentence why there is none."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", PINNED]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"no answer within {SECONDS} seconds"
    try:
        found = json.loads(done.stdout)
    except json.JSONDecodeError:
        return (done.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1]
    return found if isinstance(found, dict) else "pip-audit's report has an unknown shape"


def verdict(report: dict[str, Any] | str, *, required: bool) -> tuple[int, list[str]]:
    """Exit code and lines for a report. A package that was skipped was not audited, whatever pip-audit exits with."""
    failed = 1 if required else 0
    if isinstance(report, str):
        return failed, [f"NOT AUDITED: the vulnerability service could not be reached ({report[:300]})."]
    packages = report["dependencies"]
    known = [(package, flaw) for package in packages for flaw in package.get("vulns", ())]
    lines = [
        f"{package['name']} {package['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'none'}"
        for package, flaw in known
    ]
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    asked = len(packages) - len(skipped)
    lines.append(f"{asked} of {len(packages)} packages audited, {len(known)} known vulnerabilities.")
    if not asked:
        lines.append("NOT AUDITED: the vulnerability service could not be reached, or knows none of the packages.")
    elif skipped:
        lines.append(f"Not audited: {', '.join(skipped)}.")
    return (1 if known else failed if not asked else 0), lines


if __name__ == "__main__":
    sys.exit(main())
