"""Offers of every part with their price breaks in the program's currency: the sheet that other formulas look up."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bomtool.api.parts import OfferAnswer
from bomtool.api.plans import Purchase
from bomtool.reports.facts import Facts, PartRow
from bomtool.reports.grid import HEADER_ROW, Column, Grid, Link, Row
from bomtool.reports.spool import Spool, pack, unpack

SHEET = "Offers"


@dataclass(slots=True)
class Offer:
    """An offer as the workbook computes with it. `breaks` ascend; a price is None where its currency has no rate."""

    label: str
    supplier: str
    sku: str
    packaging: str | None
    moq: int
    order_multiple: int
    breaks: list[tuple[int, Decimal]]
    stock: int | None = None
    lead_time_days: int | None = None
    url: str | None = None
    fetched_at: datetime | None = None
    kind: str | None = None
    note: str | None = None

    def price_at(self, quantity: int) -> tuple[int, Decimal] | None:
        """The break that holds at a quantity: the largest one not above it."""
        holding = [entry for entry in self.breaks if entry[0] <= quantity]
        return holding[-1] if holding else None


class OfferBook:
    """The offers of every part in the program's currency, and the rows they take on the sheet. Parts are added in their
    order; each part's planned purchases are always among its offers."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._offers: Spool[list[Offer]] = Spool(_packed, _unpacked)
        self._first = array("q", [HEADER_ROW + 2])
        """1-based row of each part's first offer, and the row behind the last one."""
        self._recent: tuple[int, list[Offer]] = (-1, [])
        self.breaks_max = 1
        """Most price breaks of an offer."""

    def add(self, part: PartRow) -> list[Offer]:
        """Add the offers of the next part."""
        offers = _of_part(part, self._facts.currency, self._facts.rates)
        self._offers.append(offers)
        self._first.append(self._first[-1] + len(offers))
        self.breaks_max = max(self.breaks_max, *(len(offer.breaks) for offer in offers), 1)
        self._recent = (part.index, offers)
        return offers

    def of(self, index: int) -> list[Offer]:
        """The offers of a part, in the order of their rows."""
        if self._recent[0] != index:
            self._recent = (index, self._offers[index])
        return self._recent[1]

    def rows(self, index: int) -> tuple[int, int] | None:
        """First and last row of a part's offers, None where it has none."""
        first, behind = self._first[index], self._first[index + 1]
        return (first, behind - 1) if behind > first else None

    def first_row(self, index: int) -> int:
        """The row of a part's first offer."""
        return self._first[index]

    def places(self, index: int) -> int:
        """Most decimal places of a part's prices, at least the 6 that a person may type."""
        prices = (price for offer in self.of(index) for _, price in offer.breaks)
        return max(6, *(-int(price.normalize().as_tuple().exponent) for price in prices), 0)

    @property
    def size(self) -> int:
        """How many offers there are."""
        return self._first[-1] - self._first[0]


def _packed(offers: list[Offer]) -> bytes:
    """Offers as plain values: of a large program they are read again and again."""
    return pack(
        [
            (
                o.label, o.supplier, o.sku, o.packaging, o.moq, o.order_multiple,
                [(quantity, str(price)) for quantity, price in o.breaks], o.stock, o.lead_time_days, o.url,
                o.fetched_at.isoformat() if o.fetched_at else None, o.kind, o.note,
            )
            for o in offers
        ]
    )  # fmt: skip


def _unpacked(content: bytes) -> list[Offer]:
    return [
        Offer(
            label, supplier, sku, packaging, moq, multiple, [(quantity, Decimal(price)) for quantity, price in breaks],
            stock, lead, url, datetime.fromisoformat(moment) if moment else None, kind, note,
        )
        for label, supplier, sku, packaging, moq, multiple, breaks, stock, lead, url, moment, kind, note
        in unpack(content)
    ]  # fmt: skip


def label_of(supplier: str, sku: str, packaging: str | None) -> str:
    """How an offer is named in the Chosen offer column."""
    return " · ".join(filter(None, (supplier, sku, packaging)))[:250]


def find(offers: Sequence[Offer], purchase: Purchase) -> Offer | None:
    """The offer that a purchase was made from."""
    same = [offer for offer in offers if (offer.supplier, offer.sku) == (purchase.supplier, purchase.sku)]
    exact = [offer for offer in same if offer.packaging == purchase.packaging]
    fitting = [o for o in exact or same if (o.moq, o.order_multiple) == (purchase.moq, purchase.order_multiple)]
    found = fitting or exact or same
    return found[0] if found else None


