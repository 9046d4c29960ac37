"""Supplier quotes: made, changed, shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from bomtool.platform.calls import Call
from bomtool.platform.errors import invalid
from bomtool.platform.services import records, trade
from bomtool.platform.services.trade import Values
from bomtool.platform.trade_tables import rfq_lines, rfqs, supplier_quote_lines, supplier_quotes
from bomtool.store.among import among
from bomtool.store.schema import now

_HEADER = ("quote_number", "status", "currency", "valid_from", "valid_until", "received_at", "notes")
_LINE = (
    "id",
    "position",
    "mpn",
    "manufacturer_name",
    "description",
    "sku",
    "packaging",
    "moq",
    "order_multiple",
    "stock",
    "lead_time_days",
    "no_bid",
    "notes",
    "created_at",
    "updated_at",
)


def lines_shown(rows: Sequence[Any]) -> list[Values]:
    """Lines as the wire has them."""
    return [
        {
            **{name: getattr(row, name) for name in _LINE},
            "supplier_quote": row.supplier_quote_id,
            "rfq_line": row.rfq_line_id,
            "part": row.part_id,
            "prices": row.breaks,
        }
        for row in rows
    ]


def shown(connection: Connection, call: Call, row: Any) -> Values:
    """A quote with its lines; its revision becomes the ETag."""
    call.headers["ETag"] = f'"{row.revision}"'
    renamed = {"supplier_id": "supplier", "rfq_id": "rfq"}
    found = trade.header_shown(connection, [row], _HEADER, renamed)[0]
    lines = trade.lines_of(connection, supplier_quote_lines, "supplier_quote_id", [row.id])
    return {**found, "lines": lines_shown(lines[row.id])}


def create(connection: Connection, call: Call, given: Values) -> Values:
    """A new quote with its lines. Raises Refusal 400 for a supplier, RFQ or part that cannot be seen."""
    values = dict(given)
    sent = values.pop("lines", [])
    values["supplier_id"] = trade.check_supplier(connection, call, call.org_id, values.pop("supplier")).id
    rfq = values.pop("rfq", None)
    if rfq is not None:
        records.known(connection, call, rfqs, [rfq], org_id=call.org_id, field="rfq", what="RFQ")
    values |= {"rfq_id": str(rfq) if rfq else None, "status": "received"}
    values["received_at"] = values.get("received_at") or now()
    _check_days(values.get("valid_from"), values.get("valid_until"))
    row = trade.create(connection, call, supplier_quotes, "supplier_quote", values)
    lines = _lines(connection, call, row, sent)
    trade.add_lines(connection, supplier_quote_lines, "supplier_quote_id", row, lines)
    return shown(connection, call, row)


def _check_days(first: Any, last: Any) -> None:
    if first and last and last < first:
        raise invalid({"valid_until": "Lies before valid_from."})


def _lines(connection: Connection, call: Call, quote: Any, sent: Sequence[Values]) -> list[Values]:
    """Lines as columns, their parts from the RFQ line where none is named. Raises Refusal 400 by line."""
    asked = {str(line["rfq_line"]) for line in sent if line.get("rfq_line")}
    query = select(rfq_lines).where(among(rfq_lines.c.id, asked), rfq_lines.c.rfq_id == quote.rfq_id)
    known = {row.id: row for row in connection.execute(query)} if asked else {}
    unknown = {
        str(number): {"rfq_line": [f"The quote's RFQ has no line {line['rfq_line']}."]}
        for number, line in enumerate(sent)
        if line.get("rfq_line") and str(line["rfq_line"]) not in known
    }
    if unknown:
        raise invalid({"lines": unknown})
    complete = []
    for line in sent:
        of_rfq = known.get(str(line.get("rfq_line")))
        inherited = (
            {
                "part": of_rfq.part_id,
                "mpn": of_rfq.mpn,
                "manufacturer_name": of_rfq.manufacturer_name,
                "description": of_rfq.description,
            }
            if of_rfq
            else {}
        )
        own = {name: value for name, value in line.items() if value is not None or name not in inherited}
        complete.append({**_EMPTY, **inherited, **own})
    named = trade.named_parts(call, quote.org_id, complete, lambda _: "Name a part, a number or an RFQ line.")
    return [_columns(line) for line in named]


_EMPTY: Values = {
    **dict.fromkeys(
        ("rfq_line", "part", "mpn", "manufacturer_name", "description", "sku", "packaging", "stock", "lead_time_days")
    ),
    "notes": None,
    "moq": 1,
    "order_multiple": 1,
    "no_bid": False,
    "prices": [],
}


def _columns(line: Values) -> Values:
    out = dict(line)
    rfq_line = out.pop("rfq_line")
    out["rfq_line_id"] = str(rfq_line) if rfq_line else None
    out["breaks"] = _breaks(out.pop("prices"))
    return out


def _breaks(prices: Sequence[Values]) -> list[Values]:
    """Price breaks by rising quantity, prices digit for digit. Raises Refusal 400 for a quantity given twice."""
    ordered = sorted(prices, key=lambda entry: entry["quantity"])
    if len({entry["quantity"] for entry in ordered}) != len(ordered):
        raise invalid({"prices": "A quantity is given twice."})
    return [{"quantity": entry["quantity"], "price": format(entry["price"], "f")} for entry in ordered]


def change(connection: Connection, call: Call, quote_id: str, given: Values) -> Values:
    """Change the members sent."""
    row = records.get_for_change(connection, call, supplier_quotes, quote_id, "supplier quote")
    records.refuse_nulls(given, ("status", "currency", "synced_from_integration"))
    _check_days(given.get("valid_from", row.valid_from), given.get("valid_until", row.valid_until))
    return shown(connection, call, trade.change(connection, call, supplier_quotes, "supplier_quote", row, given))


def add_line(connection: Connection, call: Call, given: Values) -> Values:
    """A line behind the others. Raises Refusal 400 for a quote that cannot be seen."""
    values = dict(given)
    quote_id = values.pop("supplier_quote")
    query = select(supplier_quotes).where(supplier_quotes.c.id == str(quote_id), call.visible(supplier_quotes))
    row = connection.execute(query.with_for_update()).first()
    if row is None:
        raise invalid({"supplier_quote": f"There is no supplier quote with the id {quote_id}."})
    first = trade.next_position(connection, supplier_quote_lines, "supplier_quote_id", row.id)
    lines = _lines(connection, call, row, [values])
    (line_id,) = trade.add_lines(connection, supplier_quote_lines, "supplier_quote_id", row, lines, first)
    records.change(connection, supplier_quotes, row.id, {})
    return lines_shown([records.by_id(connection, supplier_quote_lines, line_id)])[0]


def change_line(connection: Connection, call: Call, line_id: str, given: Values) -> Values:
    """Change the members sent."""
    table, parent = supplier_quote_lines, supplier_quotes
    row, header = trade.line_for_change(connection, call, table, parent, "supplier_quote_id", line_id, "quote line")
    records.refuse_nulls(given, ("moq", "order_multiple", "prices", "no_bid"))
    values = dict(given)
    if "part" in values:
        part_id = values.pop("part")
        if part_id is not None:
            trade.check_part(connection, call, row.org_id, [part_id], "part")
        values["part_id"] = part_id
    if "prices" in values:
        values["breaks"] = _breaks(values.pop("prices"))
    changed = records.change(connection, supplier_quote_lines, row.id, values)
    call.stamp(records.change(connection, supplier_quotes, header.id, {}).revision)
    return lines_shown([changed])[0]
