"""`bomtool report`: the availability and pricing workbook of a program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bomtool.cli import output, records
from bomtool.cli.options import json_option
from bomtool.cli.programs import parse_quantities
from bomtool.errors import EXIT_DONE, EXIT_PARTLY, UsageError

if TYPE_CHECKING:
    from bomtool.api.programs import Program
    from bomtool.client import Client


@click.command(epilog="Example: bomtool report 'mainboard x 100' -o report.xlsx")
@click.argument("programs", nargs=-1, required=True)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The workbook to write."
)
@click.option("--quantities", help="Numbers of builds on the cost curve, e.g. 1,10,500.")
@click.option("--open", "open_after", is_flag=True, help="Open the workbook when it is written.")
@json_option
def report(programs: tuple[str, ...], out: Path, quantities: str | None, open_after: bool, as_json: bool) -> int:
    """Write the workbook of PROGRAM to OUT; exit 1 where lines are unmatched."""
    from bomtool.reports import atomic

    if len(programs) > 1:
        raise UsageError("One program a workbook, please.", hint="Write one report for each program.")
    wanted = parse_quantities(quantities)
    atomic.preflight(out)
    with records.platform() as (client, _):
        found = [records.find_program(client, text) for text in programs]
        complete = write_report(client, found, out, quantities=wanted, open_after=open_after)
    if as_json:
        output.json_out({"programs": [str(p.id) for p in found], "report": str(out), "complete": complete})
    else:
        output.say(f"Report written to {out}")
    return EXIT_DONE if complete else EXIT_PARTLY


def write_report(
    client: Client, programs: list[Program], out: Path, *, quantities: list[int] | None, open_after: bool
) -> bool:
    """Collect what the platform knows of the program and write the workbook; whether every line is matched."""
    from bomtool import reports

    program = programs[0]
    availabilities = client.programs.get_availabilities(program.id)
    pricing = client.programs.get_reference_pricing(program.id, quantities=quantities)
    boms = [
        reports.BomWithLines(bom=client.boms.get(line.bom.id), lines=list(client.boms.iterate_lines(line.bom.id)))
        for line in program.lines
    ]
    inputs = reports.ReportInput(program=program, availabilities=availabilities, pricing=pricing, boms=boms)
    reports.write(out, inputs)
    if open_after:
        click.launch(str(out))
    return availabilities.lines_matched == availabilities.lines_total
