"""What is decided before a request reaches its operation, in this order: request id, authentication, rate, scope,
the trailing slash, the size and type of the body. Nothing about paths or records is told to whom has no key.
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bomtool import __version__
from bomtool.api.routes import ROUTES
from bomtool.errors import StoreError
from bomtool.platform import auth
from bomtool.platform.errors import Refusal

if TYPE_CHECKING:
    from bomtool.platform.limits import Limits
    from bomtool.store import Store

OPEN_PATHS = frozenset({"/openapi.json", "/healthz", "/readyz"})
MAX_BODY = 64 * 1024 * 1024
"""Bytes of one request body; 20,000 lines with all their columns fit."""

_BYTES = frozenset(route.path for route in ROUTES if route.sends == "bytes")
_READING = frozenset(route.path for route in ROUTES if route.scope == "read")
_BODIES = frozenset({"POST", "PUT", "PATCH"})
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_log = logging.getLogger("bomtool.platform")


class Gate:
    """ASGI middleware; puts `identity` and `request_id` into the request's state."""

    def __init__(self, app: ASGIApp, store: Store, max_body: int = MAX_BODY, limits: Limits | None = None) -> None:
        self.app = app
        self.store = store
        self.max_body = max_body
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        state = scope.setdefault("state", {})
        if "request_id" not in state:
            given = headers.get("x-request-id", "")
            state["request_id"] = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        request_id = state["request_id"]
        started = False

        async def stamped(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                out = MutableHeaders(scope=message)
                out["X-Request-Id"] = request_id
                out["X-Bomtool-Platform"] = __version__
                out["X-Content-Type-Options"] = "nosniff"
                out.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            if scope["path"] not in OPEN_PATHS:
                await self._admit(scope, headers)
                receive = self._limited(receive)
            await self.app(scope, receive, stamped)
        except Refusal as refusal:
            await answer(refusal.status_code, refusal.body, request_id, stamped, refusal.headers)
        except Exception as error:
            if started:
                raise
            status, detail = self._explain(error)
            _log.exception("request %s failed", request_id)
            await answer(status, {"detail": detail}, request_id, stamped)

    async def _admit(self, scope: Scope, headers: Headers) -> None:
        identity = await run_in_threadpool(auth.identify, self.store, headers.get("authorization"))
        scope["state"]["identity"] = identity
        if self.limits and (wait := self.limits.wait(identity.key_id)):
            detail = f"This key asks more than {self.limits.per_minute:,} times a minute; wait {wait} s."
            raise Refusal(429, {"detail": detail}, {"Retry-After": str(wait)})
        method, path = scope["method"], scope["path"]
        if (needed := identity.needs("GET" if path in _READING else method)) is not None:
            raise Refusal(403, {"detail": f"This key lacks the scope {needed!r}."})
        if not path.endswith("/"):
            raise Refusal(404, {"detail": f"There is no such path; paths end with a slash: {path[:200]}/."})
        self._check_body(method, path, headers)

    def _check_body(self, method: str, path: str, headers: Headers) -> None:
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > self.max_body:
            raise self._too_large()
        has_body = (length.isdigit() and int(length) > 0) or "transfer-encoding" in headers
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if method in _BODIES and has_body and kind != "application/json" and path not in _BYTES:
            raise Refusal(415, {"detail": "The body must be JSON: send Content-Type: application/json."})

    def _limited(self, receive: Receive) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.max_body:
                raise self._too_large()
            return message

        return counted

    def _explain(self, error: Exception) -> tuple[int, str]:
        """Status and sentence for an error nobody foresaw: 503 where the database is busy or gone, else 500."""
        if isinstance(error, StoreError):
            # The path or URL of the database is no business of whoever asks.
            return 503, f"{error.message.replace(self.store.where, 'of the platform')} Try again later."
        return 500, "The platform failed; the request id names the entry in its log."

    def _too_large(self) -> Refusal:
        return Refusal(413, {"detail": f"The body is larger than {self.max_body // (1024 * 1024)} MiB."})


async def answer(status: int, body: dict[str, Any], request_id: str, send: Send, headers: Any = None) -> None:
    """Send a JSON error; `detail` errors name the request."""
    if "detail" in body:
        body = {**body, "request_id": request_id}
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    raw = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    raw += [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": content})
