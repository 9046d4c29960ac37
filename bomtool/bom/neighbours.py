"""What a header means beside the other columns: of numbered ones the later ones are alternates, a "vendor" beside another
supplier is the maker, and numbers of a customer's own that name designators are these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bomtool.bom import evidence
from bomtool.bom.evidence import Evidence
from bomtool.bom.headers import Reading

_NAMED = 2.4
"""From this weight on a header names its field."""


def adjusted(readings: Sequence[Reading], found: Sequence[Evidence]) -> list[Reading]:
    """The readings of all headers, each seen beside the others."""
    return _own_designators(_vendors(_numbered(readings), found), found)


def _numbered(readings: Sequence[Reading]) -> list[Reading]:
    """Of numbered columns ("Manufacturer", "Manufacturer 2") all but the first are alternates."""
    found = list(readings)
    for name, other in (("mpn", "alternative_mpns"), ("manufacturer_name", "alternate_maker")):
        mine = [c for c, reading in enumerate(readings) if reading.fields.get(name, 0.0) >= 2]
        if any(readings[c].number for c in mine):
            first = min(mine, key=lambda c: (readings[c].number or 0, c))
            for c in mine:
                if c != first and readings[c].number:
                    found[c] = Reading({other: 3.0}, readings[c].number, readings[c].ideas)
    return found


def _vendors(readings: list[Reading], found: Sequence[Evidence]) -> list[Reading]:
    """ "Vendor" and "Vendor P/N" are the maker and its number where nothing else is, and other columns tell from whom to
    buy: a shop's numbers, or a supplier with numbers too."""
    either = [c for c, reading in enumerate(readings) if "either" in reading.ideas]
    names = [c for c in either if readings[c].fields.get("manufacturer_name", 0.0) > 0]
    numbers = [c for c in either if readings[c].fields.get("supplier_part_numbers", 0.0) >= _NAMED]
    others = [reading for c, reading in enumerate(readings) if c not in either]
    if (
        not names
        or not numbers
        or any(_says(reading, "mpn") or _says(reading, "manufacturer_name") for reading in others)
    ):
        return readings
    bought = any(_says(reading, "supplier_part_numbers") for reading in others)
    if not bought or any(found[c].sku > 0.6 for c in numbers) or not any(_may_be_makers(found[c]) for c in names):
        return readings
    changed = list(readings)
    for c, name in ((names[0], "manufacturer_name"), (numbers[0], "mpn")):
        changed[c] = Reading({name: _NAMED}, readings[c].number, readings[c].ideas)
    return changed


def _may_be_makers(cells: Evidence) -> bool:
    return cells.maker > 0.4 or (len(cells.counts) < 4 and cells.maker > 0)


def _own_designators(readings: list[Reading], found: Sequence[Evidence]) -> list[Reading]:
    """A shop's cart has one column for the customer's words, "Customer #", and people write the designators there: lists
    of them, as many as the quantity says. Where the quantities say otherwise it stays the customer's own."""
    if any(_says(reading, "reference_designators") for reading in readings) or not any(
        reading.fields.get("supplier_part_numbers") for reading in readings
    ):
        return readings
    for c, reading in enumerate(readings):
        if not _says(reading, "custom_id") or found[c].refs < 0.6:
            continue
        shares = [evidence.agreement(found[c], cells) for cells in found if cells.integer > 0.7]
        listed = max(found[c].expanded, default=0) > 1 and any(share is not None and share > 0.8 for share in shares)
        changed = list(readings)
        fields = {"reference_designators": _NAMED} if listed else {"custom_id": 3.0}
        changed[c] = Reading(fields, reading.number, reading.ideas)
        return changed
    return readings


def _says(reading: Reading, name: str) -> bool:
    return reading.fields.get(name, 0.0) >= _NAMED and reading.fields[name] >= reading.best


def value_without_header(
    readings: Sequence[Reading], found: Sequence[Evidence], columns: Mapping[str, Sequence[int]]
) -> int | None:
    """The column (1-based) of values and names of parts together (10k, LM358), as part lists without a header have it
    beside their designators; None where a header, values or part numbers are there."""
    if any(reading.fields for reading in readings) or "reference_designators" not in columns:
        return None
    if "value" in columns or "mpn" in columns:
        return None
    taken = {position for positions in columns.values() for position in positions}
    fitting = [
        c
        for c, cells in enumerate(found)
        if c + 1 not in taken
        and cells.filled > 0.5
        and cells.value > 0.1
        and cells.value + cells.part > 0.5
        and cells.integer < 0.5
        and cells.words < 3
    ]
    return max(fitting, key=lambda c: (found[c].value, -c)) + 1 if fitting else None
