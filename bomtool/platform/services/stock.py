"""Stock lots: set, changed, reserved for programs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from bomtool.platform.calls import Call
from bomtool.platform.errors import conflict, invalid
from bomtool.platform.services import boms, labels, lots, org_parts, records
from bomtool.platform.tables import allocations, programs, stock_lots
from bomtool.store.schema import new_id, now

_PLACE = ("part_id", "stock_class", "location", "date_code", "lot_code")
_SHOWN = (
    "id",
    "org_id",
    "quantity",
    "stock_class",
    "location",
    "date_code",
    "lot_code",
    "expected_on",
    "unit_cost",
    "currency",
    "notes",
    *boms.INTEGRATION,
    "created_at",
    "updated_at",
)
_NOT_NULL = ("quantity", "stock_class", "synced_from_integration")


def shown(connection: Connection, call: Call, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Lots as the wire has them; allocations, labels and parts in a fixed number of statements for all."""
    ids = [row.id for row in rows]
    reserved: dict[str, list[Any]] = {identifier: [] for identifier in ids}
    if ids:
        query = select(allocations).where(allocations.c.stock_lot_id.in_(ids))
        for row in connection.execute(query.order_by(allocations.c.created_at, allocations.c.id)):
            reserved[row.stock_lot_id].append(row)
    labelled = labels.of(connection, ids)
    parts = call.catalog.get(sorted({row.part_id for row in rows})) if rows else {}
    out = []
    for row in rows:
        part = parts.get(row.part_id)
        taken = sum(one.quantity for one in reserved[row.id])
        out.append(
            {
                **{name: getattr(row, name) for name in _SHOWN},
                "part": row.part_id,
                "mpn": part.mpn if part else None,
                "manufacturer_name": part.manufacturer if part else None,
                "allocated_quantity": taken,
                "available_quantity": row.quantity - taken,
                "purchase_line": row.purchase_line_id,
                "metadata": row.meta or {},
                "team": row.team_id,
                "allocations": [
                    {"id": one.id, "program": one.program_id, "quantity": one.quantity} for one in reserved[row.id]
                ],
                **labelled[row.id],
            }
        )
    return out


def _one(connection: Connection, call: Call, row: Any) -> dict[str, Any]:
    call.headers["ETag"] = f'"{row.revision}"'
    return shown(connection, call, [row])[0]


