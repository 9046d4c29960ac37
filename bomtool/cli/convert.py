"""`bomtool convert`: any BOM that can be read, written clean or in the form of another tool."""

from __future__ import annotations

from pathlib import Path

import click

from bomtool.cli import output
from bomtool.cli.check import read_file
from bomtool.cli.options import json_option, reading_options
from bomtool.errors import EXIT_DONE, EXIT_PARTLY


@click.command(epilog="Example: bomtool convert supplier.xls clean.xlsx")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--to",
    "form",
    type=click.Choice(["xlsx", "csv", "ods", "json", "jlcpcb", "kicad"]),
    help="Form to write; default: by the ending of OUT.",
)
@reading_options
@json_option
def convert(
    file: Path,
    out: Path,
    form: str | None,
    sheet: str | None,
    profile: str | None,
    mapping: dict[str, str],
    encoding: str | None,
    delimiter: str | None,
    as_json: bool,
) -> int:
    """Read the BOM of FILE and write it to OUT; exit 1 where the file has error findings.

    xlsx, csv, ods and json hold the whole BOM and read back the same; jlcpcb and kicad are CSV files with the columns
    those tools take.
    """
    from bomtool.reports import atomic
    from bomtool.reports.convert import lost, write_bom

    atomic.preflight(out)
    _, bom = read_file(file, sheet, profile, mapping, encoding, delimiter)
    write_bom(out, bom, form)
    said = lost(bom, form or out.suffix.lower().lstrip("."))
    if as_json:
        output.json_out(
            {"file": str(file), "out": str(out), "lines": len(bom.lines), "left_out": said, "findings": bom.findings}
        )
    else:
        output.say(f"{len(bom.lines)} lines written to {out}")
        for sentence in said:
            output.note(sentence)
        output.findings_out(bom.findings)
    return EXIT_PARTLY if any(f.severity == "error" for f in bom.findings) else EXIT_DONE
