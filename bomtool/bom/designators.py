"""Reference designators: a cell of them becomes a list, and a list becomes a short text again.

What counts as a range: C1-C5, C1-5, C1..C5, C1~C5, C1:C5, C1->C5, "R1 to R5", with any dash or arrow, when both ends share
the letters and the number rises. Not ranges: X3-2, F1-1, DSUB-9, 724-3175. A bare number takes the letters of the one
before it (C61,81). Leading zeros and duplicates are kept.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bomtool.bom import characters, placement, tables

LIMIT = 1000
"""The most designators one range may stand for."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a cell that a person should know: a finding code, the piece of text, and one sentence."""

    code: str
    text: str
    message: str


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


_ONE = re.compile(r"(?P<prefix>(?:[\w$.#/+-]+:)?[^\W\d_]+[\w$#]*?)(?P<number>\d+)(?P<suffix>[A-Za-z]?)")
_SIMPLE = re.compile(r"(?:\w+:)?[^\W\d_]{1,6}_?\d{1,5}[A-Za-z]?")
_SHAPED = re.compile(r"(?:\w+:)?(?:[^\W\d_]+[$_]?\d+|\d+[^\W\d_]+)[\w.#$+]*|[^\W\d_]{1,6}\?")
_MARKER = re.compile(r"^>\s+")
_COUNT = re.compile(r"\(?\s*(?:(\d+)\s*[x×]|[x×]\s*(\d+))\s*\)?", re.I)
_TRAILING_COUNT = re.compile(r"\s+(?:\((\d+)\)|[x×]\s*(\d+)|(\d+)\s*[x×])$", re.I)
_LEADING_COUNT = re.compile(r"^(\d+)\s*[x×]\s+(?=[^\W\d_])", re.I)
_NOTE = re.compile(r"\s*[(\[{]([^()\[\]{}]*)[)\]}]")
_DASH_NOTE = re.compile(r"\s+-\s*([^\W\d_][^,;]*)$|\s*-\s+([^\W\d_][^,;]*)$")
_SEPARATORS = re.compile(r"[,;|\n\t、，；]+")
_BROKEN_RANGE = re.compile(r"(?<=\w)[ \t]*(-|~|\.{2,})[ \t]*\n[ \t]*(?=\w)")
_WORD_RANGE = re.compile(
    r"(?<=\d)\s+(?:to|thru|through|till|until|up to|bis|à|a|al|hasta|até|ate|tot|do|til|až|по|до)\s+(?=[^\W\d_]{0,6}\d+\b)"
    r"|(?<=\d)\s*(?:至|到|から|〜)\s*(?=[^\W\d_]{0,6}\d)",
    re.I,
)
_ARROW = re.compile(r"\s*(?:-+>|=+>|[→⇒➔⟶↔]|\.{2,}|…|[~∼〜～])\s*")
_AND = re.compile(r"\s+(?:and|und|et|y|e|i|og|och|en|ja|и)\s+|\s*[&和及与]\s*", re.I)
_UNANNOTATED = re.compile(r".*(?:\?|\*\*+)$|[^\W\d_]+\*$")


def expand(text: str, *, limit: int = LIMIT, expected: int | None = None) -> Expansion:
    """Every designator of a cell. `expected` (the line's quantity) decides where a piece like "J1-2" could be a range
    or a name: it is a name if only that agrees. Never raises; what cannot be read stays as it was written, with a problem.
    """
    cell = _Cell(limit=limit)
    cell.read(text, short_ranges=True)
    if cell.short_ranges and expected is not None and len(cell.refs) != expected:
        other = _Cell(limit=limit)
        other.read(text, short_ranges=False)
        if len(other.refs) == expected:
            cell = other
    cell.look_back()
    return Expansion(
        tuple(cell.refs), tuple(cell.problems), frozenset(cell.left_out), cell.stated_count, tuple(cell.notes)
    )


def compress(refs: Iterable[str]) -> str:
    """The shortest plain text for a list of designators, in its order: R1,R2,R3,R5 becomes "R1-R3,R5".

    `expand` gives the same list back for every list that `expand` made.
    """
    refs = list(refs)
    pieces: list[str] = []
    start = 0
    for position in range(1, len(refs) + 1):
        if position < len(refs) and _follows(refs[position - 1], refs[position]) and position - start < LIMIT:
            continue
        run = refs[start:position]
        pieces += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else run
        start = position
    return ",".join(pieces)


