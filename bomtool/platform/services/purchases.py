"""Purchases: made by hand or from the plan of a program, changed, removed, shown."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, delete, select, update

from bomtool.platform.calls import Call
from bomtool.platform.errors import conflict, invalid
from bomtool.platform.services import labels, planning, records, trade
from bomtool.platform.services.trade import Values
from bomtool.platform.stock_tables import stock_documents, suppliers
from bomtool.platform.tables import orgs, programs
from bomtool.platform.trade_tables import (
    no_part_lines,
    outbound_emails,
    purchase_events,
    purchase_lines,
    purchases,
    supplier_bills,
)
from bomtool.sourcing.money import extended
from bomtool.sourcing.supply import fold

OPEN = frozenset({"draft", "requested", "approved"})
"""Statuses of a purchase that is not ordered yet."""

_HEADER = ("reference_number", "status", "currency", "ship_to", "notes", "from_plan", "approved_at", "ordered_at")
_LINE = (
    "id",
    "position",
    "mpn",
    "manufacturer_name",
    "description",
    "sku",
    "packaging",
    "quantity",
    "allocate_quantity",
    "unit_price",
    "expected_on",
    "shipped_quantity",
    "received_quantity",
    "cancelled_quantity",
    "notes",
    "created_at",
    "updated_at",
)
_NO_PART = ("id", "position", "kind", "description", "quantity", "unit_price", "notes", "created_at", "updated_at")
_EVENT = ("id", "event_type", "occurred_at", "lines", "note", "carrier", "tracking_number", "created_at")


def line_price(row: Any, currency: str) -> Decimal | None:
    """Quantity x price of a line, rounded; None without a price, negative for a discount."""
    if row.unit_price is None:
        return None
    price = extended(row.quantity, row.unit_price, currency)
    return -price if getattr(row, "kind", None) == "discount" else price


def lines_shown(rows: Sequence[Any], currency: str) -> list[Values]:
    """Lines as the wire has them."""
    return [
        {
            **{name: getattr(row, name) for name in _LINE},
            "purchase": row.purchase_id,
            "part": row.part_id,
            "extended_price": line_price(row, currency),
            "outstanding_quantity": outstanding(row),
            "metadata": row.meta or {},
        }
        for row in rows
    ]


def outstanding(row: Any) -> int:
    """Pieces of a line that are neither received nor cancelled."""
    return int(row.quantity - row.received_quantity - row.cancelled_quantity)


def no_part_shown(rows: Sequence[Any], currency: str) -> list[Values]:
    """No-part lines as the wire has them."""
    return [
        {
            **{name: getattr(row, name) for name in _NO_PART},
            "purchase": row.purchase_id,
            "extended_price": line_price(row, currency),
        }
        for row in rows
    ]


def events_shown(rows: Sequence[Any]) -> list[Values]:
    """Events as the wire has them."""
    return [{**{name: getattr(row, name) for name in _EVENT}, "purchase": row.purchase_id} for row in rows]


def totals(lines: Sequence[Any], others: Sequence[Any], currency: str) -> tuple[Decimal | None, Decimal]:
    """(total, what is known of it): the sum of the rounded lines; the first None where one has no price."""
    prices = [line_price(row, currency) for row in (*lines, *others)]
    known = sum((price for price in prices if price is not None), Decimal(0))
    return (None if None in prices else known), known


def needs_approval(connection: Connection, row: Any, total: Decimal | None, known: Decimal) -> bool:
    """Whether the org wants an approval: at its threshold or above, or where the total is not known."""
    threshold = connection.execute(select(orgs.c.purchase_approval_threshold).where(orgs.c.id == row.org_id)).scalar()
    return threshold is not None and (total is None or known >= threshold)


def shown(connection: Connection, call: Call, row: Any) -> Values:
    """A purchase with all below it, in a fixed number of statements; its revision becomes the ETag."""
    call.headers["ETag"] = f'"{row.revision}"'
    lines = trade.lines_of(connection, purchase_lines, "purchase_id", [row.id])[row.id]
    others = trade.lines_of(connection, no_part_lines, "purchase_id", [row.id])[row.id]
    events = trade.lines_of(connection, purchase_events, "purchase_id", [row.id])[row.id]
    total, known = totals(lines, others, row.currency)
    name = connection.execute(select(suppliers.c.name).where(suppliers.c.id == row.supplier_id)).scalar()
    renamed = {"supplier_id": "supplier", "program_id": "program"}
    return {
        **trade.header_shown(connection, [row], _HEADER, renamed)[0],
        "supplier_name": name,
        "total": total,
        "known_total": known,
        "needs_approval": row.status in OPEN and needs_approval(connection, row, total, known),
        "lines": lines_shown(lines, row.currency),
        "no_part_lines": no_part_shown(others, row.currency),
        "events": events_shown(events),
    }


def planned(call: Call, program_id: Any, supplier_id: Any) -> tuple[str | None, list[Values]]:
    """Currency and lines of what a plan buys of a supplier. Raises Refusal 400 where that is nothing, or mixed currencies."""
    with call.read() as connection:
        found = records.known(
            connection, call, programs, [program_id], org_id=call.org_id, field="program", what="program"
        )
        supplier = trade.check_supplier(connection, call, call.org_id, supplier_id)
    program = found[str(program_id)]
    plan = planning.reference_pricing(call.store, call.settings, program.id, ())
    lines = []
    currencies = set()
    for part in plan["parts"]:
        for bought in part["purchases"]:
            if fold(bought["supplier"]) != fold(supplier.name):
                continue
            foreign = bought["offer_currency"]
            currencies.add(foreign or bought["currency"])
            lines.append(
                {
                    "part": bought["part"],
                    "quantity": bought["quantity"],
                    "unit_price": bought["offer_unit_price"] if foreign else bought["unit_price"],
                    "sku": bought["sku"],
                    "packaging": bought["packaging"],
                    "allocate_quantity": bought["quantity"] - bought["excess_quantity"],
                }
            )
    if not lines:
        raise invalid({"from_plan": f"The plan of {program.name} buys nothing of {supplier.name}."})
    if len(currencies) > 1:
        raise invalid({"from_plan": f"The offers of {supplier.name} are in {' and '.join(sorted(currencies))}."})
    return currencies.pop(), lines


def create(connection: Connection, call: Call, given: Values, plan: tuple[str | None, Sequence[Values]]) -> Values:
    """A new purchase. Raises Refusal 400 for what cannot be seen, 409 for a number or a plan that is bought already."""
    values = dict(given)
    sent = [*values.pop("lines", []), *plan[1]]
    others = values.pop("no_part_lines", [])
    repeat = values.pop("repeat", False)
    supplier = trade.check_supplier(connection, call, call.org_id, values.pop("supplier"))
    program = values.pop("program", None)
    if program is not None:
        records.known(connection, call, programs, [program], org_id=call.org_id, field="program", what="program")
    if values.get("from_plan") and not repeat:
        _check_not_bought(connection, call, supplier, str(program))
    _check_number(connection, call.org_id, values.get("reference_number"), None)
    currency = values.pop("currency", None) or plan[0] or supplier.currency or call.settings.currency
    if plan[0] and currency != plan[0]:
        raise invalid({"currency": f"The plan buys in {plan[0]}."})
    header = {
        "supplier_id": supplier.id,
        "program_id": str(program) if program else None,
        "status": "draft",
        "currency": currency,
    }
    row = trade.create(connection, call, purchases, "purchase", {**values, **header})
    trade.add_lines(connection, purchase_lines, "purchase_id", row, complete_lines(call, row, sent))
    trade.add_lines(connection, no_part_lines, "purchase_id", row, map(_complete_no_part, others))
    return shown(connection, call, row)


def complete_lines(call: Call, row: Any, sent: Sequence[Values]) -> list[Values]:
    """Lines with every column, and what the catalogue says of their parts. Raises Refusal 400 by line."""
    empty = dict.fromkeys(
        ("unit_price", "description", "sku", "packaging", "allocate_quantity", "expected_on", "notes")
    )
    counts = {"shipped_quantity": 0, "received_quantity": 0, "cancelled_quantity": 0}
    named = trade.named_parts(call, row.org_id, sent, lambda _: "A purchase line needs a part.")
    return [
        {**empty, **counts, "mpn": None, "manufacturer_name": None, "meta": {}, **records.columns(line)}
        for line in named
    ]


def _complete_no_part(line: Values) -> Values:
    return {"kind": "other", "quantity": 1, "unit_price": None, "notes": None, **line}


def _check_not_bought(connection: Connection, call: Call, supplier: Any, program_id: str) -> None:
    # The program is locked, so that of two at once the second one sees the first.
    connection.execute(select(programs.c.id).where(programs.c.id == program_id).with_for_update())
    c = purchases.c
    query = select(c.id).where(
        c.org_id == call.org_id,
        c.program_id == program_id,
        c.supplier_id == supplier.id,
        c.from_plan.is_(True),
        c.status != "cancelled",
    )
    found = connection.execute(query.limit(1)).scalar()
    if found is not None:
        raise conflict(
            f"Purchase {found} buys the plan of this program of {supplier.name} already; repeat=true makes another one.",
            purchase=found,
        )


def _check_number(connection: Connection, org_id: str, number: str | None, own_id: str | None) -> None:
    if number is not None:
        same = [purchases.c.org_id == org_id, purchases.c.reference_number == number]
        records.check_unique(connection, purchases, same, f"There is a purchase {number} already.", own_id)


def get(connection: Connection, call: Call, purchase_id: str) -> Any:
    """The row of a purchase this call can see. Raises Refusal 404."""
    return records.get(connection, call, purchases, purchase_id, "purchase")


def get_for_change(connection: Connection, call: Call, purchase_id: str) -> Any:
    """`get` with the lock and, with If-Match, only that revision."""
    return records.get_for_change(connection, call, purchases, purchase_id, "purchase")


def change(connection: Connection, call: Call, purchase_id: str, given: Values) -> Values:
    """Change the members sent. Raises Refusal 409 for the currency of an ordered purchase."""
    row = get_for_change(connection, call, purchase_id)
    records.refuse_nulls(given, ("currency", "synced_from_integration"))
    if row.status not in OPEN and given.get("currency", row.currency) != row.currency:
        raise conflict(f"The purchase is {row.status}; its currency can no longer be changed.")
    _check_number(connection, row.org_id, given.get("reference_number"), row.id)
    row = trade.change(connection, call, purchases, "purchase", row, given)
    if "currency" in given:
        row = reopened(connection, row)
    return shown(connection, call, row)


def reopened(connection: Connection, row: Any) -> Any:
    """The purchase after a change of what it buys: an approval given before no longer holds."""
    values = {"status": "draft", "approved_at": None} if row.status in ("requested", "approved") else {}
    return records.change(connection, purchases, row.id, values)


def require_open(row: Any) -> None:
    """Raises Refusal 409 where the purchase is ordered, so that what it buys is fixed."""
    if row.status not in OPEN:
        raise conflict(
            f"The purchase is {row.status}; what it buys can no longer be changed. Cancel lines by an event."
        )


def remove(connection: Connection, call: Call, purchase_id: str) -> None:
    """Delete a purchase that is not ordered. Raises Refusal 409 for others, and where bills name it."""
    row = get_for_change(connection, call, purchase_id)
    require_open(row)
    if connection.execute(select(supplier_bills.c.id).where(supplier_bills.c.purchase_id == row.id).limit(1)).first():
        raise conflict("Bills name this purchase; it cannot be deleted.")
    labels.forget(connection, row.id)
    for table in (stock_documents, outbound_emails):
        connection.execute(update(table).where(table.c.purchase_id == row.id).values(purchase_id=None))
    connection.execute(delete(purchases).where(purchases.c.id == row.id))
