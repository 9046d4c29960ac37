"""What the offers of one part allow: who may be bought from, at which prices, how many pieces, and how surely.

Offers come in levels of certainty: `NOW` counts stock that is known, `LEAD` adds what a supplier orders from the factory in
a known time, `OPEN` adds offers of unknown stock. A plan takes the surest level that covers the need.

Packagings of one part at one supplier (cut tape, reel) are offers of their own with one stock behind them: together they
never give more than the largest of the figures stated.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from bomtool.parts.model import Offer
from bomtool.sourcing.ladder import Ladder, ladder, lowest_prices, unit_prices
from bomtool.sourcing.model import Options, SupplierRules, SupplierTerms
from bomtool.sourcing.money import Rate, rounded
from bomtool.sourcing.overage import PRICE_CURRENCY, PriceStep

NOW, LEAD, OPEN = 1, 2, 3
PREFERRED, USUAL, LAST_RESORT = 0, 1, 2


@functools.lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """A supplier's name for comparing: without case, spaces single."""
    return " ".join(name.casefold().split())


def standing(supplier: str, rules: SupplierRules) -> int:
    """PREFERRED, USUAL or LAST_RESORT."""
    name = fold(supplier)
    if name in rules.preferred:
        return PREFERRED
    return LAST_RESORT if name in rules.last_resort else USUAL


def barred(offer: Offer, rules: SupplierRules) -> str | None:
    """Why an offer may not be bought; None where it may."""
    name = fold(offer.supplier)
    if name in rules.banned:
        return f"{offer.supplier} is banned"
    if rules.allowed and name not in rules.allowed:
        return f"{offer.supplier} is not among the allowed suppliers"
    if rules.authorized_only and not offer.authorized:
        return f"{offer.supplier} is not known to be authorised"
    return None


@dataclass(frozen=True, slots=True)
class Priced:
    """An offer with its breaks in the program's currency, the rate, the packaging fee of a line and its standing."""

    offer: Offer
    breaks: list[tuple[int, Decimal]]
    rate: Rate | None
    fee: Decimal
    standing: int


class Supply:
    """The offers of one part under the program's rules. `allowed` may be bought from; `barred` says why others may not
    (each reason once); `supplier` (an override) leaves everybody else out."""

    def __init__(self, offers: Iterable[Offer], options: Options, supplier: str | None = None) -> None:
        self.options = options
        self.supplier = supplier
        self.allowed: list[Offer] = []
        self.priced: list[Priced] = []
        self.barred: list[str] = []
        self.without_rate: set[str] = set()
        self._ladders: dict[int, list[tuple[int, Ladder]]] = {}
        self._on = options.now.date()
        terms = {fold(found.supplier): found for found in options.rules.terms}
        for offer in offers:
            reason = self._barred(offer)
            if reason is not None:
                if reason not in self.barred:
                    self.barred.append(reason)
                continue
            self.allowed.append(offer)
            breaks, rate = unit_prices(offer, options.currency, options.rates, self._on)
            fee = _packaging_fee(offer, terms.get(fold(offer.supplier)), options)
            if rate is None:
                self.without_rate.add(offer.currency)
            elif fee is None:
                self.without_rate.add(terms[fold(offer.supplier)].currency)
            elif breaks:
                self.priced.append(Priced(offer, breaks, rate, fee, standing(offer.supplier, options.rules)))

    def _barred(self, offer: Offer) -> str | None:
        if self.supplier is not None and fold(offer.supplier) != fold(self.supplier):
            return f"the override asks for {self.supplier}"
        return barred(offer, self.options.rules)

    def ladders(self, level: int, worst: int = LAST_RESORT) -> list[Ladder]:
        """The ladders of a level, of suppliers whose standing is not worse than `worst`."""
        if level not in self._ladders:
            self._ladders[level] = list(self._build(level))
        return [found for rank, found in self._ladders[level] if rank <= worst]

    def attempts(self) -> Iterator[tuple[int, int]]:
        """(level, worst standing) in the order they are tried: preferred suppliers win over price and lead time where
        they can be known to supply, the last resort comes where nobody else can."""
        there = {found.standing for found in self.priced}
        standings = sorted(there)
        for worst in standings:
            yield NOW, worst
            yield LEAD, worst
        for worst in standings:
            yield OPEN, worst

    def coverage(self) -> int:
        """Pieces that can be bought now of what is known to be in stock."""
        counts: dict[object, int] = {}
        for number, found in enumerate(self.ladders(NOW)):
            most = found.most or 0
            if found.pool is None:
                counts[number] = most
            else:
                counts[found.pool] = min(counts.get(found.pool, 0) + most, found.pool[2])
        if not self.options.split:
            return max(counts.values(), default=0)
        return sum(counts.values())

    @property
    def unknown_stock(self) -> bool:
        """Whether an offer with a price does not say its stock."""
        return any(found.offer.stock is None for found in self.priced)

    def price_steps(self) -> list[PriceStep]:
        """The lowest unit price by need, in the currency of the overage table."""
        currency, rates = self.options.currency, self.options.rates
        if currency == PRICE_CURRENCY:
            steps = [found.breaks for found in self.priced]
        else:
            steps = [unit_prices(found.offer, PRICE_CURRENCY, rates, self._on)[0] for found in self.priced]
        return [PriceStep(quantity, price) for quantity, price in lowest_prices(steps)]

    def _build(self, level: int) -> Iterator[tuple[int, Ladder]]:
        pools = self._pools()
        for found in self.priced:
            offer = found.offer
            pool = None
            waits = False
            if level >= LEAD and offer.lead_time_days is not None:
                most, waits = None, True
            elif offer.stock is not None:
                most = max(offer.stock, 0)
                pool = pools.get((fold(offer.supplier), offer.part_id)) if offer.packaging else None
            elif level == OPEN:
                most = None
            else:
                continue
            made = ladder(offer, found.breaks, rate=found.rate, most=most, fee=found.fee, pool=pool, waits=waits)
            if made is not None:
                yield found.standing, made

    def _pools(self) -> dict[tuple[str, str], tuple[str, str, int]]:
        packagings: dict[tuple[str, str], dict[str, int]] = {}
        for found in self.priced:
            offer = found.offer
            if offer.packaging and offer.stock is not None:
                key = fold(offer.supplier), offer.part_id
                stocks = packagings.setdefault(key, {})
                kind = fold(offer.packaging)
                stocks[kind] = max(stocks.get(kind, 0), offer.stock)
        return {key: (*key, max(stocks.values())) for key, stocks in packagings.items() if len(stocks) > 1}


def in_program_currency(amount: Decimal, currency: str, options: Options) -> Decimal | None:
    """A fee in the program's currency, rounded to its minor unit; None without a rate."""
    rate = options.rates.find(currency, options.currency, options.now.date())
    return None if rate is None else rounded(amount * rate.value, options.currency)


def _packaging_fee(offer: Offer, terms: SupplierTerms | None, options: Options) -> Decimal | None:
    """What the packaging adds to a line. None where the supplier's terms are in a currency without a rate: such an offer
    is not priced, its fees would be left out."""
    if terms is None:
        return Decimal(0)
    fee = dict(terms.packaging_fees).get(fold(offer.packaging or ""), Decimal(0))
    return in_program_currency(fee, terms.currency, options)
