"""How each provider writes a product: one function a shape, from folded JSON (see `answers`) to rows of parts.

What an answer does not say stays unknown: no stock is not 0, no currency is not dollars. Source: recorded answers of
the providers' interfaces and their documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bomtool.parts import prices
from bomtool.parts.answer_values import (
    attribute,
    by_currency,
    days,
    inner,
    ladder,
    moment,
    money,
    parameter,
    specification,
    text,
    weeks,
    whole,
)
from bomtool.parts.columns import Row, lifecycle_of, mounting

_FIRST_NUMBER = re.compile(r"\d[\d,.]*")


@dataclass(slots=True)
class Context:
    """What stands around a product: currency, time and shop; `default` is the currency a person named."""

    currency: str | None = None
    default: str | None = None
    fetched_at: datetime | None = None
    supplier: str = ""

    def inside(self, value: dict[str, Any]) -> Context:
        """The context of what is in this object: DigiKey names the currency beside its products, TME above them."""
        named = value.get("currency")
        locale = value.get("searchlocaleused")
        if isinstance(locale, dict):
            named = locale.get("currency")
        if isinstance(named, str) and len(named) == 3 and named.isalpha():
            return replace(self, currency=named.upper())
        return self


def digikey_v3(value: dict[str, Any], context: Context) -> Iterator[Row]:
    """One packaging of a part."""
    yield Row(
        text(value["manufacturerpartnumber"]),
        manufacturer=inner(value.get("manufacturer"), "value", "name"),
        package=parameter(value, "Package / Case"),
        description=text(value.get("productdescription")),
        mount=mounting(parameter(value, "Mounting Type")),
        lifecycle=lifecycle_of(inner(value.get("productstatus"), "status")),
        datasheet=text(value.get("primarydatasheet")),
        supplier="DigiKey",
        sku=text(value["digikeypartnumber"]),
        stock=whole(value.get("quantityavailable")),
        moq=whole(value.get("minimumorderquantity")) or 1,
        packaging=inner(value.get("packaging"), "value", "name"),
        currency=context.currency or "",
        breaks=ladder(value.get("standardpricing"), "breakquantity", "unitprice"),
        lead_time_days=weeks(value.get("manufacturerleadweeks")),
        authorized=True,
        url=text(value.get("producturl")),
        fetched_at=context.fetched_at,
    )


def digikey_v4(value: dict[str, Any], context: Context) -> Iterator[Row]:
    """A part with its packagings, each an offer."""
    about = value.get("description") or {}
    for variation in value["productvariations"]:
        packed = inner(variation.get("packagetype"), "name")
        stock = whole(variation.get("quantityavailableforpackagetype"))
        yield Row(
            text(value["manufacturerproductnumber"]),
            manufacturer=inner(value.get("manufacturer"), "name"),
            package=parameter(value, "Package / Case"),
            category=inner(value.get("category"), "name"),
            description=text(about.get("productdescription")),
            mount=mounting(parameter(value, "Mounting Type")),
            lifecycle=lifecycle_of(inner(value.get("productstatus"), "status")),
            datasheet=text(value.get("datasheeturl")),
            supplier="DigiKey",
            sku=text(variation["digikeyproductnumber"]),
            stock=stock if stock is not None else whole(value.get("quantityavailable")),
            moq=whole(variation.get("minimumorderquantity")) or 1,
            packaging=packed,
            currency=context.currency or "",
            breaks=ladder(variation.get("standardpricing"), "breakquantity", "unitprice"),
            lead_time_days=weeks(value.get("manufacturerleadweeks")),
            authorized=True if not variation.get("marketplace") else None,
            url=text(value.get("producturl")),
            fetched_at=context.fetched_at,
        )


def mouser(value: dict[str, Any], context: Context) -> Iterator[Row]:
    """Prices come as text in the reader's own notation, stock as "6809 In Stock"."""
    steps = [step for step in value.get("pricebreaks") or () if text(step.get("price"))]
    named = {text(step.get("currency")).upper() for step in steps} - {""}
    available = text(value.get("availability"))
    stock = _FIRST_NUMBER.match(available) if "stock" in available.lower() else None
    yield Row(
        text(value["manufacturerpartnumber"]),
        manufacturer=text(value.get("manufacturer")),
        category=text(value.get("category")),
        description=text(value.get("description")),
        lifecycle=lifecycle_of(text(value.get("lifecyclestatus"))),
        datasheet=text(value.get("datasheeturl")),
        supplier="Mouser",
        sku=text(value["mouserpartnumber"]),
        stock=whole(value.get("availabilityinstock")) if stock is None else whole(stock[0].replace(",", "")),
        moq=whole(value.get("min")) or 1,
        order_multiple=whole(value.get("mult")) or 1,
        packaging=attribute(value, "Packaging"),
        currency=named.pop() if len(named) == 1 else "" if named else context.currency or "",
        breaks=ladder(steps, "quantity", "price"),
        lead_time_days=days(value.get("leadtime")),
        authorized=True,
        url=text(value.get("productdetailurl")),
        fetched_at=context.fetched_at,
    )


