"""Live prices for what BOMs and programs need: asks the providers, then looks again for parts of lines without one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bomtool.parts.providers import refreshing
from bomtool.parts.providers.model import Told, Wanted
from bomtool.platform.services import matching, org_parts
from bomtool.platform.services.matching import Row
from bomtool.platform.services.org_parts import OrgCatalog
from bomtool.platform.tables import bom_lines, program_lines
from bomtool.store.among import among
from bomtool.store.schema import now

if TYPE_CHECKING:
    from bomtool.settings import Settings
    from bomtool.store import Store

_LEFT_OUT = ("ignored", "do_not_place", "custom_part")
_FOUND = ("part_id", "part", "match", "candidates", "alternates", "status")


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of it: a provider each, and how many lines have a part now that had none."""

    told: list[Told]
    matched: int


def refresh(
    store: Store,
    settings: Settings,
    *,
    boms: Iterable[str] = (),
    programs: Iterable[str] = (),
    names: Sequence[str] | None = None,
    again: bool = False,
    progress: refreshing.Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Refreshed:
    """Ask for the parts of these BOMs and programs (ids). Raises UsageError for a provider without keys."""
    rows = _lines(store, boms, programs)
    told = refreshing.refresh(store, settings, _wanted(rows), names=names, again=again, progress=progress, sleep=sleep)
    return Refreshed(told, _match_again(store, settings, rows) if told else 0)


def _lines(store: Store, boms: Iterable[str], programs: Iterable[str]) -> list[Row]:
    with store.read() as connection:
        built = select(program_lines.c.bom_id).where(among(program_lines.c.program_id, programs))
        wanted = {*boms, *connection.execute(built).scalars()}
        query = select(bom_lines).where(among(bom_lines.c.bom_id, wanted))
        query = query.order_by(bom_lines.c.bom_id, bom_lines.c.position, bom_lines.c.id)
        rows = [dict(row) for row in connection.execute(query).mappings()]
    return [row for row in rows if row["status"] not in _LEFT_OUT]


def _wanted(rows: Iterable[Row]) -> Iterator[Wanted]:
    """The parts that lines have, and the part numbers of lines without one."""
    for row in rows:
        for part in (row["part"], *(row["alternates"] or [])):
            if part:
                yield Wanted(part["mpn"], part.get("manufacturer"))
        if not row["part_id"] and row["mpn"]:
            yield Wanted(row["mpn"], row["manufacturer_name"])
            for number in row["alternative_mpns"] or ():
                yield Wanted(number)


def _match_again(store: Store, settings: Settings, rows: Iterable[Row]) -> int:
    """Give lines that have no part, and about which nobody decided, the part that is known now."""
    by_org: dict[str, list[Row]] = {}
    for row in rows:
        if not row["part_id"] and not matching.decided(row):
            by_org.setdefault(row["org_id"], []).append(row)
    matched = 0
    for org_id, bare in by_org.items():
        changed = [dict(row) for row in bare]
        org_parts.attach(OrgCatalog(store, settings.catalog, (org_id,)), changed)
        c = bom_lines.c
        with store.write() as connection:
            for before, after in zip(bare, changed, strict=True):
                if all(before[name] == after[name] for name in _FOUND):
                    continue
                same = (c.id == before["id"]) & (c.updated_at == before["updated_at"])
                values = {**{name: after[name] for name in _FOUND}, "updated_at": now()}
                done = connection.execute(update(bom_lines).where(same).values(**values))
                matched += bool(done.rowcount and after["part_id"])
    return matched
