"""Reference designators: a cell of them becomes a list, and a list becomes a short text again.

Separators are commas, semicolons, bars, line breaks and spaces; ranges are those of `ranges`; a bare number takes the
letters of the designator before it (C61,81). Leading zeros and duplicates are kept. Which letters are usual, and which
words name things that have no designator, stands in `templates/designators.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bomtool.bom import characters, ranges
from bomtool.bom.designator_cell import CELL_LIMIT, Cell, Problem, fold, prefixes

__all__ = ["LIMIT", "Expansion", "Problem", "compress", "expand", "fold", "kind", "looks_like"]

LIMIT = 1000
"""The most designators one range may stand for."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a cell of designators says.

    `refs` are the designators in the order given; `do_not_place` those of them that are marked as not placed;
    `stated_count` is what a note like "(2x)" says; `notes` are the remarks that are neither.
    """

    refs: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    do_not_place: frozenset[str] = frozenset()
    stated_count: int | None = None
    notes: tuple[str, ...] = ()


_REF = r"[A-Za-z]{1,6}\d{1,7}"
_PLAIN_LIST = re.compile(rf" ?{_REF}(?:-{_REF})?(?: ?[,;\n] ?{_REF}(?:-{_REF})?| [A-WYZ]{{1,6}}\d{{1,7}})*[,;]? ?")
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_$*]*")
_LETTERS = re.compile(r"(?:\w+:)?([^\W\d_]+)[_$]?[\d?*]")
_PLAIN_PIECE = re.compile(r"([A-Za-z]+)(\d+)(?:-([A-Za-z]+)(\d+))?")


def expand(text: str, *, limit: int = LIMIT, expected: int | None = None) -> Expansion:
    """Every designator of a cell.

    Where a piece can be read two ways (J1-2 is a range or a name, R1/2 one or two parts) `expected`, the line's
    quantity, decides if just one reading has that many. Never raises; what cannot be read stays as written, with a
    problem.
    """
    quick = _plain_list(text, limit) if _PLAIN_LIST.fullmatch(text) else None
    if quick is not None:
        return Expansion(quick)
    cell = Cell(limit)
    cell.read(text)
    if cell.ambiguous and expected is not None and len(cell.refs) != expected:
        others = [Cell(limit, short_ranges=False), Cell(limit, slashes=True)]
        for other in others:
            other.read(text)
        cell = next((other for other in others if len(other.refs) == expected), cell)
    if len(cell.refs) == 1 and expected is not None and _are_names(text.split(), expected):
        cell.refs, cell.problems = text.split(), []
    cell.look_back()
    return Expansion(
        tuple(cell.refs), tuple(cell.problems), frozenset(cell.left_out), cell.stated_count, tuple(cell.notes)
    )


def compress(refs: Iterable[str]) -> str:
    """The shortest plain text for a list of designators, in its order: R1, R2, R3, R5 becomes "R1-R3,R5".

    `expand` gives the same list back for designators of letters and a number; others stay as they are.
    """
    refs = list(refs)
    pieces: list[str] = []
    start = 0
    for position in range(1, len(refs) + 1):
        if position < len(refs) and position - start < LIMIT and ranges.follows(refs[position - 1], refs[position]):
            continue
        run = refs[start:position]
        pieces += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else run
        start = position
    return ",".join(pieces)


def kind(ref: str) -> str | None:
    """The kind of part a designator usually stands for ("resistor", "ic", ...), None where its letters do not tell."""
    match = _LETTERS.match(ref)
    return prefixes().get(match[1].upper()) or None if match else None


def looks_like(text: str) -> float:
    """How much a cell looks like designators, 0 to 1: "R1, R2" is 1, "0402", "10k" and prose are near 0."""
    pieces = [word for piece in re.split(r"[,;|\n\t、]+", characters.plain(text)) for word in piece.split()]
    return sum(map(_likeness, pieces)) / len(pieces) if pieces else 0.0


def _are_names(words: list[str], expected: int) -> bool:
    """Whether blanks part names in capitals ("SW_M SW_CN HOLD"): as many as the quantity says, one with a prefix."""
    return (
        len(words) == expected > 1
        and all(map(_CAPITALS.fullmatch, words))
        and any("_" in word or any(map(str.isdigit, word)) for word in words)
    )


def _plain_list(text: str, limit: int) -> tuple[str, ...] | None:
    """The quick way for the usual cell, plain designators and full ranges; None where the grammar has to look."""
    refs: list[str] = []
    for name, first, other, last in _PLAIN_PIECE.findall(text):
        if not other:
            refs.append(name + first)
            continue
        low, high = int(first), int(last)
        if other != name or first[0] == "0" or not low < high < low + limit or len(refs) > CELL_LIMIT - limit:
            return None
        refs += [f"{name}{number}" for number in range(low, high + 1)]
    return tuple(refs) if len({ref.upper() for ref in refs}) == len(refs) else None


def _likeness(piece: str) -> float:
    piece = piece.strip("()")
    if len(piece) > 40:
        return 0.0
    match = re.fullmatch(r"([^\W\d_]{1,5})(\d{1,4})[A-Za-z]?(?:(?:-|~|\.\.+|:)([^\W\d_]{0,5})(\d{1,4}))?", piece)
    if match:
        return 1.0 if match[1].upper() in prefixes() else 0.5
    if re.fullmatch(r"[^\W\d_]{1,5}[?*]+", piece):
        return 1.0
    if re.fullmatch(r"[^\W\d_]+[$_.#]?\w*\d+[\w.#]*", piece):
        return 0.3
    return 0.2 if piece.isdigit() and len(piece) < 4 else 0.0
