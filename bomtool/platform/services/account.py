"""Orgs, users and keys: found, made, changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bomtool.platform import revisions
from bomtool.platform.calls import Call, canonical_id
from bomtool.platform.errors import conflict, invalid, not_found
from bomtool.platform.people_tables import team_members, users
from bomtool.platform.services import records
from bomtool.platform.tables import api_keys, orgs
from bomtool.store.schema import new_id, now

_KEY = ("id", "org_id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
_ORG = ("id", "name", "team_permissions", "purchase_approval_threshold", "created_at", "updated_at")


def get_org(connection: Connection, call: Call, org_id: str, *, below: bool = False) -> Any:
    """The row of an org this call can see; `below` leaves out the key's own. Raises Refusal 404."""
    what = "sub-org" if below else "org"
    identifier = canonical_id(org_id, what)
    if identifier not in call.orgs or (below and identifier == call.identity.org_id):
        raise not_found(what, org_id)
    return records.by_id(connection, orgs, identifier)


def orgs_shown(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Orgs as the wire has them."""
    return [
        {**{n: getattr(row, n) for n in _ORG}, "parent_org": row.parent_id, "metadata": row.meta or {}} for row in rows
    ]


def create_org(connection: Connection, parent_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """A new org below `parent_id`."""
    identifier, moment = new_id(), now()
    row = {"id": identifier, "parent_id": parent_id, "created_at": moment, "updated_at": moment}
    connection.execute(insert(orgs).values(**row, **records.columns(values)))
    return orgs_shown([records.by_id(connection, orgs, identifier)])[0]


def change_org(connection: Connection, call: Call, org_id: str, sent: dict[str, Any]) -> dict[str, Any]:
    """Change the members sent. Raises Refusal 400 for a null where none may be, 412 for another revision."""
    row = get_org(connection, call, org_id)
    row = connection.execute(select(orgs).where(orgs.c.id == row.id).with_for_update()).one()
    call.check_revision("org", revisions.mark(row))
    records.refuse_nulls(sent, ("name", "team_permissions"))
    return orgs_shown([records.change(connection, orgs, row.id, records.columns(sent))])[0]


def create_user(
    connection: Connection, org_id: str, *, email: str, name: str | None = None, roles: Sequence[str] = ("viewer",)
) -> str:
    """A person of an org; the id. Raises Refusal 409 for an e-mail address the org has already."""
    key = records.name_key(email)
    records.check_unique(
        connection, users, [users.c.org_id == org_id, users.c.email_key == key], f"{email} is a user already.", None
    )
    values = {"email": email, "email_key": key, "name": name, "roles": list(roles), "active": True}
    return str(records.add(connection, users, org_id, values).id)


def users_shown(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Users as the wire has them, their teams in one statement for all."""
    teams: dict[str, list[str]] = {row.id: [] for row in rows}
    if teams:
        query = select(team_members).where(team_members.c.user_id.in_(teams)).order_by(team_members.c.team_id)
        for member in connection.execute(query):
            teams[member.user_id].append(member.team_id)
    names = ("id", "org_id", "email", "name", "roles", "active", "created_at", "updated_at")
    return [{**{name: getattr(row, name) for name in names}, "teams": teams[row.id]} for row in rows]


def change_key(connection: Connection, call: Call, key_id: str, sent: dict[str, Any]) -> dict[str, Any]:
    """Change a key. Raises Refusal 404, 400 for an unknown user, 409 for a revoked key that is to work again."""
    row = records.get(connection, call, api_keys, key_id, "API key", lock=True)
    call.check_revision("API key", revisions.of_key(_key_shown(row)))
    records.refuse_nulls(sent, ("name", "scopes", "revoked"))
    values = {name: value for name, value in sent.items() if name not in ("revoked", "user")}
    if sent.get("revoked") is True and row.revoked_at is None:
        values["revoked_at"] = now()
    elif sent.get("revoked") is False and row.revoked_at is not None:
        raise conflict("A revoked key does not work again; create another one.")
    if "user" in sent:
        values["user_id"] = _user_of(connection, row.org_id, sent["user"])
    if "scopes" in values:
        values["scopes"] = [scope for scope in ("read", "write", "admin") if scope in values["scopes"]]
    if values:
        connection.execute(update(api_keys).where(api_keys.c.id == row.id).values(values))
        row = records.by_id(connection, api_keys, row.id)
    return _key_shown(row)


def _key_shown(row: Any) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in _KEY}, "user": row.user_id}


def _user_of(connection: Connection, org_id: str, user_id: Any) -> str | None:
    if user_id is None:
        return None
    found = connection.execute(select(users.c.id).where(users.c.id == str(user_id), users.c.org_id == org_id)).scalar()
    if found is None:
        raise invalid({"user": f"There is no user with the id {user_id} in the key's org."})
    return str(found)