def _of_part(part: PartRow, currency: str, rates: dict[str | None, Purchase]) -> list[Offer]:
    offers = [_converted(answer, currency, rates) for answer in part.availability.offers]
    for purchase in part.pricing.purchases if part.pricing else ():
        offer = find(offers, purchase)
        if offer is None:
            offers.append(offer := _from_purchase(purchase))
        held = offer.price_at(purchase.quantity)
        if held and held[1] != purchase.unit_price and purchase.offer_currency not in (None, currency):
            offer.breaks[offer.breaks.index(held)] = (held[0], purchase.unit_price)
    seen: dict[str, int] = {}
    for offer in offers:
        seen[offer.label] = seen.get(offer.label, 0) + 1
        if seen[offer.label] > 1:
            offer.label = f"{offer.label} ({seen[offer.label]})"
    return offers


def _converted(answer: OfferAnswer, currency: str, rates: dict[str | None, Purchase]) -> Offer:
    breaks: dict[int, Decimal] = {}
    note = None
    for entry in answer.prices:
        if entry.currency == currency:
            breaks[entry.quantity] = entry.price
        elif (known := rates.get(entry.currency)) and known.exchange_rate:
            breaks[entry.quantity] = entry.price * known.exchange_rate
            day = f" of {known.exchange_rate_date}" if known.exchange_rate_date else ""
            note = f"from {entry.currency} at {known.exchange_rate:f}{day}"
        else:
            note = f"priced in {entry.currency}, no exchange rate"
    return Offer(
        label_of(answer.supplier, answer.sku, answer.packaging),
        answer.supplier, answer.sku, answer.packaging, answer.moq, answer.order_multiple, sorted(breaks.items()),
        answer.stock, answer.lead_time_days, answer.url, answer.fetched_at, answer.kind, note,
    )  # fmt: skip


def _from_purchase(bought: Purchase) -> Offer:
    return Offer(
        label_of(bought.supplier, bought.sku, bought.packaging),
        bought.supplier, bought.sku, bought.packaging, bought.moq, bought.order_multiple,
        [(max(1, bought.price_break), bought.unit_price)],
        bought.stock, bought.lead_time_days, bought.url, bought.fetched_at, bought.kind, "as bought in the plan",
    )  # fmt: skip


def columns(facts: Facts, book: OfferBook) -> list[Column]:
    """Columns of the sheet: one for each break's quantity, one for each break's price."""
    most = book.breaks_max
    return [
        Column("number", "Part", 5.5, "figure"),
        Column("mpn", "MPN", 22, "mono"),
        Column("label", "Offer", 44),
        Column("supplier", "Supplier", 21),
        Column("sku", "Supplier part number", 22, "link"),
        Column("packaging", "Packaging", 12),
        Column("stock", "Stock", 10, "integer"),
        Column("moq", "Least order", 9, "integer"),
        Column("multiple", "Multiple", 9, "integer"),
        Column("lead", "Lead time", 10, "days"),
        *(Column(f"from{i}", f"From {i + 1}", 8, "integer") for i in range(most)),
        *(Column(f"price{i}", f"Price {i + 1}, {facts.currency}", 13, "price") for i in range(most)),
        Column("as_of", "As of", 11, "date"),
        Column("kind", "Data", 9),
        Column("note", "Note", 26),
    ]


def write(grid: Grid, facts: Facts, book: OfferBook) -> None:
    """One row an offer, in the order the book counts on."""
    for part in facts.parts:
        for offer in book.of(part.index):
            grid.add(_row(part, offer))
    if grid.row == HEADER_ROW + 1:
        grid.say("No offer is known for any part of this program.")
    grid.finish()


def _row(part: PartRow, offer: Offer) -> Row:
    row = {
        "number": part.index + 1,
        "mpn": part.availability.mpn or "",
        "label": offer.label,
        "supplier": offer.supplier,
        "sku": Link(offer.sku, offer.url) if offer.url else offer.sku,
        "packaging": offer.packaging,
        "stock": offer.stock,
        "moq": offer.moq,
        "multiple": offer.order_multiple,
        "lead": offer.lead_time_days,
        "as_of": offer.fetched_at,
        "kind": offer.kind,
        "note": offer.note,
    }
    for index, (quantity, price) in enumerate(offer.breaks):
        row[f"from{index}"] = quantity
        row[f"price{index}"] = price
    return row
