"""Part overrides by command: which part is meant, adding and taking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bomtool.errors import UsageError

if TYPE_CHECKING:
    from bomtool.api.plans import PartAvailability
    from bomtool.api.programs import PartOverride
    from bomtool.client import Client


def parts_of(client: Client, program: UUID) -> list[PartAvailability]:
    """The parts of a program that have an id."""
    return [part for part in client.programs.get_availabilities(program).parts if part.part]


def part_id(text: str, known: Sequence[PartAvailability]) -> str:
    """The id of the part a person named: an MPN among the program's parts, MPN@MAKER, or an id. Raises UsageError."""
    from bomtool.bom import mpn
    from bomtool.parts.ids import part_id as derive

    name, at, maker = (piece.strip() for piece in text.rpartition("@"))
    if at:
        return derive(maker, name)
    key = mpn.normalise(text)
    ids = {
        part.part: part.manufacturer_name for part in known if part.part == text or mpn.normalise(part.mpn or "") == key
    }
    if len(ids) > 1:
        raise UsageError(
            f"{text} is made by {', '.join(sorted(maker or '?' for maker in ids.values()))}.",
            hint=f"Say which: {text}@MAKER.",
        )
    found = next(iter(ids), None)
    if found is not None:
        return found
    if len(text) == 12 and text.isalnum() and text.isupper():
        return text
    raise UsageError(
        f"There is no part {text!r} in this program.", hint=f"Name the maker too: {text}@MAKER, or give a part id."
    )


def add(client: Client, program: UUID, part: str, wish: Mapping[str, Any]) -> PartOverride:
    """Add an override. Raises UsageError for a price that is none or a substitute that cannot be named."""
    from bomtool.api.programs import PartOverrideCreate, PartOverridesCreate

    substitute = wish.get("substitute")
    price = wish.get("unit_price")
    made = PartOverrideCreate(
        part=part,
        substitute_part=part_id(substitute, ()) if substitute is not None else None,
        quantity=wish.get("quantity"),
        overage=wish.get("overage"),
        include=wish.get("include"),
        unit_price=_price(price) if price is not None else None,
        supplier=wish.get("supplier"),
        note=wish.get("note"),
    )
    return client.programs.create_part_overrides(program, PartOverridesCreate(part_overrides=[made])).results[0]


def remove(client: Client, program: UUID, part: str) -> int:
    """Take back every override of a part; how many there were."""
    found = [override for override in client.programs.iterate_part_overrides(program) if override.part == part]
    for override in found:
        client.programs.delete_part_override(program, override.id)
    return len(found)


def _price(text: str) -> Decimal:
    try:
        price = Decimal(text)
    except InvalidOperation:
        price = Decimal(-1)
    if not price.is_finite() or price < 0:
        raise UsageError(f"{text!r} is not a price.", hint="Use a decimal point, e.g. 0.0123.")
    return price
