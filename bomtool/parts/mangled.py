"""What a part number may have been before a spreadsheet took it for a date or a number.

Excel turns MAR-8 into 8-Mar, 447190000000 into 4.47E+11, 10E3 into 1.00E+04 and 0022232021 into 22232021. What is found
this way is offered, never costed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bomtool.bom import characters
from bomtool.bom import mpn as numbers

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_OTHER_MONTHS = {"MRZ": "MAR", "MÄR": "MAR", "MAI": "MAY", "OKT": "OCT", "DEZ": "DEC", "FÉVR": "FEB", "AVR": "APR",
                 "JUIN": "JUN", "JUIL": "JUL", "AOÛT": "AUG", "DÉC": "DEC", "ENE": "JAN", "ABR": "APR", "AGO": "AUG",
                 "DIC": "DEC", "GEN": "JAN", "MAG": "MAY", "GIU": "JUN", "LUG": "JUL", "SET": "SEP", "OTT": "OCT"}  # fmt: skip
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?E\+(\d+)", re.I)
_NAMED = re.compile(r"(?:(\d{1,4})[-. ])?([^\W\d_]{3,4})\.?(?:[-. ](\d{1,4}))?(?:[-. ](\d{2,4}))?")
_NUMERIC = re.compile(r"(\d{1,4})[-/](\d{1,2})[-/](\d{1,4})(?:[ T]00:00(?::00)?)?")
_SHORTEST, _LONGEST_DIGITS = 3, 18
_ZEROS = 4


@dataclass(frozen=True, slots=True)
class Readings:
    """Keys the number may have had, or, of a number cut to its first digits, the range of digits it lay in."""

    keys: frozenset[str] = frozenset()
    first: str | None = None
    last: str | None = None


NOTHING = Readings()


def readings(text: str) -> Readings:
    """What `text` may have been; NOTHING where no spreadsheet seems to have changed it."""
    shown = characters.plain(text).strip()
    if shown.isdecimal() and shown.isascii() and _SHORTEST <= len(shown) <= _LONGEST_DIGITS:
        return Readings(frozenset("0" * zeros + shown for zeros in range(1, _ZEROS + 1)))
    damage = numbers.damage(shown, shown)
    if damage is None:
        return NOTHING
    scientific = _SCIENTIFIC.fullmatch(shown)
    if scientific:
        return _of_number(scientific[1] + (scientific[2] or ""), int(scientific[3]))
    if damage.code == "mpn-date":
        return Readings(frozenset(key for key in _of_date(shown.upper()) if len(key) >= _SHORTEST))
    return NOTHING


def _of_number(digits: str, exponent: int) -> Readings:
    """d.ddE+n: a number of n + 1 digits, rounded to those shown, or one written with an E in it."""
    hidden = exponent + 1 - len(digits)
    if hidden < 0 or exponent + 1 > _LONGEST_DIGITS:
        return NOTHING
    value = int(digits) * 10**hidden
    written = set()
    for power in range(1, exponent + 1):
        whole, rest = divmod(value, 10**power)
        if not rest and whole < 10_000:
            written |= {f"{whole}E{power}", f"{whole}E{power:02d}"}
    half = 10**hidden // 2
    first, last = value - half, value + max(half - 1, 0)
    if len(str(first)) != len(str(last)):
        first = value
    return Readings(frozenset(written), str(first), str(last))


def _of_date(text: str) -> set[str]:
    numeric = _NUMERIC.match(text)
    if numeric:
        year, month, day = numeric[1], numeric[2], numeric[3]
        if len(year) != 4:
            year, month, day = day, year, month
        years = {year, year[-2:], year[-2:].lstrip("0") or "0"}
        pairs = {(month, day), (day, month), (month.lstrip("0"), day.lstrip("0")), (day.lstrip("0"), month.lstrip("0"))}
        found = {one + other + last for one, other in pairs for last in years}
        number = int(month)
        if 1 <= number <= 12:
            found |= _with_name(_MONTHS[number - 1], (day, year, year[-2:]))
        return found
    named = _NAMED.fullmatch(text)
    if named is None:
        return set()
    month = _OTHER_MONTHS.get(named[2], named[2][:3])
    if month not in _MONTHS:
        return set()
    found = _with_name(month, tuple(filter(None, (named[1], named[3], named[4]))))
    place = str(_MONTHS.index(month) + 1)
    for part in filter(None, (named[1], named[3])):
        found |= {place + part, part + place, place.zfill(2) + part.zfill(2), part.zfill(2) + place.zfill(2)}
    return found


def _with_name(month: str, around: tuple[str, ...]) -> set[str]:
    bare = {part.lstrip("0") for part in around} | {part.zfill(2) for part in around}
    return {month + part for part in bare if part} | {part + month for part in bare if part}
