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
    r"(?<![A-Za-z0-9.,])(?:(?:[RCLD]|LED|CAP|RES|IND|FB|SMD|SMT|CHIP|MLCC)[_ -]?)?"
    r"(0\d{3}|0\d{4}|1\d{3}|2\d{3})(?:[RCLD](?!\w))?(?![\w.,%])"
    r"|(?<![A-Za-z0-9.,])C(\d{4})K(?!\w)",
    re.I,
)
_IPC_CHIP = re.compile(
    r"(?<![A-Za-z])(?:RES|CAP|IND|LED|DIO|FUS|BEAD|RESC|CAPC)[A-Z]?(\d{4})(?:X\d+)?[LMN]?(?![\w])", re.I
)
_IPC_BODY = re.compile(
    r"(?<![A-Za-z])(SOIC|SOP|SSOP|TSSOP|MSOP|QFN|QFP|LQFP|TQFP|SOT|SON|DIP)\d+P\w+-(\d+)[A-Z]?(?!\w)", re.I
)
_LOST_ZERO = re.compile(r"(201|402|603|805)(?:\.0)?|(\d{4})\.0")
_LIBRARY = re.compile(r"^[\w .-]+:")


def chip(text: str) -> str | None:
    """The imperial chip code in a text: "C_0402_1005Metric", "0402", "1005 metric", "R0603" and "SMD 0805" have one.

    A code without "metric" or "M" is imperial (0402 and 0603 exist in both systems). None where there is none.
    """
    shown = characters.plain(text)
    number = _LOST_ZERO.fullmatch(shown)
    if number:  # a spreadsheet took the code for a number
        shown = f"0{number[1]}" if number[1] else number[2]
    kicad = _KICAD_METRIC.search(shown)
    if kicad:
        return kicad[1]
    metric = _METRIC.search(shown)
    if metric and f"{metric[1]}m" in _table():
        return _table()[f"{metric[1]}m"].name
    for match in _CHIP.finditer(shown.replace("_", " ")):
        found = _table().get(match[1] or match[2])
        if found is not None and found.kind == "chip":
            return found.name
    ipc = _IPC_CHIP.search(shown)
    code = ipc[1] if ipc else shown.rpartition("_")[2].rpartition(" ")[2]
    found = _table().get(f"{code}m") if re.fullmatch(r"\d{4}", code) and code not in _table() else None
    return found.name if found else None


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
    body = _IPC_BODY.search(shown)
    if body and _key(body[1] + body[2]) in table:
        return table[_key(body[1] + body[2])]
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
    """SMT or THT as a package name, a KiCad library ("Resistor_THT:...") or a word for it tells, None where it does not."""
    found = lookup(text)
    if found and found.mount:
        return found.mount
    said = characters.words(text)
    for pattern, how in _MOUNTS:
        if pattern.search(said):
            return how
    return None


_MOUNTS = (
    (
        re.compile(
            r"\b(?:tht|pth|th|thru hole|through hole|thruhole|throughhole|bedrahtet|radial|axial|dip|直插|插件|通孔)\b"
        ),
        "THT",
    ),
    (re.compile(r"\b(?:smd|smt|surface mount|表贴|贴片|表面実装)\b"), "SMT"),
    (re.compile(r"\bpin ?(?:header|socket)\b"), "THT"),
)


def _key(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


@functools.cache
def _table() -> dict[str, Package]:
    table: dict[str, Package] = {}
    for row in tables.rows("packages.csv", ("name", "package", "kind", "mount", "pins")):
        pins = int(row["pins"]) if row["pins"].isdigit() else None
        table.setdefault(_key(row["name"]), Package(row["package"], row["kind"], row["mount"], pins))
    return table
