"""Turns the rows of a source into rows of the tables, in batches: everything of loading that needs no database.

Batches are plain tuples, lists and dictionaries of texts and numbers, so that a child process can send them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bomtool.errors import ReadError
from bomtool.parts import ids, opening, specs, suffixes
from bomtool.parts.columns import Row
from bomtool.parts.source import Source

BATCH = 5_000


@dataclass(slots=True)
class Batch:
    """Rows of `catalog_parts` and `catalog_offers` in the order of their columns; parts and offers so far, and how far
    the reading is (bytes done of `total`). The last batch has `summary`."""

    parts: list[tuple[Any, ...]]
    offers: list[tuple[Any, ...]]
    count: int
    offer_count: int
    done: int
    total: int
    summary: dict[str, Any] | None = None


@dataclass(slots=True)
class _Doubles:
    """Offers that stand in the source more than once: the newest counts, of equally old ones the first."""

    seen: dict[int, tuple[int, int, str]] = field(default_factory=dict)
    older: list[tuple[int, int]] = field(default_factory=list)
    newest_kept: int = 0
    first_kept: int = 0


def batches(path: Path, first: int, currency: str | None = None, size: int = BATCH) -> Iterator[Batch]:
    """Read a source to its end; parts get the refs from `first` on. Raises ReadError."""
    with opening.open_source(path, currency) as source:
        work = _Work(first)
        for row in source.rows:
            work.add(row)
            if len(work.parts) >= size or len(work.offers) >= 2 * size:
                yield work.batch(source)
        if not work.count:
            raise ReadError(f"{path.name} has no parts.", hint="Export it again.", code="no-table")
        yield work.batch(source, work.summary(source))


def whole(rows: Iterable[Row], first: int) -> Batch:
    """Rows at hand as one batch with its summary; parts get the refs from `first` on."""
    work = _Work(first)
    for row in rows:
        work.add(row)
    at_hand = Source(iter(()), 0, lambda: 0, list)
    return work.batch(at_hand, work.summary(at_hand))


class _Work:
    """Rows waiting to be sent, and what has to be remembered over the whole source."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.next = first
        self.parts: list[tuple[Any, ...]] = []
        self.offers: list[tuple[Any, ...]] = []
        self.offer_count = 0
        self._unpriced = 0
        self._doubles = _Doubles()
        self._refs: dict[str, int] = {}
        self._positions: dict[int, int] = {}
        self._more_stock: dict[int, int] = {}
        self._newest = ""

    @property
    def count(self) -> int:
        return self.next - self.first

    def batch(self, source: Source, summary: dict[str, Any] | None = None) -> Batch:
        found = Batch(self.parts, self.offers, self.count, self.offer_count, source.done(), source.total, summary)
        self.parts, self.offers = [], []
        return found

    def summary(self, source: Source) -> dict[str, Any]:
        """What is known only at the end: notes for people, the day of the figures, offers that turned out to be old, and
        stock to be added to parts already sent (by ref)."""
        doubles = self._doubles
        notes = source.notes()
        if doubles.newest_kept:
            notes.append(f"{doubles.newest_kept:,} offers stand in the source several times; the newest one was taken.")
        if doubles.first_kept:
            notes.append(
                f"{doubles.first_kept:,} offers stand in the source several times (same supplier, SKU, packaging and "
                "currency); the first one was taken."
            )
        if self._unpriced:
            notes.append(f"{self._unpriced:,} offers have no price and cannot be bought.")
        as_of = source.as_of.isoformat() if source.as_of else self._newest[:10] or None
        return {"notes": notes, "as_of": as_of, "older": doubles.older, "more_stock": list(self._more_stock.items())}

    def add(self, row: Row) -> None:
        maker = ids.canonical_maker(row.manufacturer) if row.manufacturer else ""
        part_id = ids.part_id(maker, row.mpn)
        ref = self._refs.get(part_id)
        fresh = ref is None
        if ref is None:
            ref = self._refs[part_id] = self.next
            self.next += 1
            self.parts.append(_part(ref, part_id, maker, row))
        if row.supplier or row.sku or row.breaks or row.stock is not None:
            self._offer(ref, row, fresh)

    def _offer(self, ref: int, row: Row, fresh: bool) -> None:
        fetched = _stored(row.fetched_at) if row.fetched_at else ""
        name = hash((row.supplier, row.sku or ref, row.packaging, row.currency))
        doubles = self._doubles
        before = doubles.seen.get(name)
        if before is not None:
            if fetched <= before[2]:
                if fetched == before[2]:
                    doubles.first_kept += 1
                else:
                    doubles.newest_kept += 1
                return
            doubles.newest_kept += 1
            doubles.older.append(before[:2])
            self.offer_count -= 1
        position = 0
        if not fresh:
            position = self._positions[ref] = self._positions.get(ref, 0) + 1
            if row.stock and before is None:
                self._more_stock[ref] = self._more_stock.get(ref, 0) + row.stock
        doubles.seen[name] = (ref, position, fetched)
        self._newest = max(self._newest, fetched)
        self._unpriced += not row.breaks
        self.offer_count += 1
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
                fetched or None,
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


def _stored(moment: datetime) -> str:
    """A time as SQLite keeps it: UTC, without an offset."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
