"""What only shows over the whole BOM: quantities against designators, and designators that stand in two lines."""

from __future__ import annotations

from collections import Counter

from bomtool.bom import designators
from bomtool.bom.model import Line
from bomtool.bom.table import Table


def look_over(table: Table, lines: list[Line]) -> None:
    """Tell of quantities that disagree with the designators, of missing ones, and of designators given twice."""
    _quantities(table, lines)
    _twice(table, lines)


def _quantities(table: Table, lines: list[Line]) -> None:
    if table.position("quantity") < 0:
        return
    told = {(f.row, f.field) for f in table.findings.items}
    for line in lines:
        count, refs = line.quantity, len(line.reference_designators)
        if count is None:
            if (line.row, "quantity") not in told and not line.do_not_place:
                table.say("quantity-missing", "The line has no quantity.", row=line.row, name="quantity")
        elif refs and count != refs and not (line.do_not_place and count == 0):
            names = designators.compress(line.reference_designators)
            shown = names if len(names) < 60 else names[:57] + "..."
            message = f"The quantity is {count:f}, but {shown} are {refs} designators; the quantity was kept."
            table.say("quantity-mismatch", message, row=line.row, name="quantity")


def _twice(table: Table, lines: list[Line]) -> None:
    seen: dict[str, Line] = {}
    clashes: Counter[tuple[int, int]] = Counter()
    examples: dict[tuple[int, int], list[str]] = {}
    for line in lines:
        for ref in line.reference_designators:
            key = designators.fold(ref)
            first = seen.setdefault(key, line)
            if first is not line and ref[-1] not in "?*" and any(c.isdigit() for c in ref):
                pair = (first.row, line.row)
                clashes[pair] += 1
                examples.setdefault(pair, []).append(ref)
    for (first_row, row), count in clashes.items():
        names = examples[first_row, row]
        shown = ", ".join(names[:5]) + (f" and {count - 5} more" if count > 5 else "")
        message = f"{shown} {'stands' if count == 1 else 'stand'} in row {first_row} as well."
        table.say("designator-twice", message, row=row, name="reference_designators")
