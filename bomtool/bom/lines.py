"""A row of the table becomes a line: its cells read by their grammar, with a finding for everything that is doubtful."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from decimal import Decimal

from bomtool.bom import alternates, characters, damage, designators, mpn, naming, quantity, tables
from bomtool.bom.designators import Expansion
from bomtool.bom.model import NOTHING, Alternate, Cells, Line
from bomtool.bom.quantity import Quantity
from bomtool.bom.table import Table
from bomtool.findings import Severity

TEXTS = ("line_number", "custom_id", "description", "value", "package", "mount_type", "link", "comments")
"""Fields whose text is taken as it stands."""
KEPT = (*TEXTS, "reference_designators", "quantity", "mpn", "manufacturer_name", "alternative_mpns", "do_not_place",
        "is_custom_part", "supplier_part_numbers", "alternate_maker")  # fmt: skip
"""Fields whose untouched texts are kept in `Line.raw`; all other columns stand in `Line.metadata`."""
_FILLED = ("mpn", "manufacturer_name", "description", "value", "package", "mount_type", "custom_id", "comments", "link")
_LONGEST_BLANK = 30
"""A longer text is no placeholder."""
_PLAIN_NUMBER = re.compile(r"(?=.{5})(?=\D*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9.#_-]*[A-Za-z0-9])?")
"""A part number in which nothing could separate it from a maker or a remark."""
_PIECES = re.compile(r"^\d{1,2}\s?[x×]\s+(?=\S)")
"""How many of an alternate stand for one part, before its number: "2x MCP4728"."""
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$", re.I)
_YES = frozenset(("yes", "y", "true", "1", "x", "ja", "oui", "si", "sí", "sim", "tak", "да", "是"))


class Builder:
    """Makes lines of the rows of one table."""

    def __init__(self, table: Table, rows: Sequence[Sequence[str]]) -> None:
        self.table, self.grid = table, table.grid
        columns = table.columns
        self.refs, self.qty, self.mpn, self.maker = (
            table.position(n) for n in ("reference_designators", "quantity", "mpn", "manufacturer_name")
        )
        self.merged = bool(self.grid.sheet.merged)
        self.texts = [
            (name, p, not self.merged and _all_plain(rows, p)) for name in TEXTS if (p := table.position(name)) >= 0
        ]
        self.more_refs = columns.get("reference_designators", [])[1:]
        self.custom = table.position("is_custom_part")
        self.unit = table.position("unit")
        self.suppliers = _numbered([(table.label(p), p) for p in columns.get("supplier_part_numbers", ())])
        self.others = alternate_columns(table)
        paired = {maker for _, maker in self.others}
        self.more_makers = [p for p in table.columns.get("alternate_maker", ()) if p not in paired]
        self.raw = {
            name if not n else f"{name} {n + 1}": p for name in KEPT for n, p in enumerate(columns.get(name, ()))
        }
        kept = set(self.raw.values())
        self.width = max([len(table.candidate.headers), *map(len, rows), *(p + 1 for p in kept)], default=0)
        self.extra = dict(_numbered([(table.label(p), p) for p in range(self.width) if p not in kept]))
        self.comma = quantity.column_style({row[self.qty] for row in rows if 0 <= self.qty < len(row)})
        self.damaged = damage.Damaged(table)
        self.blanks = _blanks()

    def relabel(self, texts: Sequence[str]) -> None:
        """Take over the names of a repeated header: below it a column of numbers may be of another supplier."""

        def named(labels: list[tuple[str, int]]) -> list[tuple[str, int]]:
            return _numbered([(texts[p] if p < len(texts) and texts[p] else label, p) for label, p in labels])

        self.suppliers, self.extra = named(self.suppliers), dict(named(list(self.extra.items())))

    def line(self, row: int, texts: list[str]) -> tuple[Line, Expansion]:
        """The line that starts on a row, and what its cell of designators says."""
        if self.merged:
            texts = self._fill_merged(row, texts)
        if len(texts) < self.width:
            texts = texts + [""] * (self.width - len(texts))
        # The spreadsheet's errors become blank in the texts, but stay in what is kept as written.
        written = list(texts) if "#" in "".join(texts) else texts
        line = Line(
            row,
            (row,),
            raw=Cells(self.raw, written),
            metadata=Cells(self.extra, written) if self.extra else NOTHING,
        )
        self.damaged.look(row, texts)
        blanks = self.blanks
        for name, position, plain in self.texts:
            if text := texts[position]:
                if not plain:
                    text = characters.visible(text)
                if len(text) > _LONGEST_BLANK or not (
                    text.casefold() in blanks or (not text.isascii() and is_blank(text))
                ):
                    setattr(line, name, text)
        count = self._quantity(row, texts)
        found = self._designators(row, texts, count)
        line.reference_designators = found.refs
        line.quantity, line.quantity_unit = count.value, count.unit
        if self.unit >= 0 and texts[self.unit] and not count.unit:
            line.quantity_unit = texts[self.unit]
        if self.qty < 0 and found.refs:
            line.quantity = Decimal(found.stated_count or len(found.refs))
        elif count.value is None and found.stated_count and not count.problem:
            line.quantity = Decimal(found.stated_count)
        line.do_not_place = count.do_not_place
        if found.notes and not line.comments:
            line.comments = "; ".join(found.notes)
        self._part(row, texts, line)
        if self.suppliers:
            line.supplier_part_numbers = {
                label: text for label, position in self.suppliers if (text := texts[position]) and not is_blank(text)
            }
        if self.custom >= 0:
            line.is_custom_part = characters.words(texts[self.custom]) in _YES
        return line, found

    def alternates(self, row: int, texts: list[str]) -> list[Alternate]:
        """The parts of a row that holds alternates of the line above."""
        self.damaged.look(row, texts)
        number, maker, more, _ = self._number(row, texts)
        found = [Alternate(number, maker, row)] if number else []
        found += [Alternate(a.mpn, a.manufacturer_name, row) for a in more]
        return found + self._in_columns(row, texts)

    def _designators(self, row: int, texts: list[str], count: Quantity) -> Expansion:
        written = texts[self.refs] if self.refs >= 0 else ""
        if self.more_refs:
            written = ", ".join(filter(None, [written, *(texts[position] for position in self.more_refs)]))
        if not written:
            return _NO_DESIGNATORS
        value = count.value
        return self.expansion(row, written, int(value) if value is not None and value % 1 == 0 else None)

    def expansion(self, row: int, written: str, expected: int | None) -> Expansion:
        """The designators of a cell, their problems told; a placeholder has none."""
        if len(written) <= _LONGEST_BLANK and is_blank(written):
            return _NO_DESIGNATORS
        found = designators.expand(written, expected=expected)
        for problem in found.problems:
            # KiCad names what stands on the board only, such as a logo, G*** and REF**: nobody numbers these.
            harmless = problem.code == "designator-unannotated" and all(
                r[-1] == "*" for r in found.refs if r[-1] in "?*"
            )
            severity: Severity | None = "info" if harmless else None
            self.table.say(problem.code, problem.message, row=row, name="reference_designators", severity=severity)
        return found

    def _quantity(self, row: int, texts: list[str]) -> Quantity:
        if not 0 <= self.qty < len(texts):
            return _NO_QUANTITY
        text = texts[self.qty]
        if text.isdecimal() and text.isascii() and len(text) < 9:
            return quantity.parse(text)
        value = self.grid.value(row, self.qty + 1)
        detail = self.grid.detail(row, self.qty + 1)
        if detail is not None and (detail.error or detail.formula):
            return _NO_QUANTITY  # told by `damage`
        found = quantity.parse(text if value is None or isinstance(value, str) else value, decimal_comma=self.comma)
        if found.problem and found.code:
            self.table.say(found.code, found.problem, row=row, name="quantity")
        return found

    def _part(self, row: int, texts: list[str], line: Line) -> None:
        number, maker, more, clean = self._number(row, texts)
        line.mpn, line.manufacturer_name = number, maker
        if clean is not None:
            line.do_not_place |= clean.do_not_place
            line.link = line.link or clean.link
            if clean.note and not line.comments:
                line.comments = clean.note
        if more or self.others:
            every = (*more, *self._in_columns(row, texts))
            line.alternates = tuple(other for other in every if not _same(other, line)) if line.mpn else every

    def _number(
        self, row: int, texts: list[str]
    ) -> tuple[str | None, str | None, list[Alternate], mpn.CleanMpn | None]:
        """Part number, maker, the alternates of the same cell, and what else the cell says."""
        width = len(texts)
        makers = _maker(texts[self.maker]) if 0 <= self.maker < width else None
        text = texts[self.mpn] if 0 <= self.mpn < width else ""
        if not text:
            return None, makers, [], None
        if makers is None and self.more_makers:  # a second column of makers without one of alternates
            makers = next((found for p in self.more_makers if p < width and (found := _maker(texts[p]))), None)
        text = self.damaged.part_number(row, self.mpn, text)
        if _PLAIN_NUMBER.fullmatch(text):
            return text, makers, [], None
        clean = _clean(text)
        if clean.code and clean.problem:
            self.table.say(clean.code, clean.problem, row=row, name="mpn")
        more = [Alternate(name.mpn, name.manufacturer, row) for name in clean.alternates]
        return clean.mpn, makers or clean.manufacturer, more, clean

    def _in_columns(self, row: int, texts: list[str]) -> list[Alternate]:
        found: list[Alternate] = []
        width = len(texts)
        for position, beside in self.others:
            text = texts[position] if position < width else ""
            if not text or mpn.is_placeholder(text):
                continue
            maker = texts[beside] if beside is not None and beside < width else ""
            pieces = alternates.split_list(self.damaged.part_number(row, position, text))
            for piece in pieces:
                shop = naming.shop_of(piece)
                if shop or alternates.is_prose(piece) or naming.is_description(piece) or _nameless(piece):
                    why = f"is a number of {shop}, not of a maker" if shop else "names no part"
                    message = f'"{piece[:80]}" {why}; it was not read as an alternate.'
                    self.table.say(
                        "alternate-unclear",
                        message,
                        row=row,
                        name="alternative_mpns",
                        position=position,
                        severity="info" if shop else None,
                    )
                    continue
                clean = _clean(_PIECES.sub("", piece))
                if clean.mpn:
                    own = maker if maker and not mpn.is_placeholder(maker) else None
                    found.append(Alternate(clean.mpn, own or clean.manufacturer, row))
        return found

    def _fill_merged(self, row: int, texts: list[str]) -> list[str]:
        """A row with the texts of cells merged down over it, for fields that say what the part is."""
        if not self.grid.has_merges(row):
            return texts
        filled = list(texts)
        for name in _FILLED:
            position = self.table.position(name)
            start = self.grid.merged_from(row, position + 1) if position >= 0 else None
            if start is not None and start >= self.table.candidate.first_row:
                filled += [""] * (position + 1 - len(filled))
                filled[position] = self.grid.text(start, position + 1)
        return filled


def _nameless(piece: str) -> bool:
    """Whether several words without a number stand for a part: "Custom copper", "100V Schottky"."""
    return " " in piece and not naming.has_number(piece)


def _same(other: Alternate, line: Line) -> bool:
    """Whether an alternate is the line's own part once more, as columns of another name repeat it."""
    makers = {other.manufacturer_name, line.manufacturer_name, None}
    return other.mpn == line.mpn and len(makers) < 3


