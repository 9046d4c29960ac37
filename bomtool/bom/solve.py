"""Which column is which field, decided for all columns at once: the assignment with the most evidence in sum.

Every pair of column and field gets a figure from the header (`headers`) and from the cells (`evidence`); fields of
which a BOM has one compete for the columns, fields of which it may have many take what is left.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bomtool.bom import evidence, neighbours
from bomtool.bom.evidence import Evidence
from bomtool.bom.headers import Reading

SINGLE = (
    "reference_designators",
    "quantity",
    "mpn",
    "manufacturer_name",
    "description",
    "value",
    "package",
    "do_not_place",
    "custom_id",
    "line_number",
    "link",
    "comments",
    "mount_type",
    "level",
    "parent",
    "unit",
    "is_custom_part",
    "exclude",
)
"""Fields of which a line has one."""
MANY = (
    "supplier_part_numbers",
    "alternative_mpns",
    "alternate_maker",
    "supplier_name",
    "total_quantity",
    "price",
    "stock",
    "moq",
    "library",
    "specification",
    "tolerance",
    "category",
    "revision",
    "side",
    "status",
    "exclude_board",
)
"""Fields of which a table may have several columns."""
ESSENTIAL = ("reference_designators", "quantity", "mpn", "manufacturer_name")
LEAST = 0.9
"""The least evidence for which a column is taken as a field."""


@dataclass(slots=True)
class Assignment:
    """The best assignment: field to column indexes (1-based, best first), its evidence in sum and field by field, and the
    closest other choice in words, its distance, and as a field with its column (`rival`)."""

    columns: dict[str, list[int]]
    score: float
    weights: dict[tuple[str, int], float] = field(default_factory=dict)
    runner_up: str | None = None
    margin: float = 9.0
    rival: tuple[str, int] | None = None


def solve(
    readings: Sequence[Reading], found: Sequence[Evidence], forced: Mapping[str, Sequence[int]] | None = None
) -> Assignment:
    """Assign the columns. `readings` and `found` are by column; `forced` fixes fields to 1-based columns."""
    forced = dict(forced or {})
    width = len(found)
    readings = neighbours.adjusted(readings, found)
    figures = [_figures(readings[c], found[c]) for c in range(width)]
    _compare(figures, found, readings)
    for c, reading in enumerate(readings):
        if reading.fields and reading in readings[:c]:  # of two columns of one name the first is meant
            for name in reading.fields:
                figures[c][name] -= 0.6
    free = [max((figures[c].get(name, 0.0) for name in MANY), default=0.0) for c in range(width)]
    taken = {column for columns in forced.values() for column in columns}
    names = [name for name in SINGLE if name not in forced]
    gains = [
        [
            figures[c].get(name, 0.0) - max(free[c], 0.0)
            if figures[c].get(name, 0.0) >= LEAST and c + 1 not in taken and _allowed(readings[c], name)
            else 0.0
            for c in range(width)
        ]
        for name in names
    ]
    chosen = _assign(gains)
    columns: dict[str, list[int]] = {}
    weights: dict[tuple[str, int], float] = {}
    for name, position in itertools.chain(
        ((n, c - 1) for n, cs in forced.items() for c in cs), ((names[i], c) for i, c in chosen.items())
    ):
        columns.setdefault(name, []).append(position + 1)
        weights[name, position + 1] = figures[position].get(name, 0.0)
    used = {position - 1 for positions in columns.values() for position in positions}
    _spare_parts(readings, found, figures, used)
    for c in range(width):
        if c in used:
            continue
        best = max(MANY, key=lambda name: figures[c].get(name, 0.0))
        if figures[c].get(best, 0.0) >= LEAST and figures[c][best] >= max(figures[c].values()) - 1.2:
            columns.setdefault(best, []).append(c + 1)
            weights[best, c + 1] = figures[c][best]
    blind = neighbours.value_without_header(readings, found, columns)
    if blind is not None:
        columns["value"], weights["value", blind] = [blind], LEAST
    score = sum(weights.values())
    runner, margin, rival = _runner_up(figures, columns, weights)
    return Assignment(columns, score, weights, runner, margin, rival)


def _allowed(reading: Reading, name: str) -> bool:
    """Whether a column may be a field of which its header says something else: not where the header is certain."""
    return reading.best < 2.6 or reading.fields.get(name, 0.0) >= reading.best - 1.4


def _figures(reading: Reading, cells: Evidence) -> dict[str, float]:
    """The evidence of one column for every field, header and cells together."""
    content = _content(cells)
    believed = min(1.0, 0.2 + 0.1 * len(cells.counts))  # a few rows prove little
    part = content.get("mpn", 0.0)
    content = {name: figure * believed for name, figure in content.items()}
    if cells.part > 0.95 and not (cells.value or cells.symbol or cells.package or cells.refs > 0.3):
        content["mpn"] = part * max(believed, 0.7)  # but nothing else looks like a part number
    if cells.refs < 0.1 and "reference_designators" in content:
        content["reference_designators"] /= believed  # that nothing looks like a designator shows in a few rows
    figures: dict[str, float] = {}
    for name, weight in reading.fields.items():
        figures[name] = weight + content.get(name, 0.0) - (0.8 if cells.empty else 0.0)
        if name == "do_not_place" and cells.flag < 0.3 and not cells.empty and cells.filled > 0.3:
            figures[name] -= 1.5  # "Assembly" names one as often as it marks what is assembled
        if name == "mpn" and weight < 2.4 and cells.sku > 0.6:
            figures[name] -= 0.8  # "P/N" above the numbers of a shop
        if name == "mpn" and weight < 2.4 and cells.refs > 0.8:
            figures[name] -= 2.0  # "Part ID" above designators
        if name == "link" and len(reading.fields) > 1 and not cells.link and not cells.empty:
            figures[name] -= 1.5  # "Supplier/link" with names below
        if name == "mpn" and weight < 1.7:
            figures[name] -= 1.5 + 1.5 * cells.digits + 3.0 * (1 - cells.distinct) * (len(cells.counts) > 7)
    if reading.best < 1.7:
        for name in ("reference_designators", "quantity", "mpn", "manufacturer_name", "package", "link", "line_number"):
            blind = content.get(name, 0.0) * 1.1 - (0.6 if reading.fields else 0.2)
            if cells.filled > 0.2 and blind >= LEAST and (name != "mpn" or cells.part > 0.6):
                figures[name] = max(figures.get(name, 0.0), blind)
        for name in ("value", "description", "supplier_part_numbers", "price"):
            blind = content.get(name, 0.0) * 1.1 - 0.3
            if cells.filled > 0.2 and blind >= LEAST and not reading.fields:
                figures[name] = max(figures.get(name, 0.0), blind)
    elif cells.refs > 0.75 and "reference_designators" not in figures and cells.distinct > 0.6 and cells.filled > 0.4:
        figures["reference_designators"] = 2.4 * cells.refs - 0.3
    return figures


def _content(cells: Evidence) -> dict[str, float]:
    """What the cells alone say, -3 to +2.5 by field; nothing for an empty column."""
    if cells.empty:
        return {}
    number = cells.integer > 0.7
    fill = 0.5 * min(1.0, cells.useful * 1.5)
    return {
        "reference_designators": _scale(cells.refs, 0.45, 3.2)
        + (0.4 if cells.distinct > 0.9 and cells.refs > 0.5 else 0.0)
        - (1.0 if cells.distinct < 0.3 and cells.filled > 0.2 and len(cells.counts) > 6 else 0.0),
        "quantity": _scale(cells.integer + 0.6 * cells.decimal * (cells.integer > 0.3), 0.5, 2.0)
        - (2.6 * cells.running if cells.running > 0.6 else 0.0)
        - 2.0 * cells.money
        - 1.2 * (cells.decimal > 0.5)
        - (1.0 if number and cells.distinct > 0.95 and len(cells.counts) > 12 else 0.0)
        + fill,
        "total_quantity": _scale(cells.integer, 0.4, 1.0),
        "mpn": _scale(cells.part, 0.35, 2.2)
        - 2.4 * cells.sku
        - 1.5 * cells.link
        - 1.2 * max(0.0, cells.refs - 0.5)
        - 1.0 * cells.package * (cells.part < 0.6)
        - 2.0 * max(0.0, cells.symbol - 0.2)
        - 1.5 * (cells.uniform > 0.8)
        - (1.0 if number and cells.running > 0.6 else 0.0)
        + 2 * fill,
        "manufacturer_name": _scale(cells.maker, 0.25, 2.4)
        - 1.2 * (number or cells.link > 0.5)
        + fill
        - 0.8 * (cells.part > 0.7 and cells.maker < 0.1),
        "package": _scale(cells.package, 0.3, 1.6) - 0.8 * (number and cells.package < 0.2) + fill - cells.link,
        "value": _scale(cells.value, 0.25, 1.4)
        - 0.6 * (cells.words > 5)
        + fill
        - 1.2 * cells.link
        - 0.8 * (number and cells.running > 0.6),
        "description": (0.7 if cells.words > 2.5 else 0.0)
        + fill
        - 1.2 * cells.link
        - 0.8 * (number and cells.value < 0.3)
        - 0.6 * (cells.refs > 0.6),
        "comments": 0.2 * (cells.filled < 0.6) - 0.6 * cells.value - 0.3 * (cells.filled > 0.9),
        "line_number": (1.6 if cells.running > 0.6 or cells.counting else -0.4)
        + (0.3 if number or cells.counting else 1.2 if cells.dotted > 0.9 and cells.distinct > 0.9 else -1.6)
        + (-1.5 if cells.refs > 0.5 else 0),
        "link": _scale(cells.link, 0.3, 1.8),
        "supplier_part_numbers": _scale(cells.sku, 0.2, 1.8)
        + 0.3 * (cells.part > 0.4)
        - 1.2 * (cells.uniform > 0.8)
        - 0.8 * cells.link
        - 0.8 * (cells.refs > 0.6 and cells.sku < 0.2)
        + (-1.6 if cells.words > 3 and cells.sku < 0.2 else 0.0),
        "supplier_name": (0.5 if cells.distinct < 0.3 else 0.0)
        - 1.6 * (cells.sku > 0.4)
        - 0.4 * cells.link
        - 0.8 * (cells.part > 0.6)
        - 0.8 * (cells.refs > 0.6),
        "custom_id": _scale(cells.part, 0.6, 0.6)
        - 1.0 * cells.link
        - 0.6 * (number and cells.running > 0.6)
        + 1.2 * (cells.uniform > 0.8)
        - (0.6 if cells.words > 4 else 0.0)
        + 0.3 * cells.distinct
        - 0.8 * cells.refs,
        "do_not_place": _scale(cells.flag, 0.5, 1.6)
        - 0.8 * (cells.words > 3)
        - 1.4 * cells.link
        - 1.5 * (cells.refs > 0.6),
        "alternative_mpns": 0.6 * cells.part - 1.0 * cells.link,
        "price": 1.4 * cells.money + 0.8 * cells.decimal,
        "level": 0.5 if number and max((c or 0 for c in cells.counts), default=0) < 12 else -1.0,
        "library": 0.0,
    }


def _compare(figures: list[dict[str, float]], found: Sequence[Evidence], readings: Sequence[Reading]) -> None:
    """Columns that confirm each other, or compete: integers that count the designators beside them, and of two columns
    of part numbers the one that is hardly filled."""
    named = {name for reading in readings for name, weight in reading.fields.items() if weight >= 2.4}
    if {"value", "package"} <= named:  # beside these a "Device" is the symbol of a library
        for figure, reading in zip(figures, readings, strict=True):
            if 0 < reading.fields.get("mpn", 0.0) < 1.7 and "package" in reading.fields:
                figure["mpn"] -= 1.5
        if "reference_designators" not in named:
            _names_of_parts(figures, found, readings)
    numbers = [(c, f) for c, f, r in zip(found, figures, readings, strict=True) if r.fields.get("mpn", 0.0) >= 1.3]
    fullest = max((cells.useful for cells, _ in numbers if cells.part > 0.5), default=0.0)
    for cells, figure in numbers:
        if cells.useful < 0.5 * fullest:
            figure["mpn"] *= 2 * cells.useful / fullest
    references = [
        c for c, cells in enumerate(found) if figures[c].get("reference_designators", 0.0) >= LEAST and cells.expanded
    ]
    for c, cells in enumerate(found):
        if "quantity" not in figures[c] and cells.integer < 0.7:
            continue
        shares = [share for r in references if r != c and (share := evidence.agreement(found[r], cells)) is not None]
        if not shares:
            continue
        share = max(shares)
        if "quantity" in figures[c]:
            figures[c]["quantity"] += 1.5 * (share - 0.4)
            if not readings[c].fields.get("quantity"):  # nothing but its numbers speaks for it
                figures[c]["quantity"] += 4.0 * min(0.0, share - 0.5)
        elif share > 0.9 and cells.distinct * len(cells.counts) > 1.5:
            figures[c]["quantity"] = 1.5 * share
        if share > 0.9 and "total_quantity" in figures[c]:
            figures[c]["total_quantity"] -= 0.8


def _names_of_parts(
    figures: Sequence[dict[str, float]], found: Sequence[Evidence], readings: Sequence[Reading]
) -> None:
    """Beside columns of values and packages a "Part" without blanks, each once, is a designator, though it be MOUSE."""
    for figure, cells, reading in zip(figures, found, readings, strict=True):
        weight = reading.fields.get("reference_designators", 0.0)
        if weight >= 1.5 and cells.distinct > 0.95 and cells.words < 1.1 and cells.refs > 0.1 and cells.filled > 0.9:
            figure["reference_designators"] = max(figure.get("reference_designators", 0.0) + 1.2, weight + 0.8)


def _scale(share: float, middle: float, reach: float) -> float:
    """0 at `middle`, up to `reach` at 1 and down to -reach/2 at 0."""
    if share >= middle:
        return reach * (share - middle) / (1 - middle)
    return reach / 2 * (share - middle) / middle


def _assign(gains: list[list[float]]) -> dict[int, int]:
    """The assignment of rows to columns with the greatest sum of positive gains (Hungarian method, rows at most columns
    after padding); pairs without gain are left out."""
    rows, columns = len(gains), len(gains[0]) if gains else 0
    if not rows or not columns:
        return {}
    width = columns + rows
    cost = [[-max(gain, 0.0) for gain in row] + [0.0] * rows for row in gains]
    u, v = [0.0] * (rows + 1), [0.0] * (width + 1)
    match, way = [0] * (width + 1), [0] * (width + 1)
    for row in range(1, rows + 1):
        match[0], column = row, 0
        least, used = [float("inf")] * (width + 1), [False] * (width + 1)
        while True:
            used[column] = True
            current, delta, following = match[column], float("inf"), 0
            for other in range(1, width + 1):
                if used[other]:
                    continue
                reduced = cost[current - 1][other - 1] - u[current] - v[other]
                if reduced < least[other]:
                    least[other], way[other] = reduced, column
                if least[other] < delta:
                    delta, following = least[other], other
            for other in range(width + 1):
                if used[other]:
                    u[match[other]] += delta
                    v[other] -= delta
                else:
                    least[other] -= delta
            column = following
            if match[column] == 0:
                break
        while column:
            match[column], column = match[way[column]], way[column]
    return {
        match[column] - 1: column - 1
        for column in range(1, columns + 1)
        if match[column] and gains[match[column] - 1][column - 1] > 0
    }


def _spare_parts(
    readings: Sequence[Reading], found: Sequence[Evidence], figures: Sequence[dict[str, float]], used: set[int]
) -> None:
    """A second column of part numbers or makers holds those of alternates."""
    for c, reading in enumerate(readings):
        if c in used:
            continue
        for name, other in (("mpn", "alternative_mpns"), ("manufacturer_name", "alternate_maker")):
            if reading.fields.get(name, 0.0) >= 2.4 and not found[c].empty:
                figures[c][other] = max(figures[c].get(other, 0.0), figures[c].get(name, 0.0), LEAST)


def _runner_up(
    figures: Sequence[Mapping[str, float]], columns: Mapping[str, list[int]], weights: Mapping[tuple[str, int], float]
) -> tuple[str | None, float, tuple[str, int] | None]:
    """The closest other column for an essential field: in words, how much evidence lies between, field and column."""
    closest: tuple[float, str, tuple[str, int]] | None = None
    owner = {position: name for name, positions in columns.items() for position in positions}
    for name in ESSENTIAL:
        if name not in columns:
            continue
        mine = weights.get((name, columns[name][0]), 0.0)
        for c, figure in enumerate(figures):
            other = figure.get(name, 0.0)
            if c + 1 == columns[name][0] or other < LEAST:
                continue
            rival = owner.get(c + 1)
            loss = mine - other + (max(0.0, weights.get((rival, c + 1), 0.0) - other) if rival else 0.0)
            if closest is None or loss < closest[0]:
                closest = (
                    loss,
                    f"column {c + 1} as {name.replace('_', ' ')} (evidence {other:.1f} against {mine:.1f})",
                    (name, c + 1),
                )
    return (closest[1], max(0.0, closest[0]), closest[2]) if closest else (None, 9.0, None)
