"""The operations of section Programs on the programs themselves, and their plans."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Depends, Query
from sqlalchemy import Connection, delete, update
from starlette.responses import Response

from bomtool.api.programs import ProgramCreate, ProgramUpdate
from bomtool.platform import jobs, parted
from bomtool.platform.calls import OUTCOME, CallDep
from bomtool.platform.errors import invalid
from bomtool.platform.listing import Filters, Paging, page
from bomtool.platform.rows import Rows
from bomtool.platform.services import labels, planning
from bomtool.platform.services import programs as service
from bomtool.platform.tables import programs
from bomtool.platform.trade_tables import purchases, rfqs

_ORDERABLE = ("created_at", "updated_at", "name", "reference_number", "production_date")
_SEARCHED = ("name", "reference_number", "integration_record_id")
_MOST_QUANTITIES = 20
_MOST_BUILDS = 1_000_000_000


def list_programs(
    call: CallDep, paging: Annotated[Paging, Depends()], filters: Annotated[Filters, Depends()]
) -> Response:
    """Programs the key can see."""
    rows = filters.apply(Rows.seen(call, programs), _SEARCHED, "program")
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


def create_program(call: CallDep, body: ProgramCreate) -> Response:
    """Create a program of approved BOMs. Pushed twice with one integration record, it is one program."""
    planning.check_profile(body.overage_profile)

    def work(connection: Connection) -> dict[str, Any]:
        row, outcome = service.push(connection, call, body, call.settings.currency, call.settings.overage)
        call.headers[OUTCOME] = outcome
        return service.show(connection, call, row)

    return call.change(work)


def get_program(call: CallDep, program_id: str) -> Response:
    """One program with its BOMs."""
    with call.read() as connection:
        return call.answer(service.show(connection, call, service.get(connection, call, program_id)))


def update_program(call: CallDep, program_id: str, body: ProgramUpdate) -> Response:
    """Change the members sent."""
    planning.check_profile(body.overage_profile)
    sent = {name: getattr(body, name) for name in body.model_fields_set}

    def work(connection: Connection) -> dict[str, Any]:
        row = service.get_for_change(connection, call, program_id)
        return service.show(connection, call, service.change(connection, call, row, sent))

    return call.change(work)


def delete_program(call: CallDep, program_id: str) -> Response:
    """Delete a program with its lines and overrides; what was allocated to it is free again."""

    def work(connection: Connection) -> None:
        row = service.get_for_change(connection, call, program_id)
        labels.forget(connection, row.id)
        for table in (rfqs, purchases):
            connection.execute(update(table).where(table.c.program_id == row.id).values(program_id=None))
        connection.execute(delete(programs).where(programs.c.id == row.id))

    return call.change(work)


def get_availabilities(call: CallDep, program_id: str) -> Response:
    """What the program needs, has and can buy, part by part."""
    with call.read() as connection:
        row = service.get(connection, call, program_id)
    head, parts = planning.availabilities_in_parts(call.store, call.settings, row.id)
    return parted.answer(call, head, "parts", parts)


def get_availabilities_async(call: CallDep, program_id: str) -> Response:
    """The same as a job; its result is what the other operation answers."""
    with call.read() as connection:
        row = service.get(connection, call, program_id)
    return jobs.submit(call, "availabilities", {"program": row.id}, org_id=row.org_id, team_id=row.team_id)


def get_reference_pricing(
    call: CallDep,
    program_id: str,
    quantities: Annotated[
        str | None, Query(max_length=300, description="Numbers of builds to cost as well, separated by commas")
    ] = None,
) -> Response:
    """What to buy and what it costs, and the cost of 1, 10, 100, 1,000 and the asked numbers of builds."""
    with call.read() as connection:
        row = service.get(connection, call, program_id)
    head, parts = planning.reference_pricing_in_parts(call.store, call.settings, row.id, _numbers(quantities))
    return parted.answer(call, head, "parts", parts)


def _numbers(text: str | None) -> tuple[int, ...]:
    if text is None:
        return planning.CURVE
    found = [piece.strip() for piece in text.split(",") if piece.strip()]
    good = [int(piece) for piece in found if re.fullmatch(r"[0-9]{1,10}", piece)]
    if not found or len(good) != len(found) or not all(1 <= n <= _MOST_BUILDS for n in good):
        raise invalid({"quantities": f"Must be whole numbers from 1 to {_MOST_BUILDS}, separated by commas."})
    if len(set(good)) > _MOST_QUANTITIES:
        raise invalid({"quantities": f"At most {_MOST_QUANTITIES} numbers can be asked for at once."})
    return tuple(sorted(set(good)))
