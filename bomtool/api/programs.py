"""Programs (production runs) on the wire. Create and its answer are exactly as documented by the vendor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import AliasChoices, Field

from bomtool.api.base import (
    Answer,
    Approved,
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
from bomtool.api.boms import BomSummary
from bomtool.api.labels import LabelsRequest, TagSummary

LOCATION_KEY = "production_location "
"""The documented key of the production location: it ends with a space."""


def _empty(value: object) -> bool:
    return not value


class ProgramLineCreate(Request):
    """A BOM and how many of it to build."""

    bom: UUID
    quant: Positive


class ProgramCreate(IntegrationRequest):
    """`POST /v1/programs/`. `currency` and `overage_profile` are ours and optional (see the contract, Money, Quantities)."""

    name: Text255
    reference_number: Text255 | None = None
    production_date: Day | None = None
    notes: Text | None = None
    approved: Boolean = False
    metadata: Metadata = {}
    lines: list[ProgramLineCreate] = []
    po_footer_notes: str | None = None
    include_expected_stock: Boolean = False
    include_processing_stock: Boolean = False
    include_on_hand_stock: Boolean = False
    add_overage: Boolean = True
    currency: Currency | None = None
    overage_profile: Text255 | None = None


class ProgramUpdate(IntegrationUpdate, LabelsRequest):
    """`PATCH /v1/programs/{program_id}/`: only the members sent are changed."""

    name: Text255 | None = None
    reference_number: Text255 | None = None
    production_date: Day | None = None
    notes: Text | None = None
    approved: Boolean | None = None
    metadata: Metadata | None = None
    po_footer_notes: str | None = None
    include_expected_stock: Boolean | None = None
    include_processing_stock: Boolean | None = None
    include_on_hand_stock: Boolean | None = None
    add_overage: Boolean | None = None
    currency: Currency | None = None
    overage_profile: Text255 | None = None


class ProgramLineSummary(Answer):
    """A program line inside a program answer: exactly `quant` and `bom`."""

    quant: int
    bom: BomSummary


class ProgramLine(ProgramLineSummary):
    """A program line by itself, with its id."""

    id: UUID
    program: UUID


class Program(IntegrationAnswer):
    """A program with the documented members, and labels only where it has any.

    The location key is written with its trailing space, read either way.
    """

    id: UUID
    name: str | None = None
    reference_number: str | None = None
    approved: Approved
    production_date: Day | None = None
    production_location: str | None = Field(
        None,
        validation_alias=AliasChoices(LOCATION_KEY, "production_location"),
        serialization_alias=LOCATION_KEY,
    )
    notes: str | None = None
    metadata: Metadata | None = None
    org_id: str
    lines: list[ProgramLineSummary] = []
    team: UUID | None = Field(None, exclude_if=_empty)
    tags: list[TagSummary] = Field([], exclude_if=_empty)
    custom_properties: dict[str, Any] = Field({}, exclude_if=_empty)


class ProgramLineUpdate(Request):
    """`PATCH` of a program line."""

    quant: Positive


class ProgramLinesCreate(Request):
    """`POST /v1/programs/{program_id}/lines/`: several at once; a bare JSON list is taken too."""

    lines: list[ProgramLineCreate] = Field(min_length=1)


class PartOverrideCreate(Request):
    """How one part is treated in one program; all but `part` nullable, the last one for a part wins.

    `quantity` replaces the need, `overage` the extra pieces, `include` false leaves the part out, `unit_price` and
    `supplier` fix the purchase, `substitute_part` buys another part instead.
    """

    part: Text255
    substitute_part: Text255 | None = None
    quantity: Count | None = None
    overage: Count | None = None
    include: Boolean | None = None
    unit_price: Price | None = None
    supplier: Text255 | None = None
    note: Text | None = None


class PartOverridesCreate(Request):
    """Several overrides at once; a bare JSON list is taken too."""

    part_overrides: list[PartOverrideCreate] = Field(min_length=1)


class PartOverrideUpdate(Request):
    """`PATCH` of an override: only the members sent are changed."""

    substitute_part: Text255 | None = None
    quantity: Count | None = None
    overage: Count | None = None
    include: Boolean | None = None
    unit_price: Price | None = None
    supplier: Text255 | None = None
    note: Text | None = None


class PartOverride(Answer):
    """An override as stored."""

    id: UUID
    program: UUID
    part: str
    substitute_part: str | None = None
    quantity: int | None = None
    overage: int | None = None
    include: bool | None = None
    unit_price: Money | None = None
    supplier: str | None = None
    note: str | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