def alternate_columns(table: Table) -> list[tuple[int, int | None]]:
    """The columns of alternates with the column of their maker: the one of the same number, else the nearest one to the
    left, else to the right, unless its number says whose it is."""
    readings = table.candidate.readings

    def number(position: int) -> int | None:
        return readings[position].number if position < len(readings) else None

    free = list(table.columns.get("alternate_maker", ()))
    found: dict[int, int | None] = dict.fromkeys(sorted(table.columns.get("alternative_mpns", ())))
    for position in found:
        own = number(position)
        maker = next((m for m in free if own is not None and number(m) == own), None)
        if maker is not None:
            found[position] = maker
            free.remove(maker)
    for position, taken in found.items():
        if taken is None:
            fitting = [m for m in free if abs(m - position) < 3 and None in (number(m), number(position))]
            maker = min(fitting, key=lambda m: (abs(m - position), m > position), default=None)
            if maker is not None:
                found[position] = maker
                free.remove(maker)
    return list(found.items())


def _all_plain(rows: Sequence[Sequence[str]], position: int) -> bool:
    """Whether `characters.visible` changes no text of a column: asked once, as most columns are plain."""
    text = "|".join([row[position] for row in rows if position < len(row)])
    return text.isascii() and text.isprintable() and "  " not in text


