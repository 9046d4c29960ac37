"""Asking at the terminal how an uncertain layout is to be read: the best reading, the one that came second, or none.

Only where a person sits at it (stdin and stderr are terminals, and no JSON is wanted); else the finding
`layout-uncertain` says it, and scripts get the same result every time.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bomtool.cli import output
from bomtool.errors import UsageError
from bomtool.journey.reading import read_file

if TYPE_CHECKING:
    from bomtool.bom.model import Bom
    from bomtool.sheets.model import Workbook

SHOWN = 4
"""Lines of each reading that are shown."""


def possible(machine: bool) -> bool:
    """Whether somebody can be asked. `machine`: the output is for a program."""
    return not machine and sys.stdin.isatty() and sys.stderr.isatty()


def read(path: Path, machine: bool, **reading: Any) -> tuple[Workbook, Bom]:
    """Read a file; ask which reading is right where the layout is uncertain and somebody can be asked.

    Raises ReadError like `read_file`, and UsageError where the person stops.
    """
    workbook, bom = read_file(path, **reading)
    if not possible(machine) or not any(finding.code == "layout-uncertain" for finding in bom.findings):
        return workbook, bom
    return _ask(path, workbook, bom, reading)


def _ask(path: Path, workbook: Workbook, bom: Bom, reading: dict[str, Any]) -> tuple[Workbook, Bom]:
    choices = {"1": (workbook, bom)}
    output.note(f"{path}: how it is to be read is not certain ({bom.layout.confidence:.0%}).")
    _show("1", bom)
    if bom.layout.second:
        choices["2"] = read_file(path, **reading, answer="second")
        _show("2", choices["2"][1])
    answer = click.prompt("Which one is right? s stops", type=click.Choice([*choices, "s"]), err=True)
    if answer == "s":
        raise UsageError(
            f"Stopped: {path.name} was not read.",
            hint="Say which column is which with --map FIELD=HEADER, and which sheet with --sheet.",
            code="stopped",
        )
    return read_file(path, **reading, answer="best") if answer == "1" else choices[answer]


def _show(number: str, bom: Bom) -> None:
    """A reading in short: where the table is, which column is which, and its first lines."""
    layout = bom.layout
    where = f"sheet {layout.sheet!r}, " if layout.sheet is not None else ""
    header = "no header" if layout.header_row is None else f"header in row {layout.header_row}"
    output.note(f"  {number}: {where}{header}, {len(bom.lines)} lines")
    named = (
        f"{name} = {columns[0].header or f'column {columns[0].index}'}" for name, columns in layout.columns.items()
    )
    output.note(f"     {', '.join(named)}")
    for line in bom.lines[:SHOWN]:
        output.note(f"     row {line.row}: {', '.join(_said(line)) or 'nothing of a part'}")


def _said(line: Any) -> Iterator[str]:
    if line.reference_designators:
        yield " ".join(line.reference_designators[:6])
    if line.quantity is not None:
        yield f"{line.quantity:f} pieces"
    for text in (line.mpn, line.manufacturer_name, line.value, line.description):
        if text:
            yield text[:40]
