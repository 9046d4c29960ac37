"""The workbook of a program: its sheets, what stands on them, and that it is safe to open."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bomtool import reports
from bomtool.reports import text as texts
from bomtool.reports.model import ReportInput
from tests.reports.making import NASTY, NOW, Maker
from tests.reports.recompute import load, values

SHEETS = [
    "Summary", "Availability", "Pricing", "Purchase list", "Cost curve", "Alternates", "Problems", "Source lines", "BOM 1",
    "BOM 2", "Offers",
]  # fmt: skip
HEADER = 5


def written(folder: Path, **options: Any) -> tuple[ReportInput, Path]:
    inputs = Maker(**{"seed": 11, "lines": 40, **options}).make()
    path = folder / "report.xlsx"
    reports.write(path, inputs)
    return inputs, path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReportInput, Path]:
    """A program of two BOMs with stock, unmatched and unpriced lines."""
    return written(tmp_path_factory.mktemp("report"), boms=2, stock=True)


@pytest.fixture(scope="module")
def wild(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReportInput, Path]:
    """A program full of texts that spreadsheets like to misread."""
    return written(tmp_path_factory.mktemp("wild"), nasty=True, long_texts=True)


def table(path: Path, sheet: str) -> list[dict[str, Any]]:
    """The rows below the header, by header, with the cached values."""
    rows = load(path, data_only=True)[sheet].iter_rows(min_row=HEADER, values_only=True)
    head = next(rows)
    return [dict(zip(head, row, strict=True)) for row in rows if any(cell is not None for cell in row)]


def test_the_sheets_stand_in_their_order(made: tuple[ReportInput, Path]) -> None:
    book = load(made[1])
    assert book.sheetnames == SHEETS
    assert book.active.title == "Summary"
    assert [sheet.sheet_state for sheet in book] == ["visible"] * len(SHEETS)


@pytest.mark.parametrize("name", SHEETS[1:])
def test_every_table_has_title_header_panes_filter_and_print_layout(made: tuple[ReportInput, Path], name: str) -> None:
    sheet = load(made[1])[name]
    head = [cell for cell in sheet[HEADER] if cell.value]
    assert sheet.cell(
        1, next(c.column for c in sheet[HEADER] if not sheet.column_dimensions[c.column_letter].hidden)
    ).value
    assert head
    assert all(cell.font.b for cell in head)
    assert int(re.sub(r"\D", "", sheet.freeze_panes)) == HEADER + 1
    assert sheet.print_title_rows == "$5:$5"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert "&P" in sheet.oddFooter.right.text
    assert name in ("Purchase list", "Cost curve") or sheet.auto_filter.ref.startswith("A5:")


def test_sample_data_is_said_on_every_sheet_and_in_the_properties(made: tuple[ReportInput, Path]) -> None:
    book = load(made[1])
    for sheet in book:
        top = [str(cell.value) for row in sheet.iter_rows(max_row=4) for cell in row if cell.value]
        assert any("SAMPLE data" in text for text in top), sheet.title
        assert "SAMPLE data" in sheet.oddFooter.center.text, sheet.title
    assert "SAMPLE" in book.properties.description


def test_stale_prices_are_said_on_every_sheet(tmp_path: Path) -> None:
    inputs = replace(Maker(12, sample=False).make(), generated_at=NOW + timedelta(days=200))
    path = tmp_path / "stale.xlsx"
    reports.write(path, inputs)
    for sheet in load(path):
        top = [str(cell.value) for row in sheet.iter_rows(max_row=4) for cell in row if cell.value]
        assert any("STALE" in text and "203 days old" in text for text in top), sheet.title


def test_fresh_and_real_data_carry_no_notice(tmp_path: Path) -> None:
    _, path = written(tmp_path, sample=False)
    for (sheet, cell), value in values(path).items():
        if int(re.sub(r"\D", "", cell)) < HEADER:
            assert "▲" not in str(value), (sheet, cell)


def test_document_properties(made: tuple[ReportInput, Path]) -> None:
    properties = load(made[1]).properties
    assert properties.title == "board A x 150"
    assert properties.category == "BOM report"
    assert properties.created == NOW.replace(tzinfo=None)


def test_availability_shows_the_platform_s_figures(made: tuple[ReportInput, Path]) -> None:
    inputs, path = made
    rows = table(path, "Availability")
    assert len(rows) == len(inputs.availabilities.parts)
    names = {
        "MPN": "mpn", "Need": "quantity_needed", "Overage": "overage", "Required": "quantity_required",
        "From stock": "quantity_from_stock", "To buy": "quantity_to_buy", "Buyable now": "buyable_quantity",
        "Lead time": "lead_time_days", "Lifecycle": "lifecycle_status", "Manufacturer": "manufacturer_name",
        "On hand": "on_hand_quantity",
    }  # fmt: skip
    for row, part in zip(rows, inputs.availabilities.parts, strict=True):
        assert {title: row[title] for title in names} == {title: getattr(part, key) for title, key in names.items()}
        assert part.status.replace("_", " ") in row["Status"].casefold().replace("needs quote", "needs rfq")


def test_pricing_shows_the_platform_s_purchases(made: tuple[ReportInput, Path]) -> None:
    inputs, path = made
    *rows, total = table(path, "Pricing")
    planned = {part.mpn: part for part in inputs.pricing.parts}
    bought: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        bought.setdefault(row["MPN"], []).append(row)
    unplaced = {part.mpn for part in inputs.availabilities.parts if part.status == "do_not_place"}
    assert unplaced & set(planned)
    assert not unplaced & set(bought)
    assert not [
        row for row in table(path, "Problems") if row["Code"] == "not-priced" and row["About"].split(" ")[0] in unplaced
    ]
    assert total["BOM lines"] == inputs.pricing.lines_total
    for mpn, part in planned.items():
        if mpn in unplaced:
            continue
        found = [row for row in bought[mpn] if row["Order"]]
        assert [
            (r["Order"], Decimal(str(r["Unit price, USD"])), Decimal(str(r["Line total, USD"]))) for r in found
        ] == [(p.quantity, p.unit_price, p.extended_price) for p in part.purchases]
        assert [row["Left over"] for row in found] == [p.excess_quantity for p in part.purchases]
        if not part.priced:
            assert not any(row["Line total, USD"] for row in bought[mpn])
            assert part.unpriced_reason in bought[mpn][0]["How it came about"]
    assert Decimal(str(total["Line total, USD"])) == inputs.pricing.known_total


def test_the_purchase_list_has_a_block_a_supplier_and_adds_up(made: tuple[ReportInput, Path]) -> None:
    inputs, path = made
    sums: dict[str, Decimal] = {}
    listed: dict[str, set[str]] = {}
    supplier = ""
    rows = table(path, "Purchase list")
    for row in rows[:-2]:
        head = re.fullmatch(r"(.+)  \(\d+ lines?\)", row["Supplier part number"])
        if head and row["MPN"] is None:
            supplier = head[1]
            sums[supplier] = Decimal(str(row["Line total, USD"]))
        else:
            listed.setdefault(supplier, set()).add(row["Supplier part number"])
    expected: dict[str, Decimal] = {}
    skus: dict[str, set[str]] = {}
    for part in inputs.pricing.parts:
        for bought in part.purchases:
            expected[bought.supplier] = expected.get(bought.supplier, Decimal(0)) + bought.extended_price
            skus.setdefault(bought.supplier, set()).add(bought.sku)
    assert sums == expected
    assert listed == skus
    assert [row["Line total, USD"] for row in rows[-2:]] == [0, float(inputs.pricing.known_total)]


def test_the_summary_says_what_is_known_and_what_is_not(made: tuple[ReportInput, Path]) -> None:
    inputs, path = made
    texts_ = {value for (sheet, _), value in values(path).items() if sheet == "Summary"}
    assert f"cost of {inputs.pricing.lines_priced} of {inputs.pricing.lines_total} lines" in texts_
    assert "KNOWN COST" in texts_
    assert "TOTAL COST" not in texts_
    assert float(inputs.pricing.known_total) in texts_
    assert any("Overage: typical" in str(text) for text in texts_)
    assert [t for t in texts_ if isinstance(t, str) and t.startswith("1.  ")]


def test_a_complete_program_says_total(tmp_path: Path) -> None:
    _, path = written(tmp_path, broken=False)
    texts_ = {value for (sheet, _), value in values(path).items() if sheet == "Summary"}
    assert "TOTAL COST" in texts_
    assert "KNOWN COST" not in texts_


def test_every_source_row_and_every_open_line_is_listed(made: tuple[ReportInput, Path]) -> None:
    inputs, path = made
    rows = table(path, "Source lines")
    assert len(rows) == sum(len(item.lines) + 1 for item in inputs.boms)
    open_lines = sum(line.status in ("needs_review", "no_match") for item in inputs.boms for line in item.lines)
    problems = table(path, "Problems")
    assert sum(row["Code"] in ("no-match", "needs-review") for row in problems) == open_lines
    order = [("Error", "Warning", "Note").index(row["Severity"].split()[-1]) for row in problems]
    assert order == sorted(order)


def test_problems_lead_to_their_source_row(made: tuple[ReportInput, Path]) -> None:
    _, path = made
    book = load(path)
    source = book["Source lines"]
    links = [cell.hyperlink for row in book["Problems"].iter_rows(min_row=HEADER + 1) for cell in row if cell.hyperlink]
    assert links
    for link in links:
        row = int(re.fullmatch(r"'Source lines'!A(\d+)", link.location)[1])  # type: ignore[index]
        assert source.cell(row, 2).value is not None


def test_the_cost_curve_marks_this_program(made: tuple[ReportInput, Path]) -> None:
    inputs, path = made
    rows = [row for row in table(path, "Cost curve") if isinstance(row["Builds"], int)]
    assert [row["Builds"] for row in rows] == sorted({point.builds for point in inputs.pricing.quantities})
    (marked,) = [row for row in rows if "this program" in str(list(row.values())[-1])]
    assert marked["Builds"] == inputs.pricing.builds
    assert Decimal(str(marked["Total, USD"])) == inputs.pricing.known_total
    assert len(load(path)["Cost curve"]._charts) == 2


def test_texts_come_through_as_they_are(wild: tuple[ReportInput, Path]) -> None:
    inputs, path = wild
    assert [row["MPN"] for row in table(path, "Availability")] == [
        texts.clean(part.mpn or "") for part in inputs.availabilities.parts
    ]


def test_no_text_becomes_a_formula_and_no_link_leaves_the_web(wild: tuple[ReportInput, Path]) -> None:
    inputs, path = wild
    known = {texts.clean(text) for text in NASTY}
    for sheet in load(path):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.value.lstrip("=") not in {text.lstrip("=") for text in known}
                    assert not re.search(r"cmd|DDE|HYPERLINK|WEBSERVICE|\[\d|://", cell.value), cell.coordinate
                if cell.hyperlink is not None and cell.hyperlink.target:
                    assert re.match(r"https?://", cell.hyperlink.target)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert not [name for name in names if "externalLink" in name or "vba" in name or "connections" in name]
        for name in names:
            if name.endswith(".rels"):
                for target in re.findall(rb'Target="([^"]*)"[^>]*TargetMode="External"', archive.read(name)):
                    assert target.startswith((b"https://parts.example/", b"http://"))


def test_links_that_are_none_stay_text(tmp_path: Path) -> None:
    inputs = Maker(5, lines=20).make()
    wild = [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://user:pw@example.org/",
        "https://" + "x" * 3000,
        "ftp://a/b",
    ]
    for index, part in enumerate(inputs.pricing.parts):
        for bought in part.purchases:
            bought.url = wild[index % len(wild)]
    for part in inputs.availabilities.parts:
        for offer in part.offers:
            offer.url = wild[0]
    path = tmp_path / "links.xlsx"
    reports.write(path, inputs)
    targets = [c.hyperlink.target for sheet in load(path) for row in sheet.iter_rows() for c in row if c.hyperlink]
    assert [target for target in targets if target] == []


def test_over_long_texts_are_cut_and_listed(tmp_path: Path) -> None:
    inputs = Maker(6, lines=3).make()
    inputs.availabilities.parts[0].description = "漢" * 40_000
    path = tmp_path / "long.xlsx"
    reports.write(path, inputs)
    assert any("40,000 characters" in str(row["Description"]) for row in table(path, "Availability"))
    cut = [row for row in table(path, "Problems") if row["Code"] == "text-cut"]
    assert [row["Where"] for row in cut] == ["Availability!E6"]


def test_characters_that_xml_forbids_are_replaced() -> None:
    assert texts.clean("a\x00b\x0b\ud800c\ufffe\r\nd\te") == "a\ufffdb\ufffd\ufffdc\ufffd\nd\te"
    plain, was_cut = texts.fit("x" * 32_767)
    assert (len(plain), was_cut) == (32_767, False)
    for character in ("x", "漢", "😀"):
        shown, was_cut = texts.fit(character * 40_000)
        assert was_cut
        assert len(shown.encode("utf-16-le")) // 2 <= 32_767
        shown.encode("utf-8")


def test_guard_and_its_reverse() -> None:
    for text in [*NASTY, "", "'", "''", "'a'", "'=", "=", "-", "'-'", "it's"]:
        assert texts.unguard(texts.guard(text)) == text
        assert not texts.guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_links_beyond_the_limit_stay_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bomtool.reports.grid.LINKS_MAX", 5)
    inputs, path = written(tmp_path)
    for name in ("Offers", "Purchase list"):
        cells = [cell for row in load(path)[name].iter_rows() for cell in row]
        assert sum(cell.hyperlink is not None for cell in cells) == 5
    skus = {row["Supplier part number"] for row in table(path, "Offers")}
    assert {offer.sku for part in inputs.availabilities.parts for offer in part.offers} <= skus


def test_input_cells_offer_what_may_be_chosen(made: tuple[ReportInput, Path]) -> None:
    inputs, path = made
    book = load(path)
    pricing, offers = book["Pricing"], book["Offers"]
    rules = pricing.data_validations.dataValidation
    assert rules
    for rule in rules[:10]:
        row = int(re.sub(r"\D", "", str(rule.sqref)))
        first, last = map(int, re.findall(r"\$(\d+)", rule.formula1))
        mpn = pricing.cell(row, [c.value for c in pricing[HEADER]].index("MPN") + 1).value
        assert {offers.cell(r, 2).value for r in range(first, last + 1)} == {mpn}
    builds = book["Summary"].data_validations.dataValidation
    assert [(rule.type, rule.operator, rule.formula1) for rule in builds] == [("whole", "greaterThanOrEqual", "0")] * 2


def test_amounts_carry_the_currency_and_its_digits(tmp_path: Path) -> None:
    for currency, number in (("JPY", "#,##0"), ("KWD", "#,##0.000")):
        _, path = written(tmp_path, currency=currency)
        sheet = load(path)["Pricing"]
        column = [cell.value for cell in sheet[HEADER]].index(f"Line total, {currency}") + 1
        assert sheet.cell(HEADER + 1, column).number_format == number
        money = [
            c.number_format for row in load(path)["Summary"].iter_rows(max_row=9) for c in row if c.value is not None
        ]
        assert f"[${currency}] {number}" in money


def test_nothing_at_all_still_makes_a_workbook(tmp_path: Path) -> None:
    _, path = written(tmp_path, lines=0)
    assert load(path).sheetnames == [*SHEETS[:8], "BOM", "Offers"]
    assert "The program has no lines." in values(path).values()


def test_a_title_may_be_anything(tmp_path: Path) -> None:
    path = tmp_path / "title.xlsx"
    reports.write(path, replace(Maker(7, lines=3).make(), title="=1+1 & \x01 <b> " + "長" * 300))
    book = load(path)
    assert book["Summary"]["B1"].value.startswith("=1+1 & \ufffd <b> 長")
    assert book["Summary"]["B1"].data_type == "s"
    assert "&&" in book["Summary"].oddFooter.left.text


def test_large_programs_are_written_row_by_row(tmp_path: Path) -> None:
    inputs, path = written(tmp_path, lines=1_500, boms=2)
    rows = table(path, "Availability")
    assert [row["To buy"] for row in rows] == [part.quantity_to_buy for part in inputs.availabilities.parts]
    *_, total = table(path, "Pricing")
    assert Decimal(str(total["Line total, USD"])) == inputs.pricing.known_total
