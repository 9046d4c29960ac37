"""Programs through sourcing: availabilities and reference pricing as the wire has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bomtool.parts.model import Part
from bomtool.platform.errors import invalid
from bomtool.platform.services import needs, parts, suppliers
from bomtool.store.schema import now

if TYPE_CHECKING:
    from bomtool.settings import Settings
    from bomtool.sourcing.model import Options, PartPlan, PlannedPurchase, ProgramPlan
    from bomtool.store import Store

CURVE = (1, 10, 100, 1_000)
"""Numbers of builds that are always costed."""


def check_profile(name: str | None) -> None:
    """Raises Refusal 400 for an overage profile that does not exist."""
    if name is None:
        return
    from bomtool.sourcing import overage

    if name not in (known := list(overage.profiles())):
        raise invalid({"overage_profile": f"Known are {', '.join(known)}."})


Members = dict[str, Any]


def availabilities(store: Store, settings: Settings, program_id: str) -> Members:
    """What the program needs, has and can buy (Availabilities)."""
    head, parts = availabilities_in_parts(store, settings, program_id)
    return {**head, "parts": list(parts)}


def availabilities_in_parts(store: Store, settings: Settings, program_id: str) -> tuple[Members, Iterator[Members]]:
    """What the program needs, has and can buy (Availabilities): the answer without its parts, and the parts."""
    asked, options, plan = _planned(store, settings, program_id)
    row = asked.program
    head = {
        **_head(asked, options, plan),
        "include_on_hand_stock": row.include_on_hand_stock,
        "include_processing_stock": row.include_processing_stock,
        "include_expected_stock": row.include_expected_stock,
        "buildable_from_stock": plan.buildable_from_stock,
        "buildable_now": plan.buildable_now,
        "ready_date": plan.ready_date,
        "gating_lines": [
            {
                "part": found.part.id if found.part else None,
                "mpn": found.mpn,
                "manufacturer_name": found.manufacturer,
                "reference_designators": list(found.reference_designators),
                "reason": found.reason,
            }
            for found in plan.gating
        ],
        "lines_total": plan.lines_total,
        "lines_matched": plan.lines_matched,
    }
    return head, map(_availability, plan.parts)


def availabilities_job(store: Store, settings: Settings, org_id: str, arguments: dict[str, Any]) -> Any:
    """The job behind `availabilities_async`: its result is the answer of the other operation."""
    from bomtool.api.plans import Availabilities

    answer = availabilities(store, settings, arguments["program"])
    return Availabilities.model_validate(answer).model_dump(mode="json")


def reference_pricing(store: Store, settings: Settings, program_id: str, quantities: Sequence[int]) -> Members:
    """What to buy and what it costs (ReferencePricing)."""
    head, parts = reference_pricing_in_parts(store, settings, program_id, quantities)
    return {**head, "parts": list(parts)}


def reference_pricing_in_parts(
    store: Store, settings: Settings, program_id: str, quantities: Sequence[int]
) -> tuple[Members, Iterator[Members]]:
    """What to buy and what it costs (ReferencePricing), with the cost of the program's own and other numbers of builds: the
    answer without its parts, and the parts."""
    from bomtool.sourcing.curve import quantity_curve

    asked, options, plan = _planned(store, settings, program_id)
    wanted = sorted({*CURVE, *quantities, *([asked.builds] if asked.builds else [])})
    points = quantity_curve(asked.needs, options, wanted, asked.builds) if asked.needs else []
    money = ("total", "known_total", "unit_cost", "known_unit_cost", "lines_priced", "lines_total")
    head = {
        **_head(asked, options, plan),
        **{name: getattr(plan, name) for name in money},
        "gap": plan.gap,
        "fees": [
            {
                "supplier": fee.supplier,
                "order_fee": fee.order_fee,
                "top_up": fee.top_up,
                "lines_value": fee.lines_value,
            }
            for fee in plan.fees
        ],
        "quantities": [{"builds": p.builds, **{name: getattr(p, name) for name in money}} for p in points],
        "oldest_price_at": plan.oldest_price_at,
    }
    return head, map(_pricing, plan.parts)


def _planned(store: Store, settings: Settings, program_id: str) -> tuple[needs.Asked, Options, ProgramPlan]:
    from bomtool.sourcing.model import Options
    from bomtool.sourcing.money import rates
    from bomtool.sourcing.plan import plan_program
    from bomtool.sourcing.policy import policy

    asked = needs.of_program(store, settings, program_id)
    row = asked.program
    options = Options(
        now=now(),
        currency=row.currency,
        add_overage=row.add_overage,
        overage_profile=row.overage_profile,
        include_on_hand=row.include_on_hand_stock,
        include_processing=row.include_processing_stock,
        include_expected=row.include_expected_stock,
        rates=rates(),
    )
    options = policy().applied(options)
    with store.read() as connection:
        options = suppliers.applied(connection, row.org_id, options)
    return asked, options, plan_program(asked.needs, options, asked.builds)


def _head(asked: needs.Asked, options: Options, plan: ProgramPlan) -> dict[str, Any]:
    """What both answers say of the program."""
    row = asked.program
    sources = list(_sources(plan.parts))
    return {
        "program": row.id,
        "name": row.name,
        "builds": asked.builds,
        "currency": plan.currency,
        "add_overage": row.add_overage,
        "overage_profile": plan.overage_profile,
        "overage_text": plan.overage_text,
        "catalogs": sorted({name for name, _ in sources if name}),
        "kinds": sorted({kind for _, kind in sources}),
        "calculated_at": options.now,
    }


def _sources(plans: Iterable[PartPlan]) -> Iterable[tuple[str | None, str]]:
    """(catalogue, kind) of every part and offer a number may come from."""
    for plan in plans:
        for part in (plan.part, plan.bought_part):
            if part is not None:
                yield part.catalog, part.kind
        for offer in plan.offers:
            yield offer.catalog, offer.kind


def _part(plan: PartPlan) -> dict[str, Any]:
    """Members both answers have about one part."""
    part, need, required = plan.part, plan.need, plan.requirement
    return {
        "part": part.id if part else None,
        "mpn": part.mpn if part else need.mpn,
        "manufacturer_name": part.manufacturer if part else need.manufacturer,
        "description": need.description,
        "category": need.category,
        "quantity_needed": required.needed,
        "overage": required.overage,
        "quantity_required": required.required,
        "quantity_from_stock": required.from_stock,
        "quantity_to_buy": required.to_buy,
    }


def _availability(plan: PartPlan) -> dict[str, Any]:
    return {
        **_part(plan),
        "package": plan.need.package,
        "reference_designators": [
            {
                "bom": use.bom_id,
                "bom_name": use.bom_name,
                "lines": list(use.line_ids),
                "line_numbers": list(use.line_numbers),
                "reference_designators": list(use.reference_designators),
                "quantity_per_build": use.quantity_per_build,
                "builds": use.builds,
            }
            for use in plan.need.uses
        ],
        "quantity_per_build": plan.quantity_per_build,
        "on_hand_quantity": plan.stock.on_hand,
        "processing_quantity": plan.stock.processing,
        "expected_quantity": plan.stock.expected,
        "allocated_quantity": plan.stock.allocated,
        "status": plan.status,
        "buyable_quantity": plan.buyable_quantity,
        "lead_time_days": plan.lead_time_days,
        "lifecycle_status": _lifecycle(plan.bought_part or plan.part),
        "risks": [{"code": r.code, "severity": r.severity, "message": r.message} for r in plan.risks],
        "offers": [parts.offer(offer) for offer in plan.offers],
        "alternates": [found.part.mpn for found in plan.need.alternates],
        "arithmetic": list(plan.requirement.sentences),
        "overage_rule": [
            {
                "from_need": step.from_need,
                "percent": step.percent,
                "least_extra": step.least_extra,
                "add": step.add,
                "at_least": step.at_least,
            }
            for step in plan.overage_steps
        ],
    }


def _lifecycle(part: Part | None) -> str | None:
    return part.lifecycle if part else None


def _pricing(plan: PartPlan) -> dict[str, Any]:
    return {
        **_part(plan),
        "lines": plan.need.lines,
        "priced": plan.priced,
        "extended_price": plan.extended_price,
        "unpriced_reason": plan.unpriced_reason,
        "purchases": [_purchase(purchase) for purchase in plan.purchases],
        "arithmetic": [*plan.requirement.sentences, *plan.sentences],
    }


def _purchase(found: PlannedPurchase) -> dict[str, Any]:
    offer = found.offer
    foreign = found.exchange_rate is not None
    break_price = next((b.price for b in offer.breaks if b.quantity == found.price_break), None)
    return {
        "supplier": offer.supplier,
        "sku": offer.sku,
        "part": found.part.id if found.part else offer.part_id,
        "mpn": found.part.mpn if found.part else None,
        "packaging": offer.packaging,
        "quantity": found.quantity,
        "unit_price": found.unit_price,
        "price_break": found.price_break,
        "moq": offer.moq,
        "order_multiple": offer.order_multiple,
        "currency": found.currency,
        "extended_price": found.extended_price,
        "excess_quantity": found.excess_quantity,
        "excess_value": found.excess_value,
        "fee": found.fee,
        "lead_time_days": offer.lead_time_days,
        "waits": found.waits,
        "stock": offer.stock,
        "url": offer.url,
        "fetched_at": offer.fetched_at,
        "kind": offer.kind,
        "offer_currency": offer.currency if foreign else None,
        "offer_unit_price": break_price if foreign else None,
        "exchange_rate": found.exchange_rate,
        "exchange_rate_date": found.exchange_rate_date,
    }
