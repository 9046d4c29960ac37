"""A row that would be a line of its own, but belongs to the line above: merged cells, or the same designators again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from bomtool.bom import mpn
from bomtool.bom.table import Table

if TYPE_CHECKING:
    from bomtool.bom.rows import Sorted

_SAME = ("line_number", "value", "description")
"""Fields of which one must be equal before a second part with the same designators counts as an alternate."""


def kind_below(table: Table, line: Sorted, row: int, texts: list[str]) -> Literal["line", "alternate", "continuation"]:
    """What a row right below `line` is.

    Where one quantity is merged over both rows, own designators continue the line and an own part number is an alternate.
    A row that repeats the designators (or the item number, without designators) with another part number holds an
    alternate, if something else is equal too: a socket under the same designator as its chip is a line.
    """
    if table.grid.has_merges(row):
        start = table.grid.merged_from(row, table.position("quantity") + 1)
        if start is not None and start >= line.row:
            return "continuation" if table.get(texts, "reference_designators") else "alternate"
    mine, other = table.get(texts, "mpn"), table.get(line.texts, "mpn")
    if not mine or not other or mpn.normalise(mine) == mpn.normalise(other) or mpn.looks_like(mine) < 0.3:
        return "line"
    refs, first = table.get(texts, "reference_designators"), table.get(line.texts, "reference_designators")
    number = table.get(texts, "line_number")
    again = bool(number) and number == table.get(line.texts, "line_number")
    count = table.get(texts, "quantity")
    counted_again = count not in ("", "0", table.get(line.texts, "quantity"))
    if counted_again or (refs and refs != first) or not (refs or again):
        return "line"
    equal = any((text := table.get(texts, name)) and text == table.get(line.texts, name) for name in _SAME)
    return "alternate" if equal or count in ("", "0") else "line"
