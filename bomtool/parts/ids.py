"""Names of parts: the key for comparing part numbers, the canonical maker, and the part id made of both."""

from __future__ import annotations

import functools
import hashlib
import re

from bomtool.bom import characters, makers, mpn

_NOISE = re.compile(r"[^A-Z0-9]+")
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = [one + other for one in _DIGITS for other in _DIGITS]


def key(text: str) -> str:
    """The form in which part numbers and SKUs are compared: `bomtool.bom.mpn.normalise`, fast for plain ASCII."""
    if text.isascii():
        return _NOISE.sub("", text.upper())
    return mpn.normalise(text)


def spelled(text: str) -> str:
    """A part number as it is told apart: visible characters, upper case, without spaces. `MAX3488CSA+` and `MAX3488CSA`
    are two orderable parts although their keys are equal."""
    return text.upper().replace(" ", "") if text.isascii() else characters.plain(text).upper().replace(" ", "")


@functools.lru_cache(maxsize=16384)
def canonical_maker(name: str) -> str:
    """The name a maker goes by today (`templates/manufacturers.csv`); the name as given where the table has none."""
    shown = characters.visible(name)
    return makers.known(shown) or shown


@functools.lru_cache(maxsize=16384)
def _maker_key(name: str) -> str:
    return makers.key(canonical_maker(name))


def part_id(manufacturer: str, mpn: str) -> str:
    """The id of a part: 12 upper-case letters and digits.

    The first 60 bits, in base 32 (RFC 4648), of the SHA-256 of canonical maker and spelled part number: the same on
    every machine, in every catalogue, however the maker's name is written. At a million parts the chance of any
    collision is 4e-7.
    """
    digest = hashlib.sha256(f"{_maker_key(manufacturer)}\n{spelled(mpn)}".encode()).digest()
    number = int.from_bytes(digest[:8]) >> 4
    return "".join([_PAIRS[number >> shift & 1023] for shift in (50, 40, 30, 20, 10, 0)])
