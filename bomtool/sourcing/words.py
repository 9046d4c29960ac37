"""How a purchase came about, and why a part could not be priced: sentences for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bomtool.sourcing.cheapest import single_offer
from bomtool.sourcing.choose import STOCK, Chosen, PartChooser
from bomtool.sourcing.ladder import SCALE, Ladder
from bomtool.sourcing.model import Options, PlannedPurchase
from bomtool.sourcing.money import extended, rounded
from bomtool.sourcing.supply import Supply


def money(amount: Decimal, currency: str) -> str:
    """An amount with all its digits: "1,234.50 USD"."""
    return f"{amount:,f} {currency}"


def bought(
    chooser: PartChooser, chosen: Chosen, purchases: Sequence[PlannedPurchase], options: Options
) -> Iterator[str]:
    """The sentences of a part that is priced."""
    need, source = chooser.need, chosen.source
    if source.part is not None and need.part is not None and source.part.id != need.part.id:
        how = "set by an override" if need.override and need.override.substitute else "an alternate"
        yield f"{source.part.mpn} of {source.part.manufacturer} stands in for {need.part.mpn}, {how}"
    if chosen.level == STOCK:
        if chosen.requirement.required:
            yield "all of it comes from stock, nothing is bought"
        return
    ladders = {id(ladder.offer): ladder for ladder in chosen.ladders}
    for purchase in purchases:
        yield from _purchase(purchase, ladders[id(purchase.offer)], options)
    if len(purchases) > 1:
        pieces = sum(purchase.quantity for purchase in purchases)
        total = sum((purchase.extended_price for purchase in purchases), Decimal(0))
        yield f"{pieces:,} pieces of {len(purchases)} offers for {money(total, options.currency)}"
    yield from _bought_up(chosen, purchases, options)
    yield from _next(chosen, purchases, options)
    if chosen.alone is not None and chosen.choice is not None:
        alone = rounded(Decimal(chosen.alone).scaleb(-SCALE), options.currency)
        yield f"alone it could cost {money(alone, options.currency)}: fees of orders make this one cheaper in all"
    for reason in source.supply.barred:
        yield f"left out: {reason}"


def _purchase(purchase: PlannedPurchase, ladder: Ladder, options: Options) -> Iterator[str]:
    offer = purchase.offer
    label = " ".join(filter(None, (offer.supplier, offer.sku)))
    if offer.packaging:
        label += f" ({offer.packaging})"
    held = f" from {purchase.price_break:,} on" if purchase.price_break > 1 else ""
    yield (
        f"{label}: {purchase.quantity:,} x {purchase.unit_price:f}{held} = "
        f"{money(purchase.extended_price, options.currency)}"
    )
    asked = purchase.quantity - purchase.excess_quantity
    if purchase.excess_quantity and purchase.quantity == ladder.up(asked):
        forced = []
        if asked < ladder.least:
            forced.append(f"the least order is {ladder.least:,}")
        elif ladder.multiple > 1:
            forced.append(f"the order multiple is {ladder.multiple:,}")
        if forced:
            yield f"{asked:,} becomes {purchase.quantity:,}, {' and '.join(forced)}"
    if purchase.fee:
        yield f"fee for {offer.packaging}: {money(purchase.fee, options.currency)}"
    if purchase.exchange_rate is not None:
        day = f" of {purchase.exchange_rate_date}" if purchase.exchange_rate_date else ""
        yield f"priced in {offer.currency}, 1 {offer.currency} = {_short(purchase.exchange_rate)} {options.currency}{day}"
    if purchase.waits:
        there = f"{offer.stock or 0:,} in stock, the rest" if offer.stock else "not in stock,"
        yield f"{there} after {offer.lead_time_days} days"


def _short(rate: Decimal) -> str:
    return f"{rate.quantize(Decimal('0.000001')).normalize():f}" if rate > Decimal("0.001") else f"{rate:.6e}"


def _bought_up(chosen: Chosen, purchases: Sequence[PlannedPurchase], options: Options) -> Iterator[str]:
    if len(purchases) != 1 or not purchases[0].excess_quantity:
        return
    purchase = purchases[0]
    ladder = next(found for found in chosen.ladders if found.offer is purchase.offer)
    least = ladder.up(chosen.requirement.to_buy)
    tier = ladder.tier(least)
    if tier is None or least == purchase.quantity:
        return
    plain = extended(least, tier.unit_price, options.currency)
    saved = plain - purchase.extended_price
    yield (
        f"{least:,} would cost {money(plain, options.currency)}: {purchase.quantity - least:,} more pieces save "
        f"{money(saved, options.currency)}"
    )


def _next(chosen: Chosen, purchases: Sequence[PlannedPurchase], options: Options) -> Iterator[str]:
    """What the next offer would cost, where one offer was chosen."""
    if len(purchases) != 1 or chosen.alone is not None:
        return
    others = [ladder for ladder in chosen.ladders if ladder.offer is not purchases[0].offer]
    found = single_offer(others, chosen.requirement.to_buy, chosen.max_excess)
    if found is not None:
        (cost, pieces, *_), ((index, _),) = found
        label = " ".join(filter(None, others[index].key))
        amount = rounded(Decimal(cost).scaleb(-SCALE), options.currency)
        yield f"the next offer is {label}: {pieces:,} for {money(amount, options.currency)}"


def unpriced(chooser: PartChooser, chosen: Chosen | None, options: Options) -> str:
    """Why a counted part has no price."""
    need = chooser.need
    if chooser.unknown_substitute is not None:
        return f"the substitute part {chooser.unknown_substitute} is not in the catalogue"
    if not chooser.sources:
        return "no part is matched to this line" if need.mpn else "the line names no part"
    if not chooser.stated:
        return "no quantity is stated"
    assert chosen is not None
    reasons = dict.fromkeys(_of_supply(source.supply, chosen, options) for source in chooser.sources)
    return "; ".join(reasons)


def _of_supply(supply: Supply, chosen: Chosen, options: Options) -> str:
    if not supply.allowed:
        if supply.barred:
            return f"no offer may be bought: {'; '.join(supply.barred[:3])}"
        return "no offer is known"
    if not supply.priced:
        if supply.without_rate:
            day = options.now.date()
            return f"no exchange rate from {', '.join(sorted(supply.without_rate))} to {options.currency} on {day}"
        return "no offer has a price"
    there = supply.coverage()
    return f"{chosen.requirement.to_buy:,} to buy, {there:,} can be bought from stock, and no lead time is known"
