"""Plans a program: what every part needs, where it comes from, what it costs, and how many builds that allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bomtool.sourcing import overage, words
from bomtool.sourcing.buildable import Outlook, outlook
from bomtool.sourcing.choose import STOCK, Chosen, PartChooser
from bomtool.sourcing.model import (
    Options,
    PartNeed,
    PartPlan,
    PlannedPurchase,
    ProgramPlan,
    Requirement,
    Status,
)
from bomtool.sourcing.money import rounded
from bomtool.sourcing.orders import Orders, combine
from bomtool.sourcing.purchases import purchases as purchases_of
from bomtool.sourcing.requirement import total_builds
from bomtool.sourcing.risks import risks
from bomtool.sourcing.supply import OPEN


@dataclass(frozen=True, slots=True)
class Costs:
    """What a number of builds costs: rounded lines and fees added up; total None where a counted line is unpriced."""

    total: Decimal | None
    known_total: Decimal
    unit_cost: Decimal | None
    known_unit_cost: Decimal
    lines_priced: int
    lines_total: int


def plan_program(needs: Sequence[PartNeed], options: Options, builds: int | None = None) -> ProgramPlan:
    """The plan of a program for the builds its needs state. `builds` is their sum over all BOMs, told where a BOM has no
    line among the needs. Raises UsageError for an overage profile or template that cannot be used."""
    total = total_builds(needs) if builds is None else builds
    choosers = [PartChooser(need, total, options) for need in needs]
    orders = combine([chooser.choose(total) for chooser in choosers], options)
    parts = tuple(_part(chooser, chosen, options) for chooser, chosen in zip(choosers, orders.chosen, strict=True))
    cost = costs(choosers, orders, [part.purchases for part in parts], total, options)
    seen: Outlook = outlook(choosers, parts, total, options)
    dates = [purchase.offer.fetched_at for part in parts for purchase in part.purchases]
    profile = overage.profile(options.profile)
    return ProgramPlan(
        builds=total,
        currency=options.currency,
        overage_profile=profile.name,
        overage_text=profile.text(),
        parts=parts,
        fees=orders.fees,
        total=cost.total,
        known_total=cost.known_total,
        unit_cost=cost.unit_cost,
        known_unit_cost=cost.known_unit_cost,
        lines_priced=cost.lines_priced,
        lines_total=cost.lines_total,
        lines_matched=sum(
            chooser.need.lines
            for chooser in choosers
            if chooser.counted and (chooser.need.part is not None or chooser.need.custom)
        ),
        buildable_from_stock=seen.buildable_from_stock,
        buildable_now=seen.buildable_now,
        ready_date=seen.ready_date,
        gating=seen.gating,
        oldest_price_at=min((date for date in dates if date is not None), default=None),
        gap=orders.gap,
    )


def costs(
    choosers: Sequence[PartChooser],
    orders: Orders,
    bought: Sequence[Sequence[PlannedPurchase]],
    builds: int,
    options: Options,
) -> Costs:
    """The sum of rounded lines and fees, and a build's share of it, rounded to the minor unit."""
    known = Decimal(0)
    priced = lines = 0
    for chooser, chosen, made in zip(choosers, orders.chosen, bought, strict=True):
        if not chooser.counted:
            continue
        lines += chooser.need.lines
        if chosen is not None and chosen.priced:
            priced += chooser.need.lines
            known += sum((purchase.extended_price + purchase.fee for purchase in made), Decimal(0))
    known = rounded(known + sum((fee.order_fee + fee.top_up for fee in orders.fees), Decimal(0)), options.currency)
    unit = rounded(known / builds, options.currency) if builds else rounded(Decimal(0), options.currency)
    whole = priced == lines
    return Costs(known if whole else None, known, unit if whole else None, unit, priced, lines)


def _part(chooser: PartChooser, chosen: Chosen | None, options: Options) -> PartPlan:
    need = chooser.need
    if chosen is None:
        return _without_purchase(chooser, options)
    made = purchases_of(chosen, options)
    bought_part = chosen.source.part
    other = (
        bought_part if bought_part is not None and need.part is not None and bought_part.id != need.part.id else None
    )
    supply = chosen.source.supply
    waits = any(purchase.waits for purchase in made)
    keys = {id(purchase.offer) for purchase in made}
    shown = [purchase.offer for purchase in made] + [offer for offer in supply.allowed if id(offer) not in keys]
    coverage = supply.coverage()
    unknown = supply.unknown_stock and coverage < chosen.requirement.to_buy
    return PartPlan(
        need=need,
        part=need.part,
        bought_part=other,
        requirement=chosen.requirement,
        quantity_per_build=_per_build(need),
        stock=chosen.source.stock,
        status=_status(chosen, waits, coverage),
        priced=chosen.priced,
        extended_price=_extended(made, options) if chosen.priced else None,
        unpriced_reason=None if chosen.priced else words.unpriced(chooser, chosen, options),
        purchases=made,
        buyable_quantity=None if unknown else coverage,
        lead_time_days=_lead(chosen, made),
        offers=tuple(shown),
        risks=risks(bought_part, chosen, made, options),
        sentences=tuple(words.bought(chooser, chosen, made, options)) if chosen.priced else (),
        overage_steps=chooser.demand.steps(),
    )


def _without_purchase(chooser: PartChooser, options: Options) -> PartPlan:
    need = chooser.need
    status: Status
    if need.do_not_place:
        status = "do_not_place"
    elif not chooser.counted:
        status = "excluded"
    elif need.part is None and not need.custom:
        status = "no_match"
    else:
        status = "needs_rfq"
    if chooser.counted:
        requirement = chooser.demand.requirement(chooser.demand.builds, need.stock, options)
        reason = words.unpriced(chooser, None, options)
    else:
        requirement, reason = Requirement(0, 0, 0, 0, 0, 0), None
    supply = chooser.sources[0].supply if chooser.sources else None
    return PartPlan(
        need=need,
        part=need.part,
        bought_part=None,
        requirement=requirement,
        quantity_per_build=_per_build(need),
        stock=need.stock,
        status=status,
        priced=False,
        extended_price=None,
        unpriced_reason=reason,
        purchases=(),
        buyable_quantity=None if supply is None else supply.coverage(),
        lead_time_days=None,
        offers=tuple(supply.allowed) if supply else (),
        risks=(),
        sentences=(),
        overage_steps=chooser.demand.steps() if chooser.counted else (),
    )


def _status(chosen: Chosen, waits: bool, coverage: int) -> Status:
    if chosen.level == STOCK:
        return "on_hand"
    some = coverage > 0 or chosen.requirement.from_stock > 0
    if chosen.choice is None:
        return "partial" if some else "needs_rfq"
    if waits:
        return "partial" if some and coverage < chosen.requirement.to_buy else "lead_time"
    return "needs_rfq" if chosen.level == OPEN else "buyable"


def _lead(chosen: Chosen, made: Sequence[PlannedPurchase]) -> int | None:
    """Days until the last piece can be had: 0 for stock of one's own or a supplier, None where nobody knows."""
    if not chosen.priced:
        return None
    days = 0
    for purchase in made:
        if purchase.waits:
            days = max(days, purchase.offer.lead_time_days or 0)
        elif purchase.offer.stock is None or purchase.quantity > purchase.offer.stock:
            return None
    return days


def _extended(made: Sequence[PlannedPurchase], options: Options) -> Decimal:
    return rounded(sum((purchase.extended_price for purchase in made), Decimal(0)), options.currency)


def _per_build(need: PartNeed) -> int:
    """Pieces for one build of every BOM, taken together."""
    return sum(use.quantity_per_build for use in need.uses)
