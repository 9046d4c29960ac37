"""Tags, custom properties and teams on records: checked, written and shown, in a fixed number of statements."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, or_, select

from bomtool.platform.calls import Call
from bomtool.platform.errors import invalid
from bomtool.platform.people_tables import (
    KEY_OF_VALUE,
    custom_properties,
    property_values,
    record_tags,
    tags,
    teams,
)
from bomtool.platform.services.records import name_key

MEMBERS = ("team", "tags", "custom_properties")
_LONGEST = 1_000


def take(sent: dict[str, Any]) -> dict[str, Any]:
    """Take the labels out of the members sent, so that what is left is the record's own."""
    return {name: sent.pop(name) for name in MEMBERS if name in sent}


def team_value(connection: Connection, call: Call, org_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The column `team_id` where a team was sent. Raises Refusal 400 for a team that is unknown or archived."""
    if "team" not in given:
        return {}
    wanted = given["team"]
    if wanted is None:
        return {"team_id": None}
    row = connection.execute(select(teams).where(teams.c.id == str(wanted), teams.c.org_id == org_id)).first()
    mine = call.identity.teams
    if row is None or (mine is not None and row.id not in mine):
        raise invalid({"team": f"There is no team with the id {wanted}."})
    if row.archived:
        raise invalid({"team": f"The team {row.name} is archived and takes no new records."})
    return {"team_id": row.id}


def write(connection: Connection, org_id: str, record_type: str, record_id: str, given: Mapping[str, Any]) -> None:
    """Write tags and custom properties of one record. Raises Refusal 400 naming what is unknown or of a wrong type."""
    if given.get("tags") is not None or ("tags" in given and given["tags"] is None):
        _write_tags(connection, org_id, record_type, record_id, given["tags"] or [])
    if given.get("custom_properties"):
        _write_properties(connection, org_id, record_type, record_id, given["custom_properties"])


def _write_tags(connection: Connection, org_id: str, record_type: str, record_id: str, wanted: Sequence[str]) -> None:
    keys = {text: name_key(text) for text in wanted}
    fits = or_(tags.c.id.in_(list(keys)), tags.c.name_key.in_(list(keys.values())))
    found = connection.execute(select(tags).where(tags.c.org_id == org_id, fits)).all() if keys else []
    by_name = {row.name_key: row for row in found} | {row.id: row for row in found}
    had = set(connection.execute(select(record_tags.c.tag_id).where(record_tags.c.record_id == record_id)).scalars())
    ids: set[str] = set()
    for text, key in keys.items():
        row = by_name.get(text) or by_name.get(key)
        if row is None:
            raise invalid({"tags": f"There is no tag {text}."})
        if row.archived and row.id not in had:
            raise invalid({"tags": f"The tag {row.name} is archived."})
        ids.add(row.id)
    connection.execute(delete(record_tags).where(record_tags.c.record_id == record_id))
    rows = [{"tag_id": i, "record_id": record_id, "org_id": org_id, "record_type": record_type} for i in sorted(ids)]
    if rows:
        connection.execute(insert(record_tags), rows)


def _write_properties(
    connection: Connection, org_id: str, record_type: str, record_id: str, given: Mapping[str, Any]
) -> None:
    keys = {name: name_key(name) for name in given}
    p = custom_properties.c
    query = select(custom_properties).where(
        p.org_id == org_id, p.record_type == record_type, p.name_key.in_(list(keys.values()))
    )
    known = {row.name_key: row for row in connection.execute(query)}
    wrong: dict[str, list[str]] = {}
    rows = []
    for name, value in given.items():
        row = known.get(keys[name])
        if row is None or (row.archived and value is not None):
            state = "archived" if row is not None else "unknown"
            wrong[name] = [f"This custom property of a {record_type.replace('_', ' ')} is {state}."]
            continue
        try:
            text = None if value is None else to_text(row.value_type, value, row.choices or [])
        except ValueError as error:
            wrong[name] = [str(error)]
            continue
        key = text and text[:KEY_OF_VALUE]
        rows.append({"property_id": row.id, "record_id": record_id, "org_id": org_id, "value": text, "value_key": key})
    if wrong:
        raise invalid({"custom_properties": wrong})
    v = property_values.c
    ids = [row["property_id"] for row in rows]
    connection.execute(delete(property_values).where(v.record_id == record_id, v.property_id.in_(ids)))
    kept = [row for row in rows if row["value"] is not None]
    if kept:
        connection.execute(insert(property_values), kept)


def to_text(value_type: str, value: Any, choices: Sequence[str] = ()) -> str:
    """A value as it is kept: one text for each value. Raises ValueError saying what the property takes."""
    if value_type == "boolean":
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str) and value.casefold() in ("true", "false"):
            return value.casefold()
        raise ValueError("Must be true or false.")
    if value_type == "number":
        return _number(value)
    if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST:
        raise ValueError(f"Must be text of 1 to {_LONGEST} characters.")
    if value_type == "date":
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise ValueError("Must be a date such as 2026-01-31.") from None
    if value_type == "choice" and value not in choices:
        raise ValueError(f"Must be one of: {', '.join(choices)}.")
    return value


def _number(value: Any) -> str:
    message = "Must be a number."
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(message)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(message) from None
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise ValueError(message)
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def from_text(value_type: str, text: str) -> Any:
    """A value as the wire has it; numbers are decimal strings, so that no digit is lost."""
    return text == "true" if value_type == "boolean" else text


def of(connection: Connection, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Tags and custom properties by record id, in two statements."""
    found: dict[str, dict[str, Any]] = {i: {"tags": [], "custom_properties": {}} for i in ids}
    if not found:
        return found
    on = (
        select(record_tags.c.record_id, tags.c.id, tags.c.name, tags.c.color)
        .join(tags, tags.c.id == record_tags.c.tag_id)
        .where(record_tags.c.record_id.in_(found))
        .order_by(tags.c.name_key)
    )
    for record_id, tag_id, name, color in connection.execute(on):
        found[record_id]["tags"].append({"id": tag_id, "name": name, "color": color})
    p, v = custom_properties.c, property_values.c
    values = (
        select(v.record_id, p.name, p.value_type, v.value)
        .join(custom_properties, p.id == v.property_id)
        .where(v.record_id.in_(found))
        .order_by(p.name_key)
    )
    for record_id, name, value_type, text in connection.execute(values):
        found[record_id]["custom_properties"][name] = from_text(value_type, text)
    return found


def forget(connection: Connection, record_id: str) -> None:
    """Take all labels off a record that is deleted."""
    connection.execute(delete(record_tags).where(record_tags.c.record_id == record_id))
    connection.execute(delete(property_values).where(property_values.c.record_id == record_id))


def tagged(table: Table, text: str, orgs: Sequence[str]) -> ColumnElement[bool]:
    """Records of some orgs that have a tag, given by id or name."""
    named = select(tags.c.id).where(tags.c.org_id.in_(orgs), tags.c.name_key == name_key(text))
    wanted = named.union(select(tags.c.id).where(tags.c.org_id.in_(orgs), tags.c.id == text))
    return table.c.id.in_(select(record_tags.c.record_id).where(record_tags.c.tag_id.in_(wanted)))


def having(table: Table, record_type: str, text: str, orgs: Sequence[str]) -> ColumnElement[bool]:
    """Records of some orgs whose custom property has a value, given as NAME:VALUE. Raises Refusal 400 for another form."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or not value:
        raise invalid({"custom_property": "Must be NAME:VALUE."})
    spellings = {value, value.casefold()} if value.casefold() in ("true", "false") else {value}
    with contextlib.suppress(ValueError):
        spellings.add(_number(value))
    p, v = custom_properties.c, property_values.c
    named = select(p.id).where(p.org_id.in_(orgs), p.record_type == record_type, p.name_key == name_key(name))
    begins = v.value_key.in_(sorted({spelling[:KEY_OF_VALUE] for spelling in spellings}))
    return table.c.id.in_(select(v.record_id).where(v.property_id.in_(named), begins, v.value.in_(sorted(spellings))))