def element14(value: dict[str, Any], context: Context) -> Iterator[Row]:
    """Farnell, Newark and element14 Asia: which shop, and so which currency, stands outside the answer. Prices of packs
    (REEL OF 4000) are not prices of pieces and are left out."""
    stock = value.get("stock") or {}
    each = text(value.get("unitofmeasure")).upper().startswith("EACH") or whole(value.get("packsize")) in (None, 1)
    packed = re.search(r"\(SUPPLIED ON ([^)]*)\)", text(value.get("unitofmeasure")).upper())
    shown = text(value.get("displayname")).split(" - ")
    yield Row(
        text(value["translatedmanufacturerpartnumber"]),
        manufacturer=text(value.get("brandname") or value.get("vendorname")),
        description=shown[-1] if shown else "",
        datasheet=next((text(sheet.get("url")) for sheet in value.get("datasheets") or ()), ""),
        supplier=context.supplier or "element14",
        sku=text(value["sku"]),
        stock=whole(stock.get("level", value.get("inv"))),
        moq=whole(value.get("translatedminimumorderquality")) or 1,
        packaging=packed[1].lower() if packed else "",
        currency=context.currency or "",
        breaks=ladder(value.get("prices"), "from", "cost") if each else "",
        lead_time_days=whole(stock.get("leastleadtime")) or None,
        authorized=True,
        fetched_at=context.fetched_at,
    )


def nexar(value: dict[str, Any], context: Context) -> Iterator[Row]:
    """A part with the offers of many sellers, in their currencies; stock below 0 means that it is not known."""
    part = Row(
        text(value["mpn"]),
        manufacturer=inner(value.get("manufacturer"), "name"),
        category=inner(value.get("category"), "name"),
        description=text(value.get("shortdescription")),
        datasheet=inner(value.get("bestdatasheet"), "url"),
        fetched_at=context.fetched_at,
    )
    sold = False
    for seller in value["sellers"] or ():
        for offer in seller.get("offers") or ():
            sold = True
            ladders = by_currency(offer.get("prices"), "currency")
            for currency, steps in ladders.items() or [("", [])]:
                yield replace(
                    part,
                    supplier=inner(seller.get("company"), "name"),
                    sku=text(offer.get("sku")),
                    stock=whole(offer.get("inventorylevel")),
                    moq=whole(offer.get("moq")) or 1,
                    order_multiple=whole(offer.get("ordermultiple")) or 1,
                    packaging=text(offer.get("packaging")),
                    currency=currency,
                    breaks=ladder(steps, "quantity", "price"),
                    lead_time_days=whole(offer.get("factoryleaddays")) or None,
                    authorized=seller.get("isauthorized") if isinstance(seller.get("isauthorized"), bool) else None,
                    url=text(offer.get("clickurl")),
                    fetched_at=moment(offer.get("updated")) or context.fetched_at,
                )
    if not sold:
        yield part


def kitspace(value: dict[str, Any], context: Context) -> Iterator[Row]:
    """An aggregator: offers with a ladder for each currency."""
    named = value["mpn"]
    part = Row(
        text(named["part"]),
        manufacturer=text(named.get("manufacturer")),
        description=text(value.get("description")),
        datasheet=text(value.get("datasheet")),
        fetched_at=context.fetched_at,
    )
    if not value["offers"]:
        yield part
    for offer in value["offers"] or ():
        ladders = {code.upper(): steps for code, steps in (offer.get("prices") or {}).items() if steps}
        for code, steps in ladders.items() or [("", [])]:
            yield replace(
                part,
                supplier=text(offer["sku"]["vendor"]),
                sku=text(offer["sku"]["part"]),
                stock=whole(offer.get("instockquantity")),
                moq=whole(offer.get("moq")) or 1,
                order_multiple=whole(offer.get("multipackquantity")) or 1,
                currency=code,
                breaks=prices.join([(int(step[0]), money(step[1])) for step in steps]),
                url=text(offer.get("producturl")),
            )


