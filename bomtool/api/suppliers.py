"""Suppliers on the wire: who is bought from, under which rule, on which terms."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from bomtool.api.base import (
    Address,
    Currency,
    IntegrationAnswer,
    IntegrationRequest,
    IntegrationUpdate,
    Metadata,
    Money,
    Price,
    Text,
    Text255,
    Timestamp,
)
from bomtool.api.labels import LabelsAnswer, LabelsRequest

PurchaseRule = Literal["none", "preferred", "allowed", "last_resort", "banned"]


class SupplierCreate(IntegrationRequest, LabelsRequest):
    """`POST /v1/suppliers/`: names are unique in an org, whatever the case, and match the supplier of offers.

    `purchase_rule` as the solver takes it: preferred wins over price, allowed leaves out everybody who is not, last_resort
    only where nobody else can, banned never. `order_fee` and `minimum_order` are in `currency`.
    """

    name: Text255
    code: Text255 | None = None
    email: Address | None = None
    phone: Text255 | None = None
    contact_name: Text255 | None = None
    website: Text255 | None = None
    address: Text | None = None
    currency: Currency | None = None
    payment_terms: Text255 | None = None
    notes: Text | None = None
    purchase_rule: PurchaseRule = "none"
    order_fee: Price | None = None
    minimum_order: Price | None = None
    metadata: Metadata = {}


class SupplierUpdate(IntegrationUpdate, LabelsRequest):
    """`PATCH /v1/suppliers/{supplier_id}/`: only the members sent are changed."""

    name: Text255 | None = None
    code: Text255 | None = None
    email: Address | None = None
    phone: Text255 | None = None
    contact_name: Text255 | None = None
    website: Text255 | None = None
    address: Text | None = None
    currency: Currency | None = None
    payment_terms: Text255 | None = None
    notes: Text | None = None
    purchase_rule: PurchaseRule | None = None
    order_fee: Price | None = None
    minimum_order: Price | None = None
    metadata: Metadata | None = None


class Supplier(IntegrationAnswer, LabelsAnswer):
    """A supplier."""

    id: UUID
    org_id: str
    name: str
    code: str | None = None
    email: str | None = None
    phone: str | None = None
    contact_name: str | None = None
    website: str | None = None
    address: str | None = None
    currency: str | None = None
    payment_terms: str | None = None
    notes: str | None = None
    purchase_rule: PurchaseRule = "none"
    order_fee: Money | None = None
    minimum_order: Money | None = None
    metadata: Metadata | None = None
    created_at: Timestamp
    updated_at: Timestamp
