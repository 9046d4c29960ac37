"""Money: minor units, rounding half up, and dated exchange rates. A missing rate is None, never 1:1."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from bomtool.bom import tables
from bomtool.errors import UsageError

# ISO 4217, list one: currencies whose minor unit is not a hundredth.
_WHOLE = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())  # noqa: SIM905
_THOUSANDTH = frozenset("BHD IQD JOD KWD LYD OMR TND".split())  # noqa: SIM905
TABLE = "exchange_rates.csv"
_PRECISION = 60
"""Significant digits of every product here: unit prices keep all theirs."""


@functools.cache
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for USD, 1 for JPY, 0.001 for KWD (ISO 4217)."""
    code = currency.upper()
    return Decimal(1) if code in _WHOLE else Decimal("0.001") if code in _THOUSANDTH else Decimal("0.01")


def rounded(amount: Decimal, currency: str) -> Decimal:
    """An amount rounded half up to the currency's minor unit."""
    with localcontext(prec=_PRECISION):
        return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)


def extended(quantity: int, unit_price: Decimal, currency: str) -> Decimal:
    """One line: quantity times unit price, rounded half up to the minor unit (0.0012 x 100,000 is 120.00)."""
    with localcontext(prec=_PRECISION):
        return rounded(unit_price * quantity, currency)


@dataclass(frozen=True, slots=True)
class Rate:
    """One `currency` costs `value` of another one, as of `date`."""

    value: Decimal
    date: date | None
    source: str = ""


ONE = Rate(Decimal(1), None, "the same currency")


@dataclass(frozen=True, slots=True)
class QuotedRate:
    """A row of the rate table: one `base` is worth `rate` of `currency` on `date`."""

    date: date
    base: str
    currency: str
    rate: Decimal
    source: str


class Rates:
    """A dated table of exchange rates."""

    def __init__(self, quoted: Iterable[QuotedRate] = ()) -> None:
        self._quoted = tuple(sorted(quoted, key=lambda row: row.date))
        self._found: dict[tuple[str, str, date], Rate | None] = {}

    def find(self, source: str, target: str, on: date) -> Rate | None:
        """What one `source` costs in `target` by the latest day not after `on`; crossed through a common base of the
        same day where needed. None where the table does not say."""
        source, target = source.upper(), target.upper()
        if source == target:
            return ONE
        key = (source, target, on)
        if key not in self._found:
            self._found[key] = self._search(*key)
        return self._found[key]

    def _search(self, source: str, target: str, on: date) -> Rate | None:
        days = sorted({row.date for row in self._quoted if row.date <= on}, reverse=True)
        for day in days:
            per_base: dict[str, dict[str, QuotedRate]] = {}
            for row in self._quoted:
                if row.date == day:
                    per_base.setdefault(row.base, {})[row.currency] = row
            for base, rows in per_base.items():
                have = {base: Decimal(1)} | {code: row.rate for code, row in rows.items()}
                if source in have and target in have:
                    with localcontext(prec=28):
                        value = have[target] / have[source]
                    return Rate(value, day, next(iter(rows.values())).source)
        return None


@functools.cache
def rates() -> Rates:
    """The rates of `templates/exchange_rates.csv` (date,base,currency,rate,source). Raises UsageError for a bad row."""
    found = []
    for number, row in enumerate(tables.rows(TABLE, ("date", "base", "currency", "rate", "source")), start=1):
        try:
            quoted = QuotedRate(
                date.fromisoformat(row["date"]),
                row["base"].upper(),
                row["currency"].upper(),
                Decimal(row["rate"]),
                row["source"],
            )
            if not quoted.rate > 0:
                raise ValueError("a rate is above 0")
        except (ArithmeticError, ValueError) as error:
            raise UsageError(
                f"Rate {number} of templates/{TABLE} cannot be used: {error}.",
                hint="Columns: date (2026-01-31), base, currency, rate (one base is so much currency), source.",
                code="bad-template",
            ) from None
        found.append(quoted)
    return Rates(found)
