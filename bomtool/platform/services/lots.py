"""The stock lots of one purchase while an event moves pieces between them, and what is reserved of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bomtool.platform.people_tables import property_values, record_tags
from bomtool.platform.services.trade import Values
from bomtool.platform.stock_tables import stock_documents
from bomtool.platform.tables import allocations, stock_lots
from bomtool.store.among import among
from bomtool.store.schema import new_id, now

_PLACE = ("location", "date_code", "lot_code")


@dataclass(slots=True)
class Lot:
    """A lot being worked on; `shares` are pieces reserved by program."""

    values: Values
    quantity: int
    shares: dict[str, int] = field(default_factory=dict)
    fresh: bool = False
    touched: bool = False

    def reserve(self, program: str, quantity: int) -> None:
        """Reserve pieces for a program, beside what it has."""
        if quantity:
            self.shares[program] = self.shares.get(program, 0) + quantity

    def take(self, quantity: int) -> dict[str, int]:
        """Take pieces out, the reserved ones first: what was reserved of them, by program."""
        self.touched = True
        self.quantity -= quantity
        taken: dict[str, int] = {}
        left = quantity
        for program, share in list(self.shares.items()):
            part = min(left, share)
            taken[program] = part
            left -= part
            self._reduce(program, part)
        return {program: part for program, part in taken.items() if part}

    def drop(self, quantity: int) -> None:
        """Take pieces away for good, the free ones first."""
        self.touched = True
        free = self.quantity - sum(self.shares.values())
        self.quantity -= quantity
        left = max(0, quantity - free)
        for program, share in reversed(list(self.shares.items())):
            part = min(left, share)
            left -= part
            self._reduce(program, part)

    def _reduce(self, program: str, quantity: int) -> None:
        self.shares[program] -= quantity
        if not self.shares[program]:
            del self.shares[program]


class Shelf:
    """All lots of a purchase's lines, read in two statements, written back in a fixed number."""

    def __init__(self, connection: Connection, purchase: Any, line_ids: Sequence[str]) -> None:
        self.connection = connection
        self.purchase = purchase
        self.lots: list[Lot] = []
        if not line_ids:
            return
        query = select(stock_lots).where(among(stock_lots.c.purchase_line_id, line_ids))
        query = query.order_by(stock_lots.c.created_at, stock_lots.c.id)
        by_id = {row["id"]: Lot(dict(row), row["quantity"]) for row in connection.execute(query).mappings()}
        reserved = select(allocations).where(among(allocations.c.stock_lot_id, by_id))
        for row in connection.execute(reserved.order_by(allocations.c.created_at, allocations.c.id)):
            by_id[row.stock_lot_id].reserve(row.program_id, row.quantity)
        self.lots = list(by_id.values())

    def of(self, line_id: str, classes: Sequence[str]) -> list[Lot]:
        """The lots of a line that hold anything, in the order of the classes."""
        return [
            lot
            for name in classes
            for lot in self.lots
            if lot.values["purchase_line_id"] == line_id and lot.values["stock_class"] == name and lot.quantity
        ]

    def place(self, line: Any, stock_class: str, place: Values, *, expected_on: date | None = None) -> Lot:
        """The lot of a line in a class and place, a fresh one where there is none."""
        key = key_of(line.id, stock_class, place)
        for lot in self.lots:
            if lot.values["lot_key"] == key:
                return lot
        moment = now()
        lot = Lot(
            {
                "id": new_id(),
                "org_id": self.purchase.org_id,
                "team_id": self.purchase.team_id,
                "part_id": line.part_id,
                "stock_class": stock_class,
                "expected_on": expected_on,
                "lot_key": key,
                **{name: place.get(name) for name in _PLACE},
                "unit_cost": line.unit_price,
                "currency": self.purchase.currency if line.unit_price is not None else None,
                "purchase_line_id": line.id,
                "meta": {},
                "synced_from_integration": False,
                "revision": 1,
                "created_at": moment,
                "updated_at": moment,
            },
            0,
            fresh=True,
        )
        self.lots.append(lot)
        return lot

    def move(self, lot: Lot, line: Any, quantity: int, stock_class: str, place: Values) -> None:
        """Move pieces with what is reserved of them. A lot that moves whole to an empty place stays the same lot."""
        kept = {name: place.get(name) or lot.values[name] for name in _PLACE}
        key = key_of(line.id, stock_class, kept)
        there = next((other for other in self.lots if other.values["lot_key"] == key), None)
        if there is None and quantity == lot.quantity:
            lot.values.update(kept, stock_class=stock_class, lot_key=key, expected_on=None)
            lot.touched = True
            return
        target = there or self.place(line, stock_class, kept)
        for program, part in lot.take(quantity).items():
            target.reserve(program, part)
        target.quantity += quantity
        target.touched = True

    def expect(self, line_id: str, day: date) -> None:
        """Say when the expected pieces of a line come."""
        for lot in self.of(line_id, ("expected",)):
            lot.values["expected_on"] = day
            lot.touched = True

    def save(self) -> None:
        """Write what changed: at most nine statements."""
        connection = self.connection
        fresh = [lot for lot in self.lots if lot.fresh and lot.quantity]
        old = [lot for lot in self.lots if lot.touched and not lot.fresh]
        emptied = [lot.values["id"] for lot in old if not lot.quantity]
        changed = [lot for lot in old if lot.quantity]
        touched = [lot.values["id"] for lot in (*fresh, *old)]
        if not touched:
            return
        connection.execute(delete(allocations).where(among(allocations.c.stock_lot_id, touched)))
        if emptied:
            connection.execute(delete(record_tags).where(among(record_tags.c.record_id, emptied)))
            connection.execute(delete(property_values).where(among(property_values.c.record_id, emptied)))
            gone = update(stock_documents).where(among(stock_documents.c.stock_lot_id, emptied))
            connection.execute(gone.values(stock_lot_id=None, purchase_id=self.purchase.id))
            connection.execute(delete(stock_lots).where(among(stock_lots.c.id, emptied)))
        if fresh:
            connection.execute(insert(stock_lots), [{**lot.values, "quantity": lot.quantity} for lot in fresh])
        if changed:
            self._update(changed)
        rows = [row for lot in (*fresh, *changed) for row in _reserved(lot)]
        if rows:
            connection.execute(insert(allocations), rows)

    def _update(self, changed: Sequence[Lot]) -> None:
        names = ("stock_class", "expected_on", "lot_key", *_PLACE)
        statement = (
            update(stock_lots)
            .where(stock_lots.c.id == bindparam("own_id"))
            .values(
                {
                    **{name: bindparam(f"new_{name}") for name in names},
                    "quantity": bindparam("new_quantity"),
                    "revision": stock_lots.c.revision + 1,
                    "updated_at": now(),
                }
            )
        )
        rows = [
            {
                "own_id": lot.values["id"],
                "new_quantity": lot.quantity,
                **{f"new_{name}": lot.values[name] for name in names},
            }
            for lot in changed
        ]
        self.connection.execute(statement, rows)


def key_of(line_id: str, stock_class: str, place: Mapping[str, Any]) -> str:
    """What tells the lots of one purchase line from one another."""
    text = json.dumps(["purchase", line_id, stock_class, *(place.get(name) for name in _PLACE)])
    return hashlib.sha256(text.encode()).hexdigest()


def _reserved(lot: Lot) -> list[Values]:
    moment = now()
    return [
        {
            "id": new_id(),
            "org_id": lot.values["org_id"],
            "part_id": lot.values["part_id"],
            "stock_class": lot.values["stock_class"],
            "quantity": quantity,
            "program_id": program,
            "stock_lot_id": lot.values["id"],
            "created_at": moment,
            "updated_at": moment,
        }
        for program, quantity in lot.shares.items()
        if quantity
    ]
