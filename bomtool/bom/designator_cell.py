"""One cell of reference designators while it is being read; `designators.expand` is the way in."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

from bomtool.bom import characters, placement, ranges, tables, values

CELL_LIMIT = 20_000
"""The most designators the ranges of one cell may stand for together."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a cell that a person should know: a finding code, the piece of text, and one sentence."""

    code: str
    text: str
    message: str


_SIMPLE = re.compile(r"(?:\w+:)?[^\W\d_]{1,6}[_$]?\d{1,6}[A-Za-z]?")
_SHAPED = re.compile(r"(?:\w+:)?(?:[^\W\d_]+[$_]?\d+|\d+[^\W\d_]+)[\w.#$+]*|[^\W\d_]{1,6}\?")
_NAMED = re.compile(r"[A-Z]{1,6}_[A-Z0-9][A-Z0-9_]*\*?")
"""A designator with a name for a number: C_BULK, SW_A."""
_PREFIXED = re.compile(r"(?P<prefix>(?:\w+:)?[^\W\d_]+[_$]?)\d+[A-Za-z]?")
_UNANNOTATED = re.compile(r".*\?$|.*\*{2,}$")
_MARKER = re.compile(r"^>\s+")
_SEPARATORS = re.compile(r"[,;|\t、]+")
_COUNT = re.compile(r"(\d+)\s*[x×]|[x×]\s*(\d+)|(\d+)", re.I)
_COUNT_BESIDE = re.compile(r"^(\d+)\s*[x×]\s+(?=[^\W\d_])|\s+[x×]\s*(\d+)$|\s+(\d+)\s*[x×]$", re.I)
_CRYSTALS = re.compile(r"X\d.*\sX\d+$")
"""Behind another X a last X5 is a designator and no count of pieces."""
_BRACKETS = re.compile(r"\s*[(\[{]([^()\[\]{}]*)[)\]}]")
_DASH_REMARK = re.compile(r"\s+-\s*([^\W\d_][^,;]*)$|\s*-\s+([^\W\d_][^,;]*)$")
_AND = re.compile(r"(?:^|\s+)(?:and|und|et|y|e|i|og|och|en|ja|и)\s+|\s*[&和及与]\s*", re.I)


