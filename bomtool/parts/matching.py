"""Finds the part of each line, with the reason: exact, normalised and packaging levels may be costed, all else is offered.

A wrong part costs a board, so: the maker must agree, a number that several makers use needs one named, whatever
contradicts the line sends it to a person. The number of statements does not depend on the number of lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bomtool.bom import mpn as numbers
from bomtool.bom.values import Passive
from bomtool.parts import ids, judging, suffixes, suggesting
from bomtool.parts.catalog import Catalog
from bomtool.parts.model import Candidate, Level, Match, Part, Query
from bomtool.parts.rows import Found, Shelf

_SCORES: dict[str, float] = {"exact": 1.0, "normalised": 0.98, "packaging": 0.9}
_MOST_CANDIDATES = 10
_SHORTEST_BASE = 4


@dataclass(frozen=True, slots=True)
class Name:
    """A part number with the maker named beside it, and its key."""

    mpn: str
    maker: str | None
    key: str


@dataclass(slots=True)
class Line:
    """A query on its way: what it names, what was found, what speaks against it."""

    query: Query
    names: list[Name]
    alternates: list[Name]
    skus: list[str]
    asked: Passive | None
    answer: Match | None = None
    against: str | None = None
    candidates: list[Candidate] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Hits:
    """What the catalogues have under the keys of all lines."""

    by_key: Mapping[str, list[Found]]
    by_stem: Mapping[str, list[Found]]
    by_sku: Mapping[str, list[tuple[Found, str, str]]]
    longer: Mapping[str, set[str]]
    """Makers whose numbers go on after the key with a letter: LM358 also begins LM358DR and LM358P."""


@dataclass(frozen=True, slots=True)
class _Hit:
    found: Found
    level: Level
    reason: str


def match(
    catalog: Catalog, queries: Sequence[Query], *, decided: Mapping[str, str] | None = None, suggest: bool = True
) -> list[Match]:
    """Answer every query, in order.

    `decided` gives part ids that people chose before, by query key: they win over everything else (level "decision").
    `suggest` looks for candidates of the lines without a part (values, beginnings, likeness); without it the call is
    quicker and such lines come back bare.
    """
    lines = [_line(query) for query in queries]
    with catalog.shelf() as shelf:
        hits = _fetch(shelf, lines)
        chosen = _decided(shelf, decided or {})
        for line in lines:
            part = chosen.get(line.query.key)
            line.answer = _decision(line, part) if part else _settle(line, hits)
        if suggest:
            suggesting.suggest(shelf, [line for line in lines if line.answer is None])
        return [_finish(line, hits) for line in lines]


def _line(query: Query) -> Line:
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
    skus = [key for number in query.supplier_part_numbers if (key := ids.key(number))]
    return Line(query, [n for n in names if n.key], [n for n in alternates if n.key], skus, judging.wanted(query))


def _fetch(shelf: Shelf, lines: list[Line]) -> Hits:
    """Four statements: by part number (with and without packaging endings), by stem, by SKU, by beginning."""
    keys: set[str] = set()
    for line in lines:
        for name in (*line.names, *line.alternates):
            keys.add(name.key)
            keys.update(ids.key(stem.text) for stem in suffixes.stems(name.mpn))
    skus = {key for line in lines for key in line.skus} | {name.key for line in lines for name in line.names}
    unnamed = {name.key for line in lines for name in (*line.names, *line.alternates) if name.maker is None}
    return Hits(
        shelf.by_key("mpn_key", keys),
        shelf.by_key("stem_key", keys),
        shelf.by_sku(skus),
        shelf.makers_of_longer(key for key in unnamed if len(key) >= _SHORTEST_BASE),
    )


def _decided(shelf: Shelf, decided: Mapping[str, str]) -> dict[str, Found]:
    if not decided:
        return {}
    found = shelf.by_key("part_id", decided.values())
    return {key: found[part_id][0] for key, part_id in decided.items() if part_id in found}


def _decision(line: Line, found: Found) -> Match:
    reason = f"A person chose {found.part.mpn} of {found.part.manufacturer} for such a line before."
    return Match(line.query.key, "matched", found.part, "decision", 1.0, reason)


def _settle(line: Line, hits: Hits) -> Match | None:
    """The answer by number and maker, None where only suggestions are left. Sets `against` and candidates on the way."""
    hit: _Hit | None = None
    for name in line.names:
        hit = _by_number(line, name, hits) or _by_packaging(line, name, hits)
        if hit is not None:
            line.against = None
            break
    from_sku = _by_sku(line, hits, line.skus)
    if hit is None and line.against is None:
        hit = from_sku or _by_sku(line, hits, [name.key for name in line.names])
    elif hit is not None and from_sku is not None and not _same_part(hit.found, from_sku.found):
        line.against = (
            f"The part number names {hit.found.part.mpn}, the supplier's part number "
            f"{from_sku.found.part.mpn} of {_maker(from_sku.found)}."
        )
    if hit is None:
        return None
    if line.against is None:
        line.against = judging.contradiction(line.query, line.asked, hit.found)
    if line.against is not None:
        line.candidates += [_candidate(found) for found in (hit, from_sku) if found]
        return None
    return Match(line.query.key, "matched", hit.found.part, hit.level, _SCORES[hit.level], hit.reason)


def _by_number(line: Line, name: Name, hits: Hits) -> _Hit | None:
    """Exact and normalised: the same number, and the maker agrees or is the only one.

    Where the line names none, a number that other makers' numbers begin with (LM358, 1N4148) is nobody's own.
    """
    rows = hits.by_key.get(name.key, [])
    if not rows:
        return None
    spelled = ids.spelled(name.mpn)
    exact = [row for row in rows if ids.spelled(row.part.mpn) == spelled]
    if name.maker is None:
        makers = {row.part.manufacturer for row in rows} | hits.longer.get(name.key, set())
        if len(makers) > 1 or not rows[0].part.manufacturer:
            line.against = _several(name, makers)
            line.candidates += [_offered(row, spelled, "The number fits; the maker has to be chosen.") for row in rows]
            return None
        fitting, note = (
            rows,
            f"the line names no maker, and in the catalogues only {rows[0].part.manufacturer} makes it",
        )
    else:
        judged = [(row, judging.agreement(name.maker, row.part.manufacturer)) for row in rows]
        fitting = [row for row, agrees in judged if agrees.how == "same"]
        if not fitting:
            makers = {row.part.manufacturer for row in rows}
            line.against = line.against or _other_maker(name, makers)
            line.candidates += [_offered(row, spelled, f"The number fits, the maker is {_maker(row)}.") for row in rows]
            return None
        notes = {agrees.note for row, agrees in judged if row in fitting and agrees.note}
        note = f"the maker agrees ({fitting[0].part.manufacturer})" + "".join(
            f"; {n.rstrip('.')}" for n in sorted(notes)
        )
    exact = [row for row in exact if row in fitting]
    best = exact or fitting
    if len({row.part.id for row in best}) > 1:
        line.against = f"{name.mpn} stands for several parts: {', '.join(sorted({row.part.mpn for row in best}))}."
        line.candidates += [_offered(row, spelled, "The number fits but for signs like + or -.") for row in best]
        return None
    if exact:
        return _Hit(exact[0], "exact", f"The part number is the same; {note}.")
    reason = f"The part number is the same but for case and signs ({best[0].part.mpn}); {note}."
    return _Hit(best[0], "normalised", reason)


def _by_packaging(line: Line, name: Name, hits: Hits) -> _Hit | None:
    """The same part in another packaging: only an ending of `suffixes` differs, and the maker is the same."""
    found: dict[str, tuple[Found, str]] = {}
    own = {ids.key(stem.text) for stem in suffixes.stems(name.mpn)}
    rows = [row for key in own | {name.key} for row in (*hits.by_stem.get(key, ()), *hits.by_key.get(key, ()))]
    for row in rows:
        maker = row.part.manufacturer
        if row.key == name.key or not maker:
            continue
        if name.maker is not None and judging.agreement(name.maker, maker).how != "same":
            continue
        mine, theirs = suffixes.stem(name.mpn, maker), suffixes.stem(row.part.mpn, maker)
        bare = ids.key(mine.text if mine else name.mpn)
        if bare == ids.key(theirs.text if theirs else row.part.mpn):
            what = " and ".join(dict.fromkeys(stem.meaning for stem in (mine, theirs) if stem))
            found.setdefault(row.part.id, (row, what))
    if not found:
        return None
    makers = {row.part.manufacturer for row, _ in found.values()}
    if name.maker is None and len(makers) > 1:
        line.against = line.against or _several(name, makers)
        line.candidates += [
            Candidate(row.part, "packaging", 0.6, f"The same part in another packaging ({what}) if this is the maker.")
            for row, what in found.values()
        ]
        return None
    ranked = sorted(found.values(), key=lambda hit: (-(hit[0].stock or 0), len(hit[0].part.mpn), hit[0].part.mpn))
    row, what = ranked[0]
    line.against = None
    line.candidates += [
        Candidate(other.part, "packaging", 0.85, f"The same part in another packaging: {meaning}.")
        for other, meaning in ranked[1:]
    ]
    reason = f"The same part of {row.part.manufacturer} in another packaging: {row.part.mpn} ({what}) for {name.mpn}."
    return _Hit(row, "packaging", reason)


def _by_sku(line: Line, hits: Hits, keys: list[str]) -> _Hit | None:
    """The part that suppliers' numbers stand for; None, with `against` set, where its maker is not the one named."""
    for key in keys:
        rows = hits.by_sku.get(key, [])
        if not rows or len({found.part.id for found, _, _ in rows}) != 1:
            continue
        found, supplier, sku = rows[0]
        if key not in line.skus and ids.spelled(sku) != ids.spelled(line.names[0].mpn):
            continue
        maker = judging.named_maker(line.query.manufacturer)
        if maker is not None and judging.agreement(maker, found.part.manufacturer).how == "other":
            line.against = f"{sku} of {supplier} is {found.part.mpn} of {_maker(found)}, but the line names {maker}."
            line.candidates.append(Candidate(found.part, "exact", 0.6, f"{sku} of {supplier} is this part."))
            return None
        return _Hit(found, "exact", f"{sku} is the number of {supplier} for {found.part.mpn} of {_maker(found)}.")
    return None


