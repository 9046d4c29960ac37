"""BOMs: found, created, pushed once, changed, approved, archived."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, Table, delete, func, insert, select, update

from bomtool.platform.calls import Call, canonical_id
from bomtool.platform.errors import conflict, invalid, not_found
from bomtool.platform.services import labels, lines, matching
from bomtool.platform.services.matching import Row
from bomtool.platform.tables import bom_lines, boms
from bomtool.store.schema import new_id, now

DESIGN = ("name", "version", "part_number")
"""Header fields that are fixed once a BOM is approved."""
INTEGRATION = (
    "synced_from_integration",
    "integration_source_name",
    "integration_record_id",
    "synced_from_integration_at",
)
_SUMMARY = ("id", "name", "version", "part_number", "org_id", "data_source", *INTEGRATION)
_NAMED_LINES = 100


def summary(row: Any) -> dict[str, Any]:
    """A BOM as it is nested in program lines, exactly as documented."""
    out = {name: getattr(row, name) for name in _SUMMARY}
    return {**out, "approved": "true" if row.approved else "false", "metadata": row.meta}


def shown(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """BOMs as the wire has them, with their lines counted by status, in one statement for all."""
    ids = [row.id for row in rows]
    counts: dict[str, dict[str, int]] = {identifier: {} for identifier in ids}
    if ids:
        query = (
            select(bom_lines.c.bom_id, bom_lines.c.status, func.count())
            .where(bom_lines.c.bom_id.in_(ids))
            .group_by(bom_lines.c.bom_id, bom_lines.c.status)
        )
        for bom_id, status, count in connection.execute(query):
            counts[bom_id][status] = count
    labelled = labels.of(connection, ids)
    return [
        {
            **summary(row),
            **labelled[row.id],
            "team": row.team_id,
            "archived": row.archived,
            "line_count": sum(counts[row.id].values()),
            "line_counts": counts[row.id],
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }
        for row in rows
    ]


def show(connection: Connection, call: Call, row: Any) -> dict[str, Any]:
    """One BOM as the wire has it; its revision becomes the ETag."""
    call.headers["ETag"] = f'"{row.revision}"'
    return shown(connection, [row])[0]


def get(connection: Connection, call: Call, bom_id: str, *, lock: bool = False) -> Any:
    """The row of a BOM this call can see; `lock` keeps others from changing it meanwhile. Raises Refusal 404."""
    query = select(boms).where(boms.c.id == canonical_id(bom_id, "BOM"), call.visible(boms))
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise not_found("BOM", bom_id)
    return row


def get_for_change(connection: Connection, call: Call, bom_id: str) -> Any:
    """`get` with the lock, for a BOM that is not archived and, with If-Match, still of that revision."""
    row = get_to_end(connection, call, bom_id)
    if row.archived:
        raise conflict(f"BOM {row.id} is archived and cannot be changed.")
    return row


def get_to_end(connection: Connection, call: Call, bom_id: str) -> Any:
    """`get` with the lock and, with If-Match, still of that revision: to approve or delete it, archived or not."""
    row = get(connection, call, bom_id, lock=True)
    call.check_revision("BOM", row.revision)
    return row


def touch(connection: Connection, bom_id: str, **values: Any) -> Any:
    """Write header values, count the revision up, and give the row as it is now."""
    changes = {**values, "revision": boms.c.revision + 1, "updated_at": now()}
    connection.execute(update(boms).where(boms.c.id == bom_id).values(changes))
    return connection.execute(select(boms).where(boms.c.id == bom_id)).one()


def content_hash(header: BaseModel, given: Sequence[BaseModel]) -> str:
    """SHA-256 of what makes two BOMs the same: name, version, part number and the lines as sent."""
    body = {name: getattr(header, name) for name in DESIGN}
    body["lines"] = [line.model_dump(mode="json") for line in given]
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def push(
    connection: Connection,
    org_id: str,
    header: Any,
    digest: str,
    rows: Sequence[Row],
    *,
    allow_unmatched: bool,
    teams: frozenset[str] | None,
) -> tuple[Any, str]:
    """Create a BOM, or find the one of the same integration record: (row, created | unchanged | updated).

    The identical approved BOM is answered as it is (`archived` in the answer says where it is archived), an unapproved
    one takes the new content and keeps what people decided. Raises Refusal 409 where an approved BOM has other content.
    """
    existing = _of_record(connection, org_id, header)
    check_team(existing, teams, "BOM")
    if existing is None:
        row = _create(connection, org_id, header, digest, rows)
        return _approve_if(connection, row, header.approved, allow_unmatched), "created"
    if existing.approved:
        if existing.content_hash == digest:
            return existing, "unchanged"
        state = "archived" if existing.archived else "approved"
        raise conflict(f"BOM {existing.id} of this integration record is {state}, with other content.", bom=existing.id)
    row = _replace(connection, existing, header, digest, rows)
    return _approve_if(connection, row, header.approved, allow_unmatched), "updated"


def _of_record(connection: Connection, org_id: str, header: Any) -> Any:
    if not (header.integration_source_name and header.integration_record_id):
        return None
    query = select(boms).where(
        boms.c.org_id == org_id,
        boms.c.integration_source_name == header.integration_source_name,
        boms.c.integration_record_id == header.integration_record_id,
    )
    return connection.execute(query.with_for_update()).first()


def check_team(row: Any, teams: frozenset[str] | None, what: str) -> None:
    """Raises Refusal 409 where an integration record belongs to a record that its sender may not see."""
    if row is not None and teams is not None and row.team_id is not None and row.team_id not in teams:
        raise conflict(f"This integration record belongs to a {what} of a team you are not in.")


def _header(header: Any) -> dict[str, Any]:
    names = (*DESIGN, "data_source", *INTEGRATION)
    return {**{name: getattr(header, name) for name in names}, "meta": header.metadata}


def _create(connection: Connection, org_id: str, header: Any, digest: str, rows: Sequence[Row]) -> Any:
    moment = now()
    identifier = new_id()
    values = {"id": identifier, "org_id": org_id, "content_hash": digest, "created_at": moment, "updated_at": moment}
    connection.execute(insert(boms).values(**values, **_header(header)))
    lines.add(connection, org_id, identifier, rows)
    return connection.execute(select(boms).where(boms.c.id == identifier)).one()


def _replace(connection: Connection, existing: Any, header: Any, digest: str, rows: Sequence[Row]) -> Any:
    """New content for an unapproved BOM. The same content keeps its lines and their ids, matched anew."""
    old = lines.of_bom(connection, existing.id)
    matching.carry_over(old, rows)
    connection.execute(delete(bom_lines).where(bom_lines.c.bom_id == existing.id))
    same = existing.content_hash == digest and len(old) == len(rows)
    lines.add(connection, existing.org_id, existing.id, rows, ids=[row["id"] for row in old] if same else None)
    return touch(connection, existing.id, content_hash=digest, **_header(header))


def _approve_if(connection: Connection, row: Any, wanted: bool, allow_unmatched: bool) -> Any:
    return approve(connection, row, allow_unmatched) if wanted else row


def approve(connection: Connection, row: Any, allow_unmatched: bool) -> Any:
    """Approve; twice is harmless. Raises Refusal 409 naming the lines without a part, unless they are allowed."""
    if row.approved:
        return row
    if not allow_unmatched:
        open_lines = connection.execute(
            select(bom_lines)
            .where(bom_lines.c.bom_id == row.id, bom_lines.c.status.in_(("no_match", "needs_review")))
            .order_by(bom_lines.c.position, bom_lines.c.id)
        ).all()
        if open_lines:
            raise conflict(
                f"{len(open_lines)} lines have no part yet; decide them, or approve with allow_unmatched=true.",
                lines=[_open_line(line) for line in open_lines[:_NAMED_LINES]],
            )
    return touch(connection, row.id, approved=True)


def _open_line(line: Any) -> dict[str, Any]:
    names = ("id", "position", "line_number", "status", "mpn", "reference_designators_string")
    return {name: getattr(line, name) for name in names}


def change(connection: Connection, call: Call, row: Any, sent: dict[str, Any]) -> Any:
    """Change the header members sent, and labels.

    Raises Refusal 400 for a null name, 409 for a design field of an approved BOM.
    """
    sent = dict(sent)
    labelled = labels.take(sent)
    if "name" in sent and sent["name"] is None:
        raise invalid({"name": "This field may not be null."})
    values = {"meta" if name == "metadata" else name: value for name, value in sent.items()}
    if "meta" in values and values["meta"] is None:
        values["meta"] = {}
    if "synced_from_integration" in values and values["synced_from_integration"] is None:
        raise invalid({"synced_from_integration": "This field may not be null."})
    fixed = [name for name in DESIGN if name in values and values[name] != getattr(row, name)]
    if row.approved and fixed:
        raise conflict(f"BOM {row.id} is approved; its {', '.join(fixed)} can no longer be changed.")
    check_record_is_free(connection, boms, row, values, "BOM")
    if fixed:  # no longer what was pushed
        values["content_hash"] = None
    values.update(labels.team_value(connection, call, row.org_id, labelled))
    labels.write(connection, row.org_id, "bom", row.id, labelled)
    return touch(connection, row.id, **values)


def check_record_is_free(connection: Connection, table: Table, row: Any, values: dict[str, Any], what: str) -> None:
    """Raises Refusal 409 where the integration record a row is to have belongs to another live one of its org."""
    names = ("integration_source_name", "integration_record_id")
    wanted = {name: values.get(name, getattr(row, name)) for name in names}
    if not values.keys() & set(names) or None in wanted.values():
        return
    same = [table.c[name] == value for name, value in wanted.items()]
    other = connection.execute(
        select(table.c.id).where(table.c.org_id == row.org_id, *same, table.c.id != row.id)
    ).scalar()
    if other:
        raise conflict(f"The {what} {other} has this integration record already.")


def remove(connection: Connection, row: Any) -> None:
    """Delete an unapproved BOM with its lines; archive an approved one. An archived one stays as it is."""
    if row.archived:
        return
    if row.approved:
        touch(connection, row.id, archived=True)
    else:
        labels.forget(connection, row.id)
        connection.execute(delete(boms).where(boms.c.id == row.id))


def require_open(row: Any, what: str) -> None:
    """Raises Refusal 409 where the BOM is approved, so that its design is fixed."""
    if row.approved:
        raise conflict(f"BOM {row.id} is approved; {what}.")
