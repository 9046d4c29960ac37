"""The plan's purchases as formulas can follow them: for each, the quantity asked here, and what the rule makes of it.

The rule of one purchase: the asked quantity, at least the least order, the first price break and what the plan bought
up to, rounded up to the order multiple; the price of the largest break not above it; the product rounded half up. Where
the rule does not give the plan's own figures, the purchase is not live: its figures are written as they are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from bomtool.api.plans import Purchase
from bomtool.reports.facts import Facts, PartRow
from bomtool.reports.offers import Offer, OfferBook, find
from bomtool.reports.spool import Spool, pack, unpack


@dataclass(slots=True)
class Bought:
    """One row of the Pricing sheet: a planned purchase, or a part that needs none or has none."""

    part: PartRow
    purchase: Purchase | None
    book: OfferBook
    place: int | None
    """Place of the purchase's offer among those of the part, from 0; None where it has none."""
    piece: int
    """Place among the part's purchases, from 0."""
    pieces: int
    asked: int
    """Pieces this purchase has to cover."""
    up_to: int | None = None
    """The plan bought up to this quantity although fewer were asked (a cheaper price break)."""
    limit: int | None = None
    """The plan could buy no more than this."""
    share: int | None = None
    """Pieces of the part that this purchase covers at most, where others follow it."""
    own_price: Decimal | None = None
    """A unit price that is not the offer's: set by an override."""
    live: bool = True
    row: int = 0
    """1-based row on the Pricing sheet."""

    @property
    def offer(self) -> Offer | None:
        """The offer that the purchase was made from."""
        return None if self.place is None else self.book.of(self.part.index)[self.place]

    @property
    def total(self) -> Decimal | None:
        """The plan's cost of this row; None where it has no price."""
        if self.purchase is not None:
            return self.purchase.extended_price
        priced = self.part.pricing
        return Decimal(0) if priced is not None and priced.priced else None

    @property
    def counted(self) -> bool:
        """Whether the plan counts this row in the known total."""
        return self.part.pricing is not None and self.part.pricing.priced

    @property
    def lines(self) -> int:
        """BOM lines of the part, counted once."""
        return self.part.pricing.lines if self.part.pricing is not None and self.piece == 0 else 0


