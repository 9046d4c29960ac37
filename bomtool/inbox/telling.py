"""What is told about a file where people look: `NAME.result.json` and `NAME.problem.txt`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bomtool import __version__
from bomtool.errors import BomtoolError, ReadError
from bomtool.findings import Finding, cell_address
from bomtool.inbox import names
from bomtool.inbox.log import plain
from bomtool.journey.carrying import Outcome
from bomtool.reports.atomic import write_atomically


def result(outcome: Outcome, *, sha256: str, changes: dict[str, Any] | None, notes: Sequence[str]) -> dict[str, Any]:
    """The content of `NAME.result.json`; `placed` adds the names of the files."""
    bom, program = outcome.bom, outcome.program
    return {
        "file": names.storable(outcome.file),
        "sha256": sha256,
        "state": "done",
        "outcome": outcome.outcome,
        "created": outcome.created,
        "bom": None if bom is None else {"id": str(bom.id), "name": bom.name, "version": bom.version},
        "counts": outcome.counts(),
        "program": None if program is None else {"id": str(program.id), "name": program.name},
        "report": None,
        "changes": changes,
        "notes": list(notes),
        "findings": [finding.to_json() for finding in outcome.findings],
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "bomtool": __version__,
    }


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file whole or not at all. Raises WriteError."""
    text = json.dumps(content, indent=1, default=str, ensure_ascii=True)
    write_atomically(path, lambda temporary: _text(temporary, text + "\n"))


def placed(path: Path, target: str, outcomes: Sequence[str]) -> None:
    """Name the file as it lies in `done/`, and its report, in a result that waits. Raises WriteError."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["name"] = names.storable(target)
    if names.REPORT in outcomes:
        content["report"] = names.storable(target + names.REPORT)
    if names.CHANGES in outcomes and content.get("changes") is not None:
        content["changes"]["workbook"] = names.storable(target + names.CHANGES)
    write_json(path, content)


def write_problem(path: Path, name: str, error: BomtoolError, findings: Sequence[Finding] = ()) -> None:
    """Write why a file was refused, in plain words. Raises WriteError."""
    lines = [f"{plain(name)} was not imported.", "", "What is wrong", f"    {plain(error.message)}"]
    where = address(error)
    if where:
        lines.append(f"    Where: {plain(where)}")
    lines += ["", "What to do", f"    {plain(error.hint or 'Correct the file.')}", "    Then drop the file again."]
    told = [finding for finding in findings if finding.severity != "info"]
    if told:
        lines += ["", "What else was noticed"]
        lines += [f"    - {plain(': '.join(filter(None, [f.where(), f.message])))}" for f in told[:50]]
    lines += ["", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, bomtool {__version__}, {error.code}", ""]
    write_atomically(path, lambda temporary: _text(temporary, "\n".join(lines)))


def address(error: BomtoolError) -> str:
    """Where in the file an error is, in words; "" where it has no place."""
    if not isinstance(error, ReadError):
        return ""
    place = f"sheet {error.sheet!r}" if error.sheet else ""
    if error.row and error.column and error.sheet:
        return f"{place}, cell {cell_address(error.row, error.column)}"
    parts = [place, f"row {error.row}" if error.row else "", f"column {error.column}" if error.column else ""]
    return ", ".join(filter(None, parts))


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
