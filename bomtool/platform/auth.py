"""Who is asking: the key of a request, and the orgs it can see (its own and all below)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select, update

from bomtool.platform import keys
from bomtool.platform.errors import Refusal
from bomtool.platform.people_tables import team_members, users
from bomtool.platform.tables import api_keys, orgs
from bomtool.store.schema import now

if TYPE_CHECKING:
    from bomtool.store import Store

SCHEME = "Api-Key"
_SEEN_EVERY = timedelta(minutes=5)
"""How exact `last_used_at` is; noting every request would make a write of every read."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_EDITING = frozenset({"editor", "admin", "procurement_approver"})
_APPROVING = frozenset({"admin", "procurement_approver"})


@dataclass(frozen=True, slots=True)
class Identity:
    """A key that may act: its own org, and every org it sees, its own first.

    `teams` are the teams whose records it sees beside those of no team; None for all: keys of no person, admins, and
    everybody while the org has not switched team permissions on.
    """

    key_id: str
    org_id: str
    visible: tuple[str, ...]
    scopes: frozenset[str]
    user_id: str | None = None
    roles: frozenset[str] = frozenset()
    teams: frozenset[str] | None = None

    def needs(self, method: str) -> str | None:
        """The scope that is missing for the method: reading needs read, everything else write; admin may both.

        The key of a person writes only where one of the roles may.
        """
        needed = "read" if method in _READING else "write"
        if needed == "write" and self.user_id and not self.roles & _EDITING:
            return needed
        return None if "admin" in self.scopes or needed in self.scopes else needed

    @property
    def is_admin(self) -> bool:
        """Whether it may change orgs, keys and teams."""
        return "admin" in self.scopes and (self.user_id is None or "admin" in self.roles)

    @property
    def may_approve(self) -> bool:
        """Whether it may approve purchases above the org's threshold."""
        return bool(self.roles & _APPROVING) if self.user_id else "admin" in self.scopes


def identify(store: Store, header: str | None) -> Identity:
    """The identity behind an Authorization header. Raises Refusal 401; the reason is the same for every unknown key."""
    if not header:
        raise _denied(f"Authentication is missing: send the header Authorization: {SCHEME} YOUR_KEY.")
    scheme, _, key = header.partition(" ")
    if scheme != SCHEME or not key:
        raise _denied(f"The Authorization header must read: {SCHEME} YOUR_KEY (the word {SCHEME} exactly so).")
    parts = keys.split(key.strip())
    if parts is None:
        raise _unknown()
    prefix, secret = parts
    # One statement: the key, and a row for each org below its own.
    own = select(api_keys.c.org_id.label("id")).where(api_keys.c.prefix == prefix).cte("seen", recursive=True)
    seen = own.union(select(orgs.c.id).join(own, orgs.c.parent_id == own.c.id))
    with store.read() as connection:
        rows = connection.execute(
            select(api_keys, seen.c.id.label("sees")).join(seen, api_keys.c.prefix == prefix)
        ).all()
        person = _person(connection, rows[0]) if rows and rows[0].user_id else {}
    if not rows or not keys.fits(secret, rows[0].secret_hash):
        raise _unknown()
    key_row = rows[0]
    moment = now()
    if key_row.revoked_at is not None or (key_row.expires_at is not None and key_row.expires_at <= moment):
        raise _unknown()
    if person.pop("gone", False):
        raise _unknown()
    _note_use(store, key_row.id, key_row.last_used_at, moment)
    below = sorted(str(row.sees) for row in rows if row.sees != key_row.org_id)
    return Identity(key_row.id, key_row.org_id, (key_row.org_id, *below), frozenset(key_row.scopes), **person)


def _person(connection: Connection, key_row: Any) -> dict[str, Any]:
    """Who a key belongs to: the members of Identity about a person, `gone` for one that is no longer active."""
    query = (
        select(users.c.active, users.c.roles, orgs.c.team_permissions, team_members.c.team_id)
        .join(orgs, orgs.c.id == users.c.org_id)
        .outerjoin(team_members, team_members.c.user_id == users.c.id)
        .where(users.c.id == key_row.user_id)
    )
    rows = connection.execute(query).all()
    if not rows or not rows[0].active:
        return {"gone": True}
    roles = frozenset(rows[0].roles)
    restricted = rows[0].team_permissions and "admin" not in roles
    teams = frozenset(row.team_id for row in rows if row.team_id) if restricted else None
    return {"user_id": key_row.user_id, "roles": roles, "teams": teams}


def _note_use(store: Store, key_id: str, last: datetime | None, moment: datetime) -> None:
    if last is not None and moment - last < _SEEN_EVERY:
        return
    with store.write() as connection:
        connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=moment))


def _unknown() -> Refusal:
    return _denied("The key is unknown, revoked or expired.")


def _denied(detail: str) -> Refusal:
    return Refusal(401, {"detail": detail}, {"WWW-Authenticate": SCHEME})
