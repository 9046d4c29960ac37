"""Programs (production runs): found, created, changed; and their lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from bomtool.api.programs import ProgramCreate, ProgramLineCreate
from bomtool.platform.calls import Call, canonical_id
from bomtool.platform.errors import conflict, invalid, not_found
from bomtool.platform.services import boms as bom_service
from bomtool.platform.services import labels
from bomtool.platform.tables import boms, program_lines, programs
from bomtool.store.among import among
from bomtool.store.schema import new_id, now

_SHOWN = (
    "id",
    "name",
    "reference_number",
    "production_date",
    "production_location",
    "notes",
    "org_id",
    *bom_service.INTEGRATION,
)
_WRITTEN = (
    "name",
    "reference_number",
    "production_date",
    "notes",
    "approved",
    "po_footer_notes",
    "include_expected_stock",
    "include_processing_stock",
    "include_on_hand_stock",
    "add_overage",
    *bom_service.INTEGRATION,
)
_NOT_NULL = (
    "name",
    "approved",
    "include_expected_stock",
    "include_processing_stock",
    "include_on_hand_stock",
    "add_overage",
    "currency",
    "overage_profile",
    "synced_from_integration",
)


def get(connection: Connection, call: Call, program_id: str, *, lock: bool = False) -> Any:
    """The row of a program this call can see. Raises Refusal 404."""
    query = select(programs).where(programs.c.id == canonical_id(program_id, "program"), call.visible(programs))
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise not_found("program", program_id)
    return row


def get_for_change(connection: Connection, call: Call, program_id: str) -> Any:
    """`get` with the lock and, with If-Match, only that revision."""
    row = get(connection, call, program_id, lock=True)
    call.check_revision("program", row.revision)
    return row


def shown(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Programs as the wire has them, their lines and BOMs in one statement for all."""
    ids = [row.id for row in rows]
    nested: dict[str, list[dict[str, Any]]] = {identifier: [] for identifier in ids}
    if ids:
        query = (
            select(program_lines.c.program_id, program_lines.c.quant, boms)
            .join(boms, boms.c.id == program_lines.c.bom_id)
            .where(program_lines.c.program_id.in_(ids))
            .order_by(program_lines.c.position, program_lines.c.id)
        )
        for line in connection.execute(query):
            nested[line.program_id].append({"quant": line.quant, "bom": bom_service.summary(line)})
    labelled = labels.of(connection, ids)
    return [
        {
            **{name: getattr(row, name) for name in _SHOWN},
            "approved": "true" if row.approved else "false",
            "metadata": row.meta,
            "lines": nested[row.id],
            "team": row.team_id,
            **labelled[row.id],
        }
        for row in rows
    ]


def show(connection: Connection, call: Call, row: Any) -> dict[str, Any]:
    """One program as the wire has it; its revision becomes the ETag."""
    call.headers["ETag"] = f'"{row.revision}"'
    return shown(connection, [row])[0]


def touch(connection: Connection, program_id: str, **values: Any) -> Any:
    """Write values, count the revision up, and give the row as it is now."""
    changes = {**values, "revision": programs.c.revision + 1, "updated_at": now()}
    connection.execute(update(programs).where(programs.c.id == program_id).values(changes))
    return connection.execute(select(programs).where(programs.c.id == program_id)).one()


def push(connection: Connection, call: Call, body: ProgramCreate, currency: str, overage: str) -> tuple[Any, str]:
    """Create a program, or find the one of the same integration record: (row, created | unchanged | updated).

    Raises Refusal 400 naming BOMs that are unknown or not approved, 409 where an approved program has other content.
    """
    values = _values(body, body.currency or currency, body.overage_profile or overage)
    digest = _digest(body)
    existing = _of_record(connection, call.org_id, body)
    bom_service.check_team(existing, call.identity.teams, "program")
    if existing is not None and existing.content_hash == digest and (existing.approved or not body.approved):
        return existing, "unchanged"
    if existing is not None and existing.approved:
        raise conflict(
            f"Program {existing.id} of this integration record is approved, with other content.", program=existing.id
        )
    check_boms(connection, call, call.org_id, body.lines)
    if existing is None:
        moment = now()
        identifier = new_id()
        times = {"created_at": moment, "updated_at": moment}
        connection.execute(
            insert(programs).values(id=identifier, org_id=call.org_id, content_hash=digest, **times, **values)
        )
    else:
        identifier = existing.id
        connection.execute(delete(program_lines).where(program_lines.c.program_id == identifier))
        touch(connection, identifier, content_hash=digest, **values)
    add_lines(connection, call.org_id, identifier, body.lines)
    row = connection.execute(select(programs).where(programs.c.id == identifier)).one()
    return row, "created" if existing is None else "updated"


