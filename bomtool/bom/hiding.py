"""What people hide in cells: hidden rows and columns, struck text, comments that say something about the part, links."""

from __future__ import annotations

from collections.abc import Sequence

from bomtool.bom import placement
from bomtool.bom.model import Line
from bomtool.bom.table import Table

_NAMED = 8
"""Rows named in one sentence."""


def rows(table: Table, read: Sequence[int]) -> frozenset[int]:
    """Tell of hidden rows among those that were read; gives them back to be marked."""
    hidden = [row for row in read if row in table.grid.sheet.hidden_rows]
    if hidden:
        named = ", ".join(map(str, hidden[:_NAMED])) + (
            f" and {len(hidden) - _NAMED} more" if len(hidden) > _NAMED else ""
        )
        verb = "is hidden and was" if len(hidden) == 1 else "are hidden and were"
        noun = "Row" if len(hidden) == 1 else "Rows"
        table.say("rows-hidden", f"{noun} {named} {verb} read as well.", row=hidden[0])
    return frozenset(hidden)


def columns(table: Table) -> None:
    """Tell of hidden columns that were read as a field of the line."""
    for name, positions in table.columns.items():
        for position in positions:
            if position + 1 in table.grid.sheet.hidden_columns:
                message = f'The hidden column "{table.label(position)}" was read as {name.replace("_", " ")}.'
                table.say("column-hidden", message, row=table.candidate.header_row, name=name, position=position)


def cells(table: Table, lines: dict[int, Line]) -> None:
    """Comments, struck parts and links of the cells of lines (`lines` by row): told, and links kept."""
    if not table.grid.sheet.details:
        return
    fields = {p + 1: name for name, positions in table.columns.items() for p in positions}
    for (row, column), detail in table.grid.sheet.details.items():
        line = lines.get(row)
        if line is None:
            continue
        name = fields.get(column)
        if detail.comment:
            _comment(table, row, column, name, detail.comment)
        if detail.runs is not None and name is not None:
            whole = str(table.grid.value(row, column) or "")
            kept = detail.runs.strip()[:60]
            message = f'Part of "{whole[:60]}" is struck through and was left out; "{kept}" was read.'
            table.say("text-struck", message, row=row, name=name, position=column - 1)
        elif detail.struck and name is not None:
            text = str(table.grid.value(row, column) or "")[:60]
            message = f'"{text}" is struck through, but its row is not; it was read.'
            table.say("cell-struck", message, row=row, name=name, position=column - 1)
        if detail.link and line.link is None and detail.link.startswith(("http://", "https://")):
            line.link = detail.link


def _comment(table: Table, row: int, column: int, name: str | None, comment: str) -> None:
    shown = " ".join(comment.split())[:120]
    code = "comment-not-placed" if placement.says_not_placed(comment) else "cell-comment"
    table.say(code, f"A comment on the cell says: {shown}", row=row, name=name, position=column - 1)
