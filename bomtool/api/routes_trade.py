"""Operations of the sections Rfqs, RfqLines, SupplierQuote and SupplierQuoteLines."""

from __future__ import annotations

from bomtool.api import rfqs
from bomtool.api.route import Route

ROUTES: tuple[Route, ...] = (
    Route(97, "Rfqs", "create_rfq", "Create an RFQ", "POST", "/v1/rfqs/", rfqs.RfqCreate, rfqs.Rfq),
    Route(98, "Rfqs", "update_rfq", "Update an RFQ", "PATCH", "/v1/rfqs/{rfq_id}/", rfqs.RfqUpdate, rfqs.Rfq),
    Route(
        99,
        "RfqLines",
        "create_rfq_line",
        "Create an RFQ line",
        "POST",
        "/v1/rfq_lines/",
        rfqs.RfqLineCreate,
        rfqs.RfqLine,
    ),
    Route(
        100,
        "RfqLines",
        "update_rfq_line",
        "Update an RFQ line",
        "PATCH",
        "/v1/rfq_lines/{line_id}/",
        rfqs.RfqLineUpdate,
        rfqs.RfqLine,
    ),
    Route(
        101,
        "SupplierQuote",
        "create_supplier_quote",
        "Create a supplier quote",
        "POST",
        "/v1/supplier_quotes/",
        rfqs.SupplierQuoteCreate,
        rfqs.SupplierQuote,
    ),
    Route(
        102,
        "SupplierQuote",
        "update_supplier_quote",
        "Update a supplier quote",
        "PATCH",
        "/v1/supplier_quotes/{quote_id}/",
        rfqs.SupplierQuoteUpdate,
        rfqs.SupplierQuote,
    ),
    Route(
        103,
        "SupplierQuoteLines",
        "create_supplier_quote_line",
        "Create a supplier quote line",
        "POST",
        "/v1/supplier_quote_lines/",
        rfqs.QuoteLineCreate,
        rfqs.SupplierQuoteLine,
    ),
    Route(
        104,
        "SupplierQuoteLines",
        "update_supplier_quote_line",
        "Update a supplier quote line",
        "PATCH",
        "/v1/supplier_quote_lines/{line_id}/",
        rfqs.QuoteLineUpdate,
        rfqs.SupplierQuoteLine,
    ),
)
