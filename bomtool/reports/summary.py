"""The Summary: what, for how many, what it costs, what holds it up; the builds are an input that the workbook follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bomtool.reports import breakdown
from bomtool.reports.facts import Facts, gating_text, when
from bomtool.reports.grid import Formula, Grid, Notices, check, layout, quoted, rounded
from bomtool.reports.looks import ACCENT, INK, PANEL, QUIET, RULE, TONES
from bomtool.reports.purchasing import Bought
from bomtool.reports.tally import Tally

SHEET = "Summary"
BUILDS_TITLE_ROW = 10
"""0-based row of the Builds section; its place is fixed because other sheets refer to its inputs."""
PLANNED, INPUT = "I", "K"
"""Columns of the builds planned and of the builds asked for."""
COLUMNS = 14
"""Columns of the page: a margin, twelve of content, a margin."""


def builds_cells(facts: Facts, front: Grid) -> list[str]:
    """The input cells of the builds, one for each BOM; `front` is the grid of the Summary."""
    first = BUILDS_TITLE_ROW + 3
    return [f"{front.prefix}${INPUT}${first + index}" for index in range(len(facts.builds))]


def all_builds_cell(facts: Facts, front: Grid) -> str:
    """The cell with the builds of all BOMs together."""
    return f"{front.prefix}${INPUT}${BUILDS_TITLE_ROW + 3 + max(1, len(facts.builds))}"


def plan_note(front: Grid) -> Formula:
    """The formula by which every other sheet shows the plan notice."""
    return Formula(f"={front.prefix}$B$5", "")


@dataclass(slots=True)
class Summary:
    """Writes the sheet from top to bottom."""

    grid: Grid
    facts: Facts
    rows: Sequence[Bought]
    pricing: Grid
    parts: Grid
    total_row: int
    tally: Tally
    notices: Notices
    problems: dict[str, int]
    """Number of problems by severity."""

    def write(self) -> None:
        """Write the sheet."""
        self._head()
        self._cards()
        row = self._builds(BUILDS_TITLE_ROW)
        row = self._gating(row + 1)
        row = self._risks(row + 1)
        tables = breakdown.Tables(
            self.grid,
            self.facts,
            self.rows,
            self.pricing,
            self.tally,
            self.total_row - self.rows[0].row - len(self.rows) if self.rows else 0,
        )
        row = tables.statuses(row + 1)
        row = tables.costs(row + 1, "Cost by category", "category", self.tally.categories)
        row = tables.costs(row + 1, "Cost by supplier", "supplier", self.tally.suppliers)
        row = self._guide(row + 1)
        layout(self.grid.sheet, self.notices, landscape=False, repeat=None)
        if len(self.facts.builds) <= 10:
            self.grid.sheet.fit_to_pages(1, 1)
            self.grid.sheet.center_horizontally()
        self.grid.sheet.print_area(0, 0, row, COLUMNS - 1)

    def put(self, row: int, column: int, value: Any, **properties: Any) -> None:
        """One cell in the house's ink."""
        self.grid._put(
            row, column, value, self.grid.looks.make(**{"font_color": INK, "valign": "vcenter", **properties})
        )

    def section(self, row: int, title: str) -> int:
        """A section's heading over the whole width; returns the next row."""
        self.grid.sheet.set_row(row, 19)
        style = {"bold": True, "font_size": 11, "font_color": ACCENT, "bottom": 2, "bottom_color": ACCENT}
        self.put(row, 1, title, **style)
        for column in range(2, COLUMNS - 1):
            self.put(row, column, None, **style)
        return row + 1

    def _head(self) -> None:
        sheet, inputs, facts = self.grid.sheet, self.facts.inputs, self.facts
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 1.5)
        sheet.set_column(1, COLUMNS - 2, 9.4)
        sheet.set_column(COLUMNS - 1, COLUMNS - 1, 1.5)
        sheet.set_row(0, 32)
        self.put(0, 1, inputs.name, font_size=20, bold=True)
        program = inputs.program
        reference = f"reference {program.reference_number}" if program.reference_number else None
        day = f"production on {program.production_date}" if program.production_date else None
        where = f"at {program.production_location}" if program.production_location else None
        head = ("Availability and pricing", reference, day, where)
        self.put(1, 1, "  ·  ".join(filter(None, head)), font_size=10, font_color=QUIET)
        catalogs = ", ".join(dict.fromkeys([*inputs.pricing.catalogs, *inputs.availabilities.catalogs]))
        sources = f"data: {catalogs}" if catalogs else None
        oldest = f"oldest price {when(inputs.pricing.oldest_price_at)}" if inputs.pricing.oldest_price_at else None
        planned = f"planned {when(inputs.pricing.calculated_at)}"
        line = "  ·  ".join(filter(None, (f"all amounts in {facts.currency}", planned, oldest, sources)))
        self.put(2, 1, line, font_color=QUIET)
        if self.notices.data:
            style = self.grid.looks.make(
                bold=True, bg_color="#F7D9A0", font_color="#4A3000", valign="vcenter", text_wrap=True
            )
            long = len(self.notices.data) > 110
            sheet.set_row(3, 30 if long else 19)
            text = f"▲ {self.notices.data}"
            check(sheet.merge_range(3, 1, 3, COLUMNS - 2, text, style), SHEET)
        self._plan_notice()

    def _plan_notice(self) -> None:
        """Row 5: empty while the builds are those of the plan."""
        facts = self.facts
        first = BUILDS_TITLE_ROW + 3
        last = first + max(1, len(facts.builds)) - 1
        words = ", ".join(f"{build.builds:,} x {build.name}" for build in facts.builds) or "nothing"
        if len(words) > 150:
            words = f"{facts.planned:,} builds"
        words = words.replace("\n", " ")
        note = f"▲ NEW PLAN NEEDED: the plan was made for {words}. Figures follow its offers and are not re-planned."
        text = (
            f'=IF(SUMPRODUCT(--({PLANNED}{first}:{PLANNED}{last}<>{INPUT}{first}:{INPUT}{last}))=0,"",{quoted(note)})'
        )
        style = self.grid.looks.make(bold=True, font_color="#8C2A12", valign="vcenter")
        check(self.grid.sheet.write_formula(4, 1, text, style, ""), SHEET)
        tone = self.grid.looks.book.add_format({**TONES["bad"], "font_name": "Arial"})
        self.grid.sheet.conditional_format(
            4, 1, 4, COLUMNS - 2, {"type": "formula", "criteria": '=$B$5<>""', "format": tone}
        )

    def _cards(self) -> None:
        pricing, available = self.facts.inputs.pricing, self.facts.inputs.availabilities
        sheet = self.grid.sheet
        complete = pricing.total is not None
        total_cell = self.pricing.at("total", self.total_row)
        last = BUILDS_TITLE_ROW + 3 + len(self.facts.builds)
        priced_cell = self.pricing.at("priced", self.total_row)
        money = self.grid.looks.money_code
        total: Any = Formula(f"={total_cell}", pricing.known_total) if self.rows else pricing.known_total
        digits = self.facts.digits
        each: Any = pricing.known_unit_cost
        if self.rows and self.facts.planned:
            each = Formula(
                f"=IF({INPUT}{last}=0,0,{rounded(f'{total_cell}/{INPUT}{last}', digits)})", pricing.known_unit_cost
            )
        coverage: Any = f"cost of {pricing.lines_priced} of {pricing.lines_total} lines"
        if self.rows and self.tally.lines_priced == pricing.lines_priced:
            coverage = Formula(f'="cost of "&{priced_cell}&" of {pricing.lines_total} lines"', coverage)
        now = available.buildable_now
        cards = [
            ("TOTAL COST" if complete else "KNOWN COST", total, coverage, money),
            (
                "PER BUILD" if complete else "KNOWN COST PER BUILD",
                each,
                f"planned for {pricing.builds:,} builds",
                money,
            ),
            (
                "BUILDABLE NOW",
                now if now is not None else "unknown",
                f"{available.buildable_from_stock:,} from own stock alone",
                "#,##0",
            ),
            (
                "READY DATE",
                available.ready_date if available.ready_date else "unknown",
                "if ordered today" if available.ready_date else "a lead time is missing",
                "d mmm yyyy",
            ),
        ]
        sheet.set_row(6, 16)
        sheet.set_row(7, 26)
        sheet.set_row(8, 16)
        for offset, key in enumerate((0, 1, 2)):
            for index, card in enumerate(cards):
                self._card_cell(6 + offset, 1 + index * 3, card[key], key, card[3])

    def _card_cell(self, row: int, column: int, value: Any, part: int, number: str) -> None:
        """A third of a card: label, figure or caption, over three columns with a gap at the right."""
        looks = self.grid.looks
        edge = {"right": 5, "right_color": "#FFFFFF"}
        base: dict[str, Any] = {"bg_color": PANEL, "valign": "vcenter", "indent": 1, "align": "left"}
        style = (
            looks.make(**base, font_size=8, bold=True, font_color=QUIET, top=2, top_color=ACCENT),
            looks.make(**base, **edge, font_size=15, bold=True, font_color=INK, num_format=number),
            looks.make(**base, font_size=8, font_color=QUIET),
        )[part]
        end = looks.make(**{"bg_color": PANEL, **edge, **({"top": 2, "top_color": ACCENT} if part == 0 else {})})
        if part == 1:  # a figure does not flow into the next cell, a text does
            check(self.grid.sheet.merge_range(row, column, row, column + 2, "", style), SHEET)
            self.grid._put(row, column, value, style)
        else:
            self.grid._put(row, column, value, style)
            self.grid.sheet.write_blank(row, column + 1, None, style)
            self.grid.sheet.write_blank(row, column + 2, None, end)

    def _builds(self, row: int) -> int:
        """The BOMs with the builds planned and the builds asked for, which is an input."""
        facts, looks = self.facts, self.grid.looks
        row = self.section(row, "Builds")
        head = {"bold": True, "font_color": QUIET, "bottom": 1, "bottom_color": RULE}
        titles = {1: "BOM", 6: "Lines", 8: "Planned", 10: "Builds"}
        for column in range(1, COLUMNS - 1):
            right = {"align": "right"} if column >= 6 else {}
            self.put(row, column, titles.get(column), **head, **right)
        first = row + 2
        lines = {item.bom.id: len(item.lines) for item in facts.inputs.boms}
        for build in facts.builds:
            row += 1
            for column in range(1, COLUMNS - 1):
                self.put(row, column, None, bottom=1, bottom_color=RULE)
            version = f"  {build.version}" if build.version else ""
            self.put(row, 1, f"{build.name}{version}", bottom=1, bottom_color=RULE)
            number = {"bottom": 1, "bottom_color": RULE, "num_format": "#,##0", "align": "right"}
            self.put(row, 6, lines.get(build.bom), **number)
            self.put(row, 8, build.builds, **number)
            self.grid._put(row, 10, build.builds, looks.body("input:integer"))
            self.grid.sheet.data_validation(
                row, 10, row, 10,
                {"validate": "integer", "criteria": ">=", "value": 0, "input_title": "Builds",
                 "input_message": "Change this, and need, order quantities, price breaks and totals follow.",
                 "error_title": "Builds", "error_message": "Write a whole number."},
            )  # fmt: skip
        if not facts.builds:
            row += 1
            self.put(row, 1, "The program has no BOM.", italic=True, font_color=QUIET)
        row += 1
        bold = {"bold": True, "num_format": "#,##0", "align": "right"}
        self.put(row, 1, "All builds", bold=True)
        last = row
        for column, letter in ((8, PLANNED), (10, INPUT)):
            self.put(row, column, Formula(f"=SUM({letter}{first}:{letter}{last})", facts.planned), **bold)
        row += 1
        return self._terms(row)

    def _terms(self, row: int) -> int:
        """Overage, stock, and what was changed by hand."""
        available = self.facts.inputs.availabilities
        counted = [
            word
            for word, on in (
                ("on hand", available.include_on_hand_stock),
                ("processing", available.include_processing_stock),
                ("expected", available.include_expected_stock),
            )
            if on
        ]
        stock = f"Own stock counted: {', '.join(counted)}." if counted else "Own stock: none counted."
        row = self._sentence(row, f"{available.overage_text.rstrip('.')}. {stock}")
        if self.rows:
            first, last = self.rows[0].row, self.rows[-1].row
            offers, planned, prices = (
                self.pricing.span(key, first, last) for key in ("offer", "plan_offer", "own_price")
            )
            extras = self.parts.span("own_overage", 6, 5 + len(self.facts.parts))
            hand = f"SUMPRODUCT(--({offers}<>{planned}))+COUNTA({prices})-{self.tally.own_prices}+COUNTA({extras})"
            text = f'=IF({hand}=0,"","▲ Changed by hand: "&({hand})&" cells (chosen offers, own prices, own overage).")'
            self.put(row, 1, Formula(text, ""), bold=True, font_color="#8C2A12")
            row += 1
        return row

    def _sentence(self, row: int, text: str, **properties: Any) -> int:
        """A wrapped sentence over the whole width; returns the next row."""
        style = self.grid.looks.make(**{"font_color": QUIET, "text_wrap": True, "valign": "top", **properties})
        lines = -(-len(text) // 118)
        self.grid.sheet.set_row(row, 12.75 * lines + 2)
        check(self.grid.sheet.merge_range(row, 1, row, COLUMNS - 2, "", style), SHEET)
        self.grid._put(row, 1, text, style)
        return row + 1

    def _gating(self, row: int) -> int:
        row = self.section(row, "What holds it up")
        lines = self.facts.inputs.availabilities.gating_lines[:3]
        if not lines:
            return self._sentence(row, "No line limits the run.")
        for index, line in enumerate(lines, 1):
            row = self._sentence(row, f"{index}.  {gating_text(line)}", font_color=INK)
        return row

    def _risks(self, row: int) -> int:
        row = self.section(row, "Risks and problems")
        order = {"error": 0, "warning": 1, "info": 2}
        ranked = sorted(self.tally.risks.items(), key=lambda entry: (order[entry[1].severity], -entry[1].count))
        for code, risk in ranked[:6]:
            name, count, message = code.replace("_", " ").replace("-", " "), risk.count, risk.message
            example = f"e.g. {message}" if count > 1 else message
            text = f"{count} part{'s' * (count != 1)}, {name}: {example}"
            row = self._sentence(row, text if len(text) < 230 else f"{text[:229]}…", font_color=INK)
        words = {"info": "note"}
        counts = [f"{n} {words.get(s, s)}{'s' * (n != 1)}" for s, n in self.problems.items() if n]
        text = f"The sheet Problems lists {', '.join(counts)}." if counts else "The sheet Problems is empty."
        return self._sentence(row, text)

    def _guide(self, row: int) -> int:
        row = self.section(row, "Using this workbook")
        estimated = self.tally.estimated
        if not estimated:
            extra = "At other builds each part's own rule of overage holds."
        else:
            which = "every part" if estimated == len(self.facts.parts) else f"{estimated:,} parts"
            extra = f"At other builds the overage of {which} is estimated by the plan's own share."
        row = self._sentence(
            row,
            "Cells on pale yellow with a dotted edge are inputs: Builds here, Own overage on Availability, Chosen offer and "
            "Own price on Pricing. Need, overage, order quantity, price break and totals follow them; offers are not chosen "
            f"anew. {extra}",
        )
        return self._sentence(row, f"Written by bomtool, {when(self.facts.inputs.generated_at)}.")