def _same_part(one: Found, other: Found) -> bool:
    """Equal, or one part in two packagings."""
    if one.part.id == other.part.id:
        return True
    stems = [row.stem_key or row.key for row in (one, other)]
    return one.part.manufacturer == other.part.manufacturer and stems[0] == stems[1]


def _finish(line: Line, hits: Hits) -> Match:
    alternates = tuple(part for name in line.alternates if (part := _alternate(line, name, hits)) is not None)
    best: dict[str, Candidate] = {}
    own = line.answer.part.id if line.answer and line.answer.part else None
    for candidate in sorted(line.candidates, key=lambda found: -found.score):
        if candidate.part.id != own:
            best.setdefault(candidate.part.id, candidate)
    candidates = tuple(best.values())[:_MOST_CANDIDATES]
    if line.answer is not None:
        found = line.answer
        return Match(
            found.key, found.status, found.part, found.level, found.score, found.reason, candidates, alternates
        )
    status: Literal["needs_review", "no_match"]
    status = "needs_review" if line.against or candidates or alternates else "no_match"
    top = candidates[0].score if candidates else 0.0
    return Match(
        line.query.key, status, None, None, top, _why_open(line, candidates, alternates), candidates, alternates
    )


def _alternate(line: Line, name: Name, hits: Hits) -> Part | None:
    """The part of an alternative number, where it is beyond doubt."""
    aside = Line(line.query, [name], [], [], line.asked)
    hit = _by_number(aside, name, hits) or _by_packaging(aside, name, hits)
    if hit is None or judging.contradiction(line.query, line.asked, hit.found) is not None:
        return None
    return hit.found.part


