"""Makes a backup while the platform is in use: one snapshot of the database, then the documents it knows.

SQLite is copied by its own backup API under one read transaction, PostgreSQL read in one REPEATABLE READ transaction;
writers wait for neither. The file appears under its name only once it has been read back and found right.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bomtool import __version__
from bomtool import store as store_room
from bomtool.errors import StoreError, UsageError
from bomtool.parts import dialect
from bomtool.platform import list_counts, list_search
from bomtool.platform.backup import archive as archives
from bomtool.platform.backup import tables
from bomtool.platform.services import documents
from bomtool.platform.stock_tables import stock_documents
from bomtool.reports.atomic import preflight, write_atomically
from bomtool.store import versions
from bomtool.store.schema import now

if TYPE_CHECKING:
    from bomtool.platform.backup.tables import Progress
    from bomtool.settings import Settings
    from bomtool.store import Store

PREFIX = ".bomtool-backup-"
_PAGES = 4_096


@dataclass(slots=True)
class Saved:
    """What a backup holds. `missing` are documents whose content was not in the folder, `altered` those whose content is
    no longer what was sent; both are kept as they are found, and told."""

    path: str
    created_at: str
    schema: str
    size: int
    tables: dict[str, int]
    documents: int
    missing: list[str]
    altered: list[str]


def save(
    settings: Settings, store: Store, path: Path, *, force: bool = False, progress: Progress | None = None
) -> Saved:
    """Back the platform up into a file. Raises UsageError where it is there already and `force` is not set, WriteError
    where it cannot be written, StoreError where the database cannot be read or is damaged."""
    tell = progress or (lambda *_: None)
    if path.exists() and not force:
        raise UsageError(f"{path} exists.", hint="Name another file, or give --force.", code="file-exists")
    preflight(path)
    archives.sweep(path.absolute().parent, PREFIX)
    made: list[Saved] = []

    def write(temporary: Path) -> None:
        temporary.touch(mode=0o600)
        with tempfile.TemporaryDirectory(prefix=PREFIX, dir=path.absolute().parent) as folder:
            made.append(_write(settings, store, temporary, Path(folder), tell))

    write_atomically(path, write)
    saved = made[0]
    saved.path, saved.size = str(path), path.stat().st_size
    return saved


def _write(settings: Settings, store: Store, target: Path, folder: Path, tell: Progress) -> Saved:
    copy = folder / archives.DATABASE
    moment = now().isoformat(timespec="seconds")
    counted = _copy_sqlite(store, copy, tell) if store.dialect == "sqlite" else _copy_postgresql(store, copy, tell)
    missing: list[str] = []
    altered: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        with copy.open("rb") as file:
            tell("packing", 0, 1)
            size, digest = archives.add(archive, archives.DATABASE, file)
        kept, total = _add_documents(archive, settings, store, copy, missing, altered, tell)
        manifest = {
            "format": archives.FORMAT,
            "format_version": archives.FORMAT_VERSION,
            "bomtool": __version__,
            "schema": versions.known()[-1],
            "created_at": moment,
            "made_from": store.dialect,
            "size": size,
            "sha256": digest,
            "tables": {name: asdict(count) for name, count in counted.items()},
            "documents": {"count": kept, "bytes": total, "missing": missing, "altered": altered},
        }
        archive.writestr(archives.MANIFEST, json.dumps(manifest, indent=1))
    _read_back(target, folder, digest, tell)
    rows = {name: count.rows for name, count in counted.items()}
    return Saved("", moment, versions.known()[-1], 0, rows, kept, sorted(missing), sorted(altered))


def _copy_sqlite(store: Store, target: Path, tell: Progress) -> dict[str, tables.Count]:
    source = sqlite3.connect(f"{Path(str(store.path)).as_uri()}?mode=ro", uri=True, timeout=30, isolation_level=None)
    with contextlib.closing(source), contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
        source.execute("PRAGMA trusted_schema=OFF")
        source.execute("BEGIN")  # one snapshot for all pages, however long it takes and whoever writes
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()

        def told(_status: int, left: int, total: int) -> None:
            tell("copying", total - left, total)

        source.backup(copy, pages=_PAGES, progress=told, sleep=0)
        source.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")  # all of it in one file
        check_sound(copy, str(store.path))
        return tables.counts(tables.of_sqlite(copy), tables.shapes(copy), tell)


def _copy_postgresql(store: Store, target: Path, tell: Progress) -> dict[str, tables.Count]:
    fresh = store_room.open(target)
    try:
        with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy, store.read() as connection:
            found = versions.version(connection, store.where)
            if found != versions.known()[-1]:
                raise StoreError("The database was migrated meanwhile.", hint="Try again.", code="store-conflict")
            shapes = tables.shapes(copy)
            tables.check_same(connection, shapes)
            counted = tables.counts(tables.of_postgresql(connection), shapes, tell)
            tables.into_sqlite(copy, shapes, tables.of_postgresql(connection), tell)
        with fresh.write() as writing:
            dialect.index_grams(writing, 0, 2**62)
            dialect.count_grams(writing)
            list_counts.recount(writing)
            list_search.rebuild(writing)
    finally:
        fresh.close()
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
        check_sound(copy, store.where)
        if tables.counts(tables.of_sqlite(copy), shapes, tell) != counted:
            raise StoreError("The copy differs from the database.", hint="Report this defect.", code="backup-differs")
    return counted


def check_sound(database: sqlite3.Connection, where: str) -> None:
    """Raises StoreError where SQLite finds a file damaged or a row refers to nothing."""
    try:
        said = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
        lost = database.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        said, lost = str(error), None
    if said != "ok" or lost:
        raise StoreError(
            f"The database {where} is damaged: {said if said != 'ok' else f'a row of {lost[0]} refers to nothing'}.",
            hint="Restore an earlier backup; `sqlite3 FILE .recover` may save what is left.",
            code="store-damaged",
        )


def _add_documents(
    archive: zipfile.ZipFile,
    settings: Settings,
    store: Store,
    copy: Path,
    missing: list[str],
    altered: list[str],
    tell: Progress,
) -> tuple[int, int]:
    """Pack the content of every document of the snapshot: how many, and their bytes."""
    with contextlib.closing(sqlite3.connect(copy)) as database:
        rows = database.execute("SELECT org_id, id, sha256 FROM stock_documents ORDER BY id").fetchall()
    kept = total = 0
    for number, (org_id, record_id, digest) in enumerate(rows):
        tell("documents", number, len(rows))
        try:
            with (documents.folder(settings) / org_id / record_id).open("rb") as file:
                size, found = archives.add(archive, archives.document_name(org_id, record_id), file)
        except FileNotFoundError:
            if _is_there(store, record_id):  # otherwise it was deleted while the backup ran
                missing.append(record_id)
            continue
        kept, total = kept + 1, total + size
        if found != digest:
            altered.append(record_id)
    return kept, total


def _is_there(store: Store, record_id: str) -> bool:
    with store.read() as connection:
        query = stock_documents.c.id == record_id
        return connection.execute(stock_documents.select().where(query)).first() is not None


def _read_back(target: Path, folder: Path, digest: str, tell: Progress) -> None:
    """Raises StoreError where what was written is not what is read."""
    with archives.opened(target, folder) as found:
        for number, name in enumerate(found.archive.namelist()):
            tell("reading back", number, len(found.archive.namelist()))
            hashed = hashlib.sha256()
            for chunk in _chunks(found.archive, name):  # reads to the end, where the checksum is compared
                hashed.update(chunk)
            if name == archives.DATABASE and hashed.hexdigest() != digest:
                raise StoreError("The backup was not written right.", hint="Check the disk.", code="store-io")


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as file:
        while chunk := file.read(1024 * 1024):
            yield chunk


def flush(path: Path) -> None:
    """Make sure a file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
