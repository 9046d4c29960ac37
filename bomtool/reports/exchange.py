"""A BOM of the platform as the table it came from: what `bomtool import` reads back as the same BOM.

The headers are ones the reader is certain of (templates/synonyms.csv). Texts that the wire had to shorten, exact
quantities with their unit and the makers of alternates come back from `metadata.bomtool`, as long as the line was not
changed on the platform since.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeVar

from bomtool.bom import designators
from bomtool.reports.spool import MEMORY
from bomtool.reports.text import CELL_MAX

if TYPE_CHECKING:
    from bomtool.api.boms import BomLine

TEXT_MAX = 255
"""Characters of a text on the wire; longer ones are kept whole in the metadata."""
_TEXTS = ("description", "value", "package", "mount_type", "custom_id", "comments", "link")
_HEADERS = {
    "line_number": ("Line number", 8.0),
    "reference_designators": ("Reference designators", 34.0),
    "quantity": ("Quantity", 10.0),
    "mpn": ("MPN", 26.0),
    "manufacturer_name": ("Manufacturer", 22.0),
    "description": ("Description", 42.0),
    "value": ("Value", 14.0),
    "package": ("Package", 14.0),
    "mount_type": ("Mount type", 12.0),
    "do_not_place": ("DNP", 7.0),
    "custom_id": ("Custom ID", 18.0),
    "is_custom_part": ("Custom part", 9.0),
    "section": ("Section", 18.0),
    "comments": ("Comments", 32.0),
    "link": ("Link", 32.0),
}
A = TypeVar("A")
B = TypeVar("B")
Cell = str | int | Decimal | None
_ALWAYS = ("line_number", "reference_designators", "quantity", "mpn", "manufacturer_name", "description")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its header, the field it holds ("" for a column of the file that is none), and its width in characters."""

    title: str
    field: str
    width: float


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under their headings; a cell is text, a whole or exact number, or None."""

    columns: list[Heading]
    rows: Collection[list[Cell]]


@dataclass(frozen=True, slots=True)
class Record:
    """A line as it is written: fields by name, alternates in their order with their makers, and every other cell by header."""

    fields: dict[str, Cell]
    alternates: list[tuple[str, str | None]]
    extra: dict[str, str]


class Mapped(Collection[B]):
    """What a function makes of each item, made anew each time it is walked through."""

    def __init__(self, items: Collection[A], make: Callable[[A], B]) -> None:
        self._items, self._make = items, make

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[B]:
        return map(self._make, self._items)

    def __contains__(self, item: object) -> bool:
        return any(item == own for own in self)


def table(lines: Sequence[BomLine]) -> Table:
    """The lines of the platform as a table."""
    made = Mapped(lines, _record)
    return tabulate(list(made) if len(lines) <= MEMORY else made)


def _record(line: BomLine) -> Record:
    return Record(_fields(line), _alternates(line), _extra(line))


def tabulate(records: Collection[Record]) -> Table:
    """Records as a table; columns that no record fills are left out, except those of every BOM."""
    filled: set[str] = set()
    makers: list[bool] = []
    names: dict[str, None] = {}
    for record in records:
        filled.update(name for name, value in record.fields.items() if value is not None)
        makers.extend([False] * (len(record.alternates) - len(makers)))
        for index, (_, maker) in enumerate(record.alternates):
            makers[index] = makers[index] or bool(maker)
        names.update(dict.fromkeys(record.extra))
    columns = [
        Heading(title, name, width) for name, (title, width) in _HEADERS.items() if name in filled or name in _ALWAYS
    ]
    place = next(i for i, column in enumerate(columns) if column.field == "manufacturer_name") + 1
    for number in range(len(makers), 0, -1):
        maker_column = [Heading(f"Manufacturer {number + 1}", f"maker{number}", 18.0)] if makers[number - 1] else []
        columns[place:place] = [Heading(f"MPN {number + 1}", f"mpn{number}", 24.0), *maker_column]
    taken = {column.title.casefold() for column in columns}
    extra = [name for name in names if name.casefold() not in taken]

    def row(record: Record) -> list[Cell]:
        cells: dict[str, Cell] = dict(record.fields)
        for number, (mpn, name) in enumerate(record.alternates, 1):
            cells |= {f"mpn{number}": mpn, f"maker{number}": name}
        return [cells.get(column.field) for column in columns] + [record.extra.get(name) for name in extra]

    rows = Mapped(records, row)
    return Table(
        columns + [Heading(name, "", 18.0) for name in extra], list(rows) if isinstance(records, list) else rows
    )


def exact_quantity(line: BomLine) -> tuple[Decimal, str | None]:
    """Pieces or measure per assembly as the file gave it, with its unit; the wire's whole number where the line was
    changed since or the file gave none."""
    own = provenance(line)
    try:
        exact = Decimal(own["quantity"])
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return Decimal(line.quant), None
    if not exact.is_finite() or exact.to_integral_value(ROUND_CEILING) != line.quant:
        return Decimal(line.quant), None
    unit = own.get("unit")
    return exact, unit if isinstance(unit, str) and unit else None


def listed(references: Sequence[str]) -> str | None:
    """Designators as one cell; of thousands the ranges fit into a cell, the list does not."""
    text = ", ".join(references)
    return (designators.compress(references) if len(text) > CELL_MAX else text) or None


def measure(exact: Decimal, unit: str | None) -> Cell:
    """A quantity as one cell: a whole or exact number, with its unit a text."""
    if unit:
        return f"{exact:f} {unit}"
    return int(exact) if exact == exact.to_integral_value() else exact


def provenance(line: BomLine) -> dict[str, Any]:
    """`metadata.bomtool` of a line, {} where it was not made by bomtool."""
    own = (line.metadata or {}).get("bomtool")
    return own if isinstance(own, dict) else {}


def _fields(line: BomLine) -> dict[str, Cell]:
    own = provenance(line)
    kept = own.get("full")
    full: dict[str, Any] = kept if isinstance(kept, dict) else {}
    exact, unit = exact_quantity(line)
    references = _whole_list(line.reference_designators, full.get("reference_designators"))
    section = own.get("section")
    out: dict[str, Cell] = {
        "line_number": line.line_number,
        "reference_designators": listed(references),
        "quantity": measure(exact, unit),
        "do_not_place": "DNP" if line.do_not_place else None,
        "is_custom_part": "yes" if line.is_custom_part else None,
        "section": section if isinstance(section, str) and section else None,
    }
    for name in ("mpn", "manufacturer_name", *_TEXTS):
        out[name] = _whole(getattr(line, name), full.get(name))
    return out


def _whole(shown: str | None, kept: Any) -> str | None:
    """The text that the wire shortened, where it is still the same one."""
    if shown and isinstance(kept, str) and len(shown) == TEXT_MAX and kept.startswith(shown):
        return kept
    return shown or None


def _whole_list(shown: Sequence[str], kept: Any) -> list[str]:
    if isinstance(kept, list) and [str(text)[:TEXT_MAX] for text in kept] == list(shown):
        return [str(text) for text in kept]
    return list(shown)


def _alternates(line: BomLine) -> list[tuple[str, str | None]]:
    """Alternates in their order with their makers."""
    own = provenance(line)
    named = own.get("alternates")
    pairs = [
        (str(entry["mpn"]), entry.get("manufacturer_name"))
        for entry in (named if isinstance(named, list) else [])
        if isinstance(entry, dict) and entry.get("mpn")
    ]
    if list(dict.fromkeys(mpn[:TEXT_MAX] for mpn, _ in pairs)) == line.alternative_mpns:
        return pairs
    full = own.get("full")
    kept = full.get("alternative_mpns") if isinstance(full, dict) else None
    return [(mpn, None) for mpn in _whole_list(line.alternative_mpns, kept)]


def _extra(line: BomLine) -> dict[str, str]:
    """Cells of the file that are no field, and supplier part numbers, by their header."""
    columns = (line.metadata or {}).get("columns")
    suppliers = provenance(line).get("supplier_part_numbers")
    found: dict[str, str] = {}
    for source in (suppliers, columns):
        if isinstance(source, dict):
            found |= {str(name): str(text) for name, text in source.items() if text not in (None, "")}
    return found
