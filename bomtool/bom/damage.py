"""What a spreadsheet did to the cells of a line: error values, formulas without a result, part numbers turned into dates.

Repaired only where the cell itself proves the value; otherwise a finding at the cell.
"""

from __future__ import annotations

import re

from bomtool.bom import mpn
from bomtool.bom.table import Table
from bomtool.sheets.model import Value

_LOOKED_AT = ("reference_designators", "quantity", "mpn", "manufacturer_name", "description", "value", "package",
              "custom_id", "supplier_part_numbers", "alternative_mpns", "do_not_place")  # fmt: skip
_HARMLESS = re.compile(r"(?![^\W\d_]{3,5}\.?[-. ]\d)[^\W\d_].{5}", re.S)
"""A longer text that begins with a letter and not with a month is no date, number or TRUE."""
_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#NV", "#WERT!", "#BEZUG!"))


class Damaged:
    """Looks at the cells of one table."""

    def __init__(self, table: Table) -> None:
        self.table, self.grid = table, table.grid
        self.cells = table.grid.sheet.rows
        self.positions = [(name, p) for name in _LOOKED_AT for p in table.columns.get(name, ())]

    def look(self, row: int, texts: list[str]) -> None:
        """Tell of errors and of formulas without a result; the texts of such cells become blank."""
        for name, position in self.positions if "#" in "".join(texts) else ():
            text = texts[position] if position < len(texts) else ""
            if text[:1] == "#" and text.upper() in _ERRORS:
                self.table.say("cell-error", f"The cell holds the error {text}.", row=row, name=name, position=position)
                texts[position] = ""
        for name, position in self.positions if row in self.grid.odd_rows else ():
            detail = self.grid.detail(row, position + 1)
            if detail is not None and detail.formula is not None and self.grid.value(row, position + 1) is None:
                message = f"The cell holds the formula {detail.formula[:60]} without a result."
                self.table.say("formula-without-result", message, row=row, name=name, position=position)

    def part_number(self, row: int, position: int, text: str) -> str:
        """The part number of a cell, restored where the cell proves it."""
        cells = self.cells[row - 1]
        value = cells[position] if position < len(cells) else None
        if isinstance(value, str) and _HARMLESS.match(text):
            return text
        return self._checked(row, position, text, value)

    def _checked(self, row: int, position: int, text: str, value: Value) -> str:
        detail = self.grid.detail(row, position + 1)
        found = mpn.damage(text if value is None else value, text, detail.number_format if detail else None)
        if found is None:
            return text
        self.table.say(found.code, found.message, row=row, name="mpn", position=position)
        return found.recovered or text
