"""Reads part and offer rows: always a fixed number of statements, however many ids or keys are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, select, text

from bomtool.bom.values import Passive
from bomtool.parts import dialect, prices, specs, suppliers, tables
from bomtool.parts.loading import SPAN
from bomtool.parts.model import Kind, Offer, Part

_PART = (
    "p.ref, p.part_id, p.mpn, p.mpn_key, p.stem_key, p.manufacturer, p.description, p.package, p.category, p.mount, "
    "p.lifecycle, p.datasheet, p.spec_key, p.spec, p.stock"
)


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_MOST_OF_A_VALUE = 3_000
"""Parts of one value that are looked at; the commonest value of half a million parts has fewer."""


@dataclass(frozen=True, slots=True)
class Live:
    """A visible catalogue. `rank` is its place in the order of preference, 0 the first."""

    id: int
    name: str
    kind: Kind
    rank: int
    as_of: datetime | None
    """The day its figures are of, where its offers do not tell their own time."""


@dataclass(frozen=True, slots=True)
class Found:
    """A part row: the part, its keys, what it is as a passive, its stock over all offers, its catalogue's rank."""

    ref: int
    part: Part
    key: str
    stem_key: str | None
    spec_key: str | None
    spec: str | None
    stock: int | None
    rank: int

    def passive(self) -> Passive | None:
        """The part's values where it is a resistor, capacitor or inductor."""
        return specs.read(self.spec_key, self.spec) if self.spec_key else None


@dataclass(frozen=True, slots=True)
class Stocked:
    """A passive among others of its value: its ref, its keys as the catalogue has them, its stock."""

    ref: int
    spec_key: str
    spec: str | None
    stock: int | None

    def passive(self) -> Passive:
        """Its values."""
        return specs.read(self.spec_key, self.spec)


