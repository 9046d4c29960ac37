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


_SCALE = {"p": -12, "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9}
_NUMBER = r"(?:\d+(?:[.,]\d+)?|[.,]\d+)"
_START, _END = r"(?<![\w.,-])", r"(?![\w.]|,\d|-[^\W\d])"
_OHM = r"(?:ohms?|Ω|R)"
_DIELECTRICS = re.compile(
    r"\b(C0G|COG|CH|NP0|NPO|U2J|X5R|X5S|X6S|X6T|X7R|X7S|X7T|X7U|X8R|X8L|X8G|Y5V|Y5U|Z5U|SL)\b", re.I
)
_TOLERANCE = re.compile(r"(?:±|\+/?-|\+-)?\s*(\d+(?:[.,]\d+)?)\s*%")
_VOLTAGE = re.compile(rf"{_START}(?:(?P<n>{_NUMBER})\s*(?P<s>k?)V(?:DC|AC)?|(?P<a>\d+)V(?P<b>\d))(?!\w)", re.I)
_POWER = re.compile(rf"{_START}(?:(?P<above>\d+)/(?P<below>\d+)|(?P<n>{_NUMBER}))\s*(?P<s>m?)W(?:att)?(?!\w)", re.I)
_CURRENT = re.compile(rf"{_START}(?P<n>{_NUMBER})\s*(?P<s>m?)A(?!\w)")
_FREQUENCY = re.compile(r"\d\s*[kMG]?Hz", re.I)
_PATTERNS: dict[Kind, re.Pattern[str]] = {
    "capacitor": re.compile(
        rf"{_START}(?:(?P<n>{_NUMBER})\s*(?P<s>[pnumPNUM]?)[Ff](?:arad)?|(?P<a>\d*)(?P<l>[pnuPNU])(?P<b>\d+)[Ff]?"
        rf"|(?P<n2>{_NUMBER})\s?(?P<s2>[pnuPNU])){_END}"
    ),
    "inductor": re.compile(
        rf"{_START}(?:(?P<n>{_NUMBER})\s*(?P<s>[pnumPNUM]?)H(?:enry)?|(?P<a>\d+)(?P<l>[numNU])(?P<b>\d+)H?"
        rf"|(?P<n2>{_NUMBER})\s?(?P<s2>[nuNU])){_END}"
    ),
    "resistor": re.compile(
        rf"{_START}(?:(?P<n>{_NUMBER})\s*(?P<s>[mkKMGu]?)\s*(?i:{_OHM})|(?P<n2>{_NUMBER})\s?(?P<s2>[kKMGmu])"
        rf"|(?P<a>\d*)(?P<l>[RrkKMmGL])(?P<b>\d+)){_END}"
    ),
}
_NAMES: dict[Kind, re.Pattern[str]] = {
    "capacitor": re.compile(
        r"\b(?:cap(?:acitor)?s?|mlcc|kondensator|condensateur|condensatore|condensador|elko|电容|コンデンサ)", re.I
    ),
    "inductor": re.compile(
        r"\b(?:ind(?:uctor)?s?\b|choke|drossel|spule|inductance|induttore|bobina|电感|インダクタ)", re.I
    ),
    "resistor": re.compile(r"\b(?:res(?:istor)?s?\b|widerstand|résistance|resistenza|resistencia|电阻|抵抗)", re.I),
}
_CODE = re.compile(r"(\d{2})(\d)([FGJKM]?)")
_CODE_TOLERANCE = {"F": "1", "G": "2", "J": "5", "K": "10", "M": "20"}


def parse(text: str, kind: Kind | None = None) -> Passive | None:
    """Read a value text; None where it holds no passive value. `kind` (from designators like C5) decides where the
    text alone does not: a three digit code (104), a bare number, "100n", "4u7"."""
    shown = _latin(characters.plain(text).replace("_", " "))
    if _FREQUENCY.search(shown):
        return None
    shown = re.sub(r"(?<!\S)(0\d{3}),(?=\d)", r"\1 ", shown)  # a chip size, then the value
    shown = re.sub(r"[/;|](?!\d+\s*W)|,(?=\D|$)|(?<=[A-Za-z%Ω]),|(?<=[FHΩ])[x×](?=\d)", " ", shown)
    if kind is None:
        named = [what for what, pattern in _NAMES.items() if pattern.search(shown)]
        kind = named[0] if len(named) == 1 else None
    found = _value(shown, kind)
    if found is None:
        return None
    what, value, (begin, end), certain = found
    beside = shown[:begin] + " " + shown[end:]
    if kind is None and re.search(r"[^\W\d_]{4,}", shown[:begin]):
        return None
    dielectric, tolerance = _DIELECTRICS.search(beside), _TOLERANCE.search(beside)
    code = _CODE.fullmatch(shown[begin:end])
    return Passive(
        what,
        value,
        _decimal(tolerance[1]) if tolerance else Decimal(_CODE_TOLERANCE[code[3]]) if code and code[3] else None,
        _volts(_VOLTAGE.search(beside)),
        _watts(_POWER.search(beside)),
        _amperes(_CURRENT.search(beside)),
        _dielectric(dielectric[1]) if dielectric else None,
        packages.chip(beside),
        certain,
    )


def format(part: Passive) -> str:
    """The value in its usual form, read back by `parse` with its kind: "4.7k", "100nF", "2.2uH"."""
    return _engineering(part.value, part.kind)


def _value(text: str, kind: Kind | None) -> tuple[Kind, Decimal, tuple[int, int], bool] | None:
    for what, pattern in _PATTERNS.items():
        if kind not in (None, what):
            continue
        for match in pattern.finditer(text):
            groups = match.groupdict()
            letter = groups["s2"] or groups["l"] or ""
            if kind is None and not groups["n"] and letter in (("m", "u") if what == "resistor" else ("P", "N", "U")):
                continue
            if kind is None and groups["l"] and not groups["a"] and not groups["b"].startswith("0"):
                continue  # R47 is a designator as well
            if groups["l"] and not groups["a"] and groups["l"] in "PNU" and match.span() != (0, len(text.strip())):
                continue  # and so is U2 in "U2 bypass"
            if groups["n"]:
                number, scale = _decimal(groups["n"]), groups["s"] or ""
            elif groups["n2"]:
                number, scale = _decimal(groups["n2"]), groups["s2"]
            else:
                number, scale = Decimal(f"{groups['a'] or 0}.{groups['b']}"), groups["l"]
            scale = {"L": "m", "R": "", "r": "", "K": "k"}.get(scale, scale) if what == "resistor" else scale.lower()
            certain = bool(groups["n"]) or what == "resistor" or kind == what
            return what, number.scaleb(_SCALE[scale]), match.span(), certain
    return _bare(text, kind)


_CYRILLIC = (
    ("мк", "u"),
    ("кОм", "kOhm"),
    ("МОм", "MOhm"),
    ("Ом", "Ohm"),
    ("Гн", "H"),
    ("Ф", "F"),
    ("н", "n"),
    ("п", "p"),
)


def _latin(text: str) -> str:
    """Units in Latin letters: µ, and the Russian ones where they follow a number."""
    text = text.replace("μ", "u").replace("µ", "u")
    if text.isascii():
        return text
    for written, meant in _CYRILLIC:
        text = re.sub(rf"(?<=\d)(\s*[a-z]?){written}", rf"\1{meant}", text)
    return re.sub(r"(?<=\d)(\s*)к(?!\w)", r"\1k", text)


def _bare(text: str, kind: Kind | None) -> tuple[Kind, Decimal, tuple[int, int], bool] | None:
    """A three digit code or a bare number, whose meaning only the kind tells."""
    if kind is None:
        return None
    match = re.match(rf"\s*({_NUMBER}[FGJKM]?)(?![\w%])", text)
    if match is None:
        return None
    code = _CODE.fullmatch(match[1].removesuffix(".0"))
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


def _dielectric(text: str) -> str:
    text = text.upper()
    return {"COG": "C0G", "NP0": "C0G", "NPO": "C0G"}.get(text, text)


def _volts(match: re.Match[str] | None) -> Decimal | None:
    if match is None:
        return None
    if match["b"]:
        return Decimal(f"{match['a']}.{match['b']}")
    return _decimal(match["n"]) * (1000 if match["s"] else 1)


def _watts(match: re.Match[str] | None) -> Decimal | None:
    if match is None or match["below"] == "0":
        return None
    if match["below"]:
        return Decimal(match["above"]) / Decimal(match["below"])
    return _decimal(match["n"]) * (Decimal("0.001") if match["s"] else 1)


def _amperes(match: re.Match[str] | None) -> Decimal | None:
    return _decimal(match["n"]) * (Decimal("0.001") if match["s"] else 1) if match else None


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
