"""Ordering codes: what the part number of a passive says by itself, by the families of `templates/ordering_codes.toml`.

`GRM155R71C104KA88D` is a 100 nF 10 % 16 V X7R 0402 capacitor of Murata, whether or not any catalogue has it.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from bomtool import data
from bomtool.bom.values import Kind, Passive
from bomtool.errors import UsageError
from bomtool.parts import ids

_POINT = {"R": Decimal(1), "K": Decimal(1000), "M": Decimal(10**6), "G": Decimal(10**9), "L": Decimal("0.001")}
_GROUPS = ("size", "tolerance", "voltage", "dielectric", "power")


@dataclass(frozen=True, slots=True)
class Decoded:
    """What an ordering code says: the maker whose code it is, the family's name, and the values."""

    maker: str
    family: str
    passive: Passive


@dataclass(frozen=True, slots=True)
class _Family:
    name: str
    maker: str
    kind: Kind
    pattern: re.Pattern[str]
    number: Callable[[str], Decimal | None]
    tables: dict[str, dict[str, str]]


def decode(mpn: str, maker: str | None = None) -> Decoded | None:
    """Read an ordering code; None where no family has it, or two families would read it differently.

    `maker`, a canonical name, asks the families of that maker alone.
    """
    text = ids.spelled(mpn)
    families = _families() if maker is None else _families_of(maker)
    found = [decoded for family in families if (decoded := _read(family, text)) is not None]
    if not found or any(other.passive != found[0].passive for other in found[1:]):
        return None
    return found[0]


def _read(family: _Family, text: str) -> Decoded | None:
    match = family.pattern.fullmatch(text)
    if match is None:
        return None
    said: dict[str, str | None] = {}
    groups = match.groupdict()
    for name in _GROUPS:
        code = groups.get(name)
        table = family.tables.get(name)
        said[name] = table.get(code) if table is not None and code is not None else code
    value = family.number(match["value"])
    if value is None:
        return None
    if family.kind == "capacitor":
        value = value.scaleb(-12)
    numbers = {name: Decimal(said[name] or 0) if said[name] else None for name in ("tolerance", "voltage", "power")}
    passive = Passive(family.kind, value, **cast(Any, numbers), dielectric=said["dielectric"], size=said["size"])
    return Decoded(family.maker, family.name, passive)


def _point(code: str) -> Decimal | None:
    """4K7, 10R, 100K, 0R: a letter stands where the decimal point would; 0000 is a jumper."""
    if code.isdigit():
        return Decimal(0) if not code.strip("0") else None
    letter = code.strip("0123456789")
    before, _, after = code.partition(letter)
    return Decimal(f"{before or 0}.{after or 0}") * _POINT[letter] if letter in _POINT else None


def _exponent(code: str) -> Decimal | None:
    """1002 is 10,000 and 104 is 100,000: the last digit counts zeros; R is the decimal point."""
    if "R" in code:
        return _point(code)
    return Decimal(code[:-1]).scaleb(int(code[-1]))


def _kemet(code: str) -> Decimal | None:
    """Like `_exponent`, but 8 and 9 at the end are a hundredth and a tenth: 229 is 2.2."""
    powers = {"8": -2, "9": -1}
    return Decimal(code[:-1]).scaleb(powers.get(code[-1], int(code[-1])))


def _uniroyal(code: str) -> Decimal | None:
    """Like `_exponent`, with J, K, L, M at the end for a tenth down to a ten-thousandth."""
    powers = {"J": -1, "K": -2, "L": -3, "M": -4}
    last = code[-1]
    return Decimal(code[:-1]).scaleb(powers[last] if last in powers else int(last))


_NUMBERS = {"point": _point, "exponent": _exponent, "kemet": _kemet, "uniroyal": _uniroyal}


@functools.lru_cache(maxsize=4096)
def _families_of(maker: str) -> tuple[_Family, ...]:
    return tuple(family for family in _families() if family.maker == maker)


@functools.cache
def _families() -> tuple[_Family, ...]:
    path = data.template("ordering_codes.toml")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        tables = content["tables"]
        return tuple(
            _Family(
                row["name"],
                row["maker"],
                row["kind"],
                re.compile(row["pattern"], re.ASCII),
                _NUMBERS[row["value"]],
                {name: tables[row[name]] for name in _GROUPS if name in row},
            )
            for row in content["family"]
        )
    except (KeyError, ValueError, re.error) as error:
        raise UsageError(
            f"The table {path} cannot be used: {error}.",
            hint="Compare it with the shipped one: bomtool templates list.",
        ) from error
