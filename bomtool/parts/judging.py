"""What speaks for and against a part: whether its maker is the one named, whether value, size and package fit."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from bomtool.bom import makers, mpn, packages, tables, values
from bomtool.bom.packages import Package
from bomtool.bom.values import Kind, Passive
from bomtool.parts import ids, specs
from bomtool.parts.model import Query
from bomtool.parts.rows import Found

_FOOTPRINT = re.compile(
    r"(?:^|[:_\s-])(R|C|L|RES|CAP|IND)(?:[CPM]{0,2})?[_-]?(?=\d{4})|^(R|C|L|CAPC|RESC|INDC)(?=\d{4})", re.I
)
_WORDS = re.compile(
    r"\b(?:(resistor|res|widerstand|résistance|电阻|抵抗)|(capacitor|cap|kondensator|condensateur|mlcc|电容|コンデンサ)"
    r"|(inductor|ind|drossel|induktivität|电感|インダクタ))\b",
    re.I,
)
_DESIGNATOR = re.compile(r"([A-Za-z]+)\d")
_TWICE = re.compile(r"([^()（）]+)[(（]([^()（）]+)[)）]")
_NAME_WORD = re.compile(r"[^\W_]+")
_ANYBODY = frozenset(
    ("semi", "semicon", "semiconductor", "semiconductors", "micro", "microelectronics", "elec", "electronic", "electronics",
     "tech", "technology", "technologies", "group", "international", "corp", "corporation", "co", "company", "inc", "ltd",
     "limited", "gmbh", "components", "industry")
)  # fmt: skip
_SHORTEST_CORE = 3
_A_NUMBER = 0.3
_CODE_FIRST = re.compile(r"^\s*(0\d{3}|1206|1210|1218|1808|1812|2010|2220|2225|2512)\s*[,;]\s*(?=\S)(.*)$", re.S)
_LETTERS: dict[str, Kind] = {"R": "resistor", "C": "capacitor", "L": "inductor"}


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the maker of a line and that of a part relate, and a remark for people where they are not simply equal."""

    how: Literal["same", "other", "unnamed", "unknown"]
    """unnamed: the line names none; unknown: the catalogue names none."""
    note: str | None = None


@functools.lru_cache(maxsize=65536)
def agreement(named: str | None, maker: str) -> Agreement:
    """Compare the maker a line names with the maker of a part of the same number.

    Names of one company agree, also after it was bought or renamed; a name followed by a division ("Vishay Dale") agrees
    with the company. Names the table does not know agree when they are equal but for case and punctuation.
    """
    if not maker:
        return Agreement("unknown")
    if named is None:
        return Agreement("unnamed")
    found = makers.lookup(named)
    if found is not None and found.name == ids.canonical_maker(maker):
        if found.relation in ("acquired", "merged", "renamed", "spun-off", "brand"):
            return Agreement("same", f"{named} parts are made by {found.name} today.")
        return Agreement("same")
    if found is not None:
        note = _successors().get((found.name, ids.canonical_maker(maker)))
        return Agreement("same", note) if note else Agreement("other")
    if makers.same(named, maker) or any(_core(name) == _core(maker) for name in _spellings(named) if _core(name)):
        return Agreement("same")
    if any(agreement(name, maker).how == "same" for name in _spellings(named)[1:]):
        return Agreement("same", f"{named} was read as {maker}.")
    start = makers.at_start(named)
    if start is not None and not start.maker.ambiguous and start.maker.name == ids.canonical_maker(maker):
        return Agreement("same", f"{named} was read as {start.maker.name}.")
    return Agreement("other")


def is_known(named: str | None) -> bool:
    """Whether the table of makers knows a written name."""
    return any(makers.lookup(name) is not None for name in _spellings(named or ""))


def _spellings(named: str) -> list[str]:
    """A name, and what it consists of where it is written in two scripts: "SAMSUNG(三星)", "YAGEO（国巨）"."""
    match = _TWICE.fullmatch(named.strip())
    return [named, match[1].strip(), match[2].strip()] if match else [named]


@functools.lru_cache(maxsize=16384)
def _core(name: str) -> str:
    """A name without words that any company may bear: Viking is Viking Tech, STC is STC Micro. "" for short ones."""
    words = [makers.key(word) for word in _NAME_WORD.findall(name)]
    while words and words[-1] in _ANYBODY:
        words.pop()
    core = "".join(words)
    return core if len(core) >= _SHORTEST_CORE else ""


