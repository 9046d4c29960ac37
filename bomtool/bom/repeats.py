"""One table that lists the same parts twice: part by part and collated, as some design programs export it."""

from __future__ import annotations

from bomtool.bom import designators
from bomtool.bom.rows import Sorted, sort_rows
from bomtool.bom.table import Table


def without_repeats(table: Table, found: list[Sorted]) -> list[Sorted]:
    """The rows of the better list where repeated headers separate lists of the very same designators, else all rows.

    Better is the list with more quantities, then the shorter one. The table then starts at that list's own header.
    """
    refs = table.position("reference_designators")
    cuts = [position for position, item in enumerate(found) if item.reason == "repeated header"]
    if refs < 0 or not cuts:
        return found
    bounds = list(zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(found)], strict=True))
    blocks = [[item for item in found[begin:end] if item.kind == "line"] for begin, end in bounds]
    names = [_designators(block, refs) for block in blocks]
    if not names[0] or any(other != names[0] for other in names[1:]):
        return found
    ranked = sorted(range(len(blocks)), key=lambda i: (-sum(item.counted for item in blocks[i]), len(blocks[i])))
    begin, end = bounds[ranked[0]]
    candidate = table.candidate
    if begin:
        candidate.header_row = found[begin - 1].row
        candidate.header_rows = (candidate.header_row,)
        candidate.first_row = candidate.header_row + 1
    if end < len(found):
        candidate.last_row = found[end].row - 1
    table.say(
        "listed-twice",
        f"The same designators are listed {len(blocks)} times; the list below row {candidate.header_row} was read.",
        row=candidate.header_row,
        name="reference_designators",
    )
    return sort_rows(table)


def _designators(block: list[Sorted], position: int) -> set[str]:
    cells = (item.texts[position] for item in block if position < len(item.texts))
    return {designators.fold(ref) for cell in cells for ref in designators.expand(cell).refs}
