"""The way in to the Component Cloud: its requests are told apart here; the rest is imported with the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from bomtool.platform.limits import Limits
    from bomtool.settings import Settings
    from bomtool.store import Store

_MAX_BODY = 8 * 1024 * 1024


class Cloud:
    """ASGI middleware: requests below /products/ and /batch/products/ are answered here, all others pass."""

    def __init__(self, app: ASGIApp, store: Store, settings: Settings, limits: Limits | None = None) -> None:
        self.app, self._store, self._settings, self._limits = app, store, settings, limits
        self._cloud: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] != "http" or not is_cloud(scope["path"]):
            await self.app(scope, receive, send)
            return
        if self._cloud is None:
            from bomtool.platform.cloud.app import create

            self._cloud = create(self._store, self._settings, self._limits)
        await self._cloud(scope, _bounded(receive), send)


def is_cloud(path: str) -> bool:
    """Whether a path is one of the Component Cloud's."""
    return path.startswith("/products/") or path == "/batch/products/"


def _bounded(receive: Receive) -> Receive:
    """The body as far as it may be sent; a longer one is cut, and so no JSON any more."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return message if seen <= _MAX_BODY else {"type": "http.request", "body": b"", "more_body": False}

    return counted
