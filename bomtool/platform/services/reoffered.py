"""Whether what a purchase is about to buy is still offered so: looked at again when it is approved."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from bomtool.parts.model import Offer
from bomtool.platform.calls import Call
from bomtool.platform.stock_tables import suppliers
from bomtool.sourcing.supply import fold


def changes(connection: Connection, call: Call, row: Any, lines: Sequence[Any]) -> dict[str, list[str]]:
    """What has changed, as sentences by line id: the price, the least quantity, the multiple, the stock, the offer itself.

    Lines without a SKU, and lines made by hand whose SKU no offer has, have nothing to be compared with.
    """
    asked = [line for line in lines if line.sku]
    if not asked:
        return {}
    name = connection.execute(select(suppliers.c.name).where(suppliers.c.id == row.supplier_id)).scalar() or ""
    offers = call.catalog_of(row.org_id).offers({line.part_id for line in asked})
    found: dict[str, list[str]] = {}
    for line in asked:
        same = [
            offer
            for offer in offers.get(line.part_id, ())
            if fold(offer.supplier) == fold(name) and offer.sku == line.sku and offer.currency == row.currency
        ]
        if not same:
            said = [f"{name} no longer offers {line.sku}."] if row.from_plan else []
        else:
            said = min((_compared(line, offer) for offer in same), key=len)
        if said:
            found[line.id] = said
    return found


def _compared(line: Any, offer: Offer) -> list[str]:
    said = []
    price = _unit_price(offer, line.quantity)
    if price is None:
        said.append(f"{offer.sku} has no price any more.")
    elif line.unit_price is not None and price != line.unit_price:
        said.append(f"{offer.sku} now costs {price:f} {offer.currency} at {line.quantity:,}, not {line.unit_price:f}.")
    if line.quantity < offer.moq:
        said.append(f"{offer.sku} is sold from {offer.moq:,} pieces on.")
    elif line.quantity % max(offer.order_multiple, 1):
        said.append(f"{offer.sku} is sold in multiples of {offer.order_multiple:,}.")
    if offer.stock is not None and offer.stock < line.quantity:
        said.append(f"{offer.sku}: {offer.stock:,} in stock for {line.quantity:,}.")
    return said


def _unit_price(offer: Offer, quantity: int) -> Decimal | None:
    """The price of one piece at a quantity; below the first break that of the first."""
    reached = [step.price for step in offer.breaks if step.quantity <= quantity]
    return reached[-1] if reached else offer.breaks[0].price if offer.breaks else None
