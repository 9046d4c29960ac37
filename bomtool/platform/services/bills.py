"""Supplier bills: made, changed, and each line checked against what was bought, received and billed before."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select

from bomtool.platform.calls import Call
from bomtool.platform.errors import conflict, invalid
from bomtool.platform.services import records, trade
from bomtool.platform.services.trade import Values
from bomtool.platform.trade_tables import no_part_lines, purchase_lines, purchases, supplier_bill_lines, supplier_bills
from bomtool.sourcing.money import extended
from bomtool.store.among import among

_HEADER = ("bill_number", "bill_date", "due_date", "currency", "status", "notes")
_LINE = ("id", "position", "description", "quantity", "unit_price", "created_at", "updated_at")


def shown(connection: Connection, call: Call, row: Any) -> Values:
    """A bill with its lines and what is wrong about them, in a fixed number of statements; its revision is the ETag."""
    call.headers["ETag"] = f'"{row.revision}"'
    lines = trade.lines_of(connection, supplier_bill_lines, "supplier_bill_id", [row.id])[row.id]
    found = _lines_shown(connection, row, lines)
    own = []
    currency = connection.execute(
        select(purchases.c.currency).where(purchases.c.id == (row.purchase_id or ""))
    ).scalar()
    if currency is not None and currency != row.currency:
        text = f"The bill is in {row.currency}, the purchase in {currency}."
        own.append({"code": "currency-differs", "severity": "error", "line": None, "message": text})
    return {
        **trade.header_shown(connection, [row], _HEADER, {"supplier_id": "supplier", "purchase_id": "purchase"})[0],
        "total": sum((line["extended_price"] for line in found), Decimal(0)),
        "lines": found,
        "problems": [*own, *(problem for line in found for problem in line["problems"])],
    }


def _lines_shown(connection: Connection, bill: Any, rows: Sequence[Any]) -> list[Values]:
    problems = _problems(connection, bill, rows)
    return [
        {
            **{name: getattr(row, name) for name in _LINE},
            "supplier_bill": row.supplier_bill_id,
            "purchase_line": row.purchase_line_id,
            "no_part_line": row.no_part_line_id,
            "extended_price": extended(row.quantity, row.unit_price, bill.currency),
            "problems": problems[row.id],
        }
        for row in rows
    ]


def _problems(connection: Connection, bill: Any, rows: Sequence[Any]) -> dict[str, list[Values]]:
    """What is wrong about each line, from two statements about what was bought and one about what is billed in all."""
    bought = _by_id(connection, purchase_lines, {row.purchase_line_id for row in rows})
    others = _by_id(connection, no_part_lines, {row.no_part_line_id for row in rows})
    billed = _billed(connection, set(bought))
    found: dict[str, list[Values]] = {}
    for row in rows:
        line = bought.get(row.purchase_line_id) or others.get(row.no_part_line_id)
        told = []
        if line is None:
            told.append(("no-reference", "warning", "The line names nothing that was bought."))
        elif line.unit_price is not None and row.unit_price != line.unit_price:
            told.append(("price-differs", "error", f"Billed at {row.unit_price:f}, bought at {line.unit_price:f}."))
        if line is not None and row.purchase_line_id:
            told += _quantities(line, billed[line.id])
        elif line is not None and row.quantity > line.quantity:
            told.append(("quantity-above-ordered", "error", f"Billed {row.quantity}, bought {line.quantity}."))
        found[row.id] = [
            {"code": code, "severity": severity, "line": row.id, "message": text} for code, severity, text in told
        ]
    return found


def _quantities(line: Any, billed: int) -> list[tuple[str, str, str]]:
    ordered = line.quantity - line.cancelled_quantity
    if billed > ordered:
        return [("quantity-above-ordered", "error", f"{billed} are billed in all, {ordered} were ordered.")]
    if billed > line.received_quantity:
        text = f"{billed} are billed in all, {line.received_quantity} were received."
        return [("quantity-above-received", "warning", text)]
    return []


def _by_id(connection: Connection, table: Any, ids: set[Any]) -> dict[str, Any]:
    wanted = sorted(identifier for identifier in ids if identifier)
    if not wanted:
        return {}
    return {row.id: row for row in connection.execute(select(table).where(among(table.c.id, wanted)))}


def _billed(connection: Connection, line_ids: set[str]) -> dict[str, int]:
    """Pieces of each purchase line on all bills that are not void."""
    if not line_ids:
        return {}
    c = supplier_bill_lines.c
    query = (
        select(c.purchase_line_id, func.sum(c.quantity))
        .join(supplier_bills, supplier_bills.c.id == c.supplier_bill_id)
        .where(among(c.purchase_line_id, line_ids), supplier_bills.c.status != "void")
        .group_by(c.purchase_line_id)
    )
    return dict.fromkeys(line_ids, 0) | {line_id: int(total) for line_id, total in connection.execute(query)}


def create(connection: Connection, call: Call, given: Values) -> Values:
    """A new bill. Raises Refusal 400 for what cannot be seen or is of another supplier, 409 for a number seen before."""
    values = dict(given)
    sent = values.pop("lines", [])
    supplier = trade.check_supplier(connection, call, call.org_id, values.pop("supplier"))
    purchase = values.pop("purchase", None)
    if purchase is not None:
        found = records.known(
            connection, call, purchases, [purchase], org_id=call.org_id, field="purchase", what="purchase"
        )
        if found[str(purchase)].supplier_id != supplier.id:
            raise invalid({"purchase": f"The purchase is not of {supplier.name}."})
    _check_number(connection, supplier.id, values["bill_number"], None)
    header = {"supplier_id": supplier.id, "purchase_id": str(purchase) if purchase else None, "status": "draft"}
    row = trade.create(connection, call, supplier_bills, "supplier_bill", {**values, **header})
    lines = _lines(connection, call, row, sent)
    trade.add_lines(connection, supplier_bill_lines, "supplier_bill_id", row, lines)
    return shown(connection, call, row)


def _check_number(connection: Connection, supplier_id: str, number: str, own_id: str | None) -> None:
    same = [supplier_bills.c.supplier_id == supplier_id, supplier_bills.c.bill_number == number]
    records.check_unique(connection, supplier_bills, same, f"The bill {number} of this supplier is known.", own_id)


def _lines(connection: Connection, call: Call, bill: Any, sent: Sequence[Values]) -> list[Values]:
    """Lines as columns. Raises Refusal 400 by line for references that are not of the bill's supplier."""
    known: set[str] = set()
    for table, name in ((purchase_lines, "purchase_line"), (no_part_lines, "no_part_line")):
        ids = sorted({str(line[name]) for line in sent if line.get(name)})
        query = (
            select(table.c.id)
            .join(purchases, purchases.c.id == table.c.purchase_id)
            .where(among(table.c.id, ids), purchases.c.supplier_id == bill.supplier_id, call.visible(purchases))
        )
        if bill.purchase_id:
            query = query.where(purchases.c.id == bill.purchase_id)
        known |= set(connection.execute(query).scalars()) if ids else set()
    wrong: Values = {}
    out = []
    for number, line in enumerate(sent):
        names = [name for name in ("purchase_line", "no_part_line") if line.get(name)]
        for name in names:
            if str(line[name]) not in known:
                wrong[str(number)] = {name: [f"There is no line {line[name]} of this purchase or supplier."]}
        if len(names) > 1:
            wrong[str(number)] = {"no_part_line": ["A line bills a purchase line or a no-part line, not both."]}
        elif not names and not line.get("description"):
            wrong[str(number)] = {"description": ["Needed where no line of a purchase is named."]}
        row = {"description": None, **line}
        for name in ("purchase_line", "no_part_line"):
            value = row.pop(name, None)
            row[f"{name}_id"] = str(value) if value else None
        out.append(row)
    if wrong:
        raise invalid({"lines": wrong})
    return out