def fold(ref: str) -> str:
    """The form in which designators are compared: r1 and R1 are the same one."""
    return characters.folded(ref).upper().replace(" ", "")


def kind(ref: str) -> str | None:
    """The kind of part a designator usually stands for ("resistor", "ic", ...), None where its letters do not tell."""
    match = re.match(r"(?:\w+:)?([^\W\d_]+)[_$]?[\d?*]", ref)
    return _prefixes().get(match[1].upper()) or None if match else None


def looks_like(text: str) -> float:
    """How much a cell looks like designators, 0 to 1: "R1, R2" is 1, "0402", "10k" and prose are near 0."""
    pieces = [piece for piece in _SEPARATORS.split(characters.plain(text)) for piece in piece.split()]
    if not pieces:
        return 0.0
    return sum(map(_likeness, pieces)) / len(pieces)


def _likeness(piece: str) -> float:
    piece = piece.strip("()")
    match = re.fullmatch(r"([^\W\d_]{1,5})(\d{1,4})[A-Za-z]?(?:(?:-|~|\.\.+|:)([^\W\d_]{0,5})(\d{1,4}))?", piece)
    if match:
        return 1.0 if match[1].upper() in _prefixes() else 0.5
    if re.fullmatch(r"[^\W\d_]{1,5}[?*]+", piece):
        return 1.0
    if re.fullmatch(r"[^\W\d_]+[$_.#]?\w*\d+[\w.#]*", piece):
        return 0.3
    return 0.2 if piece.isdigit() and len(piece) < 4 else 0.0


