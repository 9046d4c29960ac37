"""Who is asking: the key of a request, and the orgs it can see (its own and all below)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bomtool.platform import keys
from bomtool.platform.errors import Refusal
from bomtool.platform.tables import api_keys, orgs
from bomtool.store.schema import now

if TYPE_CHECKING:
    from bomtool.store import Store

SCHEME = "Api-Key"
_SEEN_EVERY = timedelta(minutes=5)
"""How exact `last_used_at` is; noting every request would make a write of every read."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Identity:
    """A key that may act: its own org, and every org it sees, its own first."""

    key_id: str
    org_id: str
    visible: tuple[str, ...]
    scopes: frozenset[str]

    def may(self, method: str) -> bool:
        """Whether the scopes allow the method: reading needs read, everything else write; admin may both."""
        return "admin" in self.scopes or ("read" if method in _READING else "write") in self.scopes


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
    if not rows or not keys.fits(secret, rows[0].secret_hash):
        raise _unknown()
    key_row = rows[0]
    moment = now()
    if key_row.revoked_at is not None or (key_row.expires_at is not None and key_row.expires_at <= moment):
        raise _unknown()
    _note_use(store, key_row.id, key_row.last_used_at, moment)
    below = sorted(str(row.sees) for row in rows if row.sees != key_row.org_id)
    return Identity(key_row.id, key_row.org_id, (key_row.org_id, *below), frozenset(key_row.scopes))


def _note_use(store: Store, key_id: str, last: datetime | None, moment: datetime) -> None:
    if last is not None and moment - last < _SEEN_EVERY:
        return
    with store.write() as connection:
        connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=moment))


def _unknown() -> Refusal:
    return _denied("The key is unknown, revoked or expired.")


def _denied(detail: str) -> Refusal:
    return Refusal(401, {"detail": detail}, {"WWW-Authenticate": SCHEME})
