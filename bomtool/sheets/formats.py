"""What a number format shows, where that is more than the number: leading zeros, prefixes, full digits.

Number formats: ECMA-376 part 1, 18.8.31.
"""

from __future__ import annotations

import functools
import re
from datetime import datetime, time, timedelta
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
    if hit is None or ("0" not in hit[2] and not hit[1] and not hit[3]):
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


@functools.lru_cache(maxsize=512)
def is_date_format(number_format: str) -> bool:
    """Whether a number format shows a date, a time or a span."""
    section = number_format.split(";")[0]
    if section.lower() == "general" or "E+" in section or "E-" in section:
        return False
    section = re.sub(r'"[^"]*"|\\.|_.|\*.', "", section)
    spans = re.search(r"\[(?:h+|m+|s+)\]", section, re.IGNORECASE)
    return bool(spans) or bool(re.search(r"[dmhysDMHYS]", re.sub(r"\[[^\]]*\]", "", section)))


def serial_date(serial: int | float, epoch_1904: bool, number_format: str) -> datetime | time | str | None:
    """The date or time that a serial number stands for; None where it is none (negative, beyond the year 9999).

    The 1900 system counts a 29 February 1900 that never was (18.17.4.1): serials below 60 lie one day later.
    A span ([h]:mm) of a day or more is given as text "26:30:00".
    """
    if serial < 0 or serial >= 2_958_466:
        return None
    if re.search(r"\[(?:h+|m+|s+)\]", number_format, re.IGNORECASE):
        seconds = round(serial * 86400)
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    milliseconds = round(serial * 86_400_000)
    if milliseconds < 86_400_000 and not (epoch_1904 and serial >= 1) and not re.search(r"[dyDY]", number_format):
        return (datetime(2000, 1, 1) + timedelta(milliseconds=milliseconds)).time()  # noqa: DTZ001
    start = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 31 if serial < 60 else 30)  # noqa: DTZ001
    return start + timedelta(milliseconds=milliseconds)