@dataclass(slots=True)
class Cell:
    """One cell while it is being read. `short_ranges` reads C1-5 as a range, `slashes` R1/2 as two parts."""

    limit: int
    short_ranges: bool = True
    slashes: bool = False
    refs: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    stated_count: int | None = None
    ambiguous: bool = False
    prefix: str | None = None
    heading: str | None = None

    def read(self, text: str) -> None:
        """Read a whole cell, line by line."""
        text = ranges.unify(_MARKER.sub("", characters.plain(text)))
        self.short_ranges = self.short_ranges and not ranges.are_names(text)
        for line in text.split("\n"):
            begin, self.heading = len(self.refs), None
            line, mark = self._closing_remark(line)
            for position, piece in enumerate(_SEPARATORS.split(self._brackets(line))):
                self._piece(piece.strip().removesuffix("."), leads=position == 0)
            mark = mark or self.heading
            if mark:
                clear = len(self.refs) - begin < 2 or (self.heading or "").endswith(":")
                self._leave_out(self.refs[begin:], mark, doubtful=not clear)

    def look_back(self) -> None:
        """Problems that only show when the whole cell is read."""
        seen: set[str] = set()
        twice: list[str] = []
        for ref in self.refs:
            if fold(ref) in seen and not _UNANNOTATED.match(ref) and any(c.isdigit() for c in ref):
                twice.append(ref)
            seen.add(fold(ref))
        if twice:
            self._problem(
                "designator-duplicate",
                f"{_some(twice)} {'stands' if len(set(twice)) == 1 else 'stand'} twice in one cell.",
                _some(twice),
            )
        loose = [ref for ref in self.refs if _UNANNOTATED.match(ref)]
        if loose:
            self._problem(
                "designator-unannotated", f"{_some(loose)} was never numbered in the schematic.", _some(loose)
            )
        units: dict[str, list[str]] = {}
        for ref in dict.fromkeys(self.refs):
            match = re.fullmatch(r"((?:U|IC)\d+)[A-H]", ref, re.I)
            if match:
                units.setdefault(match[1], []).append(ref)
        for package, parts in units.items():
            if len(parts) > 1:
                self._problem("designator-units", f"{_some(parts)} look like units of one package {package}.", package)
        if self.stated_count is not None and self.refs and self.stated_count != len(self.refs):
            message = f"The cell says {self.stated_count} pieces and names {len(self.refs)} designators."
            self._problem("designator-count", message, str(self.stated_count))

    def _problem(self, code: str, message: str, text: str) -> None:
        self.problems.append(Problem(code, text, message))

    def _leave_out(self, refs: list[str], mark: str, *, doubtful: bool) -> None:
        self.left_out.update(refs)
        if doubtful:
            self._problem("designator-dnp-scope", f'"{mark}" is taken to mean {_some(refs)}.', mark)

    def _closing_remark(self, line: str) -> tuple[str, str | None]:
        """The line without a remark behind a dash ("R4 - Pot"), and the remark if it says "not placed"."""
        match = _DASH_REMARK.search(line)
        remark = (match[1] or match[2]).strip() if match else ""
        if match is None or not re.search(r"\d", line[: match.start()]) or _SHAPED.fullmatch(remark.split()[0]):
            return line, None
        if _not_placed(remark):
            return line[: match.start()], remark
        self.notes.append(remark)
        return line[: match.start()], None

    def _brackets(self, line: str) -> str:
        """The line without remarks in brackets; do-not-place marks are turned into words behind their designator."""

        def remark(match: re.Match[str]) -> str:
            inner, before = match[1].strip(), line[: match.start()].strip()
            spaced = match[0][:1].isspace() or not before
            count = _COUNT.fullmatch(inner)
            if count and spaced and before and (before[-1].isalnum() or count[1] or count[2]):
                self.stated_count = int(next(filter(None, count.groups())))
                return " "
            if _not_placed(inner):
                named = [word for word in re.split(r"[\s,;:=]+", inner) if _SIMPLE.fullmatch(word) or ranges.find(word)]
                if not named:
                    return " DNP "
                inside = Cell(self.limit)
                inside.read(",".join(named))
                self.left_out.update(inside.refs)
                return " "
            if not spaced and before[-1:].isdigit() and values.parse(inner) is not None:
                self.notes.append(inner)  # C2(0.1uF)
                return ""
            if spaced and not before:
                return f" {inner} "
            if spaced and not _SIMPLE.fullmatch(inner):
                self.notes.append(inner)
                return " "
            return match[0]

        return _BRACKETS.sub(remark, line)

    def _piece(self, piece: str, *, leads: bool) -> None:
        """One piece between separators: a designator, a range, several of them, a mark or prose. A mark before the
        first designator of a line (`leads`) is a heading of the whole line."""
        if not any(character.isalnum() for character in piece):
            return
        count = _COUNT_BESIDE.search(piece)
        if count and _SIMPLE.search(piece) and not _CRYSTALS.match(piece):
            self.stated_count = int(next(filter(None, count.groups())))
            piece = (piece[: count.start()] + piece[count.end() :]).strip()
        words = piece.split()
        if len(words) > 1 or not re.search(r"\d", piece):
            at = next((i for i, word in enumerate(words) if _operand(word)), len(words))
            until = next((i for i in range(at, len(words)) if not _operand(words[i])), len(words))
            head, names, tail = " ".join(words[:at]), words[at:until], " ".join(words[until:])
            if (head or tail) and (not head or _not_placed(head)) and (not tail or _not_placed(tail)):
                if head and names and leads:
                    self.heading = head
                    self._names(names)
                else:
                    self._marked(head or tail, names, behind=bool(tail))
                return
        parts = [part for part in _AND.split(piece) if part]
        if not all(map(_operand, parts)) or not parts:
            parts = [piece]
        for part in parts:
            self._several(part)

    def _marked(self, mark: str, names: list[str], *, behind: bool) -> None:
        """Designators with a do-not-place word before or behind them, or the word alone (it means the one before)."""
        begin = len(self.refs)
        self._names(names)
        if not names and not self.refs:
            self.notes.append(mark)
            return
        meant = self.refs[begin:] if names else self.refs[-1:]
        self._leave_out(meant, mark, doubtful=len(self.refs) > len(meant) or (behind and len(meant) > 1))

    def _names(self, names: list[str]) -> None:
        for name in names:
            self._single(name)

    def _several(self, piece: str) -> None:
        """Designators held together by spaces, slashes or plus signs, where every part can stand for itself."""
        for cut in (r"\s+", r"/", r"\+"):
            parts = [part for part in re.split(cut, piece) if part]
            if len(parts) < 2 or not all(map(_operand, parts)):
                continue
            bare = any(part.isdigit() for part in parts)
            self.ambiguous |= bare and cut == "/"
            if (
                not bare
                or (self.slashes and cut == "/")
                or (cut == r"\s+" and (_SIMPLE.match(parts[0]) or self.prefix))
            ):
                for part in parts:
                    self._single(part)
                return
        self._single(piece)

    def _single(self, piece: str) -> None:
        """One designator, one range, or a remark."""
        found = ranges.find(piece)
        prefix = found.prefix or self.prefix if found else None
        if found and prefix is not None:
            self.ambiguous |= found.short
            if self.short_ranges or not found.short:
                self._range(piece, found, prefix)
                return
        unit = re.fullmatch(r"(.*\d)([A-Z])", self.refs[-1]) if self.refs and re.fullmatch(r"[A-Z]", piece) else None
        if unit and piece > unit[2]:
            self.refs.append(unit[1] + piece)
        elif piece.isdigit() and self.prefix is not None:
            self.refs.append(f"{self.prefix}{piece}")
        elif _is_prose(piece):
            self.notes.append(piece)
            self._problem("designator-remark", f'"{piece}" was not taken for a designator.', piece)
        else:
            match = _PREFIXED.fullmatch(piece)
            self.prefix = match["prefix"] if match else None
            if ranges.descends(piece):
                self._problem("designator-range", f"{piece} runs backwards and was left as it is.", piece)
            self.refs.append(piece.replace("~", "-"))

    def _range(self, piece: str, found: ranges.Range, prefix: str) -> None:
        if found.count > self.limit or len(self.refs) + found.count > CELL_LIMIT:
            message = f"{piece} would be {found.count} designators; it was left as it is."
            self._problem("designator-range", message, piece)
            self.refs.append(piece.replace("~", "-"))
            return
        self.refs += found.members(prefix)
        self.prefix = prefix if found.first.isdigit() else None


