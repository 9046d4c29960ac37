"""The operations of the section Teams."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from bomtool.api.teams import TeamCreate, TeamTypeCreate, TeamTypeUpdate, TeamUpdate
from bomtool.platform.calls import CallDep
from bomtool.platform.listing import Flag, Paging, Text, page
from bomtool.platform.people_tables import team_types, teams
from bomtool.platform.rows import Rows
from bomtool.platform.services import records
from bomtool.platform.services import teams as service

Pages = Annotated[Paging, Depends()]


def list_teams(
    call: CallDep,
    paging: Pages,
    search: Text = None,
    archived: Flag = None,
    team_type: Annotated[str | None, Query(max_length=36, description="Only teams of this type")] = None,
) -> Response:
    """Teams, archived ones among them unless `archived` says otherwise."""
    rows = Rows.seen(call, teams).searched(search, ("name",))
    if archived is not None:
        rows = rows.flagged("archived", archived)
    if team_type is not None:
        rows = rows.where(teams.c.team_type_id == team_type.lower())
    with call.read() as connection:
        return call.answer(
            page(
                connection,
                call.request,
                rows,
                paging,
                orderable=("created_at", "name"),
                shown=lambda rows: service.shown(connection, rows),
            )
        )


def create_team(call: CallDep, body: TeamCreate) -> Response:
    """Create a team of users of the org. Needs the scope admin."""
    return call.change(lambda connection: service.create(connection, call, body.model_dump()))


def get_team(call: CallDep, team_id: str) -> Response:
    """One team with its members."""
    with call.read() as connection:
        row = records.get(connection, call, teams, team_id, "team")
        return call.answer(service.shown(connection, [row])[0])


def update_team(call: CallDep, team_id: str, body: TeamUpdate) -> Response:
    """Change the members sent. Needs the scope admin."""
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    return call.change(lambda connection: service.change(connection, call, team_id, sent))


def delete_team(call: CallDep, team_id: str) -> Response:
    """Delete a team without records. Needs the scope admin."""
    return call.change(lambda connection: service.remove(connection, call, team_id))


def archive_team(call: CallDep, team_id: str) -> Response:
    """Archive: its records stay with it, new ones are refused; twice is harmless. Needs the scope admin."""
    return call.change(lambda connection: service.archive(connection, call, team_id, True))


def unarchive_team(call: CallDep, team_id: str) -> Response:
    """Take a team back; twice is harmless. Needs the scope admin."""
    return call.change(lambda connection: service.archive(connection, call, team_id, False))


def list_team_types(call: CallDep, paging: Pages, search: Text = None) -> Response:
    """What teams stand for here."""
    rows = Rows.seen(call, team_types).searched(search, ("name",))
    with call.read() as connection:
        return call.answer(
            page(
                connection,
                call.request,
                rows,
                paging,
                orderable=("created_at", "name"),
                shown=service.types_shown,
            )
        )


def create_team_type(call: CallDep, body: TeamTypeCreate) -> Response:
    """Create a team type. Needs the scope admin."""
    return call.change(lambda connection: service.create_type(connection, call.org_id, body.model_dump()))


def get_team_type(call: CallDep, team_type_id: str) -> Response:
    """One team type."""
    with call.read() as connection:
        return call.answer(
            service.types_shown([records.get(connection, call, team_types, team_type_id, "team type")])[0]
        )


def update_team_type(call: CallDep, team_type_id: str, body: TeamTypeUpdate) -> Response:
    """Change the members sent. Needs the scope admin."""
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    return call.change(lambda connection: service.change_type(connection, call, team_type_id, sent))


def delete_team_type(call: CallDep, team_type_id: str) -> Response:
    """Delete a team type that no team is of. Needs the scope admin."""
    return call.change(lambda connection: service.remove_type(connection, call, team_type_id))
