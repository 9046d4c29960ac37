"""Requests for quotation, and the quotes of suppliers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from bomtool.api import rfqs as wire
from bomtool.client.client import request

if TYPE_CHECKING:
    from bomtool.client.client import Client

Id = UUID | str


class Rfqs:
    """`client.rfqs`. Bodies are given as their model of `bomtool.api.rfqs`, or as keyword arguments."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, body: wire.RfqCreate | None = None, **members: Any) -> wire.Rfq:
        """A new RFQ, its lines by hand or from what a program cannot buy."""
        return self._client.read("create_rfq", wire.Rfq, {}, body=request(wire.RfqCreate, body, members))

    def update(self, rfq_id: Id, body: wire.RfqUpdate | None = None, **members: Any) -> wire.Rfq:
        """Change the members given; without any, the RFQ as it is."""
        sent = request(wire.RfqUpdate, body, members)
        return self._client.read("update_rfq", wire.Rfq, {"rfq_id": rfq_id}, body=sent)

    def create_line(self, body: wire.RfqLineCreate | None = None, **members: Any) -> wire.RfqLine:
        """A line behind the others."""
        return self._client.read("create_rfq_line", wire.RfqLine, {}, body=request(wire.RfqLineCreate, body, members))

    def update_line(self, line_id: Id, body: wire.RfqLineUpdate | None = None, **members: Any) -> wire.RfqLine:
        """Change the members given."""
        sent = request(wire.RfqLineUpdate, body, members)
        return self._client.read("update_rfq_line", wire.RfqLine, {"line_id": line_id}, body=sent)


class SupplierQuotes:
    """`client.supplier_quotes`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, body: wire.SupplierQuoteCreate | None = None, **members: Any) -> wire.SupplierQuote:
        """A new quote; while it is valid, its lines are offers."""
        sent = request(wire.SupplierQuoteCreate, body, members)
        return self._client.read("create_supplier_quote", wire.SupplierQuote, {}, body=sent)

    def update(self, quote_id: Id, body: wire.SupplierQuoteUpdate | None = None, **members: Any) -> wire.SupplierQuote:
        """Change the members given; without any, the quote as it is."""
        sent = request(wire.SupplierQuoteUpdate, body, members)
        return self._client.read("update_supplier_quote", wire.SupplierQuote, {"quote_id": quote_id}, body=sent)

    def create_line(self, body: wire.QuoteLineCreate | None = None, **members: Any) -> wire.SupplierQuoteLine:
        """A line behind the others."""
        sent = request(wire.QuoteLineCreate, body, members)
        return self._client.read("create_supplier_quote_line", wire.SupplierQuoteLine, {}, body=sent)

    def update_line(
        self, line_id: Id, body: wire.QuoteLineUpdate | None = None, **members: Any
    ) -> wire.SupplierQuoteLine:
        """Change the members given."""
        sent = request(wire.QuoteLineUpdate, body, members)
        return self._client.read("update_supplier_quote_line", wire.SupplierQuoteLine, {"line_id": line_id}, body=sent)
