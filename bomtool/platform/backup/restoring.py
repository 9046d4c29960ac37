"""Brings a backup back, onto SQLite or PostgreSQL, whichever it was made from.

The archive is unpacked beside, checked, and brought to the newest schema there. Then documents are put in place, where
they disturb nothing, and the database takes the new content in one transaction: a restore that is killed has happened
or has not. What stood there before is kept.
"""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bomtool import store as store_room
from bomtool.errors import StoreError
from bomtool.platform import list_counts, list_search
from bomtool.platform.backup import archive as archives
from bomtool.platform.backup import saving, tables, targets
from bomtool.store import location, versions
from bomtool.store.schema import now

if TYPE_CHECKING:
    from bomtool.platform.backup.tables import Progress
    from bomtool.settings import Settings


PREFIX = ".bomtool-restore-"


@dataclass(slots=True)
class Restored:
    """What was brought back, and where what stood there before is kept (None where nothing did)."""

    created_at: str
    made_from: str
    schema: str
    database: str
    tables: dict[str, int]
    documents: int
    missing: list[str]
    kept_aside: str | None
    notes: list[str]


def restore(settings: Settings, path: Path, *, replace: bool = False, progress: Progress | None = None) -> Restored:
    """Put a backup in the place of an empty database, or with `replace` of any.

    Raises UsageError for a file that is no whole backup, comes from a newer bomtool or does not fit on the disk, and
    where there are records and `replace` is not set; StoreError where the database cannot be written or is in use.
    """
    tell = progress or (lambda *_: None)
    location.prepare_folder(settings.sqlite_path)
    archives.sweep(settings.data_dir, PREFIX)
    with (
        archives.opened(path, settings.data_dir) as found,
        tempfile.TemporaryDirectory(prefix=PREFIX, dir=settings.data_dir) as folder,
    ):
        prepared = _prepare(found, Path(folder), tell)
        with contextlib.closing(sqlite3.connect(prepared, isolation_level=None)) as database:
            shapes = tables.shapes(database)
            counted = tables.counts(tables.of_sqlite(database), shapes, tell)
            stamp = now().strftime("%Y%m%d-%H%M%S-%f")
            placed = targets.Documents(settings, found, stamp, Path(folder))
            content = targets.Content(database, shapes, counted, placed, stamp, replace, tell)
            target = location.parse(settings.database_url or settings.sqlite_path)
            if target.get_backend_name() == "sqlite":
                where = str(target.database)
                aside = targets.into_sqlite(Path(where), content)
            else:
                where = target.render_as_string(hide_password=True)
                aside = targets.into_postgresql(settings, content)
        placed.put_others_aside()
        manifest = found.manifest
        return Restored(
            created_at=manifest["created_at"],
            made_from=str(manifest.get("made_from")),
            schema=manifest["schema"],
            database=where,
            tables={name: count.rows for name, count in counted.items()},
            documents=len(found.documents),
            missing=placed.missing(prepared),
            kept_aside=aside,
            notes=content.notes,
        )


def _prepare(found: archives.Opened, folder: Path, tell: Progress) -> Path:
    """The database of the archive as a file, checked against the manifest and brought to the newest schema."""
    path = folder / "restored.sqlite3"
    tell("unpacking", 0, 1)
    if found.unpack(archives.DATABASE, path) != found.manifest["sha256"]:
        raise archives.damaged("its database is not the one it was made with")
    try:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA trusted_schema=OFF")
            _check_schema(database, found.manifest["schema"], folder)
            saving.check_sound(database, "in the backup")
            counted = tables.counts(tables.of_sqlite(database), tables.shapes(database), tell)
    except (sqlite3.DatabaseError, StoreError, ValueError, TypeError) as error:
        raise archives.damaged("its database is damaged") from error
    said = {name: (entry["rows"], entry["digest"]) for name, entry in found.manifest["tables"].items()}
    if said != {name: (count.rows, count.digest) for name, count in counted.items()}:
        raise archives.damaged("the rows of its database are not those it was made with")
    store = store_room.open(path)  # brings it to the newest schema
    try:
        with store.write() as connection:
            list_counts.recount(connection)
        list_search.catch_up(store)
    finally:
        store.close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    return path


def _check_schema(database: sqlite3.Connection, version: str, folder: Path) -> None:
    """Raises UsageError for a database that is not of the version, or has anything that our migrations did not make:
    a trigger or a view would act in our name."""
    from bomtool.store import engine

    plain = folder / "plain.sqlite3"
    store = engine.Store(engine._sqlite_engine(location.parse(plain), 30.0), location.parse(plain))
    try:
        with store.write() as connection:
            versions.move(connection, version)
    finally:
        store.close()
    with contextlib.closing(sqlite3.connect(plain)) as ours:
        if _described(database) != _described(ours):
            raise archives.damaged("its database has another schema than ours")
    row = database.execute(f"SELECT version_num FROM {versions.TABLE}").fetchone()  # noqa: S608
    if row is None or row[0] != version:
        raise archives.damaged("its database is of another schema than it says")


def _described(database: sqlite3.Connection) -> dict[tuple[str, str], Any]:
    """Everything a database defines: columns of tables, the text of the rest."""
    found: dict[tuple[str, str], Any] = {}
    for kind, name, table, sql in database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"):
        if name.startswith("sqlite_stat"):
            continue
        virtual = kind == "table" and str(sql).upper().startswith("CREATE VIRTUAL")
        if kind == "table" and not virtual:
            columns = [tuple(row[1:]) for row in database.execute(f'PRAGMA table_xinfo("{name}")')]
            found[kind, name] = sorted(columns, key=str)
        else:
            found[kind, name] = (table, " ".join(str(sql).split()))
    return found
