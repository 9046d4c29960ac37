"""A sheet as rows of texts, the way the reader of BOMs wants them: merged cells filled, struck text told apart."""

from __future__ import annotations

from bomtool.findings import cell_address
from bomtool.sheets.model import Detail, Sheet, Value, plain_text

_SHORT = tuple(map(str, range(256)))
"""The texts of the numbers that quantities mostly are."""


class Grid:
    """The texts of a sheet. Rows and columns are 1-based, as in the sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.height = len(sheet.rows)
        self._merged = {
            (row, column): (top, left)
            for top, left, bottom, right in sheet.merged
            if (bottom - top) < 2000 and (right - left) < 200
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
            if (row, column) != (top, left)
        }
        self._merged_rows = {row for row, _ in self._merged}
        self._details: dict[int, int | list[int]] = {}
        """Row to the column of its detail, or to the columns: most rows with details have one."""
        self._struck_rows: set[int] = set()
        self.odd_rows: set[int] = set()
        """Rows with a formula without a result, or an error."""
        for (row, column), detail in sheet.details.items():
            before = self._details.setdefault(row, column)
            if isinstance(before, list):
                before.append(column)
            elif before != column:
                self._details[row] = [before, column]
            if detail.struck:
                self._struck_rows.add(row)
            if detail.formula or detail.error:
                self.odd_rows.add(row)

    def row(self, row: int) -> list[str]:
        """The texts of a row, white space trimmed, trailing blanks left out."""
        if not 0 < row <= self.height:
            return []
        texts = [
            value.strip()
            if isinstance(value, str)
            else (_SHORT[value] if -1 < value < 256 else str(value))
            if type(value) is int
            else plain_text(value)
            for value in self.sheet.rows[row - 1]
        ]
        for column in self._columns(row) if row in self._details else ():
            detail = self.sheet.details[row, column]
            if detail.runs is not None or detail.text is not None or detail.error is not None:
                texts += [""] * (column - len(texts))
                texts[column - 1] = (detail.runs if detail.runs is not None else self.sheet.text(row, column)).strip()
        while texts and not texts[-1]:
            texts.pop()
        return texts[:]  # without the room a list keeps for growing: these stay as long as the BOM

    def _columns(self, row: int) -> list[int]:
        """The columns of a row that have details."""
        found = self._details.get(row, [])
        return found if isinstance(found, list) else [found]

    def text(self, row: int, column: int) -> str:
        """One text of `row`."""
        texts = self.row(row)
        return texts[column - 1] if 0 < column <= len(texts) else ""

    def header(self, row: int, *, fill: bool = False) -> list[str]:
        """A header row: white space squeezed; `fill` repeats a cell merged over several columns."""
        texts = [" ".join(text.split()) for text in self.row(row)]
        if fill and row in self._merged_rows:
            for (covered, column), (top, left) in self._merged.items():
                if covered == row and top == row:
                    texts += [""] * (column - len(texts))
                    texts[column - 1] = texts[left - 1] if left <= len(texts) else ""
        return texts

    def merged_from(self, row: int, column: int) -> int | None:
        """The row that holds the value of a cell covered by a merge in the same column, None for any other cell."""
        if row not in self._merged_rows:
            return None
        start = self._merged.get((row, column))
        return start[0] if start is not None and start[1] == column and start[0] < row else None

    def has_merges(self, row: int) -> bool:
        """Whether some cell of the row is covered by a merge."""
        return row in self._merged_rows

    def value(self, row: int, column: int) -> Value:
        """The raw value of a cell."""
        return self.sheet.value(row, column)

    def detail(self, row: int, column: int) -> Detail | None:
        """What a cell carries beside its value."""
        return self.sheet.details.get((row, column)) if row in self._details else None

    def struck(self, row: int) -> bool:
        """Whether every filled cell of a row is struck through."""
        if row not in self._struck_rows:
            return False
        filled = [column for column, text in enumerate(self.row(row), 1) if text]
        details = [self.detail(row, column) for column in filled]
        return bool(filled) and all(d is not None and d.struck and d.runs is None for d in details)

    def cell(self, row: int, column: int | None) -> str | None:
        """The address of a cell for findings; None for text files."""
        return cell_address(row, column) if column and self.sheet.name is not None else None
