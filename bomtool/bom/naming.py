"""Whether a text names a part at all: a shop's number, a series, or what a part is ("2x20 pin header") does not."""

from __future__ import annotations

import functools
import re

from bomtool.bom import characters, tables

_WORDS = re.compile(r"[^\W\d_]{2,}")
_JOINTS, _LEVEL = re.compile(r"[\W_]+"), re.compile(r"\d{0,3}v?\d?|")
_MEASURE = re.compile(
    r"[~≥≤<>±(\[]*(?:\d+(?:[.,]\d+)?[x×*]\d+(?:[.,]\d+)?(?:[x×*]\d+(?:[.,]\d+)?)?|\d*[.,]?\d+(?:/\d+)?(?=\D))"
    r"(?:mm|cm|m|in|\"|k?V(?:DC|AC)?|m?W|[mu]?A|m?Ah|[mkKMGR]\d?|[mkKM]?(?:Ω|ohms?)|[pnuµμm]?[FH]|[kMG]?Hz|%|pins?|pos|way|p|x|×|bit"
    r"|AWG)?[)\],;:]*|(?:0201|0402|0603|0805|1206|1210|1812|2010|2512)|X[5678][RST]|C0G|NP0",
    re.I,
)
"""A size, a count, a value or a rating."""


@functools.lru_cache(maxsize=8192)
def shop_of(text: str) -> str | None:
    """The shop whose number a text is, by its shape (`templates/shop_numbers.csv`), None where it is no such number."""
    shown = text.strip()
    return next((shop for shop, shape in _shops() if shape.fullmatch(shown)), None)


@functools.lru_cache(maxsize=8192)
def is_description(text: str) -> bool:
    """Whether a text says what a part is, or where it sits, and names none: it holds the word "series" or the like, or a
    word such as "header" and beside it only measures and other words; or it is a net or a colour alone (GND, VBUS_5V)."""
    if " " not in text.strip():
        first, *rest = _JOINTS.split(text.strip("+- ").casefold())
        return _uses().get(first) == "alone" and all(_LEVEL.fullmatch(word) for word in rest)
    words = {word.casefold() for word in _WORDS.findall(text)}
    uses = {_uses()[word] for word in words | {word.removesuffix("s") for word in words} if word in _uses()}
    return "series" in uses or (bool(uses) and not has_number(text))


def has_number(text: str) -> bool:
    """Whether a word of a text holds a digit and is no measure: it may be the number of a part."""
    words = text.split()
    return any(any(map(str.isdigit, word)) and not _MEASURE.fullmatch(word) for word in words)


@functools.cache
def _shops() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = tables.rows("shop_numbers.csv", ("shop", "shape"))
    return tuple((row["shop"], re.compile(row["shape"], re.I)) for row in rows)


@functools.cache
def _uses() -> dict[str, str]:
    return {characters.words(row["word"]): row["use"] for row in tables.rows("part_words.csv", ("word", "use"))}
