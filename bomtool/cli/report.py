"""`bomtool report`: the availability and pricing report of one program or several."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bomtool.cli import live, output, records
from bomtool.cli.options import json_option
from bomtool.cli.programs import parse_quantities
from bomtool.errors import EXIT_DONE, EXIT_PARTLY

if TYPE_CHECKING:
    from bomtool.reports.template import Template


@click.command(epilog="Example: bomtool report 'mainboard x 100' -o report.xlsx")
@click.argument("programs", nargs=-1, required=True)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to write: .xlsx, .html, .json, or .zip for a set of CSV files.",
)
@click.option("--quantities", help="Numbers of builds on the cost curve, e.g. 1,10,500.")
@click.option("--template", metavar="FILE", help="A workbook of your own whose marked cells are filled in.")
@click.option("--open", "open_after", is_flag=True, help="Open the report when it is written.")
@json_option
def report(
    programs: tuple[str, ...], out: Path, quantities: str | None, template: str | None, open_after: bool, as_json: bool
) -> int:
    """Write the report of PROGRAMS to OUT; exit 1 where lines are unmatched.

    Several programs stand in one workbook, with an overview and a purchase list over all of them.
    """
    from bomtool.journey.programs import write_report
    from bomtool.reports import atomic, forms

    wanted = parse_quantities(quantities)
    forms.check(out, template=template is not None, programs=len(programs))
    own = read_template(template) if template else None
    atomic.preflight(out)
    for note in own.notes if own else ():
        output.note(f"Template: {note}")
    with records.platform() as (client, settings):
        found = [records.find_program(client, text) for text in programs]
        live.refresh(settings, found)
        complete = write_report(client, found, out, quantities=wanted, template=own)
    if open_after:
        click.launch(str(out))
    if as_json:
        notes = own.notes if own else []
        output.json_out(
            {"programs": [str(p.id) for p in found], "report": str(out), "complete": complete, "notes": notes}
        )
    else:
        output.say(f"Report written to {out}")
    return EXIT_DONE if complete else EXIT_PARTLY


def read_template(text: str) -> Template:
    """The template that a person names: a file, or a file of the templates folder."""
    from bomtool import data
    from bomtool.reports import template

    path = Path(text)
    return template.read(path if path.exists() or path.name != text else data.template(text))
