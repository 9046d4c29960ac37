"""What the sheets share: the parts of the program with their pricing, builds of each BOM, notices, decimal places."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import overload
from uuid import UUID

from bomtool.api.plans import BomUse, GatingLine, PartAvailability, PartPricing, Purchase
from bomtool.bom import designators
from bomtool.reports import spool
from bomtool.reports.model import ReportInput
from bomtool.sourcing.money import minor_unit

SAMPLE_NOTICE = "Prices and stock are SAMPLE data, invented for trying out"
STALE_AFTER_DAYS = 30
"""Age at which a price is called stale: the time distributors' price files are usually good for."""


@dataclass(frozen=True, slots=True)
class Build:
    """A BOM of the program and how many of it the plan was made for."""

    bom: UUID
    name: str
    version: str | None
    builds: int


class PartRow:
    """One part (or unmatched line) of the program: its availability, its pricing if it has one, its index.

    `per_build` are pieces per build, one figure for each of `Facts.builds`. Pricing is read when it is first asked for.
    """

    __slots__ = ("_place", "_prices", "_pricing", "availability", "index", "per_build")

    def __init__(
        self,
        index: int,
        availability: PartAvailability,
        per_build: tuple[int, ...],
        prices: Sequence[PartPricing],
        place: int,
    ) -> None:
        self.index, self.availability, self.per_build = index, availability, per_build
        self._prices, self._place = prices, place
        self._pricing: PartPricing | None = None

    @property
    def pricing(self) -> PartPricing | None:
        """The part's pricing."""
        if self._pricing is None and self._place >= 0:
            self._pricing = self._prices[self._place]
        return self._pricing

    @property
    def scales(self) -> bool:
        """Whether need follows from builds x pieces per build (an override may fix it)."""
        return bool(self.availability.reference_designators)

    @property
    def category(self) -> str:
        """The part's category, for sums."""
        found = self.availability.category or (self.pricing.category if self.pricing else None)
        return found or ("Not matched" if self.availability.part is None else "Without category")


class PartRows(Sequence[PartRow]):
    """The rows of all parts, made when they are asked for; the last one is held."""

    def __init__(self, inputs: ReportInput, builds: list[Build], places: array[int]) -> None:
        self._parts, self._prices, self._places = inputs.parts, inputs.prices, places
        self._position = {build.bom: index for index, build in enumerate(builds)}
        self._last: PartRow | None = None

    def without_offers(self, parts: Sequence[PartAvailability]) -> None:
        """Read from these parts from now on: offers are the most of a part and are kept by the book of offers."""
        self._parts, self._last = parts, None

    def __len__(self) -> int:
        return len(self._parts)

    @overload
    def __getitem__(self, index: int) -> PartRow: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[PartRow]: ...

    def __getitem__(self, index: int | slice) -> PartRow | Sequence[PartRow]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        last = self._last
        if last is None or last.index != index:
            last = self._last = self._row(index, self._parts[index])
        return last

    def __iter__(self) -> Iterator[PartRow]:
        for index, part in enumerate(self._parts):
            yield self._row(index, part)

    def _row(self, index: int, part: PartAvailability) -> PartRow:
        per = [0] * len(self._position)
        for use in part.reference_designators:
            if use.bom in self._position:
                per[self._position[use.bom]] += use.quantity_per_build
        return PartRow(index, part, tuple(per), self._prices, self._places[index])


@dataclass(slots=True)
class Facts:
    """Figures and texts of one report."""

    inputs: ReportInput
    builds: list[Build]
    parts: Sequence[PartRow]
    digits: int
    notice: str | None
    stale_days: int | None
    fees: Decimal
    """What packagings and orders cost besides their lines."""
    added_up: Decimal
    """What priced parts and fees come to."""
    rates: dict[str | None, Purchase]
    """For each currency of an offer a purchase that tells its exchange rate."""

    @property
    def currency(self) -> str:
        """Currency of every amount."""
        return self.inputs.pricing.currency

    @property
    def planned(self) -> int:
        """Builds the plan was made for, all BOMs together."""
        return sum(build.builds for build in self.builds)


