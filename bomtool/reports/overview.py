"""The Overview of a workbook with several programs: a row for each, with links, and a chart where they can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bomtool.reports import summary
from bomtool.reports import text as texts
from bomtool.reports.facts import when
from bomtool.reports.grid import HEADER_ROW, Column, Formula, Grid, Link, Notices, Styled, rounded
from bomtool.reports.looks import ACCENT, FONT, INK, RULE, Looks

if TYPE_CHECKING:
    from bomtool.reports.program import ProgramSheets

SHEET = "Overview"


def joint_notices(programs: Sequence[ProgramSheets], paper: int) -> Notices:
    """The notices of sheets that show several programs: whatever is said of one of them is said here."""
    found = [one.facts for one in programs]
    names = ", ".join(texts.clean(one.inputs.name) for one in found)
    said = list(dict.fromkeys(one.notice for one in found if one.notice))
    some = len([one for one in found if one.notice]) < len(found)
    data = (("Some programs: " if some else "") + " ".join(said)) if said else None
    changed = "+".join(f'({one.front.prefix}$B$5<>"")' for one in programs if one.facts.builds)
    plan = (
        Formula(f'=IF({changed}=0,"","▲ NEW PLAN NEEDED: builds of "&({changed})&" programs were changed.")', "")
        if changed
        else None
    )
    short = "SAMPLE data" if data and "SAMPLE" in data else "STALE prices" if data else ""
    footer = f'&L&"{FONT}"&8{len(found)} programs&C&"{FONT},Bold"&8{short}&R&"{FONT}"&8&A, page &P of &N'
    return Notices(names if len(names) < 160 else f"{names[:159]}…", data, plan, footer, paper)


class Overview:
    """The first sheet; its worksheet is made first and written when the others know their places."""

    def __init__(self, book: Any, paper: int) -> None:
        self.paper = paper
        self.grid = Grid(book.add_worksheet(SHEET), SHEET, _columns(), Looks(book))

    def write(self, programs: Sequence[ProgramSheets]) -> None:
        """A row for each program."""
        grid = self.grid
        grid.start(SHEET, joint_notices(programs, self.paper), freeze=2)
        for number, one in enumerate(programs, 1):
            grid.add(_row(number, one))
        grid.finish()
        currencies = {one.facts.currency for one in programs}
        grid.row += 1
        if len(currencies) == 1:
            self._chart(len(programs), next(iter(currencies)))
        else:
            grid.say("The programs are in different currencies; their amounts cannot be compared or added here.")
            grid.sheet.print_area(0, 0, grid.row, len(grid.columns) - 1)

    def _chart(self, count: int, currency: str) -> None:
        grid = self.grid
        first, last = HEADER_ROW + 1, HEADER_ROW + count
        names, values = grid._at["program"], grid._at["each"]
        chart = grid.looks.book.add_chart({"type": "bar"})
        font = {"name": FONT, "size": 9, "color": INK}
        chart.add_series(
            {
                "name": f"Cost per build, {currency}",
                "categories": [grid.name, first, names, last, names],
                "values": [grid.name, first, values, last, values],
                "fill": {"color": ACCENT},
                "gap": 45,
                "data_labels": {"value": True, "font": font, "num_format": "#,##0.00"},
            }
        )
        chart.set_title({"name": f"Cost per build, {currency}", "name_font": {"name": FONT, "size": 11, "color": INK}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": font, "line": {"color": RULE}})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
        chart.set_chartarea({"border": {"color": RULE}})
        chart.set_size({"width": 620, "height": 80 + 26 * count})
        grid.sheet.insert_chart(grid.row, 1, chart, {"object_position": 3, "description": "Cost per build by program"})
        grid.sheet.print_area(0, 0, grid.row + 6 + 2 * count, len(grid.columns) - 1)


def _columns() -> list[Column]:
    return [
        Column("number", "No.", 5, "figure"),
        Column("program", "Program", 38, "link"),
        Column("builds", "Builds", 10, "integer"),
        Column("currency", "Currency", 10.5),
        Column("total", "Known cost", 16, "money"),
        Column("each", "Per build", 14, "money"),
        Column("coverage", "Cost of", 18, "general"),
        Column("now", "Buildable now", 11, "integer"),
        Column("ready", "Ready date", 11, "date"),
        Column("problems", "Problems", 24),
        Column("planned", "Planned", 22),
    ]


def _row(number: int, one: ProgramSheets) -> dict[str, Any]:
    facts, pricing, available = one.facts, one.facts.inputs.pricing, one.facts.inputs.availabilities
    money = f"money{facts.digits}"
    total: Any = pricing.known_total
    builds: Any = facts.planned
    each: Any = pricing.known_unit_cost
    if one.bought and facts.builds:
        here = HEADER_ROW + 1 + number
        total = Formula(f"={one.prices.at('total', one.total_row)}", total)
        builds = Formula(f"={summary.all_builds_cell(facts, one.front)}", builds)
        if facts.planned:
            each = Formula(f"=IF(C{here}=0,0,{rounded(f'E{here}/C{here}', facts.digits)})", each)
    words = {"error": "error", "warning": "warning", "info": "note"}
    counts = [f"{n} {words[s]}{'s' * (n != 1)}" for s, n in one.counts.items() if n]
    return {
        "number": number,
        "program": Link(facts.inputs.name, f"internal:'{one.front.name}'!A1"),
        "builds": builds,
        "currency": facts.currency,
        "total": Styled(total, money),
        "each": Styled(each, money),
        "coverage": f"{pricing.lines_priced} of {pricing.lines_total} lines",
        "now": available.buildable_now if available.buildable_now is not None else Styled("unknown", "code"),
        "ready": available.ready_date or Styled("unknown", "code"),
        "problems": ", ".join(counts) or "none",
        "planned": when(pricing.calculated_at),
    }
