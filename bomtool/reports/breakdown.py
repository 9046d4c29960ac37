"""The Summary's tables with their charts: lines by status, cost by category, cost by supplier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bomtool.reports.facts import Facts
from bomtool.reports.grid import Formula, Grid, Styled, check
from bomtool.reports.looks import ACCENT, FONT, INK, QUIET, RULE, SHARE_FORMAT, STATUS, status_text
from bomtool.reports.purchasing import Bought
from bomtool.reports.tally import Costs, Tally

RING = {
    "on_hand": "#2F6B5A",
    "buyable": "#8FC1B0",
    "partial": "#F0CF7A",
    "lead_time": "#C08A12",
    "needs_rfq": "#D0693F",
    "no_match": "#7A2410",
    "do_not_place": "#C9D0D7",
    "excluded": "#E6EAEE",
}
"""Ring colours; neighbours differ in lightness."""
SHORT = '[>=1000000]#,##0.0,,"M";[>=100000]#,##0,"k";#,##0'
"""Number format of chart labels: a long figure would wrap."""
MOST = 8
"""Most rows of a cost table; the rest is "Other"."""
CHART_WIDTH, HEIGHT, ROWS = 400, 150, 10
"""Size of a chart in pixels, and the rows that a table takes at least so that its chart has room."""
FIGURE, SHARE = 4, 6
"""0-based columns of a figure (it takes two) and of its share."""


@dataclass(slots=True)
class Tables:
    """Writes the tables at the left and their charts at the right."""

    grid: Grid
    facts: Facts
    rows: Sequence[Bought]
    pricing: Grid
    tally: Tally
    fee_rows: int
    """Rows of fees below those of the purchases on Pricing."""

    def statuses(self, row: int) -> int:
        """Lines by status, with the status ring. Returns the next free row."""
        counts = self.tally.statuses
        total = sum(counts.values())
        begin = row
        row = self._head(row, "Lines by status", "Lines")
        first = row
        for status in [s for s in STATUS if counts[s]]:
            self._cell(row, 1, Styled(status_text(status), f"status:{status}"))
            for column in (2, 3):
                self._cell(row, column, Styled(None, f"status:{status}"))
            self._figure(row, counts[status], "#,##0")
            self._cell(row, SHARE, counts[status] / total, num_format=SHARE_FORMAT)
            row += 1
        if not total:
            self._cell(row, 1, "no lines", italic=True, font_color=QUIET)
            row += 1
        else:
            self._bars(first, row - 1)
            self._ring(begin, first, row - 1, [s for s in STATUS if counts[s]])
        return max(row, begin + ROWS) if total else row

    def costs(self, row: int, title: str, key: str, costs: Costs) -> int:
        """Cost by a column of Pricing, by formulas, largest first, with a bar chart. Returns the next free row."""
        fees = self.facts.fees
        ranked, everything = costs.ranked, self.tally.total + fees
        begin = row
        row = self._head(row, title, self.facts.currency)
        first = row
        for name, cost in ranked[:MOST]:
            self._cost_row(row, name, self._sum_of(key, row), cost, everything)
            row += 1
        if not ranked:
            self._cell(row, 1, "nothing is priced", italic=True, font_color=QUIET)
            return row + 1
        above = f"SUM(E{first + 1}:E{row})"
        if fees:
            self._cost_row(row, "Fees of orders", f"={fees:f}", fees, everything)
            row += 1
            above = f"SUM(E{first + 1}:E{row})"
        rest = everything - fees - sum((cost for _, cost in ranked[:MOST]), Decimal(0))
        self._cost_row(row, "Other", f"=ROUND({self._everything}-{above},{self.facts.digits})", rest, everything)
        row += 1
        self._bars(first, row - 1)
        last = row - 1 if rest else row - 2
        height = max(HEIGHT, 29 * (last - first + 1))  # less, and programs leave out every other name
        self._bar_chart(begin, title, first, last, height)
        return max(row, begin + 2 + height // 17)

    @property
    def _everything(self) -> str:
        """The sum of Pricing with its fees, as a formula."""
        count = len(self.rows) + self.fee_rows
        return f"SUM({self.pricing.span('total', self.rows[0].row, self.rows[0].row + count - 1)})"

    def _sum_of(self, key: str, row: int) -> str:
        """A sum over Pricing that takes the name as it stands, where SUMIF would read * and ? as wild cards."""
        names = self.pricing.span(key, self.rows[0].row, self.rows[-1].row)
        totals = self.pricing.span("total", self.rows[0].row, self.rows[-1].row)
        return f"=ROUND(SUMPRODUCT(--({names}=B{row + 1}),{totals}),{self.facts.digits})"

    def _cost_row(self, row: int, name: str, formula: str, value: Decimal, everything: Decimal) -> None:
        self._cell(row, 1, name)
        for column in (2, 3):
            self._cell(row, column, None)
        self._figure(row, Formula(formula, value), self.grid.looks.money)
        total = self._everything
        share = float(value / everything) if everything else 0.0
        self._cell(row, SHARE, Formula(f"=IF({total}=0,0,E{row + 1}/{total})", share), num_format=SHARE_FORMAT)

    def _head(self, row: int, title: str, figure: str) -> int:
        self.grid.sheet.set_row(row, 19)
        style = {"bold": True, "font_size": 11, "font_color": ACCENT, "bottom": 2, "bottom_color": ACCENT}
        for column in range(1, 13):
            self._cell(row, column, {1: title}.get(column), **style)
        small = {"bold": True, "font_color": QUIET}
        for column in range(1, 7):
            right = {"align": "right"} if column in (FIGURE + 1, SHARE) else {}
            self._cell(row + 1, column, {FIGURE + 1: figure, SHARE: "Share"}.get(column), **small, **right)
        return row + 2

    def _cell(self, row: int, column: int, value: Any, **properties: Any) -> None:
        base = {"font_color": INK, "bottom": 1, "bottom_color": RULE, "valign": "vcenter"}
        self.grid._put(row, column, value, self.grid.looks.make(**{**base, **properties}))

    def _figure(self, row: int, value: Any, number: str) -> None:
        """A figure over two columns: one is too narrow for a million with cents."""
        style = self.grid.looks.make(
            font_color=INK, bottom=1, bottom_color=RULE, valign="vcenter", align="right", num_format=number
        )
        check(self.grid.sheet.merge_range(row, FIGURE, row, FIGURE + 1, "", style), self.grid.name)
        self.grid._put(row, FIGURE, value, style)

    def _bars(self, first: int, last: int) -> None:
        self.grid.sheet.conditional_format(
            first, SHARE, last, SHARE,
            {"type": "data_bar", "bar_color": "#9DBBD6", "bar_solid": True, "bar_border_color": "#9DBBD6",
             "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1},
        )  # fmt: skip

    def _ring(self, row: int, first: int, last: int, statuses: list[str]) -> None:
        chart = self.grid.looks.book.add_chart({"type": "doughnut"})
        chart.add_series(
            {
                "name": "Lines by status",
                "categories": [self.grid.name, first, 1, last, 1],
                "values": [self.grid.name, first, FIGURE, last, FIGURE],
                "points": [
                    {"fill": {"color": RING[s]}, "border": {"color": "#FFFFFF", "width": 1.5}} for s in statuses
                ],
            }
        )
        chart.set_hole_size(62)
        chart.set_title({"none": True})
        chart.set_legend({"position": "right", "font": {"name": FONT, "size": 9, "color": INK}})
        self._insert(row, chart, "Lines by status", HEIGHT)

    def _bar_chart(self, row: int, title: str, first: int, last: int, height: int) -> None:
        chart = self.grid.looks.book.add_chart({"type": "bar"})
        font = {"name": FONT, "size": 9, "color": INK}
        chart.add_series(
            {
                "name": title,
                "categories": [self.grid.name, first, 1, last, 1],
                "values": [self.grid.name, first, FIGURE, last, FIGURE],
                "fill": {"color": ACCENT},
                "gap": 45,
                "data_labels": {"value": True, "font": {**font, "color": QUIET}, "num_format": SHORT},
            }
        )
        chart.set_title({"none": True})
        chart.set_legend({"none": True})
        chart.set_y_axis(
            {
                "reverse": True,
                "interval_unit": 1,
                "num_font": {**font, "size": 8},
                "line": {"color": RULE},
                "major_tick_mark": "none",
            }
        )
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
        self._insert(row, chart, title, height)

    def _insert(self, row: int, chart: Any, title: str, height: int) -> None:
        chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
        chart.set_size({"width": CHART_WIDTH, "height": height})
        self.grid.sheet.insert_chart(row + 1, 7, chart, {"object_position": 2, "y_offset": 4, "description": title})
