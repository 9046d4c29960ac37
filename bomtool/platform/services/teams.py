"""Teams and team types: made, changed, archived, removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select

from bomtool.platform.calls import Call
from bomtool.platform.errors import conflict
from bomtool.platform.people_tables import team_members, team_types, teams, users
from bomtool.platform.services import records
from bomtool.store import metadata

_TYPE = ("id", "org_id", "name", "created_at", "updated_at")
_TEAM = (*_TYPE, "archived")
_NO_RECORDS = ("team_members", "jobs", "list_counts")


def types_shown(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Team types as the wire has them."""
    return [{**{name: getattr(row, name) for name in _TYPE}, "metadata": row.meta or {}} for row in rows]


def create_type(connection: Connection, org_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """A new team type. Raises Refusal 409 for a name that is taken."""
    _check_name(connection, team_types, org_id, values["name"], "team type", None)
    named = {**records.columns(values), "name_key": records.name_key(values["name"])}
    return types_shown([records.add(connection, team_types, org_id, named)])[0]


def change_type(connection: Connection, call: Call, type_id: str, sent: dict[str, Any]) -> dict[str, Any]:
    """Change the members sent."""
    row = records.get_for_change(connection, call, team_types, type_id, "team type")
    values = _renamed(connection, team_types, row, sent, "team type")
    return types_shown([records.change(connection, team_types, row.id, values)])[0]


def remove_type(connection: Connection, call: Call, type_id: str) -> None:
    """Delete a team type. Raises Refusal 409 while teams are of it."""
    row = records.get_for_change(connection, call, team_types, type_id, "team type")
    if connection.execute(select(teams.c.id).where(teams.c.team_type_id == row.id).limit(1)).first():
        raise conflict(f"Teams are of the type {row.name}; it cannot be deleted.")
    connection.execute(delete(team_types).where(team_types.c.id == row.id))


def shown(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Teams as the wire has them, their members in one statement for all."""
    members: dict[str, list[str]] = {row.id: [] for row in rows}
    if members:
        query = select(team_members).where(team_members.c.team_id.in_(members)).order_by(team_members.c.user_id)
        for member in connection.execute(query):
            members[member.team_id].append(member.user_id)
    return [
        {
            **{name: getattr(row, name) for name in _TEAM},
            "team_type": row.team_type_id,
            "metadata": row.meta or {},
            "members": members[row.id],
        }
        for row in rows
    ]


def create(connection: Connection, call: Call, values: dict[str, Any]) -> dict[str, Any]:
    """A new team. Raises Refusal 400 for an unknown type or member, 409 for a name that is taken."""
    members = values.pop("members")
    _check_name(connection, teams, call.org_id, values["name"], "team", None)
    row = records.add(connection, teams, call.org_id, _columns(connection, call, call.org_id, values))
    _set_members(connection, call, row, members)
    return shown(connection, [row])[0]


def change(connection: Connection, call: Call, team_id: str, sent: dict[str, Any]) -> dict[str, Any]:
    """Change the members sent."""
    row = records.get_for_change(connection, call, teams, team_id, "team")
    records.refuse_nulls(sent, ("team_type", "members"))
    values = dict(sent)
    members = values.pop("members", None)
    values = _renamed(connection, teams, row, values, "team")
    row = records.change(connection, teams, row.id, _columns(connection, call, row.org_id, values))
    if members is not None:
        _set_members(connection, call, row, members)
    return shown(connection, [row])[0]


def archive(connection: Connection, call: Call, team_id: str, archived: bool) -> dict[str, Any]:
    """Archive a team or take it back; twice is harmless."""
    row = records.get_for_change(connection, call, teams, team_id, "team")
    if row.archived != archived:
        row = records.change(connection, teams, row.id, {"archived": archived})
    return shown(connection, [row])[0]


def remove(connection: Connection, call: Call, team_id: str) -> None:
    """Delete a team. Raises Refusal 409 while records belong to it: deleted, they would be open to everybody."""
    row = records.get_for_change(connection, call, teams, team_id, "team")
    holders = [t for t in metadata.sorted_tables if "team_id" in t.c and t.name not in _NO_RECORDS]
    asked = select(*(exists().where(table.c.team_id == row.id).label(table.name) for table in holders))
    found = [name for name, used in connection.execute(asked).mappings().one().items() if used]
    if found:
        what = ", ".join(name.replace("_", " ") for name in found)
        raise conflict(f"The team {row.name} has records ({what}); archive it, or give them to another team first.")
    connection.execute(delete(teams).where(teams.c.id == row.id))


def _columns(connection: Connection, call: Call, org_id: str, values: dict[str, Any]) -> dict[str, Any]:
    out = records.columns(values)
    if "name" in out:
        out["name_key"] = records.name_key(out["name"])
    if "team_type" in out:
        wanted = str(out.pop("team_type"))
        records.known(connection, call, team_types, [wanted], org_id=org_id, field="team_type", what="team type")
        out["team_type_id"] = wanted
    return out


def _set_members(connection: Connection, call: Call, row: Any, members: Sequence[Any]) -> None:
    found = records.known(connection, call, users, members, org_id=row.org_id, field="members", what="user")
    connection.execute(delete(team_members).where(team_members.c.team_id == row.id))
    if found:
        rows = [{"team_id": row.id, "user_id": user_id, "org_id": row.org_id} for user_id in sorted(found)]
        connection.execute(insert(team_members), rows)


def _renamed(connection: Connection, table: Any, row: Any, sent: dict[str, Any], what: str) -> dict[str, Any]:
    records.refuse_nulls(sent, ("name",))
    values = records.columns(sent)
    if "name" in sent:
        _check_name(connection, table, row.org_id, sent["name"], what, row.id)
        values["name_key"] = records.name_key(sent["name"])
    return values


def _check_name(connection: Connection, table: Any, org_id: str, name: str, what: str, own_id: str | None) -> None:
    same = [table.c.org_id == org_id, table.c.name_key == records.name_key(name)]
    records.check_unique(connection, table, same, f"There is a {what} named {name} already.", own_id)
