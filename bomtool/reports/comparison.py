"""The workbook of a comparison of two BOMs: what changed by part, and what became of the designators."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bomtool.bom import designators
from bomtool.bom.diff import DesignatorChange, Diff, PartChange
from bomtool.reports import text as texts
from bomtool.reports.atomic import write_atomically
from bomtool.reports.book import new_book
from bomtool.reports.grid import Column, Grid, Notices, Styled
from bomtool.reports.looks import FONT, Looks

_TONE = {
    "added": "matched",
    "removed": "no_match",
    "quantity": "needs_review",
    "designators": "needs_review",
    "changed": "needs_review",
    "moved": "needs_review",
    "replaced": "needs_review",
    "reused": "no_match",
}
"""The look of each kind of change, by the status that has it."""
WORDS = {
    "added": "+ Added",
    "removed": "− Removed",
    "quantity": "≠ Quantity",
    "designators": "≠ Designators",
    "changed": "≠ Changed",
    "moved": "→ Moved",
    "replaced": "↔ Replaced",
    "reused": "! Used again",
}
_PARTS = [
    Column("change", "Change", 15),
    Column("part", "Part", 34, "mono"),
    Column("old_quantity", "Old quantity", 10, "figure"),
    Column("new_quantity", "New quantity", 10, "figure"),
    Column("added", "Designators added", 28, "wrap"),
    Column("removed", "Designators removed", 28, "wrap"),
    Column("fields", "What else changed", 60, "wrap"),
    Column("old_rows", "Old rows", 12),
    Column("new_rows", "New rows", 12),
]
_DESIGNATORS = [
    Column("designator", "Designator", 14, "mono"),
    Column("fate", "Change", 15),
    Column("old_part", "Old part", 34),
    Column("new_part", "New part", 34),
    Column("old_row", "Old row", 9, "figure"),
    Column("new_row", "New row", 9, "figure"),
]


def write_comparison(path: Path | str, old_name: str, new_name: str, found: Diff) -> None:
    """Write the comparison as xlsx. Raises WriteError, and then the file at `path` is what it was before."""
    write_atomically(path, lambda temporary: _write(temporary, old_name, new_name, found))


def _write(path: Path, old_name: str, new_name: str, found: Diff) -> None:
    with new_book(path) as book:
        add_sheets(book, Looks(book, "USD", 2), old_name, new_name, found, ("Parts", "Designators"))
        created = datetime.now(UTC).replace(tzinfo=None)
        book.set_properties({"title": "Comparison of BOMs", "comments": "Written by bomtool.", "created": created})


def add_sheets(book: Any, looks: Looks, old_name: str, new_name: str, found: Diff, sheets: tuple[str, str]) -> None:
    """Add the sheets of changes by part and by designator to a workbook, under the names given."""
    names = f"{texts.clean(old_name)}  →  {texts.clean(new_name)}"
    notices = Notices(names, None, None, f'&L&"{FONT}"&8Comparison of BOMs&R&"{FONT}"&8&A, page &P of &N')
    parts = Grid(book.add_worksheet(sheets[0]), sheets[0], _PARTS, looks)
    parts.start("Changes by part", notices, freeze=2)
    for row in _part_rows(found.parts):
        parts.add(row)
    parts.say(f"{found.unchanged:,} parts are unchanged.")
    parts.finish(last=parts.row - 1)
    refs = Grid(book.add_worksheet(sheets[1]), sheets[1], _DESIGNATORS, looks)
    refs.start("Changes by designator", notices, freeze=1)
    for row in _designator_rows(found.designators):
        refs.add(row)
    if not found.designators:
        refs.say("Every designator stands for the same part as before.")
    refs.finish()


def _part_rows(changes: tuple[PartChange, ...]) -> Iterator[dict[str, Any]]:
    for change in changes:
        yield {
            "change": Styled(WORDS[change.change], f"status:{_TONE[change.change]}"),
            "part": change.part,
            "old_quantity": change.old_quantity,
            "new_quantity": change.new_quantity,
            "added": designators.compress(change.designators_added).replace(",", ", "),
            "removed": designators.compress(change.designators_removed).replace(",", ", "),
            "fields": field_sentences(change),
            "old_rows": ", ".join(map(str, change.old_rows)),
            "new_rows": ", ".join(map(str, change.new_rows)),
        }


def _designator_rows(changes: tuple[DesignatorChange, ...]) -> Iterator[dict[str, Any]]:
    for change in changes:
        yield {
            "designator": change.designator,
            "fate": Styled(WORDS[change.fate], f"status:{_TONE[change.fate]}"),
            "old_part": change.old_part,
            "new_part": change.new_part,
            "old_row": change.old_row,
            "new_row": change.new_row,
        }


def field_sentences(change: PartChange) -> str:
    """What else changed about a part, for people."""
    return "; ".join(f"{name.replace('_', ' ')}: {old or 'none'} → {new or 'none'}" for name, old, new in change.fields)
