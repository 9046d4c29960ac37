"""Requests for quotation and supplier quotes on the wire. A valid quote of a part is an offer in every plan of its org."""

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

RfqStatus = Literal["draft", "sent", "closed", "cancelled"]
QuoteStatus = Literal["received", "accepted", "rejected", "withdrawn"]
MAX_QUOTED = 10_000
"""Most lines in one request."""


class RfqLineWrite(Request):
    """What is asked for: a part by id, or what is known of it; one or more quantities."""

    part: Text255 | None = None
    mpn: Text255 | None = None
    manufacturer_name: Text255 | None = None
    description: Text | None = None
    quantities: Annotated[list[Positive], Field(min_length=1, max_length=20)]
    target_price: Price | None = None
    needed_by: Day | None = None
    notes: Text | None = None


class RfqLineCreate(RfqLineWrite):
    """`POST /v1/rfq_lines/`: a line behind those the RFQ has."""

    rfq: UUID


class RfqLineUpdate(Request):
    """`PATCH /v1/rfq_lines/{line_id}/`: only the members sent are changed."""

    part: Text255 | None = None
    mpn: Text255 | None = None
    manufacturer_name: Text255 | None = None
    description: Text | None = None
    quantities: Annotated[list[Positive], Field(min_length=1, max_length=20)] | None = None
    target_price: Price | None = None
    needed_by: Day | None = None
    notes: Text | None = None


class RfqCreate(IntegrationRequest, LabelsRequest):
    """`POST /v1/rfqs/`: `suppliers` are asked. With `from_needs` its lines are what the plan of `program` cannot buy now."""

    name: Text255
    program: UUID | None = None
    suppliers: list[UUID] = []
    due_on: Day | None = None
    currency: Currency | None = None
    notes: Text | None = None
    metadata: Metadata = {}
    lines: Annotated[list[RfqLineWrite], Field(max_length=MAX_QUOTED)] = []
    from_needs: Boolean = False


class RfqUpdate(IntegrationUpdate, LabelsRequest):
    """`PATCH /v1/rfqs/{rfq_id}/`: only the members sent are changed."""

    name: Text255 | None = None
    status: RfqStatus | None = None
    suppliers: list[UUID] | None = None
    due_on: Day | None = None
    currency: Currency | None = None
    notes: Text | None = None
    metadata: Metadata | None = None


class RfqLine(Answer):
    """A line of an RFQ."""

    id: UUID
    rfq: UUID
    position: int
    part: str | None = None
    mpn: str | None = None
    manufacturer_name: str | None = None
    description: str | None = None
    quantities: list[int]
    target_price: Money | None = None
    needed_by: date | None = None
    notes: str | None = None
    created_at: Timestamp
    updated_at: Timestamp


class Rfq(IntegrationAnswer, LabelsAnswer):
    """A request for quotation with its lines."""

    id: UUID
    org_id: str
    name: str
    status: RfqStatus
    program: UUID | None = None
    suppliers: list[UUID] = []
    due_on: date | None = None
    currency: str | None = None
    notes: str | None = None
    metadata: Metadata | None = None
    lines: list[RfqLine] = []
    created_at: Timestamp
    updated_at: Timestamp


class QuoteBreak(Request):
    """From `quantity` pieces on, one costs `price` in the quote's currency."""

    quantity: Positive
    price: Price


class QuoteLineWrite(Request):
    """What is offered. `stock` is what can be had at once (null: not said), `lead_time_days` calendar days for the rest.

    With `rfq_line` the part is that line's where none is named. `no_bid` declines.
    """

    rfq_line: UUID | None = None
    part: Text255 | None = None
    mpn: Text255 | None = None
    manufacturer_name: Text255 | None = None
    description: Text | None = None
    sku: Text255 | None = None
    packaging: Text255 | None = None
    moq: Positive = 1
    order_multiple: Positive = 1
    stock: Count | None = None
    lead_time_days: Count | None = None
    prices: Annotated[list[QuoteBreak], Field(max_length=50)] = []
    no_bid: Boolean = False
    notes: Text | None = None


class QuoteLineCreate(QuoteLineWrite):
    """`POST /v1/supplier_quote_lines/`: a line behind those the quote has."""

    supplier_quote: UUID


class QuoteLineUpdate(Request):
    """`PATCH /v1/supplier_quote_lines/{line_id}/`: only the members sent are changed."""

    part: Text255 | None = None
    mpn: Text255 | None = None
    manufacturer_name: Text255 | None = None
    description: Text | None = None
    sku: Text255 | None = None
    packaging: Text255 | None = None
    moq: Positive | None = None
    order_multiple: Positive | None = None
    stock: Count | None = None
    lead_time_days: Count | None = None
    prices: Annotated[list[QuoteBreak], Field(max_length=50)] | None = None
    no_bid: Boolean | None = None
    notes: Text | None = None


class SupplierQuoteCreate(IntegrationRequest, LabelsRequest):
    """`POST /v1/supplier_quotes/`: the answer of a supplier, to an RFQ or by itself; valid on the days named, both included."""

    supplier: UUID
    rfq: UUID | None = None
    quote_number: Text255 | None = None
    currency: Currency
    valid_from: Day | None = None
    valid_until: Day | None = None
    received_at: Timestamp | None = None
    notes: Text | None = None
    metadata: Metadata = {}
    lines: Annotated[list[QuoteLineWrite], Field(max_length=MAX_QUOTED)] = []


class SupplierQuoteUpdate(IntegrationUpdate, LabelsRequest):
    """`PATCH /v1/supplier_quotes/{quote_id}/`: rejected and withdrawn quotes are no offers."""

    quote_number: Text255 | None = None
    status: QuoteStatus | None = None
    currency: Currency | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    notes: Text | None = None
    metadata: Metadata | None = None


class QuotePrice(Answer):
    """From `quantity` pieces on, one costs `price`."""

    quantity: int
    price: Money


class SupplierQuoteLine(Answer):
    """A line of a quote."""

    id: UUID
    supplier_quote: UUID
    position: int
    rfq_line: UUID | None = None
    part: str | None = None
    mpn: str | None = None
    manufacturer_name: str | None = None
    description: str | None = None
    sku: str | None = None
    packaging: str | None = None
    moq: int
    order_multiple: int
    stock: int | None = None
    lead_time_days: int | None = None
    prices: list[QuotePrice] = []
    no_bid: bool = False
    notes: str | None = None
    created_at: Timestamp
    updated_at: Timestamp


class SupplierQuote(IntegrationAnswer, LabelsAnswer):
    """A quote with its lines."""

    id: UUID
    org_id: str
    supplier: UUID
    rfq: UUID | None = None
    quote_number: str | None = None
    status: QuoteStatus
    currency: str
    valid_from: date | None = None
    valid_until: date | None = None
    received_at: Timestamp
    notes: str | None = None
    metadata: Metadata | None = None
    lines: list[SupplierQuoteLine] = []
    created_at: Timestamp
    updated_at: Timestamp
