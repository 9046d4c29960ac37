"""The part catalogues of a store, side by side in an order of preference: load, list, use, drop, search, get, offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import func, select, update

from bomtool.errors import UnknownRecord
from bomtool.parts import loading, opening, tables
from bomtool.parts.loading import Progress
from bomtool.parts.model import Candidate, CatalogInfo, Kind, Offer, Part
from bomtool.parts.rows import Shelf, in_use
from bomtool.store.engine import Store

Candidates = list[Candidate]
Offers = dict[str, list[Offer]]


class Catalog:
    """All catalogues of one store. `prefer` names the one to put first, whatever the stored order."""

    def __init__(self, store: Store, prefer: str | None = None) -> None:
        self.store = store
        self._prefer = prefer

    @contextmanager
    def shelf(self, *, every: bool = False) -> Iterator[Shelf]:
        """A view of the catalogues in use (see `Shelf`) for the length of the block: one snapshot."""
        with self.store.read() as connection:
            yield Shelf(connection, self._prefer, every=every)

    def load(
        self,
        path: str | Path,
        *,
        name: str | None = None,
        kind: Kind = "snapshot",
        as_of: date | None = None,
        progress: Progress | None = None,
        source: str | None = None,
        fingerprint: str | None = None,
        currency: str | None = None,
    ) -> CatalogInfo:
        """Load parts with stock and price breaks: a CSV, TSV or XLSX file (also .gz, .xz), a jlcparts data folder, or saved
        answers of providers (.json, .jsonl, or a folder of them).

        The catalogue is named after the file where `name` is None; one of the same name is replaced at once when the new
        one is complete. `as_of` None takes the day the source tells; `currency` is that of prices that name none. Raises
        ReadError naming row and column.
        """
        path = Path(path)
        return loading.load(
            self.store,
            path,
            name=name or opening.default_name(path),
            kind=kind,
            as_of=as_of,
            source=source or path.resolve().name,
            progress=progress,
            fingerprint=fingerprint,
            currency=currency,
        )

    def list(self) -> list[CatalogInfo]:
        """The visible catalogues, the preferred one first."""
        c = tables.catalogs.c
        with self.store.read() as connection:
            rows = connection.execute(
                select(tables.catalogs)
                .where(c.state == "ready")
                .order_by(c.preference.desc(), c.loaded_at.desc(), c.name)
            ).all()
        found = sorted(map(loading.info, rows), key=lambda info: info.name != self._prefer)
        return [replace(info, in_use=in_use(info.kind, found[0].kind)) for info in found]

    def check_preference(self) -> None:
        """Raises UnknownRecord where the catalogue to prefer is not loaded: prices of another one would be a silent
        surprise."""
        if self._prefer:
            try:
                self.info(self._prefer)
            except UnknownRecord as error:
                raise UnknownRecord(
                    f"There is no catalogue {self._prefer!r}, which BOMTOOL_CATALOG or the config file prefers.",
                    hint=error.hint,
                ) from error

    def info(self, name: str) -> CatalogInfo:
        """The visible catalogue `name`. Raises UnknownRecord."""
        found = next((info for info in self.list() if info.name == name), None)
        if found is None:
            raise self._unknown(name)
        return found

    def fingerprint(self, name: str) -> str | None:
        """The fingerprint a catalogue was loaded with, None where there is no such catalogue."""
        c = tables.catalogs.c
        with self.store.read() as connection:
            return connection.scalar(select(c.fingerprint).where(c.name == name, c.state == "ready"))

    def dismissed(self, name: str) -> bool:
        """Whether somebody dropped the sample catalogue `name`, which is then not loaded again by itself."""
        c = tables.catalogs.c
        with self.store.read() as connection:
            found = connection.scalar(select(func.count()).where(c.name == name, c.state == "dismissed"))
        return bool(found)

    def use(self, name: str) -> None:
        """Prefer catalogue `name` over the others. Raises UnknownRecord."""
        c = tables.catalogs.c
        with self.store.write() as connection:
            top = connection.scalar(select(func.max(c.preference)).where(c.state == "ready")) or 0
            done = connection.execute(
                update(tables.catalogs).where(c.name == name, c.state == "ready").values(preference=top + 1)
            )
        if not done.rowcount:
            raise self._unknown(name)

    def drop(self, name: str) -> None:
        """Remove catalogue `name`, its parts and offers. Raises UnknownRecord.

        A sample catalogue is remembered as dismissed, so that it does not come back by itself.
        """
        with self.store.write() as connection:
            done = loading.drop(connection, name, dismiss=True)
        if not done:
            raise self._unknown(name)
        loading.sweep(self.store)

    def search(self, text: str, limit: int = 20) -> Candidates:
        """Parts a text may mean: by part number, SKU, value and size, beginning of the number, likeness, or words."""
        from bomtool.parts import searching

        with self.shelf() as shelf:
            return searching.search(shelf, text, limit)

    def get(self, ids: Iterable[str]) -> dict[str, Part]:
        """Parts by id, each from the preferred catalogue that has it, also from those not in use (they may have been
        chosen before); unknown ids are left out. Two statements."""
        with self.shelf(every=True) as shelf:
            return {part_id: rows[0].part for part_id, rows in shelf.by_key("part_id", ids).items()}

    def offers(self, ids: Iterable[str]) -> Offers:
        """Offers by part id; parts without one are left out. Two statements. Only of catalogues in use (see `Shelf`)."""
        with self.shelf() as shelf:
            return shelf.offers(ids)

    def _unknown(self, name: str) -> UnknownRecord:
        names = ", ".join(info.name for info in self.list())
        return UnknownRecord(f"There is no catalogue {name!r}.", hint=f"Loaded are: {names or 'none'}.")
