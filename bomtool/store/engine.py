"""The Store: an engine whose transactions we control.

SQLite: WAL, foreign keys on, synchronous FULL (an acknowledged write survives a power cut), 30 s busy timeout, and
`BEGIN IMMEDIATE` for writes; a deferred transaction that turns into a writer fails at once under contention, whatever
the timeout. The driver's own idea of when to begin is switched off. PostgreSQL: reads are one snapshot, writes are READ
COMMITTED with the constraints deciding.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import URL

from bomtool.errors import StoreError
from bomtool.store import faults, location

_WRITE = "bomtool_write"
SILENT = 20
"""Seconds without a sign of life after which the two ends of a PostgreSQL connection ask; twice as many, and it is dead."""
VARIABLES = 32_766
"""Bound values of one statement on SQLite: what most systems' SQLite allows, so that none finds out what others cannot do."""
HANGING = 600
"""Seconds a transaction may wait for its client, who may be stopped and hold locks; reports that stream fetch more often."""


@dataclass(slots=True)
class StatementCount:
    """Statements a block sent to the database, transaction control apart; an executemany is one."""

    count: int = 0
    statements: list[str] = field(default_factory=list)


class Store:
    """An open database. Share one per process; it is safe to use from several threads."""

    def __init__(self, engine: Engine, url: URL) -> None:
        self.engine = engine
        self.url = url
        self.where = url.database or "" if engine.dialect.name == "sqlite" else url.render_as_string(hide_password=True)

    def __repr__(self) -> str:
        return f"<Store {self.where}>"

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self.engine.dialect.name

    @property
    def path(self) -> Path | None:
        """The SQLite file, None on PostgreSQL."""
        return Path(self.url.database) if self.dialect == "sqlite" and self.url.database else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one snapshot for the whole block. Raises StoreError."""
        with faults.explained(self.where), self.engine.connect() as connection:
            if self.dialect == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in a write transaction: committed at the end of the block, rolled back on any exception.

        Raises StoreError; IntegrityError passes, it is the caller's to explain.
        """
        with faults.explained(self.where), self.engine.connect() as connection:
            connection = connection.execution_options(**{_WRITE: True})
            with connection.begin():
                yield connection

    @contextmanager
    def count_statements(self) -> Iterator[StatementCount]:
        """Count what all threads send to this database during the block."""
        counter = StatementCount()

        def seen(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
            counter.count += 1
            counter.statements.append(statement)

        event.listen(self.engine, "before_cursor_execute", seen)
        try:
            yield counter
        finally:
            event.remove(self.engine, "before_cursor_execute", seen)

    def close(self) -> None:
        """Give all connections back to the system."""
        self.engine.dispose()


def open_store(target: str | Path, *, busy_timeout: float = 30.0) -> Store:
    """See `bomtool.store.open`."""
    url = location.parse(target)
    if url.get_backend_name() == "sqlite":
        location.prepare_folder(Path(str(url.database)))
        location.make_file(Path(str(url.database)))
        engine = _sqlite_engine(url, busy_timeout)
    else:
        engine = _postgresql_engine(url)
    store = Store(engine, url)
    from bomtool.store import versions

    try:
        with faults.explained(store.where):
            versions.ensure_current(store, busy_timeout)
    except exc.SQLAlchemyError as error:
        store.close()
        raise faults.explain(error, store.where) from error
    except BaseException:
        store.close()
        raise
    return store


def _sqlite_engine(url: URL, busy_timeout: float) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": busy_timeout},
        pool_size=10,
        max_overflow=40,
        pool_timeout=busy_timeout,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; see _begin
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, VARIABLES)
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA trusted_schema=OFF")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(_WRITE)
        # Straight to the driver: this is transaction control, not a statement to be counted.
        connection.connection.cursor().execute("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgresql_engine(url: URL) -> Engine:
    given = {name: str(value) for name, value in _own_signs_of_life().items() if name not in url.query}
    try:
        engine = create_engine(
            url, pool_size=10, max_overflow=40, pool_pre_ping=True, hide_parameters=True, connect_args=given
        )
    except ModuleNotFoundError as error:
        raise StoreError(
            "PostgreSQL needs the psycopg driver, which is not installed.",
            hint="Install bomtool with its postgres extra: bomtool[postgres].",
            code="driver-missing",
        ) from error

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        # Times without a zone are UTC; compiling our short statements takes longer than running them.
        connection.autocommit = True
        connection.execute("; ".join(f"SET {name} = {value}" for name, value in _session().items()))
        connection.autocommit = False

    return engine


def _own_signs_of_life() -> dict[str, int]:
    """Parameters of libpq: how soon this side knows that the server's machine is gone (seconds, tcp_user_timeout: ms)."""
    return {
        "connect_timeout": 30, "keepalives_idle": SILENT, "keepalives_interval": max(1, SILENT // 4),
        "keepalives_count": 4, "tcp_user_timeout": 2000 * SILENT,
    }  # fmt: skip


def _session() -> dict[str, str | int]:
    """Settings of a session. The server's signs of life are ours to set: by default it finds out after two hours that a
    client's machine was cut off, and keeps all that client had locked for as long."""
    return {
        "timezone": "'UTC'", "jit": "off", "tcp_keepalives_idle": SILENT, "tcp_keepalives_interval": max(1, SILENT // 4),
        "tcp_keepalives_count": 4, "tcp_user_timeout": 2000 * SILENT,
        "idle_in_transaction_session_timeout": 1000 * HANGING,
    }  # fmt: skip