def rounded_order(asked: int, offer: Offer, up_to: int | None = None) -> int:
    """The quantity to order of an offer for the pieces asked: least order, first break, order multiple."""
    if asked == 0:
        return 0
    first = offer.breaks[0][0] if offer.breaks else 1
    least = max(asked, offer.moq, first, up_to or 0)
    multiple = max(1, offer.order_multiple)
    return -(-least // multiple) * multiple


def extended(quantity: int, price: Decimal, digits: int) -> Decimal:
    """Quantity times price, rounded half up to the currency's decimal places."""
    return (quantity * price).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Fee:
    """What an order at a supplier costs besides its pieces."""

    supplier: str
    what: str
    amount: Decimal


@dataclass(slots=True)
class Order:
    """What is bought of one supplier: the places of its purchases among the rows, in their order, their cost, and fees."""

    places: array[int] = field(default_factory=lambda: array("q"))
    lines: Decimal = Decimal(0)
    packaging: Decimal = Decimal(0)
    fees: list[Fee] = field(default_factory=list)

    @property
    def cost(self) -> Decimal:
        """Cost of the lines and fees."""
        return self.lines + sum((fee.amount for fee in self.fees), Decimal(0))


class Plan:
    """The rows of the Pricing sheet, part by part, from the 1-based row `first` on; parts that are not placed or are left out
    stand on Availability alone."""

    def __init__(self, facts: Facts, book: OfferBook, first: int) -> None:
        self._facts, self._book, self._next = facts, book, first
        self._fees: list[Fee] | None = None
        self.rows: Spool[Bought] = Spool(_packed, self._unpacked)
        self.orders: dict[str, Order] = {}
        """By supplier."""

    def add(self, part: PartRow) -> list[Bought]:
        """Add the rows of the next part, whose offers are in the book."""
        if left_out(part):
            return []
        made = list(_of_part(self._facts, part, self._book))
        for row in made:
            row.row = self._next
            if row.purchase is not None:
                order = self.orders.setdefault(row.purchase.supplier, Order())
                order.places.append(len(self.rows))
                order.lines += row.purchase.extended_price
                order.packaging += row.purchase.fee
            self.rows.append(row)
            self._next += 1
        return made

    @property
    def fees(self) -> list[Fee]:
        """Fees by supplier, once all parts are added; each also stands in its order."""
        if self._fees is None:
            for fee in self._facts.inputs.pricing.fees:
                own = self.orders.setdefault(fee.supplier, Order()).fees
                own += [Fee(fee.supplier, "Order fee", fee.order_fee)] if fee.order_fee else []
                own += [Fee(fee.supplier, "Top-up to the minimum order value", fee.top_up)] if fee.top_up else []
            for supplier, order in self.orders.items():
                if order.packaging:
                    order.fees.append(Fee(supplier, "Packaging fees", order.packaging))
            self._fees = [fee for order in self.orders.values() for fee in order.fees]
        return self._fees

    @property
    def total_row(self) -> int:
        """The row behind the last one and the fees."""
        return self._next + len(self.fees)

    def _unpacked(self, content: bytes) -> Bought:
        index, bought, place, piece, pieces, asked, up_to, limit, share, own, live, row = unpack(content)
        part = self._facts.parts[index]
        purchase = part.pricing.purchases[piece] if bought and part.pricing else None
        price = None if own is None else Decimal(own)
        return Bought(part, purchase, self._book, place, piece, pieces, asked, up_to, limit, share, price, live, row)


def _packed(row: Bought) -> bytes:
    """A row without the part and the purchase, which are kept elsewhere."""
    own = None if row.own_price is None else str(row.own_price)
    return pack(
        (
            row.part.index, row.purchase is not None, row.place, row.piece, row.pieces, row.asked, row.up_to, row.limit,
            row.share, own, row.live, row.row,
        )
    )  # fmt: skip


def left_out(part: PartRow) -> bool:
    """Whether nothing of the part is to be bought at any number of builds."""
    bought = part.pricing is not None and bool(part.pricing.purchases)
    return part.availability.status in ("do_not_place", "excluded") and not bought


def _of_part(facts: Facts, part: PartRow, book: OfferBook) -> Iterator[Bought]:
    purchases = part.pricing.purchases if part.pricing else []
    if not purchases:
        yield Bought(part, None, book, None, 0, 1, part.availability.quantity_to_buy)
        return
    left = part.pricing.quantity_to_buy if part.pricing else 0
    live = part.pricing is not None and left == part.availability.quantity_to_buy
    for piece, purchase in enumerate(purchases):
        last = piece == len(purchases) - 1
        offers = book.of(part.index)
        offer = find(offers, purchase)
        place = offers.index(offer) if offer is not None else None
        asked = left if last else min(left, purchase.quantity)
        share = None if last else purchase.quantity
        row = Bought(part, purchase, book, place, piece, len(purchases), asked, share=share)
        row.live = live and offer is not None and _explain(row, purchase, offer, facts.digits)
        left = max(0, left - purchase.quantity)
        yield row


def _explain(row: Bought, purchase: Purchase, offer: Offer, digits: int) -> bool:
    """Find what makes the rule give the plan's figures; False where nothing does."""
    plain = rounded_order(row.asked, offer)
    if purchase.quantity > plain:
        row.up_to = purchase.quantity
    elif purchase.quantity < plain:
        row.limit = purchase.quantity
    ordered = rounded_order(row.asked, offer, row.up_to)
    if row.limit is not None:
        ordered = min(ordered, row.limit)
    held = offer.price_at(ordered)
    if held is None or held[1] != purchase.unit_price:
        row.own_price = purchase.unit_price
    return ordered == purchase.quantity and extended(ordered, purchase.unit_price, digits) == purchase.extended_price
