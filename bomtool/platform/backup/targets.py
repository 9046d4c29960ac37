"""Where a restore goes: the document folder, a SQLite file, a PostgreSQL database. What is replaced is kept aside."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bomtool import store as store_room
from bomtool.errors import StoreError, UsageError
from bomtool.parts import dialect
from bomtool.platform import list_counts
from bomtool.platform.backup import archive as archives
from bomtool.platform.backup import saving, tables
from bomtool.platform.services import documents
from bomtool.store import location, versions

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bomtool.platform.backup.tables import Count, Progress, Shape
    from bomtool.settings import Settings


_KEPT, _PART = ".before-restore-", ".part"


class Documents:
    """The documents of an archive on their way into the document folder, where no name is ever used twice."""

    def __init__(self, settings: Settings, found: archives.Opened, stamp: str, room: Path) -> None:
        self.folder, self.found, self.room = documents.folder(settings), found, room
        self.aside = settings.data_dir / f"documents.before-restore-{stamp}"

    def place(self, tell: Progress) -> None:
        """Put each in its place; another file that lies there is put aside."""
        for number, (org_id, record_id) in enumerate(self.found.documents):
            tell("documents", number, len(self.found.documents))
            unpacked = self.room / "document"
            unpacked.unlink(missing_ok=True)
            self.found.unpack(archives.document_name(org_id, record_id), unpacked)
            saving.flush(unpacked)
            place = self.folder / org_id / record_id
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if place.exists() and place.read_bytes() != unpacked.read_bytes():
                self._put_aside(place)
            unpacked.replace(place)

    def put_others_aside(self) -> None:
        """What belonged to the database that stood there before."""
        wanted = {self.folder / org_id / record_id for org_id, record_id in self.found.documents}
        for place in sorted(self.folder.glob("*/*")):
            if place not in wanted and place.is_file() and place.parent.name != "incoming":
                self._put_aside(place)

    def missing(self, prepared: Path) -> list[str]:
        """Documents of the database whose content was not in the archive."""
        there = {record_id for _, record_id in self.found.documents}
        with contextlib.closing(sqlite3.connect(prepared)) as database:
            return sorted({row[0] for row in database.execute("SELECT id FROM stock_documents")} - there)

    def _put_aside(self, place: Path) -> None:
        target = self.aside / place.parent.name / place.name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.replace(target)


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be restored: a SQLite file of the newest schema, its tables, what they hold; and how."""

    database: sqlite3.Connection
    shapes: list[Shape]
    counted: dict[str, Count]
    documents: Documents
    stamp: str
    replace: bool
    tell: Progress
    notes: list[str] = field(default_factory=list)


def into_sqlite(path: Path, content: Content) -> str | None:
    """Give a SQLite file the content, in one transaction of its own; where the old one is kept. Raises StoreError,
    UsageError."""
    location.prepare_folder(path)
    aside = path.with_name(f"{path.name}{_KEPT}{content.stamp}")
    was_there = path.exists()
    kept: str | None = None
    if was_there and not _readable(path):
        if not content.replace:
            raise _not_empty(str(path), "is damaged or not a database")
        for ending in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
        kept = str(aside)
    location.make_file(path)
    try:
        with _alone(path) as target:
            if _has_rows(target):
                if not content.replace:
                    raise _not_empty(str(path), "has records")
                content.tell("keeping the old one", 0, 1)
                _keep(target, aside)
                kept = str(aside)
            content.documents.place(content.tell)
            content.tell("restoring", 0, 1)
            content.database.backup(target)
            if tables.counts(tables.of_sqlite(target), content.shapes, content.tell) != content.counted:
                raise StoreError("What was restored differs from the backup.", hint="Check the disk.", code="store-io")
    except BaseException:
        if not was_there and path.exists() and not path.stat().st_size:
            path.unlink()
        raise
    return kept


def _readable(path: Path) -> bool:
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        ) as database:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        return "locked" in str(error) or "busy" in str(error)
    except sqlite3.DatabaseError:
        return False
    return True


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[sqlite3.Connection]:
    """The file with nobody else in it, and nobody let in until the block ends. Raises StoreError where somebody is."""
    target = sqlite3.connect(path, timeout=3, isolation_level=None)
    try:
        try:
            target.execute("PRAGMA locking_mode=EXCLUSIVE")
            target.execute("PRAGMA synchronous=FULL")
            target.execute("PRAGMA journal_mode=WAL")
            target.execute("BEGIN IMMEDIATE")
            target.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"The database {path} is in use.",
                hint="Stop bomtool serve, bomtool worker and bomtool watch, and try again; nothing was changed.",
                code="store-locked",
            ) from error
        yield target
    finally:
        target.close()


def _has_rows(database: sqlite3.Connection) -> bool:
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    if not any(name == versions.TABLE for (name,) in names):
        return bool(names)
    return any(
        database.execute(f'SELECT 1 FROM "{shape.name}" LIMIT 1').fetchone()  # noqa: S608
        for shape in tables.shapes(database)
    )


def _keep(source: sqlite3.Connection, aside: Path) -> None:
    """Copy what is there; it gets its name once it is whole. What a killed restore left half copied is removed."""
    start = aside.name[: aside.name.rindex(_KEPT) + len(_KEPT)]
    for leftover in list(aside.parent.iterdir()):
        if leftover.name.startswith(start) and _PART in leftover.name[len(start) :]:
            leftover.unlink()
    unfinished = aside.with_name(aside.name + _PART)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    with contextlib.closing(sqlite3.connect(unfinished)) as copy:
        source.backup(copy)
    saving.flush(unfinished)
    unfinished.rename(aside)


def _not_empty(where: str, why: str) -> UsageError:
    return UsageError(
        f"The database {where} {why}.",
        hint="Give --replace to put the backup in its place; what is there is kept aside.",
        code="not-empty",
    )


def into_postgresql(settings: Settings, content: Content) -> str | None:
    """Give a PostgreSQL database the content, in one transaction; where the old one is kept. Raises StoreError,
    UsageError."""
    shapes, tell = content.shapes, content.tell
    store = store_room.open(str(settings.database_url))
    kept: Path | None = None
    try:
        with store.write() as connection:
            # It waits for what there is to be kept aside, which may take longer than a transaction may usually hang.
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            tables.check_same(connection, shapes)
            names = ", ".join(f'"{shape.name}"' for shape in shapes)
            connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")  # readers only, from here on
            if _any_rows(connection, shapes):
                if not content.replace:
                    raise _not_empty(store.where, "has records")
                kept = settings.data_dir / f"before-restore-{content.stamp}.zip"
                saving.save(settings, store, kept, progress=tell)
            content.documents.place(content.tell)
            connection.exec_driver_sql(f"TRUNCATE {names}, part_gram_counts")
            tables.into_postgresql(connection, shapes, tables.of_sqlite(content.database), tell)
            list_counts.recount(connection)
            remark = dialect.prepare_grams(connection)
            dialect.count_grams(connection)
            if tables.counts(tables.of_postgresql(connection), shapes, tell) != content.counted:
                raise StoreError("What was restored differs from the backup.", hint="Report this.", code="store-io")
        with store.write() as connection:
            dialect.after_loading(connection)
        if remark:
            content.notes.append(remark)
    finally:
        store.close()
    return str(kept) if kept else None


def _any_rows(connection: Connection, shapes: list[Shape]) -> bool:
    return any(
        connection.exec_driver_sql(f'SELECT 1 FROM "{shape.name}" LIMIT 1').first()  # noqa: S608
        for shape in shapes
    )
