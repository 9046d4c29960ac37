"""Parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bomtool.api.jobs import Job
from bomtool.api.parts import PartDetail, PartsCreate, PartsUpsert
from bomtool.client.client import request

if TYPE_CHECKING:
    from bomtool.client.client import Client


class Parts:
    """`client.parts`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, part_id: str) -> PartDetail:
        """A part with its offers, by its part id or one it was merged from."""
        return self._client.read("get_part", PartDetail, {"part_id": part_id})

    def create_async(self, body: PartsCreate | None = None, **members: Any) -> Job:
        """Create parts of the org's own; the job's result is `{created, updated, errors}`."""
        return self._client.read("create_parts_async", Job, {}, body=request(PartsCreate, body, members))

    def upsert_async(self, body: PartsUpsert | None = None, **members: Any) -> Job:
        """Create or replace parts of the org's own; the job's result is `{created, updated, errors}`."""
        return self._client.read("upsert_parts_async", Job, {}, body=request(PartsUpsert, body, members))
