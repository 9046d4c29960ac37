"""What every row of the table is: a line, an alternate, a continuation, a heading, or something that is no part.

The cells that make a line are designators, quantity and part number; words that tell totals and footers stand in
`templates/row_words.csv`. Every non-blank row gets exactly one fate, and every skipped one a reason.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bomtool.bom import beside, characters, designators, headers, layout, makers, mpn, quantity, tables
from bomtool.bom.table import IDENTITY, Table

Kind = Literal["line", "alternate", "continuation", "section", "skipped"]


@dataclass(slots=True)
class Sorted:
    """A row and what it is. `weak` marks a line that only its place between other lines makes one, `counted` one with a
    quantity that can be read, `doubtful` a skipped row that names something."""

    row: int
    texts: list[str]
    kind: Kind
    reason: str | None = None
    weak: bool = False
    counted: bool = False
    doubtful: bool = False


_RULE = re.compile(r"[-=_*.+|~#\s]{2,}")
_DUMMY = re.compile(r"(?:column|spalte|colonne|columna|coluna|列|столбец)\s?\d*", re.I)
_NUMBER = re.compile(r"[.\d]*\d")
_FOOTNOTE = re.compile(r"\*+\)\s*\S")
BELOW = "below the table"
NO_PART = "no part in the row"
ONLY_NUMBER = "only a number in the row"
_QUOTED = re.compile(r""": *["'][A-Z][\w, -]*["']$""")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PRICE = re.compile(r"^[\s$€£¥₽￥]*-?\d[\d.,' ]*\s*(?:[$€£¥₽￥]|[A-Za-z]{3})?$")


def sort_rows(table: Table) -> list[Sorted]:
    """All non-blank rows below the header in their order."""
    sorter = _Sorter(table)
    found: list[Sorted] = []
    grid, last = table.grid, table.candidate.last_row
    for row in range(table.candidate.first_row, grid.height + 1):
        texts = grid.row(row)
        if not texts:
            continue
        if row > last:
            found.append(Sorted(row, texts, "skipped", "another table"))
            continue
        item = sorter.sort(row, texts, found[-1] if found else None)
        found.append(item)
        if item.kind in ("line", "continuation"):
            sorter.keep(item)
    _settle(table, found)
    return found


def _settle(table: Table, found: list[Sorted]) -> None:
    """What stands below the table: behind the last certain line a heading is none, and a weak line behind a gap or a
    footer is none; below a footer like "Notes:" a row counts as a line only with a quantity."""
    counts = table.position("quantity") >= 0
    footer = next((i for i, item in enumerate(found) if item.reason == "footer"), len(found))
    for item in found[footer:]:
        if item.doubtful:
            item.doubtful = item.counted
        if counts and item.kind == "line" and not item.counted:
            item.kind, item.reason, item.doubtful = "skipped", BELOW, True
    last = max((i for i, item in enumerate(found) if item.kind == "line" and not item.weak), default=-1)
    for item in found[: max(last, 0)]:
        if item.reason in (NO_PART, ONLY_NUMBER) and item.row < (
            found[footer].row if footer < len(found) else item.row + 1
        ):
            item.doubtful |= item.reason == ONLY_NUMBER or _names_something(table, item.texts)
    ended, footed, before = False, False, found[last].row if last >= 0 else 0
    for item in found[last + 1 :]:
        footed |= item.reason in ("total", "footer")
        if item.reason == NO_PART and not footed:
            item.doubtful |= _names_something(table, item.texts)
        if item.doubtful:
            item.doubtful = item.counted or not footed
        ended |= item.reason in ("total", "footer", "label", NO_PART) or item.row > before + 1
        before = item.row
        if item.kind == "section" or (item.kind == "line" and ended):
            item.doubtful = (item.counted or not footed) if item.kind == "line" else _names_designators(item.texts)
            item.kind, item.reason = "skipped", BELOW
            ended = True


def _names_something(table: Table, texts: Sequence[str]) -> bool:
    """Whether a row has words where the table says what a part is, and something else besides."""
    named = [p for name in IDENTITY for p in table.columns.get(name, ()) if p < len(texts) and _WORD.search(texts[p])]
    return bool(named) and sum(map(bool, texts)) > 1


def _names_designators(texts: Sequence[str]) -> bool:
    """Whether a sentence below the table ends with a designator in quotes: what a program says of parts it did not find."""
    return any(_QUOTED.search(text) for text in texts)


