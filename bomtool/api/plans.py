"""Availabilities and reference pricing of a program on the wire (contract, section 5).

Quantities are pieces, money is a decimal string in the program's `currency`, lead times are calendar days. What cannot
be priced is null and counted, never 0.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from bomtool.api.base import Answer, Money, Timestamp
from bomtool.api.parts import OfferAnswer

AvailabilityStatus = Literal[
    "on_hand", "buyable", "partial", "lead_time", "needs_rfq", "no_match", "do_not_place", "excluded"
]


class BomUse(Answer):
    """Where a part is used: the BOM, its lines, their designators, pieces per build and builds."""

    bom: UUID
    bom_name: str | None = None
    lines: list[UUID] = []
    line_numbers: list[str] = []
    reference_designators: list[str] = []
    quantity_per_build: int
    builds: int


class Risk(Answer):
    """Something that may go wrong with a part: `code` is stable, `severity` info, warning or error."""

    code: str
    severity: Literal["info", "warning", "error"]
    message: str


class OverageStep(Answer):
    """The overage of a part from `from_need` pieces on, up to the next step: required is the larger of `at_least` and the
    need + the larger of `percent` of it (rounded up) and `least_extra` + `add`. Nothing is required for a need of 0."""

    from_need: int
    percent: Money = Decimal(0)
    least_extra: int = 0
    add: int = 0
    at_least: int = 0


class PartAvailability(Answer):
    """One part of the program; a line without a part stands here too, with `part` null and its own `mpn`."""

    part: str | None
    mpn: str | None = None
    manufacturer_name: str | None = None
    description: str | None = None
    package: str | None = None
    category: str | None = None
    reference_designators: list[BomUse] = []
    quantity_per_build: int
    quantity_needed: int
    overage: int
    quantity_required: int
    on_hand_quantity: int
    processing_quantity: int
    expected_quantity: int
    allocated_quantity: int
    quantity_from_stock: int
    quantity_to_buy: int
    status: AvailabilityStatus
    buyable_quantity: int | None = None
    lead_time_days: int | None = None
    lifecycle_status: str | None = None
    risks: list[Risk] = []
    offers: list[OfferAnswer] = []
    alternates: list[str] = []
    arithmetic: list[str] = []
    """How the required quantity came about, one sentence a step."""
    overage_rule: list[OverageStep] = []
    """Required quantities at any need, in steps that ascend; empty where the platform does not tell."""


class GatingLine(Answer):
    """A part that limits the run, worst first (at most three)."""

    part: str | None
    mpn: str | None = None
    manufacturer_name: str | None = None
    reference_designators: list[str] = []
    reason: str


class Availabilities(Answer):
    """`GET /v1/programs/{program_id}/availabilities/`."""

    program: UUID
    name: str | None = None
    builds: int
    """Builds of all program lines together."""
    currency: str
    add_overage: bool
    overage_profile: str
    overage_text: str
    """In words: "Overage: typical, ..." or "Overage: none applied"."""
    include_on_hand_stock: bool = False
    include_processing_stock: bool = False
    include_expected_stock: bool = False
    buildable_from_stock: int
    buildable_now: int | None
    """None where unknown stock or unmatched lines leave it open."""
    ready_date: date | None
    gating_lines: list[GatingLine] = []
    lines_total: int
    lines_matched: int
    parts: list[PartAvailability]
    catalogs: list[str] = []
    kinds: list[str] = []
    calculated_at: Timestamp


class Purchase(Answer):
    """One purchase of one offer. `extended_price` is quantity times unit price, rounded half up to the minor unit."""

    supplier: str
    sku: str
    part: str
    mpn: str | None = None
    packaging: str | None = None
    quantity: int
    unit_price: Money
    price_break: int
    moq: int
    order_multiple: int
    currency: str
    extended_price: Money
    excess_quantity: int
    excess_value: Money
    fee: Money = Decimal(0)
    """What the packaging adds to this line; not in `extended_price`."""
    lead_time_days: int | None = None
    waits: bool = False
    """Whether the pieces are not all in stock and come after the lead time."""
    stock: int | None = None
    url: str | None = None
    fetched_at: Timestamp | None = None
    kind: Literal["sample", "snapshot", "live"]
    offer_currency: str | None = None
    offer_unit_price: Money | None = None
    exchange_rate: Money | None = None
    exchange_rate_date: date | None = None


class PartPricing(Answer):
    """One part of the program, priced. `extended_price` null means it could not be priced; `unpriced_reason` says why."""

    part: str | None
    mpn: str | None = None
    manufacturer_name: str | None = None
    description: str | None = None
    category: str | None = None
    lines: int
    quantity_needed: int
    overage: int
    quantity_required: int
    quantity_from_stock: int
    quantity_to_buy: int
    priced: bool
    extended_price: Money | None = None
    unpriced_reason: str | None = None
    purchases: list[Purchase] = []
    arithmetic: list[str] = []


class OrderFee(Answer):
    """What an order costs besides its lines: the supplier's fee, and what is added to reach its least value."""

    supplier: str
    order_fee: Money
    top_up: Money
    lines_value: Money


class QuantityCost(Answer):
    """The cost of building `builds` of the program's mix: null total where a line is unpriced."""

    builds: int
    total: Money | None
    known_total: Money
    unit_cost: Money | None
    known_unit_cost: Money
    lines_priced: int
    lines_total: int


class ReferencePricing(Answer):
    """`GET /v1/programs/{program_id}/reference_pricing/`. The totals add the rounded lines, the fees of lines and `fees`."""

    program: UUID
    name: str | None = None
    builds: int
    currency: str
    total: Money | None
    known_total: Money
    unit_cost: Money | None
    known_unit_cost: Money
    lines_priced: int
    lines_total: int
    add_overage: bool
    overage_profile: str
    overage_text: str
    fees: list[OrderFee] = []
    gap: Money = Decimal(0)
    """How far `known_total` may be from the least possible; 0 where it is proved to be the least."""
    quantities: list[QuantityCost] = []
    parts: list[PartPricing]
    kinds: list[str] = []
    catalogs: list[str] = []
    oldest_price_at: Timestamp | None = None
    calculated_at: Timestamp
