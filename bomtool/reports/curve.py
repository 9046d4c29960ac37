"""The Cost curve: what building other numbers would cost, each planned anew by the platform, with two charts."""

from __future__ import annotations

from typing import Any

from bomtool.reports.facts import Facts
from bomtool.reports.grid import HEADER_ROW, Column, Grid
from bomtool.reports.looks import ACCENT, FONT, QUIET, RULE, SERIES

SHEET = "Cost curve"


def columns(facts: Facts) -> list[Column]:
    """Columns of the sheet."""
    return [
        Column("builds", "Builds", 12, "integer"),
        Column("unit", f"Cost per build, {facts.currency}", 18, "money"),
        Column("total", f"Total, {facts.currency}", 18, "money"),
        Column("change", "Per build, against the row above", 19, "percent"),
        Column("coverage", "Cost of", 20),
        Column("note", "", 42),
    ]


def write(grid: Grid, facts: Facts) -> None:
    """One row a quantity, then the charts."""
    points = sorted({point.builds: point for point in facts.inputs.pricing.quantities}.values(), key=lambda p: p.builds)
    before = None
    for point in points:
        grid.add(
            {
                "builds": point.builds,
                "unit": point.known_unit_cost,
                "total": point.known_total,
                "change": float(point.known_unit_cost / before - 1) if before else None,
                "coverage": f"{point.lines_priced} of {point.lines_total} lines",
                "note": "◀ this program" if point.builds == facts.inputs.pricing.builds else None,
            }
        )
        before = point.known_unit_cost
    if not points:
        grid.say("The platform gave no costs for other quantities.")
    partly = any(point.total is None for point in points)
    grid.row += 1
    grid.say(
        "Each quantity was planned anew: other offers, breaks and packagings than in this program may be cheapest."
    )
    if partly:
        grid.say("Where lines have no price, the figures are the known cost only: compare rows with the same coverage.")
    grid.sheet.print_area(0, 0, grid.row + 18, 5)
    if len(points) > 1 and all(point.known_total > 0 for point in points):  # the axes are logarithmic
        first, last = HEADER_ROW + 1, HEADER_ROW + len(points)
        _chart(grid, facts, "unit", "Cost per build", first, last, grid.row + 1, 0, ACCENT)
        _chart(grid, facts, "total", "Total cost", first, last, grid.row + 1, 4, SERIES[3])


def _chart(
    grid: Grid, facts: Facts, key: str, title: str, first: int, last: int, row: int, column: int, colour: str
) -> None:
    book = grid.looks.book
    chart = book.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    value = grid._at[key]
    chart.add_series(
        {
            "name": f"{title}, {facts.currency}",
            "categories": [grid.name, first, 0, last, 0],
            "values": [grid.name, first, value, last, value],
            "line": {"color": colour, "width": 2},
            "marker": {"type": "circle", "size": 6, "fill": {"color": colour}, "border": {"color": "#FFFFFF"}},
        }
    )
    font = {"name": FONT, "size": 9, "color": QUIET}
    chart.set_title({"name": f"{title}, {facts.currency}", "name_font": {"name": FONT, "size": 11, "color": "#1B2A3A"}})
    chart.set_legend({"none": True})
    axis: dict[str, Any] = {"num_font": font, "name_font": font, "line": {"color": RULE}}
    chart.set_x_axis(
        {**axis, "name": "Builds", "log_base": 10, "num_format": "#,##0", "major_gridlines": {"visible": False}}
    )
    log = {"log_base": 10} if key == "total" else {"min": 0}
    chart.set_y_axis(
        {**axis, **log, "num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": RULE}}}
    )
    chart.set_chartarea({"border": {"color": RULE}})
    chart.set_size({"width": 430, "height": 300})
    grid.sheet.insert_chart(row, column, chart, {"object_position": 3, "description": f"{title} against builds"})
