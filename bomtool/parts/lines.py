"""Lines on their way through matching: what each names, what the catalogues have under it, what was found, what speaks
against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bomtool.bom import mpn as numbers
from bomtool.bom.values import Passive
from bomtool.parts import ids, judging, mangled, suffixes
from bomtool.parts.mangled import Readings
from bomtool.parts.model import Candidate, Level, Match, Query
from bomtool.parts.rows import Found, Shelf

_SHORTEST_BASE = 4


@dataclass(frozen=True, slots=True)
class Name:
    """A part number with the maker named beside it, and its key."""

    mpn: str
    maker: str | None
    key: str


@dataclass(frozen=True, slots=True)
class Sku:
    """A supplier's number with what stands above it in the file ("LCSC Part #"), and its key."""

    label: str
    number: str
    key: str


@dataclass(slots=True)
class Line:
    """A query on its way."""

    query: Query
    names: list[Name]
    alternates: list[Name]
    skus: list[Sku]
    asked: Passive | None
    mangled: Readings
    answer: Match | None = None
    against: str | None = None
    """Why the line needs a person although something was found."""
    candidates: list[Candidate] = field(default_factory=list)
    doubtful: list[Candidate] = field(default_factory=list)
    """Weak candidates that keep nothing else from being looked for."""
    skipped: bool = False
    """Whether the search by likeness was left out."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A part that may be costed, unless something speaks against it."""

    found: Found
    level: Level
    reason: str


@dataclass(frozen=True, slots=True)
class Hits:
    """What the catalogues have under the keys of all lines."""

    by_key: Mapping[str, list[Found]]
    by_stem: Mapping[str, list[Found]]
    by_sku: Mapping[str, list[tuple[Found, str, str]]]
    longer: Mapping[str, set[str]]
    """Makers whose numbers go on after the key with a letter: LM358 also begins LM358DR and LM358P."""
    in_range: Mapping[str, list[Found]]
    """Parts with numbers in the range of a number that a spreadsheet cut short, by its first one."""


def read(query: Query) -> Line:
    """What a query names. A part number is taken as it stands first, then as `bomtool.bom.mpn` cleans it."""
    maker = judging.named_maker(query.manufacturer)
    names, alternates = [], []
    if query.mpn and not numbers.is_placeholder(query.mpn):
        names.append(Name(query.mpn, maker, ids.key(query.mpn)))
        if not query.mpn.isalnum():
            clean = numbers.clean(query.mpn)
            if clean.mpn and clean.mpn != query.mpn:
                names.append(Name(clean.mpn, clean.manufacturer or maker, ids.key(clean.mpn)))
            alternates += [Name(other.mpn, other.manufacturer, ids.key(other.mpn)) for other in clean.alternates]
    for other in query.alternative_mpns:
        clean = numbers.clean(other)
        if clean.mpn:
            alternates.append(Name(clean.mpn, clean.manufacturer, ids.key(clean.mpn)))
    skus = [Sku(label, number, key) for label, number in query.supplier_part_numbers if (key := ids.key(number))]
    return Line(
        query,
        [name for name in names if name.key],
        [name for name in alternates if name.key],
        skus,
        judging.wanted(query),
        mangled.readings(query.mpn) if query.mpn else mangled.NOTHING,
    )


def look_up(shelf: Shelf, lines: Iterable[Line]) -> Hits:
    """Five statements: by part number (with and without packaging endings), by stem, by SKU, by beginning, by range."""
    lines = list(lines)
    keys: set[str] = set()
    for line in lines:
        keys |= line.mangled.keys
        for name in (*line.names, *line.alternates):
            keys.add(name.key)
            keys.update(ids.key(stem.text) for stem in suffixes.stems(name.mpn))
    skus = {sku.key for line in lines for sku in line.skus} | {name.key for line in lines for name in line.names}
    by_key, by_stem = shelf.by_key("mpn_key", keys), shelf.by_key("stem_key", keys)
    unnamed = {name.key for line in lines for name in (*line.names, *line.alternates) if name.maker is None}
    ranges = {(r.first, r.last) for line in lines if (r := line.mangled).first and r.last}
    return Hits(
        by_key,
        by_stem,
        shelf.by_sku(skus),
        shelf.makers_of_longer(k for k in unnamed if len(k) >= _SHORTEST_BASE and (k in by_key or k in by_stem)),
        shelf.by_digits((first, last) for first, last in ranges if first and last),
    )
