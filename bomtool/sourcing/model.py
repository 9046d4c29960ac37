"""What sourcing is asked and what it answers: needs, options, and the plan with its arithmetic.

Quantities are whole pieces, money is Decimal in `Options.currency`, lead times are calendar days, times are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from bomtool.parts.model import Offer, Part
from bomtool.sourcing.money import Rates

if TYPE_CHECKING:
    from bomtool.sourcing.overage import Step

Status = Literal["on_hand", "buyable", "partial", "lead_time", "needs_rfq", "no_match", "do_not_place", "excluded"]
Severity = Literal["info", "warning", "error"]
AlternatePolicy = Literal["none", "ranked", "any"]


@dataclass(frozen=True, slots=True)
class Use:
    """Where a part is used: one BOM of the program, its lines, pieces per build (all those lines), builds of that BOM."""

    bom_id: str
    bom_name: str | None
    line_ids: tuple[str, ...]
    line_numbers: tuple[str, ...]
    reference_designators: tuple[str, ...]
    quantity_per_build: int
    builds: int


@dataclass(frozen=True, slots=True)
class Stock:
    """Pieces one has: in stock, being received, ordered; `allocated` is reserved by other programs (of all three)."""

    on_hand: int = 0
    processing: int = 0
    expected: int = 0
    allocated: int = 0


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another part that may stand in, with its offers and own stock."""

    part: Part
    offers: tuple[Offer, ...] = ()
    stock: Stock = Stock()


