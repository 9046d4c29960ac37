"""Idempotency keys: a request sent twice with the same key takes effect once, and is answered twice.

The answer is stored in the transaction of the effect itself, so a crash leaves both or neither. Kept 24 hours, per API
key; the same key with another request is refused (409).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select
from starlette.requests import Request
from starlette.responses import Response

from bomtool.platform.errors import Refusal, conflict
from bomtool.platform.tables import idempotency_keys
from bomtool.store.schema import now

KEPT = timedelta(hours=24)
MAX_LENGTH = 255
REPLAYED = "X-Bomtool-Replayed"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request's key, and the fingerprint of what was asked."""

    api_key_id: str
    key: str
    fingerprint: str


async def ticket(request: Request, api_key_id: str) -> Ticket | None:
    """The ticket of a request, None without the header. Raises Refusal for a key that is empty or too long."""
    key = _key(request)
    return None if key is None else Ticket(api_key_id, key, _fingerprint(request, await request.body()))


def of_content(request: Request, api_key_id: str, digest: str) -> Ticket | None:
    """`ticket` for a body that was streamed away: by the hash of its content."""
    key = _key(request)
    return None if key is None else Ticket(api_key_id, key, _fingerprint(request, digest.encode()))


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= MAX_LENGTH:
        raise Refusal(400, {"Idempotency-Key": [f"Must be 1 to {MAX_LENGTH} characters."]})
    return key


def _fingerprint(request: Request, body: bytes) -> str:
    asked = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    asked.update(body)
    return asked.hexdigest()


def replay(connection: Connection, asked: Ticket) -> Response | None:
    """The answer given before, or None. Raises Refusal 409 where the key was used for another request."""
    table = idempotency_keys
    row = connection.execute(
        select(table).where(
            table.c.api_key_id == asked.api_key_id, table.c.key == asked.key, table.c.created_at > now() - KEPT
        )
    ).first()
    if row is None:
        return None
    if row.fingerprint != asked.fingerprint:
        raise conflict("This Idempotency-Key was used for another request within the last 24 hours.")
    return Response(row.body, row.status, {**(row.headers or {}), REPLAYED: "true"})


def keep(connection: Connection, asked: Ticket, response: Response) -> None:
    """Store the answer beside its effect, and forget what is older than a day."""
    table = idempotency_keys
    connection.execute(delete(table).where(table.c.created_at <= now() - KEPT))
    kept = {name: value for name, value in response.headers.items() if name.startswith(("content-type", "x-", "etag"))}
    connection.execute(
        insert(table).values(
            api_key_id=asked.api_key_id,
            key=asked.key,
            fingerprint=asked.fingerprint,
            status=response.status_code,
            headers=kept,
            body=bytes(response.body).decode("utf-8"),
            created_at=now(),
        )
    )
