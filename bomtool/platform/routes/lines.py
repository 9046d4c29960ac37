"""The operations on the lines of a BOM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Query
from sqlalchemy import Connection, delete, select
from starlette.responses import Response

from bomtool.api.boms import BomLineUpdate, CatalogLine, LineStatus, RawLine
from bomtool.platform.calls import CallDep
from bomtool.platform.listing import Paging, page
from bomtool.platform.rows import Rows
from bomtool.platform.services import boms as bom_service
from bomtool.platform.services import line_changes, lines, matching, org_parts, pushing
from bomtool.platform.tables import bom_lines

if TYPE_CHECKING:
    from bomtool.parts.catalog import Catalog

_ORDERABLE = ("position", "line_number", "status", "mpn", "quant", "created_at", "updated_at")


def list_bom_lines(
    call: CallDep,
    bom_id: str,
    paging: Annotated[Paging, Depends()],
    status: Annotated[LineStatus | None, Query(description="Only lines of this status")] = None,
) -> Response:
    """The lines of a BOM, in their order."""
    with call.read() as connection:
        bom = bom_service.get(connection, call, bom_id)
        rows = Rows(bom_lines).where(bom_lines.c.bom_id == bom.id)
        if status is not None:
            rows = rows.where(bom_lines.c.status == status)
        return call.answer(
            page(
                connection,
                call.request,
                rows,
                paging,
                orderable=_ORDERABLE,
                default=("position",),
                shown=lines.shown,
            )
        )


def create_bom_line(call: CallDep, bom_id: str, body: CatalogLine) -> Response:
    """Add a line by catalogue part; a line that has this part already takes the quantity instead."""
    if (earlier := call.replayed()) is not None:
        return earlier
    catalog = _catalog_of_open(call, bom_id)
    row = lines.catalog_row(body, pushing.one_part(catalog, body.part))
    return call.change(lambda connection: _add(connection, call, bom_id, row, by_designators=False))


def parse_raw_line(call: CallDep, bom_id: str, body: RawLine) -> Response:
    """Add a line from raw data; a line of the same part and the same designators takes the quantity instead."""
    if (earlier := call.replayed()) is not None:
        return earlier
    catalog = _catalog_of_open(call, bom_id)
    row = lines.raw_row(body)
    org_parts.attach(catalog, [row])
    return call.change(lambda connection: _add(connection, call, bom_id, row, by_designators=True))


def _catalog_of_open(call: CallDep, bom_id: str) -> Catalog:
    """The parts a BOM may have; that it does not exist or is fixed is said before they are searched."""
    with call.read() as connection:
        bom = bom_service.get(connection, call, bom_id)
    bom_service.require_open(bom, "no line can be added")
    return call.catalog_of(bom.org_id)


def _add(
    connection: Connection, call: CallDep, bom_id: str, new: dict[str, Any], *, by_designators: bool
) -> dict[str, Any]:
    bom = bom_service.get_for_change(connection, call, bom_id)
    bom_service.require_open(bom, "no line can be added")
    row = dict(new)
    twin = None
    if row["part_id"]:
        same_part = select(bom_lines).where(bom_lines.c.bom_id == bom.id, bom_lines.c.part_id == row["part_id"])
        found = connection.execute(same_part.order_by(bom_lines.c.position, bom_lines.c.id)).mappings()
        twin = lines.find_twin((dict(r) for r in found), row, by_designators=by_designators)
    if twin is not None:
        lines.merge_into(twin, row)
        lines.save(connection, twin)
    else:
        lines.add(connection, bom.org_id, bom.id, [row], first=lines.next_position(connection, bom.id))
    bom_service.touch(connection, bom.id, content_hash=None)
    return lines.shown([twin or row])[0]


def get_bom_line(call: CallDep, bom_id: str, line_id: str) -> Response:
    """One line: what was given, its part and how that came about, the candidates left."""
    with call.read() as connection:
        bom = bom_service.get(connection, call, bom_id)
        call.stamp(bom.revision)
        return call.answer(lines.shown([line_changes.get(connection, bom.id, line_id)])[0])


def update_bom_line(call: CallDep, bom_id: str, line_id: str, body: BomLineUpdate) -> Response:
    """Change a line. After approval only the match decision (`part`, `ignored`, `is_custom_part`) may be set."""
    if (earlier := call.replayed()) is not None:
        return earlier
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    with call.read() as connection:
        bom = bom_service.get(connection, call, bom_id)
        seen = line_changes.get(connection, bom.id, line_id)
    catalog = call.catalog_of(bom.org_id)
    part = pushing.one_part(catalog, sent["part"]) if sent.get("part") else None
    found = line_changes.search_again(catalog, seen, sent)

    def work(connection: Connection) -> dict[str, Any]:
        bom = bom_service.get_for_change(connection, call, bom_id)
        row = line_changes.get(connection, bom.id, line_id)
        redesigned = line_changes.apply(bom, row, sent, part, found)
        if "part" in sent:
            matching.note(connection, bom.org_id, row, part)
        lines.save(connection, row)
        touched = bom_service.touch(connection, bom.id, **({"content_hash": None} if redesigned else {}))
        call.stamp(touched.revision)
        return lines.shown([row])[0]

    return call.change(work)


def delete_bom_line(call: CallDep, bom_id: str, line_id: str) -> Response:
    """Remove a line of an unapproved BOM."""

    def work(connection: Connection) -> None:
        bom = bom_service.get_for_change(connection, call, bom_id)
        row = line_changes.get(connection, bom.id, line_id)
        bom_service.require_open(bom, "no line can be removed")
        connection.execute(delete(bom_lines).where(bom_lines.c.id == row["id"]))
        bom_service.touch(connection, bom.id, content_hash=None)

    return call.change(work)
