"""Assembles the report: one workbook from the platform's answers, written whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bomtool.api.boms import Bom
from bomtool.reports import (
    alternates,
    availability,
    bomsheet,
    curve,
    facts,
    offers,
    options,
    pricing,
    problems,
    purchases,
    purchasing,
    source,
    summary,
)
from bomtool.reports import text as texts
from bomtool.reports.atomic import write_atomically
from bomtool.reports.exchange import Table, table
from bomtool.reports.grid import Column, Grid, Notices
from bomtool.reports.looks import FONT, Looks
from bomtool.reports.model import ReportInput

LARGE = 5_000
"""Rows over all sheets from which cells go to the disk as they are written, so that memory does not grow with them."""


def write(path: Path | str, inputs: ReportInput) -> None:
    """Write the report of a program. Raises WriteError, and then the file at `path` is what it was before."""
    chosen = options.load()
    found = facts.collect(inputs, stale_after_days=chosen.stale_after_days)
    write_atomically(path, lambda temporary: _write(temporary, found, chosen))


def _write(path: Path, found: facts.Facts, chosen: options.Options) -> None:
    import xlsxwriter

    rows = source.collect(found)
    book_of_offers = offers.gather(found)
    size = len(rows) + 3 * len(found.parts) + sum(map(len, book_of_offers.by_part))
    book = xlsxwriter.Workbook(
        str(path),
        {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "constant_memory": size > LARGE,
            "max_url_length": texts.LINK_MAX + 79,
            "default_format_properties": {"font_name": FONT, "font_size": 9},
            "default_date_format": "yyyy-mm-dd",
        },
    )
    try:
        _Report(book, found, chosen, rows, book_of_offers).write()
    finally:
        book.close()


class _Report:
    """The sheets in their order on the tabs; each is written once, from top to bottom."""

    def __init__(
        self,
        book: Any,
        found: facts.Facts,
        chosen: options.Options,
        rows: list[source.SourceLine],
        book_of_offers: offers.OfferBook,
    ) -> None:
        self.book, self.facts, self.options = book, found, chosen
        self.looks = Looks(book, found.currency, found.digits)
        self.source_rows, self.offers = rows, book_of_offers
        self.bought = purchasing.plan_rows(found, book_of_offers)
        self.total_row = pricing.place(self.bought)
        self.notices = _notices(found, chosen.paper)
        self.cut: list[str] = []

    def write(self) -> None:
        """Write all sheets; Problems last, because the others may find some."""
        found, notices = self.facts, self.notices
        others = list(alternates.rows(found))
        front = Grid(self.book.add_worksheet(summary.SHEET), summary.SHEET, [], self.looks, self.cut)
        parts = self.grid(availability.SHEET, "availability", availability.columns)
        prices = self.grid(pricing.SHEET, "pricing", pricing.columns)
        buy = self.grid(purchases.SHEET, "purchase_list", purchases.columns)
        costs = self.grid(curve.SHEET, "cost_curve", curve.columns)
        other = self.grid(alternates.SHEET, "alternates", alternates.columns)
        trouble = self.grid(problems.SHEET, "problems", problems.columns)
        origin = self.grid(source.SHEET, "source_lines", source.columns)
        designs = self._boms()
        offer = self.grid("Offers", "offers", lambda f: offers.columns(f, self.offers))
        listed = problems.collect(found, source.places(self.source_rows))
        counts = Counter(problem.severity for problem in listed)
        summary.Summary(
            front, found, self.bought, prices, parts, self.total_row, notices,
            {severity: counts[severity] for severity in ("error", "warning", "info")},
        ).write()  # fmt: skip
        self.start(parts, "Availability", freeze=3)
        availability.write(parts, found, summary.builds_cells(found))
        self.start(prices, "Pricing", freeze=2)
        pricing.write(prices, offer, parts, found, self.bought, self.offers)
        self.start(buy, "Purchase list", freeze=1)
        purchases.write(buy, prices, found, self.bought, self.total_row)
        self.start(costs, "Cost curve")
        curve.write(costs, found)
        self.start(other, "Alternates", freeze=2)
        alternates.write(other, others)
        self.start(origin, "Source lines", freeze=2)
        source.write(origin, self.source_rows)
        for grid, bom, made in designs:
            bomsheet.fill(grid, bom, made, notices)
        self.start(offer, "Offers", freeze=3)
        offers.write(offer, found, self.offers)
        self.start(trouble, "Problems", freeze=1)
        problems.write(trouble, listed + problems.cut_texts(self.cut))
        self._properties(front)

    def _boms(self) -> list[tuple[Grid, Bom, Table]]:
        """A sheet for each BOM, as `bomtool import` reads it back."""
        found, several = [], len(self.facts.inputs.boms) > 1
        for number, item in enumerate(self.facts.inputs.boms, 1):
            name = f"{bomsheet.SHEET} {number}" if several else bomsheet.SHEET
            made = table(item.lines)
            grid = bomsheet.add(self.book.add_worksheet(name), name, self.looks, made)
            grid.cut = self.cut
            found.append((grid, item.bom, made))
        return found

    def grid(self, name: str, section: str, columns: Callable[[facts.Facts], Sequence[Column]]) -> Grid:
        """A sheet with the columns that the user chose."""
        chosen = self.options.arrange(section, columns(self.facts))
        return Grid(self.book.add_worksheet(name), name, chosen, self.looks, self.cut)

    def start(self, grid: Grid, title: str, *, freeze: int = 0) -> None:
        """Title, notices and header of a sheet."""
        grid.start(title, self.notices, freeze=freeze)

    def _properties(self, front: Grid) -> None:
        inputs = self.facts.inputs
        data = "SAMPLE data, invented for trying out. " if self.facts.notice and "SAMPLE" in self.facts.notice else ""
        self.book.set_properties(
            {
                "title": texts.clean(inputs.name)[:250],
                "subject": "Availability and pricing of a production run",
                "category": "BOM report",
                "keywords": "BOM, sourcing, pricing, availability",
                "comments": f"{data}Written by bomtool; planned {facts.when(inputs.pricing.calculated_at)}.",
                "created": inputs.generated_at.replace(tzinfo=None),
            }
        )
        front.sheet.activate()


def _notices(found: facts.Facts, paper: int) -> Notices:
    inputs = found.inputs
    name = texts.clean(inputs.name)
    builds = f"{found.planned:,} build{'s' * (found.planned != 1)}"
    subtitle = f"{name}  ·  planned for {builds}  ·  {found.currency}  ·  {facts.when(inputs.pricing.calculated_at)}"
    short = (name[:60] + "…" if len(name) > 60 else name).replace("&", "&&")
    data = "SAMPLE data" if found.notice and "SAMPLE" in found.notice else "STALE prices" if found.notice else ""
    footer = f'&L&"{FONT}"&8{short}&C&"{FONT},Bold"&8{data}&R&"{FONT}"&8&A, page &P of &N'
    return Notices(subtitle, found.notice, summary.plan_note() if found.builds else None, footer, paper)
