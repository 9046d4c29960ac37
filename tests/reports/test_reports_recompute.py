"""The formulas: LibreOffice computes every cached value again from nothing, and inputs changed by hand are followed."""

from __future__ import annotations

import math
import re
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from bomtool import reports
from bomtool.api.plans import PartAvailability, PartPricing
from bomtool.reports.model import ReportInput
from tests.conftest import Require
from tests.reports.making import Maker
from tests.reports.recompute import SOFFICE, convert, differences, formulas, load, values

KINDS: list[dict[str, Any]] = [
    {"seed": 101, "lines": 30},
    {"seed": 102, "lines": 45, "boms": 3, "stock": True},
    {"seed": 103, "lines": 30, "currency": "JPY", "overage": False},
    {"seed": 104, "lines": 30, "currency": "KWD", "broken": False, "builds": 7},
    # purchases of exactly half a yen, which a binary product misses
    {"seed": 1008, "lines": 200, "boms": 3, "currency": "JPY", "broken": False, "builds": 1},
    {"seed": 105, "lines": 25, "nasty": True, "stock": True, "builds": 1},
]
HEADER = 5


@pytest.fixture(autouse=True)
def _libreoffice(require: Require) -> None:
    require("libreoffice", SOFFICE, "soffice is not installed")


def write(path: Path, **options: Any) -> ReportInput:
    inputs = Maker(**options).make()
    reports.write(path, inputs)
    return inputs


def test_every_cached_value_is_what_libreoffice_computes(tmp_path: Path) -> None:
    files = []
    for options in KINDS:
        files.append(tmp_path / f"{options['seed']}.xlsx")
        write(files[-1], **options)
    assert {file.name: wrong for file, wrong in differences(files, tmp_path / "work").items()} == {
        file.name: [] for file in files
    }
    assert all(len(formulas(file)) > 400 for file in files)


def test_the_computed_totals_are_the_platform_s(tmp_path: Path) -> None:
    inputs = write(tmp_path / "plan.xlsx", **KINDS[1])
    computed = values(recomputed(tmp_path / "plan.xlsx", {})[0])
    assert Decimal(str(computed["Summary", "B8"])) == inputs.pricing.known_total
    assert Decimal(str(computed["Summary", "E8"])) == inputs.pricing.known_unit_cost
    assert not any("NEW PLAN" in str(value) for value in computed.values())


def test_a_wrong_cached_value_is_found(tmp_path: Path) -> None:
    """The check itself can fail: one figure of one sheet is falsified, in each sheet in turn."""
    good = tmp_path / "good.xlsx"
    write(good, seed=106, lines=12)
    falsified = {}
    for name in ("Summary", "Availability", "Pricing", "Purchase list"):
        broken = tmp_path / f"{name}.xlsx"
        falsified[broken] = f"{name}!{falsify(good, broken, load(good).sheetnames.index(name) + 1)}"
    wrong = differences([good, *falsified], tmp_path / "work")
    assert {path: [line.split(":")[0] for line in wrong[path]] for path in wrong} == {good: []} | {
        path: [address] for path, address in falsified.items()
    }


def falsify(good: Path, broken: Path, number: int) -> str:
    """Copy a workbook with the first cached figure of a sheet that is 2 or more changed by one; the cell's address."""
    cells = re.compile(rb'<c r="([A-Z]+\d+)"([^>]*)><f>([^<]*)</f><v>(\d+(?:\.\d+)?)</v>')
    changed: list[str] = []

    def change(match: re.Match[bytes]) -> bytes:
        if changed or float(match[4]) < 2:
            return match[0]
        changed.append(match[1].decode())
        return match[0].replace(b"<v>" + match[4], b"<v>%d" % (int(float(match[4])) + 1))

    with zipfile.ZipFile(good) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, cells.sub(change, content) if name == f"xl/worksheets/sheet{number}.xml" else content)
    return changed[0]


def recomputed(path: Path, *variants: dict[tuple[str, str], Any]) -> list[Path]:
    """The workbook after a person wrote into cells and the spreadsheet computed everything anew, for each variant."""
    changed = []
    for number, changes in enumerate(variants):
        book = load(path)
        for (sheet, cell), value in changes.items():
            book[sheet][cell].value = value
        changed.append(path.with_name(f"changed-{number}.xlsx"))
        book.save(changed[-1])  # openpyxl leaves the cached values out
    return convert(changed, "xlsx", path.parent / "computed")


def table(path: Path, sheet: str, cached: bool = True) -> list[dict[str, Any]]:
    rows = load(path, data_only=cached)[sheet].iter_rows(min_row=HEADER)
    head = [cell.value for cell in next(rows)]
    return [
        {title: cell.value for title, cell in zip(head, row, strict=True)} | {"#": row[0].row}
        for row in rows
        if any(cell.value is not None for cell in row)
    ]


def letter(path: Path, sheet: str, title: str) -> str:
    return next(cell.column_letter for cell in load(path)[sheet][HEADER] if cell.value == title)


