"""`bomtool report`: the availability and pricing workbook of one program or several."""

from __future__ import annotations

from pathlib import Path

import click

from bomtool.cli import output, records
from bomtool.cli.options import json_option
from bomtool.cli.programs import parse_quantities
from bomtool.errors import EXIT_DONE, EXIT_PARTLY


@click.command(epilog="Example: bomtool report 'mainboard x 100' -o report.xlsx")
@click.argument("programs", nargs=-1, required=True)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The workbook to write."
)
@click.option("--quantities", help="Numbers of builds on the cost curve, e.g. 1,10,500.")
@click.option("--open", "open_after", is_flag=True, help="Open the workbook when it is written.")
@json_option
def report(programs: tuple[str, ...], out: Path, quantities: str | None, open_after: bool, as_json: bool) -> int:
    """Write the workbook of PROGRAMS to OUT; exit 1 where lines are unmatched.

    Several programs stand in one workbook, with an overview and a purchase list over all of them.
    """
    from bomtool.journey.programs import write_report
    from bomtool.reports import atomic

    wanted = parse_quantities(quantities)
    atomic.preflight(out)
    with records.platform() as (client, _):
        found = [records.find_program(client, text) for text in programs]
        complete = write_report(client, found, out, quantities=wanted)
    if open_after:
        click.launch(str(out))
    if as_json:
        output.json_out({"programs": [str(p.id) for p in found], "report": str(out), "complete": complete})
    else:
        output.say(f"Report written to {out}")
    return EXIT_DONE if complete else EXIT_PARTLY
