"""Who may come in to the Component Cloud, decided before a request's body or path is looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bomtool.errors import StoreError
from bomtool.platform import auth
from bomtool.platform.calls import canonical_id
from bomtool.platform.errors import Refusal

if TYPE_CHECKING:
    from bomtool.platform.limits import Limits
    from bomtool.store import Store


class Admission:
    """ASGI middleware; puts `identity`, and the `orgs` that the request is about, into its state. The `open_path` is
    the description, which is told to everybody."""

    def __init__(self, app: ASGIApp, store: Store, open_path: str, limits: Limits | None = None) -> None:
        self.app, self._store, self._open_path, self._limits = app, store, open_path, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it."""
        if scope["type"] == "http" and scope["path"] != self._open_path:
            try:
                await run_in_threadpool(self._admit, scope)
            except Refusal as refusal:
                await _answer(refusal.status_code, str(refusal.body["detail"]), send, refusal.headers)
                return
            except StoreError:
                await _answer(504, "The database is busy; try again.", send, {"Retry-After": "5"})
                return
        await self.app(scope, receive, send)

    def _admit(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        key, client = headers.get("x-api-key"), headers.get("x-client-id")
        if not key or not client:
            detail = "Send the headers X-API-KEY (a key of this platform) and X-CLIENT-ID (its org)."
            raise Refusal(401, {"detail": detail})
        identity = auth.identify(self._store, f"{auth.SCHEME} {key}")
        state = scope.setdefault("state", {})
        state["identity"] = identity
        if self._limits and (wait := self._limits.wait(identity.key_id)):
            detail = f"This key asks too often; wait {wait} s."
            raise Refusal(429, {"detail": detail}, {"Retry-After": str(wait)})
        try:
            org = canonical_id(client, "org")
        except Refusal:
            org = ""
        if org not in identity.visible:
            raise Refusal(401, {"detail": "The key is not one of this client."})
        if identity.needs("GET") is not None:
            raise Refusal(403, {"detail": "This key lacks the scope 'read'."})
        state["orgs"] = identity.visible if org == identity.org_id else (org,)


async def _answer(status: int, detail: str, send: Send, headers: Mapping[str, str] | None) -> None:
    content = json.dumps({"detail": detail}).encode()
    raw = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    raw += [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]
    raw += [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": content})
