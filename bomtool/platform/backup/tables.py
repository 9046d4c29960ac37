"""The rows of our tables in one plain form for both databases: counted, digested, copied from one to the other.

In the plain form a time is text in UTC with microseconds, JSON is text, yes is 1. Tables are those that the migrations
made, whichever room they belong to; what a database derives from them (its search index) is made anew.
"""

from __future__ import annotations

import graphlib
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from bomtool.errors import StoreError
from bomtool.store import versions

DERIVED = ("part_gram_counts", "list_counts", "list_waiting", "list_refs_")
"""How the names of tables begin that are made from others, and are not the same on both databases."""
Progress = Callable[[str, int, int], Any]
"""Told what is being done, how far, of how many."""
_MANY = 2_000
_EXACT = 2**53
_KINDS = {"DATETIME": "time", "JSON": "json", "BOOLEAN": "flag", "DATE": "day", "BLOB": "bytes"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A table: its columns with the kind of each, and the tables it refers to."""

    name: str
    columns: Mapping[str, str]
    refers_to: frozenset[str]


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a table has, and a digest of their content that does not depend on their order."""

    rows: int
    digest: str


def shapes(database: sqlite3.Connection) -> list[Shape]:
    """Our tables in a SQLite file, those referred to before those that refer."""
    listed = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    virtual = {name for name, sql in listed if str(sql).upper().startswith("CREATE VIRTUAL")}
    found = {}
    for name, _ in listed:
        shadow = any(name.startswith(f"{one}_") for one in virtual)
        if name in virtual or shadow or name == versions.TABLE or name.startswith(("sqlite_", *DERIVED)):
            continue
        columns = {
            row[1]: _KINDS.get(row[2].upper(), "plain") for row in database.execute(f'PRAGMA table_info("{name}")')
        }
        refers = {row[2] for row in database.execute(f'PRAGMA foreign_key_list("{name}")')} - {name}
        found[name] = Shape(name, columns, frozenset(refers))
    order = graphlib.TopologicalSorter({shape.name: shape.refers_to for shape in found.values()})
    return [found[name] for name in order.static_order() if name in found]


def counts(
    rows_of: Callable[[Shape], Iterator[tuple[Any, ...]]], of: list[Shape], progress: Progress
) -> dict[str, Count]:
    """Rows and digest of each table."""
    found = {}
    for number, shape in enumerate(of):
        progress("verifying", number, len(of))
        kinds = list(shape.columns.values())
        total = rows = 0
        for row in rows_of(shape):
            said = json.dumps([_canonical(kind, value) for kind, value in zip(kinds, row, strict=True)])
            total += int.from_bytes(hashlib.sha256(said.encode()).digest())
            rows += 1
        found[shape.name] = Count(rows, f"{total % 2**256:064x}")
    progress("verifying", len(of), len(of))
    return found


def _canonical(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "json":
        return json.dumps(_numbers(json.loads(value)), sort_keys=True)
    if kind == "bytes":
        return bytes(value).hex()
    return value


def _numbers(value: Any) -> Any:
    """JSON with numbers written one way: PostgreSQL spells 1e2 as 100."""
    if isinstance(value, dict):
        return {name: _numbers(below) for name, below in value.items()}
    if isinstance(value, list):
        return [_numbers(below) for below in value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if -_EXACT <= value <= _EXACT:
        return int(value) if value == int(value) else repr(float(value))
    try:
        return repr(float(value))
    except OverflowError:
        return str(value)


def of_sqlite(database: sqlite3.Connection) -> Callable[[Shape], Iterator[tuple[Any, ...]]]:
    """Reads the rows of a table from a SQLite file."""

    def rows(shape: Shape) -> Iterator[tuple[Any, ...]]:
        names = ", ".join(f'"{name}"' for name in shape.columns)
        times = [n for n, kind in enumerate(shape.columns.values()) if kind == "time"]
        for row in database.execute(f'SELECT {names} FROM "{shape.name}"'):  # noqa: S608
            if any(row[n] is not None and len(row[n]) != 26 for n in times):
                row = tuple(_time_text(v) if n in times and v is not None else v for n, v in enumerate(row))
            yield row

    return rows


def _time_text(text: str) -> str:
    return datetime.fromisoformat(text).isoformat(" ", "microseconds")


def of_postgresql(connection: Connection) -> Callable[[Shape], Iterator[tuple[Any, ...]]]:
    """Reads the rows of a table from PostgreSQL, streaming."""

    def rows(shape: Shape) -> Iterator[tuple[Any, ...]]:
        wanted = ", ".join(f'"{name}"::text' if kind == "json" else f'"{name}"' for name, kind in shape.columns.items())
        kinds = list(shape.columns.values())
        streaming = connection.execution_options(stream_results=True, yield_per=_MANY)
        for row in streaming.exec_driver_sql(f'SELECT {wanted} FROM "{shape.name}"'):  # noqa: S608
            yield tuple(_from_postgresql(kind, value) for kind, value in zip(kinds, row, strict=True))

    return rows


def _from_postgresql(kind: str, value: Any) -> Any:
    if value is None or kind in ("plain", "json"):
        return value
    if kind == "time":
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    if kind == "flag":
        return int(value)
    return bytes(value) if kind == "bytes" else value.isoformat()


def check_same(connection: Connection, of: list[Shape]) -> None:
    """Raises StoreError where PostgreSQL lacks a table or column of ours."""
    said = connection.exec_driver_sql(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    )
    there = {(table, column) for table, column in said}
    for shape in of:
        missing = [name for name in shape.columns if (shape.name, name) not in there]
        if missing:
            raise StoreError(
                f"The database has no {shape.name}.{missing[0]}.", hint="Run bomtool doctor.", code="store-damaged"
            )


def into_sqlite(
    database: sqlite3.Connection,
    of: list[Shape],
    rows_of: Callable[[Shape], Iterator[tuple[Any, ...]]],
    progress: Progress,
) -> None:
    """Fill an empty SQLite file of the newest schema, in one transaction; its triggers see nothing of it."""
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    database.execute("PRAGMA foreign_keys=OFF")
    database.execute("BEGIN IMMEDIATE")
    for name, _ in triggers:
        database.execute(f'DROP TRIGGER "{name}"')
    for number, shape in enumerate(of):
        progress("copying", number, len(of))
        names, marks = ", ".join(f'"{name}"' for name in shape.columns), ", ".join("?" * len(shape.columns))
        database.executemany(f'INSERT INTO "{shape.name}" ({names}) VALUES ({marks})', rows_of(shape))  # noqa: S608
    for _, sql in triggers:
        database.execute(sql)
    database.execute("COMMIT")


def into_postgresql(
    connection: Connection, of: list[Shape], rows_of: Callable[[Shape], Iterator[tuple[Any, ...]]], progress: Progress
) -> None:
    """Fill the empty tables of PostgreSQL in the connection's transaction; triggers of ours see nothing of it."""
    cursor: Any = connection.connection.cursor()
    for number, shape in enumerate(of):
        progress("copying", number, len(of))
        kinds = list(shape.columns.values())
        names = ", ".join(f'"{name}"' for name in shape.columns)
        connection.exec_driver_sql(f'ALTER TABLE "{shape.name}" DISABLE TRIGGER USER')
        with cursor.copy(f'COPY "{shape.name}" ({names}) FROM STDIN') as copy:
            for row in rows_of(shape):
                copy.write_row([_to_postgresql(kind, value) for kind, value in zip(kinds, row, strict=True)])
        connection.exec_driver_sql(f'ALTER TABLE "{shape.name}" ENABLE TRIGGER USER')
    _set_sequences(connection)


def _to_postgresql(kind: str, value: Any) -> Any:
    if value is None or kind not in ("time", "flag"):
        return value
    return f"{value}+00" if kind == "time" else bool(value)


def _set_sequences(connection: Connection) -> None:
    """Numbers go on behind the highest one there is."""
    # Our tables first: PostgreSQL may ask for the sequence of every table it looks at, and that fails for others.
    serial = connection.exec_driver_sql(
        "WITH ours AS MATERIALIZED (SELECT c.relname, a.attname, c.oid::regclass::text AS name FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = current_schema()::regnamespace "
        "AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped) "
        "SELECT relname, attname, pg_get_serial_sequence(name, attname) FROM ours "
        "WHERE pg_get_serial_sequence(name, attname) IS NOT NULL"
    ).all()
    for table, column, sequence in serial:
        connection.exec_driver_sql(
            f'SELECT setval(\'{sequence}\', coalesce((SELECT max("{column}") FROM "{table}"), 0) + 1, false)'  # noqa: S608
        )
