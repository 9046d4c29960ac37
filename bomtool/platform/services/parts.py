"""Parts, candidates and offers as the wire has them, and as lines keep them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from bomtool.parts.model import Candidate, Offer, Part

if TYPE_CHECKING:
    from bomtool.parts.catalog import Catalog
    from bomtool.settings import Settings
    from bomtool.store import Store


def catalog(store: Store, settings: Settings) -> Catalog:
    """The catalogues of this store, the one the settings prefer first."""
    from bomtool.parts.catalog import Catalog

    return Catalog(store, settings.catalog)


def summary(part: Part) -> dict[str, Any]:
    """A part, short (PartSummary)."""
    return {
        "id": part.id,
        "mpn": part.mpn,
        "manufacturer": part.manufacturer,
        "description": part.description,
        "package": part.package,
        "category": part.category,
        "lifecycle_status": part.lifecycle,
        "catalog": part.catalog,
        "kind": part.kind,
    }


def candidate(found: Candidate) -> dict[str, Any]:
    """A part that may be meant (CandidateAnswer)."""
    return {
        "part": summary(found.part),
        "level": found.level,
        "score": round(found.score, 4),
        "reason": found.reason,
    }


def offer(found: Offer) -> dict[str, Any]:
    """A supplier's SKU with its breaks (OfferAnswer)."""
    return {
        "supplier": found.supplier,
        "sku": found.sku,
        "stock": found.stock,
        "moq": found.moq,
        "order_multiple": found.order_multiple,
        "packaging": found.packaging,
        "currency": found.currency,
        "prices": [{"quantity": b.quantity, "price": b.price, "currency": found.currency} for b in found.breaks],
        "lead_time_days": found.lead_time_days,
        "authorized": found.authorized,
        "url": found.url,
        "fetched_at": found.fetched_at,
        "catalog": found.catalog,
        "kind": found.kind,
    }


def detail(part: Part, offers: Iterable[Offer]) -> dict[str, Any]:
    """A part with its offers (PartDetail)."""
    return {
        **summary(part),
        "mount": part.mount,
        "datasheet": part.datasheet,
        "offers": [offer(found) for found in offers],
    }
