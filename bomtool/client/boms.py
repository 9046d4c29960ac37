"""BOMs and their lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bomtool.api import boms as wire
from bomtool.api.base import Page
from bomtool.api.jobs import Job
from bomtool.client.client import request
from bomtool.client.push import Journal, Pushed, push_bom
from bomtool.errors import UncertainOutcome

if TYPE_CHECKING:
    from bomtool.bom.model import Bom as ReadBom
    from bomtool.client.client import Client

Id = UUID | str


class Boms:
    """`client.boms`. Bodies are given as their model of `bomtool.api.boms`, or as keyword arguments."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create_raw(self, bom: ReadBom, *, new: bool = False, journal: Journal | None = None) -> Pushed:
        """Put a BOM that was read from a file on the platform, exactly once; `new` makes another one of the same content.

        `journal` remembers across processes what is being sent to a server that keeps no records unique.

        Raises UncertainOutcome where nobody can tell whether it arrived.
        """
        return push_bom(self._client, bom, new=new, journal=journal)

    def list(self, **filters: Any) -> Page[wire.Bom]:
        """One page; filters as in the contract (search, approved, archived, limit, offset, ordering ...)."""
        return self._client.page("list_boms", wire.Bom, {}, filters)

    def iterate(self, **filters: Any) -> Iterator[wire.Bom]:
        """All BOMs over all pages."""
        return self._client.iterate("list_boms", wire.Bom, {}, filters)

    def create(self, body: wire.BomCreate | None = None, **members: Any) -> wire.Bom:
        """A BOM from catalogue parts."""
        return self._client.read("create_bom", wire.Bom, {}, body=request(wire.BomCreate, body, members))

    def parse_raw(self, body: wire.RawBom | None = None, **members: Any) -> wire.Bom:
        """A BOM from raw lines, sent as it is; `create_raw` is the one that never doubles."""
        return self._client.read("parse_raw_bom", wire.Bom, {}, body=request(wire.RawBom, body, members))

    def get(self, bom_id: Id) -> wire.Bom:
        """One BOM."""
        return self._client.read("get_bom", wire.Bom, {"bom_id": bom_id})

    def upsert_async(self, body: wire.BomUpsert | None = None, **members: Any) -> Job:
        """Create or replace the BOM of an integration record; the job's result holds it."""
        return self._client.read("upsert_bom_async", Job, {}, body=request(wire.BomUpsert, body, members))

    def update(self, bom_id: Id, body: wire.BomUpdate | None = None, **members: Any) -> wire.Bom:
        """Change the header members given."""
        sent = request(wire.BomUpdate, body, members)
        return self._client.read("update_bom", wire.Bom, {"bom_id": bom_id}, body=sent)

    def delete(self, bom_id: Id) -> None:
        """Delete an unapproved BOM, archive an approved one."""
        self._client.call("delete_bom", {"bom_id": bom_id})

    def approve(self, bom_id: Id, body: wire.BomApprove | None = None, **members: Any) -> wire.Bom:
        """Approve; 409 with unmatched lines unless `allow_unmatched`. Twice is harmless."""
        sent = request(wire.BomApprove, body, members)
        try:
            return self._client.read("approve_bom", wire.Bom, {"bom_id": bom_id}, body=sent)
        except UncertainOutcome:
            bom = self.get(bom_id)
            if bom.approved != "true":
                raise
            return bom

    def list_lines(self, bom_id: Id, **filters: Any) -> Page[wire.BomLine]:
        """One page of lines."""
        return self._client.page("list_bom_lines", wire.BomLine, {"bom_id": bom_id}, filters)

    def iterate_lines(self, bom_id: Id, **filters: Any) -> Iterator[wire.BomLine]:
        """All lines over all pages."""
        return self._client.iterate("list_bom_lines", wire.BomLine, {"bom_id": bom_id}, filters)

    def create_line(self, bom_id: Id, body: wire.CatalogLine | None = None, **members: Any) -> wire.BomLine:
        """Add a line by catalogue part; a part already there sums."""
        sent = request(wire.CatalogLine, body, members)
        return self._client.read("create_bom_line", wire.BomLine, {"bom_id": bom_id}, body=sent)

    def get_line(self, bom_id: Id, line_id: Id) -> wire.BomLine:
        """One line."""
        return self._client.read("get_bom_line", wire.BomLine, {"bom_id": bom_id, "line_id": line_id})

    def update_line(
        self, bom_id: Id, line_id: Id, body: wire.BomLineUpdate | None = None, **members: Any
    ) -> wire.BomLine:
        """Change the members given: the match decision (`part`, `ignored`, `is_custom_part`) or design fields."""
        sent = request(wire.BomLineUpdate, body, members)
        ids = {"bom_id": bom_id, "line_id": line_id}
        return self._client.read("update_bom_line", wire.BomLine, ids, body=sent)

    def delete_line(self, bom_id: Id, line_id: Id) -> None:
        """Remove a line."""
        self._client.call("delete_bom_line", {"bom_id": bom_id, "line_id": line_id})

    def parse_raw_line(self, bom_id: Id, body: wire.RawLine | None = None, **members: Any) -> wire.BomLine:
        """Add a line from raw data; the same part with the same designators sums."""
        sent = request(wire.RawLine, body, members)
        return self._client.read("parse_raw_line", wire.BomLine, {"bom_id": bom_id}, body=sent)
