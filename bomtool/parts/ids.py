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


def alike(one: str, other: str) -> bool:
    """Whether two part numbers of equal key say the same: SMBJ5.0A is not SMBJ50A, and 2-520184-2 not 2520184-2.

    Signs between digits count where both numbers have some: a decimal sign in one must be one in the other, and digits
    must be grouped in the same way. A number written without any (0022232021 for 00-22-23-2021) is taken as the same.
    """
    first, second = _cuts(one), _cuts(other)
    if first == second:
        return True
    points = [{at for at, sign in cuts.items() if sign == "."} for cuts in (first, second)]
    if any(second.get(at) not in (".", ",") for at in points[0]) or any(
        first.get(at) not in (".", ",") for at in points[1]
    ):
        return False
    groups = [set(cuts) - points[0] - points[1] for cuts in (first, second)]
    return not groups[0] or not groups[1] or groups[0] == groups[1]


def _cuts(text: str) -> dict[int, str]:
    """Where signs stand between two digits, by the number of letters and digits before them."""
    found: dict[int, str] = {}
    count, before, sign = 0, "", ""
    for char in text if text.isascii() else characters.folded(text):
        if char.isalnum():
            if sign and before.isdigit() and char.isdigit():
                found[count] = sign
            count, before, sign = count + 1, char, ""
        elif not char.isspace():
            sign = char if not sign else sign + char
        elif not sign:
            sign = "-"
    return found


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