@dataclass(slots=True)
class _Cell:
    """One cell while it is being read."""

    limit: int
    refs: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    stated_count: int | None = None
    short_ranges: bool = False
    prefix: str | None = None

    def read(self, text: str, *, short_ranges: bool) -> None:
        """Read a whole cell; `short_ranges` False takes every C1-5 as a name."""
        text = _MARKER.sub("", characters.plain(text))
        text = _BROKEN_RANGE.sub(r"\1", text)
        text = self._closing_remark(text)
        text = _WORD_RANGE.sub("-", text)
        text = self._brackets(text)
        short_ranges = short_ranges and not _names_with_dashes(text)
        for piece in _SEPARATORS.split(text):
            self._piece(piece.strip(), short_ranges)

    def look_back(self) -> None:
        """Problems that only show when the whole cell is read."""
        seen: set[str] = set()
        for ref in self.refs:
            if fold(ref) in seen and not _UNANNOTATED.match(ref):
                self._problem("designator-duplicate", ref, f"The designator {ref} stands twice in one cell.")
            seen.add(fold(ref))
        loose = sorted({ref for ref in self.refs if _UNANNOTATED.match(ref)})
        for ref in loose:
            self._problem("designator-unannotated", ref, f"{ref} was never numbered in the schematic.")
        units: dict[str, list[str]] = {}
        for ref in self.refs:
            match = re.fullmatch(r"((?:U|IC)\d+)[A-H]", ref, re.I)
            if match:
                units.setdefault(match[1], []).append(ref)
        for package, parts in units.items():
            if len(set(parts)) > 1:
                self._problem(
                    "designator-units", ",".join(parts), f"{', '.join(parts)} look like units of one package {package}."
                )

    def _problem(self, code: str, text: str, message: str) -> None:
        problem = Problem(code, text, message)
        if problem not in self.problems:
            self.problems.append(problem)

    def _closing_remark(self, text: str) -> str:
        """Take off a remark behind a dash at the end of the cell: "Q6, Q7 - DO NOT STUFF", "R4 - Pot"."""
        match = _DASH_NOTE.search(text)
        remark = (match[1] or match[2]).strip() if match else ""
        if not match or _SHAPED.fullmatch(remark.split()[0]) or not re.search(r"\d", text[: match.start()]):
            return text
        before = text[: match.start()]
        if placement.says_not_placed(remark):
            inner = _Cell(limit=self.limit)
            inner.read(before, short_ranges=True)
            self.left_out.update(inner.refs)
            if len(inner.refs) > 1:
                self._problem(
                    "designator-dnp-scope", text, f'"{remark}" is taken to mean all of {", ".join(inner.refs)}.'
                )
        else:
            self.notes.append(remark)
        return before

    def _brackets(self, text: str) -> str:
        """Take off remarks in brackets: counts, do-not-place marks (for the piece before or the designators named)."""

        def remark(match: re.Match[str]) -> str:
            inner = match[1].strip()
            count = _COUNT.fullmatch(inner)
            if count:
                self.stated_count = int(count[1] or count[2])
                return " "
            if placement.says_not_placed(inner) or placement.flag_meaning(inner) == "not-placed":
                named = [word for word in re.split(r"[\s,;:=]+", inner) if _SIMPLE.fullmatch(word)]
                inside = _Cell(limit=self.limit)
                if named:
                    inside.read(" ".join(named), short_ranges=True)
                else:
                    pieces = [piece for piece in _SEPARATORS.split(text[: match.start()]) if piece.strip()]
                    before = pieces[-1] if pieces else text[match.end() :]
                    inside.read(_inherit(pieces[:-1], before), short_ranges=True)
                    if len(pieces) > 1 and len(inside.refs) == 1:
                        self._problem(
                            "designator-dnp-scope",
                            match[0].strip(),
                            f'"{inner}" is taken to mean {inside.refs[0]} only.',
                        )
                self.left_out.update(inside.refs)
                return " "
            if (
                re.fullmatch(r"[A-Za-z]{0,4}\d+(?:\s*[,;-]\s*[A-Za-z]{0,4}\d+)*", inner)
                and not text[: match.start()].strip()
            ):
                return f" {inner} "
            if match[0][:1].isspace() and not _SIMPLE.fullmatch(inner):
                self.notes.append(inner)
                return " "
            return match[0]

        return _NOTE.sub(remark, text)

    def _piece(self, piece: str, short_ranges: bool) -> None:
        """One piece between separators: a designator, a range, several of them, or prose."""
        for pattern in (_LEADING_COUNT, _TRAILING_COUNT):
            count = pattern.search(piece)
            if count and _SIMPLE.search(piece):
                self.stated_count = int(next(group for group in count.groups() if group))
                piece = (piece[: count.start()] + piece[count.end() :]).strip()
        if not piece or not any(character.isalnum() for character in piece):
            return
        if placement.says_not_placed(piece) and not re.search(r"\d", piece):
            self._loose_mark(piece)
            return
        parts = [part for part in _AND.split(piece) if part]
        if len(parts) > 1 and all(_operand(part) for part in parts):
            for part in parts:
                self._piece(part, short_ranges)
            return
        piece = _ARROW.sub("~", piece)
        piece = re.sub(r"(?<=\w)\s*-\s+(?=\w)|(?<=\w)\s+-(?=[A-Za-z]{0,4}\d)", "-", piece)
        for cut in (r"\s+", r"/", r"\+"):
            parts = [part for part in re.split(cut, piece) if part]
            if len(parts) > 1 and all(_operand(part) for part in parts) and (cut == r"\s+" or not parts[-1].isdigit()):
                if cut == r"\s+" and not (_SIMPLE.match(parts[0]) or self.prefix):
                    continue
                for part in parts:
                    self._single(part, short_ranges)
                return
        marked = re.split(r"\s+", piece)
        if len(marked) > 1 and _SHAPED.fullmatch(marked[0]) and placement.says_not_placed(" ".join(marked[1:])):
            self._single(marked[0], short_ranges)
            self.left_out.add(self.refs[-1])
            return
        self._single(piece, short_ranges)

    def _loose_mark(self, piece: str) -> None:
        """A do-not-place word that stands between separators by itself: it means the designator before it."""
        if self.refs:
            self.left_out.add(self.refs[-1])
            if len(self.refs) > 1:
                self._problem("designator-dnp-scope", piece, f'"{piece}" is taken to mean {self.refs[-1]} only.')
        else:
            self.notes.append(piece)

    def _single(self, piece: str, short_ranges: bool) -> None:
        """One designator or one range."""
        ends = _range(piece)
        if ends is not None:
            prefix, first, last, suffix, short = ends
            if prefix is None:
                prefix = self.prefix
            if prefix is not None and not (short and "~" not in piece and not short_ranges):
                self.short_ranges |= short
                self._range(piece, prefix, first, last, suffix)
                return
        if piece.isdigit() and self.prefix is not None:
            self.refs.append(f"{self.prefix}{piece}")
            return
        match = _ONE.fullmatch(piece)
        unit = re.fullmatch(r"(.*\d)([A-Z])", self.refs[-1]) if self.refs and re.fullmatch(r"[A-Z]", piece) else None
        if unit and piece > unit[2]:
            self.refs.append(unit[1] + piece)
            return
        self.prefix = match["prefix"] if match else None
        if re.search(r"\d-[^\W\d_]*\d", piece) and _descends(piece):
            self._problem("designator-range", piece, f"{piece} runs backwards and was left as it is.")
        self.refs.append(piece.replace("~", "-") if "~" in piece and _range(piece) is None else piece)

    def _range(self, piece: str, prefix: str, first: str, last: str, suffix: str) -> None:
        low, high = int(first), int(last)
        if high - low >= self.limit:
            self._problem(
                "designator-range", piece, f"{piece} would be {high - low + 1} designators; it was left as it is."
            )
            self.refs.append(piece)
            return
        width = len(first) if first.startswith("0") else 0
        self.refs += [f"{prefix}{number:0{width}d}{suffix}" for number in range(low, high + 1)]
        self.prefix = prefix


