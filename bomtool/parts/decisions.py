"""What people decided lines of this kind to be: remembered per org, offered next time, forgotten when taken back.

Two lines are of one kind when they name the same part number of the same maker; lines without a part number when house
number, value, package, description and letter of the designators are the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, text, update

from bomtool.bom import makers, mpn
from bomtool.parts import dialect, ids, judging
from bomtool.parts.model import Part, Query, Remembered
from bomtool.parts.tables import decisions
from bomtool.store.schema import now

_SPACE = re.compile(r"\s+")
_LETTERS = re.compile(r"[A-Za-z]+")


def kind_of(query: Query) -> str | None:
    """The kind of line a query is, as a key of 64 characters; None where the line says nothing to go by."""
    maker = judging.named_maker(query.manufacturer)
    if query.mpn and not mpn.is_placeholder(query.mpn):
        said = ["mpn", ids.spelled(query.mpn), makers.key(ids.canonical_maker(maker)) if maker else ""]
    else:
        letters = sorted({m[0].upper() for ref in query.reference_designators if (m := _LETTERS.match(ref))})
        words = [query.custom_id, query.value, query.package, query.description, maker]
        if not any(words):
            return None
        said = ["line", *(_SPACE.sub(" ", word or "").strip().casefold() for word in words), " ".join(letters)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def remember(connection: Connection, org_id: str, query: Query, part: Part) -> None:
    """Keep that a line of this kind is this part; what was kept before is replaced."""
    key = kind_of(query)
    if key is None:
        return
    values: dict[str, Any] = {
        "part_id": part.id,
        "mpn": part.mpn,
        "manufacturer": part.manufacturer,
        "decided_at": now(),
    }
    mine = (decisions.c.org_id == org_id) & (decisions.c.key == key)
    if not connection.execute(update(decisions).where(mine).values(**values)).rowcount:
        connection.execute(insert(decisions).values(org_id=org_id, key=key, **values))


def forget(connection: Connection, org_id: str, query: Query) -> bool:
    """Take back what was kept for lines of this kind; whether there was anything."""
    mine = (decisions.c.org_id == org_id) & (decisions.c.key == kind_of(query))
    return bool(connection.execute(delete(decisions).where(mine)).rowcount)


def recall(connection: Connection, org_id: str, queries: Sequence[Query]) -> dict[str, Remembered]:
    """What is kept for lines of these kinds, by query key. One statement."""
    kinds = {query.key: kind for query in queries if (kind := kind_of(query)) is not None}
    found = _fetch(connection, org_id, set(kinds.values()))
    return {key: found[kind] for key, kind in kinds.items() if kind in found}


def _fetch(connection: Connection, org_id: str, kinds: Iterable[str]) -> dict[str, Remembered]:
    statement = text(
        f"SELECT d.key, d.part_id, d.decided_at FROM {dialect.each(connection, 'keys')} "  # noqa: S608
        # CROSS keeps SQLite from walking over all that an org ever decided, with the keys inside.
        "CROSS JOIN part_decisions d WHERE d.org_id = :org AND d.key = q.value"
    ).columns(key=decisions.c.key.type, part_id=decisions.c.part_id.type, decided_at=decisions.c.decided_at.type)
    rows = connection.execute(statement, {"keys": dialect.listed(sorted(kinds)), "org": org_id})
    return {row.key: Remembered(row.part_id, row.decided_at) for row in rows}
