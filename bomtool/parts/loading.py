"""Loads a catalogue into the store: streamed in chunks nobody sees, then swapped in by one small transaction.

Writers of other processes get their turn between chunks. An interrupted load leaves rows that no query looks at; the
next load or drop sweeps them away.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from bomtool.parts import ahead, dialect, tables
from bomtool.parts.model import CatalogInfo, Kind
from bomtool.parts.preparing import Batch
from bomtool.store.engine import Store
from bomtool.store.schema import now

Progress = Callable[[int, int | None], None]
"""Called with parts done and, where it can be told, parts in all."""

SPAN = 32
"""A catalogue's refs are its id shifted by so many bits, plus a running number."""
_CHUNK = 75_000
_SWEEP = 50_000
_STALE = timedelta(minutes=15)
_PUBLISH_LOCK = 0x626F6D63  # any fixed number does; this one spells "bomc"


def load(
    store: Store,
    path: Path,
    *,
    name: str,
    kind: Kind,
    as_of: date | None,
    source: str,
    progress: Progress | None = None,
    fingerprint: str | None = None,
    currency: str | None = None,
) -> CatalogInfo:
    """Load a source as catalogue `name`, replacing one of that name in the moment the new one is whole.

    `as_of` None takes the day the source itself tells, `currency` is that of prices that name none. Raises ReadError
    naming row and column for what cannot be read; the catalogue of that name is then as it was.
    """
    sweep(store)
    with store.write() as connection:
        remark = dialect.prepare_grams(connection)
        catalog_id = _register(connection, name, kind, as_of, source, fingerprint)
    try:
        pages = _Pages(store, catalog_id)
        with contextlib.closing(ahead.batches(path, catalog_id << SPAN, currency)) as batches:
            for batch in batches:
                pages.add(batch)
                if progress:
                    progress(batch.count, _estimate(batch))
        pages.flush()
        info = _publish(store, catalog_id, batch, [remark] if remark else [])
    except BaseException:
        with store.write() as connection:
            _mark_dropped(connection, catalog_id)
        sweep(store)
        raise
    sweep(store)
    if progress:
        progress(info.parts, info.parts)
    return info


class _Pages:
    """Batches, gathered and written many at a time: the fewer transactions, the fewer times an index page is written."""

    def __init__(self, store: Store, catalog_id: int) -> None:
        self._store = store
        self._id = catalog_id
        self._next = catalog_id << SPAN
        self._parts: list[tuple[Any, ...]] = []
        self._offers: list[tuple[Any, ...]] = []

    def add(self, batch: Batch) -> None:
        self._parts += batch.parts
        self._offers += batch.offers
        if len(self._parts) >= _CHUNK or len(self._offers) >= 2 * _CHUNK:
            self.flush()

    def flush(self) -> None:
        if not self._parts and not self._offers:
            return
        with self._store.write() as connection, dialect.bulk(connection):
            dialect.insert_many(connection, tables.parts, self._parts)
            dialect.insert_many(connection, tables.offers, self._offers)
            dialect.index_grams(connection, self._next, self._next + len(self._parts) - 1)
            connection.execute(update(tables.catalogs).where(tables.catalogs.c.id == self._id).values(beat_at=now()))
        self._next += len(self._parts)
        self._parts, self._offers = [], []


def sweep(store: Store) -> None:
    """Remove the rows of catalogues that were dropped, replaced, or whose loading died."""
    with store.read() as connection:
        old = tables.catalogs.c
        stale = (old.state == "loading") & (old.beat_at < now() - _STALE)
        gone = connection.scalars(select(old.id).where((old.state == "dropped") | stale)).all()
    for catalog_id in gone:
        first, end = catalog_id << SPAN, (catalog_id + 1) << SPAN
        while True:
            with store.write() as connection, dialect.bulk(connection):
                refs = tables.parts.c.ref
                page = select(refs).where(refs >= first, refs < end).order_by(refs).limit(_SWEEP).subquery()
                last = connection.scalar(select(func.max(page.c.ref)))
                if last is None:
                    connection.execute(delete(tables.catalogs).where(tables.catalogs.c.id == catalog_id))
                    break
                dialect.forget_grams(connection, first, last)
                connection.execute(delete(tables.offers).where(tables.offers.c.ref.between(first, last)))
                connection.execute(delete(tables.parts).where(refs.between(first, last)))
    if gone:
        with store.write() as connection:
            dialect.count_grams(connection)


