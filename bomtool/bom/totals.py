"""Quantities for several boards: taken only where the file has none per board, and divided only where that is certain."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

from bomtool.bom.model import Line
from bomtool.bom.table import Table

_POSSIBLE = 1.3
"""The least weight with which a header may mean a quantity at all."""
_BOARDS = re.compile(r"\d{1,6}")


def take(table: Table) -> None:
    """Make a column of totals the quantity column where the table has no quantity per board."""
    if "quantity" in table.columns:
        return
    readings, cells = table.candidate.readings, table.candidate.cells
    fitting = [
        position
        for position in table.columns.get("total_quantity", ())
        if readings[position].fields.get("quantity", 0.0) >= _POSSIBLE and cells[position].integer > 0.5
    ]
    if not fitting:
        return
    best = max(fitting, key=lambda position: (readings[position].fields["quantity"], -position))
    table.columns["quantity"] = [best]
    table.columns["total_quantity"] = [p for p in table.columns["total_quantity"] if p != best]
    if not table.columns["total_quantity"]:
        del table.columns["total_quantity"]
    table.totals = True


def settle(table: Table, lines: list[Line], boards: str | None) -> None:
    """Divide totals by the number of boards that the title block names or that all lines show; tell what was done."""
    if not table.totals:
        return
    header = table.header(table.position("quantity"))
    number = _BOARDS.search(boards or "")
    count = int(number[0]) if number else _common_factor(lines)
    counted = [line for line in lines if line.quantity is not None]
    if count > 1 and all(line.quantity is not None and line.quantity % count == 0 for line in counted):
        for line in counted:
            assert line.quantity is not None
            line.quantity /= count
        message = f'"{header}" counts {count} boards; the quantities were divided by {count}.'
        table.say("quantity-divided", message, row=table.candidate.header_row, name="quantity")
    elif count != 1:
        message = (
            f'"{header}" may count several boards, and no column counts one; its quantities were taken as they are.'
        )
        table.say("quantity-total", message, row=table.candidate.header_row, name="quantity")


def _common_factor(lines: list[Line]) -> int:
    """By how much every quantity exceeds the number of designators: 0 where the lines do not agree."""
    shown = [
        (line.quantity, len(line.reference_designators))
        for line in lines
        if line.quantity and line.reference_designators and not line.do_not_place
    ]
    factors = Counter(quantity / refs for quantity, refs in shown)
    if len(factors) != 1:
        return 0
    factor = next(iter(factors))
    return int(factor) if factor == factor.to_integral_value() and factor >= Decimal(1) else 0
