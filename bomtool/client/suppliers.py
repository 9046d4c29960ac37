"""Suppliers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bomtool.api import suppliers as wire
from bomtool.api.base import Page
from bomtool.client.client import request

if TYPE_CHECKING:
    from bomtool.client.client import Client

Id = UUID | str


class Suppliers:
    """`client.suppliers`. Bodies are given as their model of `bomtool.api.suppliers`, or as keyword arguments."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(self, **filters: Any) -> Page[wire.Supplier]:
        """One page; filters as in the contract."""
        return self._client.page("list_suppliers", wire.Supplier, {}, filters)

    def iterate(self, **filters: Any) -> Iterator[wire.Supplier]:
        """All suppliers."""
        return self._client.iterate("list_suppliers", wire.Supplier, {}, filters)

    def create(self, body: wire.SupplierCreate | None = None, **members: Any) -> wire.Supplier:
        """A new supplier."""
        return self._client.read("create_supplier", wire.Supplier, {}, body=request(wire.SupplierCreate, body, members))

    def get(self, supplier_id: Id) -> wire.Supplier:
        """One supplier."""
        return self._client.read("get_supplier", wire.Supplier, {"supplier_id": supplier_id})

    def update(self, supplier_id: Id, body: wire.SupplierUpdate | None = None, **members: Any) -> wire.Supplier:
        """Change the members given."""
        sent = request(wire.SupplierUpdate, body, members)
        return self._client.read("update_supplier", wire.Supplier, {"supplier_id": supplier_id}, body=sent)
