"""The operations of section BOMs: headers, and the three ways to create one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from sqlalchemy import Connection
from starlette.responses import Response

from bomtool.api.base import Boolean
from bomtool.api.boms import BomApprove, BomCreate, BomUpdate, BomUpsert, RawBom
from bomtool.platform import jobs
from bomtool.platform.calls import OUTCOME, Call, CallDep
from bomtool.platform.listing import Filters, Paging, page
from bomtool.platform.rows import Rows
from bomtool.platform.services import boms as service
from bomtool.platform.services import pushing
from bomtool.platform.tables import boms

_ORDERABLE = ("created_at", "updated_at", "name", "version", "part_number")
_SEARCHED = ("name", "version", "part_number", "integration_record_id")

AllowUnmatched = Annotated[Boolean, Query(description="Approve although lines have no part yet")]


def list_boms(call: CallDep, paging: Annotated[Paging, Depends()], filters: Annotated[Filters, Depends()]) -> Response:
    """BOMs the key can see, archived ones among them unless `archived` says otherwise."""
    rows = filters.apply(Rows.seen(call, boms), _SEARCHED, "bom")
    with call.read() as connection:
        return call.answer(
            page(
                connection,
                call.request,
                rows,
                paging,
                orderable=_ORDERABLE,
                shown=lambda rows: service.shown(connection, rows),
            )
        )


def create_bom(call: CallDep, body: BomCreate, allow_unmatched: AllowUnmatched = False) -> Response:
    """Create a BOM from catalogue parts; lines of the same part sum."""
    return _push(call, lambda: pushing.from_parts(call.catalog_of(call.org_id), body, body.lines), allow_unmatched)


def parse_raw_bom(call: CallDep, body: RawBom, allow_unmatched: AllowUnmatched = False) -> Response:
    """Create a BOM from raw lines and look for the part of each. Pushed twice, it is one BOM (see X-Bomtool-Outcome)."""
    return _push(call, lambda: pushing.from_raw(call.catalog_of(call.org_id), body, body.raw_lines), allow_unmatched)


def _push(call: Call, prepare: Any, allow_unmatched: bool) -> Response:
    if (earlier := call.replayed()) is not None:
        return earlier
    prepared: pushing.Prepared = prepare()

    def work(connection: Connection) -> dict[str, Any]:
        row, outcome = prepared.push(
            connection, call.org_id, allow_unmatched=allow_unmatched, teams=call.identity.teams
        )
        call.headers[OUTCOME] = outcome
        return service.show(connection, call, row)

    return call.change(work)


def upsert_bom_async(call: CallDep, body: BomUpsert, allow_unmatched: AllowUnmatched = False) -> Response:
    """Create or replace the BOM of an integration record, as a job; its result is `{bom, outcome}`."""
    pushing.check_upsert(body)
    arguments = {"body": body.model_dump(mode="json", exclude_unset=True), "allow_unmatched": allow_unmatched}
    if call.identity.teams is not None:
        arguments["teams"] = sorted(call.identity.teams)
    return jobs.submit(call, "upsert_bom", arguments)


def get_bom(call: CallDep, bom_id: str) -> Response:
    """One BOM with its lines counted by status."""
    with call.read() as connection:
        return call.answer(service.show(connection, call, service.get(connection, call, bom_id)))


def update_bom(call: CallDep, bom_id: str, body: BomUpdate) -> Response:
    """Change the header members sent; on an approved BOM name, version and part number are fixed."""
    sent = {name: getattr(body, name) for name in body.model_fields_set}

    def work(connection: Connection) -> dict[str, Any]:
        row = service.get_for_change(connection, call, bom_id)
        return service.show(connection, call, service.change(connection, call, row, sent))

    return call.change(work)


def delete_bom(call: CallDep, bom_id: str) -> Response:
    """Delete an unapproved BOM; an approved one is archived."""
    return call.change(lambda connection: service.remove(connection, service.get_to_end(connection, call, bom_id)))


def approve_bom(
    call: CallDep, bom_id: str, body: BomApprove | None = None, allow_unmatched: AllowUnmatched = False
) -> Response:
    """Approve; 409 listing the lines without a part unless `allow_unmatched`. Twice is harmless."""
    allowed = allow_unmatched or (body is not None and body.allow_unmatched)

    def work(connection: Connection) -> dict[str, Any]:
        row = service.get_to_end(connection, call, bom_id)
        return service.show(connection, call, service.approve(connection, row, allowed))

    return call.change(work)
