"""Ranges of designators: which texts are ranges, and what they stand for.

A range has two ends with the same letters (or letters once: C1-5) and rises: C1-C5, C1~C5, J1.1-J1.4, U1A-U1D. X3-2 and
F1-1 do not rise, DSUB-9 has one number, 724-3175 no letters: these are names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bomtool.bom import characters


@dataclass(frozen=True, slots=True)
class Range:
    """A range: `prefix` (None where both ends are bare numbers), its first and last number as written (or letter, for the
    units of one package), the letter behind each number. `short` marks the forms that could be a name as well (J1-2)."""

    prefix: str | None
    first: str
    last: str
    suffix: str = ""
    short: bool = False

    @property
    def count(self) -> int:
        """How many designators the range stands for."""
        if self.first.isdigit():
            return int(self.last) - int(self.first) + 1
        return ord(self.last) - ord(self.first) + 1

    def members(self, prefix: str) -> Iterator[str]:
        """The designators, with leading zeros like the first one's."""
        if not self.first.isdigit():
            yield from (f"{prefix}{chr(code)}" for code in range(ord(self.first), ord(self.last) + 1))
            return
        width = len(self.first) if self.first.startswith("0") else 0
        for number in range(int(self.first), int(self.last) + 1):
            yield f"{prefix}{number:0{width}d}{self.suffix}"


_LONGEST = 64  # characters of one range, scope and all
_ARROW = re.compile(r"\s*(?:-{1,3}>|={1,3}>|[→⇒➔⟶↔]|\.{2,}|…|[~∼〜～])\s*")
_WORD = re.compile(
    r"(?<=\d)\s+(?:to|thru|through|till|until|up to|bis|à|a|al|hasta|até|ate|tot|do|til|až|по|до)\s+(?=[^\W\d_]{0,6}\d+\b)"
    r"|(?<=\d)\s*[至到〜]\s*(?=[^\W\d_]{0,6}\d)|(?<=\d)\s*から\s*(?=[^\W\d_]{0,6}\d)",
    re.I,
)
_SPACED_DASH = re.compile(r"(?<=\w)\s*-\s+(?=[^\W\d_]{0,6}\d)|(?<=\w)\s+-\s*(?=[^\W\d_]{0,6}\d)")
_BROKEN = re.compile(r"(?<=\w)[ \t]*(-|~|\.{2,})[ \t]*\n[ \t]*(?=\w)")
_END = re.compile(r"(?P<prefix>.*?)(?P<number>\d{1,9})(?P<suffix>[A-Za-z]?)")
_UNIT = re.compile(r"(?P<package>[^\W\d_]+\d+)(?P<first>[A-Z])-(?:(?P=package))?(?P<last>[A-Z])")
_LETTERS = re.compile(r"(?:\w+:)?[^\W\d_]+")
_DOUBLED = re.compile(r"([^\W\d_]+)(\d+)~\1\2\1(\d+)")
_SHORT = re.compile(r"(?<![\w-])([^\W\d_]+)(\d+)-(\d+)(?![\w-])")


def unify(text: str) -> str:
    """The text with one sign for every way to write a range: words and arrows become "~", spaced dashes "-", and a
    range broken at a line end is joined."""
    text = _BROKEN.sub(r"\1", text)
    return _SPACED_DASH.sub("-", _ARROW.sub("~", _WORD.sub("~", text)))


def find(piece: str) -> Range | None:
    """The range that a piece of a cell is, None for a name."""
    if len(piece) > _LONGEST:
        return None
    doubled = _DOUBLED.fullmatch(piece)
    if doubled:  # "R1..R1R4" is how some KiCad scripts wrote R1 to R4
        return Range(doubled[1], doubled[2], doubled[3]) if int(doubled[2]) < int(doubled[3]) else None
    unit = _UNIT.fullmatch(piece.replace("~", "-"))
    if unit:
        return Range(unit["package"], unit["first"], unit["last"]) if unit["first"] < unit["last"] else None
    for sign in re.finditer("[-~:]", piece):
        found = _between(piece[: sign.start()].strip(), piece[sign.end() :].strip(), sign[0])
        if found is not None:
            return found
    return None


def descends(piece: str) -> bool:
    """Whether a piece has the shape of a range but runs backwards (R5-R1)."""
    for sign in re.finditer("[-~]", piece[:_LONGEST]):
        first, last = _END.fullmatch(piece[: sign.start()]), _END.fullmatch(piece[sign.end() :])
        if first and last and _LETTERS.fullmatch(first["prefix"]) and _same(first["prefix"], last["prefix"]):
            return int(first["number"]) > int(last["number"])
    return False


def are_names(text: str) -> bool:
    """Whether pieces like X3-2 in a cell are names: one of them does not rise, or two start at the same number."""
    starts: list[str] = []
    for match in _SHORT.finditer(text):
        if int(match[2]) >= int(match[3]):
            return True
        starts.append(match[1] + match[2])
    return len(starts) != len(set(starts))


def follows(one: str, other: str) -> bool:
    """Whether the second designator is the first one counted up by one, letters and leading zeros alike."""
    first, second = (re.fullmatch(r"([A-Za-z]+)(\d{1,9})", ref) for ref in (one, other))
    if first is None or second is None or first[1] != second[1]:
        return False
    width = len(first[2]) if first[2].startswith("0") else 0
    return f"{int(first[2]) + 1:0{width}d}" == second[2]


def _between(left: str, right: str, sign: str) -> Range | None:
    if left.isdecimal() and right.isdecimal() and max(len(left), len(right)) < 5:
        return Range(None, left, right, short=True) if int(left) < int(right) and sign != ":" else None
    first, last = _END.fullmatch(left), _END.fullmatch(right)
    if first is None or last is None or not re.search(r"[^\W\d_]", first["prefix"]):
        return None
    if int(first["number"]) >= int(last["number"]):
        return None
    if not last["prefix"]:
        whole = sign != ":" and not first["suffix"] and not last["suffix"] and _LETTERS.fullmatch(first["prefix"])
        return Range(first["prefix"], first["number"], last["number"], short=sign == "-") if whole else None
    scope = first["prefix"].rpartition(":")[2]
    if first["suffix"] != last["suffix"] or not (
        _same(first["prefix"], last["prefix"]) or _same(scope, last["prefix"])
    ):
        return None
    return Range(first["prefix"], first["number"], last["number"], first["suffix"])


def _same(one: str, other: str) -> bool:
    return characters.folded(one).casefold() == characters.folded(other).casefold()
