"""Fees of orders and packaging stand in the totals of the workbook, computed and cached alike."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from bomtool import reports
from bomtool.api.plans import OrderFee
from bomtool.reports import facts, problems, source
from bomtool.reports.model import ReportInput
from bomtool.sourcing.money import rounded
from tests.conftest import Require
from tests.reports.making import make
from tests.reports.recompute import SOFFICE, differences, load


def charged() -> ReportInput:
    """A program whose first purchase has a packaging fee and whose supplier charges for the order."""
    inputs = make(7, lines=20, broken=False)
    pricing = inputs.pricing
    bought = next(part.purchases[0] for part in pricing.parts if part.purchases)
    bought.fee = Decimal("7.00")
    fee = OrderFee(supplier=bought.supplier, order_fee="6.99", top_up="12.50", lines_value=bought.extended_price)
    pricing.fees = [fee]
    pricing.known_total += Decimal("26.49")
    pricing.known_unit_cost = rounded(pricing.known_total / pricing.builds, pricing.currency)
    pricing.total, pricing.unit_cost = pricing.known_total, pricing.known_unit_cost
    return inputs


def test_fees_are_in_every_total(tmp_path: Path, require: Require) -> None:
    inputs = charged()
    assert not [p for p in problems.collect(facts.collect(inputs), source.Places()) if p.code == "total-differs"]
    path = tmp_path / "fees.xlsx"
    reports.write(path, inputs)
    book = load(path, data_only=True)
    shown = [[cell.value for cell in row] for row in book["Pricing"].iter_rows()]
    total = next(row for row in shown if "Total with fees" in row)
    assert float(inputs.pricing.known_total) in total
    assert "of it fees of orders and packaging: 26.49" in total
    listed = [[cell.value for cell in row] for row in book["Purchase list"].iter_rows()]
    fees = next(row for row in listed if str(row[0]).startswith("Fees of orders and packaging"))
    assert 26.49 in fees
    assert any(float(inputs.pricing.known_total) in row for row in listed)
    require("libreoffice", SOFFICE, "soffice is not installed")
    assert differences([path], tmp_path / "work") == {path: []}


def test_fees_are_in_the_joint_purchase_list(tmp_path: Path) -> None:
    first, second = charged(), make(8, lines=5, broken=False)
    path = tmp_path / "several.xlsx"
    reports.write(path, [first, second])
    listed = [[cell.value for cell in row] for row in load(path, data_only=True)["Purchase list"].iter_rows()]
    fees = next(row for row in listed if str(row[0]).startswith("Fees of orders and packaging, USD"))
    assert fees.count(26.49) == 2
    total = next(row for row in listed if str(row[0]).startswith("All suppliers, USD"))
    assert float(first.pricing.known_total + second.pricing.known_total) in total
