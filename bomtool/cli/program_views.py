"""Availabilities and reference pricing as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bomtool.cli import output

if TYPE_CHECKING:
    from bomtool.api.plans import Availabilities, PartAvailability, PartPricing, Purchase, ReferencePricing
    from bomtool.api.programs import PartOverride


def show_availability(answer: Availabilities, explain: bool) -> None:
    """Every part with what it needs and what can be had, then the program, its risks and what it waits for."""
    numbers = [output.Column(title, right=True) for title in ("need", "overage", "required", "stock", "buy", "can buy")]
    output.table(
        ["part", "manufacturer", *numbers, "status", output.Column("lead days", right=True)],
        [_available(part) for part in answer.parts],
    )
    if explain:
        for part in answer.parts:
            for sentence in part.arithmetic:
                output.say(f"{_label(part)}: {sentence}")
    for part in answer.parts:
        for risk in part.risks:
            if risk.severity != "info" or explain:
                output.say(f"Risk, {risk.severity}: {_label(part)}: {risk.message}")
    for gating in answer.gating_lines:
        output.say(f"Gating: {gating.mpn or ' '.join(gating.reference_designators)}: {gating.reason}")
    now = "unknown" if answer.buildable_now is None else f"{answer.buildable_now:,}"
    output.say(
        f"{answer.lines_matched} of {answer.lines_total} lines matched; buildable from stock "
        f"{answer.buildable_from_stock:,}, now {now}, of {answer.builds:,}; ready {answer.ready_date or 'unknown'}. "
        f"{answer.overage_text}"
    )
    warn_sample(answer.kinds)


def _available(part: PartAvailability) -> tuple[object, ...]:
    figures: tuple[object, ...] = (
        f"{part.quantity_needed:,}",
        f"{part.overage:,}",
        f"{part.quantity_required:,}",
        f"{part.quantity_from_stock:,}",
        f"{part.quantity_to_buy:,}",
        "?" if part.buyable_quantity is None else f"{part.buyable_quantity:,}",
    )
    if part.status in ("do_not_place", "excluded"):
        figures = ("",) * len(figures)
    return (_label(part), part.manufacturer_name, *figures, part.status.replace("_", " "), part.lead_time_days)


def show_pricing(answer: ReferencePricing, explain: bool) -> None:
    """Every purchase, the fees of orders, the total and the curve of quantities."""
    numbers = [output.Column(title, right=True) for title in ("buy", "left over", "unit price", "extended")]
    output.table(
        ["part", "supplier", "SKU", *numbers, "note"], [row for part in answer.parts for row in _purchases(part)]
    )
    if explain:
        for part in answer.parts:
            for sentence in part.arithmetic:
                output.say(f"{_label(part)}: {sentence}")
    currency = answer.currency
    for fee in answer.fees:
        more = f", {output.money(fee.top_up, currency)} to reach its least value" if fee.top_up else ""
        output.say(
            f"Order at {fee.supplier}: lines {output.money(fee.lines_value, currency)}, "
            f"fee {output.money(fee.order_fee, currency)}{more}"
        )
    total = answer.total if answer.total is not None else answer.known_total
    unit = answer.unit_cost if answer.unit_cost is not None else answer.known_unit_cost
    partly = "" if answer.total is not None else " (incomplete)"
    output.say(
        f"Cost of {answer.lines_priced} of {answer.lines_total} lines for {answer.builds:,} builds: "
        f"{output.money(total, currency)}, {output.money(unit, currency)} a build{partly}. {answer.overage_text}"
    )
    if answer.gap:
        output.say(f"The plan costs at most {answer.gap:f} {currency} more than the cheapest there is.")
    heads = [output.Column(title, right=True) for title in ("builds", "total", "a build", "lines priced")]
    output.table(
        heads,
        [
            (
                f"{cost.builds:,}",
                output.money(cost.total if cost.total is not None else cost.known_total, currency),
                output.money(cost.unit_cost if cost.unit_cost is not None else cost.known_unit_cost, currency),
                f"{cost.lines_priced} of {cost.lines_total}",
            )
            for cost in answer.quantities
        ],
    )
    warn_sample(answer.kinds)


def _purchases(part: PartPricing) -> Iterator[tuple[object, ...]]:
    label = _label(part)
    if not part.purchases:
        note = part.unpriced_reason or ("from stock" if part.priced else "not bought")
        yield (label, "", "", f"{part.quantity_to_buy:,}" if part.quantity_to_buy else "", "", "", "", note)
    for buy in part.purchases:
        extended = output.money(buy.extended_price, buy.currency)
        left = f"{buy.excess_quantity:,}" if buy.excess_quantity else ""
        price = f"{buy.unit_price.normalize():f}"
        yield (label, buy.supplier, buy.sku, f"{buy.quantity:,}", left, price, extended, "; ".join(_notes(part, buy)))


def _notes(part: PartPricing, buy: Purchase) -> Iterator[str]:
    if buy.mpn and part.mpn and buy.mpn != part.mpn:
        yield f"{buy.mpn} stands in"
    if buy.waits:
        yield f"after {buy.lead_time_days} days"
    if buy.fee:
        yield f"and {output.money(buy.fee, buy.currency)} for {buy.packaging}"
    if buy.exchange_rate is not None:
        yield f"from {buy.offer_currency}"


def show_overrides(found: Sequence[PartOverride], names: dict[str, str]) -> None:
    """Overrides of a program in the order they were made; the last one of a part is in force."""
    last = {override.part: override.id for override in found}
    output.table(
        ["id", "part", "substitute", "quantity", "overage", "include", "unit price", "supplier", "note", "in force"],
        [
            (
                str(override.id)[:8],
                names.get(override.part, override.part),
                override.substitute_part,
                override.quantity,
                override.overage,
                {None: "", True: "yes", False: "no"}[override.include],
                "" if override.unit_price is None else f"{override.unit_price:f}",
                override.supplier,
                override.note,
                "yes" if last[override.part] == override.id else "no",
            )
            for override in found
        ],
    )


def _label(part: PartAvailability | PartPricing) -> str:
    return part.mpn or part.description or "(no part)"


def warn_sample(kinds: Sequence[str]) -> None:
    """Say plainly where figures are invented."""
    if "sample" in kinds:
        output.say(
            "Prices and stock marked sample are invented, for trying out. Load a catalogue: bomtool catalog load."
        )
