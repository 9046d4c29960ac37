"""Recorded offers of many distributors: every plan holds what the supplier stated, and is proved to be the cheapest."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from bomtool.parts.model import Offer, PriceBreak
from bomtool.sourcing.money import rates
from bomtool.sourcing.plan import plan_program
from bomtool.sourcing.supply import fold
from tests.sourcing.making import need, options


@pytest.fixture(scope="module")
def parts(reference_data: Path) -> dict[str, list[Offer]]:
    def number(text: str) -> int | None:
        return int(float(text)) if text else None

    found: dict[str, list[Offer]] = defaultdict(list)
    with (reference_data / "offers_multidistributor.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            breaks = tuple(PriceBreak(int(q), Decimal(str(p))) for q, p in json.loads(row["breaks"] or "[]"))
            key = row["mpn"] or row["sku"]
            found[key].append(
                Offer(
                    key, row["distributor"], row["sku"], number(row["stock"]), number(row["moq"]) or 1,
                    number(row["multiple"]) or 1, row["packaging"] or None, row["currency"] or "USD", breaks,
                    number(row["lead_days"]),
                )
            )  # fmt: skip
    return found


@pytest.mark.parametrize("quantity", [1, 46, 990, 20_000])
def test_plans_of_recorded_offers(parts: dict[str, list[Offer]], quantity: int) -> None:
    needs = [need(quantity, *offers, key=key) for key, offers in parts.items()]
    assert len(needs) > 500
    plan = plan_program(needs, options(rates=rates()))
    assert plan.gap == 0
    seen = set()
    for part in plan.parts:
        assert part.priced == bool(part.purchases)
        seen.add(part.status)
        taken: dict[str, int] = defaultdict(int)
        for bought in part.purchases:
            offer = bought.offer
            assert bought.quantity % offer.order_multiple == 0
            assert bought.quantity >= max(offer.moq, offer.breaks[0].quantity)
            held = max(step.quantity for step in offer.breaks if step.quantity <= bought.quantity)
            assert bought.price_break == held
            if offer.lead_time_days is None and offer.stock is not None:
                assert bought.quantity <= offer.stock
                taken[f"{fold(offer.supplier)} {offer.sku.casefold()}"] += bought.quantity
        assert all(
            amount <= max(o.stock or 0 for o in part.offers if f"{fold(o.supplier)} {o.sku.casefold()}" == key)
            for key, amount in taken.items()
        )
        bought_pieces = sum(bought.quantity for bought in part.purchases)
        assert bought_pieces >= quantity or not part.priced
    assert {"buyable", "lead_time", "needs_rfq"} <= seen
