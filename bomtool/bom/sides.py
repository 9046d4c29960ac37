"""Designators in two columns, such as top and bottom side: joined where the quantities prove it, else told."""

from __future__ import annotations

from bomtool.bom.evidence import Evidence
from bomtool.bom.table import Table

_SHAPED = 0.8
_AGREED = 0.9


def join(table: Table) -> None:
    """Take further columns of designators into the line where the quantity counts them all; tell of others."""
    first, count = table.position("reference_designators"), table.position("quantity")
    if first < 0:
        return
    cells = table.candidate.cells
    taken = {position for positions in table.columns.values() for position in positions}
    for position, other in enumerate(cells):
        if position in taken or other.refs < _SHAPED or other.useful < 0.05 or not table.header(position):
            continue
        if table.candidate.readings[position].fields.get("reference_designators", 0.0) < 1.0:
            continue
        if count >= 0 and _agreement(cells[first], other, cells[count]) >= _AGREED:
            table.columns["reference_designators"].append(position)
            continue
        message = (
            f'Column {position + 1} "{table.header(position)}" holds designators too; those of column {first + 1} '
            f'"{table.header(first)}" were read.'
        )
        table.say(
            "designators-elsewhere",
            message,
            row=table.candidate.header_row,
            name="reference_designators",
            position=position,
        )


def _agreement(one: Evidence, other: Evidence, count: Evidence) -> float:
    """The share of rows whose quantity is the number of designators of both columns; 0 where one column alone has it."""
    rows = [
        (a, b, c)
        for a, b, c in zip(one.expanded, other.expanded, count.counts, strict=False)
        if (a or b) and c is not None
    ]
    if len(rows) < 3 or all(a == c for a, _, c in rows):
        return 0.0
    return sum(a + b == c for a, b, c in rows) / len(rows)
