"""Teams and team types on the wire: who sees which records inside one org."""

from __future__ import annotations

from uuid import UUID

from bomtool.api.base import Answer, Metadata, Request, Text255, Timestamp


class TeamTypeCreate(Request):
    """`POST /v1/team_types/`: what teams stand for here (project, business unit, customer ...)."""

    name: Text255
    metadata: Metadata = {}


class TeamTypeUpdate(Request):
    """`PATCH /v1/team_types/{team_type_id}/`."""

    name: Text255 | None = None
    metadata: Metadata | None = None


class TeamType(Answer):
    """A team type."""

    id: UUID
    org_id: str
    name: str
    metadata: Metadata | None = None
    created_at: Timestamp
    updated_at: Timestamp


class TeamCreate(Request):
    """`POST /v1/teams/`: `members` are ids of users of the org."""

    name: Text255
    team_type: UUID
    members: list[UUID] = []
    metadata: Metadata = {}


class TeamUpdate(Request):
    """`PATCH /v1/teams/{team_id}/`: `members` replaces those there were."""

    name: Text255 | None = None
    team_type: UUID | None = None
    members: list[UUID] | None = None
    metadata: Metadata | None = None


class Team(Answer):
    """A team. An archived one keeps its records and members, and takes no new records."""

    id: UUID
    org_id: str
    name: str
    team_type: UUID
    members: list[UUID] = []
    archived: bool = False
    metadata: Metadata | None = None
    created_at: Timestamp
    updated_at: Timestamp
