"""`bomtool serve`: the embedded platform over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from bomtool import settings as settings_module
from bomtool.cli import output
from bomtool.errors import EXIT_DONE

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(epilog="Example: bomtool serve --port 8080")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; loopback unless told.")
@click.option("--port", type=click.IntRange(0, 65535), default=8321, show_default=True, help="0 takes a free one.")
@click.option("--allow-host", "names", multiple=True, help="Name the server goes by in URLs; may be repeated.")
@click.option("--tls-cert", type=_FILE, help="Certificate chain (PEM); with --tls-key the server speaks TLS.")
@click.option("--tls-key", type=_FILE, help="Private key of the certificate (PEM, without a passphrase).")
@click.option(
    "--behind-proxy",
    "proxies",
    multiple=True,
    help="Address of the proxy that does the TLS; no other machine is answered.",
)
@click.option("--log", default="-", show_default=True, help="File for the log in JSON lines; - is stderr.")
@click.option("--database-url", help="Database; default: the local SQLite file.")
def serve(
    host: str,
    port: int,
    names: tuple[str, ...],
    tls_cert: Path | None,
    tls_key: Path | None,
    proxies: tuple[str, ...],
    log: str,
    database_url: str | None,
) -> int:
    """Serve the platform of this machine. Make a key with bomtool keys create."""
    from bomtool.platform import server

    overrides = {"database_url": database_url} if database_url else {}
    settings = settings_module.load(**overrides)
    serving = server.Serving(host, port, names, proxies, tls_cert, tls_key, log)
    server.run(settings, serving, ready=lambda url: output.say(f"Serving on {url} (Ctrl+C stops)"))
    return EXIT_DONE
