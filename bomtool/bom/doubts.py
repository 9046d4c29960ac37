"""What is doubtful about the columns of a table: each doubt names its field and column."""

from __future__ import annotations

import itertools

from bomtool.bom import headers
from bomtool.bom.evidence import Evidence
from bomtool.bom.solve import ESSENTIAL
from bomtool.bom.table import Table

_NAMED = 1.7
"""From this weight on a header says what its column is."""
_WORDS = {
    "reference_designators": "designators",
    "quantity": "quantities",
    "mpn": "part numbers",
    "manufacturer_name": "manufacturers",
}


def tell(table: Table, forced: frozenset[str]) -> None:
    """Tell of essential columns that their header does not name, and of part numbers under another name."""
    candidate = table.candidate
    for name in ESSENTIAL:
        position = table.position(name)
        if position < 0 or name in forced or position >= len(candidate.readings):
            continue
        named, cells = candidate.readings[position].fields.get(name, 0.0), candidate.cells[position]
        proven = cells.refs > 0.8 if name == "reference_designators" else cells.maker > 0.7
        if (
            named >= (1.3 if name == "reference_designators" else _NAMED)
            or (proven and name != "mpn")
            or (name == "quantity" and _counts(table))
        ):
            continue
        words, header = _WORDS[name], table.header(position)
        said = f'whose header "{header}" does not say so' if header else "which has no header"
        table.say(
            "column-uncertain",
            f"The {words} were taken from column {position + 1}, {said}; its cells look like it.",
            row=candidate.header_row,
            name=name,
        )
    _unused_numbers(table)
    _unused_quantities(table)
    _variants(table)


def other_tables(table: Table) -> None:
    """Tell of a further table below the one that was read."""
    grid, last = table.grid, table.candidate.last_row
    if last >= grid.height:
        return
    row = last + 1
    texts = grid.header(row)
    if headers.known(texts) >= 1.5:
        named = ", ".join(text for text in texts if text)[:80]
        table.say("another-table", f"Below row {last} stands another table ({named}); it was not read.", row=row)


def _counts(table: Table) -> bool:
    """Whether the quantity column counts the designators."""
    from bomtool.bom import evidence

    refs, count = table.position("reference_designators"), table.position("quantity")
    cells = table.candidate.cells
    share = evidence.agreement(cells[refs], cells[count]) if refs >= 0 else None
    return share is not None and share > 0.8


def _unused_numbers(table: Table) -> None:
    """Part numbers that stand in a column read as something else, where none was read as the part number."""
    if "mpn" in table.columns or "supplier_part_numbers" in table.columns:
        return
    taken = {p: name for name, positions in table.columns.items() for p in positions}
    for position, cells in enumerate(table.candidate.cells):
        if (
            cells.part > 0.75
            and cells.useful > 0.5
            and cells.distinct > 0.8
            and cells.symbol < 0.2
            and len(cells.counts) > 4
        ):
            name = taken.get(position)
            if name in ("reference_designators", "line_number", "link", "custom_id", "package", "library"):
                continue
            read = f"was read as {name.replace('_', ' ')}" if name else "was not read"
            message = f'Column {position + 1} "{table.header(position)}" holds what looks like part numbers and {read}.'
            table.say("part-numbers-elsewhere", message, row=table.candidate.header_row, name=name, position=position)


def _variants(table: Table) -> None:
    """Columns with marks or numbers and names of their own, side by side: assembly variants, of which nobody chose one."""
    candidate = table.candidate
    count = table.position("quantity")
    guessed = count >= 0 and not candidate.readings[count].fields
    taken = {position for positions in table.columns.values() for position in positions} - (
        {count} if guessed else set()
    )
    found = [
        position
        for position, cells in enumerate(candidate.cells)
        if position not in taken
        and table.header(position)
        and not candidate.readings[position].fields
        and (cells.flag > 0.9 or ((guessed or count < 0) and cells.integer > 0.9))
    ]
    if len(found) > 1 and all(later - earlier == 1 for earlier, later in itertools.pairwise(found)):
        names = ", ".join(f'"{table.header(position)}"' for position in found)
        wanted, what = ("quantity", table.header(count)) if guessed else ("fitted", "none")
        message = f"The columns {names} look like variants; {what} was chosen. Name one with --map {wanted}=NAME."
        table.say("variants", message, row=candidate.header_row, position=found[0])


def _unused_quantities(table: Table) -> None:
    """A further column of quantities, as BOMs with variants have them: one was read, and which one matters. A column that
    only multiplies the first one by the number of boards does not."""
    chosen = table.position("quantity")
    if chosen < 0:
        return
    taken = {p for positions in table.columns.values() for p in positions}
    for position, reading in enumerate(table.candidate.readings):
        cells = table.candidate.cells[position]
        if (
            position in taken
            or reading.fields.get("quantity", 0.0) < max(1.3, reading.best - 0.5)
            or cells.integer < 0.7
        ):
            continue
        if not _multiple(table.candidate.cells[chosen], cells):
            named, other = table.header(chosen), table.header(position)
            message = f'Column {position + 1} "{other}" holds quantities too; those of column {chosen + 1} "{named}" were read.'
            table.say("quantity-elsewhere", message, row=table.candidate.header_row, name="quantity", position=position)


def _multiple(one: Evidence, other: Evidence) -> bool:
    """Whether a column of numbers is another one times a constant."""
    pairs = [(a, b) for a, b in zip(one.counts, other.counts, strict=False) if a is not None and b is not None]
    first = next(((a, b) for a, b in pairs if a), None)
    return first is not None and all(a * first[1] == b * first[0] for a, b in pairs)