def _values(body: ProgramCreate, currency: str, overage: str) -> dict[str, Any]:
    written = {name: getattr(body, name) for name in _WRITTEN}
    return {**written, "meta": body.metadata, "currency": currency, "overage_profile": overage}


def _digest(body: ProgramCreate) -> str:
    own = body.model_dump(mode="json", exclude={"metadata", "approved", "synced_from_integration_at"})
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()


def _of_record(connection: Connection, org_id: str, body: ProgramCreate) -> Any:
    if not (body.integration_source_name and body.integration_record_id):
        return None
    query = select(programs).where(
        programs.c.org_id == org_id,
        programs.c.integration_source_name == body.integration_source_name,
        programs.c.integration_record_id == body.integration_record_id,
    )
    return connection.execute(query.with_for_update()).first()


def change(connection: Connection, call: Call, row: Any, sent: dict[str, Any]) -> Any:
    """Change the members sent, and labels. Raises Refusal 400 for a null where none may be."""
    sent = dict(sent)
    labelled = labels.take(sent)
    nulls = [name for name in _NOT_NULL if name in sent and sent[name] is None]
    if nulls:
        raise invalid(dict.fromkeys(nulls, "This field may not be null."))
    values = {"meta" if name == "metadata" else name: value for name, value in sent.items()}
    if "meta" in values and values["meta"] is None:
        values["meta"] = {}
    bom_service.check_record_is_free(connection, programs, row, values, "program")
    if any(getattr(row, name) != value for name, value in values.items() if name not in ("meta", "approved")):
        values["content_hash"] = None  # no longer what was pushed
    values.update(labels.team_value(connection, call, row.org_id, labelled))
    labels.write(connection, row.org_id, "program", row.id, labelled)
    return touch(connection, row.id, **values)


def check_boms(connection: Connection, call: Call, org_id: str, given: Sequence[ProgramLineCreate]) -> None:
    """Raises Refusal 400, by line, for BOMs that are not in the program's org, are archived, or are not approved yet.

    A BOM of another org would show itself to every key that sees the program.
    """
    ids = {str(line.bom) for line in given}
    found = connection.execute(select(boms).where(among(boms.c.id, ids), call.visible(boms))).all() if ids else []
    known = {row.id: row for row in found}
    wrong: dict[str, Any] = {}
    for number, line in enumerate(given):
        row = known.get(str(line.bom))
        if row is not None and row.org_id != org_id:
            wrong[str(number)] = {"bom": [f"BOM {row.name} ({row.id}) belongs to another org than the program."]}
        elif row is None:
            wrong[str(number)] = {"bom": [f"There is no BOM with the id {line.bom}."]}
        elif row.archived:
            wrong[str(number)] = {"bom": [f"BOM {row.name} ({row.id}) is archived."]}
        elif not row.approved:
            wrong[str(number)] = {
                "bom": [f"BOM {row.name} ({row.id}) is not approved; a program takes approved BOMs only."]
            }
    if wrong:
        raise invalid({"lines": wrong})


def add_lines(connection: Connection, org_id: str, program_id: str, given: Sequence[ProgramLineCreate]) -> list[str]:
    """Insert lines behind those already there, in one statement; their ids."""
    last = connection.execute(
        select(func.max(program_lines.c.position)).where(program_lines.c.program_id == program_id)
    ).scalar()
    first = 0 if last is None else last + 1
    moment = now()
    rows = [
        {
            "id": new_id(),
            "org_id": org_id,
            "program_id": program_id,
            "bom_id": str(line.bom),
            "position": first + number,
            "quant": line.quant,
            "created_at": moment,
            "updated_at": moment,
        }
        for number, line in enumerate(given)
    ]
    if rows:
        connection.execute(insert(program_lines), rows)
    return [str(row["id"]) for row in rows]


def lines_shown(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Program lines as the wire has them, their BOMs in one statement for all."""
    ids = {row.bom_id for row in rows}
    found = connection.execute(select(boms).where(among(boms.c.id, ids))).all() if ids else []
    known = {row.id: bom_service.summary(row) for row in found}
    return [{"id": row.id, "program": row.program_id, "quant": row.quant, "bom": known[row.bom_id]} for row in rows]


def get_line(connection: Connection, program_id: str, line_id: str) -> Any:
    """A line of the program. Raises Refusal 404."""
    identifier = canonical_id(line_id, "program line")
    query = select(program_lines).where(program_lines.c.id == identifier, program_lines.c.program_id == program_id)
    row = connection.execute(query).first()
    if row is None:
        raise not_found("program line", line_id)
    return row
