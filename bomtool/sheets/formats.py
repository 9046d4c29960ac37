"""What a number format shows, where that is more than the number: leading zeros, prefixes, full digits.

Number formats: ECMA-376 part 1, 18.8.31.
"""

from __future__ import annotations

import functools
import re
from decimal import Decimal

_ZEROS = re.compile(r"0{2,}")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')


@functools.lru_cache(maxsize=512)
def _padding(number_format: str) -> tuple[str, int, str] | None:
    """(prefix, digits, suffix) of a format that pads a whole number with zeros or adds text to it, else None."""
    section = number_format.split(";")[0]
    section = re.sub(r"\[[^\]]*\]|_.|\*.", "", section)
    plain = _LITERAL.sub(lambda hit: "\x01" * len(hit[1] if hit[1] is not None else hit[2]), section)
    letters = _LITERAL.sub(lambda hit: hit[1] if hit[1] is not None else hit[2], section)
    hit = re.fullmatch(r"([\x01\- ]*)([0#?]+)([\x01\- ]*)", plain)
    if hit is None or "0" not in hit[2] and not hit[1] and not hit[3]:
        return None
    prefix, suffix = letters[: len(hit[1])], letters[len(hit[1]) + len(hit[2]) :]
    digits = hit[2].count("0")
    return (prefix, digits, suffix) if digits > 1 or prefix.strip() or suffix.strip() else None


def shown_number(value: int | float, number_format: str | None) -> tuple[str | None, str | None]:
    """The text shown for a number where it differs from the plain one, and the format that matters, else (None, None).

    Formats that only round, group or colour say nothing about the identity of a part and are left out; a scientific
    one gives back all digits of a whole number.
    """
    if not number_format or number_format == "General":
        return None, None
    if "E+" in number_format or "E-" in number_format:
        whole = isinstance(value, int) or value.is_integer()
        return (str(int(value)) if whole and abs(value) < 1e15 else format(Decimal(repr(value)), "f")), number_format
    if value < 0 or (isinstance(value, float) and not value.is_integer()):
        return None, None
    padding = _padding(number_format)
    if padding is None:
        return None, None
    prefix, digits, suffix = padding
    return f"{prefix}{int(value):0{digits}d}{suffix}", number_format
