"""The sheets of one program: what is known of it, and the order in which its sheets are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from bomtool.api.boms import Bom
from bomtool.api.plans import PartAvailability
from bomtool.reports import (
    alternates,
    availability,
    bomsheet,
    comparison,
    curve,
    facts,
    offers,
    options,
    pricing,
    problems,
    purchases,
    purchasing,
    source,
    spool,
    summary,
    tally,
)
from bomtool.reports import text as texts
from bomtool.reports.exchange import Table, table
from bomtool.reports.facts import Facts
from bomtool.reports.grid import Column, Grid, Notices
from bomtool.reports.looks import FONT, Looks
from bomtool.reports.model import ReportInput


@dataclass(slots=True)
class Prepared:
    """A program ready to be written: its figures, its source rows, its offers, its purchases with their places."""

    facts: Facts
    source_rows: source.SourceRows
    offers: offers.OfferBook
    plan: purchasing.Plan
    tally: tally.Tally

    @property
    def size(self) -> int:
        """Rows over all its sheets, about."""
        return len(self.source_rows) + 3 * len(self.facts.parts) + self.offers.size


def prepare(inputs: ReportInput, chosen: options.Options) -> Prepared:
    """Work out what the sheets will show."""
    found = facts.collect(inputs, stale_after_days=chosen.stale_after_days)
    book = offers.OfferBook(found)
    plan = purchasing.Plan(found, book, pricing.FIRST)
    counted = tally.Tally()
    lean = spool.of_models(PartAvailability)
    for part in found.parts:
        book.add(part)
        counted.add(part, plan.add(part))
        if isinstance(found.parts, facts.PartRows):
            lean.append(part.availability.model_copy(update={"offers": []}))
    if isinstance(found.parts, facts.PartRows):
        found.parts.without_offers(lean)
    return Prepared(found, source.SourceRows(found), book, plan, counted)


class ProgramSheets:
    """The sheets of a program in their order on the tabs; each is written once, from top to bottom.

    `prefix` stands before their names where a workbook holds several programs ("2 Pricing").
    """

    def __init__(
        self, book: Any, prepared: Prepared, chosen: options.Options, prefix: str = "", grid_class: type[Grid] = Grid
    ) -> None:
        self.book, self.facts, self.options, self.prefix = book, prepared.facts, chosen, prefix
        self.grid_class = grid_class
        self.looks = Looks(book, self.facts.currency, self.facts.digits)
        self.source_rows, self.offers = prepared.source_rows, prepared.offers
        self.plan, self.tally = prepared.plan, prepared.tally
        self.bought: Sequence[purchasing.Bought] = prepared.plan.rows
        self.total_row = prepared.plan.total_row
        self.cut: list[str] = []
        self.front = Grid(*self._sheet(summary.SHEET), [], self.looks, self.cut)
        self.notices = _notices(self.facts, chosen.paper, self.front)
        self.parts = self.grid(availability.SHEET, "availability", availability.columns)
        self.prices = self.grid(pricing.SHEET, "pricing", pricing.columns)
        self.buy = self.grid(purchases.SHEET, "purchase_list", purchases.columns)
        self.costs = self.grid(curve.SHEET, "cost_curve", curve.columns)
        self.other = self.grid(alternates.SHEET, "alternates", alternates.columns)
        self.trouble = self.grid(problems.SHEET, "problems", problems.columns)
        self.origin = self.grid(source.SHEET, "source_lines", source.columns)
        self.designs = self._boms()
        self.offer = self.grid(offers.SHEET, "offers", lambda found: offers.columns(found, self.offers))
        self.problems = problems.collect(self.facts, self.source_rows.places)
        self.counts = self.problems.counts

    def write(self) -> None:
        """Write all sheets."""
        found = self.facts
        summary.Summary(
            self.front,
            found,
            self.bought,
            self.prices,
            self.parts,
            self.total_row,
            self.tally,
            self.notices,
            self.counts,
        ).write()
        self.write_tables(summary.builds_cells(found, self.front))
        if found.inputs.changes is not None:
            changes = found.inputs.changes
            sheets = (f"{self.prefix}Changed parts", f"{self.prefix}Changed designators")
            comparison.add_sheets(self.book, self.looks, changes.old_name, changes.new_name, changes.found, sheets)

    def tables(self) -> list[Grid]:
        """The grids of all tables, in the order of the tabs."""
        return [
            self.parts, self.prices, self.buy, self.costs, self.other, self.trouble, self.origin, self.offer,
        ]  # fmt: skip

    def write_tables(self, builds_cells: list[str]) -> None:
        """Write everything but the Summary; `builds_cells` are its inputs. Problems come last: the others may find some."""
        found = self.facts
        self.start(self.parts, "Availability", freeze=3)
        availability.write(self.parts, found, builds_cells)
        self.start(self.prices, "Pricing", freeze=2)
        pricing.write(self.prices, self.offer, self.parts, found, self.plan, self.offers, self.tally)
        self.start(self.buy, "Purchase list", freeze=1)
        purchases.write(self.buy, self.prices, found, self.plan, self.tally)
        self.start(self.costs, "Cost curve")
        curve.write(self.costs, found)
        self.start(self.other, "Alternates", freeze=2)
        alternates.write(self.other, alternates.rows(found))
        self.start(self.origin, "Source lines", freeze=2)
        source.write(self.origin, self.source_rows)
        for grid, bom, made in self.designs:
            bomsheet.fill(grid, bom, made, self.notices)
        self.start(self.offer, "Offers", freeze=3)
        offers.write(self.offer, found, self.offers)
        self.start(self.trouble, "Problems", freeze=1)
        problems.write(self.trouble, chain(self.problems, problems.cut_texts(self.cut)), self.origin)

    def grid(self, name: str, section: str, columns: Callable[[Facts], Sequence[Column]]) -> Grid:
        """A sheet with the columns that the user chose."""
        return self.grid_class(
            *self._sheet(name), self.options.arrange(section, columns(self.facts)), self.looks, self.cut
        )

    def start(self, grid: Grid, title: str, *, freeze: int = 0) -> None:
        """Title, notices and header of a sheet."""
        grid.start(title, self.notices, freeze=freeze)

    def _sheet(self, name: str) -> tuple[Any, str]:
        return self.book.add_worksheet(self.prefix + name), self.prefix + name

    def _boms(self) -> list[tuple[Grid, Bom, Table]]:
        """A sheet for each BOM, as `bomtool import` reads it back."""
        found, several = [], len(self.facts.inputs.boms) > 1
        for number, item in enumerate(self.facts.inputs.boms, 1):
            made = table(item.lines)
            grid = bomsheet.add(
                *self._sheet(f"{bomsheet.SHEET} {number}" if several else bomsheet.SHEET), self.looks, made
            )
            grid.cut = self.cut
            found.append((grid, item.bom, made))
        return found


def _notices(found: Facts, paper: int, front: Grid) -> Notices:
    inputs = found.inputs
    name = texts.clean(inputs.name)
    builds = f"{found.planned:,} build{'s' * (found.planned != 1)}"
    subtitle = f"{name}  ·  planned for {builds}  ·  {found.currency}  ·  {facts.when(inputs.pricing.calculated_at)}"
    short = (name[:60] + "…" if len(name) > 60 else name).replace("&", "&&")
    data = "SAMPLE data" if found.notice and "SAMPLE" in found.notice else "STALE prices" if found.notice else ""
    footer = f'&L&"{FONT}"&8{short}&C&"{FONT},Bold"&8{data}&R&"{FONT}"&8&A, page &P of &N'
    return Notices(subtitle, found.notice, summary.plan_note(front) if found.builds else None, footer, paper)
