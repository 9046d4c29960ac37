"""The operations on the lines of a program and on its part overrides."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from pydantic import BeforeValidator
from sqlalchemy import Connection, delete, select, update
from starlette.responses import Response

from bomtool.api.programs import PartOverridesCreate, PartOverrideUpdate, ProgramLinesCreate, ProgramLineUpdate
from bomtool.platform.calls import CallDep
from bomtool.platform.listing import Paging, page, whole
from bomtool.platform.rows import Rows
from bomtool.platform.services import overrides, programs, pushing
from bomtool.platform.tables import part_overrides, program_lines
from bomtool.store.schema import now

Pages = Annotated[Paging, Depends()]


def _in(name: str) -> BeforeValidator:
    """A bare JSON list stands for the object that holds it under `name`."""
    return BeforeValidator(lambda value: {name: value} if isinstance(value, list) else value)


NewLines = Annotated[ProgramLinesCreate, _in("lines")]
NewOverrides = Annotated[PartOverridesCreate, _in("part_overrides")]


def list_program_lines(call: CallDep, program_id: str, paging: Pages) -> Response:
    """The BOMs of a program, each with how many to build."""
    with call.read() as connection:
        program = programs.get(connection, call, program_id)
        rows = Rows(program_lines).where(program_lines.c.program_id == program.id)
        return call.answer(
            page(
                connection,
                call.request,
                rows,
                paging,
                orderable=("position", "quant", "created_at"),
                default=("position",),
                shown=lambda rows: programs.lines_shown(connection, rows),
            )
        )


def create_program_lines(call: CallDep, program_id: str, body: NewLines) -> Response:
    """Add BOMs, approved ones only; the answer holds the new lines."""

    def work(connection: Connection) -> dict[str, Any]:
        program = programs.get_for_change(connection, call, program_id)
        programs.check_boms(connection, call, program.org_id, body.lines)
        ids = programs.add_lines(connection, program.org_id, program.id, body.lines)
        programs.touch(connection, program.id, content_hash=None)
        query = select(program_lines).where(program_lines.c.id.in_(ids)).order_by(program_lines.c.position)
        return whole(programs.lines_shown(connection, connection.execute(query).all()))

    return call.change(work)


def get_program_line(call: CallDep, program_id: str, line_id: str) -> Response:
    """One line of a program."""
    with call.read() as connection:
        program = programs.get(connection, call, program_id)
        row = programs.get_line(connection, program.id, line_id)
        call.stamp(program.revision)
        return call.answer(programs.lines_shown(connection, [row])[0])


def update_program_line(call: CallDep, program_id: str, line_id: str, body: ProgramLineUpdate) -> Response:
    """Change how many to build."""

    def work(connection: Connection) -> dict[str, Any]:
        program = programs.get_for_change(connection, call, program_id)
        row = programs.get_line(connection, program.id, line_id)
        values = {"quant": body.quant, "updated_at": now()}
        connection.execute(update(program_lines).where(program_lines.c.id == row.id).values(values))
        call.stamp(programs.touch(connection, program.id, content_hash=None).revision)
        return programs.lines_shown(connection, [programs.get_line(connection, program.id, row.id)])[0]

    return call.change(work)


def delete_program_line(call: CallDep, program_id: str, line_id: str) -> Response:
    """Take a BOM out of the program."""

    def work(connection: Connection) -> None:
        program = programs.get_for_change(connection, call, program_id)
        row = programs.get_line(connection, program.id, line_id)
        connection.execute(delete(program_lines).where(program_lines.c.id == row.id))
        programs.touch(connection, program.id, content_hash=None)

    return call.change(work)


def list_part_overrides(call: CallDep, program_id: str, paging: Pages) -> Response:
    """The part overrides of a program, oldest first."""
    with call.read() as connection:
        program = programs.get(connection, call, program_id)
        rows = Rows(part_overrides).where(part_overrides.c.program_id == program.id)
        return call.answer(
            page(
                connection,
                call.request,
                rows,
                paging,
                orderable=("position", "part", "created_at", "updated_at"),
                default=("position",),
                shown=overrides.shown,
            )
        )


def create_part_overrides(call: CallDep, program_id: str, body: NewOverrides) -> Response:
    """Add overrides; of several for one part the last wins."""
    if (earlier := call.replayed()) is not None:
        return earlier
    with call.read() as connection:
        program = programs.get(connection, call, program_id)
        overrides.check(connection, call.catalog_of(program.org_id), program.id, body.part_overrides)

    def work(connection: Connection) -> dict[str, Any]:
        program = programs.get_for_change(connection, call, program_id)
        rows = overrides.add(connection, program.org_id, program.id, body.part_overrides)
        programs.touch(connection, program.id)
        return whole(overrides.shown(rows))

    return call.change(work)


def get_part_override(call: CallDep, program_id: str, override_id: str) -> Response:
    """One part override."""
    with call.read() as connection:
        program = programs.get(connection, call, program_id)
        return call.answer(overrides.shown([overrides.get(connection, program.id, override_id)])[0])


def update_part_override(call: CallDep, program_id: str, override_id: str, body: PartOverrideUpdate) -> Response:
    """Change the members sent; null takes a member back."""
    if (earlier := call.replayed()) is not None:
        return earlier
    with call.read() as connection:
        program = programs.get(connection, call, program_id)
        overrides.get(connection, program.id, override_id)
    if body.substitute_part:
        pushing.one_part(call.catalog_of(program.org_id), body.substitute_part, "substitute_part")
    sent = {name: getattr(body, name) for name in body.model_fields_set}

    def work(connection: Connection) -> dict[str, Any]:
        program = programs.get_for_change(connection, call, program_id)
        row = overrides.get(connection, program.id, override_id)
        changed = {**sent, "updated_at": now()}
        connection.execute(update(part_overrides).where(part_overrides.c.id == row.id).values(changed))
        programs.touch(connection, program.id)
        return overrides.shown([overrides.get(connection, program.id, row.id)])[0]

    return call.change(work)


def delete_part_override(call: CallDep, program_id: str, override_id: str) -> Response:
    """Remove an override."""

    def work(connection: Connection) -> None:
        program = programs.get_for_change(connection, call, program_id)
        row = overrides.get(connection, program.id, override_id)
        connection.execute(delete(part_overrides).where(part_overrides.c.id == row.id))
        programs.touch(connection, program.id)

    return call.change(work)
