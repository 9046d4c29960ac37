"""How many builds stock and suppliers cover, when a program is ready, and which parts it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bomtool.sourcing.choose import PartChooser
from bomtool.sourcing.model import GatingPart, Options, PartPlan
from bomtool.sourcing.requirement import waits_for_expected

GATING = 3
"""How many parts are named."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the program can do: builds from stock, builds with what can be bought now (None: unknown), the day its last
    piece can be here (None: unknown), and the parts that limit it."""

    buildable_from_stock: int
    buildable_now: int | None
    ready_date: date | None
    gating: tuple[GatingPart, ...]


def outlook(choosers: Sequence[PartChooser], parts: Sequence[PartPlan], builds: int, options: Options) -> Outlook:
    """The outlook of a planned program of `builds` builds."""
    counted = [(chooser, part) for chooser, part in zip(choosers, parts, strict=True) if chooser.counted]
    waits = {part.need.key for _, part in counted if _expected(part, options)}
    return Outlook(
        _from_stock([chooser for chooser, _ in counted], builds),
        _now([chooser for chooser, _ in counted], builds),
        _ready([part for _, part in counted], waits, options),
        _gating([part for _, part in counted], waits),
    )


def _from_stock(choosers: Sequence[PartChooser], builds: int) -> int:
    least: int | None = None
    for chooser in choosers:
        most = chooser.covered_builds(offers=False)[0] if chooser.stated else 0
        if most is not None:
            least = most if least is None else min(least, most)
    return builds if least is None else least


def _now(choosers: Sequence[PartChooser], builds: int) -> int | None:
    least: int | None = None
    open_from: int | None = None  # the least bound that may rise when more is known
    for chooser in choosers:
        if not chooser.stated or not chooser.sources:
            most, unknown = 0, True
        else:
            most_builds, unknown = chooser.covered_builds(offers=True)
            if most_builds is None:
                continue
            most = most_builds
        if unknown:
            open_from = most if open_from is None else min(open_from, most)
        else:
            least = most if least is None else min(least, most)
    if open_from is not None and (least is None or open_from < least):
        return None
    return builds if least is None else least


def _expected(part: PartPlan, options: Options) -> bool:
    return waits_for_expected(part.stock, part.requirement.from_stock, options)


def _ready(parts: Sequence[PartPlan], waits: set[str], options: Options) -> date | None:
    days = 0
    for part in parts:
        if not part.priced or part.lead_time_days is None or part.need.key in waits:
            return None
        days = max(days, part.lead_time_days)
    return options.now.date() + timedelta(days=days) if parts else None


def _gating(parts: Sequence[PartPlan], waits: set[str]) -> tuple[GatingPart, ...]:
    """The parts a program waits for: those nobody can name or sell first, then the longest wait."""
    ranked = []
    for number, part in enumerate(parts):
        reason = _reason(part, part.need.key in waits)
        if reason is not None:
            worst = {"no_match": 0, "needs_rfq": 1}.get(part.status, 2 if not part.priced else 3)
            ranked.append((worst, -(part.lead_time_days or 0), number, reason))
    found = []
    for _, _, number, reason in sorted(ranked)[:GATING]:
        part = parts[number]
        need = part.need
        names = tuple(name for use in need.uses for name in use.reference_designators)
        shown = part.part
        found.append(
            GatingPart(
                need.key,
                shown,
                shown.mpn if shown else need.mpn,
                shown.manufacturer if shown else need.manufacturer,
                names,
                reason,
            )
        )
    return tuple(found)


def _reason(part: PartPlan, waits: bool) -> str | None:
    if not part.priced:
        return part.unpriced_reason
    if part.status in ("lead_time", "partial"):
        some = (
            f"{part.buyable_quantity:,} of {part.requirement.to_buy:,} in stock, the rest "
            if (part.status == "partial" and part.buyable_quantity)
            else ""
        )
        return f"{some}{part.lead_time_days} days lead time"
    if part.status == "needs_rfq":
        return "no supplier says whether it has it in stock"
    return "waits for stock that is expected, without a date" if waits else None
