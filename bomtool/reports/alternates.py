"""The Alternates sheet: for each line the candidates a person may choose, and the alternatives the BOM allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bomtool.api.boms import BomLine
from bomtool.api.parts import PartSummary
from bomtool.bom import designators
from bomtool.reports.facts import Facts
from bomtool.reports.grid import HEADER_ROW, Column, Grid, Styled
from bomtool.reports.looks import status_text

SHEET = "Alternates"
OPEN = ("needs_review", "no_match")


def columns(facts: Facts) -> list[Column]:
    """Columns of the sheet."""
    return [
        Column("bom", "BOM", 18, hidden=len(facts.builds) < 2),
        Column("line", "Line", 6, "figure"),
        Column("status", "Status", 15),
        Column("designators", "Designators", 22, "wrap"),
        Column("given", "Part on the line", 24, "mono"),
        Column("kind", "What it is", 22),
        Column("mpn", "Other part", 24, "mono"),
        Column("maker", "Manufacturer", 20),
        Column("level", "Level", 14),
        Column("score", "Score", 8, "percent"),
        Column("why", "Why", 48, "wrap"),
    ]


def rows(facts: Facts) -> Iterator[dict[str, Any]]:
    """Open lines' candidates and every line's alternatives."""
    for item in facts.inputs.boms:
        for line in item.lines:
            yield from (_common(item.bom.name, line) | more for more in _others(line))


def write(grid: Grid, found: Iterable[dict[str, Any]]) -> None:
    """Write the rows."""
    for row in found:
        grid.add(row)
    if grid.row == HEADER_ROW + 1:
        grid.say("No line has candidates or alternatives.")
    grid.finish()


def _common(bom: str | None, line: BomLine) -> dict[str, Any]:
    return {
        "bom": bom,
        "line": line.position,
        "status": Styled(status_text(line.status), f"status:{line.status}"),
        "designators": designators.compress(line.reference_designators).replace(",", ", "),
        "given": (line.part.mpn if line.part else None) or line.mpn or line.value,
    }


def _others(line: BomLine) -> Iterator[dict[str, Any]]:
    if line.status in OPEN:
        for candidate in line.candidates:
            yield _part(candidate.part, "Candidate, to be decided") | {
                "level": candidate.level.replace("_", " "),
                "score": candidate.score,
                "why": candidate.reason,
            }
    resolved = {part.mpn for part in line.alternates}
    for part in line.alternates:
        yield _part(part, "Alternative in the BOM")
    for mpn in line.alternative_mpns:
        if mpn not in resolved:
            yield {"kind": "Alternative in the BOM", "mpn": mpn, "why": "not matched to a part of the catalogue"}


def _part(part: PartSummary, kind: str) -> dict[str, Any]:
    return {"kind": kind, "mpn": part.mpn, "maker": part.manufacturer, "why": part.description}
