"""Price ladders: "1:0.10 100:0.02" in files and in the store, exact to the digit."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from bomtool.parts.model import PriceBreak

_LADDER = re.compile(r"\d{1,9}:\d+(?:\.\d+)?(?: \d{1,9}:\d+(?:\.\d+)?)*", re.ASCII)
_FREE = re.compile(r":0+(?:\.0*)?(?: |\Z)", re.ASCII)
_STEP = re.compile(r"\s*(\d+)\s*:\s*([\d.,]+)\s*(?:[;|/\s]|\Z)", re.ASCII)
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+", re.ASCII)
_COMMA = re.compile(r"\d+,(?:\d{1,2}|\d{4,})|0,\d+", re.ASCII)
_CURRENCY = re.compile(r"^(?:[A-Z]{3}|[$€£¥])\s*|\s*(?:[A-Z]{3}|[$€£¥])$")


def compact(text: str) -> str:
    """A ladder as the store keeps it: ascending, single spaces. Raises ValueError saying what is wrong."""
    if not text:
        return ""
    if not _LADDER.fullmatch(text):
        return join(_steps(text))
    last = 0
    for step in text.split(" "):
        quantity = int(step.partition(":")[0])
        if quantity <= last:
            return join(_steps(text))
        last = quantity
    return text if ":0" not in text or not _FREE.search(text) else join(_steps(text))


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
    """A price as written: 0.10, 0,10, 1,234.50, $0.10, 0.10 EUR. Raises ValueError for anything else, also for 1,234,
    which may be a thousand or one and a bit."""
    shown = _CURRENCY.sub("", text.strip())
    if _GROUPED.fullmatch(shown):
        shown = shown.replace(",", "")
    elif _COMMA.fullmatch(shown):
        shown = shown.replace(",", ".")
    if not _NUMBER.fullmatch(shown):
        raise ValueError(f'"{text}" is no price')
    return Decimal(shown)


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
