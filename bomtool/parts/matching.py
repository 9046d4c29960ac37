"""Finds the part of each line, with the reason: exact, normalised and packaging levels may be costed, all else is offered.

A wrong part costs a board, so: the maker must agree, a number that several makers use needs one named, whatever
contradicts the line sends it to a person. The number of statements does not depend on the number of lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from bomtool.parts import judging, levels, suggesting
from bomtool.parts.catalog import Catalog
from bomtool.parts.lines import Hit, Hits, Line, Name, look_up, read
from bomtool.parts.mangled import NOTHING
from bomtool.parts.model import Candidate, Match, Part, Query, Remembered
from bomtool.parts.rows import Found, Shelf

_SCORES: dict[str, float] = {"exact": 1.0, "normalised": 0.98, "packaging": 0.9}
_MOST_CANDIDATES = 10
_REMEMBERED = 0.99
_AGAINST = 0.8
"""What the score of a part is multiplied with where something speaks against it."""


def match(
    catalog: Catalog,
    queries: Sequence[Query],
    *,
    remembered: Mapping[str, Remembered] | None = None,
    suggest: bool = True,
) -> list[Match]:
    """Answer every query, in order.

    `remembered` gives, by query key, the part a person chose for such a line before. It is offered first; a part number
    that names another part sends the line to a person. `suggest` looks for candidates of the lines without a part (values,
    beginnings, likeness); without it the call is quicker and such lines come back bare.
    """
    lines = [read(query) for query in queries]
    with catalog.shelf() as shelf:
        hits = look_up(shelf, lines)
        chosen = _chosen(shelf, remembered or {})
        for line in lines:
            hit = _settle(line, hits)
            before = chosen.get(line.query.key)
            if before is not None:
                hit = _offer_again(line, hit, *before)
            if hit is not None:
                reason, level = hit.reason, hit.level
                line.answer = Match(line.query.key, "matched", hit.found.part, level, _SCORES[level], reason)
        if suggest:
            suggesting.suggest(shelf, [line for line in lines if line.answer is None], hits)
        return [_finish(line, hits) for line in lines]


def _chosen(shelf: Shelf, remembered: Mapping[str, Remembered]) -> dict[str, tuple[Found, Remembered]]:
    """One statement, none where nothing is remembered."""
    if not remembered:
        return {}
    found = shelf.by_key("part_id", {choice.part_id for choice in remembered.values()})
    return {key: (found[c.part_id][0], c) for key, c in remembered.items() if c.part_id in found}


def _offer_again(line: Line, hit: Hit | None, found: Found, choice: Remembered) -> Hit | None:
    """A person's earlier choice: it confirms a hit, contradicts it, or is offered first."""
    if hit is not None and hit.found.part.id == found.part.id:
        return hit
    when = f"{choice.decided_at:%Y-%m-%d}"
    reason = f"On {when} a person chose {found.part.mpn} of {levels.maker_of(found)} for such a line."
    line.candidates.append(Candidate(found.part, "decision", _REMEMBERED, reason))
    if hit is not None:
        line.candidates.append(_candidate(hit))
        line.against = f"{reason} The part number names {hit.found.part.mpn} of {levels.maker_of(hit.found)}."
    else:
        line.against = f"{reason} Accept it, or choose another."
    return None


def _settle(line: Line, hits: Hits) -> Hit | None:
    """The part by number and maker, None where only suggestions are left. Sets `against` and candidates on the way."""
    hit: Hit | None = None
    for name in line.names:
        hit = levels.by_number(line, name, hits) or levels.by_packaging(line, name, hits)
        if hit is not None:
            line.against = None
            break
    against = line.against
    from_sku = levels.by_sku(line, hits)
    if hit is None and from_sku is not None and any(levels.is_named(name, from_sku.found) for name in line.names):
        # The supplier's number says which of several makers it is, or that a maker is only written in another way.
        hit, line.against = from_sku, None
    elif hit is None and against is None:
        hit = from_sku or (levels.by_number_as_sku(line, hits) if line.against is None else None)
    elif hit is not None and from_sku is not None and not levels.same_part(hit.found, from_sku.found):
        line.against = (
            f"The part number names {hit.found.part.mpn}, the supplier's part number "
            f"{from_sku.found.part.mpn} of {levels.maker_of(from_sku.found)}."
        )
    if hit is None:
        line.candidates += [_candidate(from_sku)] if from_sku else []
        return None
    if line.against is None:
        line.against = judging.contradiction(line.query, line.asked, hit.found)
    if line.against is not None:
        line.candidates += [_candidate(found) for found in (hit, from_sku) if found]
        return None
    return hit


def _finish(line: Line, hits: Hits) -> Match:
    alternates = tuple(part for name in line.alternates if (part := _alternate(line, name, hits)) is not None)
    best: dict[str, Candidate] = {}
    own = line.answer.part.id if line.answer and line.answer.part else None
    for candidate in sorted((*line.candidates, *line.doubtful), key=lambda found: -found.score):
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
    reason = _why_open(line, candidates, alternates)
    return Match(line.query.key, status, None, None, top, reason, candidates, alternates)


def _alternate(line: Line, name: Name, hits: Hits) -> Part | None:
    """The part of an alternative number, where it is beyond doubt."""
    aside = Line(line.query, [name], [], [], line.asked, NOTHING)
    hit = levels.by_number(aside, name, hits) or levels.by_packaging(aside, name, hits)
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
    if line.skipped:
        return f"{_what(line)} is in no catalogue; it was not searched for by likeness, so many lines are open."
    return f"{_what(line)} is in no catalogue, and nothing like it."


def _what(line: Line) -> str:
    if line.names:
        return line.names[0].mpn
    return line.skus[0].number if line.skus else line.query.value or "The part"


def _candidate(hit: Hit) -> Candidate:
    return Candidate(hit.found.part, hit.level, round(_AGAINST * _SCORES[hit.level], 4), hit.reason)
