"""Serves the platform over HTTP (uvicorn), for `bomtool serve`.

Beyond the loopback only over TLS, its own or that of a proxy: a key that travels in the clear is everybody's key.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bomtool.errors import UsageError
from bomtool.platform import logs
from bomtool.platform.callers import LOOPBACK_NAMES, Callers, host_name, is_loopback, networks
from bomtool.platform.embedded import open_store

if TYPE_CHECKING:
    from bomtool.settings import Settings


MAX_CONNECTIONS = 1_000
"""Connections at a time; one more is answered 503."""
GRACEFUL_SECONDS = 30
"""How long requests in flight may take to end once the server is told to stop."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How the platform is served. `names` are host names it goes by beside those of the loopback and of `host`;
    `proxies` the addresses of a proxy that does the TLS; `log` a file, `-` for stderr.
    """

    host: str = "127.0.0.1"
    port: int = 0
    names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    certificate: Path | None = None
    private_key: Path | None = None
    log: str = "-"

    def callers(self) -> Callers:
        """Who may knock. Raises UsageError for a way of serving that would lay keys open or answer to any name."""
        _check_certificate(self.certificate, self.private_key)
        if not is_loopback(self.host) and not self.certificate and not self.proxies:
            raise UsageError(
                f"Serving on {self.host} without TLS would send keys in the clear.",
                hint="Give --tls-cert and --tls-key, or --behind-proxy ADDRESS where a proxy does the TLS.",
                code="tls-needed",
            )
        names = {host_name(name) for name in self.names}
        wild = self.host in ("0.0.0.0", "::", "")  # noqa: S104
        if not is_loopback(self.host) and wild and not names:
            raise UsageError(
                f"Serving on {self.host} needs the names the server goes by.",
                hint="Give --allow-host NAME for each name or address that clients use.",
                code="names-needed",
            )
        own = set() if wild else {host_name(self.host)}
        return Callers(LOOPBACK_NAMES | names | own, networks(self.proxies))


def run(settings: Settings, serving: Serving, *, ready: Callable[[str], Any] | None = None) -> None:
    """Serve until interrupted; `ready` is told the URL once requests are taken. Port 0 takes a free one.

    Raises StoreError where the database cannot be opened, UsageError where the address cannot be had or `serving` is
    not safe.
    """
    from bomtool.parts import seed
    from bomtool.platform.app import create_app
    from bomtool.platform.front import Front
    from bomtool.platform.jobs import Pool
    from bomtool.platform.limits import Limits
    from bomtool.platform.webhook_delivery import Loop

    callers = serving.callers()
    listening = _listen(serving.host, serving.port)
    try:
        store = open_store(settings)
    except BaseException:
        listening.close()
        raise
    log = None
    try:
        log = logs.begin(serving.log, _secrets(settings, store))
        seed.ready(store, settings.catalog)
        runner = Pool(store, settings)
        app = create_app(store, settings, runner=runner, limits=Limits(settings.rate_limit))
        url = _url(listening, secure=serving.certificate is not None)
        server = _telling_server(_config(Front(app, store, callers), serving), lambda: ready(url) if ready else None)
        runner.resume()
        calling = Loop(store, settings)
        calling.start()
        try:
            server.run(sockets=[listening])
        finally:
            calling.close()
    finally:
        listening.close()
        store.close()
        if log is not None:
            logs.end(log)


def _config(app: Any, serving: Serving) -> Any:
    import uvicorn

    from bomtool.platform.protocol import PatientProtocol

    return uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # callers.py reads them, and only those of the proxy that was named
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        ssl_certfile=serving.certificate,
        ssl_keyfile=serving.private_key,
    )


def _secrets(settings: Settings, store: Any) -> list[str]:
    """Every secret of the settings, and the database's password: never to stand in the log."""
    from pydantic import SecretStr

    values = [getattr(settings, name) for name in type(settings).model_fields]
    found = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
    return [*found, store.url.password] if isinstance(store.url.password, str) else found


def _check_certificate(certificate: Path | None, private_key: Path | None) -> None:
    """Raises UsageError for a certificate or key that cannot be used; asks nobody for a passphrase."""
    if certificate is None and private_key is None:
        return
    if certificate is None or private_key is None:
        raise UsageError("TLS needs both --tls-cert and --tls-key.", code="bad-certificate")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, private_key, password=_no_passphrase)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"The certificate {certificate} with the key {private_key} cannot be used: {error}.",
            hint="Both must be PEM files that belong together, the key without a passphrase.",
            code="bad-certificate",
        ) from error


def _no_passphrase() -> str:
    raise ValueError("the key has a passphrase")


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        # Named as TCP, so that asyncio switches Nagle's algorithm off: else an answer waits 40 ms for the client's receipt.
        made = socket.socket(found[0], socket.SOCK_STREAM, socket.IPPROTO_TCP)
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


def _url(listening: socket.socket, *, secure: bool) -> str:
    host, port = listening.getsockname()[:2]
    return f"http{'s' if secure else ''}://{f'[{host}]' if ':' in host else host}:{port}"


def _telling_server(config: Any, started: Callable[[], Any]) -> Any:
    """A uvicorn server that says when it takes requests."""
    import uvicorn

    class Telling(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                started()

    return Telling(config)
