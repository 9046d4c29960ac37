"""Supplier bills and their lines on the wire, each checked against what was bought."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from bomtool.api.base import (
    Answer,
    Boolean,
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

BillStatus = Literal["draft", "approved", "paid", "void"]
ProblemCode = Literal[
    "currency-differs", "no-reference", "price-differs", "quantity-above-ordered", "quantity-above-received"
]
MAX_BILLED = 10_000
"""Most lines in one request."""


class BillLineWrite(Request):
    """What is billed: pieces of a purchase line, a no-part line, or something else (then with a description)."""

    purchase_line: UUID | None = None
    no_part_line: UUID | None = None
    description: Text | None = None
    quantity: Positive
    unit_price: Price


class BillLineCreate(BillLineWrite):
    """`POST /v1/supplier_bill_lines/`: a line behind those the bill has."""

    supplier_bill: UUID


class BillLineUpdate(Request):
    """`PATCH /v1/supplier_bill_lines/{line_id}/`: only the members sent are changed."""

    description: Text | None = None
    quantity: Positive | None = None
    unit_price: Price | None = None


class SupplierBillCreate(IntegrationRequest, LabelsRequest):
    """`POST /v1/supplier_bills/`: `bill_number` is unique with its supplier, so that none is paid twice."""

    supplier: UUID
    purchase: UUID | None = None
    bill_number: Text255
    bill_date: Day | None = None
    due_date: Day | None = None
    currency: Currency
    notes: Text | None = None
    metadata: Metadata = {}
    lines: Annotated[list[BillLineWrite], Field(max_length=MAX_BILLED)] = []


class SupplierBillUpdate(IntegrationUpdate, LabelsRequest):
    """`PATCH /v1/supplier_bills/{bill_id}/`: approved or paid with errors among its problems only with `accept_problems`."""

    bill_number: Text255 | None = None
    bill_date: Day | None = None
    due_date: Day | None = None
    currency: Currency | None = None
    status: BillStatus | None = None
    notes: Text | None = None
    metadata: Metadata | None = None
    accept_problems: Boolean = False


class BillProblem(Answer):
    """Where a bill and its purchase disagree."""

    code: ProblemCode
    severity: Literal["warning", "error"]
    line: UUID | None = None
    message: str


class SupplierBillLine(Answer):
    """A line of a bill, with what is wrong about it."""

    id: UUID
    supplier_bill: UUID
    position: int
    purchase_line: UUID | None = None
    no_part_line: UUID | None = None
    description: str | None = None
    quantity: int
    unit_price: Money
    extended_price: Money
    problems: list[BillProblem] = []
    created_at: Timestamp
    updated_at: Timestamp


class SupplierBill(IntegrationAnswer, LabelsAnswer):
    """A bill with its lines; `problems` are those of all lines and its own."""

    id: UUID
    org_id: str
    supplier: UUID
    purchase: UUID | None = None
    bill_number: str
    bill_date: date | None = None
    due_date: date | None = None
    currency: str
    status: BillStatus
    total: Money
    notes: str | None = None
    metadata: Metadata | None = None
    lines: list[SupplierBillLine] = []
    problems: list[BillProblem] = []
    created_at: Timestamp
    updated_at: Timestamp
