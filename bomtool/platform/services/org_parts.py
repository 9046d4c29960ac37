"""Parts of an org's own, beside the catalogues: made and replaced in bulk, found where the catalogues have none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, bindparam, insert, or_, select, update

from bomtool.parts import ids
from bomtool.parts.catalog import Catalog
from bomtool.parts.model import Offer, Part
from bomtool.platform.errors import invalid
from bomtool.platform.services import matching, parts, quoted
from bomtool.platform.services.matching import Row
from bomtool.platform.stock_tables import org_parts
from bomtool.platform.tables import bom_lines
from bomtool.store.among import among
from bomtool.store.schema import new_id, now

if TYPE_CHECKING:
    from bomtool.platform.calls import Call
    from bomtool.platform.tasks import Task
    from bomtool.store import Store

SLICE = 2_000
"""Parts written in one transaction."""
OWN = "own parts"
"""The name that parts of an org's own are shown under, where others name their catalogue."""


class OrgCatalog(Catalog):
    """The catalogues, and behind them the parts and the quoted offers of orgs."""

    def __init__(
        self, store: Store, prefer: str | None, orgs: Sequence[str], teams: frozenset[str] | None = None
    ) -> None:
        """`teams` are those whose quotes count beside those of no team; None for all."""
        super().__init__(store, prefer)
        self.orgs = tuple(orgs)
        self.teams = teams

    def get(self, ids: Iterable[str]) -> dict[str, Part]:
        """Parts by id; what no catalogue has is looked for among the orgs' own."""
        wanted = list(ids)
        found = super().get(wanted)
        missing = [part_id for part_id in wanted if part_id not in found]
        if missing:
            with self.store.read() as connection:
                rows = connection.execute(
                    select(org_parts).where(org_parts.c.org_id.in_(self.orgs), among(org_parts.c.part_id, missing))
                ).all()
            found |= {row.part_id: as_part(row) for row in rows}
        return found

    def offers(self, ids: Iterable[str]) -> dict[str, list[Offer]]:
        """Offers by part id, those of supplier quotes that are valid now among them."""
        wanted = list(ids)
        found = dict(super().offers(wanted))
        if wanted:
            with self.store.read() as connection:
                more = quoted.offers(connection, self.orgs, self.teams, wanted)
            for part_id, offered in more.items():
                found[part_id] = [*found.get(part_id, []), *offered]
        return found

    def own(self, rows: Sequence[Row]) -> None:
        """Give lines that no catalogue could match a part of the org's own: by part number and maker, or by house number."""
        bare = [row for row in rows if not row["part_id"] and not row["is_custom_part"] and not matching.decided(row)]
        keys = {ids.key(row["mpn"]) for row in bare if row["mpn"]}
        numbers = {row["custom_id"] for row in bare if row["custom_id"]}
        if not keys and not numbers:
            return
        c = org_parts.c
        asked = ((c.mpn_key, keys), (c.custom_id, numbers))
        with self.store.read() as connection:
            # Each with its orgs, so that SQLite takes both indexes instead of all the parts of the orgs.
            named = (and_(c.org_id.in_(self.orgs), among(column, given)) for column, given in asked if given)
            found = connection.execute(select(org_parts).where(or_(*named)).order_by(c.created_at, c.id)).all()
        for row in bare:
            _take(row, found)


def _take(row: Row, found: Sequence[Any]) -> None:
    by_number = [own for own in found if row["custom_id"] and own.custom_id == row["custom_id"]]
    by_mpn = [own for own in found if row["mpn"] and own.mpn_key == ids.key(row["mpn"]) and _maker_agrees(row, own)]
    fitting = {own.part_id: own for own in by_number or by_mpn}
    if len(fitting) != 1:
        return
    own = next(iter(fitting.values()))
    part = as_part(own)
    reason = f"Part of your own, by its {'house number' if by_number else 'part number'}."
    row.update(
        part_id=part.id,
        part=parts.summary(part),
        match={"level": "exact", "score": 1.0, "reason": reason, "runner_up": None, "status": "matched"},
    )
    row["status"] = matching.status(row)


def _maker_agrees(row: Row, own: Any) -> bool:
    named = row["manufacturer_name"]
    return not named or ids.part_id(named, own.mpn) == own.part_id


def as_part(row: Any) -> Part:
    """A part of an org's own as parts are everywhere."""
    return Part(
        id=row.part_id,
        mpn=row.mpn,
        manufacturer=row.manufacturer,
        description=row.description,
        package=row.package,
        category=row.category,
        mount=row.mount,
        lifecycle=row.lifecycle,
        datasheet=row.datasheet,
        catalog=OWN,
        kind="snapshot",
    )


