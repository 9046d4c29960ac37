"""Operations of the section Purchases: purchases, their lines and events, and supplier bills."""

from __future__ import annotations

from bomtool.api import bills, purchases
from bomtool.api.base import Page
from bomtool.api.route import Route

_PURCHASE = "/v1/purchases/{purchase_id}/"
_LINES = "/v1/purchases/{purchase_id}/lines/"
_LINE = "/v1/purchases/{purchase_id}/lines/{line_id}/"
_NO_PART_LINES = "/v1/purchases/{purchase_id}/no_part_lines/"
_NO_PART_LINE = "/v1/purchases/{purchase_id}/no_part_lines/{line_id}/"
_BILL = "/v1/supplier_bills/{bill_id}/"
_BILL_LINE = "/v1/supplier_bill_lines/{line_id}/"
_S = "Purchases"

ROUTES: tuple[Route, ...] = (
    Route(57, _S, "get_purchase", "Get a purchase order", "GET", _PURCHASE, None, purchases.PurchaseOrder),
    Route(
        58,
        _S,
        "create_purchase",
        "Create a purchase order",
        "POST",
        "/v1/purchases/",
        purchases.PurchaseCreate,
        purchases.PurchaseOrder,
    ),
    Route(
        59,
        _S,
        "update_purchase",
        "Update a purchase order",
        "PATCH",
        _PURCHASE,
        purchases.PurchaseUpdate,
        purchases.PurchaseOrder,
    ),
    Route(60, _S, "delete_purchase", "Delete a purchase order", "DELETE", _PURCHASE, None, None, 204),
    Route(61, _S, "list_purchase_lines", "List purchase lines", "GET", _LINES, None, Page[purchases.PurchaseLine]),
    Route(62, _S, "get_purchase_line", "Get a purchase line", "GET", _LINE, None, purchases.PurchaseLine),
    Route(
        63,
        _S,
        "create_purchase_line",
        "Create a purchase line",
        "POST",
        _LINES,
        purchases.PurchaseLineWrite,
        purchases.PurchaseLine,
    ),
    Route(
        64,
        _S,
        "update_purchase_lines",
        "Update many purchase lines",
        "PATCH",
        _LINES,
        purchases.PurchaseLinesUpdate,
        Page[purchases.PurchaseLine],
    ),
    Route(65, _S, "delete_purchase_line", "Delete a purchase line", "DELETE", _LINE, None, None, 204),
    Route(
        66,
        _S,
        "list_no_part_lines",
        "List no-part purchase lines",
        "GET",
        _NO_PART_LINES,
        None,
        Page[purchases.NoPartLine],
    ),
    Route(
        67,
        _S,
        "create_no_part_line",
        "Create a no-part purchase line",
        "POST",
        _NO_PART_LINES,
        purchases.NoPartLineWrite,
        purchases.NoPartLine,
    ),
    Route(
        68,
        _S,
        "update_no_part_lines",
        "Update many no-part purchase lines",
        "PATCH",
        _NO_PART_LINES,
        purchases.NoPartLinesUpdate,
        Page[purchases.NoPartLine],
    ),
    Route(69, _S, "delete_no_part_line", "Delete a no-part purchase line", "DELETE", _NO_PART_LINE, None, None, 204),
    Route(
        70,
        _S,
        "create_purchase_event",
        "Create a purchase event",
        "POST",
        "/v1/purchases/{purchase_id}/events/",
        purchases.PurchaseEventCreate,
        purchases.PurchaseEvent,
    ),
    Route(
        71,
        _S,
        "update_supplier_bill",
        "Update a supplier bill",
        "PATCH",
        _BILL,
        bills.SupplierBillUpdate,
        bills.SupplierBill,
    ),
    Route(
        72,
        _S,
        "update_supplier_bill_line",
        "Update a supplier bill line",
        "PATCH",
        _BILL_LINE,
        bills.BillLineUpdate,
        bills.SupplierBillLine,
    ),
    Route(
        73,
        _S,
        "create_supplier_bill",
        "Create a supplier bill",
        "POST",
        "/v1/supplier_bills/",
        bills.SupplierBillCreate,
        bills.SupplierBill,
    ),
    Route(
        74,
        _S,
        "create_supplier_bill_line",
        "Create a supplier bill line",
        "POST",
        "/v1/supplier_bill_lines/",
        bills.BillLineCreate,
        bills.SupplierBillLine,
    ),
)
