"""BOMs of several levels: assemblies with their parts below them, by a level column, item numbers like 1.2.1, indentation,
or a column that names the parent.

They are flattened: the quantity of a part is multiplied by those of the assemblies it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from bomtool.bom import mpn
from bomtool.bom.model import Line
from bomtool.bom.table import Table

_LEVEL = re.compile(r"^[.\s+>|-]*(\d{1,2})(?:\.0)?$")
_DOTTED = re.compile(r"^\d{1,4}(?:\.\d{1,4})*$")
_SAMPLE = 400
_INDENTED = ("line_number", "custom_id", "mpn", "description")


def flatten(table: Table, lines: list[Line], texts: Sequence[Sequence[str]]) -> None:
    """Multiply quantities down the levels where the table has any; mark assemblies, tell what was done and of cycles.

    `texts` are the rows of the lines. Where a column of totals shows that the quantities are multiplied already, they stay.
    """
    parents = (
        _by_level(table, texts) or _by_parent(table, lines, texts) or _by_number(lines) or _by_indent(table, lines)
    )
    if not parents:
        return
    assemblies = set(parents.values())
    for position in assemblies:
        lines[position].metadata = {"assembly": "yes", **lines[position].metadata}
    multiplied, cyclic = {}, set()
    for position in range(len(lines)):
        factor = _factor(position, parents, lines)
        if factor is None:
            cyclic.add(position)
        elif factor != 1 and lines[position].quantity is not None:
            multiplied[position] = factor
    for position in sorted(cyclic):
        message = "The line is part of itself by way of its parents; its quantity was not multiplied."
        table.say("level-cycle", message, row=lines[position].row, name="parent")
    if _is_total(table, lines, texts, multiplied):
        multiplied = {}
    for position, factor in multiplied.items():
        line = lines[position]
        assert line.quantity is not None
        line.quantity *= factor
    below = len(parents)
    done = f"{len(multiplied)} quantities were multiplied" if multiplied else "no quantity had to be multiplied"
    table.say(
        "levels-flattened",
        f"{below} lines stand below {len(assemblies)} assemblies, which are lines as well; {done}.",
        row=table.candidate.header_row,
        name=next((n for n in ("level", "parent", "line_number") if n in table.columns), None),
        severity="warning" if multiplied else "info",
    )


def _by_level(table: Table, texts: Sequence[Sequence[str]]) -> dict[int, int]:
    """The parent of each line by a level column: the line above with a smaller level."""
    position = table.position("level")
    if position < 0:
        return {}
    levels = [_level(row[position] if position < len(row) else "") for row in texts]
    known = [level for level in levels if level is not None]
    if len(known) < 0.8 * len(levels) or len(set(known)) < 2:
        return {}
    return _parents([level if level is not None else min(known) for level in levels])


def _level(text: str) -> int | None:
    match = _LEVEL.match(text)
    return int(match[1]) if match else None


def _by_number(lines: Sequence[Line]) -> dict[int, int]:
    """By item numbers: 1.2 stands below 1, where both exist and most numbers have dots."""
    numbers = [line.line_number or "" for line in lines]
    if sum("." in number for number in numbers) * 4 < len(numbers) or not all(
        map(_DOTTED.match, filter(None, numbers))
    ):
        return {}
    place = {number.removesuffix(".0"): position for position, number in enumerate(numbers) if number}
    found = {}
    for position, number in enumerate(numbers):
        above = number.removesuffix(".0").rpartition(".")[0]
        if above in place and place[above] != position:
            found[position] = place[above]
    return found if len(found) * 4 >= len(lines) else {}


def _by_indent(table: Table, lines: Sequence[Line]) -> dict[int, int]:
    """By blanks before the number or description of a line."""
    for name in _INDENTED:
        position = table.position(name)
        if position < 0:
            continue
        first = [table.grid.value(line.row, position + 1) for line in lines[:_SAMPLE]]
        if not any(isinstance(text, str) and text[:1].isspace() for text in first):
            continue
        raw = [table.grid.value(line.row, position + 1) for line in lines]
        depths = [len(text) - len(text.lstrip(" \t\u00a0")) if isinstance(text, str) else 0 for text in raw]
        if sum(depth > 0 for depth in depths) * 4 >= len(depths) and len(set(depths)) > 1 and depths[0] == min(depths):
            return _parents(depths)
    return {}


def _by_parent(table: Table, lines: Sequence[Line], texts: Sequence[Sequence[str]]) -> dict[int, int]:
    """By a column that names the parent's number."""
    position = table.position("parent")
    if position < 0:
        return {}
    place: dict[str, int] = {}
    for index, line in enumerate(lines):
        for number in (line.custom_id, line.mpn, line.line_number):
            if number:
                place.setdefault(mpn.normalise(number), index)
    found = {}
    for index, row in enumerate(texts):
        named = mpn.normalise(row[position]) if position < len(row) else ""
        if named in place and place[named] != index:
            found[index] = place[named]
    return found


def _parents(depths: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    above: list[int] = []
    for position, depth in enumerate(depths):
        while above and depths[above[-1]] >= depth:
            above.pop()
        if above:
            found[position] = above[-1]
        above.append(position)
    return found


def _factor(position: int, parents: Mapping[int, int], lines: Sequence[Line]) -> Decimal | None:
    """The product of the quantities above a line, None where its parents lead in a circle."""
    factor, seen = Decimal(1), {position}
    while position in parents:
        position = parents[position]
        if position in seen:
            return None
        seen.add(position)
        quantity = lines[position].quantity
        factor *= 1 if quantity is None else quantity
    return factor


def _is_total(
    table: Table, lines: Sequence[Line], texts: Sequence[Sequence[str]], multiplied: Mapping[int, Decimal]
) -> bool:
    """Whether a column of totals equals the quantities as they stand: then they are multiplied already."""
    for column in table.columns.get("total_quantity", ()):
        same = []
        for position in multiplied:
            text = texts[position][column] if column < len(texts[position]) else ""
            if re.fullmatch(r"\d+(?:\.\d+)?", text):
                same.append(Decimal(text) == lines[position].quantity)
        if same and all(same):
            return True
    return False
