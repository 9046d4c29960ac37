"""`bomtool serve`: the embedded platform over HTTP."""

from __future__ import annotations

import click

from bomtool import settings as settings_module
from bomtool.cli import output
from bomtool.errors import EXIT_DONE


@click.command(epilog="Example: bomtool serve --port 8080")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; loopback unless told.")
@click.option("--port", type=click.IntRange(0, 65535), default=8321, show_default=True, help="0 takes a free one.")
@click.option("--database-url", help="Database; default: the local SQLite file.")
def serve(host: str, port: int, database_url: str | None) -> int:
    """Serve the platform of this machine. Make a key with bomtool keys create."""
    from bomtool.platform import server

    overrides = {"database_url": database_url} if database_url else {}
    settings = settings_module.load(**overrides)
    server.run(settings, host=host, port=port, ready=lambda url: output.say(f"Serving on {url} (Ctrl+C stops)"))
    return EXIT_DONE
