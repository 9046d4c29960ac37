"""Whole BOMs from the wire: their lines are turned into rows and matched first, then written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from bomtool.api.boms import BomHeader, BomUpsert, CatalogLine, RawLine
from bomtool.platform.errors import invalid
from bomtool.platform.services import boms, lines, org_parts
from bomtool.platform.services.matching import Row

if TYPE_CHECKING:
    from bomtool.parts.catalog import Catalog
    from bomtool.parts.model import Part
    from bomtool.platform.tasks import Task


@dataclass(slots=True)
class Prepared:
    """A BOM ready to be written."""

    header: BomHeader
    digest: str
    rows: list[Row]

    def push(
        self, connection: Connection, org_id: str, *, allow_unmatched: bool, teams: frozenset[str] | None
    ) -> tuple[Any, str]:
        """See `boms.push`. The rows are copied: the work may have to be done again."""
        rows = [dict(row) for row in self.rows]
        return boms.push(
            connection, org_id, self.header, self.digest, rows, allow_unmatched=allow_unmatched, teams=teams
        )


def from_raw(catalog: Catalog, header: BomHeader, given: Sequence[RawLine]) -> Prepared:
    """Raw lines, each matched; lines of one request never merge."""
    rows = [lines.raw_row(line) for line in given]
    org_parts.attach(catalog, rows)
    return Prepared(header, boms.content_hash(header, given), rows)


def from_parts(catalog: Catalog, header: BomHeader, given: Sequence[CatalogLine]) -> Prepared:
    """Lines by catalogue part; those of one part sum. Raises Refusal 400 naming unknown parts by line."""
    known = catalog.get(sorted({line.part for line in given})) if given else {}
    unknown = {str(n): {"part": [_unknown(line.part)]} for n, line in enumerate(given) if line.part not in known}
    if unknown:
        raise invalid({"lines": unknown})
    rows = lines.merged([lines.catalog_row(line, known[line.part]) for line in given])
    return Prepared(header, boms.content_hash(header, given), rows)


def one_part(catalog: Catalog, part_id: str, field: str = "part") -> Part:
    """A catalogue part by its id. Raises Refusal 400 naming the field."""
    found = catalog.get([part_id]).get(part_id)
    if found is None:
        raise invalid({field: _unknown(part_id)})
    return found


def check_upsert(body: BomUpsert) -> None:
    """An upsert needs its integration record, and lines of one kind. Raises Refusal 400."""
    missing = [n for n in ("integration_source_name", "integration_record_id") if getattr(body, n) is None]
    if missing:
        raise invalid(dict.fromkeys(missing, "An upsert needs this field."))
    if body.raw_lines and body.lines:
        raise invalid({"lines": "Send either raw_lines or lines."})


def upsert(task: Task) -> dict[str, Any]:
    """The job behind `PUT /v1/boms/async_upsert/`: `{bom, outcome}`. The BOM is written once in the life of the job."""
    arguments, org_id = task.arguments, task.org_id
    body = BomUpsert.model_validate(arguments["body"])
    catalog = org_parts.OrgCatalog(task.store, task.settings.catalog, (org_id,))
    prepared = from_parts(catalog, body, body.lines) if body.lines else from_raw(catalog, body, body.raw_lines)
    allowed, teams = bool(arguments.get("allow_unmatched")), arguments.get("teams")
    seen = None if teams is None else frozenset(teams)

    def write(connection: Connection) -> dict[str, Any]:
        row, outcome = prepared.push(connection, org_id, allow_unmatched=allowed, teams=seen)
        return {"bom": row.id, "outcome": outcome}

    written: dict[str, Any] = task.step("write", write)
    return written


def _unknown(part_id: str) -> str:
    return f"There is no part {part_id[:40]} in the catalogue."
