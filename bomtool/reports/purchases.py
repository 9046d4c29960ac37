"""The Purchase list: one block a supplier, ready for its cart; quantities and prices follow the Pricing sheet.

A purchase whose offer was changed on Pricing leaves its block (quantity 0, and a note); the last rows say how much of
the cost is not in the blocks, so that the list always adds up to the total.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bomtool.reports.facts import Facts, designator_text
from bomtool.reports.grid import HEADER_ROW, Column, Formula, Grid, Link, Styled
from bomtool.reports.purchasing import Bought, Order, Plan
from bomtool.reports.tally import Tally

SHEET = "Purchase list"


def columns(facts: Facts) -> list[Column]:
    """All columns the sheet can have; templates/report.toml chooses and orders them."""
    return [
        Column("sku", "Supplier part number", 27),
        Column("mpn", "MPN", 23, "mono"),
        Column("manufacturer", "Manufacturer", 19),
        Column("quantity", "Quantity", 10, "integer"),
        Column("packaging", "Packaging", 13),
        Column("unit", f"Unit price, {facts.currency}", 15, "price"),
        Column("total", f"Line total, {facts.currency}", 15.5, "money"),
        Column("lead", "Lead time", 10, "days"),
        Column("reference", "Your reference", 34, "wrap"),
        Column("note", "Note", 24, "general"),
        Column("supplier", "Supplier", 20, hidden=True),
        Column("same", "As planned", 7, "integer", hidden=True),
    ]


def write(grid: Grid, pricing: Grid, facts: Facts, plan: Plan, tally: Tally) -> None:
    """Write the blocks, dearest supplier first."""
    orders = sorted(plan.orders.items(), key=lambda entry: (-entry[1].cost, entry[0]))
    subtotals = [_block(grid, pricing, facts, name, order, plan) for name, order in orders]
    if not orders:
        grid.say("Nothing needs to be bought, or nothing could be priced (see Problems).")
    else:
        cost = sum((order.cost for _, order in orders), Decimal(0))
        _sums(grid, pricing, subtotals, cost, tally.total, plan.total_row, facts)
    last = grid.row - 1
    grid.sheet.print_area(0, 0, last, max(i for i, c in enumerate(grid.columns) if not c.hidden))


def _block(grid: Grid, pricing: Grid, facts: Facts, name: str, order: Order, plan: Plan) -> str:
    """A supplier's heading with its subtotal, then its lines. Returns the subtotal's cell."""
    if grid.row > HEADER_ROW + 1:
        grid.row += 1
    heading = grid.row + 1
    lines = len(order.places)
    first, last = heading + 1, heading + lines
    letter = grid.letter("total")
    last += len(order.fees)
    count = f"{lines} line{'s' * (lines != 1)}"
    grid.add(
        {column.key: Styled(None, "panel:text") for column in grid.columns if not column.hidden}
        | {
            "sku": Styled(f"{name}  ({count})", "panel:text"),
            "total": Styled(
                Formula(f"=ROUND(SUM({letter}{first}:{letter}{last}),{facts.digits})", order.cost), "panel:money"
            ),
        }
    )
    for place in order.places:
        grid.add(_row(grid, pricing, facts, plan.rows[place]), level=1)
    for fee in order.fees:
        grid.add({"sku": fee.what, "total": fee.amount, "supplier": fee.supplier, "same": 1}, level=1)
    return f"{letter}{heading}"


def _row(grid: Grid, pricing: Grid, facts: Facts, row: Bought) -> dict[str, Any]:
    bought, part = row.purchase, row.part.availability
    assert bought is not None
    r, p, at = grid.row + 1, row.row, grid.letter
    same = f"{at('same')}{r}"
    out: dict[str, Any] = {
        "sku": Link(bought.sku, bought.url) if bought.url else bought.sku,
        "mpn": bought.mpn or part.mpn,
        "manufacturer": part.manufacturer_name,
        "quantity": bought.quantity,
        "packaging": bought.packaging,
        "unit": bought.unit_price,
        "total": bought.extended_price,
        "lead": bought.lead_time_days,
        "reference": designator_text(part.reference_designators, name_boms=len(facts.builds) > 1),
        "supplier": bought.supplier,
        "same": 1,
    }
    if row.live:
        order, unit, total = (pricing.at(key, p) for key in ("order", "unit", "total"))
        chosen, planned = pricing.at("offer", p), pricing.at("plan_offer", p)
        out |= {
            "same": Formula(f"=IF({chosen}={planned},1,0)", 1),
            "quantity": Formula(f"=IF({same}=1,{order},0)", bought.quantity),
            "unit": Formula(f'=IF({same}=1,{unit},"")', bought.unit_price),
            "total": Formula(f"=IF({same}=1,{total},0)", bought.extended_price),
            "note": Formula(f'=IF({same}=1,"","offer changed on Pricing")', ""),
        }
    return out


def _sums(
    grid: Grid, pricing: Grid, subtotals: list[str], cost: Decimal, total: Decimal, total_row: int, facts: Facts
) -> None:
    """What all blocks come to, what was changed, and the total of Pricing."""
    digits, everything = facts.digits, total + facts.fees
    letter = grid.letter("total")
    grid.row += 1
    blank = {column.key: Styled(None, "total:text") for column in grid.columns if not column.hidden}
    first, last = HEADER_ROW + 2, grid.row - 1
    same = grid.letter("same")
    listed = f"SUMIF({same}{first}:{same}{last},1,{letter}{first}:{letter}{last})"
    rest = grid.row + 1
    grid.add(
        {
            "sku": Styled("Changed on Pricing, in no block", "sum:text"),
            "total": Formula(f"=ROUND({pricing.at('total', total_row)}-({listed}),{digits})", everything - cost),
        }
    )
    grid.add(
        blank
        | {
            "sku": Styled(f"All {len(subtotals)} suppliers" if len(subtotals) != 1 else "One supplier", "total:text"),
            "total": Styled(Formula(f"=ROUND({listed}+{letter}{rest},{digits})", everything), "total:money"),
        }
    )
