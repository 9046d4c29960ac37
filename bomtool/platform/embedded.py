"""The platform inside this process: SQLite in the user's data folder, a local owner key readable by its user alone."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bomtool import store as store_room
from bomtool.errors import StoreError
from bomtool.platform import keys

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bomtool.settings import Settings
    from bomtool.store import Store

KEY_FILE = "local-key"


@dataclass(slots=True)
class Embedded:
    """A platform ready to be called: the ASGI app, a key for it, the store behind it."""

    app: FastAPI
    api_key: str = field(repr=False)
    store: Store

    def close(self) -> None:
        """Give the database back."""
        self.app.state.runner.close()
        self.store.close()


def open_store(settings: Settings) -> Store:
    """The platform's database, created and migrated where needed. Raises StoreError."""
    return store_room.open(settings.database_url or settings.sqlite_path)


def open_embedded(settings: Settings) -> Embedded:
    """Open the embedded platform: data folder, database, sample catalogue, local key.

    Raises StoreError, UnknownRecord where the preferred catalogue is not loaded.
    """
    from bomtool.parts import seed
    from bomtool.platform.app import create_app

    store = open_store(settings)
    try:
        seed.ready(store, settings.catalog)
        return Embedded(create_app(store, settings), local_key(store, settings.data_dir), store)
    except BaseException:
        store.close()
        raise


def local_key(store: Store, folder: Path) -> str:
    """The owner's key, kept in a file of mode 0600; a new one where there is none or it no longer works."""
    path = folder / KEY_FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = path.read_text(encoding="ascii").strip() if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            f"The local key {path} cannot be read: {error}.",
            hint=f"Make {path} readable for you alone, or remove it: a new one is made.",
            code="local-key",
        ) from error
    if known and keys.works(store, known):
        return known
    # Whoever writes the file last wins, and the key of a process that lost the race works all the same.
    made = str(keys.create(store, name="local owner", scopes=keys.SCOPES)["key"])
    beside = path.with_name(f"{KEY_FILE}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(made + "\n")
        beside.replace(path)
    except OSError as error:
        raise StoreError(
            f"The local key {path} cannot be written: {error.strerror or error}.",
            hint="Set BOMTOOL_DATA_DIR to a folder you may write to.",
            code="local-key",
        ) from error
    return made


def local_org_id(settings: Settings) -> str:
    """The primary org of the local database, made where there is none. Raises StoreError."""
    store = open_store(settings)
    try:
        with store.write() as connection:
            return keys.first_org(connection)
    finally:
        store.close()