def drop(connection: Connection, name: str, *, dismiss: bool = False) -> bool:
    """Make catalogue `name` invisible; `sweep` removes its rows. False where there is none.

    `dismiss` leaves a mark where it was a sample: somebody does not want it.
    """
    c = tables.catalogs.c
    named = (c.name == name) & (c.state == "ready")
    kind = connection.scalar(select(c.kind).where(named))
    if kind is None:
        return False
    connection.execute(update(tables.catalogs).where(named).values(state="dropped"))
    if dismiss and kind == "sample":
        _register(connection, name, kind, None, "", None, state="dismissed")
    return True


def _register(
    connection: Connection,
    name: str,
    kind: Kind,
    as_of: date | None,
    source: str,
    fingerprint: str | None,
    state: str = "loading",
) -> int:
    row = {"name": name, "state": state, "kind": kind, "source": source, "as_of": as_of, "fingerprint": fingerprint}
    counts = {"preference": 0, "parts": 0, "offers": 0, "beat_at": now(), "notes": []}
    inserted = connection.execute(insert(tables.catalogs).values(**row, **counts))
    return int(inserted.inserted_primary_key[0])  # type: ignore[index]


def _publish(store: Store, catalog_id: int, last: Batch, remarks: list[str]) -> CatalogInfo:
    """One transaction: the old catalogue of that name goes, the new one is there."""
    catalogs = tables.catalogs
    said = last.summary or {}
    with store.write() as connection:
        if store.dialect == "postgresql":  # two loads of one name, as by the first two processes of a new database
            connection.execute(select(func.pg_advisory_xact_lock(_PUBLISH_LOCK)))
        settle(connection, said)
        dialect.after_loading(connection)
        mine = connection.execute(select(catalogs).where(catalogs.c.id == catalog_id)).one()
        old = connection.execute(
            select(catalogs).where(catalogs.c.name == mine.name, catalogs.c.state == "ready")
        ).one_or_none()
        preference = old.preference if old else 0 if mine.kind == "sample" else 1
        drop(connection, mine.name)
        dismissed = (catalogs.c.name == mine.name) & (catalogs.c.state == "dismissed")
        connection.execute(delete(catalogs).where(dismissed))
        values = {
            "state": "ready",
            "preference": preference,
            "parts": last.count,
            "offers": last.offer_count,
            "loaded_at": now(),
            "notes": [*said.get("notes", []), *remarks],
        }
        if mine.as_of is None and said.get("as_of"):
            values["as_of"] = date.fromisoformat(said["as_of"])
        connection.execute(update(catalogs).where(catalogs.c.id == catalog_id).values(**values))
        if old is None:
            dialect.count_grams(connection)  # otherwise the sweep of the old rows counts
        row = connection.execute(select(catalogs).where(catalogs.c.id == catalog_id)).one()
    return info(row)


def settle(connection: Connection, said: dict[str, Any]) -> None:
    """Write what turned out only at the end of the source: offers that newer ones replace, and more stock of parts."""
    older = [{"ref": ref, "position": position} for ref, position in said.get("older", ())]
    if older:
        connection.execute(text("DELETE FROM catalog_offers WHERE ref = :ref AND position = :position"), older)
    more = [{"ref": ref, "more": amount} for ref, amount in said.get("more_stock", ())]
    if more:
        connection.execute(text("UPDATE catalog_parts SET stock = COALESCE(stock, 0) + :more WHERE ref = :ref"), more)


def info(row: Any) -> CatalogInfo:
    """A row of `catalogs` as the model has it."""
    loaded: datetime = row.loaded_at
    return CatalogInfo(
        row.name, row.kind, row.source, row.as_of, row.parts, row.offers, loaded, row.preference, list(row.notes)
    )


def _mark_dropped(connection: Connection, catalog_id: int) -> None:
    connection.execute(update(tables.catalogs).where(tables.catalogs.c.id == catalog_id).values(state="dropped"))


def _estimate(batch: Batch) -> int | None:
    return max(batch.count, round(batch.count * batch.total / batch.done)) if batch.done else None
