"""Loads a catalogue file into the store: streamed in chunks nobody sees, then swapped in by one small transaction.

Writers of other processes get their turn between chunks. An interrupted load leaves rows that no query looks at; the
next load or drop sweeps them away.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from bomtool.errors import ReadError
from bomtool.parts import dialect, files, ids, specs, suffixes, tables
from bomtool.parts.columns import Reader, Row
from bomtool.parts.model import CatalogInfo, Kind
from bomtool.store.engine import Store
from bomtool.store.schema import now

Progress = Callable[[int, int | None], None]
"""Called with parts done and, where it can be told, parts in all."""

SPAN = 32
"""A catalogue's refs are its id shifted by so many bits, plus a running number."""
_CHUNK = 25_000
_SWEEP = 50_000
_STALE = timedelta(minutes=15)
_HEADER_WITHIN = 20


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
) -> CatalogInfo:
    """Load a file as catalogue `name`, replacing one of that name in the moment the new one is whole.

    Raises ReadError naming row and column for what cannot be read; the catalogue of that name is then as it was.
    """
    sweep(store)
    with files.open_rows(path) as content:
        reader = _header(content, path.name)
        with store.write() as connection:
            catalog_id = _register(connection, name, kind, as_of, source, fingerprint)
        try:
            work = _Work(catalog_id)
            for number, cells in content.rows:
                row = reader.read(number, cells)
                if row is None:
                    continue
                work.add(row)
                if work.pending >= _CHUNK:
                    _flush(store, work)
                    if progress:
                        progress(work.count, _estimate(work.count, content))
            _flush(store, work)
            if work.count == 0:
                raise ReadError(f"{path.name} has a header but no parts.", hint="Export it again.", code="no-table")
            notes = _notes(work, reader)
            info = _publish(store, catalog_id, work, notes)
        except BaseException:
            with store.write() as connection:
                _mark_dropped(connection, catalog_id)
            sweep(store)
            raise
    sweep(store)
    if progress:
        progress(work.count, work.count)
    return info


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


class _Work:
    """Rows waiting to be written, and what has to be remembered over the whole file."""

    def __init__(self, catalog_id: int) -> None:
        self.first = catalog_id << SPAN
        self.next = self.first
        self.written = self.first
        self.parts: list[tuple[Any, ...]] = []
        self.offers: list[tuple[Any, ...]] = []
        self.offer_count = 0
        self.doubled = 0
        self.unpriced = 0
        self._refs: dict[str, int] = {}
        self._positions: dict[int, int] = {}
        self._seen: set[int] = set()
        self.more_stock: dict[int, int] = {}

    @property
    def count(self) -> int:
        return self.next - self.first

    @property
    def pending(self) -> int:
        return len(self.parts) + len(self.offers) // 4

    def add(self, row: Row) -> None:
        maker = ids.canonical_maker(row.manufacturer) if row.manufacturer else ""
        part_id = ids.part_id(maker, row.mpn)
        ref = self._refs.get(part_id)
        fresh = ref is None
        if ref is None:
            ref = self._refs[part_id] = self.next
            self.next += 1
            self.parts.append(_part(ref, part_id, maker, row))
        elif row.stock:
            self.more_stock[ref] = self.more_stock.get(ref, 0) + row.stock
        if row.has_offer:
            self._offer(ref, row, fresh)

    def _offer(self, ref: int, row: Row, fresh: bool) -> None:
        name = hash((row.supplier, row.sku, row.packaging) if row.sku else (row.supplier, ref, row.packaging))
        if name in self._seen:
            self.doubled += 1
            return
        self._seen.add(name)
        position = 0
        if not fresh:
            position = self._positions[ref] = self._positions.get(ref, 0) + 1
        self.unpriced += not row.breaks
        self.offer_count += 1
        fetched = row.fetched_at
        self.offers.append(
            (
                ref,
                position,
                row.supplier,
                row.sku,
                ids.key(row.sku) or None,
                row.stock,
                row.moq,
                row.order_multiple,
                row.packaging or None,
                row.currency,
                row.breaks,
                row.lead_time_days,
                row.authorized,
                row.url or None,
                fetched.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds") if fetched else None,
            )
        )


def _part(ref: int, part_id: str, maker: str, row: Row) -> tuple[Any, ...]:
    stem = suffixes.stem(row.mpn, maker)
    spec = specs.of_part(row.mpn, maker, row.category, row.package, row.description)
    return (
        ref,
        part_id,
        row.mpn,
        ids.key(row.mpn),
        ids.key(stem.text) if stem else None,
        maker,
        row.description or None,
        row.package or None,
        row.category or None,
        row.mount or None,
        row.lifecycle or None,
        row.datasheet or None,
        specs.key(spec) if spec else None,
        specs.limits(spec) if spec else None,
        row.stock,
    )


def _header(content: files.Rows, name: str) -> Reader:
    for tried, (number, cells) in enumerate(content.rows):
        if any(cell.strip() for cell in cells):
            return Reader(cells, number, name)
        if tried >= _HEADER_WITHIN:
            break
    raise ReadError(f"{name} has no header.", hint="Name the columns in the first row.", code="no-table")


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


def _flush(store: Store, work: _Work) -> None:
    if not work.parts and not work.offers:
        return
    with store.write() as connection, dialect.bulk(connection):
        dialect.insert_many(connection, tables.parts, work.parts)
        dialect.insert_many(connection, tables.offers, work.offers)
        dialect.index_grams(connection, work.written, work.next - 1)
        mine = tables.catalogs.c.id == work.first >> SPAN
        connection.execute(update(tables.catalogs).where(mine).values(beat_at=now()))
    work.parts.clear()
    work.offers.clear()
    work.written = work.next


def _publish(store: Store, catalog_id: int, work: _Work, notes: list[str]) -> CatalogInfo:
    """One transaction: the old catalogue of that name goes, the new one is there."""
    catalogs = tables.catalogs
    with store.write() as connection:
        for ref, more in work.more_stock.items():
            connection.execute(
                text("UPDATE catalog_parts SET stock = COALESCE(stock, 0) + :more WHERE ref = :ref"),
                {"more": more, "ref": ref},
            )
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
            "parts": work.count,
            "offers": work.offer_count,
            "loaded_at": now(),
            "notes": notes,
        }
        connection.execute(update(catalogs).where(catalogs.c.id == catalog_id).values(**values))
        if old is None:
            dialect.count_grams(connection)  # otherwise the sweep of the old rows counts
        row = connection.execute(select(catalogs).where(catalogs.c.id == catalog_id)).one()
    return info(row)


def info(row: Any) -> CatalogInfo:
    """A row of `catalogs` as the model has it."""
    loaded: datetime = row.loaded_at
    return CatalogInfo(
        row.name, row.kind, row.source, row.as_of, row.parts, row.offers, loaded, row.preference, list(row.notes)
    )


def _mark_dropped(connection: Connection, catalog_id: int) -> None:
    connection.execute(update(tables.catalogs).where(tables.catalogs.c.id == catalog_id).values(state="dropped"))


def _estimate(count: int, content: files.Rows) -> int | None:
    done = content.done()
    return max(count, round(count * content.total / done)) if done else None


def _notes(work: _Work, reader: Reader) -> list[str]:
    notes = []
    if work.doubled:
        notes.append(f"{work.doubled:,} offers stood in the file twice (same supplier and SKU); the first was kept.")
    if work.unpriced:
        notes.append(f"{work.unpriced:,} offers have no price and cannot be bought.")
    ignored = reader.ignored()
    if ignored:
        notes.append(f"Columns that were not used: {', '.join(ignored)[:200]}.")
    return notes
