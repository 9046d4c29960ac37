"""Gives the client of a run: the embedded platform in this process, or a remote one where an API URL is set.

The only module that knows both the client and the platform; nothing above it knows the difference.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from bomtool.errors import UsageError

if TYPE_CHECKING:
    from bomtool.client import Client
    from bomtool.settings import Settings

_OPENING = threading.Lock()
"""One embedded platform is opened at a time: FastAPI and pydantic silence warnings of theirs while routes are built, by
`warnings.catch_warnings`, which threads undo for each other; a warning that gets through is an error under `-W error`."""


def connect(settings: Settings | None = None) -> Client:
    """A client; close it, or use it in a `with` statement. Without `settings` those of the environment and the config
    file hold.

    Raises UsageError for an API URL without a key or a key that was saved for another address, StoreError where the
    embedded platform's data folder cannot be used.
    """
    if settings is None:
        from bomtool.settings import load

        settings = load()
    if settings.api_url:
        return _remote(settings, settings.api_url)
    from bomtool.sheets.collector import collector_paused

    # Modules, models and routes live as long as the process: looking for garbage among them is a sixth of the start.
    with _OPENING, collector_paused():
        return _embedded(settings)


def _remote(settings: Settings, url: str) -> Client:
    from bomtool.client import Client
    from bomtool.net import Connection, Limits

    key = settings.api_key
    if key is None or not key.get_secret_value().strip():
        raise UsageError(
            f"There is no key for {url}.",
            hint="Set BOMTOOL_API_KEY; bomtool keys create makes one for a platform of your own.",
            code="no-key",
        )
    if not all("!" <= character <= "~" for character in key.get_secret_value()):
        raise UsageError(
            "BOMTOOL_API_KEY cannot be a key: it holds a space, a line break or a letter outside ASCII.",
            hint="Copy the key again, without what stands around it.",
            code="no-key",
        )
    _check_home(settings, url)
    limits = Limits(connect=min(10.0, settings.timeout), read=settings.timeout)
    return Client(Connection(url, key, limits=limits), org_id=settings.org_id)


def _embedded(settings: Settings) -> Client:
    from pydantic import SecretStr

    from bomtool.client import Client
    from bomtool.net import Connection
    from bomtool.platform.embedded import open_embedded

    platform = open_embedded(settings)
    try:
        key = platform.api_key
        secret = key if isinstance(key, SecretStr) else SecretStr(key)
        return Client(Connection.in_process(platform.app, secret), org_id=settings.org_id, on_close=platform.close)
    except BaseException:
        platform.close()
        raise


def _check_home(settings: Settings, url: str) -> None:
    """A key saved in the config file goes only to the address saved beside it."""
    import tomllib

    from bomtool.net.urls import same_origin
    from bomtool.settings import config_file

    try:
        saved = tomllib.loads(config_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    home = saved.get("api_url")
    key = settings.api_key.get_secret_value() if settings.api_key else None
    if key is not None and saved.get("api_key") == key and isinstance(home, str) and not same_origin(home, url):
        raise UsageError(
            f"The saved key belongs to {home} and is not sent to {url}.",
            hint="Set BOMTOOL_API_KEY for this address, or change api_url in the config file.",
            code="key-elsewhere",
        )