def upsert(connection: Connection, call: Call, given: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Set the stock of a part at a place: the lot, and whether it was created or updated."""
    values = dict(given)
    labelled = labels.take(values)
    wanted = values.pop("allocations", None)
    values = records.columns(values)
    values["part_id"] = values.pop("part")
    org_parts.check(connection, call, call.org_id, [values["part_id"]], "part")
    existing = _of_place(connection, call, values)
    values |= labels.team_value(connection, call, call.org_id, labelled)
    if existing is None:
        complete = {"stock_class": "on_hand", "revision": 1, **values}
        row = records.add(connection, stock_lots, call.org_id, {**complete, "lot_key": _key(complete)})
    else:
        row = _write(connection, existing, values)
    labels.write(connection, row.org_id, "stock_lot", row.id, labelled)
    _reserve(connection, call, row, wanted)
    return _one(connection, call, row), "created" if existing is None else "updated"


def change(connection: Connection, call: Call, lot_id: str, given: dict[str, Any]) -> dict[str, Any]:
    """Change the members sent. Raises Refusal 409 where programs have reserved more than there would be."""
    row = records.get_for_change(connection, call, stock_lots, lot_id, "stock lot")
    values = dict(given)
    labelled = labels.take(values)
    wanted = values.pop("allocations", None)
    records.refuse_nulls(values, _NOT_NULL)
    values = records.columns(values)
    boms.check_record_is_free(connection, stock_lots, row, values, "stock lot")
    values |= labels.team_value(connection, call, row.org_id, labelled)
    row = _write(connection, row, values)
    labels.write(connection, row.org_id, "stock_lot", row.id, labelled)
    _reserve(connection, call, row, wanted)
    return _one(connection, call, row)


def _of_place(connection: Connection, call: Call, values: Mapping[str, Any]) -> Any:
    """The live lot a set of stock means: by its integration record where one is sent, else by its place."""
    c = stock_lots.c
    source, record = values.get("integration_source_name"), values.get("integration_record_id")
    if source and record:
        where = [c.integration_source_name == source, c.integration_record_id == record]
    else:
        where = [c.lot_key == _key({"stock_class": "on_hand", **values})]
    query = select(stock_lots).where(c.org_id == call.org_id, *where)
    row = connection.execute(query.with_for_update()).first()
    if row is not None:
        if row.part_id != values["part_id"]:
            raise conflict(f"The stock lot {row.id} of this integration record is of another part.")
        records.get(connection, call, stock_lots, row.id, "stock lot")
    return row


def _key(values: Mapping[str, Any]) -> str | None:
    """What tells one lot of an org from another; None where the integration record does."""
    if values.get("integration_source_name") and values.get("integration_record_id"):
        return None
    place = [values.get(name) for name in _PLACE]
    return hashlib.sha256(json.dumps(place).encode()).hexdigest()


def _write(connection: Connection, row: Any, values: dict[str, Any]) -> Any:
    """Write changed values; a lot moved to where another one lies already is refused (409)."""
    moved = {name: values.get(name, getattr(row, name)) for name in (*_PLACE, *boms.INTEGRATION)}
    if row.purchase_line_id is not None:
        governed = [n for n in ("quantity", "stock_class") if values.get(n, getattr(row, n)) != getattr(row, n)]
        if governed and row.stock_class != "on_hand":
            raise conflict("This stock is on order; the events of its purchase move it.")
        values["lot_key"] = lots.key_of(row.purchase_line_id, moved["stock_class"], moved)
        same = [stock_lots.c.org_id == row.org_id, stock_lots.c.lot_key == values["lot_key"]]
        message = "There is a stock lot of this purchase at this place already."
        records.check_unique(connection, stock_lots, same, message, row.id)
    else:
        key = _key(moved)
        same = [stock_lots.c.org_id == row.org_id, stock_lots.c.lot_key == key]
        if key is not None and key != row.lot_key:
            message = "There is a stock lot of this part at this place already; set its quantity instead."
            records.check_unique(connection, stock_lots, same, message, row.id)
        values["lot_key"] = key
    if values.get("stock_class", row.stock_class) != row.stock_class:
        connection.execute(
            update(allocations)
            .where(allocations.c.stock_lot_id == row.id)
            .values(stock_class=values["stock_class"], updated_at=now())
        )
    return records.change(connection, stock_lots, row.id, values)


def _reserve(connection: Connection, call: Call, row: Any, wanted: Sequence[Mapping[str, Any]] | None) -> None:
    """Replace the allocations of a lot where some are sent, and see that it holds enough for those it has."""
    if wanted is not None:
        ids = [str(entry["program"]) for entry in wanted]
        if len(set(ids)) != len(ids):
            raise invalid({"allocations": "A program is given twice."})
        records.known(connection, call, programs, ids, org_id=row.org_id, field="allocations", what="program")
        connection.execute(delete(allocations).where(allocations.c.stock_lot_id == row.id))
        reserve(connection, row, [(str(entry["program"]), entry["quantity"]) for entry in wanted])
    taken = select(func.coalesce(func.sum(allocations.c.quantity), 0)).where(allocations.c.stock_lot_id == row.id)
    total = int(connection.execute(taken).scalar() or 0)
    if total > row.quantity:
        raise conflict(f"Programs have reserved {total} pieces of this lot, and it holds {row.quantity}.")


def reserve(connection: Connection, lot: Any, shares: Sequence[tuple[str, int]]) -> None:
    """Reserve pieces of a lot for programs, in one statement."""
    moment = now()
    rows = [
        {
            "id": new_id(),
            "org_id": lot.org_id,
            "part_id": lot.part_id,
            "stock_class": lot.stock_class,
            "quantity": quantity,
            "program_id": program,
            "stock_lot_id": lot.id,
            "created_at": moment,
            "updated_at": moment,
        }
        for program, quantity in shares
    ]
    if rows:
        connection.execute(insert(allocations), rows)
