"""Parts, offers and matches on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bomtool.api.base import Answer, Metadata, Money, Request, Text, Text255, Timestamp

MAX_PARTS = 10_000
"""Most parts in one request."""


class PartSummary(Answer):
    """A part, short. `kind` and `catalog` say where it is known from (sample data is invented)."""

    id: str
    mpn: str
    manufacturer: str | None = None
    description: str | None = None
    package: str | None = None
    category: str | None = None
    lifecycle_status: str | None = None
    catalog: str | None = None
    kind: Literal["sample", "snapshot", "live"] | None = None


class MatchAnswer(Answer):
    """Why a line has its part or none: level, score 0 to 1, one sentence, and what came second."""

    level: str | None = None
    score: float = 0.0
    reason: str
    runner_up: str | None = None


class CandidateAnswer(Answer):
    """A part that may be meant; never costed until a person decides."""

    part: PartSummary
    level: str
    score: float
    reason: str


class PriceBreakAnswer(Answer):
    """From `quantity` pieces on, one costs `price`."""

    quantity: int
    price: Money
    currency: str


class OfferAnswer(Answer):
    """One supplier's SKU of a part, with where and when the figures come from."""

    supplier: str
    sku: str
    stock: int | None = None
    moq: int = 1
    order_multiple: int = 1
    packaging: str | None = None
    currency: str
    prices: list[PriceBreakAnswer] = []
    lead_time_days: int | None = None
    authorized: bool | None = None
    url: str | None = None
    fetched_at: Timestamp | None = None
    catalog: str | None = None
    kind: Literal["sample", "snapshot", "live"] = "snapshot"


class PartDetail(PartSummary):
    """`GET /v1/parts/{part_id}/`: the part with its offers."""

    mount: str | None = None
    datasheet: str | None = None
    deprecated_ids: list[str] = []
    offers: list[OfferAnswer] = []
    custom_id: str | None = None
    alternative_mpns: list[str] = []


class PartWrite(Request):
    """A part of the org's own. Part number and maker make its id; `custom_id` is the number it has in house."""

    mpn: Text255
    manufacturer: Text255
    custom_id: Text255 | None = None
    description: Text | None = None
    package: Text255 | None = None
    category: Text255 | None = None
    mount: Literal["SMT", "THT"] | None = None
    lifecycle_status: Literal["New", "Production", "NRFND", "EOL", "Obsolete"] | None = None
    datasheet: Text255 | None = None
    alternative_mpns: list[Text255] = []
    metadata: Metadata = {}


class PartsCreate(Request):
    """`POST /v1/parts/async_create/`: a part the org has already is an error of its own, the others are made."""

    parts: Annotated[list[PartWrite], Field(min_length=1, max_length=MAX_PARTS)]


class PartsUpsert(Request):
    """`PUT /v1/parts/async_upsert/`: parts the org has already take what is sent."""

    parts: Annotated[list[PartWrite], Field(min_length=1, max_length=MAX_PARTS)]
