"""The other forms of a report: CSV set, JSON and page hold the same figures and are as safe as the workbook."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import re
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bomtool.errors import UsageError
from bomtool.reports import document, forms
from bomtool.reports import text as texts
from bomtool.reports.model import ReportInput
from tests.reports.making import NASTY, NOW, Maker


def program(**options: Any) -> ReportInput:
    return Maker(**{"seed": 41, "lines": 30, **options}).make()


def tables(path: Path) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(path) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")))
            for name in archive.namelist()
        }


def test_the_csv_set_holds_every_table_and_the_exact_figures(tmp_path: Path) -> None:
    inputs, path = program(boms=2, stock=True), tmp_path / "report.zip"
    forms.write(path, [inputs])
    found = tables(path)
    assert {name for name in found if "/" not in name} == {
        "summary.csv", "availability.csv", "pricing.csv", "purchase-list.csv", "cost-curve.csv", "alternates.csv",
        "problems.csv", "source-lines.csv", "offers.csv",
    }  # fmt: skip
    summary = {row["Name"]: row["Value"] for row in found["summary.csv"]}
    assert Decimal(summary["known_total"]) == inputs.pricing.known_total
    assert "SAMPLE" in summary["notice"]
    assert [int(row["To buy"]) for row in found["availability.csv"]] == [
        part.quantity_to_buy for part in inputs.availabilities.parts
    ]
    bought = [purchase for part in inputs.pricing.parts for purchase in part.purchases]
    assert sorted(Decimal(row["Line total, USD"]) for row in found["purchase-list.csv"]) == sorted(
        purchase.extended_price for purchase in bought
    )


def test_each_supplier_has_a_cart(tmp_path: Path) -> None:
    inputs, path = program(), tmp_path / "report.zip"
    forms.write(path, [inputs])
    carts = {name: rows for name, rows in tables(path).items() if name.startswith("carts/")}
    bought = [purchase for part in inputs.pricing.parts for purchase in part.purchases]
    assert len(carts) == len({purchase.supplier for purchase in bought})
    assert sorted(
        (row["Supplier part number"], int(row["Quantity"])) for rows in carts.values() for row in rows
    ) == sorted((purchase.sku, purchase.quantity) for purchase in bought)


def test_wild_fields_are_guarded_and_keep_their_cart_out(tmp_path: Path) -> None:
    inputs, path = program(nasty=True, lines=len(NASTY), broken=False), tmp_path / "report.zip"
    forms.write(path, [inputs])
    with zipfile.ZipFile(path) as archive:
        raw = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    for name, text in raw.items():
        for row in csv.reader(io.StringIO(text, newline="")):
            wild = [field for field in row if field.startswith(("=", "+", "-", "@", "\t", "\r"))]
            assert not [field for field in wild if not re.fullmatch(r"-0\.\d+", field)], name
    assert [texts.unguard(row["MPN"]) for row in tables(path)["availability.csv"]] == [
        texts.clean(part.mpn or "") for part in inputs.availabilities.parts
    ]
    refused = [row for row in tables(path)["problems.csv"] if row["Code"] == "cart-field-unsafe"]
    unsafe = {
        bought.supplier
        for part in inputs.pricing.parts
        for bought in part.purchases
        if texts.guard(texts.clean(bought.sku)) != bought.sku
    }
    assert len(refused) == len(unsafe) > 0
    assert len([name for name in raw if name.startswith("carts/")]) == (
        len({bought.supplier for part in inputs.pricing.parts for bought in part.purchases}) - len(unsafe)
    )


def test_several_programs_stand_in_folders(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    forms.write(path, [program(), program(seed=42)])
    assert {name.split("/")[0] for name in tables(path)} == {"1", "2"}


def test_json_is_the_platform_s_answers(tmp_path: Path) -> None:
    inputs, path = program(boms=2), tmp_path / "report.json"
    forms.write(path, [inputs])
    found = json.loads(path.read_text(encoding="ascii"))
    assert (found["format"], found["format_version"]) == ("bomtool-report", 1)
    (one,) = found["programs"]
    assert one["pricing"] == inputs.pricing.model_dump(mode="json")
    assert one["availabilities"] == inputs.availabilities.model_dump(mode="json")
    assert [len(item["lines"]) for item in one["boms"]] == [len(item.lines) for item in inputs.boms]
    assert "SAMPLE" in one["notice"]
    assert document.ReportDocument.model_validate(found).programs[0].pricing == inputs.pricing


def test_the_published_schema_is_the_one_that_is_written() -> None:
    published = Path(__file__).resolve().parents[2] / "docs" / "report.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == document.schema()


class Page(html.parser.HTMLParser):
    """Collects what a page would load, run or lead to, and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            if name == "href":
                self.links.append(value or "")
            elif name in ("src", "srcset", "data", "action", "xlink:href"):
                self.loads.append(value or "")
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.remove(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("options", [{}, {"nasty": True, "lines": 40}, {"lines": 0}, {"boms": 3, "stock": True}])
def test_the_page_is_whole_and_needs_nothing(tmp_path: Path, options: dict[str, Any]) -> None:
    inputs, path = program(**options), tmp_path / "report.html"
    forms.write(path, [inputs])
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert page.loads == []
    assert not {"script", "iframe", "object", "embed", "link", "img", "form"} & set(page.tags)
    assert all(re.match(r"https?://", link) for link in page.links)
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import|https?://", text[text.index("<style>") : text.index("</style>")])
    shown = " ".join(page.texts)
    assert "SAMPLE data" in shown
    assert f"{inputs.pricing.known_total:,.2f}" in shown
    if options.get("nasty"):
        assert "<b>&amp;</b>" in shown


def test_the_page_says_stale_and_shows_every_part(tmp_path: Path) -> None:
    from dataclasses import replace

    inputs = replace(program(sample=False), generated_at=NOW + timedelta(days=100))
    path = tmp_path / "report.html"
    forms.write(path, [inputs])
    shown = " ".join(Page(path.read_text(encoding="utf-8")).texts)
    assert "STALE" in shown
    for part in inputs.availabilities.parts:
        assert part.mpn
        assert part.mpn in shown


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"report\.pdf"):
        forms.write(tmp_path / "report.pdf", [program(lines=1)])
    with pytest.raises(UsageError, match="one program"):
        forms.check(tmp_path / "report.xlsx", template=True, programs=2)
    assert not list(tmp_path.iterdir())
