"""Teams and team types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bomtool.api import teams as wire
from bomtool.api.base import Page
from bomtool.client.client import request

if TYPE_CHECKING:
    from bomtool.client.client import Client

Id = UUID | str


class Teams:
    """`client.teams`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(self, **filters: Any) -> Page[wire.Team]:
        """One page of teams."""
        return self._client.page("list_teams", wire.Team, {}, filters)

    def iterate(self, **filters: Any) -> Iterator[wire.Team]:
        """All teams."""
        return self._client.iterate("list_teams", wire.Team, {}, filters)

    def create(self, body: wire.TeamCreate | None = None, **members: Any) -> wire.Team:
        """A new team."""
        return self._client.read("create_team", wire.Team, {}, body=request(wire.TeamCreate, body, members))

    def get(self, team_id: Id) -> wire.Team:
        """One team."""
        return self._client.read("get_team", wire.Team, {"team_id": team_id})

    def update(self, team_id: Id, body: wire.TeamUpdate | None = None, **members: Any) -> wire.Team:
        """Change the members given; `members` replaces the people there were."""
        sent = request(wire.TeamUpdate, body, members)
        return self._client.read("update_team", wire.Team, {"team_id": team_id}, body=sent)

    def delete(self, team_id: Id) -> None:
        """Delete a team without records."""
        self._client.call("delete_team", {"team_id": team_id})

    def archive(self, team_id: Id) -> wire.Team:
        """Archive a team; twice is harmless."""
        return self._client.read("archive_team", wire.Team, {"team_id": team_id})

    def unarchive(self, team_id: Id) -> wire.Team:
        """Take a team back; twice is harmless."""
        return self._client.read("unarchive_team", wire.Team, {"team_id": team_id})

    def list_types(self, **filters: Any) -> Page[wire.TeamType]:
        """One page of team types."""
        return self._client.page("list_team_types", wire.TeamType, {}, filters)

    def iterate_types(self, **filters: Any) -> Iterator[wire.TeamType]:
        """All team types."""
        return self._client.iterate("list_team_types", wire.TeamType, {}, filters)

    def create_type(self, body: wire.TeamTypeCreate | None = None, **members: Any) -> wire.TeamType:
        """A new team type."""
        sent = request(wire.TeamTypeCreate, body, members)
        return self._client.read("create_team_type", wire.TeamType, {}, body=sent)

    def get_type(self, team_type_id: Id) -> wire.TeamType:
        """One team type."""
        return self._client.read("get_team_type", wire.TeamType, {"team_type_id": team_type_id})

    def update_type(self, team_type_id: Id, body: wire.TeamTypeUpdate | None = None, **members: Any) -> wire.TeamType:
        """Change the members given."""
        sent = request(wire.TeamTypeUpdate, body, members)
        return self._client.read("update_team_type", wire.TeamType, {"team_type_id": team_type_id}, body=sent)

    def delete_type(self, team_type_id: Id) -> None:
        """Delete a team type that no team is of."""
        self._client.call("delete_team_type", {"team_type_id": team_type_id})
