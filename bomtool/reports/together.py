"""One purchase list over several programs: what each orders of an offer, and what ordering it together would cost.

Programs were planned one by one; together their quantities may reach a better price break. Offers are not chosen anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bomtool.reports.facts import designator_text
from bomtool.reports.grid import HEADER_ROW, Column, Formula, Grid, Link, Styled, rounded
from bomtool.reports.looks import Looks
from bomtool.reports.overview import joint_notices
from bomtool.reports.purchasing import Bought, extended

if TYPE_CHECKING:
    from bomtool.reports.program import ProgramSheets

SHEET = "Purchase list"
SUMMED = ("planned", "total", "saving")


@dataclass(slots=True)
class Item:
    """One offer and the purchases of it: the program's index and the purchase."""

    first: Bought
    members: list[tuple[int, Bought]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sum:
    """A cell with a sum, and what it comes to."""

    cell: str
    value: Decimal


class Together:
    """The sheet; its worksheet is made before those of the programs and written when they know their places."""

    def __init__(self, book: Any, paper: int) -> None:
        self.book, self.paper = book, paper
        self.sheet = book.add_worksheet(SHEET)

    def write(self, programs: Sequence[ProgramSheets]) -> None:
        """A block for each supplier and currency, dearest first, then the total of each currency."""
        grid = Grid(self.sheet, SHEET, _columns(programs), Looks(self.book))
        grid.start("Purchase list over all programs", joint_notices(programs, self.paper), freeze=2)
        sums: dict[str, list[dict[str, Sum]]] = defaultdict(list)
        for (supplier, currency), items, fees in gather(programs):
            digits = next(one.facts.digits for one in programs if one.facts.currency == currency)
            sums[currency].append(_block(grid, programs, (supplier, currency), items, fees, digits))
        if not sums:
            grid.say("Nothing needs to be bought, or nothing could be priced.")
        else:
            grid.row += 1
            for currency, blocks in sorted(sums.items()):
                digits = next(one.facts.digits for one in programs if one.facts.currency == currency)
                grid.add(_total(grid, currency, blocks, digits))
        grid.sheet.print_area(0, 0, grid.row - 1, len(grid.columns) - 2)


def gather(programs: Sequence[ProgramSheets]) -> list[tuple[tuple[str, str], list[Item], dict[str, Decimal]]]:
    """Purchases of the same supplier, SKU, packaging and currency put together, with the fees of the supplier's orders by
    what they are for; the dearest block first."""
    items: dict[tuple[str, str], dict[tuple[str, str | None], Item]] = defaultdict(dict)
    fees: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    cost: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for index, one in enumerate(programs):
        for row in one.bought:
            bought = row.purchase
            if bought is None:
                continue
            block = (bought.supplier, one.facts.currency)
            item = items[block].setdefault((bought.sku, bought.packaging), Item(row))
            item.members.append((index, row))
            cost[block] += bought.extended_price
        for fee in one.plan.fees:
            block = (fee.supplier, one.facts.currency)
            fees[block][fee.what] = fees[block].get(fee.what, Decimal(0)) + fee.amount
            cost[block] += fee.amount
    order = sorted(cost, key=lambda block: (-cost[block], block))
    return [(block, list(items[block].values()), fees[block]) for block in order]


def _columns(programs: Sequence[ProgramSheets]) -> list[Column]:
    return [
        Column("sku", "Supplier part number", 27),
        Column("mpn", "MPN", 23, "mono"),
        Column("manufacturer", "Manufacturer", 19),
        Column("packaging", "Packaging", 13),
        *(Column(f"q{n}", f"{n + 1}: {one.facts.inputs.name}"[:40], 11, "integer") for n, one in enumerate(programs)),
        Column("quantity", "Quantity together", 10, "integer"),
        Column("planned", "As planned", 14, "money"),
        Column("unit", "Unit price together", 13, "price"),
        Column("total", "Cost together", 14, "money"),
        Column("saving", "Saving", 12, "money"),
        Column("lead", "Lead time", 10, "days"),
        Column("reference", "Your reference", 60, aside=True),
    ]


def _block(
    grid: Grid,
    programs: Sequence[ProgramSheets],
    block: tuple[str, str],
    items: list[Item],
    fees: dict[str, Decimal],
    digits: int,
) -> dict[str, Sum]:
    """The heading of a supplier and currency with its sums, then its lines and fees. Returns the sums."""
    if grid.row > HEADER_ROW + 1:
        grid.row += 1
    heading = grid.row + 1
    first, last = heading + 1, heading + len(items) + len(fees)
    lines = [_line(grid, programs, item, first + n, digits) for n, item in enumerate(items)]
    lines += [_fee(what, amount, digits) for what, amount in fees.items()]
    sums, cells = {}, {}
    for key in SUMMED:
        letter = grid.letter(key)
        sums[key] = Sum(f"{letter}{heading}", sum((_value(line[key]) for line in lines), Decimal(0)))
        text = f"=ROUND(SUM({letter}{first}:{letter}{last}),{digits})"
        cells[key] = Styled(Formula(text, sums[key].value), f"panel:money{digits}")
    title = f"{block[0]}  ({len(items)} line{'s' * (len(items) != 1)}, {block[1]})"
    grid.add(
        {column.key: Styled(None, "panel:text") for column in grid.columns}
        | {"sku": Styled(title, "panel:text")}
        | cells
    )
    for line in lines:
        grid.add(line, level=1)
    return sums


def _line(grid: Grid, programs: Sequence[ProgramSheets], item: Item, row: int, digits: int) -> dict[str, Any]:
    bought, part = item.first.purchase, item.first.part.availability
    assert bought is not None
    out: dict[str, Any] = {
        "sku": Link(bought.sku, bought.url) if bought.url else bought.sku,
        "mpn": bought.mpn or part.mpn,
        "manufacturer": part.manufacturer_name,
        "packaging": bought.packaging,
        "lead": bought.lead_time_days,
        "reference": "; ".join(dict.fromkeys(
            f"{programs[index].facts.inputs.name}: "
            f"{designator_text(one.part.availability.reference_designators, name_boms=False)}"
            for index, one in item.members
        )),
    }  # fmt: skip
    planned: list[str] = []
    for index in range(len(programs)):
        mine = [one for place, one in item.members if place == index]
        if mine:
            prices = programs[index].prices
            out[f"q{index}"] = Formula(
                "=" + "+".join(_if_kept(prices, one, "order") for one in mine),
                sum(one.purchase.quantity for one in mine if one.purchase),
            )
            planned += [_if_kept(prices, one, "total") for one in mine]
    quantity = sum(one.purchase.quantity for _, one in item.members if one.purchase)
    cost = sum((one.purchase.extended_price for _, one in item.members if one.purchase), Decimal(0))
    first, last = grid.letter("q0"), grid.letter(f"q{len(programs) - 1}")
    money = f"money{digits}"
    cells = {key: f"{grid.letter(key)}{row}" for key in ("quantity", "planned", "unit", "total")}
    out |= {
        "quantity": Formula(f"=SUM({first}{row}:{last}{row})", quantity),
        "planned": Styled(Formula("=" + "+".join(planned), cost), money),
    }
    unit, together = _price(programs, item, quantity, cells["quantity"])
    total = extended(quantity, together, digits) if together is not None else cost
    places = programs[item.members[0][0]].offers.places(item.first.part.index)
    product = rounded(f"{cells['quantity']}*{cells['unit']}", digits, places)
    text = f"={product if unit is not None else cells['planned']}"
    return out | {
        "unit": unit,
        "total": Styled(Formula(text, total), money),
        "saving": Styled(Formula(f"={cells['planned']}-{cells['total']}", cost - total), money),
    }


def _if_kept(prices: Grid, one: Bought, key: str) -> str:
    """A cell of Pricing, 0 once another offer is chosen there."""
    cell = prices.at(key, one.row)
    return f"IF({prices.at('offer', one.row)}={prices.at('plan_offer', one.row)},{cell},0)" if one.live else cell


def _price(
    programs: Sequence[ProgramSheets], item: Item, quantity: int, cell: str
) -> tuple[Formula | None, Decimal | None]:
    """The unit price at the quantity together, by the price breaks of the offer; None where a price was set by hand or
    the programs saw different breaks."""
    index, first = item.members[0]
    offers = [one.offer for _, one in item.members if one.live and one.own_price is None]
    offer = offers[0] if len(offers) == len(item.members) else None
    if offer is None or any(other is None or other.breaks != offer.breaks for other in offers):
        return None, None
    held = offer.price_at(quantity)
    if held is None:
        return None, None
    sheets = programs[index]
    row = sheets.offers.first_row(first.part.index) + (first.place or 0)
    most = sheets.offers.breaks_max
    froms, prices = (
        f"{sheets.offer.at(f'{key}0', row)}:${sheets.offer.letter(f'{key}{most - 1}')}${row}"
        for key in ("from", "price")
    )
    return Formula(f'=IF({cell}=0,0,INDEX({prices},1,MAX(1,COUNTIF({froms},"<="&{cell}))))', held[1]), held[1]


def _fee(what: str, amount: Decimal, digits: int) -> dict[str, Any]:
    """A fee of the orders of all programs as they were planned one by one; ordering together may save some of it."""
    money = f"money{digits}"
    return {
        "sku": what,
        "planned": Styled(amount, money),
        "total": Styled(amount, money),
        "saving": Styled(Decimal(0), money),
    }


def _value(cell: Styled) -> Decimal:
    """What a cell comes to."""
    value = cell.value.value if isinstance(cell.value, Formula) else cell.value
    return Decimal(value)


def _total(grid: Grid, currency: str, blocks: list[dict[str, Sum]], digits: int) -> dict[str, Any]:
    """What all blocks of a currency come to."""
    out: dict[str, Any] = {column.key: Styled(None, "total:text") for column in grid.columns}
    out["sku"] = Styled(f"All suppliers, {currency}", "total:text")
    for key in SUMMED:
        text = f"=ROUND({'+'.join(block[key].cell for block in blocks)},{digits})"
        value = sum((block[key].value for block in blocks), Decimal(0))
        out[key] = Styled(Formula(text, value), f"total:money{digits}")
    return out
