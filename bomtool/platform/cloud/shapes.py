"""Parts and offers as products of the Component Cloud."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bomtool.api import products as wire
from bomtool.bom.values import Passive
from bomtool.parts import specs, suppliers
from bomtool.parts.model import Offer, Part
from bomtool.sourcing.money import rates

CONVERTED = "USD"
_UNITS = {"resistor": "Ω", "capacitor": "F", "inductor": "H"}
_NAMES = {"resistor": "Resistance", "capacitor": "Capacitance", "inductor": "Inductance"}


@dataclass(frozen=True, slots=True)
class Known:
    """A part with all that is known of it; `before` are ids it had, `loaded_at` when its catalogue was loaded."""

    part: Part
    offers: Sequence[Offer] = ()
    before: Sequence[str] = ()
    loaded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Pieces in stock over all offers (packagings of one stock counted once), and offers by what can be had of them."""

    inventory: int
    buyable: int
    quotable: int
    maybe: int

    @classmethod
    def of(cls, offers: Iterable[Offer]) -> Counts:
        """Counted over these offers."""
        stock: dict[str, int] = {}
        buyable = quotable = maybe = 0
        for offer in offers:
            home = suppliers.named_in(offer.supplier) or offer.supplier.casefold()
            stock[home] = max(stock.get(home, 0), offer.stock or 0)
            if offer.breaks and (offer.stock or 0) >= max(offer.moq, 1):
                buyable += 1
            elif offer.stock is None:
                maybe += 1
            else:
                quotable += 1
        return cls(min(sum(stock.values()), 2**31 - 1), buyable, quotable, maybe)


def product(known: Known, schema: str) -> dict[str, Any]:
    """The product in one of the four shapes, as plain JSON."""
    part, counts = known.part, Counts.of(known.offers)
    core: dict[str, Any] = {
        "id": part.id,
        "classification": part.category,
        "description": part.description,
        "mfr": part.manufacturer or None,
        "mpn": part.mpn,
        "package": part.package,
    }
    if schema in ("product-v0", "product-v1"):
        members = {
            **core,
            "termination_type": part.mount,
            "lifecycle_status": part.lifecycle,
            "inventory_level": counts.inventory,
            "buyable": counts.buyable,
            "quotable": counts.quotable,
            "maybe": counts.maybe,
            "updated_at": _newest(known),
        }
        if schema == "product-v0":
            return wire.ProductV0.model_validate(members).model_dump(mode="json")
        return wire.ProductV1.model_validate({**members, "deprecated_ids": list(known.before)}).model_dump(mode="json")
    core |= {
        "documents": _documents(part),
        "termination_type": part.mount or "other",
        "deprecated_ids": list(known.before),
    }
    if schema == "product-offers-v0":
        return wire.ProductOffersV0.model_validate(
            {
                **core,
                "specs": [{"id": s["id"], "label": s["label"], "value": s["display_value"]} for s in _specs(part)],
                "inventory_level": counts.inventory,
                "buyable": counts.buyable,
                "quotable": counts.quotable,
                "maybe": counts.maybe,
                "updated_at": _newest(known),
                "reference_prices": _reference(known.offers),
                "buyable_reference_prices": _reference([o for o in known.offers if (o.stock or 0) >= max(o.moq, 1)]),
                "offers": [_offer(known, offer, "updated_at") for offer in known.offers],
            }
        ).model_dump(mode="json")
    return wire.ProductOffersV1.model_validate(
        {
            **core,
            "specs": _specs(part),
            "product_updated_at": _newest(known),
            "offers": [_offer(known, offer, "offer_updated_at") for offer in known.offers],
        }
    ).model_dump(mode="json")