def fold(ref: str) -> str:
    """The form in which designators are compared: r1 and R1 are the same one."""
    return characters.folded(ref).upper().replace(" ", "")


def _operand(part: str) -> bool:
    return bool(
        _SIMPLE.fullmatch(part)
        or part.isdigit()
        or _SHAPED.fullmatch(part)
        or _NAMED.fullmatch(part)
        or _UNANNOTATED.fullmatch(part)
        or ranges.find(part)
    )


def _not_placed(text: str) -> bool:
    return placement.says_not_placed(text) or placement.flag_meaning(text) == "not-placed"


def _is_prose(piece: str) -> bool:
    """Whether a piece names a thing without a designator (PCB, 2 screws, pin header): a known word that no number
    follows, or several words in lower case."""
    words = [word for word in re.findall(r"[^\W\d_]+", piece) if len(word) > 1]
    if re.search(r"[^\W_]\s?\d+[A-Za-z]?$", piece):
        return False
    if any(prefixes().get(f"={word.upper()}") is not None for word in words):
        return True
    small = sum(word.islower() for word in words)
    return len(words) > 1 and " " in piece and (small == len(words) or (small > 1 and not re.search(r"\d", piece)))


def _some(refs: list[str]) -> str:
    names = list(dict.fromkeys(refs))
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


@functools.cache
def prefixes() -> dict[str, str]:
    """Letters to kinds; words that name things without a designator stand under "=WORD"."""
    table = {}
    for row in tables.rows("designators.csv", ("prefix", "kind")):
        name = row["prefix"].upper()
        table[f"={name}" if row["kind"] == "no-designator" else name] = row["kind"]
    return table
