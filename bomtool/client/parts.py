"""Parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bomtool.api.parts import PartDetail

if TYPE_CHECKING:
    from bomtool.client.client import Client


class Parts:
    """`client.parts`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, part_id: str) -> PartDetail:
        """A part with its offers, by its part id or one it was merged from."""
        return self._client.read("get_part", PartDetail, {"part_id": part_id})