def _offer(known: Known, offer: Offer, updated: str) -> dict[str, Any]:
    """An offer; stock that is unknown is 0 here, for the schema has no other word for it."""
    return {
        "part": known.part.id,
        "seller": {"id": seller_id(offer.supplier), "label": offer.supplier or None, "is_buyable": bool(offer.breaks)},
        "is_authorized": bool(offer.authorized),
        "sku": offer.sku or None,
        "inventory_level": offer.stock or 0,
        "packaging": offer.packaging,
        "moq": offer.moq,
        "order_multiple": offer.order_multiple,
        "factory_lead_days": offer.lead_time_days,
        "prices": [_point(b.quantity, b.price, offer.currency) for b in offer.breaks],
        updated: _shown(offer.fetched_at or known.loaded_at),
    }


def seller_id(name: str) -> str:
    """The id of a supplier: 24 hexadecimal digits from its name, the same for all its spellings."""
    plain = suppliers.named_in(name) or " ".join(name.casefold().split())
    return hashlib.sha256(plain.encode()).hexdigest()[:24]


def _point(quantity: int, price: Decimal, currency: str) -> dict[str, Any]:
    rate = rates().find(currency, CONVERTED, datetime.now(UTC).date())
    return {
        "quantity": quantity,
        "price": float(price),
        "currency": currency,
        "converted_currency": CONVERTED if rate else None,
        "converted_price": float(price * rate.value) if rate else None,
        "conversion_rate": float(rate.value) if rate else None,
    }


def _reference(offers: Iterable[Offer]) -> list[dict[str, Any]]:
    """The lowest price at every quantity some offer has a break at, in dollars; currencies without a rate are left out."""
    priced = [offer for offer in offers if offer.breaks]
    today = datetime.now(UTC).date()
    found = []
    for quantity in sorted({b.quantity for offer in priced for b in offer.breaks}):
        best: Decimal | None = None
        for offer in priced:
            rate = rates().find(offer.currency, CONVERTED, today)
            fitting = [b.price for b in offer.breaks if b.quantity <= quantity]
            if rate and fitting and offer.moq <= quantity:
                price = fitting[-1] * rate.value
                best = price if best is None or price < best else best
        if best is not None:
            found.append(_point(quantity, best, CONVERTED))
    return found


def _documents(part: Part) -> list[dict[str, str]]:
    sheet = part.datasheet or ""
    if not sheet.startswith(("http://", "https://")):
        return []
    return [{"label": "Datasheet", "url": sheet, "filename": sheet.partition("?")[0].rpartition("/")[2] or "datasheet"}]


def _specs(part: Part) -> list[dict[str, Any]]:
    passive = specs.of_part(
        part.mpn, part.manufacturer, part.category or "", part.package or "", part.description or ""
    )
    return list(_values(passive)) if passive else []


def _values(passive: Passive) -> Iterable[dict[str, Any]]:
    named = _NAMES[passive.kind]
    yield _spec(named.lower(), named, passive.value, _UNITS[passive.kind])
    for name, label, unit in (
        ("tolerance", "Tolerance", "%"),
        ("voltage", "Voltage rating (DC)", "V"),
        ("power", "Power rating", "W"),
        ("current", "Current rating", "A"),
    ):
        value = getattr(passive, name)
        if value is not None:
            yield _spec(name, label, value, unit)
    if passive.dielectric:
        yield {
            "id": "temperaturecoefficient", "label": "Temperature coefficient", "display_value": passive.dielectric,
            "quantity": None,
        }  # fmt: skip


def _spec(name: str, label: str, value: Decimal, unit: str) -> dict[str, Any]:
    shown = "±" if unit == "%" else ""
    return {
        "id": name,
        "label": label,
        "display_value": f"{shown}{value.normalize():f} {unit}",
        "quantity": {"unit": unit, "amount": float(value)},
    }


def _newest(known: Known) -> str | None:
    times = [offer.fetched_at for offer in known.offers if offer.fetched_at]
    newest = max(times) if times else known.loaded_at
    return _shown(newest) if newest else None


def _shown(moment: datetime | None) -> str:
    return (moment or datetime.fromtimestamp(0, UTC)).astimezone(UTC).isoformat()
