"""What happens to a purchase: requested, approved, ordered, shipped, arrived, received, cancelled.

Ordered pieces are expected stock, arrived ones are being processed, received ones are on hand. What was bought for a
program stays reserved for it on the way. However many lines an event is about, the number of statements is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bomtool.platform.calls import Call
from bomtool.platform.errors import Refusal, conflict, invalid
from bomtool.platform.services import purchases, records, reoffered, trade
from bomtool.platform.services.lots import Shelf
from bomtool.platform.services.trade import Values
from bomtool.platform.tables import programs
from bomtool.platform.trade_tables import no_part_lines, purchase_events, purchase_lines
from bomtool.platform.trade_tables import purchases as purchase_table
from bomtool.store.schema import now

_DECISIONS = frozenset({"requested", "approved", "rejected", "noted"})
_FROM = {"arrived": ("expected",), "received": ("processing", "expected"), "cancelled": ("expected",)}
"""Which stock each event takes its pieces from, in this order."""
_PLACE = ("location", "date_code", "lot_code")


def record(connection: Connection, call: Call, purchase_id: str, given: Values) -> Values:
    """Let something happen to a purchase: the event, and the status since.

    Raises Refusal 409 for what cannot happen now, 403 for an approval the key may not give, 400 by line for more pieces
    than there are.
    """
    row = purchases.get_for_change(connection, call, purchase_id)
    lines = trade.lines_of(connection, purchase_lines, "purchase_id", [row.id])[row.id]
    kind = given["event_type"]
    if kind in _DECISIONS:
        moved: list[Values] = []
        values = _decided(connection, call, row, given, lines)
    elif kind == "ordered":
        moved = _order(connection, row, lines, given)
        values = {"status": "ordered", "ordered_at": given.get("occurred_at") or now()}
    elif row.status in purchases.OPEN:
        moved = _cancel_unordered(connection, row, lines, given)
        values = {"status": "cancelled"}
    else:
        moved, values = _move(connection, row, lines, given)
    row = records.change(connection, purchase_table, row.id, values)
    first = trade.next_position(connection, purchase_events, "purchase_id", row.id)
    event = {
        "event_type": kind,
        "occurred_at": given.get("occurred_at") or now(),
        "lines": moved,
        "api_key_id": call.identity.key_id,
        **{name: given.get(name) for name in ("note", "carrier", "tracking_number")},
    }
    (event_id,) = trade.add_lines(connection, purchase_events, "purchase_id", row, [event], first)
    call.headers["ETag"] = f'"{row.revision}"'
    shown = purchases.events_shown([records.by_id(connection, purchase_events, event_id)])[0]
    return {**shown, "purchase_status": row.status}


def _decided(connection: Connection, call: Call, row: Any, given: Values, lines: Sequence[Any]) -> Values:
    """What a decision writes into the purchase. What is approved must still be offered so, or be accepted as it is."""
    kind = given["event_type"]
    if kind == "noted":
        return {}
    allowed = {"requested": ("draft",), "approved": ("draft", "requested"), "rejected": ("requested", "approved")}[kind]
    if row.status not in allowed:
        raise conflict(f"The purchase is {row.status}; it cannot be {kind}.")
    if kind != "requested" and not call.identity.may_approve:
        raise Refusal(403, {"detail": "Approving takes the scope admin, or the role admin or procurement_approver."})
    if not lines:
        raise conflict("The purchase has no lines.")
    if kind == "approved":
        changed = {} if given.get("accept_changes") else reoffered.changes(connection, call, row, lines)
        if changed:
            raise conflict(
                f"The offers of {len(changed)} lines have changed; correct the lines, or send accept_changes=true.",
                changes=changed,
            )
        return {"status": "approved", "approved_at": now()}
    return {"status": "requested" if kind == "requested" else "draft", "approved_at": None}


def _order(connection: Connection, row: Any, lines: Sequence[Any], given: Values) -> list[Values]:
    """All lines become expected stock, reserved for the purchase's program as each line says."""
    if row.status not in purchases.OPEN:
        raise conflict(f"The purchase is {row.status}; it cannot be ordered again.")
    if not lines:
        raise conflict("The purchase has no lines to order.")
    others = trade.lines_of(connection, no_part_lines, "purchase_id", [row.id])[row.id]
    total, known = purchases.totals(lines, others, row.currency)
    if row.status != "approved" and purchases.needs_approval(connection, row, total, known):
        raise conflict(f"The purchase of {known} {row.currency} needs approval before it is ordered.")
    days = _named(lines, given)
    program = connection.execute(select(programs.c.id).where(programs.c.id == (row.program_id or ""))).scalar()
    shelf = Shelf(connection, row, [])
    changed = []
    for line in lines:
        day = days.get(line.id, {}).get("expected_on") or given.get("expected_on") or line.expected_on
        lot = shelf.place(line, "expected", {}, expected_on=day)
        lot.quantity = line.quantity
        if program is not None:
            share = line.quantity if line.allocate_quantity is None else min(line.allocate_quantity, line.quantity)
            lot.reserve(str(program), share)
        changed.append({"own_id": line.id, **_counts(line), "new_expected_on": day})
    shelf.save()
    _write(connection, changed)
    return [{"line": line.id, "quantity": line.quantity} for line in lines]


