"""Serves the platform over HTTP (uvicorn), for `bomtool serve`."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bomtool.errors import UsageError
from bomtool.platform.embedded import open_store

if TYPE_CHECKING:
    from bomtool.settings import Settings


def run(settings: Settings, *, host: str, port: int, ready: Callable[[str], Any] | None = None) -> None:
    """Serve until interrupted; `ready` is told the URL once requests are taken. Port 0 takes a free one.

    Raises StoreError where the database cannot be opened, UsageError where the address cannot be had.
    """
    import uvicorn

    from bomtool.parts import seed
    from bomtool.platform.app import create_app
    from bomtool.platform.jobs import Pool

    listening = _listen(host, port)
    try:
        store = open_store(settings)
    except BaseException:
        listening.close()
        raise
    try:
        seed.ready(store, settings.catalog)
        runner = Pool(store, settings)
        app = create_app(store, settings, runner=runner)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=30
        )
        server = _telling_server(config, lambda: ready(_url(listening)) if ready else None)
        runner.resume()
        server.run(sockets=[listening])
    finally:
        listening.close()
        store.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        made = socket.socket(found[0], socket.SOCK_STREAM)
        if os.name == "posix":  # on Windows the option would let two servers share a port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(found[4])
    except OSError as error:
        raise UsageError(
            f"Cannot listen on {host} port {port}: {error.strerror or error}.",
            hint="Choose another --port (0 takes a free one) or --host.",
            code="address-in-use",
        ) from error
    return made


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _telling_server(config: Any, started: Callable[[], Any]) -> Any:
    """A uvicorn server that says when it takes requests."""
    import uvicorn

    class Telling(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                started()

    return Telling(config)
