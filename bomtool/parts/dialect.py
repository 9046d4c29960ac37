"""The SQL that differs between SQLite and PostgreSQL; everything else in this room is the same text for both.

Lists travel as one JSON parameter, so that a statement stays the same however long the list is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.exc import DBAPIError

_GRAM_INDEX = "ix_catalog_parts_grams"
_COUNT_LOCK = 0x626F6D67  # any fixed number does; this one spells "bomg"
NO_GRAM_INDEX = (
    "This PostgreSQL has no extension pg_trgm, so that the search for part numbers like another one reads every part. "
    "Let an administrator run CREATE EXTENSION pg_trgm in the database, and load a catalogue again."
)

_CACHE_KIB = 196_608
"""Page cache while loading: the indexes of half a million parts fit, which makes loading linear."""


def each(connection: Connection, name: str) -> str:
    """A table of one text column `value` with the items of the JSON list bound as `name`, to be aliased q."""
    if connection.dialect.name == "sqlite":
        return f"json_each(:{name}) AS q"
    return f"json_array_elements_text(CAST(:{name} AS json)) AS q(value)"


def picked(connection: Connection, which: str) -> str:
    """Joins to each q the parts p that `which` picks: condition, order and limit over catalog_parts s."""
    if connection.dialect.name == "sqlite":
        return f"JOIN catalog_parts p ON p.ref IN (SELECT s.ref FROM catalog_parts s WHERE {which})"  # noqa: S608
    # As above it would be asked for every pair of q and part.
    return f"CROSS JOIN LATERAL (SELECT s.* FROM catalog_parts s WHERE {which}) AS p"  # noqa: S608


def listed(items: Iterable[str]) -> str:
    """The parameter for `each`."""
    return json.dumps(list(items))


def insert_many(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows given as tuples in the order of the table's columns, past the type layer: times must be text or None
    on SQLite already. Far faster than Core, which is what loading half a million parts needs."""
    if not rows:
        return
    names = ", ".join(column.name for column in table.columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(table.columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", list(rows))  # noqa: S608
        return
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


@contextmanager
def bulk(connection: Connection) -> Iterator[None]:
    """Inside, the connection has room for the indexes of a large catalogue."""
    if connection.dialect.name != "sqlite":
        yield
        return
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar()
    connection.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size={int(before or 0)}")


def prepare_grams(connection: Connection) -> str | None:
    """Make the trigram index where it is missing; a sentence for people where the database cannot have one."""
    if connection.dialect.name == "sqlite" or _has_gram_index(connection):
        return None
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_COUNT_LOCK})")
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            # New entries wait in a list, up to so many KiB, and are sorted in together.
            connection.exec_driver_sql(
                f"CREATE INDEX IF NOT EXISTS {_GRAM_INDEX} ON catalog_parts USING gin (mpn_key gin_trgm_ops) "
                "WITH (gin_pending_list_limit = 65536)"
            )
    except DBAPIError:  # no such extension, or no right to make it
        return NO_GRAM_INDEX
    return None


def _has_gram_index(connection: Connection) -> bool:
    return bool(connection.exec_driver_sql(f"SELECT to_regclass('{_GRAM_INDEX}') IS NOT NULL").scalar())


def after_loading(connection: Connection) -> None:
    """After many rows were loaded: the planner learns of them, the trigram index takes in what waits."""
    if connection.dialect.name == "sqlite":
        return
    connection.exec_driver_sql("ANALYZE catalog_parts, catalog_offers")
    if _has_gram_index(connection):
        connection.exec_driver_sql(f"SELECT gin_clean_pending_list('{_GRAM_INDEX}')")


def index_grams(connection: Connection, first: int, last: int) -> None:
    """Put the part numbers of refs `first` to `last` into the trigram index."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO part_grams (rowid, mpn_key) SELECT ref, mpn_key FROM catalog_parts WHERE ref BETWEEN ? AND ?",
            (first, last),
        )


def forget_grams(connection: Connection, first: int, last: int) -> None:
    """Take them out again; the rows must still be there."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO part_grams (part_grams, rowid, mpn_key) "
            "SELECT 'delete', ref, mpn_key FROM catalog_parts WHERE ref BETWEEN ? AND ?",
            (first, last),
        )


def count_grams(connection: Connection) -> None:
    """Count anew in how many part numbers each trigram stands."""
    if connection.dialect.name == "sqlite":
        counted = "SELECT term, doc FROM part_gram_vocab"
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_COUNT_LOCK})")
        counted = (
            "SELECT upper(g), count(*) FROM catalog_parts, unnest(show_trgm(mpn_key)) AS g "
            "WHERE length(g) = 3 AND position(' ' IN g) = 0 GROUP BY upper(g)"
            if _has_gram_index(connection)
            else "SELECT substr(mpn_key, n, 3), count(DISTINCT ref) FROM catalog_parts, "
            "generate_series(1, length(mpn_key) - 2) AS n GROUP BY 1"
        )
    connection.exec_driver_sql("DELETE FROM part_gram_counts")
    connection.exec_driver_sql(f"INSERT INTO part_gram_counts (gram, count) {counted}")


def by_grams(connection: Connection, queries: Sequence[tuple[int, Sequence[str]]]) -> list[tuple[int, int, str]]:
    """(query number, ref, part number key) of every part that has one of the query's trigrams: one statement."""
    if connection.dialect.name == "sqlite":
        asked = [{"n": number, "m": " OR ".join(f'"{gram}"' for gram in grams)} for number, grams in queries]
        statement = (
            "SELECT json_extract(q.value, '$.n'), p.ref, p.mpn_key FROM json_each(:asked) AS q "
            "JOIN part_grams g ON g.part_grams MATCH json_extract(q.value, '$.m') "
            "JOIN catalog_parts p ON p.ref = g.rowid"
        )
    else:
        asked = [{"n": number, "g": [f"%{gram}%" for gram in grams]} for number, grams in queries]
        statement = (
            "SELECT CAST(q.value ->> 'n' AS integer), p.ref, p.mpn_key "
            "FROM json_array_elements(CAST(:asked AS json)) AS q(value) JOIN catalog_parts p "
            "ON p.mpn_key LIKE ANY (ARRAY(SELECT json_array_elements_text(q.value -> 'g')))"
        )
    rows = connection.execute(text(statement), {"asked": json.dumps(asked)})
    return [(number, ref, key) for number, ref, key in rows]