def order(asked: int, offer: Any, up_to: int = 0) -> int:
    """The pieces to order: least order, first break and order multiple, worked out here on its own."""
    if asked == 0:
        return 0
    least = max(asked, offer.moq, offer.prices[0].quantity, up_to)
    return -(-least // offer.order_multiple) * offer.order_multiple


def price(quantity: int, offer: Any) -> Decimal:
    return [entry for entry in offer.prices if entry.quantity <= quantity][-1].price


def money(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def single(inputs: ReportInput) -> list[tuple[PartAvailability, PartPricing]]:
    """Parts that one purchase covers."""
    priced = {part.mpn: part for part in inputs.pricing.parts}
    return [
        (part, priced[part.mpn])
        for part in inputs.availabilities.parts
        if part.mpn in priced and len(priced[part.mpn].purchases) == 1
    ]


def offer_of(part: PartAvailability, bought: Any) -> Any:
    return next(o for o in part.offers if (o.supplier, o.sku) == (bought.supplier, bought.sku))


def test_other_builds_change_need_order_break_and_total(tmp_path: Path) -> None:
    inputs = write(tmp_path / "plan.xlsx", seed=107, lines=40, boms=2)
    wanted = (0, 1, 37, 2_500)
    variants: list[dict[tuple[str, str], Any]] = [{("Summary", "K13"): builds} for builds in wanted]
    for builds, done in zip(wanted, recomputed(tmp_path / "plan.xlsx", *variants), strict=True):
        follows_the_builds(inputs, done, builds)


def follows_the_builds(inputs: ReportInput, done: Path, builds: int) -> None:
    """Every part of one purchase, worked out anew for other builds of the first BOM, and the totals."""
    available = {row["MPN"]: row for row in table(done, "Availability") if row["MPN"]}
    bought = {row["MPN"]: row for row in table(done, "Pricing") if row["MPN"]}
    second = inputs.program.lines[1].quant
    for part, priced in single(inputs):
        per = {use.bom: use.quantity_per_build for use in part.reference_designators}
        need = per.get(inputs.program.lines[0].bom.id, 0) * builds + per.get(inputs.program.lines[1].bom.id, 0) * second
        row, (purchase,) = available[part.mpn], priced.purchases
        if part.overage_rule:
            overage = max(1, math.ceil(need * Decimal("0.02"))) if need else 0
        else:
            share = Decimal(part.overage) / part.quantity_needed
            estimate = math.ceil((need * share).quantize(Decimal("1e-6")))
            overage = part.overage if need == part.quantity_needed else estimate
        assert (row["Need"], row["Overage"], row["To buy"]) == (need, overage, need + overage), part.mpn
        offer = offer_of(part, purchase)
        plain = order(part.quantity_to_buy, offer)
        ordered = order(need + overage, offer, purchase.quantity if purchase.quantity > plain else 0)
        line = bought[part.mpn]
        assert line["Order"] == ordered, part.mpn
        if ordered:
            assert Decimal(str(line["Unit price, USD"])) == price(ordered, offer)
            assert Decimal(str(line["Line total, USD"])) == money(ordered * price(ordered, offer))
    sums = sum(
        (Decimal(str(r["Line total, USD"])) for r in table(done, "Pricing")[:-1] if r["Line total, USD"]), Decimal(0)
    )
    computed = values(done)
    assert Decimal(str(computed["Summary", "B8"])) == sums
    for sheet in ("Availability", "Pricing", "Purchase list", "Cost curve", "Problems", "Source lines", "Offers"):
        top = [str(value) for (name, cell), value in computed.items() if name == sheet and cell.endswith("4")]
        assert any("NEW PLAN NEEDED" in text for text in top), sheet
    assert "NEW PLAN NEEDED" in computed["Summary", "B5"]


def test_another_offer_own_price_and_own_overage_are_followed(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    inputs = write(path, seed=108, lines=40)
    rows = {row["MPN"]: row for row in table(path, "Pricing") if row["MPN"]}
    places = {row["MPN"]: row["#"] for row in table(path, "Availability")}
    chosen = [(part, priced) for part, priced in single(inputs) if len(part.offers) > 1 and part.quantity_to_buy]
    (first, first_priced), (second, second_priced), (third, third_priced) = chosen[:3]
    other = next(o for o in first.offers if o.sku != first_priced.purchases[0].sku)
    label = " · ".join(filter(None, (other.supplier, other.sku, other.packaging)))
    changes = {
        ("Pricing", f"{letter(path, 'Pricing', 'Chosen offer')}{rows[first.mpn]['#']}"): label,
        ("Pricing", f"{letter(path, 'Pricing', 'Own price, USD')}{rows[second.mpn]['#']}"): 1.2345,
        ("Availability", f"{letter(path, 'Availability', 'Own overage')}{places[third.mpn]}"): 500,
    }
    (done,) = recomputed(path, changes)
    bought = {row["MPN"]: row for row in table(done, "Pricing") if row["MPN"]}
    quantity = order(first.quantity_to_buy, other)
    assert bought[first.mpn]["Order"] == quantity
    assert Decimal(str(bought[first.mpn]["Line total, USD"])) == money(quantity * price(quantity, other))
    assert bought[first.mpn]["Left over"] == quantity - first.quantity_to_buy
    quantity = second_priced.purchases[0].quantity
    assert Decimal(str(bought[second.mpn]["Line total, USD"])) == money(quantity * Decimal("1.2345"))
    wanted = third.quantity_needed + 500
    offer = offer_of(third, third_priced.purchases[0])
    plain = order(third.quantity_to_buy, offer)
    up_to = third_priced.purchases[0].quantity if third_priced.purchases[0].quantity > plain else 0
    assert bought[third.mpn]["Order"] == order(wanted, offer, up_to)
    computed = values(done)
    assert any("Changed by hand: 3 cells" in str(value) for value in computed.values())
    listed = table(done, "Purchase list")
    moved = next(row for row in listed if row["MPN"] == first.mpn)
    assert (moved["Quantity"], moved["Note"]) == (0, "offer changed on Pricing")
    assert listed[-2]["Line total, USD"] == bought[first.mpn]["Line total, USD"]
    assert listed[-1]["Line total, USD"] == computed["Summary", "B8"]
