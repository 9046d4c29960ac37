"""Part overrides: how one part is treated in one program; the last one for a part wins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select

from bomtool.api.programs import PartOverrideCreate
from bomtool.platform.calls import canonical_id
from bomtool.platform.errors import invalid, not_found
from bomtool.platform.tables import bom_lines, part_overrides, program_lines
from bomtool.store.among import among
from bomtool.store.schema import new_id, now

if TYPE_CHECKING:
    from bomtool.parts.catalog import Catalog


def get(connection: Connection, program_id: str, override_id: str) -> Any:
    """A part override of the program. Raises Refusal 404."""
    identifier = canonical_id(override_id, "part override")
    query = select(part_overrides).where(part_overrides.c.id == identifier, part_overrides.c.program_id == program_id)
    row = connection.execute(query).first()
    if row is None:
        raise not_found("part override", override_id)
    return row


def add(connection: Connection, org_id: str, program_id: str, given: Sequence[PartOverrideCreate]) -> list[Any]:
    """Insert overrides behind those already there (the last one for a part wins); their rows."""
    last = connection.execute(
        select(func.max(part_overrides.c.position)).where(part_overrides.c.program_id == program_id)
    ).scalar()
    first = 0 if last is None else last + 1
    moment = now()
    rows = [
        {
            "id": new_id(),
            "org_id": org_id,
            "program_id": program_id,
            "position": first + number,
            **{name: getattr(override, name) for name in PartOverrideCreate.model_fields},
            "created_at": moment,
            "updated_at": moment,
        }
        for number, override in enumerate(given)
    ]
    connection.execute(insert(part_overrides), rows)
    query = select(part_overrides).where(part_overrides.c.program_id == program_id, part_overrides.c.position >= first)
    return list(connection.execute(query.order_by(part_overrides.c.position)))


def shown(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Overrides as the wire has them."""
    hidden = ("program_id", "org_id", "position")
    return [{"program": row.program_id, **{k: v for k, v in row._mapping.items() if k not in hidden}} for row in rows]


def check(connection: Connection, catalog: Catalog, program_id: str, given: Sequence[PartOverrideCreate]) -> None:
    """Raises Refusal 400, by override, for parts that are neither in the catalogue nor on the program's lines."""
    wanted = {override.part for override in given}
    known = set(catalog.get(sorted(wanted | {o.substitute_part for o in given if o.substitute_part})))
    on_lines = (
        select(bom_lines.c.part_id)
        .join(program_lines, program_lines.c.bom_id == bom_lines.c.bom_id)
        .where(program_lines.c.program_id == program_id, among(bom_lines.c.part_id, wanted))
    )
    used = set(connection.execute(on_lines).scalars())
    wrong: dict[str, Any] = {}
    for number, override in enumerate(given):
        messages = {}
        if override.part not in known | used:
            messages["part"] = [f"There is no part {override.part[:40]}."]
        if override.substitute_part and override.substitute_part not in known:
            messages["substitute_part"] = [f"There is no part {override.substitute_part[:40]} in the catalogue."]
        if messages:
            wrong[str(number)] = messages
    if wrong:
        raise invalid({"part_overrides": wrong})