def _operand(part: str) -> bool:
    return bool(
        _SIMPLE.fullmatch(part) or part.isdigit() or _range(part) or _UNANNOTATED.match(part) or _SHAPED.fullmatch(part)
    )


def _range(piece: str) -> tuple[str | None, str, str, str, bool] | None:
    """The ends of a range as (prefix, first, last, suffix, short form), None if the piece is none.

    Prefix None means that both ends are bare numbers.
    """
    old = re.fullmatch(r"([^\W\d_]+)(\d+)~\1\2\1(\d+)", piece)
    if old:
        return (old[1], old[2], old[3], "", False) if int(old[2]) < int(old[3]) else None
    for dash in re.finditer(r"[-~:]", piece):
        left, right = piece[: dash.start()].strip(), piece[dash.end() :].strip()
        numbers = re.fullmatch(r"(\d{1,4})", left), re.fullmatch(r"(\d{1,4})", right)
        if numbers[0] and numbers[1] and int(left) < int(right):
            return None, left, right, "", True
        start = re.fullmatch(r"(.*?[^\W\d]|.*[^\W\d_].*?[.#-])(\d+)([A-Za-z]?)", left)
        if start is None:
            continue
        if re.fullmatch(r"\d{1,5}", right) and not start[3] and dash[0] != ":":
            if int(start[2]) < int(right) and re.fullmatch(r"(?:\w+:)?[^\W\d_]+", start[1]):
                return start[1], start[2], right, "", True
            continue
        end = re.fullmatch(r"(.*?[^\W\d]|.*[^\W\d_].*?[.#-])(\d+)([A-Za-z]?)", right)
        if end is None or end[3] != start[3]:
            continue
        bare = start[1].rpartition(":")[2]
        if end[1].casefold() in (start[1].casefold(), bare.casefold()) and int(start[2]) < int(end[2]):
            return start[1], start[2], end[2], start[3], False
    return None


def _descends(piece: str) -> bool:
    match = re.fullmatch(r"([^\W\d_]+)(\d+)-\1(\d+)", piece, re.I)
    return match is not None and int(match[2]) > int(match[3])


def _names_with_dashes(text: str) -> bool:
    """Whether pieces like X3-2 in this cell are names: one of them does not rise, or two start at the same number."""
    starts: list[str] = []
    for match in re.finditer(r"(?<![\w-])([^\W\d_]+)(\d+)-(\d+)(?![\w-])", text):
        if int(match[2]) >= int(match[3]):
            return True
        starts.append(match[1] + match[2])
    return len(starts) != len(set(starts))


def _inherit(before: list[str], piece: str) -> str:
    """A piece with the letters of the piece before it where it is a bare number."""
    if piece.strip().isdigit():
        for earlier in reversed(before):
            match = re.match(r"\s*((?:\w+:)?[^\W\d_]+)\d", earlier)
            if match:
                return match[1] + piece.strip()
    return piece


def _follows(one: str, other: str) -> bool:
    """Whether the second designator is the first one counted up by one, letters and leading zeros alike."""
    first, second = (re.fullmatch(r"([A-Za-z]+)(\d+)", ref) for ref in (one, other))
    if first is None or second is None or first[1] != second[1]:
        return False
    width = len(first[2]) if first[2].startswith("0") else 0
    return f"{int(first[2]) + 1:0{width}d}" == second[2]


@functools.cache
def _prefixes() -> dict[str, str]:
    return {row["prefix"].upper(): row["kind"] for row in tables.rows("designators.csv", ("prefix", "kind"))}