@dataclass(frozen=True, slots=True)
class Override:
    """How one part is treated in one program; None leaves a matter alone.

    `quantity` replaces the need, `overage` the extra pieces, `include` False leaves the part out, `unit_price` (in the
    program's currency) and `supplier` fix the purchase, `substitute` is bought instead. `substitute_part` is its id; with
    an id and no `substitute` the part is unknown and stays unpriced.
    """

    substitute_part: str | None = None
    substitute: Alternate | None = None
    quantity: int | None = None
    overage: int | None = None
    include: bool | None = None
    unit_price: Decimal | None = None
    supplier: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PartNeed:
    """One part of a program, or one line without a part (`part` None), with all that sourcing must know of it.

    `key` is the caller's own name for it, unique in the program (a part id or a line id). `mpn` and the rest of the
    description are used where there is no part. `uses` counts placed lines; lines not placed come as needs of their own
    with `do_not_place` set. `ignored` lines and parts are `excluded`.
    """

    key: str
    part: Part | None
    uses: tuple[Use, ...]
    mpn: str | None = None
    manufacturer: str | None = None
    description: str | None = None
    package: str | None = None
    category: str | None = None
    mount: str | None = None
    offers: tuple[Offer, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    stock: Stock = Stock()
    override: Override | None = None
    do_not_place: bool = False
    ignored: bool = False
    custom: bool = False
    """A part of one's own: without offers it needs a quote, it is not unmatched."""

    @property
    def lines(self) -> int:
        """BOM lines of this need."""
        return sum(len(use.line_ids) for use in self.uses)


@dataclass(frozen=True, slots=True)
class SupplierTerms:
    """What an order at a supplier costs besides the pieces, in `currency`: a fee an order, the least value it takes,
    and fees by packaging ("digi-reel") for every line."""

    supplier: str
    currency: str
    order_fee: Decimal = Decimal(0)
    minimum_order: Decimal = Decimal(0)
    packaging_fees: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class SupplierRules:
    """Who may be bought from, applied in this order; names compare by letters and digits, without case. Empty lists have
    no effect.

    `banned` never; `allowed` nobody else; `authorized_only` only authorised offers; `preferred` wins over price and lead
    time where it can supply all; `last_resort` only where nobody else can.
    """

    banned: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    authorized_only: bool = False
    preferred: frozenset[str] = frozenset()
    last_resort: frozenset[str] = frozenset()
    terms: tuple[SupplierTerms, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """How a program is planned. `now` is aware (UTC).

    `max_excess` caps buying up, as a share of the need (1 is 100 %); pieces that MOQ or order multiple force are not
    capped. `stale_after_days` is the age from which a price is stale. `severities` sets the severity of a risk by its
    code, "off" leaves it out.
    """

    now: datetime
    currency: str = "USD"
    add_overage: bool = True
    overage_profile: str = "typical"
    include_on_hand: bool = False
    include_processing: bool = False
    include_expected: bool = False
    rates: Rates = field(default_factory=Rates)
    max_excess: Decimal = Decimal(1)
    alternates: AlternatePolicy = "ranked"
    rules: SupplierRules = SupplierRules()
    split: bool = True
    """Whether one part may be bought from several offers."""
    stale_after_days: int = 30
    long_lead_days: int = 90
    severities: tuple[tuple[str, Severity | Literal["off"]], ...] = ()

    @property
    def profile(self) -> str:
        """The overage profile in force: "none" where overage is off."""
        return self.overage_profile if self.add_overage else "none"


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that may go wrong with a part; `code` is stable."""

    code: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """How many pieces: need, overage, required, what stock gives, what is to buy, and the sentences that say so."""

    needed: int
    overage: int
    required: int
    usable_stock: int
    from_stock: int
    to_buy: int
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedPurchase:
    """One purchase of one offer. `unit_price`, `extended_price` and `excess_value` are in the program's currency;
    `extended_price` is quantity x unit price rounded half up to the minor unit. `fee` is the packaging fee of the line.
    `waits` is set where the pieces are not all in stock and come after the lead time."""

    offer: Offer
    part: Part | None
    quantity: int
    unit_price: Decimal
    price_break: int
    currency: str
    extended_price: Decimal
    excess_quantity: int
    excess_value: Decimal
    fee: Decimal = Decimal(0)
    waits: bool = False
    exchange_rate: Decimal | None = None
    exchange_rate_date: date | None = None


@dataclass(frozen=True, slots=True)
class PartPlan:
    """One part of the program, planned. `extended_price` None means it could not be priced, `unpriced_reason` says why.

    `part` is the part as asked, `bought_part` the substitute or alternate where another one is bought. `buyable_quantity`
    is what the usable offers have in stock now; None where unknown stock leaves it open.
    """

    need: PartNeed
    part: Part | None
    bought_part: Part | None
    requirement: Requirement
    quantity_per_build: int
    stock: Stock
    status: Status
    priced: bool
    extended_price: Decimal | None
    unpriced_reason: str | None
    purchases: tuple[PlannedPurchase, ...]
    buyable_quantity: int | None
    lead_time_days: int | None
    offers: tuple[Offer, ...]
    risks: tuple[Risk, ...]
    sentences: tuple[str, ...]
    """How the purchase came about."""
    overage_steps: tuple[Step, ...] = ()
    """What is required at any need; empty for lines that nothing is bought for."""

    @property
    def counted(self) -> bool:
        """Whether its lines count among those to be priced."""
        return self.status not in ("do_not_place", "excluded")


@dataclass(frozen=True, slots=True)
class GatingPart:
    """A part that limits the run, and why."""

    key: str
    part: Part | None
    mpn: str | None
    manufacturer: str | None
    reference_designators: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class OrderFee:
    """What an order costs besides its lines: the supplier's fee, and what is added to reach its minimum value."""

    supplier: str
    order_fee: Decimal
    top_up: Decimal
    lines_value: Decimal


@dataclass(frozen=True, slots=True)
class ProgramPlan:
    """The plan of a program. `total` adds the rounded lines and the fees of orders; None where a counted line is
    unpriced, `known_total` adds what is known. `gap` is how far `known_total` may be from the least possible (0: proved)."""

    builds: int
    currency: str
    overage_profile: str
    overage_text: str
    parts: tuple[PartPlan, ...]
    fees: tuple[OrderFee, ...]
    total: Decimal | None
    known_total: Decimal
    unit_cost: Decimal | None
    known_unit_cost: Decimal
    lines_priced: int
    lines_total: int
    lines_matched: int
    buildable_from_stock: int
    buildable_now: int | None
    ready_date: date | None
    gating: tuple[GatingPart, ...]
    oldest_price_at: datetime | None
    gap: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The cost of `builds` builds of the program's mix: total None where a counted line is unpriced."""

    builds: int
    total: Decimal | None
    known_total: Decimal
    unit_cost: Decimal | None
    known_unit_cost: Decimal
    lines_priced: int
    lines_total: int
