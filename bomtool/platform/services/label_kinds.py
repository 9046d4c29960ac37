"""Tags and custom properties themselves: made, changed, shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from bomtool.platform.calls import Call
from bomtool.platform.errors import conflict, invalid
from bomtool.platform.people_tables import custom_properties, property_values, tags
from bomtool.platform.services import records

_TAG = ("id", "org_id", "name", "color", "description", "archived", "created_at", "updated_at")
_PROPERTY = ("id", "org_id", "name", "record_type", "value_type", "description", "archived", "created_at", "updated_at")


def tags_shown(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Tags as the wire has them."""
    return [{name: getattr(row, name) for name in _TAG} for row in rows]


def create_tag(connection: Connection, org_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """A new tag. Raises Refusal 409 for a name the org has already."""
    _check_tag(connection, org_id, values["name"], None)
    named = {**values, "name_key": records.name_key(values["name"])}
    return tags_shown([records.add(connection, tags, org_id, named)])[0]


def change_tag(connection: Connection, call: Call, tag_id: str, sent: dict[str, Any]) -> dict[str, Any]:
    """Change the members sent."""
    row = records.get_for_change(connection, call, tags, tag_id, "tag")
    records.refuse_nulls(sent, ("name", "archived"))
    if "name" in sent:
        _check_tag(connection, row.org_id, sent["name"], row.id)
        sent = {**sent, "name_key": records.name_key(sent["name"])}
    return tags_shown([records.change(connection, tags, row.id, sent)])[0]


def _check_tag(connection: Connection, org_id: str, name: str, own_id: str | None) -> None:
    same = [tags.c.org_id == org_id, tags.c.name_key == records.name_key(name)]
    records.check_unique(connection, tags, same, f"There is a tag named {name} already.", own_id)


def properties_shown(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Custom properties as the wire has them."""
    return [{**{name: getattr(row, name) for name in _PROPERTY}, "choices": row.choices or []} for row in rows]


def create_property(connection: Connection, org_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """A new custom property. Raises Refusal 400 for choices that do not fit the type, 409 for a name that is taken."""
    _check_choices(values["value_type"], values["choices"])
    _check_property(connection, org_id, values["record_type"], values["name"], None)
    named = {**values, "name_key": records.name_key(values["name"])}
    return properties_shown([records.add(connection, custom_properties, org_id, named)])[0]


def change_property(connection: Connection, call: Call, property_id: str, sent: dict[str, Any]) -> dict[str, Any]:
    """Change the members sent. Raises Refusal 409 for a choice in use that is to go."""
    row = records.get_for_change(connection, call, custom_properties, property_id, "custom property")
    records.refuse_nulls(sent, ("name", "choices", "archived"))
    if "choices" in sent:
        _check_choices(row.value_type, sent["choices"])
        gone = set(row.choices or []) - set(sent["choices"])
        v = property_values.c
        query = select(v.value).where(v.property_id == row.id, v.value.in_(sorted(gone))).limit(1)
        if gone and (used := connection.execute(query).scalar()) is not None:
            raise conflict(f"The choice {used} is in use and cannot be removed.")
    if "name" in sent:
        _check_property(connection, row.org_id, row.record_type, sent["name"], row.id)
        sent = {**sent, "name_key": records.name_key(sent["name"])}
    return properties_shown([records.change(connection, custom_properties, row.id, sent)])[0]


def _check_choices(value_type: str, choices: Sequence[str]) -> None:
    if (value_type == "choice") != bool(choices):
        raise invalid({"choices": "A property of type choice has choices, and no other has any."})
    if len(set(choices)) != len(choices):
        raise invalid({"choices": "A choice is given twice."})


def _check_property(connection: Connection, org_id: str, record_type: str, name: str, own_id: str | None) -> None:
    c = custom_properties.c
    same = [c.org_id == org_id, c.record_type == record_type, c.name_key == records.name_key(name)]
    message = f"There is a custom property named {name} of this record type already."
    records.check_unique(connection, custom_properties, same, message, own_id)
