"""What stands before everything else where the platform is served: who may knock, for how long, and what is noted of it.

Request ids, the Host allow-list, pages of other sites, security headers, the pace of bodies and answers, the access log
and `/metrics`.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bomtool.platform import auth, gate, keys, logs
from bomtool.platform.callers import Callers, is_loopback
from bomtool.platform.errors import Refusal
from bomtool.platform.figures import CONTENT_TYPE, Figures

if TYPE_CHECKING:
    from bomtool.store import Store

METRICS = "/metrics"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_HSTS = "max-age=31536000"
_METHOD = re.compile(r"[A-Z]{1,10}")
_log = logging.getLogger(logs.ACCESS)


@dataclass(frozen=True, slots=True)
class Pace:
    """The slowest a peer may be: seconds of grace, then so many bytes a second; seconds until an answer is taken."""

    grace: float = 20.0
    bytes_per_second: int = 1024
    taking: float = 120.0


class Front:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp, store: Store, callers: Callers, pace: Pace | None = None) -> None:
        self.app, self.store, self.callers = app, store, callers
        self.pace = pace or Pace()
        self.figures = Figures()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on; note it either way."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        noted = _Noted(scope)
        self.figures.begin()
        try:
            await self._answer(scope, noted.counting(receive), noted, noted.stamping(send, self.pace.taking))
        finally:
            seconds = time.perf_counter() - noted.began
            method = scope["method"] if _METHOD.fullmatch(scope["method"]) else "other"
            self.figures.done(method, noted.operation, noted.status, seconds)
            _log.info("request", extra={"members": noted.members(seconds)})

    async def _answer(self, scope: Scope, receive: Receive, noted: _Noted, send: Send) -> None:
        headers = Headers(scope=scope)
        try:
            noted.client, scheme = self.callers.told(scope, headers)
            noted.secure = scheme == "https"
            scope["scheme"] = scheme
            self.callers.check_host(headers)
            self.callers.check_site(scope["method"], headers)
            if scope["path"] == METRICS:
                await self._metrics(scope, headers, noted, send)
            else:
                await self.app(scope, _paced(receive, self.pace), send)
        except Refusal as refusal:
            await gate.answer(refusal.status_code, refusal.body, noted.request_id, send, refusal.headers)

    async def _metrics(self, scope: Scope, headers: Headers, noted: _Noted, send: Send) -> None:
        """The figures: for this machine, where no proxy stands before it, else for admins of the primary org."""
        noted.operation = "metrics"
        if self.callers.proxies or not is_loopback(noted.client):
            identity = await run_in_threadpool(auth.identify, self.store, headers.get("authorization"))
            if not (identity.is_admin and await run_in_threadpool(self._is_primary, identity.org_id)):
                raise Refusal(404, {"detail": f"There is no such path: {METRICS}"})
        if scope["method"] not in ("GET", "HEAD"):
            raise Refusal(405, {"detail": "Only GET is possible here."}, {"Allow": "GET, HEAD"})
        content = self.figures.text().encode()
        raw = [(b"content-type", CONTENT_TYPE.encode()), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        await send({"type": "http.response.body", "body": content})

    def _is_primary(self, org_id: str) -> bool:
        with self.store.read() as connection:
            return keys.is_first_org(connection, org_id)


class _Noted:
    """What is noted of one request: never its query, its body, or a header other than the request id."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.began = time.perf_counter()
        self.status = 0
        self.sent = self.received = 0
        self.client = ""
        self.secure = False
        self._operation = ""
        given = Headers(scope=scope).get("x-request-id", "")
        fit = gate.REQUEST_ID.fullmatch(given) and logs.masked(given) == given
        self.request_id = given if fit else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = self.request_id

    @property
    def operation(self) -> str:
        """The name of the operation, or `other`."""
        return self._operation or getattr(self.scope.get("route"), "name", None) or "other"

    @operation.setter
    def operation(self, name: str) -> None:
        self._operation = name

    def counting(self, receive: Receive) -> Receive:
        """`receive`, with the bytes counted."""

        async def counted() -> Message:
            message = await receive()
            self.received += len(message.get("body", b""))
            return message

        return counted

    def stamping(self, send: Send, seconds: float) -> Send:
        """`send`, with the headers of every answer, for a peer that takes it within the time."""

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                out = MutableHeaders(scope=message)
                out.setdefault("X-Request-Id", self.request_id)
                for name, value in _HEADERS.items():
                    out.setdefault(name, value)
                if self.secure:
                    out["Strict-Transport-Security"] = _HSTS
            self.sent += len(message.get("body", b""))
            await asyncio.wait_for(send(message), seconds)

        return stamped

    def members(self, seconds: float) -> dict[str, Any]:
        """The members of the line in the access log."""
        identity = self.scope["state"].get("identity")
        return {
            "request_id": self.request_id,
            "client": self.client,
            "method": self.scope["method"][:20],
            "path": self.scope["path"][:500],
            "operation": self.operation,
            "status": self.status,
            "seconds": round(seconds, 4),
            "bytes_in": self.received,
            "bytes_out": self.sent,
            "key_id": identity.key_id if identity else None,
            "org_id": identity.org_id if identity else None,
        }


def _paced(receive: Receive, pace: Pace) -> Receive:
    """`receive` for a peer that is fast enough. Raises Refusal 408 for one that is not."""
    began = time.monotonic()
    got = 0
    whole = False

    async def timed() -> Message:
        nonlocal got, whole
        if whole:  # what comes after the body is the end of the connection, and that may take its time
            return await receive()
        left = began + pace.grace + got / pace.bytes_per_second - time.monotonic()
        try:
            message = await asyncio.wait_for(receive(), max(left, 0.001))
        except TimeoutError:
            raise Refusal(408, {"detail": "The body came too slowly."}, {"Connection": "close"}) from None
        got += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        return message

    return timed
