"""Stock lots, their allocations, and stock documents on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from bomtool.api.base import (
    Answer,
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

StockClass = Literal["on_hand", "processing", "expected"]
DocumentType = Literal["certificate", "datasheet", "packing_slip", "invoice", "inspection", "photo", "other"]
MAX_ALLOCATIONS = 1_000


class AllocationRequest(Request):
    """Pieces of a lot reserved for a program: they count for no other one."""

    program: UUID
    quantity: Positive


class PartStockUpsert(IntegrationRequest, LabelsRequest):
    """`PUT /v1/stock_lots/upsert_part_stock/`: the stock of a part at a place, as it is now.

    A lot is told by its integration record where one is sent, else by part, class, location, date code and lot code: the
    same again sets its quantity. `allocations` replace those there were.
    """

    part: Text255
    quantity: Count
    stock_class: StockClass = "on_hand"
    location: Text255 | None = None
    date_code: Text255 | None = None
    lot_code: Text255 | None = None
    expected_on: Day | None = None
    unit_cost: Price | None = None
    currency: Currency | None = None
    notes: Text | None = None
    metadata: Metadata = {}
    allocations: Annotated[list[AllocationRequest], Field(max_length=MAX_ALLOCATIONS)] | None = None


class StockLotUpdate(IntegrationUpdate, LabelsRequest):
    """`PATCH /v1/stock_lots/{lot_id}/`: only the members sent are changed; the part is fixed."""

    quantity: Count | None = None
    stock_class: StockClass | None = None
    location: Text255 | None = None
    date_code: Text255 | None = None
    lot_code: Text255 | None = None
    expected_on: Day | None = None
    unit_cost: Price | None = None
    currency: Currency | None = None
    notes: Text | None = None
    metadata: Metadata | None = None
    allocations: Annotated[list[AllocationRequest], Field(max_length=MAX_ALLOCATIONS)] | None = None


class Allocation(Answer):
    """Pieces reserved; `program` null where they are kept for something else."""

    id: UUID
    program: UUID | None = None
    quantity: int


class StockLot(IntegrationAnswer, LabelsAnswer):
    """A quantity of one part in one place. `available_quantity` is what no program has reserved."""

    id: UUID
    org_id: str
    part: str
    mpn: str | None = None
    manufacturer_name: str | None = None
    quantity: int
    allocated_quantity: int = 0
    available_quantity: int
    stock_class: StockClass
    location: str | None = None
    date_code: str | None = None
    lot_code: str | None = None
    expected_on: date | None = None
    unit_cost: Money | None = None
    currency: str | None = None
    purchase_line: UUID | None = None
    notes: str | None = None
    metadata: Metadata | None = None
    allocations: list[Allocation] = []
    created_at: Timestamp
    updated_at: Timestamp


class StockDocument(LabelsAnswer):
    """A file kept with stock. `content_type` is told from its content, `name` is safe to write to disk."""

    id: UUID
    org_id: str
    name: str
    document_type: DocumentType
    content_type: str
    size: int
    sha256: str
    stock_lot: UUID | None = None
    purchase: UUID | None = None
    notes: str | None = None
    created_at: Timestamp
    updated_at: Timestamp
