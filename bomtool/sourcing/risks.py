"""What may go wrong with a part: lifecycle, single source, thin stock, long lead times, old prices.

Each risk has a severity of its own that `Options.severities` changes; "off" leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bomtool.parts.model import Part
from bomtool.sourcing.choose import Chosen
from bomtool.sourcing.model import Options, PlannedPurchase, Risk, Severity
from bomtool.sourcing.supply import fold

SEVERITIES: dict[str, Severity] = {
    "obsolete": "error",
    "end-of-life": "error",
    "not-recommended": "warning",
    "single-source": "info",
    "low-stock": "warning",
    "unknown-stock": "warning",
    "long-lead": "warning",
    "unknown-lead": "warning",
    "stale-price": "warning",
    "undated-price": "info",
    "stale-rate": "warning",
    "not-authorised": "warning",
}
"""Every risk and its severity unless the options say otherwise."""

STOCK_COVER = 2
"""Suppliers' stock below this many times what is to buy is thin."""

_LIFECYCLES = {
    "obsolete": ("obsolete", "is obsolete: it is no longer made"),
    "eol": ("end-of-life", "reaches its end of life: buy for the whole product's life, or replace it"),
    "nrfnd": ("not-recommended", "is not recommended for new designs"),
    "nrnd": ("not-recommended", "is not recommended for new designs"),
}


def risks(
    part: Part | None, chosen: Chosen, purchases: Sequence[PlannedPurchase], options: Options
) -> tuple[Risk, ...]:
    """The risks of a part as planned, errors first."""
    severities = {**SEVERITIES, **dict(options.severities)}
    order = ("error", "warning", "info")
    found = []
    for code, message in _found(part, chosen, purchases, options):
        severity = severities[code]
        if severity != "off":
            found.append(Risk(code, severity, message))
    return tuple(sorted(found, key=lambda risk: order.index(risk.severity)))


def _found(
    part: Part | None, chosen: Chosen, purchases: Sequence[PlannedPurchase], options: Options
) -> Iterator[tuple[str, str]]:
    if part is not None:
        code, said = _LIFECYCLES.get(fold(part.lifecycle or ""), (None, ""))
        if code:
            yield code, f"{part.mpn} {said}"
    if not chosen.requirement.to_buy:
        return
    yield from _of_supply(chosen)
    yield from _of_purchases(purchases, options)


def _of_supply(chosen: Chosen) -> Iterator[tuple[str, str]]:
    supply = chosen.source.supply
    suppliers = {fold(found.offer.supplier): found.offer.supplier for found in supply.priced}
    if len(suppliers) == 1:
        yield "single-source", f"only {next(iter(suppliers.values()))} offers it"
    there, wanted = supply.coverage(), chosen.requirement.to_buy
    if wanted <= there < STOCK_COVER * wanted:
        yield "low-stock", f"{there:,} in stock at suppliers for {wanted:,} to buy"
    if there < wanted and supply.unknown_stock:
        yield "unknown-stock", "a supplier does not say its stock"
    if supply.priced and not chosen.priced:
        yield "unknown-lead", f"{there:,} in stock at suppliers for {wanted:,} to buy, and no lead time is known"


def _of_purchases(purchases: Sequence[PlannedPurchase], options: Options) -> Iterator[tuple[str, str]]:
    leads = [purchase.offer.lead_time_days for purchase in purchases if purchase.waits]
    longest = max((lead for lead in leads if lead is not None), default=0)
    if longest > options.long_lead_days:
        yield "long-lead", f"{longest} days lead time"
    real = [purchase.offer for purchase in purchases if purchase.offer.kind != "sample"]  # invented prices have no day
    dates = [offer.fetched_at for offer in real]
    known = [date for date in dates if date is not None]
    if known and options.now - min(known) > timedelta(days=options.stale_after_days):
        yield "stale-price", f"the price is of {min(known):%Y-%m-%d}, {(options.now - min(known)).days} days old"
    if len(known) < len(dates):
        yield "undated-price", "nobody says as of when the price is"
    rates = [purchase.exchange_rate_date for purchase in purchases if purchase.exchange_rate_date is not None]
    if rates and (age := (options.now.date() - min(rates)).days) > options.stale_after_days:
        yield "stale-rate", f"the exchange rate is of {min(rates)}, {age} days old"
    grey = sorted({purchase.offer.supplier for purchase in purchases if purchase.offer.authorized is False})
    if grey:
        yield (
            "not-authorised",
            f"{', '.join(grey)} is not an authorised source"
            if len(grey) == 1
            else (f"{', '.join(grey)} are not authorised sources"),
        )
