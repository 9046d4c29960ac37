"""The bill of materials as bomtool understands it: lines, where each came from, and what became of every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from bomtool.findings import Finding

RowFate = Literal["line", "alternate", "continuation", "skipped"]


@dataclass(frozen=True, slots=True)
class Column:
    """A mapped column: its header text (white space squeezed, "" if empty) and its 1-based index."""

    header: str
    index: int


@dataclass(slots=True)
class Layout:
    """Where the table is and which column is which field.

    `columns` maps a BOM field (reference_designators, quantity, mpn, manufacturer_name, description, value, package,
    mount_type, do_not_place, custom_id, line_number, link, comments, alternative_mpns, supplier_part_numbers, ...) to
    its columns in order of preference. `confidence` is 0 to 1; `runner_up` says in words what came second.
    """

    sheet: str | None
    header_row: int | None
    header_rows: tuple[int, ...]
    first_row: int
    last_row: int
    columns: dict[str, list[Column]]
    confidence: float = 1.0
    runner_up: str | None = None
    profile: str | None = None
    evidence: list[str] = field(default_factory=list)
    headers: tuple[str, ...] = ()
    """The header of every column from the first one on, "" where it has none."""
    second: bool = False
    """Whether another reading came second that can be asked for."""


@dataclass(frozen=True, slots=True)
class Alternate:
    """An alternative part of a line, in the order the file gives them."""

    mpn: str
    manufacturer_name: str | None = None
    row: int | None = None


class Cells(Mapping[str, str]):
    """Texts of a row by name, blank ones left out. Names with their places, and the texts, are shared with other rows and
    other readers of this one: of long files a dictionary a line would be most of the memory."""

    __slots__ = ("_places", "_texts")

    def __init__(self, places: Mapping[str, int], texts: Sequence[str]) -> None:
        self._places, self._texts = places, texts

    def __getitem__(self, name: str) -> str:
        text = self._texts[self._places[name]]
        if not text:
            raise KeyError(name)
        return text

    def __iter__(self) -> Iterator[str]:
        return (name for name, place in self._places.items() if self._texts[place])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))


NOTHING: Mapping[str, str] = Cells({}, ())


def _nothing() -> Mapping[str, str]:
    return NOTHING


def joined(texts: Sequence[str]) -> str:
    """A row as one text for people."""
    return " | ".join(texts)


@dataclass(slots=True)
class Line:
    """One BOM line. `row` is the 1-based row it starts on; `rows` are all rows it was made of.

    `quantity` is per assembly, exact; None where the file gives none that can be read. `raw` keeps the untouched text of
    every mapped cell by field, `metadata` every other cell by its header.
    """

    row: int
    rows: tuple[int, ...]
    line_number: str | None = None
    reference_designators: tuple[str, ...] = ()
    quantity: Decimal | None = None
    quantity_unit: str | None = None
    mpn: str | None = None
    manufacturer_name: str | None = None
    alternates: tuple[Alternate, ...] = ()
    custom_id: str | None = None
    description: str | None = None
    value: str | None = None
    package: str | None = None
    mount_type: str | None = None
    do_not_place: bool = False
    is_custom_part: bool = False
    link: str | None = None
    comments: str | None = None
    section: str | None = None
    supplier_part_numbers: Mapping[str, str] = field(default_factory=_nothing)
    metadata: Mapping[str, str] = field(default_factory=_nothing)
    raw: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What became of one row of the table: the line it belongs to (its index in `Bom.lines`) or why it was skipped."""

    row: int
    fate: RowFate
    line: int | None = None
    reason: str | None = None
    cells: Sequence[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The row's cells, joined by " | ", for people."""
        return joined(self.cells)


@dataclass(slots=True)
class Bom:
    """A bill of materials read from one table of one file.

    Row conservation: every non-blank row below the header stands in `source_rows` exactly once.
    """

    name: str
    lines: list[Line]
    layout: Layout
    source_rows: list[SourceRow]
    findings: list[Finding]
    version: str | None = None
    part_number: str | None = None
    file_name: str | None = None
    file_sha256: str | None = None
    file_kind: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    title_block: dict[str, str] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Rows read and what became of them: read, lines, alternates, continuations, skipped."""
        fates = [row.fate for row in self.source_rows]
        return {
            "read": len(fates),
            "lines": fates.count("line"),
            "alternates": fates.count("alternate"),
            "continuations": fates.count("continuation"),
            "skipped": fates.count("skipped"),
        }

    def placements(self) -> int:
        """Designators over all lines that are placed."""
        return sum(len(line.reference_designators) for line in self.lines if not line.do_not_place)

    def to_frame(self) -> Any:
        """The lines as a pandas DataFrame, one row a line, text columns as text, lists as tuples."""
        import pandas as pd

        names = [n for n in Line.__dataclass_fields__ if n not in ("raw", "rows")]
        rows = [{n: getattr(line, n) for n in names} for line in self.lines]
        for row in rows:
            row |= {n: dict(row[n]) for n in ("supplier_part_numbers", "metadata")}
        return pd.DataFrame(rows, columns=names, dtype=object)
