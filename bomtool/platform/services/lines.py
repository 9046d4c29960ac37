"""BOM lines: from the wire to rows, from rows to the wire, and the two merge rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from bomtool.api.base import INT32_MAX
from bomtool.api.boms import CatalogLine, RawLine
from bomtool.bom import designators
from bomtool.parts.model import Part
from bomtool.platform.errors import invalid
from bomtool.platform.services import matching, parts
from bomtool.platform.services.matching import Row
from bomtool.platform.tables import bom_lines
from bomtool.store.schema import new_id, now

_COPIED = (
    "custom_id",
    "mpn",
    "manufacturer_name",
    "description",
    "link",
    "comments",
    "do_not_place",
    "line_number",
    "value",
    "package",
    "mount_type",
    "is_custom_part",
)
_SHOWN = (
    "id",
    "position",
    "line_number",
    "status",
    "quant",
    "reference_designators_string",
    "custom_id",
    "mpn",
    "manufacturer_name",
    "description",
    "value",
    "package",
    "mount_type",
    "link",
    "comments",
    "do_not_place",
    "ignored",
    "is_custom_part",
    "raw",
    "created_at",
    "updated_at",
    "part",
)


def raw_row(line: RawLine) -> Row:
    """A row of a raw line, not yet matched."""
    given = line.model_dump(mode="json", exclude_unset=True)
    row = _empty()
    row.update({name: getattr(line, name) for name in _COPIED})
    row.update(
        quant=line.quantity,
        alternative_mpns=list(line.alternative_mpns),
        meta=line.metadata,
        raw=given,
        **_designators(line.reference_designators, line.reference_designators_string or None),
    )
    return row


def catalog_row(line: CatalogLine, part: Part) -> Row:
    """A row of a line by catalogue part."""
    row = _empty()
    row.update(
        custom_id=line.custom_id,
        mpn=part.mpn,
        manufacturer_name=part.manufacturer,
        description=line.description or _short(part.description),
        package=_short(part.package),
        mount_type=part.mount,
        comments=line.comments,
        do_not_place=line.do_not_place,
        line_number=line.line_number,
        quant=line.quant,
        meta=line.metadata,
        raw=line.model_dump(mode="json", exclude_unset=True),
        part_id=part.id,
        part=parts.summary(part),
        match={
            "level": "exact",
            "score": 1.0,
            "reason": "Given by its part id.",
            "runner_up": None,
            "status": "matched",
        },
        **_designators(line.reference_designators, line.reference_designators_string),
    )
    row["status"] = matching.status(row)
    return row


def _empty() -> Row:
    """A row with every column a line may have, so that one statement inserts them all."""
    return {
        **dict.fromkeys((*_COPIED, "part_id", "part", "match", "raw"), None),
        "do_not_place": False,
        "ignored": False,
        "is_custom_part": False,
        "alternative_mpns": [],
        "candidates": [],
        "alternates": [],
        "meta": {},
        "status": "no_match",
    }


def _short(text: str | None) -> str | None:
    return text[:255] or None if text else None


def _designators(given: Sequence[str], text: str | None) -> Row:
    """The list and its compressed string; each is made from the other where only one was given."""
    names = list(given) if given or not text else list(designators.expand(text).refs)
    if names and not text:
        short = designators.compress(names)
        text = short if len(short) <= 255 else None
    return {"reference_designators": names, "reference_designators_string": text}


def set_designators(row: Row, given: Sequence[str]) -> None:
    """Replace a row's designators, list and string."""
    row.update(_designators(given, None))


def add(
    connection: Connection,
    org_id: str,
    bom_id: str,
    rows: Sequence[Row],
    *,
    first: int = 1,
    ids: Sequence[str] | None = None,
) -> None:
    """Insert rows behind one another from position `first` (1 is the first line) on, in one statement.

    They get fresh ids, or those given.
    """
    moment = now()
    for number, row in enumerate(rows):
        row.update(
            id=ids[number] if ids else new_id(),
            org_id=org_id,
            bom_id=bom_id,
            position=first + number,
            created_at=moment,
            updated_at=moment,
        )
    if rows:
        connection.execute(insert(bom_lines), list(rows))


def save(connection: Connection, row: Row) -> None:
    """Write one changed row back."""
    row["updated_at"] = now()
    values = {name: value for name, value in row.items() if name not in ("id", "bom_id", "org_id", "created_at")}
    connection.execute(update(bom_lines).where(bom_lines.c.id == row["id"]).values(values))


def of_bom(connection: Connection, bom_id: str) -> list[Row]:
    """All lines of a BOM in their order."""
    query = select(bom_lines).where(bom_lines.c.bom_id == bom_id).order_by(bom_lines.c.position, bom_lines.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def next_position(connection: Connection, bom_id: str) -> int:
    """The position behind the last line."""
    last = connection.execute(select(func.max(bom_lines.c.position)).where(bom_lines.c.bom_id == bom_id)).scalar()
    return 1 if last is None else int(last) + 1


def shown(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows as the wire has them (BomLine)."""
    return [_line(dict(row) if isinstance(row, dict) else dict(row._mapping)) for row in rows]


def _line(row: Row) -> dict[str, Any]:
    out = {name: row[name] for name in _SHOWN}
    found = row["match"]
    out.update(
        bom=row["bom_id"],
        match={name: value for name, value in found.items() if name not in matching.PRIVATE} if found else None,
        candidates=row["candidates"] or [],
        alternates=row["alternates"] or [],
        reference_designators=row["reference_designators"] or [],
        alternative_mpns=row["alternative_mpns"] or [],
        metadata=row["meta"],
    )
    return out


def merged(rows: Sequence[Row]) -> list[Row]:
    """Rows by catalogue part with those of one part summed into the first."""
    out: dict[tuple[Any, bool], Row] = {}
    for row in rows:
        twin = out.setdefault((row["part_id"], row["do_not_place"]), row)
        if twin is not row:
            merge_into(twin, row)
    return list(out.values())


def find_twin(rows: Iterable[Row], new: Row, *, by_designators: bool) -> Row | None:
    """The line a new one adds to: the same non-null part (raw lines: and the same set of designators).

    A line that is not placed is no twin of one that is: summing them would buy or leave out the wrong number.
    """
    if not new["part_id"]:
        return None
    for row in rows:
        if row["part_id"] != new["part_id"] or row["do_not_place"] != new["do_not_place"]:
            continue
        if not by_designators or _names(row) == _names(new):
            return row
    return None


def merge_into(row: Row, new: Row) -> None:
    """Sum the quantities, join the designators, and keep what was given in the metadata. Raises Refusal 400 beyond int32."""
    total = row["quant"] + new["quant"]
    if total > INT32_MAX:
        raise invalid({"quantity": f"Together with the line already there this is more than {INT32_MAX}."})
    row["quant"] = total
    have = _names(row)
    more = [name for name in new["reference_designators"] or [] if name.strip().upper() not in have]
    if more:
        set_designators(row, [*(row["reference_designators"] or []), *more])
    meta = dict(row["meta"] or {})
    earlier = meta.get("merged")
    meta["merged"] = [*(earlier if isinstance(earlier, list) else []), new["raw"]]
    row["meta"] = meta


def _names(row: Row) -> frozenset[str]:
    return frozenset(name.strip().upper() for name in row["reference_designators"] or [])
