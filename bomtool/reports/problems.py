"""The Problems sheet: everything a person should look at, worst first, each linked to its row in Source lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bomtool.findings import SEVERITIES, Finding
from bomtool.reports import spool
from bomtool.reports.facts import Facts, PartRow, designator_text
from bomtool.reports.grid import HEADER_ROW, Column, Grid, Link, Styled
from bomtool.reports.looks import severity_text
from bomtool.reports.purchasing import left_out
from bomtool.reports.source import Places
from bomtool.reports.spool import Spool

SHEET = "Problems"
DECIDE = "Decide it with `bomtool boms match`, or in the review workbook (`bomtool boms export --review`)."


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem; `source_row` is its 1-based row on the Source lines sheet, where it has one."""

    severity: str
    what: str
    advice: str | None = None
    about: str | None = None
    where: str = ""
    source_row: int | None = None
    code: str = ""


def columns(facts: Facts) -> list[Column]:
    """All columns the sheet can have; templates/report.toml chooses and orders them."""
    return [
        Column("severity", "Severity", 12),
        Column("about", "About", 34, "wrap"),
        Column("what", "What", 60, "wrap"),
        Column("advice", "What to do", 48, "wrap"),
        Column("where", "Where", 24, "link"),
        Column("code", "Code", 22, "quiet:text"),
    ]


class Problems:
    """All problems of a program: worst first, otherwise in the order found. `counts` are their numbers by severity."""

    def __init__(self) -> None:
        self._by_rank: dict[int, Spool[Problem]] = {}
        self.counts = dict.fromkeys(("error", "warning", "info"), 0)

    def add(self, found: Iterable[Problem]) -> None:
        """Add problems."""
        for problem in found:
            rank = _rank(problem.severity)
            if rank not in self._by_rank:
                self._by_rank[rank] = spool.of_objects()
            self._by_rank[rank].append(problem)
            if problem.severity in self.counts:
                self.counts[problem.severity] += 1

    def __iter__(self) -> Iterator[Problem]:
        for rank in sorted(self._by_rank, reverse=True):
            yield from self._by_rank[rank]


def collect(facts: Facts, places: Places) -> Problems:
    """All problems of a program; `places` are its source rows on their sheet."""
    found, later = Problems(), spool.of_objects()
    found.add(_totals(facts))
    found.add(_lines(facts, places))
    for row in facts.parts:
        found.add(_unpriced(facts, row))
        later.extend(_risks(facts, row))
    found.add(later)
    found.add(_findings(facts, places))
    return found


def write(grid: Grid, problems: Iterable[Problem], origin: Grid) -> None:
    """Write every problem; `origin` is the grid of the source lines that they lead to."""
    for problem in problems:
        where: Any = problem.where
        if problem.source_row:
            where = Link(problem.where or "source row", f"internal:'{origin.name}'!A{problem.source_row}")
        grid.add(
            {
                "severity": Styled(severity_text(problem.severity), f"severity:{problem.severity}"),
                "about": problem.about,
                "what": problem.what,
                "advice": problem.advice,
                "where": where or Styled(None, "text"),
                "code": problem.code,
            }
        )
    if grid.row == HEADER_ROW + 1:
        grid.say("No problems were found.")
    grid.finish()


def cut_texts(cells: list[str]) -> list[Problem]:
    """Cells whose text was longer than a cell can hold."""
    return [
        Problem("warning", "The text is longer than a cell can hold and was cut.", "Look into the BOM file.",
                where=cell, code="text-cut") for cell in cells
    ]  # fmt: skip


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else 0


def _totals(facts: Facts) -> Iterator[Problem]:
    """The platform's total against the sum of its own lines and fees."""
    pricing = facts.inputs.pricing
    known = facts.added_up
    if known != pricing.known_total:
        what = "lines and fees add" if facts.fees else "lines add"
        yield Problem(
            "error",
            f"The platform's total is {pricing.known_total} {pricing.currency}; its {what} up to {known}.",
            "Do not rely on the total; ask who runs the platform.",
            code="total-differs",
        )


def _findings(facts: Facts, places: Places) -> Iterator[Problem]:
    for item in facts.inputs.boms:
        for entry in item.listed("findings"):
            if not isinstance(entry, dict) or not entry.get("message"):
                continue
            known = {name: entry.get(name) for name in Finding.__slots__}
            finding = Finding(**{**known, "severity": known["severity"] or "info", "code": known["code"] or ""})  # type: ignore[arg-type]
            yield Problem(
                finding.severity,
                finding.message,
                finding.advice,
                item.bom.name,
                finding.where(),
                places.of(item.bom.id, finding.row),
                finding.code,
            )


def _lines(facts: Facts, places: Places) -> Iterator[Problem]:
    """Lines that have no part yet: they stand in the program without cost."""
    for item in facts.inputs.boms:
        for line in item.lines:
            if line.status not in ("needs_review", "no_match"):
                continue
            own = (line.metadata or {}).get("bomtool")
            row = own.get("row") if isinstance(own, dict) else None
            reason = line.match.reason if line.match else "no part was found"
            word = "No part is decided" if line.status == "needs_review" else "No part was found"
            yield Problem(
                "warning" if line.status == "needs_review" else "error",
                f"{word}, so the line has no cost: {reason}",
                DECIDE,
                _about(line.mpn or line.value or line.description, ", ".join(line.reference_designators)),
                f"{item.bom.name}, line {line.position}" if len(facts.inputs.boms) > 1 else f"line {line.position}",
                places.of(item.bom.id, row),
                line.status.replace("_", "-"),
            )


def _unpriced(facts: Facts, row: PartRow) -> Iterator[Problem]:
    if row.availability.part is None or left_out(row):
        return
    if row.pricing is not None and not row.pricing.priced:
        yield Problem(
            "warning",
            f"Not priced: {row.pricing.unpriced_reason or 'no reason is given'}",
            "Ask for a quote, or choose another part.",
            _about_part(facts, row),
            code="not-priced",
        )


def _risks(facts: Facts, row: PartRow) -> Iterator[Problem]:
    for risk in row.availability.risks:
        if risk.severity != "info":
            yield Problem(risk.severity, risk.message, None, _about_part(facts, row), code=f"risk: {risk.code}")


def _about_part(facts: Facts, row: PartRow) -> str:
    uses = designator_text(row.availability.reference_designators, name_boms=len(facts.builds) > 1)
    return _about(row.availability.mpn, uses)


def _about(part: str | None, uses: str) -> str:
    short = uses if len(uses) <= 60 else f"{uses[:57]}…"
    return " · ".join(filter(None, (part, short)))
