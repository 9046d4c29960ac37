"""Fees of orders and packaging stand in the totals of the workbook, computed and cached alike."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from bomtool import reports
from bomtool.api.plans import OrderFee
from bomtool.reports import facts, forms, problems, source
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
    fee = inputs.pricing.fees[0]
    wanted = [("Order fee", 6.99), ("Top-up to the minimum order value", 12.5), ("Packaging fees", 7.0)]
    assert [(row[1], row[13]) for row in shown if row[6] == fee.supplier and row[13]] == wanted
    listed = [[cell.value for cell in row] for row in book["Purchase list"].iter_rows()]
    head = next(index for index, row in enumerate(listed) if str(row[0]).startswith(f"{fee.supplier}  ("))
    behind = next(index for index in range(head + 1, len(listed)) if not listed[index][0])
    block = listed[head + 1 : behind]
    assert [(row[0], row[6]) for row in block[-3:]] == wanted
    assert listed[head][6] == pytest.approx(sum(row[6] for row in block))
    assert any(float(inputs.pricing.known_total) in row for row in listed)
    require("libreoffice", SOFFICE, "soffice is not installed")
    assert differences([path], tmp_path / "work") == {path: []}


def test_fees_are_in_the_joint_purchase_list(tmp_path: Path) -> None:
    first, second = charged(), make(8, lines=5, broken=False)
    path = tmp_path / "several.xlsx"
    reports.write(path, [first, second])
    listed = [[cell.value for cell in row] for row in load(path, data_only=True)["Purchase list"].iter_rows()]
    for what, amount in (
        ("Order fee", 6.99),
        ("Top-up to the minimum order value", 12.5),
        ("Packaging fees", 7.0),
    ):
        assert next(row for row in listed if row[0] == what).count(amount) == 2
    total = next(row for row in listed if str(row[0]).startswith("All suppliers, USD"))
    assert float(first.pricing.known_total + second.pricing.known_total) in total


def test_fees_are_lines_in_every_form(tmp_path: Path) -> None:
    inputs = charged()
    other = make(8, lines=5, broken=False)
    for programs in ([inputs], [inputs, other]):
        place = "" if len(programs) == 1 else "1/"
        page, archive, document = (tmp_path / f"{len(programs)}.{kind}" for kind in ("html", "zip", "json"))
        for path in (page, archive, document):
            forms.write(path, programs)
        text = page.read_text(encoding="utf-8")
        assert text.count("Order fee</td>") == 2  # pricing and purchase list
        assert "Fees of orders" in text
        with zipfile.ZipFile(archive) as files:
            listed = list(csv.DictReader(io.StringIO(files.read(f"{place}purchase-list.csv").decode("utf-8-sig"))))
            carts = [files.read(name).decode() for name in files.namelist() if "carts/" in name]
        fees = {row["Supplier part number"]: row["Line total, USD"] for row in listed if not row["Quantity"]}
        assert fees == {
            "Order fee": "6.99",
            "Top-up to the minimum order value": "12.50",
            "Packaging fees": "7.00",
        }
        assert carts
        assert not any("fee" in cart.casefold() for cart in carts)
        told = json.loads(document.read_text(encoding="ascii"))["programs"][0]["pricing"]
        assert [(fee["order_fee"], fee["top_up"]) for fee in told["fees"]] == [("6.99", "12.50")]
