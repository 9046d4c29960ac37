"""`bomtool check`: what was understood of a file. Reads only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bomtool.cli import output, question
from bomtool.cli.options import json_option, reading_options
from bomtool.errors import EXIT_DONE, EXIT_PARTLY, EXIT_UNREADABLE, ReadError
from bomtool.journey.reading import read_file as read_file

if TYPE_CHECKING:
    from bomtool.bom.model import Bom
    from bomtool.sheets.model import Workbook


@click.command(epilog="Example: bomtool check bom.xlsx --explain")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@reading_options
@click.option("--format", "form", type=click.Choice(["table", "json", "jsonl"]), default="table", show_default=True)
@click.option("--explain", is_flag=True, help="Say how the layout was found, how sure that is, and what came second.")
@json_option
def check(
    files: tuple[Path, ...],
    sheet: str | None,
    profile: str | None,
    mapping: dict[str, str],
    encoding: str | None,
    delimiter: str | None,
    form: str,
    explain: bool,
    as_json: bool,
) -> int:
    """Show what was understood of FILES: sheet, header, columns, lines, and findings with their cells.

    Nothing is written or sent. At a terminal an uncertain layout is asked about.
    --format jsonl prints one JSON object a file, also for a file that cannot be read.
    """
    from bomtool.bom import checkjson

    form = "json" if as_json else form
    reports: list[dict[str, Any]] = []
    failed = worst = 0
    for path in files:
        try:
            workbook, bom = question.read(
                path,
                form != "table",
                sheet=sheet,
                profile=profile,
                mapping=mapping,
                encoding=encoding,
                delimiter=delimiter,
            )
        except ReadError as error:
            failed += 1
            report = checkjson.error_json(path, error)
            if form == "table":
                output.note(f"Error: {path}: {error.message}")
                if error.hint:
                    output.note(f"    {error.hint}")
        else:
            report = checkjson.to_json(path, workbook, bom)
            worst = max(worst, any(f.severity == "error" for f in bom.findings))
            if form == "table":
                show(path, workbook, bom, explain)
        if form == "jsonl":
            output.json_out(report)
        reports.append(report)
    if form == "json":
        output.json_out(reports[0] if len(reports) == 1 else output.listing(reports))
    if failed == len(files):
        return EXIT_UNREADABLE
    return EXIT_PARTLY if failed or worst else EXIT_DONE


def show(path: Path, workbook: Workbook, bom: Bom, explain: bool) -> None:
    """The human form of one file."""
    layout, counts = bom.layout, bom.counts()
    output.say(f"{path}")
    facts = [workbook.kind]
    if workbook.encoding:
        facts.append(f"encoding {workbook.encoding}")
    if workbook.delimiter:
        facts.append("delimiter " + {"\t": "tab", " ": "space"}.get(workbook.delimiter, repr(workbook.delimiter)))
    if layout.sheet is not None:
        facts.append(f"sheet {layout.sheet!r}")
    header = "no header row" if layout.header_row is None else f"header in row {layout.header_row}"
    facts.append(header + (f" (rows {', '.join(map(str, layout.header_rows))})" if len(layout.header_rows) > 1 else ""))
    if layout.profile:
        facts.append(f"profile {layout.profile}")
    output.say("  " + ", ".join(facts))
    output.say(
        f"  {counts['read']} rows: {counts['lines']} lines, {counts['alternates']} alternates, "
        f"{counts['continuations']} continuations, {counts['skipped']} skipped; {bom.placements()} placements"
    )
    columns = [
        (name, ", ".join(f"{c.header or '(no header)'} [{_letter(c.index)}]" for c in found))
        for name, found in layout.columns.items()
        if found
    ]
    output.table(["field", "column"], columns)
    if explain:
        output.say(f"  Layout confidence {layout.confidence:.0%}.")
        if layout.runner_up:
            output.say(f"  Runner-up: {layout.runner_up}")
        for sentence in layout.evidence:
            output.say(f"  - {sentence}")
        output.say()
    output.table(
        [
            output.Column("row", right=True),
            output.Column("designators", max_width=36),
            output.Column("qty", right=True),
            "MPN",
            "manufacturer",
            "value",
            "package",
            output.Column("description", max_width=40),
            "note",
        ],
        [
            (
                line.row,
                " ".join(line.reference_designators),
                ""
                if line.quantity is None
                else f"{line.quantity:f}{' ' + line.quantity_unit if line.quantity_unit else ''}",
                line.mpn,
                line.manufacturer_name,
                line.value,
                line.package,
                line.description,
                ", ".join(
                    [
                        *(["do not place"] if line.do_not_place else []),
                        *([f"{len(line.alternates)} alternates"] if line.alternates else []),
                    ]
                ),
            )
            for line in bom.lines
        ],
    )
    output.findings_out(bom.findings)


def _letter(index: int) -> str:
    from bomtool.findings import cell_address

    return cell_address(1, index)[:-1]
