"""`bomtool boms match`: decide what a line's part is, one line by options or many by a review workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from bomtool.cli import output, records
from bomtool.cli.importing import OPEN_STATUSES, lines_table
from bomtool.cli.options import json_option
from bomtool.errors import EXIT_DONE, EXIT_PARTLY, UsageError

if TYPE_CHECKING:
    from bomtool.api.boms import BomLine, BomLineUpdate


@click.command(epilog="Example: bomtool boms match mainboard --line 7 --part RC0402FR-0710KL@YAGEO")
@click.argument("bom")
@click.argument("decisions", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--line", "position", type=click.IntRange(min=1), help="Number of the line, as bomtool boms lines shows it."
)
@click.option("--part", help="The part: MPN@MAKER, a part id, or an MPN that is among the line's candidates.")
@click.option("--ignore", is_flag=True, help="Leave the line out.")
@click.option("--custom", is_flag=True, help="A part of our own, in no catalogue.")
@click.option("--clear", is_flag=True, help="Take the decision back: no part.")
@click.option(
    "--accept",
    type=click.Choice(["parametric", "decision"]),
    help="Take the best candidate of this level on every open line; decision: what was chosen for such lines before.",
)
@json_option
def match(
    bom: str,
    decisions: Path | None,
    position: int | None,
    part: str | None,
    ignore: bool,
    custom: bool,
    clear: bool,
    accept: str | None,
    as_json: bool,
) -> int:
    """Decide the parts of a BOM's lines: by --line, by a review workbook DECISIONS.xlsx, or --accept parametric."""
    actions = sum([part is not None, ignore, custom, clear])
    ways = sum([decisions is not None, position is not None, accept is not None])
    if ways != 1 or (position is not None) != (actions == 1) or (position is None and actions):
        raise UsageError(
            "Say one thing: a DECISIONS.xlsx, or --line N with one of --part, --ignore, --custom, --clear, or --accept.",
            hint="See bomtool boms match --help.",
        )
    with records.platform() as (client, _):
        found = records.find_bom(client, bom)
        lines = list(client.boms.iterate_lines(found.id))
        if decisions is not None:
            wishes = from_workbook(decisions, lines)
        elif accept is not None:
            wishes = accepted(lines, accept)
        else:
            line = next((item for item in lines if item.position == position), None)
            if line is None:
                raise UsageError(f"The BOM has no line {position}.", hint=f"It has {len(lines)} lines.")
            wishes = [(line, update_for(line, part, ignore, custom))]
        with output.progress("Deciding", len(wishes), unit="lines") as advance:
            for done, (line, wish) in enumerate(wishes, 1):
                client.boms.update_line(found.id, line.id, wish)
                advance(done)
        after = list(client.boms.iterate_lines(found.id))
    still_open = sum(line.status in OPEN_STATUSES for line in after)
    if as_json:
        output.json_out({"bom": str(found.id), "decided": len(wishes), "open": still_open, "lines": after})
    else:
        changed = {line.id for line, _ in wishes}
        lines_table([line for line in after if line.id in changed or line.status in OPEN_STATUSES])
        output.say(f"{len(wishes)} lines decided, {still_open} still open.")
    return EXIT_PARTLY if still_open else EXIT_DONE


def update_for(line: BomLine, part: str | None, ignore: bool, custom: bool) -> BomLineUpdate:
    """One decision as the change of a line. A part set takes back ignored and custom."""
    from bomtool.api.boms import BomLineUpdate

    if ignore:
        return BomLineUpdate(ignored=True)
    if custom:
        return BomLineUpdate(is_custom_part=True, ignored=False, part=None)
    if part is None:
        return BomLineUpdate(part=None, ignored=False, is_custom_part=False)
    return BomLineUpdate(part=part_id(line, part), ignored=False, is_custom_part=False)


def part_id(line: BomLine, text: str) -> str:
    """The id of the part a person named: a candidate's, an id as it stands, or the id that MPN and maker have."""
    from bomtool.bom import mpn as mpn_room
    from bomtool.parts.ids import part_id as derive

    name, at, maker = (piece.strip() for piece in text.rpartition("@"))
    if not at:
        name, maker = text.strip(), ""
    key = mpn_room.normalise(name)
    known = [c.part for c in line.candidates] + ([line.part] if line.part else [])
    fitting = [
        p
        for p in known
        if p.id == name
        or (
            mpn_room.normalise(p.mpn) == key
            and (not maker or derive(p.manufacturer or "", p.mpn) == derive(maker, p.mpn))
        )
    ]
    if len({p.id for p in fitting}) == 1:
        return fitting[0].id
    if fitting:
        makers = ", ".join(sorted({p.manufacturer or "?" for p in fitting}))
        raise UsageError(f"{name} is made by {makers}.", hint=f"Say which: --part {name}@MAKER.")
    if maker:
        return derive(maker, name)
    if len(name) == 12 and name.isalnum() and name.isupper():
        return name
    raise UsageError(
        f"{name!r} is not among the candidates of line {line.position}.", hint=f"Name the maker too: {name}@MAKER."
    )


def accepted(lines: list[BomLine], level: str) -> list[tuple[BomLine, BomLineUpdate]]:
    """The best candidate of a level for every open line that has one."""
    from bomtool.api.boms import BomLineUpdate

    wishes = []
    for line in lines:
        if line.status in OPEN_STATUSES:
            best = max((c for c in line.candidates if c.level == level), key=lambda c: c.score, default=None)
            if best is not None:
                wishes.append((line, BomLineUpdate(part=best.part.id)))
    return wishes


def from_workbook(path: Path, lines: list[BomLine]) -> list[tuple[BomLine, BomLineUpdate]]:
    """The decisions of a review workbook. Raises UsageError for lines that are not of this BOM, ReadError for cells."""
    from bomtool.reports.review import read_review

    known: dict[UUID, BomLine] = {line.id: line for line in lines}
    wishes = []
    for decision in read_review(path):
        line = known.get(decision.line_id)
        if line is None:
            raise UsageError(
                f"{path.name} decides line {decision.line_id}, which this BOM does not have.",
                hint="Export the review workbook of this BOM again.",
            )
        if decision.action == "keep":
            continue
        named = decision.part_id or (
            f"{decision.mpn}@{decision.manufacturer}" if decision.manufacturer else decision.mpn
        )
        try:
            wish = update_for(line, named, decision.action == "ignore", decision.action == "custom")
        except UsageError as error:
            raise UsageError(f"{decision.cell}: {error.message}", hint=error.hint, code=error.code) from error
        wishes.append((line, wish))
    return wishes
