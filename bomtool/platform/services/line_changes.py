"""Changing one BOM line: the match decision at any time, design fields until the BOM is approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from bomtool.platform.calls import canonical_id
from bomtool.platform.errors import conflict, invalid, not_found
from bomtool.platform.services import lines, matching, org_parts
from bomtool.platform.services.matching import Row
from bomtool.platform.tables import bom_lines

if TYPE_CHECKING:
    from bomtool.parts.catalog import Catalog
    from bomtool.parts.model import Part

DECISION = frozenset({"part", "ignored", "is_custom_part"})
"""Members a person decides with; everything else is the design."""

_SEARCHED_BY = frozenset({"mpn", "manufacturer_name", "alternative_mpns", "description", "value", "package"})
_NOT_NULL = ("ignored", "is_custom_part", "quant", "do_not_place")
_FOUND = ("part_id", "part", "match", "candidates", "alternates")


def get(connection: Connection, bom_id: str, line_id: str) -> Row:
    """A line of the BOM. Raises Refusal 404."""
    identifier = canonical_id(line_id, "BOM line")
    query = select(bom_lines).where(bom_lines.c.id == identifier, bom_lines.c.bom_id == bom_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise not_found("BOM line", line_id)
    return dict(row)


def search_again(catalog: Catalog, row: Row, sent: dict[str, Any]) -> Row | None:
    """What is found for the line once changed, where the change calls for it; None where it does not.

    That is when what the line says about its part changes, or when it stops being a custom part, and no part is given.
    """
    says_other = any(name in sent and sent[name] != row[name] for name in _SEARCHED_BY)
    no_longer_custom = row["is_custom_part"] and sent.get("is_custom_part") is False
    if "part" in sent or not (says_other or no_longer_custom):
        return None
    changed = dict(row)
    _copy(changed, sent)
    org_parts.attach(catalog, [changed])
    return {name: changed[name] for name in _FOUND}


def apply(bom: Any, row: Row, sent: dict[str, Any], part: Part | None, found: Row | None) -> bool:
    """Change the row in place; whether its design is another now, so that the BOM is no longer what was pushed.

    Raises Refusal 400 for a null where none may be, 409 for the design of an approved BOM.
    """
    nulls = [name for name in _NOT_NULL if name in sent and sent[name] is None]
    if nulls:
        raise invalid(dict.fromkeys(nulls, "This field may not be null."))
    fixed = sorted(name for name in sent if name not in DECISION and _differs(row, name, sent[name]))
    if bom.approved and fixed:
        raise conflict(f"BOM {bom.id} is approved; {', '.join(fixed)} of its lines can no longer be changed.")
    _copy(row, sent)
    if found is not None:
        row.update(found)
    if "part" in sent:
        matching.decide(row, part)
        if part is not None and "is_custom_part" not in sent:
            row["is_custom_part"] = False
    if row["is_custom_part"]:
        row.update(part_id=None, part=None)
    row["status"] = matching.status(row)
    return bool(fixed)


def _differs(row: Row, name: str, value: Any) -> bool:
    kept = row["meta"] if name == "metadata" else row[name]
    return bool((kept or None) != (value or None))


def _copy(row: Row, sent: dict[str, Any]) -> None:
    for name, value in sent.items():
        if name == "part":
            continue
        if name == "metadata":
            row["meta"] = value or {}
        elif name == "reference_designators":
            lines.set_designators(row, value or [])
        elif name == "alternative_mpns":
            row[name] = list(value or [])
        else:
            row[name] = value
