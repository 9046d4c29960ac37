"""Operations of the sections Suppliers, Stock Lots, Stock Documents and Parts."""

from __future__ import annotations

from bomtool.api import parts, stock, suppliers
from bomtool.api.base import Page
from bomtool.api.jobs import Job
from bomtool.api.route import Route

_SUPPLIER = "/v1/suppliers/{supplier_id}/"
_DOCUMENT = "/v1/stock_documents/{document_id}/"

ROUTES: tuple[Route, ...] = (
    Route(
        46,
        "Stock Documents",
        "list_stock_documents",
        "List stock documents",
        "GET",
        "/v1/stock_documents/",
        None,
        Page[stock.StockDocument],
    ),
    Route(
        47, "Stock Documents", "get_stock_document", "Get a stock document", "GET", _DOCUMENT, None, stock.StockDocument
    ),
    Route(
        48,
        "Stock Documents",
        "download_stock_document",
        "Download a stock document",
        "GET",
        f"{_DOCUMENT}download/",
        None,
        None,
        gives="bytes",
    ),
    Route(
        49,
        "Stock Documents",
        "create_stock_document",
        "Create a stock document",
        "POST",
        "/v1/stock_documents/",
        None,
        stock.StockDocument,
        sends="bytes",
    ),
    Route(
        50,
        "Suppliers",
        "create_supplier",
        "Create a supplier",
        "POST",
        "/v1/suppliers/",
        suppliers.SupplierCreate,
        suppliers.Supplier,
    ),
    Route(
        51,
        "Suppliers",
        "update_supplier",
        "Update a supplier",
        "PATCH",
        _SUPPLIER,
        suppliers.SupplierUpdate,
        suppliers.Supplier,
    ),
    Route(52, "Suppliers", "get_supplier", "Get a supplier", "GET", _SUPPLIER, None, suppliers.Supplier),
    Route(53, "Suppliers", "list_suppliers", "List suppliers", "GET", "/v1/suppliers/", None, Page[suppliers.Supplier]),
    Route(
        54,
        "Parts",
        "create_parts_async",
        "Create parts asynchronously",
        "POST",
        "/v1/parts/async_create/",
        parts.PartsCreate,
        Job,
        202,
    ),
    Route(
        55,
        "Parts",
        "upsert_parts_async",
        "Upsert parts asynchronously",
        "PUT",
        "/v1/parts/async_upsert/",
        parts.PartsUpsert,
        Job,
        202,
    ),
    Route(56, "Parts", "get_part", "Get a part", "GET", "/v1/parts/{part_id}/", None, parts.PartDetail),
    Route(
        91,
        "Stock Lots",
        "update_stock_lot",
        "Update a stock lot",
        "PATCH",
        "/v1/stock_lots/{lot_id}/",
        stock.StockLotUpdate,
        stock.StockLot,
    ),
    Route(
        92,
        "Stock Lots",
        "upsert_part_stock",
        "Upsert the stock of a part",
        "PUT",
        "/v1/stock_lots/upsert_part_stock/",
        stock.PartStockUpsert,
        stock.StockLot,
    ),
)
