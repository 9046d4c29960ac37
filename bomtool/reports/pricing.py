"""The Pricing sheet: one row a purchase, from the pieces asked to the line total by formulas, with the arithmetic.

Chosen offer and Own price are inputs: order quantity, price break and total follow them. A purchase that the rule of
`purchasing` cannot explain keeps the plan's figures.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bomtool.reports import availability
from bomtool.reports.facts import Facts
from bomtool.reports.grid import HEADER_ROW, Column, Formula, Grid, Styled, rounded
from bomtool.reports.offers import OfferBook
from bomtool.reports.purchasing import Bought, Fee, Plan
from bomtool.reports.tally import Tally

SHEET = "Pricing"
FIRST = HEADER_ROW + 2
"""1-based row of the first purchase."""
DROPDOWNS_MAX = 20_000
"""Rows that get a list to choose the offer from; each costs memory."""


def columns(facts: Facts) -> list[Column]:
    """All columns the sheet can have; templates/report.toml chooses and orders them."""
    code = facts.currency
    return [
        Column("number", "Part", 5.5, "figure"),
        Column("mpn", "MPN", 22, "mono"),
        Column("manufacturer", "Manufacturer", 18),
        Column("category", "Category", 19),
        Column("lines", "BOM lines", 7, "integer"),
        Column("asked", "To buy", 9, "integer"),
        Column("offer", "Chosen offer", 44, "input:text", note="Choose another offer of this part from the list."),
        Column("own_price", f"Own price, {code}", 10, "input:price", note="Write a unit price to replace the offer's."),
        Column("moq", "Least order", 8, "integer"),
        Column("multiple", "Multiple", 8, "integer"),
        Column("order", "Order", 9, "integer"),
        Column("break", "Price break", 9, "integer"),
        Column("unit", f"Unit price, {code}", 15, "price"),
        Column("total", f"Line total, {code}", 15.5, "money"),
        Column("share", "Share", 8, "share"),
        Column("excess", "Left over", 8, "integer"),
        Column("excess_value", f"Left over, {code}", 11, "money"),
        Column("lead", "Lead time", 10, "days"),
        Column("as_of", "Price as of", 11, "date"),
        Column("how", "How it came about", 60, aside=True),
        Column("supplier", "Supplier", 17, "general", hidden=True),
        Column("found", "Offer's place", 7, "integer", hidden=True),
        Column("held", "Break's place", 7, "integer", hidden=True),
        Column("plan_offer", "Offer in the plan", 20, hidden=True),
        Column("up_to", "Bought up to", 9, "integer", hidden=True),
        Column("limit", "At most", 9, "integer", hidden=True),
        Column("piece", "Covers at most", 9, "integer", hidden=True),
        Column("priced", "Priced lines", 7, "integer", hidden=True),
    ]


def write(grid: Grid, offers: Grid, parts: Grid, facts: Facts, plan: Plan, book: OfferBook, tally: Tally) -> None:
    """Write every purchase, the fees of orders, and the total."""
    rows = plan.rows
    writer = _Writer(grid, offers, parts, facts, book, total_row=plan.total_row)
    for row in rows:
        grid.add(writer.values(row))
        ranges = book.rows(row.part.index)
        if row.live and ranges and len(rows) <= DROPDOWNS_MAX:
            source = f"={offers.span('label', *ranges)}"
            grid.sheet.data_validation(
                row.row - 1,
                grid._at["offer"],
                row.row - 1,
                grid._at["offer"],
                {"validate": "list", "source": source, "error_type": "warning", "error_title": "Not in the list",
                 "error_message": "Choose one of the offers of this part (sheet Offers)."},
            )  # fmt: skip
    for fee in plan.fees:
        grid.add(writer.fee(fee))
    last = grid.row
    if not rows:
        grid.say("There is nothing to buy: the program has no parts.")
    grid.add(writer.sum(tally if rows or plan.fees else None, last))
    if rows and "share" in grid:
        letter = grid.letter("share")
        grid.sheet.conditional_format(
            f"{letter}{FIRST}:{letter}{last}", {"type": "data_bar", "bar_color": "#9DBBD6", "bar_solid": True,
                                                "bar_border_color": "#9DBBD6", "min_type": "num", "min_value": 0}
        )  # fmt: skip
    grid.finish(last=last)


class _Writer:
    """Formulas of a row, with the columns' letters looked up once."""

    def __init__(self, grid: Grid, offers: Grid, parts: Grid, facts: Facts, book: OfferBook, total_row: int) -> None:
        self.grid, self.offers, self.parts, self.facts, self.book = grid, offers, parts, facts, book
        self.at = {column.key: grid.letter(column.key) for column in grid.columns}
        self.most = book.breaks_max
        self.total_row = total_row
        self.known = facts.inputs.pricing.known_total

    def values(self, row: Bought) -> dict[str, Any]:
        """All cells of one purchase."""
        bought, priced, part, offer = row.purchase, row.part.pricing, row.part.availability, row.offer
        first = row.piece == 0
        how = list(priced.arithmetic) if priced and first else []
        if priced and first and not priced.priced and priced.unpriced_reason:
            how.insert(0, f"Not priced: {priced.unpriced_reason}")
        cells: dict[str, Any] = {
            "number": row.part.index + 1,
            "mpn": part.mpn or "",
            "manufacturer": part.manufacturer_name,
            "category": row.part.category,
            "lines": row.lines if first else None,
            "asked": row.asked,
            "offer": offer.label if offer else None,
            "own_price": row.own_price,
            "total": row.total,
            "how": "  ·  ".join(how),
            "plan_offer": offer.label if offer else None,
            "priced": row.lines if row.counted else 0,
        }
        if bought:
            cells |= {
                "moq": bought.moq,
                "multiple": bought.order_multiple,
                "order": bought.quantity,
                "break": bought.price_break,
                "unit": bought.unit_price,
                "excess": bought.excess_quantity,
                "excess_value": bought.excess_value,
                "lead": bought.lead_time_days,
                "as_of": bought.fetched_at,
                "supplier": bought.supplier,
            }
        return cells | (self.formulas(row, cells) if self._follows(row) else {"offer": Styled(cells["offer"], "text"),
                                                                              "own_price": Styled(None, "text")})  # fmt: skip

    def _follows(self, row: Bought) -> bool:
        """Whether formulas give the plan's figures for this row."""
        if row.purchase is not None:
            return row.live
        if not availability.live(self.facts, row.part):
            return False
        return (row.total is None) == (row.asked > 0) or row.part.pricing is None

    def fee(self, fee: Fee) -> dict[str, Any]:
        """A fee of an order."""
        row = self.grid.row + 1
        return {
            "mpn": Styled(fee.what, "text"),
            "offer": Styled(fee.supplier, "text"),
            "own_price": Styled(None, "text"),
            "category": "Fees",
            "total": fee.amount,
            "share": self._share(fee.amount, f"{self.at['total']}{row}"),
            "supplier": fee.supplier,
        }

    def formulas(self, row: Bought, cells: dict[str, Any]) -> dict[str, Any]:
        """The cells that follow the inputs."""
        r, at, digits, places = row.row, self.at, self.facts.digits, self.book.places(row.part.index)
        asked, offer, own, order = (f"{at[key]}{r}" for key in ("asked", "offer", "own_price", "order"))
        found, held, unit, total = (f"{at[key]}{r}" for key in ("found", "held", "unit", "total"))
        ranges = self.book.rows(row.part.index)
        out: dict[str, Any] = {
            "asked": Formula(self._asked(row), row.asked),
            "up_to": row.up_to,
            "limit": row.limit,
            "piece": row.share,
            "total": Formula(
                f'=IF({asked}=0,0,IF(OR({unit}="",{order}=""),"",{rounded(f"{order}*{unit}", digits, places)}))',
                cells["total"],
            ),
            "priced": self._priced(row),
            "share": self._share(row.total, total),
        }
        if ranges is None:
            return out | {
                "order": Formula(f'=IF({asked}=0,0,IF({own}="","",{asked}))', "" if row.asked else 0),
                "unit": Formula(f'=IF({own}="","",{own})', ""),
                "found": 0,
                "offer": Styled(None, "text"),
            }
        first, last = ranges
        span = self.offers.span
        names = span("label", first, last)
        froms = f"{span('from0', first, last).rpartition(':')[0]}:${self.offers.letter(f'from{self.most - 1}')}${last}"
        prices = (
            f"{span('price0', first, last).rpartition(':')[0]}:${self.offers.letter(f'price{self.most - 1}')}${last}"
        )
        bought = row.purchase
        chosen = row.offer
        place = row.place + 1 if row.place is not None else 0
        breaks_held = sum(b[0] <= bought.quantity for b in chosen.breaks) if bought and chosen else 0
        out |= {
            "found": Formula(f"=SUMPRODUCT(({names}={offer})*(ROW({names})-{first - 1}))", place),
            "supplier": self._of_offer("supplier", found, first, last, cells.get("supplier")),
            "moq": self._of_offer("moq", found, first, last, cells.get("moq")),
            "multiple": self._of_offer("multiple", found, first, last, cells.get("multiple")),
            "order": Formula(self._order(row, froms), bought.quantity if bought else (0 if row.asked == 0 else "")),
            "held": Formula(
                f'=IF(OR({found}=0,{order}=0),0,COUNTIF(INDEX({froms},{found},0),"<="&{order}))', breaks_held
            ),
            "break": Formula(f'=IF({held}=0,"",INDEX({froms},{found},{held}))', self._held(row)),
            "unit": Formula(
                f'=IF({own}<>"",{own},IF({held}=0,"",INDEX({prices},{found},{held})))',
                bought.unit_price if bought else "",
            ),
        }
        if bought:
            excess = f"{at['excess']}{r}"
            if bought.excess_quantity == bought.quantity - row.asked:
                out["excess"] = Formula(f'=IF({order}="","",{order}-{asked})', bought.excess_quantity)
                value = (bought.excess_quantity * bought.unit_price).quantize(
                    Decimal(1).scaleb(-digits), "ROUND_HALF_UP"
                )
                if value == bought.excess_value:
                    out["excess_value"] = Formula(
                        f'=IF(OR({unit}="",{excess}=""),"",{rounded(f"{excess}*{unit}", digits, places)})',
                        bought.excess_value,
                    )
        return out

    def _held(self, row: Bought) -> Any:
        offer = row.offer
        held = offer.price_at(row.purchase.quantity) if offer and row.purchase else None
        return held[0] if held else ""

    def _of_offer(self, key: str, found: str, first: int, last: int, value: Any) -> Formula:
        return Formula(f'=IF({found}=0,"",INDEX({self.offers.span(key, first, last)},{found}))', value or "")

    def _asked(self, row: Bought) -> str:
        """Pieces this purchase covers: what the part needs, less what the purchases above it cover."""
        part = self.parts.at("to_buy", HEADER_ROW + 2 + row.part.index)
        if row.piece == 0:
            return f"={part}" if row.share is None else f"=MIN({part},{self.at['piece']}{row.row})"
        above = f"{self.at['order']}{row.row - row.piece}:{self.at['order']}{row.row - 1}"
        left = f"MAX(0,{part}-SUM({above}))"
        return f"={left}" if row.share is None else f"=MIN({left},{self.at['piece']}{row.row})"

    def _order(self, row: Bought, froms: str) -> str:
        r, at = row.row, self.at
        asked, found, own = f"{at['asked']}{r}", f"{at['found']}{r}", f"{at['own_price']}{r}"
        same = f"{at['offer']}{r}={at['plan_offer']}{r}"
        up_to = f",IF({same},{at['up_to']}{r},0)" if row.up_to is not None else ""
        plain = f"CEILING(MAX({asked},{at['moq']}{r},INDEX({froms},{found},1){up_to}),{at['multiple']}{r})"
        if row.limit is not None:
            plain = f"IF({same},MIN({at['limit']}{r},{plain}),{plain})"
        return f'=IF({asked}=0,0,IF({found}=0,IF({own}="","",{asked}),{plain}))'

    def _priced(self, row: Bought) -> Any:
        if row.piece:
            return 0
        letter, r = self.at["total"], row.row
        value = row.lines if row.counted else 0
        complete = row.counted or row.total is None
        if not complete or row.lines == 0:
            return value
        return Formula(
            f"=IF(COUNT({letter}{r}:{letter}{r + row.pieces - 1})={row.pieces},{self.at['lines']}{r},0)", value
        )

    def _share(self, cost: Decimal | None, total: str) -> Formula:
        everything = f"{self.at['total']}${self.total_row}"
        value = float(cost / self.known) if cost is not None and self.known else 0.0
        return Formula(f"=IF(OR({everything}=0,NOT(ISNUMBER({total}))),0,{total}/{everything})", value)

    def sum(self, tally: Tally | None, last: int) -> dict[str, Any]:
        """The total row."""
        digits = self.facts.digits
        styled: dict[str, Any] = {key: Styled(None, "total:text") for key in self.at}
        if tally is None:
            return styled | {"mpn": Styled("Total", "total:text"), "total": Styled(0, "total:money")}
        fees = self.facts.fees

        def total(key: str, value: Any) -> Formula:
            return Formula(f"=ROUND(SUM({self.at[key]}{FIRST}:{self.at[key]}{last}),{digits})", value)

        return styled | {
            "mpn": Styled("Total with fees" if fees else "Total", "total:text"),
            "offer": Styled(f"of it fees of orders and packaging: {fees:,f}" if fees else None, "total:text"),
            "total": Styled(total("total", tally.total + fees), "total:money"),
            "excess_value": Styled(total("excess_value", tally.excess), "total:money"),
            "priced": Formula(f"=SUM({self.at['priced']}{FIRST}:{self.at['priced']}{last})", tally.lines_priced),
            "lines": Styled(Formula(f"=SUM({self.at['lines']}{FIRST}:{self.at['lines']}{last})", tally.lines),
                             "total:integer"),
        }  # fmt: skip
