"""API keys: made, listed, revoked, looked up.

A key is `bomtool_<prefix>_<secret>`. The prefix finds the row, the secret (256 random bits) is kept as its SHA-256 only:
with that much entropy a slow hash would add nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select, update

from bomtool.errors import UnknownRecord, UsageError
from bomtool.platform.people_tables import users
from bomtool.platform.tables import api_keys, orgs
from bomtool.store.schema import new_id, now

if TYPE_CHECKING:
    from bomtool.store import Store

SCOPES = ("read", "write", "admin")
GRACE = timedelta(days=7)
"""How long the old key works beside the one it was rotated to."""
_FIRST_ORG_LOCK = 0x626F6D6F  # any fixed number does; this one spells "bomo"
_FORM = re.compile(r"bomtool_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


def create(
    store: Store,
    *,
    name: str,
    scopes: Sequence[str] = ("read", "write"),
    days: int | None = None,
    org_id: str | None = None,
    email: str | None = None,
) -> dict[str, Any]:
    """Make a key of an org (default: the first one) and return it, this once: {id, key, org_id, scopes, expires_at}.

    With `email` it is the key of that person of the org, whose roles limit it. Raises UsageError for unknown scopes,
    UnknownRecord for unknown orgs and people.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise UsageError(f"Unknown scope {', '.join(unknown) or '(none)'}.", hint=f"Scopes are {', '.join(SCOPES)}.")
    with store.write() as connection:
        org_id = _find_org(connection, org_id) if org_id else first_org(connection)
        user_id = _find_user(connection, org_id, email) if email else None
        return insert_key(connection, org_id, name=name, scopes=scopes, days=days, user_id=user_id)


def insert_key(
    connection: Connection,
    org_id: str,
    *,
    name: str,
    scopes: Sequence[str],
    days: float | None = None,
    user_id: str | None = None,
) -> dict[str, Any]:
    """`create` inside a transaction of the caller."""
    if not connection.execute(select(orgs.c.id).where(orgs.c.id == org_id)).first():
        raise UnknownRecord(f"There is no org {org_id}.")
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    moment = now()
    expires = moment + timedelta(days=days) if days else None
    identifier = new_id()
    connection.execute(
        insert(api_keys).values(
            id=identifier,
            org_id=org_id,
            name=name[:255],
            prefix=prefix,
            secret_hash=_hash(secret),
            scopes=[scope for scope in SCOPES if scope in scopes],
            created_at=moment,
            expires_at=expires,
            user_id=user_id,
        )
    )
    return {
        "id": identifier,
        "key": f"bomtool_{prefix}_{secret}",
        "org_id": org_id,
        "scopes": [scope for scope in SCOPES if scope in scopes],
        "expires_at": _iso(expires),
    }


def first_org(connection: Connection) -> str:
    """The primary org of this platform, made where there is none, also where several processes ask at once."""
    query = select(orgs.c.id).where(orgs.c.parent_id.is_(None)).order_by(orgs.c.created_at, orgs.c.id).limit(1)
    found = connection.execute(query).scalar()
    if found is None and connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_FIRST_ORG_LOCK)))
        found = connection.execute(query).scalar()
    return str(found) if found else create_org(connection, "My organisation")


def is_first_org(connection: Connection, org_id: str) -> bool:
    """Whether this is the primary org of the platform."""
    return first_org(connection) == org_id


def _find_org(connection: Connection, text: str) -> str:
    """The org of an id, a beginning of one (six characters or more) or a name."""
    rows = connection.execute(select(orgs.c.id, orgs.c.name)).all()
    wanted = text.strip()
    found = [row.id for row in rows if row.name == wanted or (len(wanted) >= 6 and row.id.startswith(wanted.lower()))]
    if len(found) != 1:
        raise UnknownRecord(f"{len(found) or 'No'} orgs fit {text!r}.", hint="See `bomtool orgs list`.")
    return str(found[0])