def is_blank(text: str) -> bool:
    """Whether a text stands for nothing in any field (-, ~, n/a; not "generic", which is a word of part numbers)."""
    return not text or (text if text.isascii() else characters.plain(text)).strip().casefold() in _blanks()


@functools.lru_cache(maxsize=8192)
def _maker(text: str) -> str | None:
    """A maker as written, None for a placeholder and for an address."""
    shown = characters.visible(text)
    return None if not shown or mpn.is_placeholder(shown) or _ADDRESS.match(shown) else " ".join(shown.split())


@functools.lru_cache(maxsize=8192)
def _clean(text: str) -> mpn.CleanMpn:
    return mpn.clean(text)


@functools.cache
def _blanks() -> frozenset[str]:
    rows = tables.rows("placeholders.csv", ("text", "field"))
    return frozenset(characters.plain(row["text"]).casefold() for row in rows if row["field"] == "any")


def _numbered(labels: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Labels made different: the second "Note" is "Note 2"."""
    seen: dict[str, int] = {}
    found: list[tuple[str, int]] = []
    for label, position in labels:
        seen[label] = seen.get(label, 0) + 1
        found.append((label if seen[label] == 1 else f"{label} {seen[label]}", position))
    return found


_NO_DESIGNATORS = Expansion(())
_NO_QUANTITY = Quantity(None)