def attach(catalog: Catalog, rows: Sequence[Row]) -> None:
    """`matching.attach`, and then the parts of the org's own."""
    matching.attach(catalog, rows)
    if isinstance(catalog, OrgCatalog):
        catalog.own(rows)


def check(connection: Connection, call: Call, org_id: str, part_ids: Iterable[str], field: str) -> None:
    """Raises Refusal 400 for parts that are neither in the catalogue, nor the org's own, nor on its lines."""
    wanted = sorted(set(part_ids))
    known = call.catalog_of(org_id).get(wanted) if wanted else {}
    unknown = [part_id for part_id in wanted if part_id not in known]
    if unknown:
        query = select(bom_lines.c.part_id).where(bom_lines.c.org_id == org_id, among(bom_lines.c.part_id, unknown))
        used = set(connection.execute(query).scalars())
        unknown = [part_id for part_id in unknown if part_id not in used]
    if unknown:
        raise invalid({field: [f"There is no part {part_id[:40]}." for part_id in unknown[:20]]})


def write(task: Task) -> dict[str, Any]:
    """The job behind async create and upsert: `{created, updated, errors}`, the first two as part ids, the last by index.

    Parts go in slices, each a step of its own: three statements a slice.
    """
    rows, errors = _rows(task.org_id, task.arguments["parts"])
    may_update = bool(task.arguments["update"])
    answer: dict[str, Any] = {"created": [], "updated": [], "errors": errors}
    wanted = list(rows)
    for at in range(0, len(wanted), SLICE):
        task.progress(at, len(wanted))
        slice_ = [rows[part_id][1] for part_id in wanted[at : at + SLICE]]
        write_slice = partial(_write, org_id=task.org_id, rows=slice_, may_update=may_update)
        done = task.step(f"parts {at}", write_slice)
        for name in ("created", "updated"):
            answer[name] += done[name]
        for part_id in done["known"]:
            message = "The org has this part already."
            errors.append({"index": rows[part_id][0], "part": part_id, "message": message})
    errors.sort(key=lambda error: error["index"])
    return answer


def _write(connection: Connection, *, org_id: str, rows: list[Row], may_update: bool) -> dict[str, list[str]]:
    ids_ = [row["part_id"] for row in rows]
    query = select(org_parts.c.part_id).where(org_parts.c.org_id == org_id, among(org_parts.c.part_id, ids_))
    known = set(connection.execute(query).scalars())
    fresh = [row for row in rows if row["part_id"] not in known]
    stale = [row for row in rows if row["part_id"] in known]
    if fresh:
        connection.execute(insert(org_parts), fresh)
    if stale and may_update:
        columns = [name for name in stale[0] if name not in ("id", "org_id", "part_id", "created_at")]
        statement = (
            update(org_parts)
            .where(org_parts.c.org_id == org_id, org_parts.c.part_id == bindparam("own_part"))
            .values({name: bindparam(f"new_{name}") for name in columns})
        )
        connection.execute(
            statement, [{"own_part": row["part_id"], **{f"new_{n}": row[n] for n in columns}} for row in stale]
        )
    named = [row["part_id"] for row in stale]
    return {
        "created": [row["part_id"] for row in fresh],
        "updated": named if may_update else [],
        "known": [] if may_update else named,
    }


def _rows(org_id: str, given: Sequence[dict[str, Any]]) -> tuple[dict[str, tuple[int, Row]], list[dict[str, Any]]]:
    """Rows by part id with the index each came at; a part given twice is an error of its own."""
    moment = now()
    rows: dict[str, tuple[int, Row]] = {}
    errors: list[dict[str, Any]] = []
    for index, part in enumerate(given):
        part_id = ids.part_id(part["manufacturer"], part["mpn"])
        if part_id in rows:
            errors.append({"index": index, "part": part_id, "message": f"The same part as number {rows[part_id][0]}."})
            continue
        copied = {name: part.get(name) for name in ("mpn", "manufacturer", "custom_id", "description", "package")}
        more = {name: part.get(name) for name in ("category", "mount", "datasheet")}
        rows[part_id] = (
            index,
            {
                "id": new_id(),
                "org_id": org_id,
                "part_id": part_id,
                "mpn_key": ids.key(part["mpn"]),
                **copied,
                **more,
                "lifecycle": part.get("lifecycle_status"),
                "alternative_mpns": part.get("alternative_mpns") or [],
                "meta": part.get("metadata") or {},
                "created_at": moment,
                "updated_at": moment,
            },
        )
    return rows, errors
