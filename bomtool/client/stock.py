"""Stock lots and stock documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bomtool.api import stock as wire
from bomtool.api.base import Page
from bomtool.client.client import parse, request

if TYPE_CHECKING:
    from bomtool.client.client import Client

Id = UUID | str


class StockLots:
    """`client.stock_lots`. Bodies are given as their model of `bomtool.api.stock`, or as keyword arguments."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def upsert_part_stock(self, body: wire.PartStockUpsert | None = None, **members: Any) -> wire.StockLot:
        """Set the stock of a part at a place; the same twice changes nothing more."""
        sent = request(wire.PartStockUpsert, body, members)
        return self._client.read("upsert_part_stock", wire.StockLot, {}, body=sent)

    def update(self, lot_id: Id, body: wire.StockLotUpdate | None = None, **members: Any) -> wire.StockLot:
        """Change the members given."""
        sent = request(wire.StockLotUpdate, body, members)
        return self._client.read("update_stock_lot", wire.StockLot, {"lot_id": lot_id}, body=sent)


class StockDocuments:
    """`client.stock_documents`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(self, **filters: Any) -> Page[wire.StockDocument]:
        """One page; filters as in the contract, `stock_lot`, `purchase` and `document_type`."""
        return self._client.page("list_stock_documents", wire.StockDocument, {}, filters)

    def iterate(self, **filters: Any) -> Iterator[wire.StockDocument]:
        """All documents."""
        return self._client.iterate("list_stock_documents", wire.StockDocument, {}, filters)

    def create(self, name: str, content: bytes, **about: Any) -> wire.StockDocument:
        """Keep a file; `about` is `document_type`, `stock_lot`, `purchase`, `notes`, `team`, `tag`, `custom_property`."""
        reply = self._client.call("create_stock_document", {}, query={"name": name, **about}, body=content)
        return parse(wire.StockDocument, reply.body)

    def get(self, document_id: Id) -> wire.StockDocument:
        """One document, without its content."""
        return self._client.read("get_stock_document", wire.StockDocument, {"document_id": document_id})

    def download(self, document_id: Id) -> bytes:
        """The content of a document, as it was sent."""
        content: bytes = self._client.call("download_stock_document", {"document_id": document_id}).body
        return content
