"""The Component Cloud's products on the wire: product-v0, product-v1, product-offers-v0, product-offers-v1.

Names and shapes are those of the published description of that API. What a schema requires and nobody here knows is 0, false
or empty (scores, shipping times); everything else that is unknown is null.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_LIMIT = 500
MAX_BATCH = 250


class SearchStrategy(StrEnum):
    """How `q` is read."""

    default = "default"
    mpn_exact_mfr = "mpn_exact_mfr"
    mpn_exact = "mpn_exact"
    mpn_exact_multi = "mpn_exact_multi"
    mpn_sku_mfr = "mpn_sku_mfr"


SchemaName = Literal["product-v0", "product-v1", "product-offers-v0", "product-offers-v1"]


class ViewQuery(BaseModel):
    """What a product can be asked for with."""

    model_config = ConfigDict(populate_by_name=True)

    schema_: SchemaName = Field(alias="schema", description="Shape of the products in the answer")
    fields: str | None = Field(None, max_length=2_000, description="Names of members to answer with, commas between")
    external: bool | None = Field(False, description="Ask the providers this platform has keys for, where stale")
    force_refresh: bool | None = Field(False, description="Ask them in any case")
    stale_delta: str | None = Field(
        None, pattern=r"^(inf|infinite|\d{1,6}[smhdw])$", description='How old is stale: "15m", "2h", "1d", "inf"'
    )


class ListQuery(ViewQuery):
    """What products can be searched with."""

    q: str | None = Field(None, max_length=20_000, description="What to search for, read as the strategy says")
    search_strategy: SearchStrategy = SearchStrategy.default
    filtering: str | None = Field(
        None,
        max_length=100_000,
        description='For example [{"field": "id", "operator": "IN", "value": ["CC2DKKO1LUCF"]}]',
    )
    limit: int = Field(10, ge=0, le=MAX_LIMIT)
    page_token: str | None = Field(None, max_length=1_000)
    after: str | None = Field(None, max_length=32, description="Products behind this id, in the order of ids")


class CompletionQuery(BaseModel):
    """What completions can be asked for with."""

    q: str | None = Field(None, max_length=255)
    limit: Annotated[int, Field(gt=0, le=MAX_LIMIT)] | None = 10


class PricePoint(BaseModel):
    """From `quantity` pieces on, one costs `price`; the same in the currency it was converted to."""

    quantity: int | None
    price: float | None
    currency: str | None
    converted_currency: str | None
    converted_price: float | None
    conversion_rate: float | None


class ProductDocument(BaseModel):
    """A datasheet."""

    label: str
    url: str
    filename: str


class FreeShipTerms(BaseModel):
    """From which amount on shipping is free."""

    threshold: float | None = None
    shipping_lead: int | None = None


class _SellerCore(BaseModel):
    id: str
    deprecated_ids: list[str] = []
    label: str | None = None
    aliases: list[str] = []
    certifications: list[str] = []
    lead: int = 0
    free_ship: FreeShipTerms = FreeShipTerms()
    shipping_options: list[dict[str, Any]] = []
    best_case_lead: int | None = None
    convenience_return_window: int | None = None
    scheduled_release_period: int | None = None
    us_shipping_methods: dict[str, int] = {}
    international_shipping_methods: dict[str, int] = {}
    custom_reel_price: float | None = None


class SellerV1(_SellerCore):
    """Who sells, as product-offers-v1 has it."""


class SellerV0(_SellerCore):
    """Who sells, as product-offers-v0 has it."""

    additional_fee: float | None = None
    additional_markup: float | None = None
    authenticity_score: float = 0.0
    availability_score: float = 0.0
    is_buyable: bool
    overlap: bool = False
    is_api_ordering_supported: bool = False
    is_api_order_status_supported: bool = False


class OfferV1(BaseModel):
    """One SKU of a part, as product-offers-v1 has it."""

    part: str
    seller: SellerV1
    is_authorized: bool = False
    shipping_lead: int = 0
    ships_from_country: str | None = None
    sku: str | None = None
    inventory_level: int = 0
    packaging: str | None = None
    moq: int = 1
    prices: list[PricePoint] = []
    offer_updated_at: str
    factory_lead_days: int | None = None
    factory_pack_quantity: int | None = None
    order_multiple: int = 1


class OfferV0(BaseModel):
    """One SKU of a part, as product-offers-v0 has it."""

    part: str
    seller: SellerV0
    is_authorized: bool = False
    status: str | None = None
    shipping_lead: int = 0
    ships_from_country: str | None = None
    sku: str | None = None
    inventory_level: int = 0
    packaging: str | None = None
    moq: int = 1
    prices: list[PricePoint] = []
    updated_at: str
    factory_lead_days: int | None = None
    on_order_quantity: int | None = None
    factory_pack_quantity: int | None = None
    order_multiple: int = 1
    multipack_quantity: int | None = None
    is_foreign: bool = False


class SpecV0(BaseModel):
    """A value of a part as text."""

    id: str
    label: str
    value: str


class Quantity(BaseModel):
    """A value of a part as a number with its unit."""

    unit: str | None = None
    amount: float | None = None
    lower_bound: float | None = None
    upper_bound: float | None = None


class SpecV1(BaseModel):
    """A value of a part, shown and as a number."""

    id: str
    label: str
    display_value: str
    quantity: Quantity | None = None


class _Product(BaseModel):
    id: str
    classification: str | None = None
    description: str | None = None
    hero_image: str | None = None
    mfr: str | None = None
    mpn: str | None = None
    alt_mpns: list[str] = []
    msl: str | None = None
    package: str | None = None
    terminations: int | None = None


class ProductV0(_Product):
    """A part with what can be had of it, in numbers."""

    termination_type: str | None = None
    lifecycle_status: str | None = None
    inventory_level: int | None = None
    buyable: int | None = None
    quotable: int | None = None
    maybe: int | None = None
    updated_at: str | None = None


class ProductV1(ProductV0):
    """ProductV0, and the ids it had before."""

    deprecated_ids: list[str] = []


class ProductOffersV0(_Product):
    """A part with its offers."""

    documents: list[ProductDocument] = []
    specs: list[SpecV0] = []
    inventory_level: int | None = None
    buyable: int | None = None
    quotable: int | None = None
    maybe: int | None = None
    updated_at: str | None = None
    termination_type: str = "other"
    buyable_reference_prices: list[PricePoint] = []
    reference_prices: list[PricePoint] = []
    deprecated_ids: list[str] = []
    min_lead: int | None = None
    offers: list[OfferV0] = []


class ProductOffersV1(_Product):
    """A part with its offers and its values as numbers."""

    documents: list[ProductDocument] = []
    specs: list[SpecV1] = []
    product_updated_at: str | None = None
    termination_type: str = "other"
    deprecated_ids: list[str] = []
    min_lead: int | None = None
    offers: list[OfferV1] = []


Product = ProductOffersV1 | ProductOffersV0 | ProductV1 | ProductV0


class Paging(BaseModel):
    """How to ask for what comes behind: members of the next request, None at the end."""

    next: dict[str, str] | None = None


class ProductListResponse(BaseModel):
    """Products, in the shape that was asked for."""

    data: list[Product]
    paging: Paging = Paging()


class ProductViewResponse(BaseModel):
    """One product, in the shape that was asked for."""

    data: Product


class Completion(BaseModel):
    """A part that a beginning may mean."""

    id: str
    label: str


class CompletionsResponse(BaseModel):
    """Parts that a beginning may mean, the best first."""

    data: list[Completion]


class ApiOperation(BaseModel):
    """One request of a batch, its address relative to /products/."""

    method: Literal["GET"]
    relative_url: str = Field(max_length=20_000)


class ProductsBatch(BaseModel):
    """Requests that are answered one by one."""

    batch: list[ApiOperation] = Field(max_length=MAX_BATCH)


class BatchMember(BaseModel):
    """What one request of a batch would have been answered with by itself."""

    code: int
    body: Any


class Problem(BaseModel):
    """Why there is no answer."""

    detail: str
