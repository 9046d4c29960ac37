"""The operations of the sections Tags and Custom Properties."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from bomtool.api.labels import CustomPropertyCreate, CustomPropertyUpdate, RecordType, TagCreate, TagUpdate
from bomtool.platform.calls import CallDep
from bomtool.platform.listing import Flag, Paging, Text, page
from bomtool.platform.people_tables import custom_properties, tags
from bomtool.platform.rows import Rows
from bomtool.platform.services import label_kinds, records

Pages = Annotated[Paging, Depends()]


def list_tags(call: CallDep, paging: Pages, search: Text = None, archived: Flag = None) -> Response:
    """The tags of the orgs the key sees."""
    rows = Rows.seen(call, tags).searched(search, ("name", "description"))
    if archived is not None:
        rows = rows.flagged("archived", archived)
    with call.read() as connection:
        return call.answer(
            page(
                connection,
                call.request,
                rows,
                paging,
                orderable=("created_at", "name"),
                shown=label_kinds.tags_shown,
            )
        )


def create_tag(call: CallDep, body: TagCreate) -> Response:
    """Create a tag; names are unique in an org, whatever the case."""
    values = body.model_dump()
    return call.change(lambda connection: label_kinds.create_tag(connection, call.org_id, values))


def get_tag(call: CallDep, tag_id: str) -> Response:
    """One tag."""
    with call.read() as connection:
        return call.answer(label_kinds.tags_shown([records.get(connection, call, tags, tag_id, "tag")])[0])


def update_tag(call: CallDep, tag_id: str, body: TagUpdate) -> Response:
    """Change the members sent."""
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    return call.change(lambda connection: label_kinds.change_tag(connection, call, tag_id, sent))


def list_custom_properties(
    call: CallDep,
    paging: Pages,
    search: Text = None,
    archived: Flag = None,
    record_type: Annotated[RecordType | None, Query(description="Only those of this kind of record")] = None,
) -> Response:
    """The custom properties of the orgs the key sees."""
    rows = Rows.seen(call, custom_properties).searched(search, ("name", "description"))
    if archived is not None:
        rows = rows.flagged("archived", archived)
    if record_type is not None:
        rows = rows.where(custom_properties.c.record_type == record_type)
    with call.read() as connection:
        return call.answer(
            page(
                connection,
                call.request,
                rows,
                paging,
                orderable=("created_at", "name", "record_type"),
                shown=label_kinds.properties_shown,
            )
        )


def create_custom_property(call: CallDep, body: CustomPropertyCreate) -> Response:
    """Create a typed member of one's own on one kind of record."""
    values = body.model_dump()
    return call.change(lambda connection: label_kinds.create_property(connection, call.org_id, values))


def get_custom_property(call: CallDep, property_id: str) -> Response:
    """One custom property."""
    with call.read() as connection:
        row = records.get(connection, call, custom_properties, property_id, "custom property")
        return call.answer(label_kinds.properties_shown([row])[0])


def update_custom_property(call: CallDep, property_id: str, body: CustomPropertyUpdate) -> Response:
    """Change the members sent; its record type and value type are fixed."""
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    return call.change(lambda connection: label_kinds.change_property(connection, call, property_id, sent))
