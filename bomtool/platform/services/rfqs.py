"""Requests for quotation: made, by hand or from what a program cannot buy; changed; shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from bomtool.platform.calls import Call
from bomtool.platform.errors import conflict, invalid
from bomtool.platform.services import planning, records, trade
from bomtool.platform.stock_tables import suppliers
from bomtool.platform.tables import programs
from bomtool.platform.trade_tables import rfq_lines, rfqs

if TYPE_CHECKING:
    from bomtool.platform.services.trade import Values

_HEADER = ("name", "status", "due_on", "currency", "notes")
_LINE = (
    "id",
    "position",
    "mpn",
    "manufacturer_name",
    "description",
    "quantities",
    "target_price",
    "needed_by",
    "notes",
    "created_at",
    "updated_at",
)
_ASKED = frozenset({"needs_rfq", "partial", "lead_time"})
"""Statuses of parts a plan cannot buy whole at once."""


def lines_shown(rows: Sequence[Any]) -> list[Values]:
    """Lines as the wire has them."""
    return [{**{name: getattr(row, name) for name in _LINE}, "rfq": row.rfq_id, "part": row.part_id} for row in rows]


def shown(connection: Connection, call: Call, row: Any) -> Values:
    """An RFQ with its lines; its revision becomes the ETag."""
    call.headers["ETag"] = f'"{row.revision}"'
    renamed = {"program_id": "program", "supplier_ids": "suppliers"}
    found = trade.header_shown(connection, [row], _HEADER, renamed)[0]
    lines = trade.lines_of(connection, rfq_lines, "rfq_id", [row.id])
    return {**found, "suppliers": row.supplier_ids or [], "lines": lines_shown(lines[row.id])}


def needed(call: Call, program_id: Any) -> list[Values]:
    """Lines for what the plan of a program cannot buy now. Raises Refusal 400 for a program that cannot be seen."""
    with call.read() as connection:
        ids = [program_id]
        found = records.known(connection, call, programs, ids, org_id=call.org_id, field="program", what="program")
    plan = planning.availabilities(call.store, call.settings, found[str(program_id)].id)
    return [
        {
            "part": part["part"],
            "mpn": part["mpn"],
            "manufacturer_name": part["manufacturer_name"],
            "description": part["description"],
            "quantities": [part["quantity_to_buy"]],
        }
        for part in plan["parts"]
        if part["status"] in _ASKED and part["quantity_to_buy"] > 0
    ]


def create(connection: Connection, call: Call, given: Values, more: Sequence[Values]) -> Values:
    """A new RFQ with the lines sent and those of `more`."""
    values = dict(given)
    sent = [*values.pop("lines", []), *more]
    values.pop("from_needs", None)
    values = _linked(connection, call, call.org_id, values)
    row = trade.create(connection, call, rfqs, "rfq", {**values, "status": "draft"})
    lines = trade.named_parts(call, row.org_id, sent, lambda _: "Name a part, a part number or a description.")
    trade.add_lines(connection, rfq_lines, "rfq_id", row, map(_complete, lines))
    return shown(connection, call, row)


def _complete(line: Values) -> Values:
    empty = dict.fromkeys(("mpn", "manufacturer_name", "description", "target_price", "needed_by", "notes"))
    return {**empty, **line}


def _linked(connection: Connection, call: Call, org_id: str, values: Values) -> Values:
    """Members that name other records, as columns. Raises Refusal 400 for those that cannot be seen."""
    out = dict(values)
    if "suppliers" in out:
        ids = [str(identifier) for identifier in dict.fromkeys(out.pop("suppliers") or [])]
        records.known(connection, call, suppliers, ids, org_id=org_id, field="suppliers", what="supplier")
        out["supplier_ids"] = ids
    if out.get("program") is not None:
        wanted = [out["program"]]
        records.known(connection, call, programs, wanted, org_id=org_id, field="program", what="program")
    if "program" in out:
        program = out.pop("program")
        out["program_id"] = str(program) if program else None
    return out


def change(connection: Connection, call: Call, rfq_id: str, given: Values) -> Values:
    """Change the members sent."""
    row = records.get_for_change(connection, call, rfqs, rfq_id, "RFQ")
    records.refuse_nulls(given, ("name", "status", "suppliers", "synced_from_integration"))
    values = _linked(connection, call, row.org_id, given)
    return shown(connection, call, trade.change(connection, call, rfqs, "rfq", row, values))


def add_line(connection: Connection, call: Call, given: Values) -> Values:
    """A line behind the others. Raises Refusal 400 for an RFQ that cannot be seen, 409 for one that is closed."""
    values = dict(given)
    row = _open(connection, call, values.pop("rfq"))
    line = trade.only(
        trade.named_parts(call, row.org_id, [values], lambda _: "Name a part, a number or a description.")
    )
    first = trade.next_position(connection, rfq_lines, "rfq_id", row.id)
    (line_id,) = trade.add_lines(connection, rfq_lines, "rfq_id", row, [_complete(line)], first)
    records.change(connection, rfqs, row.id, {})
    return lines_shown([records.by_id(connection, rfq_lines, line_id)])[0]


def _open(connection: Connection, call: Call, rfq_id: Any) -> Any:
    found = connection.execute(
        rfqs.select().where(rfqs.c.id == str(rfq_id), call.visible(rfqs)).with_for_update()
    ).first()
    if found is None:
        raise invalid({"rfq": f"There is no RFQ with the id {rfq_id}."})
    _check_open(found)
    return found


def _check_open(row: Any) -> None:
    if row.status in ("closed", "cancelled"):
        raise conflict(f"The RFQ {row.name} is {row.status}; its lines can no longer be changed.")


def change_line(connection: Connection, call: Call, line_id: str, given: Values) -> Values:
    """Change the members sent."""
    row, header = trade.line_for_change(connection, call, rfq_lines, rfqs, "rfq_id", line_id, "RFQ line")
    _check_open(header)
    records.refuse_nulls(given, ("quantities",))
    values = dict(given)
    if "part" in values:
        part_id = values.pop("part")
        if part_id is not None:
            trade.check_part(connection, call, row.org_id, [part_id], "part")
        values["part_id"] = part_id
    changed = records.change(connection, rfq_lines, row.id, values)
    call.stamp(records.change(connection, rfqs, header.id, {}).revision)
    return lines_shown([changed])[0]
