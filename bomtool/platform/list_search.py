"""The index of what lists are searched for: trigrams of their texts, on SQLite in tables of our own.

Triggers note each record whose texts come, change or go (see the migration that makes them); `catch_up` takes the notes into
the index, many at a time. What a search may find is what the index says and what still waits: of that the texts themselves
are looked at, so the index can only say too much. PostgreSQL keeps an index of its own (pg_trgm) and needs none of this.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, String, Table, column, literal, select, text
from sqlalchemy import table as named

if TYPE_CHECKING:
    from bomtool.store import Store

SEARCHED: Mapping[str, tuple[str, ...]] = {
    "boms": ("name", "version", "part_number", "integration_record_id"),
    "programs": ("name", "reference_number", "integration_record_id"),
    "suppliers": ("name", "code", "email", "contact_name"),
    "stock_documents": ("name", "notes"),
}
"""The lists with an index, and the columns that are searched."""
SHORTEST = 3
"""Characters of a term that the index knows."""
FEW = 5_000
"""Of so many candidates a page is looked for among them; where there are more, it is found soon in the order of the list."""
_WAITING = 5_000
"""So many that wait are looked at one by one; more, and the list is read."""
_GRAMS = 12
_BATCH = 2_000


def candidates(connection: Connection, table: Table, term: str, most: int) -> int | None:
    """How many records may have a term, at most `most`; None where no index can say."""
    if connection.dialect.name != "sqlite" or table.name not in SEARCHED or len(term) < SHORTEST:
        return None
    waiting = connection.execute(
        text("SELECT count(*) FROM (SELECT 1 FROM list_waiting WHERE list = :list LIMIT :most)"),
        {"list": table.name, "most": _WAITING + 1},
    ).scalar_one()
    if waiting > _WAITING:
        return None
    grams = f"list_grams_{table.name}"
    asked = text(f"SELECT count(*) FROM (SELECT 1 FROM {grams} WHERE {grams} MATCH :grams LIMIT :most)")  # noqa: S608
    found = connection.execute(asked, {"grams": _match(term), "most": most}).scalar_one()
    return int(found) + int(waiting)


def among(table: Table, term: str) -> ColumnElement[bool]:
    """That a record is one of the candidates."""
    grams, refs = f"list_grams_{table.name}", f"list_refs_{table.name}"
    r, g = named(refs, column("ref"), column("id")), named(grams, column("rowid"), column(grams))
    waiting = named("list_waiting", column("list"), column("id"))
    matching = select(g.c.rowid).where(g.c[grams].op("MATCH")(literal(_match(term), String)))
    indexed = select(r.c.id).where(r.c.ref.in_(matching))
    return table.c.id.in_(indexed.union_all(select(waiting.c.id).where(waiting.c.list == literal(table.name, String))))


def _match(term: str) -> str:
    """The trigrams of a term that are asked for; of a long one some, from all over it."""
    every = list(dict.fromkeys(term[n : n + 3] for n in range(len(term) - 2)))
    step = max(1, -(-len(every) // _GRAMS))
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in every[::step])


def catch_up(store: Store, most: int | None = None) -> int:
    """Take what waits into the index, a batch to a transaction, until nothing or `most` batches; how many records."""
    if store.dialect != "sqlite":
        return 0
    done = batches = 0
    while most is None or batches < most:
        with store.read() as connection:  # an idle turn takes no lock
            if connection.execute(text("SELECT 1 FROM list_waiting LIMIT 1")).first() is None:
                break
        with store.write() as connection:
            done += sum(_take(connection, table) for table in SEARCHED)
        batches += 1
    return done


def rebuild(connection: Connection) -> None:
    """Let all records wait, where they came past the triggers, and take them in."""
    if connection.dialect.name != "sqlite":
        return
    for table in SEARCHED:
        connection.execute(text(f"DELETE FROM list_refs_{table}"))  # noqa: S608
        connection.execute(text(f"INSERT INTO list_grams_{table} (list_grams_{table}) VALUES ('delete-all')"))  # noqa: S608
        connection.execute(
            text(f"INSERT INTO list_waiting SELECT :list, id FROM {table} WHERE true ON CONFLICT DO NOTHING"),  # noqa: S608
            {"list": table},
        )
        while _take(connection, table):
            pass


def _take(connection: Connection, table: str) -> int:
    """Take a batch of one list into the index; how many records."""
    query = text("SELECT id FROM list_waiting WHERE list = :list LIMIT :most")
    ids = connection.execute(query, {"list": table, "most": _BATCH}).scalars().all()
    if not ids:
        return 0
    refs, grams = f"list_refs_{table}", f"list_grams_{table}"
    texts = " || char(10) || ".join(f"coalesce({name}, '')" for name in SEARCHED[table])
    batch = "(SELECT value FROM json_each(:ids))"
    for statement in (
        f"INSERT INTO {grams} ({grams}, rowid, text) SELECT 'delete', ref, text FROM {refs} WHERE id IN {batch}",  # noqa: S608
        f"DELETE FROM {refs} WHERE id IN {batch} AND id NOT IN (SELECT id FROM {table} WHERE id IN {batch})",  # noqa: S608
        f"INSERT INTO {refs} (id, text) SELECT id, {texts} FROM {table} WHERE id IN {batch} "  # noqa: S608
        "ON CONFLICT (id) DO UPDATE SET text = excluded.text",
        f"INSERT INTO {grams} (rowid, text) SELECT ref, text FROM {refs} WHERE id IN {batch}",  # noqa: S608
        f"DELETE FROM list_waiting WHERE list = '{table}' AND id IN {batch}",  # noqa: S608
    ):
        connection.execute(text(statement), {"ids": json.dumps(ids)})
    return len(ids)
