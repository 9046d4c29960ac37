"""The lines of a purchase, with parts and without: added, changed many at once, removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select, update

from bomtool.platform.calls import Call, canonical_id
from bomtool.platform.errors import conflict, invalid, not_found
from bomtool.platform.services import purchases, records, trade
from bomtool.platform.services.trade import Values
from bomtool.platform.tables import stock_lots
from bomtool.platform.trade_tables import no_part_lines, purchase_lines
from bomtool.platform.trade_tables import purchases as purchase_table
from bomtool.store.among import among
from bomtool.store.schema import now

_FIXED = frozenset({"quantity", "unit_price", "allocate_quantity"})
"""Members that are fixed once the purchase is ordered."""
_NOT_NULL = ("quantity", "kind", "description")


def get(connection: Connection, table: Table, purchase_id: str, line_id: str) -> Any:
    """A line of the purchase. Raises Refusal 404."""
    identifier = canonical_id(line_id, "purchase line")
    row = connection.execute(select(table).where(table.c.id == identifier, table.c.purchase_id == purchase_id)).first()
    if row is None:
        raise not_found("purchase line", line_id)
    return row


def add(connection: Connection, call: Call, purchase_id: str, given: Values) -> Values:
    """A line behind the others. Raises Refusal 409 once the purchase is ordered."""
    row = purchases.get_for_change(connection, call, purchase_id)
    purchases.require_open(row)
    first = trade.next_position(connection, purchase_lines, "purchase_id", row.id)
    lines = purchases.complete_lines(call, row, [given])
    (line_id,) = trade.add_lines(connection, purchase_lines, "purchase_id", row, lines, first)
    purchases.reopened(connection, row)
    return purchases.lines_shown([records.by_id(connection, purchase_lines, line_id)], row.currency)[0]


def add_no_part(connection: Connection, call: Call, purchase_id: str, given: Values) -> Values:
    """A no-part line behind the others; freight may be added at any time."""
    row = purchases.get_for_change(connection, call, purchase_id)
    _check_not_cancelled(row)
    first = trade.next_position(connection, no_part_lines, "purchase_id", row.id)
    line = {"kind": "other", "quantity": 1, "unit_price": None, "notes": None, **given}
    (line_id,) = trade.add_lines(connection, no_part_lines, "purchase_id", row, [line], first)
    purchases.reopened(connection, row)
    return purchases.no_part_shown([records.by_id(connection, no_part_lines, line_id)], row.currency)[0]


def _check_not_cancelled(row: Any) -> None:
    if row.status == "cancelled":
        raise conflict("The purchase is cancelled.")


def change(connection: Connection, call: Call, purchase_id: str, given: Sequence[Values]) -> list[Values]:
    """Change many lines, in a fixed number of statements. Raises Refusal 400 by line, 409 for what is fixed."""
    row = purchases.get_for_change(connection, call, purchase_id)
    changed, redesigned = _changed(connection, purchase_lines, row, given, fixed=_FIXED)
    _write(connection, purchase_lines, changed)
    if row.status not in purchases.OPEN:
        _tell_stock(connection, changed)
    _touch(connection, row, redesigned)
    return purchases.lines_shown(_again(connection, purchase_lines, changed), row.currency)


def change_no_part(connection: Connection, call: Call, purchase_id: str, given: Sequence[Values]) -> list[Values]:
    """Change many no-part lines, in a fixed number of statements."""
    row = purchases.get_for_change(connection, call, purchase_id)
    _check_not_cancelled(row)
    changed, redesigned = _changed(connection, no_part_lines, row, given, fixed=frozenset())
    _write(connection, no_part_lines, changed)
    _touch(connection, row, redesigned)
    return purchases.no_part_shown(_again(connection, no_part_lines, changed), row.currency)


def _touch(connection: Connection, row: Any, redesigned: bool) -> None:
    if redesigned:
        purchases.reopened(connection, row)
    else:
        records.change(connection, purchase_table, row.id, {})


def _changed(
    connection: Connection, table: Table, purchase: Any, given: Sequence[Values], *, fixed: frozenset[str]
) -> tuple[list[Values], bool]:
    """Whole rows after the change, in the order sent, and whether what is bought changed."""
    ids = [str(entry["id"]) for entry in given]
    query = select(table).where(table.c.purchase_id == purchase.id, among(table.c.id, ids))
    known = {row["id"]: dict(row) for row in connection.execute(query).mappings()}
    wrong: Values = {}
    redesigned = False
    for number, entry in enumerate(given):
        identifier = str(entry["id"])
        row = known.get(identifier)
        nulls = [name for name in _NOT_NULL if name in entry and entry[name] is None]
        if row is None:
            wrong[str(number)] = {"id": [f"The purchase has no line {identifier}."]}
        elif ids.index(identifier) != number:
            wrong[str(number)] = {"id": ["This line is given twice."]}
        elif nulls:
            wrong[str(number)] = {name: ["This field may not be null."] for name in nulls}
        else:
            values = records.columns({name: value for name, value in entry.items() if name != "id"})
            moved = {name for name in values if name in (*_FIXED, "kind") and values[name] != row.get(name)}
            if moved & fixed and purchase.status not in purchases.OPEN:
                names = ", ".join(sorted(moved & fixed))
                raise conflict(f"The purchase is {purchase.status}; {names} can no longer be changed.")
            redesigned = redesigned or bool(moved)
            row.update(values)
    if wrong:
        raise invalid({"lines": wrong})
    return [known[identifier] for identifier in ids], redesigned


def _write(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    kept = ("id", "org_id", "purchase_id", "position", "created_at", "updated_at")
    names = [column.name for column in table.c if column.name not in kept]
    statement = (
        update(table)
        .where(table.c.id == bindparam("own_id"))
        .values({**{name: bindparam(f"new_{name}") for name in names}, "updated_at": now()})
    )
    connection.execute(statement, [{"own_id": row["id"], **{f"new_{n}": row[n] for n in names}} for row in rows])


def _tell_stock(connection: Connection, rows: Sequence[Values]) -> None:
    """Expected stock comes when its line says."""
    lots = stock_lots.c
    statement = (
        update(stock_lots)
        .where(lots.purchase_line_id == bindparam("own_line"), lots.stock_class == "expected")
        .values(expected_on=bindparam("new_day"), updated_at=now())
    )
    connection.execute(statement, [{"own_line": row["id"], "new_day": row["expected_on"]} for row in rows])


def _again(connection: Connection, table: Table, rows: Sequence[Values]) -> list[Any]:
    query = select(table).where(among(table.c.id, (row["id"] for row in rows)))
    found = {row.id: row for row in connection.execute(query)}
    return [found[row["id"]] for row in rows]


def remove(connection: Connection, call: Call, purchase_id: str, line_id: str) -> None:
    """Remove a line of a purchase that is not ordered."""
    row = purchases.get_for_change(connection, call, purchase_id)
    line = get(connection, purchase_lines, row.id, line_id)
    purchases.require_open(row)
    connection.execute(delete(purchase_lines).where(purchase_lines.c.id == line.id))
    purchases.reopened(connection, row)


def remove_no_part(connection: Connection, call: Call, purchase_id: str, line_id: str) -> None:
    """Remove a no-part line."""
    row = purchases.get_for_change(connection, call, purchase_id)
    line = get(connection, no_part_lines, row.id, line_id)
    _check_not_cancelled(row)
    connection.execute(delete(no_part_lines).where(no_part_lines.c.id == line.id))
    purchases.reopened(connection, row)