def _why_open(line: Line, candidates: tuple[Candidate, ...], alternates: tuple[Part, ...]) -> str:
    if line.against:
        return line.against
    if alternates:
        return f"{_what(line)} is in no catalogue; its alternative {alternates[0].mpn} is."
    if candidates:
        return f"{_what(line)} is in no catalogue under that number. Nearest: {candidates[0].reason}"
    if not line.names and not line.skus and line.asked is None:
        return "The line names no part number and no value to search by."
    return f"{_what(line)} is in no catalogue, and nothing like it."


def _what(line: Line) -> str:
    if line.names:
        return line.names[0].mpn
    return line.query.supplier_part_numbers[0] if line.skus else line.query.value or "The part"


def _several(name: Name, makers: set[str]) -> str:
    shown = sorted(maker for maker in makers if maker)
    if not shown:
        return f"The catalogue does not say who makes {name.mpn}, and neither does the line."
    more = f" and {len(shown) - 4} more" if len(shown) > 4 else ""
    return f"{name.mpn} is made by {', '.join(shown[:4])}{more}; the line does not say which."


def _other_maker(name: Name, makers: set[str]) -> str:
    shown = sorted(maker or "a maker the catalogue does not name" for maker in makers)
    more = f" and {len(shown) - 4} more" if len(shown) > 4 else ""
    return f"The line names {name.maker}, but in the catalogues {name.mpn} is made by {', '.join(shown[:4])}{more}."


def _maker(row: Found) -> str:
    return row.part.manufacturer or "a maker the catalogue does not name"


def _offered(row: Found, spelled: str, reason: str) -> Candidate:
    exact = ids.spelled(row.part.mpn) == spelled
    return Candidate(row.part, "exact" if exact else "normalised", 0.75 if exact else 0.7, reason)


def _candidate(hit: _Hit) -> Candidate:
    return Candidate(hit.found.part, hit.level, 0.8 * _SCORES[hit.level], hit.reason)
