"""Package names: chip codes (imperial and metric), JEDEC and EIAJ synonyms, KiCad footprints, from `templates/packages.csv`."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from bomtool.bom import characters, tables


@dataclass(frozen=True, slots=True)
class Package:
    """A known package: the name used for comparing, its kind, how it is mounted (SMT or THT) and its number of pins."""

    name: str
    kind: str
    mount: str
    pins: int | None


_KICAD_METRIC = re.compile(r"_?(\d{4,5})[_ ](\d{4})Metric", re.I)
_METRIC = re.compile(r"(?<![\w.])(\d{4})(?:\s*M(?![\w])|\s*\(?metric\)?)", re.I)
_CHIP = re.compile(
    r"(?<![A-Za-z0-9.,])(?:(?:[RCLD]|LED|CAP|RES|IND|FB|SMD|SMT|CHIP|MLCC)[_ -]?)?(0\d{3}|0\d{4}|1\d{3}|2\d{3})(?![\w.,%])",
    re.I,
)
_LIBRARY = re.compile(r"^[\w .-]+:")


def chip(text: str) -> str | None:
    """The imperial chip code in a text: "C_0402_1005Metric", "0402", "1005 metric", "R0603" and "SMD 0805" have one.

    A code without "metric" or "M" is imperial (0402 and 0603 exist in both systems). None where there is none.
    """
    shown = characters.plain(text)
    kicad = _KICAD_METRIC.search(shown)
    if kicad:
        return kicad[1]
    metric = _METRIC.search(shown)
    if metric and f"{metric[1]}m" in _table():
        return _table()[f"{metric[1]}m"].name
    for match in _CHIP.finditer(shown.replace("_", " ")):
        found = _table().get(match[1])
        if found is not None and found.kind == "chip":
            return found.name
    return None


def lookup(text: str) -> Package | None:
    """The package a text names: by the whole text, by its chip code, or by the longest known name it starts with or
    contains between separators ("Package_SO:SOIC-8_3.9x4.9mm_P1.27mm" is SOIC-8). None where there is none."""
    shown = _LIBRARY.sub("", characters.plain(text))
    table = _table()
    whole = table.get(_key(shown))
    if whole is not None and whole.kind != "chip-metric":
        return whole
    size = chip(shown)
    if size is not None:
        return table.get(size, whole)
    for piece in sorted(re.split(r"[_\s/,;()]+", shown), key=len, reverse=True):
        found = table.get(_key(piece)) if len(piece) > 2 else None
        if found is not None and found.kind not in ("chip", "chip-metric"):
            return found
    return whole


def canonical(text: str) -> str | None:
    """The name by which packages are compared, None for an unknown one."""
    found = lookup(text)
    return found.name if found else None


def same(one: str, other: str) -> bool | None:
    """Whether two texts name the same package; None where one of them is unknown."""
    first, second = canonical(one), canonical(other)
    return None if first is None or second is None else first == second


def mount(text: str) -> str | None:
    """SMT or THT as a package name tells, None where it does not."""
    found = lookup(text)
    return found.mount or None if found else None


def _key(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


@functools.cache
def _table() -> dict[str, Package]:
    table: dict[str, Package] = {}
    for row in tables.rows("packages.csv", ("name", "package", "kind", "mount", "pins")):
        pins = int(row["pins"]) if row["pins"].isdigit() else None
        table.setdefault(_key(row["name"]), Package(row["package"], row["kind"], row["mount"], pins))
    return table