def change(connection: Connection, call: Call, bill_id: str, given: Values) -> Values:
    """Change the members sent. Raises Refusal 409 for approving or paying a bill with errors, unless they are accepted."""
    row = records.get_for_change(connection, call, supplier_bills, bill_id, "supplier bill")
    values = dict(given)
    accepted = values.pop("accept_problems", False)
    records.refuse_nulls(values, ("bill_number", "currency", "status", "synced_from_integration"))
    if "bill_number" in values:
        _check_number(connection, row.supplier_id, values["bill_number"], row.id)
    row = trade.change(connection, call, supplier_bills, "supplier_bill", row, values)
    found = shown(connection, call, row)
    errors = [problem for problem in found["problems"] if problem["severity"] == "error"]
    if values.get("status") in ("approved", "paid") and errors and not accepted:
        raise conflict(
            f"The bill has {len(errors)} errors; correct it, or send accept_problems=true.", problems=errors[:100]
        )
    return found


def add_line(connection: Connection, call: Call, given: Values) -> Values:
    """A line behind the others. Raises Refusal 400 for a bill that cannot be seen, 409 for one that is paid or void."""
    values = dict(given)
    bill_id = values.pop("supplier_bill")
    query = select(supplier_bills).where(supplier_bills.c.id == str(bill_id), call.visible(supplier_bills))
    row = connection.execute(query.with_for_update()).first()
    if row is None:
        raise invalid({"supplier_bill": f"There is no supplier bill with the id {bill_id}."})
    _require_open(row)
    first = trade.next_position(connection, supplier_bill_lines, "supplier_bill_id", row.id)
    lines = _lines(connection, call, row, [values])
    (line_id,) = trade.add_lines(connection, supplier_bill_lines, "supplier_bill_id", row, lines, first)
    row = _back_to_draft(connection, row)
    return _lines_shown(connection, row, [records.by_id(connection, supplier_bill_lines, line_id)])[0]


def change_line(connection: Connection, call: Call, line_id: str, given: Values) -> Values:
    """Change the members sent. Raises Refusal 409 for a bill that is paid or void."""
    table, parent = supplier_bill_lines, supplier_bills
    row, header = trade.line_for_change(connection, call, table, parent, "supplier_bill_id", line_id, "bill line")
    _require_open(header)
    records.refuse_nulls(given, ("quantity", "unit_price"))
    changed = records.change(connection, supplier_bill_lines, row.id, given)
    header = _back_to_draft(connection, header)
    call.stamp(header.revision)
    return _lines_shown(connection, header, [changed])[0]


def _require_open(row: Any) -> None:
    if row.status in ("paid", "void"):
        raise conflict(f"The bill {row.bill_number} is {row.status}; its lines can no longer be changed.")


def _back_to_draft(connection: Connection, row: Any) -> Any:
    """What was approved was another bill."""
    return records.change(connection, supplier_bills, row.id, {"status": "draft"})
