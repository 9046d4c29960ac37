"""What all records have in common: found within orgs and teams, inserted, changed, checked for uniqueness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, insert, select, update

from bomtool.platform import revisions
from bomtool.platform.calls import Call, canonical_id
from bomtool.platform.errors import conflict, invalid, not_found
from bomtool.store.among import among
from bomtool.store.schema import new_id, now

Row = Any


def get(connection: Connection, call: Call, table: Table, record_id: str, what: str, *, lock: bool = False) -> Row:
    """The row of a record this call can see. Raises Refusal 404."""
    query = select(table).where(table.c.id == canonical_id(record_id, what), call.visible(table))
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise not_found(what, record_id)
    return row


def get_for_change(connection: Connection, call: Call, table: Table, record_id: str, what: str) -> Row:
    """`get` with the lock and, with If-Match, only that revision."""
    row = get(connection, call, table, record_id, what, lock=True)
    call.check_revision(what, revisions.mark(row))
    return row


def add(
    connection: Connection, table: Table, org_id: str, values: Mapping[str, Any], *, record_id: str | None = None
) -> Row:
    """Insert one record, under a fresh id unless one is given; its row."""
    moment = now()
    identifier = record_id or new_id()
    stamped = {"created_at": moment, "updated_at": moment, **values}
    connection.execute(insert(table).values(id=identifier, org_id=org_id, **stamped))
    return by_id(connection, table, identifier)


def add_all(
    connection: Connection, table: Table, org_id: str, rows: Iterable[Mapping[str, Any]], **same: Any
) -> list[str]:
    """Insert records in one statement; their ids in the order given."""
    moment = now()
    made = [
        {"id": new_id(), "org_id": org_id, "created_at": moment, "updated_at": moment, **same, **row} for row in rows
    ]
    if made:
        connection.execute(insert(table), made)
    return [str(row["id"]) for row in made]


def change(connection: Connection, table: Table, record_id: str, values: Mapping[str, Any]) -> Row:
    """Write values, count the revision up where there is one, and give the row as it is now."""
    changes: dict[str, Any] = {**values, "updated_at": now()}
    if "revision" in table.c:
        changes["revision"] = table.c.revision + 1
    connection.execute(update(table).where(table.c.id == record_id).values(changes))
    return by_id(connection, table, record_id)


def by_id(connection: Connection, table: Table, record_id: str) -> Row:
    """The row of an id that is known to exist."""
    return connection.execute(select(table).where(table.c.id == record_id)).one()


def name_key(name: str) -> str:
    """Names compare without case and without spaces around them."""
    return " ".join(name.casefold().split())


def check_unique(
    connection: Connection, table: Table, conditions: Iterable[ColumnElement[bool]], message: str, own_id: str | None
) -> None:
    """Raises Refusal 409 with `message` where another row fits the conditions; own_id is the record itself."""
    query = select(table.c.id).where(*conditions)
    if own_id is not None:
        query = query.where(table.c.id != own_id)
    if connection.execute(query.limit(1)).first():
        raise conflict(message)


def refuse_nulls(sent: Mapping[str, Any], names: Sequence[str]) -> None:
    """Raises Refusal 400 for a null where none may be."""
    nulls = [name for name in names if name in sent and sent[name] is None]
    if nulls:
        raise invalid(dict.fromkeys(nulls, "This field may not be null."))


def columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Members of the wire as columns: `metadata` is kept as `meta`, an empty object where null."""
    out = dict(values)
    if "metadata" in out:
        out["meta"] = out.pop("metadata") or {}
    return out


def known(
    connection: Connection, call: Call, table: Table, ids: Iterable[Any], *, org_id: str, field: str, what: str
) -> dict[str, Row]:
    """Rows by id, all of them of `org_id` and visible. Raises Refusal 400 naming the ids that are not."""
    wanted = {str(identifier) for identifier in ids}
    if not wanted:
        return {}
    query = select(table).where(among(table.c.id, wanted), table.c.org_id == org_id, call.visible(table))
    found = {row.id: row for row in connection.execute(query)}
    missing = sorted(wanted - found.keys())
    if missing:
        raise invalid({field: [f"There is no {what} with the id {identifier}." for identifier in missing[:20]]})
    return found
