"""Values of passives as the catalogue keeps them: an indexed key of kind, value and size, and a short text of the limits.

The key "r:1E+4:0402" names every 10 kΩ resistor of size 0402; the limits "t1 p0.0625" say 1 % and 62.5 mW. The value is
taken from the ordering code where a family knows it, else from the description.
"""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from typing import Any

from bomtool.bom import packages, values
from bomtool.bom.values import Kind, Passive
from bomtool.parts import codes

_KIND_WORDS = re.compile(r"(resist|capacit|induct)|\b(res|cap|ind)\b", re.I)
_NOT_SIMPLE = re.compile(
    r"network|array|potentiomet|trimmer|variable|thermist|varist|\b[np]tc\b|ferrite|bead|transform|adjust|trimpot|"
    r"light.depend|photo|common mode|sensor|module|kit\b|ldr\b|current sense amp",
    re.I,
)
_KINDS: dict[str, Kind] = {"r": "resistor", "c": "capacitor", "i": "inductor", "l": "inductor"}
_NUMBER = r"(\d+(?:\.\d+)?(?:e-?\d+)?)\s?"
_FAST: dict[Kind, re.Pattern[str]] = {
    "resistor": re.compile(rf"(?<![\w.]){_NUMBER}([mkKMGuµ]?)(?:Ω|[oO]hms?\b)"),
    "capacitor": re.compile(rf"(?<![\w.]){_NUMBER}([pnuµm]?)F\b"),
    "inductor": re.compile(rf"(?<![\w.]){_NUMBER}([pnuµm]?)H\b"),
}
_SCALE = {"p": -12, "n": -9, "u": -6, "µ": -6, "m": -3, "": 0, "k": 3, "K": 3, "M": 6, "G": 9}
_TOLERANCE = re.compile(r"(\d+(?:\.\d+)?)\s?%")
_VOLTAGE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s?(k?)V\b")
_POWER = re.compile(r"(?<![\w.])(?:(\d+)/)?(\d+(?:\.\d+)?)\s?(m?)W\b")
_CURRENT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s?(m?)A\b")
_DIELECTRIC = re.compile(r"\b(C0G|COG|NP0|NPO|U2J|X[5-8][A-Z]|Y5V|Z5U)\b")
_SAME_DIELECTRIC = {"COG": "C0G", "NP0": "C0G", "NPO": "C0G"}
_SLACK = Decimal("0.98")
"""1/16 W is written 0.0625, 0.063 and 0.06; a limit missed by less than this is a way of writing."""
_LETTERS = {"tolerance": "t", "voltage": "v", "power": "p", "current": "i", "dielectric": "d"}
_FIELDS = {letter: name for name, letter in _LETTERS.items()}


def of_part(mpn: str, maker: str, category: str, package: str, description: str) -> Passive | None:
    """What a catalogue row says of a passive: from its ordering code, else its description; None for anything else."""
    kind = _kind(category) or (_kind(description[:24]) if not category else None)
    if kind is None:
        return None
    decoded = codes.decode(mpn, maker)
    if decoded is not None:
        return decoded.passive if decoded.passive.size else _sized(decoded.passive, package)
    found = _quick(description, kind)
    if found is None:
        found = values.parse(description, kind)
    return _sized(found, package) if found is not None else None


def is_special(text: str) -> bool:
    """Whether a text names a part that a value and a size do not tell: an array, a thermistor, a trimmer, a bead."""
    return _NOT_SIMPLE.search(text) is not None


def key(part: Passive) -> str:
    """The key under which parts of this kind, value and size stand; it ends with ":" where the size is unknown."""
    return f"{part.kind[0]}:{part.value.normalize():E}:{part.size or ''}"


def limits(part: Passive) -> str | None:
    """The limits as a short text, None without any."""
    said = [
        f"{letter}{value:f}" if isinstance(value := getattr(part, name), Decimal) else f"{letter}{value}"
        for name, letter in _LETTERS.items()
        if getattr(part, name) is not None
    ]
    return " ".join(said) or None