def _named(lines: Sequence[Any], given: Values) -> dict[str, Values]:
    """What the event says by line id. Raises Refusal 400 for lines that are not of the purchase."""
    known = {line.id for line in lines}
    sent = given.get("lines") or []
    wrong = {
        str(number): {"line": [f"The purchase has no line {entry['line']}."]}
        for number, entry in enumerate(sent)
        if str(entry["line"]) not in known
    }
    if wrong:
        raise invalid({"lines": wrong})
    return {str(entry["line"]): entry for entry in sent}


def _cancel_unordered(connection: Connection, row: Any, lines: Sequence[Any], given: Values) -> list[Values]:
    if given["event_type"] != "cancelled":
        raise conflict(f"The purchase is {row.status}; it must be ordered before it can be {given['event_type']}.")
    if given.get("lines"):
        raise invalid({"lines": "A purchase that is not ordered is cancelled whole; remove single lines instead."})
    if lines:
        _write(connection, [{"own_id": line.id, **_counts(line), "new_cancelled": line.quantity} for line in lines])
    return [{"line": line.id, "quantity": line.quantity} for line in lines]


def _move(connection: Connection, row: Any, lines: Sequence[Any], given: Values) -> tuple[list[Values], Values]:
    """Pieces shipped, arrived, received or cancelled: what moved, and the status of the purchase since."""
    kind = given["event_type"]
    _named(lines, given)
    shelf = Shelf(connection, row, [line.id for line in lines])
    counts = {line.id: _counts(line) for line in lines}
    by_id = {line.id: line for line in lines}
    everything = [{"line": line.id} for line in lines]
    sent = given.get("lines")
    moved: list[Values] = []
    for number, entry in enumerate(sent if sent is not None else everything):
        line = by_id[str(entry["line"])]
        there = _available(kind, line, counts[line.id], shelf)
        quantity = entry.get("quantity") or there
        if quantity > there or (sent is not None and not there):
            raise invalid({"lines": {str(number): {"quantity": [f"Only {there} pieces can be {kind}."]}}})
        if not quantity:
            continue
        place = {name: entry.get(name) or given.get(name) for name in _PLACE}
        day = entry.get("expected_on") or given.get("expected_on")
        _apply(kind, line, quantity, place, shelf)
        if kind == "shipped":
            counts[line.id]["new_shipped"] += quantity
        elif kind != "arrived":
            counts[line.id]["new_received" if kind == "received" else "new_cancelled"] += quantity
        if day is not None:
            counts[line.id]["new_expected_on"] = day
            shelf.expect(line.id, day)
        moved.append({"line": line.id, "quantity": quantity, **{n: v for n, v in place.items() if v is not None}})
    if not moved:
        raise conflict(f"Nothing of this purchase is left to be {kind}.")
    shelf.save()
    _write(connection, [{"own_id": line_id, **values} for line_id, values in counts.items()])
    return moved, {"status": _status(lines, counts)}


def _available(kind: str, line: Any, counts: Values, shelf: Shelf) -> int:
    """Pieces of a line that can still be shipped, arrive, be received or cancelled."""
    if kind == "shipped":
        return int(line.quantity - counts["new_cancelled"] - max(counts["new_shipped"], counts["new_received"]))
    return sum(lot.quantity for lot in shelf.of(line.id, _FROM[kind]))


def _apply(kind: str, line: Any, quantity: int, place: Values, shelf: Shelf) -> None:
    """Take the pieces from where they are to where they belong."""
    if kind == "shipped":
        return
    left = quantity
    for lot in shelf.of(line.id, _FROM[kind]):
        part = min(left, lot.quantity)
        if part and kind == "cancelled":
            lot.drop(part)
        elif part:
            shelf.move(lot, line, part, "processing" if kind == "arrived" else "on_hand", place)
        left -= part


def _counts(line: Any) -> Values:
    return {
        "new_shipped": line.shipped_quantity,
        "new_received": line.received_quantity,
        "new_cancelled": line.cancelled_quantity,
        "new_expected_on": line.expected_on,
    }


def _status(lines: Sequence[Any], counts: dict[str, Values]) -> str:
    received = sum(entry["new_received"] for entry in counts.values())
    cancelled = sum(entry["new_cancelled"] for entry in counts.values())
    if received + cancelled == sum(line.quantity for line in lines):
        return "received" if received else "cancelled"
    if received:
        return "partially_received"
    return "shipped" if any(entry["new_shipped"] for entry in counts.values()) else "ordered"


def _write(connection: Connection, rows: Sequence[Values]) -> None:
    statement = (
        update(purchase_lines)
        .where(purchase_lines.c.id == bindparam("own_id"))
        .values(
            shipped_quantity=bindparam("new_shipped"),
            received_quantity=bindparam("new_received"),
            cancelled_quantity=bindparam("new_cancelled"),
            expected_on=bindparam("new_expected_on"),
            updated_at=now(),
        )
    )
    connection.execute(statement, list(rows))