@functools.cache
def _successors() -> dict[tuple[str, str], str]:
    """Makers of which one took over parts of the other, both ways, with the sentence that says so."""
    found: dict[tuple[str, str], str] = {}
    for row in tables.rows("maker_successors.csv", ("earlier", "later", "note")):
        found[row["earlier"], row["later"]] = found[row["later"], row["earlier"]] = row["note"]
    return found


def named_maker(text: str | None) -> str | None:
    """The maker a line names, None for blanks and words like "generic" or "any"."""
    return None if text is None or not text.strip() or mpn.is_placeholder(text) else text.strip()


def wanted(query: Query) -> Passive | None:
    """What a line says of a passive part, from value, package and description; None for other parts."""
    if any(text and specs.is_special(text) for text in (query.value, query.description)):
        return None
    kind = _kind(query)
    size = packages.chip(query.package) if query.package else None
    if size is None and not query.package and query.description and kind:
        size = packages.chip(query.description)
    abouts = [query.description] if kind else []
    abouts += [query.mpn] if query.mpn and not is_number(query.mpn) else []
    said = [about for text in abouts if text and (about := values.parse(_reordered(text), kind)) is not None]
    text = query.value or (query.mpn if query.mpn and not is_number(query.mpn) else None)
    found = values.parse(text, kind) if text else None
    if found is None:
        found = said[0] if said else None
    if found is None:
        return None
    for about in said:
        if about.kind == found.kind and about.value == found.value:
            names = ("tolerance", "voltage", "power", "current", "dielectric", "size")
            found = replace(found, **{n: getattr(found, n) or getattr(about, n) for n in names})
    return replace(found, size=size or found.size)


def _reordered(text: str) -> str:
    """ "0402,47R0,1/16W" is a size and a value, not a number with a decimal comma."""
    match = _CODE_FIRST.match(text)
    return f"{match[2].replace(',', ' ')} {match[1]}" if match else text


@functools.lru_cache(maxsize=16384)
def is_number(text: str) -> bool:
    """Whether a text in the column of part numbers looks like one, also a short one (SS16, BAV99); values, sizes and
    remarks ("100nF 0402") do not."""
    if mpn.looks_like(text) >= _A_NUMBER:
        return True
    bare = ids.key(text)
    mixed = len(bare) >= _SHORTEST_CORE and not bare.isdigit() and not bare.isalpha()
    return mixed and " " not in text.strip() and values.parse(text) is None and packages.chip(text) is None


def contradiction(query: Query, asked: Passive | None, found: Found) -> str | None:
    """One sentence on what the line says that the part is not; None where nothing contradicts."""
    part = found.passive()
    if asked is not None and part is not None:
        why = specs.misfit(asked, part) if asked.kind == part.kind or asked.certain else None
        if why is not None:
            return f"The line contradicts the part: {why}."
    if query.package and found.part.package and packages_differ([query.package, found.part.package]):
        return f"The line contradicts the part: package {query.package} is asked for, the part is {found.part.package}."
    return None


def packages_differ(names: Iterable[str | None]) -> bool:
    """Whether packages cannot be one and the same, however they are written: other chip sizes, other numbers of pins of
    ICs, surface mount against through-hole, other land patterns. Names that are not known differ from nothing."""
    given = [name for name in names if name]
    known = [package for name in given if (package := _package(name)) is not None]
    mounts = {mount for name in given if (mount := _mount(name)) is not None}
    return len(mounts) > 1 or any(_differ(one, other) for at, one in enumerate(known) for other in known[at + 1 :])


_package = functools.lru_cache(maxsize=8192)(packages.lookup)
_mount = functools.lru_cache(maxsize=8192)(packages.mount)


def _differ(one: Package, other: Package) -> bool:
    if one.name == other.name:
        return False
    chips = one.kind == other.kind == "chip"
    pins = one.kind == other.kind == "IC" and one.pins and other.pins and one.pins != other.pins
    drawn = [_land_patterns().get(package.name) for package in (one, other)]
    return bool(chips or pins or (all(drawn) and drawn[0] != drawn[1]))


@functools.cache
def _land_patterns() -> dict[str, str]:
    return {row["package"]: row["pattern"] for row in tables.rows("land_patterns.csv", ("package", "pattern"))}


def _kind(query: Query) -> Kind | None:
    letters = {match[1].upper() for ref in query.reference_designators if (match := _DESIGNATOR.match(ref))}
    if len(letters) == 1:
        return _LETTERS.get(letters.pop())
    if query.package:
        match = _FOOTPRINT.search(query.package)
        if match:
            return _LETTERS[(match[1] or match[2])[0].upper().replace("I", "L")]
    if query.description:
        word = _WORDS.search(query.description)
        if word:
            return "resistor" if word[1] else "capacitor" if word[2] else "inductor"
    return None
