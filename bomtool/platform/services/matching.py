"""Finds the parts of lines: a handful of statements for a whole BOM, whatever the number of lines.

Lines are rows of `bom_lines` as plain dictionaries. Matching happens before the write transaction is opened, so that a
long search never keeps other writers waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bomtool.parts.model import Match, Part, Query
from bomtool.platform.services import parts

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bomtool.parts.catalog import Catalog

Row = dict[str, Any]

PRIVATE = frozenset({"status", "decided"})
"""Members of a stored match that are not shown: what was found before flags, and whether a person decided."""

_CUSTOM = {
    "level": None,
    "score": 0.0,
    "reason": "A custom part is not searched for.",
    "runner_up": None,
    "status": "no_match",
}


def attach(catalog: Catalog, rows: Sequence[Row], org_id: str | None = None) -> None:
    """Give every row its part, match, candidates and alternates, and the status that follows from them.

    What people of the org decided for such lines before is offered; a catalogue of one org alone tells which org that is.
    """
    orgs: tuple[str, ...] = getattr(catalog, "orgs", ())
    if org_id is None and len(orgs) == 1:
        org_id = orgs[0]
    searched = [row for row in rows if not row["is_custom_part"]]
    if searched:
        from bomtool.parts import decisions
        from bomtool.parts.matching import match

        queries = [_query(str(number), row) for number, row in enumerate(searched)]
        remembered = {}
        if org_id is not None:
            with catalog.store.read() as connection:
                remembered = decisions.recall(connection, org_id, queries)
        answers = match(catalog, queries, remembered=remembered)
        by_key = {answer.key: answer for answer in answers}
        for number, row in enumerate(searched):
            _take(row, by_key[str(number)])
    for row in rows:
        if row["is_custom_part"]:
            row.update(part_id=None, part=None, match=dict(_CUSTOM), candidates=[], alternates=[])
        row["status"] = status(row)


def status(row: Row) -> str:
    """The status of a line (contract, section 5): what a person said comes before what was found."""
    if row["ignored"]:
        return "ignored"
    if row["do_not_place"]:
        return "do_not_place"
    if row["is_custom_part"]:
        return "custom_part"
    if row["part_id"]:
        return "matched"
    return "needs_review" if (row["match"] or {}).get("status") == "needs_review" else "no_match"


def decide(row: Row, part: Part | None) -> None:
    """A person's word: this part, or (None) none of those found."""
    if part is None:
        row.update(part_id=None, part=None)
        reason = "A person took the part away."
        left = "needs_review" if row["candidates"] else "no_match"
        row["match"] = {
            "level": None,
            "score": 0.0,
            "reason": reason,
            "runner_up": None,
            "status": left,
            "decided": True,
        }
    else:
        row.update(part_id=part.id, part=parts.summary(part))
        reason = f"A person chose {part.mpn} of {part.manufacturer}."
        row["match"] = {
            "level": "decision",
            "score": 1.0,
            "reason": reason,
            "runner_up": None,
            "status": "matched",
            "decided": True,
        }
    row["status"] = status(row)


def note(connection: Connection, org_id: str, row: Row, part: Part | None) -> None:
    """Remember a person's word for lines like this one, or (None) forget what was remembered."""
    from bomtool.parts import decisions

    query = _query("0", row)
    if part is None:
        decisions.forget(connection, org_id, query)
    else:
        decisions.remember(connection, org_id, query, part)


def decided(row: Row) -> bool:
    """Whether a person decided this line's match."""
    return bool(row["ignored"] or (row["match"] or {}).get("decided"))


def said(row: Row) -> tuple[Any, ...]:
    """What the line says about its part: lines that say the same may share a decision."""
    names = ("custom_id", "mpn", "manufacturer_name", "description", "value", "package")
    return (*(row[name] for name in names), tuple(row["alternative_mpns"] or ()))


def carry_over(old: Sequence[Row], new: Sequence[Row]) -> None:
    """Keep what people decided for lines that still say the same about their part."""
    known = {said(row): row for row in old if decided(row)}
    for row in new:
        before = known.get(said(row))
        if before is not None:
            row.update(ignored=before["ignored"])
            if (before["match"] or {}).get("decided"):
                row.update(part_id=before["part_id"], part=before["part"], match=before["match"])
            row["status"] = status(row)


def _query(key: str, row: Row) -> Query:
    own = (row["meta"] or {}).get("bomtool")
    numbers = own.get("supplier_part_numbers") if isinstance(own, dict) else None
    return Query(
        key=key,
        mpn=row["mpn"],
        manufacturer=row["manufacturer_name"],
        alternative_mpns=tuple(row["alternative_mpns"] or ()),
        description=row["description"],
        value=row["value"],
        package=row["package"],
        supplier_part_numbers=tuple((k, str(v)) for k, v in numbers.items()) if isinstance(numbers, dict) else (),
        reference_designators=tuple(row["reference_designators"] or ()),
        custom_id=row["custom_id"],
    )


def _take(row: Row, answer: Match) -> None:
    row.update(
        part_id=answer.part.id if answer.part else None,
        part=parts.summary(answer.part) if answer.part else None,
        match={
            "level": answer.level,
            "score": round(answer.score, 4),
            "reason": answer.reason,
            "runner_up": answer.candidates[0].part.mpn if answer.part and answer.candidates else None,
            "status": answer.status,
        },
        candidates=[parts.candidate(found) for found in answer.candidates],
        alternates=[parts.summary(part) for part in answer.alternates],
    )
