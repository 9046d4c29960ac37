"""What the offers of one part allow: who may be bought from, at which prices, how many pieces, and how surely.

Offers come in levels of certainty: `NOW` counts stock that is known, `LEAD` adds what a supplier orders from the factory in
a known time, `OPEN` adds offers of unknown stock. A plan takes the surest level that covers the need.

Several offers of a supplier often have one stock behind them (cut tape and reel): they never give more together than the
largest of the figures stated. Of one SKU that is listed several times the newest price holds.
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
    """A supplier's name for comparing: letters and digits, without case ("Digi-Key" is "DigiKey")."""
    return "".join(filter(str.isalnum, name.casefold())) or name


@functools.lru_cache(maxsize=256)
def _folded(names: frozenset[str]) -> frozenset[str]:
    return frozenset(map(fold, names))


def standing(supplier: str, rules: SupplierRules) -> int:
    """PREFERRED, USUAL or LAST_RESORT."""
    name = fold(supplier)
    if name in _folded(rules.preferred):
        return PREFERRED
    return LAST_RESORT if name in _folded(rules.last_resort) else USUAL


def barred(offer: Offer, rules: SupplierRules) -> str | None:
    """Why an offer may not be bought; None where it may."""
    name = fold(offer.supplier)
    if name in _folded(rules.banned):
        return f"{offer.supplier} is banned"
    if rules.allowed and name not in _folded(rules.allowed):
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
        for offer in newest(offers, options.currency):
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
        counts: list[int] = []
        pooled: dict[tuple[str, str, int], list[Ladder]] = {}
        for found in self.ladders(NOW):
            if found.pool is not None and self.options.split:
                pooled.setdefault(found.pool, []).append(found)
            else:
                counts.append(found.most or 0)
        if not self.options.split:
            return max(counts, default=0)
        return sum(counts) + sum(_from_one_stock(pool[2], members) for pool, members in pooled.items())

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
                pool = pools.get(id(offer))
            elif level == OPEN:
                most = None
            else:
                continue
            made = ladder(offer, found.breaks, rate=found.rate, most=most, fee=found.fee, pool=pool, waits=waits)
            if made is not None:
                yield found.standing, made

    def _pools(self) -> dict[int, tuple[str, str, int]]:
        """The shared stock of offers that have one, by the offer's identity."""
        suppliers: dict[str, list[list[Offer]]] = {}
        for found in self.priced:
            offer = found.offer
            if not offer.stock:
                continue
            groups = suppliers.setdefault(fold(offer.supplier), [])
            near = [group for group in groups if any(one_stock(offer, other) for other in group)]
            for group in near:
                groups.remove(group)
            groups.append([offer, *(other for group in near for other in group)])
        return {
            id(offer): (name, str(number), max(other.stock or 0 for other in group))
            for name, groups in suppliers.items()
            for number, group in enumerate(groups)
            if len(group) > 1
            for offer in group
        }


def newest(offers: Iterable[Offer], currency: str) -> list[Offer]:
    """The offers, of one supplier's SKU in one packaging only the newest: what is asked in several currencies or was asked
    twice is one offer. Of equally old ones the first in the program's currency holds."""
    found: dict[tuple[str, str, str], Offer] = {}
    for offer in offers:
        key = fold(offer.supplier), offer.sku.casefold(), fold(offer.packaging or "-")
        before = found.get(key)
        if before is None or not offer.sku:
            found[key if offer.sku else (*key[:2], str(len(found)))] = offer
        elif _newer(offer, before, currency):
            found[key] = offer
    return list(found.values())


def _newer(offer: Offer, other: Offer, currency: str) -> bool:
    if bool(offer.breaks) != bool(other.breaks):
        return bool(offer.breaks)
    if offer.fetched_at != other.fetched_at:
        return other.fetched_at is None or (offer.fetched_at is not None and offer.fetched_at > other.fetched_at)
    return offer.currency == currency != other.currency


def one_stock(offer: Offer, other: Offer) -> bool:
    """Whether two offers of one supplier speak of the same pieces: one SKU, two packagings, or the same figure (or the
    same rounded down to what an order takes)."""
    if offer.part_id != other.part_id:
        return False
    if offer.sku.casefold() == other.sku.casefold() and offer.sku:
        return True
    if offer.packaging and other.packaging and fold(offer.packaging) != fold(other.packaging):
        return True
    less, more = sorted((offer, other), key=lambda found: found.stock or 0)
    lot = max(less.order_multiple, less.moq, 1)
    return (less.stock or 0) in (more.stock, (more.stock or 0) // lot * lot)


def _from_one_stock(stock: int, members: list[Ladder]) -> int:
    """Pieces several packagings of one stock give together: the coarse ones first, the fine ones fill up."""
    rest = stock
    for found in sorted(members, key=lambda ladder: -ladder.multiple):
        taken = min(found.most or 0, rest // found.multiple * found.multiple)
        if taken >= found.least:
            rest -= taken
    return max(stock - rest, *(found.most or 0 for found in members))


def in_program_currency(amount: Decimal, currency: str, options: Options) -> Decimal | None:
    """A fee in the program's currency, rounded to its minor unit; None without a rate."""
    rate = options.rates.find(currency, options.currency, options.now.date())
    return None if rate is None else rounded(amount * rate.value, options.currency)


def _packaging_fee(offer: Offer, terms: SupplierTerms | None, options: Options) -> Decimal | None:
    """What the packaging adds to a line. None where the supplier's terms are in a currency without a rate: such an offer
    is not priced, its fees would be left out."""
    if terms is None:
        return Decimal(0)
    packaging = fold(offer.packaging or "")
    fee = next((fee for name, fee in terms.packaging_fees if fold(name) == packaging), Decimal(0))
    return in_program_currency(fee, terms.currency, options)