class _Sorter:
    """Sorts the rows of one table."""

    def __init__(self, table: Table) -> None:
        self.table, self.grid = table, table.grid
        self.refs, self.qty, self.mpn, self.maker = (
            table.position(n) for n in ("reference_designators", "quantity", "mpn", "manufacturer_name")
        )
        self.identity = [p for name in IDENTITY for p in table.columns.get(name, ())]
        self.main = [p for name in ("mpn", "manufacturer_name", "description", "value", "package", "custom_id")
                     if (p := table.position(name)) >= 0]  # fmt: skip
        self.number = table.position("line_number")
        self.last = next((row for row in range(self.grid.height, 0, -1) if self.grid.row(row)), 0)
        self.seen_line = False
        self.line: Sorted | None = None
        self.written = self.before = ""

    def sort(self, row: int, texts: list[str], above: Sorted | None) -> Sorted:
        """What a row is; `above` is the last row before it."""
        width = len(texts)
        refs = texts[self.refs] if 0 <= self.refs < width else ""
        count = texts[self.qty] if 0 <= self.qty < width else ""
        if (
            refs
            and count.isdigit()
            and refs[0].isalpha()
            and refs[-1].isdigit()
            and refs != self.before
            and not self.grid.has_merges(row)
        ):
            if self.grid.struck(row):
                return Sorted(row, texts, "skipped", "struck through")
            return Sorted(row, texts, "line", None, False, True)
        reason = self._no_part(row, texts, refs, count)
        if reason is not None:
            return Sorted(row, texts, "skipped", reason)
        kind, reason, weak = self._by_content(texts, refs, count)
        follows = above is not None and above.row == row - 1 and above.kind in ("line", "continuation", "alternate")
        if kind == "line" and follows and self.line is not None:
            kind = beside.kind_below(self.table, self.line, row, texts)
        if kind == "continuation" and not (follows and self._goes_on(row)):
            kind = "line"
        elif kind == "alternate" and not follows:
            return Sorted(row, texts, "skipped", NO_PART, doubtful=True)
        return Sorted(row, texts, kind, reason, weak, _count(count))

    def keep(self, item: Sorted) -> None:
        """Remember a line, and the designators that its continuations add."""
        if item.kind == "line":
            self.line, self.written, self.before = item, "", ""
            if 0 <= self.refs < len(item.texts):
                self.before = item.texts[self.refs]
                self.written = "," + self.before
            self.seen_line |= not item.weak
        elif item.kind == "continuation" and 0 <= self.refs < len(item.texts):
            self.written += "," + item.texts[self.refs]

    def _goes_on(self, row: int) -> bool:
        """Whether the designators of the line above go on in a row: its cells are merged, they end with a separator, or
        the quantity is greater than their number."""
        assert self.line is not None
        if self.table.grid.has_merges(row) or self.written.rstrip()[-1:] in tuple(",;-/&+"):
            return True
        texts = self.line.texts
        count = quantity.parse(texts[self.qty]).value if 0 <= self.qty < len(texts) else None
        return count is not None and count > len(designators.expand(self.written.strip(",")).refs)

    def _no_part(self, row: int, texts: list[str], refs: str, count: str) -> str | None:
        """Why a row is certainly no part, None where it may be one."""
        filled = [text for text in texts if text]
        if self.table.grid.struck(row):
            return "struck through"
        if all(_RULE.fullmatch(text) for text in filled):
            return "ruled line"
        if all(_DUMMY.fullmatch(text) for text in filled):
            return "names of columns"
        if layout.header_like(texts) and layout.compatible(self.table.candidate.headers, texts):
            return "repeated header"
        if not self.seen_line and all(word_means(text, whole=True) == "units" for text in filled):
            return "units"
        if not self.seen_line and len(filled) > 1 and all("shop" in headers.read(text).ideas for text in filled):
            return "names of suppliers"
        mean = word_means(filled[0]) or (word_means(filled[1]) if len(filled) > 1 else None)
        part = texts[self.mpn] if 0 <= self.mpn < len(texts) else ""
        placed = designators.looks_like(refs) > 0.5
        if mean == "total" and not placed and (part == filled[0] or mpn.looks_like(part) < 0.3):
            return "total"
        if row == self.last and not placed and not part and self._sums_up(texts):
            return "total"
        named = bool(part) and not _FOOTNOTE.match(part)  # a part with a note beside it stays a line
        noted = not named and len(filled) < 4 and any(_FOOTNOTE.match(text) for text in filled)
        if not placed and (noted or (mean == "footer" and not _count(count))):
            return "footer"
        if (
            not placed
            and not _count(count)
            and any(text.endswith((":", "：", "=")) for text in filled)
            and 1 < len(filled) < 5
        ):
            return "label"
        return None

    def _sums_up(self, texts: Sequence[str]) -> bool:
        """Whether the last row tells a sum of money in words: "Project total (approximate)"."""
        prices = [p for p in self.table.columns.get("price", ()) if p < len(texts) and _PRICE.match(texts[p])]
        described = self.table.position("description")
        said = characters.words(texts[described]).split() if 0 <= described < len(texts) else []
        return bool(prices) and not _last_words().isdisjoint(said)

    def _by_content(self, texts: list[str], refs: str, count: str) -> tuple[Kind, str | None, bool]:
        width = len(texts)
        named = [p for p in self.main if p < width and texts[p] and p != self.refs]
        number = texts[self.number] if 0 <= self.number < width else ""
        if _count(count):
            any_identity = bool(refs or named or any(p < width and texts[p] for p in self.identity))
            if any_identity:
                return "line", None, False
            others = [
                text for c, text in enumerate(texts) if c != self.qty and _WORD.search(text) and not _PRICE.match(text)
            ]
            if not others and not any(c.isdigit() for c in count):
                return self._alone(texts)  # a heading such as "Do not populate" in the column of quantities
            return ("line", None, True) if others else ("skipped", ONLY_NUMBER, False)
        shaped = bool(refs) and designators.looks_like(refs) >= 0.3
        if shaped:
            if self.qty >= 0 and not named and not number and self.seen_line and not count:
                return "continuation", None, False
            return "line", None, False
        part = texts[self.mpn] if 0 <= self.mpn < width else ""
        if refs:
            if named or count:
                return "line", None, not part
            return self._alone(texts)
        if self.refs < 0 and self.qty < 0:
            return ("line", None, False) if part and not mpn.is_placeholder(part) else self._alone(texts)
        if part and not number and self.seen_line and self._can_be_alternate(texts, part):
            return "alternate", None, False
        if number and _NUMBER.fullmatch(number) and named:
            return "line", None, False
        if len(named) > 1 or (named and count and any(c.isdigit() for c in count)):
            return "line", None, True
        return self._alone(texts)

    def _can_be_alternate(self, texts: list[str], part: str) -> bool:
        """Whether a row without designators and quantity holds another part for the line above: a number that looks like
        one, or a known maker beside it."""
        maker = texts[self.maker] if 0 <= self.maker < len(texts) else ""
        return not mpn.is_placeholder(part) and (mpn.looks_like(part) >= 0.3 or makers.lookup(maker) is not None)

    def _alone(self, texts: list[str]) -> tuple[Kind, str | None, bool]:
        filled = [text for text in texts if text]
        if (
            len(filled) == 1
            and len(filled[0]) < 80
            and re.search(r"[^\W\d_]{2,}", filled[0])
            and "://" not in filled[0]
        ):
            return "section", "section heading", False
        return "skipped", NO_PART, False