def collect(inputs: ReportInput, *, stale_after_days: int = STALE_AFTER_DAYS) -> Facts:
    """Join the platform's answers."""
    builds = _builds(inputs)
    notice, stale = said(inputs, stale_after_days=stale_after_days)
    fees = sum((fee.order_fee + fee.top_up for fee in inputs.pricing.fees), Decimal(0))
    known = Decimal(0)
    rates: dict[str | None, Purchase] = {}
    waiting = _Waiting()
    for place, priced in enumerate(inputs.prices):
        waiting.add(place, (priced.part, priced.mpn, priced.manufacturer_name))
        if priced.priced and priced.extended_price is not None:
            known += priced.extended_price
        for purchase in priced.purchases:
            fees += purchase.fee
            if purchase.offer_currency and purchase.exchange_rate:
                rates[purchase.offer_currency] = purchase
    places = array("q", (waiting.take((p.part, p.mpn, p.manufacturer_name)) for p in inputs.parts))
    parts: Sequence[PartRow] = PartRows(inputs, builds, places)
    if isinstance(inputs.parts, list) or len(parts) <= spool.MEMORY:
        parts = list(parts)
    digits = _digits(inputs.pricing.currency)
    return Facts(inputs, builds, parts, digits, notice, stale, fees, known + fees, rates)


def said(inputs: ReportInput, *, stale_after_days: int = STALE_AFTER_DAYS) -> tuple[str | None, int | None]:
    """What must be said of the data, and the age in days of prices that are called stale."""
    stale = _stale_days(inputs, stale_after_days)
    return _notice(inputs, stale), stale


class _Waiting:
    """Places of pricings by part, in their order, each to be taken once. A digest stands for a part: of 200,000 parts the
    names would take most of the memory."""

    def __init__(self) -> None:
        self._first: dict[bytes, int] = {}
        self._more: dict[bytes, deque[int]] = {}

    def add(self, place: int, key: tuple[str | None, str | None, str | None]) -> None:
        """Another pricing of a part."""
        if self._first.setdefault(digest := self._digest(key), place) != place:
            self._more.setdefault(digest, deque()).append(place)

    def take(self, key: tuple[str | None, str | None, str | None]) -> int:
        """The place of the first one that is left, -1 where there is none."""
        digest = self._digest(key)
        if more := self._more.get(digest):
            place, self._first[digest] = self._first[digest], more.popleft()
            return place
        return self._first.pop(digest, -1)

    @staticmethod
    def _digest(key: tuple[str | None, str | None, str | None]) -> bytes:
        return blake2b(repr(key).encode(), digest_size=16).digest()


def _builds(inputs: ReportInput) -> list[Build]:
    found: dict[UUID, Build] = {}
    for line in inputs.program.lines:
        before = found[line.bom.id].builds if line.bom.id in found else 0
        found[line.bom.id] = Build(line.bom.id, line.bom.name or "BOM", line.bom.version, before + line.quant)
    return list(found.values())


def _digits(currency: str) -> int:
    """Decimal places of the currency's minor unit."""
    return max(0, -int(minor_unit(currency).as_tuple().exponent))


def _stale_days(inputs: ReportInput, after: int) -> int | None:
    oldest = inputs.pricing.oldest_price_at
    if oldest is None:
        return None
    days = (inputs.generated_at.astimezone(UTC) - oldest.astimezone(UTC)).days
    return days if days > after else None


def _notice(inputs: ReportInput, stale: int | None) -> str | None:
    """What must be said of the data on every sheet, or None where the prices are fresh and real."""
    kinds = {*inputs.pricing.kinds, *inputs.availabilities.kinds}
    said = []
    if "sample" in kinds:
        more = "; other parts have real ones" if kinds - {"sample"} else ""
        said.append(SAMPLE_NOTICE + more)
    if stale is not None and inputs.pricing.oldest_price_at and kinds != {"sample"}:
        said.append(
            f"STALE: the oldest price is of {inputs.pricing.oldest_price_at:%Y-%m-%d}, {stale} days old; "
            "ask again before you buy"
        )
    return ". ".join(said) + "." if said else None


def designator_text(uses: Iterable[BomUse], *, name_boms: bool) -> str:
    """Designators for people, compressed, by BOM where the program has several."""
    pieces = []
    for use in uses:
        if use.reference_designators:
            short = designators.compress(use.reference_designators).replace(",", ", ")
            pieces.append(f"{use.bom_name or 'BOM'}: {short}" if name_boms else short)
    return "; ".join(pieces)


def gating_text(line: GatingLine) -> str:
    """A part that limits the run, in one sentence."""
    part = " ".join(filter(None, (line.mpn, f"({line.manufacturer_name})" if line.manufacturer_name else None)))
    refs = ", ".join(line.reference_designators[:6]) + (" …" if len(line.reference_designators) > 6 else "")
    return " · ".join(filter(None, (part or "a line without part number", refs, line.reason)))


def when(moment: datetime | None) -> str:
    """A time for people, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else "unknown"
