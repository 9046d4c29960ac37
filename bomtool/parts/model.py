"""Parts, offers and matches: the vocabulary of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Kind = Literal["sample", "snapshot", "live"]
"""Where a figure comes from: invented for trying out, a dated copy, or asked just now."""

Level = Literal["exact", "normalised", "packaging", "decoded", "parametric", "prefix", "fuzzy", "decision"]
COSTED_LEVELS: frozenset[str] = frozenset({"exact", "normalised", "packaging"})
"""Levels that may be costed without a person; everything else is a candidate only. `decision` is the level of what a
person chose for such a line before: it is offered first."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part is a manufacturer and an MPN. `id` is 12 upper-case letters and digits, derived from both."""

    id: str
    mpn: str
    manufacturer: str
    description: str | None = None
    package: str | None = None
    category: str | None = None
    mount: str | None = None
    """SMT, THT or None."""
    lifecycle: str | None = None
    """New, Production, NRFND, EOL, Obsolete or None (unknown)."""
    datasheet: str | None = None
    catalog: str | None = None
    """Name of the catalogue it was found in."""
    kind: Kind = "snapshot"


@dataclass(frozen=True, slots=True)
class PriceBreak:
    """From `quantity` pieces on, one piece costs `price` in the offer's currency (all-units model)."""

    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """One supplier's SKU of a part. `stock` None means unknown, not 0. Breaks ascend by quantity; an offer without
    breaks cannot be bought. `lead_time_days` is the factory lead time in calendar days, None if unknown."""

    part_id: str
    supplier: str
    sku: str
    stock: int | None
    moq: int
    order_multiple: int
    packaging: str | None
    currency: str
    breaks: tuple[PriceBreak, ...]
    lead_time_days: int | None = None
    authorized: bool | None = None
    url: str | None = None
    fetched_at: datetime | None = None
    catalog: str | None = None
    kind: Kind = "snapshot"


@dataclass(frozen=True, slots=True)
class Query:
    """What a BOM line says about its part; `key` is the caller's own name for it."""

    key: str
    mpn: str | None
    manufacturer: str | None = None
    alternative_mpns: tuple[str, ...] = ()
    description: str | None = None
    value: str | None = None
    package: str | None = None
    supplier_part_numbers: tuple[tuple[str, str], ...] = ()
    """What stands above each in the file ("LCSC Part #", "" if nothing), and the number."""
    reference_designators: tuple[str, ...] = ()
    """Tell a resistor's "100" from a capacitor's where the value alone does not."""

    custom_id: str | None = None
    """The part number of the house."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a person chose for a line before, and when."""

    part_id: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A part that may be meant, how it was found, a score from 0 to 1, and why in one sentence."""

    part: Part
    level: Level
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """The answer for one query: the part where it may be costed, else None and candidates for a person.

    `status` is matched, needs_review or no_match; `reason` says why in one sentence. `alternates` are matched parts of
    the alternative MPNs, in the order given.
    """

    key: str
    status: Literal["matched", "needs_review", "no_match"]
    part: Part | None
    level: Level | None
    score: float
    reason: str
    candidates: tuple[Candidate, ...] = ()
    alternates: tuple[Part, ...] = ()

    @property
    def runner_up(self) -> Candidate | None:
        """The best candidate that is not the part itself."""
        own = self.part.id if self.part else None
        return next((found for found in self.candidates if found.part.id != own), None)


@dataclass(frozen=True, slots=True)
class CatalogInfo:
    """A loaded catalogue: its name, where it came from, as of when, and how much it holds."""

    name: str
    kind: Kind
    source: str
    as_of: date | None
    parts: int
    offers: int
    loaded_at: datetime
    preference: int = 0
    notes: list[str] = field(default_factory=list)
    """What loading remarked, as sentences."""
    in_use: bool = True
    """False for samples behind a real catalogue, and for real ones behind a sample."""