class Shelf:
    """The catalogues in use, over one connection; every method sends one statement.

    Invented figures never stand beside real ones: whether the catalogue preferred most is a sample decides whether
    samples or everything else is in use. `every` takes in the others too, behind, for parts that were chosen before.
    """

    def __init__(self, connection: Connection, prefer: str | None = None, *, every: bool = False) -> None:
        self.connection = connection
        c = tables.catalogs.c
        query = select(c.id, c.name, c.kind, c.as_of).where(c.state == "ready")
        ready = list(connection.execute(query.order_by(c.preference.desc(), c.loaded_at.desc(), c.name)))
        ready.sort(key=lambda row: row.name != prefer)
        first = ready[0].kind if ready else "snapshot"
        used = [row for row in ready if in_use(row.kind, first)]
        if every:
            used += [row for row in ready if not in_use(row.kind, first)]
        self.live = {
            row.id: Live(row.id, row.name, row.kind, rank, _midnight(row.as_of)) for rank, row in enumerate(used)
        }
        self._mine = "s.ref >> 32 IN (" + (", ".join(map(str, self.live)) or "-1") + ")"

    def by_key(self, column: str, keys: Iterable[str]) -> dict[str, list[Found]]:
        """Parts by `mpn_key`, `stem_key` or `part_id`; under each key the preferred catalogue first."""
        return self._grouped(
            f"SELECT q.value, {_PART} FROM {dialect.each(self.connection, 'keys')} "  # noqa: S608
            f"JOIN catalog_parts p ON p.{column} = q.value",
            keys,
        )

    def by_sku(self, keys: Iterable[str]) -> dict[str, list[tuple[Found, str, str]]]:
        """Parts with supplier and SKU by SKU key."""
        statement = (
            f"SELECT q.value, {_PART}, o.supplier, o.sku FROM {dialect.each(self.connection, 'keys')} "  # noqa: S608
            "JOIN catalog_offers o ON o.sku_key = q.value JOIN catalog_parts p ON p.ref = o.ref"
        )
        found: dict[str, list[tuple[Found, str, str]]] = {}
        for row in self._rows(statement, keys):
            part = self._found(row[1:-2])
            if part is not None:
                found.setdefault(row[0], []).append((part, row[-2], row[-1]))
        for hits in found.values():
            hits.sort(key=lambda hit: (hit[0].rank, hit[0].part.mpn))
        return found

    def by_spec(self, keys: Iterable[str], *, any_size: bool) -> dict[str, list[Stocked]]:
        """Passives by spec key, those with most stock first; `any_size` takes the keys as beginnings. Only what is needed
        to choose among them."""
        condition = "s.spec_key >= q.value AND s.spec_key < q.value || '~'" if any_size else "s.spec_key = q.value"
        # COALESCE would keep the index from giving the order; NULLs are last in SQLite's descending order anyway.
        nulls = "" if self.connection.dialect.name == "sqlite" else " NULLS LAST"
        statement = (
            f"SELECT q.value, p.ref, p.spec_key, p.spec, p.stock FROM {dialect.each(self.connection, 'keys')} "  # noqa: S608
            + dialect.picked(
                self.connection,
                f"{condition} AND {self._mine} ORDER BY s.stock DESC{nulls} LIMIT {_MOST_OF_A_VALUE}",
            )
        )
        found: dict[str, list[Stocked]] = {}
        for key, ref, spec_key, spec, stock in self._rows(statement, keys):
            found.setdefault(key, []).append(Stocked(ref, spec_key, spec, stock))
        return found

    def by_digits(self, ranges: Iterable[tuple[str, str]]) -> dict[str, list[Found]]:
        """Parts whose key lies between two numbers of equal length, both included, by the first of them."""
        asked = {first: last for first, last in ranges}  # noqa: C416 - pairs
        statement = (
            f"SELECT q.value, {_PART} FROM {dialect.each(self.connection, 'keys')} JOIN catalog_parts p "  # noqa: S608
            "ON p.mpn_key >= SUBSTR(q.value, 1, LENGTH(q.value) / 2) AND p.mpn_key <= SUBSTR(q.value, LENGTH(q.value) / 2 + 1) "
            "AND LENGTH(p.mpn_key) = LENGTH(q.value) / 2"
        )
        found = self._grouped(statement, [first + last for first, last in asked.items()])
        return {key[: len(key) // 2]: [row for row in rows if row.key.isdigit()] for key, rows in found.items()}

    def by_prefix(self, keys: Iterable[str], limit: int = 12) -> dict[str, list[Found]]:
        """Parts whose key begins with the one asked for, in the order of their keys."""
        return self._grouped(
            f"SELECT q.value, {_PART} FROM {dialect.each(self.connection, 'keys')} "  # noqa: S608
            + dialect.picked(
                self.connection,
                f"s.mpn_key >= q.value AND s.mpn_key < q.value || '~' AND {self._mine} ORDER BY s.mpn_key LIMIT {limit}",
            ),
            keys,
        )

    def makers_of_longer(self, keys: Iterable[str]) -> dict[str, set[str]]:
        """Makers of parts whose key goes on after the one asked for with a letter."""
        statement = (
            f"SELECT q.value, p.ref, p.manufacturer FROM {dialect.each(self.connection, 'keys')} "  # noqa: S608
            "JOIN catalog_parts p "
            "ON p.mpn_key >= q.value || 'A' AND p.mpn_key < q.value || '~'"
        )
        found: dict[str, set[str]] = {}
        for key, ref, maker in self._rows(statement, keys):
            if ref >> SPAN in self.live and maker:
                found.setdefault(key, set()).add(maker)
        return found

    def by_ref(self, refs: Iterable[int]) -> dict[int, Found]:
        """Parts by ref."""
        statement = (
            f"SELECT q.value, {_PART} FROM {dialect.each(self.connection, 'keys')} "  # noqa: S608
            "JOIN catalog_parts p ON p.ref = CAST(q.value AS bigint)"
        )
        rows = (self._found(row[1:]) for row in self._rows(statement, map(str, refs)))
        return {found.ref: found for found in rows if found is not None}

    def by_words(self, words: list[str], limit: int) -> list[Found]:
        """Parts whose number, maker, package, category and description together hold every word; a scan."""
        conditions = " AND ".join(
            f"LOWER(s.mpn || ' ' || s.manufacturer || ' ' || COALESCE(s.description, '') || ' ' || "
            f"COALESCE(s.package, '') || ' ' || COALESCE(s.category, '')) LIKE :w{n} ESCAPE '\\'"
            for n in range(len(words))
        )
        values = {f"w{n}": f"%{_escaped(word.lower())}%" for n, word in enumerate(words)}
        statement = (
            f"SELECT {_PART} FROM catalog_parts p WHERE p.ref IN (SELECT s.ref FROM catalog_parts s "  # noqa: S608
            f"WHERE {self._mine} AND {conditions} LIMIT {limit * 5})"
        )
        rows = (self._found(row) for row in self.connection.execute(text(statement), values))
        found = [row for row in rows if row is not None]
        return sorted(found, key=lambda row: (row.rank, -(row.stock or 0)))[:limit]

    def offers(self, ids: Iterable[str]) -> dict[str, list[Offer]]:
        """Offers by part id. The same supplier and SKU in two catalogues is taken from the preferred one."""
        o = "o.position, o.supplier, o.sku, o.stock, o.moq, o.order_multiple, o.packaging, o.currency, o.breaks, "
        o += "o.lead_time_days, o.authorized, o.url, o.fetched_at"
        statement = (
            f"SELECT p.part_id, p.ref, {o} FROM {dialect.each(self.connection, 'keys')} "  # noqa: S608
            "JOIN catalog_parts p ON p.part_id = q.value JOIN catalog_offers o ON o.ref = p.ref"
        )
        typed = text(statement).columns(
            part_id=tables.parts.c.part_id.type,
            ref=tables.parts.c.ref.type,
            **{c.name: c.type for c in tables.offers.columns if c.name != "ref"},
        )
        grouped: dict[str, list[tuple[int, Any]]] = {}
        for row in self.connection.execute(typed, {"keys": dialect.listed(set(ids))}):
            home = self.live.get(row.ref >> SPAN)
            if home is not None:
                grouped.setdefault(row.part_id, []).append((home.rank, row))
        return {part_id: self._offers(part_id, rows) for part_id, rows in grouped.items()}

    def _offers(self, part_id: str, rows: list[tuple[int, Any]]) -> list[Offer]:
        rows = self._current(rows)
        rows.sort(key=lambda item: (item[0], item[1].supplier, item[1].sku, item[1].position))
        found: dict[tuple[str, str, str | None, str], Offer] = {}
        for _, row in rows:
            home = self.live[row.ref >> SPAN]
            name = (row.supplier, row.sku, row.packaging, row.currency)
            if name not in found:
                found[name] = Offer(
                    part_id, row.supplier, row.sku, row.stock, row.moq, row.order_multiple, row.packaging, row.currency,
                    prices.read(row.breaks), row.lead_time_days, row.authorized, row.url, row.fetched_at or home.as_of,
                    home.name, home.kind,
                )  # fmt: skip
        return list(found.values())

    def _current(self, rows: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
        """What a provider was asked stands for all that catalogues say of the same supplier, and the other way round where
        they are newer. Where it stands, its rank is the first."""
        newest: dict[tuple[str, bool], datetime] = {}
        told = []
        for rank, row in rows:
            home = self.live[row.ref >> SPAN]
            supplier = suppliers.named_in(row.supplier) or row.supplier.casefold()
            of = supplier, home.kind == "live"
            newest[of] = max(newest.get(of, _LONG_AGO), row.fetched_at or home.as_of or _LONG_AGO)
            told.append((of, rank, row))
        return [
            (-1 if live else rank, row)
            for (supplier, live), rank, row in told
            if (supplier, not live) not in newest
            or (newest[supplier, True] >= newest.get((supplier, False), _LONG_AGO)) == live
        ]

    def _rows(self, statement: str, keys: Iterable[str]) -> Iterable[Any]:
        wanted = sorted(set(keys))
        return self.connection.execute(text(statement), {"keys": dialect.listed(wanted)}) if wanted else ()

    def _grouped(self, statement: str, keys: Iterable[str]) -> dict[str, list[Found]]:
        found: dict[str, list[Found]] = {}
        for row in self._rows(statement, keys):
            part = self._found(row[1:])
            if part is not None:
                found.setdefault(row[0], []).append(part)
        for hits in found.values():
            hits.sort(key=lambda hit: (hit.rank, -(hit.stock or 0), hit.part.mpn))
        return found

    def _found(self, row: Any) -> Found | None:
        """None for rows of catalogues that are not visible (loading, dropped)."""
        home = self.live.get(row[0] >> SPAN)
        if home is None:
            return None
        ref, part_id, mpn, key, stem_key, maker, about, package, category, mount, life, sheet, spec_key, spec, stock = (
            row
        )
        part = Part(part_id, mpn, maker, about, package, category, mount, life, sheet, home.name, home.kind)
        return Found(ref, part, key, stem_key, spec_key, spec, stock, home.rank)


def in_use(kind: str, first: str) -> bool:
    """Whether a catalogue of this kind is used where the preferred one is of kind `first`."""
    return (kind == "sample") == (first == "sample")


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