@functools.lru_cache(maxsize=4096)
def _count(text: str) -> bool:
    """Whether a quantity cell says something that counts: a number, "as required", or "not placed"."""
    if not text:
        return False
    found = quantity.parse(text, decimal_comma=False)
    return found.value is not None or found.do_not_place


@functools.lru_cache(maxsize=4096)
def word_means(text: str, *, whole: bool = False) -> str | None:
    """Whether a cell starts with (or, `whole`, is) a word for totals, footers or units."""
    if len(text) > 120:
        return None
    said = characters.words(text)
    table = _words()
    if said in table:
        return table[said]
    if whole:
        return None
    parts = said.split()
    for size in (3, 2, 1):
        found = table.get(" ".join(parts[:size])) if len(parts) > size else None
        if found in ("total", "footer") and (size > 1 or ":" in text or len(parts) < 4):
            return found
    return None


@functools.cache
def _words() -> dict[str, str]:
    rows = tables.rows("row_words.csv", ("word", "means"))
    return {characters.words(row["word"]): row["means"] for row in rows if row["means"] != "last"}


@functools.cache
def _last_words() -> frozenset[str]:
    rows = tables.rows("row_words.csv", ("word", "means"))
    return frozenset(characters.words(row["word"]) for row in rows if row["means"] == "last")
