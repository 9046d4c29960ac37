"""`bomtool import`: read, push, match; optionally approve, build a program and write the report."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bomtool.cli import live, output, question, records
from bomtool.cli.check import read_file, show
from bomtool.cli.options import json_option, reading_options
from bomtool.errors import (
    EXIT_DENIED,
    EXIT_DONE,
    EXIT_PARTLY,
    EXIT_PLATFORM,
    EXIT_UNREADABLE,
    BomtoolError,
    PlatformError,
    StoreError,
    Unreachable,
    UsageError,
)
from bomtool.journey.carrying import OPEN_STATUSES as OPEN_STATUSES
from bomtool.journey.carrying import Outcome, Wish, carry_out

if TYPE_CHECKING:
    from bomtool.api.boms import BomLine
    from bomtool.bom.model import Bom


@click.command("import", epilog="Example: bomtool import bom.xlsx --approve --build 100 --report report.xlsx")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--name", help="Name of the BOM; default: the file's own title or name.")
@click.option("--version", "version", help="Version of the BOM.")
@click.option("--part-number", help="Part number of the assembly.")
@reading_options
@click.option("--approve", is_flag=True, help="Approve the BOM, also with unmatched lines (they stay uncosted).")
@click.option("--build", type=click.IntRange(min=1), metavar="N", help="Create a program building N of it.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), metavar="OUT.xlsx", help="Write the report.")
@click.option("--overage", metavar="PROFILE", help="Overage profile of the program, e.g. none or typical.")
@click.option("--currency", metavar="USD", help="Currency of the program (ISO 4217).")
@click.option("--dry-run", is_flag=True, help="Read and check only; nothing is pushed.")
@click.option(
    "--jobs", "as_jobs", is_flag=True, help="Queue the files for bomtool worker processes, and wait for them."
)
@click.option("--no-wait", is_flag=True, help="With --jobs: return once the files are queued.")
@click.option("--new", is_flag=True, help="Make a new BOM although the same one was imported before.")
@json_option
def import_command(
    files: tuple[Path, ...],
    name: str | None,
    version: str | None,
    part_number: str | None,
    sheet: str | None,
    profile: str | None,
    mapping: dict[str, str],
    encoding: str | None,
    delimiter: str | None,
    approve: bool,
    build: int | None,
    report: Path | None,
    overage: str | None,
    currency: str | None,
    dry_run: bool,
    as_jobs: bool,
    no_wait: bool,
    new: bool,
    as_json: bool,
) -> int:
    """Read BOM FILES, push them to the platform and match every line to a part.

    The same import again makes no second BOM. Nothing is pushed from a file that cannot be read.
    """
    if len(files) > 1 and (name or report):
        raise UsageError("--name and --report go with one file only.", hint="Import the files one by one.")
    if report and not build:
        raise UsageError("--report needs --build N: a report is written for a program.", hint="Add --build 100.")
    if (overage or currency) and not build:
        raise UsageError("--overage and --currency go with --build N.", hint="Add --build 100.")
    if as_jobs and (report or dry_run):
        raise UsageError(
            "--jobs goes with neither --report nor --dry-run.", hint="Write reports of the programs later."
        )
    currency = check_currency(currency)
    if report and not dry_run:
        from bomtool.reports import atomic, forms

        forms.check(report)
        atomic.preflight(report)
    wish = Wish(
        reading={"sheet": sheet, "profile": profile, "mapping": mapping, "encoding": encoding, "delimiter": delimiter},
        names={"name": name, "version": version, "part_number": part_number},
        approve=approve,
        build=build,
        report=report,
        overage=overage,
        currency=currency,
        new=new,
    )
    if as_jobs:
        from bomtool.cli.bulk import import_as_jobs

        return import_as_jobs(files, wish, wait=not no_wait, as_json=as_json)
    outcomes = dry_runs(files, wish, as_json) if dry_run else pushes(files, wish, as_json)
    if as_json:
        output.json_out(one_or_many(outcomes))
    return exit_code(outcomes)


def check_currency(code: str | None) -> str | None:
    """A currency code in capitals. Raises UsageError."""
    if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise UsageError(f"{code!r} is not a currency code.", hint="Use three letters, e.g. USD or EUR.")
    return code.upper() if code else None


def dry_runs(files: tuple[Path, ...], wish: Wish, as_json: bool) -> list[Outcome]:
    """Read every file, push nothing."""
    from bomtool.bom import checkjson

    outcomes = []
    for path in files:
        outcome = Outcome(str(path))
        try:
            workbook, bom = question.read(path, as_json, **wish.reading, **wish.names)
        except BomtoolError as error:
            outcome.error = error
            complain(outcome, as_json)
        else:
            outcome.findings = bom.findings
            outcome.checked = checkjson.to_json(path, workbook, bom)
            if not as_json:
                show(path, workbook, bom, explain=False)
                output.say("Dry run: nothing was pushed.")
        outcomes.append(outcome)
    return outcomes


def pushes(files: tuple[Path, ...], wish: Wish, as_json: bool) -> list[Outcome]:
    """Read and push every file; a failure of one does not stop the others, a failing platform does."""
    outcomes = []
    read = _asked(files, wish) if question.possible(as_json) else None
    with records.platform() as (client, settings), output.progress("Importing", len(files), unit="files") as advance:
        for done, path in enumerate(files, 1):
            outcome = Outcome(str(path))
            outcomes.append(outcome)
            try:
                bom = read_file(path, **wish.reading, **wish.names)[1] if read is None else read[done - 1]()
                carry_out(client, settings, bom, wish, outcome)
            except (Unreachable, StoreError) as error:
                outcome.error = error
                outcomes += [not_tried(path, error) for path in files[done:]]
                break
            except BomtoolError as error:
                outcome.error = error
            advance(done)
    for outcome in outcomes:
        complain(outcome, as_json)
        if not as_json and outcome.bom is not None:
            show_outcome(outcome)
    return outcomes


def _asked(files: tuple[Path, ...], wish: Wish) -> list[Callable[[], Bom]]:
    """Every file read, and asked about, before anything is pushed; what could not be read fails in its turn."""
    found: list[Callable[[], Bom]] = []
    for path in files:
        try:
            bom = question.read(path, False, **wish.reading, **wish.names)[1]
        except BomtoolError as error:
            found.append(functools.partial(_fail, error))
        else:
            found.append(functools.partial(_give, bom))
    return found


def _give(bom: Bom) -> Bom:
    return bom


def _fail(error: BomtoolError) -> Bom:
    raise error


def not_tried(path: Path, error: BomtoolError) -> Outcome:
    """A file behind one at which the platform failed."""
    said = PlatformError(
        f"Not tried, because the platform failed before: {error.message}", hint=error.hint, code=error.code
    )
    return Outcome(str(path), error=said)


def complain(outcome: Outcome, as_json: bool) -> None:
    """The error of one file, on stderr."""
    if outcome.error is None or as_json:
        return
    output.note(f"Error: {outcome.file}: {outcome.error.message}")
    if outcome.error.hint:
        output.note(f"    {outcome.error.hint}")


def show_outcome(outcome: Outcome) -> None:
    """The human form of one file."""
    bom = outcome.bom
    assert bom is not None
    word = {"created": "New BOM", "updated": "Updated BOM", "unchanged": "Known BOM, unchanged:"}
    version = f" version {bom.version}" if bom.version else ""
    output.say(f"{outcome.file}: {word.get(outcome.outcome or '', 'BOM')} {bom.name!r}{version}, id {bom.id}")
    lines_table(outcome.lines)
    counts = outcome.counts()
    statuses = ", ".join(f"{counts[s]} {s.replace('_', ' ')}" for s in counts if s != "lines" and counts[s])
    output.say(f"{counts['lines']} lines: {statuses or 'none'}")
    if any(counts.get(status) for status in OPEN_STATUSES):
        output.say(f"Lines that need a person: bomtool boms match {str(bom.id)[:8]} --help")
    if outcome.program is not None:
        output.say(f"Program {outcome.program.name!r}, id {outcome.program.id}")
    live.tell(outcome.prices)
    if outcome.report:
        output.say(f"Report written to {outcome.report}")
    output.findings_out(outcome.findings)


def lines_table(lines: list[BomLine]) -> None:
    """Lines, their match, and what needs a person."""
    from rich.text import Text

    styles = {"matched": "green", "needs_review": "yellow", "no_match": "red", "do_not_place": "dim", "ignored": "dim"}
    rows = []
    for line in lines:
        if line.part is not None:
            part = f"{line.part.mpn} @ {line.part.manufacturer or '?'}"
        elif line.candidates:
            part = f"{len(line.candidates)} candidates, first {line.candidates[0].part.mpn}"
        else:
            part = ""
        reason = line.match.reason if line.match else ""
        rows.append(
            (
                line.position,
                " ".join(line.reference_designators),
                line.quant,
                " ".join(filter(None, [line.mpn, line.manufacturer_name])) or line.value or line.description,
                Text(line.status.replace("_", " "), style=styles.get(line.status, "")),
                part,
                reason,
            )
        )
    output.table(
        [
            output.Column("line", right=True),
            output.Column("designators", max_width=28),
            output.Column("qty", right=True),
            "as given",
            "status",
            "part",
            output.Column("why", max_width=48),
        ],
        rows,
    )


def one_or_many(outcomes: list[Outcome]) -> dict[str, Any]:
    """One object on stdout: of one file its own, of several a list; a failure of a single file is an error object."""
    if len(outcomes) == 1:
        return outcomes[0].to_json()
    return output.listing([outcome.to_json() for outcome in outcomes])


def exit_code(outcomes: list[Outcome]) -> int:
    """Of several codes: 3 before 4 before 5 before 1; some read and some not is "partly"."""
    codes = [outcome.exit_code() for outcome in outcomes]
    if len(outcomes) > 1 and EXIT_UNREADABLE in codes and any(code != EXIT_UNREADABLE for code in codes):
        codes = [EXIT_PARTLY if code == EXIT_UNREADABLE else code for code in codes]
    for code in (EXIT_UNREADABLE, EXIT_PLATFORM, EXIT_DENIED):
        if code in codes:
            return code
    return max(codes, default=EXIT_DONE)
