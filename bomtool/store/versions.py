"""Keeps the schema at the version this program knows.

A version is the four-digit number of a script in `migrations/versions`; they form one line. The version table is read
with a plain SELECT, Alembic (a third of a second to import) comes in only where something is to be done. Migrations run
under a file lock (SQLite) or an advisory lock (PostgreSQL), in one transaction, with the version read again inside.
"""

from __future__ import annotations

import functools
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, exc, inspect, text

from bomtool.errors import StoreError

if TYPE_CHECKING:
    from bomtool.store.engine import Store

FOLDER = Path(__file__).parent / "migrations"
TABLE = "bomtool_version"
_ADVISORY_LOCK = 0x626F6D74  # any fixed number does; this one spells "bomt"


@functools.cache
def known() -> tuple[str, ...]:
    """All versions this program knows, oldest first."""
    return tuple(sorted(path.name[:4] for path in (FOLDER / "versions").glob("[0-9][0-9][0-9][0-9]_*.py")))


def ensure_current(store: Store, timeout: float) -> None:
    """Create or migrate the schema where it is not the newest known. Raises StoreError."""
    path = store.path
    fresh = path is not None and (not path.exists() or path.stat().st_size == 0)
    if not fresh and _current(store) == known()[-1]:
        return
    if path is None:
        _migrate(store)
        return
    import filelock

    lock = filelock.FileLock(str(path) + ".lock", timeout=max(timeout, 30.0) * 4)
    try:
        with lock:
            _use_wal(store, timeout)
            _migrate(store)
    except filelock.Timeout as error:
        raise StoreError(
            f"Another process has been preparing the database {path} for too long.",
            hint=f"Stop the other bomtool and try again; if none runs, remove {path}.lock.",
            code="store-locked",
        ) from error
    except OSError as error:
        raise StoreError(
            f"The data folder {path.parent} cannot be written: {error.strerror or error}.",
            hint="Set BOMTOOL_DATA_DIR to a folder you may write to.",
            code="store-read-only",
        ) from error


def is_current(store: Store) -> bool:
    """Whether the database is there and has the newest schema known. Raises StoreError."""
    return _current(store) == known()[-1]


def _current(store: Store) -> str | None:
    """The version of the database, None where it has none yet. Raises StoreError for one this program does not know."""
    with store.read() as connection:
        return version(connection, store.where)


def version(connection: Connection, where: str) -> str | None:
    """The version the open connection sees; refuses newer schemas and other programs' databases."""
    if connection.dialect.name == "sqlite":
        names = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
        if names and TABLE not in names:
            raise StoreError(
                f"The database {where} belongs to another program.",
                hint="Set BOMTOOL_DATA_DIR or BOMTOOL_DATABASE_URL to another place.",
                code="foreign-database",
            )
        if not names:
            return None
    elif not inspect(connection).has_table(TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalar()  # noqa: S608
    if found is not None and found not in known():
        raise StoreError(
            f"The database {where} has schema {found}, newer than this program's {known()[-1]}.",
            hint="Update bomtool, or set BOMTOOL_DATA_DIR to another folder.",
            code="newer-schema",
        )
    return None if found is None else str(found)


def _use_wal(store: Store, timeout: float) -> None:
    """Switch the file to WAL, once. The switch ignores the busy timeout, so we wait ourselves."""
    until = time.monotonic() + timeout
    while True:
        raw = store.engine.raw_connection()
        try:
            mode = raw.cursor().execute("PRAGMA journal_mode=WAL").fetchone()
            if mode and mode[0] == "wal":
                return
            raise StoreError(
                f"The database {store.where} cannot be shared between processes on this disk.",
                hint="Set BOMTOOL_DATA_DIR to a folder on a local disk.",
                code="store-on-network",
            )
        except store.engine.dialect.loaded_dbapi.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise exc.OperationalError("PRAGMA journal_mode=WAL", None, error) from error
            time.sleep(0.02)
        except store.engine.dialect.loaded_dbapi.DatabaseError as error:
            raise exc.DatabaseError("PRAGMA journal_mode=WAL", None, error) from error
        finally:
            raw.close()


def _migrate(store: Store) -> None:
    with store.write() as connection:
        if store.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        if version(connection, store.where) != known()[-1]:
            move(connection, known()[-1])
            if store.dialect == "postgresql":
                _order_by_bytes(connection)


def _order_by_bytes(connection: Connection) -> None:
    """Texts of all our tables compare by their bytes, as on SQLite, whatever the locale of the server: lists come in the
    same order on both, and ranges of part numbers are ranges of the index."""
    columns = connection.execute(
        text(
            "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a "
            "JOIN pg_class c ON c.oid = a.attrelid JOIN pg_collation k ON k.oid = a.attcollation "
            "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND k.collname <> 'C' "
            "AND NOT a.attisdropped AND a.attnum > 0 ORDER BY c.relname, a.attnum"
        )
    ).all()
    tables: dict[str, list[str]] = {}
    for table, column, kind in columns:
        tables.setdefault(table, []).append(f'ALTER COLUMN "{column}" TYPE {kind} COLLATE "C"')
    for table, changes in tables.items():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" {", ".join(changes)}')


def move(connection: Connection, target: str) -> None:
    """Run the scripts that lead to `target` (a version, or "base") inside the connection's transaction."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(FOLDER))

    def steps(at: Any, _context: Any) -> Any:
        here = at[0] if isinstance(at, tuple) and at else at or "base"
        down = target == "base" or (here not in ("base", ()) and str(here) > target)
        return scripts._downgrade_revs(target, at) if down else scripts._upgrade_revs(target, at)

    context = MigrationContext.configure(connection, opts={"version_table": TABLE, "fn": steps})
    with Operations.context(context):
        context.run_migrations()
