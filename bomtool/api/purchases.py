"""Purchases (orders at one supplier), their lines and events on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from bomtool.api.base import (
    Answer,
    Boolean,
    Count,
    Currency,
    Day,
    IntegrationAnswer,
    IntegrationRequest,
    IntegrationUpdate,
    Metadata,
    Money,
    Positive,
    Price,
    Request,
    Text,
    Text255,
    Timestamp,
)
from bomtool.api.labels import LabelsAnswer, LabelsRequest

PurchaseStatus = Literal[
    "draft", "requested", "approved", "ordered", "shipped", "partially_received", "received", "cancelled"
]
EventType = Literal[
    "requested", "approved", "rejected", "ordered", "shipped", "arrived", "received", "cancelled", "noted"
]
NoPartKind = Literal["freight", "fee", "service", "tax", "discount", "other"]
MAX_BOUGHT = 10_000
"""Most lines in one request."""


class PurchaseLineWrite(Request):
    """What is bought. `allocate_quantity` is what of it is kept for the purchase's program on arrival (null: all)."""

    part: Text255
    quantity: Positive
    unit_price: Price | None = None
    description: Text | None = None
    sku: Text255 | None = None
    packaging: Text255 | None = None
    allocate_quantity: Count | None = None
    expected_on: Day | None = None
    notes: Text | None = None
    metadata: Metadata = {}


class PurchaseLineUpdate(Request):
    """One line of `PATCH /v1/purchases/{purchase_id}/lines/`; once ordered, quantity and price are fixed."""

    id: UUID
    quantity: Positive | None = None
    unit_price: Price | None = None
    description: Text | None = None
    sku: Text255 | None = None
    packaging: Text255 | None = None
    allocate_quantity: Count | None = None
    expected_on: Day | None = None
    notes: Text | None = None
    metadata: Metadata | None = None


class PurchaseLinesUpdate(Request):
    """Several lines at once; a bare JSON list is taken too."""

    lines: Annotated[list[PurchaseLineUpdate], Field(min_length=1, max_length=MAX_BOUGHT)]


class NoPartLineWrite(Request):
    """What is paid and is no part: freight, fees, services. A discount is subtracted."""

    kind: NoPartKind = "other"
    description: Text
    quantity: Positive = 1
    unit_price: Price | None = None
    notes: Text | None = None


class NoPartLineUpdate(Request):
    """One line of `PATCH /v1/purchases/{purchase_id}/no_part_lines/`."""

    id: UUID
    kind: NoPartKind | None = None
    description: Text | None = None
    quantity: Positive | None = None
    unit_price: Price | None = None
    notes: Text | None = None


class NoPartLinesUpdate(Request):
    """Several lines at once; a bare JSON list is taken too."""

    lines: Annotated[list[NoPartLineUpdate], Field(min_length=1, max_length=MAX_BOUGHT)]


class PurchaseCreate(IntegrationRequest, LabelsRequest):
    """`POST /v1/purchases/`: an order at one supplier. `currency` defaults to the supplier's.

    With `from_plan` its lines are what the plan of `program` buys of this supplier; a second live one is refused (409)
    unless `repeat`, because the same need would be bought twice.
    """

    supplier: UUID
    program: UUID | None = None
    reference_number: Text255 | None = None
    currency: Currency | None = None
    ship_to: Text | None = None
    notes: Text | None = None
    metadata: Metadata = {}
    lines: Annotated[list[PurchaseLineWrite], Field(max_length=MAX_BOUGHT)] = []
    no_part_lines: Annotated[list[NoPartLineWrite], Field(max_length=MAX_BOUGHT)] = []
    from_plan: Boolean = False
    repeat: Boolean = False


class PurchaseUpdate(IntegrationUpdate, LabelsRequest):
    """`PATCH /v1/purchases/{purchase_id}/`: only the members sent are changed; the currency is fixed once ordered."""

    reference_number: Text255 | None = None
    currency: Currency | None = None
    ship_to: Text | None = None
    notes: Text | None = None
    metadata: Metadata | None = None


class PurchaseLine(Answer):
    """A line. What is outstanding is neither received nor cancelled. `extended_price` is rounded to the minor unit."""

    id: UUID
    purchase: UUID
    position: int
    part: str
    mpn: str | None = None
    manufacturer_name: str | None = None
    description: str | None = None
    sku: str | None = None
    packaging: str | None = None
    quantity: int
    allocate_quantity: int | None = None
    unit_price: Money | None = None
    extended_price: Money | None = None
    expected_on: date | None = None
    shipped_quantity: int = 0
    received_quantity: int = 0
    cancelled_quantity: int = 0
    outstanding_quantity: int = 0
    notes: str | None = None
    metadata: Metadata | None = None
    created_at: Timestamp
    updated_at: Timestamp


class NoPartLine(Answer):
    """A line that is no part; `extended_price` of a discount is negative."""

    id: UUID
    purchase: UUID
    position: int
    kind: NoPartKind
    description: str
    quantity: int
    unit_price: Money | None = None
    extended_price: Money | None = None
    notes: str | None = None
    created_at: Timestamp
    updated_at: Timestamp


class EventLine(Request):
    """What an event says of one line: how many pieces (left out: all that can be), and where they lie."""

    line: UUID
    quantity: Positive | None = None
    expected_on: Day | None = None
    location: Text255 | None = None
    date_code: Text255 | None = None
    lot_code: Text255 | None = None


class PurchaseEventCreate(Request):
    """`POST /v1/purchases/{purchase_id}/events/`: without `lines` it is about all of them.

    ordered makes stock expected; shipped tells when it comes; arrived moves it to processing, received to stock on hand;
    cancelled takes what is outstanding away. approved looks at the offers again: where they have changed it is 409 with
    `changes` by line, unless `accept_changes`.
    """

    event_type: EventType
    occurred_at: Timestamp | None = None
    lines: Annotated[list[EventLine], Field(max_length=MAX_BOUGHT)] | None = None
    expected_on: Day | None = None
    location: Text255 | None = None
    note: Text | None = None
    carrier: Text255 | None = None
    tracking_number: Text255 | None = None
    accept_changes: Boolean = False


class EventLineAnswer(Answer):
    """Pieces of one line an event moved."""

    line: UUID
    quantity: int
    location: str | None = None
    date_code: str | None = None
    lot_code: str | None = None


class PurchaseEvent(Answer):
    """Something that happened to a purchase, and the status it has since."""

    id: UUID
    purchase: UUID
    event_type: EventType
    occurred_at: Timestamp
    lines: list[EventLineAnswer] = []
    note: str | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    purchase_status: PurchaseStatus | None = None
    created_at: Timestamp


class PurchaseOrder(IntegrationAnswer, LabelsAnswer):
    """A purchase with its lines and events. `total` adds the rounded lines; null while one has no price."""

    id: UUID
    org_id: str
    supplier: UUID
    supplier_name: str
    program: UUID | None = None
    reference_number: str | None = None
    status: PurchaseStatus
    currency: str
    ship_to: str | None = None
    notes: str | None = None
    from_plan: bool = False
    total: Money | None = None
    known_total: Money
    needs_approval: bool = False
    approved_at: Timestamp | None = None
    ordered_at: Timestamp | None = None
    metadata: Metadata | None = None
    lines: list[PurchaseLine] = []
    no_part_lines: list[NoPartLine] = []
    events: list[PurchaseEvent] = []
    created_at: Timestamp
    updated_at: Timestamp
