"""`bomtool diff`: what changed between two BOM files. Reads only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bomtool.cli import output
from bomtool.cli.check import read_file
from bomtool.cli.options import json_option, reading_options
from bomtool.errors import EXIT_DONE, EXIT_PARTLY

if TYPE_CHECKING:
    from bomtool.bom.diff import Diff


@click.command(epilog="Example: bomtool diff rev_a.xlsx rev_b.xlsx --out changes.xlsx")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@reading_options
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the comparison as xlsx too.")
@json_option
def diff(
    old: Path,
    new: Path,
    sheet: str | None,
    profile: str | None,
    mapping: dict[str, str],
    encoding: str | None,
    delimiter: str | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Compare the BOMs of the files OLD and NEW by part and by designator; exit 1 where a file has error findings.

    Differences alone do not change the exit code.
    """
    from bomtool.bom import diff as diff_room

    if out is not None:
        from bomtool.reports import atomic

        atomic.preflight(out)
    boms = [read_file(path, sheet, profile, mapping, encoding, delimiter)[1] for path in (old, new)]
    found = diff_room.compare(*boms)
    if out is not None:
        from bomtool.reports.comparison import write_comparison

        write_comparison(out, old.name, new.name, found)
    if as_json:
        names = {"old": str(old), "new": str(new), "out": str(out) if out else None}
        findings = {"findings": {"old": boms[0].findings, "new": boms[1].findings}}
        output.json_out({**names, **found.to_json(), **findings})
    else:
        show(found)
        for path, bom in zip((old, new), boms, strict=True):
            output.findings_out(bom.findings, file_name=path.name)
        if out is not None:
            output.say(f"Comparison written to {out}")
    return EXIT_PARTLY if any(f.severity == "error" for bom in boms for f in bom.findings) else EXIT_DONE


def show(found: Diff) -> None:
    """The human form."""
    from rich.text import Text

    from bomtool.bom import designators
    from bomtool.reports.comparison import WORDS, field_sentences

    if not found:
        output.say(f"No difference in {found.unchanged} parts.")
        return
    styles = {"added": "green", "removed": "red", "reused": "bold red"}
    quantity = ("unknown", "")
    output.table(
        [
            "change",
            output.Column("part", max_width=44),
            output.Column("old qty", right=True),
            output.Column("new qty", right=True),
            output.Column("designators", max_width=36),
            output.Column("what else", max_width=48),
        ],
        [
            (
                Text(WORDS[p.change], style=styles.get(p.change, "yellow")),
                p.part,
                p.old_quantity if p.old_quantity is not None else quantity[not p.old_rows],
                p.new_quantity if p.new_quantity is not None else quantity[not p.new_rows],
                " ".join(
                    sign + refs
                    for sign, refs in (
                        ("+", designators.compress(p.designators_added)),
                        ("-", designators.compress(p.designators_removed)),
                    )
                    if refs
                ),
                field_sentences(p),
            )
            for p in found.parts
        ],
    )
    other = [d for d in found.designators if d.fate in ("moved", "replaced", "reused")]
    if other:
        output.table(
            ["designator", "change", output.Column("old part", max_width=48), output.Column("new part", max_width=48)],
            [
                (d.designator, Text(WORDS[d.fate], style=styles.get(d.fate, "yellow")), d.old_part, d.new_part)
                for d in other
            ],
        )
    counts = {name: count for name, count in found.counts().items() if count}
    output.say(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()))
