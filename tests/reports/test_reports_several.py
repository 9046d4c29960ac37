"""Several programs in one workbook: an overview, one purchase list over all of them, and the sheets of each."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from bomtool import reports
from bomtool.errors import UsageError
from bomtool.reports.model import ReportInput
from tests.conftest import Require
from tests.reports.making import Maker
from tests.reports.recompute import SOFFICE, convert, differences, load, values

HEADER = 5


def program(builds: int, **options: Any) -> ReportInput:
    return Maker(**{"seed": 20, "lines": 14, "builds": builds, **options}).make()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[ReportInput], Path]:
    """The same board at two quantities, and another one in another currency with real prices."""
    inputs = [program(100), program(1_000), program(30, currency="JPY", sample=False, seed=22)]
    path = tmp_path_factory.mktemp("several") / "several.xlsx"
    reports.write(path, inputs)
    return inputs, path


def rows(path: Path, sheet: str) -> list[dict[str, Any]]:
    found = load(path, data_only=True)[sheet].iter_rows(min_row=HEADER, values_only=True)
    head = next(found)
    return [dict(zip(head, row, strict=True)) for row in found if any(cell is not None for cell in row)]


def test_overview_and_purchase_list_stand_before_the_programs(made: tuple[list[ReportInput], Path]) -> None:
    names = load(made[1]).sheetnames
    assert names[:4] == ["Overview", "Purchase list", "1 Summary", "1 Availability"]
    assert [name for name in names if name.endswith("Summary")] == ["1 Summary", "2 Summary", "3 Summary"]
    assert all(len(name) <= 31 for name in names)


def test_the_overview_has_each_program_s_figures_and_a_link(made: tuple[list[ReportInput], Path]) -> None:
    inputs, path = made
    found = [row for row in rows(path, "Overview") if isinstance(row["No."], int)]
    figures = ("Builds", "Currency", "Known cost", "Per build")
    assert [tuple(row[title] for title in figures) for row in found] == [
        (p.builds, p.currency, float(p.known_total), float(p.known_unit_cost)) for p in (one.pricing for one in inputs)
    ]
    links = [
        cell.hyperlink.location for row in load(path)["Overview"].iter_rows(min_row=6) for cell in row if cell.hyperlink
    ]
    assert links == ["'1 Summary'!A1", "'2 Summary'!A1", "'3 Summary'!A1"]


def test_a_notice_of_one_program_stands_on_the_joint_sheets(made: tuple[list[ReportInput], Path]) -> None:
    book = load(made[1])
    for sheet in book:
        said = any("SAMPLE data" in str(cell.value) for row in sheet.iter_rows(max_row=4) for cell in row)
        assert said != sheet.title.startswith("3 "), sheet.title


def test_the_joint_list_adds_quantities_and_takes_the_break_of_the_sum(made: tuple[list[ReportInput], Path]) -> None:
    inputs, path = made
    wanted: dict[tuple[str, str | None], list[int]] = defaultdict(lambda: [0, 0, 0])
    planned: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
    breaks = {}
    for index, one in enumerate(inputs):
        for part in one.availabilities.parts:
            for offer in part.offers:
                breaks[offer.sku, offer.packaging] = [(entry.quantity, entry.price) for entry in offer.prices]
        for part in one.pricing.parts:
            for bought in part.purchases:
                wanted[bought.sku, bought.packaging][index] += bought.quantity
                planned[bought.sku, bought.packaging] += bought.extended_price
    found = {
        (row["Supplier part number"], row["Packaging"]): row
        for row in rows(path, "Purchase list")
        if row["MPN"] is not None
    }
    assert set(found) == set(wanted)
    titles = [title for title in rows(path, "Purchase list")[0] if title and title[:2] in ("1:", "2:", "3:")]
    saved = 0
    for key, quantities in wanted.items():
        row = found[key]
        assert [row[title] or 0 for title in titles] == quantities
        assert row["Quantity together"] == sum(quantities)
        assert Decimal(str(row["As planned"])) == planned[key]
        price = [price for quantity, price in breaks[key] if quantity <= sum(quantities)][-1]
        assert Decimal(str(row["Unit price together"])) == price
        cent = Decimal(1) if quantities[2] else Decimal("0.01")
        assert Decimal(str(row["Cost together"])) == (price * sum(quantities)).quantize(cent, ROUND_HALF_UP)
        saved += Decimal(str(row["Saving"])) > 0
    assert saved


def test_the_totals_are_those_of_the_programs(made: tuple[list[ReportInput], Path]) -> None:
    inputs, path = made
    totals = {
        row["Supplier part number"]: Decimal(str(row["As planned"]))
        for row in rows(path, "Purchase list")
        if row["Supplier part number"].startswith("All suppliers")
    }
    assert totals == {
        "All suppliers, USD": inputs[0].pricing.known_total + inputs[1].pricing.known_total,
        "All suppliers, JPY": inputs[2].pricing.known_total,
    }


def test_formulas_over_several_programs_recompute(
    made: tuple[list[ReportInput], Path], tmp_path: Path, require: Require
) -> None:
    require("libreoffice", SOFFICE, "soffice is not installed")
    inputs, path = made
    assert differences([path], tmp_path / "work")[path] == []
    book = load(path)
    book["1 Summary"]["K13"].value = 200
    changed = tmp_path / "changed.xlsx"
    book.save(changed)
    computed = values(convert([changed], "xlsx", tmp_path / "computed")[0])
    assert computed["Overview", "C6"] == 200
    assert computed["Overview", "C7"] == 1_000
    assert computed["Overview", "E6"] != float(inputs[0].pricing.known_total)
    assert computed["Overview", "E7"] == float(inputs[1].pricing.known_total)
    assert "NEW PLAN NEEDED" in computed["Overview", "A4"]
    assert ("2 Pricing", "A4") not in computed or not computed["2 Pricing", "A4"]


def test_none_or_too_many_are_refused(tmp_path: Path) -> None:
    one = program(1, lines=1)
    for several in ([], [one] * 21):
        with pytest.raises(UsageError):
            reports.write(tmp_path / "x.xlsx", several)
    assert not list(tmp_path.iterdir())
