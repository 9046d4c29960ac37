"""Purchases with their lines and events, and supplier bills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bomtool.api import bills
from bomtool.api import purchases as wire
from bomtool.api.base import Page
from bomtool.client.client import request

if TYPE_CHECKING:
    from bomtool.client.client import Client

Id = UUID | str


class Purchases:
    """`client.purchases`. Bodies are given as their model of `bomtool.api.purchases`, or as keyword arguments."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, body: wire.PurchaseCreate | None = None, **members: Any) -> wire.PurchaseOrder:
        """A new order at one supplier, its lines by hand or from a program's plan."""
        return self._client.read(
            "create_purchase", wire.PurchaseOrder, {}, body=request(wire.PurchaseCreate, body, members)
        )

    def get(self, purchase_id: Id) -> wire.PurchaseOrder:
        """One purchase with its lines and events."""
        return self._client.read("get_purchase", wire.PurchaseOrder, {"purchase_id": purchase_id})

    def update(self, purchase_id: Id, body: wire.PurchaseUpdate | None = None, **members: Any) -> wire.PurchaseOrder:
        """Change the members given."""
        sent = request(wire.PurchaseUpdate, body, members)
        return self._client.read("update_purchase", wire.PurchaseOrder, {"purchase_id": purchase_id}, body=sent)

    def delete(self, purchase_id: Id) -> None:
        """Delete a purchase that is not ordered yet."""
        self._client.call("delete_purchase", {"purchase_id": purchase_id})

    def create_event(
        self, purchase_id: Id, body: wire.PurchaseEventCreate | None = None, **members: Any
    ) -> wire.PurchaseEvent:
        """Let something happen: requested, approved, ordered, shipped, arrived, received, cancelled."""
        sent = request(wire.PurchaseEventCreate, body, members)
        return self._client.read("create_purchase_event", wire.PurchaseEvent, {"purchase_id": purchase_id}, body=sent)

    def list_lines(self, purchase_id: Id, **filters: Any) -> Page[wire.PurchaseLine]:
        """One page of lines."""
        return self._client.page("list_purchase_lines", wire.PurchaseLine, {"purchase_id": purchase_id}, filters)

    def iterate_lines(self, purchase_id: Id, **filters: Any) -> Iterator[wire.PurchaseLine]:
        """All lines."""
        return self._client.iterate("list_purchase_lines", wire.PurchaseLine, {"purchase_id": purchase_id}, filters)

    def get_line(self, purchase_id: Id, line_id: Id) -> wire.PurchaseLine:
        """One line."""
        ids = {"purchase_id": purchase_id, "line_id": line_id}
        return self._client.read("get_purchase_line", wire.PurchaseLine, ids)

    def create_line(
        self, purchase_id: Id, body: wire.PurchaseLineWrite | None = None, **members: Any
    ) -> wire.PurchaseLine:
        """A line behind the others."""
        sent = request(wire.PurchaseLineWrite, body, members)
        return self._client.read("create_purchase_line", wire.PurchaseLine, {"purchase_id": purchase_id}, body=sent)

    def update_lines(
        self, purchase_id: Id, body: wire.PurchaseLinesUpdate | None = None, **members: Any
    ) -> Page[wire.PurchaseLine]:
        """Change many lines at once."""
        sent = request(wire.PurchaseLinesUpdate, body, members)
        ids = {"purchase_id": purchase_id}
        return self._client.read("update_purchase_lines", Page[wire.PurchaseLine], ids, body=sent)

    def delete_line(self, purchase_id: Id, line_id: Id) -> None:
        """Remove a line."""
        self._client.call("delete_purchase_line", {"purchase_id": purchase_id, "line_id": line_id})

    def list_no_part_lines(self, purchase_id: Id, **filters: Any) -> Page[wire.NoPartLine]:
        """One page of freight, fees and services."""
        return self._client.page("list_no_part_lines", wire.NoPartLine, {"purchase_id": purchase_id}, filters)

    def create_no_part_line(
        self, purchase_id: Id, body: wire.NoPartLineWrite | None = None, **members: Any
    ) -> wire.NoPartLine:
        """Freight, a fee or a service."""
        sent = request(wire.NoPartLineWrite, body, members)
        return self._client.read("create_no_part_line", wire.NoPartLine, {"purchase_id": purchase_id}, body=sent)

    def update_no_part_lines(
        self, purchase_id: Id, body: wire.NoPartLinesUpdate | None = None, **members: Any
    ) -> Page[wire.NoPartLine]:
        """Change many no-part lines at once."""
        sent = request(wire.NoPartLinesUpdate, body, members)
        ids = {"purchase_id": purchase_id}
        return self._client.read("update_no_part_lines", Page[wire.NoPartLine], ids, body=sent)

    def delete_no_part_line(self, purchase_id: Id, line_id: Id) -> None:
        """Remove a no-part line."""
        self._client.call("delete_no_part_line", {"purchase_id": purchase_id, "line_id": line_id})


class SupplierBills:
    """`client.supplier_bills`. Bodies are given as their model of `bomtool.api.bills`, or as keyword arguments."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, body: bills.SupplierBillCreate | None = None, **members: Any) -> bills.SupplierBill:
        """A new bill; `problems` says where it and its purchase disagree."""
        sent = request(bills.SupplierBillCreate, body, members)
        return self._client.read("create_supplier_bill", bills.SupplierBill, {}, body=sent)

    def update(self, bill_id: Id, body: bills.SupplierBillUpdate | None = None, **members: Any) -> bills.SupplierBill:
        """Change the members given; without any, the bill as it is."""
        sent = request(bills.SupplierBillUpdate, body, members)
        return self._client.read("update_supplier_bill", bills.SupplierBill, {"bill_id": bill_id}, body=sent)

    def create_line(self, body: bills.BillLineCreate | None = None, **members: Any) -> bills.SupplierBillLine:
        """A line behind the others."""
        sent = request(bills.BillLineCreate, body, members)
        return self._client.read("create_supplier_bill_line", bills.SupplierBillLine, {}, body=sent)

    def update_line(
        self, line_id: Id, body: bills.BillLineUpdate | None = None, **members: Any
    ) -> bills.SupplierBillLine:
        """Change the members given."""
        sent = request(bills.BillLineUpdate, body, members)
        return self._client.read("update_supplier_bill_line", bills.SupplierBillLine, {"line_id": line_id}, body=sent)