def _find_user(connection: Connection, org_id: str, email: str) -> str:
    key = " ".join(email.casefold().split())
    found = connection.execute(select(users.c.id).where(users.c.org_id == org_id, users.c.email_key == key)).scalar()
    if found is None:
        raise UnknownRecord(f"The org has no user {email}.", hint="See `bomtool orgs users` and `orgs add-user`.")
    return str(found)


def create_org(connection: Connection, name: str, parent_id: str | None = None) -> str:
    """A new org, below `parent_id` or at the top; its id."""
    identifier = new_id()
    connection.execute(insert(orgs).values(id=identifier, name=name, parent_id=parent_id, created_at=now()))
    return identifier


def list_keys(store: Store) -> list[dict[str, Any]]:
    """All keys without their secrets, oldest first."""
    with store.read() as connection:
        rows = connection.execute(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id)).mappings().all()
    return [_shown(dict(row)) for row in rows]


def revoke(store: Store, key_id: str) -> dict[str, Any]:
    """Stop a key at once, named by its id or a unique beginning of it (six characters or more); twice is harmless.

    Raises UnknownRecord.
    """
    with store.write() as connection:
        row = _find(connection, key_id)
        if row["revoked_at"] is None:
            row["revoked_at"] = now()
            connection.execute(update(api_keys).where(api_keys.c.id == row["id"]).values(revoked_at=row["revoked_at"]))
    return _shown(row)


def rotate(store: Store, key_id: str, *, grace: timedelta = GRACE) -> dict[str, Any]:
    """A new key in the place of another, shown this once, with what that may do and as long a life; the old one works
    until the grace period is over: {id, key, org_id, scopes, expires_at, replaces, old_expires_at}.

    Raises UnknownRecord, UsageError for a key that no longer works.
    """
    moment = now()
    with store.write() as connection:
        row = _find(connection, key_id)
        if row["revoked_at"] is not None or (row["expires_at"] and row["expires_at"] <= moment):
            raise UsageError(
                f"The key {row['name']!r} no longer works, so there is nothing to rotate.",
                hint="Make another one with bomtool keys create.",
            )
        days = (row["expires_at"] - row["created_at"]) / timedelta(days=1) if row["expires_at"] else None
        made = insert_key(
            connection, row["org_id"], name=row["name"], scopes=row["scopes"], days=days, user_id=row["user_id"]
        )
        ends = min(moment + grace, row["expires_at"] or moment + grace)
        connection.execute(update(api_keys).where(api_keys.c.id == row["id"]).values(expires_at=ends))
    return {**made, "replaces": row["id"], "old_expires_at": _iso(ends)}


def _find(connection: Connection, key_id: str) -> dict[str, Any]:
    wanted = key_id.strip().lower()
    rows = connection.execute(select(api_keys)).mappings().all()
    found = [row for row in rows if row["id"] == wanted or (len(wanted) >= 6 and row["id"].startswith(wanted))]
    if len(found) != 1:
        how = "No key has" if not found else f"{len(found)} keys have"
        raise UnknownRecord(f"{how} the id {key_id}.", hint="See `bomtool keys list`.")
    return dict(found[0])


def works(store: Store, key: str) -> bool:
    """Whether the key is known, right, and neither revoked nor expired."""
    parts = split(key)
    if parts is None:
        return False
    with store.read() as connection:
        row = connection.execute(select(api_keys).where(api_keys.c.prefix == parts[0])).first()
    if row is None or not fits(parts[1], row.secret_hash) or row.revoked_at is not None:
        return False
    return row.expires_at is None or row.expires_at > now()


def split(key: str) -> tuple[str, str] | None:
    """(prefix, secret) of a well-formed key, else None."""
    match = _FORM.fullmatch(key)
    return (match[1], match[2]) if match else None


def fits(secret: str, secret_hash: str) -> bool:
    """Whether the secret is the one kept; takes the same time either way."""
    return hmac.compare_digest(_hash(secret), secret_hash)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    times = ("created_at", "expires_at", "last_used_at", "revoked_at")
    return {
        "id": row["id"],
        "name": row["name"],
        "prefix": row["prefix"],
        "org_id": row["org_id"],
        "scopes": row["scopes"],
        **{name: _iso(row[name]) for name in times},
    }