@functools.lru_cache(maxsize=65536)
def read(spec_key: str, spec: str | None) -> Passive:
    """Back from key and limits."""
    kind, value, size = spec_key.split(":")
    said: dict[str, Any] = {}
    for item in (spec or "").split():
        name = _FIELDS[item[0]]
        said[name] = item[1:] if name == "dielectric" else Decimal(item[1:])
    return Passive(_KINDS[kind], Decimal(value), size=size or None, **said)


def misfit(wanted: Passive, part: Passive) -> str | None:
    """Why a part does not do where `wanted` is asked for, None where nothing known speaks against it.

    Value equal; size equal if given; tolerance no wider; voltage, power and current no lower; dielectric equal if given.
    """
    if wanted.kind != part.kind or wanted.value != part.value:
        return f"{shown(wanted)} is asked for, the part is {shown(part)}"
    if wanted.size and part.size and wanted.size != part.size:
        return f"size {wanted.size} is asked for, the part is {part.size}"
    if wanted.tolerance is not None and part.tolerance is not None and part.tolerance > wanted.tolerance:
        return f"{wanted.tolerance:f} % is asked for, the part has {part.tolerance:f} %"
    for name, unit in (("voltage", "V"), ("power", "W"), ("current", "A")):
        asked, has = getattr(wanted, name), getattr(part, name)
        if asked is not None and has is not None and has < asked * _SLACK:
            return f"{asked:f} {unit} is asked for, the part has {has:f} {unit}"
    if wanted.dielectric and part.dielectric and wanted.dielectric != part.dielectric:
        return f"{wanted.dielectric} is asked for, the part is {part.dielectric}"
    return None


def unconfirmed(wanted: Passive, part: Passive) -> list[str]:
    """What is asked for and the catalogue does not tell of the part."""
    names = ("size", "tolerance", "voltage", "power", "current", "dielectric")
    return [name for name in names if getattr(wanted, name) is not None and getattr(part, name) is None]


def shown(part: Passive) -> str:
    """A passive in words: "10k resistor 0402"."""
    return " ".join(filter(None, [values.format(part), part.kind, part.size]))


@functools.lru_cache(maxsize=4096)
def _kind(text: str) -> Kind | None:
    found = _KIND_WORDS.search(text)
    if found is None or _NOT_SIMPLE.search(text):
        return None
    return _KINDS[(found[1] or found[2])[0].lower()]


def _sized(part: Passive, package: str) -> Passive:
    size = _chip(package) if package else None
    if size is None or part.size == size:
        return part
    return Passive(
        part.kind,
        part.value,
        part.tolerance,
        part.voltage,
        part.power,
        part.current,
        part.dielectric,
        size,
        part.certain,
    )


_chip = functools.lru_cache(maxsize=8192)(packages.chip)


def _quick(text: str, kind: Kind) -> Passive | None:
    """`values.parse` for texts as distributors write them, ten times faster; None where the value is written otherwise."""
    value = _FAST[kind].search(text)
    if value is None:
        return None
    tolerance, voltage, dielectric = _TOLERANCE.search(text), None, None
    power = current = None
    if kind == "resistor":
        power = _POWER.search(text)
    else:
        voltage = _VOLTAGE.search(text) if kind == "capacitor" else None
        current = _CURRENT.search(text) if kind == "inductor" else None
        dielectric = _DIELECTRIC.search(text) if kind == "capacitor" else None
    return Passive(
        kind,
        Decimal(value[1]).scaleb(_SCALE[value[2]]),
        Decimal(tolerance[1]) if tolerance else None,
        Decimal(voltage[1]) * (1000 if voltage[2] else 1) if voltage else None,
        _watts(power) if power else None,
        Decimal(current[1]) * (Decimal("0.001") if current[2] else 1) if current else None,
        _SAME_DIELECTRIC.get(dielectric[1], dielectric[1]) if dielectric else None,
    )


def _watts(match: re.Match[str]) -> Decimal | None:
    if match[1]:
        below = Decimal(match[2])
        return (Decimal(match[1]) / below).quantize(Decimal("0.0001")).normalize() if below else None
    return Decimal(match[2]) * (Decimal("0.001") if match[3] else 1)
