"""Candidates for lines without a part: same value and size, longer or shorter numbers, numbers nearly the same.

Nothing found here is ever costed before a person said so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bomtool.bom import values
from bomtool.bom.values import Passive
from bomtool.parts import codes, fuzzy, ids, judging, specs
from bomtool.parts.lines import Hits, Line
from bomtool.parts.model import Candidate, Level, Query
from bomtool.parts.rows import Found, Shelf, Stocked

_MOST_FUZZY = 300
"""Lines of one call that are searched by likeness; the rest says so."""
_SHORTEST_PREFIX = 4
_KEPT = 5
_SPARE = 8
"""How many times more parts of a value are fetched than kept, for those that packages speak against."""
_MANGLED = 0.45
_BASE: dict[Level, float] = {"decoded": 0.6, "parametric": 0.5}


def suggest(shelf: Shelf, lines: list[Line], hits: Hits) -> None:
    """Add candidates to every line: at most eight statements, whatever the number of lines."""
    for line in lines:
        _by_mangled(line, hits)
    _by_value(shelf, lines)
    open_lines = [line for line in lines if not line.candidates and line.names and _is_number(line)]
    _by_beginning(shelf, open_lines)
    _by_likeness(shelf, open_lines)


@dataclass(frozen=True, slots=True)
class Wish:
    """A value to look for: the level and the start of the reason of what is found, and the package the line names."""

    passive: Passive
    level: Level
    start: str
    package: str | None = None


def fitting(shelf: Shelf, wishes: Sequence[Wish], keep: int) -> list[list[Candidate]]:
    """Candidates for values: parts that nothing speaks against, the surest and best stocked first, at most `keep` each.
    Three statements."""
    keys = {specs.key(wish.passive) for wish in wishes}
    sized = {key for key in keys if not key.endswith(":")}
    rows = {**shelf.by_spec(sized, any_size=False), **shelf.by_spec(keys - sized, any_size=True)}
    chosen = [_best(wish, rows.get(specs.key(wish.passive), ()), keep * _SPARE) for wish in wishes]
    found = shelf.by_ref({row.ref for best in chosen for _, row in best})
    answer = []
    for wish, best in zip(wishes, chosen, strict=True):
        parts = [(score, row, found[row.ref].part) for score, row in best]
        kept = [item for item in parts if not judging.packages_differ([wish.package, item[2].package])][:keep]
        answer.append([Candidate(part, wish.level, score, _fits(wish, row)) for score, row, part in kept])
    return answer


def _best(wish: Wish, rows: Iterable[Stocked], keep: int) -> list[tuple[float, Stocked]]:
    ranked = []
    for row in rows:
        part = row.passive()
        if specs.misfit(wish.passive, part) is None:
            stock = min(math.log10(1 + (row.stock or 0)), 6.0) / 60
            missing = len(specs.unconfirmed(wish.passive, part))
            ranked.append((round(_BASE[wish.level] + stock - 0.04 * missing, 4), row))
    ranked.sort(key=lambda item: (-item[0], item[1].ref))
    return ranked[:keep]


def _fits(wish: Wish, row: Stocked) -> str:
    part = row.passive()
    missing = specs.unconfirmed(wish.passive, part)
    doubt = f"; {', '.join(missing)} not confirmed" if missing else ""
    return f"{wish.start}{' '.join(filter(None, [specs.shown(part), _limits(part)]))}{doubt}."


def _conflict(asked: Passive, decoded: Passive) -> bool:
    sizes = {asked.size, decoded.size} - {None}
    return (asked.kind, asked.value) != (decoded.kind, decoded.value) or len(sizes) > 1


def _package(query: Query) -> str | None:
    """The package; some files have it in the description ("Capacitor_THT:CP_Radial_D5.0mm")."""
    return query.package or query.description


def _is_enough(asked: Passive) -> bool:
    """Whether a value tells a part: inductors of one value differ a thousandfold in what they carry."""
    return asked.kind != "inductor" or asked.size is not None or asked.current is not None


def _is_number(line: Line) -> bool:
    return judging.is_number(line.names[-1].mpn)


def _by_mangled(line: Line, hits: Hits) -> None:
    """Numbers that a spreadsheet may have made this one of."""
    if not line.names or line.candidates:
        return
    rows = [row for key in sorted(line.mangled.keys) for row in hits.by_key.get(key, ())]
    rows += hits.in_range.get(line.mangled.first or "", ())
    for row in rows[:_KEPT]:
        reason = f"A spreadsheet may have made {line.names[0].mpn} of {row.part.mpn} of {row.part.manufacturer}."
        if judging.agreement(line.names[0].maker, row.part.manufacturer).how != "other":
            line.candidates.append(Candidate(row.part, "fuzzy", _MANGLED, reason))


def _by_value(shelf: Shelf, lines: list[Line]) -> None:
    """Passives by what their ordering code says, else by value and size of the line. Three statements."""
    asked: list[tuple[Line, Wish]] = []
    for line in lines:
        decoded = next((code for name in line.names if (code := codes.decode(name.mpn)) is not None), None)
        if decoded is not None:
            named = line.names[0].maker
            if named is None or judging.agreement(named, decoded.maker).how == "same":
                read = f"{line.names[0].mpn} reads as {specs.shown(decoded.passive)} ({decoded.family})"
                if line.asked is not None and _conflict(line.asked, decoded.passive):
                    line.against = line.against or f"{read}, but the line says {specs.shown(line.asked)}."
                start = f"{read}; this is "
                asked.append((line, Wish(decoded.passive, "decoded", start)))
                continue
        if line.asked is not None and not line.candidates and _is_enough(line.asked):
            asked.append((line, Wish(line.asked, "parametric", "By value and size: ", _package(line.query))))
    found = fitting(shelf, [wish for _, wish in asked], _KEPT)
    for (line, _), candidates in zip(asked, found, strict=True):
        line.candidates += candidates


def _by_beginning(shelf: Shelf, lines: list[Line]) -> None:
    """Numbers that go on after the one asked for, and numbers it goes on after. Two statements."""
    keys = {line.names[-1].key for line in lines if len(line.names[-1].key) >= _SHORTEST_PREFIX}
    longer = shelf.by_prefix(keys)
    shorter = shelf.by_key("mpn_key", {key[:end] for key in keys for end in range(max(5, len(key) // 2), len(key))})
    for line in lines:
        key = line.names[-1].key
        for row in longer.get(key, ()):
            _add(line, row, len(key) / len(row.key), f"{row.part.mpn} of {row.part.manufacturer} begins like it.")
        for end in range(max(5, len(key) // 2), len(key)):
            for row in shorter.get(key[:end], ()):
                _add(line, row, end / len(key), f"It begins like {row.part.mpn} of {row.part.manufacturer}.")


def _add(line: Line, row: Found, share: float, reason: str) -> None:
    maker = line.names[-1].maker
    agrees = judging.agreement(maker, row.part.manufacturer).how
    if agrees == "other" or judging.contradiction(line.query, line.asked, row):
        return
    line.candidates.append(Candidate(row.part, "prefix", round(0.25 + 0.25 * share, 4), reason))


def _by_likeness(shelf: Shelf, lines: list[Line]) -> None:
    wanted = [line for line in lines if not line.candidates]
    for line in wanted[_MOST_FUZZY:]:
        line.skipped = True
    wanted = wanted[:_MOST_FUZZY]
    found = fuzzy.near(shelf, [line.names[-1].key for line in wanted])
    for line in wanted:
        for hit in found.get(line.names[-1].key, [])[:_KEPT]:
            part = hit.found.part
            if judging.contradiction(line.query, line.asked, hit.found) is not None:
                continue
            agrees = judging.agreement(line.names[-1].maker, part.manufacturer).how
            score = round(0.5 * hit.likeness * (0.8 if agrees == "other" else 1.0), 4)
            reason = f"{part.mpn} of {part.manufacturer} is {hit.likeness:.0%} like {line.names[-1].mpn}."
            line.candidates.append(Candidate(part, "fuzzy", score, reason))


def _limits(part: Passive) -> str:
    said = [f"{part.tolerance:f} %" if part.tolerance is not None else "", part.dielectric or ""]
    said += [
        f"{value:f} {unit}" for value, unit in ((part.voltage, "V"), (part.power, "W"), (part.current, "A")) if value
    ]
    return " ".join(filter(None, said))


def passive_of(text: str) -> Passive | None:
    """A search text as a value ("10k 0402 1%"), None where it is none."""
    found = values.parse(text)
    return found if found is not None and not ids.key(text).isdigit() else None
