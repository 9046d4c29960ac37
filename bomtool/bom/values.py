"""Passive values: "4k7 1% 0402", "100nF/50V X7R", "104", "0R1", "2,2 uH 1.5A" become a number with its limits.

A value decides nothing about a part: it makes candidates (parametric matches) that a person confirms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from bomtool.bom import characters, packages

Kind = Literal["resistor", "capacitor", "inductor"]


@dataclass(frozen=True, slots=True)
class Passive:
    """What a text says about a passive part. `value` is in ohm, farad or henry, exact; `tolerance` in percent (0.01 F
    stays out); `voltage` in volt, `power` in watt, `current` in ampere; `dielectric` as printed (X7R, C0G); `size` the
    imperial chip code; `certain` is False where the unit was guessed ("104", "10k" without an ohm sign is certain)."""

    kind: Kind
    value: Decimal
    tolerance: Decimal | None = None
    voltage: Decimal | None = None
    power: Decimal | None = None
    current: Decimal | None = None
    dielectric: str | None = None
    size: str | None = None
    certain: bool = True


_SCALE = {
    "f": -15, "p": -12, "n": -9, "u": -6, "m": -3, "": 0, "r": 0, "k": 3, "K": 3, "M": 6, "G": 9, "T": 12,
}  # fmt: skip
_SUFFIX: dict[str, Kind] = {"ohm": "resistor", "f": "capacitor", "h": "inductor"}
_UNIT = r"(?:ohms?|Ω|Ohms?|OHMS?|R(?![\w]))"
_NUMBER = r"\d+(?:[.,]\d+)?|[.,]\d+"
_DIELECTRICS = re.compile(
    r"\b(C0G|COG|CH|NP0|NPO|U2J|X5R|X5S|X6S|X6T|X7R|X7S|X7T|X7U|X8R|X8L|X8G|Y5V|Y5U|Z5U|SL)\b", re.I
)
_TOLERANCE = re.compile(r"(?:±|\+/?-|\+-)?\s*(\d+(?:[.,]\d+)?)\s*%")
_VOLTAGE = re.compile(rf"(?<![\w.,])({_NUMBER})\s*(k?)V(?:DC|AC|dc|ac)?(?![\w])|(?<![\w.,])(\d+)V(\d)(?!\w)")
_POWER = re.compile(rf"(?<![\w.,])(?:(\d+)/(\d+)|({_NUMBER}))\s*(m?)W(?:att)?(?![\w])", re.I)
_CURRENT = re.compile(rf"(?<![\w.,])({_NUMBER})\s*(m?)A(?![\w])")
_RESISTANCE = re.compile(
    rf"(?<![\w.,])(?:(?P<n>{_NUMBER})\s*(?P<s>[mkKMGu]?)\s*(?P<u>{_UNIT})|(?P<n2>{_NUMBER})\s?(?P<s2>[kKMG])(?![\w])"
    r"|(?P<a>\d*)(?P<l>[RkKMmGL])(?P<b>\d+)(?![\w.,]))"
)
_CAPACITANCE = re.compile(
    rf"(?<![\w.,])(?:(?P<n>{_NUMBER})\s*(?P<s>[pnumPNUM]?)F(?:arad)?(?![\w])|(?P<a>\d+)(?P<l>[pnu])(?P<b>\d+)F?(?![\w])"
    rf"|(?P<n2>{_NUMBER})\s?(?P<s2>[pnu])(?![\w]))",
)
_INDUCTANCE = re.compile(
    rf"(?<![\w.,])(?:(?P<n>{_NUMBER})\s*(?P<s>[pnumPNUM]?)H(?:enry)?(?![\w])|(?P<a>\d+)(?P<l>[num])(?P<b>\d+)H(?![\w]))"
)
_CODE = re.compile(r"(\d{2})(\d)([FGJKM]?)")
_CODE_TOLERANCE = {"F": "1", "G": "2", "J": "5", "K": "10", "M": "20"}


def parse(text: str, kind: Kind | None = None) -> Passive | None:
    """Read a value text; None where it holds no passive value. `kind` (from designators like C5) decides where the
    text alone does not: a three digit code (104), a bare number, "100n", "4u7"."""
    shown = characters.plain(text).replace("μ", "u").replace("_", " ").replace("Ω", "Ω")
    rest = re.sub(r"[/;|,](?!\d)|(?<=[A-Za-z%])[/,](?=\d)", " ", shown)
    dielectric = _DIELECTRICS.search(rest)
    tolerance = _TOLERANCE.search(rest)
    found = _value(rest, kind)
    if found is None:
        return None
    what, value, span, certain = found
    if span[0] > 0 and re.search(r"[^\W\d_]{3,}", rest[: span[0]]) and kind is None and not certain:
        return None
    beside = rest[: span[0]] + " " + rest[span[1] :]
    voltage, power, current = _VOLTAGE.search(beside), _POWER.search(beside), _CURRENT.search(beside)
    return Passive(
        what,
        value,
        _decimal(tolerance[1]) if tolerance else _letter_tolerance(rest, span),
        _volts(voltage) if voltage else None,
        _watts(power) if power else None,
        _decimal(current[1]) * (Decimal("0.001") if current[2] else 1) if current else None,
        _dielectric(dielectric[1]) if dielectric else None,
        packages.chip(beside),
        certain,
    )


def format(part: Passive) -> str:
    """The value in its usual form, read back by `parse` with its kind: "4.7k", "100nF", "2.2uH"."""
    return _engineering(part.value, part.kind)


def _value(text: str, kind: Kind | None) -> tuple[Kind, Decimal, tuple[int, int], bool] | None:
    for what, pattern in (("capacitor", _CAPACITANCE), ("inductor", _INDUCTANCE), ("resistor", _RESISTANCE)):
        if kind is not None and kind != what:
            continue
        match = pattern.search(text)
        if match is None:
            continue
        groups = match.groupdict()
        certain = bool(groups.get("n")) or what == "resistor"
        if groups.get("n"):
            number, scale = _decimal(groups["n"]), groups["s"] or ""
        elif groups.get("n2"):
            number, scale = _decimal(groups["n2"]), groups["s2"]
        else:
            number, scale = Decimal(f"{groups['a'] or 0}.{groups['b']}"), groups["l"]
        if what != "resistor":
            scale = scale.lower()
        elif scale == "L":
            scale = "m"
        elif scale == "R":
            scale = ""
        return what, number.scaleb(_SCALE[scale]), match.span(), certain  # type: ignore[return-value]
    return _bare(text, kind)


def _bare(text: str, kind: Kind | None) -> tuple[Kind, Decimal, tuple[int, int], bool] | None:
    """A three digit code or a bare number, whose meaning only the kind tells."""
    if kind is None:
        return None
    match = re.match(rf"\s*({_NUMBER}[FGJKM]?)(?![\w%])", text)
    if match is None:
        return None
    code = _CODE.fullmatch(match[1])
    if code and kind == "capacitor" and code[2] != "0":
        return kind, Decimal(code[1]).scaleb(int(code[2]) - 12), match.span(1), False
    if not re.fullmatch(_NUMBER, match[1]):
        return None
    number = _decimal(match[1])
    if kind == "resistor":
        return kind, number, match.span(1), False
    if kind == "capacitor" and number < 1:
        return kind, number.scaleb(-6), match.span(1), False
    return None


def _letter_tolerance(text: str, span: tuple[int, int]) -> Decimal | None:
    code = _CODE.fullmatch(text[slice(*span)].strip())
    return Decimal(_CODE_TOLERANCE[code[3]]) if code and code[3] else None


def _dielectric(text: str) -> str:
    text = text.upper()
    return {"COG": "C0G", "NP0": "C0G", "NPO": "C0G"}.get(text, text)


def _volts(match: re.Match[str]) -> Decimal:
    if match[3]:
        return Decimal(f"{match[3]}.{match[4]}")
    return _decimal(match[1]) * (1000 if match[2] else 1)


def _watts(match: re.Match[str]) -> Decimal | None:
    if match[1]:
        return Decimal(match[1]) / Decimal(match[2]) if int(match[2]) else None
    return _decimal(match[3]) * (Decimal("0.001") if match[4] else 1)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _engineering(value: Decimal, kind: Kind) -> str:
    unit = {"resistor": "", "capacitor": "F", "inductor": "H"}[kind]
    steps = {"resistor": "mkMG", "capacitor": "pnum", "inductor": "num"}[kind]
    scales = {0: "", **{_SCALE[step]: step for step in steps}}
    fitting = [scale for scale in scales if abs(value) >= Decimal(1).scaleb(scale)]
    scale = max(fitting) if fitting and value else 0 if not value else min(scales)
    digits = f"{value.scaleb(-scale):f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    prefix = scales[scale]
    return f"{digits}{prefix}{unit or ('' if prefix in ('k', 'M', 'G') else 'Ω')}"
