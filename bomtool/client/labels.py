"""Tags and custom properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bomtool.api import labels as wire
from bomtool.api.base import Page
from bomtool.client.client import request

if TYPE_CHECKING:
    from bomtool.client.client import Client

Id = UUID | str


class Tags:
    """`client.tags`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(self, **filters: Any) -> Page[wire.Tag]:
        """One page of tags."""
        return self._client.page("list_tags", wire.Tag, {}, filters)

    def iterate(self, **filters: Any) -> Iterator[wire.Tag]:
        """All tags."""
        return self._client.iterate("list_tags", wire.Tag, {}, filters)

    def create(self, body: wire.TagCreate | None = None, **members: Any) -> wire.Tag:
        """A new tag."""
        return self._client.read("create_tag", wire.Tag, {}, body=request(wire.TagCreate, body, members))

    def get(self, tag_id: Id) -> wire.Tag:
        """One tag."""
        return self._client.read("get_tag", wire.Tag, {"tag_id": tag_id})

    def update(self, tag_id: Id, body: wire.TagUpdate | None = None, **members: Any) -> wire.Tag:
        """Change the members given."""
        sent = request(wire.TagUpdate, body, members)
        return self._client.read("update_tag", wire.Tag, {"tag_id": tag_id}, body=sent)


class CustomProperties:
    """`client.custom_properties`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(self, **filters: Any) -> Page[wire.CustomProperty]:
        """One page of custom properties."""
        return self._client.page("list_custom_properties", wire.CustomProperty, {}, filters)

    def iterate(self, **filters: Any) -> Iterator[wire.CustomProperty]:
        """All custom properties."""
        return self._client.iterate("list_custom_properties", wire.CustomProperty, {}, filters)

    def create(self, body: wire.CustomPropertyCreate | None = None, **members: Any) -> wire.CustomProperty:
        """A new custom property."""
        sent = request(wire.CustomPropertyCreate, body, members)
        return self._client.read("create_custom_property", wire.CustomProperty, {}, body=sent)

    def get(self, property_id: Id) -> wire.CustomProperty:
        """One custom property."""
        return self._client.read("get_custom_property", wire.CustomProperty, {"property_id": property_id})

    def update(
        self, property_id: Id, body: wire.CustomPropertyUpdate | None = None, **members: Any
    ) -> wire.CustomProperty:
        """Change the members given."""
        sent = request(wire.CustomPropertyUpdate, body, members)
        ids = {"property_id": property_id}
        return self._client.read("update_custom_property", wire.CustomProperty, ids, body=sent)
