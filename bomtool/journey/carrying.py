"""From a BOM that was read to its report: push, approve, program, report.

Each step may be repeated without doing anything twice. A `Logbook` keeps what was reached, so that a journey that was
cut off is taken up where it stood; the one given by default keeps nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bomtool.errors import EXIT_DONE, EXIT_PARTLY, ApiError, BomtoolError, UsageError

if TYPE_CHECKING:
    from bomtool.api.boms import Bom as ApiBom
    from bomtool.api.boms import BomLine
    from bomtool.bom.model import Bom
    from bomtool.client import Client
    from bomtool.findings import Finding
    from bomtool.parts.providers.model import Told
    from bomtool.reports.model import Changes
    from bomtool.settings import Settings

OPEN_STATUSES = ("needs_review", "no_match")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with a file. `report` is the workbook to write; `new` makes a second BOM of known content."""

    reading: dict[str, Any] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    approve: bool = False
    build: int | None = None
    report: Path | None = None
    overage: str | None = None
    currency: str | None = None
    new: bool = False
    changes: Changes | None = None
    """What the report tells of the version before."""


@dataclass(slots=True)
class Outcome:
    """What became of one file."""

    file: str
    bom: ApiBom | None = None
    created: bool = False
    outcome: str | None = None
    lines: list[BomLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    program: Any = None
    report: str | None = None
    prices: list[Told] = field(default_factory=list)
    """What providers of live prices told before the report."""
    error: BomtoolError | None = None
    checked: dict[str, Any] | None = None
    """The JSON of `check`, where nothing was pushed."""

    def counts(self) -> dict[str, int]:
        """Lines by status, and in all."""
        return {"lines": len(self.lines), **Counter(line.status for line in self.lines)}

    def exit_code(self) -> int:
        """0 done, 1 with error findings or unmatched lines in the program, else the error's own."""
        if self.error is not None:
            return self.error.exit_code
        unmatched = self.program is not None and any(line.status in OPEN_STATUSES for line in self.lines)
        return EXIT_PARTLY if unmatched or any(f.severity == "error" for f in self.findings) else EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """The JSON of one file."""
        if self.error is not None and self.bom is None:
            return {"file": self.file, "error": self.error.to_json()}
        answer: dict[str, Any] = {
            "file": self.file,
            "bom": self.bom,
            "created": self.created,
            "outcome": self.outcome,
            "lines": self.lines,
            "counts": self.counts(),
            "findings": [finding.to_json() for finding in self.findings],
            "program": self.program,
            "report": self.report,
        }
        if self.prices:
            answer["prices"] = [told.to_json() for told in self.prices]
        if self.checked is not None:
            answer |= {"dry_run": True, "lines": self.checked["lines"], "counts": self.checked["rows"]}
        if self.error is not None:
            answer["error"] = self.error.to_json()
        return answer


class Logbook:
    """What earlier attempts of the same journey reached; this one knows and keeps nothing.

    `bom_id` and `program_id` are records these attempts made. `sent` and `sending` are the client's `Journal`.
    """

    bom_id: str | None = None
    program_id: str | None = None

    def sent(self, noun: str) -> frozenset[str] | None:
        """See `bomtool.client.push.Journal`."""
        return None

    def sending(self, noun: str, alike: frozenset[str]) -> None:
        """See `bomtool.client.push.Journal`."""

    def forget(self) -> None:
        """What earlier attempts made is gone from the platform: begin anew."""
        self.bom_id = self.program_id = None

    def reached(self, step: str, outcome: Outcome) -> None:
        """A step is done: bom, approved, program or report. Called before the next one begins."""


def carry_out(
    client: Client, settings: Settings, bom: Bom, wish: Wish, outcome: Outcome, logbook: Logbook | None = None
) -> None:
    """The journey of a BOM that was read. `outcome` keeps what is done so far, also where an error ends it."""
    logbook = logbook or Logbook()
    outcome.findings = list(bom.findings)
    pushed = _push(client, bom, wish, outcome, logbook)
    outcome.bom = pushed
    outcome.lines = list(client.boms.iterate_lines(pushed.id))
    logbook.reached("bom", outcome)
    if wish.approve and pushed.approved != "true":
        outcome.bom = _approve(client, pushed)
        logbook.reached("approved", outcome)
    if wish.build:
        if outcome.bom.approved != "true":
            raise UsageError(
                "--build needs an approved BOM, and this one is not approved.",
                hint=f"Add --approve, or run bomtool boms approve {pushed.id}.",
            )
        outcome.program = _program(client, settings, outcome.bom, wish, logbook)
        logbook.reached("program", outcome)
    if wish.report and outcome.program is not None:
        from bomtool.journey import prices
        from bomtool.journey.programs import write_report

        outcome.prices = prices.refresh_due(settings, [str(outcome.program.id)])
        if outcome.prices:
            outcome.lines = list(client.boms.iterate_lines(outcome.bom.id))
        write_report(client, [outcome.program], wish.report, changes=wish.changes)
        outcome.report = str(wish.report)
        logbook.reached("report", outcome)


def _push(client: Client, bom: Bom, wish: Wish, outcome: Outcome, logbook: Logbook) -> ApiBom:
    """The BOM on the platform: the one an earlier attempt made where it is still there, else this one's."""
    if logbook.bom_id is not None:
        known = _still_there(client.boms.get, logbook.bom_id)
        if known is not None and not known.archived:
            outcome.outcome = "unchanged"
            return known  # type: ignore[no-any-return]
        logbook.forget()
    pushed = client.boms.create_raw(bom, new=wish.new, journal=logbook)
    outcome.outcome = pushed.outcome
    outcome.created = pushed.outcome == "created"
    outcome.findings += pushed.findings
    if outcome.created and not wish.new:
        from bomtool.journey.earlier import replace_earlier

        outcome.findings += replace_earlier(client, bom, pushed.bom)
    return pushed.bom


def _approve(client: Client, bom: ApiBom) -> ApiBom:
    from bomtool.api.boms import BomApprove

    return client.boms.approve(bom.id, BomApprove(allow_unmatched=True))


def _program(client: Client, settings: Settings, bom: ApiBom, wish: Wish, logbook: Logbook) -> Any:
    """The program of this file; the same BOM, builds and terms give the same program again."""
    from bomtool.journey.programs import create_once

    assert wish.build is not None
    if logbook.program_id is not None:
        known = _still_there(client.programs.get, logbook.program_id)
        if known is not None:
            return known
    title = f"{bom.name or 'BOM'} x {wish.build}"
    return create_once(
        client,
        settings,
        name=title[:255],
        lines=[(bom.id, wish.build)],
        overage=wish.overage,
        currency=wish.currency,
        new=wish.new,
        journal=logbook,
    )


def _still_there(get: Any, record_id: str) -> Any:
    try:
        return get(record_id)
    except ApiError as error:
        if error.status == 404:
            return None
        raise
