"""Reads part and offer rows: always a fixed number of statements, however many ids or keys are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, text

from bomtool.bom.values import Passive
from bomtool.parts import dialect, prices, specs, tables
from bomtool.parts.loading import SPAN
from bomtool.parts.model import Kind, Offer, Part

_PART = (
    "p.ref, p.part_id, p.mpn, p.mpn_key, p.stem_key, p.manufacturer, p.description, p.package, p.category, p.mount, "
    "p.lifecycle, p.datasheet, p.spec_key, p.spec, p.stock"
)


@dataclass(frozen=True, slots=True)
class Live:
    """A visible catalogue. `rank` is its place in the order of preference, 0 the first."""

    id: int
    name: str
    kind: Kind
    rank: int


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


class Shelf:
    """The visible catalogues of one connection; every method sends one statement."""

    def __init__(self, connection: Connection, prefer: str | None = None) -> None:
        self.connection = connection
        c = tables.catalogs.c
        order = (c.preference.desc(), c.loaded_at.desc(), c.name)
        ready = connection.execute(select(c.id, c.name, c.kind).where(c.state == "ready").order_by(*order)).all()
        ready = sorted(ready, key=lambda row: row.name != prefer) if prefer else list(ready)
        self.live = {row.id: Live(row.id, row.name, row.kind, rank) for rank, row in enumerate(ready)}

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

    def by_spec(self, keys: Iterable[str], *, any_size: bool, limit: int = 80) -> dict[str, list[Found]]:
        """Passives by spec key, those with most stock first; `any_size` takes the keys as beginnings."""
        condition = "s.spec_key >= q.value AND s.spec_key < q.value || '~'" if any_size else "s.spec_key = q.value"
        # COALESCE would keep the index from giving the order; NULLs are last in SQLite's descending order anyway.
        nulls = "" if self.connection.dialect.name == "sqlite" else " NULLS LAST"
        return self._grouped(
            f"SELECT q.value, {_PART} FROM {dialect.each(self.connection, 'keys')} JOIN catalog_parts p "  # noqa: S608
            f"ON p.ref IN (SELECT s.ref FROM catalog_parts s WHERE {condition} "
            f"ORDER BY s.stock DESC{nulls} LIMIT {limit})",
            keys,
        )

    def by_prefix(self, keys: Iterable[str], limit: int = 12) -> dict[str, list[Found]]:
        """Parts whose key begins with the one asked for, in the order of their keys."""
        return self._grouped(
            f"SELECT q.value, {_PART} FROM {dialect.each(self.connection, 'keys')} JOIN catalog_parts p "  # noqa: S608
            "ON p.ref IN (SELECT s.ref FROM catalog_parts s WHERE s.mpn_key >= q.value AND s.mpn_key < q.value || '~' "
            f"ORDER BY s.mpn_key LIMIT {limit})",
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
            f"LOWER(p.mpn || ' ' || p.manufacturer || ' ' || COALESCE(p.description, '') || ' ' || "
            f"COALESCE(p.package, '') || ' ' || COALESCE(p.category, '')) LIKE :w{n} ESCAPE '\\'"
            for n in range(len(words))
        )
        values = {f"w{n}": f"%{_escaped(word.lower())}%" for n, word in enumerate(words)}
        statement = f"SELECT {_PART} FROM catalog_parts p WHERE {conditions} LIMIT {limit * 5}"  # noqa: S608
        rows = (self._found(row) for row in self.connection.execute(text(statement), values))
        found = [row for row in rows if row is not None]
        return sorted(found, key=lambda row: (row.rank, -(row.stock or 0)))[:limit]

    def offers(self, ids: Iterable[str]) -> dict[str, list[Offer]]:
        """Offers by part id. Sample offers never stand beside real ones: the catalogue preferred most decides which kind.
        The same supplier and SKU in two catalogues is taken from the preferred one."""
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
        rows.sort(key=lambda item: (item[0], item[1].supplier, item[1].sku, item[1].position))
        sample = self.live[rows[0][1].ref >> SPAN].kind == "sample"
        found: dict[tuple[str, str, str | None], Offer] = {}
        for _, row in rows:
            home = self.live[row.ref >> SPAN]
            name = (row.supplier, row.sku, row.packaging)
            if (home.kind == "sample") != sample or name in found:
                continue
            found[name] = Offer(
                part_id, row.supplier, row.sku, row.stock, row.moq, row.order_multiple, row.packaging, row.currency,
                prices.read(row.breaks), row.lead_time_days, row.authorized, row.url, row.fetched_at, home.name, home.kind,
            )  # fmt: skip
        return list(found.values())

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


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
