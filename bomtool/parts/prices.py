"""Price ladders: "1:0.10 100:0.02" in files and in the store, also read as JSON pairs; exact to the digit."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from itertools import pairwise

from bomtool.parts.model import PriceBreak

_PRICED = r"\d{1,9}:(?!0+(?:\.0*)?(?: |\Z))\d+(?:\.\d+)?"
_LADDER = re.compile(rf"{_PRICED}(?: {_PRICED})*", re.ASCII)
_QUANTITY = re.compile(r"(\d+):", re.ASCII)
_STEP = re.compile(r"\s*(\d+)\s*:\s*([\d.,]+)\s*(?:[;|/\s]|\Z)", re.ASCII)
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+", re.ASCII)
_GROUPED_COMMA = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+", re.ASCII)
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_COMMA = re.compile(r"\d+,(?:\d{1,2}|\d{4,})|0,\d+", re.ASCII)
_CURRENCY = re.compile(r"^(?:US\$|[A-Z]{3}|[$€£¥₹])\s*|\s*(?:[A-Z]{3}|[$€£¥₹]|kr\.?|zł|Kč|Ft)$")
_CODE = re.compile(r"[A-Z]{3}", re.ASCII)
_GAPS = re.compile(r"(?<=\d)['’\u00a0\u2009\u202f ](?=\d{3})")


def compact(text: str) -> str:
    """A ladder as the store keeps it: ascending, single spaces. Raises ValueError saying what is wrong."""
    if not text:
        return ""
    if text[0] == "[":
        return join(_pairs(text))
    if not _LADDER.fullmatch(text):
        return join(_steps(text))
    quantities = list(map(int, _QUANTITY.findall(text)))
    ascending = all(one < other for one, other in pairwise(quantities)) and quantities[0] > 0
    return text if ascending else join(_steps(text))


def join(steps: list[tuple[int, Decimal]]) -> str:
    """Quantities and prices as a ladder. Steps without a price (0) are left out. Raises ValueError for doubled steps."""
    found = sorted((quantity, price) for quantity, price in steps if price)
    for one, other in pairwise(found):
        if one[0] == other[0]:
            raise ValueError(f"two prices from {one[0]} pieces on")
    if any(quantity < 1 for quantity, _ in found):
        raise ValueError("a price for 0 pieces")
    return " ".join(f"{quantity}:{price:f}" for quantity, price in found)


def read(ladder: str) -> tuple[PriceBreak, ...]:
    """A ladder of the store as price breaks."""
    return tuple(
        PriceBreak(int(quantity), Decimal(price))
        for quantity, _, price in (step.partition(":") for step in ladder.split(" ") if step)
    )


def number(text: str) -> Decimal:
    """A price as written: 0.10, 0,10, 1,234.50, 1.234,50, 1 234,50, $0.10, 0.10 EUR. Raises ValueError for anything else,
    also for 1,234 and for 1.234 €, which may be a thousand or one and a bit."""
    return priced(text)[0]


def priced(text: str) -> tuple[Decimal, str]:
    """`number`, and the currency written beside it: a code of three letters, a sign, or ""."""
    text = text.strip()
    shown = _CURRENCY.sub("", text)
    written = text.replace(shown, "", 1).strip() if shown != text else ""
    shown = _GAPS.sub("", shown)
    sign_behind = bool(written) and text.endswith(written) and not _CODE.fullmatch(written)
    if _EITHER.fullmatch(shown) and ("," in shown or sign_behind):
        raise ValueError(f'"{text}" may be a thousand or one and a bit')
    if _GROUPED.fullmatch(shown):
        shown = shown.replace(",", "")
    elif _GROUPED_COMMA.fullmatch(shown):
        shown = shown.replace(".", "").replace(",", ".")
    elif _COMMA.fullmatch(shown):
        shown = shown.replace(",", ".")
    if not _NUMBER.fullmatch(shown):
        raise ValueError(f'"{text}" is no price')
    return Decimal(shown), written


def numbers(texts: list[str]) -> list[Decimal]:
    """The prices of one ladder as written. One that may be read either way is read as the others show. Raises ValueError."""
    found: list[Decimal | None] = []
    signs = set()
    for text in texts:
        try:
            found.append(number(text))
            bare = _CURRENCY.sub("", text.strip())
            signs |= {"," if bare.rfind(",") > bare.rfind(".") else "."} if "," in bare or "." in bare else set()
        except ValueError:
            found.append(None)
    if None in found and len(signs) != 1:
        return [number(text) for text in texts]
    return [
        price if price is not None else _by_sign(text, next(iter(signs)))
        for price, text in zip(found, texts, strict=True)
    ]


def _by_sign(text: str, decimal: str) -> Decimal:
    shown = _GAPS.sub("", _CURRENCY.sub("", text.strip()))
    return number(shown.replace("," if decimal == "." else ".", "").replace(decimal, ".").strip())


def _pairs(text: str) -> list[tuple[int, Decimal]]:
    """A ladder written as JSON: [[1, 0.10], [100, 0.02]], or objects with quantity and price."""
    try:
        found = json.loads(text, parse_float=Decimal, parse_int=Decimal)
        steps = [(s["quantity"], s["price"]) if isinstance(s, dict) else (s[0], s[1]) for s in found]
        if any(_plain(quantity) % 1 for quantity, _ in steps):
            raise ValueError("a quantity that is not whole")
        return [(int(_plain(quantity)), _plain(price)) for quantity, price in steps]
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise ValueError(f'"{text[:30]}" is no list of quantities and prices') from error


def _plain(value: object) -> Decimal:
    found = value if isinstance(value, Decimal) else number(str(value))
    if not found.is_finite() or found < 0:
        raise ValueError(f'"{value}" is no price')
    return found


def _steps(text: str) -> list[tuple[int, Decimal]]:
    steps: list[tuple[int, Decimal]] = []
    at = 0
    while at < len(text.rstrip()):
        match = _STEP.match(text, at)
        if match is None:
            raise ValueError(f'"{text[at : at + 30]}" is no quantity:price')
        steps.append((int(match[1]), number(match[2].rstrip(","))))
        at = match.end()
    return steps
