"""What only shows over the whole BOM: quantities against designators, designators in two lines, values that disagree."""

from __future__ import annotations

import functools
import re
from decimal import Decimal

from bomtool.bom import alternates, designators, naming, packages, values
from bomtool.bom.model import Line
from bomtool.bom.table import Table

MANY = 12
"""From so many on, equal findings of one column are told once."""
_UNIT = r"(?:[pnuµμm]?[FH]|[mkKM]?(?:Ω|ohms?|R)|[pnuµμkKM](?!\w))"
_ELECTRICAL = re.compile(
    rf"(?:(?:\d/\d+\s?W|0[2468]\d\d|1206|1210|1812|2512)\s+)?\d+(?:[.,]\d+)?\s?{_UNIT}"
    r"(?:[\s,/]+(?:\d+(?:[.,]\d+)?\s?(?:V|W|mA|A|%)|±\d+\s?%|\d/\d+\s?W|X[5678][RS]|C0G|NP0|Y5V|0[2468]\d\d|1206))*"
)
"""A resistance, capacitance or inductance with its unit and its ratings, and nothing else."""
_SHORT = re.compile(r"\d+[kKMRrnpuµμ]\d{1,2}")
"""A value with its unit for the point: 4k7, 0R1, 2n2."""
_RATING = re.compile(r"[+-]?\d{1,3}(?:[.,]\d+)?\s?(?:V|[mu]A|[kM]?Hz)|\d{1,2}(?:[.,]\d+)?\s?A|[+-]?\d{1,2}V\d")
"""A voltage, a current or a frequency alone."""


def look_over(table: Table, lines: list[Line]) -> None:
    """Tell of quantities that disagree with the designators, of missing ones, of designators given twice, and of values
    that the description gives otherwise."""
    if table.position("quantity") >= 0:
        told = {(finding.row, finding.field) for finding in table.findings.items}
        _missing(table, [line for line in lines if (line.row, "quantity") not in told])
        _mismatches(table, lines)
    elif table.position("reference_designators") < 0:
        message = "The table has neither quantities nor designators; how many of each part are needed is not known."
        table.say("no-quantities", message, row=table.candidate.header_row)
    _twice(table, lines)
    _values_as_numbers(table, lines)
    _makers_as_numbers(table, lines)
    _shops_numbers(table, lines)
    _sentences_as_numbers(table, lines)
    _contradictions(table, lines)


def _values_as_numbers(table: Table, lines: list[Line]) -> None:
    """Where a cell of the part numbers holds a value (1uF, 10k 1%), it is the value: nobody can order it by that name. A
    plain number of a resistor counts only where other cells of the column are values."""
    found = [line for line in lines if line.mpn and _is_value(line.mpn, line)]
    if any(not line.value for line in found):
        found += [line for line in lines if line.mpn and line.mpn.isdecimal() and len(line.mpn) < 5 and _resistor(line)]
    for line in found:
        text, line.mpn = line.mpn or "", None
        if line.value and not _same_value(line, text):
            message = f'The column of part numbers holds the value "{text}", but the value is "{line.value}".'
            table.say("value-contradiction", message, row=line.row, name="value")
            continue
        line.value = line.value or text
        message = f'"{text}" in the column of part numbers is a value and was read as one.'
        table.say("mpn-value", message, row=line.row, name="mpn")


def _is_value(text: str, line: Line) -> bool:
    return bool(
        _ELECTRICAL.fullmatch(text) or _RATING.fullmatch(text) or (_SHORT.fullmatch(text) and _passive_part(line))
    )


def _passive_part(line: Line) -> bool:
    refs = line.reference_designators
    return bool(refs) and designators.kind(refs[0]) in ("resistor", "capacitor", "inductor")


def _same_value(line: Line, text: str) -> bool:
    """Whether another text says the line's value, as the kind of its designators is written."""
    value = line.value or ""
    kind = designators.kind(line.reference_designators[0]) if line.reference_designators else None
    if kind not in ("resistor", "capacitor", "inductor"):
        return value.casefold() == text.casefold()
    one, other = _passive(value, kind), _passive(text, kind)
    return one is not None and other is not None and one.value == other.value


def _makers_as_numbers(table: Table, lines: list[Line]) -> None:
    for line in lines:
        if line.mpn and line.mpn == line.manufacturer_name:
            message = f'"{line.mpn}" stands as part number and as manufacturer; one of them is wrong.'
            table.say("mpn-maker", message, row=line.row, name="mpn")


def _shops_numbers(table: Table, lines: list[Line]) -> None:
    """Tell of numbers that a shop gave: another shop does not know them, and no maker does."""
    found = [(line, shop) for line in lines if line.mpn and (shop := naming.shop_of(line.mpn))]
    for line, shop in found if len(found) < MANY else found[:1]:
        many = f"{len(found)} part numbers are such of shops, the first is " if len(found) >= MANY else ""
        message = f'{many}"{line.mpn}": a number of {shop} and not of the maker; it was kept as the part number.'
        table.say("mpn-supplier", message, row=line.row, name="mpn")


