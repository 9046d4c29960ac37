"""What the cells of a column look like: shares of a sample that have the shape of designators, quantities, part numbers.

Every figure is a share of the filled cells, 0 to 1. A sample of rows is enough: the figures only weigh against each
other and against the header (see `solve`).
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bomtool.bom import characters, designators, makers, mpn, packages, placement, values

SAMPLE = 160
"""Rows looked at; more would not change the decision."""

_LINK = re.compile(r"^(?:https?://|www\.)\S+|^\S+\.(?:com|pdf|html?)\b\S*$", re.I)
_MONEY = re.compile(r"^(?:[$€£¥￥₽]|USD|EUR|RMB)\s*[\d.,]+$|^[\d.,]+\s*(?:[$€£¥￥₽]|USD|EUR|zł|PLN)$", re.I)
_DECIMAL = re.compile(r"^\d*[.,]\d+$")
_INTEGER = re.compile(r"^\d{1,6}(?:[.,]0+)?$")
_SKU = re.compile(
    r"^\S+-(?:ND|1-ND)$|^C\d{4,8}$|^\d{3}-(?!\d{3,6}-\d{1,3}$)[A-Z0-9][\w./+-]{4,}$|^\d{2}-[A-Z]\S{5,}$|^\d{7}(?:RL|SCT)?$|^\d{3}-\d{3,4}$"
    r"|^\d{2}[A-Z]\d{4}$|^[A-Z]{3}-\d{4,5}$|^\d{4}-\d{4}-\d(?:-ND)?$",
    re.I,
)
_LCSC = re.compile(r"^C\d{4,8}$")
_DOTTED = re.compile(r"^\d{1,4}(?:\.\d{1,4}){0,6}$")
_TURNED = re.compile(r"M?R(?:0|45|90|135|180|225|270|315)", re.I)
"""How parts are turned on a board, as Eagle writes it; a column of nothing else holds no designators."""
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
_SIZE = re.compile(
    r"(?<!\d)(?:0201|0402|0603|0805|1206|1210|1812|2010|2512|(?:SOT|SOD|SO|SOIC|TO)-?\d{1,3})(?!\d)", re.I
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The figures of one column.

    `filled` is the share of rows with a text, `useful` of rows with more than a placeholder. `symbol` is the share of names
    of library symbols, `digits` of texts of digits only, `distinct` of different texts, `dotted` of numbers like 1.2.1, and
    `uniform` of the commonest shape (digits and letters in the same places, as numbers of one's own have); `words` is the
    mean number of words. `counts` are the integers of the sample by position (None for others), `expanded` the number of
    designators by position.
    """

    filled: float = 0.0
    useful: float = 0.0
    refs: float = 0.0
    integer: float = 0.0
    decimal: float = 0.0
    money: float = 0.0
    running: float = 0.0
    part: float = 0.0
    maker: float = 0.0
    package: float = 0.0
    link: float = 0.0
    sku: float = 0.0
    value: float = 0.0
    flag: float = 0.0
    symbol: float = 0.0
    digits: float = 0.0
    uniform: float = 0.0
    dotted: float = 0.0
    words: float = 0.0
    distinct: float = 0.0
    counts: tuple[int | None, ...] = ()
    expanded: tuple[int, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the sample holds no text at all."""
        return self.filled == 0.0

    @property
    def counting(self) -> bool:
        """Whether the only one or two rows are numbered 1, 2 (another text, such as "Total", may follow)."""
        numbers = [count for count in self.counts if count is not None]
        return numbers in ([1], [1, 2]) and len(self.counts) <= len(numbers) + 1


def measure(texts: Sequence[str]) -> Evidence:
    """The figures of a column's sampled texts (blank ones included)."""
    filled = [text for text in texts if text]
    if not filled:
        return Evidence()
    shapes = [_shape(text) for text in filled]
    size = len(filled)

    def share(position: int) -> float:
        return sum(shape[position] for shape in shapes) / size

    turned = all(map(_TURNED.fullmatch, filled)) and any(
        text.upper().endswith(("R0", "R180", "R270")) for text in filled
    )
    refs = 0.0 if turned else share(0)
    counts = tuple(int(float(text.replace(",", "."))) if _INTEGER.match(text) else None for text in texts)
    return Evidence(
        filled=size / len(texts),
        useful=sum(not mpn.is_placeholder(text) for text in filled) / len(texts),
        refs=refs,
        integer=sum(count is not None for count in counts) / size,
        decimal=share(1),
        money=share(2),
        running=_running(counts),
        part=share(3),
        maker=share(4),
        package=share(5),
        link=share(6),
        sku=share(7),
        value=share(8),
        flag=share(9),
        symbol=share(10),
        digits=share(11),
        uniform=_uniform(filled),
        dotted=sum(bool(_DOTTED.match(text)) for text in filled) / size if any("." in text for text in filled) else 0.0,
        words=share(12),
        distinct=len(set(filled)) / size,
        counts=counts,
        expanded=tuple(_expanded(text) for text in texts) if refs > 0.25 else (),
    )


def agreement(refs: Evidence, count: Evidence) -> float | None:
    """In which share of the rows a column of integers equals the number of designators of another one; None where
    fewer than three rows have both or every row has one designator."""
    pairs = [(n, c) for n, c in zip(refs.expanded, count.counts, strict=False) if n and c is not None]
    if len(pairs) < 3:
        return None
    return sum(n == c for n, c in pairs) / len(pairs)


@functools.lru_cache(maxsize=65536)
def _expanded(text: str) -> int:
    return len(designators.expand(text).refs) if text else 0


@functools.lru_cache(maxsize=65536)
def _shape(text: str) -> tuple[float, ...]:
    shown = " ".join(characters.plain(text).split())
    link = bool(_LINK.match(shown))
    number = bool(_INTEGER.match(shown))
    long = len(shown) > 400
    sku = not number and bool(_SKU.match(shown))
    lcsc = bool(_LCSC.match(shown))
    return (
        0.0 if link or lcsc else designators.looks_like(text),
        float(bool(_DECIMAL.match(shown)) and not shown.endswith((".0", ",0"))),
        float(bool(_MONEY.match(shown))),
        0.0 if link or number or long or _symbol(shown) else mpn.looks_like(shown),
        float(not number and not long and makers.lookup(shown) is not None),
        float(not link and not long and _package(shown)),
        float(link),
        float(sku or (number and len(shown) == 7)),
        float(not link and not number and not long and values.parse(shown) is not None),
        float(placement.flag_meaning(shown) not in (None, "blank")),
        float(not number and _symbol(shown)),
        float(shown.isdigit()),
        min(30.0, float(len(shown.split()))),
    )


def _symbol(shown: str) -> bool:
    """Whether a text names a symbol of a library: "C-EUC0603", "R-EU_R0805", "LED-SMD", "XTAL". A part number with a chip
    size in it has other digits as well."""
    if " " in shown or not shown[:1].isalpha() or not shown.isascii():
        return False
    rest = _SIZE.sub("", shown, count=1)
    if rest != shown:
        return sum(c.isdigit() for c in rest) < 2
    return len(shown) < 12 and shown.replace("-", "").replace("_", "").isalpha()


def _package(shown: str) -> bool:
    """Whether a text names a package (or is a footprint of a library); a long text that mentions one does not."""
    if re.match(r"^[\w-]+:[\w-]+", shown) and " " not in shown:
        return True
    return len(shown.split()) <= 2 and packages.lookup(shown) is not None


def _uniform(texts: Sequence[str]) -> float:
    """The share of the commonest shape, 0 for fewer than four different texts."""
    different = set(texts)
    if len(different) < 4:
        return 0.0
    shapes = Counter(_DIGIT.sub("9", _LETTER.sub("A", text)) for text in different)
    return max(shapes.values()) / len(different)


def _running(counts: Sequence[int | None]) -> float:
    """The share of steps that count up by one: 1, 2, 3 is a running number."""
    numbers = [count for count in counts if count is not None]
    if len(numbers) < 3:
        return 0.0
    return sum(later - earlier == 1 for earlier, later in itertools.pairwise(numbers)) / (len(numbers) - 1)
