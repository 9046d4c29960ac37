"""Which column of a catalogue file is what, and a row of it as a part with its offer.

Every refusal names row and column. What is blank, "-" or "n/a" is unknown, never 0.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import NoReturn

from bomtool.bom import tables
from bomtool.errors import ReadError
from bomtool.parts import prices

_UNKNOWN = frozenset({"", "-", "n/a", "na", "none", "null", "unknown", "call", "poa", "on request", "?", "tbd"})
_PAIR = re.compile(r"(?:qty|quantity|break|menge)(\d{1,2})|(?:price|unitprice|preis)(\d{1,2})")
_STEP = re.compile(r"(?:price|unitprice|preis)(?:@|at|ab|from)?\s*(\d+)(?:\+|pcs)?$")
_LEAD = re.compile(r"(\d+)(?:\s*-\s*(\d+))?\s*(d|days?|w|wk|wks|weeks?|tage?|wochen?)?", re.I)
_LIFECYCLES = {
    "new": "New", "active": "Production", "production": "Production", "nrnd": "NRFND", "nrfnd": "NRFND",
    "notfornewdesigns": "NRFND", "notrecommendedfornewdesigns": "NRFND", "eol": "EOL", "lasttimebuy": "EOL",
    "endoflife": "EOL", "obsolete": "Obsolete", "discontinued": "Obsolete", "discontinuedatdigikey": "Obsolete",
    "activo": "Production", "aktiv": "Production", "actif": "Production", "preliminary": "New", "newproduct": "New",
    "obsoleto": "Obsolete", "newatmouser": "New", "volumeproduction": "Production",
}  # fmt: skip
_MOST = 2**31 - 1
_TEXTS = (
    "mpn", "manufacturer", "package", "category", "subcategory", "description", "mount", "lifecycle", "datasheet",
    "supplier", "sku", "packaging", "currency", "authorized", "url", "as_of",
)  # fmt: skip
_LEADS = (("lead_time_days", 1), ("lead_time_weeks", 7), ("lead_time", 0))
_COMMON = frozenset({"USD", "EUR", "GBP", "CNY", "JPY", "CHF"})
_ASSUMED = "USD"
_SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "zł": "PLN", "Kč": "CZK", "Ft": "HUF"}
_OF_SEVERAL = frozenset({"¥", "kr", "kr."})
"""Signs that several countries write for currencies of their own."""


@dataclass(slots=True)
class Row:
    """A part with at most one offer, as a source tells it. `breaks` is a compact ladder, "" without prices; texts are ""
    where unknown."""

    mpn: str
    manufacturer: str = ""
    package: str = ""
    category: str = ""
    description: str = ""
    mount: str = ""
    lifecycle: str = ""
    datasheet: str = ""
    supplier: str = ""
    sku: str = ""
    stock: int | None = None
    moq: int = 1
    order_multiple: int = 1
    packaging: str = ""
    currency: str = "USD"
    breaks: str = ""
    lead_time_days: int | None = None
    authorized: bool | None = None
    url: str = ""
    fetched_at: datetime | None = None

    @property
    def has_offer(self) -> bool:
        """Whether the row says anything about buying."""
        return bool(self.supplier or self.sku or self.breaks or self.stock is not None)


class Reader:
    """Reads the rows below one header."""

    def __init__(self, header: list[str], row: int, name: str, currency: str | None = None) -> None:
        """`currency` is that of prices that name none. Raises ReadError where no column holds the part numbers, or two
        columns say the same."""
        self._name = name
        self._default = currency
        self._written = ""
        self._assumed = 0
        self._header = header
        self._at: dict[str, int] = {}
        self._pairs: dict[int, list[int | None]] = {}
        self._steps: list[tuple[int, int]] = []
        self.nameless = 0
        """Rows that say something but name no part."""
        self.first_nameless = 0
        for index, text in enumerate(header):
            self._place(index, text, row)
        if "mpn" not in self._at:
            raise ReadError(
                f"{name} has no column with manufacturer part numbers; its first row reads: {', '.join(header)[:120]}.",
                hint="Name the column mpn. bomtool templates list shows catalog_columns.csv, the names that are known.",
                code="no-table",
                row=row,
            )
        self.pairs = [(q, p) for q, p in self._pairs.values() if q is not None and p is not None]
        self._width = 1 + max([*self._at.values(), *(i for p in self.pairs for i in p), *(i for _, i in self._steps)])
        # Columns that are not there are read from a blank cell put behind each row.
        self._places = [self._at.get(field, -1) for field in _TEXTS]
        self._priced = "breaks" in self._at or "price" in self._at or bool(self.pairs or self._steps)
        self._timed = any(field in self._at for field, _ in _LEADS)

    def ignored(self) -> list[str]:
        """Headers of columns that mean nothing to us."""
        used = {*self._at.values(), *(i for p in self._pairs.values() for i in p), *(i for _, i in self._steps)}
        return [text for index, text in enumerate(self._header) if index not in used and text.strip()]

    def notes(self) -> list[str]:
        """What people should know about the rows read so far."""
        found = []
        if self.nameless:
            found.append(
                f"{self.nameless:,} rows have no part number and were left out; the first is row {self.first_nameless}."
            )
        if self._assumed:
            found.append(f"{self._assumed:,} prices name no currency and were read as {_ASSUMED}.")
        ignored = self.ignored()
        if ignored:
            found.append(f"Columns that were not used: {', '.join(ignored)[:200]}.")
        return found

    def read(self, number: int, cells: list[str]) -> Row | None:
        """One row; None for one that names no part. Raises ReadError naming row and column."""
        if len(cells) < self._width:
            cells += [""] * (self._width - len(cells))
        cells.append("")
        if "\0" in "".join(cells):  # no database keeps or finds texts with NUL characters
            cells = [cell.replace("\0", "") for cell in cells]
        (mpn, manufacturer, package, category, sub, description, mount, lifecycle, datasheet, supplier, sku, packaging,
         currency, authorized, url, as_of) = [cells[index].strip() for index in self._places]  # fmt: skip
        if not mpn:
            if any(map(str.strip, cells)):
                self.nameless += 1
                self.first_nameless = self.first_nameless or number
            return None
        ladder = self._ladder(number, cells) if self._priced else ""
        return Row(
            mpn,
            manufacturer,
            package,
            f"{category} / {sub}" if category and sub else category or sub,
            description,
            mounting(mount) if mount else "",
            lifecycle_of(lifecycle) if lifecycle else "",
            datasheet,
            supplier,
            sku,
            self._count(number, cells, "stock"),
            self._count(number, cells, "moq") or 1,
            self._count(number, cells, "order_multiple") or 1,
            packaging,
            currency if currency in _COMMON and not self._written else self._currency(number, currency, ladder),
            ladder,
            self._lead(number, cells) if self._timed else None,
            self._flag(number, authorized) if authorized else None,
            url,
            self._moment(number, as_of) if as_of else None,
        )

    def _place(self, index: int, text: str, row: int) -> None:
        name = _fold(text)
        if not name:
            return
        pair, step = _PAIR.fullmatch(name), _STEP.fullmatch(name)
        if pair and int(pair[1] or pair[2]) < 21 and not (pair[2] and self._is_step(name)):
            side = 0 if pair[1] else 1
            self._pairs.setdefault(int(pair[1] or pair[2]), [None, None])[side] = index
        elif step:
            self._steps.append((int(step[1]), index))
        else:
            field = _names().get(name)
            if field is None:
                return
            if field in self._at:
                raise ReadError(
                    f'The columns "{self._header[self._at[field]]}" and "{text}" of {self._name} both mean {field}.',
                    hint="Rename or remove one of them.",
                    code="no-table",
                    row=row,
                    column=index + 1,
                )
            self._at[field] = index

    def _is_step(self, name: str) -> bool:
        """price1 beside qty1 is a pair; price1, price10, price100 without quantities are prices from 1, 10, 100 on."""
        number = re.sub(r"\D", "", name)
        return not any(_fold(text) in (f"qty{number}", f"quantity{number}", f"break{number}") for text in self._header)

    def _count(self, number: int, cells: list[str], field: str) -> int | None:
        index = self._at.get(field)
        if index is None:
            return None
        text = cells[index].strip()
        if not text:
            return None
        if text.isdecimal() and text.isascii():
            value = int(text)
        elif text.casefold() in _UNKNOWN:
            return None
        else:
            bare = re.sub(r"(?<=\d)[,.'’ ](?=\d{3}(?!\d))", "", text)
            bare = re.sub(r"\.0+$", "", bare)
            if not bare.isdecimal() or not bare.isascii():
                self._refuse(number, index, f'"{text}" is no whole number')
            value = int(bare)
        if value > _MOST:
            self._refuse(number, index, f"{value} is too large")
        return value

    def _ladder(self, number: int, cells: list[str]) -> str:
        index = self._at.get("breaks")
        text = cells[index].strip() if index is not None else ""
        if index is not None and text and text.casefold() not in _UNKNOWN:
            try:
                return prices.compact(text)
            except ValueError as error:
                self._refuse(number, index, str(error))
        steps: list[tuple[int, Decimal]] = []
        for quantity_at, price_at in self.pairs:
            price = self._price(number, cells, price_at)
            if price is None:
                continue
            written = cells[quantity_at].strip()
            if not written.isdecimal():
                self._refuse(number, quantity_at, f'"{written}" is no quantity of a price break')
            steps.append((int(written), price))
        for quantity, price_at in self._steps:
            price = self._price(number, cells, price_at)
            if price is not None:
                steps.append((quantity, price))
        single = self._at.get("price")
        if single is not None and not steps:
            price = self._price(number, cells, single)
            if price is not None:
                steps.append((1, price))
        return self._tried(number, None, lambda: prices.join(steps)) if steps else ""

    def _price(self, number: int, cells: list[str], index: int) -> Decimal | None:
        text = cells[index].strip()
        if text.casefold() in _UNKNOWN:
            return None
        try:
            price, written = prices.priced(text)
        except ValueError as error:
            self._refuse(number, index, str(error))
        if written:
            if written in _OF_SEVERAL or (self._written and written != self._written):
                self._refuse(number, index, f'the currency of "{text}" is not certain; name it in a column "currency"')
            self._written = written
        return price

    def _tried(self, number: int, index: int | None, make: Callable[[], str]) -> str:
        try:
            return make()
        except ValueError as error:
            self._refuse(number, index, str(error))

    def _lead(self, number: int, cells: list[str]) -> int | None:
        for field, unit in _LEADS:
            index = self._at.get(field)
            text = cells[index].strip() if index is not None else ""
            if index is None or text.casefold() in _UNKNOWN:
                continue
            try:
                return lead_days(text, unit)
            except ValueError as error:
                self._refuse(number, index, str(error))
        return None

    def _currency(self, number: int, text: str, ladder: str) -> str:
        """The currency column's, else the one written in the price cells, else the one named for the file, else US
        dollars, which is noted."""
        written, self._written = self._written, ""
        code = _SIGNS.get(text, text.upper())
        if code and (len(code) != 3 or not code.isalpha() or not code.isascii()):
            self._refuse(number, self._at["currency"], f'"{text}" is no currency code (ISO 4217)')
        other = _SIGNS.get(written, written)
        if other and code and other != code and written != "$":
            self._refuse(number, None, f"the prices are in {other}, the currency column says {code}")
        if not code and not other and not self._default:
            self._assumed += bool(ladder)
        return code or other or self._default or _ASSUMED

    def _flag(self, number: int, text: str) -> bool | None:
        folded = text.casefold()
        if folded in _UNKNOWN:
            return None
        if folded in ("yes", "true", "1", "y", "no", "false", "0", "n"):
            return folded in ("yes", "true", "1", "y")
        self._refuse(number, self._at["authorized"], f'"{text}" is neither yes nor no')

    def _moment(self, number: int, text: str) -> datetime:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            self._refuse(number, self._at["as_of"], f'"{text}" is no date (2026-05-21)')
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def _refuse(self, row: int, index: int | None, why: str) -> NoReturn:
        column = f', column {index + 1} "{self._header[index]}"' if index is not None else ""
        raise ReadError(
            f"{self._name}, row {row}{column}: {why}.",
            hint="Correct the cell and load the file again; nothing was changed.",
            code="bad-cell",
            row=row,
            column=index + 1 if index is not None else None,
        )


def lead_days(text: str, unit: int = 0) -> int:
    """A lead time as written, in calendar days: "56 days", "8 weeks", "10-12 wk" (the longer). `unit` is the days of one
    where only a number stands; 0 refuses those. Raises ValueError."""
    match = _LEAD.fullmatch(text.strip())
    if match is None or (not unit and not match[3]):
        raise ValueError(f'"{text}" is no lead time; write "56 days" or "8 weeks"')
    factor = (7 if match[3][0] in "wW" else 1) if match[3] else unit
    return int(match[2] or match[1]) * factor


def lifecycle_of(text: str) -> str:
    """New, Production, NRFND, EOL, Obsolete, or "" for words that say none of these."""
    return _LIFECYCLES.get(_fold(text), "")


def mounting(text: str) -> str:
    """SMT, THT or ""."""
    folded = text.casefold()
    if not folded:
        return ""
    if folded in ("smt", "smd") or "surface" in folded:
        return "SMT"
    return "THT" if folded in ("tht", "th") or "through" in folded else ""


@functools.lru_cache(maxsize=1024)
def _fold(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum() or c == "@")


@functools.cache
def _names() -> dict[str, str]:
    return {_fold(row["name"]): row["field"] for row in tables.rows("catalog_columns.csv", ("field", "name"))}