def _sentences_as_numbers(table: Table, lines: list[Line]) -> None:
    """Tell of part numbers that are prose ("any red 5 mm type"); of columns of prose once."""
    found = [line for line in lines if line.mpn and _is_sentence(line.mpn)]
    for line in found if len(found) < MANY else found[:1]:
        many = f"{len(found)} part numbers are words, the first is " if len(found) >= MANY else ""
        message = f'{many}"{(line.mpn or "")[:60]}": no number of a part, but kept as it is.'
        table.say("mpn-prose", message, row=line.row, name="mpn")


def _is_sentence(text: str) -> bool:
    prose = " " in text and alternates.is_prose(text) and not naming.has_number(text)
    return prose or naming.is_description(text)


def _resistor(line: Line) -> bool:
    return bool(line.reference_designators) and designators.kind(line.reference_designators[0]) == "resistor"


def _missing(table: Table, lines: list[Line]) -> None:
    without = [line for line in lines if line.quantity is None and not line.do_not_place]
    if len(without) >= MANY:
        message = f"{len(without)} of {len(lines)} lines have no quantity, the first in row {without[0].row}."
        table.say("quantity-missing", message, row=without[0].row, name="quantity")
        return
    for line in without:
        table.say("quantity-missing", "The line has no quantity.", row=line.row, name="quantity")


def _mismatches(table: Table, lines: list[Line]) -> None:
    counted = [line for line in lines if line.quantity is not None and line.reference_designators]
    different = [line for line in counted if line.quantity != len(line.reference_designators)]
    boards = _boards(counted)
    if boards:
        message = (
            f"Every quantity is {boards} times the number of designators: the column seems to count {boards} boards."
        )
        table.say("quantity-multiple", message, row=different[0].row, name="quantity")
        return
    for line in different:
        count, refs = line.quantity, line.reference_designators
        assert count is not None
        if count == 0:
            if not line.do_not_place:
                message = f"The quantity of {_shown(refs)} is 0; nothing is bought for the line."
                table.say("quantity-zero", message, row=line.row, name="quantity")
            continue
        named = f"{_shown(refs)} {'is 1 designator' if len(refs) == 1 else f'are {len(refs)} designators'}"
        message = f"The quantity is {count:f}, but {named}; the quantity was kept."
        table.say("quantity-mismatch", message, row=line.row, name="quantity")


def _boards(counted: list[Line]) -> int:
    """The factor by which all quantities exceed the designators, 0 where they do not."""
    factor = Decimal(0)
    for line in counted:
        if line.quantity and not line.do_not_place:
            own = line.quantity / len(line.reference_designators)
            if own <= 1 or (factor and own != factor):
                return 0
            factor = own
    return int(factor) if factor == factor.to_integral_value() and len(counted) > 4 else 0


def _shown(refs: tuple[str, ...]) -> str:
    names = designators.compress(refs)
    return names if len(names) < 60 else names[:57] + "..."


def _twice(table: Table, lines: list[Line]) -> None:
    seen: dict[str, Line] = {}
    clashes: dict[tuple[int, int], list[str]] = {}
    partners: dict[tuple[int, int], tuple[Line, Line]] = {}
    for line in lines:
        for ref in line.reference_designators:
            name = ref if ref.isupper() and ref.isascii() else ref.upper() if ref.isascii() else designators.fold(ref)
            first = seen.setdefault(name, line)
            if first is not line and ref[-1] not in "?*" and any(c.isdigit() for c in ref):
                pair = (first.row, line.row)
                clashes.setdefault(pair, []).append(ref)
                partners[pair] = (first, line)
    for (first_row, row), refs in clashes.items():
        one, other = partners[first_row, row]
        shown = ", ".join(refs[:5]) + (f" and {len(refs) - 5} more" if len(refs) > 5 else "")
        where = f"in row {first_row} as well" if first_row != row else "in another part of the line as well"
        left_out = one.do_not_place != other.do_not_place
        message = f"{shown} {'stands' if len(refs) == 1 else 'stand'} {where}."
        table.say(
            "designator-twice", message, row=row, name="reference_designators", severity="warning" if left_out else None
        )


def _contradictions(table: Table, lines: list[Line]) -> None:
    """Tell of values that the description gives otherwise: 5.6K beside "RES 56K OHM 1%"."""
    found: list[tuple[Line, values.Passive]] = []
    for line in lines:
        value, text = line.value, line.description
        if not value or not text or value == text or " " not in text or not line.reference_designators:
            continue
        kind = designators.kind(line.reference_designators[0])
        if kind not in ("resistor", "capacitor", "inductor"):
            continue
        one, other = _passive(value, kind), _passive(text, kind)
        if one is None or other is None or one.value == other.value or not (one.certain and other.certain):
            continue
        if not _is_size(value):
            found.append((line, other))
    if len(found) >= MANY:
        line = found[0][0]
        message = f'{len(found)} values and descriptions disagree, the first in row {line.row}: "{line.value}".'
        table.say("value-contradiction", message, row=line.row, name="value")
        return
    for line, other in found:
        given = values.format(other)
        message = f'The value is "{line.value}", but the description says {given}: "{(line.description or "")[:60]}".'
        table.say("value-contradiction", message, row=line.row, name="value")


@functools.lru_cache(maxsize=4096)
def _passive(text: str, kind: values.Kind) -> values.Passive | None:
    return values.parse(text, kind)


@functools.lru_cache(maxsize=4096)
def _is_size(text: str) -> bool:
    """Whether a text in the value column is a chip size, such as R0805."""
    return packages.chip(text) is not None
