"""Keeps what providers answered: a catalogue of kind live for each, in which a part's newest answer replaces the one before.

Such a catalogue stands behind the loaded ones for what a part is, and before them for what it costs (see `rows.Shelf`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from bomtool.parts import dialect, loading, preparing, tables
from bomtool.parts.columns import Row
from bomtool.parts.loading import SPAN
from bomtool.parts.providers.model import Terms
from bomtool.parts.providers.tables import answers
from bomtool.store.engine import Store
from bomtool.store.schema import now

_SLICE = 500


def fresh(store: Store, terms: Terms, keys: Iterable[str], age: timedelta | None = None) -> dict[str, bool]:
    """Which of these part numbers were asked for lately enough (`age`, or as the terms say), and whether a price
    came of it."""
    c = answers.c
    found: dict[str, bool] = {}
    wanted = sorted(set(keys))
    with store.read() as connection:
        for at in range(0, len(wanted), _SLICE):
            query = select(c.mpn_key, c.priced).where(
                c.provider == terms.provider,
                c.asked_at > now() - (terms.fresh if age is None else age),
                c.mpn_key.in_(wanted[at : at + _SLICE]),
            )
            found.update({row.mpn_key: bool(row.priced) for row in connection.execute(query)})
    return found


def save(store: Store, terms: Terms, asked: Mapping[str, bool], rows: Sequence[Row], moment: datetime) -> None:
    """Replace what is known of the part numbers asked for (key: whether priced) by these rows, in one transaction."""
    with store.write() as connection, dialect.bulk(connection):
        catalog_id = _catalog(connection, terms, moment)
        _forget(connection, catalog_id, asked)
        first = (connection.scalar(select(func.max(tables.parts.c.ref)).where(*_mine(catalog_id))) or 0) + 1
        batch = preparing.whole(rows, max(first, catalog_id << SPAN))
        dialect.insert_many(connection, tables.parts, batch.parts)
        dialect.insert_many(connection, tables.offers, batch.offers)
        loading.settle(connection, batch.summary or {})
        if batch.parts:
            dialect.index_grams(connection, batch.parts[0][0], batch.parts[-1][0])
        c = answers.c
        connection.execute(delete(answers).where(c.provider == terms.provider, c.mpn_key.in_(list(asked))))
        if asked:
            marks = [
                {"provider": terms.provider, "mpn_key": key, "asked_at": moment, "priced": priced}
                for key, priced in asked.items()
            ]
            connection.execute(insert(answers), marks)
        _count(connection, catalog_id, moment)


def forget_old(store: Store, terms: Terms) -> int:
    """Remove answers older than the terms allow keeping; how many part numbers that were."""
    c = answers.c
    with store.write() as connection:
        old = [
            row.mpn_key
            for row in connection.execute(
                select(c.mpn_key).where(c.provider == terms.provider, c.asked_at < now() - terms.keep)
            )
        ]
        catalog_id = _known(connection, terms)
        for at in range(0, len(old), _SLICE):
            keys = old[at : at + _SLICE]
            if catalog_id is not None:
                _forget(connection, catalog_id, keys)
            connection.execute(delete(answers).where(c.provider == terms.provider, c.mpn_key.in_(keys)))
        if old and catalog_id is not None:
            _count(connection, catalog_id, None)
    return len(old)


def _known(connection: Connection, terms: Terms) -> int | None:
    c = tables.catalogs.c
    return connection.scalar(select(c.id).where(c.name == terms.catalog, c.state == "ready", c.kind == "live"))


def _catalog(connection: Connection, terms: Terms, moment: datetime) -> int:
    found = _known(connection, terms)
    if found is not None:
        return found
    values = {
        "name": terms.catalog, "state": "ready", "kind": "live", "source": terms.url, "preference": 0, "parts": 0,
        "offers": 0, "beat_at": moment, "loaded_at": moment, "notes": [],
    }  # fmt: skip
    inserted = connection.execute(insert(tables.catalogs).values(**values))
    return int(inserted.inserted_primary_key[0])  # type: ignore[index]


def _mine(catalog_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    ref = tables.parts.c.ref
    return ref >= catalog_id << SPAN, ref < (catalog_id + 1) << SPAN


def _forget(connection: Connection, catalog_id: int, keys: Iterable[str]) -> None:
    refs = connection.scalars(
        select(tables.parts.c.ref).where(tables.parts.c.mpn_key.in_(list(keys)), *_mine(catalog_id))
    ).all()
    for ref in refs:
        dialect.forget_grams(connection, ref, ref)
    connection.execute(delete(tables.offers).where(tables.offers.c.ref.in_(refs)))
    connection.execute(delete(tables.parts).where(tables.parts.c.ref.in_(refs)))


def _count(connection: Connection, catalog_id: int, moment: datetime | None) -> None:
    first, end = catalog_id << SPAN, (catalog_id + 1) << SPAN
    parts, offers = tables.parts.c.ref, tables.offers.c.ref
    values = {
        "parts": select(func.count()).where(parts >= first, parts < end).scalar_subquery(),
        "offers": select(func.count()).where(offers >= first, offers < end).scalar_subquery(),
        **({"loaded_at": moment, "as_of": moment.date()} if moment else {}),
    }
    connection.execute(update(tables.catalogs).where(tables.catalogs.c.id == catalog_id).values(**values))