def cofactr(value: dict[str, Any], context: Context) -> Iterator[Row]:
    """A product of the Component Cloud with its offers; prices that were converted are taken as the seller gave them."""
    part = Row(
        text(value["mpn"]),
        manufacturer=text(value.get("mfr")),
        package=text(value.get("package")),
        category=text(value.get("classification")),
        description=text(value.get("description")),
        mount=mounting(text(value.get("terminationtype"))),
        lifecycle=lifecycle_of(text(value.get("lifecyclestatus"))),
        fetched_at=context.fetched_at or moment(value.get("productupdatedat")),
    )
    if not value["offers"]:
        yield part
    for offer in value["offers"] or ():
        for currency, steps in by_currency(offer.get("prices"), "currency").items() or [("", [])]:
            yield replace(
                part,
                supplier=inner(offer.get("seller"), "label", "name"),
                sku=text(offer.get("sku")),
                stock=whole(offer.get("inventorylevel")),
                moq=whole(offer.get("moq")) or 1,
                order_multiple=whole(offer.get("ordermultiple")) or 1,
                packaging=text(offer.get("packaging")),
                currency=currency,
                breaks=ladder(steps, "quantity", "price"),
                lead_time_days=whole(offer.get("factoryleaddays")) or None,
                authorized=offer.get("isauthorized") if isinstance(offer.get("isauthorized"), bool) else None,
                fetched_at=moment(offer.get("offerupdatedat")) or part.fetched_at,
            )


def trustedparts(value: dict[str, Any], context: Context) -> Iterator[Row]:
    """A part with the offers of authorised distributors; some of them give no number of their own ("N/A")."""
    part = Row(
        text(value["partnumber"]),
        manufacturer=inner(value.get("manufacturer"), "name"),
        package=specification(value, "Package / Case"),
        mount=mounting(specification(value, "Mounting Style")),
        fetched_at=context.fetched_at,
    )
    sold = False
    for distributor in value["distributors"] or ():
        for offer in distributor.get("distributorresults") or ():
            sold = True
            pricing, stock = offer.get("pricing") or {}, offer.get("stock") or {}
            packed = [entry for entry in offer.get("packaging") or () if isinstance(entry, dict)]
            sku = text(offer.get("distributorpartnumber"))
            links = {text(link.get("type")).lower(): text(link.get("url")) for link in offer.get("links") or ()}
            yield replace(
                part,
                description=text(offer.get("description")),
                datasheet=links.get("datasheet", ""),
                supplier=text(distributor.get("name")),
                sku="" if sku.upper() in ("N/A", "-") else sku,
                stock=whole(stock.get("quantityonhand")),
                moq=whole(pricing.get("minimumquantity"))
                or next((most for entry in packed if (most := whole(entry.get("minimumorderquantity")))), None)
                or 1,
                order_multiple=whole(pricing.get("quantitymultiple")) or 1,
                packaging=text(packed[0].get("packagetype")) if len(packed) == 1 else "",
                currency=text(pricing.get("currencycode")).upper() or context.currency or "",
                breaks=ladder(pricing.get("prices"), "quantity", "amount"),
                authorized=True,
                url=links.get("buy") or links.get("view") or "",
            )
    if not sold:
        yield part


def tme(value: dict[str, Any], context: Context) -> Iterator[Row]:
    """Both generations; TME's own symbol is often, not always, the maker's number."""
    numbers = value.get("manufacturersymbols") or [value.get("originalsymbol")]
    listed = value.get("prices") if isinstance(value.get("prices"), dict) else {}
    steps = listed.get("elements") if listed else value.get("pricelist")
    divisors = {whole(step.get("pricebase")) or 1 for step in steps or ()}
    maker = value.get("manufacturer") or value.get("producer")
    stock = value.get("stockquantity", value.get("amount"))
    known = listed.get("currency") if listed else None
    yield Row(
        text(numbers[0]),
        manufacturer=inner(maker, "name"),
        category=inner(value.get("category"), "name"),
        description=text(value.get("description")),
        supplier="TME",
        sku=text(value["symbol"]),
        stock=whole(stock),
        moq=whole(value.get("minimalamount", value.get("minamount"))) or 1,
        order_multiple=whole(value.get("multiples")) or 1,
        currency=text(known).upper() or context.currency or "",
        breaks=ladder(steps, "amount", "price" if listed else "pricevalue") if divisors <= {1} else "",
        authorized=True,
        fetched_at=context.fetched_at,
    )


SHAPES = (
    (("digikeypartnumber", "manufacturerpartnumber", "standardpricing"), digikey_v3),
    (("manufacturerproductnumber", "productvariations"), digikey_v4),
    (("mouserpartnumber", "manufacturerpartnumber"), mouser),
    (("translatedmanufacturerpartnumber", "sku"), element14),
    (("mpn", "sellers"), nexar),
    (("mpn", "mfr", "offers"), cofactr),
    (("partnumber", "distributors"), trustedparts),
    (("mpn", "offers", "datasheet"), kitspace),
    (("symbol", "originalsymbol"), tme),
    (("symbol", "manufacturersymbols"), tme),
)
"""Members that only one interface's products have, and its function."""
